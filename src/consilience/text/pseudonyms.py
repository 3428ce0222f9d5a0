"""Who is who, and what stands for them: one registry of names for a whole study.

A registry is a tuple of entities in the order in which they were met. It holds names: it is kept
in the vault and nowhere else, and outside the vault an entity is known by its number only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from consilience.text.composed import composed
from consilience.text.identifiers.candidate import Kind
from consilience.text.identifiers.tables import group, lowered, plain
from consilience.text.offsets import Edit, OffsetMap, apply_edits

Ruling = Literal["replace", "generalise", "keep", "ask"]

_TOKEN: Final = re.compile(r"\w+")
# Who speaks, before a sentence: sentences were once taken with it, and are known without.
_LABEL: Final = re.compile(r"\A[^:\n]{1,60}:\s+")
# What is a name: wherever it stands, it is the same. A date or an age is one only where it stands.
NAMES: Final[frozenset[Kind]] = frozenset(
    (
        "person",
        "name",
        "organisation",
        "school",
        "authority",
        "place",
        "address",
        "code",
        "contact",
    )
)
_FIRST_RULING: Final[Mapping[Kind, Ruling]] = {
    **dict.fromkeys(NAMES, "replace"),
    "place": "generalise",
    "address": "generalise",
    "date": "generalise",
    "age": "generalise",
}
_WORD_FOR: Final[Mapping[Kind, str]] = {
    "person": "Person",
    "name": "Name",
    "organisation": "Organisation",
    "school": "School",
    "authority": "Authority",
    "place": "Place",
    "address": "Address",
    "code": "Number",
    "contact": "Contact",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A candidate as it stands in one text.

    Args:
        text: its words.
        kind: what it seems to be.
        document: where it stands.
        start: first code point there.
    """

    text: str = field(repr=False)
    kind: Kind
    document: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What an entity was before it became part of another, so that it can be again.

    Args:
        to: number of the other.
        forms: how it was written.
        given: those of them that the other did not have.
        ruling: what was decided about it.
        decided: whether a person had.
    """

    to: int
    forms: tuple[str, ...] = field(repr=False)
    given: tuple[str, ...] = field(repr=False)
    ruling: Ruling
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Somebody or something that can be identified, and what was decided about it.

    Args:
        number: from 1 in the order of meeting; the only thing that may be said aloud.
        kind: what it is.
        forms: how it is written; the first is shown to people who decide.
        ruling: replace, generalise, keep, or ask: not decided and left as it is.
        replacement: what stands instead, with its [brackets].
        decided: whether a person decided, rather than the rule for its kind.
        note: why, in the words of who decided.
        joined: what it was, if it is part of another now; it has no forms then.
    """

    number: int
    kind: Kind
    forms: tuple[str, ...] = field(repr=False)
    ruling: Ruling
    replacement: str
    decided: bool = False
    note: str = field(default="", repr=False)
    joined: Joined | None = None


Registry = tuple[Entity, ...]


def key_of(kind: Kind, text: str) -> tuple[str, ...]:
    """Return what two writings of one name have in common: its words without case and titles.

    Example:
        >>> key_of("person", "Mrs. O’Brien") == key_of("person", "O'Brien")
        True
    """
    if kind == "clue":
        text = _LABEL.sub("", text)
    words = tuple(word for word in _TOKEN.findall(plain(composed(text).text)) if word != "s")
    if kind in ("person", "name"):
        titles = group("heads", "titles")
        return tuple(word for word in words if word not in titles) or words
    return words


def registered(registry: Registry, sightings: Iterable[Sighting]) -> Registry:
    """Return a registry in which every sighting belongs to an entity.

    A name that is part of one longer name of a person, and of no other, is that person: Smith and
    Jane are Jane Smith while there is no John Smith. What was known keeps number and ruling.

    Args:
        registry: what is known.
        sightings: what was found, in the order in which numbers are to be given.

    Example:
        >>> seen = [Sighting(text=t, kind="person", document="d", start=0)
        ...         for t in ("Jane Smith", "Mrs Smith", "Jane")]
        >>> [entity.forms for entity in registered((), seen)]
        [('Jane Smith', 'Mrs Smith', 'Jane')]
    """
    known = {entity.number: entity for entity in registry}
    keys, parts = _keys(registry)
    labels = _Labels(registry)
    for each in sorted(sightings, key=lambda s: (s.kind not in NAMES, -_words_of_person(s))):
        seen = replace(each, text=composed(each.text).text)
        key = key_of(seen.kind, seen.text)
        if not key:
            continue
        whole = _whole(key, parts) if seen.kind in ("person", "name") else None
        kind: Kind = "person" if whole is not None else seen.kind
        number = keys.get((family_of(kind), key), whole)
        if number is None:
            number = len(known) + 1
            ruling = _FIRST_RULING.get(kind, "ask")
            known[number] = Entity(
                number=number,
                kind=kind,
                forms=(seen.text,),
                ruling=ruling,
                replacement=labels.next(kind),
            )
        elif seen.text not in known[number].forms:
            known[number] = replace(known[number], forms=(*known[number].forms, seen.text))
        keys[family_of(kind), key] = number
        if kind == "person" and len(key) > 1:
            for word in key:
                parts.setdefault(word, set()).add(number)
    return tuple(known[number] for number in sorted(known))


def _words_of_person(seen: Sighting) -> int:
    return len(key_of(seen.kind, seen.text)) if seen.kind == "person" else 0


def family_of(kind: Kind) -> str:
    """Return the kind with which one shares its names: a name of something unknown may be one."""
    return "person" if kind in ("person", "name") else kind


_Keys = dict[tuple[str, tuple[str, ...]], int]
_Parts = dict[str, set[int]]


def _keys(registry: Registry) -> tuple[_Keys, _Parts]:
    keys: _Keys = {}
    parts: _Parts = {}
    for entity in registry:
        for form in entity.forms:
            key = key_of(entity.kind, form)
            keys[family_of(entity.kind), key] = entity.number
            if entity.kind == "person" and len(key) > 1:
                for word in key:
                    parts.setdefault(word, set()).add(entity.number)
    return keys, parts


def _whole(key: tuple[str, ...], parts: _Parts) -> int | None:
    """Return the one person of whose longer name this is a part, None if there are more."""
    owners = set.intersection(*(parts.get(word, set()) for word in key))
    return owners.pop() if len(owners) == 1 else None


class _Labels:
    """Gives the usual replacement, counted for each kind; what was given once is never again."""

    def __init__(self, registry: Registry) -> None:
        self._last: dict[str, int] = {}
        for entity in registry:
            if match := re.fullmatch(r"\[(\w+) (\d+)\]", entity.replacement or ""):
                word, number = match.group(1), int(match.group(2))
                self._last[word] = max(self._last.get(word, 0), number)

    def next(self, kind: Kind) -> str:
        word = _WORD_FOR.get(kind)
        if word is None:
            return f"[{kind}]"
        self._last[word] = self._last.get(word, 0) + 1
        return f"[{word} {self._last[word]}]"


def usual_label(replacement: str) -> bool:
    """Return whether a replacement is one that this program gives, such as [Person 1].

    Example:
        >>> usual_label("[Person 12]"), usual_label("[Mary Jones]")
        (True, False)
    """
    if replacement[1:-1] in get_args(Kind):
        return True
    match = re.fullmatch(r"\[(\w+) \d+\]", replacement)
    return match is not None and match.group(1) in _WORD_FOR.values()


def searched_forms(registry: Registry, rulings: Sequence[Ruling]) -> list[tuple[str, int]]:
    """Return the forms by which names are looked for in any text, with their entities.

    A part of a person's name counts where it belongs to one person only: once Jane Smith is known,
    Smith is. Forms of one or two letters would be found in half of all words and are not looked
    for; they count where a rule found them.

    Args:
        registry: all entities.
        rulings: those of which names are looked for.
    """
    named = [each for each in registry if each.kind in NAMES and each.ruling in rulings]
    forms = {(form, each.number) for each in named for form in each.forms}
    known = {each.number for each in named}
    keys, parts = _keys(registry)
    # Without its title: Mrs Smith is also Smith.
    people = {key: number for (family, key), number in keys.items() if family == "person"}
    forms |= {(" ".join(key), number) for key, number in people.items() if number in known}
    for word, owners in parts.items():
        if len(owners) == 1 and owners <= known and (word,) not in people:
            forms.add((word, next(iter(owners))))
    return sorted((form, number) for form, number in forms if is_searched(form))


def is_searched(form: str) -> bool:
    """Return whether a form is long enough to be looked for in any text."""
    return sum(map(len, _TOKEN.findall(form))) > 2


class Forms:
    """Finds the forms of many names in texts, whatever case, spaces and hyphens they stand with.

    Accents count as what they are, whether they came as one with their letter or apart from it.
    After # or @ a name of several words is found written together.
    """

    def __init__(self, forms: Iterable[tuple[str, int]]) -> None:
        """Take pairs of a form and the number of its entity."""
        self._known: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._together: dict[str, int] = {}
        for form, number in forms:
            words = tuple(_TOKEN.findall(plain(composed(form).text)))
            words = words[:-1] if words[-1:] == ("s",) and len(words) > 1 else words
            if words:
                self._known.setdefault(words[0], []).append((words[1:], number))
            if len(words) > 1:
                self._together.setdefault("".join(words), number)
        for found in self._known.values():
            found.sort(key=lambda each: -len(each[0]))
        self._everyday = lowered("common") | lowered("words")

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Return start, end and number of each place in order; none lies within another.

        A form that is one everyday word counts with a capital only: Will, Grace, May. No place
        parts a letter from its accents.
        """
        same = composed(text)
        return [(*same.span(start, end), number) for start, end, number in self._find(same.text)]

    def _find(self, text: str) -> list[tuple[int, int, int]]:
        tokens = [(plain(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]
        found: list[tuple[int, int, int]] = []
        covered = 0
        for at, (word, start, last_of_word) in enumerate(tokens):
            if start >= covered and text[start - 1 : start] in ("#", "@"):
                account = self._together.get(word.replace("_", ""))
                if account is not None:
                    found.append((start, last_of_word, account))
                    covered = last_of_word
            for rest, number in self._known.get(word, ()):
                last = at + len(rest)
                if last < len(tokens) and self._same(tokens, at, rest, text):
                    everyday = not rest and word in self._everyday
                    end = tokens[last][2]
                    if end > covered and not (everyday and not text[start].isupper()):
                        found.append((start, end, number))
                        covered = end
                    break
        return found

    @staticmethod
    def _same(
        tokens: Sequence[tuple[str, int, int]], at: int, rest: tuple[str, ...], text: str
    ) -> bool:
        for offset, wanted in enumerate(rest, start=1):
            word, start, _ = tokens[at + offset]
            gap = text[tokens[at + offset - 1][2] : start]
            if word != wanted or len(gap) > 3 or "\n" in gap:
                return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """One replacement as the log keeps it, from which the text can be had back.

    Args:
        start: first code point in the newer text.
        end: code point after the last there.
        original: what stood there.
        entity: number of the entity, 0 for a ruling about one place.
    """

    start: int
    end: int
    original: str = field(repr=False)
    entity: int


def replaced(text: str, edits: Sequence[tuple[Edit, int]]) -> tuple[str, OffsetMap, list[Replaced]]:
    """Return a text with replacements, the map of addresses, and the log that undoes them.

    Args:
        text: the older text.
        edits: what goes and what comes, each with the number of its entity; without overlap.
    """
    ordered = sorted(edits, key=lambda each: each[0].start)
    newer, moved = apply_edits(text, [edit for edit, _ in ordered])
    log = [
        Replaced(
            start=int(at),
            end=int(at) + len(edit.text),
            original=text[edit.start : edit.end],
            entity=number,
        )
        for at, (edit, number) in zip(moved.new_starts, ordered, strict=True)
    ]
    return newer, moved, log


def undone(text: str, log: Sequence[Replaced]) -> str:
    """Return the text as it was before the replacements of a log.

    Example:
        >>> newer, _, log = replaced("Ann said.", [(Edit(0, 3, "[Person 1]"), 1)])
        >>> newer, undone(newer, log)
        ('[Person 1] said.', 'Ann said.')
    """
    return apply_edits(text, [Edit(each.start, each.end, each.original) for each in log])[0]
