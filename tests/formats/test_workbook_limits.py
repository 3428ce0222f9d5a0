"""A workbook that would fill the memory is refused before it does; one that is large is read."""

import gzip
import io
import os
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from consilience.base.errors import Fault
from consilience.formats import opening, words, workbook, workbook_limits
from consilience.formats.tables import found_in, read_table
from consilience.formats.words import words_in

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
LINE = '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c></row>'


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a workbook of which one part is made of given pieces."""
    whole = io.BytesIO()
    openpyxl.Workbook().save(whole)

    def write(part, *pieces, name="book.xlsx"):
        path = tmp_path / name
        with (
            zipfile.ZipFile(whole) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for each in old.namelist():
                content = old.read(each)
                if part == STRINGS and each == "[Content_Types].xml":
                    content = content.replace(b"</Types>", SHARED)
                if each != part:
                    new.writestr(each, content)
            with new.open(part, "w") as stream:
                for piece in pieces:
                    stream.write(piece.encode())
        return path

    return write


def sheet(*rows, before=""):
    return (f"<worksheet {MAIN}>{before}<sheetData>", *rows, "</sheetData></worksheet>")


def refused(path):
    with pytest.raises(Fault) as caught:
        read_table(path)
    return caught.value


BOMBS = {
    "one text of 210 MB": (STRINGS, (f"<sst {MAIN}><si><t>", *[" " * 10**7] * 21)),
    "two million texts": (STRINGS, (f"<sst {MAIN}>", *["<si/>" * 10**5] * 20)),
    "a text of a million pieces": (STRINGS, (f"<sst {MAIN}><si>", *["<r/>" * 10**5] * 10)),
    "a row of a million cells": (SHEET, sheet(HEAD, "<row>", *["<c/>" * 10**5] * 10, "</row>")),
    "rows that are comments": (SHEET, sheet(HEAD, "<row>", *["<c/><!--<row/>-->" * 10**5] * 10)),
    "two million rows": (SHEET, sheet(*["<row/>" * 10**5] * 20)),
    "a million styles": (STYLES, (f"<styleSheet {MAIN}><cellXfs>", *["<xf/>" * 10**5] * 10)),
    "no XML of 40 MB": ("xl/media/image1.png", ["x" * 10**7] * 4),
    "no XML of two million tags": ("xl/media/image1.png", [" <" * 10**6] * 2),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_to_too_much_is_refused_before_it_is_read(write, bomb):
    part, pieces = BOMBS[bomb]
    path = write(part, *pieces)
    assert path.stat().st_size < 2_500_000
    told = refused(path)
    assert told.code == "FMT-270"
    assert told.what.startswith(f"{part} of 'book.xlsx' holds more than ")


def test_no_bomb_takes_more_memory_than_its_bytes(write, tmp_path):
    names = []
    for number, (part, pieces) in enumerate(BOMBS.values()):
        names.append(write(part, *pieces, name=f"{number}.xlsx").name)
    script = (
        "import sys; from consilience.base.errors import Fault\n"
        "from consilience.formats.tables import read_table; from pathlib import Path\n"
        "for name in sys.argv[1:]:\n"
        "    try: read_table(Path(name))\n"
        "    except Fault as fault: print(fault.code)\n"
        "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
        "print(int(peak) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *names], cwd=tmp_path, env=os.environ, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    # Not `ru_maxrss`: that of a new process counts what the one had that began it.
    *codes, megabytes = done.stdout.split()
    assert codes == ["FMT-270"] * len(BOMBS)
    assert int(megabytes) < 200, "reading a small table takes some 80"


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 200)], "cells"),
        (['<row r="99999999999"><c r="A2"><v>1</v></c></row>'], "rows"),
    ],
)
def test_a_sheet_that_a_number_makes_large_is_refused(write, monkeypatch, rows, what):
    most = {"cells": 6_000_000, "rows": 1_048_576}
    if what == "cells":
        most["cells"] = 1_000_000
        monkeypatch.setattr(workbook, "MOST_CELLS", most["cells"])
    told = refused(write(SHEET, *sheet(HEAD, *rows)))
    assert told.code == "FMT-272"
    assert told.what == f"it has more than {most[what]:,} {what}, empty ones among them"


def test_a_yearly_audit_of_all_schools_is_not_too_much(write):
    cell = '<c r="A1" t="inlineStr"><is><t>a</t></is></c>'
    path = write(SHEET, *sheet(*[f"<row>{cell * 80}</row>"] * 24_000))
    assert not workbook_limits.check_workbook(path.read_bytes(), file="book.xlsx")
    assert workbook.MOST_CELLS >= 24_000 * 150


def test_an_extent_that_lies_and_empty_rows_at_the_end_change_nothing(write):
    lie = '<dimension ref="A1:XFD1048576"/>'
    table = read_table(write(SHEET, *sheet(HEAD, LINE, before=lie)))
    assert table.to_pydict() == {"id": ["a"]}
    empty = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(3, 20_000))
    table = read_table(write(SHEET, *sheet(HEAD, LINE, empty)))
    assert table.to_pydict() == {"id": ["a"]}
    assert found_in(table).blank == ()
    alone = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(write(SHEET, *sheet(HEAD, LINE, alone))).code == "FMT-016"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(write, encoding):
    path = write(SHEET, '<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>', *sheet(HEAD, LINE))
    if encoding == "utf-16":
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts[SHEET] = parts[SHEET].decode().encode("utf-16")
        with zipfile.ZipFile(path, "w") as new:
            for name, content in parts.items():
                new.writestr(name, content)
    assert refused(path).code == "FMT-271"


def test_all_parts_together_and_their_number_have_an_end(write, monkeypatch):
    path = write(SHEET, *sheet(HEAD, LINE))
    monkeypatch.setattr(workbook_limits, "_MOST_BYTES", 2_000)
    assert "together" in refused(path).what
    monkeypatch.undo()
    monkeypatch.setattr(workbook_limits, "MOST_PARTS", 3)
    told = "the list of parts of 'book.xlsx' holds more than 3 parts, which is more than is read"
    assert refused(path).what == told


def test_a_sheet_with_prefixes_counts_like_another(write):
    prefixed = f"<x:worksheet xmlns:x={MAIN.split('=')[1]}><x:sheetData>"
    rows = "".join(
        f'<x:row r="{n}"><x:c r="A{n}"><x:v>{n}</x:v></x:c></x:row>' for n in range(1, 9)
    )
    table = read_table(write(SHEET, prefixed, rows, "</x:sheetData></x:worksheet>"))
    assert table.num_rows == 7


def test_words_of_a_bomb_are_not_looked_for_in_cells(write, monkeypatch):
    monkeypatch.setattr(workbook_limits, "MOST_ROWS", 1)
    path = write(SHEET, *sheet(HEAD, LINE))
    assert not [each for each in words_in("a.xlsx", path.read_bytes()) if each.part == "sheet 1"]
    monkeypatch.undo()
    assert [each for each in words_in("a.xlsx", path.read_bytes()) if each.part == "sheet 1"]


def test_words_of_a_large_sheet_come_in_pieces_that_say_where(write, monkeypatch):
    monkeypatch.setattr(words, "_CELLS_AT_ONCE", 1)
    found = words_in("a.xlsx", write(SHEET, *sheet(HEAD, LINE)).read_bytes())
    cells = [(each.text, *each.lines) for each in found if each.part == "sheet 1"]
    assert cells == [("id", "cell A1"), ("a", "cell A2")]


def test_a_packed_table_unpacks_to_so_much_and_no_more(tmp_path, monkeypatch):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id\n" + b"a\n" * 500))
    assert read_table(path).num_rows == 500
    monkeypatch.setattr(opening, "LARGEST_UNPACKED", 1_000)
    told = refused(path)
    assert told.code == "FMT-273"
    assert told.what == "'a.csv.gz' unpacks to more than 1,000 bytes"
