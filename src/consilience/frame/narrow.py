"""Who is left out of a frame: by conditions, and by name with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Faults
from consilience.design.conditions import holds, is_numeric, level_text, levels_of, misfit
from consilience.design.model import Condition, Named
from consilience.frame.attributes import examples, nearest


def _unknown_levels(column: pa.ChunkedArray, condition: Condition) -> tuple[Fault, ...]:
    """Return a warning for each level that no unit has."""
    if is_numeric(column):
        return ()
    known = sorted(each for each in pc.unique(column).to_pylist() if each is not None)
    names = [level_text(level) for level in levels_of(condition)]
    return tuple(
        Fault(
            "FRA-032",
            level=name,
            attribute=condition.attribute,
            nearest=nearest(name, known),
            known=examples(known, most=12),
        )
        for name in names
        if name not in known
    )


def meets(table: pa.Table, condition: Condition) -> tuple[pa.ChunkedArray, tuple[Fault, ...]]:
    """Which rows meet a condition?

    Args:
        table: units with their attributes.
        condition: all its parts must hold; a missing value meets none but `missing: true`.

    Returns:
        A truth value a row, and warnings.

    Raises:
        Fault: FRA-031 for an unknown attribute, FRA-033 for bounds on text or text on numbers.
    """
    name = condition.attribute
    if name not in table.column_names:
        known = table.column_names
        raise Fault(
            "FRA-031", attribute=name, nearest=nearest(name, known), known=examples(known, most=20)
        )
    column = table.column(name)
    wrong = misfit(column, condition)
    if wrong:
        raise Fault("FRA-033", attribute=name, kind=wrong[0], condition=wrong[1])
    return holds(column, condition), _unknown_levels(column, condition)


def narrow(
    table: pa.Table, *, where: Sequence[Condition], exclude: Sequence[Named], of: str
) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Who is left when conditions and named exclusions are applied?

    Args:
        table: units with their attributes.
        where: conditions, all of which must hold.
        exclude: units to leave out, with reasons.
        of: what the units are, for messages.

    Returns:
        The units left, and warnings.

    Raises:
        Fault: FRA-030 if an excluded unit is not there; FRA-031, FRA-033 as `meets`.
        Faults: FRA-034 if nobody is left, after the warnings that may say why.
    """
    ids = set(table.column("id").to_pylist())
    for each in exclude:
        if each.id not in ids:
            raise Fault("FRA-030", id=each.id, nearest=nearest(each.id, sorted(ids)))
    faults: list[Fault] = []
    out = pa.array([each.id for each in exclude], pa.string())
    keep = pc.invert(pc.is_in(table.column("id"), value_set=out))
    for condition in where:
        mask, found = meets(table, condition)
        keep = pc.and_(keep, mask)
        faults.extend(found)
    left = table.filter(keep)
    if left.num_rows == 0:
        raise Faults([*faults, Fault("FRA-034", of=of)])
    return left, tuple(faults)
