"""A project out of rows: what the readers of databases have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.qda.conventions import Convention
from consilience.formats.qda.detect import LEAST_SCORE, detect
from consilience.formats.qda.parse import Parsed, RawSource
from consilience.formats.qda.place import foreign_passages, passages_of
from consilience.formats.qda.read import assembled, taken
from consilience.formats.qda.record import (
    PROJECT,
    Case,
    CodeNode,
    Reading,
    SourceKind,
    Stamp,
    User,
    Value,
    Variable,
    is_time,
    made_guid,
)
from consilience.formats.qda.texts import Laid, lay

_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_SPACED: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)")


def time_of(value: object) -> str | None:
    """Return a time as exchange files write it, None if it is none.

    Example:
        >>> time_of("2018-03-01 09:30:00.123")
        '2018-03-01T09:30:00'
    """
    found = _SPACED.match(str(value or ""))
    written = f"{found[1]}T{found[2]}" if found else str(value or "")
    return written if is_time(written) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage as a row has it.

    Args:
        source: key of its text.
        start: in the program's numbers.
        end: likewise.
        quote: the text that the program keeps beside it.
        memo: what is noted on it.
        owner: who made it.
        date: when.
    """

    source: object
    start: int | None
    end: int | None
    quote: str | None = None
    memo: str | None = None
    owner: str | None = None
    date: object = None


@dataclass(slots=True)
class Building:
    """Collects the parts of a project; identifiers come from the program's own keys.

    Args:
        program: which program.
        salt: what tells this project from others of the program.
        parsed: the parts so far.
        texts: the text of each source so far.
    """

    program: str
    salt: str
    parsed: Parsed = field(default_factory=Parsed)
    texts: list[Laid] = field(default_factory=list)
    _users: dict[str, str] = field(default_factory=dict)
    _sources: dict[object, int] = field(default_factory=dict)
    _passages: set[str] = field(default_factory=set)

    def guid(self, kind: str, key: object) -> str:
        """Return the identifier of a thing: the same whenever the project is read again."""
        return made_guid(self.program, self.salt, kind, str(key))

    def user(self, name: object) -> str | None:
        """Return the identifier of somebody by name, None for nobody."""
        if not name:
            return None
        known = str(name)
        if known not in self._users:
            self._users[known] = self.guid("user", known)
            self.parsed.users.append(User(guid=self._users[known], name=known))
        return self._users[known]

    def stamp(self, owner: object, date: object) -> Stamp:
        """Return who and when."""
        return Stamp(user=self.user(owner), at=time_of(date))

    def code(
        self, key: object, name: object, *, parent: str | None = None, colour: object = None,
        memo: object = None, codable: bool = True,
    ) -> str:  # fmt: skip
        """Add a code and return its identifier."""
        guid = self.guid("code" if codable else "category", key)
        hue = str(colour or "")
        self.parsed.codes.append(
            CodeNode(
                guid=guid,
                name=str(name),
                parent=parent,
                codable=codable,
                colour=hue.upper() if _COLOUR.fullmatch(hue) else None,
                description=str(memo) if memo else None,
            )
        )
        return guid

    def source(
        self, key: object, name: object, text: Laid | str, *, memo: object = None,
        stamp: Stamp, kind: SourceKind = "text",
    ) -> str:  # fmt: skip
        """Add a text and return its identifier."""
        guid = self.guid(kind, key)
        self._sources[kind, key] = len(self.parsed.sources)
        self.parsed.sources.append(
            RawSource(
                guid=guid,
                name=str(name) if name is not None else None,
                kind=kind,
                plain=None,
                rich=None,
                stamp=stamp,
                media=None,
                description=str(memo) if memo else None,
            )
        )
        self.texts.append(text if isinstance(text, Laid) else lay(text))
        return guid

    def note(self, key: object, name: object, text: str, *, stamp: Stamp) -> None:
        """Add a note on the project."""
        guid = self.source(key, name, text, stamp=stamp, kind="note")
        self.parsed.mentions.append((PROJECT, guid))

    def passage(self, key: object, passage: Passage, *, codes: Sequence[str] = ()) -> str | None:
        """Add a passage with codings; None if its text is not there, once if it stands twice."""
        number = self._sources.get(("text", passage.source))
        if number is None:
            self.parsed.lost["passages of texts that are not there"] += 1
            return None
        guid, stamp = self.guid("passage", key), self.stamp(passage.owner, passage.date)
        if guid in self._passages:
            self.parsed.lost["passages that stand there twice (taken once)"] += 1
            return guid
        self._passages.add(guid)
        passages, codings = self.parsed.passages, self.parsed.codings
        passages.guid.append(guid)
        passages.source.append(number)
        passages.start.append(passage.start)
        passages.end.append(passage.end)
        passages.name.append(passage.quote)
        passages.description.append(passage.memo or None)
        passages.stamp.append(stamp)
        passages.from_sync.append(None)
        passages.to_sync.append(None)
        for code in codes:
            codings.guid.append(made_guid(guid, code))
            codings.source.append(number)
            codings.selection.append(len(passages.guid) - 1)
            codings.code.append(code)
            codings.user.append(stamp.user)
            codings.at.append(stamp.at)
        return guid

    def variable(self, name: object, *, memo: object = None) -> str:
        """Add a variable once and return its identifier."""
        guid = self.guid("variable", name)
        if all(each.guid != guid for each in self.parsed.variables):
            about = str(memo) if memo else None
            self.parsed.variables.append(Variable(guid=guid, name=str(name), description=about))
        return guid

    def value(self, owner: str, variable: str, value: object) -> None:
        """Add a value of a case or source; an empty one says nothing."""
        if value not in (None, ""):
            self.parsed.values.append(Value(owner=owner, variable=variable, value=str(value)))

    def case(self, case: Case) -> None:
        """Add a case."""
        self.parsed.cases.append(case)

    def length(self, source: object) -> int | None:
        """Return the length of a text in code points, None if it is not there."""
        number = self._sources.get(("text", source))
        content = self.texts[number].content if number is not None else None
        return None if content is None else len(content.decode())

    def lose(self, what: str, count: int) -> None:
        """Say that so many things have no place."""
        if count:
            self.parsed.lost[what] += count

    def reading(self, convention: Convention, *, where: Where) -> Reading:
        """Return the record; the quotations kept beside passages prove the convention.

        Returns:
            The record, with the warning FMT-258 if many quotations are not at their places.
        """
        self._in_order()
        foreign = foreign_passages(self.parsed)
        found = detect(passages_of(self.parsed, self.texts, foreign))
        verdict = taken(found, convention, basis="program")
        reading = assembled(self.parsed, self.texts, foreign, verdict=verdict, where=where)
        if verdict.score is None or verdict.score >= LEAST_SCORE:
            return reading
        doubt = Fault("FMT-258", where=where, program=self.program, score=verdict.score)
        return replace(reading, warnings=(*reading.warnings, doubt))

    def _in_order(self) -> None:
        """Put the passages of each text together, as exchange files have them."""
        passages, codings = self.parsed.passages, self.parsed.codings
        order = sorted(range(len(passages.guid)), key=lambda row: passages.source[row])
        places = {row: place for place, row in enumerate(order)}
        for name in passages.__slots__:
            column = getattr(passages, name)
            column[:] = [column[row] for row in order]
        codings.selection[:] = [None if row is None else places[row] for row in codings.selection]
        rows = sorted(
            range(len(codings.guid)),
            key=lambda row: (codings.source[row], codings.selection[row] or 0),
        )
        for name in codings.__slots__:
            column = getattr(codings, name)
            column[:] = [column[row] for row in rows]
