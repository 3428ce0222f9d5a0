"""Words of a Word document as a reader sees them with all changes accepted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.documents.package import Package
from consilience.formats.documents.reading import Line, Reading, bold_of, said_of

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BODY: Final = "word/document.xml"
_MARGIN: Final = re.compile(r"word/(?:header|footer)\d*\.xml")
_LITERAL: Final = {
    f"{_W}tab": "\t",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}ptab": "\t",
}
_SKIPPED: Final = {
    f"{_W}{name}"
    for name in ("pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "instrText", "delText", "rt")
} | {f"{_MC}Fallback"}
_COUNTED: Final = {
    f"{_W}ins": "insertions",
    f"{_W}moveTo": "insertions",
    f"{_W}del": "deletions",
    f"{_W}moveFrom": "deletions",
    f"{_W}commentReference": "comments",
    f"{_W}footnoteReference": "left",
    f"{_W}endnoteReference": "left",
    f"{_W}pict": "left",
    f"{_W}drawing": "left",
    f"{_W}object": "left",
}
_GONE: Final = {f"{_W}del", f"{_W}moveFrom", f"{_W}object"}
_UNREAD: Final = _SKIPPED | _GONE


def read_docx(data: bytes, *, file: str) -> Reading:
    """Return the words of a Word document, a paragraph a line, a row of a table a line of tabs.

    Insertions of tracked changes are taken, deletions and what was moved away left out; comments,
    footnotes and pictures are left out. Each is counted in a warning.

    Args:
        data: the file.
        file: its name for messages.

    Raises:
        Fault: FMT-201 to FMT-203 if it is damaged, unpacks to too much or names other files.
    """
    package = Package(data, file=file)
    root = _part(package, _BODY)
    if root is None:
        reason = f"it has no part {_BODY}"
        raise Fault("FMT-202", where=Where(file=file), name=file, reason=reason)
    counts: Counter[str] = Counter()
    lines = list(_lines(root, counts))
    margins = [
        line.text
        for name in package.names()
        if _MARGIN.fullmatch(name) and (margin := _part(package, name)) is not None
        for line in _lines(margin, Counter())
        if line.text.strip()
    ]
    return Reading(
        text="\n".join(line.text for line in lines),
        notes=said_of(file, **counts),
        margins=tuple(dict.fromkeys(margins)),
        bold=bold_of(lines),
    )


def _part(package: Package, name: str) -> etree._Element | None:
    """Return the root of a part; the strict form of the format differs in its name only."""
    root = package.part(name)
    if root is not None and str(root.tag).startswith(_STRICT):
        for element in root.iter("{*}*"):
            element.tag = str(element.tag).replace(_STRICT, _W)
            for key, value in element.attrib.items():
                if str(key).startswith(_STRICT):
                    element.set(str(key).replace(_STRICT, _W), value)
    return root


def _lines(element: etree._Element, counts: Counter[str]) -> Iterator[Line]:
    """Yield paragraphs and rows below an element."""
    begun = ""  # a paragraph whose end was deleted: the next one goes on in it
    for child in element:
        if child.tag in _COUNTED:
            counts[_COUNTED[child.tag]] += 1
        if child.tag == f"{_W}p":
            begun += "".join(_words(child, counts))
            if child.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:
                start = _bold_start(child)
                yield Line(begun, len(start) if begun.startswith(start) else 0)
                begun = ""
            else:
                counts["deletions"] += 1
        elif child.tag == f"{_W}tr":
            yield from _row(child, counts)
        elif child.tag not in _UNREAD:
            yield from _lines(child, counts)
    if begun:
        yield Line(begun)


def _bold_start(paragraph: etree._Element) -> str:
    """Return the words in bold with which a paragraph begins."""
    begun = ""
    for run in paragraph.iterchildren(f"{_W}r", f"{_W}hyperlink", f"{_W}smartTag"):
        words = "".join(_words(run, Counter()))
        if words.strip() and not _is_bold(run):
            break
        begun += words
    return begun.rstrip()


def _is_bold(run: etree._Element) -> bool:
    for mark in run.iterfind(f".//{_W}rPr/{_W}b"):
        return mark.get(f"{_W}val", "1") not in ("0", "false", "off")
    style = run.find(f".//{_W}rPr/{_W}rStyle")
    return style is not None and style.get(f"{_W}val") == "Strong"


def _row(row: etree._Element, counts: Counter[str]) -> Iterator[Line]:
    """Yield a row of a table, nothing where it was deleted."""
    if row.find(f"{_W}trPr/{_W}del") is not None:
        counts["deletions"] += 1
        return
    counts["insertions"] += row.find(f"{_W}trPr/{_W}ins") is not None
    cells = row.iterchildren(f"{_W}tc", f"{_W}sdt")
    yield Line("\t".join(_joined(cell, counts).strip() for cell in cells))


def _joined(element: etree._Element, counts: Counter[str]) -> str:
    return "\n".join(line.text for line in _lines(element, counts))


def _words(element: etree._Element, counts: Counter[str]) -> Iterator[str]:
    """Yield the pieces of a paragraph."""
    for child in element:
        tag = child.tag
        if tag in _COUNTED and (tag != f"{_W}ins" or len(child)):
            counts[_COUNTED[tag]] += 1
        if tag == f"{_W}t":
            yield (child.text or "").replace("\n", " ")
        elif tag in _LITERAL:
            yield _LITERAL[tag]
        elif tag == f"{_W}br":
            # A break of a page or column lies within a paragraph; one of a line parts it.
            yield "" if child.get(f"{_W}type") in ("page", "column") else "\n"
        elif tag == f"{_W}txbxContent":
            yield "\n" + _joined(child, counts) + "\n"
        elif tag not in _UNREAD:
            yield from _words(child, counts)
