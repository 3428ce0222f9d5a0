"""Series, publications and other material in DDI: how they are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from consilience.formats.metadata.ddi_agents import read_identifier, with_address
from consilience.formats.metadata.ddi_values import (
    LINKS,
    NONE,
    Reading,
    Writing,
    own_language,
    read_date,
    read_line,
    read_text,
    write_text,
)
from consilience.formats.metadata.model import Identifier, Series, Text, Work
from consilience.formats.metadata.xml_safe import is_iso, local, tidy, words

RELATIONS: Final[Mapping[str, str]] = {
    "relMat": "material",
    "relStdy": "study",
    "relPubl": "publication",
    "othRefs": "reference",
}


def read_series(element: etree._Element, language: str, into: Reading) -> Series | None:
    """Return a series."""
    into.lose_attributes(element, but=frozenset({"URI"}))
    found: dict[str, list[Text]] = {"serName": [], "serInfo": []}
    for child in element:
        if local(child) not in found:
            into.lose(child)
            continue
        read = read_line if local(child) == "serName" else read_text
        text = read(child, own_language(child, language), into)
        if text:
            found[local(child)].append(text)
    names, information = tuple(found["serName"]), tuple(found["serInfo"])
    if not names and not information:
        return None
    return Series(name=names, information=information, uri=tidy(element.get("URI")))


def write_series(out: Writing, path: str, value: Series) -> None:
    """Write a series; its children stand in it and not in the one before."""
    out.put(path, URI=value.uri)
    for name in value.name:
        write_text(out, f"{path}/serName", name)
    for information in value.information:
        write_text(out, f"{path}/serInfo", information)


def read_work(element: etree._Element, language: str, into: Reading) -> Work | None:
    """Return a publication or other material; its own words go before those of its citation."""
    into.lose_attributes(element, but=NONE)
    found = _Citation(into)
    for child in element:
        if local(child) == "citation":
            found.read(child, language)
    found.titles.sort(key=lambda each: local(each) != "titl")
    citation = words(element, without=frozenset({"citation"}), lines=True)
    for title in found.titles:
        said = words(title, lines=True)
        if citation and said != citation:
            into.lose(title)
        citation = citation or said
    uris = found.uris + [tidy(x.get("URI")) for x in element if local(x) in LINKS]
    uri = next((each for each in uris if each), "")
    date = found.dates[0] if found.dates else ""
    if not (citation or found.identifiers or uri or date):
        return None
    return Work(
        citation=citation,
        relation=RELATIONS[local(element)],
        uri=uri,
        identifiers=tuple(found.identifiers),
        date=date,
        language=language,
    )


class _Citation:
    """What the citation of a publication says."""

    def __init__(self, into: Reading) -> None:
        self.into = into
        self.titles: list[etree._Element] = []
        self.identifiers: list[Identifier] = []
        self.uris: list[str] = []
        self.dates: list[str] = []

    def read(self, citation: etree._Element, language: str) -> None:
        for part in citation:
            tag = local(part)
            if tag in ("titlStmt", "distStmt"):
                self.read(part, language)
            elif tag in ("titl", "biblCit"):
                self.titles.append(part)
            elif not self._take(part, tag, language):
                self.into.lose(part)

    def _take(self, part: etree._Element, tag: str, language: str) -> bool:
        """Take a part that has a place, if that place is free."""
        if tag == "IDNo":
            identifier = read_identifier(part, language, self.into)
            self.identifiers += [identifier] if identifier else []
            return True
        place = {"holdings": self.uris, "distDate": self.dates}.get(tag)
        if place is None or place:
            return False
        value = part.get("URI") if tag == "holdings" else read_date(part, language, self.into)
        place += [tidy(value)] if value else []
        return True


def write_work(out: Writing, path: str, value: Work) -> None:
    """Write a publication or other material."""
    element = out.put(path, value.citation, language=value.language)
    if not (value.identifiers or value.uri or value.date):
        return
    citation = out.add(element, "citation")
    title = out.add(citation, "titlStmt")
    out.add(title, "titl")
    for each in value.identifiers:
        with_address(out, out.add(title, "IDNo", each.value, agency=each.agency), each.uri)
    if value.date:
        date = value.date if is_iso(value.date) else ""
        out.add(out.add(citation, "distStmt"), "distDate", value.date, date=date)
    if value.uri:
        out.add(citation, "holdings", URI=value.uri)
