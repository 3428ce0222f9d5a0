"""A catalogue: a folder with settings and records, made, opened, changed and looked through."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults, Where
from consilience.design.positions import NOWHERE, Positions
from consilience.design.yaml_file import read_yaml
from consilience.store.catalogue import (
    Entry,
    Kept,
    Prepared,
    count_records,
    delete_record,
    form_of,
    make_key,
    name_sets,
    prepare,
    record_by_identifier,
    restamp,
    save_records,
)
from consilience.store.catalogue_search import (
    FACETS,
    Count,
    RecordHit,
    RecordsFound,
    search_records,
)
from consilience.store.database import HIDDEN, NAME, open_database, snapshot, transaction
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.query import read_query

__all__ = [
    "FACETS", "Catalogue", "CatalogueSettings", "Count", "Entry", "Kept", "Prepared",
    "RecordHit", "RecordsFound", "change_records", "checked_settings", "find_records",
    "form_of_record", "is_paused", "make_catalogue", "opened_catalogue", "pause",
    "read_settings", "record_of", "remove_record", "resume", "sizes",
]  # fmt: skip

FILE: Final = "catalogue.yaml"
_PAUSED: Final = "paused"
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
_Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\n\r]+$")]


class CatalogueSettings(BaseModel):
    """What `catalogue.yaml` says.

    Attributes:
        name: what the catalogue is called.
        base_url: address of its site, without a slash at the end; harvesters use `/oai` there.
        admin_email: whom harvesters write to.
        repository: its name on the network, such as `data.example.org`; identifiers of records
            begin with `oai:` and it.
        publisher: who answers for the records.
        contact: whom readers ask.
        languages: languages of its records, as in xml:lang.
        terms: version of the terms that readers accept.
        harvests_per_minute: requests of one harvester that are answered in a minute.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: _Line
    base_url: Annotated[
        str, Field(pattern=r"^https?://[^\s/?#@\"<>]+(/[^\s?#\"<>]*[^\s?#/\"<>])?$")
    ]
    admin_email: Annotated[str, Field(pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$")]
    repository: Annotated[
        str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9\-]*(\.[a-zA-Z][a-zA-Z0-9\-]*)+$")
    ]
    publisher: _Line
    contact: str = ""
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")], ...] = ("en",)
    terms: _Line = "1"
    harvests_per_minute: Annotated[int, Field(ge=1)] = 1_200

    @property
    def oai_url(self) -> str:
        """Return the address at which the catalogue is harvested."""
        return f"{self.base_url}/oai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """An open catalogue.

    Attributes:
        folder: where it lies.
        settings: what its file says.
        engine: its database, of the schema that studies have too.
    """

    folder: Path
    settings: CatalogueSettings
    engine: Engine


def make_catalogue(folder: Path, settings: CatalogueSettings) -> tuple[Path, ...]:
    """Make a catalogue in a new folder: its settings and an empty database.

    Raises:
        Fault: CAT-002 if the folder holds something, STO-009 if it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        example = folder.name if not folder.is_dir() else next(iter(folder.iterdir())).name
        raise Fault("CAT-002", folder=str(folder), example=example)
    path = folder / FILE
    write_whole(path, _written(settings).encode())
    with opened_catalogue(folder):
        return (path, folder / HIDDEN / NAME)


def _written(settings: CatalogueSettings) -> str:
    """Return settings as a commented YAML file; a text in quotes is the same in JSON and YAML."""
    lines = ["# The settings of a catalogue; read when a command or the server starts."]
    for key, value in settings.model_dump(mode="json").items():
        lines += [f"{key}: {json.dumps(value, ensure_ascii=False)}"]
    return "\n".join([*lines, ""])


def read_settings(folder: Path) -> CatalogueSettings:
    """Return what the settings of a catalogue say.

    Raises:
        Fault: CAT-001 if there is no catalogue.
        Faults: all that is wrong in the file: DES-002 to DES-028 for how it is written, CAT-003
            for a value and CAT-004 for a key that does not fit.
    """
    path = folder / FILE
    if not path.is_file():
        raise Fault("CAT-001", where=Where(file=str(folder)), folder=str(folder))
    document, faults = read_yaml(path, name=FILE, first_key="name: My archive")
    if document is None or faults:
        raise Faults(faults)
    return _settings(document.data, document.positions)


def checked_settings(**given: object) -> CatalogueSettings:
    """Return settings that were given one by one.

    Raises:
        Faults: CAT-003 and CAT-004, all that is wrong with them.
    """
    return _settings(given, NOWHERE)


def _settings(given: Mapping[str, object], positions: Positions) -> CatalogueSettings:
    try:
        # Through JSON, which has lists and no tuples, so that nothing is taken for another kind.
        return CatalogueSettings.model_validate_json(json.dumps(given))
    except ValidationError as error:
        found = []
        for each in error.errors(include_url=False):
            where = positions.of(tuple(each["loc"]))
            found.append(_misfit(str(each["loc"][0]), each, where))
        raise Faults(found) from None


def _misfit(key: str, error: Mapping[str, Any], where: Where) -> Fault:
    if error["type"] == "extra_forbidden":
        return Fault("CAT-004", where=where, key=key, known=", ".join(_EXAMPLES))
    problem = "is missing" if error["type"] == "missing" else f"cannot be {error['input']!r}"
    return Fault(
        "CAT-003", where=where, key=key, problem=problem, example=f"`{key}: {_EXAMPLES[key]}`"
    )


_EXAMPLES: Final[Mapping[str, str]] = {
    "name": "Archive of Social Studies",
    "base_url": "https://data.example.org",
    "admin_email": "archive@example.org",
    "repository": "data.example.org",
    "publisher": "Archive of Social Studies",
    "contact": "help@example.org",
    "languages": "[en]",
    "terms": '"2026-01"',
    "harvests_per_minute": "1200",
}


@contextlib.contextmanager
def opened_catalogue(folder: Path) -> Iterator[Catalogue]:
    """Open a catalogue, making its database if it has none.

    Raises:
        Fault: CAT-001 if there is no catalogue, STO-002 or STO-009 if it cannot be written.
        Faults: all that is wrong with its settings.
    """
    settings = read_settings(folder)
    (folder / HIDDEN).mkdir(parents=True, exist_ok=True)
    engine = open_database(folder / HIDDEN / NAME)
    try:
        with transaction(engine) as connection:
            make_key(connection)
        yield Catalogue(folder=folder, settings=settings, engine=engine)
    finally:
        engine.dispose()


def change_records(
    engine: Engine,
    entries: Sequence[Entry | Prepared],
    *,
    clock: Callable[[], dt.datetime],
    actor: str,
    detail: Mapping[str, object] | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[int, ...]:
    """Keep records in one transaction, with one line in the ledger.

    Args:
        engine: the database of the catalogue.
        entries: what to keep; a record that is kept exactly so already is passed over.
        clock: gives the time now; asked within the transaction and once more after it.
        actor: who, for the ledger.
        detail: what the ledger says of it besides, such as the file they came from.
        names: what sets are called.

    Returns:
        Numbers of the records that are new or changed.

    Raises:
        Fault: CAT-020 for a record without title, STO-081 or STO-082 for a name that cannot be
            one; nothing is kept then.
    """
    prepared = [each if isinstance(each, Prepared) else prepare(each) for each in entries]
    for each in prepared:
        if not each.indexed.title:
            raise Fault("CAT-020", identifier=each.identifier)
    with transaction(engine) as connection:
        at = clock()
        numbers = save_records(connection, prepared, datestamp=_second(at))
        name_sets(connection, names or {})
        if numbers:
            told = {"changed": len(numbers), **(detail or {})}
            subject = entries[0].identifier if len(entries) == 1 else "records"
            append(connection, at=at, actor=actor, action="records", subject=subject, detail=told)
    _settle(engine, numbers, stamped=_second(at), clock=clock)
    return numbers


def remove_record(
    engine: Engine,
    identifier: str,
    *,
    clock: Callable[[], dt.datetime],
    actor: str,
    reason: str = "",
) -> int:
    """Take a record out; harvesters are told of it for ever.

    Returns:
        Its number.

    Raises:
        Fault: STO-080 if there is none of that name.
    """
    with transaction(engine) as connection:
        at = clock()
        number = delete_record(connection, identifier, datestamp=_second(at))
        append(
            connection,
            at=at,
            actor=actor,
            action="record-removed",
            subject=identifier,
            detail={"reason": reason},
        )
    _settle(engine, [number], stamped=_second(at), clock=clock)
    return number


def _settle(
    engine: Engine, numbers: Sequence[int], *, stamped: str, clock: Callable[[], dt.datetime]
) -> None:
    """Let datestamps be of the second in which the change could first be seen, never earlier.

    A harvester that looked just before the change was committed asks next from that second on; a
    datestamp of the second before, when the change began, would hide it for ever.
    """
    while numbers and (now := _second(clock())) != stamped:
        with transaction(engine) as connection:
            restamp(connection, numbers, stamped=stamped, datestamp=now)
        stamped = now


def _second(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(_FORM)


def record_of(engine: Engine, identifier: str) -> Kept:
    """Return a record by its name, deleted ones too.

    Raises:
        Fault: STO-080 if there never was one.
    """
    with snapshot(engine) as connection:
        kept = record_by_identifier(connection, identifier)
    if kept is None:
        raise Fault("STO-080", identifier=identifier)
    return kept


def form_of_record(engine: Engine, number: int, prefix: str) -> bytes | None:
    """Return the XML of a record under a metadata prefix, None if it has none."""
    with snapshot(engine) as connection:
        return form_of(connection, number, prefix)


def find_records(
    engine: Engine,
    typed: str,
    *,
    chosen: Mapping[str, Sequence[str]] | None = None,
    limit: int = 20,
    offset: int = 0,
) -> RecordsFound:
    """Return the records in which words stand and which have the chosen values of facets.

    Args:
        engine: the database of the catalogue.
        typed: what to find, see `store.query.read_query`; empty for all, the newest first.
        chosen: for each facet the values of which a record must have one.
        limit: length of a page.
        offset: records before it.

    Raises:
        Fault: CAT-022 for a facet that there is not, STO-070 to STO-075 if what was typed cannot
            be understood.
    """
    for facet in chosen or {}:
        if facet not in FACETS:
            raise Fault("CAT-022", facet=facet, known=", ".join(FACETS))
    query = read_query(typed) if typed.strip() else None
    with snapshot(engine) as connection:
        return search_records(connection, query, chosen=chosen or {}, limit=limit, offset=offset)


def sizes(engine: Engine) -> tuple[int, int]:
    """Return how many records a catalogue has, and how many were deleted."""
    with snapshot(engine) as connection:
        return count_records(connection)


def pause(folder: Path) -> None:
    """Let harvesters wait: they are told to come back later, until `resume`."""
    write_whole(folder / HIDDEN / _PAUSED, b"")


def resume(folder: Path) -> None:
    """Answer harvesters again."""
    (folder / HIDDEN / _PAUSED).unlink(missing_ok=True)


def is_paused(folder: Path) -> bool:
    """Return whether harvesters are to wait."""
    return (folder / HIDDEN / _PAUSED).exists()
