"""Passages follow a text through edits, forward and back."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.text.offsets import (
    Edit,
    OffsetMap,
    apply_edits,
    difference,
    unchanged,
    unpack_map,
)

# Letters that occur once in their text, so that each can be found again wherever it went.
LETTERS = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 40))
WRITTEN = st.text("xyz\U0001f600", max_size=4)


@st.composite
def edited(draw, text=None):
    """Return a text, edits that do not overlap, and the span of a coding."""
    text = LETTERS[: draw(st.integers(1, 40))] if text is None else text
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [Edit(start, end, draw(WRITTEN)) for start, end in pairs]
    start = draw(st.integers(0, len(text)))
    return text, edits, (start, draw(st.integers(start, len(text))))


@given(edited())
def test_what_stays_of_a_passage_is_the_whole_of_what_it_covers_then(case):
    text, edits, (start, end) = case
    new, moved = apply_edits(text, edits)
    first, last = moved.span(start, end)
    kept = [letter for letter in text[start:end] if letter in new]
    assert [letter for letter in new[first:last] if letter in text] == kept
    assert moved.new_length == len(new)
    assert 0 <= first <= last <= len(new)


@given(edited())
def test_a_passage_touched_by_a_replacement_covers_all_that_stands_there(case):
    text, edits, (start, end) = case
    _, moved = apply_edits(text, edits)
    first, last = moved.span(start, end)
    places = zip(moved.starts, moved.ends, moved.new_starts, moved.lengths, strict=True)
    for begins, ends, new, length in places:
        if start < end and begins < end and start < ends:  # it shares a letter with the passage
            assert first <= new
            assert new + length <= last


@given(edited())
def test_forward_and_back_contains_the_passage_but_for_text_that_went(case):
    text, edits, (start, end) = case
    new, moved = apply_edits(text, edits)
    first, last = moved.span(start, end)
    back, till = moved.inverse().span(first, last)
    lost = {
        place for edit in edits if not edit.text for place in range(edit.start, edit.end)
    }  # deleted outright, so that no map can tell whether the passage reached into it
    wanted = set(range(start, end)) - lost
    assert wanted <= set(range(back, till))
    edges = {place for edit in edits for place in range(edit.start, edit.end + 1)}
    if start < end and not {start, end} & edges:
        assert (back, till) == (start, end)
        assert new[first] == text[start]
        assert new[last - 1] == text[end - 1]


@given(edited(), st.data())
def test_two_steps_joined_are_one_after_the_other(case, data):
    text, edits, span = case
    middle, first = apply_edits(text, edits)
    _, more, _ = data.draw(edited(middle))
    newest, second = apply_edits(middle, more)
    joined = first.then(second)
    assert joined.span(*span) == second.span(*first.span(*span))
    assert (joined.length, joined.new_length) == (len(text), len(newest))
    there = data.draw(st.integers(0, len(newest)))
    back = data.draw(st.integers(there, len(newest)))
    one_by_one = first.inverse().span(*second.inverse().span(there, back))
    assert joined.inverse().span(there, back) == one_by_one


@given(edited(), st.data())
def test_joining_is_associative_and_keeping_changes_nothing(case, data):
    text, edits, span = case
    middle, first = apply_edits(text, edits)
    later, second = apply_edits(middle, data.draw(edited(middle))[1])
    _, third = apply_edits(later, data.draw(edited(later))[1])
    left, right = first.then(second).then(third), first.then(second.then(third))
    assert left.span(*span) == right.span(*span) == unpack_map(left.pack()).span(*span)
    assert unpack_map(first.pack()).span(*span) == first.span(*span)


@given(edited())
def test_the_way_back_restores_lengths_and_stretches(case):
    text, edits, _ = case
    _, moved = apply_edits(text, edits)
    again = moved.inverse().inverse()
    for name in ("starts", "ends", "lengths"):
        assert np.array_equal(getattr(again, name), getattr(moved, name))
    assert moved.inverse().new_length == len(text)
    undone, _ = apply_edits(
        apply_edits(text, edits)[0],
        [
            Edit(int(new), int(new + length), text[start:end])
            for start, end, new, length in zip(
                moved.starts, moved.ends, moved.new_starts, moved.lengths, strict=True
            )
        ],
    )
    assert undone == text


@given(edited())
def test_many_spans_at_once_are_each_alone(case):
    text, edits, _ = case
    _, moved = apply_edits(text, edits)
    pairs = [(start, end) for start in range(len(text) + 1) for end in range(start, len(text) + 1)]
    starts, ends = moved.spans([p[0] for p in pairs], [p[1] for p in pairs])
    for at in range(0, len(pairs), 17):
        assert (starts[at], ends[at]) == moved.span(*pairs[at])


WORDS = st.lists(
    st.sampled_from(["we", "met", "in", "March", "the", "head", "so", ".", ",", "\U0001f600"])
)
SPACES = st.sampled_from([" ", "\n", "  ", "\n\n", "\t"])


@st.composite
def sentences(draw):
    return draw(SPACES).join(draw(WORDS))


@given(sentences(), sentences())
def test_differences_lead_from_one_text_to_the_other(old, new):
    moved = difference(old, new)
    assert moved.new_length == len(new)
    edits = [
        Edit(int(start), int(end), new[int(to) : int(to + length)])
        for start, end, to, length in zip(
            moved.starts, moved.ends, moved.new_starts, moved.lengths, strict=True
        )
    ]
    assert apply_edits(old, edits)[0] == new


# Each word once: of `we we we` nobody can tell which one was left.
@given(st.permutations(list("abcdefg")), SPACES, st.data())
def test_differences_keep_every_word_that_was_not_edited(letters, space, data):
    old = space.join(letters[: data.draw(st.integers(0, 7))])
    words = [match.span() for match in re.finditer(r"\w+", old)]
    chosen = {data.draw(st.integers(0, len(words) - 1)) for _ in range(2)} if words else set()
    edits = [Edit(*words[at], f"NEW{at}") for at in sorted(chosen)]
    new, exact = apply_edits(old, edits)
    moved = difference(old, new)
    for at, span in enumerate(words):
        if at not in chosen:
            assert moved.span(*span) == exact.span(*span)
            assert new[slice(*moved.span(*span))] == old[slice(*span)]
        else:
            there = new[slice(*moved.span(*span))]
            # Two that stand beside each other are one stretch.
            assert there == f"NEW{at}" or ({at - 1, at + 1} & chosen and f"NEW{at}" in there)


def test_equal_texts_differ_nowhere():
    assert len(difference("One. Two.\n", "One. Two.\n").starts) == 0
    assert difference("", "all of it").span(0, 0) == (9, 9)
    assert difference("all of it", "").span(2, 5) == (0, 0)


def test_an_unchanged_text_moves_nothing():
    assert unchanged(9).span(2, 5) == (2, 5)
    assert unchanged(9).then(unchanged(9)).inverse().span(0, 9) == (0, 9)
    assert isinstance(unpack_map(unchanged(9).pack()), OffsetMap)


def test_an_empty_passage_stays_empty():
    _, moved = apply_edits("Ann said so.", [Edit(0, 3, "[Head teacher]")])
    first, last = moved.span(1, 1)
    assert first == last


def test_maps_of_other_texts_are_not_joined():
    with pytest.raises(Fault) as caught:
        unchanged(9).then(unchanged(8))
    assert caught.value.code == "TXT-010"


def test_edits_outside_the_text_or_over_each_other_are_refused():
    for edits in ([Edit(2, 5, "")], [Edit(0, 2, "a"), Edit(1, 3, "b")], [Edit(2, 1, "")]):
        with pytest.raises(Fault) as caught:
            apply_edits("abcd", edits)
        assert caught.value.code == "TXT-001"


@given(edited())
def test_a_passage_that_no_edit_touches_holds_the_same_words(case):
    text, edits, (start, end) = case
    new, moved = apply_edits(text, edits)
    first, last = moved.span(start, end)
    (touched,) = moved.touched([start], [end])
    assume(start < end)
    shared = [e for e in edits if e.start < end and start < e.end]
    assert bool(touched) == bool(shared)
    if not touched:
        assert new[first:last] == text[start:end]
    _, second = apply_edits(new, [Edit(0, len(new), "")])
    assert moved.then(second).touched([start], [end])[0] == (touched or last > first)
