"""Kinds of value in DDI: how each is read from its element, and how it is written into one.

What an element has no attribute for stands in an `ExtLink` child whose role says what it is; DDI
allows one wherever there are words.
"""

from __future__ import annotations

from typing import Final, Protocol

from lxml import etree

from consilience.formats.metadata.model import Moment, Place, Term, Text
from consilience.formats.metadata.xml_safe import (
    XML_LANG,
    is_iso,
    iso_date,
    language_code,
    local,
    tidy,
    words,
)

LINKS: Final = frozenset({"ExtLink", "Link"})
EVENTS: Final = ("start", "end", "single")


class Reading(Protocol):
    """What takes note of content that has no place in the record."""

    def lose(self, element: etree._Element, *, but: frozenset[str] = ...) -> None:
        """Take note of an element and all in it, except children of these names."""

    def lose_attributes(self, element: etree._Element, *, but: frozenset[str]) -> None:
        """Take note of attributes other than these."""


class Writing(Protocol):
    """What makes elements."""

    def put(
        self, path: str, text: str = "", *, language: str | None = None, **attributes: str
    ) -> etree._Element:
        """Add an element at a path; `language` None: it has none."""

    def add(
        self, parent: etree._Element, tag: str, text: str = "", **attributes: str
    ) -> etree._Element:
        """Add an element below another; attributes without a value are left out."""

    def link(self, parent: etree._Element, text: str = "", **attributes: str) -> None:
        """Add an `ExtLink`."""


def own_language(element: etree._Element, inherited: str) -> str:
    """Return the language of an element: its own, else the inherited one."""
    said = element.get(XML_LANG) or element.get("xml-lang")
    return language_code(said) if said else inherited


NONE: Final = frozenset[str]()


# --- words ------------------------------------------------------------------------------------


def read_text(element: etree._Element, language: str, into: Reading) -> Text | None:
    """Return words at length, with their lines."""
    into.lose_attributes(element, but=NONE)
    value = words(element, lines=True)
    return Text(value=value, language=language) if value else None


def read_line(element: etree._Element, language: str, into: Reading) -> Text | None:
    """Return words on one line, such as a title."""
    into.lose_attributes(element, but=NONE)
    value = words(element)
    return Text(value=value, language=language) if value else None


def write_text(out: Writing, path: str, value: Text) -> None:
    """Write words."""
    out.put(path, value.value, language=value.language)


# --- terms ------------------------------------------------------------------------------------

_VOCABULARY: Final = frozenset({"vocab", "vocabURI"})
_CONCEPT: Final = frozenset({"concept"})


def read_term(element: etree._Element, language: str, into: Reading) -> Term | None:
    """Return a term whose vocabulary stands in attributes: a keyword, a topic."""
    code = element.get("vocabInstanceCodeTerm") or ""
    for child in element:
        if local(child) in LINKS:
            code = code or tidy(child.get("title"))
    into.lose_attributes(element, but=_VOCABULARY | {"vocabInstanceCodeTerm"})
    value = words(element, without=LINKS)
    if not value and not code:
        into.lose_attributes(element, but=NONE)
        return None
    return _term(value, code, element, language)


def write_term(out: Writing, path: str, value: Term) -> None:
    """Write a term whose vocabulary stands in attributes."""
    element = out.put(
        path,
        value.value,
        language=value.language,
        vocab=value.vocabulary,
        vocabURI=value.vocabulary_uri,
    )
    if value.code:
        out.link(element, role="code", title=value.code)


def read_concept(element: etree._Element, language: str, into: Reading) -> Term | None:
    """Return a term whose code and vocabulary stand in a `concept` child: a unit, a method."""
    into.lose_attributes(element, but=NONE)
    value = words(element, without=_CONCEPT)
    code, source = "", element
    for child in element:
        if local(child) != "concept":
            continue
        if source is element and (words(child) or child.get("vocab") or child.get("vocabURI")):
            code, source = words(child), child
            into.lose_attributes(child, but=_VOCABULARY)
        else:
            into.lose(child)
    return _term(value, code, source, language) if value or code else None


def write_concept(out: Writing, path: str, value: Term) -> None:
    """Write a term with a `concept` child where it has a code or a vocabulary."""
    element = out.put(path, value.value, language=value.language)
    if value.code or value.vocabulary or value.vocabulary_uri:
        out.add(
            element, "concept", value.code, vocab=value.vocabulary, vocabURI=value.vocabulary_uri
        )


def _term(value: str, code: str, source: etree._Element, language: str) -> Term:
    return Term(
        value=value,
        code=code,
        vocabulary=tidy(source.get("vocab")),
        vocabulary_uri=tidy(source.get("vocabURI")),
        language=language,
    )


# --- times and places ---------------------------------------------------------------------------


def read_moment(element: etree._Element, language: str, into: Reading) -> Moment | None:
    """Return a date of a period; words that only repeat the date are not kept."""
    into.lose_attributes(element, but=frozenset({"date", "event", "cycle"}))
    date, value = iso_date(tidy(element.get("date"))), words(element)
    said = iso_date(value)
    if is_iso(said) and date in ("", said):
        date, value = said, ""
    if not date and not value:
        return None
    event = element.get("event") or ""
    return Moment(
        date=date,
        event=event if event in EVENTS else "single",
        value=value,
        cycle=tidy(element.get("cycle")),
        language=language,
    )


def write_moment(out: Writing, path: str, value: Moment) -> None:
    """Write a date of a period."""
    event = value.event if value.event in EVENTS else "single"
    out.put(
        path,
        value.value,
        language=value.language,
        date=value.date,
        event=event,
        cycle=value.cycle,
    )


def read_place(element: etree._Element, language: str, into: Reading) -> Place | None:
    """Return a nation or a smaller place."""
    into.lose_attributes(element, but=frozenset({"abbr"}))
    value, code = words(element, without=_CONCEPT), tidy(element.get("abbr"))
    for child in element:
        if local(child) == "concept":
            code = code or words(child)
    return Place(value=value, code=code, language=language) if value or code else None


def write_place(out: Writing, path: str, value: Place) -> None:
    """Write a nation with its code, or a smaller place."""
    if path.endswith("nation"):
        out.put(path, value.value, language=value.language, abbr=value.code)
        return
    element = out.put(path, value.value, language=value.language)
    if value.code:
        out.add(element, "concept", value.code)


def read_date(element: etree._Element, language: str, into: Reading) -> str | None:  # noqa: ARG001  (one form for all kinds)
    """Return a date that stands in `@date` or in words."""
    into.lose_attributes(element, but=frozenset({"date"}))
    return iso_date(tidy(element.get("date")) or words(element)) or None


def write_date(out: Writing, path: str, value: str) -> None:
    """Write a date; one that is none in ISO 8601 stands in words only."""
    out.put(path, value, date=value if is_iso(value) else "")
