"""What one person may see of others' work on texts: nothing before both have released it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from consilience.coding.model import Assignment
from consilience.desk.accounts import Person
from consilience.store.coded import Sees
from consilience.store.codings import assignments
from consilience.store.transcripts import texts_in_use


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody may see.

    Args:
        person: who looks.
        texts: name of each text by its id, but of those that are withdrawn.
        given: who is to code which text, by text and coder.
    """

    person: Person
    texts: Mapping[str, str]
    given: Mapping[tuple[str, str], Assignment]

    def reads(self, document: str) -> bool:
        """Return whether a text may be read at all: leads and analysts read all."""
        return document in self.texts and (
            reads_all(self.person) or (document, self.person.id) in self.given
        )

    def sees(self, author: str, document: str) -> bool:
        """Return whether the work of an author on a text may be seen."""
        if author == self.person.id:
            return True
        own = self.given.get((document, self.person.id))
        width = how_much(self.person, own)
        if width == "all":
            return True
        given = self.given.get((document, author))
        done = given is None or given.released_at is not None
        both = own is not None and own.released_at is not None
        return done and (both or width == "released")


def sight_of(connection: Connection, person: Person) -> Sight:
    """Return what somebody may see."""
    return Sight(
        person=person,
        texts={each.id: each.name for each in texts_in_use(connection)},
        given={(each.document, each.coder): each for each in assignments(connection)},
    )


def reads_all(person: Person) -> bool:
    """Return whether somebody may read texts without having them to code."""
    return bool(person.roles & {"lead", "analyst"})


def how_much(person: Person, own: Assignment | None) -> Sees:
    """Return how much somebody may see of a text, given the own assignment of it.

    A lead or analyst who codes a text is as blind as any coder until it is released.
    """
    if own is not None and own.released_at is None:
        return "own"
    if "lead" in person.roles:
        return "all"
    return "released" if "analyst" in person.roles else "own"
