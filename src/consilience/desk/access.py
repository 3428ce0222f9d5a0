"""What a catalogue gives out: files by their level, requests and approvals, who took what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.deposit.model import DataSet
from consilience.desk.access_rights import Asking, approvals, refusal
from consilience.desk.accounts import Person
from consilience.desk.roles import check_roles
from consilience.desk.signed_links import link_key, opened_link, signed
from consilience.store.access import (
    AccessRequest,
    Publication,
    PublishedFile,
    add_request,
    downloads,
    files_of,
    find_reader,
    find_request,
    publications,
    requests,
    save_request,
)
from consilience.store.accounts import Account, accounts, find_account
from consilience.store.blobs import open_blob
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append
from consilience.store.mails import Mail, put_mail

# How long the link to a file can be used, by a browser or by another program.
LINK: Final = dt.timedelta(hours=1)
_LONGEST: Final = 4_000
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"

Decision = Literal["approved", "refused", "withdrawn"]
_FROM: Final[Mapping[Decision, str]] = {
    "approved": "asked",
    "refused": "asked",
    "withdrawn": "approved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file as the page of a study shows it to somebody.

    Attributes:
        file: the file.
        fault: why it may not be had now; None if it may.
        projects: the approvals under which it may be had; empty where none is needed.
    """

    file: PublishedFile
    fault: Fault | None
    projects: tuple[AccessRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a catalogue holds of a study, as somebody may see it.

    Attributes:
        version: number of the version that is shown.
        newest: number of the newest version.
        published: when the version was published, UTC.
        withdrawn: when the study was withdrawn; empty if it is there.
        reason: why.
        title: of the study.
        record_xml: SHA-256 of its DDI record, as published.
        simulated: whether a program made the data.
        data_sets: its data sets.
        files: its files.
        versions: (number, when, withdrawn) of all versions, newest first; for curators.
    """

    version: int
    newest: int
    published: str
    withdrawn: str
    reason: str
    title: str
    record_xml: str
    simulated: bool
    data_sets: tuple[DataSet, ...]
    files: tuple[FileLine, ...]
    versions: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file that may go out now.

    Attributes:
        file: what it is.
        place: where its bytes lie.
        actor: to whom, for the log: an account, or `anonymous`.
        request: number of the approval under which; 0 where none is needed.
        way: `page` or `link`.
    """

    file: PublishedFile
    place: Path
    actor: str
    request: int
    way: str


def asking_of(connection: Connection, person: Person | None, *, terms: str) -> Asking:
    """Return who asks, with what is known of them now."""
    if person is None:
        return Asking(person=None, terms=terms)
    return Asking(
        person=person,
        reader=find_reader(connection, account=person.id),
        requests=tuple(requests(connection, account=person.id)),
        terms=terms,
    )


def holdings_of(
    engine: Engine,
    record: str,
    *,
    person: Person | None,
    terms: str,
    at: dt.datetime,
    version: int | None = None,
) -> Holdings | None:
    """Return what is held of a study, None if nothing was ever published.

    Args:
        engine: the database of the catalogue.
        record: identifier of the record.
        person: who asks.
        terms: version of the terms that hold now.
        at: the time now.
        version: an older version, for curators; None for the newest.
    """
    with snapshot(engine) as connection:
        asking = asking_of(connection, person, terms=terms)
        kept = publications(connection, record)
        shown = _shown(kept, version=version, asking=asking)
        if shown is None:
            return None
        open_ = asking.is_curator or not shown.withdrawn
        files = files_of(connection, record, shown.version) if open_ else []
    return Holdings(
        version=shown.version,
        newest=kept[0].version,
        published=shown.at,
        withdrawn=shown.withdrawn,
        reason=shown.reason,
        title=shown.title,
        record_xml=shown.record_xml,
        simulated=shown.simulated,
        data_sets=shown.data_sets,
        files=tuple(_line(file, asking, at=at) for file in files),
        versions=tuple((each.version, each.at, each.withdrawn) for each in kept),
    )


def give(
    engine: Engine,
    folder: Path,
    record: str,
    file: str,
    *,
    person: Person | None,
    terms: str,
    at: dt.datetime,
    version: int | None = None,
) -> Given:
    """Return a file for whoever asks, if the level of the file lets it go out.

    Raises:
        Fault: WEB-025 if there is no such file to be known of, WEB-067 if the study is withdrawn,
            and those of `access_rights.refusal`; STO-100 if its bytes are gone.
    """
    with snapshot(engine) as connection:
        asking = asking_of(connection, person, terms=terms)
        found = _file(connection, record, file, asking=asking, version=version)
    fault = refusal(found, asking, at=at)
    if fault is not None:
        raise fault
    return Given(
        file=found,
        place=open_blob(folder, found.sha256, size=found.size, path=found.path),
        actor=person.id if person else "anonymous",
        request=_under(found, asking, at=at),
        way="page",
    )


def file_link(engine: Engine, folder: Path, given: Given, *, at: dt.datetime) -> str:
    """Return a token that stands for a file that somebody may have, for an hour.

    It opens the file for programs that cannot sign in, and only as long as the reader may have it.
    """
    content = {
        "record": given.file.record,
        "file": given.file.file,
        "sha256": given.file.sha256,
        "account": given.actor,
    }
    with transaction(engine) as connection:
        append(connection, at=at, actor=given.actor, action="link", subject=given.file.record,
               detail={"file": given.file.file, "sha256": given.file.sha256})  # fmt: skip
    return signed(link_key(folder), "file", content, until=at + LINK)


def give_by_link(engine: Engine, folder: Path, token: str, *, terms: str, at: dt.datetime) -> Given:
    """Return the file for which a link stands, if its reader may have it still.

    Raises:
        Fault: WEB-061 if the link is not whole or has run out, if its reader may not have the
            file any more, or if the study has another version now.
    """
    content = opened_link(link_key(folder), "file", token, at=at)
    with snapshot(engine) as connection:
        account = find_account(connection, account=content["account"])
    if account is None or not account.active:
        raise Fault("WEB-061")
    person = Person(
        id=account.id,
        login=account.login,
        name=account.name,
        roles=frozenset(check_roles(account.roles)),
        active=True,
        one_time=account.one_time,
        created=account.created,
    )
    try:
        given = give(
            engine, folder, content["record"], content["file"], person=person, terms=terms, at=at
        )
    except Fault as fault:
        raise fault if fault.code == "STO-100" else Fault("WEB-061") from None
    if given.file.sha256 != content["sha256"]:
        raise Fault("WEB-061")
    return replace(given, way="link")


def note_download(engine: Engine, given: Given, *, at: dt.datetime, part: str = "") -> None:
    """Write into the ledger that a file goes out: to whom, which version and which bytes.

    Args:
        engine: the database of the catalogue.
        given: the file.
        at: the time now.
        part: the range of bytes asked for; empty for all.
    """
    detail = {
        "file": given.file.file,
        "version": given.file.version,
        "sha256": given.file.sha256,
        "level": given.file.level.value,
        "way": given.way,
        **({"request": given.request} if given.request else {}),
        **({"part": part[:80]} if part else {}),
    }
    with transaction(engine) as connection:
        append(connection, at=at, actor=given.actor, action="download",
               subject=given.file.record, detail=detail)  # fmt: skip


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


def download_lines(
    engine: Engine, *, account: str | None = None, most: int = 200
) -> list[Mapping[str, object]]:
    """Return who took what, newest first, as plain values."""
    with snapshot(engine) as connection:
        return downloads(connection, account=account, most=most)


def _shown(kept: list[Publication], *, version: int | None, asking: Asking) -> Publication | None:
    """Return the version somebody may look at: the newest; another only for curators."""
    if not kept or version in (None, kept[0].version):
        return kept[0] if kept else None
    if not asking.is_curator:
        return None
    return next((each for each in kept if each.version == version), None)


def _line(file: PublishedFile, asking: Asking, *, at: dt.datetime) -> FileLine:
    fault = refusal(file, asking, at=at)
    needed = file.level.value == "controlled" and not asking.is_curator
    projects = approvals(asking.requests, file, at=at) if needed and fault is None else ()
    return FileLine(file=file, fault=fault, projects=projects)


def _file(
    connection: Connection, record: str, file: str, *, asking: Asking, version: int | None
) -> PublishedFile:
    shown = _shown(publications(connection, record), version=version, asking=asking)
    if shown is None:
        raise Fault("WEB-025")
    if shown.withdrawn and not asking.is_curator:
        raise withdrawn_fault(shown.withdrawn, shown.reason)
    for each in files_of(connection, record, shown.version):
        if each.file == file:
            return each
    raise Fault("WEB-025")


def withdrawn_fault(when: str, reason: str) -> Fault:
    """Return the fault that stands where a study was."""
    day = dt.datetime.fromisoformat(when)
    return Fault("WEB-067", day=f"{day.day} {day:%B %Y}", reason=reason)


def _under(file: PublishedFile, asking: Asking, *, at: dt.datetime) -> int:
    held = approvals(asking.requests, file, at=at)
    return held[0].id if held and file.level.value == "controlled" else 0


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
