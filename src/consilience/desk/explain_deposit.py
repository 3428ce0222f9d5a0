"""Say why: what a deposit holds, why something may not be deposited, what risk is left."""

from __future__ import annotations

from typing import Any

from consilience.base.counting import counted
from consilience.deposit.model import Fate
from consilience.desk.shelf import Shelf

Parts = list[tuple[str, tuple[str, ...]]]

_FAR = {Fate.PLANNED: "planned", Fate.COLLECTED: "collected", Fate.CONSENTED: "allowed"}
_RISK = "highest probability of a right guess"


def deposit_parts(shelf: Shelf, stage: str) -> Parts:
    """Return what a deposit holds, what it leaves out and why, as (heading, lines).

    Args:
        shelf: results, among them those of the stage.
        stage: id of a deposit stage.
    """
    sets = [
        f"{row['data_set']}: {_count(row['planned'])} planned, {row['collected']} collected,"
        f" {row['consented']} allowed, {row['deposited']} deposited; {row['level']}"
        for row in _rows(shelf, stage, "data_set")
    ]
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in _rows(shelf, stage, "withheld"):
        far = _FAR.get(Fate(row["stopped"]), row["stopped"])
        alike.setdefault((row["data_set"], far, row["reason"]), []).append(row["thing"])
    out = [
        f"{name}, {far}, {', '.join(things)}: {reason}"
        for (name, far, reason), things in alike.items()
    ]
    risk = [
        f"{row['file']}: {_RISK} {_number(row['before'])} before, {_number(row['after'])} as"
        " published"
        for row in _rows(shelf, stage, "risk")
        if row["measure"] == _RISK
    ]
    changes = [
        f"{row['file']}, {row['column']}: {row['what']}, {counted(row['cells'], 'cell')}:"
        f" {row['reason']}"
        for row in _rows(shelf, stage, "column_change")
    ]
    parts = [
        ("Data sets", sets),
        ("Not deposited, and why", out),
        ("What was done to columns", changes),
        ("What is left of the risk", risk),
    ]
    return [(heading, tuple(lines)) for heading, lines in parts if lines]


def fate_of(shelf: Shelf, stage: str, interview: str) -> tuple[str, ...]:
    """Return whether the text of an interview is deposited, and why not; nothing if not listed.

    Args:
        shelf: results, among them those of the stage.
        stage: id of a deposit stage.
        interview: its id.
    """
    return tuple(
        f"deposited in the data set {row['data_set']}"
        if row["deposited"]
        else f"not deposited in the data set {row['data_set']}: {row['reason']}"
        for row in _rows(shelf, stage, "data_list")
        if row["interview"] == interview
    )


def standing_of(shelf: Shelf, stage: str, interview: str) -> tuple[str, ...]:
    """Return how far an interview came and what may be done with it; nothing if not in the plan.

    Args:
        shelf: results, among them those of the stage.
        stage: id of an interview stage.
        interview: its id.
    """
    lines: list[str] = []
    for row in _rows(shelf, stage, "status"):
        if row["interview"] == interview:
            why = f": {row['reason']}" if row["reason"] else ""
            lines.append(f"{row['state']}{why}")
            if row["deposit"] is not None:
                told = "allowed" if row["deposit"] else "not allowed"
                more = f": {row['deposit_reason']}" if row["deposit_reason"] else ""
                lines.append(f"deposit {told}{more}")
    return tuple(lines)


def _rows(shelf: Shelf, stage: str, table: str) -> list[dict[str, Any]]:
    return list(shelf.table(stage, table).to_pylist())


def _count(planned: int | None) -> str:
    return "an unstated number" if planned is None else str(planned)


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.3f}"
