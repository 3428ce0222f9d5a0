"""People, organisations and names of things in DDI: how they are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from consilience.formats.metadata.ddi_values import LINKS, Reading, Writing
from consilience.formats.metadata.model import Agent, Holding, Identifier
from consilience.formats.metadata.xml_safe import local, tidy, words

EMAIL: Final = "email"
_PERSISTENT: Final = "PID"
_PERSISTENT_OF_AFFILIATION: Final = "Affiliation-PID"

# Attributes of the elements that name somebody, and the fields of an agent.
AGENT_ATTRIBUTES: Final[Mapping[str, Mapping[str, str]]] = {
    "AuthEnty": {"affiliation": "affiliation"},
    "othId": {"role": "role", "affiliation": "affiliation"},
    "producer": {"abbr": "abbreviation", "affiliation": "affiliation", "role": "role"},
    "distrbtr": {"abbr": "abbreviation", "affiliation": "affiliation", "URI": "uri"},
    "contact": {"affiliation": "affiliation", "URI": "uri"},
    "depositr": {"abbr": "abbreviation", "affiliation": "affiliation"},
    "dataCollector": {"abbr": "abbreviation", "affiliation": "affiliation", "role": "role"},
}
# In the order of the model, without those of every agent.
_AGENT_FIELDS: Final = ("affiliation", "abbreviation", "role")


def read_agent(element: etree._Element, language: str, into: Reading) -> Agent | None:
    """Return somebody, with what the links in the element say."""
    known = AGENT_ATTRIBUTES[local(element)]
    fields = {field: tidy(element.get(name)) for name, field in known.items()}
    identifiers: list[Identifier] = []
    if local(element) == "contact" and (address := tidy(element.get("email"))):
        identifiers.append(Identifier(value=address, agency=EMAIL))
        known = {**known, "email": EMAIL}
    into.lose_attributes(element, but=frozenset(known))
    for child in element:
        if local(child) in LINKS:
            read_link(child, fields, identifiers, into)
    name = words(element, without=LINKS)
    if not name and not identifiers and not any(fields.values()):
        return None
    return Agent(name=name, identifiers=tuple(identifiers), language=language, **fields)


def read_link(
    link: etree._Element, fields: dict[str, str], identifiers: list[Identifier], into: Reading
) -> None:
    """Take what a link in the element of an agent says."""
    role, address = link.get("role") or "", tidy(link.get("URI"))
    if role in _AGENT_FIELDS and not fields.get(role):
        fields[role] = tidy(link.get("title"))
    elif _PERSISTENT in role:
        agency = tidy(link.get("title"))
        identifiers.append(Identifier(value=words(link) or address, agency=agency, uri=address))
    elif role in ("", "page") and address and not fields.get("uri"):
        fields["uri"] = address
    else:
        into.lose(link)


def write_agent(out: Writing, path: str, value: Agent) -> None:
    """Write somebody."""
    tag = path.rpartition("/")[2]
    known = AGENT_ATTRIBUTES[tag]
    attributes = {name: str(getattr(value, field)) for name, field in known.items()}
    identifiers = value.identifiers
    if tag == "contact" and identifiers and identifiers[0] == _address(identifiers[0].value):
        attributes["email"], identifiers = identifiers[0].value, identifiers[1:]
    element = out.put(path, value.name, language=value.language, **attributes)
    for field in _AGENT_FIELDS:
        if field not in known.values() and (said := getattr(value, field)):
            out.link(element, role=field, title=said)
    if "uri" not in known.values() and value.uri:
        out.link(element, URI=value.uri, role="page")
    for each in identifiers:
        organisation = each.agency == "ROR" and value.affiliation
        role = _PERSISTENT_OF_AFFILIATION if organisation else _PERSISTENT
        out.link(element, each.value, URI=each.uri, role=role, title=each.agency)


def _address(value: str) -> Identifier:
    return Identifier(value=value, agency=EMAIL)


def read_identifier(element: etree._Element, language: str, into: Reading) -> Identifier | None:  # noqa: ARG001  (one form for all kinds)
    """Return an identifier of the study or of a publication."""
    into.lose_attributes(element, but=frozenset({"agency"}))
    value = words(element, without=LINKS)
    addresses = [tidy(link.get("URI")) for link in element if local(link) in LINKS]
    uri = addresses[0] if addresses else ""
    if not value and not uri:
        return None
    return Identifier(value=value or uri, agency=tidy(element.get("agency")), uri=uri)


def write_identifier(out: Writing, path: str, value: Identifier) -> None:
    """Write an identifier of the study."""
    with_address(out, out.put(path, value.value, agency=value.agency), value.uri)


def with_address(out: Writing, element: etree._Element, uri: str) -> None:
    """Write the address of an identifier, if it has one."""
    if uri:
        out.link(element, URI=uri)


def read_holding(element: etree._Element, language: str, into: Reading) -> Holding | None:
    """Return where a copy is kept."""
    value, uri = words(element), tidy(element.get("URI"))
    place = tidy(element.get("location"))
    into.lose_attributes(
        element, but=frozenset({"URI"} if value and place else {"URI", "location"})
    )
    if not uri and not value and not place:
        return None
    return Holding(uri=uri, language=language, value=value or place)


def write_holding(out: Writing, path: str, value: Holding) -> None:
    """Write where a copy is kept."""
    out.put(path, value.value, language=value.language, URI=value.uri)
