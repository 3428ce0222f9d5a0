"""Commands over one study: new, check, run, status, explain, export."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.base.settings import VAULT_KEY, load_settings
from consilience.cli.caller import STUDY, now
from consilience.cli.output import (
    FAULTY,
    as_json,
    faults_told,
    out,
    print_fault,
    print_faults,
    print_json,
    print_table,
    progress_shown,
)
from consilience.desk.checks import check_study_folder
from consilience.desk.explain import Explanation, explain_code
from consilience.desk.run import RunDone
from consilience.desk.studies import new_study, open_study


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--id", "study_id", help="Id of the study; the folder's name if left out.")
@click.option("--title", default="A new study", show_default=True, help="Title of the study.")
@click.option(
    "--start",
    type=click.Choice(["surveys", "interviews"]),
    default="surveys",
    show_default=True,
    help="What it starts from: surveys with invented answers, or planned interviews.",
)
@as_json
def new(
    folder: Path,
    study_id: str | None,
    title: str,
    start: Literal["surveys", "interviews"],
    machine: bool,
) -> None:
    """Write a commented study to start from into FOLDER.

    It runs as it is, so that you can change it piece by piece. Surveys come with a few invented
    answers; interviews with a plan, guides and codes, and no words: transcripts are real ones.

    \b
    Example:
      consilience new my-study --title "Joint working in twelve areas"
      consilience new my-talks --start interviews
    """  # noqa: D301
    with faults_told(machine=machine):
        id_ = study_id or folder.resolve().name
        files = new_study(folder, study_id=id_, title=title, start=start)
        if machine:
            print_json({"files": files})
            return
        for path in files:
            out.print(f"wrote {escape(str(path))}")
        out.print(
            f"Next: read {escape(str(folder / 'study.yaml'))}, then `consilience run {folder}`."
        )


@click.command()
@STUDY
@as_json
def check(study: Path, machine: bool) -> None:
    """Find every fault of STUDY in one pass: file, line, what is wrong, what to do.

    \b
    Example:
      consilience check examples/schools-2017
    """  # noqa: D301
    with faults_told(machine=machine):
        faults = check_study_folder(study)
        errors = sum(not fault.is_warning for fault in faults)
        if machine:
            print_json({"faults": faults})
        else:
            print_faults(faults)
            warnings = len(faults) - errors
            out.print(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}")
    if errors:
        raise SystemExit(FAULTY)


@click.command()
@STUDY
@click.option("--until", metavar="STAGE", help="Stop after this stage, without a report.")
@as_json
def run(study: Path, until: str | None, machine: bool) -> None:
    """Bring STUDY up to date: run what is stale, then write out/report.html and tables.

    Only what depends on a changed input, parameter, seed or version is run. A run that was
    stopped, even killed, goes on where it was; the same study gives the same bytes.

    \b
    Example:
      consilience run examples/schools-2017
    """  # noqa: D301
    with faults_told(machine=machine):
        settings = load_settings(os.environ)
        opened = open_study(study)
        with progress_shown(machine=machine) as progress:
            done = opened.run(
                until=until,
                at=now(),
                actor=settings.actor,
                workers=settings.workers,
                progress=progress,
                key=os.environ.get(VAULT_KEY),
            )
        if machine:
            print_json(done)
        else:
            _print_run(study, done)


def _print_run(study: Path, done: RunDone) -> None:
    told = [*done.warnings, *(fault for stage in done.stages for fault in stage.warnings)]
    for fault in {str(each): each for each in told}.values():  # several stages may say the same
        print_fault(fault)
    print_table(
        ("stage", "kind", "", "title"),
        [(stage.stage, stage.kind, stage.state, stage.title) for stage in done.stages],
    )
    for sentence in done.headlines:
        out.print(f"- {escape(sentence)}")
    out.print(f"Fingerprint of all tables: {done.fingerprint[:16]}")
    if not any(stage.state == "ran" for stage in done.stages) and not done.written:
        out.print("Nothing was stale.")
    report = [path for path in done.outputs if path.endswith("report.html")]
    if report:
        out.print(f"Look at [bold]{escape(str(study / report[0]))}[/], tables beside it.")


@click.command()
@STUDY
@as_json
def status(study: Path, machine: bool) -> None:
    """Say which stages of STUDY are up to date, stale or not run yet, and what changed.

    \b
    Example:
      consilience status examples/schools-2017 --json
    """  # noqa: D301
    with faults_told(machine=machine):
        standing = open_study(study).standing()
        if machine:
            print_json({"stages": standing})
        else:
            print_table(
                ("stage", "kind", "standing", "changed"),
                [(s.stage, s.kind, s.standing, ", ".join(s.changed)) for s in standing],
            )


@click.command()
@STUDY
@click.argument("thing", required=False)
@as_json
def explain(study: Path, thing: str | None, machine: bool) -> None:
    """Say why: THING is an area or school (id or name), a band, stage, finding or error code.

    \b
    Examples:
      consilience explain examples/schools-2017 "very low"
      consilience explain examples/schools-2017 E06000023
      consilience explain DES-004
    """  # noqa: D301
    with faults_told(machine=machine):
        explanation = open_study(study).explain(thing) if thing else explain_code(str(study))
        if machine:
            print_json(explanation)
        else:
            _print_explanation(explanation)


def _print_explanation(explanation: Explanation) -> None:
    mark = " (simulated)" if explanation.simulated else ""
    out.print(f"[bold]{escape(explanation.title)}[/] {explanation.thing}, {explanation.kind}{mark}")
    for passage in explanation.passages:
        where = f" \\[{passage.stage}]" if passage.stage else ""
        out.print(f"\n[bold]{escape(passage.heading)}[/]{where}")
        for line in passage.lines:
            out.print(f"  {escape(line)}")


@click.command()
@STUDY
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(["csv", "xlsx", "sav", "html"]),
    default=("csv", "xlsx", "sav"),
    show_default=True,
    help="May be given several times.",
)
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path("export"))
@as_json
def export(study: Path, forms: tuple[str, ...], target: Path, machine: bool) -> None:
    """Write the tables of STUDY as CSV, XLSX and labelled SPSS files into a folder.

    \b
    Example:
      consilience export examples/schools-2017 --format sav --to for-spss
    """  # noqa: D301
    with faults_told(machine=machine):
        written = open_study(study).export(target, forms=forms)
        if machine:
            print_json({"files": written})
        else:
            out.print(f"{counted(len(written), 'file')} in {escape(str(target))}")
