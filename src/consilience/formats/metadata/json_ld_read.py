"""A record from a Dataset of schema.org: JSON-LD of a page, or the metadata of an RO-Crate."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.datacite import SIMULATED
from consilience.formats.metadata.datacite_read import moments
from consilience.formats.metadata.identifiers import RESOLVER, doi_in, persistent
from consilience.formats.metadata.json_ld import (
    EMBARGO,
    LEVEL,
    NO_LICENCE,
    QUESTION,
    WORKS,
    Json,
)
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Level,
    Place,
    Record,
    Series,
    StudyFile,
    Term,
    Text,
    Variable,
    Work,
)
from consilience.formats.metadata.vocabularies import named

_ROOT: Final = "ro-crate-metadata.json"
_RELATIONS: Final = {value: relation for relation, value in WORKS.items()}


def read_json_ld(data: bytes, *, name: str) -> Record:
    """Return the record that stands in JSON-LD.

    Args:
        data: a Dataset of schema.org, several things of which one is, or `ro-crate-metadata.json`.
        name: of the file, for complaints.

    Raises:
        Fault: FMT-349 if there is no Dataset with a name in it.
    """
    where = Where(file=name)
    try:
        return _record(_Dataset(json.loads(data)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Fault("FMT-349", where=where, name=name) from error


class _Dataset:
    """The properties of a Dataset; what it only names is looked up in the graph it stands in."""

    def __init__(self, content: Any) -> None:  # noqa: ANN401  (whatever JSON holds)
        graph = content.get("@graph", [content]) if isinstance(content, dict) else content
        self._graph: dict[str, Json] = {each["@id"]: each for each in graph if "@id" in each}
        about = self._graph.get(_ROOT, {}).get("about", {}).get("@id")
        found = [self._graph[about]] if about else [each for each in graph if _is_dataset(each)]
        self._content = found[0] if found else {}
        if not self.text("name"):
            raise ValueError

    def many(self, key: str, of: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the values of a property, each looked up where it is a mere reference."""
        value = (self._content if of is None else of).get(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [self._whole(each) for each in values]

    def _whole(self, value: Any) -> Any:  # noqa: ANN401  (whatever JSON holds)
        if isinstance(value, dict) and set(value) == {"@id"}:
            return self._graph.get(value["@id"], value)
        return value

    def things(self, key: str, of: Mapping[str, Any] | None = None) -> list[Json]:
        """Return values as things; a plain word is a thing of that name."""
        found = self.many(key, of)
        return [each if isinstance(each, dict) else {"name": str(each)} for each in found]

    def texts(self, key: str, of: Mapping[str, Any] | None = None) -> list[str]:
        """Return values that are words."""
        return [str(each) for each in self.many(key, of) if not isinstance(each, dict)]

    def text(self, key: str, of: Mapping[str, Any] | None = None) -> str:
        """Return the first of them; empty if there is none."""
        return next(iter(self.texts(key, of)), "")


def _is_dataset(thing: Mapping[str, Any]) -> bool:
    kind = thing.get("@type", "")
    return "Dataset" in (kind if isinstance(kind, list) else [kind])


def _record(data: _Dataset) -> Record:
    described = data.texts("description")
    language = data.text("inLanguage")
    identifiers = tuple(_identifiers(data))
    doi = next((each.value for each in identifiers if each.agency == "DOI"), "")
    addresses = [f"{RESOLVER}{doi}"] if doi else []
    return Record(
        titles=(Text(value=data.text("name")),),
        alternative_titles=tuple(Text(value=each) for each in data.texts("alternateName")),
        identifiers=identifiers,
        holdings=tuple(
            Holding(uri=each, language=language) for each in (*addresses, *data.texts("sameAs"))
        ),
        creators=_agents(data, "creator") or _agents(data, "author"),
        contributors=_agents(data, "contributor"),
        producers=_agents(data, "producer"),
        production_date=data.text("dateCreated"),
        copyright=_texts(data, "copyrightNotice"),
        grants=tuple(_grant(data, each) for each in data.things("funding")),
        publishers=_agents(data, "publisher"),
        published=data.text("datePublished"),
        version=data.text("version"),
        version_date=data.text("dateModified"),
        series=tuple(
            Series(name=(Text(value=each["name"]),), uri=each.get("url", ""))
            for each in data.things("isPartOf")
            if each.get("@type") == "CreativeWorkSeries"
        ),
        citation=_texts(data, "creditText"),
        keywords=tuple(_term(each) for each in data.things("keywords")),
        topics=tuple(_term(each) for each in data.things("about")),
        abstract=tuple(Text(value=each) for each in described if each != SIMULATED),
        coverage=tuple(each for span in data.texts("temporalCoverage") for each in moments(span)),
        nations=tuple(
            Place(value=each["name"], code=each.get("identifier", ""))
            for each in data.things("spatialCoverage")
            if each.get("@type") == "Country"
        ),
        places=tuple(
            Place(value=each["name"])
            for each in data.things("spatialCoverage")
            if each.get("@type") != "Country" and each.get("name")
        ),
        data_kinds=tuple(Term(value=each) for each in data.texts("genre")),
        access=_access(data),
        works=tuple(_works(data)),
        files=tuple(_files(data)),
        variables=tuple(_variables(data)),
        language=language,
        simulated=SIMULATED in described,
    )


def _texts(data: _Dataset, key: str) -> tuple[Text, ...]:
    return tuple(Text(value=each) for each in data.texts(key))


def _identifiers(data: _Dataset) -> Iterator[Identifier]:
    for each in data.many("identifier"):
        value = str(each.get("value", "")) if isinstance(each, dict) else str(each)
        agency = str(each.get("propertyID", "")) if isinstance(each, dict) else ""
        if doi := doi_in(value):
            yield Identifier(value=doi, agency="DOI", uri=f"{RESOLVER}{doi}")
        elif value:
            yield Identifier(value=value, agency=agency)


def _agents(data: _Dataset, key: str) -> tuple[Agent, ...]:
    return tuple(_agent(data, each) for each in data.things(key))


def _agent(data: _Dataset, thing: Json) -> Agent:
    bodies = data.things("affiliation", thing)
    known = [*(each.get("@id", "") for each in (thing, *bodies)), *data.texts("identifier", thing)]
    identifiers = (persistent(each) for each in known if "://" in each)
    return Agent(
        name=data.text("name", thing),
        affiliation="; ".join(data.text("name", each) for each in bodies),
        abbreviation=data.text("alternateName", thing),
        uri=data.text("url", thing),
        role=data.text("jobTitle", thing),
        identifiers=tuple(each for each in identifiers if each.agency),
    )


def _grant(data: _Dataset, thing: Json) -> Grant:
    funder = next(iter(data.things("funder", thing)), {})
    known = persistent(funder.get("@id", "")) if "://" in funder.get("@id", "") else None
    return Grant(
        funder=data.text("name", funder),
        number=data.text("identifier", thing),
        identifiers=(known,) if known and known.agency else (),
    )


def _term(thing: Json) -> Term:
    said = str(thing.get("inDefinedTermSet", ""))
    known = named("", said)
    address = said if "://" in said or said.startswith("urn:") else ""
    return Term(
        value=str(thing.get("name", "")),
        code=str(thing.get("termCode", "")),
        vocabulary=known.vocabulary.title if known else "" if address else said,
        vocabulary_uri=address,
    )


def _access(data: _Dataset) -> Access:
    licence, licence_uri = _licence(data, None)
    level, embargo, said = _conditions(data, None)
    if level is None and data.many("isAccessibleForFree") == [True]:
        level = Level.OPEN
    return Access(
        level=level,
        statement=tuple(Text(value=each) for each in said),
        licence=licence,
        licence_uri=licence_uri,
        embargo=embargo,
    )


def _licence(data: _Dataset, of: Json | None) -> tuple[str, str]:
    """Return the name of a licence and its address."""
    for each in data.things("license", of):
        name, address = data.text("name", each), str(each.get("@id", ""))
        if "://" in name:
            return "", name
        if name != NO_LICENCE:
            return name, address if "://" in address else ""
    return "", ""


def _conditions(data: _Dataset, of: Json | None) -> tuple[Level | None, dt.date | None, list[str]]:
    """Return level, embargo and what else is said on access."""
    said = data.texts("conditionsOfAccess", of)
    levels = [each.removeprefix(LEVEL) for each in said if each.startswith(LEVEL)]
    days = [each.removeprefix(EMBARGO) for each in said if each.startswith(EMBARGO)]
    rest = [each for each in said if not each.startswith((LEVEL, EMBARGO))]
    return (
        Level(levels[0]) if levels else None,
        dt.date.fromisoformat(days[0]) if days else None,
        rest,
    )


def _works(data: _Dataset) -> Iterator[Work]:
    for key in ("subjectOf", "citation"):
        for each in data.things(key):
            doi = doi_in(str(each.get("@id", "")))
            genre = str(each.get("genre", ""))
            known = Identifier(value=doi, agency="DOI", uri=f"{RESOLVER}{doi}")
            yield Work(
                citation=data.text("name", each),
                relation=_RELATIONS.get((key, genre), _RELATIONS[key, ""]),
                uri=data.text("url", each),
                identifiers=(known,) if doi else (),
                date=data.text("datePublished", each),
                language=data.text("inLanguage", each),
            )


def _files(data: _Dataset) -> Iterator[StudyFile]:
    found = [*data.things("distribution"), *data.things("hasPart")]
    files = [each for each in found if each.get("@type") in ("DataDownload", "File")]
    sets = {
        part["@id"]: data.text("name", each)
        for each in data.things("mentions")
        for part in each.get("hasPart", ())
    }
    for number, each in enumerate(files, start=1):
        level, embargo, _ = _conditions(data, each)
        contents, *notes = data.texts("description", each) or [""]
        size = data.text("contentSize", each)
        yield StudyFile(
            id=f"f{number}",
            name=data.text("name", each),
            contents=contents,
            media_type=data.text("encodingFormat", each),
            size=int(size) if size.isdecimal() else None,
            checksum=data.text("sha256", each),
            uri=data.text("contentUrl", each),
            level=level,
            licence=" ".join(filter(None, _licence(data, each))),
            embargo=embargo,
            data_set=sets.get(str(each.get("@id", "")), ""),
            notes=tuple(notes),
        )


def _variables(data: _Dataset) -> Iterator[Variable]:
    for number, each in enumerate(data.things("variableMeasured"), start=1):
        question = data.text("description", each)
        yield Variable(
            id=str(each.get("@id", "")).removeprefix("#") or f"v{number}",
            name=data.text("name", each),
            label=data.text("alternateName", each),
            question=question.removeprefix(QUESTION) if question.startswith(QUESTION) else "",
        )
