"""How many of each data set were planned, collected, allowed and deposited, and why not all?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from consilience.deposit.model import DataSet, Fate, Interview, Withheld
from consilience.design.model import Dataset
from consilience.design.model.deposit import DepositedSet
from consilience.formats.metadata.model import Level
from consilience.frame.model import Frame

_HELD: Final = "done"
_WITHDRAWN: Final = "withdrawn"
_REASONS: Final[Mapping[str, str]] = {
    "duplicate": "another response of the same unit took its place",
    "doubt": "it could not be linked to a unit for certain",
    "not invited": "it came from a unit that was not invited",
    "started": "it broke off before enough was answered",
    "refused": "taking part was refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """The tables of an interview stage that a data set of texts comes from.

    Attributes:
        interview: schema `interviews.model.INTERVIEW`.
        participant: schema `interviews.model.PARTICIPANT`.
        status: schema `interviews.model.STATUS`.
        roles: words for each role.
        frame: of the units visited; None if interviews belong to no unit.
    """

    interview: pa.Table
    participant: pa.Table
    status: pa.Table
    roles: Mapping[str, str]
    frame: Frame | None


def text_set(
    plan: Dataset, rules: DepositedSet, talks: Talks, *, pseudonyms: Mapping[str, str]
) -> tuple[DataSet, tuple[Interview, ...]]:
    """Return a data set of transcripts, and its data list.

    Args:
        plan: what the study file says of the data set.
        rules: how it is deposited.
        talks: the interviews.
        pseudonyms: of areas, by id.

    Returns:
        Counts with a reason for each interview that is not deposited; and a line for each
        interview in the plan, deposited or not: for the team, `told` says what readers see. A
        text is deposited if everybody in it allowed it and a person has cleared it.
    """
    status = {row["interview"]: row for row in talks.status.to_pylist()}
    rows = talks.interview.to_pylist()
    listed, withheld = [], []
    held = allowed = 0
    for row in rows:
        state = status[row["interview"]]
        stopped, reason = _fate(row, state)
        held += stopped is not Fate.PLANNED
        allowed += stopped in (Fate.CONSENTED, Fate.DEPOSITED)
        if stopped is not Fate.DEPOSITED:
            withheld.append(Withheld(thing=row["interview"], stopped=stopped, reason=reason))
        listed.append(_listed(row, state, rules, talks, pseudonyms, (stopped, reason)))
    return (
        DataSet(
            id=plan.id,
            title=plan.title,
            kind=plan.type,
            phase=plan.phase,
            unit=plan.unit,
            planned=len(rows) if plan.planned is None else plan.planned,
            collected=held,
            consented=allowed,
            deposited=sum(each.deposited for each in listed),
            withheld=tuple(withheld),
            basis=rules.basis or plan.consent,
            level=Level(plan.access),
            licence=rules.licence,
            embargo=rules.embargo,
        ),
        tuple(listed),
    )


def _fate(row: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[Fate, str]:
    """Return how far an interview came, and why no further.

    In general words only: what the team noted may tell of people, and everybody reads this.
    """
    if row["state"] != _HELD:
        return Fate.PLANNED, f"{row['state']} before it was held"
    if state["state"] == _WITHDRAWN:
        return Fate.COLLECTED, "it was withdrawn"
    if not state["deposit"]:
        return Fate.COLLECTED, "not everybody in it allowed deposit"
    if state["document"] is None:
        return Fate.CONSENTED, "there is no transcript"
    if state["state"] != "cleared":
        return Fate.CONSENTED, f"its text is {state['state']}, not yet cleared for deposit"
    return Fate.DEPOSITED, ""


def _listed(
    row: Mapping[str, Any],
    state: Mapping[str, Any],
    rules: DepositedSet,
    talks: Talks,
    pseudonyms: Mapping[str, str],
    fate: tuple[Fate, str],
) -> Interview:
    people = [
        each for each in talks.participant.to_pylist() if each["interview"] == row["interview"]
    ]
    roles = sorted({talks.roles.get(each["role"], each["role"]) for each in people})
    area, setting = _place(row["case"], rules, talks.frame, pseudonyms)
    stopped, reason = fate
    return Interview(
        id=row["interview"],
        data_set=rules.data_set,
        role="; ".join(roles) or "not stated",
        area=area,
        setting=setting,
        month=row["date"].strftime("%Y-%m") if row["date"] else "",
        mode=row["mode"] or "",
        people=max(len(people), 1),
        interviewer=row["interviewer"] or "",
        file=state["document"] or "",
        deposited=stopped is Fate.DEPOSITED,
        reason=reason,
        told=row["state"] == _HELD and state["state"] != _WITHDRAWN,
    )


def _place(
    case: str | None, rules: DepositedSet, frame: Frame | None, pseudonyms: Mapping[str, str]
) -> tuple[str, str]:
    """Return the pseudonym of the area and the setting, such as the type of the school."""
    if frame is None or case is None:
        return "", ""
    found = frame.table.column("id").to_pylist()
    if case not in found:
        return "", ""
    unit = frame.table.slice(found.index(case), 1).to_pylist()[0]
    area = unit["area"] if frame.of == "schools" else case
    setting = ", ".join(str(unit[name]) for name in rules.setting if unit.get(name) is not None)
    return pseudonyms.get(area or "", ""), setting


def numeric_set(
    plan: Dataset,
    rules: DepositedSet,
    *,
    invited: int | None,
    arrived: Sequence[str],
    deposited: int,
    left_out: Sequence[Withheld] = (),
) -> DataSet:
    """Return a data set of tables.

    Args:
        plan: what the study file says of the data set.
        rules: how it is deposited.
        invited: how many were asked; None if it is not known.
        arrived: how each response that came in ended: `used` or why it was not.
        deposited: rows of the published tables.
        left_out: columns and files that are not published, with reasons.
    """
    counts = Counter(each for each in arrived if each != "used")
    gone = [
        Withheld(
            thing=f"{count} of {len(arrived)} responses",
            stopped=Fate.COLLECTED,
            reason=_REASONS.get(ended, ended),
            count=count,
        )
        for ended, count in sorted(counts.items())
    ]
    return DataSet(
        id=plan.id,
        title=plan.title,
        kind=plan.type,
        phase=plan.phase,
        unit=plan.unit,
        planned=invited if plan.planned is None else plan.planned,
        collected=len(arrived),
        consented=len(arrived),
        deposited=deposited,
        withheld=(*gone, *left_out),
        basis=rules.basis or plan.consent,
        level=Level(plan.access),
        licence=rules.licence,
        embargo=rules.embargo,
    )
