"""Does the study file have the shape of a study: its keys, its kinds of values?

pydantic finds what does not fit; here each of its errors is said in words of the study.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from consilience.design.known_keys import allowed, kinds, known_keys, wanted
from consilience.design.model import Study
from consilience.design.positions import Finding, Route
from consilience.design.wording import at, called, listed, nearest, owner, said, slug

# What pydantic calls a wrong type, and the code for it.
_TYPES: Final[Mapping[str, str]] = {
    "string_type": "DES-034",
    "int_type": "DES-035",
    "int_from_float": "DES-035",
    "int_parsing": "DES-035",
    "int_parsing_size": "DES-035",
    "float_type": "DES-036",
    "float_parsing": "DES-036",
    "finite_number": "DES-036",
    "bool_type": "DES-037",
    "bool_parsing": "DES-037",
    "tuple_type": "DES-038",
    "list_type": "DES-038",
    "dict_type": "DES-039",
    "mapping_type": "DES-039",
    "model_type": "DES-039",
    "model_attributes_type": "DES-039",
}
_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


# How pydantic ends the place of a value that may be of several types.
_ALTERNATIVES: Final = ("str", "float", "bool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One of pydantic's errors, at its place in the data.

    Args:
        route: the way to the value in the data, or to where a missing key should be.
        kind: pydantic's name of the error; `among` where no type of several fits.
        message: pydantic's words.
        context: what pydantic knows besides, such as a bound.
        of_key: whether it is about the key and not about its value.
    """

    route: Route
    kind: str
    message: str
    context: Mapping[str, object]
    of_key: bool


def build(data: dict[str, Any]) -> Study:
    """Return the study of plain data, taking no value for another kind than it is.

    Through JSON, because only there pydantic tells a date as text from a wrong type and yet
    takes `true` for no number and `"5"` for no whole number.

    Raises:
        ValidationError: of pydantic, with every place that does not fit.
    """
    return Study.model_validate_json(json.dumps(data), strict=True)


def misfits(error: ValidationError, data: object) -> list[Misfit]:
    """Return pydantic's errors, one a place and kind.

    Args:
        error: what pydantic raised for `data`.
        data: the raw study, instruments under `instruments`.
    """
    found: dict[tuple[Route, str], Misfit] = {}
    for each in error.errors(include_url=False):
        loc = each["loc"]
        route = _route(loc, data)
        kind = "among" if len(loc) > 1 and loc[-1] in _ALTERNATIVES else each["type"]
        if kind == "too_short" and at(data, route):
            continue  # pydantic counts only the entries that were right
        misfit = Misfit(
            route=route,
            kind=kind,
            message=each["msg"],
            context=each.get("ctx", {}),
            of_key=bool(loc) and loc[-1] == "[key]",
        )
        found.setdefault((route, kind), misfit)
    return list(found.values())


def shape_findings(errors: Iterable[Misfit], data: object) -> list[Finding]:
    """Return what does not fit, in words of the study."""
    errors = tuple(errors)
    misspelt = {
        (*each.route[:-1], nearest(each.route[-1], known_keys(data, each.route[:-1])))
        for each in errors
        if each.kind == "extra_forbidden"
    }
    # A key that is missing because it is misspelt has its fault already.
    return [
        _finding(each, data)
        for each in errors
        if not (each.kind == "missing" and each.route in misspelt)
    ]


def _route(loc: tuple[int | str, ...], data: object) -> Route:
    """Return pydantic's place without what is not in the data: tags, unions, `[key]`."""
    route: Route = ()
    for number, part in enumerate(loc):
        here = at(data, route)
        if number == 2 and loc[0] == "stages" and part in kinds():
            continue
        if isinstance(here, list) and isinstance(part, int):
            route = (*route, part)
        elif isinstance(here, dict) and part != "[key]":
            route = (*route, str(part))
    return route


def _finding(misfit: Misfit, data: object) -> Finding:
    value = at(data, misfit.route)
    if misfit.of_key:
        return _of_key(misfit, data)
    if value is None and misfit.kind not in ("missing", "extra_forbidden"):
        what = called(data, misfit.route)
        values = {"what": what, "wanted": wanted(data, misfit.route)}
        return Finding(code="DES-033", route=misfit.route, on_key=True, values=values)
    if misfit.kind in _TYPES:
        return _wrong_type(misfit, data)
    return _SAYINGS.get(misfit.kind, _other)(misfit, data)


def _said(misfit: Misfit, data: object) -> dict[str, object]:
    what = called(data, misfit.route) if misfit.route else "the study file"
    return {"what": what, "value": said(at(data, misfit.route))}


def _wrong_type(misfit: Misfit, data: object) -> Finding:
    code = _TYPES[misfit.kind]
    keys = known_keys(data, misfit.route) if code == "DES-039" else ()
    values = {**_said(misfit, data), "keys": f": {listed(keys)}" if keys else ""}
    return Finding(code=code, route=misfit.route, values=values)


def _of_key(misfit: Misfit, data: object) -> Finding:
    key = str(misfit.route[-1])
    values = {"what": f"a key in {owner(data, misfit.route[:-1])}", "value": repr(key)}
    code = _TYPES.get(misfit.kind, "DES-051")
    if misfit.kind == "string_pattern_mismatch":
        code, values = "DES-042", {**values, "better": repr(slug(key) or "a-1")}
    values["reason"] = misfit.message
    return Finding(code=code, route=misfit.route, on_key=True, values=values)


def _among(misfit: Misfit, data: object) -> Finding:
    return Finding(code="DES-050", route=misfit.route, values=_said(misfit, data))


def _out_of_range(misfit: Misfit, data: object) -> Finding:
    name, words = _BOUNDS[misfit.kind]
    values = {**_said(misfit, data), "bound": f"{words} {misfit.context[name]:g}"}
    return Finding(code="DES-041", route=misfit.route, values=values)


def _unknown_key(misfit: Misfit, data: object) -> Finding:
    around, key = misfit.route[:-1], str(misfit.route[-1])
    known = known_keys(data, around)
    near = nearest(key, known)
    values = {"key": key, "owner": owner(data, around), "known": listed(known, most=40)}
    empty = at(data, misfit.route) is None
    code = "DES-030" if near else "DES-053" if empty else "DES-031"
    values |= {"nearest": near} if near else {}
    return Finding(code=code, route=misfit.route, on_key=True, values=values)


def _missing(misfit: Misfit, data: object) -> Finding:
    around, key = misfit.route[:-1], str(misfit.route[-1])
    words = wanted(data, misfit.route)
    values = {"owner": owner(data, around), "key": key, "wanted": words}
    return Finding(code="DES-032", route=around, values=values)


def _not_allowed(misfit: Misfit, data: object) -> Finding:
    if misfit.route == ("consilience",):
        return Finding(code="DES-048", route=misfit.route, values=_said(misfit, data))
    choices = allowed(data, misfit.route)
    near = nearest(at(data, misfit.route), choices)
    values = {
        **_said(misfit, data),
        "allowed": listed(choices),
        "guess": f" Did you mean {near!r}?" if near else "",
    }
    return Finding(code="DES-040", route=misfit.route, values=values)


def _not_id(misfit: Misfit, data: object) -> Finding:
    better = repr(slug(at(data, misfit.route)) or "a-1")
    values = {**_said(misfit, data), "better": better}
    return Finding(code="DES-042", route=misfit.route, values=values)


def _not_date(misfit: Misfit, data: object) -> Finding:
    no_day = "outside expected range" in str(misfit.context.get("error", ""))
    detail = ": there is no such day" if no_day else ""
    values = {**_said(misfit, data), "detail": detail}
    return Finding(code="DES-043", route=misfit.route, values=values)


def _too_short(misfit: Misfit, data: object) -> Finding:
    code = "DES-044" if misfit.kind == "string_too_short" else "DES-045"
    return Finding(code=code, route=misfit.route, on_key=True, values=_said(misfit, data))


def _no_kind(misfit: Misfit, data: object) -> Finding:
    values: dict[str, object] = {
        "owner": owner(data, misfit.route), "allowed": listed(kinds())
    }  # fmt: skip
    if misfit.kind == "union_tag_not_found":
        return Finding(code="DES-046", route=misfit.route, values=values)
    value = at(data, (*misfit.route, "kind"))
    near = nearest(value, kinds())
    values |= {"value": said(value), "guess": f" Did you mean {near!r}?" if near else ""}
    return Finding(code="DES-047", route=(*misfit.route, "kind"), values=values)


def _other(misfit: Misfit, data: object) -> Finding:
    values = {**_said(misfit, data), "reason": misfit.message}
    return Finding(code="DES-051", route=misfit.route, values=values)


_SAYINGS: Final[Mapping[str, Callable[[Misfit, object], Finding]]] = {
    **dict.fromkeys(_BOUNDS, _out_of_range),
    "among": _among,
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _not_allowed,
    "string_pattern_mismatch": _not_id,
    "date_type": _not_date,
    "date_parsing": _not_date,
    "date_from_datetime_parsing": _not_date,
    "date_from_datetime_inexact": _not_date,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "union_tag_invalid": _no_kind,
    "union_tag_not_found": _no_kind,
}
