"""How are values, keys and places of a study said in words?"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from consilience.design.positions import Route

_LONGEST: Final = 60

# What one entry of a list, or of named entries, is called.
_ONE: Final = {
    "stages": "stage",
    "phases": "phase",
    "datasets": "data set",
    "deviations": "deviation",
    "agencies": "agency",
    "constructs": "construct",
    "questions": "question",
    "scales": "scale",
    "instruments": "instrument",
    "guides": "guide",
    "topics": "topic",
    "approvals": "approval",
    "findings": "finding",
    "quotas": "quota",
    "where": "condition",
    "items": "row",
    "pins": "pin",
    "vetoes": "veto",
    "refused": "refusal",
    "exclude": "exclusion",
    "not_eligible": "exemption",
    "team": "team member",
}
_NAMED_BY_ID: Final = {
    "stages", "phases", "datasets", "agencies", "constructs", "questions", "topics", "findings"
}  # fmt: skip
# Groups of named entries at the top: what stands under a name is one of them.
NAMED_GROUPS: Final = ("scales", "instruments", "guides")


def said(value: object) -> str:
    """Return a value as a sentence shows it.

    Example:
        >>> said("no"), said(True), said(None), said([1])
        ("'no'", 'true', 'empty', 'a list')
    """
    if value is None:
        return "empty"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST else value[: _LONGEST - 3] + "..."
        return repr(short)
    return json.dumps(value)


def listed(names: Iterable[object], *, most: int = 24) -> str:
    """Return names in a row, or `none yet`.

    Example:
        >>> listed(["a", "b"]), listed([])
        ('a, b', 'none yet')
    """
    every = [str(name) for name in names]
    if not every:
        return "none yet"
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def nearest(value: object, known: Iterable[object]) -> str | None:
    """Return the known name that is most like a value, or None if none is like it.

    Example:
        >>> nearest("chose", ["choose", "kind"]), nearest("xyz", ["choose", "kind"])
        ('choose', None)
    """
    names = {str(name).lower(): str(name) for name in known}
    found = difflib.get_close_matches(str(value).lower(), list(names), n=1, cutoff=0.6)
    return names[found[0]] if found else None


def guess(value: object, known: Iterable[object]) -> str:
    """Return `Did you mean ...? ` with the nearest known name, or nothing.

    Example:
        >>> guess("aereas", ["areas", "cases"])
        "Did you mean 'areas'? "
    """
    found = nearest(value, known)
    return f"Did you mean {found!r}? " if found else ""


def slug(value: object) -> str | None:
    """Return an id made from a text, or None if nothing of it can stand in an id.

    Example:
        >>> slug("Survey (Education)"), slug("2017 areas"), slug("?")
        ('survey-education', 'areas', None)
    """
    plain = re.sub(r"[^a-z0-9]+", "-", str(value).lower()).strip("-")
    return re.sub(r"^[0-9-]+", "", plain)[:64].strip("-") or None


def at(data: object, route: Route) -> Any:  # noqa: ANN401  (raw data of any shape)
    """Return the value at a route of raw data, or None if there is none."""
    for part in route:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def owner(data: object, route: Route) -> str:
    """Return in words whose key something is.

    Example:
        >>> owner({"stages": [{"id": "cases"}]}, ("stages", 0))
        "stage 'cases'"
    """
    if not route:
        return "the study file"
    if route == ("study",):
        return "the study"
    names = _parts(data, route)
    return " of ".join(reversed(names[-2:]))


def called(data: object, route: Route) -> str:
    """Return in words what a value is.

    Example:
        >>> called({"stages": [{"id": "cases"}]}, ("stages", 0, "choose"))
        "'choose' of stage 'cases'"
    """
    *around, last = route
    if isinstance(last, int) or (len(around) == 1 and around[0] in NAMED_GROUPS):
        return owner(data, route)
    if not around:
        return repr(str(last))
    return f"{str(last)!r} of {owner(data, tuple(around))}"


def _parts(data: object, route: Route) -> list[str]:
    names: list[str] = []
    position = 0
    while position < len(route):
        part = str(route[position])
        after = route[position + 1] if position + 1 < len(route) else None
        here = route[: position + 2]
        if part == "study" and position == 0:
            names.append("the study")
            position += 1
        elif isinstance(after, int):
            names.append(_entry(data, part, here, after))
            position += 2
        elif part in NAMED_GROUPS and position == 0 and after is not None:
            names.append(f"{_ONE[part]} {after!r}")
            position += 2
        else:
            names.append(repr(part))
            position += 1
    return names


def _entry(data: object, part: str, route: Route, number: int) -> str:
    name = _ONE.get(part, f"entry {number + 1} of {part!r}")
    if part in _NAMED_BY_ID:
        found = at(data, (*route, "id"))
        if isinstance(found, str):
            return f"{name} {found!r}"
    return f"{name} {number + 1}" if part in _ONE else name
