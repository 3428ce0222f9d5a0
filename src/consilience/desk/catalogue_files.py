"""Files with catalogue records: what they say, whether they pass, and in which other form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.base.settings import load_settings
from consilience.formats.metadata.ddi_read import records_in
from consilience.formats.metadata.ddi_result import Harvested
from consilience.formats.metadata.forms import FORMS, records_of, write_form
from consilience.formats.metadata.landing import (
    Landing,
    landing,
    landing_json,
    metadata_address,
)
from consilience.formats.metadata.model import Record
from consilience.formats.metadata.profile import Gate, Profile, profile_for
from consilience.formats.metadata.profile_check import Report, check_profile
from consilience.formats.metadata.profile_read import read_profile
from consilience.formats.metadata.schemas import KINDS, Kind, Schemas
from consilience.formats.metadata.xml_safe import parse_xml
from consilience.formats.opening import read_bytes
from consilience.store.files import write_whole

__all__ = [
    "FORMS",
    "KINDS",
    "Checked",
    "Gate",
    "Kind",
    "Landing",
    "check_file",
    "convert_file",
    "landing_json",
    "landings",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking one file.

    Attributes:
        file: its path.
        records: how many records are in it; deleted ones of an answer count not.
        reader: what is wrong with the file, by the reader; nothing of it hinders reading.
        schema: what the official schema finds wrong; a warning where it was not applied.
        reports: what came of the profile, one a record.
        gate: the gate that was asked for.
    """

    file: Path
    records: int
    reader: tuple[Fault, ...]
    schema: tuple[Fault, ...]
    reports: tuple[Report, ...]
    gate: Gate

    @property
    def passes(self) -> bool:
        """Whether all records pass the gate."""
        return all(each.passes(self.gate) for each in self.reports)

    @property
    def valid(self) -> bool | None:
        """Whether the file is valid by the official schema; None where that was not applied."""
        return None if any(each.is_warning for each in self.schema) else not self.schema


def landings(path: Path, *, base_url: str = "") -> tuple[Landing, ...]:
    """Return the landing page of each record of a file.

    Args:
        path: the file, in any form that is read here.
        base_url: address of the OAI-PMH repository that serves the records; empty: as the file
            says, or as `metadata_address` finds it.

    Raises:
        Fault: FMT-001 to FMT-004 if the file cannot be had, and those of `records_of`; FMT-305 if
            all its records are deleted.
    """
    return tuple(
        landing(record, metadata_access=_address(found, record, base_url))
        for found, record in _records(path)
    )


def _records(path: Path) -> Iterator[tuple[Harvested, Record]]:
    found = records_of(read_bytes(path), name=str(path))
    live = [(each, each.read.record) for each in found if each.read is not None]
    if not live:
        envelope = found[0].envelope if found else None
        identifier = envelope.identifier if envelope else ""
        raise Fault("FMT-305", where=Where(file=str(path)), identifier=identifier)
    return iter(live)


def _address(found: Harvested, record: Record, base_url: str) -> str:
    envelope = found.envelope
    if envelope is None:
        return metadata_address(record, base_url=base_url)
    return metadata_address(
        record, base_url=base_url or envelope.base_url, identifier=envelope.identifier
    )


def check_file(
    path: Path,
    *,
    gate: Gate,
    environ: Mapping[str, str],
    schema: Kind | None = None,
    profile: Path | None = None,
) -> Checked:
    """Answer what is wrong with the DDI records of a file.

    Args:
        path: DDI-Codebook, alone or in an answer of OAI-PMH.
        gate: how strictly the profile is applied.
        environ: the environment, for the folder of schemas in the settings.
        schema: by which official schema; None: the one of the file's namespace.
        profile: file of a DDI profile; None: that of the CESSDA Data Catalogue.

    Raises:
        Fault: FMT-001 to FMT-004 if the file cannot be had, FMT-300 to FMT-304 if it holds no DDI,
            FMT-326 if the folder lacks the schema, FMT-332 if the profile is none, FMT-333 if
            there is none for such records.
    """
    data, name = read_bytes(path), str(path)
    asked = None if profile is None else read_profile(read_bytes(profile), name=str(profile))
    read = [each.read for each in records_in(data, name=name) if each.read is not None]
    books = parse_xml(data, name=name).iter("{*}codeBook")
    return Checked(
        file=path,
        records=len(read),
        reader=tuple(fault for each in read for fault in each.faults),
        schema=Schemas(load_settings(environ).schemas).check(data, schema, name=name),
        reports=tuple(_report(each, asked, gate, name) for each in books),
        gate=gate,
    )


def _report(book: etree._Element, asked: Profile | None, gate: Gate, name: str) -> Report:
    return check_profile(book, asked or profile_for(book), gate=gate, file=name)


def convert_file(path: Path, form: str, *, at: dt.date, target: Path | None = None) -> bytes:
    """Return the record of a file in another form, and write it where a target is named.

    Args:
        path: the file, in any form that is read here.
        form: one of `FORMS`.
        at: the day, for a crate of a record that is not published.
        target: the file to write; None: none is written.

    Raises:
        Fault: FMT-001 to FMT-004 if the file cannot be had, those of `records_of`, FMT-305 if its
            record is deleted, FMT-306 if there are several, FMT-346 if DataCite needs more.
    """
    found = list(_records(path))
    if len(found) > 1:
        raise Fault("FMT-306", where=Where(file=str(path)), count=len(found))
    content = write_form(found[0][1], form, at=at)
    if target is not None:
        write_whole(target, content)
    return content
