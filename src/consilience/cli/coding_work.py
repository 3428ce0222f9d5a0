"""Commands over the work of coders: assign, release, import, export."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.caller import STUDY, actor, now
from consilience.cli.output import as_json, faults_told, out, print_json
from consilience.desk import coding as desk
from consilience.desk.coders import coder_called
from consilience.desk.coding_files import export_lines, import_lines
from consilience.desk.kept import at_work, opened
from consilience.desk.retrieval import person_called

_DOCUMENTS = click.argument("documents", nargs=-1, required=True)
_CODER = click.option("--coder", required=True, help="Id or login of the coder.")


@click.command()
@STUDY
@_DOCUMENTS
@_CODER
@click.option("--back", is_flag=True, help="Take the texts back; what was released stays.")
@as_json
def assign(study: Path, documents: tuple[str, ...], coder: str, back: bool, machine: bool) -> None:
    """Give DOCUMENTS (ids or names) to a coder, who codes them blind until they are released.

    \b
    Example:
      consilience codings assign my-study S01 S02 --coder person-1
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        coder = coder_called(engine, coder)
        for each in documents:
            if back:
                desk.unassign(engine, each, coder, at=now(), actor=actor())
            else:
                desk.assign(engine, each, coder, at=now(), actor=actor())
        _tell(machine, documents, coder, "taken back from" if back else "given to")


@click.command()
@STUDY
@_DOCUMENTS
@_CODER
@click.option("--reopen", is_flag=True, help="Let the coder go on instead.")
@as_json
def release(
    study: Path, documents: tuple[str, ...], coder: str, reopen: bool, machine: bool
) -> None:
    """Say that a coder is done with DOCUMENTS: those who are done too see each other's work.

    \b
    Example:
      consilience codings release my-study S01 --coder person-1
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        coder = coder_called(engine, coder)
        for each in documents:
            if reopen:
                desk.reopen(engine, each, coder=coder, at=now(), actor=actor())
            else:
                desk.release(engine, each, coder=coder, at=now(), actor=actor())
        _tell(machine, documents, coder, "open again for" if reopen else "released by")


def _tell(machine: bool, documents: tuple[str, ...], coder: str, what: str) -> None:
    if machine:
        print_json({"documents": documents, "coder": coder, "done": what})
    else:
        out.print(f"{len(documents)} {what} {escape(coder)}")


@click.command("import")
@STUDY
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def imported(study: Path, file: Path, machine: bool) -> None:
    """Keep the codings of FILE, one JSON object a line, all or none; those here are left alone.

    A line has `document` (id or name), `start`, `end`, `code` (id or name) and `coder`, and may
    have `id`, `version` (the first if left out), `at` and `origin`. A line that says the same as
    one before it counts once; consensus comes of adjudication, never of a file.

    \b
    Example:
      consilience codings import my-study codings.jsonl
    """  # noqa: D301
    with faults_told(machine=machine), at_work(study) as engine:
        taken = import_lines(engine, file, at=now(), actor=actor())
        if machine:
            print_json({"codings": taken.new, "known": taken.known, "twice": taken.twice})
            return
        told = {"here already": taken.known, "twice in the file": taken.twice}
        rest = "".join(f", {count} {what}" for what, count in told.items() if count)
        out.print(f"{counted(taken.new, 'coding')}{rest}")


@click.command("export")
@STUDY
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def exported(study: Path, file: Path, machine: bool) -> None:
    """Write codings to FILE, one JSON object a line, as `import` reads them.

    \b
    Example:
      consilience codings export my-study codings.jsonl
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        count = export_lines(engine, file, person=person_called(engine, actor()))
        if machine:
            print_json({"codings": count, "file": file})
        else:
            out.print(f"{counted(count, 'coding')} in {escape(str(file))}")


COMMANDS: Final = (assign, release, imported, exported)
