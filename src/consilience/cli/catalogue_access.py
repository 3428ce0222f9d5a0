"""Commands over who decides on access at a catalogue, and over its mails."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from consilience.cli.caller import actor, now
from consilience.cli.catalogue_store import CATALOGUE
from consilience.cli.output import as_json, faults_told, out, print_json, print_table
from consilience.desk.accounts import add_person
from consilience.desk.catalogue import opened_catalogue
from consilience.desk.outbox import outbox, send_waiting


@click.command("curator")
@CATALOGUE
@click.argument("login")
@click.option("--name", default="", help="The name that colleagues read; the login if left out.")
@as_json
def catalogue_curator(catalogue: Path, login: str, name: str, machine: bool) -> None:
    """Make an account in CATALOGUE for a curator and print a one-time password.

    \b
    Example:
      consilience catalogue curator archive ann --name "Ann B."
    """  # noqa: D301  (click's mark for lines that keep their breaks)
    with faults_told(machine=machine), opened_catalogue(catalogue) as opened:
        made, once = add_person(
            opened.engine, login=login, name=name, roles=("curator",), at=now(), actor=actor()
        )
        if machine:
            print_json({"login": made.login, "id": made.id, "one_time_password": once})
            return
        out.print(f"{escape(made.login)} may sign in at the site of the catalogue.")
        out.print(f"one-time password: [bold]{escape(once or '')}[/]")


@click.command("outbox")
@CATALOGUE
@click.option("--send", is_flag=True, help="Try once more to send them by the server in mail.yaml.")
@as_json
def catalogue_outbox(catalogue: Path, send: bool, machine: bool) -> None:
    """List the mails of CATALOGUE that wait, with why they could not be sent.

    Without mail.yaml in the folder all wait here, and can be handed on by hand.

    \b
    Example:
      consilience catalogue outbox archive --send
    """  # noqa: D301
    with faults_told(machine=machine), opened_catalogue(catalogue) as opened:
        sent = send_waiting(opened.engine, opened.folder, clock=now) if send else 0
        waiting = outbox(opened.engine)
        if machine:
            print_json({"sent": sent, "waiting": waiting})
            return
        if send:
            out.print(f"sent: {sent}")
        print_table(
            ["Number", "To", "Subject", "Since", "Not sent because"],
            [[each.id, each.address, each.subject, each.at, each.failed] for each in waiting],
        )
