"""Requests of harvesters: what keeps the rules, and every way to break them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.formats.oaipmh.arguments import read_arguments
from consilience.formats.oaipmh.model import Asked, Code, Verb


def read(**arguments):
    return read_arguments([(name.rstrip("_"), value) for name, value in arguments.items()])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "missing"),
        ([("verb", "")], "no verb"),
        ([("verb", "identify")], "no verb identify"),
        ([("Verb", "Identify")], "missing"),
        ([("verb", "Identify"), ("verb", "Identify")], "more than once"),
        ([("verb", "ListRecords\x00")], "no verb ListRecords?"),
    ],
)
def test_bad_verbs(pairs, message):
    (refusal,) = read_arguments(pairs)
    assert refusal.code == Code.VERB
    assert message in refusal.message


LIST = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("verb", "Identify"), ("metadataPrefix", "oai_dc")], "takes no argument metadataPrefix"),
        ([("verb", "ListRecords")], "needs the argument metadataPrefix"),
        ([("verb", "GetRecord"), ("metadataPrefix", "oai_dc")], "needs the argument identifier"),
        ([("verb", "GetRecord"), ("identifier", "a")], "needs the argument metadataPrefix"),
        ([*LIST, ("page", "2")], "takes no argument page"),
        ([*LIST, ("metadataPrefix", "oai_dc")], "metadataPrefix is given more than once"),
        ([*LIST, ("from", "2026-01-01"), ("from", "2026-01-02")], "from is given more than once"),
        ([*LIST, ("resumptionToken", "x")], "excludes the argument metadataPrefix"),
        (
            [("verb", "ListSets"), ("resumptionToken", "x"), ("resumptionToken", "y")],
            "resumptionToken is given more than once",
        ),
        ([*LIST, ("from", "2026-13-01")], "no UTC date"),
        ([*LIST, ("from", "2026-02-30")], "no UTC date"),
        ([*LIST, ("from", "2026")], "no UTC date"),
        ([*LIST, ("from", "2026-01-01T00:00Z")], "no UTC date"),
        ([*LIST, ("from", "2026-01-01T00:00:00.5Z")], "no UTC date"),
        ([*LIST, ("from", "2026-01-01T00:00:00+01:00")], "no UTC date"),
        ([*LIST, ("from", "2026-01-01T25:00:00Z")], "no UTC date"),
        ([*LIST, ("until", "")], "'' in until is no UTC date"),
        ([*LIST, ("until", "٢٠٢٦-٠١-٠١")], "no UTC date"),
        (
            [*LIST, ("from", "2026-01-01"), ("until", "2026-01-02T00:00:00Z")],
            "both be days",
        ),
        ([*LIST, ("from", "2026-01-02"), ("until", "2026-01-01")], "from is later than until"),
        ([*LIST, ("set", "a b")], "cannot be the value of set"),
        ([*LIST, ("set", "a:")], "cannot be the value of set"),
        ([("verb", "ListRecords"), ("metadataPrefix", "<x>")], "cannot be the value of"),
        (
            [("verb", "GetRecord"), ("metadataPrefix", "oai_dc"), ("identifier", "a\x01b")],
            "cannot be the value of identifier",
        ),
    ],
)
def test_bad_arguments(pairs, message):
    refusals = read_arguments(pairs)
    assert {each.code for each in refusals} == {Code.ARGUMENT}
    assert any(message in each.message for each in refusals), refusals


def test_all_that_is_wrong_is_said_at_once():
    refusals = read_arguments([("verb", "GetRecord"), ("until", "x"), ("until", "y")])
    assert [each.message for each in refusals] == [
        "the argument until is given more than once",
        "GetRecord needs the argument identifier",
        "GetRecord needs the argument metadataPrefix",
        "GetRecord takes no argument until",
    ]


def test_days_become_whole():
    asked = read(verb="ListRecords", metadataPrefix="oai_dc", from_="2026-01-01",
                 until="2026-01-01", set="a:b")  # fmt: skip
    assert (asked.since, asked.until) == ("2026-01-01T00:00:00Z", "2026-01-01T23:59:59Z")
    assert asked.set_spec == "a:b"
    assert asked.given[0] == ("verb", "ListRecords")


def test_seconds_stay():
    asked = read(verb="ListIdentifiers", metadataPrefix="oai_dc", from_="2026-01-01T10:00:00Z")
    assert asked.verb is Verb.HEADERS
    assert (asked.since, asked.until) == ("2026-01-01T10:00:00Z", "")


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=4), st.text())
def test_nothing_that_is_sent_breaks_it(pairs, value):
    for verb in [*Verb, value]:
        found = read_arguments([("verb", verb), *pairs])
        if not isinstance(found, Asked):
            assert all(each.message.isprintable() for each in found)
