"""What may be done with whose words? Nothing that was not allowed in so many words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.interviews.model import (
    Consent,
    Interview,
    Material,
    Participant,
    Permission,
    Purpose,
)
from consilience.interviews.plan import person_in, several_fault
from consilience.interviews.reading import Once, Told, lines_of

MATERIALS: Final = ("recording", "transcript", "notes", "quotes", "all")
OPTIONS: Final[tuple[Purpose, ...]] = ("take_part", "record", "quote", "deposit", "recontact")
_NEEDED: Final = ("person", "material", *OPTIONS, "date")
_IN_WORDS: Final[dict[str, str]] = {
    "take_part": "taking part",
    "record": "recording",
    "quote": "quoting",
    "deposit": "deposit",
    "recontact": "being asked again",
}
_EARLIEST: Final = dt.date.min


def allowed(
    consents: Iterable[Consent], *, person: str, material: Material, purpose: Purpose
) -> Permission:
    """May this material of this person be used for this?

    The latest consent for the material holds, else the latest for all materials. What was taken
    back for all takes back what was allowed for one before. Not stated is not allowed.

    Args:
        consents: what people allowed.
        person: id of the person.
        material: kind of material.
        purpose: what it is to be used for.

    Returns:
        The answer, with the reason.

    Example:
        >>> allowed([], person="P1", material="transcript", purpose="deposit").reason
        'P1 allowed nothing for the transcript'
    """
    own = [each for each in consents if each.person == person]
    fitting = [each for each in own if each.material in (material, "all")]
    fitting.sort(key=lambda each: (each.material == material, each.date or _EARLIEST))
    if not fitting:
        return Permission(allowed=False, reason=f"{person} allowed nothing for the {material}")
    holds = fitting[-1]
    back = [
        each.withdrawn
        for each in own
        if each.withdrawn is not None
        and (
            each is holds
            or (each.material == "all" and (holds.date or _EARLIEST) <= each.withdrawn)
        )
    ]
    if back:
        return Permission(allowed=False, reason=f"{person} took it back on {min(back)}")
    stated: bool | None = getattr(holds, purpose)
    words = _IN_WORDS[purpose]
    if stated is None:
        return Permission(allowed=False, reason=f"{person} did not state {words}")
    return Permission(
        allowed=stated, reason=f"{person} {'allowed' if stated else 'did not allow'} {words}"
    )


def allowed_by_all(
    consents: Sequence[Consent], *, people: Sequence[str], material: Material, purpose: Purpose
) -> Permission:
    """May material that several people are in be used for this? Only if each of them allows it.

    Args:
        consents: what people allowed.
        people: ids of all who are in it; nobody known allows nothing.
        material: kind of material.
        purpose: what it is to be used for.

    Returns:
        The answer; the reason names those who stand against it.
    """
    answers = [
        allowed(consents, person=person, material=material, purpose=purpose) for person in people
    ]
    against = [each.reason for each in answers if not each.allowed]
    if against:
        return Permission(allowed=False, reason="; ".join(against))
    if not answers:
        return Permission(allowed=False, reason="nobody is known to be in it")
    return Permission(allowed=True, reason=f"allowed by all {len(answers)} in it")


def consents_of(table: pa.Table) -> tuple[Consent, ...]:
    """Return the consents of a table of schema `CONSENT`."""
    names = [each.name for each in fields(Consent)]
    return tuple(
        Consent(**{name: row[name] for name in names if name != "form"}, form=row["form"] or "")
        for row in table.to_pylist()
    )


def read_consents(
    file: str | None, *, folder: Path, people: Collection[str], told: Told
) -> tuple[Consent, ...]:
    """What did whom allow?

    Args:
        file: the table, None if there is none.
        folder: the study folder.
        people: ids of the people there are.
        told: takes INT-060 to INT-064, INT-069, INT-077 and INT-080.
    """
    once = Once("consent", {})
    found: list[Consent] = []
    for line in lines_of(folder, file, what="consents", needed=_NEEDED, told=told):
        person, material = person_in(line, "person"), line.word("material", MATERIALS)
        if not line.text("material"):
            line.blame("INT-064", column="material")
        consent = Consent(
            person=person,
            material=material or "",
            **{name: line.flag(name) for name in OPTIONS},
            date=line.day("date"),
            withdrawn=line.day("withdrawn"),
            form=line.text("form"),
        )
        if consent.withdrawn and consent.date and consent.withdrawn < consent.date:
            line.blame("INT-080", person=person, date=consent.date, withdrawn=consent.withdrawn)
        key = (person, material, consent.date)
        if once.check(line, key, f"{person}, {material}, {consent.date or 'without date'}"):
            found.append(consent)
    strange = sorted({each.person for each in found} - {*people, ""})
    if strange:
        told.append(several_fault("INT-077", strange, file))
    return tuple(found)


def check_consents(
    interviews: Sequence[Interview],
    people: Sequence[Participant],
    consents: Sequence[Consent],
    *,
    file: str | None,
    told: Told,
) -> None:
    """Note interviews held or recorded although somebody had not allowed it: INT-081, INT-082.

    Args:
        interviews: all interviews.
        people: who was in them.
        consents: what people allowed.
        file: the consents, for complaints; None: none are kept and nothing is said.
        told: takes the warnings.
    """
    if file is None:
        return
    for code, purpose, done in (
        ("INT-081", "take_part", {each.interview for each in interviews if each.state == "done"}),
        (
            "INT-082",
            "record",
            {e.interview for e in interviews if e.state == "done" and e.recording == "yes"},
        ),
    ):
        days = {each.interview: each.date for each in interviews}
        against = [
            f"{each.person} in {each.interview}"
            for each in people
            if each.interview in done
            and not _allowed_then(consents, each.person, purpose, days[each.interview])
        ]
        if against:
            told.append(several_fault(code, against, file))


def _allowed_then(
    consents: Sequence[Consent], person: str, option: str, day: dt.date | None
) -> bool:
    """Whether somebody had allowed something by a day; what was taken back later counts."""
    return any(
        each.person == person
        and getattr(each, option) is True
        and (day is None or each.date is None or each.date <= day)
        and (day is None or each.withdrawn is None or each.withdrawn > day)
        for each in consents
    )
