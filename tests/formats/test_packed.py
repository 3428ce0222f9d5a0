"""What is packed in a file is looked through like open text, or it is told that it cannot be."""

import io
import struct
import zipfile

import docx
import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from consilience.base.errors import Fault
from consilience.formats import packed
from consilience.formats.packed import words_of_file


def archive(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "."), content)
    return path


def words(path):
    """Return the words as they are looked through, each once parted by one blank."""
    return words_of_file(path).split()


def refused(path):
    with pytest.raises(Fault) as caught:
        words_of_file(path)
    return caught.value.code


def test_a_plain_text_is_given_as_it_is(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Zoë came.", encoding="utf-8")
    assert words_of_file(path) == "Zoë came."


def test_a_name_that_formatting_cuts_is_whole_also_at_the_end_of_a_paragraph(tmp_path):
    document = docx.Document()
    first = document.add_paragraph("Ask Mary Jo")
    first.add_run("nes").bold = True
    document.add_paragraph("and go")
    document.add_table(1, 2).cell(0, 0).paragraphs[0].add_run("Ze").italic = True
    document.tables[0].cell(0, 0).paragraphs[0].add_run("bedee")
    document.tables[0].cell(0, 1).text = "rang"
    document.core_properties.author = "Fred Author"
    path = tmp_path / "a.docx"
    document.save(path)
    found = words_of_file(path)
    assert "Ask Mary Jones\n" in found
    assert "Zebedee" in words(path)
    assert "Fred Author" in found


def test_cells_comments_and_names_of_sheets_are_given(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet of Ann"
    sheet["A1"] = "R&D says O'Neil"
    sheet["A2"] = CellRichText("Mary Jo", TextBlock(InlineFont(b=True), "nes"))
    sheet["A3"] = "next"
    sheet["B1"].comment = openpyxl.comments.Comment("ask Bea", "Cy")
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = words_of_file(path)
    for wanted in ("Sheet of Ann", "R&D says O'Neil", "ask Bea"):
        assert wanted in found
    assert "Jones" in words(path)


def test_texts_within_an_exchange_file_are_given_also_packed_ones(tmp_path):
    inner = tmp_path / "in.docx"
    document = docx.Document()
    document.add_paragraph("Words of Deborah")
    document.save(inner)
    path = archive(
        tmp_path / "a.qdpx",
        project__qde='<Project name="of Ann &amp; Bea"><Note>&#77;ary</Note></Project>',
        one__txt="\ufeffZoë spoke",
        two__txt="Fran\xe7ois spoke".encode("cp1252"),
        three__txt="Wide words".encode("utf-16"),
        four__docx=inner.read_bytes(),
        Jim__txt="",
    )
    found = words_of_file(path)
    for wanted in ("of Ann & Bea", "Mary", "Zoë", "François", "Wide words", "of Deborah", "Jim"):
        assert wanted in found


def test_an_archive_with_a_password_is_told(tmp_path):
    data = bytearray(archive(tmp_path / "a.zip", a__txt="words").read_bytes())
    central = data.index(b"PK\x01\x02")
    for at in (6, central + 8):  # the flag that says a part is encrypted
        data[at] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert refused(tmp_path / "a.zip") == "FMT-259"


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.9])
def test_a_damaged_archive_is_told(tmp_path, place):
    content = " ".join(map(str, range(3000)))
    data = bytearray(archive(tmp_path / "a.docx", a__xml=content).read_bytes())
    (tmp_path / "cut.docx").write_bytes(data[: int(len(data) * place)])
    assert refused(tmp_path / "cut.docx") == "FMT-259"
    at = 40 + int((len(data) - 120) * place)
    data[at : at + 8] = b"\xff" * 8
    (tmp_path / "a.docx").write_bytes(data)
    assert refused(tmp_path / "a.docx") == "FMT-259"


def test_a_packing_that_nobody_knows_is_told(tmp_path):
    data = bytearray(archive(tmp_path / "a.zip", a__txt="words").read_bytes())
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, 97)
    struct.pack_into("<H", data, 8, 97)
    (tmp_path / "a.zip").write_bytes(data)
    assert refused(tmp_path / "a.zip") == "FMT-259"


def test_too_much_is_told_before_it_is_unpacked_also_archives_in_archives(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "_MOST_BYTES", 10_000)
    assert refused(archive(tmp_path / "a.zip", a__txt=b"x" * 10_001)) == "FMT-259"
    inner = archive(tmp_path / "in.zip", a__txt=b"x" * 6_000).read_bytes()
    assert refused(archive(tmp_path / "b.zip", a__zip=inner, b__zip=inner)) == "FMT-259"
    for _ in range(9):
        buffer = io.BytesIO()
        archive(buffer, in__zip=inner)
        inner = buffer.getvalue()
    (tmp_path / "deep.zip").write_bytes(inner)
    assert refused(tmp_path / "deep.zip") == "FMT-259"


def test_what_is_neither_text_nor_archive_is_told(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 20)
    assert refused(path) == "FMT-012"
