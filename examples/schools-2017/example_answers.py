"""What the makers of simulated files share: streams, invented answers, files of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.base.seeds import stream
from consilience.design.model import Question, Study
from consilience.formats.tables import write_csv

COMMENTS = (
    "More time for designated leads.",
    "One number to call.",
    "Meet before there is a case.",
    "Tell schools what came of a referral.",
)

Floats = npt.NDArray[np.float64]
RngFor = Callable[[str], np.random.Generator]


def streams(study: Study) -> RngFor:
    """Return one random stream a decision, all from the seed of the study."""
    return lambda name: stream(study.study.seed, f"example/{name}")


def own_answers(question: Question, count: int, rng: np.random.Generator) -> Floats:
    """Return answers to a question of one agency only; of an open one, which comment."""
    if question.kind == "choice":
        return rng.integers(1, len(question.options or {}) + 1, size=count).astype(float)
    if question.kind == "number":
        return np.round(rng.gamma(3.0, 9.0, size=count).clip(0, 100))
    if question.kind == "open":
        drawn = rng.integers(0, 2 * len(COMMENTS), size=count).astype(float)
        return np.where(drawn < len(COMMENTS), drawn, np.nan)
    return rng.integers(1, 6, size=count).astype(float)


def as_text(question: Question, values: Floats, labels: Mapping[int, str]) -> list[str | None]:
    """Return answers as an export with labels writes them."""
    if question.kind == "open":
        return [None if np.isnan(value) else COMMENTS[int(value)] for value in values]
    names = question.options if question.kind == "choice" else labels
    if question.kind == "number" or not names:
        return [None if np.isnan(value) else f"{value:g}" for value in values]
    return [None if np.isnan(value) else names[int(value)] for value in values]


def texts(columns: Mapping[str, Sequence[str | None]]) -> pa.Table:
    """Return columns of text as a table."""
    return pa.table({name: pa.array(cells, type=pa.string()) for name, cells in columns.items()})


def write_rows(path: Path, head: Sequence[str], rows: Sequence[Sequence[str | None]]) -> None:
    """Write rows of text as CSV."""
    columns = {name: [row[at] for row in rows] for at, name in enumerate(head)}
    write_csv(texts(columns), path)
