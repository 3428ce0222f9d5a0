"""Office packages (.docx, .xlsx, .pptx): what they hold beside what they show."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from consilience.formats.hidden.model import Tally
from consilience.formats.hidden.parts import Clean, local, packed, read_parts, remove
from consilience.formats.hidden.relations import TYPES, Office, target_of
from consilience.formats.hidden.sheets import clean_sheet, clean_workbook
from consilience.formats.hidden.word import (
    clean_settings,
    clean_word,
    hidden_styles,
    without_marks,
)

# Parts that go whole, and what they are; what refers to them goes too.
_DROPPED: Final = {
    "comment": r"word/(?:comments\w*|people)\.xml|xl/(?:comments\d*\.xml|comments/.*"
    r"|threadedComments/.*|persons/.*)|ppt/(?:comments/.*|commentAuthors\.xml|authors\.xml|threadedComments/.*)",
    "tracked change": r"xl/revisions/.*",
    "thumbnail": r"docProps/thumbnail\.\w+",
    "custom XML": r"customXml/.*",
    "printer": r"(?:word|xl|ppt)/printerSettings/.*",
    "outside data": r"xl/externalLinks/.*",
    "property": r"docProps/custom\.xml|_xmlsignatures/.*|docMetadata/.*",
}
_REFUSED: Final = {
    "embedded object": r"(?:word|xl|ppt)/embeddings/.*|(?:word|xl|ppt)/activeX/.*|word/afchunk.*",
    "macro": r".*/vbaProject\.bin|xl/macrosheets/.*",
    "pivot cache": r"xl/(?:pivotCache/pivotCache\w*\.xml|model/.*|(?:slicer|timeline)Caches/.*)",
    "data connection": r"xl/connections\.xml|xl/queryTables/.*",
    "speaker notes": r"ppt/notesSlides/notesSlide\d+\.xml",
}
# What a program counts or says of itself tells nothing about people.
_PLAIN: Final = frozenset(
    (
        *("Application", "AppVersion", "DocSecurity", "ScaleCrop", "LinksUpToDate", "SharedDoc"),
        *("HyperlinksChanged", "HeadingPairs", "TitlesOfParts", "Pages", "Words", "Characters"),
        *("Lines", "Paragraphs", "CharactersWithSpaces", "Slides", "Notes", "HiddenSlides"),
        *("MMClips", "PresentationFormat", "revision", "version", "language"),
    )
)
_PATH: Final = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|file:|/(?:home|Users)/).+")
_WORD: Final = r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|glossary/\w+)\.xml"
_STYLES: Final = "word/styles.xml"


def clean_ooxml(name: str, data: bytes, tally: Tally, clean: Clean) -> bytes:
    """Find what an Office file hides and take out what can be.

    Args:
        name: of the file.
        data: the file.
        tally: where findings are noted.
        clean: cleans a file within the file, such as a picture.
    """
    office = Office(name, read_parts(data, file=name))
    _drop_properties(office, tally)
    _drop_drawn_comments(office)
    for kind, pattern in _DROPPED.items():
        found = office.named(pattern)
        tally.add(kind, _folder(found), count=_weight(office, kind, found))
        office.drop(found)
    for kind, pattern in _REFUSED.items():
        found = office.named(pattern)
        tally.add(kind, _folder(found), count=len(found))
    _check_outside(office, tally)
    _clean_words(office, tally)
    _clean_sheets(office, tally)
    _clean_slides(office, tally)
    for part in list(office.parts):
        if office.is_xml(part):
            tally.add("file path", part, count=_without_paths(office, part))
        elif re.search(r"/media/", part):
            inner = Tally(name)
            office.parts[part] = clean(part, office.parts[part], inner)
            tally.add_within(part, inner)
    return packed(office.finished(), first=TYPES)


def _folder(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else parts[0].rpartition("/")[0] if parts else ""


def _weight(office: Office, kind: str, parts: list[str]) -> int:
    """Return how many things stand in parts that go: comments are counted, not their parts."""
    if kind != "comment":
        return len([part for part in parts if not part.endswith(".rels")])
    tags = ("{*}comment", "{*}threadedComment", "{*}cm")
    main = [part for part in parts if office.is_xml(part) and "xtended" not in part]
    return max(sum(1 for part in main for _ in office.tree(part).iter(*tags)), bool(parts))


def _drop_properties(office: Office, tally: Tally) -> None:
    """Drop authors, titles and dates; those that name nobody are not told of."""
    for part in office.named(r"docProps/(?:core|app)\d*\.xml"):
        told = [
            each
            for each in office.tree(part).iter("{*}*")
            if (each.text or "").strip()
            and local(each) not in _PLAIN | {"created", "modified", "TotalTime"}
            and not any(local(above) in _PLAIN for above in each.iterancestors())
        ]
        tally.add("property", part, count=len(told))
        office.drop([part])


def _drop_drawn_comments(office: Office) -> None:
    """Drop the yellow notes in which comments on cells are drawn, not pictures of headers."""
    for sheet in office.named(r"xl/worksheets/[^/]*\.xml"):
        kinds = {each.get("Type", "").rpartition("/")[2] for each in office.relations(sheet)}
        drawing = office.tree(sheet).find("{*}legacyDrawing")
        if "comments" not in kinds or drawing is None:
            continue
        wanted = set(drawing.attrib.values())
        for relation in list(office.relations(sheet)):
            if relation.get("Id") in wanted:
                office.drop([target_of(sheet, relation)])


def _check_outside(office: Office, tally: Tally) -> None:
    """Judge what leads out of the package: web pages, files, pictures."""
    for source in office.sources():
        counts = {"web link": 0, "link to a file": 0, "template": 0, "outside content": 0}
        for relation in office.relations(source):
            if relation.get("TargetMode") == "External":
                kind = _kind_of(relation)
                counts[kind] += 1
                if kind in ("link to a file", "template"):
                    office.unlink(source, relation)
        for kind, count in counts.items():
            tally.add(kind, source, count=count)


def _kind_of(relation: etree._Element) -> str:
    type_ = relation.get("Type", "").rpartition("/")[2]
    target = relation.get("Target", "")
    if type_ in ("attachedTemplate", "mailMergeSource", "mailMergeHeaderSource"):
        return "template"
    if type_ != "hyperlink":
        return "outside content"
    on_the_web = re.match(r"(?:https?|mailto|ftp|tel):", target, re.IGNORECASE)
    return "web link" if on_the_web or target.startswith("#") else "link to a file"


def _clean_words(office: Office, tally: Tally) -> None:
    hidden = hidden_styles(office.tree(_STYLES)) if _STYLES in office.parts else frozenset()
    for part in office.named(_WORD):
        clean_word(office.tree(part), tally, part, hidden)
    for part in office.named(r"word/(?:styles|numbering)\.xml"):
        tally.add("editing mark", part, count=_only_marks(office.tree(part)))
    for part in office.named(r"word/(?:glossary/)?settings\.xml"):
        clean_settings(office.tree(part), tally, part)


def _only_marks(root: etree._Element) -> int:
    """Take marks of editing out of styles; what else these hold is for texts to come."""
    marks = list(root.iter("{*}rsid"))
    for mark in marks:
        remove(mark)
    return len(marks) + without_marks(root)


def _clean_sheets(office: Office, tally: Tally) -> None:
    for part in office.named(r"xl/workbook\.xml"):
        clean_workbook(office.tree(part), tally, part)
    for part in office.named(r"xl/worksheets/[^/]*\.xml"):
        clean_sheet(office.tree(part), tally, part)


def _clean_slides(office: Office, tally: Tally) -> None:
    for part in office.named(r"ppt/slides/[^/]*\.xml"):
        tally.add("hidden slide", part, count=office.tree(part).get("show") in ("0", "false"))


def _without_paths(office: Office, part: str) -> int:
    """Empty what pictures are called where that is a path on somebody's computer."""
    if not any(mark in office.parts[part] for mark in (b"docPr", b"cNvPr")):
        return 0
    count = 0
    for element in office.tree(part).iter("{*}docPr", "{*}cNvPr"):
        for key in ("descr", "name", "title"):
            if _PATH.fullmatch(element.get(key, "")):
                element.set(key, "")
                count += 1
    return count
