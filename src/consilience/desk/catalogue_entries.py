"""From a record to what a catalogue keeps of it: its forms for harvesters and its sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from consilience.base.errors import Fault
from consilience.desk.catalogue import CatalogueSettings
from consilience.desk.study_page import page_address
from consilience.formats.metadata.datacite import datacite_json
from consilience.formats.metadata.datacite_xml import datacite_xml
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.dublin_core import oai_dc
from consilience.formats.metadata.model import Record
from consilience.formats.metadata.schemas import Kind, Schemas
from consilience.formats.oaipmh.answers import provenance
from consilience.formats.oaipmh.model import Origin
from consilience.store.catalogue import Entry

_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*\?>\s*")
# By which official schema each form is checked; that of oai_dc is in no package of one.
_SCHEMAS: Final[Mapping[str, Kind]] = {"oai_ddi25": "ddi-2.5", "oai_datacite": "datacite-4.5"}
_PARENTS: Final = {
    "language": "By language",
    "access": "By level of access",
    "series": "By series",
}
_LONGEST: Final = 60


def entry_of(
    record: Record,
    identifier: str,
    settings: CatalogueSettings,
    *,
    schemas: Schemas | None = None,
    origin: Origin | None = None,
    source: str = "",
) -> Entry:
    """Return what a catalogue keeps of a record.

    Args:
        record: the record.
        identifier: the name by which harvesters ask for it.
        settings: of the catalogue.
        schemas: the official ones, by which each form is checked; None: they are not at hand.
        origin: where it was harvested from; None for our own.
        source: SHA-256 of the bytes that it was read from; empty if it was made here.

    Returns:
        The entry. A record without a title or year has no form of DataCite, which demands both.

    Raises:
        Fault: CAT-021 if a form breaks its schema.
    """
    forms = dict(_forms(record, page_address(identifier, settings)))
    if schemas is not None and schemas.folder is not None:
        for prefix, kind in _SCHEMAS.items():
            if prefix in forms:
                _check(schemas, forms[prefix], kind, identifier=identifier, prefix=prefix)
    return Entry(
        identifier=identifier,
        record=record,
        forms=forms,
        sets=tuple(sets_of_record(record)),
        about="" if origin is None else provenance(origin),
        source=source,
    )


def _forms(record: Record, address: str) -> Iterator[tuple[str, bytes]]:
    # For programs: harvesters read what is not indented a sixth faster.
    yield "oai_dc", _root(oai_dc(record, indent=False))
    yield "oai_ddi25", _root(write_ddi(record, indent=False))
    try:
        content = datacite_json(record)
    except Fault:  # FMT-346: no title or no year
        return
    # The address of its page names what has no DOI.
    yield "oai_datacite", _root(datacite_xml(content, identifier=(address, "URL"), indent=False))


def _root(xml: bytes) -> bytes:
    """Return a document without its declaration, which cannot stand within another one."""
    return _DECLARATION.sub(b"", xml, count=1).rstrip()


def _check(schemas: Schemas, xml: bytes, kind: Kind, *, identifier: str, prefix: str) -> None:
    found = schemas.check(xml, kind, name=identifier)
    if found:
        raise Fault(
            "CAT-021", where=found[0].where, identifier=identifier, prefix=prefix,
            reason=found[0].what,
        )  # fmt: skip


def sets_of_record(record: Record) -> dict[str, str]:
    """Return the sets of a record by name, with what each is called.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> sets_of_record(Record(titles=(Text(value="Schools", language="en"),)))
        {'language:en': 'Language en'}
    """
    found: dict[str, str] = {}
    for language in dict.fromkeys([record.language, *(each.language for each in record.titles)]):
        if _slug(language):
            found[f"language:{_slug(language)}"] = f"Language {language}"
    if record.access.level is not None:
        level = record.access.level.value
        found[f"access:{level}"] = f"Access: {level}"
    for series in record.series:
        name = next((each.value for each in series.name), "")
        if _slug(name):
            found[f"series:{_slug(name)}"] = " ".join(name.split())[:300]
    return found


def set_names(record: Record) -> dict[str, str]:
    """Return what the sets of a record are called, and those that they lie in."""
    own = sets_of_record(record)
    parents = {spec.partition(":")[0] for spec in own}
    return {spec: name for spec, name in _PARENTS.items() if spec in parents} | own


def _slug(words: str) -> str:
    """Return words as a part of a set's name.

    Example:
        >>> _slug("Série Écoles, 2019")
        'serie-ecoles-2019'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
