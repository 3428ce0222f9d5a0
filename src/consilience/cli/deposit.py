"""The commands by which a study leaves: deposit, waive, release."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import click

from consilience.base.counting import counted
from consilience.base.settings import VAULT_KEY
from consilience.cli.caller import NAMED_STUDY, actor, now
from consilience.cli.output import (
    FAULTY,
    as_json,
    err,
    faults_told,
    out,
    print_json,
    print_table,
)
from consilience.desk import deposit_work as desk


@click.command()
@NAMED_STUDY
@click.option("--look", is_flag=True, help="Only look; write nothing.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day that the package carries; today if left out. The same day gives the same bytes.",
)
@click.option("--zip", "zips", is_flag=True, help="Also write zips for upload, a level each.")
@as_json
def deposit(study: Path, look: bool, day: dt.datetime | None, zips: bool, machine: bool) -> None:
    """Put together all that STUDY deposits, and write it if nothing is missing or unsafe.

    Each reason against it is told with what to do next. Names of the vault are searched for in
    every file; for that CONSILIENCE_VAULT_KEY must be set. Ends with 1 if the deposit is kept back.

    \b
    Example:
      consilience deposit my-study
      consilience deposit my-study --look --json
    """  # noqa: D301
    with faults_told(machine=machine):
        asked = desk.Asked(
            at=now(),
            actor=actor(),
            day=None if day is None else day.date(),
            key=os.environ.get(VAULT_KEY) or None,
            environ=os.environ,
            look=look,
            zips=zips,
        )
        if machine:
            found = desk.prepare(study, asked)
            print_json(found)
        else:
            with err.status("looking") as status:
                found = desk.prepare(study, asked, told=status.update)
            _print(found, look=look)
    if found.refused:
        raise SystemExit(FAULTY)


def _print(found: desk.Deposit, *, look: bool) -> None:
    head = ("data set", "planned", "collected", "allowed", "deposited")
    rows = [tuple("" if each is None else each for each in row) for row in found.data_sets]
    print_table(head, rows)
    for each in found.findings:
        mark = "waived " if each.waived else f"{each.severity} "
        out.print(f"{mark}{each.code} {each.where}: {each.what}", markup=False)
        if not each.waived:
            out.print(f"        {each.remedy}", markup=False)
    if found.refused:
        out.print(f"Kept back by {counted(len(found.refused), 'finding')}; nothing was written.")
    elif look:
        out.print("Nothing keeps it back.")
    else:
        out.print(f"{counted(found.files, 'file')} in {found.folder}", markup=False, soft_wrap=True)
        for path in found.zips:
            out.print(f"{path}", markup=False, soft_wrap=True)
        out.print("Have another person look at it and use `consilience release`.")


@click.command()
@NAMED_STUDY
@click.argument("check")
@click.option("--where", default="*", help="The place it is waived for; all places if left out.")
@click.option("--role", required=True, help="In which role: lead or curator.")
@click.option("--reason", required=True, help="Why it may pass; it stands in the package.")
@click.option("--back", is_flag=True, help="Take the waiver back.")
@as_json
def waive(
    study: Path, check: str, where: str, role: str, reason: str, back: bool, machine: bool
) -> None:
    """Let a finding of CHECK pass in the deposit of STUDY, in your name and for a reason.

    \b
    Example:
      consilience waive my-study not-cleared --where scoping/S04 --role lead \\
        --reason "the speaker asked for more time"
    """  # noqa: D301
    with faults_told(machine=machine):
        given = desk.waive(
            study,
            code=check,
            where=where,
            role=role,
            reason=reason,
            back=back,
            at=now(),
            actor=actor(),
        )
        if machine:
            print_json(given)
        else:
            done = "no longer waived" if back else "waived"
            out.print(f"{check} at {where}: {done}, by {given.by} as {role}", markup=False)


@click.command()
@NAMED_STUDY
@as_json
def release(study: Path, machine: bool) -> None:
    """Release the package of STUDY that another person prepared, exactly as it lies there.

    Who you are is what CONSILIENCE_ACTOR says, or else your name on this machine.

    \b
    Example:
      consilience release my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        found = desk.release(study, at=now(), actor=actor())
        if machine:
            print_json(found)
        else:
            out.print(
                f"released: prepared by {found.prepared_by}, released by {found.released_by}, "
                f"SHA-256 of its manifest {found.digest}",
                markup=False,
                soft_wrap=True,
            )
