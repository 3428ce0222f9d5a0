"""Harvests lose nothing and give nothing twice, whatever is changed between two pages."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools

import pytest
from lxml import etree

from consilience.desk.catalogue import (
    Entry,
    change_records,
    checked_settings,
    make_catalogue,
    opened_catalogue,
    remove_record,
)
from consilience.desk.harvest import answer_harvester
from consilience.formats.metadata.model import Record, Text

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
OAI = "{http://www.openarchives.org/OAI/2.0/}"
MANY = 4_900
PAGE = 100


class Repository:
    """A catalogue whose clock goes only when told, and a harvester of it."""

    def __init__(self, catalogue):
        self.engine, self.settings = catalogue.engine, catalogue.settings
        self.now = START
        self.versions = itertools.count(1)
        self.stamps = {}

    def clock(self):
        return self.now

    def save(self, *names, sets=("a:b",)):
        """Save records anew, each as it never was before."""
        entries = [
            Entry(
                identifier=f"oai:x:{name}",
                record=Record(titles=(Text(value=f"Study {name}"),)),
                forms={"oai_dc": f"<dc v='{next(self.versions)}'/>".encode()},
                sets=sets,
            )
            for name in names
        ]
        change_records(self.engine, entries, clock=self.clock, actor="test")
        self.stamps |= {entry.identifier: self.now for entry in entries}

    def remove(self, name):
        remove_record(self.engine, f"oai:x:{name}", clock=self.clock, actor="test")
        self.stamps[f"oai:x:{name}"] = self.now

    def ask(self, verb, **arguments):
        pairs = [("verb", verb), *((name.rstrip("_"), each) for name, each in arguments.items())]
        return etree.fromstring(
            answer_harvester(self.engine, self.settings, pairs, at=self.now, page=PAGE)
        )

    def harvest(self, between=lambda _: None, verb="ListRecords", **wanted):
        """Return (identifier, datestamp, deleted, version) of every record, page after page."""
        found, page = [], 0
        answer = self.ask(verb, metadataPrefix="oai_dc", **wanted)
        while True:
            page += 1
            error = answer.find(f"{OAI}error")
            if error is not None:
                assert error.get("code") == "noRecordsMatch", error.get("code")
                assert page == 1, "a list that was begun must not break off"
                return found
            for header in answer.iter(f"{OAI}header"):
                form = header.getparent().find(f"{OAI}metadata/{OAI}dc")
                found.append((
                    header.findtext(f"{OAI}identifier"), header.findtext(f"{OAI}datestamp"),
                    header.get("status") == "deleted", form is not None and form.get("v"),
                ))  # fmt: skip
            token = next(answer.iter(f"{OAI}resumptionToken"), None)
            if token is None or not token.text:
                return found
            between(page)
            answer = self.ask(verb, resumptionToken=token.text)


@pytest.fixture
def there(tmp_path):
    settings = checked_settings(
        name="A", base_url="https://data.example.org", admin_email="a@example.org",
        repository="data.example.org", publisher="A",
    )  # fmt: skip
    make_catalogue(tmp_path / "archive", settings)
    with opened_catalogue(tmp_path / "archive") as catalogue:
        yield Repository(catalogue)


@pytest.fixture
def full(there):
    there.save(*range(MANY))
    return there


def busy(repository, page):
    """Edit, add and delete on both sides of where the harvester is."""
    repository.now += dt.timedelta(seconds=1)
    here = page * PAGE
    repository.save(*range(here - 10, here), *(n for n in (here + 5, here + 50) if n < MANY))
    repository.save(f"new-{page}")
    repository.remove(here - 20)
    if here + 20 < MANY:
        repository.remove(here + 20)


def test_nothing_is_missed_or_doubled_while_records_change(full):
    first = full.harvest(lambda page: busy(full, page))
    names = [identifier for identifier, *_ in first]
    assert len(names) == len(set(names)), "given twice"
    assert {f"oai:x:{n}" for n in range(MANY)} <= set(names), "missed"
    assert {f"oai:x:new-{n}" for n in range(1, MANY // PAGE)} <= set(names)
    later = full.harvest(from_="2026-03-02T09:00:01Z")
    changed = {name for name, at in full.stamps.items() if at > START}
    assert {identifier for identifier, *_ in later} == changed
    known = {name: rest for name, *rest in first} | {name: rest for name, *rest in later}
    assert known == {name: rest for name, *rest in full.harvest()}


def test_windows_of_time_catch_every_change(full):
    """A window that ends while records leave it: each is in it, or in the next."""
    until = "2026-03-02T09:00:00Z"
    first = full.harvest(lambda page: busy(full, page), until=until)
    names = [identifier for identifier, *_ in first]
    assert len(names) == len(set(names)), "given twice"
    assert {stamp for _, stamp, *_ in first} == {until}
    second = full.harvest(from_="2026-03-02T09:00:01Z", until="2026-03-02T23:00:00Z")
    assert set(names) | {identifier for identifier, *_ in second} == set(full.stamps)


def test_a_list_does_not_break_off_where_all_that_was_left_has_changed(there):
    there.save(*range(PAGE + 3))

    def change(_):
        there.now += dt.timedelta(seconds=1)
        there.save(*range(PAGE, PAGE + 3))

    found = there.harvest(change, until="2026-03-02T09:00:00Z")
    assert [name for name, *_ in found] == [f"oai:x:{n}" for n in range(PAGE + 3)]


def test_changes_in_the_second_of_a_harvest_are_in_the_next(there):
    there.save(1, 2)
    there.harvest()
    there.save(2)
    there.remove(1)
    again = there.harvest(from_=f"{START:%Y-%m-%dT%H:%M:%SZ}")
    assert [(name, deleted) for name, _, deleted, _ in again] == [
        ("oai:x:1", True), ("oai:x:2", False),
    ]  # fmt: skip


def test_headers_and_sets_are_harvested_alike(full):
    full.save("c1", "c2", sets=("c",))
    assert len(full.harvest(verb="ListIdentifiers")) == MANY + 2
    assert len(full.harvest(verb="ListIdentifiers", set="a")) == MANY
    assert [name for name, *_ in full.harvest(set="c")] == ["oai:x:c1", "oai:x:c2"]


def test_tokens_say_how_far_a_list_is(there):
    there.save(*range(2 * PAGE + 1))
    token = next(there.ask("ListRecords", metadataPrefix="oai_dc").iter(f"{OAI}resumptionToken"))
    assert (token.get("cursor"), token.get("completeListSize")) == ("0", str(2 * PAGE + 1))
    assert token.get("expirationDate") == "2026-03-09T09:00:00Z"
    answer = there.ask("ListRecords", resumptionToken=token.text)
    token = next(answer.iter(f"{OAI}resumptionToken"))
    assert token.get("cursor") == str(PAGE)
    answer = there.ask("ListRecords", resumptionToken=token.text)
    last = next(answer.iter(f"{OAI}resumptionToken"))
    assert (last.text, last.get("cursor")) == (None, str(2 * PAGE))
    assert last.get("expirationDate") is None


def test_a_list_that_is_whole_has_no_token(there):
    there.save(*range(PAGE))
    answer = there.ask("ListRecords", metadataPrefix="oai_dc")
    assert len(list(answer.iter(f"{OAI}record"))) == PAGE
    assert next(answer.iter(f"{OAI}resumptionToken"), None) is None


def code(answer):
    return answer.find(f"{OAI}error").get("code")


def test_tokens_that_are_none(there):
    there.save(*range(PAGE + 1))
    token = next(there.ask("ListRecords", metadataPrefix="oai_dc").iter(f"{OAI}resumptionToken"))
    changed = token.text[:-1] + ("A" if token.text[-1] != "A" else "Q")
    for sent in ("x", changed[1:], changed[:10] + "-" + changed[11:]):
        assert code(there.ask("ListRecords", resumptionToken=sent)) == "badResumptionToken"
    assert code(there.ask("ListIdentifiers", resumptionToken=token.text)) == "badResumptionToken"
    assert code(there.ask("ListSets", resumptionToken=token.text)) == "badResumptionToken"
    there.now += dt.timedelta(days=7, seconds=1)
    assert code(there.ask("ListRecords", resumptionToken=token.text)) == "badResumptionToken"


def test_errors_of_what_is_not_there(there):
    there.save(1)
    one = {"identifier": "oai:x:1", "metadataPrefix": "oai_dc"}
    assert code(there.ask("GetRecord", **one | {"identifier": "oai:x:2"})) == "idDoesNotExist"
    for prefix in ("oai_ddi25", "marc"):
        answer = there.ask("GetRecord", **one | {"metadataPrefix": prefix})
        assert code(answer) == "cannotDisseminateFormat"
    assert code(there.ask("ListMetadataFormats", identifier="oai:x:2")) == "idDoesNotExist"
    assert code(there.ask("ListRecords", metadataPrefix="marc")) == "cannotDisseminateFormat"
    for wanted in ({"from": "2027-01-01"}, {"until": "2001-01-01"}, {"set": "unknown"}):
        answer = there.ask("ListRecords", metadataPrefix="oai_dc", **wanted)
        assert code(answer) == "noRecordsMatch"
    assert code(there.ask("ListRecords", metadataPrefix="oai_datacite")) == "noRecordsMatch"
    assert code(there.ask("Nothing")) == "badVerb"


def test_a_record_without_any_form(there):
    entry = Entry(identifier="oai:x:1", record=Record(titles=(Text(value="T"),)))
    change_records(there.engine, [entry], clock=there.clock, actor="test")
    assert code(there.ask("ListMetadataFormats", identifier="oai:x:1")) == "noMetadataFormats"


def test_formats_and_sets_are_listed(there):
    there.save(1)
    prefixes = [each.text for each in there.ask("ListMetadataFormats").iter(f"{OAI}metadataPrefix")]
    assert prefixes == ["oai_dc", "oai_ddi25", "oai_datacite"]
    answer = there.ask("ListMetadataFormats", identifier="oai:x:1")
    assert [each.text for each in answer.iter(f"{OAI}metadataPrefix")] == ["oai_dc"]
    assert [each.text for each in there.ask("ListSets").iter(f"{OAI}setSpec")] == ["a", "a:b"]


def test_what_identify_says_is_true(there):
    assert there.ask("Identify").findtext(f".//{OAI}earliestDatestamp") == "2026-03-02T09:00:00Z"
    there.now += dt.timedelta(days=1)
    there.save(1)
    answer = there.ask("Identify")
    assert answer.findtext(f".//{OAI}earliestDatestamp") == "2026-03-03T09:00:00Z"
    assert answer.findtext(f".//{OAI}baseURL") == "https://data.example.org/oai"


def test_the_same_answer_by_gzip(there):
    there.save(*range(5))
    pairs = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]
    plain, packed = (
        answer_harvester(there.engine, there.settings, pairs, at=there.now, gzip=gzip_too)
        for gzip_too in (False, True)
    )
    assert gzip.decompress(packed) == plain
