"""DataCite's JSON as DataCite's XML, and back: the same content in another form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.datacite import KERNEL, Json
from consilience.formats.metadata.xml_safe import XML_LANG, parse_xml
from consilience.formats.metadata.xml_tree import add, text_of, written

_NS: Final = f"{{{KERNEL}}}"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NSMAP: Final[Any] = {None: KERNEL, "xsi": _XSI}  # the stubs know no prefix None
_LOCATION: Final = f"{KERNEL} https://schema.datacite.org/meta/kernel-4.5/metadata.xsd"

# A list of plain things: its key; the element; the key of its text; attribute: key
_PLAIN: Final = {
    "titles": ("title", "title", {"titleType": "titleType", XML_LANG: "lang"}),
    "subjects": (
        "subject",
        "subject",
        {
            "subjectScheme": "subjectScheme",
            "schemeURI": "schemeUri",
            "valueURI": "valueUri",
            "classificationCode": "classificationCode",
            XML_LANG: "lang",
        },
    ),
    "dates": ("date", "date", {"dateType": "dateType", "dateInformation": "dateInformation"}),
    "alternateIdentifiers": (
        "alternateIdentifier",
        "alternateIdentifier",
        {"alternateIdentifierType": "alternateIdentifierType"},
    ),
    "relatedIdentifiers": (
        "relatedIdentifier",
        "relatedIdentifier",
        {
            "relatedIdentifierType": "relatedIdentifierType",
            "relationType": "relationType",
            "relationTypeInformation": "relationTypeInformation",
            "relatedMetadataScheme": "relatedMetadataScheme",
            "schemeURI": "schemeUri",
            "schemeType": "schemeType",
            "resourceTypeGeneral": "resourceTypeGeneral",
        },
    ),
    "sizes": ("size", "", {}),
    "formats": ("format", "", {}),
    "rightsList": (
        "rights",
        "rights",
        {
            "rightsURI": "rightsUri",
            "rightsIdentifier": "rightsIdentifier",
            "rightsIdentifierScheme": "rightsIdentifierScheme",
            "schemeURI": "schemeUri",
            XML_LANG: "lang",
        },
    ),
    "descriptions": (
        "description",
        "description",
        {"descriptionType": "descriptionType", XML_LANG: "lang"},
    ),
}
_PUBLISHER: Final = {
    "publisherIdentifier": "publisherIdentifier",
    "publisherIdentifierScheme": "publisherIdentifierScheme",
    "schemeURI": "schemeUri",
    XML_LANG: "lang",
}
_NAME: Final = {
    "nameIdentifierScheme": "nameIdentifierScheme",
    "schemeURI": "schemeUri",
}
_AFFILIATION: Final = {
    "affiliationIdentifier": "affiliationIdentifier",
    "affiliationIdentifierScheme": "affiliationIdentifierScheme",
    "schemeURI": "schemeUri",
}
_ITEM_TEXTS: Final = (
    *("publicationYear", "volume", "issue", "number", "firstPage", "lastPage", "publisher"),
    "edition",
)


def datacite_xml(
    content: Mapping[str, Any],
    *,
    identifier: tuple[str, str] | None = None,
    indent: bool = True,
) -> bytes:
    """Return DataCite's JSON as its XML.

    Args:
        content: what `datacite_json` returned.
        identifier: identifier and its type, for what has no DOI; a DOI comes before it.
        indent: whether a line is begun for each element, for people.

    Raises:
        Fault: FMT-346 if there is neither a DOI nor another identifier.
    """
    known = (content["doi"], "DOI") if content.get("doi") else identifier
    if known is None:
        raise Fault("FMT-346", missing="DOI")
    root = etree.Element(f"{_NS}resource", nsmap=_NSMAP)
    root.set(f"{{{_XSI}}}schemaLocation", _LOCATION)
    add(root, f"{_NS}identifier", known[0], {"identifierType": known[1]})
    _write_agents(root, "creators", content.get("creators", []))
    _write_plain(root, "titles", content["titles"])
    publisher = content["publisher"]
    add(root, f"{_NS}publisher", publisher["name"], _attributes(publisher, _PUBLISHER))
    add(root, f"{_NS}publicationYear", content["publicationYear"])
    kind = content["types"]
    general = {"resourceTypeGeneral": kind["resourceTypeGeneral"]}
    add(root, f"{_NS}resourceType", kind.get("resourceType", ""), general)
    _write_agents(root, "contributors", content.get("contributors", []))
    for key in ("language", "version"):
        if content.get(key):
            add(root, f"{_NS}{key}", content[key])
    for key in _PLAIN:
        if key != "titles":
            _write_plain(root, key, content.get(key, []))
    _write_each(root, "geoLocations", "geoLocation", content, _write_place)
    _write_each(root, "fundingReferences", "fundingReference", content, _write_funding)
    _write_each(root, "relatedItems", "relatedItem", content, _write_item)
    return written(root, indent=indent)


def _attributes(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {attribute: str(content.get(key, "")) for attribute, key in names.items()}


def _write_plain(root: etree._Element, key: str, values: list[Any]) -> None:
    name, text, attributes = _PLAIN[key]
    if not values:
        return
    parent = add(root, f"{_NS}{key}")
    for each in values:
        if isinstance(each, str):
            add(parent, f"{_NS}{name}", each)
        else:
            add(parent, f"{_NS}{name}", each.get(text, ""), _attributes(each, attributes))


def _write_agents(root: etree._Element, key: str, agents: list[Json]) -> None:
    if not agents:
        return
    parent, one = add(root, f"{_NS}{key}"), key.removesuffix("s")
    for each in agents:
        agent = add(parent, f"{_NS}{one}", "", {"contributorType": each.get("contributorType", "")})
        named = {"nameType": each.get("nameType", ""), XML_LANG: each.get("lang", "")}
        add(agent, f"{_NS}{one}Name", each["name"], named)
        for part in ("givenName", "familyName"):
            if each.get(part):
                add(agent, f"{_NS}{part}", each[part])
        for known in each.get("nameIdentifiers", []):
            text = known["nameIdentifier"]
            add(agent, f"{_NS}nameIdentifier", text, _attributes(known, _NAME))
        for known in each.get("affiliation", []):
            add(agent, f"{_NS}affiliation", known["name"], _attributes(known, _AFFILIATION))


def _write_each(
    root: etree._Element,
    key: str,
    one: str,
    content: Mapping[str, Any],
    write: Callable[[etree._Element, Json], None],
) -> None:
    if content.get(key):
        parent = add(root, f"{_NS}{key}")
        for each in content[key]:
            write(add(parent, f"{_NS}{one}"), each)


def _write_place(element: etree._Element, place: Json) -> None:
    if place.get("geoLocationPlace"):
        add(element, f"{_NS}geoLocationPlace", place["geoLocationPlace"])


def _write_funding(element: etree._Element, funding: Json) -> None:
    add(element, f"{_NS}funderName", funding["funderName"])
    if funding.get("funderIdentifier"):
        kind = {"funderIdentifierType": funding.get("funderIdentifierType", "Other")}
        add(element, f"{_NS}funderIdentifier", funding["funderIdentifier"], kind)
    if funding.get("awardNumber"):
        attributes = {"awardURI": funding.get("awardUri", "")}
        add(element, f"{_NS}awardNumber", funding["awardNumber"], attributes)
    if funding.get("awardTitle"):
        add(element, f"{_NS}awardTitle", funding["awardTitle"])


def _write_item(element: etree._Element, item: Json) -> None:
    for key in ("relatedItemType", "relationType", "relationTypeInformation"):
        if item.get(key):
            element.set(key, item[key])
    if known := item.get("relatedItemIdentifier"):
        kind = {"relatedItemIdentifierType": known["relatedItemIdentifierType"]}
        add(element, f"{_NS}relatedItemIdentifier", known["relatedItemIdentifier"], kind)
    _write_agents(element, "creators", item.get("creators", []))
    _write_plain(element, "titles", item["titles"])
    for key in _ITEM_TEXTS:
        if item.get(key):
            add(element, f"{_NS}{key}", item[key])


def read_datacite_xml(data: bytes, *, name: str) -> Json:
    """Return DataCite's XML as its JSON.

    Args:
        data: a `resource` of kernel 4, alone or inside of an OAI-PMH answer.
        name: of the file, for complaints.

    Returns:
        The JSON that `datacite_record` reads. Points, boxes and polygons of places are left out.

    Raises:
        Fault: FMT-347 if there is no such resource, FMT-300 to FMT-302 as in `parse_xml`.
    """
    root = parse_xml(data, name=name)
    resource = next(root.iter(f"{_NS}resource"), None)
    if resource is None:
        raise Fault("FMT-347", where=Where(file=name), name=name)
    content: Json = {"schemaVersion": KERNEL, **_read_single(resource)}
    for key in ("creators", "contributors"):
        content[key] = list(_read_agents(resource, key))
    for key in _PLAIN:
        content[key] = list(_read_plain(resource, key))
    content["geoLocations"] = [
        {"geoLocationPlace": text_of(each)} for each in resource.iter(f"{_NS}geoLocationPlace")
    ]
    content["fundingReferences"] = [
        _read_funding(each) for each in resource.iter(f"{_NS}fundingReference")
    ]
    content["relatedItems"] = [_read_item(each) for each in resource.iter(f"{_NS}relatedItem")]
    return {key: value for key, value in content.items() if value}


def _read_single(resource: etree._Element) -> Json:
    """Return what stands once in a resource."""
    content: Json = {
        key: text_of(resource.find(f"{_NS}{key}"))
        for key in ("publicationYear", "language", "version")
    }
    identifier = resource.find(f"{_NS}identifier")
    if identifier is not None:
        known, kind = text_of(identifier), identifier.get("identifierType", "")
        if kind == "DOI":
            content["doi"] = known
        else:
            content["identifiers"] = [{"identifier": known, "identifierType": kind}]
    publisher = resource.find(f"{_NS}publisher")
    if publisher is not None:
        content["publisher"] = {"name": text_of(publisher), **_read(publisher, _PUBLISHER)}
    kind_of = resource.find(f"{_NS}resourceType")
    if kind_of is not None:
        general = kind_of.get("resourceTypeGeneral", "")
        content["types"] = {"resourceType": text_of(kind_of), "resourceTypeGeneral": general}
    return content


def _read(element: etree._Element, names: Mapping[str, str]) -> dict[str, str]:
    return {key: value for name, key in names.items() if (value := element.get(name))}


def _read_plain(resource: etree._Element, key: str) -> Iterator[Any]:
    name, text, attributes = _PLAIN[key]
    for each in resource.iterfind(f"{_NS}{key}/{_NS}{name}"):
        # Blank lines part paragraphs of a description.
        words = "".join(str(part) for part in each.itertext()) if key == "descriptions" else ""
        kept = words.strip() or text_of(each)
        yield {text: kept, **_read(each, attributes)} if text else kept


def _read_agents(resource: etree._Element, key: str) -> Iterator[Json]:
    one = key.removesuffix("s")
    for each in resource.iterfind(f"{_NS}{key}/{_NS}{one}"):
        name = each.find(f"{_NS}{one}Name")
        agent: Json = {"name": text_of(name)}
        if name is not None:
            agent |= _read(name, {"nameType": "nameType", XML_LANG: "lang"})
        agent |= _read(each, {"contributorType": "contributorType"})
        agent["nameIdentifiers"] = [
            {"nameIdentifier": text_of(known), **_read(known, _NAME)}
            for known in each.iterfind(f"{_NS}nameIdentifier")
        ]
        agent["affiliation"] = [
            {"name": text_of(known), **_read(known, _AFFILIATION)}
            for known in each.iterfind(f"{_NS}affiliation")
        ]
        yield {part: value for part, value in agent.items() if value}


def _read_funding(element: etree._Element) -> Json:
    funding = {
        key: text_of(element.find(f"{_NS}{key}"))
        for key in ("funderName", "funderIdentifier", "awardNumber", "awardTitle")
    }
    identifier = element.find(f"{_NS}funderIdentifier")
    if identifier is not None:
        funding["funderIdentifierType"] = identifier.get("funderIdentifierType", "")
    return {key: value for key, value in funding.items() if value}


def _read_item(element: etree._Element) -> Json:
    item: Json = _read(element, {"relatedItemType": "relatedItemType"})
    item |= _read(element, {"relationType": "relationType"})
    known = element.find(f"{_NS}relatedItemIdentifier")
    if known is not None:
        item["relatedItemIdentifier"] = {
            "relatedItemIdentifier": text_of(known),
            "relatedItemIdentifierType": known.get("relatedItemIdentifierType", ""),
        }
    item["titles"] = list(_read_plain(element, "titles"))
    year = text_of(element.find(f"{_NS}publicationYear"))
    return item | ({"publicationYear": year} if year else {})
