"""The tables of the authorities of England that are shipped, as records."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One area code that gave way to another.

    Args:
        code: the former GSS code.
        dfe_code: the former DfE code.
        name: the former name.
        later_code: the GSS code that took over all or part.
        later_dfe_code: its DfE code.
        later_name: its name.
        on: first day of the later code; None where only the code changed, on a day that the
            sources do not settle.
    """

    code: str
    dfe_code: str
    name: str
    later_code: str
    later_dfe_code: str
    later_name: str
    on: dt.date | None


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("consilience.frame") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def authorities_2018() -> tuple[dict[str, str], ...]:
    """Return the 152 upper-tier authorities of 2018, every value as text, sorted by GSS code."""
    return tuple(_rows("england-upper-tier-2018.csv"))


@cache
def changes() -> tuple[Change, ...]:
    """Which area codes of England gave way to which, 2013 to 2023?

    Returns:
        All changes of upper-tier codes, sorted by former code; the README beside the data names
        the sources.

    Example:
        >>> [each.later_name for each in changes() if each.name == "Cumbria"]
        ['Cumberland', 'Westmorland and Furness']
    """
    return tuple(
        Change(
            code=row["code"],
            dfe_code=row["dfe_code"],
            name=row["name"],
            later_code=row["later_code"],
            later_dfe_code=row["later_dfe_code"],
            later_name=row["later_name"],
            on=dt.date.fromisoformat(row["on"]) if row["on"] else None,
        )
        for row in _rows("england-upper-tier-changes.csv")
    )
