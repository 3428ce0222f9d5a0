"""What a catalogue gives out: files by their level, requests and approvals, who took what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.deposit.model import DataSet
from consilience.desk.access_rights import Asking, approvals, refusal
from consilience.desk.accounts import Person
from consilience.desk.roles import check_roles
from consilience.desk.signed_links import link_key, opened_link, signed
from consilience.formats.metadata.model import Level
from consilience.store.access import (
    AccessRequest,
    Publication,
    PublishedFile,
    downloads,
    files_of,
    find_reader,
    publications,
    requests,
)
from consilience.store.accounts import find_account
from consilience.store.blobs import open_blob
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append

# How long the link to a file can be used, by a browser or by another program.
LINK: Final = dt.timedelta(hours=1)
# Who takes an open file is not asked and not kept.
ANYBODY: Final = "anybody"


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
class Wanted:
    """A file that somebody wants.

    Attributes:
        record: identifier of the record.
        file: its id in the record.
        version: an older version, for curators; None for the newest.
        request: number of the approval, and so the project, for which it is taken; one that does
            not cover the file is passed over.
    """

    record: str
    file: str
    version: int | None = None
    request: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file that may go out now.

    Attributes:
        file: what it is.
        place: where its bytes lie.
        actor: to whom, for the log: an account, or `anybody`.
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
    wanted: Wanted,
    *,
    person: Person | None,
    terms: str,
    at: dt.datetime,
) -> Given:
    """Return a file for whoever asks, if the level of the file lets it go out.

    Args:
        engine: the database of the catalogue.
        folder: of the catalogue.
        wanted: which file.
        person: who asks.
        terms: version of the terms that hold now.
        at: the time now.

    Raises:
        Fault: WEB-025 if there is no such file to be known of, WEB-067 if the study is withdrawn,
            and those of `access_rights.refusal`; STO-100 if its bytes are gone.
    """
    with snapshot(engine) as connection:
        asking = asking_of(connection, person, terms=terms)
        found = _file(connection, wanted, asking=asking)
    fault = refusal(found, asking, at=at)
    if fault is not None:
        raise fault
    return Given(
        file=found,
        place=open_blob(folder, found.sha256, size=found.size, path=found.path),
        actor=person.id if person and found.level is not Level.OPEN else ANYBODY,
        request=_under(found, asking, at=at, wanted=wanted.request),
        way="page",
    )


def file_link(engine: Engine, folder: Path, given: Given, *, at: dt.datetime) -> str:
    """Return a token that stands for a file that somebody may have, for an hour.

    It opens the file for programs that cannot sign in, and only as long as the reader may have it.

    Raises:
        Fault: WEB-027 for an open file, which needs none.
    """
    if given.file.level is Level.OPEN:
        raise Fault("WEB-027", why="an open file needs no address of its own")
    content = {
        "record": given.file.record,
        "file": given.file.file,
        "sha256": given.file.sha256,
        "account": given.actor,
        "request": given.request,
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
        wanted = Wanted(record=content["record"], file=content["file"], request=content["request"])
        given = give(engine, folder, wanted, person=person, terms=terms, at=at)
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
        "path": given.file.path,
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


def download_lines(
    engine: Engine, *, account: str | None = None, most: int = 200
) -> list[Mapping[str, object]]:
    """Return who took what, newest first, as plain values with the title of each study."""
    with snapshot(engine) as connection:
        found = downloads(connection, account=account, most=most)
        titles = {
            record: next((each.title for each in publications(connection, record)), record)
            for record in {str(each["record"]) for each in found}
        }
    return [{**each, "title": titles[str(each["record"])]} for each in found]


def _shown(kept: list[Publication], *, version: int | None, asking: Asking) -> Publication | None:
    """Return the version somebody may look at: the newest; another only for curators."""
    if not kept or version in (None, kept[0].version):
        return kept[0] if kept else None
    if not asking.is_curator:
        return None
    return next((each for each in kept if each.version == version), None)


def _line(file: PublishedFile, asking: Asking, *, at: dt.datetime) -> FileLine:
    fault = refusal(file, asking, at=at)
    needed = file.level is Level.CONTROLLED and not asking.is_curator
    projects = approvals(asking.requests, file, at=at) if needed and fault is None else ()
    return FileLine(file=file, fault=fault, projects=projects)


def _file(connection: Connection, wanted: Wanted, *, asking: Asking) -> PublishedFile:
    kept = publications(connection, wanted.record)
    shown = _shown(kept, version=wanted.version, asking=asking)
    if shown is None:
        raise Fault("WEB-025")
    if shown.withdrawn and not asking.is_curator:
        raise withdrawn_fault(shown.withdrawn, shown.reason)
    for each in files_of(connection, wanted.record, shown.version):
        if each.file == wanted.file:
            return each
    raise Fault("WEB-025")


def withdrawn_fault(when: str, reason: str) -> Fault:
    """Return the fault that stands where a study was."""
    day = dt.datetime.fromisoformat(when)
    return Fault("WEB-067", day=f"{day.day} {day:%B %Y}", reason=reason)


def _under(file: PublishedFile, asking: Asking, *, at: dt.datetime, wanted: int) -> int:
    if file.level is not Level.CONTROLLED or asking.is_curator:
        return 0
    held = [each.id for each in approvals(asking.requests, file, at=at)]
    return wanted if wanted in held else next(iter(held), 0)
