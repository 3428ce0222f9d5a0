"""How a coded text is laid out: turns, sentences, and pieces under which codings are drawn.

Every place is a number of code points of the text. A sentence holds exactly the characters of
the text between its ends, so that a script can count from its beginning.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

# Lines that are drawn below each other under a word; what lies deeper is named beside the turn.
LANES: Final = 4
COLOURS: Final = 8
# How many characters of a long passage are quoted beside a turn, at each end.
_QUOTED: Final = 32


class TurnLike(Protocol):
    """What one person said at a stretch."""

    @property
    def speaker(self) -> str | None: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def said(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def t0(self) -> float | None: ...  # noqa: D102


class CodingLike(Protocol):
    """One passage under one code by one coder."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def coder(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How the codings of a text are drawn.

    Args:
        names: name of each code by its id.
        colours: number of its colour, 0 to 7.
        coders: how each coder is called.
        own: id of the coder who looks at it.
    """

    names: Mapping[str, str]
    colours: Mapping[str, int]
    coders: Mapping[str, str]
    own: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters that lie under the same codings.

    Args:
        text: the characters.
        codings: ids of the codings, outermost first; empty where none lies.
        look: classes that draw the lines below it.
        title: the codes and coders in words.
    """

    text: str
    codings: tuple[str, ...] = ()
    look: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: where it begins and its pieces, which together are its text."""

    start: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A coding as it is named beside a turn.

    Args:
        id: its id.
        name: the code's name.
        colour: number of its colour.
        coder: who marked it, in words.
        own: whether whoever looks at it marked it.
        quote: the passage, shortened in the middle.
        goes_on: whether it began in a turn before.
    """

    id: str
    name: str
    colour: int
    coder: str
    own: bool
    quote: str
    goes_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One turn, or text that belongs to none.

    Args:
        number: from 1, in the order of the text.
        speaker: the label of who speaks, None where nobody is named.
        start: first code point of what is said.
        end: code point after the last.
        t0: seconds from the start of the recording, None if not known.
        sentences: what is said.
        labels: the codings that touch it.
    """

    number: int
    speaker: str | None
    start: int
    end: int
    t0: float | None
    sentences: tuple[Sentence, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    speaker: str | None
    start: int
    end: int
    t0: float | None


def lay_out(
    text: str,
    *,
    turns: Sequence[TurnLike],
    sentences: Sequence[int],
    codings: Sequence[CodingLike],
    ink: Ink,
    only: frozenset[int] | None = None,
) -> tuple[Block, ...]:
    """Return a text in blocks, with every character of what is said in exactly one piece.

    Args:
        text: the text.
        turns: who said what, in order, without overlap.
        sentences: first code points of sentences, ascending.
        codings: what is marked, in any order.
        ink: how codings are drawn.
        only: numbers of the blocks that are wanted; None for all.

    Returns:
        The blocks in order. Labels of speakers and white space between turns stand in none.
    """
    ordered = sorted(codings, key=lambda each: (each.start, -each.end, each.id))
    lanes = lanes_of(ordered)
    blocks = []
    for number, place in enumerate(_places(text, turns), start=1):
        if only is not None and number not in only:
            continue
        inside = [c for c in ordered if c.start < place.end and c.end > place.start]
        blocks.append(_block(text, number, place, sentences, inside, lanes, ink))
    return tuple(blocks)


def blocks_touched(
    text: str, *, turns: Sequence[TurnLike], spans: Sequence[tuple[int, int]]
) -> frozenset[int]:
    """Return the numbers of the blocks that spans touch."""
    return frozenset(
        number
        for number, place in enumerate(_places(text, turns), start=1)
        if any(start < place.end and end > place.start for start, end in spans)
    )


def block_span(text: str, *, turns: Sequence[TurnLike], number: int) -> tuple[int, int] | None:
    """Return where a block begins and ends; None if there is none of this number."""
    places = _places(text, turns)
    if not 1 <= number <= len(places):
        return None
    return places[number - 1].start, places[number - 1].end


def lanes_of(ordered: Sequence[CodingLike]) -> Mapping[str, int]:
    """Return the line on which each coding is drawn, so that no two on one line overlap.

    Args:
        ordered: codings by their starts.
    """
    ends: list[int] = []
    lanes: dict[str, int] = {}
    for coding in ordered:
        free = next((n for n, end in enumerate(ends) if end <= coding.start), len(ends))
        if free == len(ends):
            ends.append(0)
        ends[free] = coding.end
        lanes[coding.id] = free
    return lanes


def shortened(text: str) -> str:
    """Return a passage with its middle left out if it is long.

    Example:
        >>> shortened("one  line")
        'one line'
    """
    words = " ".join(text.split())
    if len(words) <= 2 * _QUOTED + 5:
        return words
    return f"{words[:_QUOTED].rstrip()} ... {words[-_QUOTED:].lstrip()}"


def _places(text: str, turns: Sequence[TurnLike]) -> list[_Place]:
    """Return the turns and what stands between them, each without white space at its end."""
    places: list[_Place] = []
    at = 0
    for turn in turns:
        places += _between(text, at, turn.start)
        places += _trimmed(text, turn.speaker, turn.said, turn.end, turn.t0)
        at = turn.end
    return places + _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> list[_Place]:
    return _trimmed(text, None, start, end, None) if text[start:end].strip() else []


def _trimmed(
    text: str, speaker: str | None, start: int, end: int, t0: float | None
) -> list[_Place]:
    said = text[start:end].strip()
    first = start + len(text[start:end]) - len(text[start:end].lstrip()) if said else start
    return [_Place(speaker=speaker, start=first, end=first + len(said), t0=t0)]


def _block(
    text: str,
    number: int,
    place: _Place,
    sentences: Sequence[int],
    inside: Sequence[CodingLike],
    lanes: Mapping[str, int],
    ink: Ink,
) -> Block:
    first = bisect.bisect_right(sentences, place.start)
    last = bisect.bisect_left(sentences, place.end)
    starts = [place.start, *sentences[first:last]]
    cuts = {cut for c in inside for cut in (c.start, c.end) if place.start < cut < place.end}
    bounds = sorted({*starts, *cuts, place.end})
    pieces = [
        (start, _piece(text, start, end, inside, lanes, ink)) for start, end in pairwise(bounds)
    ]
    ends = [*starts[1:], place.end]
    return Block(
        number=number,
        speaker=place.speaker,
        start=place.start,
        end=place.end,
        t0=place.t0,
        sentences=tuple(
            Sentence(start=start, pieces=tuple(piece for at, piece in pieces if start <= at < end))
            for start, end in zip(starts, ends, strict=True)
        ),
        labels=tuple(_label(text, coding, place, ink) for coding in inside),
    )


def _piece(
    text: str,
    start: int,
    end: int,
    inside: Sequence[CodingLike],
    lanes: Mapping[str, int],
    ink: Ink,
) -> Piece:
    over = [coding for coding in inside if coding.start <= start and coding.end >= end]
    if not over:
        return Piece(text=text[start:end])
    look = [f"l{lane}k{ink.colours[c.code]}" for c in over if (lane := lanes[c.id]) < LANES]
    if any(lanes[coding.id] >= LANES for coding in over):
        look.append("deep")
    words = (f"{ink.names[c.code]} ({ink.coders.get(c.coder, c.coder)})" for c in over)
    return Piece(
        text=text[start:end],
        codings=tuple(coding.id for coding in over),
        look=" ".join(look),
        title="; ".join(words),
    )


def _label(text: str, coding: CodingLike, place: _Place, ink: Ink) -> Label:
    return Label(
        id=coding.id,
        name=ink.names[coding.code],
        colour=ink.colours[coding.code],
        coder=ink.coders.get(coding.coder, coding.coder),
        own=coding.coder == ink.own,
        quote=shortened(text[coding.start : coding.end]),
        goes_on=coding.start < place.start,
    )
