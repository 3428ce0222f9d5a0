"""Word documents: accept what was tracked, take out comments, hidden text and marks of editing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from consilience.formats.hidden.model import Tally
from consilience.formats.hidden.parts import local, remove, unwrap

_GONE: Final = ("{*}del", "{*}moveFrom", "{*}cellDel")
_COME: Final = ("{*}ins", "{*}moveTo", "{*}cellIns", "{*}cellMerge")
_CHANGED: Final = re.compile(
    r"(?:rPr|pPr|sectPr|tblPr|tblPrEx|tblGrid|trPr|tcPr)Change|numberingChange"
)
_RANGE: Final = re.compile(
    r"(?:move(?:From|To)|customXml(?:Ins|Del|MoveFrom|MoveTo))Range(?:Start|End)"
)
_COMMENT: Final = ("{*}commentRangeStart", "{*}commentRangeEnd", "{*}commentReference")
_SETTINGS: Final = {
    "attachedTemplate": "template",
    "mailMerge": "template",
    "docVars": "document variable",
    "rsids": "editing mark",
    "trackRevisions": "",
}
# What cannot be without one paragraph at least.
_HOLDERS: Final = ("tc", "comment", "footnote", "endnote", "hdr", "ftr", "txbxContent")


def hidden_styles(styles: etree._Element) -> frozenset[str]:
    """Return the styles whose text is hidden, those based on them too."""
    based: dict[str, str] = {}
    hidden: set[str] = set()
    for style in styles.iter("{*}style"):
        name = _value(style, "styleId")
        if _is_on(style.find("{*}rPr/{*}vanish")):
            hidden.add(name)
        parent = style.find("{*}basedOn")
        if parent is not None:
            based[name] = _value(parent, "val")
    while more := {name for name, parent in based.items() if parent in hidden} - hidden:
        hidden |= more
    return frozenset(hidden)


def clean_word(
    root: etree._Element, tally: Tally, part: str, hidden: frozenset[str] = frozenset()
) -> None:
    """Take out of a part of a Word document what it does not show.

    Args:
        root: of the part; it is changed.
        tally: where findings are noted.
        part: its name.
        hidden: styles whose text is hidden.
    """
    tally.add("tracked change", part, count=_accept(root))
    _without_comments(root)
    tally.add("hidden text", part, count=_without_hidden(root, hidden))
    tally.add("editing mark", part, count=without_marks(root))
    for binding in list(root.iter("{*}dataBinding")):
        remove(binding)


def clean_settings(root: etree._Element, tally: Tally, part: str) -> None:
    """Take paths, variables and marks out of the settings of a document."""
    for child in list(root):
        name = local(child)
        if name in _SETTINGS:
            if _SETTINGS[name]:
                tally.add(_SETTINGS[name], part, count=max(1, len(child)))
            remove(child)


def _accept(root: etree._Element) -> int:
    """Accept insertions, deletions, moves and changes of format; return how many there were."""
    count = 0
    for paragraph in list(root.iter("{*}p")):
        if paragraph.find("{*}pPr/{*}rPr/{*}del") is not None:
            count += 1
            _join_next(paragraph)
    for element in list(root.iter(*_GONE)):
        count += 1
        holder = element.getparent()
        kind = local(holder) if holder is not None else ""
        outer = holder.getparent() if holder is not None else None
        remove(outer if kind in ("trPr", "tcPr") and outer is not None else element)
    for element in list(root.iter(*_COME)):
        count += 1
        unwrap(element)
    for element in list(root.iter("{*}*")):
        name = local(element)
        if _CHANGED.fullmatch(name):
            count += 1
            remove(element)
        elif _RANGE.fullmatch(name):
            remove(element)
    return count


def _join_next(paragraph: etree._Element) -> None:
    """Let a paragraph whose end was deleted go on in the next one."""
    mark = paragraph.find("{*}pPr/{*}rPr/{*}del")
    following = paragraph.getnext()
    while following is not None and local(following) in ("bookmarkStart", "bookmarkEnd"):
        following = following.getnext()
    if following is None or local(following) != "p":
        if mark is not None:
            remove(mark)
        return
    own = [child for child in paragraph if local(child) != "pPr"]
    at = 1 if len(following) and local(following[0]) == "pPr" else 0
    for offset, child in enumerate(own):
        following.insert(at + offset, child)
    remove(paragraph)


def _without_comments(root: etree._Element) -> None:
    """Take out where comments stand; they are counted in the part that holds their words."""
    for element in list(root.iter(*_COMMENT)):
        run = element.getparent()
        remove(element)
        if run is not None and local(run) == "r" and all(local(c) == "rPr" for c in run):
            remove(run)


def _without_hidden(root: etree._Element, hidden: frozenset[str]) -> int:
    count = 0
    for run in list(root.iter("{*}r")):
        if _is_hidden(run, hidden):
            count += any(local(child) != "rPr" for child in run)
            remove(run)
    for mark in list(root.iter("{*}vanish")):
        if any(local(each) == "pPr" for each in mark.iterancestors()):
            remove(mark)
    for paragraph in list(_of_style(root, "pStyle", hidden)):
        holder = paragraph.getparent()
        alone = holder is not None and local(holder) in _HOLDERS
        if not alone and paragraph.find("{*}pPr/{*}sectPr") is None:
            remove(paragraph)
    return count


def _is_hidden(run: etree._Element, hidden: frozenset[str]) -> bool:
    own = run.find("{*}rPr/{*}vanish")
    if own is not None:
        return _is_on(own)
    style = run.find("{*}rPr/{*}rStyle")
    if style is not None and _value(style, "val") in hidden:
        return True
    paragraph = next((each for each in run.iterancestors() if local(each) == "p"), None)
    of = paragraph.find("{*}pPr/{*}pStyle") if paragraph is not None else None
    return of is not None and _value(of, "val") in hidden


def _of_style(root: etree._Element, tag: str, styles: frozenset[str]) -> Iterator[etree._Element]:
    """Yield paragraphs of hidden styles in which nothing is left."""
    if not styles:
        return
    for paragraph in root.iter("{*}p"):
        style = paragraph.find(f"{{*}}pPr/{{*}}{tag}")
        bare = all(local(child) == "pPr" for child in paragraph)
        if style is not None and _value(style, "val") in styles and bare:
            yield paragraph


def without_marks(root: etree._Element) -> int:
    """Take out who edited together with whom; return how many marks there were."""
    count = 0
    for element in root.iter("{*}*"):
        for key in [each for each in element.attrib if "}rsid" in str(each)]:
            del element.attrib[key]
            count += 1
    return count


def _value(element: etree._Element, name: str) -> str:
    found = (str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name)
    return next(found, "")


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and _value(mark, "val") not in ("0", "false", "off")
