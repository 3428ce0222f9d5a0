"""Files are loaded whole or not at all, and loading goes on where it was stopped."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from consilience.base.errors import Fault
from consilience.desk.catalogue import (
    checked_settings,
    find_records,
    make_catalogue,
    opened_catalogue,
    record_of,
    sizes,
)
from consilience.desk.catalogue_entries import entry_of, set_names, sets_of_record
from consilience.desk.catalogue_import import load_files
from consilience.desk.catalogue_sources import record_of_project, records_of
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.identifiers import hashed_identifier
from consilience.formats.metadata.model import Access, Identifier, Level, Record, Series, Text
from consilience.formats.metadata.schemas import FILES, Schemas
from consilience.formats.qda.record import Case, Project, Source, User
from consilience.store.database import snapshot
from consilience.store.harvest import Selection, harvest_page
from consilience.store.ledger import lines

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
OAI = "http://www.openarchives.org/OAI/2.0/"


def study(name, title="Schools"):
    return Record(
        titles=(Text(value=title, language="en"),) if title else (),
        identifiers=(Identifier(value=name),) if name else (),
        published="2019",
    )


def ddi(name, title="Schools"):
    return write_ddi(study(name, title))


def dataverse(name, title="Schools"):
    fields = [{"typeName": "title", "value": title}] if title else []
    top = {"protocol": "doi", "authority": "10.5072", "identifier": name} if name else {}
    version = {"metadataBlocks": {"citation": {"fields": fields}}}
    return json.dumps({**top, "datasetVersion": version}).encode()


def answer(*records, base="https://other.org/oai"):
    """Return an answer of an OAI-PMH server; a record without XML is deleted."""
    inside = b"".join(
        b"<record><header%s><identifier>%s</identifier><datestamp>2020-01-02</datestamp></header>"
        % (b"" if xml else b' status="deleted"', name.encode())
        + (b"<metadata>" + xml.split(b"?>", 1)[1] + b"</metadata>" if xml else b"")
        + b"</record>"
        for name, xml in records
    )
    request = f"<request verb='ListRecords'>{base}</request>".encode()
    return (b"<OAI-PMH xmlns='" + OAI.encode() + b"'><responseDate>2026-01-01T00:00:00Z"
            b"</responseDate>" + request + b"<ListRecords>" + inside
            + b"</ListRecords></OAI-PMH>")  # fmt: skip


@pytest.fixture
def catalogue(tmp_path):
    settings = checked_settings(
        name="A", base_url="https://data.example.org", publisher="A",
        admin_email="a@example.org", repository="data.example.org",
    )  # fmt: skip
    make_catalogue(tmp_path / "archive", settings)
    with opened_catalogue(tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def load(catalogue, *paths, **options):
    return load_files(catalogue, paths, clock=lambda: AT, actor="test", **options)


def names(catalogue):
    return {hit.identifier for hit in find_records(catalogue.engine, "", limit=100).hits}


def codes(loaded):
    return [(fault.code, fault.where.file.rpartition("/")[2]) for fault in loaded.faults]


def test_files_of_every_kind_are_loaded(catalogue, files):
    (files / "deep").mkdir()
    (files / "deep" / "a.xml").write_bytes(ddi("854716"))
    (files / "b.json").write_bytes(dataverse("FK2/X"))
    (files / "c.JSONL").write_bytes(dataverse("1") + b"\n\n" + dataverse("2"))
    (files / "d.xml").write_bytes(answer(("7", ddi("x")), ("oai:other.org:8", ddi("y"))))
    (files / "notes.txt").write_bytes(b"passed over")
    loaded = load(catalogue, files)
    assert (loaded.changed, loaded.faults) == (6, ())
    own = "oai:data.example.org:"
    assert names(catalogue) == {
        f"{own}854716", f"{own}doi:10.5072/FK2/X", f"{own}doi:10.5072/1", f"{own}doi:10.5072/2",
        hashed_identifier("https://other.org/oai", "7"),
        hashed_identifier("https://other.org/oai", "oai:other.org:8"),
    }  # fmt: skip


def test_what_was_harvested_says_where(catalogue, files):
    (files / "a.xml").write_bytes(answer(("7", ddi("x"))))
    (files / "own.xml").write_bytes(
        answer(("oai:x:1", ddi("y")), base="https://data.example.org/oai")
    )
    load(catalogue, files)
    with snapshot(catalogue.engine) as connection:
        rows = harvest_page(connection, Selection(prefix="oai_dc"), after=0, limit=5)
    abouts = {row.identifier: row.about for row in rows}
    assert "<baseURL>https://other.org/oai</baseURL><identifier>7<" in abouts.pop(
        hashed_identifier("https://other.org/oai", "7")
    )
    assert abouts == {"oai:x:1": ""}


def test_loaded_again_nothing_is_read(catalogue, files):
    (files / "a.xml").write_bytes(ddi("1"))
    (files / "b.jsonl").write_bytes(dataverse("2") + b"\n" + dataverse("3"))
    load(catalogue, files)
    (files / "b.jsonl").write_bytes(dataverse("2") + b"\n" + dataverse("3", "Changed"))
    again = load(catalogue, files)
    assert (again.changed, again.passed_over) == (1, 2)
    whole = load(catalogue, files, again=True)
    assert (whole.changed, whole.unchanged, whole.passed_over) == (0, 3, 0)


def test_stopped_on_the_way_it_goes_on(catalogue, files):
    for number in range(120):
        (files / f"{number:03}.xml").write_bytes(ddi(str(number)))

    def stop(done, _):
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(catalogue, files, progress=stop)
    told = []
    loaded = load(catalogue, files, progress=lambda *each: told.append(each))
    assert loaded.changed + loaded.passed_over == 120
    assert told[-1][0] == told[-1][1]
    assert sizes(catalogue.engine) == (120, 0)


def test_of_a_bad_file_nothing_is_kept_and_of_the_others_all(catalogue, files):
    (files / "a.xml").write_bytes(ddi("1"))
    (files / "b.xml").write_bytes(ddi("2")[:-20])
    (files / "c.xml").write_bytes(answer(("1", ddi("x")), ("2", ddi("y", title=""))))
    (files / "d.json").write_bytes(b"{}")
    (files / "e.jsonl").write_bytes(dataverse("3") + b"\n{}\n" + dataverse(""))
    (files / "f.xml").write_bytes(b"<other/>")
    (files / "g.json").write_bytes(b"{")
    (files / "h.qdpx").write_bytes(b"no archive")
    loaded = load(catalogue, files)
    assert codes(loaded) == [
        ("FMT-300", "b.xml"), ("CAT-020", "c.xml"), ("FMT-361", "d.json"),
        ("FMT-361", "e.jsonl"), ("CAT-031", "e.jsonl"), ("FMT-303", "f.xml"), ("FMT-360", "g.json"),
        ("FMT-230", "h.qdpx"),
    ]  # fmt: skip
    assert [fault.where.line for fault in loaded.faults[3:5]] == [2, 3]
    assert names(catalogue) == {"oai:data.example.org:1", "oai:data.example.org:doi:10.5072/3"}


def test_a_file_alone_is_named_by_its_name(catalogue, files):
    (files / "my study.xml").write_bytes(ddi(""))
    load(catalogue, files)
    assert names(catalogue) == {"oai:data.example.org:my%20study"}


def test_records_deleted_elsewhere_are_deleted_here(catalogue, files):
    (files / "a.xml").write_bytes(answer(("7", ddi("x")), ("8", ddi("y"))))
    load(catalogue, files / "a.xml")
    (files / "b.xml").write_bytes(answer(("7", b""), ("9", b"")))
    loaded = load(catalogue, files / "b.xml")
    assert (loaded.deleted, loaded.changed, loaded.faults) == (1, 0, ())
    assert record_of(catalogue.engine, hashed_identifier("https://other.org/oai", "7")).deleted
    assert sizes(catalogue.engine) == (1, 1)


def test_one_record_in_two_files_is_told(catalogue, files):
    (files / "a.xml").write_bytes(ddi("1"))
    (files / "b.xml").write_bytes(ddi("1", "Other"))
    loaded = load(catalogue, files)
    assert codes(loaded) == [("CAT-032", "b.xml")]
    assert loaded.faults[0].is_warning
    assert find_records(catalogue.engine, "other").total == 1


@pytest.mark.parametrize("name", ["nothing.xml", "a.doc"])
def test_a_path_that_holds_no_records(catalogue, files, name):
    (files / "a.doc").write_bytes(b"words")
    try:
        found = codes(load(catalogue, files / name))
    except Fault as fault:
        found = [(fault.code, name)]
    assert found == [("CAT-030", name)]


def test_several_processes_keep_the_same(catalogue, files):
    for number in range(900):
        (files / f"{number:03}.xml").write_bytes(ddi(str(number)))
    (files / "bad.xml").write_bytes(b"<other/>")
    loaded = load(catalogue, files, workers=2)
    assert loaded.changed == 900
    assert codes(loaded) == [("FMT-303", "bad.xml")]
    with snapshot(catalogue.engine) as connection:
        rows = harvest_page(connection, Selection(prefix="oai_ddi25"), after=0, limit=1_000)
        assert [line.action for line in lines(connection)] == ["records"]
    assert [row.identifier for row in rows] == [f"oai:data.example.org:{n}" for n in range(900)]


def test_a_form_that_breaks_its_schema_is_refused(catalogue, tmp_path):
    """By a schema of this test, as ours write nothing that breaks the official ones."""
    schema = tmp_path / "schemas" / FILES["ddi-2.5"]
    schema.parent.mkdir(parents=True)
    schema.write_text(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='ddi:codebook:2_5'>"
        "<xs:element name='codeBook' type='xs:integer'/></xs:schema>",
        encoding="utf-8",
    )
    with pytest.raises(Fault) as raised:
        entry_of(study("1"), "oai:x:1", catalogue.settings, schemas=Schemas(tmp_path / "schemas"))
    assert raised.value.code == "CAT-021"
    assert raised.value.values["prefix"] == "oai_ddi25"


@pytest.mark.shared
def test_real_records_are_loaded_and_valid(catalogue, shared):
    schemas = shared / "data" / "archive" / "schemas"
    loaded = load(catalogue, shared / "data" / "ddi25", schemas=schemas)
    assert loaded.changed == 18
    assert codes(loaded) == [
        ("CAT-032", "dataverse-exportfull.xml"), ("FMT-304", "oai-record-with-error.xml"),
        ("CAT-030", "oaipmh-missing-metadata.xml"),
    ]  # fmt: skip
    assert "oai:data.example.org:854716" in names(catalogue)


@pytest.mark.shared
def test_a_project_starts_a_record_without_names(shared):
    path = shared / "data" / "qual" / "sky-loom__TestProject.qdpx"
    (found,) = records_of(path)
    assert found.record.titles[0].value == "ATLAS.ti standard project"
    assert found.record.files
    assert all(each.name.startswith("text-") for each in found.record.files)


def test_names_of_people_in_a_project_stay_there():
    secret = "Jane Doe"
    project = Project(
        name="Schools",
        description=" Talks with schools. ",
        users=(User(guid="u", name=secret),),
        cases=(Case(guid="c", name=secret),),
        sources=(
            Source(guid="s", name=f"{secret}.docx", content=secret.encode()),
            Source(guid="n", name=secret, kind="note"),
        ),
    )
    record = record_of_project(project)
    assert secret not in repr(record)
    assert record.abstract[0].value == "Talks with schools."
    assert record.notes[0].value == "1 users, 0 codes, 1 cases"
    assert [each.name for each in record.files] == ["text-1"]


def test_sets_of_a_record():
    record = Record(
        titles=(Text(value="A", language="fi"), Text(value="B", language="en-GB")),
        series=(Series(name=(Text(value="Lapset ja äidit: 1"),)), Series(name=())),
        access=Access(level=Level.OPEN),
    )
    assert list(sets_of_record(record)) == [
        "language:fi", "language:en-gb", "access:open", "series:lapset-ja-aidit-1",
    ]  # fmt: skip
    assert set_names(record)["series"] == "By series"
