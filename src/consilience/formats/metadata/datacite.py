"""A record as DataCite metadata (JSON): what is registered with a DOI.

What DataCite can hold and both directions keep: titles (with alternative ones), identifiers,
creators, publishers, producers, collectors, contributors and contacts with their affiliation and
one identifier scheme each, year or day of publication, deposit, version, embargo, keywords, topics
of CESSDA's classification, abstract, series, dates of collection and coverage, nations and places,
grants, rights, level, licence and works. Methods are written as one description and read back as
notes on method; files are told by number, size and format only; variables are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from consilience.base.errors import Fault
from consilience.formats.metadata.identifiers import (
    EMAIL,
    ROR,
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
    Identifier,
    Level,
    Method,
    Moment,
    Record,
    Term,
    Text,
    Work,
)

Json = dict[str, Any]

KERNEL: Final = "http://datacite.org/schema/kernel-4"
# DataCite's own word for what a source does not say (kernel 4, appendix 3).
UNAVAILABLE: Final = ":unav"
SIMULATED: Final = "The data were made by a program and tell nothing about the world."
LEVEL_SCHEME: Final = "access level"
COVERAGE: Final = "Coverage"

# COAR access rights of the three levels.
LEVEL_URIS: Final = {
    Level.OPEN: "http://purl.org/coar/access_right/c_abf2",
    Level.SAFEGUARDED: "http://purl.org/coar/access_right/c_16ec",
    Level.CONTROLLED: "http://purl.org/coar/access_right/c_16ec",
}
# relation of a work: DataCite's relation and type of resource
RELATIONS: Final = {
    "publication": ("IsCitedBy", "Text"),
    "material": ("IsDocumentedBy", "Text"),
    "study": ("References", "Dataset"),
    "reference": ("References", "Text"),
}
# DDI role: type of contributor
_ROLES: Final = {
    "Contact": "ContactPerson",
    "DataCollection": "DataCollector",
    "DataDistribution": "Distributor",
    "DataHosting": "HostingInstitution",
    "DataManagement": "DataManager",
    "Editing": "Editor",
    "FundingProvision": "Sponsor",
    "ProjectOperations.ProjectLeader": "ProjectLeader",
    "ProjectOperations.ProjectManager": "ProjectManager",
    "ProjectOperations.ProjectMember": "ProjectMember",
    "RightsHolding": "RightsHolder",
    "Sponsorship": "Sponsor",
    "Supervision": "Supervisor",
}
# Types of contributors that the record has no field of its own for.
TYPES: Final = frozenset(
    [
        "DataCurator",
        "DataManager",
        "Editor",
        "HostingInstitution",
        "ProjectLeader",
        "ProjectManager",
        "ProjectMember",
        "RegistrationAgency",
        "RegistrationAuthority",
        "RelatedPerson",
        "Researcher",
        "ResearchGroup",
        "Sponsor",
        "Supervisor",
        "WorkPackageLeader",
        "Other",
    ]
)
# Types of identifiers of works, beside DOI and URL.
IDENTIFIER_TYPES: Final = frozenset(
    {
        "ARK",
        "arXiv",
        "bibcode",
        "EAN13",
        "EISSN",
        "Handle",
        "IGSN",
        "ISBN",
        "ISSN",
        "ISTC",
        "LISSN",
        "LSID",
        "PMID",
        "PURL",
        "UPC",
        "URN",
        "w3id",
    }
)
_ISO: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_SPDX: Final = re.compile(r"(CC|OGL|ODC|ODbL|PDDL|MIT|Apache)[A-Za-z0-9.+-]*")
_SCHEME_URIS: Final = {"ORCID": "https://orcid.org", "ROR": "https://ror.org"}
_FUNDERS: Final = ("ISNI", "GRID", "Crossref Funder ID", "ROR")


def datacite_json(record: Record, *, url: str = "") -> Json:
    """Return a record as the JSON of DataCite's kernel 4.5.

    Args:
        record: the record.
        url: address of the landing page, which DataCite asks for when a DOI is registered.

    Returns:
        A plain dictionary, valid against kernels 4.5 to 4.7. What the record does not say of
        creators, publisher and funders is `:unav`, DataCite's word for it.

    Raises:
        Fault: FMT-346 if the record has no title or no year.

    Source: DataCite Metadata Schema 4.5.
    """
    year = _year(record)
    if not record.titles or not year:
        missing = "title" if not record.titles else "year of publication"
        raise Fault("FMT-346", missing=missing)
    whole: Json = {
        "doi": doi_of(record),
        "url": url,
        "types": _filled(
            resourceType="; ".join(each.value for each in record.data_kinds),
            resourceTypeGeneral="Dataset",
        ),
        "creators": [_agent(each) for each in record.creators] or [{"name": UNAVAILABLE}],
        "titles": _titles(record),
        "publisher": _publisher(record),
        "publicationYear": year,
        "subjects": [_subject(each) for each in (*record.keywords, *record.topics)],
        "contributors": list(_contributors(record)),
        "dates": list(_dates(record)),
        "language": record.language,
        "alternateIdentifiers": [
            {
                "alternateIdentifier": each.value,
                "alternateIdentifierType": each.agency or "Local",
            }
            for each in record.identifiers
            if not is_doi(each)
        ],
        "relatedIdentifiers": [found for each in record.works if (found := _related(each))],
        "relatedItems": [_item(each) for each in record.works if each.citation],
        "sizes": _sizes(record),
        "formats": [each.media_type for each in record.files if each.media_type],
        "version": record.version,
        "rightsList": list(_rights(record.access)),
        "descriptions": list(_descriptions(record)),
        "geoLocations": [
            {"geoLocationPlace": each.value} for each in (*record.places, *record.nations)
        ],
        "fundingReferences": [_funding(each) for each in record.grants],
        "schemaVersion": KERNEL,
    }
    return {
        key: _unique(value) if isinstance(value, list) else value
        for key, value in whole.items()
        if value
    }


def _year(record: Record) -> str:
    dates = (record.published, record.version_date, record.deposited, record.production_date)
    return next((each[:4] for each in dates if re.match(r"\d{4}", each)), "")


def _filled(**values: Any) -> Json:  # noqa: ANN401  (whatever JSON holds)
    return {key: value for key, value in values.items() if value}


def _unique(values: Iterable[Any]) -> list[Any]:
    """Return values without what is there already, as DataCite's schema demands."""
    # As written out: to compare each with all before takes hours for a million of keywords.
    listed = list(values)
    return listed if len(listed) < 2 else list({repr(each): each for each in listed}.values())


def _address(text: str) -> str:
    return text if _URI.fullmatch(text) else ""


def _titles(record: Record) -> list[Json]:
    titles = [_filled(title=each.value, lang=each.language) for each in record.titles]
    others = [
        _filled(title=each.value, titleType="AlternativeTitle", lang=each.language)
        for each in record.alternative_titles
    ]
    return titles + others


def _agent(agent: Agent) -> Json:
    """Return a person or organisation; a ROR beside an affiliation is the affiliation's."""
    whole = parted(agent)
    named = [each for each in whole.identifiers if each.agency not in ("", EMAIL)]
    affiliation = [each for each in named if each.agency == ROR and whole.affiliation]
    person = is_person(whole)
    return _filled(
        name=whole.name or UNAVAILABLE,
        nameType="Personal" if person else "",
        lang=whole.language,
        affiliation=[_affiliation(whole.affiliation, affiliation)] if whole.affiliation else [],
        nameIdentifiers=_unique(
            _filled(
                nameIdentifier=each.uri or each.value,
                nameIdentifierScheme=each.agency,
                schemeUri=_SCHEME_URIS.get(each.agency, ""),
            )
            for each in named
            if each not in affiliation
        ),
    )


def _affiliation(name: str, identifiers: Sequence[Identifier]) -> Json:
    if not identifiers:
        return {"name": name}
    return _filled(
        name=name,
        affiliationIdentifier=identifiers[0].uri or identifiers[0].value,
        affiliationIdentifierScheme=ROR,
        schemeUri=_SCHEME_URIS[ROR],
    )


def _publisher(record: Record) -> Json:
    if not record.publishers:
        return {"name": UNAVAILABLE}
    first = record.publishers[0]
    known = next((each for each in first.identifiers if each.agency == ROR), None)
    return _filled(
        name=first.name or UNAVAILABLE,
        publisherIdentifier=(known.uri or known.value) if known else "",
        publisherIdentifierScheme=ROR if known else "",
        schemeUri=_SCHEME_URIS[ROR] if known else "",
        lang=first.language,
    )


def _subject(term: Term) -> Json:
    return _filled(
        subject=term.value or term.code,
        subjectScheme=term.vocabulary,
        schemeUri=_address(term.vocabulary_uri),
        classificationCode=term.code,
        lang=term.language,
    )


def _contributors(record: Record) -> Iterator[Json]:
    groups: tuple[tuple[str, Iterable[Agent]], ...] = (
        ("Producer", record.producers),
        ("DataCollector", record.method.collectors),
        ("Distributor", record.publishers[1:]),
        ("ContactPerson", record.contacts),
    )
    for kind, agents in groups:
        for each in agents:
            yield {"contributorType": kind, **_agent(each)}
    for each in record.contributors:
        known = each.role if each.role in TYPES else _ROLES.get(each.role, "Other")
        yield {"contributorType": known, **_agent(each)}
    for text in record.copyright:
        holder = _filled(name=text.value, lang=text.language)
        yield {"contributorType": "RightsHolder", **holder}


def _dates(record: Record) -> Iterator[Json]:
    embargo = record.access.embargo
    single = (
        ("Created", record.production_date),
        ("Submitted", record.deposited),
        ("Issued", record.published if len(record.published) > 4 else ""),
        ("Updated", record.version_date),
        ("Available", embargo.isoformat() if embargo else ""),
    )
    for kind, date in single:
        if _ISO.fullmatch(date):
            yield {"date": date, "dateType": kind}
    for date, cycle in spans(record.collection):
        yield _filled(date=date, dateType="Collected", dateInformation=cycle)
    for date, cycle in spans(record.coverage):
        # A type of its own only since 4.6.
        told = f"{COVERAGE}: {cycle}" if cycle else COVERAGE
        yield {"date": date, "dateType": "Other", "dateInformation": told}


def spans(moments: Sequence[Moment]) -> Iterator[tuple[str, str]]:
    """Yield each moment as a date, or with the end that follows its start as a range.

    Args:
        moments: in their order; those without a date of ISO 8601 are left out.

    Yields:
        A date, `start/end`, `start/` or `/end`, and the cycle that it belongs to.
    """
    start: Moment | None = None
    for each in moments:
        if not _ISO.fullmatch(each.date):
            continue
        if start is not None and each.event == "end" and each.cycle == start.cycle:
            yield f"{start.date}/{each.date}", each.cycle
            start = None
            continue
        if start is not None:
            yield f"{start.date}/", start.cycle
        start = each if each.event == "start" else None
        if start is None:
            yield (f"/{each.date}" if each.event == "end" else each.date), each.cycle
    if start is not None:
        yield f"{start.date}/", start.cycle


def _related(work: Work) -> Json | None:
    found = _known(work)
    if found is None:
        return None
    relation, kind = RELATIONS.get(work.relation, RELATIONS["reference"])
    return {
        "relatedIdentifier": found[0],
        "relatedIdentifierType": found[1],
        "relationType": relation,
        "resourceTypeGeneral": kind,
    }


def _known(work: Work) -> tuple[str, str] | None:
    """Return the identifier of a work and its type: a DOI, one of DataCite's list, an address."""
    for each in work.identifiers:
        if each.agency in ("", "DOI") and (doi := doi_in(each.value)):
            return doi, "DOI"
    for each in work.identifiers:
        if each.agency in IDENTIFIER_TYPES:
            return each.value, each.agency
    if "doi.org/" in work.uri and (doi := doi_in(work.uri)):
        return doi, "DOI"
    return (work.uri, "URL") if _address(work.uri) else None


def _item(work: Work) -> Json:
    relation, kind = RELATIONS.get(work.relation, RELATIONS["reference"])
    known = _related(work)
    identifier = known and {
        "relatedItemIdentifier": known["relatedIdentifier"],
        "relatedItemIdentifierType": known["relatedIdentifierType"],
    }
    return _filled(
        titles=[_filled(title=work.citation, lang=work.language)],
        relatedItemType=kind,
        relationType=relation,
        relatedItemIdentifier=identifier,
        publicationYear=work.date[:4] if re.match(r"\d{4}", work.date) else "",
    )


def _sizes(record: Record) -> list[str]:
    bytes_known = [each.size for each in record.files if each.size is not None]
    told = [f"{len(record.files)} files"] if record.files else []
    return told + ([f"{sum(bytes_known)} bytes"] if bytes_known else [])


def _rights(access: Access) -> Iterator[Json]:
    for text in access.statement:
        yield _filled(rights=text.value, lang=text.language)
    if access.level is not None:
        yield {
            "rights": f"{access.level.value.capitalize()} access",
            "rightsUri": LEVEL_URIS[access.level],
            "rightsIdentifier": access.level.value,
            "rightsIdentifierScheme": LEVEL_SCHEME,
        }
    if access.licence or access.licence_uri:
        spdx = bool(_SPDX.fullmatch(access.licence))
        yield _filled(
            rights=access.licence or access.licence_uri,
            rightsUri=_address(access.licence_uri),
            rightsIdentifier=access.licence if spdx else "licence",
            rightsIdentifierScheme="SPDX" if spdx else "name",
            schemeUri="https://spdx.org/licenses/" if spdx else "",
        )


def _descriptions(record: Record) -> Iterator[Json]:
    for text in record.abstract:
        yield _filled(description=text.value, descriptionType="Abstract", lang=text.language)
    if methods := _methods(record.method):
        yield _filled(description=methods.value, descriptionType="Methods", lang=methods.language)
    for series in record.series:
        for text in series.name:
            kind = "SeriesInformation"
            yield _filled(description=text.value, descriptionType=kind, lang=text.language)
    if record.simulated:
        yield {"description": SIMULATED, "descriptionType": "TechnicalInfo", "lang": "en"}


def _methods(method: Method) -> Text | None:
    """Return sampling, modes and notes as one text."""
    terms = (Text(value=each.value, language=each.language) for each in method.sampling)
    modes = (Text(value=each.value, language=each.language) for each in method.modes)
    parts = [each for each in (*terms, *modes, *method.notes) if each.value]
    languages = {each.language for each in parts}
    if not parts:
        return None
    language = languages.pop() if len(languages) == 1 else ""
    return Text(value="\n\n".join(each.value for each in parts), language=language)


def _funding(grant: Grant) -> Json:
    first = grant.identifiers[0] if grant.identifiers else None
    kind = "" if first is None else (first.agency if first.agency in _FUNDERS else "Other")
    return _filled(
        funderName=grant.funder or UNAVAILABLE,
        funderIdentifier=(first.uri or first.value) if first else "",
        funderIdentifierType=kind,
        awardNumber=grant.number,
    )
