"""Do names that were to go still stand in files about to leave? Told without the names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final, Literal

import numpy as np
from rapidfuzz import fuzz, process

from consilience.base.errors import Fault
from consilience.formats.words import Piece, words_in
from consilience.text.alike import proposals
from consilience.text.generalise import closed_places
from consilience.text.identifiers.candidate import Kind
from consilience.text.identifiers.tables import lowered, nicknames, plain
from consilience.text.pseudonyms import (
    Entity,
    Forms,
    Registry,
    Ruling,
    Sighting,
    registered,
    searched_forms,
)

How = Literal["written", "alike"]

_KEPT_BACK: Final[tuple[Ruling, ...]] = ("replace", "generalise", "ask")
# Words that could be a name misspelt: with a capital, and as long as likeness means something.
_CAPITAL: Final = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]\w{4,}\b")
_CAPITALS: Final = re.compile(r"\b[A-Z]\w+(?: (?:of |the )?[A-Z]\w+){1,3}\b")
_LEAST_ALIKE: Final = 85.0
_ROWS: Final = 2_000
_UNSEEN: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """A name that still stands in a file. It does not say which.

    Args:
        file: where.
        place: line, cell, page or part of it.
        category: what is named: person, school, place and so on.
        entity: its number in the registry, by which who has the vault finds it.
        length: how many letters stand there.
        how: written so, or alike and perhaps misspelt.
        count: how often in this part of the file.
    """

    file: str
    place: str
    category: Kind
    entity: int
    length: int
    how: How
    count: int = 1

    @property
    def masked(self) -> str:
        """What stands there, as far as may be said.

        Example:
            >>> Residual(file="a.txt", place="line 1", category="person", entity=1, length=3,
            ...          how="written").masked
            'person of 3 letters'
        """
        return f"{self.category} of {self.length} letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search through files gave.

    Args:
        found: names that still stand there.
        unread: files that cannot be looked through, with the reason; they must not leave.
    """

    found: tuple[Residual, ...]
    unread: tuple[tuple[str, Fault], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNames:
    """Names that may stand in some files although the registry has them.

    Args:
        names: whole, as they are written there.
        files: in which they may stand; not in the names of these files.
    """

    names: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()


def registry_of(names: Iterable[tuple[Kind, str]]) -> Registry:
    """Return a registry of names from elsewhere, such as the list of people of a study.

    Args:
        names: what each is, and how it is written.

    Example:
        >>> [each.forms for each in registry_of([("person", "Ada Person"), ("person", "Ada")])]
        [('Ada Person', 'Ada')]
    """
    seen = [Sighting(text=text, kind=kind, document="", start=0) for kind, text in names if text]
    return registered((), seen)


def search_files(
    files: Mapping[str, bytes], registry: Registry, *, own: OwnNames | None = None
) -> Searched:
    """Where do names that are to go still stand in these files?

    Every form counts of every name that is to be replaced or made general, or is not decided:
    in any case, with or without accents, whatever is hidden, in the names of files too. What
    stands in [brackets] instead of a name does not. A word with a capital that is like a name is
    told as `alike`: a person must look.

    Args:
        files: content by name, as they are about to leave.
        registry: the names, which are in memory only.
        own: names that may stand in some of the files, such as authors in the record; None if
            there are none. A longer name of which one is a part is found all the same.

    Returns:
        Where they stand, without the names.
    """
    search = _Search(registry, own or OwnNames())
    unread: list[tuple[str, Fault]] = []
    for name, data in files.items():
        try:
            search.look(name, Piece(text=_spread(name), lines=("name of the file",)))
            for piece in words_in(name, data):
                search.look(name, piece)
        except Fault as fault:
            unread.append((name, fault))
    return Searched(found=search.found(), unread=tuple(unread))


def _spread(path: str) -> str:
    """Return the name of a file with blanks where its words join."""
    text = str(PurePosixPath(path).with_suffix("")) if path else ""
    return _CAMEL.sub(" ", re.sub(r"[_/\\.-]", " ", text))


def _bare(text: str) -> str:
    """Return a text without accents, ligatures and what cannot be seen."""
    if text.isascii():
        return text
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", text))


class _Search:
    """Looks through pieces of files for the names of one registry."""

    def __init__(self, registry: Registry, own: OwnNames) -> None:
        self._names: dict[tuple[str, str, int], Residual] = {}
        self._noted: dict[tuple[str, str, int], int] = {}
        self._registry = registry
        self._kinds = {each.number: each.kind for each in registry}
        self._replacements = {_bare(each.replacement) for each in registry}
        forms = searched_forms(registry, _KEPT_BACK)
        self._forms = Forms((_bare(form), number) for form, number in forms)
        self._own = Forms((_bare(name), 0) for name in own.names)
        self._own_files = own.files
        self._everyday = lowered("common") | lowered("words")
        self._words: dict[str, list[tuple[str, str]]] = {}

    def look(self, file: str, piece: Piece) -> None:
        """Look through one piece; note names, and words that could be names misspelt."""
        piece = replace(piece, text=_bare(piece.text))
        closed = closed_places(piece.text, self._replacements)
        allowed = self._allowed(file, piece)
        places = [
            each
            for each in self._forms.find(piece.text)
            if not closed[each[0]] and not all(allowed[each[0] : each[1]])
        ]
        counts = Counter(number for _, _, number in places)
        for start, end, number in places:
            closed[start:end] = b"\x01" * (end - start)
            count = counts.pop(number, 0)
            # What stands in the markup and without it is one place.
            if count > self._noted.get((file, piece.part, number), 0):
                self._noted[file, piece.part, number] = count
                self._names[file, piece.part, number] = Residual(
                    file=file,
                    place=piece.place(start),
                    category=self._kinds[number],
                    entity=number,
                    length=end - start,
                    how="written",
                    count=count,
                )
        whole = bytearray(map(max, closed, allowed)) if any(allowed) else closed
        self._note_words(file, piece, whole)

    def _allowed(self, file: str, piece: Piece) -> bytearray:
        """Return one for each letter of a name that may stand in this file."""
        allowed = bytearray(len(piece.text))
        if file in self._own_files:
            for start, end, _ in self._own.find(piece.text):
                allowed[start:end] = b"\x01" * (end - start)
        return allowed

    def _note_words(self, file: str, piece: Piece, closed: bytearray) -> None:
        for match in (*_CAPITAL.finditer(piece.text), *_CAPITALS.finditer(piece.text)):
            word = match.group()
            if not closed[match.start()] and plain(word) not in self._everyday:
                seen = self._words.setdefault(word, [])
                if len(seen) < 3:
                    seen.append((file, piece.place(match.start())))

    def found(self) -> tuple[Residual, ...]:
        """Return the names found, then the words that are like one."""
        return (*self._names.values(), *self._alikes())

    def _alikes(self) -> list[Residual]:
        """Return the words that could be names misspelt or short forms of them."""
        wanted = tuple(each for each in self._registry if each.ruling in _KEPT_BACK)
        last = max((each.number for each in self._registry), default=0)
        words = self._near(wanted)
        met = tuple(_unknown(last + at, word) for at, word in enumerate(words, start=1))
        best: dict[str, int] = {}  # of the many Jennifers whom Jenny could be, one is told
        for each in proposals((*wanted, *met)) if words else ():
            sure = each.reason == "short form" or (
                each.reason == "spelling" and each.score >= _LEAST_ALIKE
            )
            if each.entity > last >= each.same_as and sure:
                best.setdefault(words[each.entity - last - 1], each.same_as)
        return [found for word, number in best.items() for found in self._alike(word, number)]

    def _near(self, wanted: Registry) -> list[str]:
        """Return the words worth a closer look: those that are like a part of any name."""
        forms = {_bare(form) for each in wanted for form in each.forms}
        parts = forms | {part for form in forms for part in form.split()}
        known = sorted({plain(part) for part in parts if len(part) > 3})
        short = {form for part in known for form in nicknames().get(part, ())}
        words = sorted(self._words)
        near = [word for word in words if plain(word) in short]
        for first in range(0, len(words) if known else 0, _ROWS):
            some = words[first : first + _ROWS]
            scores = process.cdist(
                [plain(word) for word in some], known, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE
            )
            near += [some[row] for row in np.flatnonzero(scores.max(axis=1))]
        return sorted(set(near))

    def _alike(self, word: str, number: int) -> Sequence[Residual]:
        return [
            Residual(
                file=file,
                place=place,
                category=self._kinds[number],
                entity=number,
                length=len(word),
                how="alike",
            )
            for file, place in self._words[word]
        ]


def _unknown(number: int, word: str) -> Entity:
    return Entity(number=number, kind="name", forms=(word,), ruling="ask", replacement="")
