"""Which passages may a code be missing from, and how good were the proposals?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.coding.model import Judgement, Suggestion
from consilience.formats.tables import read_table, row_numbers
from consilience.stats.weighting.proportions import wilson_ends
from consilience.text.similar import Vectors, nearest

_NORMAL_95: Final = 1.959963984540054


# What a person fills in: one row a proposal, with its words beside it.
PROPOSAL: Final = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("document", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("model", pa.string(), nullable=False),
        pa.field("relevant", pa.string()),
        pa.field("name", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
)
_WORDS: Final = {"yes": True, "no": False}


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


def read_judgements(file: Path, *, coder: str, at: str) -> tuple[Judgement, ...]:
    """Return what a person filled in; rows left empty are still to be judged.

    Args:
        file: a table with the columns of `PROPOSAL`; `name` and `text` may be gone.
        coder: who judged.
        at: when, UTC.

    Raises:
        Faults: COD-101 for each cell that is not what it should be, and a missing column.
    """
    table = read_table(file)
    needed = [name for name in PROPOSAL.names if name not in ("name", "text")]
    absent = [name for name in needed if name not in table.column_names]
    if absent:
        where = Where(file=str(file))
        raise Faults(
            Fault("COD-101", where=where, column=name, value="no column") for name in absent
        )
    faults: list[Fault] = []
    found = []
    for row, line in zip(row_numbers(table), table.to_pylist(), strict=True):
        word = (line["relevant"] or "").strip().casefold()
        if not word:
            continue
        try:
            suggestion = Suggestion(
                code=line["code"] or "",
                document=line["document"] or "",
                version=int(line["version"]),
                start=int(line["start"]),
                end=int(line["end"]),
                score=float(line["score"]),
                model=line["model"] or "",
            )
            relevant = _WORDS[word]
        except (TypeError, ValueError, KeyError) as error:
            where = Where(file=str(file), row=row)
            faults.append(Fault("COD-101", where=where, column="relevant", value=str(error)))
            continue
        found.append(Judgement(suggestion=suggestion, relevant=relevant, coder=coder, at=at))
    if faults:
        raise Faults(faults)
    return tuple(found)
