"""Does a text repeat so many words of another in a row?"""

from __future__ import annotations

import pytest

from consilience.text.quoted import wording_of

SAID = "Nobody told the board that the family moved."


@pytest.mark.parametrize(
    ("other", "repeats"),
    [
        ("She said that nobody TOLD the  board\nthat day.", True),
        ("nobody - told; the... board, that", True),
        ("nobody told the board", False),
        ("told the board nobody that", False),
        ("", False),
    ],
)
def test_five_words_in_a_row_are_found_in_any_case_and_over_signs(other, repeats):
    assert wording_of([SAID], in_a_row=5).is_in(other) is repeats


def test_a_short_text_is_found_as_a_whole_and_two_words_never():
    short = wording_of(["They ring us."], in_a_row=5)
    assert short.is_in("At night they ring us, she says.")
    assert not short.is_in("They ring.")
    assert wording_of(["Ring us.", ""], in_a_row=5).is_empty


def test_each_version_of_a_text_is_looked_for():
    both = wording_of([SAID, "[Lead 1] told the board of Lark Hill"], in_a_row=5)
    assert both.is_in("told the board of Lark")
    assert both.is_in("the board that the family")


def test_what_others_say_too_is_no_longer_looked_for():
    said = wording_of([SAID], in_a_row=5)
    shared = said.shared_with("And: the board that the family moved?")
    assert shared.size == 2
    own = said.without(shared).without(wording_of(["Yes, they ring us."], in_a_row=4))
    assert own.size == said.size - 2
    assert not own.is_in("the board that the family")
    assert own.is_in("nobody told the board that")
