"""Which units of a text (tokens, sentences, turns) carry a code?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from consilience.base.errors import Fault
from consilience.stats.unitizing.spans import Booleans, Integers, Spans, Texts, joined


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segments:
    """Units into which texts are cut; what lies between them counts nowhere.

    Args:
        document: (s,) number of the text.
        start: (s,) first character.
        end: (s,) character after the last.
    """

    document: Integers
    start: Integers
    end: Integers


def read_segments(document: ArrayLike, start: ArrayLike, end: ArrayLike) -> Segments:
    """Into which units are the texts cut?

    Args:
        document: (s,) number of the text, ascending.
        start: (s,) first character, ascending within a text.
        end: (s,) character after the last, not beyond the start of the next.

    Returns:
        The units.

    Raises:
        Fault: STA-002 for arrays of different lengths, STA-003 for units that are empty, overlap
            or are out of order.

    Example:
        >>> read_segments([0, 0], [0, 6], [5, 9]).end.tolist()
        [5, 9]
    """
    columns = [np.asarray(each, dtype=np.int64) for each in (document, start, end)]
    one = Segments(document=columns[0], start=columns[1], end=columns[2])
    if any(each.ndim != 1 or each.shape != columns[0].shape for each in columns):
        shapes = ", ".join(str(each.shape) for each in columns)
        raise Fault(
            "STA-002", what="the columns of units", shape=shapes, wanted="one number a unit"
        )
    next_text = np.diff(one.document)
    late = (next_text < 0) | ((next_text == 0) & (one.start[1:] < one.end[:-1]))
    if late.any() or (one.end <= one.start).any():
        at = int(np.flatnonzero(np.append(late, False) | (one.end <= one.start))[0])
        raise Fault(
            "STA-003", what="a unit", value=f"{one.start[at]} to {one.end[at]}",
            wanted="at least one character, before the next unit of its text",
        )  # fmt: skip
    return one


def on_segments(
    spans: Spans, texts: Texts, segments: Segments, *, share: float = 0.0
) -> tuple[Spans, Texts]:
    """Which units carry which code, by whom?

    Args:
        spans: marked passages, in characters.
        texts: the texts, in characters.
        segments: their units.
        share: a unit carries a code if more than nothing of it, and at least this share of its
            characters, is marked: 0 for any, 1 for the whole unit. With a share above 0, units of
            one code and coder that touch are one passage.

    Returns:
        Passages and texts in units: a passage of `start` 3 and `end` 5 covers the fourth and
        fifth unit of its text. Passages that share a unit are one.

    Raises:
        Fault: STA-003 for a share outside 0 to 1, or units beyond the end of the texts.

    Example:
        >>> from consilience.stats.unitizing.spans import read_spans, read_texts
        >>> text = read_texts([20], [[True]])
        >>> marked = read_spans([0], [3], [11], [0], [0], texts=text)
        >>> cut = read_segments([0, 0, 0], [0, 6, 12], [5, 11, 20])
        >>> [on_segments(marked, text, cut, share=share)[0].start.tolist() for share in (0, 0.5)]
        [[0], [1]]
    """
    if not 0 <= share <= 1:
        raise Fault("STA-003", what="the share of a unit", value=share, wanted="a number 0 to 1")
    _check_within(texts, segments)
    lengths = np.bincount(segments.document, minlength=len(texts.lengths))
    within = Texts(lengths=lengths.astype(np.int64), coded=texts.coded)
    first, last = _reach(spans, texts, segments)
    if share:
        return _by_share(spans, segments, first, last, share, lengths), within
    kept = last > first
    return joined(_moved(spans, first, last, lengths).of(kept)), within


def _check_within(texts: Texts, segments: Segments) -> None:
    if not len(segments.start):
        return
    highest, texts_there = int(segments.document[-1]), len(texts.lengths)
    if segments.document[0] < 0 or highest >= texts_there:
        raise Fault(
            "STA-003", what="the text of a unit", value=highest, wanted=f"0 to {texts_there - 1}"
        )
    beyond = (segments.end > texts.lengths[segments.document]) | (segments.start < 0)
    if beyond.any():
        at = int(np.flatnonzero(beyond)[0])
        raise Fault(
            "STA-003", what="a unit", value=f"{segments.start[at]} to {segments.end[at]}",
            wanted=f"within the {texts.lengths[segments.document[at]]} characters of its text",
        )  # fmt: skip


def _reach(spans: Spans, texts: Texts, segments: Segments) -> tuple[Integers, Integers]:
    """Return the first unit that a passage touches and the one after the last, over all texts."""
    # Texts one behind the other, so that one search does for all.
    base = np.cumsum(texts.lengths + 1) - texts.lengths - 1
    starts, ends = (column + base[segments.document] for column in (segments.start, segments.end))
    first = np.searchsorted(ends, spans.start + base[spans.document], side="right")
    last = np.searchsorted(starts, spans.end + base[spans.document], side="left")
    return first.astype(np.int64), last.astype(np.int64)


def _moved(spans: Spans, first: Integers, last: Integers, lengths: Integers) -> Spans:
    before = (np.cumsum(lengths) - lengths)[spans.document]
    return Spans(
        document=spans.document,
        start=first - before,
        end=last - before,
        code=spans.code,
        coder=spans.coder,
    )


def _by_share(
    spans: Spans,
    segments: Segments,
    first: Integers,
    last: Integers,
    share: float,
    lengths: Integers,
) -> Spans:
    """Return the units of which enough is marked, several passages taken together."""
    edges, covered = _edges(spans, segments, first, last)
    keys = np.column_stack([spans.code[edges[:, 0]], spans.coder[edges[:, 0]], edges[:, 1]])
    order = np.lexsort(keys.T[::-1])
    keys, edges, covered = keys[order], edges[order], covered[order]
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = (np.diff(keys, axis=0) != 0).any(axis=1)
    at = np.flatnonzero(begins)
    total = np.add.reduceat(covered, at) if len(at) else covered
    unit = edges[at, 1]
    size = segments.end[unit] - segments.start[unit]
    enough: Booleans = total >= share * size - 1e-9
    unit, whose = unit[enough], edges[at, 0][enough]
    inner = last - first > 2
    chosen = np.concatenate([whose, np.flatnonzero(inner)])
    starts = np.concatenate([unit, first[inner] + 1])
    ends = np.concatenate([unit + 1, last[inner] - 1])
    return _merged(_moved(spans.of(chosen), starts, ends, lengths))


def _edges(
    spans: Spans, segments: Segments, first: Integers, last: Integers
) -> tuple[Integers, Integers]:
    """Return pairs of a passage and its first or last unit, and how much of that is marked."""
    some = np.flatnonzero(last > first)
    more = some[last[some] - first[some] > 1]
    span = np.concatenate([some, more])
    unit = np.concatenate([first[some], last[more] - 1])
    begin = np.maximum(spans.start[span], segments.start[unit])
    end = np.minimum(spans.end[span], segments.end[unit])
    return np.column_stack([span, unit]), end - begin


def _merged(spans: Spans) -> Spans:
    """Return touching units as one passage: here they are pieces of what one passage covered."""
    wide = Spans(
        document=spans.document,
        start=spans.start * 2,
        end=spans.end * 2 + 1,
        code=spans.code,
        coder=spans.coder,
    )
    one = joined(wide)
    return Spans(
        document=one.document,
        start=one.start // 2,
        end=(one.end - 1) // 2,
        code=one.code,
        coder=one.coder,
    )
