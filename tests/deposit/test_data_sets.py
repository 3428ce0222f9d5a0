"""How many were planned, collected, allowed, deposited; and a line for every interview."""

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.deposit.data_sets import Talks, numeric_set, text_set
from consilience.deposit.model import TABLES, Fate, Withheld
from consilience.deposit.rows import tables_of
from consilience.deposit.told import data_sets_told, interviews_told
from consilience.design.model import Dataset
from consilience.design.model.deposit import DepositedSet
from consilience.formats.metadata.model import Level
from consilience.frame.model import Frame
from consilience.interviews.model import INTERVIEW, PARTICIPANT, STATUS

PLAN = Dataset(
    id="talks", title="Talks", type="text", phase="one", unit="interview",
    consent="written consent",
)  # fmt: skip
RULES = DepositedSet(data_set="talks", texts="visits", setting=("kind",))
STATES = ("planned", "collected", "transcribed", "checked", "pseudonymised", "cleared", "withdrawn")


def frame(of="areas"):
    return Frame(
        id="areas", of=of, date=dt.date(2017, 1, 2), source="invented", licence="", simulated=True,
        attributes=(),
        table=pa.table(
            {"id": ["E1", "E2"], "name": ["Ash", "Birch"], "area": ["X1", None],
             "kind": ["primary", None]}
        ),
    )  # fmt: skip


def row(name="T1", state="done", case="E1", **more):
    return {
        "interview": name, "state": state, "case": case, "date": dt.date(2018, 3, 9),
        "mode": "telephone", "interviewer": "MB", "reason": "Ada was ill",
    } | more  # fmt: skip


def status(name="T1", state="cleared", document="t-1", deposit=True):
    return {
        "interview": name, "state": state, "document": document, "deposit": deposit,
        "deposit_reason": "Ada forbade it",
    }  # fmt: skip


def made(rows, states, *, people=(), plan=PLAN, rules=RULES, of="areas"):
    talks = Talks(
        interview=pa.Table.from_pylist(rows, schema=INTERVIEW),
        participant=pa.Table.from_pylist(list(people), schema=PARTICIPANT),
        status=pa.Table.from_pylist(states, schema=STATUS),
        roles={"lead": "Education lead"},
        frame=None if of is None else frame(of),
    )
    return text_set(plan, rules, talks, pseudonyms={"E1": "A007", "X1": "A003"})


@pytest.mark.parametrize(
    ("held", "state", "stopped", "reason"),
    [
        ({"state": "declined"}, {}, Fate.PLANNED, "declined before it was held"),
        ({"state": "planned"}, {}, Fate.PLANNED, "planned before it was held"),
        ({}, {"state": "withdrawn"}, Fate.COLLECTED, "it was withdrawn"),
        ({}, {"deposit": False}, Fate.COLLECTED, "not everybody in it allowed deposit"),
        ({}, {"deposit": None}, Fate.COLLECTED, "not everybody in it allowed deposit"),
        ({}, {"document": None}, Fate.CONSENTED, "there is no transcript"),
        ({}, {"state": "checked"}, Fate.CONSENTED, "its text is checked, not yet cleared"),
        ({}, {}, Fate.DEPOSITED, ""),
    ],
)
def test_how_far_an_interview_came_and_why_no_further(held, state, stopped, reason):
    data_set, (listed,) = made([row(**held)], [status(**state)])
    counts = (data_set.planned, data_set.collected, data_set.consented, data_set.deposited)
    far = list(Fate).index(stopped)
    assert counts == tuple(int(far >= step) for step in range(4))
    assert listed.deposited is (stopped is Fate.DEPOSITED)
    assert listed.reason.startswith(reason)
    told = [(each.thing, each.stopped) for each in data_set.withheld]
    assert told == ([] if listed.deposited else [("T1", stopped)])
    assert "Ada" not in f"{data_set} {listed}"  # what the team noted is for the team


@given(st.lists(st.tuples(st.sampled_from(["done", "declined", "planned"]),
                          st.sampled_from(STATES), st.booleans(), st.booleans())))  # fmt: skip
def test_every_interview_is_counted_once(drawn):
    rows = [row(f"T{n}", state) for n, (state, *_) in enumerate(drawn)]
    states = [
        status(f"T{n}", state, "t" if there else None, allowed)
        for n, (_, state, there, allowed) in enumerate(drawn)
    ]
    data_set, listed = made(rows, states)
    assert data_set.planned == len(listed) == len(drawn)
    assert data_set.planned >= data_set.collected >= data_set.consented >= data_set.deposited
    assert data_set.deposited == sum(each.deposited for each in listed)
    assert data_set.deposited + len(data_set.withheld) == len(drawn)
    assert all(each.reason for each in data_set.withheld)
    # A text without clearance, consent or held interview is never out.
    for each, (state, text, there, allowed) in zip(listed, drawn, strict=True):
        assert each.deposited == (state == "done" and text == "cleared" and there and allowed)


def test_readers_are_told_of_what_was_held_and_not_withdrawn():
    rows = [row(), row("T2"), row("T3"), row("T4", "declined"), row("T5", "declined")]
    states = [status(), status("T2", deposit=False), status("T3", "withdrawn"), status("T4"),
              status("T5")]  # fmt: skip
    data_set, listed = made(rows, states)
    assert [each.id for each in interviews_told(listed)] == ["T1", "T2"]
    (told,) = data_sets_told((data_set,), listed)
    assert replace(told, withheld=()) == replace(data_set, withheld=())
    assert [(each.thing, each.count, each.reason) for each in told.withheld] == [
        ("T2", 1, "not everybody in it allowed deposit"),
        ("", 1, "it was withdrawn"),
        ("", 2, "declined before it was held"),
    ]
    # An interview of another data set may have the same id.
    other = replace(data_set, id="other")
    assert data_sets_told((other,), listed) == (other,)


def test_a_line_tells_roles_month_and_place_by_pseudonym():
    people = [
        {"interview": "T1", "person": "P1", "role": "lead", "post": "Head of all"},
        {"interview": "T1", "person": "P2", "role": "other", "post": None},
        {"interview": "T2", "person": "P3", "role": "lead", "post": None},
    ]
    _, (listed,) = made([row()], [status()], people=people)
    assert (listed.role, listed.people) == ("Education lead; other", 2)
    assert (listed.area, listed.setting) == ("A007", "primary")
    assert (listed.month, listed.mode, listed.interviewer) == ("2018-03", "telephone", "MB")
    assert listed.file == "t-1"


@pytest.mark.parametrize(
    ("of", "case", "area", "setting"),
    [
        ("schools", "E1", "A003", "primary"),  # a school lies in an area
        ("schools", "E2", "", ""),
        ("areas", "E2", "", ""),
        ("areas", "gone", "", ""),
        ("areas", None, "", ""),
        (None, "E1", "", ""),
    ],
)
def test_a_place_is_told_only_by_a_pseudonym(of, case, area, setting):
    _, (listed,) = made([row(case=case)], [status()], of=of)
    assert (listed.area, listed.setting) == (area, setting)


def test_little_known_is_told_as_little():
    _, (listed,) = made([row(date=None, mode=None, interviewer=None)], [status(document=None)])
    assert (listed.role, listed.people, listed.month) == ("not stated", 1, "")
    assert (listed.mode, listed.interviewer, listed.file) == ("", "", "")


def test_what_the_study_file_says_goes_before_what_is_counted():
    plan = PLAN.model_copy(update={"planned": 20, "access": "controlled"})
    rules = RULES.model_copy(
        update={"basis": "law", "licence": "EUL", "embargo": dt.date(2030, 1, 1)}
    )
    data_set, _ = made([row()], [status()], plan=plan, rules=rules)
    assert (data_set.planned, data_set.basis) == (20, "law")
    assert (data_set.level, data_set.licence) == (Level.CONTROLLED, "EUL")
    assert data_set.embargo == dt.date(2030, 1, 1)
    assert made([row()], [status()])[0].basis == "written consent"


# --- numbers ----------------------------------------------------------------------------


def numbers(**more):
    values = {"invited": 10, "arrived": ["used"] * 4, "deposited": 4}
    plan = PLAN.model_copy(update={"type": "numeric"})
    return numeric_set(plan, DepositedSet(data_set="talks"), **values | more)


def test_responses_that_are_not_deposited_are_told_with_reasons():
    left = Withheld(thing="q3 of leads", stopped=Fate.CONSENTED, reason="open")
    arrived = ["used", "duplicate", "started", "duplicate", "used", "odd"]
    data_set = numbers(arrived=arrived, deposited=2, left_out=(left,))
    assert (data_set.planned, data_set.collected, data_set.deposited) == (10, 6, 2)
    told = [(each.thing, each.count, each.reason) for each in data_set.withheld]
    assert told == [
        ("2 of 6 responses", 2, "another response of the same unit took its place"),
        ("1 of 6 responses", 1, "odd"),
        ("1 of 6 responses", 1, "it broke off before enough was answered"),
        ("q3 of leads", 1, "open"),
    ]


def test_without_invitations_nothing_was_planned():
    assert numbers(invited=None).planned is None


# --- as tables --------------------------------------------------------------------------


def test_data_sets_and_lists_are_tables():
    data_set, listed = made([row(), row("T2", "declined")], [status(), status("T2")])
    tables = tables_of((data_set, numbers()), listed, ())
    assert {name: table.schema for name, table in tables.items()} == TABLES
    assert tables["data_set"].column("deposited").to_pylist() == [1, 4]
    assert tables["data_set"].column("embargo").to_pylist() == ["", ""]
    assert tables["withheld"].to_pylist() == [
        {"data_set": "talks", "thing": "T2", "stopped": "planned",
         "reason": "declined before it was held", "count": 1},
    ]  # fmt: skip
    assert tables["data_list"].column("interview").to_pylist() == ["T1", "T2"]
