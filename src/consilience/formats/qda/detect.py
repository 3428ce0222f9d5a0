"""Which convention does a project follow? Its own passages say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consilience.base.errors import Fault
from consilience.formats.qda.boundaries import Quote, end_fit, start_fit
from consilience.formats.qda.conventions import (
    CONVENTIONS,
    Convention,
    End,
    Layout,
    Standing,
    Verdict,
)
from consilience.formats.qda.rulers import rulers_of

# A mean fit below this says that passages begin and end anywhere: nothing can be told from them.
LEAST_SCORE: Final = 0.65
# Points by which the best must lead each that places a passage elsewhere: at least so many, and
# at least this share of the starts and ends that the two place differently.
LEAST_MARGIN: Final = 0.75
LEAST_SHARE: Final = 0.1
# Points more for each end that fits as well with a character more, such as the full stop of a
# sentence, up to a whole one: where all are such, a habit of the coders and an end that is
# included look the same.
ALIKE: Final = 0.25
MOST_ALIKE: Final = 1.0
# Passages looked at of texts of one make (with emoji, with CRLF, ...); the rest would say no more.
SAMPLE: Final = 2000
_TEXTS: Final = 100
# Names quote if this share of them begins as a passage does.
_QUOTING: Final = 0.5
# Where a program cuts names, the longest ones are cut; none was seen to cut before this length.
_NEVER_CUT: Final = 25

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Passages:
    """The passages of one text, in the numbers of its program.

    Args:
        text: gives the normal text; asked for only if it is looked at.
        layout: how it lay in its file.
        starts: as in the file.
        ends: as in the file.
        names: the name of each, None where it has none.
        make: what sort of text it is; texts of a make tell the same.
    """

    text: Callable[[], str]
    layout: Layout
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    names: Sequence[str | None]
    make: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What each convention makes of each passage looked at; NaN where a quote says nothing."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    words: Matrix
    quotes: Matrix


def detect(projects: Iterable[Passages], *, end: End | None = None) -> Verdict:
    """Return which convention fits best, with the score of each; nothing is refused here.

    Each start and end of a passage gives up to one point: from its name where names quote the
    text, else by whether it lies at the edge of a word. A trait that no real export was seen to
    have costs one point, so that it takes more than a slip to be believed.

    Args:
        projects: the passages of each text; those of no length say nothing and should be left out.
        end: how the program is known to count ends; None if it is not known.
    """
    taken = list(_sample(list(projects)))
    if not taken:
        return Verdict(convention=Convention())
    evidence = _weigh(taken)
    if not evidence.starts.size:
        return Verdict(convention=Convention())
    oddity = np.array([each.oddity for each in CONVENTIONS], dtype=float)
    quoting = _quotes_speak(evidence.quotes)
    primary = evidence.quotes if quoting else evidence.words
    if end is not None:
        oddity[[each.end != end for each in CONVENTIONS]] = np.inf
    best, margin, settled = _choose(evidence, primary, oddity)
    if quoting and not settled:
        joined = np.nan_to_num(evidence.quotes) + evidence.words
        best, margin, _ = _choose(evidence, joined, oddity)
    scores = np.nanmean(primary, axis=1)
    return Verdict(
        convention=CONVENTIONS[best],
        score=float(scores[best]),
        margin=margin,
        basis="quotes" if quoting else "words",
        looked_at=evidence.starts.shape[1],
        standings=_standings(evidence, scores, best),
        scores=tuple(map(_standing, range(len(CONVENTIONS)), scores.tolist())),
    )


def check_verdict(verdict: Verdict, *, name: str) -> None:
    """Refuse a verdict that is not sure enough.

    Raises:
        Fault: FMT-243 if the best convention fits badly, FMT-244 if another fits almost as well.
    """
    if verdict.score is None:
        return
    others = [each for each in verdict.standings if each.convention != verdict.convention]
    second = str(others[0].convention) if others else "none"
    if verdict.score < LEAST_SCORE:
        raise Fault(
            "FMT-243",
            name=name,
            convention=str(verdict.convention),
            score=verdict.score,
            least=LEAST_SCORE,
        )
    if verdict.margin is not None and verdict.margin < 0:
        raise Fault(
            "FMT-244", name=name, convention=str(verdict.convention), other=second,
            score=verdict.score,
        )  # fmt: skip


def _sample(projects: Sequence[Passages]) -> Iterable[Passages]:
    """Yield about `SAMPLE` passages of each make of text, spread evenly."""
    makes: dict[tuple[bool, ...], list[Passages]] = {}
    for each in projects:
        if len(each.starts):
            makes.setdefault(each.make, []).append(each)
    for every in makes.values():
        group = every[:: max(1, len(every) // _TEXTS)]
        step = max(1, sum(len(each.starts) for each in group) // SAMPLE)
        offset = 0
        for each in group:
            rows = np.arange(offset, len(each.starts), step)
            offset = (offset - len(each.starts)) % step
            if len(rows):
                yield Passages(
                    text=each.text,
                    layout=each.layout,
                    starts=each.starts[rows],
                    ends=each.ends[rows],
                    names=[each.names[row] for row in rows.tolist()],
                    make=each.make,
                )


def _weigh(taken: Sequence[Passages]) -> _Evidence:
    longest = max((len(name or "") for each in taken for name in each.names), default=0)
    parts = [_weigh_one(each, longest) for each in taken]
    return _Evidence(
        starts=np.concatenate([part.starts for part in parts], axis=1),
        ends=np.concatenate([part.ends for part in parts], axis=1),
        words=np.concatenate([part.words for part in parts], axis=1),
        quotes=np.concatenate([part.quotes for part in parts], axis=1),
    )


def _quote(name: str | None) -> Quote:
    return Quote(name or "")


def _weigh_one(passages: Passages, longest: int) -> _Evidence:
    text = passages.text()
    count = len(passages.starts)
    starts = np.empty((len(CONVENTIONS), count), dtype=np.int64)
    ends = np.empty_like(starts)
    words = np.empty((len(CONVENTIONS), 2 * count))
    quotes = np.full_like(words, np.nan)
    quoted = [_quote(name) for name in passages.names]
    rows: dict[tuple[bytes, bytes], int] = {}
    for row, ruler in enumerate(rulers_of(text, passages.layout, CONVENTIONS)):
        starts[row], ends[row] = ruler.starts(passages.starts), ruler.ends(passages.ends)
        # Most conventions agree on most texts; what was weighed once is not weighed again.
        same = rows.setdefault((starts[row].tobytes(), ends[row].tobytes()), row)
        if same != row:
            words[row], quotes[row] = words[same], quotes[same]
            continue
        spans = list(zip(starts[row].tolist(), ends[row].tolist(), quoted, strict=True))
        words[row, :count] = [start_fit(text, start) for start, _, _ in spans]
        words[row, count:] = [end_fit(text, end) for _, end, _ in spans]
        for number, (start, end, quote) in enumerate(spans):
            if not quote.says_something:
                continue
            quotes[row, number] = quote.start_fit(text, start, end)
            if not quote.cut and (quote.length < longest or quote.length < _NEVER_CUT):
                quotes[row, count + number] = quote.end_fit(text, start, end)
    # What lies outside the text however it is counted is a mistake, and says nothing.
    within = ((starts >= 0) & (starts <= len(text)) & (ends <= len(text))).any(axis=0)
    both = np.repeat(within, 2)
    return _Evidence(
        starts[:, within],
        ends[:, within],
        _paired(words, count)[:, both],
        _paired(quotes, count)[:, both],
    )


def _paired(points: Matrix, count: int) -> Matrix:
    """Return points in the order start, end of each passage, so that parts can be joined."""
    return points.reshape(len(points), 2, count).transpose(0, 2, 1).reshape(len(points), -1)


def _quotes_speak(quotes: Matrix) -> bool:
    """Return whether names quote: most begin as a passage does, under some convention."""
    starts = quotes[:, ::2]
    named = ~np.isnan(starts[0])
    if not named.any():
        return False
    shares = (starts[:, named] > 0).mean(axis=1)
    return bool(shares.max() >= _QUOTING)


def _choose(
    evidence: _Evidence, points: Matrix, oddity: npt.NDArray[np.float64]
) -> tuple[int, float | None, bool]:
    """Return the best row, by how much it leads what is demanded, and whether points decided it.

    The lead is over the nearest convention that places a passage elsewhere, less what is demanded;
    below 0 it is not enough. None if there is no such convention.
    """
    totals = np.nansum(points, axis=1) - oddity
    best = int(np.lexsort((np.arange(len(totals)), oddity, -totals))[0])
    leads, settled = [], True
    for row in np.flatnonzero(np.isfinite(oddity)).tolist():
        starts = evidence.starts[row] != evidence.starts[best]
        ends = evidence.ends[row] != evidence.ends[best]
        differ = np.stack([starts, ends], axis=1).ravel()
        if not differ.any():
            continue
        speaking = differ & ~np.isnan(points[row])
        settled = settled and bool(speaking.any())
        alike = speaking & (points[row] == points[best]) & (points[row] > 0)
        # Only where nothing but ends differs; else that two places fit as well is chance.
        unclear = 0 if starts.any() else int(alike.sum())
        telling = float(speaking.sum()) - unclear
        demanded = max(LEAST_MARGIN, LEAST_SHARE * telling) + min(ALIKE * unclear, MOST_ALIKE)
        leads.append(float(totals[best] - totals[row]) - demanded)
    margin = min(leads, default=None)
    return best, margin, settled and (margin is None or margin >= 0)


def _standings(
    evidence: _Evidence, scores: npt.NDArray[np.float64], best: int
) -> tuple[Standing, ...]:
    """Return the conventions that differ on the passages looked at, the simplest of each sort."""
    seen: dict[bytes, int] = {}
    order = sorted(range(len(CONVENTIONS)), key=lambda row: (row != best, CONVENTIONS[row].oddity))
    for row in order:
        seen.setdefault(evidence.starts[row].tobytes() + evidence.ends[row].tobytes(), row)
    ranked = sorted(seen.values(), key=lambda row: (row != best, -scores[row]))
    return tuple(_standing(row, float(scores[row])) for row in ranked)


def _standing(row: int, score: float) -> Standing:
    return Standing(convention=CONVENTIONS[row], score=round(score, 4))
