"""Two coders beside each other on one text, as far as their work is released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from consilience.desk.reading import Reading, reading_of
from consilience.web.call import Call
from consilience.web.codetree import CodeRow, code_rows
from consilience.web.doors import Door
from consilience.web.layout import Block, Ink, lane_count, lay_out
from consilience.web.pages.texts import READERS


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideRow:
    """One turn: how it looks, and the codes by who used them, in words."""

    block: Block
    both: frozenset[str]
    one: frozenset[str]
    two: frozenset[str]
    groups: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSum:
    """In how many turns a code was used by both, by the one only, by the other only."""

    name: str
    both: int
    one: int
    two: int


def compare(call: Call) -> Response:
    """Show the codings of two coders turn by turn."""
    reading = reading_of(call.site.engine, call.path["text"], call.who)
    coders = _coders(reading, own=call.who.id)
    ids = [each for each, _ in coders]
    one = _asked(call, "one", ids)
    two = _asked(call, "two", [each for each in ids if each != one])
    code = call.query.get("code", "")
    rows = _rows(reading, dict(coders), one=one, two=two, code=code)
    codes = code_rows(reading.codes)
    differing = call.query.get("differing") == "1"
    return call.page(
        "compare.html",
        text=reading,
        coders=coders,
        names=[dict(coders).get(each, each) for each in (one, two)],
        one=one,
        two=two,
        code=code,
        codes=codes,
        differing=differing,
        lanes=lane_count(reading.codings),
        summary=_summary(rows, codes),
        rows=[row for row in rows if row.one or row.two or not differing],
    )


def _coders(reading: Reading, *, own: str) -> list[tuple[str, str]]:
    """Return who has codings that may be seen: oneself first, then by name."""
    ids = {coding.coder for coding in reading.codings}
    named = [(each, "you" if each == own else reading.coders.get(each, each)) for each in ids]
    return sorted(named, key=lambda pair: (pair[0] != own, pair[1], pair[0]))


def _asked(call: Call, name: str, ids: Sequence[str]) -> str:
    asked = call.query.get(name, "")
    return asked if asked in ids else next(iter(ids), "")


def _rows(
    reading: Reading, names: dict[str, str], *, one: str, two: str, code: str
) -> list[BesideRow]:
    """Return the turns that either has coded."""
    wanted = [
        coding
        for coding in reading.codings
        if coding.coder in (one, two) and code in ("", coding.code)
    ]
    # Here a colour says who marked it, and nothing else; which code it was, stands beside the turn.
    ink = Ink(
        names={each.id: each.name for each in reading.codes},
        colours={one: 0, two: 1},
        coders=names,
        own=one,
        by_coder=True,
    )
    blocks = lay_out(
        reading.text,
        turns=reading.turns,
        sentences=reading.sentences,
        codings=wanted,
        ink=ink,
    )
    codings = {coding.id: coding for coding in wanted}
    named = {code.id: code.name for code in reading.codes}
    rows = []
    for block in blocks:
        if block.labels:
            inside = [codings[label.id] for label in block.labels]
            used = [{c.code for c in inside if c.coder == coder} for coder in (one, two)]
            rows.append(
                _row(block, used[0], used[1], named, (names.get(one, one), names.get(two, two)))
            )
    return rows


def _row(
    block: Block,
    one: set[str],
    two: set[str],
    named: Mapping[str, str],
    names: tuple[str, str],
) -> BesideRow:
    parts = (("both", one & two), (f"only {names[0]}", one - two), (f"only {names[1]}", two - one))
    return BesideRow(
        block=block,
        both=frozenset(one & two),
        one=frozenset(one - two),
        two=frozenset(two - one),
        groups=tuple(
            (words, tuple(named[code] for code in named if code in codes)) for words, codes in parts
        ),
    )


def _summary(rows: Sequence[BesideRow], codes: Sequence[CodeRow]) -> list[CodeSum]:
    """Return how often each code that either used was used by whom, in the codebook's order."""
    sums = [
        CodeSum(
            name=code.path,
            both=sum(code.id in row.both for row in rows),
            one=sum(code.id in row.one for row in rows),
            two=sum(code.id in row.two for row in rows),
        )
        for code in codes
    ]
    return [each for each in sums if each.both or each.one or each.two]


DOORS: Final = (
    Door(method="GET", path="/texts/{text}/compare", name="compare", to=READERS, handler=compare),
)
