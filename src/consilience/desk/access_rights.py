"""May this person have this file now? One pure answer, asked wherever bytes could go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from consilience.base.errors import Fault
from consilience.desk.accounts import Person
from consilience.formats.metadata.model import Level
from consilience.store.access import AccessRequest, PublishedFile, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for a file, as far as that matters.

    Attributes:
        person: who is signed in; None for nobody.
        reader: what is known of a reader; None for nobody and for staff.
        requests: what the reader asked for, whatever became of it.
        terms: version of the terms of use that hold now; empty if the catalogue has none.
    """

    person: Person | None
    reader: Reader | None = None
    requests: tuple[AccessRequest, ...] = ()
    terms: str = ""

    @property
    def is_curator(self) -> bool:
        """Whether all files may be seen by whoever asks."""
        return self.person is not None and "curator" in self.person.roles


def refusal(file: PublishedFile, asking: Asking, *, at: dt.datetime) -> Fault | None:
    """Why may this person not have this file now?

    Args:
        file: a file of the version that is published.
        asking: who asks.
        at: the time now; an embargo ends at midnight UTC.

    Returns:
        None if the file may be had; else WEB-066 under embargo, WEB-062 if nobody is signed in,
        WEB-063 or WEB-064 if address or terms are open, WEB-065 if an approval is missing.
    """
    if asking.is_curator:
        return None
    if file.embargo is not None and at.astimezone(dt.UTC).date() < file.embargo:
        return Fault("WEB-066", path=file.path, day=_day(file.embargo))
    if file.level is Level.OPEN:
        return None
    if asking.person is None or asking.reader is None:
        return Fault("WEB-062", path=file.path, level=file.level.value)
    if not asking.reader.confirmed:
        return Fault("WEB-063")
    if asking.reader.terms != asking.terms:
        return Fault("WEB-064", version=asking.terms)
    if file.level is Level.CONTROLLED and not approvals(asking.requests, file, at=at):
        return Fault("WEB-065", path=file.path)
    return None


def approvals(
    requests: Iterable[AccessRequest], file: PublishedFile, *, at: dt.datetime
) -> tuple[AccessRequest, ...]:
    """Return the approvals that cover a file now, one for each project.

    Args:
        requests: of one reader.
        file: the file.
        at: the time now; an approval holds through its last day, UTC.
    """
    today = at.astimezone(dt.UTC).date()
    return tuple(
        each
        for each in requests
        if each.state == "approved"
        and each.covers(file)
        and (each.until is None or today <= each.until)
    )


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
