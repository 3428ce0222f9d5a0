"""What can be hidden in a file, how bad each is, and the list in which findings are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

Severity = Literal["refuse", "strip", "note"]

# What each finding is called, what is done about it, and what it is in words. `strip`: it can be
# taken out without a change of what the file shows. `refuse`: only a person can tell whether it
# is data or a leak. `note`: it is meant to be there more often than not.
KINDS: Final[dict[str, tuple[Severity, str]]] = {
    "tracked change": ("strip", "changes that were tracked, with who made them when"),
    "comment": ("strip", "comments or marks of reviewers, with who made them"),
    "property": ("strip", "properties (authors, institutions, titles, dates, programs)"),
    "hidden text": ("strip", "passages that are set to be hidden"),
    "template": ("strip", "paths of templates or sources for merging"),
    "link to a file": ("strip", "links to files or addresses within an institution"),
    "file path": ("strip", "paths of files on somebody's computer"),
    "outside data": ("strip", "copies of cells of other workbooks, or formulas and names for them"),
    "custom XML": ("strip", "parts with data of other programs"),
    "printer": ("strip", "settings of printers"),
    "thumbnail": ("strip", "small pictures of an earlier state"),
    "editing mark": ("strip", "marks that tell who edited together"),
    "document variable": ("strip", "variables that are not shown"),
    "picture data": ("strip", "data in pictures (cameras, dates, authors, captions)"),
    "picture place": ("strip", "places where pictures were taken"),
    "attachment": ("strip", "files attached"),
    "script": ("strip", "scripts"),
    "program data": ("strip", "private data or settings of programs"),
    "earlier version": ("strip", "earlier versions of the same document"),
    "appended data": ("strip", "data after the end of a picture"),
    "invisible character": ("strip", "characters that cannot be seen"),
    "markup comment": ("strip", "comments in the markup"),
    "archive comment": ("strip", "comments of an archive or its parts"),
    "system file": ("strip", "files that an operating system or editor left behind"),
    "custom attribute": ("strip", "attributes of variables or of the file"),
    "hidden sheet": ("refuse", "sheets that are hidden"),
    "hidden cells": ("refuse", "hidden rows or columns in which something stands"),
    "hidden slide": ("refuse", "slides that are hidden"),
    "speaker notes": ("refuse", "notes of a speaker, which slides do not show"),
    "hidden layer": ("refuse", "layers that are switched off"),
    "embedded object": ("refuse", "files embedded as objects, whole"),
    "macro": ("refuse", "macros"),
    "pivot cache": ("refuse", "copies of the data behind pivot tables"),
    "data connection": ("refuse", "connections to databases or queries"),
    "outside content": ("refuse", "pictures or parts that are loaded from elsewhere"),
    "formula": ("refuse", "cells that a spreadsheet would carry out as a formula"),
    "path outside": ("refuse", "paths that lead out of the archive"),
    "symbolic link": ("refuse", "symbolic links"),
    "same name twice": ("refuse", "parts that have the name of another part"),
    "password": ("refuse", "parts under a password, which nobody can look into"),
    "recording tag": ("refuse", "tags of a recording (titles, artists, places, dates)"),
    "old format": ("refuse", "parts in a format of the nineties, which is not looked into"),
    "unknown content": ("refuse", "parts of a kind that is not looked into"),
    "packed attribute": ("refuse", "attributes in a packed SPSS file, which may be saved as .sav"),
    "unreadable": ("refuse", "parts that cannot be opened"),
    "web link": ("note", "links to pages or addresses"),
    "form field": ("note", "fields of a form"),
    "byte order mark": ("note", "a mark of the encoding before the first character"),
    "cell like a formula": ("note", "cells that begin as a formula does"),
    "direction mark": ("note", "marks of writing direction, in a text that needs them"),
    "file label": ("note", "a label of the file"),
    "file note": ("note", "lines that describe the file"),
    "recording": ("note", "a recording, in which a voice can be known again"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a file holds beside what it shows; never with what it says.

    Args:
        file: the name of the file.
        part: where in the file: a part of a package, parts in parts joined by `!`; empty for
            the file as a whole.
        kind: a key of `KINDS`.
        count: how many.
    """

    file: str
    part: str
    kind: str
    count: int = 1

    @property
    def severity(self) -> Severity:
        """Whether it is refused, can be taken out, or is told only."""
        return KINDS[self.kind][0]

    @property
    def said(self) -> str:
        """What was found, in words.

        Example:
            >>> Finding(file="a.docx", part="", kind="macro", count=2).said
            'macros: 2'
        """
        words = KINDS[self.kind][1]
        return words if words.startswith("a ") else f"{words}: {self.count}"


@dataclass(slots=True)
class Tally:
    """Gathers what is found while a file is cleaned."""

    file: str
    found: list[Finding] = field(default_factory=list)

    def add(self, kind: str, part: str = "", *, count: int = 1) -> None:
        """Note a finding; none if there is none of it."""
        if count:
            self.found.append(Finding(file=self.file, part=part, kind=kind, count=count))

    def add_within(self, part: str, inner: Tally) -> None:
        """Note what was found in a file within the file."""
        for each in inner.found:
            below = f"{part}!{each.part}" if each.part else part
            self.found.append(replace(each, file=self.file, part=below))

    def refused(self) -> bool:
        """Return whether anything was found that cannot be taken out."""
        return any(each.severity == "refuse" for each in self.found)
