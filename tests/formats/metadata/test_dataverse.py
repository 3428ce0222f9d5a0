"""Exports of Dataverse say what Dataverse itself writes into DDI."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.formats.metadata.dataverse import dataverse_record, read_dataverse
from consilience.formats.metadata.ddi_read import read_ddi


def export(*fields, **top):
    block = {"citation": {"fields": list(fields)}}
    return {"datasetVersion": {"metadataBlocks": block, **top}}


def plain(name, value):
    return {"typeName": name, "value": value}


@pytest.mark.shared
def test_the_same_study_from_json_and_from_ddi(shared):
    folder = shared / "data" / "ddi25"
    name = "dataverse-exportfull"
    ours = read_dataverse((folder / f"{name}.source.json").read_bytes(), name=name)
    theirs = read_ddi((folder / f"{name}.xml").read_bytes(), name=name).record
    different = {
        field.name
        for field in dataclasses.fields(ours)
        if getattr(ours, field.name) != getattr(theirs, field.name)
    }
    # Dataverse writes the version into the description of the document only.
    assert different == {"version"}
    assert ours.version == "1.0"


def test_an_answer_of_the_native_api_is_read_too():
    version = export(plain("title", "Schools"))["datasetVersion"]
    top = {"latestVersion": version, "protocol": "doi", "authority": "10.5072", "identifier": "X"}
    record = dataverse_record({"status": "OK", "data": top}, name="x")
    assert record.titles[0].value == "Schools"
    assert record.holdings[0].uri == "https://doi.org/10.5072/X"
    assert record.identifiers[0].value == "doi:10.5072/X"
    assert record.version == ""


def test_files_are_told():
    files = [
        {"label": "a.tab", "directoryLabel": "data", "restricted": True, "description": "Answers",
         "dataFile": {"id": 7, "contentType": "text/csv", "filesize": 12,
                      "checksum": {"type": "SHA-256", "value": "AB"}}},
        {"dataFile": {"filename": "b.txt", "checksum": {"type": "MD5", "value": "AB"}}},
        "nothing",
    ]  # fmt: skip
    first, second = dataverse_record(export(files=files), name="x").files
    assert (first.id, first.name, first.size, first.checksum) == ("F7", "data/a.tab", 12, "ab")
    assert (first.contents, first.notes) == ("Answers", ("restricted",))
    assert (second.id, second.name, second.checksum, second.notes) == ("F2", "b.txt", "", ())


def test_signs_that_no_text_can_hold_are_left_out():
    data = json.dumps(export(plain("title", "a\ud800b\x00c"))).encode()
    assert read_dataverse(data, name="x.json").titles[0].value == "abc"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json(data):
    with pytest.raises(Fault) as raised:
        read_dataverse(data, name="x.json")
    assert raised.value.code == "FMT-360"
    assert raised.value.where.file == "x.json"


@pytest.mark.parametrize("content", [
    None, [], {}, {"data": []}, {"datasetVersion": 1}, {"datasetVersion": {"metadataBlocks": []}},
])  # fmt: skip
def test_json_of_something_else(content):
    with pytest.raises(Fault) as raised:
        read_dataverse(json.dumps(content).encode(), name="x.json")
    assert raised.value.code == "FMT-361"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "authorName", "fields"]), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = ("title", "author", "keyword", "publication", "timePeriodCovered", "geographicCoverage",
         "datasetContact", "socialScienceNotes", "depositor", "distributionDate")  # fmt: skip


@given(st.lists(st.builds(plain, st.sampled_from(NAMES), JSON), max_size=4), JSON, JSON)
def test_nothing_in_an_export_breaks_it(fields, licence, files):
    dataverse_record(export(*fields, license=licence, files=files), name="x")
