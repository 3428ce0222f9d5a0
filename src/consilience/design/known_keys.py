"""Which keys and what kind of value does the study file know at a place?

Answered from the nouns themselves, so that advice cannot differ from what is accepted.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from consilience.design.model import Study
from consilience.design.positions import Route
from consilience.design.wording import at, listed

_PLAIN: Final[Mapping[object, str]] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dt.date: "a date such as 2017-09-01",
    tuple: "a list",
    Mapping: "lines of 'key: value'",
}


def known_keys(data: object, route: Route) -> tuple[str, ...]:
    """Return the keys that the thing at a route may have; none if it is no group of keys."""
    found = _reached(data, route)
    hidden = {"instruments", "guides"}  # files of their own, no keys of the study file
    names = [
        name
        for model in found
        for name in _fields(model)
        if not (model is Study and name in hidden)
    ]
    return tuple(dict.fromkeys(names))


def wanted(data: object, route: Route) -> str:
    """Return in words what a value at a route should be.

    Example:
        >>> wanted({}, ("study", "starts"))
        'a date such as 2017-09-01'
    """
    *around, last = route
    for model in _reached(data, tuple(around)):
        annotation = _fields(model).get(str(last))
        if annotation is not None:
            return _in_words(annotation)
    return "a value"


def allowed(data: object, route: Route) -> tuple[str, ...]:
    """Return the values that a place allows, where it allows only some."""
    *around, last = route
    if isinstance(last, int):  # an entry of a list
        return allowed(data, tuple(around)) if around else ()
    places = _reached(data, tuple(around))
    annotations = [_fields(model).get(str(last)) for model in places]
    if not places:  # an entry of named values, such as one under `statuses`
        return allowed(data, tuple(around)) if around else ()
    names = [
        value
        for annotation in annotations
        for part in _unwrapped(annotation)
        for one in (part, *_step(part, 0))  # or one of the entries of a list
        if get_origin(one) is Literal
        for value in get_args(one)
    ]
    return tuple(str(name) for name in names)


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of stages."""
    return tuple(
        get_args(model.model_fields["kind"].annotation)[0]
        for model in _models(Study.model_fields["stages"].annotation)
    )


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    fields = model.model_fields
    return {field.alias or name: field.annotation for name, field in fields.items()}


def _reached(data: object, route: Route) -> list[type[BaseModel]]:
    """Return the nouns that the thing at a route can be."""
    found: list[Any] = [Study]
    for length, part in enumerate(route):
        found = [step for annotation in found for step in _step(annotation, part)]
        kind = at(data, (*route[: length + 1], "kind"))
        if length == 1 and route[0] == "stages":
            found = [model for model in found if get_args(_fields(model)["kind"]) == (kind,)]
    return [model for model in found if isinstance(model, type) and issubclass(model, BaseModel)]


def _step(annotation: Any, part: str | int) -> list[Any]:  # noqa: ANN401  (type annotations)
    """Return what can stand one step further."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(_unwrapped(_fields(annotation).get(str(part))))
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is tuple:
        return list(_unwrapped(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return list(_unwrapped(arguments[1]))
    return []


def _unwrapped(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  (type annotations)
    """Yield the alternatives of an annotation without what only bounds them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _unwrapped(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _unwrapped(part)
    elif annotation not in (None, type(None)):
        yield annotation


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401  (type annotations)
    return [model for part in _unwrapped(annotation) for model in _step(part, 0)]


def _in_words(annotation: Any) -> str:  # noqa: ANN401  (type annotations)
    words = []
    for part in _unwrapped(annotation):
        origin = get_origin(part) or part
        if origin is Literal:
            words.append(f"one of {listed(get_args(part))}")
        elif isinstance(origin, type) and issubclass(origin, BaseModel):
            words.append(f"lines of 'key: value' ({listed(_fields(origin))})")
        else:
            plain = next((said for kind, said in _PLAIN.items() if _is(origin, kind)), "a value")
            words.append(plain)
    return " or ".join(dict.fromkeys(words)) or "a value"


def _is(origin: object, kind: object) -> bool:
    return origin is kind or (kind is Mapping and origin in (Mapping, dict))
