"""A table of names is followed whole or not at all; no name hides in a replacement."""

import pytest

from consilience.base.errors import Faults
from consilience.interviews.decisions import decided, held_names
from consilience.interviews.pseudonymise import Place
from consilience.text.pseudonyms import Entity

LENGTHS = {"t1": 100}


def person(number, *forms, ruling="replace", replacement=None):
    label = f"[Person {number}]" if replacement is None else replacement
    return Entity(number=number, kind="person", forms=forms, ruling=ruling, replacement=label)


KNOWN = (
    person(1, "Mary Jones", "Mrs Jones"),
    person(2, "John Smith"),
    person(3, "Ann Smith"),
    person(4, "Jo"),
    Entity(number=5, kind="place", forms=("Leeds",), ruling="keep", replacement="[Place 1]"),
)


def refused(*rows, known=KNOWN):
    with pytest.raises(Faults) as caught:
        decided(known, rows, lengths=LENGTHS, file="d.csv")
    told = str(caught.value) + repr([fault.what for fault in caught.value.faults])
    assert "Jones" not in told
    assert "Smith" not in told
    return [(fault.code, fault.where.row) for fault in caught.value.faults]


def passage(start, end, **more):
    return {"document": "t1", "start": str(start), "end": str(end)} | more


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("[Mary Jones]", 1),
        ("[mary_jones]", 1),
        ("[friend of Jones's]", 1),
        ("[John Smith]", 2),
        ("[Jo]", 4),
    ],
)
def test_a_replacement_that_holds_a_name_is_refused(text, held):
    assert refused({"entity": "1", "replacement": text}) == [("INT-038", 2)]
    (fault,) = held_names((person(9, "X Y", replacement=text), *KNOWN))
    assert fault.code == "INT-038"
    assert f"entity {held}" in fault.what
    assert refused(passage(3, 9, decision="replace", replacement=text)) == [("INT-038", 2)]


def test_a_part_that_two_people_have_is_a_name_too():
    faults = held_names((person(9, "X Y", replacement="[Mr Smith]"), *KNOWN))
    assert [fault.code for fault in faults] == ["INT-038"]


@pytest.mark.parametrize("text", ["[Head teacher 1]", "[Leeds teacher]", "[Person 4]", "[clue]"])
def test_other_replacements_stand(text):
    made, _ = decided(KNOWN, [{"entity": "1", "replacement": text}], lengths=LENGTHS, file="d.csv")
    assert made[0].replacement == text


def test_a_usual_label_is_no_name_although_a_rule_took_it_for_one():
    assert held_names((*KNOWN, person(6, "Person"))) == []


def test_a_replacement_that_is_not_used_holds_nothing_back():
    assert held_names((person(1, "Mary Jones", ruling="keep", replacement="[Mary Jones]"),)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"decision": "keep"},
        {"decision": "replace", "replacement": "[Q]"},
        {"decision": "replace", "replacement": "[P]", "same_as": "2"},
    ],
)
def test_rows_that_contradict_one_another_are_told(other):
    row = {"entity": "1", "decision": "replace", "replacement": "[P]"}
    assert refused(row, {"entity": "2"}, {"entity": "1", **other}) == [("INT-039", 4)]
    with pytest.raises(Faults) as caught:
        decided(KNOWN, [row, {"entity": "1", **other}], lengths=LENGTHS, file="d.csv")
    assert "rows 2 and 3" in caught.value.faults[0].what


def test_the_same_said_twice_is_no_contradiction():
    row = {"entity": "1", "decision": "replace", "replacement": "[P]"}
    made, places = decided(
        KNOWN, [row, row, {"entity": "1", "note": "x"}, passage(1, 2), passage(1, 2)],
        lengths=LENGTHS, file="d.csv",
    )  # fmt: skip
    assert made[0].replacement == "[P]"
    assert set(places) == {Place(document="t1", start=1, end=2, ruling="replace")}


def test_passages_that_overlap_are_told():
    rows = (
        passage(3, 12, replacement="[A]"),
        passage(8, 20, replacement="[B]"),
        passage(3, 12, decision="keep"),
        passage(20, 30, replacement="[C]"),
    )
    assert refused(*rows) == [("INT-040", 4), ("INT-040", 3)]
    assert refused(passage(3, 50), passage(4, 5), passage(40, 45)) == [
        ("INT-040", 3),
        ("INT-040", 4),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"entity": "1", **passage(3, 12)}, "INT-041"),
        ({"entity": "1", "start": "3"}, "INT-041"),
        (passage(80, 101), "INT-042"),
        (passage(-5, 3), "INT-033"),
        (passage(80, 10), "INT-033"),
        (passage("9" * 5000, 3), "INT-033"),
        (passage("²", 3), "INT-033"),
        (passage(1, 2) | {"document": "t9"}, "INT-008"),
        (passage(1, 2, decision="generalise"), "INT-031"),
        (passage(1, 2, replacement="A"), "INT-032"),
        ({"entity": "9" * 5000}, "INT-030"),
        ({"entity": "2", "same_as": "²"}, "INT-030"),
        ({"entity": "2", "replacement": "[[A]]"}, "INT-032"),
        ({"entity": "2", "replacement": "[A\nI: forged]"}, "INT-032"),
        ({"entity": "2", "decision": "delete"}, "INT-031"),
    ],
)
def test_a_row_that_cannot_be_followed_is_told(row, code):
    assert refused({"entity": "3"}, row) == [(code, 3)]


def test_circles_are_told():
    circle = refused({"entity": "1", "same_as": "2"}, {"entity": "2", "same_as": "1"})
    assert circle == [("INT-043", 2), ("INT-043", 3)]
    assert decided(
        KNOWN, [{"entity": "1", "same_as": "1"}], lengths={}, file="d.csv"
    )[0][0].forms == KNOWN[0].forms  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_names_go_to_the_last_of_a_chain_in_any_order(order):
    rows = [{"entity": "2", "same_as": "3"}, {"entity": "3", "same_as": "1"}][::order]
    made, _ = decided(KNOWN, rows, lengths=LENGTHS, file="d.csv")
    by_number = {each.number: each for each in made}
    assert set(by_number[1].forms) == {"Mary Jones", "Mrs Jones", "John Smith", "Ann Smith"}
    assert by_number[2].forms == by_number[3].forms == ()
    # The same table again changes nothing; a name given to what is another now would stay.
    assert decided(made, rows, lengths=LENGTHS, file="d.csv")[0] == made
    assert refused({"entity": "4", "same_as": "2"}, known=made) == [("INT-030", 2)]


def test_a_name_met_after_the_replacement_was_chosen_is_told_by_its_row():
    before = (person(1, "Mary Jones", replacement="[Boss Tate]"), person(2, "Bo Tate"))
    assert refused({"entity": "2"}, known=before) == [("INT-038", 2)]
    # A row about somebody else is taken; putting replacements in is refused until it is mended.
    third = (*before, person(3, "Ann Lark"))
    assert decided(third, [{"entity": "3", "note": "x"}], lengths={}, file="d.csv")
    assert len(held_names(third)) == 1
