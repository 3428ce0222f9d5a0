"""The command that takes a transcript out of all work, brings it back, or erases its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.caller import STUDY, actor, now, vault_key_if_any
from consilience.cli.open_words import compared
from consilience.cli.output import as_json, faults_told, out, print_fault, print_json
from consilience.desk import withdrawing as desk
from consilience.desk.erasing import Erased, erase_text
from consilience.desk.kept import opened


@click.command()
@STUDY
@click.argument("text")
@click.option("--reason", required=True, help="Why, in a few words, naming nobody.")
@click.option("--back", is_flag=True, help="Let a withdrawn text be again what it was.")
@click.option("--erase", is_flag=True, help="Delete its words for good, in all versions.")
@click.option(
    "--memo",
    "memos",
    multiple=True,
    metavar="ID",
    help="With --erase: a memo on another thing, whose words go too.",
)
@click.option("--yes", is_flag=True, help="Erase without asking.")
@as_json
def withdraw(
    study: Path,
    text: str,
    reason: str,
    machine: bool,
    **given: Any,  # noqa: ANN401  (click's values)
) -> None:
    """Take a TEXT out of coding, counts, search, deposit and exchange.

    It is kept and comes back with --back. With --erase its words go for good, out of the database,
    its index and the vault, with those of memos on it and with names that no other text has; hash,
    id, reason and the places of codings stay. Other memos and files that repeat its words are told,
    and nothing is done to them.

    \b
    Example:
      consilience transcripts withdraw my-study s03 --reason "left the study"
      consilience transcripts withdraw my-study s03 --reason "form 2, point 7" --erase
    """  # noqa: D301
    if given["back"] and given["erase"]:
        raise click.UsageError("What was erased cannot come back: say --back or --erase.")
    if given["memos"] and not given["erase"]:
        raise click.UsageError("--memo goes with --erase.")
    if given["erase"] and not given["yes"]:
        question = f"Erase the words of {text} for good? Nobody can bring them back"
        click.confirm(question, abort=True, err=True)
    who: dict[str, Any] = {"reason": reason, "at": now(), "actor": actor()}
    with faults_told(machine=machine), opened(study) as engine:
        compared(engine, study, "the reason", reason)
        if given["erase"]:
            key, memos = vault_key_if_any(), given["memos"]
            _tell_erased(
                erase_text(engine, study, text, key=key, memos=memos, **who), machine=machine
            )
            return
        change = (desk.bring_text_back if given["back"] else desk.withdraw_text)(
            engine, text, **who
        )
        if machine:
            print_json(change)
        else:
            out.print(f"{escape(text)}: {change.state}")


def _tell_erased(done: Erased, *, machine: bool) -> None:
    if machine:
        print_json(done)
        return
    for warning in done.warnings:
        print_fault(warning)
    named = (
        f"{counted(done.names, 'name or passage is', 'names or passages are')} gone from the "
        "registry of names, as no other text has them. "
    )
    out.print(
        f"{escape(done.document.name)}: the words of {counted(done.versions, 'version')} and "
        f"{counted(done.memos, 'memo')} erased; "
        f"{counted(done.codings, 'coding keeps its place', 'codings keep their places')}. "
        f"{named if done.names else ''}"
        "Backups elsewhere have the words until they are deleted."
    )
