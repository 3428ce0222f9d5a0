"""OpenDocument texts, tables and slides: what they hold beside what they show."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from lxml import etree

from consilience.formats.hidden.model import Tally
from consilience.formats.hidden.parts import (
    Clean,
    local,
    packed,
    parsed,
    read_parts,
    remove,
    serialised,
)

_NS: Final = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE = f"{_NS}text:1.0}}", f"{_NS}table:1.0}}"
_OFFICE, _STYLE = f"{_NS}office:1.0}}", f"{_NS}style:1.0}}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_MANIFEST: Final = "META-INF/manifest.xml"
_DROPPED: Final = {
    "thumbnail": r"Thumbnails/.*",
    "program data": r"(?:settings\.xml|Configurations2/.*|layout-cache|manifest\.rdf)",
    "property": r"meta\.xml|META-INF/\w*signatures\.xml",
    "earlier version": r"(?:VersionList\.xml|Versions/.*)",
}
# Of the properties these name nobody.
_PLAIN: Final = ("generator", "document-statistic", "creation-date", "date", "editing-duration")
_REFUSED: Final = {
    "macro": r"(?:Basic|Scripts)/.*",
    "embedded object": r"(?:Object|ObjectReplacements/Object|Obj)\s?\d+(?:/content\.xml)?",
    "data connection": r"database/.*",
}
_CHANGES: Final = (f"{_TEXT}tracked-changes", f"{_TABLE}tracked-changes")
_CHANGE_MARKS: Final = (f"{_TEXT}change", f"{_TEXT}change-start", f"{_TEXT}change-end")
_COMMENTS: Final = (f"{_OFFICE}annotation", f"{_OFFICE}annotation-end")
# Where data is fetched from when the file is opened; what was fetched last stays.
_SOURCES: Final = (
    *(f"{_TABLE}table-source", f"{_TABLE}cell-range-source", f"{_TEXT}section-source"),
    *(f"{_OFFICE}dde-source", f"{_TEXT}dde-connection-decls"),
)
_FIELDS: Final = (f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph")
_SHOWABLE: Final = (f"{_TEXT}section", f"{_TEXT}span", f"{_TEXT}p", f"{_TEXT}h")
_ON_DISK: Final = re.compile(r"(?:file:|/|\.\./|[A-Za-z]:[\\/]|\\\\)", re.IGNORECASE)
_ON_WEB: Final = re.compile(r"(?:https?|ftp|mailto|tel):", re.IGNORECASE)


def clean_opendocument(name: str, data: bytes, tally: Tally, clean: Clean) -> bytes:
    """Find what an OpenDocument file hides and take out what can be.

    Args:
        name: of the file.
        data: the file.
        tally: where findings are noted.
        clean: cleans a file within the file, such as a picture.
    """
    parts = read_parts(data, file=name)
    if b"encryption-data" in parts.get(_MANIFEST, b""):
        tally.add("password")
        return data
    gone = _drop(name, parts, tally)
    trees: dict[str, etree._Element] = {
        part: parsed(parts[part], part=part, file=name)
        for part in ("content.xml", "styles.xml")
        if part in parts
    }
    hidden = {style for root in trees.values() for style in _hidden_styles(root)}
    for part, root in trees.items():
        _clean_part(root, tally, part, hidden)
        parts[part] = serialised(root)
    for part in [each for each in parts if each.startswith(("Pictures/", "media/"))]:
        inner = Tally(name)
        parts[part] = clean(part, parts[part], inner)
        tally.add_within(part, inner)
    if _MANIFEST in parts:
        parts[_MANIFEST] = _manifest(name, parts, gone)
    return packed(parts, first="mimetype")


def _drop(name: str, parts: dict[str, bytes], tally: Tally) -> set[str]:
    gone: set[str] = set()
    for kind, pattern in (_DROPPED | _REFUSED).items():
        found = [part for part in parts if re.fullmatch(pattern, part)]
        count = len(found)
        if kind == "property" and "meta.xml" in found:
            count = len(found) - 1 + _told(parsed(parts["meta.xml"], part="meta.xml", file=name))
        empty = kind == "macro" and all(part.endswith(("-lc.xml", "-lb.xml")) for part in found)
        tally.add(kind, found[0] if len(found) == 1 else "", count=0 if empty else count)
        if kind in _DROPPED:
            gone |= set(found)
    for part in gone:
        del parts[part]
    return gone


def _told(meta: etree._Element) -> int:
    """Return how many properties are filled in that may tell of people."""
    kinds = [each for each in meta.iter("{*}*") if not len(each) and local(each) not in _PLAIN]
    return sum(bool((each.text or "").strip() or each.get(_HREF)) for each in kinds)


def _manifest(name: str, parts: dict[str, bytes], gone: set[str]) -> bytes:
    root = parsed(parts[_MANIFEST], part=_MANIFEST, file=name)
    for entry in list(root.iter("{*}file-entry")):
        path = next((str(v) for k, v in entry.attrib.items() if str(k).endswith("full-path")), "")
        if path in gone or (path.endswith("/") and path != "/" and not _below(parts, path)):
            remove(entry)
    return serialised(root)


def _below(parts: dict[str, bytes], folder: str) -> bool:
    return any(part.startswith(folder) for part in parts)


def _hidden_styles(root: etree._Element) -> set[str]:
    return {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}text-properties")
        if properties.get(f"{_TEXT}display") == "none"
    }


def _clean_part(root: etree._Element, tally: Tally, part: str, hidden: set[str]) -> None:
    changes = [each for tag in _CHANGES for each in root.iter(tag)]
    count = sum(1 for each in changes for _ in each.iter(f"{_TEXT}changed-region")) or len(changes)
    tally.add("tracked change", part, count=count)
    for each in [*changes, *root.iter(*_CHANGE_MARKS)]:
        remove(each)
    comments = list(root.iter(*_COMMENTS))
    tally.add("comment", part, count=sum(each.tag == _COMMENTS[0] for each in comments))
    for each in comments:
        remove(each)
    tally.add("hidden text", part, count=_without_hidden(root, hidden))
    tally.add("editing mark", part, count=_without_marks(root))
    tally.add("hidden sheet", part, count=_hidden_sheets(root))
    tally.add("hidden cells", part, count=_hidden_cells(root))
    tally.add("hidden slide", part, count=_hidden_slides(root))
    _judge_links(root, tally, part)


def _without_hidden(root: etree._Element, hidden: set[str]) -> int:
    """Take out what is set to be hidden, or is by a condition that held last."""
    found = []
    for element in root.iter(*_SHOWABLE):
        shown = element.get(f"{_TEXT}display", "true")
        unseen = shown == "none" or (shown == "condition" and _is_hidden(element))
        if unseen or element.get(f"{_TEXT}style-name") in hidden:
            found.append(element)
    for field in filter(_is_hidden, root.iter(*_FIELDS)):
        whole = local(field) == "hidden-paragraph"
        holders = (each for each in field.iterancestors() if each.tag in _SHOWABLE[2:])
        found.append(next(holders, field) if whole else field)
    for element in found:
        remove(element)
    return len(found)


def _is_hidden(element: etree._Element) -> bool:
    return element.get(f"{_TEXT}is-hidden") == "true"


def _without_marks(root: etree._Element) -> int:
    count = 0
    for element in root.iter("{*}*"):
        for key in [each for each in element.attrib if str(each).endswith("rsid")]:
            del element.attrib[key]
            count += 1
    return count


def _hidden_sheets(root: etree._Element) -> int:
    unseen = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}table-properties")
        if properties.get(f"{_TABLE}display") == "false"
    }
    tables = root.iter(f"{_TABLE}table")
    return sum(each.get(f"{_TABLE}style-name") in unseen for each in tables if unseen)


def _hidden_cells(root: etree._Element) -> int:
    """Return how many rows or columns are hidden; a hidden column counts where cells are filled."""
    key = f"{_TABLE}visibility"
    rows = sum(
        row.get(key) in ("collapse", "filter") and any((t or "").strip() for t in row.itertext())
        for row in root.iter(f"{_TABLE}table-row")
    )
    columns = sum(
        each.get(key) in ("collapse", "filter") for each in root.iter(f"{_TABLE}table-column")
    )
    return rows + columns


def _hidden_slides(root: etree._Element) -> int:
    key = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}visibility"
    styles = root.iter("{*}drawing-page-properties")
    return sum(each.get(key) == "hidden" for each in styles)


def _judge_links(root: etree._Element, tally: Tally, part: str) -> None:
    """Judge what leads out of the file: pages, files, sources of data, linked pictures."""
    tally.add("outside data", part, count=_without_sources(root))
    counts: Counter[str] = Counter()
    for element in root.iter("{*}*"):
        target = element.get(_HREF, "")
        on_web, is_link = bool(_ON_WEB.match(target)), local(element) == "a"
        if not on_web and not _ON_DISK.match(target):
            continue
        if not is_link:
            counts["outside content"] += 1
        elif on_web:
            counts["web link"] += 1
        else:
            counts["link to a file"] += 1
            element.set(_HREF, "#")
    for kind, count in counts.items():
        tally.add(kind, part, count=count)


def _without_sources(root: etree._Element) -> int:
    """Take out where data comes from, and copies of sheets of other files."""
    found = [each for tag in _SOURCES for each in root.iter(tag)]
    tables = root.iter(f"{_TABLE}table")
    found += [each for each in tables if each.get(f"{_TABLE}name", "").startswith("'file:")]
    for each in found:
        remove(each)
    count = len(found)
    for cell in root.iter(f"{_TABLE}table-cell"):
        if "file:" in cell.get(f"{_TABLE}formula", ""):
            del cell.attrib[f"{_TABLE}formula"]
            count += 1
    return count
