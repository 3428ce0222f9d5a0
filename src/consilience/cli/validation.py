"""The command that holds our statistics against those of other programs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from consilience.base.counting import counted
from consilience.cli.output import (
    FAULTY,
    as_json,
    faults_told,
    out,
    print_json,
    progress_shown,
)
from consilience.desk.validations import Outcome, validated

# How many figures of one case that differ are listed.
MOST: Final = 5


@click.command()
@click.option(
    "--cases",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder with expected.json and CSV files; those that come with consilience if left out.",
)
@as_json
def validate(folder: Path | None, machine: bool) -> None:
    """Hold our statistics against the figures of other programs, case by case.

    For each case it prints whether our figure agrees with theirs, within the tolerance that the
    case states, and both figures: those furthest apart, where a case has many. Ends with 1 if
    any differs.

    \b
    Example:
      consilience validate
    """  # noqa: D301
    with faults_told(machine=machine):
        with progress_shown(machine=machine) as progress:
            outcomes = validated(folder, progress=progress)
        if machine:
            print_json({"cases": [_plain(outcome) for outcome in outcomes]})
        else:
            for outcome in outcomes:
                for line in _lines(outcome):
                    out.print(line, markup=False)
            counts = Counter(outcome.verdict for outcome in outcomes)
            parts = [f"{counts[each]} {each}" for each in ("agrees", "differs", "not supported")]
            out.print(f"{counted(len(outcomes), 'case')}: {', '.join(parts)}")
    if any(outcome.verdict == "differs" for outcome in outcomes):
        raise SystemExit(FAULTY)


def _lines(outcome: Outcome) -> Iterator[str]:
    """Yield what is printed of a case: each figure that differs, else the one furthest apart."""
    head = f"{outcome.verdict:<14} {outcome.case}"
    if outcome.verdict == "not supported":
        yield f"{head}: {outcome.reason}"
        return
    apart = sorted(outcome.figures, key=lambda figure: -_apart(figure.theirs, figure.ours))
    wrong = [figure for figure in apart if not figure.agrees]
    many = len(outcome.figures)
    figures = counted(many, "figure")
    differ = "differs" if len(wrong) == 1 else "differ"
    of = f"{len(wrong)} of {figures} {differ}" if wrong else figures * (many > 1)
    yield f"{head}{f' ({of})' if of else ''}"
    for figure in wrong[:MOST] or apart[:1]:
        theirs, ours = _written(figure.theirs), _written(figure.ours)
        yield f"{'':<14}   {figure.path}: theirs {theirs}, ours {ours}"


def _apart(theirs: Any, ours: Any) -> float:  # noqa: ANN401  (a number, text or nothing)
    if isinstance(theirs, int | float) and isinstance(ours, int | float) and not math.isnan(ours):
        return abs(ours - theirs) / max(1.0, abs(theirs))
    return 0.0


def _written(value: Any) -> str:  # noqa: ANN401  (a number, text or nothing)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "undefined"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _plain(outcome: Outcome) -> dict[str, object]:
    def number(value: Any) -> object:  # noqa: ANN401  (a number, text or nothing)
        return None if isinstance(value, float) and not math.isfinite(value) else value

    return {
        "case": outcome.case,
        "statistic": outcome.statistic,
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "tolerance": outcome.tolerance,
        "packages": list(outcome.packages),
        "call": outcome.call,
        "figures": [
            {
                "path": figure.path,
                "theirs": number(figure.theirs),
                "ours": number(figure.ours),
                "agrees": figure.agrees,
            }
            for figure in outcome.figures
        ],
    }
