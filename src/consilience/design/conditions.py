"""Which units a condition of the study file holds for."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from consilience.design.model import Condition


def is_numeric(column: pa.ChunkedArray) -> bool:
    """Return whether an attribute is a number; all others are levels."""
    return bool(pa.types.is_floating(column.type) or pa.types.is_integer(column.type))


def level_text(value: object) -> str:
    """Return a level as text: 3.0 in a study file and 3 in a table are one level.

    Example:
        >>> level_text(3.0), level_text("primary")
        ('3', 'primary')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def levels_of(condition: Condition) -> tuple[str | float, ...]:
    """Return the levels that a condition names, by `is` or `any_of`."""
    named = condition.any_of or ()
    return named if condition.is_ is None else (*named, condition.is_)


def misfit(column: pa.ChunkedArray, condition: Condition) -> tuple[str, str] | None:
    """Return what an attribute is and the part of a condition that does not fit it, if any.

    Example:
        >>> bound = Condition(attribute="phase", at_least=3)
        >>> misfit(pa.chunked_array([["primary"]]), bound)
        ('text', 'at least 3')
    """
    if is_numeric(column):
        for level in levels_of(condition):
            try:
                float(level)
            except ValueError:
                return "a number", repr(level)
        return None
    bounds = ((condition.at_least, "at least"), (condition.at_most, "at most"))
    for limit, words in bounds:
        if limit is not None:
            return "text", f"{words} {limit:g}"
    return None


def holds(column: pa.ChunkedArray, condition: Condition) -> pa.ChunkedArray:
    """Return for each unit whether a condition holds; a missing value meets none but `missing`.

    Args:
        column: (n,) the attribute: text levels or numbers, null where not known.
        condition: all its parts must hold.

    Returns:
        (n,) truth values without nulls.

    Raises:
        ValueError: where `misfit` tells of something; callers ask it first.

    Example:
        >>> phase = pa.chunked_array([["primary", "special", None]])
        >>> special = Condition.model_validate({"attribute": "phase", "is": "special"})
        >>> holds(phase, special).to_pylist()
        [False, True, False]
    """
    masks = []
    levels = levels_of(condition)
    if levels:
        masks.append(_any_of(column, levels))
    if condition.at_least is not None:
        masks.append(pc.greater_equal(column, condition.at_least))
    if condition.at_most is not None:
        masks.append(pc.less_equal(column, condition.at_most))
    if condition.missing is not None:
        null = pc.is_null(column, nan_is_null=True)
        masks.append(null if condition.missing else pc.invert(null))
    result = pa.chunked_array([pa.repeat(True, len(column))])
    for mask in masks:
        result = pc.and_(result, pc.fill_null(mask, False))
    return result


def _any_of(column: pa.ChunkedArray, levels: Iterable[str | float]) -> pa.ChunkedArray:
    if is_numeric(column):
        wanted = pa.array([float(level) for level in levels], pa.float64())
        return pc.is_in(column.cast(pa.float64()), value_set=wanted)
    wanted = pa.array([level_text(level) for level in levels], pa.string())
    return pc.is_in(column.cast(pa.string()), value_set=wanted)


def in_words(condition: Condition) -> str:
    """Return a condition as people read it."""
    parts = []
    if condition.missing is not None:
        parts.append("missing" if condition.missing else "known")
    if levels_of(condition):
        parts.append("is " + " or ".join(level_text(each) for each in levels_of(condition)))
    if condition.at_least is not None:
        parts.append(f"at least {condition.at_least:g}")
    if condition.at_most is not None:
        parts.append(f"at most {condition.at_most:g}")
    return f"{condition.attribute} " + " and ".join(parts)
