"""What a stage of a kind reads and writes, and what it is handed when it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.design.model import Construct, Study

TableOf = Callable[[str, str], pa.Table]
LiveOf = Callable[[str], pa.Table]


def nothing_live(name: str) -> pa.Table:
    """Refuse: a stage may only take the live records that its step names."""
    raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a stage is handed.

    Args:
        study: the whole study.
        stage: the stage to run.
        folder: the study folder, to which file names are relative.
        table: gives a table of an earlier stage: stage id, name.
        workers: most processes for independent pieces of work.
        live: gives a table of what people change by hand, as it stood when the run began.
    """

    study: Study
    stage: Any
    folder: Path
    table: TableOf
    workers: int = 1
    live: LiveOf = nothing_live

    def rng(self, decision: str) -> np.random.Generator:
        """Return the random stream of one decision of this stage."""
        return stream(self.study.study.seed, f"{self.stage.id}/{decision}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a stage made: its tables by name, and what a user should know."""

    tables: Mapping[str, pa.Table]
    warnings: tuple[Fault, ...] = ()


def no_context(_study: Study, _stage: Any) -> object:  # noqa: ANN401  (any of the stages)
    """Return nothing: the stage depends on no other part of the study file."""
    return None


def no_files(_stage: Any) -> tuple[str | None, ...]:  # noqa: ANN401  (any of the stages)
    """Return nothing: the stage reads no file."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """What bringing in files of a stage is handed: it may write live records.

    Args:
        study: the whole study.
        stage: the stage about to run.
        folder: the study folder.
        engine: the open database of the study.
        at: the time now, for the ledger.
        actor: who asked for the run.
        key: the pass phrase of the vault, None if it was not given; without it no text that may
            name people is brought in.
        ran: the stages that have run since the files were looked at; what others made may be of
            older files.
    """

    study: Study
    stage: Any
    folder: Path
    engine: Engine
    at: dt.datetime
    actor: str
    key: str | None = None
    ran: frozenset[str] = frozenset()


def bring_nothing(_bringing: Bringing) -> None:
    """Bring nothing in: the stage has no files that become live records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How stages of one kind are run.

    Args:
        kind: the kind of stage.
        reads: the kinds of record it reads from earlier stages.
        writes: the kinds of record it writes; no other activity writes them.
        run: makes the records; the same task gives the same records.
        files: names of the files a stage reads, None for those not given.
        context: the parts of the study file beyond the stage that its result depends on.
        live: the kinds of live record it reads: what people change by hand, such as codings.
        bring: brings files of the stage into live records before it runs; the same files a
            second time change nothing.
    """

    kind: str
    reads: frozenset[str]
    writes: frozenset[str]
    run: Callable[[Task], Made]
    files: Callable[[Any], tuple[str | None, ...]] = field(default=no_files)
    context: Callable[[Study, Any], object] = field(default=no_context)
    live: frozenset[str] = frozenset()
    bring: Callable[[Bringing], None] = field(default=bring_nothing)


def answers_context(study: Study, constructs: Sequence[Construct]) -> object:
    """Return the parts of the study file that decide what answers to constructs mean."""
    return {
        "constructs": [each.model_dump(mode="json", exclude={"title"}) for each in constructs],
        "scales": {name: scale.model_dump(mode="json") for name, scale in study.scales.items()},
        "questions": {
            name: [(q.id, q.scale, q.reverse) for q in instrument.questions]
            for name, instrument in study.instruments.items()
        },
        "agencies": [agency.id for agency in study.agencies],
    }


def agency_of(study: Study, survey: str) -> str:
    """Return the agency that a survey stage asks."""
    return str(study.stage(survey).agency)
