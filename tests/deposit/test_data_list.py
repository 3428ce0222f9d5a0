"""The data list of interviews."""

import io
import zipfile

import openpyxl

from consilience.deposit.data_list import data_list, data_list_files, quasi_identifiers
from consilience.deposit.model import DataSet, Interview

SCHOOLS = DataSet(id="schools", title="School interviews", kind="text")
TALKS = [
    Interview(
        id="s01", data_set="schools", role="head", area="Area 7", month="2018-03", words=900,
        interviewer="int-1", file="data/schools/txt/schools-s01.txt",
        attributes=(("phase", "primary"), ("role", "doubled")),
    ),
    Interview(
        id="s02", data_set="schools", role="=cmd()", deposited=False, reason="no consent",
        attributes=(("size", "large"),),
    ),
    Interview(id="g01", data_set="scoping", role="lead", people=4),
]  # fmt: skip


def test_a_row_an_interview_whatever_became_of_it():
    table = data_list(TALKS[:2])
    assert table.column_names == [
        "interview", "role", "area", "setting", "month", "mode", "people", "words", "interviewer",
        "file", "deposited", "reason", "phase", "size",
    ]  # fmt: skip
    first, second = table.to_pylist()
    assert (first["role"], first["words"], first["deposited"]) == ("head", 900, "yes")
    assert (second["words"], second["deposited"], second["reason"]) == (None, "no", "no consent")
    assert (second["phase"], second["size"]) == (None, "large")


def test_files_hold_the_interviews_of_their_data_set_only():
    files = data_list_files(TALKS, SCHOOLS, simulated=True)
    assert [file.path for file in files] == [
        "documentation/data-list-schools.csv", "documentation/data-list-schools.xlsx"
    ]  # fmt: skip
    assert b"s02" in files[0].content
    assert b"g01" not in files[0].content
    book = openpyxl.load_workbook(io.BytesIO(files[1].content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert cells[2][1] == "=cmd()"
    assert book.active.cell(3, 2).data_type == "s"  # a text, no formula
    assert cells[1][:5] == ["s01", "head", "Area 7", "", "2018-03"]
    assert book.properties.creator in (None, "")
    assert files == data_list_files(TALKS, SCHOOLS, simulated=True)
    with zipfile.ZipFile(io.BytesIO(files[1].content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_data_set_without_interviews_has_no_list():
    assert data_list_files(TALKS, DataSet(id="surveys", title="S", kind="numeric")) == ()


def test_quasi_identifiers_are_all_that_tells_whose_it_is():
    table = quasi_identifiers(TALKS)
    assert table.column_names == [
        "data_set", "interview", "role", "area", "setting", "month", "people", "phase", "size"
    ]  # fmt: skip
    assert table.to_pylist()[2] == {
        "data_set": "scoping", "interview": "g01", "role": "lead", "area": "", "setting": "",
        "month": "", "people": "4", "phase": "", "size": "",
    }  # fmt: skip
