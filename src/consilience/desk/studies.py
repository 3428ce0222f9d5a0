"""Open a study: run it, see where it stands, take its tables, ask why."""

from __future__ import annotations

import datetime as dt
import getpass
import importlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.design.model import Study
from consilience.design.starting import Start, starting_study
from consilience.desk.checks import read_checked
from consilience.desk.explain import Explanation, explain
from consilience.desk.freshness import StageStanding, standing
from consilience.desk.kept import kept_results
from consilience.desk.reports import export
from consilience.desk.run import Progress, RunDone, run
from consilience.desk.shelf import Shelf, gather
from consilience.store.files import write_whole

Form = Literal["arrow", "pandas", "polars"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStudy:
    """One study folder.

    Args:
        folder: where it lies.
        study: its checked study file.
        frame: the form in which tables are returned.
    """

    folder: Path
    study: Study
    frame: Form = "arrow"

    def run(
        self,
        *,
        until: str | None = None,
        at: dt.datetime | None = None,
        actor: str | None = None,
        workers: int = 1,
        progress: Progress = lambda *_: None,
        key: str | None = None,
    ) -> RunDone:
        """Bring the study up to date; see `consilience.desk.run.run`.

        Args:
            until: stop after this stage; None runs all and writes the report.
            at: the time for the ledger; None reads the clock.
            actor: who, for the ledger; None takes the name of the operating system's user.
            workers: most processes for independent pieces of work; the results are the same.
            progress: told stage, state, number and total.
            key: the pass phrase of the vault, for transcripts that name people.
        """
        now = at or dt.datetime.now(dt.UTC)  # noqa: TID251  (the Python face reads the clock)
        return run(
            self.folder,
            at=now,
            actor=actor or getpass.getuser(),
            until=until,
            workers=workers,
            progress=progress,
            key=key,
        )

    def standing(self) -> tuple[StageStanding, ...]:
        """Return each stage with whether it is up to date, stale or not run yet."""
        return standing(self.folder, self.study)

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the tables that each stage has made."""
        with self._shelf() as shelf:
            return {stage: tuple(result.tables) for stage, result in shelf.results.items()}

    def table(self, stage: str, name: str) -> Any:  # noqa: ANN401  (the form the user chose)
        """Return a table of a stage in the form of this study.

        Raises:
            Fault: STU-004 if there is no such table, STU-007 or STU-008 if its form cannot
                be given, STU-006 if the study was never run.
        """
        with self._shelf() as shelf:
            return _in_form(shelf.table(stage, name), self.frame)

    def explain(self, thing: str) -> Explanation:
        """Return why: for a unit, a band, a stage or an error code.

        Raises:
            Fault: STU-005 if nothing is known of it.
        """
        with self._shelf() as shelf:
            return explain(self.study, shelf, thing)

    def export(
        self, target: Path, *, forms: tuple[str, ...] = ("csv", "xlsx", "sav")
    ) -> list[Path]:
        """Write the tables into a folder, in the forms csv, xlsx, sav and html."""
        with self._shelf() as shelf:
            return list(export(gather(self.study, shelf), target, forms=forms))

    def _shelf(self) -> Shelf:
        return Shelf(self.folder, kept_results(self.folder))


def open_study(path: str | Path, *, frame: Form = "arrow") -> OpenStudy:
    """Open the study in a folder.

    Args:
        path: the study folder.
        frame: the form of tables: arrow, pandas or polars.

    Returns:
        The study; nothing is run or written.

    Raises:
        Fault: STU-002 if there is no study, STU-007 if the form is unknown.
        Faults: all errors of the study file in one.
    """
    if frame not in ("arrow", "pandas", "polars"):
        raise Fault("STU-007", frame=frame)
    folder = Path(path)
    return OpenStudy(folder=folder, study=read_checked(folder), frame=frame)


def new_study(
    folder: Path, *, study_id: str, title: str, start: Start = "surveys"
) -> tuple[Path, ...]:
    """Write a commented starting study into a new folder.

    Args:
        folder: new or empty.
        study_id: the id of the study.
        title: its title.
        start: what it starts from, surveys or interviews.

    Raises:
        Fault: STU-001 if the folder holds something, STO-009 if it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        example = folder.name if not folder.is_dir() else next(iter(folder.iterdir())).name
        raise Fault("STU-001", folder=str(folder), example=example)
    existed = folder.exists()
    written = []
    try:
        for name, text in starting_study(title=title, study_id=study_id, start=start).items():
            write_whole(folder / name, text.encode())
            written.append(folder / name)
    except Fault:
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return tuple(written)


def _in_form(table: pa.Table, frame: Form) -> Any:  # noqa: ANN401  (the form the user chose)
    if frame == "arrow":
        return table
    try:
        library = importlib.import_module(frame)
    except ImportError as error:
        raise Fault("STU-008", frame=frame, library=frame) from error
    return table.to_pandas() if frame == "pandas" else library.from_arrow(table)
