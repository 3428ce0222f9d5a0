"""Read what somebody typed to find words: words, phrases, prefix*, NEAR, AND, OR, NOT, brackets.

What was typed is taken apart here and put together anew in the language of an index, each word in
quotes, so that nothing typed can be an error in that language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consilience.base.errors import Fault
from consilience.text.normal import normal_text

# The index allows depth 256 and brackets within 100 brackets; no person types as much.
LONGEST: Final = 1_000
DEEPEST: Final = 20
NEAR_DISTANCE: Final = 10
_MOST_DISTANCE: Final = 1_000

_QUOTES: Final = '"“”„«»'
# What was copied from a text may hold quotes of its own: they are part of the phrase around them.
_BARE: Final = f"[^{_QUOTES}]*"
_CURLY: Final = f"[“„”]{_BARE}[“”]|«{_BARE}»|»{_BARE}«"
_QUOTED: Final = (
    f'"{_BARE}(?:(?:{_CURLY}){_BARE})*"'
    r"|«[^«»]*»|»[^«»]*«"
    f'|[“„](?:{_BARE}(?:"{_BARE}"|“{_BARE}”))*{_BARE}[“”]'
    # One of the quotes within was cut off: these end where a word ends.
    r'|(?:"[^"]*"|[“„][^“”„]*[“”])(?=[\s),*]|$)'
    f"|[{_QUOTES}]{_BARE}[{_QUOTES}]"
)
_PIECE: Final = re.compile(
    rf"(?P<quoted>{_QUOTED})\s?(?P<star>\*)?|(?P<open>[{_QUOTES}])"
    r"|(?P<near>NEAR(?:/(?P<reach>\d+))?\()"
    rf"|(?P<bracket>[()])|(?P<comma>,)|(?P<word>[^\s(),{_QUOTES}]+)"
)
_NO_QUOTES: Final = str.maketrans(dict.fromkeys(_QUOTES, " "))
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that follow each other.

    Args:
        text: as typed, without quotes.
        prefix: whether the last word may go on.
    """

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Phrases with at most `distance` words between the first and the last of them."""

    phrases: tuple[Phrase, ...]
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """What holds where each part holds."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """What holds where one part holds."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """What holds where the one part holds and the other does not."""

    wanted: Query
    unwanted: Query


Query = Phrase | Near | AllOf | AnyOf | Without


def read_query(typed: str) -> Query:
    """Take apart what somebody typed.

    Words side by side must all be there. AND, OR and NOT are operators in capitals only; NOT binds
    before AND, AND before OR. `"two words"` is a phrase, `safeg*` the beginning of a word,
    `NEAR(one two, 5)` both with at most five words between. Signs that are no words are passed
    over. Quotes may be curly; those of the text within a phrase are passed over like other signs.

    Args:
        typed: at most 1,000 characters.

    Raises:
        Fault: STO-070 for a quote that stays open, STO-071 for brackets that do not match, STO-072
            for an operator without something on each side, STO-073 if there is no word, STO-074 for
            a NEAR that is not of that form, STO-075 if it is too long or too deep.

    Example:
        >>> in_fts5(read_query('school* "front door" NOT budget'))
        '("school" * AND "front door") NOT "budget"'
    """
    if len(typed) > LONGEST:
        raise Fault("STO-075", length=len(typed), longest=LONGEST, deepest=DEEPEST)
    pieces = _pieces(normal_text(typed))
    reader = _Reader(pieces)
    found = reader.either(0)
    if reader.here is not None:
        raise Fault("STO-071", query=typed)
    if found is None:
        raise Fault("STO-073", query=typed)
    return found


def _pieces(query: str) -> list[re.Match[str]]:
    found = list(_PIECE.finditer(query))
    if any(each["open"] for each in found):
        raise Fault("STO-070", query=query)
    return found


class _Reader:
    """Goes through the pieces of a query from the left."""

    def __init__(self, pieces: Sequence[re.Match[str]]) -> None:
        self._pieces = pieces
        self._at = 0

    @property
    def here(self) -> re.Match[str] | None:
        """The piece that comes next."""
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def either(self, depth: int) -> Query | None:
        """Read parts between ORs; None if there is no word."""
        if depth > DEEPEST:
            raise Fault("STO-075", length=len(self._text), longest=LONGEST, deepest=DEEPEST)
        parts = [self._together(depth)]
        while self._takes("OR"):
            parts.append(self._together(depth))
            self._needs(parts[-2], "OR")
            self._needs(parts[-1], "OR")
        return _joined(AnyOf, parts)

    def _together(self, depth: int) -> Query | None:
        """Read parts that must all be there, and after NOT those that must not."""
        found: Query | None = None
        while (piece := self.here) is not None and piece.group() not in (")", "OR"):
            said = piece.group()
            joins, refuses = self._takes("AND"), self._takes("NOT")
            part = self._part(depth)
            if joins or refuses:
                self._needs(found, said)
                self._needs(part, said)
            if refuses and found is not None and part is not None:
                found = Without(wanted=found, unwanted=part)
            else:
                found = _joined(AllOf, [found, part])
        return found

    def _part(self, depth: int) -> Query | None:
        """Read a word, phrase, NEAR or bracket; None if it holds no word."""
        piece = self.here
        if piece is None or piece.group() in (")", "AND", "OR", "NOT"):
            return None
        self._at += 1
        if piece["bracket"]:
            inner = self.either(depth + 1)
            if not self._takes(")"):
                raise Fault("STO-071", query=self._text)
            return inner
        if piece["near"]:
            return self._near(int(piece["reach"]) if piece["reach"] else None)
        if piece["word"] == "NEAR" or (piece["word"] or "").startswith("NEAR/"):
            raise Fault("STO-074", query=self._text, most=_MOST_DISTANCE)
        return _phrase(piece)

    def _near(self, distance: int | None) -> Near:
        phrases: list[Phrase] = []
        while (piece := self.here) is not None and (piece["quoted"] or piece["word"]):
            self._at += 1
            phrases += [each for each in (_phrase(piece),) if each is not None]
        if self._takes(",") and (piece := self.here) is not None and piece.group().isdecimal():
            distance = int(piece.group())
            self._at += 1
        reach = NEAR_DISTANCE if distance is None else distance
        if not self._takes(")") or len(phrases) < 2 or reach > _MOST_DISTANCE:
            raise Fault("STO-074", query=self._text, most=_MOST_DISTANCE)
        return Near(phrases=tuple(phrases), distance=reach)

    def _takes(self, sign: str) -> bool:
        found = self.here is not None and self.here.group() == sign
        self._at += found
        return found

    def _needs(self, part: Query | None, operator: str) -> None:
        if part is None:
            raise Fault("STO-072", operator=operator, query=self._text)

    @property
    def _text(self) -> str:
        return self._pieces[0].string if self._pieces else ""


def _phrase(piece: re.Match[str]) -> Phrase | None:
    if piece["word"]:
        text = piece["word"].rstrip("*")
        phrase = Phrase(text=text, prefix=piece["word"].endswith("*"))
    else:
        text = " ".join((piece["quoted"] or "").translate(_NO_QUOTES).split())
        phrase = Phrase(text=text, prefix=bool(piece["star"]))
    return phrase if _WORD.search(phrase.text) else None


def _joined(kind: type[AllOf] | type[AnyOf], parts: Sequence[Query | None]) -> Query | None:
    """Return parts as one, without levels that say nothing; None if there is none."""
    flat: list[Query] = []
    for part in parts:
        if isinstance(part, kind):
            flat += part.parts
        elif part is not None:
            flat.append(part)
    return kind(parts=tuple(flat)) if len(flat) > 1 else next(iter(flat), None)


def in_fts5(query: Query, *, outer: bool = True) -> str:
    """Return a query in the language of SQLite's FTS5."""
    if isinstance(query, Phrase):
        return f'"{query.text}" *' if query.prefix else f'"{query.text}"'
    if isinstance(query, Near):
        inside = " ".join(in_fts5(each) for each in query.phrases)
        return f"NEAR({inside}, {query.distance})"
    if isinstance(query, Without):
        wanted, unwanted = (in_fts5(p, outer=False) for p in (query.wanted, query.unwanted))
        found = f"{wanted} NOT {unwanted}"
    else:
        word = " AND " if isinstance(query, AllOf) else " OR "
        found = word.join(in_fts5(part, outer=False) for part in query.parts)
    return found if outer else f"({found})"
