"""Records are found by words and facets, and every count is right."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.formats.metadata.model import Access, Agent, Level, Place, Record, Term, Text
from consilience.store.catalogue import Entry, delete_record, save_record, save_records
from consilience.store.catalogue_search import FACETS, search_records
from consilience.store.database import open_database, transaction
from consilience.store.query import read_query

AT = "2026-03-01T09:00:00Z"


def record(title, *, topics=(), country="Finland", year="2019", level=Level.OPEN, abstract=""):
    return Record(
        titles=(Text(value=title, language="en"),),
        abstract=(Text(value=abstract),),
        creators=(Agent(name="Manthorpe, J"),),
        topics=tuple(Term(value=each) for each in topics),
        nations=(Place(value=country),) if country else (),
        publishers=(Agent(name="An archive"),),
        published=year,
        access=Access(level=level),
        language="en",
    )


def save(connection, **records):
    entries = [Entry(identifier=name, record=each, sets=("s",)) for name, each in records.items()]
    save_records(connection, entries, datestamp=AT)


def found(connection, words="", limit=20, offset=0, **chosen):
    query = read_query(words) if words else None
    return search_records(connection, query, chosen=chosen, limit=limit, offset=offset)


def names(connection, words="", **given):
    return [hit.identifier for hit in found(connection, words, **given).hits]


@pytest.fixture
def connection(tmp_path):
    engine = open_database(tmp_path / "study.db")
    with transaction(engine) as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def some(connection):
    save(
        connection,
        a=record("Schools", topics=["Education"], abstract="of the police"),
        b=record("Police", topics=["Crime", "Education"], country="Norway", year="2020"),
        c=record("Care", topics=["Crime"], year="2020", level=Level.CONTROLLED),
    )
    return connection


def test_an_empty_catalogue_is_searched(connection):
    assert found(connection, "word").total == 0
    assert found(connection).hits == ()


def test_words_are_found_in_titles_first(some):
    assert names(some, "police") == ["b", "a"]
    assert names(some, "manthorpe police") == ["b", "a"]
    assert names(some, "pol* NOT norway") == ["a"]
    assert names(some, "nothing") == []


def test_without_words_the_newest_come_first(some):
    assert names(some) == ["c", "b", "a"]
    assert names(some, limit=1, offset=1) == ["b"]


def test_a_hit_says_what_lists_show(some):
    (hit,) = found(some, "police", country=["Norway"]).hits
    assert (hit.title, hit.publisher, hit.year, hit.level) == (
        "Police",
        "An archive",
        "2020",
        "open",
    )
    assert "Norway" in found(some, "norway").hits[0].snippet


def test_values_of_one_facet_add_and_facets_narrow(some):
    assert names(some, topic=["Education"]) == ["b", "a"]
    assert names(some, topic=["Education", "Crime"]) == ["c", "b", "a"]
    assert names(some, topic=["Crime"], year=["2020"], country=["Finland"]) == ["c"]
    assert names(some, topic=["Nothing"]) == []


def test_counts_of_a_facet_pass_over_its_own_choice(some):
    facets = found(some, topic=["Education"], year=["2020"]).facets
    counts = {name: {c.value: c.count for c in facets[name]} for name in FACETS}
    assert counts["topic"] == {"Crime": 2, "Education": 1}
    assert counts["year"] == {"2019": 1, "2020": 1}
    assert counts["country"] == {"Norway": 1}
    assert counts["set"] == {"s": 1}


def test_a_changed_record_is_found_as_it_is_now(some):
    changed = Entry(identifier="a", record=record("Homes", topics=["Housing"]))
    save_record(some, changed, datestamp=AT)
    assert names(some, "schools") == []
    assert names(some, "homes") == ["a"]
    assert {c.value for c in found(some).facets["topic"]} == {"Crime", "Education", "Housing"}
    assert names(some, set=["s"]) == ["c", "b"]


def test_a_deleted_record_is_found_no_more(some):
    delete_record(some, "b", datestamp=AT)
    assert names(some, "police") == ["a"]
    assert names(some) == ["c", "a"]
    assert "Norway" not in {c.value for c in found(some).facets["country"]}


def test_many_hits_come_newest_first_over_pages_of_bits(connection):
    several = {f"n{n:05}": Record(titles=(Text(value="Same"),)) for n in range(1, 8_300)}
    save(connection, **several)
    result = found(connection, "same", limit=2)
    assert result.total == 8_299
    assert [hit.identifier for hit in result.hits] == ["n08299", "n08298"]
    assert [(c.value, c.count) for c in result.facets["set"]] == [("s", 8_299)]


RECORDS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y", ""]), st.sampled_from("12")),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(RECORDS, st.sampled_from(["x", "y"]))
def test_counts_are_those_of_counting_one_by_one(tmp_path_factory, changes, country):
    engine = open_database(tmp_path_factory.mktemp("c") / "study.db")
    kept = {}
    with transaction(engine) as connection:
        for name, nation, topic in changes:
            kept[name] = (nation, topic)
            save(connection, **{name: record("T", topics=[topic], country=nation)})
        result = found(connection, country=[country])
    engine.dispose()
    there = [topic for nation, topic in kept.values() if nation == country]
    assert {c.value: c.count for c in result.facets["topic"]} == Counter(there)
    assert result.total == len(there)


def test_a_place_is_shown_whichever_of_many_words_is_there(some):
    words = " OR ".join([*(f"word{number}" for number in range(40)), "norway NOT schools"])
    assert [hit.snippet for hit in found(some, words).hits] == ["Crime Education An archive Norway"]


def test_words_around_the_first_place_are_shown(connection):
    text = " ".join(["before"] * 30 + ["Schoöls", "and"] + ["after"] * 30)
    save(connection, a=record("Title", abstract=text), b=record("Only schools"))
    snippets = {hit.identifier: hit.snippet for hit in found(connection, "schools").hits}
    middle = "… " + "before " * 8 + "Schoöls and " + "after " * 14 + "…"
    assert snippets == {"a": middle, "b": "Only schools"}


@pytest.mark.usefixtures("never_stuck")
def test_long_records_are_searched_in_one_pass(connection):
    # SQLite's own snippets take a minute for this, and anybody may ask it on the site.
    text = " ".join(f"a{number}" for number in range(20_000))
    save(connection, long=record("Long", abstract=text))
    assert found(connection, "a*").hits[0].snippet.startswith("a0 a1 a2")
    assert found(connection, " ".join(f"a{n % 10}*" for n in range(120))).hits[0].snippet
