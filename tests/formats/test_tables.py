"""Tables of other tools: what is read, what is found out, what is refused and where."""

import codecs
import csv
import datetime as dt
import gzip
import io
import re
import zipfile

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.formats.tables import (
    TableShape,
    csv_bytes,
    found_in,
    read_table,
    row_numbers,
    write_csv,
)


def refused(code, path, **shape):
    """Return the fault of a file that must be refused with this code, its sentences whole."""
    with pytest.raises(Fault) as caught:
        read_table(path, shape=TableShape(**shape))
    fault = caught.value
    assert fault.code == code
    whole(fault)
    return fault


def whole(fault):
    assert "<" not in fault.what
    assert "<" not in fault.remedy


def noted(table, code):
    """Return the warning of this code that came with a table."""
    (fault,) = [each for each in found_in(table).notes if each.code == code]
    assert fault.is_warning
    whole(fault)
    return fault


@pytest.fixture
def save(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(content, name="answers.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- what is found out --------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter_even_where_others_stand_in_texts(save, delimiter):
    rows = ["id|text", "1|well, yes; no", "2|one, two; three", "3|a, b"]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row.split("|")) for row in rows)
    table = read_table(save(text))
    assert table.column_names == ["id", "text"]
    assert table.column("text").to_pylist()[0] == "well, yes; no"
    assert found_in(table).delimiter == delimiter


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_finds_the_encoding(save, encoding, found):
    table = read_table(save("id,name\n1,Brontë – Æther\n".encode(encoding)))
    assert table.to_pylist() == [{"id": "1", "name": "Brontë – Æther"}]
    assert found_in(table).encoding == found


def test_a_guessed_encoding_is_said_with_its_byte(save):
    fault = noted(read_table(save("id,name\n1,Zoë\n".encode("cp1252"))), "FMT-013")
    assert fault.where.row == 2
    assert "0xeb" in fault.what


def test_a_file_in_which_letters_beyond_ascii_abound_is_not_read_as_cp1252(save):
    text = "id,name\n" + "\n".join(f"{n},Школа номер {n} города Москвы" for n in range(30))
    table = read_table(save(text.encode("cp1251")))
    assert table.column("name").to_pylist()[0] == "Школа номер 0 города Москвы"


def test_a_byte_that_cp1252_leaves_undefined_rules_it_out(save):
    text = "id,name\n" + "\n".join(f"{n},Zażółć gęślą jaźń w Łodzi, Ťahanovce" for n in range(9))
    data = text.replace("jaźń w Łodzi, ", "jaźń w Łodzi ").encode("cp1250")
    assert b"\x8d" in data
    table = read_table(save(data))
    assert table.column("name").to_pylist()[0] == "Zażółć gęślą jaźń w Łodzi Ťahanovce"


def test_empty_cells_rows_and_tail_columns_are_nothing(save):
    table = read_table(save("id,a,,\n1, ,,\n,,,\n\n2,x,,\n"))
    assert table.to_pylist() == [{"id": "1", "a": None}, {"id": "2", "a": "x"}]
    assert row_numbers(table) == (2, 5)


def test_a_column_without_a_name_but_with_values_is_named_and_said(save):
    table = read_table(save(",a\nx,1\ny,2\n"))
    assert table.column_names == ["column 1", "a"]
    noted(table, "FMT-022")


def test_a_heading_alone_is_a_table_without_rows_and_a_warning(save):
    table = read_table(save("id,a\n"))
    assert table.num_rows == 0
    assert table.column_names == ["id", "a"]
    noted(table, "FMT-020")


def test_the_hint_of_excel_is_followed_and_counted_as_a_row(save):
    table = read_table(save("sep=;\r\nid;a,b\r\n1;2\r\n"))
    assert table.to_pylist() == [{"id": "1", "a,b": "2"}]
    assert row_numbers(table) == (3,)


def test_three_heading_rows_leave_the_first_as_names_and_keep_the_questions(save):
    path = save('id,Q1\nId,"How, so?"\n"{""ImportId"":""x""}","{""ImportId"":""y""}"\nR1,4\n')
    table = read_table(path, shape=TableShape(header_rows=3))
    assert table.to_pylist() == [{"id": "R1", "Q1": "4"}]
    assert found_in(table).labels == ("Id", "How, so?")
    assert row_numbers(table) == (4,)
    assert refused("FMT-023", path).where.row == 3


def test_a_file_cut_short_within_its_last_row_is_read_and_said(save):
    table = read_table(save("id,a,b\n1,2,3\n2,5"))
    assert table.to_pylist()[1] == {"id": "2", "a": "5", "b": None}
    assert noted(table, "FMT-025").where.row == 3


def test_gzip_is_unpacked(save):
    table = read_table(save(gzip.compress(b"id\n7\n"), "a.csv.gz"))
    assert table.column("id").to_pylist() == ["7"]


# --- what is refused ----------------------------------------------------------------------


def test_a_file_that_is_not_there_names_its_neighbour(tmp_path, save):
    save("id\n1\n", "answers.csv")
    fault = refused("FMT-001", tmp_path / "answer.csv")
    assert "answers.csv" in fault.remedy
    assert refused("FMT-001", tmp_path / "none" / "answer.csv").remedy.endswith("either.")


def test_a_folder_is_refused(tmp_path):
    folder = tmp_path / "answers.csv"
    folder.mkdir()
    refused("FMT-002", folder)


def test_a_file_that_the_system_will_not_read_is_refused(tmp_path):
    link = tmp_path / "answers.csv"
    link.symlink_to("/proc/self/mem")  # a file that is there and gives an error when read
    refused("FMT-003", link)


@pytest.mark.parametrize("content", [b"", b"\n\n", codecs.BOM_UTF8, b",,\n,,\n"])
def test_nothing_is_refused(save, content):
    refused("FMT-004", save(content))


def test_an_unknown_suffix_is_refused(save):
    refused("FMT-005", save("id\n", "answers.docx"))


@pytest.mark.parametrize("head", [b"PK\x03\x04..", b"$FL2....", b"%PDF-1.7", b"<html><body>"])
def test_binary_content_under_a_text_name_is_refused(save, head):
    refused("FMT-006", save(head))


def test_broken_gzip_is_refused(save):
    whole_file = gzip.compress(b"id,a\n" + b"1,2\n" * 999)
    refused("FMT-007", save(whole_file[: len(whole_file) // 2], "a.csv.gz"))
    refused("FMT-007", save(b"id,a\n", "b.csv.gz"))


def test_a_byte_that_the_told_encoding_does_not_have_is_placed(save):
    fault = refused("FMT-010", save("id,a\n1,x\n2,é\n".encode("cp1252")), encoding="utf-8")
    assert fault.where.row == 3
    assert "0xe9" in fault.what


def test_an_encoding_that_is_none_is_refused(save):
    refused("FMT-011", save("id\n1\n"), encoding="utf-9")


def test_bytes_that_are_no_text_are_refused(save):
    noise = bytes(range(1, 256)) * 40
    fault = refused("FMT-012", save(b"id,a\n" + noise))
    assert fault.where.file.endswith("answers.csv")


def test_a_nul_byte_is_placed(save):
    assert refused("FMT-014", save(b"id,a\n1,\0\n")).where.row == 2


def test_a_told_delimiter_that_splits_nothing_is_refused_for_one_that_does(save):
    fault = refused("FMT-015", save("id,a,b\n1,2,3\n"), delimiter=";")
    assert fault.values["better"] == ","
    assert fault.values["columns"] == 3


def test_one_column_is_one_column_whatever_is_told(save):
    assert read_table(save("id\n1\n"), shape=TableShape(delimiter=";")).num_columns == 1


@pytest.mark.parametrize("rows", ["1,2,3\n2,x,y,4\n3,1,1\n", "1,2\n2,5,6\n"])
def test_uneven_rows_are_placed(save, rows):
    fault = refused("FMT-016", save("id,a,b\n0,1,2\n" + rows))
    assert fault.where.row == (4 if rows.startswith("1,2,3") else 3)


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_rest(save):
    fault = refused("FMT-017", save('id,a\n1,"open\n2,b\n3,c\n'))
    assert fault.where.row == 2


def test_a_field_beyond_reading_is_refused(save):
    usual = csv.field_size_limit(131_072)  # other libraries of the tests lift it
    try:
        refused("FMT-017", save("id,a\n1," + "x" * 131_073 + "\n"))
    finally:
        csv.field_size_limit(usual)


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n"])
def test_a_delimiter_that_is_none_is_refused(save, delimiter):
    if delimiter:
        refused("FMT-018", save("id,a\n1,2\n"), delimiter=delimiter)
    else:  # nothing told
        assert read_table(save("id,a\n1,2\n"), shape=TableShape(delimiter="")).num_columns == 2


def test_two_columns_of_one_name_are_refused(save):
    assert refused("FMT-021", save("id,a, a\n1,2,3\n")).values["places"] == "2, 3"


def test_more_heading_rows_than_rows_are_refused(save):
    refused("FMT-024", save("id,a\n1,2\n"), header_rows=3)


# --- workbooks ----------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    """Return a function that writes a workbook of sheets of rows and returns its path."""

    def write(sheets, name="book.xlsx"):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


def test_cells_read_as_they_are_meant(book):
    time = dt.datetime(2017, 10, 3, 9, 5)  # noqa: DTZ001  (a sheet knows no zones)
    row = ["Brontë", 7.0, 0.25, dt.date(2017, 10, 3), time, True, None]
    path = book({"answers": [["text", "n", "x", "day", "time", "flag", "none"], row]})
    table = read_table(path)
    assert [*table.to_pylist()[0].values()] == [
        "Brontë", "7", "0.25", "2017-10-03", "2017-10-03T09:05:00", "TRUE", None,
    ]  # fmt: skip
    assert found_in(table).sheet == "answers"


def test_the_sheet_is_chosen_by_name_and_a_wrong_one_names_the_nearest(book):
    path = book({"notes": [["x"], [1]], "answers": [["id"], [5]]})
    assert read_table(path, shape=TableShape(sheet="answers")).column("id").to_pylist() == ["5"]
    assert refused("FMT-033", path, sheet="answer").values["nearest"] == "answers"


def test_empty_rows_before_the_heading_and_within_are_left_out(book):
    path = book({"a": [[None], [None], ["id", "q"], [1, 2], [None, None], [3]]})
    table = read_table(path)
    assert table.to_pylist() == [{"id": "1", "q": "2"}, {"id": "3", "q": None}]
    assert row_numbers(table) == (4, 6)


def test_a_sheet_that_states_a_wrong_extent_is_read_whole(book, tmp_path):
    path = book({"a": [["id", "q"], [1, 2], [3, 4]]})
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(wrong, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b'ref="A1:B3"' in content
                content = content.replace(b'ref="A1:B3"', b'ref="A1"')
            new.writestr(name, content)
    assert read_table(wrong).to_pylist() == [{"id": "1", "q": "2"}, {"id": "3", "q": "4"}]


def test_a_value_beyond_the_headings_is_refused(book):
    assert refused("FMT-016", book({"a": [["id", "q"], [1, 2, 3]]})).where.row == 2


def test_an_empty_sheet_is_refused(book):
    assert refused("FMT-004", book({"a": []})).where.sheet == "a"


def test_formulas_without_results_are_refused_and_with_results_are_read(book, tmp_path):
    path = book({"a": [["id", "sum"], [1, "=1+1"]]})  # openpyxl stores no results
    assert refused("FMT-034", path).values["cell"] == "B2"
    xlsxwriter = pytest.importorskip(
        "xlsxwriter", reason="xlsxwriter, an independent program, is not there"
    )
    good = tmp_path / "good.xlsx"
    with xlsxwriter.Workbook(str(good)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["id", "sum"])
        sheet.write_number(1, 0, 1)
        sheet.write_formula(1, 1, "=1+1", value=2)
    assert read_table(good).to_pylist() == [{"id": "1", "sum": "2"}]


def test_error_values_are_read_as_empty_and_said(book):
    table = read_table(book({"a": [["id", "q"], [1, "#N/A"], [2, "x"]]}))
    assert table.column("q").to_pylist() == [None, "x"]
    assert noted(table, "FMT-035").values["cell"] == "B2"


def test_damaged_workbooks_are_refused_wherever_they_are_cut(book, save):
    data = book({"a": [["id", "q"], *[[n, "x" * 20] for n in range(200)]]}).read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        refused("FMT-030", save(data[: int(len(data) * share)], "cut.xlsx"))
    refused("FMT-030", save(b"just text", "text.xlsx"))


def repacked(data, method):
    """Return a workbook packed in another way."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return target.getvalue()


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_workbooks_with_any_damaged_byte_are_read_or_refused(book, save, method):
    rows = [["id", "q"], *[[n, "x" * (n % 30)] for n in range(60)]]
    whole_one = repacked(book({"a": rows}).read_bytes(), method)
    answers = 0
    for seed in range(250):
        chance = stream(seed, "damage")
        data = bytearray(whole_one)
        for place in chance.integers(len(data), size=int(chance.choice([1, 4, 30]))):
            data[place] = int(chance.integers(256))
        try:
            read_table(save(bytes(data), "damaged.xlsx"))
        except Fault as fault:
            answers += fault.code.startswith("FMT")
        else:
            answers += 1
    assert answers == 250


def test_a_workbook_with_a_locked_part_is_refused(book, save):
    data = book({"a": [["id"], [1]]}).read_bytes()
    # The lowest bit of the flags of an entry, in its own head and in the list of entries.
    for head, flags in ((b"PK\x03\x04", 2), (b"PK\x01\x02", 4)):
        first, *parts = data.split(head)
        locked = [part[:flags] + b"\x01" + part[flags + 1 :] for part in parts]
        data = head.join([first, *locked])
    assert "encrypted" in refused("FMT-030", save(data, "locked.xlsx")).what


@pytest.mark.parametrize("sheet", [None, "a"])
def test_a_workbook_without_a_sheet_is_refused(book, tmp_path, sheet):
    path = tmp_path / "none.xlsx"
    with zipfile.ZipFile(book({"a": [["id"], [1]]})) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", content, flags=re.DOTALL)
            new.writestr(name, content)
    assert "it has no sheet of cells" in refused("FMT-030", path, sheet=sheet).what


def test_zip_archives_that_are_no_workbooks_are_refused(save):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hello.txt", "hello")
    refused("FMT-030", save(target.getvalue(), "zip.xlsx"))


def test_protected_and_old_workbooks_are_told_apart(save):
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    refused("FMT-032", save(old, "old.xls"))
    # A protected .xlsx is such a container with a stream of this name.
    refused("FMT-031", save(old + "EncryptedPackage".encode("utf-16-le"), "locked.xlsx"))


@pytest.mark.shared
def test_real_old_workbooks_are_refused(shared):
    for path in sorted((shared / "data" / "survey").glob("*.xls")):
        refused("FMT-032", path)


# --- real files ---------------------------------------------------------------------------


@pytest.mark.shared
def test_real_qualtrics_export_with_three_heading_rows(shared):
    path = shared / "data" / "survey" / "qualtRics_sample_3header.csv"
    table = read_table(path, shape=TableShape(header_rows=3))
    assert table.num_rows == 1
    assert table.column("Q2").to_pylist() == ["Hello World!"]
    assert "Datum" not in table.column("StartDate").to_pylist()[0]
    refused("FMT-023", path)


@pytest.mark.shared
def test_real_files_of_every_kind_are_read_whole(shared):
    sizes = {
        "survey/redcapr_longitudinal_data.csv": (18, 125),
        "survey/formr_all_widgets.xlsx": (41, 12),
        "domain/dfe_register_schools_2021.csv.gz": (49029, 7),
        "domain/d2i_la_provider_lookup.csv": (156, 23),
        "domain/nyc_school_survey_2011_gened_455.txt.gz": (455, 1942),
    }
    for name, shape in sizes.items():
        assert read_table(shared / "data" / name).shape == shape


# --- writing ------------------------------------------------------------------------------


def test_writes_plain_bytes(tmp_path):
    table = pa.table(
        {
            "area": ["Bristol, City of", None],
            "value": [2.0, 0.1],
            "n": pa.array([None, 3], pa.int64()),
            "day": [dt.date(2018, 3, 31), None],
            "late": [True, False],
            "units": [["a", "b"], []],
        }
    )
    assert csv_bytes(table).decode() == (
        'area,value,n,day,late,units\n"Bristol, City of",2,,2018-03-31,true,a; b\n,0.1,3,,false,\n'
    )
    write_csv(table, tmp_path / "a.csv.gz")
    write_csv(table, tmp_path / "b.csv.gz")
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == csv_bytes(table)


def test_what_a_spreadsheet_would_run_is_made_text_and_numbers_are_not_touched():
    cells = ["=1+1", "@x", "+44 20", "-9", "+1.5e3", "- none", "plain", "\tx"]
    lines = csv_bytes(pa.table({"a": cells, "b": [-1.0] * 8})).decode().splitlines()
    guarded = [row[0] for row in csv.reader(lines[1:])]
    assert guarded == ["'=1+1", "'@x", "'+44 20", "-9", "+1.5e3", "'- none", "plain", "'\tx"]
    assert all(line.endswith(",-1") for line in lines[1:])
    assert csv_bytes(pa.table({"a": cells}), guarded=False).decode().splitlines()[1] == "=1+1"


CELL = st.one_of(
    st.none(),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8
    ).filter(lambda text: text.strip() and not text.startswith("{")),
)


@example([("a\rb", "x\r", None), ("a,b", 'say "so"', "two\nlines")])
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL).filter(any), min_size=1, max_size=6))
def test_what_is_written_is_read_again(tmp_path_factory, rows):
    names = ("one", "two, too", "three")
    table = pa.table({name: pa.array(c, pa.string()) for name, c in zip(names, zip(*rows, strict=True), strict=True)})  # fmt: skip  # noqa: E501
    path = tmp_path_factory.mktemp("round") / "t.csv"
    write_csv(table, path, guarded=False)
    # The delimiter is told: cells of this kind may look more like another one.
    again = read_table(path, shape=TableShape(encoding="utf-8", delimiter=","))
    assert again.to_pylist() == table.to_pylist()


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatever_end_in_anything_but_a_table_or_a_fault(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("noise")
    for name in ("noise.csv", "noise.xlsx", "noise.csv.gz"):
        (folder / name).write_bytes(data)
        try:
            read_table(folder / name)
        except Fault as fault:
            whole_what = fault.what
            assert whole_what
