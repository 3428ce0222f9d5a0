"""What did a person decide about a doubt? Reading the decisions, writing the list to decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.formats.tables import read_table, row_numbers
from consilience.linkage.model import REVIEW

COLUMNS: Final = ("survey", "response", "area", "decision", "reason", "by", "date")
_NEEDED: Final = ("survey", "response", "area", "decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision: this response does (accept) or does not (reject) speak for this area.

    Args:
        area: id of the area; None, with a rejection, means no area of the frame at all.
        accept: the decision.
        reason: why, empty if not said.
        by: who decided.
        date: when, as written.
        row: row of the decisions file.
    """

    area: str | None
    accept: bool
    reason: str
    by: str
    date: str
    row: int


Decisions = Mapping[tuple[str, str], tuple[Decision, ...]]


def read_decisions(
    folder: Path,
    file: str | None,
    *,
    responses: Collection[tuple[str, str]],
    units: Mapping[str, tuple[str, ...]],
) -> Decisions:
    """What was decided about which response?

    Args:
        folder: the study folder.
        file: a table with the columns survey, response, area, decision, and if wanted reason,
            by and date; None or a file that is not there yet: nothing was decided.
        responses: pairs of survey and response that there are.
        units: every code of an area to the ids it names.

    Returns:
        Pair of survey and response to its decisions, in the order of the file. Rows without a
        decision are open and left out.

    Raises:
        Faults: LNK-001 and LNK-010 to LNK-013, all that there are.
    """
    if file is None or not (folder / file).exists():
        return {}
    table = read_table(folder / file)
    absent = [name for name in _NEEDED if name not in table.column_names]
    if absent:
        where = Where(file=file)
        raise Faults(
            Fault("LNK-001", where=where, what="decisions", column=name, needed=", ".join(COLUMNS))
            for name in absent
        )
    faults: list[Fault] = []
    found: dict[tuple[str, str], list[Decision]] = {}
    for row, line in zip(row_numbers(table), table.to_pylist(), strict=True):
        word = (line["decision"] or "").strip().casefold()
        if not word:
            continue
        pair = ((line["survey"] or "").strip(), (line["response"] or "").strip())
        decision = _decision(line, word, Where(file=file, row=row), units, faults)
        if pair not in responses:
            where = Where(file=file, row=row)
            faults.append(Fault("LNK-010", where=where, survey=pair[0], response=pair[1]))
        elif decision is not None:
            found.setdefault(pair, []).append(decision)
    if faults:
        raise Faults(faults)
    return {pair: tuple(decisions) for pair, decisions in found.items()}


def _decision(
    line: Mapping[str, str | None],
    word: str,
    where: Where,
    units: Mapping[str, tuple[str, ...]],
    faults: list[Fault],
) -> Decision | None:
    area = (line["area"] or "").strip()
    named = units.get(area, ())
    if word not in {"accept", "reject"}:
        faults.append(Fault("LNK-012", where=where, value=line["decision"]))
    elif area and len(named) != 1:
        faults.append(Fault("LNK-011", where=where, area=area))
    elif not area and word == "accept":
        faults.append(Fault("LNK-013", where=where, response=line["response"]))
    else:
        return Decision(
            area=named[0] if area else None,
            accept=word == "accept",
            reason=(line.get("reason") or "").strip(),
            by=(line.get("by") or "").strip(),
            date=(line.get("date") or "").strip(),
            row=where.row or 0,
        )
    return None


def review_table(doubts: pa.Table, *, decisions: Decisions) -> pa.Table:
    """What is there to decide, and what was decided already?

    Args:
        doubts: schema `DOUBT`.
        decisions: what was decided before; kept word for word.

    Returns:
        Schema `REVIEW`: one row a candidate of a doubt, the decision empty where it is open,
        and every earlier decision; sorted by survey, response and falling score.
    """
    rows: list[dict[str, str | None]] = []
    shown: set[tuple[str, str, str | None]] = set()
    for doubt in doubts.to_pylist():
        pair, area = (doubt["survey"], doubt["response"]), doubt["area"]
        shown.add((*pair, area))
        taken = [each for each in decisions.get(pair, ()) if each.area == area]
        score = None if doubt["score"] is None else f"{doubt['score']:.0f}"
        facts = {"given": doubt["given"], "name": doubt["name"], "score": score}
        rows.append(_row(pair, area, facts, taken))
    rows.extend(
        _row(pair, area, {}, [each for each in taken_of if each.area == area])
        for pair, taken_of in decisions.items()
        for area in dict.fromkeys(each.area for each in taken_of)
        if (*pair, area) not in shown
    )
    rows.sort(key=lambda row: (row["survey"] or "", row["response"] or ""))
    return pa.Table.from_pylist(rows, schema=REVIEW)


def _row(
    pair: tuple[str, str],
    area: str | None,
    facts: Mapping[str, str | None],
    taken: Sequence[Decision],
) -> dict[str, str | None]:
    words: Iterable[tuple[str, str | None]] = ()
    if taken:
        last = taken[-1]
        words = (
            ("decision", "accept" if last.accept else "reject"),
            ("reason", last.reason or None),
            ("by", last.by or None),
            ("date", last.date or None),
        )
    return {"survey": pair[0], "response": pair[1], "area": area, **facts, **dict(words)}
