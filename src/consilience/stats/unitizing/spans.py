"""What did coders mark, as arrays, and which coder read which text?"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_WANTED: Final = "whole numbers, one a span"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Marked passages, one a row.

    Args:
        document: (n,) number of the text, from 0.
        start: (n,) first unit, from 0.
        end: (n,) unit after the last.
        code: (n,) number of the code, from 0.
        coder: (n,) number of the coder, from 0.
    """

    document: Integers
    start: Integers
    end: Integers
    code: Integers
    coder: Integers

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.start)

    def of(self, chosen: NDArray[Any]) -> Spans:
        """Return the passages of a mask, or of an order."""
        return Spans(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Texts:
    """The texts, and who read them.

    Args:
        lengths: (d,) units of each text.
        coded: (d, m) whether the coder read the text; what a coder who did not left unmarked says
            nothing.
    """

    lengths: Integers
    coded: Booleans

    @property
    def readers(self) -> Integers:
        """(d,) how many coders read each text."""
        return np.asarray(self.coded.sum(axis=1), dtype=np.int64)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs of coders."""
        return list(combinations(range(self.coded.shape[1]), 2))


def read_texts(lengths: ArrayLike, coded: ArrayLike) -> Texts:
    """Which texts are there, and who read them?

    Args:
        lengths: (d,) units of each text, 0 or more.
        coded: (d, m) true where the coder read the text.

    Returns:
        The texts.

    Raises:
        Fault: STA-002 for another shape, STA-003 for a negative length.

    Example:
        >>> read_texts([100, 80], [[True, True], [True, False]]).readers.tolist()
        [2, 1]
    """
    sizes, read = np.asarray(lengths, dtype=np.int64), np.asarray(coded, dtype=bool)
    if sizes.ndim != 1 or read.ndim != 2 or len(read) != len(sizes):
        raise Fault(
            "STA-002", what="who read which text", shape=read.shape,
            wanted=f"one row for each of the {sizes.size} texts, one column a coder",
        )  # fmt: skip
    if (sizes < 0).any():
        raise Fault(
            "STA-003", what="the length of a text", value=int(sizes.min()), wanted="0 or more"
        )
    return Texts(lengths=sizes, coded=read)


def read_spans(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    coder: ArrayLike,
    *,
    texts: Texts,
) -> Spans:
    """What did coders mark?

    Overlapping passages of one code by one coder are one passage, as a coder has no more to say of
    a word than that it has the code. Passages that touch stay two units.

    Args:
        document: (n,) number of the text.
        start: (n,) first unit, from 0.
        end: (n,) unit after the last, within the text.
        code: (n,) number of the code, from 0.
        coder: (n,) number of the coder, who read the text.
        texts: the texts.

    Returns:
        The passages by code, text, coder and start.

    Raises:
        Fault: STA-002 for arrays of different lengths, STA-003 for a number that cannot be.

    Example:
        >>> two = read_texts([100], [[True, True]])
        >>> read_spans([0, 0], [5, 10], [20, 30], [0, 0], [1, 1], texts=two).end.tolist()
        [30]
    """
    given = [np.asarray(each, dtype=np.int64) for each in (document, start, end, code, coder)]
    if any(each.ndim != 1 or each.shape != given[0].shape for each in given):
        shapes = ", ".join(str(each.shape) for each in given)
        raise Fault("STA-002", what="the columns of spans", shape=shapes, wanted=_WANTED)
    spans = Spans(document=given[0], start=given[1], end=given[2], code=given[3], coder=given[4])
    _check(spans, texts)
    return joined(spans)


def _check(spans: Spans, texts: Texts) -> None:
    documents, coders = texts.coded.shape
    for name, values, limit in (
        ("document", spans.document, documents),
        ("coder", spans.coder, coders),
        ("code", spans.code, None),
    ):
        wrong = (values < 0) | (values >= limit if limit is not None else False)
        if wrong.any():
            span = f"0 to {limit - 1}" if limit is not None else "0 or more"
            raise Fault(
                "STA-003", what=f"the number of a {name}", value=int(values[wrong][0]), wanted=span
            )
    wrong = (spans.start < 0) | (spans.end <= spans.start)
    wrong |= spans.end > texts.lengths[spans.document]
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise Fault(
            "STA-003", what="a span", value=f"{spans.start[first]} to {spans.end[first]}",
            wanted=f"within the {texts.lengths[spans.document[first]]} units of its text",
        )  # fmt: skip
    if not texts.coded[spans.document, spans.coder].all():
        unread = ~texts.coded[spans.document, spans.coder]
        raise Fault(
            "STA-003", what="the coder of a span", value=int(spans.coder[unread][0]),
            wanted=f"one who read text {spans.document[unread][0]}",
        )  # fmt: skip


def joined(spans: Spans) -> Spans:
    """Return the passages with those of one code and coder that overlap made one.

    Args:
        spans: passages in any order.

    Returns:
        Passages by code, text, coder and start; those that touch stay apart.
    """
    if not len(spans):
        return spans
    one = spans.of(np.lexsort((spans.start, spans.coder, spans.document, spans.code)))
    of_other = np.ones(len(one), dtype=bool)
    of_other[1:] = (
        (np.diff(one.code) != 0) | (np.diff(one.document) != 0) | (np.diff(one.coder) != 0)
    )
    # The highest end so far within a group: groups are lifted above one another for that.
    lift = np.cumsum(of_other) * (int(one.end.max()) + 1)
    reached = np.maximum.accumulate(one.end + lift)
    begins = of_other.copy()
    begins[1:] |= (one.start + lift)[1:] >= reached[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(one)) - 1
    kept = one.of(first)
    return Spans(
        document=kept.document,
        start=kept.start,
        end=(reached - lift)[last],
        code=kept.code,
        coder=kept.coder,
    )
