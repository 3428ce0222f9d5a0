"""A package put together: whole, the same each time, opened by other people's tools."""

import csv
import hashlib
import io
import json
import time
from dataclasses import replace

import bagit
import pytest
from frictionless import Package as Tables
from frictionless import system
from rocrate.rocrate import ROCrate

from consilience.base.errors import Fault
from consilience.deposit.access_list import read_access
from consilience.deposit.bag import check_bag, write_bag
from consilience.deposit.data_sets_file import read_data_sets
from consilience.deposit.datapackage import table_schema
from consilience.deposit.model import Part
from consilience.deposit.names import awkward_names, file_id
from consilience.deposit.package import RECORD_FORMS, bag_of, digest_of, payload_of
from consilience.formats.hidden.scan import findings_in
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.forms import records_of
from consilience.formats.metadata.model import Level, Variable
from consilience.formats.metadata.schemas import Schemas


@pytest.fixture
def payload(package):
    return payload_of(package)


def laid_out(payload, folder):
    """Return a folder with the files of a package."""
    for path, content in payload.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_what_is_in_it(payload):
    assert sorted(payload) == sorted(
        [
            "README.md",
            "README.txt",
            "access.csv",
            "datapackage.json",
            "data/scoping/docx/scoping-s01.docx",
            "data/scoping/rtf/scoping-s01.rtf",
            "data/scoping/txt/scoping-s01.txt",
            "data/surveys/education.csv",
            "data/surveys/education.sav",
            "documentation/data-list-scoping.csv",
            "documentation/data-list-scoping.xlsx",
            "documentation/guide-heads.docx",
            "documentation/guide-heads.txt",
            "documentation/variables.csv",
            "metadata/data-sets.json",
            *RECORD_FORMS,
        ]
    )
    assert awkward_names(payload) == ()


def test_the_same_package_is_the_same_bytes(package):
    first = bag_of(package)
    time.sleep(2.1)  # longer than the clocks in ZIP (two seconds) and SPSS files need to tell
    second = bag_of(package)
    assert first == second
    assert digest_of(first) == digest_of(second)
    later = bag_of(replace(package, identifier="keep-2"))
    assert digest_of(later) != digest_of(first)


def test_the_bag_is_opened_by_the_library(package, tmp_path):
    write_bag(tmp_path / "keep-1", bag_of(package))
    check_bag(tmp_path / "keep-1")
    info = bagit.Bag(str(tmp_path / "keep-1")).info
    assert info["External-Identifier"] == "keep-1"
    assert info["Bagging-Date"] == "2019-05-03"
    assert info["External-Description"] == "SIMULATED: Keeping children safe: a study"
    assert info["Source-Organization"] == "University of Poole"


def test_every_file_has_a_line_of_access(payload):
    lines = {line.path: line for line in read_access(payload["access.csv"])}
    assert sorted(lines) == sorted(set(payload) - {"access.csv"})
    for path, line in lines.items():
        assert line.sha256 == hashlib.sha256(payload[path]).hexdigest()
        assert line.size == len(payload[path])
    levels = {path: line.level for path, line in lines.items()}
    assert levels["data/scoping/rtf/scoping-s01.rtf"] is Level.SAFEGUARDED
    assert levels["data/surveys/education.csv"] is Level.CONTROLLED
    restricted = {path for path, level in levels.items() if level is not Level.OPEN}
    assert restricted == {path for path in payload if path.startswith("data/")}
    assert lines["README.md"].part is Part.DOCUMENTATION
    assert lines["metadata/ddi25.xml"].part is Part.METADATA


def test_the_record_that_is_written_knows_every_file_and_its_checksum(payload):
    record = read_ddi(payload["metadata/ddi25.xml"], name="ddi25.xml").record
    files = {file.name: file for file in record.files}
    assert set(files) == set(payload) - {"access.csv", "datapackage.json", *RECORD_FORMS}
    for path, file in files.items():
        assert file.checksum == hashlib.sha256(payload[path]).hexdigest()
        assert file.id == file_id(path)
    answers = files["data/surveys/education.csv"]
    assert (answers.cases, answers.variables, answers.level) == (3, 6, Level.CONTROLLED)
    ids = {file.id for file in files.values()}
    assert all(set(variable.files) <= ids for variable in record.variables)


def test_the_codebook_gives_variables_back(payload, package):
    read = read_ddi(payload["metadata/ddi25.xml"], name="ddi25.xml")
    assert read.faults == ()
    assert read.record.variables == package.record.variables


def test_every_form_is_read_back_to_the_study(payload, package):
    for path in RECORD_FORMS:
        (found,) = records_of(payload[path], name=path)
        titles = [title.value for title in found.read.record.titles]
        assert titles == [package.record.titles[0].value], path


def test_the_crate_is_opened_by_rocrate(payload, tmp_path):
    crate = ROCrate(laid_out(payload, tmp_path))
    assert crate.root_dataset["name"] == "Keeping children safe: a study"
    answers = crate.get("data/surveys/education.csv")
    assert answers["sha256"] == (hashlib.sha256(payload["data/surveys/education.csv"]).hexdigest())
    lacking = [each.id for each in crate.get_by_type("File") if each.id not in payload]
    assert lacking == []


def test_how_far_each_data_set_came_is_told(payload, package):
    assert read_data_sets(payload["metadata/data-sets.json"]) == package.data_sets


def test_datacite_needs_a_year(package):
    with pytest.raises(Fault) as told:
        payload_of(replace(package, record=replace(package.record, published="")))
    assert told.value.code == "FMT-346"


@pytest.mark.shared
def test_the_codebook_is_valid(payload, shared):
    schemas = Schemas(shared / "data/archive/schemas")
    assert schemas.check(payload["metadata/ddi25.xml"], "ddi-2.5", name="ddi25.xml") == ()


def test_nothing_is_hidden_in_a_file_of_real_data(real_package):
    payload = payload_of(real_package)
    hidden = {path: found for path, data in payload.items() if (found := findings_in(path, data))}
    assert hidden == {}


def test_two_files_of_one_path_are_refused(package):
    for path in ("README.md", "access.csv", "metadata/ddi25.xml", package.files[0].path):
        double = replace(package.files[0], path=path)
        with pytest.raises(Fault) as told:
            payload_of(replace(package, files=(*package.files, double)))
        assert told.value.code == "DEP-040"


def test_frictionless_finds_every_table_as_it_is_described(payload, tmp_path):
    laid_out(payload, tmp_path)
    with system.use_context(trusted=True):
        tables = Tables(str(tmp_path / "datapackage.json"))
        report = tables.validate()
        assert report.valid, report.flatten(["name", "type", "note"])
        assert len(tables.resources) == 3
        rows = tables.get_resource("data-surveys-education").read_rows()
    assert rows[0]["code"] == "001"
    assert rows[1]["ed-1"] == -9
    fields = json.loads(payload["datapackage.json"])["resources"][0]["schema"]["fields"]
    kinds = {field["name"]: field["type"] for field in fields}
    assert kinds == {
        "area": "string", "code": "string", "ed-1": "integer", "w": "number", "index": "number",
        "day": "date",
    }  # fmt: skip
    asked = next(field for field in fields if field["name"] == "ed-1")
    assert asked["missingCodes"] == [{"value": -9, "label": "not answered"}]
    assert asked["description"] == "Do schools get what they need?"


def test_codes_that_look_like_numbers_stay_texts():
    code = Variable(id="", name="code", kind="character")
    number = Variable(id="", name="n", kind="numeric")
    schema = table_schema(b"code,n,day,list\r\n7,8,2018-03-01,9\r\n", [code, number])
    kinds = [field["type"] for field in schema["fields"]]
    assert kinds == ["string", "integer", "date", "integer"]
    assert table_schema(b"n\r\n", [number])["fields"] == [{"name": "n", "type": "number"}]


def test_frictionless_finds_a_changed_table(payload, tmp_path):
    laid_out({p: c.replace(b"Area 1", b"Area 9") for p, c in payload.items()}, tmp_path)
    with system.use_context(trusted=True):
        assert not Tables(str(tmp_path / "datapackage.json")).validate().valid


def test_the_variable_list_names_values_and_missing_codes(payload):
    content = payload["documentation/variables.csv"].decode()
    rows = {row["variable"]: row for row in csv.DictReader(io.StringIO(content, newline=""))}
    assert rows["ed-1"]["values"] == "no (1); yes (2)"
    assert rows["ed-1"]["missing_codes"] == "not answered (-9)"
    assert rows["ed-1"]["files"] == "data/surveys/education.csv; data/surveys/education.sav"
    assert (rows["w"]["weight"], rows["area"]["weight"]) == ("yes", "no")


def test_a_package_without_tables_and_talks_is_one_too(package):
    bare = replace(
        package,
        files=(),
        interviews=(),
        data_sets=(),
        record=replace(package.record, variables=()),
    )
    assert set(payload_of(bare)) == {
        "README.md", "README.txt", "access.csv", "datapackage.json", "metadata/data-sets.json",
        *RECORD_FORMS,
    }  # fmt: skip
