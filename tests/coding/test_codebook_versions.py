"""What differs between two codebooks is said in words that a coder understands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consilience.coding.codebook import with_move
from consilience.coding.codebook_versions import differences, path_of
from consilience.coding.model import Code

OLD = (
    Code(id="h", name="Heading", codable=False),
    Code(id="a", name="A", parent="h"),
    Code(id="b", name="B", parent="h", position=1),
    Code(id="c", name="C", parent="h", position=2),
    Code(id="g", name="Gone", position=1),
)


def told(new, old=OLD):
    return [str(each) for each in differences(old, new)]


def test_nothing_differs_from_itself():
    assert differences(OLD, OLD) == ()
    assert differences((), ()) == ()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"name": "Z"}, "Z: name was 'A', is 'Z'"),
        ({"definition": "What."}, "A: definition was '', is 'What.'"),
        ({"inclusion": "x"}, "A: when to use it was '', is 'x'"),
        ({"exclusion": "x"}, "A: when not to was '', is 'x'"),
        ({"examples": ("x", "y")}, "A: examples was '', is 'x; y'"),
        ({"colour": "#000000"}, "A: colour was '', is '#000000'"),
        ({"codable": False}, "A: may be given to passages was 'yes', is 'no'"),
        ({"retired": True}, "A: retired was 'no', is 'yes'"),
    ],
)
def test_what_a_code_says_of_itself(how, said):
    assert told([replace(each, **how) if each.id == "a" else each for each in OLD]) == [said]


def test_new_ones_and_those_that_went_with_where_they_are():
    new = (*OLD[:4], Code(id="n", name="New", parent="b"))
    assert told(new) == ["Gone: gone", "New: added (Heading > B)"]
    assert told(OLD[4:], OLD)[1] == "A: gone (Heading)"


def test_a_move_below_another_is_no_change_of_order():
    assert told(with_move(OLD, "a", parent=None)) == ["A: place was 'Heading', is 'the top'"]
    assert told(with_move(OLD, "a", parent="b", position=0)) == [
        "A: place was 'Heading', is 'Heading > B'"
    ]


def test_only_another_order_counts_as_one():
    swapped = with_move(OLD, "c", parent="h", position=1)
    assert told(swapped) == ["C: order was '3', is '2'", "B: order was '2', is '3'"]
    gap = [replace(each, position=each.position * 10) for each in OLD]
    assert told(gap) == []


def test_the_path_of_a_code_names_those_above_it():
    known = {each.id: each for each in (*OLD, Code(id="n", name="N", parent="b"))}
    assert (path_of("n", known), path_of("h", known)) == ("Heading > B", "")
