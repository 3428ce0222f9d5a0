"""The example study deposits itself: four data sets that other people's programs open."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import re
import shutil
from collections import Counter

import bagit
import pyarrow.parquet as pq
import pyreadstat
import pytest
from datacite import schema45
from frictionless import Package as Tables
from frictionless import system
from rocrate.rocrate import ROCrate

import consilience
from consilience.desk.catalogue import (
    checked_settings,
    make_catalogue,
    opened_catalogue,
    record_of,
)
from consilience.desk.catalogue_publish import publish_bag
from consilience.desk.deposit_work import Asked, prepare, release
from consilience.desk.kept import at_work
from consilience.desk.transcripts import bring_to_state, listed
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.landing import landing, landing_json
from consilience.formats.metadata.schemas import Schemas
from consilience.formats.words import words_in
from consilience.store.access import files_of, publications
from consilience.store.database import snapshot

AT = dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 2)
TABLES = {
    "survey-data/education": 97,
    "survey-data/social-care": 85,
    "survey-data/board": 85,
    "climate/climate": 221,
}


@pytest.fixture(scope="module")
def study(example, tmp_path_factory):
    """Return a copy of the study in which somebody read and cleared all texts."""
    folder = shutil.copytree(example.folder, tmp_path_factory.mktemp("deposit") / "schools-2017")
    with at_work(folder) as engine:
        for each in listed(engine):
            for state in ("checked", "pseudonymised", "cleared"):
                bring_to_state(
                    engine, each.document.name, state, reason="simulated", at=AT, actor="ann"
                )
    opened = consilience.open_study(folder)
    opened.run(at=AT, actor="ann")
    return opened


@pytest.fixture(scope="module")
def found(study):
    return prepare(study.folder, Asked(at=AT, actor="ann", day=DAY, environ={}))


@pytest.fixture(scope="module")
def bag(study, found):
    """Return the package as it was prepared by one person and released by another."""
    assert found.refused == ()
    release(study.folder, at=AT, actor="ben")
    return found.folder


@pytest.fixture(scope="module")
def record(bag):
    content = (bag / "data" / "metadata" / "ddi25.xml").read_bytes()
    read = read_ddi(content, name="ddi25.xml")
    assert read.faults == ()
    return read.record


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(study, stage):
    return study.table(stage, "interview").to_pylist()


def data(bag):
    return bag / "data" / "data"


# --- what is in it ------------------------------------------------------------------------


def test_nobody_cleared_the_texts_of_the_example_yet(example):
    folder = example.folder
    refused = prepare(folder, Asked(at=AT, actor="ann", day=DAY, environ={})).refused
    told = Counter(each.code for each in refused)
    assert told == {"not-cleared": 17 + 9, "empty-data-set": 2}
    assert not (folder / "out" / "deposit").exists()


def test_four_data_sets_are_deposited(found):
    assert found.data_sets == (
        ("scoping-transcripts", 26, 24, 17, 17),
        ("survey-data", 450, 280, 280, 267),
        ("school-transcripts", 11, 10, 9, 9),
        ("climate", None, 221, 221, 221),
    )
    assert not [each for each in found.findings if each.waived]


def test_every_text_that_may_is_there_in_three_forms(bag):
    for name, number in (("scoping-transcripts", 17), ("school-transcripts", 9)):
        for form in ("txt", "rtf", "docx"):
            assert len(list((data(bag) / name / form).glob(f"*.{form}"))) == number
        for path in (data(bag) / name / "txt").iterdir():
            text = path.read_text("utf-8")
            assert "SIMULATED TRANSCRIPT" in text
            assert "\nAccess: safeguarded\n" in text
        listed_ = rows(bag / "data" / "documentation" / f"data-list-{name}.csv")
        assert sum(row["deposited"] == "yes" for row in listed_) == number
        assert all((row["deposited"] == "yes") != bool(row["reason"]) for row in listed_)


def test_documents_go_with_them(bag):
    names = {path.stem for path in (bag / "data" / "documentation").iterdir()}
    assert {
        "consent-form", "information-sheet", "questionnaire-education", "questionnaire-board",
        "questionnaire-social-care", "topic-guide-head-1-0", "topic-guide-education-1-1",
        "deidentification-scoping-transcripts", "consent-school-transcripts", "variables",
    } <= names  # fmt: skip


# --- nobody is found ----------------------------------------------------------------------


@pytest.mark.parametrize(("name", "keys"), [
    ("survey-data/education", ("region", "type", "role")),
    ("survey-data/social-care", ("region", "type", "role")),
    ("survey-data/board", ("region", "type", "role")),
    ("climate/climate", ("phase", "role")),
])  # fmt: skip
def test_three_at_least_share_their_keys(bag, name, keys):
    table = rows(data(bag) / f"{name}.csv")
    assert len(table) == TABLES[name]
    groups = Counter(tuple(row[key] for key in keys) for row in table)
    assert min(groups.values()) >= 3
    assert "withheld" in {row["role"] for row in table}


def test_no_area_and_no_school_is_named_in_any_file(study, bag):
    chosen = {row["unit"] for row in study.table("case-schools", "choice").to_pylist()}
    units = study.table("areas", "frame").to_pylist()
    units += [row for row in study.table("schools", "frame").to_pylist() if row["id"] in chosen]
    assert len(units) == 150 + 50
    words = {
        path.relative_to(bag).as_posix(): "\n".join(
            each.text for each in words_in(path.name, path.read_bytes())
        )
        for path in (bag / "data").rglob("*")
        if path.is_file() and path.suffix != ".parquet"
    }
    assert len(words) > 120
    assert not [name for name, text in words.items() if re.search(r"\bE\d{8}\b", text)]
    everything = "\n".join(words.values())
    assert [row["name"] for row in units if row["name"] in everything] == []
    # A code of six figures may stand in a checksum.
    read = "\n".join(text for name, text in words.items() if name.startswith("data/data/"))
    assert [row["id"] for row in units if row["id"] in read] == []


def test_pseudonyms_hold_within_a_data_set_only(study, bag):
    known = study.table("areas", "frame").column("id").to_pylist()
    tables = [rows(data(bag) / f"{name}.csv") for name in TABLES if name.startswith("survey")]
    by_area = [{row["area"]: (row["region"], row["type"]) for row in table} for table in tables]
    for one in by_area:
        for other in by_area:
            assert all(one[area] == other[area] for area in one.keys() & other.keys())
    seen = {area for table in by_area for area in table}
    assert len(seen) > 100
    assert seen <= {f"A{number:03}" for number in range(1, len(known) + 1)}
    # The order tells nothing either.
    assert [row["area"] for row in tables[0]] != sorted(row["area"] for row in tables[0])


def test_pseudonyms_do_not_follow_the_codes_of_areas(study):
    case = {row["interview"]: row["case"] for row in rows_of(study, "scoping-interviews")}
    listed_ = study.table("deposit", "data_list").to_pylist()
    pairs = {(case[row["interview"]], row["area"]) for row in listed_ if row["interview"] in case}
    assert len(pairs) == len({code for code, _ in pairs}) == len({area for _, area in pairs}) == 20
    order = [area for _, area in sorted(pairs)]
    assert order != sorted(order)


def test_the_area_that_named_itself_is_counted(study):
    cases = study.table("deposit", "case_risk").to_pylist()
    named = [row for row in cases if row["named"]]
    assert {row["file"] for row in named} == {"education", "social-care", "board"}
    for row in named:  # who answered for it is known, and how many fit that
        assert row["probability"] == pytest.approx(1 / row["alike"])
    assert max(row["probability"] for row in cases) <= 0.34


def test_the_report_of_risk_stands_in_the_package(bag):
    readme = (bag / "data" / "README.md").read_text("utf-8")
    for name in ("education", "social-care", "board", "climate"):
        assert f"How {name} was protected" in readme
    assert "withheld" in readme


# --- other people's programs --------------------------------------------------------------


def test_bagit_finds_it_whole(bag):
    opened = bagit.Bag(str(bag))
    assert opened.validate()
    assert opened.info["External-Identifier"] == "SIM-854716"
    assert opened.info["External-Description"].startswith("SIMULATED")


def test_rocrate_lists_every_file(bag):
    crate = ROCrate(str(bag / "data"))
    listed_ = {entity.id for entity in crate.get_entities() if "File" in entity.type}
    there = {path.relative_to(bag / "data").as_posix() for path in data(bag).rglob("*.*")}
    assert there <= listed_


def test_frictionless_finds_every_table_valid(bag):
    with system.use_context(trusted=True):
        report = Tables(str(bag / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])


@pytest.mark.parametrize("name", TABLES)
def test_the_forms_of_a_table_say_the_same(bag, name):
    path = data(bag) / name
    frame, meta = pyreadstat.read_sav(path.with_suffix(".sav"))
    table = pq.read_table(path.with_suffix(".parquet"))
    text = rows(path.with_suffix(".csv"))
    assert len(frame) == table.num_rows == len(text) == TABLES[name]
    assert all(meta.column_labels)
    for own in meta.column_names:
        label = meta.column_names_to_labels[own]
        assert label
    assert list(text[0]) == table.column_names
    for at, column in enumerate(table.column_names):
        values = table.column(column).to_pylist()
        as_text = [row[column] for row in text]
        assert [None if cell == "" else cell for cell in as_text] == [
            None
            if v is None
            else str(int(v))
            if isinstance(v, float) and v.is_integer()
            else str(v)
            for v in values
        ]
        kept = frame[frame.columns[at]].tolist()
        if isinstance(values[0], str):
            assert [v or "" for v in values] == kept


def test_datacite_finds_its_record_valid(bag):
    schema45.validate(json.loads((bag / "data/metadata/datacite.json").read_text("utf-8")))


@pytest.mark.shared
def test_its_records_are_valid(shared, bag):
    schemas = Schemas(shared / "data" / "archive" / "schemas")
    for name, kind in (("ddi25", "ddi-2.5"), ("datacite", "datacite-4.5")):
        path = bag / "data" / "metadata" / f"{name}.xml"
        assert schemas.check(path.read_bytes(), kind, name=path.name) == ()


def test_its_variables_have_questions_labels_and_counts(record):
    assert len(record.variables) == 42 + 41 + 42 + 7
    assert all(each.label for each in record.variables)
    asked = [each for each in record.variables if each.question]
    assert len(asked) > 90
    assert all(each.categories for each in asked if each.measure == "ordinal")
    # Small counts are not told.
    counts = [c.frequency for each in record.variables for c in each.categories]
    assert not {1, 2} & set(counts)
    cases = {each.name: each.cases for each in record.files}
    assert {name: cases[f"data/{name}.csv"] for name in TABLES} == TABLES


# --- the same again, and into a catalogue -------------------------------------------------


def test_the_same_day_gives_the_same_bytes(study, found, tmp_path):
    folder = shutil.copytree(study.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("out"))
    again = prepare(folder, Asked(at=AT + dt.timedelta(days=9), actor="eve", day=DAY, environ={}))
    assert again.digest == found.digest
    manifest = (again.folder / "manifest-sha256.txt").read_bytes()
    assert hashlib.sha256(manifest).hexdigest() == again.digest


def test_a_catalogue_publishes_it(bag, record, tmp_path):
    settings = checked_settings(
        name="Example archive", base_url="https://archive.example", publisher="Archive",
        admin_email="archive@example.org", repository="archive.example",
    )  # fmt: skip
    make_catalogue(tmp_path / "archive", settings)
    with opened_catalogue(tmp_path / "archive") as archive:
        done = publish_bag(archive, bag, clock=lambda: AT, actor="cat")
        assert (done.version, done.new) == (1, True)
        assert done.files["safeguarded"] == 17 * 3 + 9 * 3 + 4 * 3
        kept = record_of(archive.engine, done.record).record
        with snapshot(archive.engine) as connection:
            (publication,) = publications(connection, done.record)
            files = {each.path for each in files_of(connection, done.record, 1)}
    assert (publication.prepared_by, publication.released_by) == ("ann", "ben")
    assert publication.simulated
    assert [each.deposited for each in publication.data_sets] == [17, 267, 9, 221]
    assert "data/climate/climate.sav" in files
    page = landing_json(landing(kept, metadata_access="https://archive.example/oai"))
    assert page["title"].startswith("Supporting and Engaging Schools")
    assert page["Publication Year"] == "2026"
    assert page["Publisher"] == "consilience example archive"
    assert kept.titles == record.titles
