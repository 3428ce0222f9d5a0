"""Which passages may be marked with which code, and by whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.coding.apply import check_open, check_span, usable_code
from consilience.coding.model import Assignment, Code

CODES = (
    Code(id="h", name="Heading", codable=False),
    Code(id="c", name="Trust", parent="h"),
    Code(id="r", name="Old", retired=True),
)


@given(start=st.integers(-3, 12), end=st.integers(-3, 12))
def test_a_passage_is_taken_just_when_it_has_letters_of_the_text(start, end):
    within = start >= 0 and len("0123456789"[start:end]) == end - start > 0
    if within:
        check_span(start, end, length=10, document="One")
    else:
        with pytest.raises(Fault) as told:
            check_span(start, end, length=10, document="One")
        assert told.value.code == "COD-001"
        assert f"from {start} to {end} is not within the 10 characters" in str(told.value)


def test_only_codes_in_use_mark_passages():
    assert usable_code(CODES, "c") is CODES[1]
    for code, wanted, said in (
        ("x", "COD-002", "'x'"),
        ("h", "COD-003", "'Heading' is a heading"),
        ("r", "COD-003", "'Old' is retired"),
    ):
        with pytest.raises(Fault) as told:
            usable_code(CODES, code)
        assert told.value.code == wanted
        assert said in str(told.value)


def test_a_text_is_open_while_given_and_not_released():
    given_out = Assignment(document="d", coder="ann", assigned_at="2026-03-02T09:00:00Z")
    check_open(given_out, document="One", coder="ann")
    with pytest.raises(Fault) as told:
        check_open(None, document="One", coder="ann")
    assert told.value.code == "COD-004"
    done = Assignment(document="d", coder="ann", assigned_at="", released_at="2026-03-03T09:00:00Z")
    with pytest.raises(Fault) as told:
        check_open(done, document="One", coder="ann")
    assert told.value.code == "COD-005"
    assert "2026-03-03T09:00:00Z" in str(told.value)
