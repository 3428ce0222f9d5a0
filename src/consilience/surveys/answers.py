"""What does a cell of an export answer? Codes, labels, missing codes, reversed questions.

Cells are decoded once per different text of a column, so that 24,000 responses to 150
questions take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.design.model import Question, Scale

_NOTHING: Final = Scale()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """How the texts of one question are read.

    Args:
        labels: plain label to code; the labels of the points or options.
        codes: the codes that may be given; None if any number within `span` may.
        span: lowest and highest number; infinite where the scale sets no bound.
        missing: codes that mean no answer.
        missing_labels: plain labels that mean no answer.
        turn: what a reversed answer is taken from (lowest + highest), None if not reversed.
        is_open: whether any text is an answer.
    """

    labels: Mapping[str, float]
    codes: frozenset[float] | None
    span: tuple[float, float]
    missing: frozenset[float]
    missing_labels: frozenset[str]
    turn: float | None
    is_open: bool

    @property
    def allowed(self) -> str:
        """Say in words which answers there may be."""
        if self.codes is None:
            low, high = self.span
            bounds = np.isfinite([low, high])
            return f"the numbers from {low:g} to {high:g}" if bounds.any() else "the numbers"
        names = {code: label for label, code in self.labels.items()}
        return ", ".join(
            f"{code:g} ({names[code]})" if code in names else f"{code:g}"
            for code in sorted(self.codes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The answers to one question, one a row of the export.

    Args:
        values: (rows,) codes or numbers, NaN where there is none.
        texts: (rows,) texts of an open question, else None.
        given: (rows,) whether the row has an answer.
        wrong: row position to the text that is no answer of the scale.
    """

    values: npt.NDArray[np.float64]
    texts: list[str | None] | None
    given: npt.NDArray[np.bool_]
    wrong: Mapping[int, str]


def key_of(question: Question, scales: Mapping[str, Scale]) -> Key:
    """How are the texts of this question read?

    Args:
        question: the question.
        scales: the scales of the study by id.

    Returns:
        The key. A question without a scale has no missing codes but the empty cell.
    """
    scale = scales[question.scale] if question.scale else _NOTHING
    points = question.options if question.kind == "choice" and question.options else scale.points
    low, high = scale.span
    if points is None and scale.minimum is None:
        low = -np.inf
    if points is None and scale.maximum is None:
        high = np.inf
    return Key(
        labels={_plain(label): float(code) for code, label in (points or {}).items()},
        codes=frozenset(float(code) for code in points) if points else None,
        span=(low, high),
        missing=frozenset(float(code) for code in scale.missing),
        missing_labels=frozenset(_plain(label) for label in scale.missing.values()),
        turn=low + high if question.reverse and question.kind == "scale" else None,
        is_open=question.kind == "open",
    )


def read_text(text: str, key: Key) -> float | None:
    """What does this text answer, as a code or a number?

    Args:
        text: a cell of the export: a code, a number or a label.
        key: how the question is read.

    Returns:
        The value, turned round if the question is reversed; None if the text means no answer.

    Raises:
        ValueError: if the text is no answer of the scale.
    """
    plain = _plain(text)
    if not plain or plain in key.missing_labels:
        return None
    value = key.labels.get(plain)
    if value is None:
        value = float(plain)
    if value in key.missing:
        return None
    low, high = key.span
    inside = value in key.codes if key.codes is not None else low <= value <= high
    if not inside or not np.isfinite(value):
        raise ValueError(text)
    return value if key.turn is None else key.turn - value


def decode(column: pa.ChunkedArray, key: Key) -> Decoded:
    """What does each row answer to this question?

    Args:
        column: texts, null where the cell is empty.
        key: how the question is read.

    Returns:
        The answers; texts that are no answer are listed, not raised.
    """
    if key.is_open:
        texts = [text.strip() or None if text else None for text in column.to_pylist()]
        given = np.array([text is not None for text in texts], dtype=bool)
        return Decoded(values=np.full(len(texts), np.nan), texts=texts, given=given, wrong={})
    coded = column.combine_chunks().dictionary_encode()
    different = coded.dictionary.to_pylist()
    known = np.full(len(different) + 1, np.nan)
    wrong_at = np.zeros(len(different) + 1, dtype=bool)
    for position, text in enumerate(different):
        try:
            value = read_text(text, key)
        except ValueError:
            wrong_at[position] = True
        else:
            known[position] = np.nan if value is None else value
    # Empty cells stand at the end of the list of different texts.
    rows = coded.indices.fill_null(len(different)).to_numpy(zero_copy_only=False)
    values = known[rows]
    wrong = {int(row): different[rows[row]] for row in np.flatnonzero(wrong_at[rows])}
    return Decoded(values=values, texts=None, given=~np.isnan(values), wrong=wrong)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
