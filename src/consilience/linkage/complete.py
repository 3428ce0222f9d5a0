"""How did each invited unit end up, and which answers count? One response a unit and survey."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.design.model import LinkStage
from consilience.linkage.model import CASE, DUPLICATE, LINKED_ANSWER, OUTCOME
from consilience.surveys.model import Disposition

# The better a response ended the sooner it is used, whatever the rule.
_BEST_FIRST: Final = (
    Disposition.COMPLETE,
    Disposition.PARTIAL,
    Disposition.STARTED,
    Disposition.REFUSED,
)
_COUNTS: Final = (Disposition.COMPLETE, Disposition.PARTIAL)
_SHOWN: Final = 10

_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """How the units of a link stage ended up.

    Args:
        case: schema `CASE`, one row an invited unit and survey, sorted by unit, then surveys
            in the order of the stage.
        duplicate: schema `DUPLICATE`.
        linked_answer: schema `LINKED_ANSWER`: answers of the complete and partial responses
            that are used, sorted by unit, survey and item.
        outcome: schema `OUTCOME`, one row a response.
        warnings: what a person should know.
    """

    case: pa.Table
    duplicate: pa.Table
    linked_answer: pa.Table
    outcome: pa.Table
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Response:
    """What the rule of duplicates looks at."""

    id: str
    status: str
    day: dt.date | None
    role: str | None
    late: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """All responses of one survey that speak for one unit, the one used first."""

    survey: str
    area: str
    responses: tuple[_Response, ...]


def settle_cases(
    stage: LinkStage,
    *,
    links: pa.Table,
    doubts: pa.Table,
    responses: pa.Table,
    answers: pa.Table,
    invitations: pa.Table,
    agencies: Mapping[str, str],
    nominal: Mapping[str, Collection[str]] | None = None,
) -> Cases:
    """How did each invited unit end up in each survey, and which answers count?

    The response used decides, then the contact log, then nothing came: no-reply. Of several
    responses those that ended best (complete, partial, started, refused) come first; among
    them the rule of the stage chooses, ties by the later day, then by the response id:
    `latest-complete` the latest, `first-complete` the earliest, `most-senior` the role that
    comes first in `seniority` (roles not named last, then the latest). `merge` takes the case
    from the latest, and the answers from all complete and partial ones: the mean of the values
    of an item, for texts and items in `nominal` the answer of the earliest that has one.

    Args:
        stage: how to settle.
        links: schema `LINK`.
        doubts: schema `DOUBT`; responses only there count nowhere, but a unit without an answer
            that may be meant says so in its reason.
        responses: schema `RESPONSE`, of all surveys of the stage.
        answers: schema `ANSWER`, likewise.
        invitations: schema `INVITATION`, likewise.
        agencies: survey to the agency it asked.
        nominal: survey to the items whose codes have no order, so that no mean is taken.

    Returns:
        The cases. The order of the input has no part in them.
    """
    invited = _invited(invitations)
    groups, elsewhere = _grouped(stage, links, responses, invited)
    used = {(group.survey, group.responses[0].id) for group in groups.values()}
    beyond = {(group.survey, each.id) for group in groups.values() for each in group.responses[1:]}
    merged = _merged(stage, groups.values())
    return Cases(
        case=_cases(stage, invited, groups, agencies, _waiting(doubts, links)),
        duplicate=_duplicates(stage, groups.values()),
        linked_answer=_linked_answers(groups.values(), answers, agencies, merged, nominal or {}),
        outcome=_outcomes(responses, used=used, beyond=beyond, elsewhere=elsewhere),
        warnings=tuple(_warnings(stage, groups, invited, elsewhere)),
    )


def _invited(invitations: pa.Table) -> dict[_Pair, tuple[str | None, str | None]]:
    return {
        (row["survey"], row["unit"]): (row["noted"], row["reason"])
        for row in invitations.to_pylist()
    }


def _grouped(
    stage: LinkStage,
    links: pa.Table,
    responses: pa.Table,
    invited: Collection[_Pair],
) -> tuple[dict[_Pair, _Group], dict[_Pair, list[str]]]:
    """Return the groups by survey and unit, and the responses linked to units not invited."""
    known = {
        (row["survey"], row["response"]): _Response(
            id=row["response"],
            status=row["status"],
            day=row["submitted"],
            role=row["role"],
            late=row["late"],
        )
        for row in responses.to_pylist()
    }
    found: dict[_Pair, list[_Response]] = {}
    elsewhere: dict[_Pair, list[str]] = {}
    for row in links.to_pylist():
        pair = (row["survey"], row["area"])
        if pair in invited:
            found.setdefault(pair, []).append(known[row["survey"], row["response"]])
        else:
            elsewhere.setdefault((row["survey"], row["response"]), []).append(row["area"])
    groups = {
        (survey, area): _Group(survey=survey, area=area, responses=_ordered(stage, alike))
        for (survey, area), alike in sorted(found.items())
    }
    return groups, elsewhere


def _ordered(stage: LinkStage, responses: Sequence[_Response]) -> tuple[_Response, ...]:
    ranks = {role.casefold(): rank for rank, role in enumerate(stage.seniority)}

    def place(each: _Response) -> tuple[int, int, bool, int, str]:
        best = _BEST_FIRST.index(Disposition(each.status))
        senior = ranks.get((each.role or "").casefold(), len(ranks))
        day = each.day.toordinal() if each.day else 0
        return (
            best,
            senior if stage.duplicates == "most-senior" else 0,
            # Without a date a response comes after all that have one, under every rule.
            each.day is None,
            day if stage.duplicates == "first-complete" else -day,
            each.id,
        )

    return tuple(sorted(responses, key=place))


def _cases(
    stage: LinkStage,
    invited: Mapping[_Pair, tuple[str | None, str | None]],
    groups: Mapping[_Pair, _Group],
    agencies: Mapping[str, str],
    waiting: Mapping[_Pair, str],
) -> pa.Table:
    order = {survey: number for number, survey in enumerate(stage.surveys)}
    rows = []
    for survey, area in sorted(invited, key=lambda pair: (pair[1], order.get(pair[0], -1))):
        noted, reason = invited[survey, area]
        group = groups.get((survey, area))
        used = group.responses[0] if group else None
        disposition = used.status if used else noted or str(Disposition.NO_REPLY)
        rows.append(
            {
                "area": area,
                "survey": survey,
                "agency": agencies[survey],
                "response": used.id if used else None,
                "disposition": disposition,
                "late": used.late if used else None,
                "duplicates": len(group.responses) - 1 if group else 0,
                "reason": None if used else reason or waiting.get((survey, area)),
            }
        )
    return pa.Table.from_pylist(rows, schema=CASE)


def _waiting(doubts: pa.Table, links: pa.Table) -> dict[_Pair, str]:
    """Return survey and unit to a sentence on the undecided response that may be its own."""
    linked = set(zip(links["survey"].to_pylist(), links["response"].to_pylist(), strict=True))
    return {
        (row["survey"], row["area"]): f"response {row['response']} is in doubt"
        for row in doubts.to_pylist()
        if row["area"]
        and row["decision"] is None
        and (row["survey"], row["response"]) not in linked
    }


def _duplicates(stage: LinkStage, groups: Iterable[_Group]) -> pa.Table:
    rows = [
        {
            "survey": group.survey,
            "area": group.area,
            "response": each.id,
            "kept": group.responses[0].id,
            "rule": stage.duplicates,
        }
        for group in groups
        for each in group.responses[1:]
    ]
    rows.sort(key=lambda row: (row["survey"], row["area"], row["response"]))
    return pa.Table.from_pylist(rows, schema=DUPLICATE)


def _merged(stage: LinkStage, groups: Iterable[_Group]) -> dict[_Pair, tuple[str, ...]]:
    """Return survey and unit to the responses merged there, the earliest first."""
    if stage.duplicates != "merge":
        return {}
    merged = {}
    for group in groups:
        counting = [each for each in group.responses if each.status in _COUNTS]
        if len(counting) > 1:
            counting.sort(key=lambda each: (each.day or dt.date.max, each.id))
            merged[group.survey, group.area] = tuple(each.id for each in counting)
    return merged


def _linked_answers(
    groups: Iterable[_Group],
    answers: pa.Table,
    agencies: Mapping[str, str],
    merged: Mapping[_Pair, tuple[str, ...]],
    nominal: Mapping[str, Collection[str]],
) -> pa.Table:
    speaks = [
        {
            "area": group.area,
            "survey": group.survey,
            "agency": agencies[group.survey],
            "response": each.id,
        }
        for group in groups
        for each in group.responses
        if each.status in _COUNTS
        and (each.id in merged.get((group.survey, group.area), ()) or each is group.responses[0])
    ]
    schema = pa.schema([(name, pa.string()) for name in ("area", "survey", "agency", "response")])
    joined = (
        pa.Table.from_pylist(speaks, schema=schema)
        .join(answers, keys=["survey", "response"], join_type="inner")
        .sort_by([("area", "ascending"), ("survey", "ascending"), ("item", "ascending")])
    )
    if merged:
        joined = _with_merged(joined, merged, nominal)
    return joined.select(LINKED_ANSWER.names).cast(LINKED_ANSWER)


def _with_merged(
    joined: pa.Table,
    merged: Mapping[_Pair, tuple[str, ...]],
    nominal: Mapping[str, Collection[str]],
) -> pa.Table:
    single: list[dict[str, Any]] = []
    several: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in joined.to_pylist():
        if (row["survey"], row["area"]) in merged:
            several.setdefault((row["area"], row["survey"], row["item"]), []).append(row)
        else:
            single.append(row)
    for (area, survey, item), rows in several.items():
        order = merged[survey, area]
        rows.sort(key=lambda row: order.index(row["response"]))
        numbers = [row["value"] for row in rows if row["value"] is not None]
        if len(numbers) < len(rows) or item in nominal.get(survey, ()):
            single.append(rows[0])
        else:
            single.append({**rows[0], "value": sum(numbers) / len(numbers)})
    single.sort(key=lambda row: (row["area"], row["survey"], row["item"]))
    return pa.Table.from_pylist(single, schema=joined.schema)


def _outcomes(
    responses: pa.Table,
    *,
    used: Collection[_Pair],
    beyond: Collection[_Pair],
    elsewhere: Collection[_Pair],
) -> pa.Table:
    rows = []
    for row in responses.select(["survey", "response"]).to_pylist():
        pair = (row["survey"], row["response"])
        if pair in used:
            outcome = "used"
        elif pair in beyond:
            outcome = "duplicate"
        else:
            outcome = "not invited" if pair in elsewhere else "doubt"
        rows.append({**row, "outcome": outcome})
    table = pa.Table.from_pylist(rows, schema=OUTCOME)
    return table.sort_by([("survey", "ascending"), ("response", "ascending")])


def _warnings(
    stage: LinkStage,
    groups: Mapping[_Pair, _Group],
    invited: Mapping[_Pair, tuple[str | None, str | None]],
    elsewhere: Mapping[_Pair, Sequence[str]],
) -> Iterable[Fault]:
    for survey in stage.surveys:
        outside = sorted(
            {area for (of, _), areas in elsewhere.items() if of == survey for area in areas}
        )
        if outside:
            count = sum(of == survey for of, _ in elsewhere)
            yield Fault("LNK-021", survey=survey, count=count, units=_listed(outside))
        noted = [
            area
            for (of, area) in groups
            if of == survey and invited[of, area][0] == Disposition.INELIGIBLE
        ]
        if noted:
            yield Fault("LNK-022", survey=survey, count=len(noted), units=_listed(noted))
    known = {role.casefold() for role in stage.seniority}
    roles = [
        each.role or "no role"
        for group in groups.values()
        if stage.duplicates == "most-senior" and len(group.responses) > 1
        for each in group.responses
        if (each.role or "").casefold() not in known
    ]
    if roles:
        yield Fault("LNK-023", count=len(roles), roles=_listed(sorted(set(roles))))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
