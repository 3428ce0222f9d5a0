"""Keep publications and their files, readers, what they asked for, and who took what."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from consilience.deposit.model import DataSet, Withheld
from consilience.formats.metadata.model import Level
from consilience.store.access_tables import (
    ACCESS_REQUEST,
    PUBLICATION,
    PUBLISHED_FILE,
    READER,
)
from consilience.store.account_tables import ACCOUNT
from consilience.store.tables import LEDGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One version of a study as it was published.

    Attributes:
        record: identifier of the record in the catalogue.
        version: from 1; the highest that is not withdrawn is what readers see.
        at: when it was published, UTC.
        actor: who published it.
        digest: SHA-256 of the bag's manifest.
        prepared_by: who prepared the package; empty for a bag of another program.
        released_by: who released it, another person; empty for a bag of another program.
        title: of the study, for the page that stays when it is withdrawn.
        record_xml: SHA-256 of the DDI record as it lay in the bag.
        data_sets: its data sets.
        simulated: whether a program made the data.
        withdrawn: when it was withdrawn, UTC; empty while it is not.
        reason: why it was withdrawn.
    """

    record: str
    version: int
    at: str
    actor: str
    digest: str
    prepared_by: str
    released_by: str
    title: str
    record_xml: str
    data_sets: tuple[DataSet, ...]
    simulated: bool
    withdrawn: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One file of a version.

    Attributes:
        record: identifier of the record.
        version: version of the publication.
        file: its id in the record.
        path: its place in the package, as shown; never opened.
        sha256: of its bytes, under which they lie.
        size: bytes.
        media_type: such as `text/csv`.
        contents: what it holds.
        data_set: id of its data set; empty for what is about the whole.
        level: who may have it.
        licence: under which licence.
        embargo: the day from which it may be had; None if at once.
    """

    record: str
    version: int
    file: str
    path: str
    sha256: str
    size: int
    media_type: str
    contents: str
    data_set: str
    level: Level
    licence: str
    embargo: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who registered.

    Attributes:
        account: id of the account.
        email: the address, lower case.
        confirmed: when the address was confirmed, UTC; empty if not yet.
        terms: version of the terms accepted last; empty if none.
        terms_at: when; empty if never.
    """

    account: str
    email: str
    confirmed: str = ""
    terms: str = ""
    terms_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """What a reader asked for, and what became of it.

    Attributes:
        id: number of the request.
        account: id of the reader.
        record: identifier of the record.
        data_set: the data set asked for; empty with `file` empty for all.
        file: the file asked for.
        project: title of the project for which it is asked.
        purpose: what it is wanted for.
        asked: when, UTC.
        state: `asked`, `approved`, `refused` or `withdrawn`.
        decided: when it was decided last; empty if never.
        decided_by: account that decided.
        reason: why.
        until: the last day of an approval; None if it has no end.
    """

    id: int
    account: str
    record: str
    data_set: str
    file: str
    project: str
    purpose: str
    asked: str
    state: str = "asked"
    decided: str = ""
    decided_by: str = ""
    reason: str = ""
    until: dt.date | None = None

    def covers(self, file: PublishedFile) -> bool:
        """Return whether this request is about a file."""
        if self.record != file.record:
            return False
        return (not self.file or self.file == file.file) and (
            not self.data_set or self.data_set == file.data_set
        )


def add_publication(
    connection: Connection, publication: Publication, files: tuple[PublishedFile, ...]
) -> None:
    """Keep a new version with its files; older versions stay."""
    row = asdict(publication)
    row["data_sets"] = json.dumps([_data_set_row(each) for each in publication.data_sets])
    connection.execute(insert(PUBLICATION).values(row))
    if files:
        connection.execute(insert(PUBLISHED_FILE), [asdict(file) for file in files])


def publications(connection: Connection, record: str) -> list[Publication]:
    """Return all versions of a record, newest first."""
    query = (
        select(PUBLICATION)
        .where(PUBLICATION.c.record == record)
        .order_by(PUBLICATION.c.version.desc())
    )
    return [_publication(row) for row in connection.execute(query).mappings()]


def withdraw_publications(connection: Connection, record: str, *, at: str, reason: str) -> int:
    """Mark every version of a record as withdrawn; return how many there were."""
    wanted = (PUBLICATION.c.record == record) & (PUBLICATION.c.withdrawn == "")
    done = connection.execute(update(PUBLICATION).where(wanted).values(withdrawn=at, reason=reason))
    return done.rowcount


def files_of(connection: Connection, record: str, version: int) -> list[PublishedFile]:
    """Return the files of a version by path."""
    query = (
        select(PUBLISHED_FILE)
        .where(PUBLISHED_FILE.c.record == record, PUBLISHED_FILE.c.version == version)
        .order_by(PUBLISHED_FILE.c.path)
    )
    return [_file(row) for row in connection.execute(query).mappings()]


def simulated_of(connection: Connection, records: Sequence[str]) -> frozenset[str]:
    """Return which of these records were published with data that a program made."""
    query = select(PUBLICATION.c.record).where(
        PUBLICATION.c.record.in_(records), PUBLICATION.c.simulated
    )
    return frozenset(connection.execute(query).scalars())


def add_reader(connection: Connection, reader: Reader) -> None:
    """Keep a new reader, whose account is there."""
    connection.execute(insert(READER).values(asdict(reader)))


def save_reader(connection: Connection, reader: Reader) -> None:
    """Keep a reader as it is now."""
    connection.execute(
        update(READER).where(READER.c.account == reader.account).values(asdict(reader))
    )


def find_reader(
    connection: Connection, *, email: str | None = None, account: str | None = None
) -> Reader | None:
    """Return the reader with this address, or with this account."""
    wanted = READER.c.account == account if email is None else READER.c.email == email
    row = connection.execute(select(READER).where(wanted)).mappings().first()
    return Reader(**row) if row else None


def readers(connection: Connection) -> list[tuple[Reader, str, bool]]:
    """Return every reader with the name and whether the account is open, newest first."""
    query = (
        select(READER, ACCOUNT.c.name, ACCOUNT.c.active)
        .join(ACCOUNT, ACCOUNT.c.id == READER.c.account)
        .order_by(ACCOUNT.c.created.desc(), READER.c.account)
    )
    names = [field.name for field in fields(Reader)]
    return [
        (Reader(**{name: row[name] for name in names}), row["name"], row["active"])
        for row in connection.execute(query).mappings()
    ]


def sweep_readers(connection: Connection, *, before: str) -> int:
    """Forget who registered before a time and never confirmed the address; return how many."""
    stale = (
        select(READER.c.account)
        .join(ACCOUNT, ACCOUNT.c.id == READER.c.account)
        .where(READER.c.confirmed == "", ACCOUNT.c.created < before)
    )
    gone = [row.account for row in connection.execute(stale)]
    connection.execute(delete(ACCOUNT).where(ACCOUNT.c.id.in_(gone)))
    return len(gone)


def add_request(connection: Connection, request: AccessRequest) -> int:
    """Keep a new request; return its number, whatever number it came with."""
    row = asdict(request)
    del row["id"]
    made = connection.execute(insert(ACCESS_REQUEST).values(row)).inserted_primary_key
    return int(made[0]) if made else 0


def save_request(connection: Connection, request: AccessRequest) -> None:
    """Keep a request as it is now."""
    connection.execute(
        update(ACCESS_REQUEST).where(ACCESS_REQUEST.c.id == request.id).values(asdict(request))
    )


def find_request(connection: Connection, number: int) -> AccessRequest | None:
    """Return the request of this number."""
    query = select(ACCESS_REQUEST).where(ACCESS_REQUEST.c.id == number)
    row = connection.execute(query).mappings().first()
    return AccessRequest(**row) if row else None


def requests(
    connection: Connection, *, account: str | None = None, record: str | None = None
) -> list[AccessRequest]:
    """Return requests, of one reader or record or all, newest first."""
    query = select(ACCESS_REQUEST).order_by(ACCESS_REQUEST.c.id.desc())
    if account is not None:
        query = query.where(ACCESS_REQUEST.c.account == account)
    if record is not None:
        query = query.where(ACCESS_REQUEST.c.record == record)
    return [AccessRequest(**row) for row in connection.execute(query).mappings()]


def downloads(
    connection: Connection, *, account: str | None = None, most: int = 200
) -> list[Mapping[str, object]]:
    """Return who took what from the ledger, newest first, as plain values."""
    query = select(LEDGER).where(LEDGER.c.action == "download").order_by(LEDGER.c.line.desc())
    if account is not None:
        query = query.where(LEDGER.c.actor == account)
    return [
        {"part": "", "request": 0, "at": row.at, "actor": row.actor, "record": row.subject}
        | json.loads(row.detail)
        for row in connection.execute(query.limit(most))
    ]


def _publication(row: RowMapping) -> Publication:
    sets = tuple(_data_set(each) for each in json.loads(str(row["data_sets"])))
    return Publication(**{**row, "data_sets": sets})


def _file(row: RowMapping) -> PublishedFile:
    return PublishedFile(**{**row, "level": Level(row["level"])})


def _data_set_row(data_set: DataSet) -> dict[str, object]:
    return {**asdict(data_set), "embargo": data_set.embargo and data_set.embargo.isoformat()}


def _data_set(row: Mapping[str, Any]) -> DataSet:
    withheld = tuple(Withheld(**each) for each in row["withheld"])
    embargo = dt.date.fromisoformat(str(row["embargo"])) if row["embargo"] else None
    level = Level(row["level"])
    return DataSet(**{**row, "withheld": withheld, "embargo": embargo, "level": level})
