"""Area codes of England over the years: what a code of another year is, and what to use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from consilience.base.errors import Fault
from consilience.frame.attributes import nearest
from consilience.frame.england import authorities_2018, changes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """A GSS code with its first day and the first day without it, where these are known."""

    gss: str
    dfe: str
    name: str
    first: dt.date | None = None
    ended: dt.date | None = None

    def stands(self, on: dt.date) -> bool:
        return (self.first is None or self.first <= on) and (self.ended is None or on < self.ended)

    @property
    def when(self) -> str:
        if self.first:
            return f"from {_day(self.first)}"
        return f"until {_day(self.ended - dt.timedelta(days=1))}" if self.ended else "all the time"


def _day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"


@cache
def _codes() -> dict[str, _Code]:
    """Return every upper-tier code, 2018 and later, that is an area of its own."""
    dated = [change for change in changes() if change.on]
    ended = {change.code: change.on for change in dated}
    then = {
        row["id"]: _Code(
            gss=row["id"], dfe=row["dfe_code"], name=row["name"], ended=ended.get(row["id"])
        )
        for row in authorities_2018()
    }
    later = {
        each.later_code: _Code(
            gss=each.later_code, dfe=each.later_dfe_code, name=each.later_name, first=each.on
        )
        for each in dated
    }
    return then | later


@cache
def _recoded() -> dict[str, str]:
    """Return the code in `_codes` by each other code that the same area has had."""
    return {
        (each.later_code if each.code in _codes() else each.code): (
            each.code if each.code in _codes() else each.later_code
        )
        for each in changes()
        if each.on is None
    }


def codes_on(code: str, *, on: dt.date) -> tuple[str, ...]:
    """Which area codes on that day cover what this code, of whatever year, covers?

    Args:
        code: a GSS code of an upper-tier authority, past or current.
        on: the day, 1 April 2013 or later.

    Returns:
        The code itself where it stands on that day; else those that took over all or part of
        it, or all that it was made of in whole or part; none for an unknown code. Codes are
        those of 2018 where only the code of an area has changed.

    Example:
        >>> codes_on("E06000058", on=dt.date(2017, 9, 1))
        ('E06000028', 'E06000029', 'E10000009')
    """
    gss = _recoded().get(code, code)
    if gss not in _codes():
        return ()
    if _codes()[gss].stands(on):
        return (gss,)
    pairs = [(each.code, each.later_code) for each in changes() if each.on]
    linked = {b for a, b in pairs if a == gss} | {a for a, b in pairs if b == gss}
    return tuple(sorted(each for each in linked if _codes()[each].stands(on)))


def successors(code: str, *, on: dt.date) -> tuple[str, ...]:
    """Which areas had taken over all or part of this one by that day?

    Args:
        code: GSS code.
        on: the day.

    Returns:
        The later codes; none if the area still stood or the code is unknown.

    Example:
        >>> successors("E10000009", on=dt.date(2020, 1, 1))
        ('E06000058', 'E06000059')
    """
    gss = _recoded().get(code, code)
    return tuple(
        change.later_code
        for change in changes()
        if change.code == gss and change.on is not None and change.on <= on
    )


def _known(code: str, on: dt.date) -> _Code | None:
    """Return the area of a GSS or DfE code; of two with one DfE code, that of the day."""
    if code in _codes():
        return _codes()[code]
    same = [each for each in _codes().values() if each.dfe == code]
    return next((each for each in same if each.stands(on)), same[0] if same else None)


def _unknown(code: str) -> Fault:
    names = {each.dfe if code.isdigit() else each.gss: each.name for each in _codes().values()}
    near = nearest(code, sorted(names))
    return Fault("FRA-002", area=code, nearest=f"{near} ({names[near]})")


def explain_code(code: str, *, on: dt.date) -> Fault | None:
    """Why is this code, GSS or DfE, not an area on that day?

    Args:
        code: the code as given.
        on: the day of the frame, 1 April 2013 or later.

    Returns:
        FRA-001 for an area of another year, with the codes to use; FRA-002 for a code that is
        none; None if it is an area on that day.

    Example:
        >>> fault = explain_code("E06000066", on=dt.date(2017, 9, 1))
        >>> print(fault.what)
        E06000066 is Somerset, from 1 April 2023; this frame is of 2017-09-01
        >>> print(fault.remedy)
        Use E10000027 (Somerset).
    """
    recoded = _recoded().get(code)
    found = _known(recoded or code, on)
    if found is None:
        return _unknown(code)
    if found.stands(on) and not recoded:
        return None
    use = ", ".join(
        f"{_codes()[each].dfe if code == found.dfe else each} ({_codes()[each].name})"
        for each in codes_on(found.gss, on=on)
    )
    when = "by its code of another year" if recoded else found.when
    return Fault("FRA-001", area=code, name=found.name, when=when, date=on, use=use)
