"""Records of a catalogue are kept, changed and deleted, and never forgotten."""

from __future__ import annotations

import pytest

from consilience.base.errors import Fault
from consilience.formats.metadata.model import Access, Agent, Level, Place, Record, Term, Text
from consilience.store.catalogue import (
    Entry,
    count_records,
    delete_record,
    form_of,
    key_of,
    make_key,
    name_sets,
    record_by_identifier,
    restamp,
    save_record,
    save_records,
    sources,
)
from consilience.store.database import open_database, transaction
from consilience.store.harvest import (
    Selection,
    count_selected,
    earliest_datestamp,
    harvest_page,
    one_record,
    prefixes_of,
    sets_of,
)

FIRST, SECOND, THIRD = (f"2026-03-0{day}T09:00:00Z" for day in (1, 2, 3))
RECORD = Record(
    titles=(Text(value="Schools", language="en"), Text(value="Koulut", language="fi")),
    publishers=(Agent(name="An archive"),),
    published="2019-05-02",
    topics=(Term(value="Education"),),
    nations=(Place(value="Finland"),),
    access=Access(level=Level.SAFEGUARDED),
    language="en",
)


def entry(number, **given):
    forms = {"oai_dc": b"<dc/>", "oai_ddi25": b"<ddi/>"}
    return Entry(
        **{"identifier": f"oai:x:{number}", "record": RECORD, "forms": forms, "sets": ("a:b",)}
        | given
    )


@pytest.fixture
def connection(tmp_path):
    engine = open_database(tmp_path / "study.db")
    with transaction(engine) as connection:
        yield connection
    engine.dispose()


def test_a_record_comes_back_as_it_was_saved(connection):
    assert save_record(connection, entry(1), datestamp=FIRST) == 1
    kept = record_by_identifier(connection, "oai:x:1")
    assert kept.record == RECORD
    assert (kept.number, kept.datestamp, kept.deleted, kept.sets) == (1, FIRST, False, ("a:b",))
    assert form_of(connection, 1, "oai_dc") == b"<dc/>"
    assert form_of(connection, 1, "oai_datacite") is None


def test_saved_again_unchanged_nothing_happens(connection):
    save_record(connection, entry(1), datestamp=FIRST)
    assert save_record(connection, entry(1), datestamp=SECOND) is None
    assert record_by_identifier(connection, "oai:x:1").datestamp == FIRST


@pytest.mark.parametrize(
    "change",
    [
        {"record": Record(titles=(Text(value="Other"),))},
        {"forms": {"oai_dc": b"<other/>"}},
        {"sets": ("c",)},
        {"about": "<about/>"},
    ],
)
def test_a_change_of_anything_is_a_change(connection, change):
    save_records(connection, [entry(1), entry(2)], datestamp=FIRST)
    assert save_record(connection, entry(1, **change), datestamp=SECOND) == 1
    assert record_by_identifier(connection, "oai:x:1").datestamp == SECOND
    assert record_by_identifier(connection, "oai:x:2").datestamp == FIRST


def test_numbers_are_given_once(connection):
    assert save_records(connection, [entry(1), entry(2)], datestamp=FIRST) == (1, 2)
    delete_record(connection, "oai:x:2", datestamp=SECOND)
    assert save_record(connection, entry(3), datestamp=SECOND) == 3
    assert save_record(connection, entry(2), datestamp=THIRD) == 2


def test_of_two_with_one_name_the_later_holds(connection):
    both = [entry(1), entry(1, sets=("c",))]
    assert save_records(connection, both, datestamp=FIRST) == (1,)
    assert record_by_identifier(connection, "oai:x:1").sets == ("c",)


def test_a_deleted_record_is_told_in_its_sets_and_forms(connection):
    save_record(connection, entry(1), datestamp=FIRST)
    delete_record(connection, "oai:x:1", datestamp=SECOND)
    kept = record_by_identifier(connection, "oai:x:1")
    assert (kept.deleted, kept.record, kept.datestamp) == (True, None, SECOND)
    for wanted in (Selection(prefix="oai_dc"), Selection(prefix="oai_ddi25", set_spec="a")):
        (row,) = harvest_page(connection, wanted, after=0, limit=5)
        assert (row.deleted, row.xml, row.packed, row.sets) == (1, b"", b"", "a:b")
    assert harvest_page(connection, Selection(prefix="oai_datacite"), after=0, limit=5) == []
    assert prefixes_of(connection, "oai:x:1") == ("oai_dc", "oai_ddi25")
    assert count_records(connection) == (0, 1)
    assert form_of(connection, 1, "oai_dc") is None


def test_a_deleted_record_may_come_back(connection):
    save_record(connection, entry(1), datestamp=FIRST)
    delete_record(connection, "oai:x:1", datestamp=SECOND)
    assert save_record(connection, entry(1), datestamp=THIRD) == 1
    assert record_by_identifier(connection, "oai:x:1").record == RECORD


@pytest.mark.parametrize("identifier", ["oai:x:1", "oai:x:2"])
def test_what_is_not_there_cannot_be_deleted(connection, identifier):
    save_record(connection, entry(1), datestamp=FIRST)
    delete_record(connection, "oai:x:1", datestamp=SECOND)
    with pytest.raises(Fault) as raised:
        delete_record(connection, identifier, datestamp=THIRD)
    assert raised.value.code == "STO-080"


@pytest.mark.parametrize("identifier", ["", "a b", "a\n", "ä", "<a>", "x" * 257])
def test_an_identifier_must_be_an_address(connection, identifier):
    with pytest.raises(Fault) as raised:
        save_record(connection, entry(1, identifier=identifier), datestamp=FIRST)
    assert raised.value.code == "STO-081"


@pytest.mark.parametrize("spec", ["", "a b", "a:", ":a", "ä", "a::b", "a" * 129])
def test_a_set_must_have_a_name(connection, spec):
    with pytest.raises(Fault) as raised:
        save_record(connection, entry(1, sets=(spec,)), datestamp=FIRST)
    assert raised.value.code == "STO-082"
    assert count_records(connection) == (0, 0)


def test_harvesters_are_given_what_they_ask_for(connection):
    save_records(connection, [entry(1), entry(2, sets=("c",))], datestamp=FIRST)
    save_record(connection, entry(3, forms={"oai_dc": b"<x/>"}), datestamp=SECOND)

    def numbers(**given):
        wanted = Selection(**given)
        rows = harvest_page(connection, wanted, after=0, limit=9)
        assert count_selected(connection, wanted) == len(rows)
        return [row.number for row in rows]

    assert numbers(prefix="oai_dc") == [1, 2, 3]
    assert numbers(prefix="oai_ddi25") == [1, 2]
    assert numbers(prefix="oai_dc", since=SECOND) == [3]
    assert numbers(prefix="oai_dc", until=FIRST) == [1, 2]
    assert numbers(prefix="oai_dc", set_spec="a") == [1, 3]
    assert numbers(prefix="oai_dc", set_spec="a:b", until=FIRST) == [1]
    assert numbers(prefix="oai_dc", set_spec="b") == []
    after = harvest_page(connection, Selection(prefix="oai_dc"), after=1, limit=1, parts="plain")
    assert [(row.number, row.xml, row.packed) for row in after] == [(2, b"<dc/>", b"")]
    assert one_record(connection, "oai:x:3", "oai_dc").xml == b"<x/>"
    assert one_record(connection, "oai:x:3", "oai_ddi25") is None
    assert earliest_datestamp(connection) == FIRST


def test_sets_have_the_names_they_are_given(connection):
    save_record(connection, entry(1, sets=("a:b", "c")), datestamp=FIRST)
    name_sets(connection, {"a": "First", "a:b": "Old"})
    name_sets(connection, {"a:b": "New"})
    assert sets_of(connection) == [("a", "First"), ("a:b", "New"), ("c", "c")]


def test_only_what_was_not_changed_since_is_stamped_later(connection):
    save_records(connection, [entry(1), entry(2)], datestamp=FIRST)
    save_record(connection, entry(2, sets=("c",)), datestamp=THIRD)
    restamp(connection, [1, 2], stamped=FIRST, datestamp=SECOND)
    stamps = [record_by_identifier(connection, f"oai:x:{n}").datestamp for n in (1, 2)]
    assert stamps == [SECOND, THIRD]


def test_the_key_is_made_once(connection):
    make_key(connection)
    key = key_of(connection)
    make_key(connection)
    assert key_of(connection) == key
    assert len(key) == 32


def test_where_records_were_read_from(connection):
    save_records(connection, [entry(1, source="f" * 64), entry(2)], datestamp=FIRST)
    assert sources(connection) == {"f" * 64}
    delete_record(connection, "oai:x:1", datestamp=SECOND)
    assert sources(connection) == frozenset()
