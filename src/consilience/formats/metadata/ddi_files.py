"""Files of a study in DDI: how they are read and written, and how their ids are kept valid."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from lxml import etree

from consilience.formats.metadata import ddi_table as table
from consilience.formats.metadata.ddi_values import NONE, Reading, Writing
from consilience.formats.metadata.model import Level, StudyFile
from consilience.formats.metadata.xml_safe import local, tidy, words

# Narrower than XML: letters outside ASCII are allowed there, but differ between its versions.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WHOLE: Final = re.compile(r"[0-9]{1,18}")
_SHA256: Final = "SHA-256"
LEVEL_WORDS: Final = {level.value: level for level in Level}


def settled_ids(given: Sequence[str], prefix: str, *, taken: set[str]) -> list[str]:
    """Return ids that are unique and valid in XML: the given ones wherever they are.

    Args:
        given: the ids, empty where there is none.
        prefix: what a new id begins with.
        taken: ids that others have; those given here are added.

    Example:
        >>> settled_ids(["a", "", "a"], "F", taken=set())
        ['a', 'F2', 'F3']
    """
    settled: list[str] = []
    for each in given:
        good = _NAME.fullmatch(each) is not None and each not in taken
        settled.append(each if good else "")
        taken.add(each)
    for at, each in enumerate(settled):
        if not each:
            name = f"{prefix}{at + 1}"
            while name in taken:
                name += "_"
            taken.add(name)
            settled[at] = name
    return settled


def whole(text: str) -> int | None:
    """Return a whole number, None if the text is none."""
    return int(text) if _WHOLE.fullmatch(text) else None


def day(text: str) -> dt.date | None:
    """Return a day, None if the text is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


# --- reading ------------------------------------------------------------------------------------


def read_files(element: etree._Element, into: Reading) -> Iterator[StudyFile]:
    """Yield the files that a `fileDscr` describes: one for each `fileTxt`; ids may be empty."""
    into.lose_attributes(element, but=frozenset({"ID", "URI"}))
    first: dict[str, Any] = {"id": element.get("ID") or "", "uri": tidy(element.get("URI"))}
    notes: list[str] = []
    texts: list[etree._Element] = []
    for child in element:
        tag = local(child)
        if tag == "fileTxt":
            texts.append(child)
        elif tag == "notes":
            _read_note(child, first, notes, into)
        else:
            into.lose(child)
    first["notes"] = tuple(notes)
    for at, text in enumerate(texts or [None]):
        fields = first if at == 0 else {"id": "", "notes": ()}
        if text is not None:
            fields = {**fields, **_read_text(text, into)}
        if any(fields.values()):
            yield StudyFile(**{"name": "", **fields})


def _read_note(
    element: etree._Element, fields: dict[str, Any], notes: list[str], into: Reading
) -> None:
    kind, said = element.get("type") or "", words(element, lines=True)
    value: object = None
    if kind == table.LEVEL:
        value = LEVEL_WORDS.get(said.lower())
    elif kind == table.SIZE:
        value = whole(said)
    elif kind == table.EMBARGO:
        value = day(said)
    elif kind in (table.LICENCE, table.DATA_SET):
        value = said
    name = _NOTE_FIELDS.get(kind, "")
    if name and value is not None and name not in fields:
        fields[name] = value
        return
    into.lose_attributes(element, but=NONE)
    if said:
        notes.append(said)


_NOTE_FIELDS: Final = {
    table.LEVEL: "level",
    table.SIZE: "size",
    table.EMBARGO: "embargo",
    table.LICENCE: "licence",
    table.DATA_SET: "data_set",
}
_WORDS: Final = {"fileName": "name", "fileCont": "contents", "fileType": "media_type"}


def _read_text(element: etree._Element, into: Reading) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if kind := tidy(element.get("mimeType")):
        fields["media_type"] = kind
    for child in element:
        tag = local(child)
        name = _WORDS.get(tag)
        if tag == "dimensns":
            _read_dimensions(child, fields, into)
        elif tag == "dataFingerprint" and "checksum" not in fields and (sum_ := _checksum(child)):
            fields["checksum"] = sum_
        elif name and name not in fields:
            into.lose_attributes(child, but=NONE)
            if said := words(child, lines=name == "contents"):
                fields[name] = said
        else:
            into.lose(child)
    return fields


def _read_dimensions(element: etree._Element, fields: dict[str, Any], into: Reading) -> None:
    names = {"caseQnty": "cases", "varQnty": "variables"}
    for child in element:
        name, number = names.get(local(child)), whole(words(child))
        if name and number is not None and name not in fields:
            fields[name] = number
        else:
            into.lose(child)


def _checksum(element: etree._Element) -> str:
    parts = {local(child): words(child) for child in element}
    named = parts.get("algorithmSpecification", "").upper().replace("SHA256", _SHA256)
    return parts.get("digitalFingerprintValue", "") if named == _SHA256 else ""


def read_other_material(element: etree._Element, into: Reading) -> Iterator[StudyFile]:
    """Yield the file that an `otherMat` describes, and those inside it."""
    into.lose_attributes(element, but=frozenset({"ID", "URI", "level"}))
    fields: dict[str, Any] = {"id": element.get("ID") or "", "uri": tidy(element.get("URI"))}
    notes: list[str] = []
    for child in element:
        _read_other(child, fields, notes, into)
    if any(fields.values()) or notes:
        yield StudyFile(**{"name": "", "notes": tuple(notes), **fields})
    for child in element:
        if local(child) == "otherMat":
            yield from read_other_material(child, into)


def _read_other(
    child: etree._Element, fields: dict[str, Any], notes: list[str], into: Reading
) -> None:
    name = _OTHER_WORDS.get(_meaning(child))
    if name and name not in fields:
        if value := words(child, lines=name == "contents"):
            fields[name] = value
    elif local(child) == "notes":
        _read_note(child, fields, notes, into)
    elif local(child) != "otherMat":
        into.lose(child)


_OTHER_WORDS: Final = {"labl": "name", "txt": "contents", "CONTENTTYPE": "media_type"}


def _meaning(element: etree._Element) -> str:
    """Return the name of an element; Dataverse writes the media type in a note."""
    is_type = (element.get("type") or "").endswith("CONTENTTYPE")
    return "CONTENTTYPE" if is_type else local(element)


# --- writing ------------------------------------------------------------------------------------


def write_file(out: Writing, file: StudyFile, *, name: str) -> None:
    """Write a file under the id `name`."""
    element = out.put("fileDscr", ID=name, URI=file.uri)
    text = out.add(element, "fileTxt")
    said(out, text, "fileName", file.name)
    if file.checksum:
        sums = out.add(text, "dataFingerprint", type="dataFile")
        out.add(sums, "digitalFingerprintValue", file.checksum)
        out.add(sums, "algorithmSpecification", _SHA256)
    said(out, text, "fileCont", file.contents)
    if file.cases is not None or file.variables is not None:
        dimensions = out.add(text, "dimensns")
        said(out, dimensions, "caseQnty", digits(file.cases))
        said(out, dimensions, "varQnty", digits(file.variables))
    said(out, text, "fileType", file.media_type)
    for kind, subject, value in (
        (table.LEVEL, "Access", file.level.value.capitalize() if file.level else ""),
        (table.LICENCE, "Licence", file.licence),
        (table.EMBARGO, "Embargo", file.embargo.isoformat() if file.embargo else ""),
        (table.SIZE, "Bytes", digits(file.size)),
        (table.DATA_SET, "Data set", file.data_set),
    ):
        if value:
            out.add(element, "notes", value, type=kind, subject=subject)
    for note in file.notes:
        out.add(element, "notes", note)


def said(out: Writing, parent: etree._Element, tag: str, text: str) -> None:
    """Write an element if there is something to say."""
    if text:
        out.add(parent, tag, text)


def digits(number: int | None) -> str:
    """Return a number as text, nothing for None."""
    return "" if number is None else str(number)
