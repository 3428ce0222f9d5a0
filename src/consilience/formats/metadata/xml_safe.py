"""Other people's XML: parsed without following anything, and its words taken out."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from consilience.base.errors import Fault, Where

LARGEST: Final = 128 * 1024 * 1024
MOST_TAGS: Final = 4_000_000
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

# What no XML may hold: control characters, half pairs, the two that are no characters.
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_INDENTED: Final = re.compile(r"\n[ \t]+")
_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:.*|Z|[+-]\d\d:\d\d)?")
_ISO: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_PACKED: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")

# Elements of HTML and of DDI's own forms that begin a line.
_LINES: Final = frozenset(
    (
        *("br", "p", "div", "li", "ul", "ol", "tr", "table", "hr", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "itm", "list", "head", "row", "entry", "titl", "txt"),
    )
)


def parse_xml(data: bytes, *, name: str) -> etree._Element:
    """Return the root of somebody's XML.

    Args:
        data: the XML in any encoding that it declares.
        name: name of the file, for faults.

    Raises:
        Fault: FMT-300 if it is not well-formed, FMT-301 if it declares entities, which could name
            files of this machine or unfold without end, FMT-302 if it is larger than 128 MB or has
            more than four million tags.

    Example:
        >>> parse_xml(b"<codeBook/>", name="x.xml").tag
        'codeBook'
    """
    where = Where(file=name)
    if len(data) > LARGEST or data.count(b"<") > MOST_TAGS:
        raise Fault("FMT-302", where=where, megabytes=LARGEST >> 20, tags=MOST_TAGS)
    if b"<!ENTITY" in data:
        raise Fault("FMT-301", where=where)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = Where(file=name, line=line)
        raise Fault("FMT-300", where=where, reason=_reason(error)) from error
    # The bytes above may be of another encoding.
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):
        raise Fault("FMT-301", where=where)
    return root


def _reason(error: Exception) -> str:
    return str(getattr(error, "msg", None) or error) or "it is empty"


def line_of(element: etree._Element) -> int | None:
    """Return the line on which an element begins."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def words(element: etree._Element, *, without: Collection[str] = (), lines: bool = False) -> str:
    """Return the words of an element, its markup laid flat.

    Args:
        element: the element.
        without: names of children whose words do not belong to it.
        lines: whether line breaks mean something; otherwise they become spaces.
    """
    if not len(element):
        return tidy(element.text, lines=lines)
    parts: list[str] = []
    _gather(element, without, parts)
    return tidy("".join(parts), lines=lines)


def _gather(element: etree._Element, without: Collection[str], parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        name = local(child)
        if name not in without:
            begins = name.lower() in _LINES
            if begins:
                parts.append("\n")
            _gather(child, (), parts)
            target = child.get("href") or ""
            if target and target not in (child.text or ""):
                parts.append(f" ({target})")
            if begins and name.lower() != "br":
                parts.append("\n")
        parts.append(child.tail or "")


def tidy(text: str | None, *, lines: bool = False) -> str:
    r"""Return a text without the white space that only lays out the XML.

    Example:
        >>> tidy("\n  Data\n    Archive\n")
        'Data Archive'
        >>> tidy("first\n    second", lines=True)
        'first\nsecond'
    """
    if not text:
        return ""
    text = text.strip()
    if "\n" not in text:
        return text
    if lines:
        return _INDENTED.sub("\n", text)
    return " ".join(part for line in text.split("\n") if (part := line.strip()))


def legal(text: str) -> str:
    r"""Return a text without the characters that XML cannot hold.

    Example:
        >>> legal("a\x00b")
        'ab'
    """
    return _ILLEGAL.sub("", text)


@lru_cache(maxsize=1024)
def language_code(text: str | None) -> str:
    """Return a language as in xml:lang, empty if it cannot be one.

    Example:
        >>> language_code("en_GB"), language_code("in English")
        ('en-GB', '')
    """
    code = (text or "").strip().replace("_", "-")
    return code if _LANGUAGE.fullmatch(code) else ""


def is_iso(text: str) -> bool:
    """Return whether a text is a year, a month or a day of ISO 8601."""
    return _ISO.fullmatch(text) is not None


def iso_date(text: str) -> str:
    """Return a date as day, month or year of ISO 8601; as written where it is none.

    Example:
        >>> iso_date("2014-04-04 14:42:58.000"), iso_date("20020816"), iso_date("1/1/1970")
        ('2014-04-04', '2002-08-16', '1/1/1970')
    """
    if day := _DAY.fullmatch(text):
        return day[1]
    if packed := _PACKED.fullmatch(text):
        return "-".join(packed.groups())
    return text
