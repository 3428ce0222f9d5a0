"""Commands over interviews and groups: status, coverage, consents, contacts, trace."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.caller import STUDY, actor, now, vault_key
from consilience.cli.output import as_json, faults_told, out, print_fault, print_json, print_table
from consilience.desk import fieldwork as desk

_MATERIALS: Final = ("recording", "transcript", "notes", "quotes")
_PURPOSES: Final = ("take-part", "record", "quote", "deposit", "recontact")


@click.group()
def interviews() -> None:
    """See how interviews and groups stand, what was covered, and what people allowed."""


@interviews.command()
@STUDY
@as_json
def status(study: Path, machine: bool) -> None:
    """Say how far each interview and group of STUDY came, and why not further.

    \b
    Example:
      consilience interviews status examples/schools-2017
    """  # noqa: D301
    with faults_told(machine=machine):
        talks = desk.talks_now(study)
        boards = {talk.stage.id: talk.rows("status", "event_status") for talk in talks}
        if machine:
            print_json({"stages": boards})
            return
        for talk in talks:
            for fault in talk.warnings:
                print_fault(fault)
            out.print(f"[bold]{escape(talk.stage.title or talk.stage.id)}[/]")
            print_table(
                ("", "state", "reason", "deposit"),
                [
                    (row["interview"], row["state"], row["reason"] or "", _said(row["deposit"]))
                    for row in boards[talk.stage.id]
                ],
            )


@interviews.command()
@STUDY
@as_json
def coverage(study: Path, machine: bool) -> None:
    """Say which topics of the guides were covered in which interview of STUDY.

    \b
    Example:
      consilience interviews coverage my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        talks = [talk for talk in desk.talks_now(study) if "topic_coverage" in talk.tables]
        rows = {talk.stage.id: talk.tables["topic_coverage"].to_pylist() for talk in talks}
        if machine:
            print_json({"stages": rows})
            return
        for stage, topics in rows.items():
            out.print(f"[bold]{escape(stage)}[/]")
            print_table(
                ("interview", "guide", "topic", "covered"),
                [
                    (
                        row["interview"],
                        f"{row['guide']} {row['version']}",
                        row["topic"],
                        row["covered"] or "not noted",
                    )
                    for row in topics
                ],
            )


@interviews.command()
@STUDY
@click.option(
    "--for", "purpose", type=click.Choice(_PURPOSES), default="deposit", show_default=True
)
@click.option("--material", type=click.Choice(_MATERIALS), default="transcript", show_default=True)
@as_json
def consents(study: Path, purpose: str, material: str, machine: bool) -> None:
    """Say what may be used for what, by interview; what was not stated may not.

    \b
    Example:
      consilience interviews consents examples/schools-2017 --for quote
    """  # noqa: D301
    with faults_told(machine=machine):
        found = desk.permissions(
            desk.talks_now(study),
            material=material,  # type: ignore[arg-type]  # click allows no other
            purpose=purpose.replace("-", "_"),  # type: ignore[arg-type]
        )
        if machine:
            print_json({"interviews": found})
            return
        print_table(
            ("interview", "allowed", "reason"),
            [(name, _said(each.allowed), each.reason) for name, each in found.items()],
        )


@interviews.command()
@STUDY
@as_json
def trace(study: Path, machine: bool) -> None:
    """Say which finding shaped which question of STUDY, and which shaped none.

    \b
    Example:
      consilience interviews trace my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        links = desk.trace(study)
        if machine:
            print_json({"links": links})
            return
        print_table(
            ("finding", "from", "survey", "question", "words"),
            [
                (
                    each.finding,
                    each.stage,
                    each.survey or "none",
                    each.question or "",
                    each.words or "",
                )
                for each in links
            ],
        )


@interviews.command()
@STUDY
@click.option(
    "--add",
    "file",
    type=click.Path(path_type=Path),
    help="Take a table with the column `person` and any others into the vault.",
)
@as_json
def contacts(study: Path, file: Path | None, machine: bool) -> None:
    """Say who is who, from the vault of STUDY; asks for its key and notes the opening.

    \b
    Example:
      consilience interviews contacts my-study --add contacts.csv
    """  # noqa: D301
    with faults_told(machine=machine):
        key = vault_key()
        if file is not None:
            count = desk.add_contacts(study, file, key=key, at=now(), actor=actor())
            if machine:
                print_json({"people": count})
            else:
                people = counted(count, "person", "people")
                out.print(f"{people} in the vault. Delete {escape(str(file))} now.")
            return
        rows = desk.contacts(study, key=key, at=now(), actor=actor())
        if machine:
            print_json({"contacts": rows})
            return
        columns = list(dict.fromkeys(name for row in rows for name in row))
        print_table(columns, [[row.get(name) or "" for name in columns] for row in rows])


def _said(allowed: bool | None) -> str:
    return "" if allowed is None else "yes" if allowed else "no"
