"""Who was to be interviewed and who was, when, how, by which guide? Reading the fieldwork."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.design.model import Guide, InterviewStage, TalkStage
from consilience.frame.model import Frame, codes
from consilience.interviews.model import APPROVAL, Interview, Participant
from consilience.interviews.reading import Line, Once, Told, lines_of

MODES: Final = ("place", "telephone", "video")
STATES: Final = ("planned", "done", "declined", "cancelled", "withdrawn")
RECORDINGS: Final = ("yes", "no", "declined")
OUTCOMES: Final = ("sent", "reminded", "agreed", "declined", "no reply", "passed on")
_PLAN: Final = ("interview", "case", "date", "mode", "guide", "state")
_PEOPLE: Final = ("interview", "person", "role")
_APPROACHES: Final = ("contact", "date", "outcome")
_PSEUDONYM: Final = re.compile(r"(?=.*\d)[\w.-]+")
# In these states an interview needs a reason.
_ENDED: Final = ("declined", "cancelled", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The units that may be spoken of.

    Args:
        known: every code of a unit to the ids it names.
        chosen: ids of the units that a choice took, None if all may be spoken of.
        within: the choice, for complaints.
    """

    known: Mapping[str, tuple[str, ...]]
    chosen: frozenset[str] | None = None
    within: str = ""


def cases_of(frame: Frame | None, within: pa.Table | None, *, stage: TalkStage) -> Cases:
    """Return the units that a stage may speak of: those of its frame, marked if a choice took them.

    Args:
        frame: the frame that the stage names under `of`, None if it names none.
        within: schema `CHOICE`; takes units, or areas with all units in them.
        stage: the stage.
    """
    if frame is None:
        return Cases(known={})
    if within is None:
        return Cases(known=codes(frame))
    chosen = set(within["unit"].to_pylist())
    pairs = zip(frame.table["id"].to_pylist(), frame.table["area"].to_pylist(), strict=True)
    inside = frozenset(unit for unit, area in pairs if unit in chosen or area in chosen)
    return Cases(known=codes(frame), chosen=inside, within=stage.within or "")


def case_in(line: Line, cases: Cases, *, subject: str) -> str | None:
    """Return the unit that a row speaks of, None if none; INT-066 or INT-067 if it may not."""
    written = line.text("case")
    if not written:
        return None
    units = cases.known.get(written, ())
    if len(units) != 1:
        line.blame("INT-066", value=written)
        return None
    if cases.chosen is not None and units[0] not in cases.chosen:
        line.blame("INT-067", subject=subject, value=written, within=cases.within)
    return units[0]


def read_plan(
    stage: InterviewStage, *, folder: Path, cases: Cases, guides: Mapping[str, Guide], told: Told
) -> tuple[Interview, ...]:
    """Which interviews are there?

    Args:
        stage: the stage.
        folder: the study folder.
        cases: what may be spoken of.
        guides: file of a guide to the guide.
        told: takes INT-060 to INT-067, INT-070, INT-071, INT-074, INT-075 and INT-079.

    Returns:
        The interviews in the order of the plan; none if it has not come yet.
    """
    once = Once("interview", {})
    uses = [(guides[use.file].id, use.version) for use in stage.guides if use.file in guides]
    found = []
    for line in lines_of(folder, stage.plan, what="the plan", needed=_PLAN, told=told):
        name = line.needed("interview")
        if not name or not once.check(line, name, name):
            continue
        state = line.word("state", STATES)
        guide, version = _guide(line, uses)
        interview = Interview(
            interview=name,
            case=case_in(line, cases, subject=f"interview {name!r}"),
            date=line.day("date"),
            mode=line.word("mode", MODES),
            place=line.text("place"),
            interviewer=line.text("interviewer"),
            minutes=line.minutes("minutes"),
            guide=guide,
            version=version,
            state=state or "planned",
            reason=line.text("reason"),
            recording=line.word("recording", RECORDINGS),
        )
        _judge(line, interview, stage)
        found.append(interview)
    return tuple(found)


def _guide(line: Line, uses: Sequence[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Return guide and version of `guide` or `guide@version`; INT-070 or INT-071 if unclear."""
    written = line.text("guide")
    if not written:
        return None, None
    name, _, version = written.partition("@")
    fitting = [use for use in uses if use[0] == name and version in ("", use[1])]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        versions = ", ".join(f"{name}@{each}" for _, each in fitting)
        line.blame("INT-071", value=written, versions=versions)
    else:
        known = ", ".join(f"{guide}@{each}" for guide, each in uses) or "none yet"
        line.blame("INT-070", value=written, known=known)
    return None, None


def _judge(line: Line, interview: Interview, stage: TalkStage) -> None:
    """Note what in one interview does not go with itself or with its stage."""
    values: dict[str, object] = {"interview": interview.interview, "state": interview.state}
    if interview.state in _ENDED and not interview.reason:
        line.blame("INT-075", **values)
    if interview.state == "done" and interview.date is None:
        line.blame("INT-079", **values)
    check_day(line, interview.interview, interview.date, interview.state, stage)


def check_day(line: Line, name: str, date: dt.date | None, state: str, stage: TalkStage) -> None:
    """Note INT-074 for a day outside the window, INT-078 for one that no approval covers."""
    if date is None or state not in ("planned", "done"):
        return
    if not stage.opens <= date <= stage.closes:
        values = {"opens": stage.opens, "closes": stage.closes}
        line.blame("INT-074", interview=name, date=date, **values)
    covered = any(
        each.date <= date and (each.until is None or date <= each.until) for each in stage.approvals
    )
    if stage.approvals and not covered:
        line.blame("INT-078", interview=name, date=date)


def read_people(
    stage: InterviewStage,
    *,
    folder: Path,
    interviews: Collection[str],
    roles: Collection[str],
    told: Told,
) -> tuple[Participant, ...]:
    """Who was in which interview, under an id?

    Args:
        stage: the stage.
        folder: the study folder.
        interviews: ids of the interviews there are.
        roles: roles there are; any role if empty.
        told: takes INT-060, INT-061, INT-064, INT-068, INT-069 and INT-072.
    """
    once = Once("person in an interview", {})
    found = []
    for line in lines_of(folder, stage.people, what="people", needed=_PEOPLE, told=told):
        interview, person = line.needed("interview"), person_in(line, "person")
        role = role_in(line, roles)
        if interview and interview not in interviews:
            line.blame("INT-068", what="interview", value=interview)
        elif once.check(line, (interview, person), f"{person} in {interview}"):
            found.append(
                Participant(interview=interview, person=person, role=role, post=line.text("post"))
            )
    return tuple(found)


def person_in(line: Line, column: str) -> str:
    """Return the id of a person, nothing if it could be a name: INT-064 or INT-069."""
    written = line.needed(column)
    if written and not _PSEUDONYM.fullmatch(written):
        # The value is not shown: it may be the name that must not stand anywhere.
        line.blame("INT-069", column=column)
        return ""
    return written


def role_in(line: Line, roles: Collection[str]) -> str:
    """Return a role, told as INT-072 if it is not one of those there are."""
    role = line.needed("role")
    if role and roles and role not in roles:
        line.blame("INT-072", value=role, known=", ".join(roles))
    return role


def read_approaches(
    stage: InterviewStage, *, folder: Path, cases: Cases, told: Told
) -> list[dict[str, Any]]:
    """Who was written to or called, and with what outcome? Rows of schema `APPROACH`."""
    found = []
    for line in lines_of(
        folder, stage.approaches, what="approaches", needed=_APPROACHES, told=told
    ):
        outcome = line.word("outcome", OUTCOMES)
        if outcome is None and not line.text("outcome"):
            line.blame("INT-064", column="outcome")
        found.append(
            {
                "contact": person_in(line, "contact"),
                "case": case_in(line, cases, subject="an approach"),
                "date": line.day("date"),
                "outcome": outcome or "",
                "reason": line.text("reason"),
            }
        )
    return found


def roles_of(stage: InterviewStage) -> tuple[str, ...]:
    """Return the roles of a stage: those it lists, else those of its guides."""
    return tuple(stage.roles or dict.fromkeys(use.role for use in stage.guides))


def check_people(
    interviews: Sequence[Interview],
    people: Sequence[Participant],
    *,
    guides: Mapping[str, Guide],
    file: str,
    told: Told,
) -> None:
    """Note interviews that were held with nobody (INT-076) or by another's guide (INT-073).

    Args:
        interviews: all interviews.
        people: who was in them.
        guides: file of a guide to the guide.
        file: the plan, for complaints.
        told: takes the warnings.
    """
    roles: dict[str, set[str]] = {}
    for each in people:
        roles.setdefault(each.interview, set()).add(each.role)
    meant = {guide.id: guide.role for guide in guides.values()}
    held = [each for each in interviews if each.state == "done"]
    alone = [each.interview for each in held if each.interview not in roles]
    if alone:
        told.append(several_fault("INT-076", alone, file))
    strange = [
        each.interview
        for each in held
        if each.guide in meant
        and meant[each.guide] not in roles.get(each.interview, set())
        and each.interview in roles
    ]
    if strange:
        told.append(several_fault("INT-073", strange, file))


def several_fault(code: str, names: Sequence[str], file: str | None) -> Fault:
    """Return one warning that names several things, the first ten of them."""
    shown = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
    return Fault(code, where=Where(file=file), count=len(names), names=shown)


def approvals_table(stage: TalkStage) -> pa.Table:
    """Return the approvals of a stage; schema `APPROVAL`."""
    rows = [each.model_dump() for each in stage.approvals]
    return pa.Table.from_pylist(rows, schema=APPROVAL)


def table_of(records: Sequence[Any], schema: pa.Schema) -> pa.Table:
    """Return records as a table of their schema; empty texts become empty cells."""
    rows = [
        {name: None if value == "" else value for name, value in asdict(each).items()}
        for each in records
    ]
    return pa.Table.from_pylist(rows, schema=schema)
