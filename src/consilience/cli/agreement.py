"""The command `agreement`: how far coders agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from consilience.base.counting import counted
from consilience.cli.output import as_json, err, faults_told, out, print_json, print_table
from consilience.desk.agreement import AgreementFound, By, Unit, agreement_of

# Columns of the table for people: heading and coefficient. JSON has them all.
_SHOWN: Final = (
    ("percent", "percent"),
    ("F1", "f1"),
    ("u-alpha", "u_alpha"),
    ("alpha", "alpha_binary"),
)
_OF_DOMAINS: Final = (("|u-alpha", "u_alpha_binary"), ("cu-alpha", "cu_alpha"))


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "--unit",
    type=click.Choice(["characters", "tokens", "sentences", "turns"]),
    help="What is counted; what the study says, else characters.",
)
@click.option("--code", help="Only this code, by id or name.")
@click.option(
    "--by",
    type=click.Choice(["code", "domain", "document", "case", "all"]),
    default="code",
    show_default=True,
    help="What a row is of.",
)
@click.option(
    "--resamples", type=click.IntRange(0, 100_000), help="Samples of texts for the intervals."
)
@as_json
def agreement(
    study: Path,
    unit: Unit | None,
    code: str | None,
    by: By,
    resamples: int | None,
    machine: bool,
) -> None:
    """Say how far the coders of STUDY agree, in texts that all of them released.

    The same passages agree differently in characters, sentences and turns, so every figure says
    its unit. What cannot be computed is a dash, never 0 or 1; --json says why.

    \b
    Example:
      consilience agreement my-study --by domain --unit sentences
    """  # noqa: D301
    with faults_told(machine=machine):
        found = agreement_of(study, unit=unit, by=by, code=code, resamples=resamples)
        if machine:
            print_json(
                {
                    "unit": found.unit,
                    "texts": found.texts,
                    "blind": found.blind,
                    "figures": found.table.to_pylist(),
                }
            )
            return
        _print(found, by)
        if found.blind:
            err.print(
                f"{counted(len(found.blind), 'text')} left out: not all their coders released "
                f"{'it' if len(found.blind) == 1 else 'them'}"
            )


def _print(found: AgreementFound, by: str) -> None:
    out.print(f"unit: {found.unit}; {counted(len(found.texts), 'text')}")
    shown = (*_SHOWN, *_OF_DOMAINS) if by == "domain" else _SHOWN
    rows = _subjects(found.table.to_pylist())
    short = _short(list(rows))
    print_table(
        (by, "texts", *(heading for heading, _ in shown), "95 %"),
        [
            (
                short[name],
                held["percent"]["documents"],
                *(_figure(held[measure]["value"]) for _, measure in shown),
                _interval(held["alpha_binary"]),
            )
            for name, held in rows.items()
        ],
    )


def _short(names: Sequence[str]) -> dict[str, str]:
    """Return each name without the codes above it, where only one ends so."""
    ends = Counter(name.rsplit(" > ", 1)[-1] for name in names)
    return {name: end if ends[end := name.rsplit(" > ", 1)[-1]] == 1 else name for name in names}


def _subjects(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the figures of all coders by subject and coefficient."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        if not row["coder_a"] and not row["of"]:
            found.setdefault(row["name"], {})[row["measure"]] = row
    return found


def _figure(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3f}"


def _interval(row: Mapping[str, Any]) -> str:
    return f"{_figure(row['low'])} to {_figure(row['high'])}" if row["low"] is not None else "-"
