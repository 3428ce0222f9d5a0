"""Which passages may a code be missing from, and how good were the proposals?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consilience.coding.model import Judgement, Suggestion
from consilience.stats.weighting.proportions import wilson_ends
from consilience.text.similar import Vectors, nearest

_NORMAL_95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """Passages that may be proposed, each a turn: document, version, start and end in order."""

    documents: Sequence[str]
    versions: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallCheck:
    """How many of the passages proposed for a code a person found relevant.

    Args:
        code: its id.
        proposed: passages proposed and judged.
        relevant: of these, those that the code belongs to.
        low: lower end of the 95 % interval of the share, by Wilson.
        high: its upper end.
    """

    code: str
    proposed: int
    relevant: int
    low: float
    high: float


def suggest(
    code: str,
    *,
    passages: Passages,
    coded: npt.NDArray[np.bool_],
    examples: Vectors,
    model: str,
    top: int = 50,
) -> tuple[Suggestion, ...]:
    """Return the passages without a code that are most like those that carry it.

    Args:
        code: its id.
        passages: where to look.
        coded: for each passage whether it carries the code already, or was judged before.
        examples: vectors of passages that carry the code.
        model: hash of the model that made the vectors.
        top: how many at most.

    Returns:
        The best first, each with its score; none if the code has no examples.
    """
    free = np.flatnonzero(~coded)
    if not len(free) or not len(examples):
        return ()
    rows, scores = nearest(passages.vectors[free], examples, top=top)
    return tuple(
        Suggestion(
            code=code,
            document=passages.documents[row],
            version=int(passages.versions[row]),
            start=int(passages.starts[row]),
            end=int(passages.ends[row]),
            score=round(float(score), 4),
            model=model,
        )
        for row, score in zip(free[rows].tolist(), scores.tolist(), strict=True)
    )


def recall_checks(judgements: Iterable[Judgement]) -> tuple[RecallCheck, ...]:
    """Return for each code how many of the passages proposed were found relevant.

    Many relevant ones mean that coders overlooked passages: the code is to be gone through again.
    """
    verdicts: dict[str, list[bool]] = {}
    for judgement in judgements:
        verdicts.setdefault(judgement.code, []).append(judgement.relevant)
    checks = []
    for code, given in sorted(verdicts.items()):
        share, count = np.array(sum(given) / len(given)), np.array(float(len(given)))
        low, high = wilson_ends(share, count, _NORMAL_95)
        checks.append(
            RecallCheck(
                code=code,
                proposed=len(given),
                relevant=sum(given),
                low=float(low),
                high=float(high),
            )
        )
    return tuple(checks)
