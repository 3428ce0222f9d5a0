"""A table of names is followed whole or not at all; no name hides in a replacement."""

from dataclasses import replace

import pytest

from consilience.base.errors import Faults
from consilience.interviews.decisions import decided, held_names
from consilience.interviews.joining import doubts
from consilience.interviews.pseudonymise import Place, decisions_table
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


# --- joined, taken apart, and one replacement for several -----------------------------------


def follow(known, *rows):
    return decided(known, rows, lengths=LENGTHS, file="d.csv")[0]


def test_what_became_part_of_another_is_by_itself_again_as_it_was():
    known = follow(KNOWN, {"entity": "3", "decision": "generalise", "note": "why"})
    wrong = follow(known, {"entity": "3", "same_as": "1"})
    assert wrong[2].forms == ()
    assert follow(wrong, {"entity": "3", "same_as": "3"}) == known
    # So it is if the row says what was decided before, and otherwise if it says something else.
    assert follow(wrong, {"entity": "3", "same_as": "3", "decision": "generalise"}) == known
    other = follow(wrong, {"entity": "3", "same_as": "3", "decision": "keep"})
    assert (other[2].ruling, other[2].forms) == ("keep", known[2].forms)
    elsewhere = follow(wrong, {"entity": "3", "same_as": "2"})
    assert elsewhere == follow(known, {"entity": "3", "same_as": "2"})


def test_one_within_a_chain_is_taken_out_and_the_others_stay():
    one = follow(KNOWN, {"entity": "3", "same_as": "2"})
    two = follow(one, {"entity": "2", "same_as": "1"})
    out = follow(two, {"entity": "3", "same_as": "3"})
    assert out == follow(KNOWN, {"entity": "2", "same_as": "1"})
    # Of two steps the last can be taken back first.
    assert follow(two, {"entity": "2", "same_as": "2"}) == one


def test_writings_found_since_go_with_the_name_they_write():
    known = (person(1, "Mary Jones"), person(2, "Ann Smith"))
    made = follow(known, {"entity": "2", "same_as": "1"})
    later = (replace(made[0], forms=(*made[0].forms, "ANN SMITH", "Mary JONES")), made[1])
    apart = follow(later, {"entity": "2", "same_as": "2"})
    assert apart[0].forms == ("Mary Jones", "Mary JONES")
    assert apart[1].forms == ("Ann Smith", "ANN SMITH")


def test_the_table_lists_what_is_part_of_another_and_taken_again_changes_nothing():
    made = follow(KNOWN, {"entity": "3", "same_as": "1"})
    rows = decisions_table(made, {}, ()).to_pylist()
    assert (rows[-1]["entity"], rows[-1]["same_as"]) == (3, 1)
    assert rows[-1]["forms"] == " | ".join(KNOWN[2].forms)
    text = [{k: None if v is None else str(v) for k, v in row.items()} for row in rows]
    assert [(each.number, each.forms) for each in follow(made, *text)] == [
        (each.number, each.forms) for each in made
    ]


def test_what_was_joined_before_that_was_kept_cannot_be_taken_apart():
    known = (KNOWN[0], replace(KNOWN[1], forms=()))
    assert refused({"entity": "2", "same_as": "2"}, known=known) == [("INT-051", 2)]


def test_two_kinds_that_become_one_are_told():
    school = Entity(number=2, kind="school", forms=("Ash",), ruling="replace", replacement="[S]")
    made = follow((person(1, "Mary Jones"), school), {"entity": "2", "same_as": "1"})
    (fault,) = doubts(made, {2})
    assert (fault.code, fault.entry.warning) == ("INT-052", True)
    assert doubts(made, {1})[0].code == "INT-052"
    assert doubts(follow(KNOWN, {"entity": "3", "same_as": "1"}), {3}) == []


def test_one_replacement_for_two_people_is_told_and_for_two_kinds_refused():
    phone = Entity(
        number=2, kind="contact", forms=("01632 960 455",), ruling="replace", replacement="[Ring]"
    )
    known = (person(1, "Mary Jones"), phone, person(3, "Ann Smith"))
    shared = {"entity": "1", "replacement": "[ring]"}
    assert refused(shared, known=known) == [("INT-050", 2)]
    assert follow(known, {"entity": "1", "decision": "keep"} | shared)[0].ruling == "keep"
    two = follow(
        known, {"entity": "1", "replacement": "[A]"}, {"entity": "3", "replacement": "[A]"}
    )
    (fault,) = doubts(two, {3})
    assert (fault.code, fault.values["entities"]) == ("INT-049", "1, 3")
    assert doubts(two, {2}) == []
    # A row about somebody else is taken where others share one already.
    assert follow((replace(known[0], replacement="[Ring]"), *known[1:]), {"entity": "3"})
    one = follow(known, shared | {"same_as": "2"})
    assert one[1].forms == ("01632 960 455", "Mary Jones")
