"""Importance: what goes with the outcome, how much, and how far that can be trusted."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from consilience.design.model import ImportanceStage
from consilience.report.charts import Interval, Part, Stack, intervals, stacked
from consilience.report.lookup import attribute_titles, construct_titles, make_grid
from consilience.report.model import (
    Block,
    Column,
    Figure,
    Findings,
    Fold,
    Point,
    Points,
    Section,
    Sign,
    Words,
)
from consilience.report.sections import stage_section
from consilience.report.svg import element, sign, steps_colour, swatch
from consilience.report.wording import listed, number, percent, plain, several, titled

Rows = list[dict[str, Any]]

# Below so many areas, and so many rows a column of predictors, the ranks are said to be guesses.
# Correlations settle near 250 cases (Schoenbrodt and Perugini 2013), and areas are what is drawn.
FEW_AREAS: Final = 250
FEW_ROWS: Final = 15

# Two predictors are told apart only beyond this probability.
SURE: Final = 0.95

_LINK: Final = {
    "linear": "variance",
    "logit": "McFadden's measure",
    "ordinal": "McFadden's measure",
}


def importance_section(findings: Findings, stage: ImportanceStage) -> Section:
    """Answer how much each predictor contributes to the outcome, and how sure that is."""
    parts = [
        ("contributions", "How much each contributes", _contributions(findings, stage)),
        ("ranks", "How sure the order is", _ranks(findings, stage)),
        ("pairs", "Two by two", _pairs(findings, stage)),
        ("model", "The model, and what to mind", _model(findings, stage)),
    ]
    return stage_section(
        stage, (Words(_lead(findings, stage), "lead"), *_caution(findings, stage)), parts
    )


def model_row(findings: Findings, stage: ImportanceStage) -> dict[str, Any]:
    """Return the one row about the whole model."""
    rows = findings.rows(stage.id, "importance_model")
    return rows[0] if rows else {}


def predictor_titles(findings: Findings, stage: ImportanceStage) -> dict[str, str]:
    """Return what each predictor is called."""
    named = attribute_titles(findings, stage.frame) if stage.frame else {}
    return {**named, **construct_titles(findings), "agency": "Which agency answered"}


def compared_rows(findings: Findings, stage: ImportanceStage) -> Rows:
    """Return the predictors that are compared, the greatest contribution first, with titles."""
    names = predictor_titles(findings, stage)
    rows = [row for row in findings.rows(stage.id, "importance") if row["value"] is not None]
    for row in rows:
        row["title"] = names.get(row["predictor"], plain(row["predictor"]))
    return sorted(rows, key=lambda row: (-row["value"], row["position"]))


def sentence(findings: Findings, stage: ImportanceStage) -> str:
    """Say in words what was found, with its uncertainty."""
    rows, model = compared_rows(findings, stage), model_row(findings, stage)
    if not rows or model.get("fit") is None:
        return f"{titled(stage)}: nothing could be computed."
    first = _probabilities(findings, stage, rank=1)
    most = max(rows, key=lambda row: first.get(row["predictor"], 0.0))
    outcome = construct_titles(findings).get(stage.outcome, stage.outcome).lower()
    said = (
        f"Together the predictors account for {percent(model['fit'])} of {_of_what(stage)} of "
        f"{outcome}"
    )
    sure = first.get(most["predictor"])
    if sure is None:
        return f"{said}; how sure any order is was not computed."
    return (
        f"{said}; {most['title']} is the most likely to contribute most (probability "
        f"{number(sure)}; it accounts for {percent(most['value'])})."
    )


def _of_what(stage: ImportanceStage) -> str:
    return "the variance" if stage.model == "linear" else "what could be predicted"


def _lead(findings: Findings, stage: ImportanceStage) -> str:
    model = model_row(findings, stage)
    rows = model.get("rows") or 0
    unit = "answers of informants" if stage.unit == "answers" else "areas"
    level = percent(stage.level)
    return (
        f"{sentence(findings, stage)} {rows:,} {unit}; general dominance (the contribution "
        f"averaged over every order in which predictors could enter), {level} intervals over "
        f"{model.get('resamples') or 0:,} resamples of whole areas."
    )


def _caution(findings: Findings, stage: ImportanceStage) -> tuple[Block, ...]:
    """Return what a reader must know before the figures."""
    return (Points(tuple(Point(text) for text in cautions_of(findings, stage)), "caution"),)


def cautions_of(findings: Findings, stage: ImportanceStage) -> tuple[str, ...]:
    """Return the cautions that the number of cases and the design deserve."""
    model = model_row(findings, stage)
    said = [
        (
            "Contributions are associations in what people answered, not effects of what was "
            "done: the same person answered both sides."
        )
    ]
    areas, rows = model.get("areas") or 0, model.get("rows") or 0
    columns = model.get("columns") or 1
    if areas < FEW_AREAS or rows < FEW_ROWS * columns:
        said.append(
            f"{several(rows, 'case', 'cases')} of {several(areas, 'area', 'areas')} for "
            f"{several(columns, 'column', 'columns')} of predictors are few: another sample could "
            "order the predictors otherwise."
        )
    ranks = _probabilities(findings, stage, rank=1)
    if ranks and max(ranks.values()) < SURE:
        said.append(
            "No predictor contributes most with a probability of 0.95: do not report an order "
            "without the intervals."
        )
    if model.get("failed"):
        said.append(f"{several(model['failed'], 'resample', 'resamples')} could not be computed.")
    return tuple(said)


def _probabilities(findings: Findings, stage: ImportanceStage, *, rank: int) -> dict[str, float]:
    return {
        row["predictor"]: row["probability"]
        for row in findings.rows(stage.id, "importance_rank")
        if row["rank"] == rank and row["probability"] is not None
    }


def _contributions(findings: Findings, stage: ImportanceStage) -> tuple[Block, ...]:
    rows = compared_rows(findings, stage)
    if not rows:
        return (Words("No contribution could be computed; the notes below say why."),)
    level = percent(stage.level)
    columns = {
        "title": Column("Predictor"),
        "value": Column("Contribution", "number", 3),
        "low": Column("Lower end", "number", 3),
        "high": Column("Upper end", "number", 3),
        "mean_rank": Column("Mean rank", "number", 1),
        "first": Column("Alone", "number", 3),
        "last": Column("Beyond the others", "number", 3),
        "johnson": Column("Relative weight", "number", 3),
    }
    top = rows[0]
    description = (
        f"Contributions from {number(rows[-1]['value'], 3)} to {number(top['value'], 3)} "
        f"({top['title']}); the numbers stand in the table below."
    )
    key = [Sign(sign(0), "contribution")]
    if top["low"] is not None:
        bar = element("rect", x=0, y=2, width=14, height=10, rx=3, class_="asked")
        key.append(Sign(bar, f"{level} interval"))
    figure = Figure(
        caption=f"Contribution of each predictor to {_LINK[stage.model]} explained",
        drawings=(
            intervals(
                [Interval(row["title"], row["value"], row["low"], row["high"]) for row in rows],
                title="Contribution of each predictor",
                description=description,
            ),
        ),
        key=tuple(key),
        grid=make_grid(
            "Contributions, the greatest first",
            columns,
            rows,
            simulated=findings.simulated(stage.id),
            note=(
                "The order of the rows is that of the estimates; how sure it is stands below. A "
                "contribution is never below 0, so an interval that leaves out 0 proves nothing."
            ),
        ),
        simulated=findings.simulated(stage.id),
    )
    return (figure,)


def _ranks(findings: Findings, stage: ImportanceStage) -> tuple[Block, ...]:
    shares: dict[str, dict[int, float]] = defaultdict(dict)
    for row in findings.rows(stage.id, "importance_rank"):
        if row["probability"] is not None:
            shares[row["predictor"]][row["rank"]] = row["probability"]
    rows = [row for row in compared_rows(findings, stage) if row["predictor"] in shares]
    if not rows:
        return ()
    count = len(rows)
    rows = sorted(rows, key=lambda row: row["mean_rank"] if row["mean_rank"] is not None else 99)
    fills = [steps_colour(count - rank, count) for rank in range(1, count + 1)]
    stacks, table = [], []
    for row in rows:
        own = shares[row["predictor"]]
        parts = tuple(
            Part(own.get(rank, 0.0), fills[rank - 1], str(rank)) for rank in range(1, count + 1)
        )
        stacks.append(Stack(row["title"], parts))
        table.append({"title": row["title"], **{str(rank): share for rank, share in own.items()}})
    columns = {
        "title": Column("Predictor"),
        **{str(rank): Column(f"Rank {rank}", "percent", 0) for rank in range(1, count + 1)},
    }
    figure = Figure(
        caption="Probability of each rank, 1 for the greatest contribution",
        drawings=(
            stacked(
                stacks,
                title="Probability of each rank by predictor",
                description=(
                    "One bar a predictor, the best mean rank first; each part is the share of "
                    "resamples in which it had that rank."
                ),
            ),
        ),
        key=tuple(Sign(swatch(fill), f"rank {at}") for at, fill in enumerate(fills, start=1)),
        grid=make_grid(
            "Probability of each rank", columns, table, simulated=findings.simulated(stage.id)
        ),
        simulated=findings.simulated(stage.id),
    )
    return (figure,)


def _pairs(findings: Findings, stage: ImportanceStage) -> tuple[Block, ...]:
    names = predictor_titles(findings, stage)
    rows = findings.rows(stage.id, "importance_pair")
    if not rows:
        return ()
    for row in rows:
        row["title"] = names.get(row["predictor"], plain(row["predictor"]))
        row["against"] = names.get(row["other"], plain(row["other"]))
    place = {row["predictor"]: at for at, row in enumerate(compared_rows(findings, stage))}
    sure = sorted(
        (row for row in rows if row["probability"] is not None and row["probability"] >= SURE),
        key=lambda row: (place.get(row["predictor"], 0), place.get(row["other"], 0)),
    )
    many = several(len(sure), "is", "are") if sure else "none is"
    said = (
        f"Of {several(len(rows) // 2, 'pair', 'pairs')} of predictors {many} told apart with a "
        "probability of at least 0.95"
    )
    shown = [f"{row['title']} above {row['against']}" for row in sure[:4]]
    more = f": {listed(shown)}{' and others' if len(sure) > 4 else ''}." if shown else "."
    columns = {
        "title": Column("Predictor"),
        "against": Column("Against"),
        "probability": Column("Contributes more", "percent", 0),
        "dominance": Column("Dominates it"),
    }
    grid = make_grid(
        "Probability that one predictor contributes more than another",
        columns,
        rows,
        simulated=findings.simulated(stage.id),
        note=(
            "Dominance in the data as they are. complete: in every subset of the others; "
            "conditional: on average at every number of others; general: on average over all."
        ),
    )
    return (Words(said + more), Fold("Every pair", (grid,)))


def _model(findings: Findings, stage: ImportanceStage) -> tuple[Block, ...]:
    model = model_row(findings, stage)
    if not model:
        return ()
    names = predictor_titles(findings, stage)
    held = [
        names.get(row["predictor"], plain(row["predictor"])).lower()
        for row in findings.rows(stage.id, "importance")
        if row["value"] is None
    ]
    if held:
        said = f"In every model, and so not compared: {listed(held)} ({percent(model['always'])})."
    else:
        said = "Every predictor is compared."
    columns = {
        "model": Column("Model"),
        "measure": Column("Measure"),
        "fit": Column("Fit", "number", 3),
        "low": Column("Lower end", "number", 3),
        "high": Column("Upper end", "number", 3),
        "rows": Column("Cases", "count"),
        "areas": Column("Areas", "count"),
        "columns": Column("Columns", "count"),
        "without_outcome": Column("Left out, no outcome", "count"),
        "missing": Column("Missing answers", "count"),
        "imputations": Column("Imputations", "count"),
    }
    grid = make_grid("The model", columns, [model], simulated=findings.simulated(stage.id))
    return (Words(said), grid)
