"""One response a unit and survey; how each unit ended up."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.linkage.complete import OUTCOME, settle_cases
from consilience.linkage.link import link_responses
from consilience.linkage.model import CASE, DOUBT, DUPLICATE, LINK, LINKED_ANSWER

AGENCIES = {"one": "education", "two": "board"}


def links_of(*ties, survey="one"):
    rows = [
        {"survey": survey, "response": response, "area": area, "method": "key"}
        for response, area in ties
    ]
    return pa.Table.from_pylist(rows, schema=LINK)


NO_DOUBTS = pa.Table.from_pylist([], schema=DOUBT)


def day(number):
    return dt.date(2018, 1, number)


@pytest.fixture
def settle(make_stage, make_responses, make_answers, make_invitations):
    def run(rows, ties, *, answers=(), invited=("E01", "E02"), noted=None, **changes):
        nominal = changes.pop("nominal", None)
        doubts = changes.pop("doubts", NO_DOUBTS)
        return settle_cases(
            make_stage(surveys=["one"], **changes),
            links=links_of(*ties),
            doubts=doubts,
            responses=make_responses(*rows),
            answers=make_answers(*answers),
            invitations=make_invitations(*invited, noted=noted),
            agencies=AGENCIES,
            nominal=nominal,
        )

    return run


def used(cases):
    return {row["area"]: row["response"] for row in cases.case.to_pylist()}


def ended(cases):
    return {row["area"]: row["disposition"] for row in cases.case.to_pylist()}


ROWS = (
    {"response": "a", "submitted": day(3), "role": "Deputy"},
    {"response": "b", "submitted": day(5), "role": "Head"},
    {"response": "c", "submitted": day(7), "role": "Clerk", "status": "partial"},
    {"response": "d", "submitted": day(4), "role": "Deputy", "late": True},
    {"response": "e", "submitted": None, "role": "Deputy"},
)
TIES = tuple((row["response"], "E01") for row in ROWS)


@pytest.mark.parametrize(
    ("rule", "seniority", "kept"),
    [
        ("latest-complete", (), "b"),
        ("first-complete", (), "a"),
        ("most-senior", ("Head", "Deputy", "Clerk"), "b"),
        ("most-senior", ("clerk", "deputy", "head"), "d"),
        ("merge", (), "b"),
    ],
)
def test_rules_of_duplicates(settle, rule, seniority, kept):
    cases = settle(ROWS, TIES, duplicates=rule, seniority=seniority)
    assert cases.case.schema == CASE
    assert cases.duplicate.schema == DUPLICATE
    assert used(cases) == {"E01": kept, "E02": None}
    (row, _) = cases.case.to_pylist()
    assert (row["duplicates"], row["late"]) == (4, kept == "d")
    assert sorted(cases.duplicate["response"].to_pylist()) == sorted(set("abcde") - {kept})
    assert set(cases.duplicate["kept"].to_pylist()) == {kept}
    assert set(cases.duplicate["rule"].to_pylist()) == {rule}


def test_a_role_without_seniority_is_said(settle):
    cases = settle(ROWS, TIES, duplicates="most-senior", seniority=("Head", "Deputy"))
    (warning,) = cases.warnings
    assert (warning.code, warning.values["roles"]) == ("LNK-023", "Clerk")
    assert "<" not in warning.what + warning.remedy


def test_merging_takes_means_of_values_and_the_first_text(settle):
    answers = (
        ("a", "q", 2), ("b", "q", 4), ("c", "q", 6),
        ("b", "t", "later"), ("a", "t", "first"),
        ("b", "n", 1), ("a", "n", 3), ("c", "only", 5),
    )  # fmt: skip
    cases = settle(
        ROWS, TIES, answers=answers, duplicates="merge", nominal={"one": {"n"}}
    )  # fmt: skip
    assert cases.linked_answer.schema == LINKED_ANSWER
    merged = {
        row["item"]: row["value"] if row["text"] is None else row["text"]
        for row in cases.linked_answer.to_pylist()
    }
    assert merged == {"q": 4.0, "t": "first", "n": 3.0, "only": 5.0}


def test_answers_are_those_of_the_response_used_if_it_counts(settle):
    rows = (
        {"response": "a"},
        {"response": "b", "status": "started"},
        {"response": "c", "status": "partial"},
    )
    answers = (("a", "q", 1), ("b", "q", 2), ("c", "q", 3))
    ties = (("a", "E01"), ("b", "E01"), ("b", "E02"), ("c", "E03"), ("c", "E04"))
    cases = settle(rows, ties, answers=answers, invited=("E01", "E02", "E03", "E04"))
    found = [(row["area"], row["agency"], row["value"]) for row in cases.linked_answer.to_pylist()]
    assert found == [("E01", "education", 1), ("E03", "education", 3), ("E04", "education", 3)]
    assert ended(cases) == {"E01": "complete", "E02": "started", "E03": "partial", "E04": "partial"}


def test_the_response_goes_before_the_log_and_the_log_before_no_reply(settle):
    cases = settle(
        ({"response": "a", "status": "partial"}, {"response": "b"}),
        (("a", "E01"), ("b", "E04")),
        invited=("E01", "E02", "E03", "E04"),
        noted={"E01": "refused", "E02": "refused", "E04": "ineligible"},
    )
    assert ended(cases) == {
        "E01": "partial",
        "E02": "refused",
        "E03": "no-reply",
        "E04": "complete",
    }
    (warning,) = cases.warnings
    assert (warning.code, warning.values["units"]) == ("LNK-022", "E04")
    assert "<" not in warning.what + warning.remedy


def test_an_answer_from_a_unit_not_invited_counts_nowhere(settle):
    cases = settle(({"response": "a"},), (("a", "E09"),), answers=(("a", "q", 1),))
    assert used(cases) == {"E01": None, "E02": None}
    assert cases.linked_answer.num_rows == 0
    assert cases.outcome["outcome"].to_pylist() == ["not invited"]
    (warning,) = cases.warnings
    assert (warning.code, warning.values["units"]) == ("LNK-021", "E09")
    assert "<" not in warning.what + warning.remedy


def test_a_silent_unit_says_that_a_response_in_doubt_may_be_its_own(settle):
    doubts = pa.Table.from_pylist(
        [{"survey": "one", "response": "a", "area": "E02", "score": 90.0}], schema=DOUBT
    )
    cases = settle(({"response": "a"},), (), doubts=doubts)
    assert cases.case["reason"].to_pylist() == [None, "response a is in doubt"]
    assert cases.outcome["outcome"].to_pylist() == ["doubt"]


KEYS = ["801", "835", "837", "b1", "999", None]
NAMES = ["Bristol", "Dorset", "Bornmouth", "York", "Atlantis", None]
RESPONSE_ROW = st.fixed_dictionaries(
    {
        "area_given": st.sampled_from(KEYS),
        "area_name_given": st.sampled_from(NAMES),
        "submitted": st.sampled_from([None, day(1), day(2)]),
        "status": st.sampled_from(["complete", "partial", "started", "refused"]),
        "role": st.sampled_from(["Head", "Deputy", None]),
    }
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_every_response_ends_in_one_place_and_their_order_has_no_part(
    frame, make_stage, make_responses, make_answers, make_invitations, tmp_path, data
):
    (tmp_path / "bodies.csv").write_text("body,area\nb1,837\nb1,836\n")
    stage = make_stage(
        surveys=["one"],
        bodies="bodies.csv",
        duplicates=data.draw(st.sampled_from(["latest-complete", "most-senior", "merge"])),
        seniority=["Head"],
    )
    drawn = data.draw(st.lists(RESPONSE_ROW, max_size=8))
    rows = [{**row, "response": f"r{number}"} for number, row in enumerate(drawn)]
    answers = [(row["response"], "q", 1 + number) for number, row in enumerate(rows)]

    def settled(rows):
        responses = make_responses(*rows)
        links = link_responses(
            stage, responses=responses, frame=frame, within=None, folder=tmp_path
        )
        return links, settle_cases(
            stage,
            links=links.link,
            doubts=links.doubt,
            responses=responses,
            answers=make_answers(*answers),
            invitations=make_invitations("E01", "E02", "E03", "E08"),
            agencies=AGENCIES,
        )

    links, cases = settled(rows)
    mixed_links, mixed = settled(data.draw(st.permutations(rows)))
    assert links.link.equals(mixed_links.link)
    assert links.doubt.equals(mixed_links.doubt)
    for name in ("case", "duplicate", "linked_answer", "outcome"):
        assert getattr(cases, name).equals(getattr(mixed, name)), name

    outcome = {row["response"]: row["outcome"] for row in cases.outcome.to_pylist()}
    assert cases.outcome.schema == OUTCOME
    assert sorted(outcome) == sorted(row["response"] for row in rows)
    linked = set(links.link["response"].to_pylist())
    assert {name for name, end in outcome.items() if end == "doubt"} == set(outcome) - linked
    assert set(links.doubt["response"].to_pylist()) == set(outcome) - linked
    in_cases = {name for name in cases.case["response"].to_pylist() if name}
    assert {name for name, end in outcome.items() if end == "used"} == in_cases
    beyond = set(cases.duplicate["response"].to_pylist()) - in_cases
    assert {name for name, end in outcome.items() if end == "duplicate"} == beyond
