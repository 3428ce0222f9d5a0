"""The command that puts texts that lie open into the vault, or notes why they may lie so."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.caller import STUDY, actor, now, vault_key_if_any
from consilience.cli.output import as_json, faults_told, out, print_fault, print_json, print_table
from consilience.desk.kept import opened
from consilience.desk.sealing import leave_open, seal_texts


@click.command()
@STUDY
@click.argument("texts", nargs=-1)
@click.option(
    "--leave-open", "reason", metavar="REASON", help="Seal none; note why they may lie open."
)
@as_json
def seal(study: Path, texts: tuple[str, ...], reason: str | None, machine: bool) -> None:
    """Put the words of TEXTS that lie open into the vault of STUDY, leaving no clear copy.

    Without TEXTS, all that came in while the study was simulated and lie open still. Codings keep
    their places. Files of the study folder that repeat the words are told, such as the one that
    was imported, and nothing is done to them. It needs CONSILIENCE_VAULT_KEY.

    \b
    Example:
      consilience transcripts seal my-study
      consilience transcripts seal my-study pilot1 --leave-open "acted by the team"
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        if reason is not None:
            ids = leave_open(engine, study, texts, reason=reason, at=now(), actor=actor())
            if machine:
                print_json({"left_open": ids})
            else:
                out.print(f"{counted(len(ids), 'text')} left open: {escape(reason)}")
            return
        done = seal_texts(engine, study, texts, key=vault_key_if_any(), at=now(), actor=actor())
        if machine:
            print_json(done)
            return
        for warning in done.warnings:
            print_fault(warning)
        rows = [(e.name, e.document, ", ".join(map(str, e.versions))) for e in done.sealed]
        print_table(("text", "id", "versions"), rows)
        out.print(f"{counted(len(done.sealed), 'text')} put into the vault")
