"""What does each person score on each scale of a measure?"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import ValidationError

from consilience.base.errors import Fault, Faults
from consilience.measures.model import ANSWER, SCORE, MeasureKey, ScaleKey
from consilience.stats.scales.scoring import Scores, reverse, scale_scores

Floats = NDArray[np.float64]

# Faults shown of one kind; the others have the same cause.
SHOWN: Final = 20


def key_of(data: Mapping[str, Any]) -> MeasureKey:
    """What key does a file hold?

    Args:
        data: what was read from YAML, see `docs/explanation/statistics/scales-and-climate.md`.

    Returns:
        The key.

    Raises:
        Faults: MEA-001 for each thing that does not fit.

    Example:
        >>> key = key_of(
        ...     {
        ...         "id": "trust",
        ...         "title": "Trust",
        ...         "licence": "CC0",
        ...         "low": 1,
        ...         "high": 5,
        ...         "scales": [{"id": "trust", "title": "Trust", "items": ["t1", "-t2"]}],
        ...     }
        ... )
        >>> key.scales[0].signs
        {'t1': 1, 't2': -1}
    """
    try:
        return MeasureKey.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A list whose parts do not fit is called too short besides.
        inner = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
        raise Faults(
            [
                Fault(
                    "MEA-001",
                    place=".".join(str(part) for part in each["loc"]) or "the whole",
                    reason=each["msg"].removeprefix("Value error, "),
                )
                for each in found
                if each["loc"] not in inner
            ]
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """The answers to a measure, side by side.

    Args:
        persons: (people,) in the order in which they first occur.
        items: names of the columns.
        values: (people, items), nan where not answered.
        warnings: MEA-005.
    """

    persons: tuple[str, ...]
    items: tuple[str, ...]
    values: Floats
    warnings: tuple[Fault, ...]


def side_by_side(answers: pa.Table, key: MeasureKey) -> Answered:
    """What did each person answer to each item of a measure?

    Args:
        answers: schema `ANSWER`; items that the key does not have are passed over, but who
            answered only those is a person all the same. Rows without person or item are passed
            over too.
        key: of the measure.

    Returns:
        The answers as a matrix.

    Raises:
        Fault: MEA-002 for a missing column.
        Faults: MEA-003 for answers outside the scale, MEA-004 for two answers to an item.
    """
    check_columns(answers, ANSWER, what="answers")
    answers = answers.filter(pc.and_(pc.is_valid(answers["person"]), pc.is_valid(answers["item"])))
    persons, rows = _coded(answers["person"])
    names, columns = _coded(answers["item"])
    place = {name: number for number, name in enumerate(key.items)}
    to_key = np.array([place.get(name, -1) for name in names] or [-1], dtype=np.int64)
    columns = to_key[columns] if len(columns) else columns
    value = pc.cast(answers["value"], pa.float64()).to_numpy().astype(float, copy=False)
    used = (columns >= 0) & ~np.isnan(value)
    rows, columns, value = rows[used], columns[used], value[used]
    _refuse_twice(rows, columns, persons, key)
    values = np.full((len(persons), len(key.items)), np.nan)
    values[rows, columns] = value
    _refuse_outside(values, persons, key)
    return Answered(
        persons=persons,
        items=key.items,
        values=values,
        warnings=_unanswered(values, names, key) if len(persons) else (),
    )


def check_columns(table: pa.Table, schema: pa.Schema, *, what: str) -> None:
    """Refuse a table that lacks a column of a schema.

    Raises:
        Fault: MEA-002 for the first column that is not there.
    """
    for name in schema.names:
        if name not in table.column_names:
            raise Fault("MEA-002", what=what, column=name, wanted=", ".join(schema.names))


def _coded(column: pa.ChunkedArray) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the texts of a column in order of occurrence, and the number of each row's."""
    text = pc.cast(column, pa.string()).combine_chunks()
    if isinstance(text, pa.ChunkedArray):
        text = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.string())
    coded = text.dictionary_encode()
    names = tuple(str(name) for name in coded.dictionary.to_pylist())
    return names, coded.indices.to_numpy().astype(np.int64)


def _refuse_twice(
    rows: NDArray[np.int64], columns: NDArray[np.int64], persons: tuple[str, ...], key: MeasureKey
) -> None:
    cells = np.sort(rows * len(key.items) + columns)
    twice = np.unique(cells[1:][cells[1:] == cells[:-1]])[:SHOWN]
    if len(twice):
        raise Faults(
            [
                Fault("MEA-004", person=persons[row], item=key.items[column])
                for row, column in zip(*np.divmod(twice, len(key.items)), strict=True)
            ]
        )


def _refuse_outside(values: Floats, persons: tuple[str, ...], key: MeasureKey) -> None:
    ends = {name: key.ends(scale) for scale in key.scales for name in scale.signs}
    low, high = np.array([ends[name] for name in key.items]).T
    faults = [
        Fault(
            "MEA-003",
            person=persons[row],
            value=f"{values[row, column]:g}",
            item=key.items[column],
            low=f"{low[column]:g}",
            high=f"{high[column]:g}",
        )
        for row, column in np.argwhere((values < low) | (values > high))[:SHOWN]
    ]
    if faults:
        raise Faults(faults)


def _unanswered(values: Floats, names: tuple[str, ...], key: MeasureKey) -> tuple[Fault, ...]:
    silent = {key.items[each] for each in np.flatnonzero(np.isnan(values).all(axis=0))}
    spare = [name for name in names if name not in key.items]
    return tuple(
        Fault("MEA-005", item=item, scale=scale.id, nearest=_nearest(item, spare))
        for scale in key.scales
        for item in scale.signs
        if item in silent
    )


def _nearest(item: str, names: list[str]) -> str:
    found = difflib.get_close_matches(item, names, n=1, cutoff=0.0)
    return found[0] if found else "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """What people score.

    Args:
        table: schema `SCORE`, person by person, scale by scale.
        warnings: MEA-005.
    """

    table: pa.Table
    warnings: tuple[Fault, ...]


def score(answers: pa.Table, key: MeasureKey) -> Scored:
    """What does each person score on each scale of a measure?

    Args:
        answers: schema `ANSWER`.
        key: of the measure; it says which items are turned round, and how many must be
            answered.

    Returns:
        A row for each person and scale; the score is null where too little was answered.

    Raises:
        Fault: MEA-002 for a missing column.
        Faults: MEA-003 for answers outside the scale, MEA-004 for two answers to an item.

    Example:
        >>> key = key_of(
        ...     {
        ...         "id": "trust",
        ...         "title": "Trust",
        ...         "licence": "CC0",
        ...         "low": 1,
        ...         "high": 5,
        ...         "scales": [{"id": "trust", "title": "Trust", "items": ["t1", "-t2"]}],
        ...     }
        ... )
        >>> answers = pa.table({"person": ["a", "a"], "item": ["t1", "t2"], "value": [4.0, 1.0]})
        >>> score(answers, key).table["score"].to_pylist()
        [4.5]
    """
    answered = side_by_side(answers, key)
    return Scored(table=score_table(answered, key), warnings=answered.warnings)


def score_table(answered: Answered, key: MeasureKey) -> pa.Table:
    """Return what people score, of schema `SCORE`."""
    scored = [scores_of(answered, scale, key) for scale in key.scales]
    people, count = len(answered.persons), len(key.scales)
    values = np.column_stack([each.scores for each in scored]).ravel()
    columns = {
        "person": np.repeat(np.array(answered.persons, dtype=object), count),
        "scale": np.tile(np.array([scale.id for scale in key.scales], dtype=object), people),
        "score": pa.array(values, from_pandas=True),
        "share": np.column_stack([each.share for each in scored]).ravel(),
        "answered": np.column_stack([each.answered for each in scored]).ravel(),
        "items": np.tile([int(each.items[0]) for each in scored], people),
    }
    return pa.table(columns, schema=SCORE)


def scores_of(answered: Answered, scale: ScaleKey, key: MeasureKey) -> Scores:
    """Return (people, 1) scores on one scale."""
    low, high = key.ends(scale)
    own = [answered.items.index(name) for name in scale.signs]
    return scale_scores(
        answered.values[:, own],
        list(scale.signs.values()),
        low=low,
        high=high,
        missing="share",
        least=key.least if scale.least is None else scale.least,
        method=key.method,
    )


def keyed_items(answered: Answered, scale: ScaleKey, key: MeasureKey) -> Floats:
    """Return (people, items) answers to one scale, negative items turned round."""
    low, high = key.ends(scale)
    own = [answered.items.index(name) for name in scale.signs]
    negative = [sign < 0 for sign in scale.signs.values()]
    return reverse(answered.values[:, own], low=low, high=high, negative=negative)
