"""Commands over the audit ledger."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from consilience.base.counting import counted
from consilience.cli.caller import STUDY
from consilience.cli.output import (
    FAULTY,
    as_json,
    faults_told,
    out,
    print_fault,
    print_json,
    print_table,
)
from consilience.desk.audits import ledger_lines, verify_export, verify_study


@click.group()
def audit() -> None:
    """The hash-chained ledger: who did what to which record."""


@audit.command()
@STUDY
@as_json
def show(study: Path, machine: bool) -> None:
    """Print the ledger of STUDY, or of a catalogue; with --json one line an entry, for auditors.

    \b
    Example:
      consilience audit show examples/schools-2017 --json > ledger.jsonl
    """  # noqa: D301
    with faults_told(machine=machine):
        entries = ledger_lines(study)
        if machine:
            for entry in entries:
                click.echo(json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False))
        else:
            print_table(
                ("line", "at", "who", "did", "to", "hash"),
                [(e.line, e.at, e.actor, e.action, e.subject, e.sha256[:12]) for e in entries],
            )


@audit.command()
@STUDY
@click.option(
    "--file",
    "exported",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Verify this export of a ledger instead.",
)
@as_json
def verify(study: Path, exported: Path | None, machine: bool) -> None:
    """Verify that no line of the ledger of STUDY was changed, removed, added or moved.

    The folder of a catalogue may stand in the place of a study.

    \b
    Example:
      consilience audit verify examples/schools-2017
    """  # noqa: D301
    with faults_told(machine=machine):
        count, faults = verify_export(exported) if exported else verify_study(study)
        if machine:
            print_json({"lines": count, "faults": faults})
        else:
            for fault in faults:
                print_fault(fault)
            verdict = "not as it was written" if faults else "whole, in order, unchanged"
            out.print(f"{counted(count, 'line')}: {verdict}")
    if faults:
        raise SystemExit(FAULTY)
