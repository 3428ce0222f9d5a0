"""Codes in the report: the tree with counts, codes that meet, and when new ones ended."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from consilience.base import counting
from consilience.design.model import CodeStage
from consilience.report.consents import Rows
from consilience.report.lookup import area_names, make_grid, unit_names
from consilience.report.matrices import Cell, counted, curve, heat
from consilience.report.model import Block, Column, Figure, Findings, Fold, Sign, Words
from consilience.report.svg import steps_colour, swatch
from consilience.report.wording import plain, several

_FILLS: Final = ("#0072b2", "#e69f00", "#009e73", "#aa4c86", "#56b4e9", "#8a6d00")
_MOST_DRAWN: Final = 24  # codes in the matrix: those that meet others most often


def code_blocks(findings: Findings, stage: CodeStage) -> tuple[Block, ...]:
    """Return the code tree with how often each code was used, by whom and in which cases."""
    rows = findings.rows(stage.id, "code")
    if not rows:
        return (Words("There is no codebook yet."),)
    by: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in findings.rows(stage.id, "coding_count"):
        by[row["code"]][row["coder"]] = row["passages"]
    coders = sorted({coder for counts in by.values() for coder in counts})
    fills = {coder: _FILLS[at % len(_FILLS)] for at, coder in enumerate(coders)}
    used = [row for row in rows if row["passages"]]
    passages = sum(row["passages"] for row in rows)
    said = (
        f"{several(passages, 'passage', 'passages').capitalize()} marked with {len(used)} of "
        f"{counting.counted(sum(row['codable'] for row in rows), 'code')}."
    )
    most = max(used, key=lambda row: row["passages"], default=None)
    more = f" Most often: {most['name']} ({most['passages']})." if most else ""
    simulated = findings.simulated(stage.id)
    figure = Figure(
        caption="Passages by code and coder",
        drawings=(
            counted(
                [
                    (
                        "  " * row["depth"] + row["name"],
                        [(by[row["code"]].get(coder, 0), fills[coder]) for coder in coders],
                    )
                    for row in rows
                ],
                title="Passages by code",
                description=said + more,
            ),
        ),
        grid=make_grid(
            "The codebook, and how often each code was used",
            {
                "path": Column("Code"),
                "definition": Column("Meaning"),
                "passages": Column("Passages", "count"),
                "below": Column("With codes below", "count"),
                "texts": Column("Texts", "count"),
                **{coder: Column(plain(coder), "count") for coder in coders},
            },
            [{**row, **{coder: by[row["code"]].get(coder, 0) for coder in coders}} for row in rows],
            simulated=simulated,
        ),
        key=tuple(Sign(swatch(fill), plain(coder)) for coder, fill in fills.items()),
        simulated=simulated,
    )
    return (Words(said + more), figure, *_cases(findings, stage, rows))


def _cases(findings: Findings, stage: CodeStage, codes: Rows) -> tuple[Block, ...]:
    found = findings.rows(stage.id, "code_case")
    if not found:
        return ()
    names = {row["code"]: row["path"] for row in codes}
    units = area_names(findings)
    for frame in findings.stages("frame"):
        units |= unit_names(findings, frame.id)
    for row in found:
        row["case"] = units.get(row["case"], row["case"])
        row["code"] = names.get(row["code"], row["code"])
    columns = {
        "case": Column("Case"),
        "code": Column("Code"),
        "passages": Column("Passages", "count"),
        "texts": Column("Texts", "count"),
    }
    grid = make_grid("Codes by case", columns, found, simulated=findings.simulated(stage.id))
    return (Fold("Which code in which case", (grid,)),)


def meeting_blocks(findings: Findings, stage: CodeStage) -> tuple[Block, ...]:
    """Return which codes overlap in the same passages, as a matrix."""
    rows = findings.rows(stage.id, "cooccurrence")
    if not rows:
        return ()
    codes = {row["code"]: row for row in findings.rows(stage.id, "code")}
    counts = {(row["code"], row["other"]): row["passages"] for row in rows}
    counts |= {(b, a): count for (a, b), count in counts.items()}
    total: defaultdict[str, int] = defaultdict(int)
    for (code, _), count in counts.items():
        total[code] += count
    drawn = sorted(total, key=lambda code: (-total[code], code))[:_MOST_DRAWN]
    drawn.sort(key=list(codes).index if all(code in codes for code in drawn) else None)
    most = max(counts.values())
    names = {code: row["name"] for code, row in codes.items()}
    cells = [
        (
            names.get(one, one),
            [_cell(names, one, other, counts.get((one, other), 0), most) for other in drawn],
        )
        for one in drawn
    ]
    first = max(rows, key=lambda row: row["passages"])
    pair = f"{names.get(first['code'])} and {names.get(first['other'])}"
    for row in rows:
        row["code"], row["other"] = (names.get(row[key], row[key]) for key in ("code", "other"))
    simulated = findings.simulated(stage.id)
    numbers = [str(at) for at in range(1, len(drawn) + 1)]
    figure = Figure(
        caption="How often codes overlap, in passages of the same coder",
        drawings=(
            heat(
                [(f"{at} {name}", row) for at, (name, row) in zip(numbers, cells, strict=True)],
                numbers,
                title="Codes that meet",
                description=f"Most often: {pair} ({first['passages']}). Columns are numbered like "
                "rows.",
            ),
        ),
        grid=make_grid(
            "Pairs of codes that meet",
            {
                "code": Column("Code"),
                "other": Column("With"),
                "passages": Column("Overlaps", "count"),
                "texts": Column("Texts", "count"),
            },
            sorted(rows, key=lambda row: -row["passages"]),
            simulated=simulated,
        ),
        simulated=simulated,
        note="Columns are numbered like rows."
        + (
            f" The {counting.counted(len(drawn), 'code')} that meet most."
            if len(total) > len(drawn)
            else ""
        ),
    )
    return (figure,)


def _cell(names: dict[str, str], one: str, other: str, count: int, most: int) -> Cell:
    said = f"{names.get(one, one)} with {names.get(other, other)}: {count or 'never'}"
    if one == other or not count:
        return Cell("", "", said)
    return Cell(steps_colour(count, most), str(count), said)


def saturation_blocks(findings: Findings, stage: CodeStage) -> tuple[Block, ...]:
    """Return how many codes had been used after each text."""
    rows = findings.rows(stage.id, "saturation")
    if len(rows) < 2:
        return ()
    last = max((row for row in rows if row["new"]), key=lambda row: row["step"], default=None)
    if last is None:
        return ()
    after = len(rows) - last["step"]
    said = (
        f"The last new code came with text {last['step']} ({last['name']}); "
        f"{several(after, 'text', 'texts')} after it brought none."
    )
    simulated = findings.simulated(stage.id)
    figure = Figure(
        caption="Codes used so far, text by text in the order of collection",
        drawings=(
            curve(
                [row["codes"] for row in rows],
                title="Codes used so far",
                description=f"{rows[0]['codes']} after the first text, {rows[-1]['codes']} after "
                f"the last. {said}",
                names=("texts", "codes"),
            ),
        ),
        grid=make_grid(
            "New codes by text",
            {
                "name": Column("Text"),
                "new": Column("New codes", "count"),
                "codes": Column("So far", "count"),
            },
            rows,
            simulated=simulated,
        ),
        simulated=simulated,
        note="A flat end says that this codebook holds, not that nothing else is to be found.",
    )
    return (Words(said), figure)
