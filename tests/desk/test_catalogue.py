"""A catalogue is a folder: made, opened, changed with a line in the ledger, looked through."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from consilience.base.errors import Fault, Faults
from consilience.desk.catalogue import (
    Entry,
    change_records,
    checked_settings,
    find_records,
    form_of_record,
    is_paused,
    make_catalogue,
    opened_catalogue,
    pause,
    read_settings,
    record_of,
    remove_record,
    resume,
    sizes,
)
from consilience.formats.metadata.model import Record, Text
from consilience.store.database import snapshot
from consilience.store.ledger import lines, verify_kept

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
GIVEN = {
    "name": 'An "archive": of studies',
    "base_url": "https://data.example.org",
    "admin_email": "archive@example.org",
    "repository": "data.example.org",
    "publisher": "An archive",
}


def entry(name, title="Schools"):
    return Entry(
        identifier=name, record=Record(titles=(Text(value=title),)), forms={"oai_dc": b"<dc/>"}
    )


@pytest.fixture
def folder(tmp_path):
    make_catalogue(tmp_path / "archive", checked_settings(**GIVEN))
    return tmp_path / "archive"


@pytest.fixture
def engine(folder):
    with opened_catalogue(folder) as catalogue:
        yield catalogue.engine


def change(engine, *entries, clock=lambda: AT):
    return change_records(engine, entries, clock=clock, actor="test")


def test_what_is_made_can_be_read_again(folder):
    settings = read_settings(folder)
    assert settings == checked_settings(**GIVEN)
    assert settings.oai_url == "https://data.example.org/oai"


def test_a_folder_that_holds_something_stays_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Fault) as raised:
        make_catalogue(tmp_path, checked_settings(**GIVEN))
    assert raised.value.code == "CAT-002"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_catalogue(tmp_path):
    with pytest.raises(Fault) as raised, opened_catalogue(tmp_path):
        pass
    assert raised.value.code == "CAT-001"


def test_all_that_is_wrong_in_the_settings_is_told_with_its_line(folder):
    (folder / "catalogue.yaml").write_text(
        "name: A\nbase_url: data.example.org\nlanguages: English\nmail: x\nrepository: a.b\n",
        encoding="utf-8",
    )
    with pytest.raises(Faults) as raised:
        read_settings(folder)
    told = {(fault.code, fault.where.line, fault.values["key"]) for fault in raised.value.faults}
    assert told == {
        ("CAT-003", 2, "base_url"), ("CAT-003", 3, "languages"), ("CAT-004", 4, "mail"),
        ("CAT-003", 1, "admin_email"), ("CAT-003", 1, "publisher"),
    }  # fmt: skip


def test_settings_are_read_as_strictly_as_a_study(folder):
    (folder / "catalogue.yaml").write_text("name: A\nname: B\n", encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_settings(folder)
    assert raised.value.faults[0].code == "DES-018"


def test_a_change_stands_in_the_ledger(engine):
    assert change(engine, entry("oai:x:1")) == (1,)
    assert change(engine, entry("oai:x:2"), entry("oai:x:3")) == (2, 3)
    assert change(engine, entry("oai:x:2")) == ()
    remove_record(engine, "oai:x:1", clock=lambda: AT, actor="test", reason="asked for")
    with snapshot(engine) as connection:
        told = [(line.action, line.subject, json.loads(line.detail)) for line in lines(connection)]
        assert verify_kept(connection) == (3, [])
    assert told == [
        ("records", "oai:x:1", {"changed": 1}),
        ("records", "records", {"changed": 2}),
        ("record-removed", "oai:x:1", {"reason": "asked for"}),
    ]
    assert sizes(engine) == (2, 1)
    assert record_of(engine, "oai:x:1").deleted
    assert form_of_record(engine, 2, "oai_dc") == b"<dc/>"


def test_one_record_that_cannot_be_kept_keeps_none(engine):
    with pytest.raises(Fault) as raised:
        change(engine, entry("oai:x:1"), entry("oai:x:2", title=""))
    assert raised.value.code == "CAT-020"
    with pytest.raises(Fault) as raised:
        change(engine, entry("oai:x:1"), entry("no identifier"))
    assert raised.value.code == "STO-081"
    assert sizes(engine) == (0, 0)
    with snapshot(engine) as connection:
        assert lines(connection) == []


def test_a_record_that_never_was(engine):
    with pytest.raises(Fault) as raised:
        record_of(engine, "oai:x:1")
    assert raised.value.code == "STO-080"


def test_a_facet_that_is_none(engine):
    with pytest.raises(Fault) as raised:
        find_records(engine, "", chosen={"colour": ["red"]})
    assert raised.value.code == "CAT-022"


def test_records_are_found(engine):
    change(engine, entry("oai:x:1"), entry("oai:x:2", title="Police"))
    assert [hit.identifier for hit in find_records(engine, "police").hits] == ["oai:x:2"]
    assert find_records(engine, "  ").total == 2


def test_a_datestamp_is_of_the_second_in_which_the_change_could_be_seen(engine):
    """A harvester that looked before the commit asks next from the second of its look on."""
    times = iter([AT, AT + dt.timedelta(seconds=2), AT + dt.timedelta(seconds=2.5)])
    change(engine, entry("oai:x:1"), clock=lambda: next(times))
    assert record_of(engine, "oai:x:1").datestamp == "2026-03-02T09:00:02Z"
    times = iter([AT + dt.timedelta(seconds=9.9), *[AT + dt.timedelta(seconds=10)] * 2])
    remove_record(engine, "oai:x:1", clock=lambda: next(times), actor="test")
    assert record_of(engine, "oai:x:1").datestamp == "2026-03-02T09:00:10Z"


def test_a_pause_holds_until_it_ends(folder):
    assert not is_paused(folder)
    pause(folder)
    assert is_paused(folder)
    resume(folder)
    resume(folder)
    assert not is_paused(folder)


@pytest.mark.parametrize(
    "address",
    ["https://me:secret@data.example.org", 'https://data.example.org/"><script>', "https://",
     "https://data.example.org/", "https://a b", "javascript:alert(1)"],
)  # fmt: skip
def test_an_address_that_stands_in_every_answer_is_plain_and_holds_no_password(address):
    with pytest.raises(Faults) as told:
        checked_settings(**{**GIVEN, "base_url": address})
    assert [each.code for each in told.value.faults] == ["CAT-003"]
