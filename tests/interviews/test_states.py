"""How far an interview came, and why not further."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from consilience.interviews.consents import OPTIONS
from consilience.interviews.model import REACHED, Consent
from consilience.interviews.states import Held, TextStanding, board, standing_of


def held(state="done", recording="yes", people=("P1",), reason=""):
    return Held(name="T1", state=state, reason=reason, recording=recording, people=people)


def consent(withdrawn=None, material="all", **options):
    return Consent(
        person="P1",
        material=material,
        date=dt.date(2017, 4, 1),
        withdrawn=withdrawn,
        form="",
        **{name: options.get(name) for name in OPTIONS},
    )


def row(each, text=None, consents=(), *, pseudonymise=True):
    told = []
    texts = {"T1": TextStanding(document="T1", state=text, reason="done by hand")} if text else {}
    table = board([each], texts=texts, consents=consents, pseudonymise=pseudonymise, told=told)
    (found,) = table.to_pylist()
    return found, [fault.code for fault in told]


@pytest.mark.parametrize(
    ("each", "text", "state", "reason"),
    [
        (held("planned"), None, "planned", None),
        (held("declined", reason="no time"), None, "declined", "no time"),
        (held(), None, "collected", "no transcript yet"),
        (held(recording="declined"), None, "not recorded", "recording was declined"),
        (held(recording="no", reason="noise"), None, "not recorded", "noise"),
        (held(recording="no"), "transcribed", "transcribed", "done by hand"),
        (held(), "pseudonymised", "pseudonymised", "done by hand"),
    ],
)
def test_the_state_and_its_reason(each, text, state, reason):
    found, _ = row(each, text)
    assert (found["state"], found["reason"]) == (state, reason)


@pytest.mark.parametrize(
    ("state", "text", "codes"),
    [
        ("planned", "transcribed", ["INT-180"]),
        ("declined", "checked", ["INT-180"]),
        ("planned", "withdrawn", []),
        ("planned", None, []),
        ("done", "transcribed", []),
    ],
)
def test_a_text_of_a_talk_that_was_not_held_is_told(state, text, codes):
    assert row(held(state), text)[1] == codes


def test_nothing_is_cleared_without_consent():
    found, codes = row(held(), "cleared", [consent(deposit=False)])
    assert (found["state"], codes) == ("pseudonymised", ["INT-084"])
    assert found["reason"] == "not cleared: P1 did not allow deposit"
    found, _ = row(held(), "cleared", [], pseudonymise=False)
    assert found["state"] == "checked"
    found, codes = row(held(), "cleared", [consent(deposit=True)])
    assert (found["state"], found["deposit"], codes) == ("cleared", True, [])


def test_who_withdrew_takes_the_interview_along():
    back = [consent(withdrawn=dt.date(2017, 8, 1), deposit=True)]
    found, codes = row(held(), "checked", back)
    assert (found["state"], codes) == ("withdrawn", ["INT-085"])
    assert found["reason"] == "P1 took it back on 2017-08-01"
    found, codes = row(held(), None, back)
    assert (found["state"], codes) == ("withdrawn", [])
    quotes = [consent(withdrawn=dt.date(2017, 8, 1), material="quotes")]
    assert row(held(), "checked", quotes)[0]["state"] == "checked"


def test_of_two_texts_the_one_that_came_least_far_counts():
    documents = pa.table(
        {"id": ["a", "b", "c"], "name": ["T1-a", "T1-b", "x"], "interview": ["T1", "T1", None]}
    )
    states = pa.table(
        {"document": ["a", "b"], "state": ["pseudonymised", "checked"], "reason": ["", ""]}
    )
    assert standing_of(documents, states)["T1"].document == "T1-b"
    assert standing_of(documents, states.slice(0, 1))["T1"].state == "transcribed"
    assert set(standing_of(documents, states)) == {"T1"}


def test_the_states_are_those_of_a_text():
    from typing import get_args

    from consilience.interviews.model import TextState

    assert get_args(TextState) == (*REACHED, "withdrawn", "erased")
