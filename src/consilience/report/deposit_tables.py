"""One protected table: what was done to it, the risk before and after, and what is left of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

from consilience.base.counting import counted
from consilience.design.model.deposit import DepositStage, DepositTable
from consilience.report.charts import Dots, dots
from consilience.report.deposit_charts import Choice, described, ring, trade_off
from consilience.report.lookup import make_grid, without_empty
from consilience.report.model import (
    Block,
    Column,
    Figure,
    Findings,
    Fold,
    Grid,
    Point,
    Points,
    Sign,
    Words,
)
from consilience.report.svg import Scale, sign
from consilience.report.wording import listed, number, percent, several

Rows = list[dict[str, Any]]

HIGHEST: Final = "highest probability of a right guess"
SMALLEST: Final = "smallest group that shares its keys"
MOST_CASES: Final = 10  # with the highest probability; the workbook and the CSV files hold all
_HONEST: Final = (
    (
        "A probability is that of a right guess by somebody who looks up the keys of every unit "
        "and knows nothing else: one over the units that the case could be. Where no list of the "
        "units is known, it is estimated from the cases that share the keys and from the share of "
        "those asked that is in the table. It may be more for a unit that said in public that it "
        "took part."
    ),
    (
        "It does not say what somebody with other knowledge could do: who knows an answer, was "
        "told who took part, or has another table to join. Answers are not keys."
    ),
    "A suppressed key is taken to fit every value.",
    (
        "These sections are for those who decide on the deposit: they tell which cases are easiest "
        "to find, and should not be handed out with the data."
    ),
)


def protected_tables(stage: DepositStage) -> tuple[DepositTable, ...]:
    """Return all tables of a deposit, in the order of the study file."""
    return tuple(table for rules in stage.sets for table in rules.tables)


def highest_left(findings: Findings, stage: DepositStage) -> dict[str, float | None]:
    """Return the highest probability of a right guess in each table as published.

    Args:
        findings: everything.
        stage: a deposit.

    Returns:
        By id of the table; None if it has no keys or no cases.
    """
    return {
        table.id: _measures(findings, stage, table).get((HIGHEST, ""), (None, None))[1]
        for table in protected_tables(stage)
    }


def _measures(
    findings: Findings, stage: DepositStage, table: DepositTable
) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Return (measure, of what) to its value before and after, in order."""
    return {
        (row["measure"], row["of"]): (row["before"], row["after"])
        for row in _of(findings, stage, table, "risk")
    }


def _of(findings: Findings, stage: DepositStage, table: DepositTable, name: str) -> Rows:
    return [row for row in findings.rows(stage.id, name) if row["file"] == table.id]


def overview(findings: Findings, stage: DepositStage) -> tuple[Block, ...]:
    """Return what a probability means, and the risk that is left in each table."""
    rows = []
    for table in protected_tables(stage):
        found = _measures(findings, stage, table)
        before, after = found.get((HIGHEST, ""), (None, None))
        rows.append(
            {
                "title": table.title,
                "keys": ", ".join(table.keys) or "none",
                "cases": found.get(("cases", ""), (None, None))[1],
                "alike": found.get((SMALLEST, ""), (None, None))[1],
                "cells": found.get(("cells suppressed", "all keys"), (None, None))[1],
                "before": before,
                "after": after,
            }
        )
    columns = {
        "title": Column("Table"),
        "keys": Column("Keys"),
        "cases": Column("Cases", "count"),
        "alike": Column("Share their keys, at least", "count"),
        "cells": Column("Cells suppressed", "count"),
        "before": Column("Highest probability before", "number"),
        "after": Column("After", "number"),
    }
    grid = make_grid(
        "Tables and what is left of their risk",
        columns,
        rows,
        simulated=findings.simulated(stage.id),
        note=f"The study allows a probability of at most {number(stage.risk)}.",
    )
    return (Points(tuple(Point(text) for text in _HONEST)), grid)


def table_blocks(findings: Findings, stage: DepositStage, table: DepositTable) -> tuple[Block, ...]:
    """Return what was done to a table, and how easily a case is found before and after."""
    made = (
        *_changes(findings, stage, table),
        *_before_and_after(findings, stage, table),
        *_trade_offs(findings, stage, table),
        *_cases(findings, stage, table),
    )
    return (Words(_keys_said(findings, stage, table)), *made)


def _keys_said(findings: Findings, stage: DepositStage, table: DepositTable) -> str:
    if not table.keys:
        return "The study names no column by which a case could be looked up: no risk is computed."
    found = _measures(findings, stage, table)
    _, alike = found.get((SMALLEST, ""), (None, None))
    before, after = found.get((HIGHEST, ""), (None, None))
    said = f"Keys, by which a case could be looked up: {listed(table.keys)}."
    if alike is not None:
        said += f" Every combination of keys is shared by at least {counted(round(alike), 'case')}."
    if before is not None and after is not None:
        went = "stays at" if before == after else f"went from {number(before)} to"
        said += f" The highest probability of a right guess {went} {number(after)}."
    public = sum(bool(row["named"]) for row in _of(findings, stage, table, "case_risk"))
    if public:
        one = "case is of a unit that said in public that it"
        many = "cases are of units that said in public that they"
        said += f" {several(public, one, many).capitalize()} took part."
    return said


def _changes(findings: Findings, stage: DepositStage, table: DepositTable) -> tuple[Block, ...]:
    rows = _of(findings, stage, table, "column_change")
    if not rows:
        return (Words("No column was changed."),)
    columns = {
        "column": Column("Column"),
        "what": Column("What was done"),
        "cells": Column("Cells", "count"),
        "reason": Column("Why"),
    }
    return (
        make_grid(
            "What was done to columns", columns, rows, simulated=findings.simulated(stage.id)
        ),
    )


def _before_and_after(
    findings: Findings, stage: DepositStage, table: DepositTable
) -> tuple[Block, ...]:
    found = _measures(findings, stage, table)
    cases = found.get(("cases", ""), (None, None))[1]
    if not cases:
        return ()
    shares: list[Dots] = []
    for label, measure, whole in (
        ("Highest probability of a right guess", HIGHEST, 1.0),
        (f"In groups below {table.k}", f"cases in groups below {table.k}", cases),
        ("Unique cases", "unique cases", cases),
        ("Expected to be guessed right", "cases expected to be guessed right", cases),
    ):
        before, after = found.get((measure, ""), (None, None))
        if before is not None and after is not None:
            shares.append(Dots(label, (after / whole, before / whole)))
    if not shares:
        return ()
    said = [
        f"{each.label.lower()} {percent(each.values[1], 1)} before, {percent(each.values[0], 1)} "
        "after"
        for each in shares
    ]
    figure = Figure(
        caption="Risk before and after protection",
        drawings=(
            dots(
                shares,
                title=f"{table.title}: risk before and after",
                description=f"{listed(said).capitalize()}.",
                scale=Scale(0, 1),
            ),
        ),
        grid=_measure_grid(findings, stage, table),
        key=(Sign(sign(1), "before"), Sign(sign(0), "as published")),
        simulated=findings.simulated(stage.id),
        note=(
            f"Cases as shares of all {round(cases):,}. Where one mark hides the other, nothing "
            "changed."
        ),
    )
    return (figure,)


def _measure_grid(findings: Findings, stage: DepositStage, table: DepositTable) -> Grid:
    rows = [
        {
            "measure": measure[:1].upper() + measure[1:],
            "of": of,
            "before": _figure(before),
            "after": _figure(after),
        }
        for (measure, of), (before, after) in _measures(findings, stage, table).items()
    ]
    columns = {
        "measure": Column("Measure"),
        "of": Column("Of"),
        "before": Column("Before"),
        "after": Column("As published"),
    }
    return make_grid(
        "Measures of risk and of what protection costs",
        columns,
        rows,
        simulated=findings.simulated(stage.id),
        note="DIS: probability that a match of a unique case with a list is right (SUDA).",
    )


def _figure(value: float | None) -> str | None:
    if value is None:
        return None
    return number(value, 0 if float(value).is_integer() else 3)


def _trade_offs(findings: Findings, stage: DepositStage, table: DepositTable) -> tuple[Block, ...]:
    rows = _of(findings, stage, table, "trade_off")
    if not rows:
        return ()
    choices = [
        Choice(row["k"], row["loss"], row["risk"], row["efficient"], row["chosen"]) for row in rows
    ]
    columns = {
        "k": Column("k"),
        "risk": Column("Highest probability", "number", 3),
        "loss": Column("Cells of keys suppressed", "percent", 1),
        "efficient": Column("Not beaten in both", "flag"),
        "chosen": Column("Chosen", "flag"),
    }
    simulated = findings.simulated(stage.id)
    figure = Figure(
        caption="What more or less protection would bring and cost",
        drawings=(
            trade_off(
                choices,
                limit=stage.risk,
                title=f"{table.title}: risk against loss",
                description=described(choices),
            ),
        ),
        grid=make_grid("Other numbers of cases alike", columns, rows, simulated=simulated),
        key=(
            Sign(sign(0), "no other has less risk for no more loss"),
            Sign(sign(5), "another has"),
            Sign(ring(), "chosen"),
        ),
        simulated=simulated,
        note=f"k: how many cases must share their keys at least. {_why_chosen(choices)}".strip(),
    )
    return (figure,)


def _why_chosen(choices: list[Choice]) -> str:
    """Say what the chosen k is for, where less suppression gives no more risk by this measure."""
    chosen = next((each for each in choices if each.chosen), None)
    if chosen is None or chosen.efficient:
        return ""
    cheaper = [e.k for e in choices if e.loss < chosen.loss and e.risk <= chosen.risk]
    if not cheaper:
        return ""
    return (
        f"By this measure k = {min(cheaper)} would do as well for less; what k = {chosen.k} adds "
        f"is that no combination of keys has fewer than {counted(chosen.k, 'case')} in the table."
    )


def _cases(findings: Findings, stage: DepositStage, table: DepositTable) -> tuple[Block, ...]:
    rows = _of(findings, stage, table, "case_risk")
    if not rows:
        return ()
    rows.sort(key=lambda row: (-row["probability"], row["case"]))
    most = rows[0]["probability"]
    same = sum(math.isclose(row["probability"], most) for row in rows)
    columns = {
        "case": Column("Case"),
        "probability": Column("Probability", "number", 3),
        "alike": Column("Cases that share its keys", "count"),
        "candidates": Column("Units it could be", "count"),
        "dis": Column("DIS", "number", 3),
        "keys": Column("Keys that leave few"),
    }
    shown = [
        {**row, "keys": row["keys"] or "none", "dis": row["dis"] or None}
        for row in rows[:MOST_CASES]
    ]
    grid = make_grid(
        "Cases with the highest probability, by their number in the published table",
        without_empty(columns, shown),
        shown,
        simulated=findings.simulated(stage.id),
        note=(
            f"Keys that leave few: the smallest sets of keys by which a case is one of fewer than "
            f"{counted(table.k, 'unit')}, where these are listed, or the only one of its kind in "
            "the table."
        ),
    )
    told = f"{several(same, 'case has', 'cases have').capitalize()} the highest, {number(most, 3)}"
    return (Fold(f"Cases with the highest probability: {told}", (replace(grid, of=len(rows)),)),)
