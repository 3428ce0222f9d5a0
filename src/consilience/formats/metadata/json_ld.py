"""A record as a Dataset of schema.org (JSON-LD), which search engines read in a page.

Both directions keep: titles without their languages, DOI and other identifiers, addresses,
creators, contributors, producers and publishers with affiliation and one address each, dates of
publication, production and version, version, keywords, topics, abstract, coverage, nations and
places, series, grants, level, statements, licence, works, files, and of variables name, label and
question. Methods are written in words and not read back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from consilience.formats.metadata.datacite import SIMULATED, spans
from consilience.formats.metadata.identifiers import (
    EMAIL,
    ORCID,
    RESOLVER,
    doi_in,
    doi_of,
    is_doi,
    is_person,
    parted,
)
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Level,
    Record,
    StudyFile,
    Term,
    Variable,
    Work,
)

Json = dict[str, Any]

CONTEXT: Final = "https://schema.org/"
LEVEL: Final = "Access level: "
EMBARGO: Final = "Not before: "
QUESTION: Final = "Question: "
NO_LICENCE: Final = "No licence is stated."
# relation of a work: property, and the genre that tells two of one property apart
WORKS: Final = {
    "publication": ("subjectOf", ""),
    "material": ("subjectOf", "documentation"),
    "study": ("citation", "study"),
    "reference": ("citation", ""),
}


def json_ld(record: Record, *, url: str = "", catalogue: str = "", catalogue_url: str = "") -> Json:
    """Return a record as a Dataset of schema.org.

    Args:
        record: the record.
        url: address of its landing page.
        catalogue: name of the catalogue that it is in.
        catalogue_url: address of that catalogue.

    Returns:
        A plain dictionary, to be written as JSON. `isAccessibleForFree` is said of open data only:
        what others cost no record says. `conditionsOfAccess` begins with the level.

    Source: schema.org Dataset; Google, structured data for datasets.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> json_ld(Record(titles=(Text(value="A study"),)), url="https://a.org/1")["name"]
        'A study'
    """
    doi = doi_of(record)
    catalogued = filled({"@type": "DataCatalog", "name": catalogue, "url": catalogue_url})
    return filled(
        {
            "@context": CONTEXT,
            "@type": "Dataset",
            "@id": f"{RESOLVER}{doi}" if doi else url,
            **described(record),
            "url": url,
            "includedInDataCatalog": catalogued if len(catalogued) > 1 else {},
            "variableMeasured": [_variable(each) for each in record.variables],
            "distribution": [
                file_of(each, {"@type": "DataDownload", "contentUrl": each.uri})
                for each in record.files
            ],
        }
    )


def described(record: Record) -> Json:
    """Return what a Dataset says of a study, without its files, variables and own address."""
    simulated = [SIMULATED] if record.simulated else []
    names = [each.value for each in (*record.titles, *record.alternative_titles)]
    return {
        "name": names[0] if names else "",
        "alternateName": one_or_many(names[1:]),
        "description": one_or_many([each.value for each in record.abstract] + simulated),
        "identifier": list(_identifiers(record)),
        "sameAs": one_or_many(_addresses(record)),
        "creator": [agent_of(each) for each in record.creators],
        "contributor": [agent_of(each) for each in record.contributors],
        "producer": [agent_of(each) for each in record.producers],
        "publisher": [agent_of(each, "Organization") for each in record.publishers],
        "funding": [_grant(each) for each in record.grants],
        "datePublished": record.published,
        "dateCreated": record.production_date,
        "dateModified": record.version_date,
        "version": record.version,
        "inLanguage": record.language,
        "keywords": [_keyword(each) for each in record.keywords],
        "about": [_defined(each) for each in record.topics],
        "temporalCoverage": one_or_many([span for span, _ in spans(record.coverage)]),
        "spatialCoverage": [
            *({"@type": "Place", "name": each.value} for each in record.places),
            *(
                filled({"@type": "Country", "name": each.value, "identifier": each.code})
                for each in record.nations
            ),
        ],
        "measurementTechnique": one_or_many(_methods(record)),
        "isPartOf": [
            filled({"@type": "CreativeWorkSeries", "name": text.value, "url": each.uri})
            for each in record.series
            for text in each.name
        ],
        **_works(record.works),
        "genre": one_or_many([each.value for each in record.data_kinds]),
        "creditText": one_or_many([each.value for each in record.citation]),
        "copyrightNotice": one_or_many([each.value for each in record.copyright]),
        "license": record.access.licence_uri or record.access.licence,
        "isAccessibleForFree": True if record.access.level is Level.OPEN else None,
        "conditionsOfAccess": one_or_many(_conditions(record.access)),
    }


def filled(content: Json) -> Json:
    """Return a thing without the properties that have no value."""
    return {key: value for key, value in content.items() if value}


def one_or_many(values: Iterable[str]) -> Any:  # noqa: ANN401  (a word, several or none)
    """Return a word alone, several as a list."""
    found = [each for each in values if each]
    return found[0] if len(found) == 1 else found


def agent_of(agent: Agent, kind: str = "") -> Json:
    """Return a person or an organisation; nothing tells others which one a bare name is."""
    whole = parted(agent)
    known = [each for each in whole.identifiers if each.agency not in ("", EMAIL)]
    own = [each for each in known if each.agency == ORCID or not whole.affiliation]
    bodies = [each for each in known if each not in own]
    return filled(
        {
            "@type": kind or ("Person" if is_person(whole) else "Organization"),
            "@id": (own[0].uri or own[0].value) if own else "",
            "name": whole.name,
            "alternateName": whole.abbreviation,
            "url": whole.uri,
            "jobTitle": whole.role,
            "affiliation": filled(
                {
                    "@type": "Organization",
                    "@id": (bodies[0].uri or bodies[0].value) if bodies else "",
                    "name": whole.affiliation,
                }
            )
            if whole.affiliation
            else {},
        }
    )


def file_of(file: StudyFile, kind: Json) -> Json:
    """Return a file: its size in bytes, its checksum and who may have it.

    Args:
        file: the file.
        kind: its type and where it lies.
    """
    level = [f"{LEVEL}{file.level.value}"] if file.level is not None else []
    embargo = [_not_before(file.embargo)] if file.embargo else []
    return filled(
        {
            **kind,
            "name": file.name,
            "description": one_or_many([file.contents, *file.notes]),
            "encodingFormat": file.media_type,
            "contentSize": "" if file.size is None else str(file.size),
            "sha256": file.checksum,
            "license": file.licence,
            "conditionsOfAccess": one_or_many([*level, *embargo]),
        }
    )


def _not_before(day: dt.date) -> str:
    return f"{EMBARGO}{day.isoformat()}"


def _identifiers(record: Record) -> Iterator[Any]:
    doi = doi_of(record)
    if doi:
        yield f"{RESOLVER}{doi}"
    for each in record.identifiers:
        if not is_doi(each) and each.value != doi:
            yield filled({"@type": "PropertyValue", "propertyID": each.agency, "value": each.value})


def _addresses(record: Record) -> list[str]:
    doi = doi_of(record)
    return [each.uri for each in record.holdings if not doi or doi not in each.uri]


def _grant(grant: Grant) -> Json:
    first = grant.identifiers[0] if grant.identifiers else None
    funder = {
        "@type": "Organization",
        "@id": (first.uri or first.value) if first else "",
        "name": grant.funder,
    }
    return filled(
        {
            "@type": "Grant",
            "identifier": grant.number,
            "funder": filled(funder) if grant.funder else {},
        }
    )


def _keyword(term: Term) -> Any:  # noqa: ANN401  (a word alone or with its vocabulary)
    known = term.vocabulary or term.vocabulary_uri or term.code
    return _defined(term) if known else term.value


def _defined(term: Term) -> Json:
    return filled(
        {
            "@type": "DefinedTerm",
            "name": term.value or term.code,
            "termCode": term.code,
            "inDefinedTermSet": term.vocabulary_uri or term.vocabulary,
        }
    )


def _methods(record: Record) -> list[str]:
    method = record.method
    return [each.value for each in (*method.sampling, *method.modes, *method.instruments)]


def _works(works: Sequence[Work]) -> Json:
    found: Json = {"subjectOf": [], "citation": []}
    for each in works:
        key, genre = WORKS.get(each.relation, WORKS["reference"])
        doi = next((doi for known in each.identifiers if (doi := doi_in(known.value))), "")
        work = {
            "@type": "CreativeWork",
            "@id": f"{RESOLVER}{doi}" if doi else "",
            "name": each.citation,
            "url": each.uri,
            "genre": genre,
            "datePublished": each.date,
            "inLanguage": each.language,
        }
        found[key].append(filled(work))
    return found


def _conditions(access: Access) -> list[str]:
    level = [f"{LEVEL}{access.level.value}"] if access.level is not None else []
    embargo = [_not_before(access.embargo)] if access.embargo else []
    return [*level, *embargo, *(each.value for each in access.statement)]


def _variable(variable: Variable) -> Json:
    question = f"{QUESTION}{variable.question}" if variable.question else ""
    return filled(
        {
            "@type": "PropertyValue",
            "@id": f"#{variable.id}",
            "name": variable.name,
            "alternateName": variable.label,
            "description": question,
        }
    )
