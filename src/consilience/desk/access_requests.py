"""Asking for files of a study, and what curators decide: one approval is for one project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.access import asking_of
from consilience.desk.accounts import Person
from consilience.store.access import (
    AccessRequest,
    Publication,
    add_request,
    files_of,
    find_reader,
    find_request,
    publications,
    requests,
    save_request,
)
from consilience.store.accounts import Account, accounts, find_account
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append
from consilience.store.mails import Mail, put_mail

_LONGEST: Final = 4_000
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"

Decision = Literal["approved", "refused", "withdrawn"]
_FROM: Final[Mapping[Decision, str]] = {
    "approved": "asked",
    "refused": "asked",
    "withdrawn": "approved",
}


def ask_for(
    engine: Engine,
    person: Person,
    *,
    record: str,
    what: str,
    project: str,
    purpose: str,
    terms: str,
    at: dt.datetime,
) -> int:
    """Keep the request of a reader for files of a study; return its number.

    Args:
        engine: the database of the catalogue.
        person: the reader.
        record: identifier of the record.
        what: `all`, `set:ID` or `file:ID`.
        project: title of the project for which.
        purpose: what it is wanted for.
        terms: version of the terms that hold now.
        at: the time now.

    Raises:
        Fault: WEB-025 if the study holds nothing of it, WEB-031 without a project or purpose,
            WEB-063 or WEB-064 if address or terms are open, WEB-070 if it was asked already.
    """
    for name, value in (("title of the project", project), ("purpose", purpose)):
        if not value.strip():
            raise Fault("WEB-031", what=name)
    with transaction(engine) as connection:
        asking = asking_of(connection, person, terms=terms)
        if asking.reader is None or not asking.reader.confirmed:
            raise Fault("WEB-063")
        if asking.reader.terms != terms:
            raise Fault("WEB-064", version=terms)
        data_set, file = _part_asked(connection, record, what)
        request = AccessRequest(
            id=0,
            account=person.id,
            record=record,
            data_set=data_set,
            file=file,
            project=project.strip()[:300],
            purpose=purpose.strip()[:_LONGEST],
            asked=_written(at),
        )
        same = (request.record, request.data_set, request.file, request.project)
        if any(
            each.state == "asked" and (each.record, each.data_set, each.file, each.project) == same
            for each in asking.requests
        ):
            raise Fault("WEB-070")
        number = add_request(connection, request)
        append(connection, at=at, actor=person.id, action="request", subject=record,
               detail={"request": number, "data_set": data_set, "file": file})  # fmt: skip
    return number


def decide(
    engine: Engine,
    number: int,
    *,
    decision: Decision,
    reason: str,
    until: dt.date | None,
    person: Person,
    catalogue: str,
    at: dt.datetime,
) -> AccessRequest:
    """Approve or refuse a request, or withdraw an approval; the reader is told by mail.

    Args:
        engine: the database of the catalogue.
        number: number of the request.
        decision: what is decided; a withdrawal holds from the next request of a byte on.
        reason: why, for the reader and the record.
        until: the last day of an approval; None if it has no end.
        person: who decides.
        catalogue: name of the catalogue, for the mail.
        at: the time now.

    Raises:
        Fault: WEB-025 if there is no such request, WEB-031 without a reason, WEB-068 if it was
            decided before.
    """
    if not reason.strip():
        raise Fault("WEB-031", what="reason")
    with transaction(engine) as connection:
        request = find_request(connection, number)
        if request is None:
            raise Fault("WEB-025")
        if request.state != _FROM[decision]:
            raise Fault("WEB-068", state=request.state)
        decided = replace(
            request,
            state=decision,
            decided=_written(at),
            decided_by=person.id,
            reason=reason.strip()[:_LONGEST],
            until=until if decision == "approved" else request.until,
        )
        save_request(connection, decided)
        append(connection, at=at, actor=person.id, action=decision, subject=decided.record,
               detail={"request": number, "account": decided.account})  # fmt: skip
        _tell(connection, decided, catalogue=catalogue, at=at)
    return decided


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A request as curators and its reader see it.

    Attributes:
        request: the request.
        name: who asks.
        email: the address; empty if the reader is gone.
        title: of the study.
        what: what is asked for, in words.
        open: whether the reader may sign in.
    """

    request: AccessRequest
    name: str
    email: str
    title: str
    what: str
    open: bool


def request_lines(engine: Engine, *, account: str | None = None) -> list[RequestLine]:
    """Return requests of one reader or of all: those that wait first, then the newest."""
    with snapshot(engine) as connection:
        found = requests(connection, account=account)
        known = {each.id: each for each in accounts(connection)}
        titles: dict[str, Publication | None] = {}
        lines = []
        for request in found:
            if request.record not in titles:
                titles[request.record] = next(iter(publications(connection, request.record)), None)
            reader = find_reader(connection, account=request.account)
            lines.append(_request_line(request, known, reader.email if reader else "", titles))
    return sorted(lines, key=lambda line: line.request.state != "asked")


def _part_asked(connection: Connection, record: str, what: str) -> tuple[str, str]:
    kept = publications(connection, record)
    files = files_of(connection, record, kept[0].version) if kept and not kept[0].withdrawn else []
    kind, _, name = what.partition(":")
    if kind == "all" and files:
        return "", ""
    if kind == "set" and any(each.data_set == name for each in files) and name:
        return name, ""
    if kind == "file" and any(each.file == name for each in files):
        return "", name
    raise Fault("WEB-025")


def _request_line(
    request: AccessRequest,
    known: Mapping[str, Account],
    email: str,
    titles: Mapping[str, Publication | None],
) -> RequestLine:
    account = known.get(request.account)
    publication = titles[request.record]
    sets = {each.id: each.title for each in publication.data_sets} if publication else {}
    what = request.file or sets.get(request.data_set, request.data_set) or "all files"
    return RequestLine(
        request=request,
        name=account.name if account else "",
        email=email,
        title=publication.title if publication else request.record,
        what=what,
        open=account is not None and account.active,
    )


def _tell(
    connection: Connection, request: AccessRequest, *, catalogue: str, at: dt.datetime
) -> None:
    account = find_account(connection, account=request.account)
    reader = find_reader(connection, account=request.account)
    if account is None or reader is None:
        return
    words = (
        f"Hello {account.name},\n\nyour request {request.id} at {catalogue} for the project\n"
        f"{request.project}\nis {request.state}.\n\n{request.reason}\n"
    )
    put_mail(
        connection,
        Mail(
            id=0,
            account=account.id,
            address=reader.email,
            subject=f"Your request is {request.state}: {catalogue}"[:256],
            words=words,
            at=_written(at),
        ),
    )


def _written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(_FORM)
