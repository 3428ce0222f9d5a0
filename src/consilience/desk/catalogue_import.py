"""Load files into a catalogue: many, in several processes, going on where it was stopped."""

from __future__ import annotations

import datetime as dt
import functools
import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from consilience.base.errors import Fault, Where
from consilience.desk.catalogue import (
    Catalogue,
    CatalogueSettings,
    Prepared,
    change_records,
    remove_record,
)
from consilience.desk.catalogue_entries import entry_of, set_names
from consilience.desk.catalogue_sources import ENDS, LINES, Found, records_of
from consilience.engine.tasks import each_piece
from consilience.formats.metadata.ddi_result import Envelope
from consilience.formats.metadata.identifiers import hashed_identifier
from consilience.formats.metadata.schemas import Schemas
from consilience.formats.oaipmh.model import Origin
from consilience.store.catalogue import prepare, record_by_identifier, sources
from consilience.store.database import snapshot

Progress = Callable[[int, int], None]

_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
_DDI: Final = "ddi:codebook:2_5"
# Sources that one process takes at a time, and records kept in one transaction.
_TOGETHER: Final = 50
_KEPT_AT_ONCE: Final = 1_000
# What may stand unquoted in an identifier behind `oai:...:`, by the guideline of its format.
_SAFE: Final = "-_.!~*'();/?:@&=+$,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one record, or the records of one answer, are read from.

    Attributes:
        path: the file.
        start: its first byte, for a line of a file.
        end: the byte after its last; None for a whole file.
        line: number of the line; None for a whole file.
        sha256: of these bytes.
    """

    path: Path
    start: int = 0
    end: int | None = None
    line: int | None = None
    sha256: str

    @property
    def where(self) -> Where:
        """Where it lies."""
        return Where(file=str(self.path), line=self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What came of one source: records to keep, names of deleted ones, what is wrong."""

    path: Path
    kept: tuple[Prepared, ...] = ()
    deleted: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What loading came to.

    Attributes:
        changed: records that are new or were changed.
        unchanged: records that were kept exactly so already.
        deleted: records taken out, as their repository says.
        passed_over: files, or lines of one, that were loaded before.
        faults: what is wrong, each with its file; of such a file nothing was kept, unless it is a
            warning.
    """

    changed: int
    unchanged: int
    deleted: int
    passed_over: int
    faults: tuple[Fault, ...]


def load_files(
    catalogue: Catalogue,
    paths: Iterable[Path],
    *,
    clock: Callable[[], dt.datetime],
    actor: str,
    schemas: Path | None = None,
    workers: int = 1,
    again: bool = False,
    progress: Progress = lambda *_: None,
) -> Loaded:
    """Load the records of files into a catalogue.

    All records of a file are kept in one transaction, or none if one cannot be; files with one
    record a line are taken line by line. A file that was loaded is passed over the next time, so
    that loading goes on where it was stopped.

    Args:
        catalogue: the catalogue.
        paths: files; of a folder all that can be loaded, however deep.
        clock: gives the time now.
        actor: who, for the ledger.
        schemas: folder of the official schemas, by which every form is checked; None without.
        workers: most processes; the results are the same.
        again: whether to read what was loaded before too, such as by an older version of this
            program.
        progress: told how many sources are done, and how many there are.

    Raises:
        Fault: CAT-030 for a path that is not there, STO-002 if the disk is full; what was kept
            until then stays.
    """
    with snapshot(catalogue.engine) as connection:
        known = frozenset() if again else sources(connection)
    wanted = [each for path in paths for each in _sources_in(path)]
    new = [each for each in wanted if each.sha256 not in known]
    pieces = [new[start : start + _TOGETHER] for start in range(0, len(new), _TOGETHER)]
    read = functools.partial(_read_piece, settings=catalogue.settings, schemas=schemas)
    tally = _Tally(catalogue, clock=clock, actor=actor)
    for number, done in enumerate(each_piece(read, pieces, workers=workers), start=1):
        for each in done:
            tally.take(each)
        progress(min(number * _TOGETHER, len(new)), len(new))
    tally.keep()
    return Loaded(
        changed=tally.changed,
        unchanged=tally.unchanged,
        deleted=tally.deleted,
        passed_over=len(wanted) - len(new),
        faults=tuple(tally.faults),
    )


class _Tally:
    """Keeps what was read, some hundred records in a transaction, and counts."""

    def __init__(
        self, catalogue: Catalogue, *, clock: Callable[[], dt.datetime], actor: str
    ) -> None:
        self._catalogue, self._clock, self._actor = catalogue, clock, actor
        self._waiting: list[Prepared] = []
        self._names: dict[str, str] = {}
        self._seen: dict[str, Path] = {}
        self.changed = self.unchanged = self.deleted = 0
        self.faults: list[Fault] = []

    def take(self, read: _Read) -> None:
        """Take what came of one source; its records are kept together."""
        self.faults += read.faults
        for each in read.kept:
            first = self._seen.setdefault(each.identifier, read.path)
            if first != read.path:
                self.faults.append(_twice(each.identifier, first, read.path))
        self._waiting += read.kept
        self._names |= read.names
        if len(self._waiting) >= _KEPT_AT_ONCE or read.deleted:
            self.keep()
        for identifier in read.deleted:
            self._remove(identifier)

    def keep(self) -> None:
        """Keep what waits."""
        if not self._waiting:
            return
        changed = change_records(
            self._catalogue.engine,
            self._waiting,
            clock=self._clock,
            actor=self._actor,
            detail={"read": len(self._waiting)},
            names=self._names,
        )
        self.changed += len(changed)
        self.unchanged += len(self._waiting) - len(changed)
        self._waiting, self._names = [], {}

    def _remove(self, identifier: str) -> None:
        with snapshot(self._catalogue.engine) as connection:
            kept = record_by_identifier(connection, identifier)
        if kept is not None and not kept.deleted:
            remove_record(
                self._catalogue.engine,
                identifier,
                clock=self._clock,
                actor=self._actor,
                reason="deleted where it was harvested from",
            )
            self.deleted += 1


def _twice(identifier: str, first: Path, second: Path) -> Fault:
    where = Where(file=str(second))
    return Fault("CAT-032", where=where, identifier=identifier, path=second.name, first=first.name)


def _sources_in(path: Path) -> Iterator[Source]:
    """Yield the sources of a file or folder, in order of their names."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.suffix.lower() in ENDS and each.is_file():
                yield from _sources_in(each)
        return
    try:
        with path.open("rb") as handle:
            if path.suffix.lower() not in LINES:
                yield Source(path=path, sha256=hashlib.file_digest(handle, "sha256").hexdigest())
                return
            place = 0
            for number, line in enumerate(handle, start=1):
                if line.strip():
                    yield Source(
                        path=path,
                        start=place,
                        end=place + len(line),
                        line=number,
                        sha256=hashlib.sha256(line).hexdigest(),
                    )
                place += len(line)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        where = Where(file=str(path))
        raise Fault("CAT-030", where=where, path=str(path), reason=reason) from error


def _read_piece(
    piece: Sequence[Source], *, settings: CatalogueSettings, schemas: Path | None
) -> list[_Read]:
    """Read sources, in any process."""
    checks = _schemas(schemas)
    # Nothing made here lies in circles; to look for some takes a sixth of the time.
    gc.disable()
    try:
        return [_read(each, settings=settings, schemas=checks) for each in piece]
    finally:
        gc.enable()


@functools.cache
def _schemas(folder: Path | None) -> Schemas:
    """Return the schemas of a folder, loaded once in each process."""
    return Schemas(folder)


def _read(source: Source, *, settings: CatalogueSettings, schemas: Schemas) -> _Read:
    kept: list[Prepared] = []
    deleted: list[str] = []
    names: dict[str, str] = {}
    try:
        harvested = dt.datetime.fromtimestamp(source.path.stat().st_mtime, dt.UTC).strftime(_FORM)
        found = list(records_of(source.path, _bytes_of(source)))
        for each in found:
            alone = len(found) == 1 and source.line is None
            identifier = _identifier(each, settings, source=source, alone=alone)
            if each.record is None:
                deleted.append(identifier)
                continue
            entry = entry_of(
                each.record,
                identifier,
                settings,
                schemas=schemas,
                origin=_origin(each.envelope, settings, harvested=harvested),
                source=source.sha256,
            )
            if not any(title.value for title in each.record.titles):
                raise Fault("CAT-020", identifier=identifier)
            kept.append(prepare(entry))
            names |= set_names(each.record)
    except Fault as fault:
        return _Read(path=source.path, faults=(_placed(fault, source),))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _Read(
            path=source.path,
            faults=(Fault("CAT-030", where=source.where, path=source.path.name, reason=reason),),
        )
    if not found:
        none = Fault(
            "CAT-030", where=source.where, path=source.path.name, reason="it has no record"
        )
        return _Read(path=source.path, faults=(none,))
    return _Read(path=source.path, kept=tuple(kept), deleted=tuple(deleted), names=names)


def _bytes_of(source: Source) -> bytes | None:
    if source.end is None:
        return None
    with source.path.open("rb") as handle:
        handle.seek(source.start)
        return handle.read(source.end - source.start)


def _placed(fault: Fault, source: Source) -> Fault:
    """Return a fault with the whole path of its file, and its line there."""
    line = source.line or fault.where.line
    return Fault(fault.code, where=Where(file=str(source.path), line=line), **fault.values)


def _identifier(found: Found, settings: CatalogueSettings, *, source: Source, alone: bool) -> str:
    """Return the name of a record in the catalogue.

    What was harvested elsewhere is named by the hash of where, as aggregators do; our own keep
    their names.
    """
    envelope = found.envelope
    if envelope is not None and envelope.identifier:
        if envelope.base_url and envelope.base_url != settings.oai_url:
            return hashed_identifier(envelope.base_url, envelope.identifier)
        if envelope.identifier.startswith("oai:"):
            return quote(envelope.identifier, safe=_SAFE)
        return _own(envelope.identifier, settings)
    names = found.record.identifiers if found.record else ()
    name = next((each.value for each in names if each.value), "")
    if not name and not alone:
        raise Fault("CAT-031", where=source.where, path=source.path.name)
    return _own(name or source.path.stem, settings)


def _own(name: str, settings: CatalogueSettings) -> str:
    return f"oai:{settings.repository}:{quote(name, safe=_SAFE)}"


def _origin(
    envelope: Envelope | None, settings: CatalogueSettings, *, harvested: str
) -> Origin | None:
    if envelope is None or not envelope.base_url or envelope.base_url == settings.oai_url:
        return None
    return Origin(
        base_url=envelope.base_url,
        identifier=envelope.identifier,
        datestamp=envelope.datestamp,
        namespace=_DDI,
        harvested=harvested,
    )
