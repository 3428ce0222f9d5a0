"""What the page of a study shows of its catalogue record, in plain words and in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.desk.access import Holdings
from consilience.desk.catalogue import CatalogueSettings, RecordHit
from consilience.formats.metadata.datacite import datacite_json
from consilience.formats.metadata.datacite_xml import datacite_xml
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.dublin_core import oai_dc
from consilience.formats.metadata.identifiers import doi_of
from consilience.formats.metadata.json_ld import json_ld
from consilience.formats.metadata.landing import Landing, landing, metadata_address
from consilience.formats.metadata.model import Moment, Record, Term, Text
from consilience.formats.metadata.tables import rows
from consilience.store.access import simulated_of
from consilience.store.blobs import blob_path
from consilience.store.database import snapshot

__all__ = [
    "FORMS", "Block", "Field", "Form", "HitLine", "Record", "Study", "citation_of", "forms_of",
    "hit_lines",
    "identifier_of", "language_called", "page_address", "record_of_version", "slug_of",
    "study_of", "written_form",
]  # fmt: skip


# What an aggregator calls a record: no name of ours looks so.
_HASH: Final = re.compile(r"[0-9a-f]{64}")
# Signs that are written out in an address, how that looks, and what stands before a plain name.
_SIGN: Final = re.compile(r"[^A-Za-z0-9._:-]")
_WRITTEN: Final = re.compile(r"~([0-9A-F]{2})")
_PLAIN: Final = "~-"


@dataclass(frozen=True, slots=True, kw_only=True)
class HitLine:
    """A study in a list of results."""

    slug: str
    title: str
    publisher: str
    year: str
    level: str
    snippet: str
    simulated: bool


def slug_of(identifier: str, repository: str) -> str:
    """Return an identifier as one piece of an address: short for records of this catalogue.

    Args:
        identifier: name of the record.
        repository: name of the catalogue on the network, with which its own identifiers begin.

    Example:
        >>> slug_of("oai:data.example.org:joint-working", "data.example.org")
        'joint-working'
        >>> slug_of("oai:other.org:10.5255/UKDA-SN-854716", "data.example.org")
        'oai:other.org:10.5255~2FUKDA-SN-854716'
    """
    own = identifier.removeprefix(f"oai:{repository}:")
    short = own != identifier and ":" not in own and not _HASH.fullmatch(own)
    name = own if short else identifier
    whole = short or ":" in name or _HASH.fullmatch(name)
    # Not by per cent: servers and proxies undo that once, twice or not at all.
    written = _SIGN.sub(lambda sign: f"~{ord(sign[0]):02X}", name)
    return written if whole else f"{_PLAIN}{written}"


def identifier_of(slug: str, repository: str) -> str:
    """Return the identifier for which a piece of an address stands.

    Example:
        >>> identifier_of("joint-working", "data.example.org")
        'oai:data.example.org:joint-working'
    """
    name = _WRITTEN.sub(lambda code: chr(int(code[1], 16)), slug.removeprefix(_PLAIN))
    if slug.startswith(_PLAIN):
        return name
    return name if ":" in name or _HASH.fullmatch(name) else f"oai:{repository}:{name}"


def language_called(code: str) -> str:
    """Return the name of a language in English; its code if there is none.

    Example:
        >>> language_called("fi"), language_called("qqq")
        ('Finnish', 'qqq')
    """
    return {row[0]: row[1] for row in rows("languages")}.get(code.partition("-")[0].lower(), code)


def hit_lines(engine: Engine, hits: Sequence[RecordHit], *, repository: str) -> tuple[HitLine, ...]:
    """Return studies that were found as a list shows them."""
    with snapshot(engine) as connection:
        simulated = simulated_of(connection, [hit.identifier for hit in hits])
    return tuple(
        HitLine(
            slug=slug_of(hit.identifier, repository),
            title=hit.title,
            publisher=hit.publisher,
            year=hit.year,
            level=hit.level,
            snippet=hit.snippet,
            simulated=hit.identifier in simulated,
        )
        for hit in hits
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form in which a record can be loaded: what it is called, and its media type."""

    words: str
    kind: str


FORMS: Final[Mapping[str, Form]] = {
    "ddi25.xml": Form(words="DDI-Codebook 2.5", kind="application/xml"),
    "ddi26.xml": Form(words="DDI-Codebook 2.6", kind="application/xml"),
    "datacite.xml": Form(words="DataCite XML", kind="application/xml"),
    "datacite.json": Form(words="DataCite JSON", kind="application/json"),
    "dc.xml": Form(words="Dublin Core", kind="application/xml"),
    "jsonld": Form(words="schema.org JSON-LD", kind="application/ld+json"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a block of the landing page.

    Attributes:
        name: as it stands before the value.
        value: as it is printed.
        link: whether the value is an address that leads on.
    """

    name: str
    value: str
    link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of the landing page: identifier, provenance or representation."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What the page of a study shows of its record.

    Attributes:
        identifier: its name in the catalogue.
        title: its title.
        subtitles: other titles.
        creators: who made it, in order.
        publisher: who distributes it.
        year: of publication.
        level: access level of the study; empty if not said.
        simulated: whether a program made the data.
        abstract: what it is about, a text a paragraph.
        blocks: the blocks of the landing page.
        methods: pairs of a heading and texts.
        topics: classes of topic.
        keywords: subject words.
        citation: how it is to be cited.
        works: pairs of words and an address, empty where there is none that leads anywhere.
        files: pairs of name and contents, as the record has them.
        variables: how many are described.
        forms: the forms in which it can be loaded.
        json_ld: the record for search engines.
    """

    identifier: str
    title: str
    subtitles: tuple[str, ...]
    creators: tuple[str, ...]
    publisher: str
    year: str
    level: str
    simulated: bool
    abstract: tuple[str, ...]
    blocks: tuple[Block, ...]
    methods: tuple[tuple[str, tuple[str, ...]], ...]
    topics: tuple[str, ...]
    keywords: tuple[str, ...]
    citation: str
    works: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
    variables: int
    forms: Mapping[str, Form]
    json_ld: Mapping[str, Any]


def study_of(record: Record, identifier: str, settings: CatalogueSettings, *, own: bool) -> Study:
    """Return what the page of a study shows of its record.

    Args:
        record: the record.
        identifier: its name in the catalogue.
        settings: of the catalogue.
        own: whether this catalogue is where the record is kept, and not a copy of another's.
    """
    address = page_address(identifier, settings)
    page = landing(record, metadata_access=_metadata_access(record, identifier, settings, own=own))
    return Study(
        identifier=identifier,
        title=record.titles[0].value if record.titles else identifier,
        subtitles=tuple(
            each.value for each in (*record.titles[1:], *record.alternative_titles) if each.value
        ),
        creators=tuple(each.name for each in record.creators),
        publisher="; ".join(each.name for each in record.publishers),
        year=record.published[:4],
        level=record.access.level.value if record.access.level else "",
        simulated=record.simulated,
        abstract=tuple(each.value for each in record.abstract if each.value),
        blocks=_blocks(page),
        methods=tuple(_methods(record)),
        topics=_terms(record.topics),
        keywords=_terms(record.keywords),
        citation=citation_of(record, address),
        works=tuple((work.citation or work.uri, _web_address(work.uri)) for work in record.works),
        files=tuple((file.name, file.contents) for file in record.files),
        variables=len(record.variables),
        forms=forms_of(record),
        json_ld=_json_ld(record, address, settings),
    )


def page_address(identifier: str, settings: CatalogueSettings) -> str:
    """Return the address of the page of a study."""
    return (
        f"{settings.base_url}/records/{quote(slug_of(identifier, settings.repository), safe=':~')}"
    )


def citation_of(record: Record, address: str) -> str:
    """Return how a study is to be cited: as its record says, else made from its fields.

    Source: DataCite Metadata Schema 4.5, section 2.2 (Creator (PublicationYear): Title. Version.
        Publisher. Kind. Identifier).

    Example:
        >>> citation_of(Record(titles=(Text(value="A study"),), published="2021-05-03"), "x")
        '(2021). A study. [data collection]. x'
    """
    given = next((each.value for each in record.citation if each.value), "")
    if given:
        return given
    names = "; ".join(each.name for each in record.creators)
    year = record.published[:4]
    parts = [
        " ".join(part for part in (names, f"({year})" if year else "") if part),
        record.titles[0].value if record.titles else "",
        f"Version {record.version}" if record.version else "",
        "[data collection]",
        "; ".join(each.name for each in record.publishers),
    ]
    doi = doi_of(record)
    # A stop behind an address would be taken for a part of it.
    return ". ".join([*(part.rstrip(".") for part in parts if part),
                      f"https://doi.org/{doi}" if doi else address])  # fmt: skip


def written_form(record: Record, name: str, identifier: str, settings: CatalogueSettings) -> bytes:
    """Return a record in one of `FORMS`.

    Raises:
        KeyError: for a form that there is not.
        Fault: WEB-025 for a form of DataCite of a record without title or year.
    """
    if name not in forms_of(record):
        raise Fault("WEB-025")
    address = page_address(identifier, settings)
    made: Mapping[str, Callable[[], bytes]] = {
        "ddi25.xml": lambda: write_ddi(record, version="2.5"),
        "ddi26.xml": lambda: write_ddi(record, version="2.6"),
        "datacite.xml": lambda: datacite_xml(
            datacite_json(record, url=address), identifier=(address, "URL")
        ),
        "datacite.json": lambda: _json(datacite_json(record, url=address)),
        "dc.xml": lambda: oai_dc(record),
        "jsonld": lambda: _json(_json_ld(record, address, settings)),
    }
    return made[name]()


def forms_of(record: Record) -> Mapping[str, Form]:
    """Return the forms that a record can be written in: DataCite demands a title and a year."""
    whole = any(each.value for each in record.titles) and record.published[:4].isdigit()
    return {name: form for name, form in FORMS.items() if whole or "datacite" not in name}


def record_of_version(folder: Path, held: Holdings) -> Record:
    """Return the record of an older version as it was published then.

    Raises:
        Fault: STO-100 if it is not there any more, WEB-025 if the version had none.
    """
    if not held.record_xml:
        raise Fault("WEB-025")
    path = blob_path(folder, held.record_xml)
    if not path.is_file():
        raise Fault("STO-100", path="metadata/ddi25.xml")
    return read_ddi(path.read_bytes(), name="metadata/ddi25.xml").record


def _metadata_access(
    record: Record, identifier: str, settings: CatalogueSettings, *, own: bool
) -> str:
    ours = metadata_address(record, base_url=settings.oai_url, identifier=identifier)
    return ours if own else metadata_address(record) or ours


def _json_ld(record: Record, address: str, settings: CatalogueSettings) -> Mapping[str, Any]:
    return json_ld(record, url=address, catalogue=settings.name, catalogue_url=settings.base_url)


def _blocks(page: Landing) -> tuple[Block, ...]:
    return tuple(
        Block(
            title=title,
            fields=tuple(
                Field(name=name, value=value, link=bool(_web_address(value)))
                for name, value in fields
            ),
        )
        for title, fields in (
            ("Identifier", page.identifier),
            ("Provenance", page.provenance),
            ("Representation", page.representation),
        )
        if fields
    )


def _web_address(text: str) -> str:
    """Return an address that a link may lead to; nothing that a browser would run."""
    fine = text.startswith(("https://", "http://")) and not any(each.isspace() for each in text)
    return text if fine else ""


def _terms(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for each in terms if (value := each.value or each.code)))


def _texts(texts: Iterable[Text]) -> tuple[str, ...]:
    return tuple(each.value for each in texts if each.value)


def _methods(record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield how the data were made, each heading with its texts; headings without any are left."""
    method = record.method
    told = {
        "Collected": _moments(record.collection),
        "About the time": _moments(record.coverage),
        "Who or what": _texts(record.universe),
        "Units": _terms(record.units),
        "Time method": _terms(method.time),
        "Sampling": _terms(method.sampling),
        "Collection": _terms(method.modes),
        "Instruments": _terms(method.instruments),
        "Collectors": tuple(each.name for each in method.collectors),
        "Sources": _texts(method.sources),
        "Situation": _texts(method.situation),
        "Response": _texts(method.response_rate),
        "Weights": _texts(method.weighting),
        "Cleaning": _texts(method.cleaning),
        "Departures from the design": _texts(method.deviations),
        "Ethics": _texts(method.ethics),
        "Notes": _texts(method.notes),
    }
    yield from ((words, values) for words, values in told.items() if values)


def _moments(moments: Iterable[Moment]) -> tuple[str, ...]:
    """Return periods in words, start and end of one in a line."""
    lines: list[str] = []
    for each in moments:
        words = each.value or each.date
        if each.event == "end" and lines:
            lines[-1] += f" to {words}"
        elif words:
            lines.append(f"{each.cycle}: {words}" if each.cycle else words)
    return tuple(lines)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
