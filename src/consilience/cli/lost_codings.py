"""The command that lists codings whose words went, or became others, in a correction."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from consilience.base.settings import load_settings
from consilience.cli.caller import STUDY
from consilience.cli.output import as_json, faults_told, out, print_json, print_table
from consilience.desk.kept import opened
from consilience.desk.lost_words import lost_codings
from consilience.desk.retrieval import person_called

_SHOWN: Final = 80


@click.command()
@STUDY
@as_json
def lost(study: Path, machine: bool) -> None:
    """List the codings of STUDY that lost words when a text was corrected.

    One whose words all went is kept and counts nowhere, until the words come back. One that stands
    on other words than were marked is listed until its coder releases the text again.

    \b
    Example:
      consilience codings lost my-study
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        found = lost_codings(engine, person_called(engine, load_settings(os.environ).actor))
    if machine:
        print_json({"codings": found})
        return
    print_table(
        ("text", "coder", "code", "marked", "in version", "stands on"),
        [
            (
                each.name,
                each.coder,
                each.code,
                f"{each.start}-{each.end}" if each.words is None else _short(each.words),
                each.version,
                "no words" if each.lost else _short(each.stands),
            )
            for each in found
        ],
    )
    gone = sum(each.lost for each in found)
    out.print(f"without words, counting nowhere: {gone}; on other words: {len(found) - gone}")


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
