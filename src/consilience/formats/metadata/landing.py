"""The fields of a study's landing page, as B2FIND prints them from a DDI record.

B2FIND (EUDAT) shows what CESSDA's catalogue hands on. The rules below are those of its harvester.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import fuzz, process

from consilience.formats.metadata.identifiers import RESOLVER, doi_in, doi_of, hashed_identifier
from consilience.formats.metadata.model import Holding, Level, Moment, Record
from consilience.formats.metadata.tables import rows

Fields = tuple[tuple[str, str], ...]

AGGREGATOR: Final = "https://datacatalogue.cessda.eu/oai-pmh/v0/oai"
PREFIX: Final = "oai_ddi25"
DEFAULT_DISCIPLINE: Final = "Social Sciences"

# Repositories that the aggregator harvests and whose OAI identifiers are their study numbers.
_SOURCES: Final = {"UK Data Service": "https://oai.ukdataservice.ac.uk:8443/oai/provider"}
_ALIKE: Final = 90
_LONGEST_TAG: Final = 100
_YEAR: Final = re.compile(r"\d{4}")
_ADDRESS: Final = re.compile(r"(https?|ftp)://\S+")
_HASHED: Final = re.compile(r"[0-9a-f]{64}")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._~:/-]")
_SAID_NOTHING: Final = frozenset({"", "n/a", "none", "not stated", "not available"})
# Words by which the harvester tells closed data, anywhere in the text on rights.
_CLOSED: Final = ("closed", "restricted", "embargoedaccess")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What a landing page prints.

    Attributes:
        title: all titles, a blank line between two.
        abstract: what the study is about.
        method: how it was sampled and collected.
        tags: keywords and topics, one a word or group of words.
        identifier: names and values of the block on identifiers.
        provenance: of the block on provenance.
        representation: of the block on representation.
        level: the access level as data, which no field above says; None if the source does not.
        simulated: whether the data are made by a program.
    """

    title: str
    abstract: str
    method: str
    tags: tuple[str, ...]
    identifier: Fields
    provenance: Fields
    representation: Fields
    level: Level | None
    simulated: bool


def landing(record: Record, *, metadata_access: str = "") -> Landing:
    """Return what the landing page of a study prints; fields without a value are left out.

    Args:
        record: the record.
        metadata_access: address of the record for harvesters, as `metadata_address` gives it.

    Source: EUDAT B2FIND, md-ingestion: reader `ddi25`, community `cessda` (read, not copied).

    Differs: the language is read as B2FIND did until July 2024, since when it comes out empty
        there; a record without a publisher is not said to be published by CESSDA.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> page = landing(Record(titles=(Text(value="A study"),)))
        >>> page.title, page.representation
        ('A study', (('Discipline', 'Social Sciences'),))
    """
    method = (*record.method.sampling, *record.method.modes)
    tags = tuple(_tags(record))
    return Landing(
        title=_joined((each.value for each in record.titles), "\n\n"),
        abstract=_joined((each.value for each in record.abstract), "\n\n"),
        method=_joined((each.value for each in method), "\n\n"),
        tags=tags,
        identifier=_said(_identifier(record, metadata_access)),
        provenance=_said(_provenance(record)),
        representation=_said(_representation(record, tags)),
        level=record.access.level,
        simulated=record.simulated,
    )


def landing_json(page: Landing) -> dict[str, str]:
    """Return the fields of a page in their order, each a string, as B2FIND's own export has them.

    Tags, level and whether the data are simulated are not among them.
    """
    texts = (("title", page.title), ("abstract", page.abstract), ("method", page.method))
    blocks = (*page.identifier, *page.provenance, *page.representation)
    return dict((*_said(texts), *blocks))


def metadata_address(
    record: Record, *, base_url: str = "", identifier: str = "", prefix: str = PREFIX
) -> str:
    """Return the address at which harvesters get a record.

    Args:
        record: the record.
        base_url: of the OAI-PMH repository that the record was read from; empty if not known.
        identifier: its OAI identifier there; empty if not known.
        prefix: metadata prefix.

    Returns:
        The address in the repository, if it is known. For a record without one it is that in
        CESSDA's aggregator: an identifier of 64 hexadecimal digits is one of the aggregator's, and
        a record of the UK Data Service has the hash of its repository and of its study number,
        which is the OAI identifier there. Empty for all others, whose OAI identifier no DDI tells.
    """
    if not identifier:
        identifier = next((each for each in _local(record)), "")
    if base_url and identifier:
        return _get_record(base_url, identifier, prefix)
    if _HASHED.fullmatch(identifier):
        return _get_record(AGGREGATOR, identifier, prefix)
    source = next((_SOURCES[each.name] for each in record.publishers if each.name in _SOURCES), "")
    if source and identifier:
        return _get_record(AGGREGATOR, hashed_identifier(source, identifier), prefix)
    return ""


def _get_record(base_url: str, identifier: str, prefix: str) -> str:
    quoted = _UNSAFE.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), identifier
    )
    return f"{base_url}?verb=GetRecord&metadataPrefix={prefix}&identifier={quoted}"


def _local(record: Record) -> Iterator[str]:
    return (each.value for each in record.identifiers if not doi_in(each.value))


def is_open(rights: str) -> bool:
    """Answer whether B2FIND takes data for open, by the words on rights.

    It is no access level: "available to registered users" counts as open.

    Example:
        >>> is_open("To users registered with the archive"), is_open("Restricted")
        (True, False)
    """
    return not any(word in rights.casefold() for word in _CLOSED)


def _identifier(record: Record, metadata_access: str) -> Iterator[tuple[str, str]]:
    addresses = [each.uri for each in _holdings(record)]
    doi = doi_of(record)
    yield "DOI", f"{RESOLVER}{doi}" if doi else ""
    yield "PID", next((each for each in addresses if "handle" in each), "")
    others = (each for each in addresses if "doi" not in each and "handle" not in each)
    yield "Source", next(others, "")
    urls = (each.uri for each in record.works if _ADDRESS.fullmatch(each.uri))
    related = (url for url in urls if not doi or doi not in url)
    yield "Related Identifier", _joined(related)
    yield "Metadata Access", metadata_access


def _holdings(record: Record) -> tuple[Holding, ...]:
    return (*record.document_holdings, *record.holdings)


def _provenance(record: Record) -> Iterator[tuple[str, str]]:
    rights = (*record.copyright, *record.access.statement)
    told = _joined(each.value for each in rights)
    yield "Creator", _joined(each.name for each in record.creators)
    yield "Publisher", _joined(each.name for each in record.publishers)
    yield "Contributor", _joined(each.name for each in record.contributors)
    yield "Contact", _joined(each.uri for each in record.publishers).replace("@", "(at)")
    yield "Publication Year", record.published[:4] if _YEAR.match(record.published) else ""
    yield "Funding Reference", _joined(each.funder for each in record.grants)
    yield "Rights", told
    yield "OpenAccess", str(is_open(told)).lower()


def _representation(record: Record, tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "Language", _joined(_language(each.language) for each in _holdings(record))
    yield "Resource Type", _joined(each.value for each in record.data_kinds)
    yield "Format", _joined(each.media_type for each in record.files if each.media_type != "-")
    yield "Discipline", _joined(_disciplines(tags)) or DEFAULT_DISCIPLINE
    yield "Spatial Coverage", _joined(each.value for each in (*record.places, *record.nations))
    yield "Temporal Coverage", _span(record.coverage)


def _span(moments: Iterable[Moment]) -> str:
    """Return the first start and the first end as an interval of ISO 8601."""
    found: dict[str, str] = {}
    for each in moments:
        if each.event in ("start", "end") and each.date:
            found.setdefault(each.event, each.date)
    return f"{found.get('start', '..')}/{found.get('end', '..')}" if found else ""


def _language(code: str) -> str:
    return _languages().get(re.split(r"\W", code)[0].lower(), "")


@cache
def _languages() -> dict[str, str]:
    return {code: name for code, name, *_ in rows("languages")}


def _tags(record: Record) -> Iterator[str]:
    seen: set[str] = set()
    for term in (*record.keywords, *record.topics):
        for part in term.value.split(","):
            tag = " ".join(re.findall(r"\w+", part))[:_LONGEST_TAG]
            if len(tag) > 1 and tag not in seen and tag.casefold() not in _SAID_NOTHING:
                seen.add(tag)
                yield tag


def _disciplines(tags: Iterable[str]) -> list[str]:
    """Return the disciplines that tags are nearly the names of, the most alike first."""
    known = {name: name.lower() for _, name in rows("disciplines")}
    best: dict[str, float] = {}
    for tag in tags:
        found = process.extractOne(
            tag.lower(), known, scorer=fuzz.ratio, processor=None, score_cutoff=_ALIKE
        )
        if found is not None:
            best[found[2]] = max(found[1], best.get(found[2], 0.0))
    return sorted(best, key=lambda name: -best[name])


def _joined(values: Iterable[str], between: str = "; ") -> str:
    """Join values, each once, without those that say nothing."""
    kept = dict.fromkeys(value.strip() for value in values)
    return between.join(each for each in kept if each.casefold() not in _SAID_NOTHING)


def _said(fields: Iterable[tuple[str, str]]) -> Fields:
    return tuple((name, value) for name, value in fields if value)
