"""Names of things: DOIs, identifiers of people and organisations, hashes of harvested records."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Final

from consilience.formats.metadata.model import Agent, Identifier, Record

RESOLVER: Final = "https://doi.org/"
ORCID: Final = "ORCID"
ROR: Final = "ROR"
EMAIL: Final = "email"

_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
# Agencies that DDI records name for a DOI.
_DOI_AGENCIES: Final = frozenset({"doi", "datacite", "dara", "da|ra", "crossref"})
# agency: where its identifiers resolve, what one looks like
_AGENCIES: Final = {
    ORCID: ("https://orcid.org/", re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")),
    ROR: ("https://ror.org/", re.compile(r"0[a-z0-9]{6}\d{2}")),
    "ISNI": ("https://isni.org/isni/", re.compile(r"\d{15}[\dX]")),
}


def hashed_identifier(base_url: str, identifier: str) -> str:
    """Return the stable identifier that CESSDA's aggregator gives to a record it harvested.

    It is the SHA-256, in 64 hexadecimal digits, of the address of the OAI-PMH repository it came
    from, a hyphen, and the identifier of the record there. The same record has the same
    identifier after every harvest.

    Args:
        base_url: address of the source repository, as it is harvested.
        identifier: OAI identifier of the record there.

    Source: CESSDA, cessda.cdc.aggregator.shared-library (read, not copied).

    Example:
        >>> hashed_identifier("https://oai.ukdataservice.ac.uk:8443/oai/provider", "854716")[:16]
        '04a07f48693acc7b'
    """
    return hashlib.sha256(f"{base_url}-{identifier}".encode()).hexdigest()


def doi_in(text: str) -> str:
    """Return the DOI in an address or identifier; empty if there is none.

    Example:
        >>> doi_in("https://doi.org/10.5255/UKDA-SN-854716"), doi_in("854716")
        ('10.5255/UKDA-SN-854716', '')
    """
    found = _DOI.search(text)
    return found[0] if found else ""


def doi_of(record: Record) -> str:
    """Return the DOI of a study; empty if it has none.

    An identifier said to be a DOI comes first, then the address of a holding, then any identifier
    that looks like one.
    """
    said = [each.value for each in record.identifiers if is_doi(each)]
    held = [each.uri for each in record.holdings if "doi" in each.uri]
    others = [each.value for each in record.identifiers if each.value.startswith("10.")]
    return next((doi for each in (*said, *held, *others) if (doi := doi_in(each))), "")


def is_doi(identifier: Identifier) -> bool:
    """Answer whether an identifier is said to be a DOI, and is one."""
    return identifier.agency.casefold() in _DOI_AGENCIES and bool(doi_in(identifier.value))


def persistent(value: str, agency: str = "") -> Identifier:
    """Return an identifier of a person or an organisation, bare and as an address.

    Args:
        value: as written: bare, or as an address.
        agency: who gave it; found out for ORCID, ROR and ISNI if not said.

    Example:
        >>> persistent("http://orcid.org/0000-0001-5727-2427").agency
        'ORCID'
        >>> persistent("04wxnsj81", "ROR").uri
        'https://ror.org/04wxnsj81'
    """
    bare = value.strip().rstrip("/").rpartition("/")[2].replace(" ", "")
    for name, (resolver, form) in _AGENCIES.items():
        host = resolver.split("/")[2]
        if form.fullmatch(bare) and (agency.upper() == name or host in value):
            return Identifier(value=bare, agency=name, uri=f"{resolver}{bare}")
    uri = value.strip() if "://" in value else ""
    return Identifier(value=value.strip(), agency=agency, uri=uri)


def parted(agent: Agent) -> Agent:
    """Return a person whose name also names the affiliation, with the two told apart.

    Only `Family, J, Affiliation` is taken apart, with initials or one given name in the middle.

    Example:
        >>> parted(Agent(name="Manthorpe, J, King's College London")).affiliation
        "King's College London"
    """
    found = _WITH_AFFILIATION.fullmatch(agent.name)
    if found is None or agent.affiliation or not _PERSON.fullmatch(found[1]):
        return agent
    return replace(agent, name=found[1], affiliation=found[2])


def is_person(agent: Agent) -> bool:
    """Answer whether an agent is a person, by its ORCID or by a name written `Family, Given`."""
    agencies = {each.agency for each in agent.identifiers}
    return ORCID in agencies or (ROR not in agencies and bool(_PERSON.fullmatch(agent.name)))


# Words by which an organisation is known from a family name.
_BODY: Final = (
    r"(?!.*\b(?i:of|for|and|the|university|institute|department|centre|center|council|ministry|"
    r"office|school|college|agency|survey|group)\b.*,)"
)
_GIVEN: Final = r"(?:[^\W\d_]\.?[ -]?){1,4}|[^\W\d_]\w+(?:[ -][^\W\d_]\w*\.?)?"
_FAMILY: Final = r"[^,\d]{1,40}"
_PERSON: Final = re.compile(rf"{_BODY}{_FAMILY}, (?:{_GIVEN})")
_WITH_AFFILIATION: Final = re.compile(rf"({_FAMILY}, (?:{_GIVEN})), (.+)")
