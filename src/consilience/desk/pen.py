"""Writes what is decided about the names of a study, in any text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from consilience.base.errors import Faults
from consilience.desk.registry import Book, found_in, met_first, read_book, typed_candidates
from consilience.desk.typed import Typed
from consilience.frame.england import authorities_2018
from consilience.interviews.decisions import held_names
from consilience.interviews.replacements import Replacer, Rules
from consilience.store.vault import Vault
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import NAMES, replaced

__all__ = ["Look", "Pen", "sound_book"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is named in words that a person typed.

    Args:
        known: where somebody stands who is to go, what is to stand there, and the number of the
            entity; in order.
        asked: the same of people and other names that are not decided.
        new: how many are named that the registry does not know, by kind.
    """

    known: tuple[tuple[Edit, int], ...] = field(repr=False)
    asked: tuple[tuple[Edit, int], ...] = field(repr=False)
    new: Mapping[str, int]


@cache
def _regions() -> Mapping[str, str]:
    return {row["name"].lower(): row["region"] for row in authorities_2018()}


class Pen:
    """Writes what the book of a study says, in any text."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._replacer = Replacer(book.registry, Rules(dates=book.dates, regions=_regions()))
        self._labels: dict[str, str] = {}

    def edits(self, text: str, document: str = "") -> list[tuple[Edit, int]]:
        """Return the edits of a text; rulings about passages are those of its document."""
        found = found_in(text, self._book.registry, None)
        places = [each for each in self._book.places if each.document == document]
        return self._replacer.edits(text, found, places)

    def without_names(self, text: str) -> str:
        """Return a text with its replacements."""
        return replaced(text, self.edits(text))[0]

    def label(self, speaker: str) -> str:
        """Return what a speaker is called; few are called in many turns."""
        if speaker not in self._labels:
            self._labels[speaker] = self.without_names(speaker)
        return self._labels[speaker]

    def file_name(self, name: str) -> str:
        """Return the name of a file without names of people; what parts its words is a blank."""
        stem, dot, end = name.rpartition(".")
        plain = (stem if dot else name).replace("_", " ").replace("-", " ")
        newer = self.without_names(plain)
        return f"{newer}{dot}{end if dot else ''}" if newer != plain else name

    def look(self, typed: Typed, *, ids: Collection[str]) -> Look:
        """Return what is named in words that a person typed, beside those that were there.

        Args:
            typed: the words.
            ids: what the study itself calls interviews and cases, in small letters.
        """
        text, registry = typed.words, self._book.registry
        waits = {e.number: e for e in registry if e.ruling == "ask" and e.kind in NAMES}
        known = self._replacer.edits(text, found_in(text, registry, None))
        asked = [
            (Edit(start, end, waits[number].replacement), number)
            for start, end, number in self._replacer.mentions(text, ())
            if number in waits
        ]
        met = met_first(registry, text, typed_candidates(typed, registry, ids=ids))
        return Look(
            known=tuple(each for each in known if typed.touched(each[0].start, each[0].end)),
            asked=tuple(each for each in asked if typed.touched(each[0].start, each[0].end)),
            new=dict(sorted(Counter(each.kind for each in met).items())),
        )

    def left(self, text: str) -> list[tuple[int, int]]:
        """Return where names that were to go still stand."""
        return self._replacer.residual(text)


def sound_book(vault: Vault) -> Book:
    """Return what is decided, if no replacement holds a name: names met later count too."""
    book = read_book(vault)
    faults = held_names(book.registry, book.places)
    if faults:
        raise Faults(faults)
    return book
