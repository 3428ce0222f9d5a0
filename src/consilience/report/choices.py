"""The choices: who is chosen and why, against what was asked, proved how, and what else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from consilience.base.counting import counted
from consilience.design.model import SelectStage
from consilience.report.charts import Range, ranges, scatter
from consilience.report.lookup import (
    attribute_column,
    group_titles,
    make_grid,
    nouns,
    unit_names,
    without_empty,
)
from consilience.report.model import (
    Block,
    Column,
    Drawing,
    Figure,
    Findings,
    Fold,
    Grid,
    Section,
    Sign,
    Words,
)
from consilience.report.sections import stage_section
from consilience.report.svg import element, sign
from consilience.report.wording import (
    in_words,
    listed,
    number,
    percent,
    plain,
    several,
    shortened,
    titled,
)

Rows = list[dict[str, Any]]
_OF_CHOICE: Final = frozenset({"name", "group", "nearest", "nearest_distance", "contribution"})
_MOST_PICTURES: Final = 12  # small pictures of groups side by side


def choice_section(findings: Findings, stage: SelectStage) -> Section:
    """Answer who was chosen in one stage, why, and how good the choice is."""
    parts = [
        ("asked", "Asked and chosen", _coverage(findings, stage)),
        ("proof", "How good the choice is", _proof(findings, stage)),
        ("else", "Equally good and nearly as good sets", _alternatives(findings, stage)),
        ("reserves", "Reserves", _reserves(findings, stage)),
        ("decisions", "Decided by people", _decisions(findings, stage)),
    ]
    return stage_section(stage, _chosen(findings, stage), parts)


def _rows(findings: Findings, stage: SelectStage, name: str) -> Rows:
    rows = findings.rows(stage.id, name)
    titles = group_titles(findings, rows)
    for row in rows:
        row["group"] = titles.get(row["group"])
    return rows


def _group_column(stage: SelectStage) -> Column:
    return Column(plain(stage.per) if stage.per else "Group")


def _chosen(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = _rows(findings, stage, "choice")
    names = unit_names(findings, stage.from_)
    for row in rows:
        row["name"] = row["name"] or names.get(row["unit"], row["unit"])
        row["nearest"] = names.get(row["nearest"], row["nearest"])
        row["replaces"] = names.get(row["replaces"], row["replaces"])
    what = nouns(findings, stage.from_)
    rule = f", {in_words(stage.choose)} for each {stage.per}," if stage.per else ","
    traits = listed([plain(name).lower() for name in stage.diverse])
    lead = (
        f"{in_words(len(rows)).capitalize()} {what} are chosen{rule} as unlike each other as can "
        f"be on {traits}."
    )
    columns = {
        "name": Column("Chosen"),
        "group": _group_column(stage),
        "status": Column("Status"),
        "replaces": Column("Takes the place of"),
        "reason": Column("Reason"),
    }
    grid = make_grid(
        f"{titled(stage)}: who is chosen and why",
        without_empty(columns, rows),
        rows,
        simulated=findings.simulated(stage.id),
    )
    note = [Words(stage.note)] if stage.note else []
    return (Words(lead, "lead"), *note, grid, _side_by_side(findings, stage, rows))


def _side_by_side(findings: Findings, stage: SelectStage, rows: Rows) -> Grid:
    columns = {"name": Column("Chosen"), "group": _group_column(stage)}
    units: dict[str, dict[str, Any]] = {}
    if findings.ran(stage.from_):
        frame = findings.frame(stage.from_)
        shown = [each for each in frame.attributes if each.name in stage.diverse]
        units = {row["id"]: row for row in frame.table.to_pylist()}
        for each in shown:
            columns[each.name] = attribute_column(frame, each)
    columns |= {
        "nearest": Column("Most like"),
        "nearest_distance": Column("Distance to it", "number", 3),
        "contribution": Column("Contribution", "number", 3),
    }
    lines = [
        {**units.get(row["unit"], {}), **{k: v for k, v in row.items() if k in _OF_CHOICE}}
        for row in rows
    ]
    return make_grid(
        f"{titled(stage)}: the chosen side by side",
        without_empty(columns, lines),
        lines,
        simulated=findings.simulated(stage.id),
        note="Distance: 0 is alike in everything, 1 is different in everything. Contribution: "
        "sum of the distances to the others chosen with it.",
    )


# --- asked and chosen -------------------------------------------------------------------


def _coverage(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = _rows(findings, stage, "coverage")
    if not rows:
        return ()
    simulated = findings.simulated(stage.id)
    for row in rows:
        row.update(_in_words(row))
    columns = {
        "what": Column("Asked of"),
        "group": _group_column(stage),
        "pool": Column("Pool", "count"),
        "asked": Column("Asked"),
        "chosen": Column("Chosen", "count"),
        "state": Column("Result"),
        "why": Column("Why"),
    }
    grid = make_grid(
        f"{titled(stage)}: asked, in the pool, chosen",
        without_empty(columns, rows),
        rows,
        simulated=simulated,
    )
    short = [row for row in rows if row["short"]]
    said = (
        f"{several(len(short), 'demand falls', 'demands fall').capitalize()} short; the table "
        "says why."
        if short
        else "Everything that was asked for is met."
    )
    drawn = [row for row in rows if row["asked"] and row["attribute"] != "units"]
    if not drawn:
        return (Words(said), grid)
    figure = Figure(
        caption=f"{titled(stage)}: asked and chosen",
        drawings=_coverage_pictures(drawn),
        grid=grid,
        note=_cut_note(len(_by_group(drawn))),
        simulated=simulated,
        key=(
            Sign(sign(0), "chosen, as asked"),
            Sign(sign(1), "chosen, otherwise than asked"),
            Sign(element("rect", x=0, y=2, width=14, height=10, class_="asked"), "asked for"),
        ),
    )
    return (Words(said), figure, *_shortfalls(short, columns, stage, simulated=simulated))


def _in_words(row: Mapping[str, Any]) -> dict[str, str | None]:
    """Say what was asked and how it came out; nothing where a level is only shown."""
    low, high, short = row["at_least"], row["at_most"], row["short"]
    units = row["attribute"] == "units"
    what = "Number of units" if units else f"{plain(row['attribute'])}: {row['level'] or 'any'}"
    if low is None and high is None:
        return {"what": what, "asked": None, "state": None}
    if high is None:
        asked = f"at least {low}"
    else:
        asked = str(high) if low == high else f"{low or 0} to {high}"
    state = "as asked"
    if short:
        over = high is not None and (row["chosen"] or 0) > high
        state = f"{'over' if over else 'short'} by {short}"
    return {"what": what, "asked": asked, "state": state}


def _shortfalls(
    short: Rows, columns: dict[str, Column], stage: SelectStage, *, simulated: bool
) -> tuple[Block, ...]:
    if not short:
        return ()
    return (
        make_grid(
            f"{titled(stage)}: demands that fall short",
            without_empty(columns, short),
            short,
            simulated=simulated,
        ),
    )


def _coverage_pictures(rows: Rows) -> tuple[Drawing, ...]:
    drawings = []
    for group, each in _by_group(rows):
        found = [
            Range(
                row["what"].partition(": ")[2] if _one_attribute(each) else row["what"],
                row["at_least"] or 0,
                row["at_most"],
                row["chosen"] or 0,
                not row["short"],
            )
            for row in each
        ]
        short = sum(1 for row in each if row["short"])
        drawing = ranges(
            found,
            title=f"Asked and chosen: {group or 'all'}",
            description=f"{counted(len(each), 'demand')}, {len(each) - short} met, {short} short.",
        )
        drawings.append(replace(drawing, heading=group or ""))
    return tuple(drawings[:_MOST_PICTURES])


def _one_attribute(rows: Rows) -> bool:
    return len({row["attribute"] for row in rows}) == 1


def _by_group(rows: Rows) -> list[tuple[str | None, Rows]]:
    return [(group, list(each)) for group, each in groupby(rows, key=lambda row: row["group"])]


# --- how good ---------------------------------------------------------------------------


def _proof(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    proofs = _rows(findings, stage, "proof")
    if not proofs:
        return ()
    simulated = findings.simulated(stage.id)
    columns = {
        "group": _group_column(stage),
        "method": Column("Method"),
        "status": Column("Status"),
        "value": Column("Value", "number", 4),
        "bound": Column("Bound", "number", 4),
        "gap": Column("Gap", "percent", 2),
        "sets": Column("Possible sets", "count"),
        "optimal_sets": Column("As good", "count"),
        "near_sets": Column("Nearly as good", "count"),
        "note": Column("Note"),
    }
    blocks: list[Block] = [Words(_proved(proofs)), *_front(findings, stage)]
    if proofs[0]["group"] is None:
        columns.pop("group")
        columns = {"method": columns.pop("method"), **columns}
    blocks.append(
        make_grid(
            f"{titled(stage)}: proof", without_empty(columns, proofs), proofs, simulated=simulated
        )
    )
    blocks.extend(_objective(findings, stage))
    return tuple(blocks)


def _proved(proofs: Rows) -> str:
    proved = [row for row in proofs if row["status"] == "optimal"]
    if len(proofs) > 1:
        rest = "" if len(proved) == len(proofs) else " For the others the gap says how far."
        return (
            f"{in_words(len(proved)).capitalize()} of {in_words(len(proofs))} choices are proved "
            f"to be the best there are.{rest}"
        )
    row = proofs[0]
    if row["status"] != "optimal":
        return (
            f"The choice is not proved to be the best: no set can be better than "
            f"{number(row['bound'], 4)}, and this one has {number(row['value'], 4)} "
            f"(gap {percent(row['gap'], 2)})."
        )
    among = f" among {counted(round(row['sets']), 'possible set')}" if row["sets"] else ""
    return f"The choice is proved to be the best{among} ({row['method']})."


def _front(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = [row for row in _rows(findings, stage, "front") if row["total"] is not None]
    rows = [row for row in rows if row["minimum"] is not None]
    groups = [(group, each) for group, each in _by_group(rows) if len(each) > 1]
    if not groups:
        return ()
    chosen = _chosen_units(findings, stage)
    names = unit_names(findings, stage.from_)
    for row in rows:
        row["is_chosen"] = frozenset(row["units"] or ()) in chosen
        row["names"] = _named(names, row["units"])
    columns = {
        "minimum": Column("Smallest distance", "number", 4),
        "group": _group_column(stage),
        "total": Column("Sum of distances", "number", 4),
        "is_chosen": Column("Chosen", "flag"),
        "names": Column("Set"),
    }
    simulated = findings.simulated(stage.id)
    drawings = tuple(_front_picture(group, each) for group, each in groups[:_MOST_PICTURES])
    return (
        Figure(
            caption=f"{titled(stage)}: what one aim costs the other",
            drawings=drawings,
            grid=make_grid(
                f"{titled(stage)}: best sets for every weight of the two aims",
                without_empty(columns, rows),
                rows,
                simulated=simulated,
            ),
            key=(
                Sign(sign(0), "a set that no other beats on both aims"),
                Sign(sign(1), "the chosen set"),
            ),
            note=_cut_note(len(groups)),
            simulated=simulated,
        ),
    )


def _chosen_units(findings: Findings, stage: SelectStage) -> set[frozenset[str]]:
    rows = findings.rows(stage.id, "choice")
    whole = {frozenset(row["unit"] for row in rows)}
    parts = {frozenset(row["unit"] for row in each) for _, each in _by_group(rows)}
    return whole | parts


def _front_picture(group: str | None, rows: Rows) -> Drawing:
    rows = sorted(rows, key=lambda row: (row["minimum"], -row["total"]))
    at = next((i for i, row in enumerate(rows) if row["is_chosen"]), None)
    drawing = scatter(
        [(row["minimum"], row["total"]) for row in rows],
        at,
        title=f"Smallest distance against sum of distances: {group or 'all'}",
        description=f"{counted(len(rows), 'set')} that no other set beats on both aims; smallest "
        f"distance "
        f"{number(rows[0]['minimum'], 3)} to {number(rows[-1]['minimum'], 3)}, sum "
        f"{number(rows[-1]['total'], 3)} to {number(rows[0]['total'], 3)}.",
        names=("smallest distance between two chosen", "sum of distances"),
    )
    return replace(drawing, heading=group or "")


def _cut_note(groups: int) -> str:
    if groups <= _MOST_PICTURES:
        return ""
    return (
        f"The first {_MOST_PICTURES} of {counted(groups, 'group')} are drawn; the numbers hold all."
    )


def _objective(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = _rows(findings, stage, "objective")
    if not rows:
        return ()
    for row in rows:
        row["title"] = plain(row["part"])
    columns = {
        "title": Column("Part"),
        "group": _group_column(stage),
        "weight": Column("Weight", "number"),
        "value": Column("Value", "number", 4),
    }
    grid = make_grid(
        f"{titled(stage)}: parts of the objective",
        without_empty(columns, rows),
        rows,
        simulated=findings.simulated(stage.id),
        note="Sum and smallest of the distances between the chosen, then the share of each "
        "attribute in the sum.",
    )
    return (grid,) if len(rows) <= 24 else (Fold("Parts of the objective", (grid,)),)


# --- what else --------------------------------------------------------------------------


def _named(names: Mapping[str, str], units: Sequence[str] | None) -> str:
    return "; ".join(shortened(names.get(unit, unit), 40) for unit in units or ())


def _alternatives(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = _rows(findings, stage, "alternative")
    if not rows:
        return ()
    chosen = _chosen_units(findings, stage)
    names = unit_names(findings, stage.from_)
    everywhere = {unit for each in chosen for unit in each}
    for row in rows:
        row["set"] = _named(names, row["units"])
        row["differs"] = sum(1 for unit in row["units"] or () if unit not in everywhere)
    columns = {
        "rank": Column("Rank", "count"),
        "group": _group_column(stage),
        "optimal": Column("As good", "flag"),
        "share_of_best": Column("Share of best", "percent", 2),
        "total": Column("Sum", "number", 4),
        "minimum": Column("Smallest", "number", 4),
        "differs": Column("Others than chosen", "count"),
        "set": Column("Set"),
    }
    grid = make_grid(
        f"{titled(stage)}: sets as good or nearly",
        without_empty(columns, rows),
        rows,
        simulated=findings.simulated(stage.id),
    )
    return (
        Words(_how_many(findings.rows(stage.id, "proof"), len(rows))),
        Fold(f"The {several(len(rows), 'set', 'sets')} listed", (grid,)),
    )


def _how_many(proofs: Rows, listed_sets: int) -> str:
    counted = [row for row in proofs if row["near_sets"] is not None]
    if not counted:
        return (
            f"{in_words(listed_sets).capitalize()} sets are listed; counting all was out of reach."
        )
    same = sum(round(row["optimal_sets"] or 0) for row in counted)
    near = sum(round(row["near_sets"]) for row in counted)
    share = counted[0]["near_share"]
    within = f" within {percent(share, 1)} of the best" if share is not None else ""
    first = (
        "No other set is as good"
        if same <= len(counted)
        else f"{several(same, 'set is', 'sets are').capitalize()} exactly as good, the chosen "
        "included"
    )
    others = max(near - same, 0)
    return f"{first}; {several(others, 'other set lies', 'other sets lie')}{within}."


def _reserves(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = _rows(findings, stage, "reserve")
    if not rows:
        return ()
    names = unit_names(findings, stage.from_)
    for row in rows:
        row["name"] = row["name"] or names.get(row["unit"], row["unit"])
        row["instead_of"] = names.get(row["instead_of"], row["instead_of"])
    columns = {
        "name": Column("Reserve"),
        "group": _group_column(stage),
        "rank": Column("Rank", "count"),
        "instead_of": Column("In place of"),
        "total": Column("Sum then", "number", 4),
        "minimum": Column("Smallest then", "number", 4),
        "quotas_kept": Column("Quotas kept", "flag"),
        "reason": Column("Reason"),
    }
    return (
        make_grid(
            f"{titled(stage)}: ranked reserves",
            without_empty(columns, rows),
            rows,
            simulated=findings.simulated(stage.id),
        ),
    )


def _decisions(findings: Findings, stage: SelectStage) -> tuple[Block, ...]:
    rows = _rows(findings, stage, "decision")
    if not rows:
        return (Words("Nobody was pinned, vetoed or left out by hand."),)
    names = unit_names(findings, stage.from_)
    for row in rows:
        row["name"] = row["name"] or names.get(row["unit"], row["unit"])
    columns = {
        "name": Column("Unit"),
        "group": _group_column(stage),
        "decision": Column("Decision"),
        "reason": Column("Reason"),
    }
    grid: Grid = make_grid(
        f"{titled(stage)}: decisions",
        without_empty(columns, rows),
        rows,
        simulated=findings.simulated(stage.id),
    )
    return (grid,) if len(rows) <= 12 else (Fold(f"All {counted(len(rows), 'decision')}", (grid,)),)
