"""Which units may be chosen at all, and what people decided about some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault
from consilience.design.conditions import holds, in_words, misfit
from consilience.design.model import SelectStage
from consilience.selection.problem import column_of


def eligible_units(
    stage: SelectStage, *, units: pa.Table, within: pa.Table | None
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Return the units left by `within` and `where`, and one decision a condition.

    Args:
        stage: the stage.
        units: all units of the frame with their attributes.
        within: the choice of another stage; units lie in a chosen area, or are chosen.

    Returns:
        The units left, sorted by id, and rows of DECISION that say how many were left out.
    """
    decisions = []
    left = units.sort_by("id")
    if within is not None:
        chosen = pa.array(sorted(set(within["unit"].to_pylist())), type=pa.string())
        inside = pc.or_kleene(pc.is_in(left["id"], chosen), pc.is_in(left["area"], chosen))
        kept = left.filter(inside, null_selection_behavior="drop")
        decisions.append(_counted(f"within {stage.within}", len(left), len(kept)))
        left = kept
    for condition in stage.where:
        column = column_of(left, condition.attribute, stage=stage.id)
        wrong = misfit(column, condition)
        if wrong:
            raise Fault(
                "SEL-029",
                stage=stage.id,
                attribute=condition.attribute,
                kind=wrong[0],
                condition=wrong[1],
            )
        kept = left.filter(holds(column, condition))
        decisions.append(_counted(in_words(condition), len(left), len(kept)))
        left = kept
    return left, decisions


def named_decisions(stage: SelectStage, *, units: pa.Table) -> list[dict[str, Any]]:
    """Return the pins, vetoes and refusals of a stage as rows of DECISION.

    Raises:
        Fault: SEL-023 for a pin or refusal that may not be chosen.
    """
    names = dict(zip(units["id"].to_pylist(), units["name"].to_pylist(), strict=True))
    rows = []
    kinds: Sequence[tuple[str, Any]] = (
        ("pin", stage.pins),
        ("veto", stage.vetoes),
        ("refused", stage.refused),
    )
    for kind, named in kinds:
        for each in named:
            if kind != "veto" and each.id not in names:
                raise Fault("SEL-023", what=f"the {kind}", unit=each.id, stage=stage.id)
            rows.append(_decision(kind, each.reason, unit=each.id, name=names.get(each.id)))
    return rows


def _counted(rule: str, before: int, after: int) -> dict[str, Any]:
    return _decision("condition", f"{rule}: {after} of {before} units are left")


def _decision(
    decision: str, reason: str, *, unit: str | None = None, name: str | None = None
) -> dict[str, Any]:
    return {"group": None, "unit": unit, "name": name, "decision": decision, "reason": reason}
