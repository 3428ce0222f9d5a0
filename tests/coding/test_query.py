"""The language of questions to codings, and where it refuses."""

from __future__ import annotations

import pytest

from consilience.base.errors import Fault
from consilience.coding.code_names import named_code
from consilience.coding.model import Code
from consilience.coding.query import And, Codes, Not, Or, Related, path_of, read_query, units_of

BOOK = (
    Code(id="p", name="Practice"),
    Code(id="t", name="Thresholds", parent="p"),
    Code(id="tr", name="Trust in heads", parent="p"),
    Code(id="tt", name="Trust in heads", parent="t"),
    Code(id="q", name='So-called "help" > more', position=1),
    Code(id="one-way", name="One way", position=2),
    Code(id="up", name="practice", position=3),
)
P, T, ONE = (Codes(frozenset({each})) for each in ("p", "t", "one-way"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("p", P),
        ("Practice", P),
        ("thresholds", T),
        ("Practice > Thresholds", T),
        ("p > t", None),
        ("One  way", ONE),
        ("one-way", ONE),
        ('"one-way"', ONE),
        ('"So-called ""help"" > more"', Codes(frozenset({"q"}))),
        ('Thresholds > "Trust in heads"', Codes(frozenset({"tt"}))),
        ("Practice*", Codes(frozenset({"p", "t", "tr", "tt"}))),
        ("*", Codes(frozenset({each.id for each in BOOK}))),
        ("p or t and not one-way", Or(P, And(T, Not(ONE)))),
        ("(p or t) AND one-way", And(Or(P, T), ONE)),
        ("not p in t", Not(Related(P, "in", T))),
        ("not (p) overlapping t", Not(Related(P, "overlapping", T))),
        ("p near t within 2 sentences", Related(P, "near", T, 2, "sentences")),
        ("p before t within 1 turn", Related(P, "before", T, 1, "turns")),
        ("p after t", Related(P, "after", T)),
        ("p before (t or one-way) within 200 characters",
         Related(P, "before", Or(T, ONE), 200)),
        ("not not p", Not(Not(P))),
    ],
)  # fmt: skip
def test_what_a_query_means(query, found):
    if found is None:
        with pytest.raises(Fault):
            read_query(query, BOOK)
    else:
        assert read_query(query, BOOK) == found


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("p and thresold", "COD-020", 7),
        ("p and > t", "COD-022", 7),
        ('"Trust in heads"', "COD-021", 1),
        ("Trust in heads", "COD-020", 1),  # read as `Trust` in `heads`
        ("", "COD-022", 1),
        ("   ", "COD-022", 4),
        ("p and", "COD-022", 6),
        ("p t", "COD-020", 1),
        ("(p or t", "COD-022", 8),
        ("p or t)", "COD-022", 7),
        ("p near t", "COD-022", 9),
        ("p in t within 2 turns", "COD-022", 8),
        ("p in t in one-way", "COD-022", 8),
        ('p and "Thresholds', "COD-023", 7),
        ("p near t within some turns", "COD-024", 17),
        ("p near t within -1 turns", "COD-024", 17),
        ("p near t within 2 words", "COD-024", 17),
        ("p near t within 1234567890 turns", "COD-024", 17),
        ("p near t within", "COD-024", 16),
        ("(" * 60 + "p" + ")" * 60, "COD-025", 52),
        ("not " * 60 + "p", "COD-025", 205),
        ("p or " * 300 + "p", "COD-025", 1001),
        ("p ' t", "COD-020", 1),
    ],
)
def test_faults_say_where(query, code, place):
    with pytest.raises(Fault) as raised:
        read_query(query, BOOK)
    assert raised.value.code == code
    assert raised.value.values["place"] == place
    assert str(place) in str(raised.value)


def test_an_unknown_code_is_told_what_is_like_it():
    with pytest.raises(Fault, match="Thresholds"):
        read_query("thresold", BOOK)


def test_a_name_in_exactly_this_case_goes_before_another():
    assert read_query("practice", BOOK) == Codes(frozenset({"up"}))
    with pytest.raises(Fault, match="2 codes"):
        read_query("PRACTICE", BOOK)


def test_paths_are_read_back():
    assert path_of(BOOK[1], BOOK) == "Practice > Thresholds"
    assert read_query(path_of(BOOK[1], BOOK), BOOK) == T


def test_which_units_a_query_needs():
    query = read_query("not (p near t within 1 turns) or p before t", BOOK)
    assert units_of(query) == {"turns"}


@pytest.mark.parametrize("sign", [" > ", "/", " / "])
def test_every_way_in_which_a_path_is_written_is_taken(sign):
    assert read_query(sign.join(("Practice", "Thresholds")), BOOK) == T
    assert read_query(sign.join(("practice", "thresholds")) + "*", BOOK) == Codes(
        frozenset({"t", "tt"})
    )
    twice = read_query(f'"Thresholds{sign}Trust in heads" and "One way"', BOOK)
    assert twice == And(Codes(frozenset({"tt"})), ONE)


def test_a_path_from_the_top_is_taken_and_one_that_is_not_clear_refused():
    assert read_query("/Practice/Thresholds", BOOK) == T
    slashed = (*BOOK, Code(id="ao", name="And/or", position=4))
    assert read_query("And/or", slashed) == Codes(frozenset({"ao"}))
    twins = (Code(id=f"sub-{each}", name="Sub", parent=each) for each in ("p", "up"))
    several = (*BOOK, *twins)
    with pytest.raises(Fault) as told:
        read_query("PRACTICE/Sub", several)
    assert (told.value.code, told.value.values["count"]) == ("COD-021", 2)


@pytest.mark.parametrize("code", BOOK, ids=lambda code: code.id)
def test_what_is_printed_of_a_code_is_taken_by_queries_and_commands(code):
    written = path_of(code, BOOK)
    quoted = written.replace('"', '""')
    assert read_query(f'"{quoted}"', BOOK) == Codes(frozenset({code.id}))
    assert named_code(BOOK, written) == code
