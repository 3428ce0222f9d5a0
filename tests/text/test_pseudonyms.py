"""Entities, their forms in texts, replacements undone, details made general, likenesses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.text.alike import proposals
from consilience.text.generalise import (
    age_to_band,
    date_to,
    occupation_to_group,
    place_to_region,
    postcode_to_district,
)
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import (
    Entity,
    Forms,
    Sighting,
    key_of,
    registered,
    replaced,
    searched_forms,
    undone,
)


def seen(*texts, kind="person"):
    return [Sighting(text=text, kind=kind, document="d", start=0) for text in texts]


def forms_of(registry):
    return [entity.forms for entity in registry]


def test_parts_belong_to_the_only_whole_name():
    registry = registered((), seen("Smith", "Jane", "Jane Smith"))
    assert forms_of(registry) == [("Jane Smith", "Smith", "Jane")]


def test_a_part_of_two_names_is_somebody_else():
    registry = registered((), seen("Jane Smith", "John Smith", "Smith", "Jane"))
    assert forms_of(registry) == [("Jane Smith", "Jane"), ("John Smith",), ("Smith",)]


def test_what_was_known_keeps_its_number_and_replacement():
    first = registered((), seen("Jane Smith", "Ann Ash"))
    later = registered(first, [*seen("Bea Bell", "Mrs Ash"), *seen("Lark Hill", kind="school")])
    assert later[0] == first[0]
    assert later[1].forms == ("Ann Ash", "Mrs Ash")
    assert [entity.replacement for entity in later] == [
        "[Person 1]",
        "[Person 2]",
        "[Person 3]",
        "[School 1]",
    ]


def test_titles_case_and_possessives_do_not_part_a_name():
    assert key_of("person", "Mrs O’BRIEN's") == key_of("person", "O'Brien")
    assert key_of("school", "St Mary's") != key_of("school", "Mary's")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jane Smith's", ["Jane Smith"]),
        ("JANE  SMITH", ["JANE  SMITH"]),
        ("jane-smith and smith", ["jane-smith", "smith"]),
        ("Jane\nSmith", ["Smith"]),
        ("blacksmith Janet", []),
        ("grace of Grace", ["Grace"]),
    ],
)
def test_forms_are_found_as_they_are_written(text, words):
    forms = Forms([("Jane Smith", 1), ("Smith", 1), ("Grace", 2)])
    assert [text[start:end] for start, end, _ in forms.find(text)] == words


def test_a_surname_is_looked_for_though_it_never_stood_alone():
    registry = registered((), seen("Jane Smith", "Ann Ash", "Bea Ash", "J"))
    found = searched_forms(registry, ("replace",))
    assert ("smith", 1) in found
    assert not any(form == "ash" for form, _ in found)
    assert not any(form == "J" for form, _ in found)


@settings(max_examples=200)
@given(
    text=st.text(max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=8),
    words=st.lists(st.text(max_size=8), min_size=8, max_size=8),
)
def test_every_replacement_can_be_undone_exactly(text, cuts, words):
    places = sorted({cut for cut in cuts if cut <= len(text)})
    spans = list(zip(places[::2], places[1::2], strict=False))
    edits = [
        (Edit(a, b, word), n) for n, ((a, b), word) in enumerate(zip(spans, words, strict=False))
    ]
    newer, moved, log = replaced(text, edits)
    assert undone(newer, log) == text
    assert moved.new_length == len(newer)


@pytest.mark.parametrize(
    ("text", "month", "year"),
    [
        ("3 March 2017", "[March 2017]", "[2017]"),
        ("03/03/2017", "[March 2017]", "[2017]"),
        ("3.3.17", "[March 2017]", "[2017]"),
        ("2017-03-03", "[March 2017]", "[2017]"),
        ("the third of March", "[March]", "[date]"),
        ("March 2017", None, "[2017]"),
        ("2017", None, None),
        ("31/13/2017", None, None),
        ("three weeks", None, None),
    ],
)
def test_a_day_becomes_a_month_or_a_year(text, month, year):
    assert date_to(text) == month
    assert date_to(text, "year") == year


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("aged 4", "[aged 0 to 4]"),
        ("14-year-old", "[aged 10 to 14]"),
        ("sixty-three", "[aged 60 to 69]"),
        ("ninety-one", "[aged 90 or over]"),
        ("in her forties", None),
        ("Year 9", None),
    ],
)
def test_an_age_becomes_a_band(text, band):
    assert age_to_band(text) == band


def test_other_details_become_general():
    assert postcode_to_district("at LS6 3QN") == "[LS6]"
    assert postcode_to_district("12 High Street") is None
    assert occupation_to_group("bus driver") == "[process, plant and machine operative]"
    assert occupation_to_group("wizard") is None
    assert place_to_region("LEEDS", {"leeds": "North"}) == "[place in North]"
    assert place_to_region("Ur", {}) is None


def entity(number, form, kind="person"):
    return Entity(number=number, kind=kind, forms=(form,), ruling="replace", replacement="[x]")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Deborah Nuttall", "Deborah Nutall", "spelling"),
        ("Kwame Boateng", "Mr Boatang", "spelling"),
        ("Deborah Nuttall", "Debs Nuttall", "short form"),
        ("Deborah Nuttall", "D. Nuttall", "initials"),
        ("Deborah Nuttall", "DN", "initials"),
        ("Deborah Nuttall", "Nuttall", "part"),
        ("Mohammed Khan", "Mohamed", "spelling"),
        ("Siân Price", "Sian", "spelling"),
        ("Debbie Marsh", "Debby", "spelling"),
        ("Deborah Nuttall", "Debby", "short form"),
        ("Deborah", "Debbie Marsh", "short form"),
        ("Anna Nuttall", "Xerxes Ashe", None),
        ("Anna Nuttall", "Hannah Ashe", None),
    ],
)
def test_likenesses_are_proposed(one, other, reason):
    found = proposals((entity(1, one), entity(2, other), entity(3, "Xerxes Quill")))
    expected = [(2, 1, reason)] if reason else []
    assert [(each.entity, each.same_as, each.reason) for each in found] == expected


def test_bodies_are_compared_with_bodies_only():
    registry = (entity(1, "Lark Hill School", "school"), entity(2, "Lark Hil School", "school"),
                entity(3, "Lark Hill Schol"), entity(4, "Lark Hill", "place"))  # fmt: skip
    pairs = {(each.entity, each.same_as): each.reason for each in proposals(registry)}
    assert pairs == {(2, 1): "spelling", (4, 1): "part"}


def test_a_clue_decided_with_its_label_is_known_without():
    said = "she's the only head in the county"
    assert key_of("clue", f"R2: {said}") == key_of("clue", said)
    assert key_of("person", "Mrs Ash: Jane") != key_of("person", "Jane")
