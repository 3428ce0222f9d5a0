"""Read the native JSON of Dataverse into a record.

Taken is what Dataverse itself writes into DDI, at the same places. What the record has no place for
is left out: bounding boxes, logos, sample sizes, software versions and the like.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.identifiers import EMAIL, RESOLVER
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Method,
    Moment,
    Place,
    Record,
    Series,
    StudyFile,
    Term,
    Text,
    Work,
)
from consilience.formats.metadata.xml_safe import iso_date, legal, tidy

_RESOLVERS: Final = {"doi": RESOLVER, "hdl": "https://hdl.handle.net/"}
# In the order of DDI, in which publications stand before references.
_RELATED: Final = {
    "relatedMaterial": "material",
    "relatedDatasets": "study",
    "otherReferences": "reference",
}


def read_dataverse(data: bytes, *, name: str) -> Record:
    """Answer what an export of Dataverse says of its study.

    Args:
        data: the native JSON of one data set, as `export?exporter=dataverse_json` or the native API
            gives it.
        name: name of the file, for faults.

    Returns:
        The record; what the export does not say is empty.

    Raises:
        Fault: FMT-360 if it is no JSON, FMT-361 if it is none of Dataverse.

    Source: Dataverse Guides 6, Native API and Dataset Metadata Management (metadata blocks
    citation, geospatial and socialscience).
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Fault("FMT-360", where=Where(file=name), reason=str(error)) from error
    return dataverse_record(content, name=name)


def dataverse_record(content: object, *, name: str) -> Record:
    """Return the record of an export that was read as JSON.

    Raises:
        Fault: FMT-361 if it is none of Dataverse.
    """
    top = content.get("data", content) if isinstance(content, dict) else None
    if isinstance(top, dict):
        version = top.get("datasetVersion") or top.get("latestVersion")
        if isinstance(version, dict) and isinstance(version.get("metadataBlocks"), dict):
            return _record(top, version, _Blocks(version["metadataBlocks"]))
    raise Fault("FMT-361", where=Where(file=name))


class _Blocks:
    """The fields of all metadata blocks by name."""

    def __init__(self, blocks: Mapping[str, Any]) -> None:
        self._fields: dict[str, Any] = {}
        for block in blocks.values():
            fields = block.get("fields", ()) if isinstance(block, dict) else ()
            for field in fields if isinstance(fields, list) else ():
                if isinstance(field, dict) and "typeName" in field:
                    self._fields.setdefault(str(field["typeName"]), field.get("value"))

    def values(self, *names: str) -> list[str]:
        """Return the values of plain fields, in the order of the names."""
        return [
            text
            for name in names
            for each in _many(self._fields.get(name))
            if (text := _plain(each))
        ]

    def first(self, name: str) -> str:
        """Return the first value of a plain field, empty if there is none."""
        return next(iter(self.values(name)), "")

    def texts(self, *names: str) -> tuple[Text, ...]:
        """Return the values of plain fields as texts."""
        return tuple(Text(value=each) for each in self.values(*names))

    def terms(self, *names: str) -> tuple[Term, ...]:
        """Return the values of plain fields as free terms."""
        return tuple(Term(value=each) for each in self.values(*names))

    def groups(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the parts of each value of a compound field, by their name without its own."""
        for each in _many(self._fields.get(name)):
            if isinstance(each, dict):
                parts = {
                    key: _plain(part.get("value"))
                    for key, part in each.items()
                    if isinstance(part, dict)
                }
                yield {key: value for key, value in parts.items() if value}


def _many(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _plain(value: object) -> str:
    return tidy(legal(str(value))) if isinstance(value, str | int | float) else ""


def _record(top: Mapping[str, Any], version: Mapping[str, Any], blocks: _Blocks) -> Record:
    published = blocks.first("distributionDate") or _plain(top.get("publicationDate"))
    return Record(
        titles=blocks.texts("title"),
        alternative_titles=blocks.texts("subtitle", "alternativeTitle"),
        identifiers=tuple(_identifiers(top, blocks)),
        holdings=tuple(Holding(uri=uri) for uri in [_address(top)] if uri),
        creators=tuple(_agents(blocks, "author")),
        contributors=tuple(
            Agent(name=each["contributorName"], role=each.get("contributorType", ""))
            for each in blocks.groups("contributor")
            if "contributorName" in each
        ),
        producers=tuple(_agents(blocks, "producer", url=False)),
        production_date=iso_date(blocks.first("productionDate")),
        software=tuple(
            Text(value=each["softwareName"])
            for each in blocks.groups("software")
            if "softwareName" in each
        ),
        grants=tuple(_grants(blocks)),
        publishers=(*_owner(top), *_agents(blocks, "distributor")),
        depositors=tuple(Agent(name=each) for each in blocks.values("depositor")),
        contacts=tuple(_contacts(blocks)),
        published=iso_date(published) or published[:4],
        deposited=iso_date(blocks.first("dateOfDeposit")),
        version=_number(version),
        series=tuple(_series(blocks)),
        keywords=(
            *(Term(value=each, language="en") for each in blocks.values("subject")),
            *_vocabulary(blocks, "keyword", "keywordValue", "keywordVocabulary"),
        ),
        topics=tuple(
            _vocabulary(blocks, "topicClassification", "topicClassValue", "topicClassVocab")
        ),
        abstract=tuple(
            Text(value=each["dsDescriptionValue"])
            for each in blocks.groups("dsDescription")
            if "dsDescriptionValue" in each
        ),
        collection=tuple(_moments(blocks, "dateOfCollection")),
        coverage=tuple(_moments(blocks, "timePeriodCovered")),
        nations=tuple(_places(blocks, "country")),
        places=tuple(_places(blocks, "city", "state", "otherGeographicCoverage")),
        units=blocks.terms("unitOfAnalysis"),
        universe=blocks.texts("universe"),
        data_kinds=blocks.terms("kindOfData"),
        method=_method(blocks),
        access=_access(version),
        works=tuple(_works(blocks)),
        notes=blocks.texts("notesText", "datasetLevelErrorNotes"),
        files=tuple(_files(version)),
    )


def _number(version: Mapping[str, Any]) -> str:
    """Return the number of a version as Dataverse writes it, empty for a draft."""
    major, minor = version.get("versionNumber"), version.get("versionMinorNumber", 0)
    return "" if major is None else f"{major}.{minor or 0}"


def _address(top: Mapping[str, Any]) -> str:
    given = _plain(top.get("persistentUrl"))
    resolver = _RESOLVERS.get(_plain(top.get("protocol")))
    if given or resolver is None:
        return given
    parts = (_plain(top.get(key)) for key in ("authority", "identifier"))
    return resolver + "/".join(part for part in parts if part)


def _identifiers(top: Mapping[str, Any], blocks: _Blocks) -> Iterator[Identifier]:
    protocol, authority, own = (
        _plain(top.get(key)) for key in ("protocol", "authority", "identifier")
    )
    if protocol and authority and own:
        agency = {"doi": "DOI", "hdl": "handle"}.get(protocol, protocol)
        yield Identifier(value=f"{protocol}:{authority}/{own}", agency=agency)
    for each in blocks.groups("otherId"):
        if "otherIdValue" in each:
            yield Identifier(value=each["otherIdValue"], agency=each.get("otherIdAgency", ""))


def _owner(top: Mapping[str, Any]) -> Iterator[Agent]:
    name = _plain(top.get("publisher"))
    if name:
        yield Agent(name=name)


def _agents(blocks: _Blocks, field: str, *, url: bool = True) -> Iterator[Agent]:
    for each in blocks.groups(field):
        if f"{field}Name" not in each:
            continue
        own = each.get("authorIdentifier", "")
        yield Agent(
            name=each[f"{field}Name"],
            affiliation=each.get(f"{field}Affiliation", ""),
            abbreviation=each.get(f"{field}Abbreviation", ""),
            uri=each.get(f"{field}URL", "") if url else "",
            identifiers=(
                (Identifier(value=own, agency=each.get("authorIdentifierScheme", "")),)
                if own
                else ()
            ),
        )


def _contacts(blocks: _Blocks) -> Iterator[Agent]:
    for each in blocks.groups("datasetContact"):
        mail = each.get("datasetContactEmail", "")
        name = each.get("datasetContactName", "")
        if name or mail:
            yield Agent(
                name=name,
                affiliation=each.get("datasetContactAffiliation", ""),
                identifiers=(Identifier(value=mail, agency=EMAIL),) if mail else (),
            )


def _grants(blocks: _Blocks) -> Iterator[Grant]:
    for each in blocks.groups("grantNumber"):
        if each:
            yield Grant(
                funder=each.get("grantNumberAgency", ""), number=each.get("grantNumberValue", "")
            )


def _series(blocks: _Blocks) -> Iterator[Series]:
    for each in blocks.groups("series"):
        if "seriesName" in each:
            said = each.get("seriesInformation")
            yield Series(
                name=(Text(value=each["seriesName"]),),
                information=(Text(value=said),) if said else (),
            )


def _vocabulary(blocks: _Blocks, field: str, value: str, vocabulary: str) -> Iterator[Term]:
    for each in blocks.groups(field):
        if value in each:
            yield Term(
                value=each[value],
                vocabulary=each.get(vocabulary, ""),
                vocabulary_uri=each.get(f"{vocabulary}URI", ""),
            )


def _moments(blocks: _Blocks, field: str) -> Iterator[Moment]:
    """Yield starts and ends; several periods are told apart by P1, P2, as in Dataverse's DDI."""
    for number, each in enumerate(blocks.groups(field), start=1):
        for event in ("Start", "End"):
            if date := iso_date(each.get(f"{field}{event}", "")):
                yield Moment(date=date, event=event.lower(), cycle=f"P{number}")


def _places(blocks: _Blocks, *parts: str) -> Iterator[Place]:
    for each in blocks.groups("geographicCoverage"):
        for part in parts:
            if part in each:
                yield Place(value=each[part])


def _method(blocks: _Blocks) -> Method:
    notes = [
        Text(value=each["socialScienceNotesText"])
        for each in blocks.groups("socialScienceNotes")
        if "socialScienceNotesText" in each
    ]
    return Method(
        time=blocks.terms("timeMethod"),
        sampling=blocks.terms("samplingProcedure"),
        modes=blocks.terms("collectionMode"),
        instruments=blocks.terms("researchInstrument"),
        collectors=tuple(Agent(name=each) for each in blocks.values("dataCollector")),
        sources=blocks.texts("dataSources"),
        situation=blocks.texts("dataCollectionSituation"),
        response_rate=blocks.texts("responseRate"),
        weighting=blocks.texts("weighting"),
        cleaning=blocks.texts("cleaningOperations"),
        deviations=blocks.texts("deviationsFromSampleDesign"),
        notes=tuple(notes),
    )


def _access(version: Mapping[str, Any]) -> Access:
    def texts(*keys: str) -> tuple[Text, ...]:
        said = (_plain(version.get(key)) for key in keys)
        return tuple(Text(value=each) for each in said if each)

    licence = version.get("license")
    given = licence if isinstance(licence, dict) else {"name": licence}
    contact = _plain(version.get("contactForAccess"))
    return Access(
        statement=texts("restrictions"),
        conditions=texts("conditions", "termsOfAccess", "termsOfUse"),
        permission=texts("specialPermissions"),
        citation_requirement=texts("citationRequirements"),
        deposit_requirement=texts("depositorRequirements"),
        confidentiality=texts("confidentialityDeclaration"),
        disclaimer=texts("disclaimer"),
        contact=(Agent(name=contact),) if contact else (),
        licence=_plain(given.get("name")),
        licence_uri=_plain(given.get("uri")),
        availability=texts("availabilityStatus"),
    )


def _works(blocks: _Blocks) -> Iterator[Work]:
    for field, relation in _RELATED.items():
        if relation == "reference":
            yield from _publications(blocks)
        for said in blocks.values(field):
            yield Work(citation=said, relation=relation)


def _publications(blocks: _Blocks) -> Iterator[Work]:
    for each in blocks.groups("publication"):
        number, agency = each.get("publicationIDNumber", ""), each.get("publicationIDType", "")
        if each:
            yield Work(
                citation=each.get("publicationCitation", ""),
                uri=each.get("publicationURL", ""),
                identifiers=(Identifier(value=number, agency=agency),) if number else (),
            )


def _files(version: Mapping[str, Any]) -> Iterator[StudyFile]:
    for number, each in enumerate(_many(version.get("files")), start=1):
        inner = each.get("dataFile") if isinstance(each, dict) else None
        if not isinstance(each, dict) or not isinstance(inner, dict):
            continue
        folder, size = _plain(each.get("directoryLabel")), inner.get("filesize")
        name = _plain(each.get("label")) or _plain(inner.get("filename"))
        check = inner.get("checksum")
        summed = check if isinstance(check, dict) and check.get("type") == "SHA-256" else {}
        yield StudyFile(
            id=f"F{inner.get('id', number)}",
            name=f"{folder}/{name}" if folder else name,
            contents=_plain(each.get("description") or inner.get("description")),
            media_type=_plain(inner.get("contentType")),
            size=size if isinstance(size, int) else None,
            checksum=_plain(summed.get("value")).lower(),
            uri=_plain(inner.get("persistentUrl") or inner.get("pidURL")),
            notes=("restricted",) if each.get("restricted") is True else (),
        )
