"""Which unit does each response speak for? The rules of `linkage.find`, then a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.design.model import LinkStage
from consilience.frame.model import Frame
from consilience.linkage.decisions import Decision, Decisions, read_decisions
from consilience.linkage.find import Found, Given, Places, Tie, all_given, find, read_places
from consilience.linkage.model import DOUBT, LINK

_OVERRULED: Final = "another unit was accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Which response speaks for which unit, and what is in doubt.

    Args:
        link: schema `LINK`, sorted by survey, response and area.
        doubt: schema `DOUBT`, sorted likewise, then by falling score.
        decisions: what a person decided, for `decisions.review_table`.
        warnings: what a person should know.
    """

    link: pa.Table
    doubt: pa.Table
    decisions: Decisions
    warnings: tuple[Fault, ...]


def link_responses(
    stage: LinkStage,
    *,
    responses: pa.Table,
    frame: Frame,
    within: pa.Table | None,
    folder: Path,
) -> Links:
    """Which unit of the frame does each response speak for?

    Args:
        stage: how to link.
        responses: schema `RESPONSE`, those of all surveys of the stage.
        frame: the units.
        within: schema `CHOICE`; names are then sought among the chosen units, or the units in
            chosen areas, first. Keys are known for the whole frame: that an answer came from
            elsewhere is to be seen, not hidden.
        folder: the study folder, where bodies and decisions lie.

    Returns:
        Links and doubts. The order of the responses has no part in it.

    Raises:
        Faults: LNK-001 to LNK-004 (bodies), LNK-010 to LNK-014 (decisions).
    """
    places = read_places(stage, frame, within, folder)
    given = sorted(all_given(responses), key=lambda each: (each.survey, each.response))
    decisions = read_decisions(
        folder,
        stage.decisions,
        responses={(each.survey, each.response) for each in given},
        units=places.units,
    )
    links: list[dict[str, Any]] = []
    doubts: list[dict[str, Any]] = []
    faults: list[Fault] = []
    waiting = 0
    known: dict[tuple[str | None, str | None, dt.date | None], Found] = {}
    for each in given:
        same = (each.key, each.name, each.day)
        found = known[same] = known[same] if same in known else find(each, places)
        taken = decisions.get((each.survey, each.response), ())
        faults.extend(_conflicts(each, taken, places, str(stage.decisions)))
        ties = _settled(found, taken)
        links.extend(_link_row(each, tie) for tie in ties)
        rows = _doubt_rows(each, found, taken, places)
        doubts.extend(rows)
        waiting += not ties and any(row["decision"] is None for row in rows)
    if faults:
        raise Faults(faults)
    warnings = [Fault("LNK-020", count=waiting, stage=stage.id)] if waiting else []
    return Links(
        link=pa.Table.from_pylist(links, schema=LINK),
        doubt=pa.Table.from_pylist(doubts, schema=DOUBT),
        decisions=decisions,
        warnings=tuple(warnings),
    )


def _settled(found: Found, taken: Sequence[Decision]) -> tuple[Tie, ...]:
    """Return the links after a person's decisions, which come before every rule."""
    candidates = {tie.area: tie for tie in (*found.links, *found.candidates)}
    accepted = sorted({each.area for each in taken if each.accept and each.area})
    if accepted:
        ties = [(area, candidates.get(area, Tie(area=area))) for area in accepted]
        return tuple(
            Tie(area=area, method="decided", score=tie.score, body=tie.body) for area, tie in ties
        )
    rejected = {each.area for each in taken if not each.accept}
    if None in rejected:
        return ()
    return tuple(tie for tie in found.links if tie.area not in rejected)


def _conflicts(
    given: Given, taken: Sequence[Decision], places: Places, file: str
) -> Iterable[Fault]:
    accepted = {each.area for each in taken if each.accept}
    rejected = {each.area for each in taken if not each.accept}
    several = len(accepted) > 1 and not any(
        accepted <= set(places.bodies.all_areas(body)) for body in places.bodies.spells
    )
    both = accepted & rejected or (None in rejected and accepted)
    if several or both:
        last = taken[-1]
        areas = ", ".join(sorted(area for area in accepted if area))
        yield Fault(
            "LNK-014",
            where=Where(file=file, row=last.row),
            survey=given.survey,
            response=given.response,
            areas=areas,
            how="is both accepted and rejected" if both else "are not areas of one body",
        )


def _link_row(given: Given, tie: Tie) -> dict[str, Any]:
    text = given.key if tie.method == "key" else given.words
    return {
        "survey": given.survey,
        "response": given.response,
        "area": tie.area,
        "method": tie.method,
        "score": tie.score,
        "given": text,
        "body": tie.body,
    }


def _doubt_rows(
    given: Given, found: Found, taken: Sequence[Decision], places: Places
) -> list[dict[str, Any]]:
    decided = {each.area: each for each in taken}
    accepted = any(each.accept for each in taken)
    rows = []
    for area, score in _considered(found, decided, accepted=accepted).items():
        decision = decided.get(area) or decided.get(None)
        word, reason = None, None
        if decision is not None:
            word, reason = "accept" if decision.accept else "reject", decision.reason or None
        elif accepted:
            word, reason = "reject", _OVERRULED
        row = {
            "survey": given.survey,
            "response": given.response,
            "given": given.words,
            "area": area,
            "name": places.names[area] if area else None,
            "score": score,
            "decision": word,
            "reason": reason,
        }
        rows.append((-(score or 0.0), area or "", row))
    return [row for _, _, row in sorted(rows, key=lambda each: each[:2])]


def _considered(
    found: Found, decided: Mapping[str | None, Decision], *, accepted: bool
) -> dict[str | None, float | None]:
    """Return every area that the doubts are to show for a response, with its likeness."""
    shown: dict[str | None, float | None] = {tie.area: tie.score for tie in found.candidates}
    for tie in found.links:
        # A link is shown only where a person overruled or confirmed it.
        if accepted or tie.area in decided or None in decided:
            shown[tie.area] = tie.score
    for area in decided:
        if area is not None:
            shown.setdefault(area, None)
    if not shown and not found.links:
        shown[None] = None
    return shown
