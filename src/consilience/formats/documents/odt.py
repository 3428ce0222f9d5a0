"""Words of an OpenDocument text as a reader sees them with all changes accepted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.documents.package import Package
from consilience.formats.documents.reading import Line, Reading, bold_of, said_of

_NAMESPACE: Final = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT: Final = f"{_NAMESPACE}text:1.0}}"
_TABLE: Final = f"{_NAMESPACE}table:1.0}}"
_OFFICE: Final = f"{_NAMESPACE}office:1.0}}"
_DRAW: Final = f"{_NAMESPACE}drawing:1.0}}"
_STYLE: Final = f"{_NAMESPACE}style:1.0}}"
_WEIGHT: Final = f"{_NAMESPACE}xsl-fo-compatible:1.0}}font-weight"
_HEAVY: Final = {"bold", "600", "700", "800", "900"}
_PARAGRAPHS: Final = {f"{_TEXT}p", f"{_TEXT}h"}
_COUNTED: Final = {
    f"{_OFFICE}annotation": "comments",
    f"{_TEXT}note": "left",
    f"{_DRAW}image": "left",
    f"{_DRAW}object": "left",
    f"{_TEXT}insertion": "insertions",
    f"{_TEXT}deletion": "deletions",
}
# What was deleted stands in the list of changes, not in the body.
_SKIPPED: Final = {
    f"{_OFFICE}annotation",
    f"{_TEXT}note",
    f"{_TEXT}tracked-changes",
    # How the characters beside it are read aloud.
    f"{_TEXT}ruby-text",
}
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_MOST_SPACES: Final = 200


def read_odt(data: bytes, *, file: str) -> Reading:
    """Return the words of an OpenDocument text, a paragraph a line, a row of a table one of tabs.

    Insertions of tracked changes are taken, deletions left out; comments, footnotes and pictures
    are left out. Each is counted in a warning.

    Args:
        data: the file.
        file: its name for messages.

    Raises:
        Fault: FMT-201 to FMT-203 if it is damaged, unpacks to too much or names other files.
    """
    package = Package(data, file=file)
    root = package.part("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
    if body is None:
        reason = "it holds no text document"
        raise Fault("FMT-202", where=Where(file=file), name=file, reason=reason)
    counts: Counter[str] = Counter()
    for change in body.iter(f"{_TEXT}insertion", f"{_TEXT}deletion"):
        counts[_COUNTED[str(change.tag)]] += 1
    lines = list(_lines(body, counts, _bold_styles(package)))
    return Reading(
        text="\n".join(line.text for line in lines),
        notes=said_of(file, **counts),
        margins=tuple(_margins(package)),
        bold=bold_of(lines),
    )


def _bold_styles(package: Package) -> set[str | None]:
    """Return the names of styles of characters and paragraphs that are in bold."""
    bold: set[str | None] = set()
    # A style follows the one that it is made from.
    for root in (package.part("styles.xml"), package.part("content.xml")):
        for style in root.iter(f"{_STYLE}style") if root is not None else ():
            properties = style.find(f"{_STYLE}text-properties")
            weight = properties.get(_WEIGHT) if properties is not None else None
            parent = style.get(f"{_STYLE}parent-style-name")
            if weight in _HEAVY or (weight is None and parent in bold):
                bold.add(style.get(f"{_STYLE}name"))
    return bold


def _margins(package: Package) -> Iterator[str]:
    styles = package.part("styles.xml")
    if styles is not None:
        for margin in styles.iter(f"{_STYLE}header", f"{_STYLE}footer"):
            lines = _lines(margin, Counter(), set())
            yield from (line.text for line in lines if line.text.strip())


def _lines(element: etree._Element, counts: Counter[str], bold: set[str | None]) -> Iterator[Line]:
    """Yield paragraphs and rows below an element."""
    for child in element:
        tag = child.tag
        if tag in _PARAGRAPHS:
            text, start = _paragraph(child, counts), _bold_start(child, bold)
            yield Line(text, len(start) if text.startswith(start) else 0)
        elif tag == f"{_TABLE}table-row":
            cells = child.iterchildren(f"{_TABLE}table-cell")
            inner = ("\n".join(line.text for line in _lines(c, counts, bold)) for c in cells)
            yield Line("\t".join(text.strip() for text in inner))
        else:
            if tag in _COUNTED:
                counts[_COUNTED[tag]] += 1
            if tag not in _SKIPPED:
                yield from _lines(child, counts, bold)


def _bold_start(paragraph: etree._Element, bold: set[str | None]) -> str:
    """Return the words in bold with which a paragraph begins."""
    if paragraph.get(f"{_TEXT}style-name") in bold:
        return _paragraph(paragraph, Counter())
    begun, tail = "", paragraph.text or ""
    for child in paragraph:
        if tail.strip() or child.get(f"{_TEXT}style-name") not in bold:
            break
        begun += tail + _paragraph(child, Counter())
        tail = child.tail or ""
    return " ".join(begun.split())


def _paragraph(element: etree._Element, counts: Counter[str]) -> str:
    # Runs of white space are one space, and none begins a line; `text:s` is what is meant to stay.
    pieces = list(_words(element, counts))
    joined: list[str] = []
    for text, meant in pieces:
        piece = text if meant else _SPACE.sub(" ", text)
        if not meant and piece.startswith(" ") and (not joined or joined[-1].endswith((" ", "\n"))):
            piece = piece[1:]
        if piece:
            joined.append(piece)
    return "".join(joined).rstrip(" ")


def _words(element: etree._Element, counts: Counter[str]) -> Iterator[tuple[str, bool]]:
    """Yield pieces of a paragraph, and whether their white space is meant as it stands."""
    yield element.text or "", False
    for child in element:
        tag = child.tag
        if tag in _COUNTED:
            counts[_COUNTED[tag]] += 1
        if tag == f"{_TEXT}tab":
            yield "\t", True
        elif tag == f"{_TEXT}line-break":
            yield "\n", True
        elif tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            yield " " * min(int(count[:4]) if count.isdecimal() else 1, _MOST_SPACES), True
        elif tag in _PARAGRAPHS:
            yield "\n", True
            yield _paragraph(child, counts), True
        elif tag not in _SKIPPED and isinstance(tag, str):
            yield from _words(child, counts)
        yield child.tail or "", False
