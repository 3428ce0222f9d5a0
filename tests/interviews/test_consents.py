"""What is not stated is not allowed; what was taken back is not allowed any more."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.interviews.consents import OPTIONS, allowed, allowed_by_all, consents_of
from consilience.interviews.model import CONSENT, Consent
from consilience.interviews.plan import table_of


def consent(person="P1", material="all", date="2017-04-12", withdrawn=None, **options):
    """Return a consent that states only what is given."""
    return Consent(
        person=person,
        material=material,
        date=dt.date.fromisoformat(date) if date else None,
        withdrawn=dt.date.fromisoformat(withdrawn) if withdrawn else None,
        form="",
        **{name: options.get(name) for name in OPTIONS},
    )


def may(consents, purpose="deposit", material="transcript", person="P1"):
    return allowed(consents, person=person, material=material, purpose=purpose)


def test_nothing_said_allows_nothing():
    assert not may([]).allowed
    assert may([consent(record=True)]).reason == "P1 did not state deposit"
    assert not may([consent(deposit=True)], person="P2").allowed


def test_a_row_of_its_own_goes_before_the_row_for_all():
    both = [consent(deposit=True), consent(material="transcript", deposit=False)]
    assert not may(both).allowed
    assert may(both, material="notes").allowed
    later = [
        consent(material="transcript", deposit=False),
        consent(date="2018-01-01", deposit=True),
    ]
    assert not may(later).allowed


def test_of_two_rows_the_later_holds():
    two = [consent(date="2018-01-01", deposit=False), consent(deposit=True)]
    assert not may(two).allowed
    assert may(list(reversed([consent(date="2018-01-01", deposit=True), consent()]))).allowed


def test_what_was_taken_back_is_not_allowed():
    answer = may([consent(deposit=True, withdrawn="2017-08-01")])
    assert answer == type(answer)(allowed=False, reason="P1 took it back on 2017-08-01")
    for_all = [
        consent(withdrawn="2017-08-01"),
        consent(material="transcript", date="2017-05-01", deposit=True),
    ]
    assert not may(for_all).allowed
    anew = [consent(deposit=True, withdrawn="2017-08-01"), consent(date="2017-09-01", deposit=True)]
    assert may(anew).allowed


def test_everybody_must_allow():
    one = [consent(deposit=True), consent(person="P2", deposit=False)]
    both = allowed_by_all(one, people=("P1", "P2"), material="transcript", purpose="deposit")
    assert not both.allowed
    assert both.reason == "P2 did not allow deposit"
    alone = allowed_by_all(one, people=("P1",), material="transcript", purpose="deposit")
    assert alone.allowed
    assert not allowed_by_all(one, people=(), material="transcript", purpose="deposit").allowed


_consents = st.lists(
    st.builds(
        consent,
        person=st.sampled_from(["P1", "P2"]),
        material=st.sampled_from(["all", "transcript", "notes"]),
        date=st.sampled_from([None, "2017-01-01", "2018-01-01"]),
        withdrawn=st.sampled_from([None, "2017-06-01", "2019-01-01"]),
        deposit=st.sampled_from([None, True, False]),
    ),
    max_size=4,
)


@given(_consents)
def test_nothing_is_allowed_without_a_row_that_says_so(consents):
    if may(consents).allowed:
        assert any(c.person == "P1" and c.deposit and c.material != "notes" for c in consents)


@given(_consents)
def test_consents_survive_their_table(consents):
    assert list(consents_of(table_of(consents, CONSENT))) == consents


@pytest.mark.parametrize("purpose", OPTIONS)
def test_each_purpose_is_asked_for_itself(purpose):
    for other in OPTIONS:
        assert may([consent(**{purpose: True})], purpose=other).allowed is (other == purpose)
