"""Put a package into a catalogue, and take a study out again so that its page stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.deposit.access_list import NAME as ACCESS
from consilience.deposit.access_list import AccessLine, read_access
from consilience.deposit.bag import PAYLOAD, check_bag
from consilience.deposit.data_sets_file import NAME as DATA_SETS
from consilience.deposit.data_sets_file import read_data_sets
from consilience.deposit.model import DataSet, Part
from consilience.deposit.names import file_id
from consilience.desk.catalogue import Catalogue, change_records, record_of, remove_record
from consilience.desk.catalogue_entries import entry_of
from consilience.desk.minting import with_doi
from consilience.desk.study_page import page_address
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.identifiers import is_doi
from consilience.formats.metadata.model import Level, Record, Text
from consilience.store.access import (
    Publication,
    PublishedFile,
    add_publication,
    publications,
    withdraw_publications,
)
from consilience.store.blobs import keep_blob
from consilience.store.database import snapshot, transaction
from consilience.store.doi_registry import minted
from consilience.store.ledger import append

RECORD: Final = "metadata/ddi25.xml"
RELEASE: Final = "release.json"
_MANIFEST: Final = "manifest-sha256.txt"
_OURS: Final = "Bag-Software-Agent: consilience"
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing came to.

    Attributes:
        record: identifier of the record.
        version: number of the version.
        new: whether the version is new; False if exactly this package was published last.
        title: of the study.
        files: how many files of each level.
        address: of its page.
    """

    record: str
    version: int
    new: bool
    title: str
    files: Mapping[str, int]
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Release:
    """Who prepared a package and who released it; empty for a bag of another program."""

    prepared_by: str = ""
    released_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bag:
    """A bag that was checked, and what lies in it."""

    folder: Path
    digest: str
    release: _Release
    record: Record
    lines: tuple[AccessLine, ...]
    data_sets: tuple[DataSet, ...]

    def sha256(self, path: str) -> str:
        """Return the hash of a file of the payload."""
        with (self.folder / PAYLOAD / path).open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()


def publish_bag(
    catalogue: Catalogue,
    folder: Path,
    *,
    clock: Callable[[], dt.datetime],
    actor: str,
    identifier: str | None = None,
) -> Published:
    """Publish a package as a new version of its study; the same package again changes nothing.

    Files are kept first, then the record, then the version that lets files go out: a machine that
    stops between leaves nothing that can be had and is not whole.

    Args:
        catalogue: the catalogue.
        folder: the bag.
        clock: gives the time now.
        actor: who publishes, for the ledger.
        identifier: name of the record in the catalogue; None takes the one that its DDI gives.

    Raises:
        Fault: CAT-042 if it has no record, CAT-043 if it was not released by a second person,
            CAT-044 if what it says of its files is not so, CAT-045 for its data sets, DEP-046 for
            its access list, FMT-300 to FMT-306 for its record, STO-002 or STO-009 if it cannot
            be written.
        Faults: DEP-043 for each file that is missing, changed or too many.
    """
    bag = _checked(folder)
    name = identifier or record_name(bag.record, catalogue)
    with snapshot(catalogue.engine) as connection:
        kept = publications(connection, name)
    title = next((each.value for each in bag.record.titles), name)
    new = not (kept and kept[0].digest == bag.digest and not kept[0].withdrawn)
    version = (kept[0].version if kept else 0) + new
    files = tuple(_files(bag, name, version))
    if new:
        for line in bag.lines:
            keep_blob(catalogue.folder, bag.folder / PAYLOAD / line.path, sha256=line.sha256)
        keep_blob(catalogue.folder, bag.folder / PAYLOAD / RECORD, sha256=bag.sha256(RECORD))
    _keep_record(catalogue, bag, name, clock=clock, actor=actor)
    if new:
        _keep_version(catalogue, bag, files, title=title, clock=clock, actor=actor,
                      named=(name, version))  # fmt: skip
    return Published(
        record=name,
        version=version,
        new=new,
        title=title,
        files=Counter(file.level.value for file in files),
        address=page_address(name, catalogue.settings),
    )


def withdraw_study(
    catalogue: Catalogue,
    identifier: str,
    *,
    reason: str,
    clock: Callable[[], dt.datetime],
    actor: str,
) -> None:
    """Take a study out: files can no longer be had, a page says why, harvesters are told.

    Args:
        catalogue: the catalogue.
        identifier: name of the record.
        reason: why, as the page says it.
        clock: gives the time now.
        actor: who, for the ledger.

    Raises:
        Fault: STO-080 if there is no such record or it is withdrawn already, WEB-031 without a
            reason.
    """
    if not reason.strip():
        raise Fault("WEB-031", what="reason")
    there = record_of(catalogue.engine, identifier)
    if there.record is None:
        raise Fault("STO-080", identifier=identifier)
    at = clock()
    # Files first: what is withdrawn may not go out while harvesters are being told.
    with transaction(catalogue.engine) as connection:
        written = at.astimezone(dt.UTC).strftime(_FORM)
        known = withdraw_publications(connection, identifier, at=written, reason=reason.strip())
        if not known:
            titles = there.record.titles
            add_publication(connection, _tombstone(identifier, titles, at=written, actor=actor,
                                                   reason=reason.strip()), ())  # fmt: skip
        append(connection, at=at, actor=actor, action="withdraw", subject=identifier,
               detail={"versions": known})  # fmt: skip
    remove_record(catalogue.engine, identifier, clock=clock, actor=actor, reason=reason.strip())


def _checked(folder: Path) -> _Bag:
    check_bag(folder)
    digest = hashlib.sha256(_manifest(folder).read_bytes()).hexdigest()
    if not (folder / PAYLOAD / RECORD).is_file():
        raise Fault("CAT-042", where=Where(file=str(folder)), folder=str(folder), path=RECORD)
    release = _released(folder, digest)
    record = read_ddi((folder / PAYLOAD / RECORD).read_bytes(), name=RECORD).record
    sets = folder / PAYLOAD / DATA_SETS
    return _Bag(
        folder=folder,
        digest=digest,
        release=release,
        record=record,
        lines=tuple(_lines(folder, record)),
        data_sets=read_data_sets(sets.read_bytes()) if sets.is_file() else (),
    )


def _manifest(folder: Path) -> Path:
    """Return the manifest by which a bag is known; other programs may write one of another kind."""
    ours = folder / _MANIFEST
    return ours if ours.is_file() else max(folder.glob("manifest-*.txt"))


def _released(folder: Path, digest: str) -> _Release:
    """Return who released a package: another person than prepared it, and these very bytes."""
    path = folder / RELEASE
    if not path.is_file():
        about = folder / "bag-info.txt"
        ours = about.is_file() and _OURS in about.read_text(encoding="utf-8", errors="replace")
        if ours or (folder / PAYLOAD / ACCESS).is_file():
            raise _unreleased(folder, f"there is no {RELEASE}")
        return _Release()
    try:
        said = json.loads(path.read_bytes())
        prepared, released = str(said["prepared_by"]), str(said["released_by"])
        known = str(said["digest"])
    except (ValueError, KeyError, TypeError) as error:
        raise _unreleased(folder, f"{RELEASE} cannot be read: {error}") from error
    if not prepared or not released or prepared.casefold() == released.casefold():
        raise _unreleased(folder, "one person prepared and released it")
    if known != digest:
        raise _unreleased(folder, "other bytes than these were released")
    return _Release(prepared_by=prepared, released_by=released)


def _unreleased(folder: Path, reason: str) -> Fault:
    where = Where(file=str(folder / RELEASE))
    return Fault("CAT-043", where=where, folder=str(folder), reason=reason)


def _lines(folder: Path, record: Record) -> Iterator[AccessLine]:
    """Yield who may have which file; of a bag of another program nobody without approval."""
    access = folder / PAYLOAD / ACCESS
    if not access.is_file():
        yield from _foreign_lines(folder / PAYLOAD, record)
        return
    for line in read_access(access.read_bytes()):
        path = folder / PAYLOAD / line.path
        inside = path.resolve().is_relative_to((folder / PAYLOAD).resolve())
        if not inside or not path.is_file():
            raise Fault("CAT-044", where=Where(file=ACCESS), path=line.path, reason="is not there")
        with path.open("rb") as handle:
            same = hashlib.file_digest(handle, "sha256").hexdigest() == line.sha256
        if not same or path.stat().st_size != line.size:
            raise Fault("CAT-044", where=Where(file=ACCESS), path=line.path, reason="is another")
        yield line


def _foreign_lines(payload: Path, record: Record) -> Iterator[AccessLine]:
    level = record.access.level or Level.CONTROLLED
    known = {file.name: file for file in record.files}
    for path in sorted(each for each in payload.rglob("*") if each.is_file()):
        name = path.relative_to(payload).as_posix()
        about = known.get(name)
        with path.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        yield AccessLine(
            path=name,
            data_set=about.data_set if about else "",
            part=Part.METADATA if name == RECORD else Part.DATA,
            level=(about and about.level) or level,
            licence=(about and about.licence) or record.access.licence,
            embargo=(about and about.embargo) or record.access.embargo,
            sha256=sha256,
            size=path.stat().st_size,
            media_type=(about and about.media_type) or "application/octet-stream",
            contents=about.contents if about else "",
            simulated=record.simulated,
        )


def _files(bag: _Bag, name: str, version: int) -> Iterator[PublishedFile]:
    """Yield files as they are published; one whose id the record does not give gets its own."""
    ids = {file.name: file.id for file in bag.record.files}
    taken: set[str] = set()
    for line in bag.lines:
        own = ids.get(line.path) or file_id(line.path)
        # A record may give one id twice, and two paths may differ in signs that no id has.
        own = own if own not in taken else f"{file_id(line.path)}-{len(taken)}"
        taken.add(own)
        yield PublishedFile(
            record=name,
            version=version,
            file=own,
            path=line.path,
            sha256=line.sha256,
            size=line.size,
            media_type=line.media_type,
            contents=line.contents,
            data_set=line.data_set,
            level=line.level,
            licence=line.licence,
            embargo=line.embargo,
        )


def _keep_version(
    catalogue: Catalogue,
    bag: _Bag,
    files: tuple[PublishedFile, ...],
    *,
    named: tuple[str, int],
    title: str,
    clock: Callable[[], dt.datetime],
    actor: str,
) -> None:
    at = clock()
    publication = Publication(
        record=named[0],
        version=named[1],
        at=at.astimezone(dt.UTC).strftime(_FORM),
        actor=actor,
        digest=bag.digest,
        prepared_by=bag.release.prepared_by,
        released_by=bag.release.released_by,
        title=title,
        record_xml=bag.sha256(RECORD),
        data_sets=bag.data_sets,
        simulated=bag.record.simulated or any(line.simulated for line in bag.lines),
    )
    with transaction(catalogue.engine) as connection:
        add_publication(connection, publication, files)
        detail = {"version": named[1], "digest": bag.digest, "files": len(files)}
        append(connection, at=at, actor=actor, action="publish", subject=named[0], detail=detail)


def record_name(record: Record, catalogue: Catalogue) -> str:
    """Return the name of a record in the catalogue, from the first identifier that is no DOI."""
    own = next((each.value for each in record.identifiers if not is_doi(each)), "")
    if not own:
        raise Fault("CAT-042", where=Where(file=RECORD), folder=RECORD, path="IDNo")
    return f"oai:{catalogue.settings.repository}:{own}"


def _keep_record(
    catalogue: Catalogue,
    bag: _Bag,
    name: str,
    *,
    clock: Callable[[], dt.datetime],
    actor: str,
) -> None:
    """Keep the record of the newest version, with the DOI that the study has by now."""
    with snapshot(catalogue.engine) as connection:
        doi = minted(connection, name)
    record = with_doi(bag.record, doi.doi) if doi and doi.state == "findable" else bag.record
    entry = entry_of(record, name, catalogue.settings)
    change_records(catalogue.engine, [entry], clock=clock, actor=actor)


def _tombstone(
    identifier: str, titles: tuple[Text, ...], *, at: str, actor: str, reason: str
) -> Publication:
    """Return what stays of a study whose files were never here."""
    return Publication(
        record=identifier, version=1, at=at, actor=actor, digest="", prepared_by="",
        released_by="", title=titles[0].value if titles else identifier, record_xml="",
        data_sets=(), simulated=False, withdrawn=at, reason=reason,
    )  # fmt: skip
