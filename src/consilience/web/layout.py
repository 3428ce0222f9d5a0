"""How a coded text is laid out: turns, sentences, and pieces under which codings are drawn.

Every place is a number of code points of the text. A sentence holds exactly the characters of
the text between its ends, so that a script can count from its beginning.
"""

from __future__ import annotations

import bisect
import hashlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
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
        colours: number of the colour, 0 to 7, of each code; or of each coder.
        coders: how each coder is called.
        own: id of the coder who looks at it.
        by_coder: whether colours tell coders and not codes.
    """

    names: Mapping[str, str]
    colours: Mapping[str, int]
    coders: Mapping[str, str]
    own: str
    by_coder: bool = False

    def colour(self, coding: CodingLike) -> int:
        """Return the number of the colour in which a coding is drawn."""
        return self.colours[coding.coder if self.by_coder else coding.code]

    def dashes(self, coding: CodingLike) -> int:
        """Return which dashes, 0 for none, tell its coder where a browser draws no colours."""
        return self.colour(coding) % 4 if self.by_coder else int(coding.coder != self.own)


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
        number: from 1, in the order of the text; names its place on the page.
        turn: the number of the turn as everywhere else, None for text that belongs to none.
        speaker: the label of who speaks, None where nobody is named.
        start: first code point of what is said.
        end: code point after the last.
        t0: seconds from the start of the recording, None if not known.
        sentences: what is said.
        labels: the codings that touch it.
        look: stands for what is drawn, in one version of a text: the same as long as that is so.
    """

    number: int
    turn: int | None
    speaker: str | None
    start: int
    end: int
    t0: float | None
    sentences: tuple[Sentence, ...]
    labels: tuple[Label, ...]
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a block is: `first` is where the label of its speaker begins, `start` its words."""

    turn: int | None
    speaker: str | None
    first: int
    start: int
    end: int
    t0: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """The codings that touch a block, the lines they are drawn on, and which began before it."""

    inside: Sequence[CodingLike]
    lanes: Mapping[str, int]
    ink: Ink
    begun: frozenset[str]

    def look(self) -> str:
        """Return what stands for the block as these are drawn in it."""
        if not self.inside:
            return "bare"
        ink, lanes = self.ink, self.lanes
        parts = (
            f"{c.id} {c.start} {c.end} {lanes[c.id]} {ink.colour(c)} {ink.names[c.code]} "
            f"{ink.coders.get(c.coder, c.coder)}"
            for c in self.inside
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def lay_out(
    text: str,
    *,
    turns: Sequence[TurnLike],
    sentences: Sequence[int],
    codings: Sequence[CodingLike],
    ink: Ink,
    shown: Mapping[str, str] | None = None,
) -> tuple[Block, ...]:
    """Return a text in blocks, with every character of what is said in exactly one piece.

    Args:
        text: the text.
        turns: who said what, in order, without overlap.
        sentences: first code points of sentences, ascending.
        codings: what is marked, in any order.
        ink: how codings are drawn.
        shown: the look of blocks by `t` and their number; those that look so are left out.

    Returns:
        The blocks in order. Labels of speakers and white space between turns stand in none.
    """
    ordered = _ordered(codings)
    lanes = lanes_of(ordered)
    waiting = deque(ordered)
    under: list[CodingLike] = []
    begun: frozenset[str] = frozenset()
    blocks = []
    for number, place in enumerate(_places(text, turns), start=1):
        under = [coding for coding in under if coding.end > place.first]
        while waiting and waiting[0].start < place.end:
            coding = waiting.popleft()
            under += [coding] if coding.end > place.first else []
        drawn = _Drawn(inside=tuple(under), lanes=lanes, ink=ink, begun=begun)
        if shown is None or shown.get(f"t{number}") != drawn.look():
            blocks.append(_block(text, number, place, sentences, drawn))
        begun = frozenset(coding.id for coding in under)
    return tuple(blocks)


def block_at(text: str, *, turns: Sequence[TurnLike], place: int) -> int:
    """Return the number of the block in which a place lies, or of the last one before it."""
    begun = [number for number, each in enumerate(_places(text, turns), 1) if each.first <= place]
    return begun[-1] if begun else 1


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


def lane_count(codings: Iterable[CodingLike]) -> int:
    """Return how many lines are drawn below each other at the most; a page makes room for them."""
    lanes = lanes_of(_ordered(codings)).values()
    return min(max(lanes, default=0) + 1, LANES)


def _ordered(codings: Iterable[CodingLike]) -> list[CodingLike]:
    return sorted(codings, key=lambda each: (each.start, -each.end, each.id))


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
    """Return the turns and what stands between them, each without white space at its ends."""
    places: list[_Place] = []
    at = 0
    for number, turn in enumerate(turns, start=1):
        places += _between(text, at, turn.start)
        start, end = _trimmed(text, turn.said, turn.end)
        places.append(
            _Place(
                turn=number, speaker=turn.speaker, first=turn.start, start=start, end=end,
                t0=turn.t0,
            )
        )  # fmt: skip
        at = turn.end
    return places + _between(text, at, len(text))


def _between(text: str, first: int, last: int) -> list[_Place]:
    start, end = _trimmed(text, first, last)
    if start == end:
        return []
    return [_Place(turn=None, speaker=None, first=start, start=start, end=end, t0=None)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    said = words.strip()
    first = start + len(words) - len(words.lstrip()) if said else start
    return first, first + len(said)


def _block(text: str, number: int, place: _Place, sentences: Sequence[int], drawn: _Drawn) -> Block:
    first = bisect.bisect_right(sentences, place.start)
    last = bisect.bisect_left(sentences, place.end)
    starts = [place.start, *sentences[first:last]]
    cuts = {at for c in drawn.inside for at in (c.start, c.end) if place.start < at < place.end}
    bounds = sorted({*starts, *cuts, place.end})
    pieces = [(start, _piece(text, start, end, drawn)) for start, end in pairwise(bounds)]
    ends = [*starts[1:], place.end]
    return Block(
        number=number,
        turn=place.turn,
        speaker=place.speaker,
        start=place.start,
        end=place.end,
        t0=place.t0,
        sentences=tuple(
            Sentence(start=start, pieces=tuple(piece for at, piece in pieces if start <= at < end))
            for start, end in zip(starts, ends, strict=True)
        ),
        labels=tuple(_label(text, coding, drawn) for coding in drawn.inside),
        look=drawn.look(),
    )


def _piece(text: str, start: int, end: int, drawn: _Drawn) -> Piece:
    over = [coding for coding in drawn.inside if coding.start <= start and coding.end >= end]
    if not over:
        return Piece(text=text[start:end])
    ink, lanes = drawn.ink, drawn.lanes
    drawn_on = [(c, lane) for c in over if (lane := lanes[c.id]) < LANES]
    look = [f"l{lane}k{ink.colour(c)}" for c, lane in drawn_on]
    look += [f"x{lane}{dashes}" for c, lane in drawn_on if (dashes := ink.dashes(c))]
    if any(lanes[coding.id] >= LANES for coding in over):
        look.append("deep")
    words = (f"{ink.names[c.code]} ({ink.coders.get(c.coder, c.coder)})" for c in over)
    return Piece(
        text=text[start:end],
        codings=tuple(coding.id for coding in over),
        look=" ".join(look),
        title="; ".join(words),
    )


def _label(text: str, coding: CodingLike, drawn: _Drawn) -> Label:
    ink = drawn.ink
    return Label(
        id=coding.id,
        name=ink.names[coding.code],
        colour=ink.colour(coding),
        coder=ink.coders.get(coding.coder, coding.coder),
        own=coding.coder == ink.own,
        quote=shortened(text[coding.start : coding.end]),
        goes_on=coding.id in drawn.begun,
    )
