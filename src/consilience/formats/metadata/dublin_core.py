"""A record as simple Dublin Core (oai_dc): fifteen elements that every harvester knows.

Both directions keep: titles, names of creators, publishers and contributors, keywords with topics
among them, abstract, date of publication, kinds of data, DOI and other identifiers without their
agency, addresses, language, places, coverage, statements on access, level, licence, and of works
an address or the citation. All else is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.datacite import SIMULATED, spans
from consilience.formats.metadata.datacite_read import moments, nation_code
from consilience.formats.metadata.identifiers import RESOLVER, doi_in, doi_of
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Holding,
    Identifier,
    Level,
    Moment,
    Place,
    Record,
    Term,
    Text,
    Work,
)
from consilience.formats.metadata.xml_safe import XML_LANG, parse_xml
from consilience.formats.metadata.xml_tree import add, text_of, written

DC: Final = "http://purl.org/dc/elements/1.1/"
OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION: Final = f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_PREFIXES: Final = {"oai_dc": OAI_DC, "dc": DC, "xsi": _XSI}
_TYPE: Final = "Dataset"
_LEVEL: Final = "Access level: "
# How OpenAIRE's guidelines say it; two of our levels are one there, so ours stands beside it.
_RIGHTS: Final = {
    Level.OPEN: "info:eu-repo/semantics/openAccess",
    Level.SAFEGUARDED: "info:eu-repo/semantics/restrictedAccess",
    Level.CONTROLLED: "info:eu-repo/semantics/restrictedAccess",
}
_SPAN: Final = re.compile(r"(\d{4}(-\d\d){0,2})?(/(\d{4}(-\d\d){0,2})?)?")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def oai_dc(record: Record, *, indent: bool = True) -> bytes:
    """Return a record as the XML of oai_dc, indented for people unless it is for programs.

    Example:
        >>> b"<dc:title>A study</dc:title>" in oai_dc(Record(titles=(Text(value="A study"),)))
        True
    """
    root = etree.Element(f"{{{OAI_DC}}}dc", nsmap=_PREFIXES)
    root.set(f"{{{_XSI}}}schemaLocation", _LOCATION)
    for name, value, language in _elements(record):
        if value:
            add(root, f"{{{DC}}}{name}", value, {XML_LANG: language})
    return written(root, indent=indent)


def _elements(record: Record) -> Iterator[tuple[str, str, str]]:
    simulated = (Text(value=SIMULATED, language="en"),) if record.simulated else ()
    types: tuple[Text | Term, ...] = (Text(value=_TYPE), *record.data_kinds)
    formats = dict.fromkeys(each.media_type for each in record.files)
    times = [span for span, _ in spans(record.coverage)]
    named: tuple[tuple[str, Iterable[Text | Term | Place]], ...] = (
        ("title", record.titles),
        ("creator", _texts(each.name for each in record.creators)),
        ("subject", (*record.keywords, *record.topics)),
        ("description", (*record.abstract, *simulated)),
        (
            "publisher",
            (Text(value=each.name, language=each.language) for each in record.publishers),
        ),
        ("contributor", _texts(each.name for each in record.contributors)),
        ("date", _texts([record.published])),
        ("type", types),
        ("format", _texts(formats)),
        ("identifier", _texts(_identifiers(record))),
        ("language", _texts([record.language])),
        ("relation", _texts(_relation(each) for each in record.works)),
        ("coverage", (*record.places, *record.nations, *_texts(times))),
        ("rights", _rights(record.access)),
    )
    return ((name, each.value, each.language) for name, values in named for each in values)


def _texts(values: Iterable[str]) -> Iterator[Text]:
    return (Text(value=value) for value in values)


def _identifiers(record: Record) -> Iterator[str]:
    doi = doi_of(record)
    if doi:
        yield f"{RESOLVER}{doi}"
    for held in record.holdings:
        if not doi or doi not in held.uri:
            yield held.uri
    for each in record.identifiers:
        if not doi or doi not in each.value:
            yield each.value


def _relation(work: Work) -> str:
    doi = next((doi for each in work.identifiers if (doi := doi_in(each.value))), "")
    return (f"{RESOLVER}{doi}" if doi else "") or work.uri or work.citation


def _rights(access: Access) -> Iterator[Text]:
    yield from access.statement
    if access.level is not None:
        yield Text(value=_RIGHTS[access.level])
        yield Text(value=f"{_LEVEL}{access.level.value}", language="en")
    yield Text(value=access.licence_uri or access.licence)


def read_oai_dc(data: bytes, *, name: str) -> Record:
    """Return the record that stands in oai_dc, alone or inside of an OAI-PMH answer.

    Args:
        data: the XML.
        name: of the file, for complaints.

    Raises:
        Fault: FMT-348 if there is no oai_dc with a title in it, FMT-300 to FMT-302 as in
            `parse_xml`.
    """
    root = next(parse_xml(data, name=name).iter(f"{{{OAI_DC}}}dc"), None)
    found = _Found(root)
    if root is None or not found.texts("title"):
        raise Fault("FMT-348", where=Where(file=name), name=name)
    covered = found.texts("coverage")
    times = [each.value for each in covered if _SPAN.fullmatch(each.value)]
    places = [each for each in covered if each.value not in times]
    addresses = [each.value for each in found.texts("identifier")]
    doi = next((doi for each in addresses if (doi := doi_in(each))), "")
    language = found.first("language")
    described = found.texts("description")
    return Record(
        titles=found.texts("title"),
        identifiers=tuple(_read_identifiers(addresses, doi)),
        holdings=tuple(
            Holding(uri=each, language=language) for each in addresses if _ADDRESS.fullmatch(each)
        ),
        creators=found.agents("creator"),
        contributors=found.agents("contributor"),
        publishers=tuple(
            Agent(name=each.value, language=each.language) for each in found.texts("publisher")
        ),
        published=found.first("date"),
        keywords=found.terms("subject"),
        abstract=tuple(each for each in described if each.value != SIMULATED),
        coverage=tuple(_read_times(times)),
        nations=tuple(
            Place(value=each.value, code=code, language=each.language)
            for each in places
            if (code := nation_code(each.value))
        ),
        places=tuple(
            Place(value=each.value, language=each.language)
            for each in places
            if not nation_code(each.value)
        ),
        data_kinds=tuple(each for each in found.terms("type") if each.value != _TYPE),
        access=_read_access(found.texts("rights")),
        works=tuple(_read_work(each.value) for each in found.texts("relation")),
        language=language,
        simulated=any(each.value == SIMULATED for each in described),
    )


class _Found:
    """The elements of an oai_dc, by name."""

    def __init__(self, root: etree._Element | None) -> None:
        self._texts: dict[str, list[Text]] = {}
        for each in root if root is not None else ():
            value, language = text_of(each), each.get(XML_LANG, "")
            if value:
                key = etree.QName(each).localname
                self._texts.setdefault(key, []).append(Text(value=value, language=language))

    def texts(self, name: str) -> tuple[Text, ...]:
        """Return all texts of one element."""
        return tuple(self._texts.get(name, ()))

    def first(self, name: str) -> str:
        """Return the first of them; empty if there is none."""
        return next((each.value for each in self.texts(name)), "")

    def agents(self, name: str) -> tuple[Agent, ...]:
        """Return them as names of people."""
        return tuple(Agent(name=each.value) for each in self.texts(name))

    def terms(self, name: str) -> tuple[Term, ...]:
        """Return them as words."""
        return tuple(Term(value=each.value, language=each.language) for each in self.texts(name))


def _read_identifiers(addresses: list[str], doi: str) -> Iterator[Identifier]:
    if doi:
        yield Identifier(value=doi, agency="DOI", uri=f"{RESOLVER}{doi}")
    for each in addresses:
        if (not doi or doi not in each) and not _ADDRESS.fullmatch(each):
            yield Identifier(value=each)


def _read_times(times: list[str]) -> Iterator[Moment]:
    for each in times:
        yield from moments(each)


def _read_work(relation: str) -> Work:
    if doi := doi_in(relation):
        found = Identifier(value=doi, agency="DOI", uri=f"{RESOLVER}{doi}")
        return Work(citation="", relation="reference", identifiers=(found,))
    if _ADDRESS.fullmatch(relation):
        return Work(citation="", relation="reference", uri=relation)
    return Work(citation=relation, relation="reference")


def _read_access(rights: tuple[Text, ...]) -> Access:
    said: dict[str, Any] = {}
    statement = []
    for each in rights:
        level = each.value.removeprefix(_LEVEL)
        if each.value.startswith(_LEVEL) and level in frozenset(Level):
            said["level"] = Level(level)
        elif each.value == _RIGHTS[Level.OPEN]:
            said.setdefault("level", Level.OPEN)
        elif _ADDRESS.fullmatch(each.value) and not each.value.startswith("info:"):
            said["licence_uri"] = each.value
        elif not each.value.startswith("info:eu-repo/semantics/"):
            statement.append(each)
    return Access(statement=tuple(statement), **said)
