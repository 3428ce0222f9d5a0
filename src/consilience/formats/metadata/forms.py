"""Every form in which a record is read or written here, by one name each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from consilience.formats.metadata.crate import crate_of
from consilience.formats.metadata.datacite import KERNEL, datacite_json
from consilience.formats.metadata.datacite_read import datacite_record, read_datacite_json
from consilience.formats.metadata.datacite_xml import datacite_xml, read_datacite_xml
from consilience.formats.metadata.ddi_read import records_in
from consilience.formats.metadata.ddi_result import DdiRead, Harvested
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.dublin_core import OAI_DC, oai_dc, read_oai_dc
from consilience.formats.metadata.json_ld import json_ld
from consilience.formats.metadata.json_ld_read import read_json_ld
from consilience.formats.metadata.model import Record
from consilience.formats.metadata.xml_safe import parse_xml

FORMS: Final = (
    "ddi25",
    "ddi26",
    "datacite-json",
    "datacite-xml",
    "oai_dc",
    "json-ld",
    "ro-crate",
)


def write_form(record: Record, form: str, *, at: dt.date) -> bytes:
    """Return a record in one of `FORMS`.

    Args:
        record: the record.
        form: which one.
        at: the day, for a crate of a record that is not published.

    Raises:
        Fault: FMT-346 if DataCite needs more than the record says.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> record = Record(titles=(Text(value="A study"),))
        >>> write_form(record, "json-ld", at=dt.date(2021, 5, 1)).count(b"A study")
        1
    """
    writers: Mapping[str, Callable[[], bytes]] = {
        "ddi25": lambda: write_ddi(record, version="2.5"),
        "ddi26": lambda: write_ddi(record, version="2.6"),
        "datacite-json": lambda: _json(datacite_json(record)),
        "datacite-xml": lambda: datacite_xml(datacite_json(record), identifier=_other(record)),
        "oai_dc": lambda: oai_dc(record),
        "json-ld": lambda: _json(json_ld(record)),
        "ro-crate": lambda: _json(crate_of(record, at=at)),
    }
    return writers[form]()


def _other(record: Record) -> tuple[str, str] | None:
    """Return the identifier by which DataCite's XML may name a record without a DOI."""
    for held in record.holdings:
        if held.uri:
            return held.uri, "URL"
    for each in record.identifiers:
        # What calls itself a DOI and is none would be taken for one.
        return each.value, each.agency if each.agency.upper() not in ("", "DOI") else "Local"
    return None


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def records_of(data: bytes, *, name: str) -> tuple[Harvested, ...]:
    """Return all records of a file in any form that is read here, told by its content.

    Args:
        data: DDI-Codebook alone or in an answer of OAI-PMH, DataCite or oai_dc as XML; or the JSON
            of DataCite, of schema.org or of an RO-Crate.
        name: of the file, for complaints.

    Returns:
        Each record. Of DDI with its faults and what is lost, and deleted entries of an answer too.

    Raises:
        Fault: what the reader of its form raises: FMT-300 to FMT-304 for DDI and for XML of no
            kind that is known here, FMT-347 for DataCite, FMT-348 for oai_dc, FMT-349 for JSON-LD.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        linked = b'"@graph"' in data or b'"@context"' in data
        read = read_json_ld if linked else read_datacite_json
        return (_alone(read(data, name=name)),)
    root = parse_xml(data, name=name)
    if next(root.iter("{*}codeBook"), None) is None:
        if next(root.iter(f"{{{KERNEL}}}resource"), None) is not None:
            content = read_datacite_xml(data, name=name)
            return (_alone(datacite_record(content, name=name)),)
        if next(root.iter(f"{{{OAI_DC}}}dc"), None) is not None:
            return (_alone(read_oai_dc(data, name=name)),)
    return tuple(records_in(data, name=name))


def _alone(record: Record) -> Harvested:
    return Harvested(envelope=None, read=DdiRead(record=record))
