"""Words of any file are found where they stand, shown or hidden."""

import gzip
import io

import docx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf.generic import DecodedStreamObject, NameObject

from consilience.base.errors import Fault
from consilience.formats.sav import write_sav
from consilience.formats.words import words_in

NAME = "Quillfeather"


def saved(thing):
    target = io.BytesIO()
    thing.save(target)
    return target.getvalue()


def word():
    document = docx.Document()
    document.core_properties.author = NAME
    runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in ("Quill", "feather"))
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>"))
    return saved(document)


def workbook():
    book = openpyxl.Workbook()
    book.active["B3"] = f"said {NAME}"
    return saved(book)


def pdf():
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(99, 99)
    stream = DecodedStreamObject()
    stream.set_data(b"q Q")
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_attachment("a.txt", NAME.encode())
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def parquet():
    target = io.BytesIO()
    pq.write_table(pa.table({"who": ["x", NAME, NAME]}), target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("a.txt", f"one\n{NAME}".encode(), "line 2"),
        ("a.csv", f"one\n{NAME}".encode("utf-16"), "line 2"),
        ("a.txt.gz", gzip.compress(f"\n\n{NAME}".encode()), "line 3"),
        ("a.docx", word(), "word/document.xml, line"),
        ("a.docx", word(), "docProps/core.xml, line 2"),
        ("a.xlsx", workbook(), "sheet 1, cell B3"),
        ("a.parquet", parquet(), "column 1, row 2"),
        ("a.pdf", pdf(), "properties, comments and attachments, line"),
        ("a.rtf", rb"{\rtf1 one\par{\v Quill\b feather}}", "line 2"),
        ("a.rtf", rb"{\rtf1{\info{\author \'51uillfeather}}one}", "line 1"),
        ("a.jpg", b"\xff\xd8\xff\xe1\x00\x99" + NAME.encode(), "line 2"),
        ("a.doc", b"\xd0\xcf\x11\xe0\x00" + NAME.encode("utf-16-le"), "line 1"),
        ("a.svg", f"<svg id='{NAME}'/>".encode(), "line 1"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_word_is_found_where_it_stands(name, data, place):
    pieces = [each for each in words_in(name, data) if NAME in each.text]
    places = [each.place(each.text.index(NAME)) for each in pieces]
    assert any(each.startswith(place) for each in places), places


def test_values_and_labels_of_an_spss_file_are_words_too(tmp_path):
    path = tmp_path / "a.sav"
    table = pa.table({"who": ["x", NAME], "score": [1.0, 2.0]})
    labels = {"score": f"as {NAME} said"}
    write_sav(path, table, labels=labels, value_labels={"score": {1.0: NAME}}, note=NAME)
    found = [each for each in words_in("a.sav", path.read_bytes()) if NAME in each.text]
    assert [each.part for each in found] == [
        "column 1",
        "names and labels",
        "label and notes of the file",
        "other bytes",
    ]
    assert found[0].place(found[0].text.index(NAME)) == "column 1, row 2"
    assert found[1].text.count(NAME) == 2


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.sav", b"$FL2 and nothing", "FMT-382"),
        ("a.pdf", b"%PDF-1.4 and nothing", "FMT-382"),
        ("a.gz", b"\x1f\x8b and nothing", "FMT-382"),
        ("a.zip", b"PK\x03\x04 and nothing", "FMT-259"),
    ],
)
def test_what_cannot_be_looked_through_is_told(name, data, code):
    with pytest.raises(Fault) as caught:
        list(words_in(name, data))
    assert caught.value.code == code
