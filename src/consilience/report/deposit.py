"""Deposit: what leaves the study, what was done to protect it, and what risk is left.

Cases are told by their number in the published table only, and units not at all: who reads this
page must not learn from it whom a case may be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from consilience.deposit.model import Fate
from consilience.design.model.deposit import DepositStage
from consilience.report.deposit_charts import (
    Count,
    funnel,
    stage_fill,
)
from consilience.report.deposit_tables import (
    highest_left,
    overview,
    protected_tables,
    table_blocks,
)
from consilience.report.lookup import make_grid, without_empty
from consilience.report.model import (
    Block,
    Column,
    Figure,
    Findings,
    Fold,
    Point,
    Section,
    Sign,
    Words,
)
from consilience.report.svg import swatch
from consilience.report.wording import listed, number, plain, several, titled

Rows = list[dict[str, Any]]

# Column of the table, how the step is called.
_STEPS: Final[Mapping[str, str]] = {
    "planned": "Planned",
    "collected": "Collected",
    "consented": "Allowed",
    "deposited": "Deposited",
}


def deposit_section(findings: Findings, stage: DepositStage) -> Section:
    """Answer what is deposited and what not, and how easily a case is found in its tables."""
    tables = protected_tables(stage)
    sections = [
        Section(
            id=f"stage-{stage.id}-sets",
            title="How far each data set came",
            blocks=_data_sets(findings, stage),
        )
    ]
    if tables:
        sections.append(
            Section(
                id=f"stage-{stage.id}-risk",
                title="What is left of the risk",
                blocks=overview(findings, stage),
            )
        )
    sections += [
        Section(
            id=f"stage-{stage.id}-table-{table.id}",
            title=table.title,
            blocks=table_blocks(findings, stage, table),
        )
        for table in tables
    ]
    return Section(
        id=f"stage-{stage.id}",
        title=titled(stage),
        blocks=(Words(sentence(findings, stage), "lead"),),
        sections=tuple(section for section in sections if section.blocks),
    )


def sentence(findings: Findings, stage: DepositStage) -> str:
    """Say what is deposited of what was planned, and the highest risk that is left."""
    rows = findings.rows(stage.id, "data_set")
    if not rows:
        return "Nothing is deposited yet."
    sets = [
        (row["title"] if at == 0 else row["title"][:1].lower() + row["title"][1:])
        + f" ({row['deposited']:,}"
        + (")" if row["planned"] is None else f" of {row['planned']:,})")
        for at, row in enumerate(rows)
    ]
    said = f"{listed(sets)} are deposited"
    left = [risk for risk in highest_left(findings, stage).values() if risk is not None]
    if not left:
        return f"{said}."
    return (
        f"{said}; in no table can a case be known by its keys with a probability above "
        f"{number(_at_most(max(left)))}."
    )


def cautions_of_deposit(findings: Findings, stage: DepositStage) -> list[Point]:
    """Say what keeps the deposit waiting: texts not cleared, tables above the limit of risk."""
    points = []
    waiting = sum(
        row["consented"] - row["deposited"]
        for row in findings.rows(stage.id, "data_set")
        if row["kind"] == "text"
    )
    if waiting:
        said = several(waiting, "text is", "texts are")
        points.append(
            Point(
                f"{titled(stage)}: {said} allowed but not ready for deposit.",
                f"stage-{stage.id}-sets",
                "why",
            )
        )
    titles = {table.id: table.title for table in protected_tables(stage)}
    for name, risk in highest_left(findings, stage).items():
        if risk is not None and risk > stage.risk:
            points.append(
                Point(
                    f"{titles[name]}: a case can be known with a probability of {number(risk)}, "
                    f"above the limit of {number(stage.risk)}.",
                    f"stage-{stage.id}-table-{name}",
                    "which",
                )
            )
    return points


def _at_most(share: float) -> float:
    """Round up, so that what is said to be the most is."""
    return math.ceil(100 * share - 1e-9) / 100


# --- data sets --------------------------------------------------------------------------


def _data_sets(findings: Findings, stage: DepositStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "data_set")
    if not rows:
        return ()
    columns = {
        "title": Column("Data set"),
        **{name: Column(title, "count") for name, title in _STEPS.items()},
        "unit": Column("Of what"),
        "basis": Column("Allowed by"),
        "level": Column("Access"),
        "licence": Column("Licence"),
        "embargo": Column("Not before"),
    }
    simulated = findings.simulated(stage.id)
    figure = Figure(
        caption="What was planned, and how much of it came how far",
        drawings=tuple(_steps(row) for row in rows),
        grid=make_grid("Data sets", without_empty(columns, rows), rows, simulated=simulated),
        key=tuple(
            Sign(swatch(stage_fill(at, len(_STEPS))), title.lower())
            for at, title in enumerate(_STEPS.values())
        ),
        simulated=simulated,
        note=(
            "Every picture has its own scale. Allowed: by what people agreed to, or were told "
            "before they answered. Deposited: what the package holds."
        ),
    )
    return (figure, *_withheld(findings, stage))


def _steps(row: Mapping[str, Any]) -> Any:  # noqa: ANN401  (a drawing)
    counts = [Count(title, row[name]) for name, title in _STEPS.items()]
    said = [f"{each.count:,} {each.label.lower()}" for each in counts if each.count is not None]
    return funnel(
        counts,
        title=f"{row['title']}: how far they came",
        description=f"{listed(said).capitalize()}.",
        heading=str(row["title"]),
    )


def _withheld(findings: Findings, stage: DepositStage) -> tuple[Block, ...]:
    titles = {row["data_set"]: row["title"] for row in findings.rows(stage.id, "data_set")}
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in findings.rows(stage.id, "withheld"):
        key = (row["data_set"], row["stopped"], row["reason"])
        alike.setdefault(key, []).append(row["thing"])
    if not alike:
        return ()
    grid = make_grid(
        "What is not deposited, and why",
        {
            "title": Column("Data set"),
            "reason": Column("Why not"),
            "stopped": Column("Came as far as"),
            "things": Column("What"),
        },
        [
            {
                "title": titles.get(data_set, plain(data_set)),
                "reason": reason,
                "stopped": _STEPS.get(str(Fate(stopped)), stopped).lower(),
                "things": ", ".join(things),
            }
            for (data_set, stopped, reason), things in alike.items()
        ],
        simulated=findings.simulated(stage.id),
    )
    return (Fold("What is not deposited, and why", (grid,)),)
