"""Every name of a study with where it stands, read once and looked through on pages.

What is returned here names people: it is kept in memory for as long as the vault is open, and
written nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, get_args

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.desk.pen import Pen
from consilience.desk.registry import (
    Passage,
    candidates,
    decide,
    found_in,
    ids_of_study,
    mentions_in,
    naming_versions,
    read_book,
    typed_candidates,
    unsearched,
)
from consilience.desk.sealed import note_opening, words_of
from consilience.desk.typed import corrected_open, was_searched
from consilience.desk.unlocking import OpenVault
from consilience.interviews.decisions import asked_about
from consilience.interviews.joining import doubts
from consilience.interviews.pseudonymise import Place, root_of
from consilience.interviews.replacements import Replacer, Rules
from consilience.store.database import snapshot, transaction
from consilience.text.alike import Proposal, proposals
from consilience.text.pseudonyms import Entity, Registry, Ruling

RULINGS: Final[tuple[Ruling, ...]] = get_args(Ruling)
# What a page is called in messages about what was sent from it.
_PAGE: Final = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameReview:
    """All entities of a study with their mentions.

    Args:
        registry: the entities with what was decided.
        mentions: of each entity by its number, text by text.
        typed: the same in words that people typed into versions without names.
        texts: name of each text by its id.
        places: rulings about single mentions, by text and first code point.
        proposed: which entities could be one.
    """

    registry: Registry = field(repr=False)
    mentions: Mapping[int, tuple[Passage, ...]] = field(repr=False)
    typed: Mapping[int, tuple[Passage, ...]] = field(repr=False)
    texts: Mapping[str, str]
    places: Mapping[tuple[str, int], Place] = field(repr=False)
    proposed: tuple[Proposal, ...]

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities that are there: one that was merged into another has no forms left."""
        return tuple(each for each in self.registry if each.forms)

    def entity(self, number: int) -> Entity | None:
        """Return the entity of this number, None if there is none."""
        return next((each for each in self.entities if each.number == number), None)

    def open(self) -> list[Entity]:
        """Return the entities that nobody has decided about, in order of their numbers."""
        return [each for each in self.entities if not each.decided]

    def counts(self, number: int) -> dict[str, int]:
        """Return how often an entity is named, by id of the text."""
        places = (*self.mentions.get(number, ()), *self.typed.get(number, ()))
        return dict(Counter(each.document for each in places))

    def parts(self, number: int) -> list[Entity]:
        """Return the entities that became part of this one."""
        return [
            each
            for each in self.registry
            if each.joined is not None and root_of(self.registry, each.number) == number
        ]

    def doubts(self, *numbers: int) -> list[Fault]:
        """Return what may be meant otherwise in what was decided, of all without numbers."""
        return doubts(self.registry, numbers or tuple(each.number for each in self.registry))

    def alike(self, number: int) -> list[tuple[Entity, Proposal]]:
        """Return the entities that this one could be the same as, the surest first."""
        found = []
        for each in self.proposed:
            pair = {each.entity, each.same_as}
            other = self.entity((pair - {number}).pop()) if number in pair else None
            if other is not None:
                found.append((other, each))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would become of the names if replacements were put into the texts now.

    Args:
        proposed: entities that nobody decided, by kind; they get what was proposed.
        asked: entities at `ask` that identify somebody at once, by kind.
        left: other entities at `ask`, by kind; they stay in the texts.
        waiting: names of texts in whose present words nobody looked for names, or in what a person
            typed into their version without names.
    """

    proposed: Mapping[str, int]
    asked: Mapping[str, int]
    left: Mapping[str, int]
    waiting: tuple[str, ...]

    @property
    def seen(self) -> str:
        """What a person has seen who goes on from here."""
        return "-".join(str(sum(each.values())) for each in (self.proposed, self.asked, self.left))


def outlook(engine: Engine, opened: OpenVault) -> Outlook:
    """Return what would become of the names of a study as they are decided now."""
    book = read_book(opened.vault)
    pen = Pen(book)
    there = [each for each in book.registry if each.forms]
    asked = asked_about(book.registry)
    with snapshot(engine) as connection:
        waiting = unsearched(naming_versions(connection), book)
        ids = ids_of_study(connection)
        waiting += [
            each.document
            for each in corrected_open(connection, leave={text.id for text in waiting})
            if not was_searched(connection, each.version)
            and any(pen.look(part, ids=ids).new for part in each.parts(connection, opened.vault))
        ]
    return Outlook(
        proposed=_kinds(each for each in there if not each.decided and each.ruling != "ask"),
        asked=_kinds(asked),
        left=_kinds(each for each in there if each.ruling == "ask" and each not in asked),
        waiting=tuple(each.name for each in waiting),
    )


def _kinds(entities: Iterable[Entity]) -> dict[str, int]:
    return dict(sorted(Counter(each.kind for each in entities).items()))


def find_names(
    engine: Engine, folder: Path, opened: OpenVault, *, at: dt.datetime, actor: str
) -> NameReview:
    """Find who and what is named in all texts, enter it into the registry, and return it."""
    candidates(engine, folder, opened.key, at=at, actor=actor)
    return review_names(engine, opened, at=at, actor=actor)


def review_names(engine: Engine, opened: OpenVault, *, at: dt.datetime, actor: str) -> NameReview:
    """Return the names of a study as they are decided now, and where they stand.

    Args:
        engine: the database of the study.
        opened: the vault.
        at: the time now.
        actor: who looks.
    """
    book = read_book(opened.vault)
    replacer = Replacer(book.registry, Rules(regions={}))
    mentions: dict[int, list[Passage]] = {}
    typed: dict[int, list[Passage]] = {}
    texts: dict[str, str] = {}
    with transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="review names", subject="all texts")
        for document, version in naming_versions(connection):
            texts[document.id] = document.name
            text = words_of(connection, opened.vault, version)
            seen = found_in(text, book.registry, None)
            for number, met in mentions_in(document.id, text, replacer.mentions(text, seen)):
                mentions.setdefault(number, []).append(met)
        ids = ids_of_study(connection)
        for each in corrected_open(connection):
            texts[each.document.id] = each.document.name
            for part in each.parts(connection, opened.vault):
                seen = typed_candidates(part, book.registry, ids=ids)
                new = [m for m in replacer.mentions(part.words, seen) if part.touched(m[0], m[1])]
                for number, met in mentions_in(each.document.id, part.words, new):
                    typed.setdefault(number, []).append(met)
    return NameReview(
        registry=book.registry,
        mentions={number: tuple(each) for number, each in mentions.items()},
        typed={number: tuple(each) for number, each in typed.items()},
        texts=texts,
        places={(each.document, each.start): each for each in book.places},
        proposed=tuple(proposals(book.registry)),
    )


def decide_entity(
    engine: Engine,
    folder: Path,
    opened: OpenVault,
    review: NameReview,
    row: Mapping[str, str | None],
    *,
    at: dt.datetime,
    actor: str,
) -> NameReview:
    """Take in a decision about an entity; return the names as they are decided then.

    Args:
        engine: the database of the study.
        folder: the study folder.
        opened: the vault.
        review: the names as they were shown.
        row: entity, decision, replacement, same_as, note; as in the table of decisions, and
            `seen`, what stood there when it was shown. With its own number in `same_as` it is by
            itself again.
        at: the time now.
        actor: who decides.

    Raises:
        Fault: INT-048 if something else was decided since.
        Faults: INT-030 to INT-032, INT-038, INT-050 or INT-051 for a decision that cannot be
            followed; then none is.
    """
    registry = decide(engine, folder, opened.key, [row], file=_PAGE, at=at, actor=actor)
    if row.get("same_as") and row["same_as"] == row.get("entity"):
        return review_names(engine, opened, at=at, actor=actor)
    mentions, typed = dict(review.mentions), dict(review.typed)
    number, same = row.get("entity") or "", row.get("same_as") or ""
    if same and same != number:
        gone = mentions.pop(int(number), ())
        together = {*mentions.get(int(same), ()), *gone}
        mentions[int(same)] = tuple(sorted(together, key=lambda each: (each.document, each.start)))
        typed[int(same)] = typed.get(int(same), ()) + typed.pop(int(number), ())
    return replace(
        review,
        registry=registry,
        mentions=mentions,
        typed=typed,
        proposed=tuple(proposals(registry)) if same else review.proposed,
    )


def decide_mention(
    engine: Engine,
    folder: Path,
    opened: OpenVault,
    review: NameReview,
    row: Mapping[str, str | None],
    *,
    at: dt.datetime,
    actor: str,
) -> NameReview:
    """Take in a decision about one mention, which goes before that about its entity.

    Args:
        engine: the database of the study.
        folder: the study folder.
        opened: the vault.
        review: the names as they were shown.
        row: document, start, end, decision (replace or keep), replacement and `seen`.
        at: the time now.
        actor: who decides.

    Raises:
        Fault: INT-048 if something else was decided since.
        Faults: INT-031 to INT-033 for a decision that cannot be followed; then none is.
    """
    decide(engine, folder, opened.key, [row], file=_PAGE, at=at, actor=actor)
    book = read_book(opened.vault)
    return replace(review, places={(each.document, each.start): each for each in book.places})
