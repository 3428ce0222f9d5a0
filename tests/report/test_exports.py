"""Exports: workbook, CSV files, the labelled area file."""

from __future__ import annotations

import dataclasses
import zipfile

import openpyxl
import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.formats.sav import read_sav
from consilience.formats.tables import read_table
from consilience.report import workbook as workbook_module
from consilience.report.area_file import area_columns, write_area_file
from consilience.report.exports import exports_of, write_tables
from consilience.report.workbook import write_workbook


@pytest.fixture(scope="module")
def book(findings, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "tables.xlsx"
    write_workbook(findings, path)
    return path


def test_every_table_has_a_sheet_behind_one_that_explains(findings, book):
    opened = openpyxl.load_workbook(book)
    exports = list(exports_of(findings))
    assert opened.sheetnames == ["About", *(f"{e.stage}.{e.name}"[:31] for e in exports)]
    about = [cell.value for row in opened["About"].iter_rows() for cell in row if cell.value]
    assert any("SIMULATED" in str(value) for value in about)
    listed = [row[3].value for row in opened["About"].iter_rows(min_row=9)]
    assert listed == [e.table.num_rows for e in exports]


def test_a_sheet_holds_its_table_as_it_is(findings, book):
    opened = openpyxl.load_workbook(book)
    sheet = opened["congruence.band"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    table = findings.tables["congruence"]["band"]
    assert rows[0] == table.column_names
    for row, record in zip(rows[1:], table.to_pylist(), strict=True):
        assert row == [pytest.approx(v) if isinstance(v, float) else v for v in record.values()]
    assert sheet.freeze_panes == "B3"
    assert "SIMULATED" in sheet["A1"].value
    assert sheet["D3"].number_format == "0.0000"


def test_workbook_is_the_same_bytes_and_has_no_clock(findings, book, tmp_path):
    write_workbook(findings, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()
    with zipfile.ZipFile(book) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z" in core


def test_text_is_never_a_formula(findings, tmp_path):
    choice = findings.tables["cases"]["choice"]
    at = choice.column_names.index("reason")
    bad = choice.set_column(at, "reason", pa.array(["=1+1"] * choice.num_rows))
    tables = {"cases": {"choice": bad}}
    write_workbook(dataclasses.replace(findings, tables=tables), tmp_path / "f.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "f.xlsx")["cases.choice"].cell(3, at + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_table_too_long_for_a_sheet_is_left_out_and_named(findings, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 40)
    write_workbook(findings, tmp_path / "long.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "long.xlsx")
    assert "congruence.score" not in opened.sheetnames
    rows = [[cell.value for cell in row] for row in opened["About"].iter_rows(min_row=9)]
    assert ["left out: too long", "Congruence", "score"] in [row[:3] for row in rows]


def test_sheet_names_never_clash(findings, tmp_path):
    stage = findings.study.stage("cases")
    long = [stage.model_copy(update={"id": f"a-very-long-name-of-a-stage-of-choice-{n}"})
            for n in range(3)]  # fmt: skip
    study = findings.study.model_copy(update={"stages": tuple(long)})
    tables = {each.id: {"choice": findings.tables["cases"]["choice"]} for each in long}
    write_workbook(dataclasses.replace(findings, study=study, tables=tables), tmp_path / "n.xlsx")
    names = openpyxl.load_workbook(tmp_path / "n.xlsx").sheetnames
    assert names[1:] == ["a-very-long-name-of-a-stage-of-", "a-very-long-name-of-a-stage-o~2",
                         "a-very-long-name-of-a-stage-o~3"]  # fmt: skip


def test_csv_of_every_table_says_simulated_in_its_name(findings, tmp_path):
    files = write_tables(findings, tmp_path)
    assert len(files) == len(list(exports_of(findings)))
    assert all(file.name.endswith(".simulated.csv") for file in files)
    back = read_table(tmp_path / "cases.alternative.simulated.csv")
    units = findings.tables["cases"]["alternative"]["units"].to_pylist()
    assert back["units"].to_pylist() == ["; ".join(each) for each in units]


def test_real_tables_have_plain_names(make, tmp_path):
    write_tables(make(with_schools=False, simulated=False), tmp_path)
    assert (tmp_path / "areas.frame.csv").is_file()
    assert not list(tmp_path.glob("*simulated*"))


# --- the area file ----------------------------------------------------------------------


def test_area_file_joins_everything_by_area(findings, tmp_path):
    path = tmp_path / "areas.sav"
    written = write_area_file(findings, path)
    assert not written.renamed
    file = read_sav(path)
    rows = {row["id"]: row for row in file.table.to_pylist()}
    assert len(rows) == 30
    for band in findings.tables["congruence"]["band"].to_pylist():
        row = rows[band["area"]]
        assert (row["band"], row["band_probability"]) == (band["band"], band["probability"])
        assert file.value_labels["band"][float(band["band"])] == band["label"]
    for score in findings.tables["congruence"]["score"].to_pylist():
        name = f"score_{score['agency']}_{score['construct']}".replace("-", "_")
        assert rows[score["area"]][name] == score["raw"]
    chosen = set(findings.tables["cases"]["choice"]["unit"].to_pylist())
    assert {unit for unit, row in rows.items() if row["chosen_cases"] == 1} == chosen
    states = {c["area"]: c["disposition"] for c in findings.tables["linked"]["case"].to_pylist()
              if c["survey"] == "survey-board"}  # fmt: skip
    labels = file.value_labels["response_board"]
    shown = {unit: labels[row["response_board"]] for unit, row in rows.items()}
    assert shown == {u: s.capitalize().replace("-", " ") for u, s in states.items()}


def test_area_file_says_simulated(findings, make, tmp_path):
    write_area_file(findings, tmp_path / "a.sav")
    assert set(read_sav(tmp_path / "a.sav").table["simulated"].to_pylist()) == {1.0}
    assert b"SIMULATED DATA" in (tmp_path / "a.sav").read_bytes()
    real = make(with_schools=False, simulated=False)
    assert "simulated" not in [column.name for column in area_columns(real)]


def test_area_file_is_the_same_bytes(findings, tmp_path):
    for name in ("a.sav", "b.sav"):
        write_area_file(findings, tmp_path / name)
    assert (tmp_path / "a.sav").read_bytes() == (tmp_path / "b.sav").read_bytes()


def test_area_file_without_congruence_or_places(make, tmp_path):
    write_area_file(make(with_congruence=False, places=False), tmp_path / "a.sav")
    names = read_sav(tmp_path / "a.sav").table.column_names
    assert "response_board" in names
    assert "band" not in names


def test_no_areas_is_told(findings):
    tables = {name: each for name, each in findings.tables.items() if name != "areas"}
    with pytest.raises(Fault) as fault:
        area_columns(dataclasses.replace(findings, tables=tables))
    assert fault.value.code == "REP-004"
    assert "<" not in fault.value.what + fault.value.remedy
