"""What stands where in a text, once it is decided what is done with names and details."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, get_args

from consilience.interviews.pseudonymise import Place
from consilience.text.composed import composed
from consilience.text.generalise import (
    DateUnit,
    age_to_band,
    closed_places,
    date_to,
    occupation_to_group,
    place_to_region,
    postcode_to_district,
)
from consilience.text.identifiers.candidate import Candidate
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import (
    NAMES,
    Entity,
    Forms,
    Registry,
    Ruling,
    is_searched,
    key_of,
    searched_forms,
)

# Goes with the name: it says man or woman, doctor or constable.
_TITLE: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Fr|Cllr|PC|Sgt)\.? $",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w")
# So many words in a row stand for what they stood for; fewer, such as a month, for much else.
_OWN_WORDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How details are made general in this study.

    Args:
        dates: whether month and year of a day are kept, or the year only.
        regions: the region of each place that the frame knows, in lower case.
    """

    dates: DateUnit = "month"
    regions: Mapping[str, str]


class Replacer:
    """Puts what was decided into texts; made once for a study, whose names it looks for."""

    def __init__(self, registry: Registry, rules: Rules) -> None:
        """Take the names with their rulings, and how details are made general."""
        self._registry, self._rules = registry, rules
        self._entities = {each.number: each for each in registry}
        self._replacements = {each.replacement for each in registry}
        self._described = {
            (each.kind, key_of(each.kind, form)): each for each in registry for form in each.forms
        }

    @cached_property
    def _going(self) -> Forms:
        return self._forms(("replace", "generalise"))

    @cached_property
    def _kept_back(self) -> Forms:
        return self._forms(("replace", "generalise", "ask"))

    @cached_property
    def _all(self) -> Forms:
        return self._forms(get_args(Ruling))

    @cached_property
    def _passages(self) -> Forms:
        """What people decided to replace stays replaced when rules find more or less of it."""
        return Forms(
            (form, each.number)
            for each in self._registry
            if each.kind not in NAMES and each.decided and each.ruling in ("replace", "generalise")
            for form in each.forms
            if len(key_of(each.kind, form)) >= _OWN_WORDS
        )

    def _forms(self, rulings: Sequence[Ruling]) -> Forms:
        return Forms(searched_forms(self._registry, rulings))

    def edits(
        self, text: str, candidates: Sequence[Candidate], places: Sequence[Place] = ()
    ) -> list[tuple[Edit, int]]:
        """Return what is put where in a text, each with the number of its entity.

        Names are replaced wherever a form of theirs stands; what only describes, such as a date,
        where a rule found it, or where three words or more stand that a person decided on. What
        stands in [brackets] as a replacement already stays, so that a text that was pseudonymised
        is left as it is.

        Args:
            text: the version that names people.
            candidates: what the rules find in this text.
            places: rulings about passages of this text; they go first.
        """
        taken = self._closed(text)
        edits: list[tuple[Edit, int]] = []
        for start, end, number, new in self._wanted(text, candidates, places):
            for first, last in _free(taken, start, end):
                whole = (first, last) == (start, end)
                if whole or (new is not None and _WORD.search(text, first, last)):
                    taken[first:last] = b"\x01" * (last - first)
                    if new is not None:
                        edits.append((Edit(first, last, new), number))
        return sorted(edits, key=lambda each: each[0].start)

    def residual(self, text: str) -> list[tuple[int, int]]:
        """Return where names that were to go still stand: code point and number of the entity.

        Names count that are to be replaced, made general, or are not decided, and sentences that
        tell who it is if a person decided that they go.
        """
        closed = self._closed(text)
        telling = (
            each
            for each in self._passages.find(text)
            if self._entities[each[2]].kind == "clue"  # a day may stand in any text
        )
        found = sorted((*self._kept_back.find(text), *telling))
        return [(start, number) for start, _, number in found if not closed[start]]

    def mentions(self, text: str, candidates: Sequence[Candidate]) -> list[tuple[int, int, int]]:
        """Return start, end and entity of every mention in a text, whatever was decided."""
        found = {*self._all.find(text), *self._passages.find(text)}
        found |= {(start, end, each.number) for start, end, each in self._seen(text, candidates)}
        return sorted(found)

    def _closed(self, text: str) -> bytearray:
        """Return where replacements stand already: they would be taken for details again."""
        return closed_places(text, self._replacements)

    def _seen(
        self, text: str, candidates: Sequence[Candidate]
    ) -> Iterator[tuple[int, int, Entity]]:
        """Yield what counts only where a rule found it: dates, ages, a person called J."""
        for each in candidates:
            words = text[each.start : each.end]
            if each.kind not in NAMES or not is_searched(words):
                entity = self._described.get((each.kind, key_of(each.kind, words)))
                if entity is not None:
                    yield each.start, each.end, entity

    def _wanted(
        self, text: str, candidates: Sequence[Candidate], places: Sequence[Place]
    ) -> Iterator[tuple[int, int, int, str | None]]:
        """Yield start, end, entity and replacement in order of rank; None keeps the passage."""
        for place in places:
            new = (place.replacement or "[removed]") if place.ruling == "replace" else None
            yield place.start, min(place.end, len(text)), 0, new
        found = list(self._seen(text, candidates))
        names = [*self._going.find(text), *self._passages.find(text)]
        found += [(start, end, self._entities[number]) for start, end, number in names]
        for start, end, entity in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
            new = self._instead(entity, composed(text[start:end]).text)
            titled = entity.kind == "person" and _TITLE.search(text, max(0, start - 12), start)
            if new is not None:
                yield titled.start() if titled else start, end, entity.number, new

    def _instead(self, entity: Entity, words: str) -> str | None:
        if entity.ruling == "replace":
            return entity.replacement
        if entity.ruling != "generalise":
            return None
        match entity.kind:
            case "date":
                return date_to(words, self._rules.dates)
            case "age":
                return age_to_band(words)
            case "address":
                return postcode_to_district(words) or entity.replacement
            case "place" | "authority":
                return place_to_region(words, self._rules.regions) or entity.replacement
            case "occupation":
                return occupation_to_group(words) or entity.replacement
            case _:
                return entity.replacement


def _free(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretches of a passage that nothing else has taken."""
    free = []
    at = start
    while at < end:
        if taken[at]:
            at += 1
            continue
        last = taken.find(1, at, end)
        last = end if last < 0 else last
        free.append((at, last))
        at = last
    return free
