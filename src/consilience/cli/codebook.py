"""Commands over the codebook as a whole: show, import, export, version, log, diff, undo, redo."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli import codebook_steps
from consilience.cli.caller import NAMED_STUDY, actor, now
from consilience.cli.open_words import compared
from consilience.cli.output import as_json, faults_told, out, print_fault, print_json, print_table
from consilience.desk import codebook as desk
from consilience.desk.codebook_changes import Change, redo_codebook, undo_codebook
from consilience.desk.kept import opened

_FILE = click.argument("file", type=click.Path(path_type=Path))
_VERSION = click.option("--version", type=click.IntRange(1), help="As it was in this version.")


@click.group()
def codebook() -> None:
    """Show, change, exchange, number and compare the codebook, and take changes of it back."""


for _each in codebook_steps.COMMANDS:
    codebook.add_command(_each)


@codebook.command()
@NAMED_STUDY
@_VERSION
@click.option("--long", "whole", is_flag=True, help="With definitions, rules and examples.")
@as_json
def show(study: Path, version: int | None, whole: bool, machine: bool) -> None:
    """Show the codes of STUDY as a tree, each with its id.

    \b
    Example:
      consilience codebook show my-study --long
      consilience codebook show my-study --version 2 --json
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        lines = desk.shown(engine, version=version)
        if machine:
            print_json({"codes": [line.code for line in lines]})
            return
        for line in lines:
            _print_code(line, whole=whole)
        out.print(counted(len(lines), "code"))


def _print_code(line: desk.Shown, *, whole: bool) -> None:
    code, indent = line.code, "  " * line.depth
    marks = "" if code.codable else " (heading)"
    marks += " (retired)" if code.retired else ""
    out.print(f"{indent}[bold]{escape(code.name)}[/]{marks}  {escape(code.id)}")
    told = (
        ("", code.definition),
        ("use: ", code.inclusion),
        ("not: ", code.exclusion),
        *(("such as: ", each) for each in code.examples),
    )
    for word, text in told if whole else ():
        if text:
            out.print(f"{indent}    {word}{escape(text)}")


@codebook.command("import")
@NAMED_STUDY
@_FILE
@as_json
def import_(study: Path, file: Path, machine: bool) -> None:
    """Take the codes of FILE into STUDY as one change; codes that are there stay as they are.

    FILE is YAML (a tree under `codes:`), a table (CSV, TSV, XLSX with columns id, name, parent,
    definition, inclusion, exclusion, examples, colour, codable, retired), a .qdc, or a project of
    another program.

    \b
    Example:
      consilience codebook import my-study codebook.yaml
    """  # noqa: D301
    with faults_told(machine=machine):
        done = desk.import_(study, file, at=now(), actor=actor())
        if machine:
            print_json(done)
            return
        print_table(("what", "count"), list(done.counts.items()))
        for fault in done.warnings:
            print_fault(fault)
        _print_losses(done.losses)


@codebook.command()
@NAMED_STUDY
@_FILE
@_VERSION
@as_json
def export(study: Path, file: Path, version: int | None, machine: bool) -> None:
    """Write the codebook of STUDY into FILE: .yaml, .csv or .qdc.

    \b
    Example:
      consilience codebook export my-study codebook.yaml
      consilience codebook export my-study codes.qdc
    """  # noqa: D301
    with faults_told(machine=machine):
        count, losses = desk.export(study, file, version=version)
        if machine:
            print_json({"file": file, "codes": count, "losses": losses})
            return
        _print_losses(losses)
        out.print(f"{counted(count, 'code')} written: {escape(str(file))}")


@codebook.command()
@NAMED_STUDY
@click.option("--note", default="", help="Why it is numbered, in a sentence.")
@as_json
def version(study: Path, note: str, machine: bool) -> None:
    """Number the codebook of STUDY as it stands now, so that later ones can be compared with it.

    \b
    Example:
      consilience codebook version my-study --note "after the first five interviews"
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        compared(engine, study, "the note", note)
        made = desk.number(engine, note=note, at=now(), actor=actor())
        if machine:
            print_json({"version": made.number, "codes": len(made.codes), "note": made.note})
        else:
            out.print(f"version {made.number}: {counted(len(made.codes), 'code')}")


@codebook.command()
@NAMED_STUDY
@click.option("--last", type=click.IntRange(1), help="Only so many of the newest lines.")
@as_json
def log(study: Path, last: int | None, machine: bool) -> None:
    """List what was done to the codebook of STUDY, by whom, and when it was numbered.

    \b
    Example:
      consilience codebook log my-study --last 20
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        lines = desk.history(engine, last=last)
        if machine:
            print_json({"log": lines})
            return
        print_table(
            ("when", "who", "change", "what", "", ""),
            [
                (
                    line.at,
                    line.actor,
                    "" if line.change is None else line.change,
                    line.action if line.version is None else f"version {line.version}",
                    line.told,
                    "taken back" if line.undone else "",
                )
                for line in lines
            ],
        )


@codebook.command()
@NAMED_STUDY
@click.argument("old", type=click.IntRange(1), required=False)
@click.argument("new", type=click.IntRange(1), required=False)
@as_json
def diff(study: Path, old: int | None, new: int | None, machine: bool) -> None:
    """Say what differs between versions OLD and NEW of the codebook of STUDY.

    Without NEW, the codebook as it is now; without OLD, the newest version.

    \b
    Example:
      consilience codebook diff my-study
      consilience codebook diff my-study 1 3
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        found = desk.diff(engine, old=old, new=new)
        if machine:
            print_json({"differences": found})
            return
        for each in found:
            out.print(escape(str(each)))
        if not found:
            out.print("nothing differs")


@codebook.command()
@NAMED_STUDY
@as_json
def undo(study: Path, machine: bool) -> None:
    """Take back the last change of the codebook of STUDY, whoever made it, with its codings.

    \b
    Example:
      consilience codebook undo my-study
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        change = undo_codebook(engine, at=now(), actor=actor(), anybody=True)
        _tell("taken back", change, machine=machine)


@codebook.command()
@NAMED_STUDY
@as_json
def redo(study: Path, machine: bool) -> None:
    """Do again what was taken back last in the codebook of STUDY, if nothing was done since.

    \b
    Example:
      consilience codebook redo my-study
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        change = redo_codebook(engine, at=now(), actor=actor(), anybody=True)
        _tell("done again", change, machine=machine)


def _tell(said: str, change: Change | None, *, machine: bool) -> None:
    # What was done again is known by what had taken it back.
    number = None if change is None else change.undoes or change.number
    if machine:
        print_json({"change": number})
    elif change is None:
        out.print(f"nothing can be {said}")
    else:
        out.print(f"{said}: change {number}, by {escape(change.actor)}")


def _print_losses(losses: tuple[desk.Loss, ...]) -> None:
    if losses:
        print_table(("without a place", "count"), [(each.what, each.count) for each in losses])
