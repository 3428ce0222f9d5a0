"""Who paid, in DDI: funders and numbers stand in two lists there, and belong together here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from consilience.formats.metadata.ddi_agents import read_link
from consilience.formats.metadata.ddi_values import LINKS, NONE, Reading, Writing
from consilience.formats.metadata.model import Grant, Identifier
from consilience.formats.metadata.xml_safe import local, tidy, words

_AGENCY: Final = frozenset({"agency"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """Number of a grant, and who gave it as far as it says so."""

    agency: str
    number: str
    language: str


def read_funder(element: etree._Element, language: str, into: Reading) -> Grant:
    """Return a funder as a grant without a number, an empty one too: its place counts."""
    into.lose_attributes(element, but=NONE)
    identifiers: list[Identifier] = []
    for child in element:
        if local(child) in LINKS:
            # A page of the funder has no place: as if the fields were taken.
            read_link(child, {"uri": "-"}, identifiers, into)
    name = words(element, without=LINKS)
    return Grant(funder=name, identifiers=tuple(identifiers), language=language)


def read_number(element: etree._Element, language: str, into: Reading) -> Number:
    """Return the number of a grant, an empty one too."""
    into.lose_attributes(element, but=_AGENCY)
    agency = tidy(element.get("agency"))
    return Number(agency=agency, number=words(element), language=language)


def paired(funders: Sequence[Grant], numbers: Sequence[Number]) -> tuple[Grant, ...]:
    """Return the grants that two lists say: by place if they are of one length, else by agency.

    Example:
        >>> who = [Grant(funder="ESRC"), Grant(funder="DfE")]
        >>> found = paired(who, [Number(agency="DfE", number="7", language="")])
        >>> [(grant.funder, grant.number) for grant in found]
        [('ESRC', ''), ('DfE', '7')]
    """
    if len(funders) == len(numbers) and all(
        number.agency in ("", funder.funder)
        for funder, number in zip(funders, numbers, strict=True)
    ):
        both = [
            replace(f, number=n.number, language=f.language or n.language)
            for f, n in zip(funders, numbers, strict=True)
        ]
    else:
        both = _by_agency(funders, list(numbers))
    return tuple(each for each in both if each.funder or each.number or each.identifiers)


def _by_agency(funders: Sequence[Grant], rest: list[Number]) -> list[Grant]:
    grants = []
    for funder in funders:
        own = next((n for n in rest if n.agency and n.agency == funder.funder), None)
        if own is not None:
            rest.remove(own)
        grants.append(replace(funder, number=own.number if own else ""))
    return grants + [
        Grant(funder=n.agency, number=n.number, language=n.language) for n in rest if n.number
    ]


def write_grants(out: Writing, path: str, grants: Sequence[Grant]) -> None:
    """Write all funders, then all numbers; one of each for each grant keeps them together."""
    if any(each.funder or each.identifiers for each in grants):
        for each in grants:
            element = out.put(path, each.funder, language=each.language)
            for one in each.identifiers:
                out.link(element, one.value, URI=one.uri, role="PID", title=one.agency)
    if any(each.number for each in grants):
        for each in grants:
            below = path.replace("fundAg", "grantNo")
            out.put(below, each.number, language=each.language, agency=each.funder)
