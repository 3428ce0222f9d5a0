"""Run a study: only what is stale, resumable at any moment, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults, Where, unpack
from consilience.base.lineage import Lineage, hash_json
from consilience.design.model import StageBase, Study
from consilience.desk.checks import check_frozen, read_checked
from consilience.desk.freshness import STEPS, kind_of, lineage_of
from consilience.desk.live import LiveRecords
from consilience.desk.lying_open import note_of_open
from consilience.desk.reports import write_outputs
from consilience.desk.shelf import Shelf, gather
from consilience.desk.steps import (
    Bringing,
    LiveOf,
    Step,
    Task,
    bring_nothing,
    nothing_live,
)
from consilience.report.summary import headlines
from consilience.store.database import HIDDEN, NAME, open_database, transaction
from consilience.store.files import hold
from consilience.store.ledger import append
from consilience.store.results import (
    Result,
    check_snapshot,
    current_results,
    find_result,
    keep_result,
    keep_snapshot,
    make_current,
)

State = Literal["ran", "fresh"]
Progress = Callable[[str, str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDone:
    """How one stage went: whether it ran or was fresh, and what a user should know."""

    stage: str
    kind: str
    title: str
    state: State
    rows: Mapping[str, int]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """How a run went.

    Args:
        stages: each stage in order.
        headlines: what came out, a sentence each.
        outputs: the files for people, relative to the study folder; empty if the run ended
            before the last stage.
        written: whether they were written by this run.
        fingerprint: hash of all tables; the same study gives the same one anywhere.
        warnings: what is to be told of the whole study: INT-163.
    """

    stages: tuple[StageDone, ...]
    headlines: tuple[str, ...]
    outputs: tuple[str, ...]
    written: bool
    fingerprint: str
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runner:
    """A run under way: everything that stays the same from stage to stage."""

    study: Study
    folder: Path
    engine: Engine
    shelf: Shelf
    at: dt.datetime
    actor: str
    workers: int
    live: LiveRecords
    key: str | None

    @property
    def hidden(self) -> Path:
        return self.folder / HIDDEN

    def fresh(self, lineage: Lineage) -> Result | None:
        """Return the kept result of exactly this lineage, if its snapshots are whole."""
        with transaction(self.engine) as connection:
            result = find_result(connection, lineage.key())
        if result and not any(check_snapshot(self.hidden, s) for s in result.tables.values()):
            return result
        return None

    def live_of(self, step: Step) -> LiveOf:
        """Return what gives the live records that a step names, and no others."""

        def table(name: str) -> pa.Table:
            return self.live.table(name) if name in step.live else nothing_live(name)

        return table

    def bring(self, stage: StageBase, *, ran: Iterable[str]) -> None:
        """Bring the files of a stage into live records, and what stages made that have run."""
        bring = STEPS[kind_of(stage)].bring
        if bring is bring_nothing:
            return
        bring(
            Bringing(
                study=self.study,
                stage=stage,
                folder=self.folder,
                engine=self.engine,
                at=self.at,
                actor=self.actor,
                key=self.key,
                ran=frozenset(ran),
            )
        )
        self.live.forget()

    def make(self, stage: StageBase, lineage: Lineage) -> Result:
        """Run the stage and keep what it made: all of it or nothing."""
        step = STEPS[kind_of(stage)]
        task = Task(
            study=self.study,
            stage=stage,
            folder=self.folder,
            table=self.shelf.table,
            workers=self.workers,
            live=self.live_of(step),
        )
        made = step.run(task)
        _check_written(step, made.tables)
        snapshots = {name: keep_snapshot(self.hidden, table) for name, table in made.tables.items()}
        warnings = tuple(fault.pack() for fault in made.warnings)
        with transaction(self.engine) as connection:
            result = keep_result(
                connection, lineage=lineage, snapshots=snapshots, warnings=warnings
            )
            append(
                connection,
                at=self.at,
                actor=self.actor,
                action="stage",
                subject=stage.id,
                detail={"key": result.key, "tables": dict(result.tables)},
            )
        return result

    def hold_for(self, stage: StageBase, result: Result) -> None:
        """Let a fresh result hold for its stage if another one did."""
        with transaction(self.engine) as connection:
            if current_results(connection).get(stage.id) != result:
                make_current(connection, stage=stage.id, key=result.key)


def run(
    folder: Path,
    *,
    at: dt.datetime,
    actor: str,
    until: str | None = None,
    workers: int = 1,
    progress: Progress = lambda *_: None,
    key: str | None = None,
) -> RunDone:
    """Bring a study up to date: run what is stale, then write report and tables.

    Args:
        folder: the study folder.
        at: the time now, for the ledger.
        actor: who asks, for the ledger.
        until: stop after this stage, without a report; None runs all.
        workers: most processes for independent pieces of work; the results are the same.
        progress: told stage, state (`check`, `run`, `fresh`, `write`), number and total.
        key: the pass phrase of the vault, for transcripts that name people; None leaves them.

    Returns:
        How each stage went and which files were written.

    Raises:
        Faults: all faults of the study file, before anything is run.
        Fault: STU-003 if `until` is no stage, STO-001 if the study is held, or what a stage
            could not do; what earlier stages made is kept.
    """
    study = read_checked(folder)
    wanted = _wanted(study, until, folder)
    with hold(folder / HIDDEN, activity="consilience run"):
        engine = open_database(folder / HIDDEN / NAME)
        try:
            with Shelf(folder) as shelf:
                runner = _Runner(
                    study=study,
                    folder=folder,
                    engine=engine,
                    shelf=shelf,
                    at=at,
                    actor=actor,
                    workers=workers,
                    live=LiveRecords(engine),
                    key=key,
                )
                done = _stages(runner, wanted, progress)
                findings = gather(study, shelf)
                left_open = note_of_open(engine, study)
                outputs: tuple[str, ...] = ()
                written = False
                if until is None:
                    progress("report", "write", len(wanted), len(wanted))
                    outputs, written = write_outputs(
                        findings, folder=folder, engine=engine, at=at, actor=actor
                    )
        finally:
            engine.dispose()
    return RunDone(
        stages=tuple(done),
        headlines=headlines(findings),
        outputs=outputs,
        written=written,
        fingerprint=hash_json({stage: dict(made) for stage, made in findings.hashes.items()}),
        warnings=(left_open,) if left_open else (),
    )


def _wanted(study: Study, until: str | None, folder: Path) -> list[StageBase]:
    stages: list[StageBase] = list(study.stages)
    if until is None:
        return stages
    ids = [stage.id for stage in stages]
    if until not in ids:
        raise Fault(
            "STU-003",
            where=Where(file=str(folder / "study.yaml")),
            stage=until,
            known=", ".join(ids),
        )
    return stages[: ids.index(until) + 1]


def _stages(runner: _Runner, wanted: list[StageBase], progress: Progress) -> list[StageDone]:
    """Run the frames first, so that the plan is checked against them before anything else.

    Then all files are brought in that become live records, so that every stage sees the same
    ones; a stage that brings in what an earlier one made does so again before it runs.
    """
    order = sorted(wanted, key=lambda stage: kind_of(stage) != "frame")
    frames_left = sum(stage.kind == "frame" for stage in runner.study.stages)
    results: dict[str, Result] = {}
    done = {}
    for number, stage in enumerate(order):
        if number == frames_left:
            _check_frames(runner)
            for each in order[number:]:
                runner.bring(each, ran=results)
        runner.bring(stage, ran=results)
        lineage = lineage_of(runner.study, runner.folder, stage, results, runner.live)
        result = runner.fresh(lineage)
        state: State = "fresh" if result else "ran"
        progress(stage.id, "fresh" if result else "run", number, len(wanted))
        if result:
            runner.hold_for(stage, result)
        else:
            result = runner.make(stage, lineage)
        runner.shelf.put(stage.id, result)
        results[stage.id] = result
        done[stage.id] = _done(runner, stage, state, result)
    return [done[stage.id] for stage in wanted]


def _check_frames(runner: _Runner) -> None:
    frames_ = [stage.id for stage in runner.study.stages if stage.kind == "frame"]
    tables = {name: runner.shelf.table(name, "frame") for name in frames_}
    faults = check_frozen(runner.study, runner.folder, tables)
    errors = [fault for fault in faults if not fault.is_warning]
    if errors:
        raise Faults(errors)


def _check_written(step: Step, tables: Mapping[str, pa.Table]) -> None:
    if frozenset(tables) != step.writes:
        raise AssertionError(f"{step.kind} wrote {sorted(tables)}, not {sorted(step.writes)}")


def _done(runner: _Runner, stage: StageBase, state: State, result: Result) -> StageDone:
    return StageDone(
        stage=stage.id,
        kind=kind_of(stage),
        title=stage.title,
        state=state,
        rows={name: runner.shelf.rows(stage.id, name) for name in result.tables},
        warnings=tuple(unpack(each) for each in result.warnings),
    )
