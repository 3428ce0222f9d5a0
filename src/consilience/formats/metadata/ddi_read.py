"""Read DDI-Codebook, as archives write it, into a record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata import ddi_table as table
from consilience.formats.metadata.ddi_faults import faults_in, version_of
from consilience.formats.metadata.ddi_files import (
    LEVEL_WORDS,
    day,
    read_files,
    read_other_material,
    settled_ids,
)
from consilience.formats.metadata.ddi_grants import Number, paired, read_funder, read_number
from consilience.formats.metadata.ddi_oai import entries
from consilience.formats.metadata.ddi_result import DdiRead, Envelope, Harvested, Lost
from consilience.formats.metadata.ddi_values import own_language, read_text
from consilience.formats.metadata.ddi_variables import VariableReader
from consilience.formats.metadata.model import Access, Grant, Method, Record, StudyFile, Text
from consilience.formats.metadata.xml_safe import (
    XML_LANG,
    iso_date,
    line_of,
    local,
    parse_xml,
    tidy,
    words,
)

# Dataverse writes a licence as a link in words.
_ANCHOR: Final = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*)</a>')
_QUIET: Final = frozenset({XML_LANG, "xml-lang", "schemaLocation"})
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


def read_ddi(data: bytes, *, name: str) -> DdiRead:
    """Answer what a DDI file says of its study.

    Args:
        data: DDI-Codebook 2.5, 2.6 or 1.2.2 (Nesstar), alone or in an OAI-PMH answer.
        name: name of the file, for faults.

    Returns:
        The record, the faults of the file with line and element, and what is not carried. What is
        well-formed is read, however far it is from the schema.

    Raises:
        Fault: FMT-300 if it is no XML, FMT-301 if it declares entities, FMT-302 if it is too
            large, FMT-303 if there is no codeBook in it, FMT-304 if it is an error of a
            repository, FMT-305 if its only record is deleted, FMT-306 if there are several.

    Example:
        >>> xml = b"<codeBook><stdyDscr><citation><titlStmt><titl>Schools</titl></titlStmt>"
        >>> xml += b"</citation></stdyDscr></codeBook>"
        >>> read_ddi(xml, name="schools.xml").record.titles[0].value
        'Schools'
    """
    found = list(records_in(data, name=name))
    if len(found) > 1:
        raise Fault("FMT-306", where=Where(file=name), count=len(found))
    read = found[0].read
    if read is None:
        envelope = found[0].envelope
        identifier = envelope.identifier if envelope else ""
        raise Fault("FMT-305", where=Where(file=name), identifier=identifier)
    return read


def records_in(data: bytes, *, name: str, faults: bool = True) -> Iterator[Harvested]:
    """Yield all records of a DDI file or an OAI-PMH answer, deleted ones too.

    Args:
        data: the XML, as in `read_ddi`.
        name: name of the file, for faults.
        faults: whether to look for what is wrong with the source, which takes a third of the time.

    Raises:
        Fault: FMT-300 to FMT-304 as in `read_ddi`.
    """
    for envelope, book in entries(parse_xml(data, name=name), name=name):
        read = None if book is None else _read(book, envelope, name, faults=faults)
        yield Harvested(envelope=envelope, read=read)


def _read(
    book: etree._Element, envelope: Envelope | None, name: str, *, faults: bool = True
) -> DdiRead:
    study = _Study(book)
    record = study.record()
    lost = [Lost(path=path, count=n, line=line) for path, (n, line) in study.lost.items()]
    return DdiRead(
        record=record,
        faults=tuple(faults_in(book, name=name)) if faults else (),
        lost=tuple(lost),
        version=version_of(book),
        envelope=envelope,
    )


class _Study:
    """Walks through a codeBook once, and keeps what each place says."""

    def __init__(self, book: etree._Element) -> None:
        self.book = book
        self.language = own_language(book, "")
        self.values: dict[str, list[Any]] = defaultdict(list)
        self.lost: dict[str, tuple[int, int]] = {}
        self.access: dict[str, Any] = {}
        self.version: dict[str, str] = {}
        self.simulated = False
        self._document_titles: list[etree._Element] = []
        self._funders: list[Grant] = []
        self._numbers: list[Number] = []
        self._variables: list[tuple[etree._Element, str]] = []
        self._special: Mapping[str, Callable[[etree._Element, str], None]] = {
            "docDscr/citation/titlStmt/titl": self._document_title,
            "stdyDscr/citation/prodStmt/fundAg": self._funder,
            "stdyDscr/citation/prodStmt/grantNo": self._number,
            "stdyDscr/citation/verStmt/version": self._version,
            "stdyDscr/stdyInfo/sumDscr/universe": self._universe,
            "stdyDscr/dataAccs/license": self._licence,
            "stdyDscr/dataAccs/useStmt/specPerm": self._permission,
            "stdyDscr/dataAccs/notes": self._access_note,
            "stdyDscr/notes": self._note,
            "fileDscr": self._files,
            "dataDscr/var": self._variable,
            "otherMat": self._other_material,
        }
        self._walk(book, "", self.language)

    # --- the walk -----------------------------------------------------------------------------

    def _walk(self, element: etree._Element, path: str, language: str) -> None:
        if element.text and not element.text.isspace():
            self._count(element, "")
        for child in element:
            below = path + local(child)
            row = table.BY_PATH.get(below)
            if row is not None:
                self._take(row, child, own_language(child, language))
            elif below in table.CONTAINERS:
                self.lose_attributes(child, but=frozenset())
                self._walk(child, below + "/", own_language(child, language))
            else:
                self.lose(child)
            if child.tail and not child.tail.isspace():
                self._count(element, "")

    def _take(self, row: table.Row, element: etree._Element, language: str) -> None:
        if row.kind is None:
            self._special[row.path](element, language)
            return
        value = row.kind.read(element, language, self)
        if value is None:
            return
        kept = self.values[row.field]
        if row.one and kept:
            if value != kept[0]:
                self.lose(element)
            return
        kept.append(value)

    # --- what is lost -------------------------------------------------------------------------

    def lose(self, element: etree._Element, *, but: frozenset[str] = frozenset()) -> None:
        """Take note of all in an element that says something."""
        for each in element.iter():
            if each.text and not each.text.isspace():
                self._count(each, "")
            else:
                self.lose_attributes(each, but=but)

    def lose_attributes(self, element: etree._Element, *, but: frozenset[str]) -> None:
        """Take note of attributes other than these; languages and schemas are no content."""
        for key in map(str, element.keys()):
            if key not in but and key not in _QUIET and not key.startswith(_XSI):
                self._count(element, f"/@{key}")

    def _count(self, element: etree._Element, end: str) -> None:
        names = [local(element)]
        for each in element.iterancestors():
            if each is self.book:
                break
            names.append(local(each))
        path = "/".join(reversed(names)) + end
        count, line = self.lost.get(path, (0, line_of(element) or 0))
        self.lost[path] = (count + 1, line)

    # --- what is more than one value after another ------------------------------------------------

    def _document_title(self, element: etree._Element, language: str) -> None:  # noqa: ARG002
        self._document_titles.append(element)

    def _funder(self, element: etree._Element, language: str) -> None:
        self._funders.append(read_funder(element, language, self))

    def _number(self, element: etree._Element, language: str) -> None:
        self._numbers.append(read_number(element, language, self))

    def _version(self, element: etree._Element, language: str) -> None:  # noqa: ARG002
        said = {"version": words(element), "version_date": iso_date(tidy(element.get("date")))}
        if not any(said.values()):
            return
        if not self.version:
            self.version = said
            self.lose_attributes(element, but=frozenset({"date"}))
        elif said != self.version:
            self.lose(element)

    def _universe(self, element: etree._Element, language: str) -> None:
        # Who is left out is no part of who is covered.
        if element.get("clusion") == "E":
            self.lose(element)
            return
        self.lose_attributes(element, but=frozenset({"clusion"}))
        self._keep("universe", element, language)

    def _keep(self, field: str, element: etree._Element, language: str) -> None:
        text = read_text(element, language, _NOBODY)
        if text is not None:
            self.values[field].append(text)

    def _licence(self, element: etree._Element, language: str) -> None:  # noqa: ARG002
        licence, uri = words(element), tidy(element.get("URI"))
        self._set_licence(element, licence, uri)

    def _set_licence(self, element: etree._Element, licence: str, uri: str) -> None:
        if "licence" in self.access:
            self.lose(element)
        elif licence or uri:
            self.access.update(licence=licence, licence_uri=uri)

    def _permission(self, element: etree._Element, language: str) -> None:
        self.lose_attributes(element, but=frozenset())
        level = LEVEL_WORDS.get(words(element).lower())
        if level is not None and "level" not in self.access:
            self.access["level"] = level
            # The bare word is the level itself; with a language it is somebody's statement too.
            if XML_LANG not in element.attrib and "xml-lang" not in element.attrib:
                return
        self._keep("access.permission", element, language)

    def _access_note(self, element: etree._Element, language: str) -> None:
        kind, said = element.get("type") or "", words(element)
        date = day(said) if kind == table.EMBARGO else None
        anchor = _ANCHOR.fullmatch(said) if kind == "DVN:TOU" else None
        if kind == table.LICENCE:
            link = next((tidy(child.get("URI")) for child in element), "")
            self._set_licence(element, said, link)
        elif date is not None and "embargo" not in self.access:
            self.access["embargo"] = date
        elif anchor is not None:
            self._set_licence(element, anchor[2].strip(), anchor[1].strip())
        elif kind in ("DVN:TOU", "DVN:TOA"):
            self._keep("access.conditions", element, language)
        else:
            self.lose_attributes(element, but=frozenset())
            self._keep("notes", element, language)

    def _note(self, element: etree._Element, language: str) -> None:
        if element.get("type") == table.SIMULATED:
            self.simulated = True
            return
        self.lose_attributes(element, but=frozenset())
        self._keep("notes", element, language)

    def _files(self, element: etree._Element, language: str) -> None:  # noqa: ARG002
        self.values["files"] += read_files(element, self)

    def _other_material(self, element: etree._Element, language: str) -> None:  # noqa: ARG002
        self.values["files"] += read_other_material(element, self)

    def _variable(self, element: etree._Element, language: str) -> None:
        # Its words are chosen by the language of the titles, known at the end.
        self._variables.append((element, language))

    # --- the end -------------------------------------------------------------------------------

    def record(self) -> Record:
        """Return the record of all that was kept."""
        self._settle_titles()
        self.values["identifiers"] = list(dict.fromkeys(self.values["identifiers"]))
        self.values["grants"] = list(paired(self._funders, self._numbers))
        if self.values["document_holdings"] == self.values["holdings"]:
            self.values["document_holdings"] = []
        self._settle_files()
        fields: dict[str, Any] = {"language": self.language, "simulated": self.simulated}
        parts: dict[str, dict[str, Any]] = {"method": {}, "access": self.access}
        for row in table.ROWS:
            if not self.values.get(row.field) or row.field == "parallel_titles":
                continue
            kept = self.values[row.field]
            part, _, name = row.field.rpartition(".")
            parts.get(part, fields)[name] = kept[0] if row.one else tuple(kept)
        if self.values.get("access.permission"):
            self.access["permission"] = tuple(self.values["access.permission"])
        return Record(
            **{"titles": (), **fields, **self.version},
            method=Method(**parts["method"]),
            access=Access(**self.access),
        )

    def _settle_titles(self) -> None:
        """One title for each language; what is another title in it comes to the others."""
        titles: list[Text] = []
        others = self.values["alternative_titles"]
        for each in self.values["titles"] + self.values["parallel_titles"]:
            if each in titles:
                continue
            known = any(title.language == each.language for title in titles)
            (others if known else titles).append(each)
        self.values["titles"] = titles
        for element in self._document_titles:
            if all(words(element) != each.value for each in titles):
                self.lose(element)
        self.values["alternative_titles"] = list(dict.fromkeys(others))

    def _settle_files(self) -> None:
        taken: set[str] = set()
        files: list[StudyFile] = self.values["files"]
        names = settled_ids([file.id for file in files], "F", taken=taken)
        known = {file.id: name for file, name in reversed([*zip(files, names, strict=True)])}
        self.values["files"] = [
            replace(file, id=name) for file, name in zip(files, names, strict=True)
        ]
        titles = self.values["titles"]
        reader = VariableReader(self.language or (titles[0].language if titles else ""), self)
        variables = [reader.read(element, language) for element, language in self._variables]
        names = settled_ids([each.id for each in variables], "V", taken=taken)
        self.values["variables"] = [
            replace(each, id=name, files=tuple(known[x] for x in each.files if x in known))
            for each, name in zip(variables, names, strict=True)
        ]


class _Nobody:
    """Takes note of nothing: for what was noted before."""

    def lose(self, element: etree._Element, *, but: frozenset[str] = frozenset()) -> None:
        """Do nothing."""

    def lose_attributes(self, element: etree._Element, *, but: frozenset[str]) -> None:
        """Do nothing."""


_NOBODY: Final = _Nobody()
