"""Congruence: how far the agencies agree in each area, in ordered bands, and how surely."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Final

from consilience.base.counting import counted
from consilience.congruence.model import ALPHA
from consilience.design.model import CongruenceStage
from consilience.report.charts import NAMED_ROWS, Interval, Part, Stack, intervals, stacked
from consilience.report.lookup import (
    agency_titles,
    chosen_by,
    construct_titles,
    frame_of_areas,
    make_grid,
    unit_names,
    without_empty,
)
from consilience.report.maps import area_map
from consilience.report.model import (
    Block,
    Column,
    Figure,
    Findings,
    Fold,
    Grid,
    Section,
    Sign,
    Words,
)
from consilience.report.profiles import profile_blocks
from consilience.report.sections import stage_section
from consilience.report.svg import band_colour, element, sign, swatch
from consilience.report.tiles import Tile
from consilience.report.wording import number, percent, plain, probability, several, titled

Rows = list[dict[str, Any]]
UNSURE: Final = 0.5  # below this an area is more likely in another band than in its own


def congruence_section(findings: Findings, stage: CongruenceStage) -> Section:
    """Answer how far agencies agree, by area, and how sure each category is."""
    parts = [
        ("chance", "Is there any agreement at all?", _permutation(findings, stage)),
        ("bands", "Ordered categories", _bands(findings, stage)),
        ("sure", "How sure each category is", _stability(findings, stage)),
        ("profiles", "What each agency says", profile_blocks(findings, stage)),
        ("choices", "Had the index been another", _sensitivity(findings, stage)),
        ("agreement", "Agreement over all areas", _agreement(findings, stage)),
    ]
    lead = (
        f"Index: {plain(stage.index).lower()}, centring: {plain(stage.centring).lower()}, "
        f"over {plain(stage.level).lower()}. 1 is full agreement, 0 is none. "
        f"{stage.bands.count} categories cut by {plain(stage.bands.cut).lower()}."
    )
    return stage_section(stage, (Words(lead, "lead"),), parts, title=_title(findings, stage))


def _title(findings: Findings, stage: CongruenceStage) -> str:
    if stage.title or len(findings.stages("congruence")) == 1:
        return stage.title or "Agreement between agencies"
    return f"Agreement between agencies: {titled(stage).lower()}"


def band_rows(findings: Findings, stage: CongruenceStage) -> Rows:
    """Return the bands, least congruent first, with names and who was chosen."""
    names = unit_names(findings, frame_of_areas(findings, stage))
    chosen = chosen_by(findings, stage.id)
    rows = findings.rows(stage.id, "band")
    for row in rows:
        row["name"] = names.get(row["area"], row["area"])
        row["chosen"] = row["area"] in chosen
        row["starred"] = f"★ {row['name']}" if row["chosen"] else row["name"]
    return sorted(rows, key=lambda row: (row["rank"], row["area"]))


def labels_of(rows: Rows) -> dict[int, str]:
    """Return band number to label, lowest first."""
    return dict(sorted({row["band"]: row["label"] for row in rows}.items()))


# --- is there any? ----------------------------------------------------------------------


def permutation_sentence(row: dict[str, Any]) -> str:
    """Say in words what the permutation test found."""
    p = row["p"]
    shuffles, areas = counted(row["permutations"], "shuffle"), counted(row["areas"], "area")
    many = f"in {shuffles} of the agencies over the {areas}"
    sign = "" if probability(p).startswith("<") else "= "
    result = f"mean congruence {number(row['observed'], 3)}, {number(row['mean'], 3)} by chance"
    if p is not None and p <= 0.05:
        said = "Agencies of the same area agree more than agencies of different areas do"
    else:
        said = "No agreement within areas beyond chance was found; the categories may be noise"
    return f"{said}: {result} {many} (P {sign}{probability(p)})."


def total_permutation(findings: Findings, stage: CongruenceStage) -> dict[str, Any] | None:
    """Return the test of the study's own index over all constructs, if it was made."""
    rows = findings.rows(stage.id, "permutation")
    own = [r for r in rows if (r["index"], r["centring"]) == (stage.index, stage.centring)]
    return next((row for row in own if row["construct"] == "total"), own[0] if own else None)


def _permutation(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "permutation")
    if not rows:
        return ()
    titles = construct_titles(findings)
    for row in rows:
        row["title"] = titles.get(row["construct"], row["construct"])
        row["index"] = plain(row["index"])
    total = total_permutation(findings, stage)
    columns = {
        "title": Column("Construct"),
        "index": Column("Index"),
        "centring": Column("Centring"),
        "observed": Column("Observed", "number", 4),
        "mean": Column("By chance", "number", 4),
        "sd": Column("SD", "number", 4),
        "p": Column("P", "probability"),
    }
    grid = make_grid(
        "Permutation test: agencies shuffled over areas",
        columns,
        rows,
        simulated=findings.simulated(stage.id),
    )
    said = (Words(permutation_sentence(total)),) if total else ()
    return (*said, grid)


# --- bands ------------------------------------------------------------------------------


def _bands(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    rows = band_rows(findings, stage)
    if not rows:
        return (Words("No area has a category yet."),)
    simulated = findings.simulated(stage.id)
    labels = labels_of(rows)
    spread = Counter(row["band"] for row in rows)
    summary = [
        {
            "label": label,
            "areas": spread[band],
            "low": min(r["value"] for r in rows if r["band"] == band),
            "high": max(r["value"] for r in rows if r["band"] == band),
            "probability": _mean([r["probability"] for r in rows if r["band"] == band]),
            "chosen": "; ".join(r["name"] for r in rows if r["band"] == band and r["chosen"]),
        }
        for band, label in labels.items()
    ]
    columns = {
        "label": Column("Category"),
        "areas": Column("Areas", "count"),
        "low": Column("Lowest value", "number", 3),
        "high": Column("Highest value", "number", 3),
        "probability": Column("Mean probability", "percent", 0),
        "chosen": Column("Chosen"),
    }
    picture = _map(findings, stage, rows)
    grid = make_grid(
        "Categories of congruence", without_empty(columns, summary), summary, simulated=simulated
    )
    return (grid, *([picture] if picture else []), Fold("Every area", (_every(rows, simulated),)))


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _every(rows: Rows, simulated: bool) -> Any:  # noqa: ANN401  (a grid)
    columns = {
        "name": Column("Area"),
        "rank": Column("Rank", "count"),
        "value": Column("Congruence", "number", 3),
        "label": Column("Category"),
        "probability": Column("Probability", "percent", 0),
        "next_label": Column("Next likely"),
        "chosen": Column("Chosen", "flag"),
    }
    return make_grid(
        "Category of every area, least congruent first", columns, rows, simulated=simulated
    )


def _map(findings: Findings, stage: CongruenceStage, rows: Rows) -> Figure | None:
    labels = labels_of(rows)
    of = {row["area"]: row for row in rows}
    count = max(labels)
    spread = Counter(row["label"] for row in rows)

    def tile_for(unit: str, name: str) -> Tile:
        row = of.get(unit)
        if row is None:
            return Tile(name, "", "")
        return Tile(name, band_colour(row["band"], count), str(row["band"]), row["chosen"])

    chosen = [row["name"] for row in rows if row["chosen"]]
    ring = element("rect", x=1.5, y=1.5, width=11, height=11, rx=2, class_="chosen")
    blank = element("rect", x=1.5, y=1.5, width=11, height=11, class_="empty")
    return area_map(
        findings,
        frame_of_areas(findings, stage),
        caption="Where the categories lie",
        tile_for=tile_for,
        description="; ".join(
            f"{counted(spread[label], 'area')} {label} ({band})" for band, label in labels.items()
        )
        + (f". Chosen: {', '.join(chosen)}." if chosen else "."),
        said={
            area: f"{row['label']} ({row['band']}){', chosen' if row['chosen'] else ''}"
            for area, row in of.items()
        },
        key=(
            *[
                Sign(swatch(band_colour(band, count)), f"{band} {label}")
                for band, label in labels.items()
            ],
            Sign(blank, "no category"),
            *([Sign(ring, "chosen")] if chosen else []),
        ),
        simulated=findings.simulated(stage.id),
    )


# --- how sure ---------------------------------------------------------------------------


def _stability(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    rows = band_rows(findings, stage)
    shares: dict[str, dict[int, float]] = defaultdict(dict)
    for row in findings.rows(stage.id, "stability"):
        shares[row["area"]][row["band"]] = row["probability"]
    if not shares or not rows:
        return ()
    labels = labels_of(rows)
    count = max(labels)
    stacks, table = [], []
    for row in rows:
        own = shares[row["area"]]
        parts = tuple(
            Part(own.get(band, 0.0), band_colour(band, count), percent(own.get(band, 0.0)))
            for band in labels
        )
        stacks.append(Stack(row["starred"], parts, row["label"]))
        table.append(
            {
                "name": row["name"],
                "label": row["label"],
                **{str(band): own.get(band, 0.0) for band in labels},
            }
        )
    unsure = [row for row in rows if row["probability"] is not None and row["probability"] < UNSURE]
    said = (
        f"{several(len(unsure), 'area is', 'areas are').capitalize()} less likely than not to "
        f"belong to the category they stand in, of {len(rows)}."
    )
    columns = {
        "name": Column("Area"),
        "label": Column("Category"),
        **{str(band): Column(label.capitalize(), "percent", 0) for band, label in labels.items()},
    }
    slim = len(rows) > NAMED_ROWS
    named = "One line an area; names stand in the numbers." if slim else "★ chosen."
    figure = Figure(
        caption="Probability of each category, by area, least congruent first",
        drawings=(
            stacked(
                stacks,
                title="Probability of each category by area",
                description=f"{said} Rows run from the least to the most congruent.",
            ),
        ),
        grid=make_grid(
            "Probability of each category", columns, table, simulated=findings.simulated(stage.id)
        ),
        key=tuple(Sign(swatch(band_colour(band, count)), label) for band, label in labels.items()),
        simulated=findings.simulated(stage.id),
        note=f"Gaps part the categories as they stand. {named}",
    )
    return (Words(said), figure)


# --- sensitivity, agreement -------------------------------------------------------------


def _sensitivity(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "sensitivity")
    if not rows:
        return ()
    for row in rows:
        row["title"] = plain(row["index"])
    columns = {
        "title": Column("Index"),
        "centring": Column("Centring"),
        "cut": Column("Cut"),
        "same": Column("Same category", "percent", 0),
        "moved_two": Column("Two or more away", "percent", 0),
        "rank_correlation": Column("Rank correlation", "number", 3),
    }
    least = min(rows, key=lambda row: row["same"] if row["same"] is not None else 2)
    said = (
        f"Under the choice that differs most ({least['title'].lower()}, centring "
        f"{least['centring']}, {least['cut']}), {percent(least['same'])} of the areas keep "
        "their category."
    )
    return (
        Words(said),
        make_grid(
            "Categories under other decisions",
            columns,
            rows,
            simulated=findings.simulated(stage.id),
        ),
    )


def _agreement(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    rows = findings.rows(stage.id, "agreement")
    titles = construct_titles(findings)
    for row in rows:
        row["title"] = titles.get(row["construct"], row["construct"])
    drawn = [row for row in rows if row["coefficient"] == ALPHA and row["value"] is not None]
    grid = make_grid(
        "Agreement of the agencies over all areas",
        {
            "title": Column("Construct"),
            "coefficient": Column("Coefficient"),
            "value": Column("Value", "number", 3),
            "low": Column("Lower end", "number", 3),
            "high": Column("Upper end", "number", 3),
            "areas": Column("Areas", "count"),
        },
        rows,
        simulated=findings.simulated(stage.id),
    )
    shown = (_coefficients(drawn, grid),) if drawn else (grid,) if rows else ()
    return (*shown, *_pairs(findings, stage))


def _coefficients(drawn: Rows, grid: Grid) -> Figure:
    low = min(drawn, key=lambda row: row["value"])
    high = max(drawn, key=lambda row: row["value"])
    bar = element("rect", x=0, y=2, width=14, height=10, rx=3, class_="asked")
    return Figure(
        caption=f"{ALPHA} of each construct",
        drawings=(
            intervals(
                [Interval(row["title"], row["value"], row["low"], row["high"]) for row in drawn],
                title=f"{ALPHA} by construct",
                description=f"From {number(low['value'], 2)} ({low['title']}) to "
                f"{number(high['value'], 2)} ({high['title']}); 0 is chance, 1 full agreement.",
            ),
        ),
        key=(Sign(sign(0), "alpha: 0 is chance, 1 full agreement"), Sign(bar, "95% interval")),
        grid=grid,
        simulated=grid.simulated,
    )


def _pairs(findings: Findings, stage: CongruenceStage) -> tuple[Block, ...]:
    agencies = agency_titles(findings)
    titles = construct_titles(findings)
    sums: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in findings.rows(stage.id, "pair"):
        if row["difference"] is not None and row["absolute"] is not None:
            key = (row["agency_a"], row["agency_b"], row["construct"])
            sums[key].append((row["difference"], row["absolute"]))
    if not sums:
        return ()
    rows = [
        {
            "pair": f"{agencies.get(a, a)} less {agencies.get(b, b)}",
            "title": titles.get(c, c),
            "difference": sum(d for d, _ in each) / len(each),
            "absolute": sum(v for _, v in each) / len(each),
            "areas": len(each),
        }
        for (a, b, c), each in sums.items()
    ]
    columns = {
        "pair": Column("Agencies"),
        "title": Column("Construct"),
        "difference": Column("Mean difference"),
        "absolute": Column("Mean absolute", "number", 3),
        "areas": Column("Areas", "count"),
    }
    columns["difference"] = Column("Mean difference", "number", 3)
    return (
        Fold(
            "Agencies two by two",
            (
                make_grid(
                    "Differences between two agencies, over the areas",
                    columns,
                    rows,
                    simulated=findings.simulated(stage.id),
                ),
            ),
        ),
    )
