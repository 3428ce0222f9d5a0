"""A record from DataCite metadata: ours, another repository's, or DataCite's own API."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.datacite import (
    COVERAGE,
    IDENTIFIER_TYPES,
    LEVEL_SCHEME,
    SIMULATED,
    UNAVAILABLE,
    Json,
)
from consilience.formats.metadata.identifiers import RESOLVER, doi_in, persistent
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Level,
    Method,
    Moment,
    Place,
    Record,
    Series,
    Term,
    Text,
    Work,
)
from consilience.formats.metadata.vocabularies import named, vocabulary

_RELATIONS: Final = {
    "IsCitedBy": "publication",
    "IsReferencedBy": "publication",
    "IsSupplementTo": "publication",
    "IsDocumentedBy": "material",
    "IsSupplementedBy": "material",
    "References": "reference",
    "Cites": "reference",
}
# Contributors for whom the record has a field.
_OWN: Final = frozenset(
    {"Producer", "DataCollector", "Distributor", "ContactPerson", "RightsHolder"}
)
_LEVELS: Final = frozenset(Level)


def read_datacite_json(data: bytes, *, name: str) -> Record:
    """Return the record that stands in DataCite's JSON.

    Args:
        data: the attributes of a DOI, or an answer of DataCite's API that holds them.
        name: of the file, for complaints.

    Raises:
        Fault: FMT-347 if it is no such JSON.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Fault("FMT-347", where=Where(file=name), name=name) from error
    if isinstance(content, dict) and isinstance(content.get("data"), dict):
        content = content["data"].get("attributes")
    return datacite_record(content, name=name)


def datacite_record(content: object, *, name: str) -> Record:
    """Return the record that DataCite's JSON, already parsed, describes.

    Args:
        content: the attributes of a DOI.
        name: of the file, for complaints.

    Returns:
        The record; what the record has no field for is left out.

    Raises:
        Fault: FMT-347 if it has no title or is not shaped like DataCite's JSON.
    """
    try:
        return _record(_Content(content))
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise Fault("FMT-347", where=Where(file=name), name=name) from error


class _Content:
    """DataCite's JSON, with nothing where it does not say a thing."""

    def __init__(self, content: object) -> None:
        self._content = cast("Json", content)
        if not self.all("titles"):
            raise ValueError

    def all(self, key: str) -> list[Json]:
        """Return a list of objects; plain words in it are objects with a name."""
        values = self._content.get(key) or []
        return [each if isinstance(each, dict) else {"name": each} for each in values]

    def text(self, key: str) -> str:
        """Return a word."""
        return str(self._content.get(key) or "")

    def one(self, key: str) -> Json:
        """Return an object; a plain word is one with a name."""
        value = self._content.get(key) or {}
        return value if isinstance(value, dict) else {"name": value}


def _record(content: _Content) -> Record:
    dates = {
        each["dateType"]: str(each["date"])
        for each in content.all("dates")
        if "/" not in str(each["date"])
    }
    places = [
        each["geoLocationPlace"]
        for each in content.all("geoLocations")
        if "geoLocationPlace" in each
    ]
    return replace(
        _cited(content),
        published=_published(content, dates),
        production_date=dates.get("Created", ""),
        deposited=dates.get("Submitted", ""),
        version=content.text("version"),
        version_date=dates.get("Updated", ""),
        series=tuple(Series(name=(each,)) for each in _described(content, "SeriesInformation")),
        abstract=_described(content, "Abstract"),
        collection=tuple(_moments(content, "Collected")),
        coverage=tuple(_moments(content, COVERAGE)),
        nations=tuple(_nations(places)),
        places=tuple(Place(value=each) for each in places if not nation_code(each)),
        data_kinds=tuple(
            Term(value=each)
            for each in str(content.one("types").get("resourceType") or "").split("; ")
            if each
        ),
        method=Method(
            collectors=_of(content, "DataCollector"), notes=_described(content, "Methods")
        ),
        access=_access(content, dates),
        works=tuple(_works(content)),
        language=content.text("language"),
        simulated=any(each.value == SIMULATED for each in _described(content, "TechnicalInfo")),
    )


def _cited(content: _Content) -> Record:
    """Return what it is called, who had which part in it, and its subjects."""
    titles = content.all("titles")
    subjects = [_term(each) for each in content.all("subjects")]
    doi = doi_in(content.text("doi"))
    return Record(
        titles=tuple(_text(each, "title") for each in titles if not each.get("titleType"))
        or (_text(titles[0], "title"),),
        alternative_titles=tuple(_text(each, "title") for each in titles if each.get("titleType")),
        identifiers=tuple(_identifiers(content, doi)),
        holdings=(Holding(uri=f"{RESOLVER}{doi}", language=content.text("language")),)
        if doi
        else (),
        creators=tuple(
            _agent(each) for each in content.all("creators") if each["name"] != UNAVAILABLE
        ),
        contributors=tuple(
            _agent(each, role=each["contributorType"])
            for each in content.all("contributors")
            if each.get("contributorType") not in _OWN
        ),
        producers=_of(content, "Producer"),
        copyright=tuple(
            _text(each, "name")
            for each in content.all("contributors")
            if each.get("contributorType") == "RightsHolder"
        ),
        grants=tuple(_grant(each) for each in content.all("fundingReferences")),
        publishers=(*_publisher(content), *_of(content, "Distributor")),
        contacts=_of(content, "ContactPerson"),
        keywords=tuple(each for each in subjects if not _is_topic(each)),
        topics=tuple(each for each in subjects if _is_topic(each)),
    )


def _text(value: Mapping[str, Any], key: str) -> Text:
    return Text(value=str(value[key]).strip(), language=value.get("lang") or "")


def _term(subject: Mapping[str, Any]) -> Term:
    return Term(
        value=str(subject.get("subject") or subject.get("name") or ""),
        code=subject.get("classificationCode") or "",
        vocabulary=subject.get("subjectScheme") or "",
        vocabulary_uri=subject.get("schemeUri") or "",
        language=subject.get("lang") or "",
    )


def _is_topic(term: Term) -> bool:
    known = named(term.vocabulary, term.vocabulary_uri)
    return known is not None and known.vocabulary.name == "TopicClassification"


def _identifiers(content: _Content, doi: str) -> Iterator[Identifier]:
    if doi:
        yield Identifier(value=doi, agency="DOI", uri=f"{RESOLVER}{doi}")
    for each in content.all("alternateIdentifiers"):
        agency = each.get("alternateIdentifierType") or ""
        yield Identifier(
            value=str(each["alternateIdentifier"]), agency="" if agency == "Local" else agency
        )
    for each in content.all("identifiers"):
        if not doi_in(str(each["identifier"])):
            yield Identifier(value=each["identifier"], agency=each.get("identifierType") or "")


def _agent(value: Mapping[str, Any], role: str = "") -> Agent:
    affiliations = [
        each if isinstance(each, dict) else {"name": each}
        for each in value.get("affiliation") or []
    ]
    identifiers = [
        persistent(each["nameIdentifier"], each.get("nameIdentifierScheme") or "")
        for each in value.get("nameIdentifiers") or []
    ]
    identifiers += [
        persistent(each["affiliationIdentifier"], each.get("affiliationIdentifierScheme") or "")
        for each in affiliations
        if each.get("affiliationIdentifier")
    ]
    name = str(value["name"])
    return Agent(
        name="" if name == UNAVAILABLE else name,
        affiliation="; ".join(each["name"] for each in affiliations),
        role=role,
        identifiers=tuple(identifiers),
        language=value.get("lang") or "",
    )


def _of(content: _Content, kind: str) -> tuple[Agent, ...]:
    found = content.all("contributors")
    return tuple(_agent(each) for each in found if each.get("contributorType") == kind)


def _publisher(content: _Content) -> Iterator[Agent]:
    publisher = content.one("publisher")
    if publisher.get("name") and publisher["name"] != UNAVAILABLE:
        known = publisher.get("publisherIdentifier")
        scheme = publisher.get("publisherIdentifierScheme") or ""
        yield Agent(
            name=publisher["name"],
            identifiers=(persistent(known, scheme),) if known else (),
            language=publisher.get("lang") or "",
        )


def _published(content: _Content, dates: Mapping[str, str]) -> str:
    year, issued = content.text("publicationYear"), dates.get("Issued", "")
    return issued if issued.startswith(year) and issued else year


def _described(content: _Content, kind: str) -> tuple[Text, ...]:
    found = content.all("descriptions")
    return tuple(
        _text(each, "description") for each in found if each.get("descriptionType") == kind
    )


def _moments(content: _Content, kind: str) -> Iterator[Moment]:
    for each in content.all("dates"):
        told = each.get("dateInformation") or ""
        of = each["dateType"]
        if of == "Other" and told.partition(":")[0] == COVERAGE:
            of, told = COVERAGE, told.partition(":")[2].strip()
        if of != kind:
            continue
        yield from moments(str(each["date"]), cycle=told)


def moments(span: str, *, cycle: str = "") -> Iterator[Moment]:
    """Yield the moments of a date or a range, as `spans` wrote it."""
    start, slash, end = span.partition("/")
    if not slash:
        yield Moment(date=start, cycle=cycle)
    if slash and start:
        yield Moment(date=start, event="start", cycle=cycle)
    if end:
        yield Moment(date=end, event="end", cycle=cycle)


def nation_code(place: str) -> str:
    """Return the code of a country by its English name; empty if it is none."""
    return vocabulary("CountryNamesAndCodes").code_of(place)


def _nations(places: Iterable[str]) -> Iterator[Place]:
    for each in places:
        if code := nation_code(each):
            yield Place(value=each, code=code)


def _grant(value: Mapping[str, Any]) -> Grant:
    known, kind = value.get("funderIdentifier"), value.get("funderIdentifierType") or ""
    name = value.get("funderName") or ""
    return Grant(
        funder="" if name == UNAVAILABLE else name,
        number=str(value.get("awardNumber") or ""),
        identifiers=(persistent(known, "" if kind == "Other" else kind),) if known else (),
    )


def _access(content: _Content, dates: Mapping[str, str]) -> Access:
    level, licence, licence_uri = None, "", ""
    statement = []
    for each in content.all("rightsList"):
        scheme = each.get("rightsIdentifierScheme") or ""
        if scheme == LEVEL_SCHEME and each.get("rightsIdentifier") in _LEVELS:
            level = Level(each["rightsIdentifier"])
        elif scheme or each.get("rightsUri"):
            licence_uri = each.get("rightsUri") or ""
            licence = each["rightsIdentifier"] if scheme == "SPDX" else each.get("rights") or ""
            licence = "" if licence == licence_uri else licence
        elif each.get("rights"):
            statement.append(_text(each, "rights"))
    return Access(
        level=level,
        statement=tuple(statement),
        licence=licence,
        licence_uri=licence_uri,
        embargo=_day(dates.get("Available", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _works(content: _Content) -> Iterator[Work]:
    told: set[str] = set()
    for each in content.all("relatedItems"):
        known = each.get("relatedItemIdentifier") or {}
        identifier = str(known.get("relatedItemIdentifier") or "")
        told.add(identifier)
        kind = (each.get("relatedItemType") or "", known.get("relatedItemIdentifierType") or "")
        yield _work(each, identifier, kind, _text(each["titles"][0], "title"))
    for each in content.all("relatedIdentifiers"):
        identifier = str(each.get("relatedIdentifier") or "")
        if identifier not in told and each.get("relationType") in _RELATIONS:
            kind = (each.get("resourceTypeGeneral") or "", each.get("relatedIdentifierType") or "")
            yield _work(each, identifier, kind, Text(value=""))


def _work(value: Mapping[str, Any], identifier: str, kind: tuple[str, str], citation: Text) -> Work:
    """Return a work, given the type of resource and the type of its identifier."""
    relation = _RELATIONS.get(value.get("relationType") or "", "reference")
    doi = doi_in(identifier) if kind[1] == "DOI" else ""
    found = Identifier(value=doi, agency="DOI", uri=f"{RESOLVER}{doi}") if doi else None
    if kind[1] in IDENTIFIER_TYPES:
        found = Identifier(value=identifier, agency=kind[1])
    return Work(
        citation=citation.value,
        relation="study" if relation == "reference" and kind[0] == "Dataset" else relation,
        uri="" if found else identifier,
        identifiers=(found,) if found else (),
        date=str(value.get("publicationYear") or ""),
        language=citation.language,
    )
