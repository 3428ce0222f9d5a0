"""Where coders differ, in which order, and what a decision leaves."""

import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.coding.adjudicate import (
    agreed_codings,
    compared_passages,
    consensus,
    with_decisions,
)
from consilience.coding.agreement_model import ReadText
from consilience.coding.model import CODING, Code, Ruling

CODES = [Code(id="b", name="first"), Code(id="a", name="second")]
READ = [
    ReadText(document="d2", version=3, length=200, readers=("ann", "ben")),
    ReadText(document="d1", version=1, length=200, readers=("ann", "ben", "cat")),
    ReadText(document="d3", version=1, length=200, readers=("ann",)),
]
NOW = "2026-03-01T09:00:00Z"


def codings(*rows):
    full = [
        {
            "id": f"k{n}", "document": document, "version": 1, "start": start, "end": end,
            "code": code, "coder": coder, "at": "", "origin": "person",
        }
        for n, (document, start, end, code, coder) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(full, schema=CODING)


def passages(*rows, tolerance=0):
    return compared_passages(codings(*rows), read=READ, codes=CODES, tolerance=tolerance)


def places(items):
    return [(each.document, each.code, each.start, each.end, each.standing) for each in items]


def test_passages_that_overlap_are_one_thing_to_decide():
    found = passages(
        ("d2", 10, 30, "a", "ann"), ("d2", 20, 40, "a", "ben"), ("d2", 40, 50, "a", "ann"),
        ("d2", 10, 30, "b", "ann"),
    )  # fmt: skip
    assert places(found) == [
        ("d2", "b", 10, 30, "open"),
        ("d2", "a", 10, 40, "open"),
        ("d2", "a", 40, 50, "open"),
    ]
    assert [each.silent for each in found] == [("ben",), (), ("ben",)]
    assert [each.coder for each in found[1].passages] == ["ann", "ben"]
    assert {each.version for each in found} == {3}


def test_the_order_is_that_of_texts_then_places_then_codes():
    rows = [("d1", 5, 9, "a", "ann"), ("d2", 50, 60, "a", "ann"), ("d2", 50, 60, "b", "ben"),
            ("d2", 1, 3, "a", "ben")]  # fmt: skip
    wanted = [("d2", "a", 1), ("d2", "b", 50), ("d2", "a", 50), ("d1", "a", 5)]
    for given in (rows, rows[::-1]):
        assert [(i.document, i.code, i.start) for i in passages(*given)] == wanted


def test_near_misses_within_the_tolerance_are_agreed():
    rows = [("d2", 10, 30, "a", "ann"), ("d2", 12, 27, "a", "ben")]
    assert [passages(*rows, tolerance=t)[0].standing for t in (0, 2, 3)] == [
        "open", "open", "agreed",
    ]  # fmt: skip


def test_passages_close_together_are_decided_together():
    rows = [("d2", 10, 20, "a", "ann"), ("d2", 23, 30, "a", "ben")]
    assert [len(passages(*rows, tolerance=t)) for t in (0, 2, 3)] == [2, 2, 1]


def test_agreement_needs_every_reader():
    two = [("d1", 10, 30, "a", "ann"), ("d1", 10, 30, "a", "ben")]
    assert passages(*two)[0].standing == "open"
    assert passages(*two, ("d1", 10, 30, "a", "cat"))[0].standing == "agreed"


def test_who_did_not_read_and_the_consensus_are_left_out():
    rows = [("d3", 0, 9, "a", "ann"), ("d2", 0, 9, "a", "consensus"), ("d2", 0, 9, "a", "cat"),
            ("d2", 0, 9, "gone", "ann")]  # fmt: skip
    assert passages(*rows) == ()


def test_an_item_changes_its_name_when_somebody_changes_a_coding():
    one = passages(("d2", 10, 30, "a", "ann"))[0]
    assert one.id == passages(("d2", 10, 30, "a", "ann"))[0].id
    assert one.id != passages(("d2", 10, 30, "a", "ann"), ("d2", 12, 30, "a", "ben"))[0].id


ITEM = passages(("d2", 10, 20, "a", "ann"), ("d2", 15, 40, "a", "ben"), ("d2", 35, 50, "a", "ann"))[
    0
]


@pytest.mark.parametrize(
    ("ruling", "wanted"),
    [
        (Ruling(action="accept", coder="ann", reason="narrower"), [(10, 20), (35, 50)]),
        (Ruling(action="accept", coder="ben", reason="one thought"), [(15, 40)]),
        (Ruling(action="merge", reason="one thought"), [(10, 50)]),
        (Ruling(action="reject", reason="not of this code"), []),
        (Ruling(action="own", start=12, end=45, reason="the sentence"), [(12, 45)]),
    ],
)
def test_a_decision_gives_the_consensus(ruling, wanted):
    made = consensus(ITEM, ruling, length=200, at=NOW)
    assert [(each.start, each.end) for each in made] == wanted
    assert all(each.coder == "consensus" and each.origin == "consensus" for each in made)
    assert all((each.document, each.version, each.code) == ("d2", 3, "a") for each in made)
    assert made == consensus(ITEM, ruling, length=200, at=NOW)
    assert len({each.id for each in made}) == len(made)


@pytest.mark.parametrize(
    ("ruling", "code"),
    [
        (Ruling(action="merge", reason="  "), "COD-064"),
        (Ruling(action="toss", reason="a coin"), "COD-065"),
        (Ruling(action="agreed", reason="no"), "COD-065"),
        (Ruling(action="accept", coder="cat", reason="right"), "COD-066"),
        (Ruling(action="accept", reason="right"), "COD-066"),
        (Ruling(action="own", reason="mine"), "COD-067"),
        (Ruling(action="own", start=9, end=9, reason="mine"), "COD-067"),
        (Ruling(action="own", start=9, end=201, reason="mine"), "COD-067"),
    ],
)
def test_decisions_that_cannot_be(ruling, code):
    with pytest.raises(Fault) as told:
        consensus(ITEM, ruling, length=200, at=NOW)
    assert told.value.code == code


def test_what_is_agreed_runs_from_the_first_start_to_the_last_end():
    (item,) = passages(("d2", 10, 30, "a", "ann"), ("d2", 11, 32, "a", "ben"), tolerance=5)
    assert [(each.start, each.end) for each in agreed_codings(item, at=NOW)] == [(10, 32)]
    with pytest.raises(Fault) as told:
        agreed_codings(ITEM, at=NOW)
    assert told.value.code == "COD-068"


def test_only_open_passages_become_settled():
    agreed = passages(("d2", 60, 70, "a", "ann"), ("d2", 60, 70, "a", "ben"))[0]
    found = with_decisions([ITEM, agreed], {ITEM.id, agreed.id})
    assert [each.standing for each in found] == ["settled", "agreed"]
    assert with_decisions([ITEM], set()) == (ITEM,)


def test_a_tolerance_is_not_negative():
    with pytest.raises(Fault) as told:
        passages(tolerance=-1)
    assert told.value.code == "COD-063"
