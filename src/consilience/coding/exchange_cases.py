"""What frames know of cases, as an exchange file carries it: variables with values on cases."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from consilience.base.ids import short_id

# The least that a program we know allows in the name of a variable.
_LONGEST: Final = 63
_CUT: Final = 54
# Whole numbers above may be rounded where they were read.
_SURE: Final = 2.0**53

Kind = Literal["Text", "Integer", "Float"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAttribute:
    """Something that a frame knows of cases.

    Args:
        name: of the variable, at most 63 characters.
        description: what it is, for people; with the whole name where that was cut.
        kind: Text for levels; Integer or Float for amounts.
        values: by case, as written; a case of which it is not known is left out.
        cut: whether the name was longer.
    """

    name: str
    description: str
    kind: Kind
    values: Mapping[str, str]
    cut: bool = False


def case_attribute(
    name: str, label: str, *, scale: bool, values: Mapping[str, object], cases: Collection[str]
) -> CaseAttribute | None:
    """Return an attribute of some cases.

    An amount is Integer if all of its values are whole, else Float, and always written without an
    exponent. A value that is empty, no number or endless is missing, and a missing value is
    not written: other programs then show none, and not a word such as *None*.

    Args:
        name: in the study.
        label: what it is, for people.
        scale: whether it is an amount; else its values are levels.
        values: by case.
        cases: those that go out.

    Returns:
        None if it is known of none of them.

    Example:
        >>> made = case_attribute("pupils", "Pupils", scale=True, values={"E1": 1200.0, "E2": None},
        ...                       cases=["E1", "E2"])
        >>> made.kind, made.values
        ('Integer', {'E1': '1200'})
    """
    known = {case: values[case] for case in sorted(cases) if values.get(case) is not None}
    if scale:
        amounts = {case: float(str(value)) for case, value in known.items()}
        amounts = {case: value for case, value in amounts.items() if math.isfinite(value)}
        whole = all(value.is_integer() and abs(value) < _SURE for value in amounts.values())
        kind: Kind = "Integer" if whole else "Float"
        written = {case: _amount(value, whole=whole) for case, value in amounts.items()}
    else:
        kind = "Text"
        written = {case: str(value) for case, value in known.items() if str(value).strip()}
    if not written:
        return None
    short = short_name(name)
    cut = short != name
    return CaseAttribute(
        name=short,
        description=f"{name}: {label}" if cut else label,
        kind=kind,
        values=written,
        cut=cut,
    )


def _amount(value: float, *, whole: bool) -> str:
    return str(int(value)) if whole else format(Decimal(repr(value)), "f")


def short_name(name: str) -> str:
    """Return a name of at most 63 characters, the same in every export.

    Example:
        >>> short_name("region"), len(short_name("pupils_" * 10))
        ('region', 63)
    """
    return (
        name if len(name) <= _LONGEST else f"{name[:_CUT]}-{short_id(name)[: _LONGEST - _CUT - 1]}"
    )
