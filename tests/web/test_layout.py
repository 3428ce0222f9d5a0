"""A coded text laid out: nothing of it lost, each character once, lines that never collide."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.shades import SHADES
from consilience.web.layout import (
    LANES,
    Ink,
    lanes_of,
    lay_out,
    shortened,
)
from consilience.web.palette import PALETTE, colours_of, nearest

TEXT = "Head note\n\nI: How \U0001f600 was it? Go on.\nR: Fine. Very <fine>.\n\n"


@dataclass(frozen=True)
class Turn:
    speaker: str | None
    start: int
    said: int
    end: int
    t0: float | None = None


@dataclass(frozen=True)
class Coding:
    id: str
    start: int
    end: int
    code: str = "a"
    coder: str = "me"


def at(words, text=TEXT):
    start = text.index(words)
    return start, start + len(words)


TURNS = [
    Turn("I", at("I: How")[0], at("How")[0], at("Go on.")[1]),
    Turn("R", at("R: Fine")[0], at("Fine.")[0], at("<fine>.")[1]),
]
SENTENCES = [at(words)[0] for words in ("Head", "How", "Go on", "Fine.", "Very")]
INK = Ink(names={"a": "A", "b": "B"}, colours={"a": 0, "b": 3}, coders={"me": "you"}, own="me")


def laid(codings, **shown):
    return lay_out(TEXT, turns=TURNS, sentences=SENTENCES, codings=codings, ink=INK, **shown)


def words_of(block):
    return "".join(piece.text for sentence in block.sentences for piece in sentence.pieces)


def test_each_turn_and_what_stands_outside_of_turns_is_a_block():
    blocks = laid([])
    assert [(b.number, b.speaker, words_of(b)) for b in blocks] == [
        (1, None, "Head note"),
        (2, "I", "How \U0001f600 was it? Go on."),
        (3, "R", "Fine. Very <fine>."),
    ]
    assert [s.start for s in blocks[1].sentences] == SENTENCES[1:3]


def test_pieces_are_cut_where_codings_begin_and_end():
    inner, outer = (
        Coding("i", *at("\U0001f600 was"), "b"),
        Coding("o", *at("How \U0001f600 was it?")),
    )
    block = laid([inner, outer])[1]
    pieces = [(p.text, p.codings, p.look) for p in block.sentences[0].pieces]
    assert pieces == [
        ("How ", ("o",), "l0k0"),
        ("\U0001f600 was", ("o", "i"), "l0k0 l1k3"),
        (" it?", ("o",), "l0k0"),
        (" ", (), ""),
    ]
    assert block.sentences[0].pieces[1].title == "A (you); B (you)"
    assert [(label.name, label.quote) for label in block.labels] == [
        ("A", "How \U0001f600 was it?"),
        ("B", "\U0001f600 was"),
    ]


def test_a_coding_over_two_turns_is_named_beside_both():
    coding = Coding("x", at("Go on")[0], at("Fine.")[1], coder="other")
    _, first, second = laid([coding])
    assert (first.labels[0].goes_on, second.labels[0].goes_on) == (False, True)
    assert not first.labels[0].own
    assert words_of(second) == "Fine. Very <fine>."


def test_what_lies_deeper_than_the_lines_is_said():
    codings = [Coding(str(n), *at("Very")) for n in range(LANES + 1)]
    piece = next(p for p in laid(codings)[2].sentences[1].pieces if p.codings)
    assert piece.look.split()[-1] == "deep"
    assert len(piece.look.split()) == LANES + 1
    assert len(laid(codings)[2].labels) == LANES + 1


def test_a_block_looks_the_same_until_something_in_it_changes():
    bare, marked = laid([]), laid([Coding("x", *at("Very"))])
    assert [one.look == other.look for one, other in zip(bare, marked, strict=True)] == [
        True,
        True,
        False,
    ]
    shown = {f"t{block.number}": block.look for block in bare}
    assert [block.number for block in laid([Coding("x", *at("Very"))], shown=shown)] == [3]
    shown["t1"] = "another"
    assert [block.number for block in laid([], shown=shown)] == [1]


PLACES = st.integers(0, len(TEXT))
SPANS = st.lists(st.tuples(PLACES, PLACES).map(sorted).filter(lambda s: s[0] < s[1]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(SPANS)
def test_every_character_stands_in_one_piece_under_exactly_its_codings(spans):
    codings = [Coding(str(n), *span) for n, span in enumerate(spans)]
    for block in laid(codings):
        assert words_of(block) == TEXT[block.start : block.end]
        place = block.start
        for sentence in block.sentences:
            assert sentence.start == place
            for piece in sentence.pieces:
                assert piece.text
                over = {
                    c.id for c in codings if c.start < place + len(piece.text) and c.end > place
                }
                assert set(piece.codings) == over
                place += len(piece.text)


@given(SPANS)
def test_no_two_codings_on_one_line_overlap(spans):
    ordered = [Coding(str(n), *span) for n, span in enumerate(sorted(spans))]
    lanes = lanes_of(ordered)
    for one in ordered:
        for two in ordered:
            if one.id < two.id and lanes[one.id] == lanes[two.id]:
                assert one.end <= two.start or two.end <= one.start


def test_a_long_passage_is_shortened_in_its_middle():
    words = "word " * 40
    assert len(shortened(words)) < 75
    assert shortened("a\n b") == "a b"


def test_colours_are_ours_and_stay_whatever_becomes_of_other_codes():
    @dataclass
    class Code:
        id: str
        colour: str | None = None

    codes = [Code(str(n)) for n in range(60)]
    colours = colours_of(codes)
    assert len(PALETTE) == SHADES
    assert set(colours.values()) == set(range(len(PALETTE)))
    fewer = colours_of([*codes[40:], *codes[1:30]])
    assert fewer == {each: colours[each] for each in fewer}
    assert colours_of([Code("x", "#00ff00")])["x"] == nearest("#009e73") == 2
    assert [nearest(each) for each in PALETTE] == list(range(len(PALETTE)))


def test_turns_are_numbered_as_everywhere_else_and_what_stands_between_has_no_number():
    assert [(block.number, block.turn) for block in laid([])] == [(1, None), (2, 1), (3, 2)]
