"""Documents that we write: other people's programs open them, and nobody's name is in them."""

import io
import re
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from striprtf.striprtf import rtf_to_text

from consilience.formats.documents.read import read_document
from consilience.formats.documents_out.docx import docx_bytes
from consilience.formats.documents_out.model import Document, Grid, Heading, Line
from consilience.formats.documents_out.plain import markdown_bytes, plain_bytes
from consilience.formats.documents_out.rtf import rtf_bytes

DOCUMENT = Document(
    blocks=(
        Heading(text="Guide <1> & more"),
        Line(text="First: {braces} \\deleted\ttab"),
        Line(text="Née 😀", label="R1:", apart=True),
        Line(text="one", item=True),
        Line(text="two", item=True),
        Heading(text="Table", level=2),
        Grid(head=("a", "b"), rows=(("1", "x|y"), ("2", ""))),
    ),
    running="scoping | s01",
)
WRITERS = {
    "docx": docx_bytes, "rtf": rtf_bytes, "txt": plain_bytes, "md": markdown_bytes
}  # fmt: skip


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_document_is_the_same_bytes(form):
    first, second = (WRITERS[form](DOCUMENT) for _ in range(2))
    assert first == second
    if form == "docx":
        entries = zipfile.ZipFile(io.BytesIO(first)).infolist()
        assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_python_docx_opens_it():
    opened = docx.Document(io.BytesIO(docx_bytes(DOCUMENT)))
    texts = [paragraph.text for paragraph in opened.paragraphs]
    assert texts[:4] == ["Guide <1> & more", "First: {braces} \\deleted\ttab", "", "R1: Née 😀"]
    assert opened.paragraphs[0].style.name == "Heading 1"
    assert [cell.text for cell in opened.tables[0].rows[1].cells] == ["1", "x|y"]
    assert opened.sections[0].header.paragraphs[0].text == "scoping | s01"


def test_nothing_in_it_says_who_made_it_or_when():
    with zipfile.ZipFile(io.BytesIO(docx_bytes(DOCUMENT))) as archive:
        assert not [name for name in archive.namelist() if "docProps" in name]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        words = b"".join(archive.read(name) for name in archive.namelist())
    assert not re.search(rb"rsid|creator|lastModifiedBy|w:author|paraId", words)
    assert not re.search(rb"\\(info|author|operator|creatim|rsid)", rtf_bytes(DOCUMENT))


def test_pages_are_numbered_by_fields():
    with zipfile.ZipFile(io.BytesIO(docx_bytes(DOCUMENT))) as archive:
        footer = archive.read("word/footer1.xml").decode()
    assert re.findall(r'w:instr="(\w+)"', footer) == ["PAGE", "NUMPAGES"]
    assert rb"\fldinst PAGE" in rtf_bytes(DOCUMENT)


def test_striprtf_opens_it():
    words = rtf_to_text(rtf_bytes(DOCUMENT).decode("ascii"))
    lines = words.encode("utf-16", "surrogatepass").decode("utf-16").splitlines()
    assert lines[:4] == ["Guide <1> & more", "First: {braces} \\deleted\ttab", "", "R1: Née 😀"]
    assert "1|x|y|" in lines


def test_letters_are_signed_numbers_of_utf_16_as_the_specification_asks():
    assert rb"\u233?\u-18?\u-10179?\u-8704?" in rtf_bytes(
        Document(blocks=(Line(text="\u00e9\uffee\U0001f600"),))
    )


def test_plain_text_and_markdown():
    assert plain_bytes(DOCUMENT).decode() == (
        "Guide <1> & more\n================\n\nFirst: {braces} \\deleted\ttab\n\nR1: Née 😀\n"
        "- one\n- two\n\nTable\n-----\n\na  b\n-  ---\n1  x|y\n2\n"
    )
    assert markdown_bytes(DOCUMENT).decode() == (
        "# Guide \\<1\\> & more\n\nFirst: {braces} \\\\deleted\ttab\n\n**R1:** Née 😀\n\n"
        "- one\n- two\n\n## Table\n\n| a | b |\n| --- | --- |\n| 1 | x\\|y |\n| 2 |  |\n"
    )


def test_a_wide_table_stands_row_by_row_in_plain_text():
    long = "word " * 30
    made = plain_bytes(Document(blocks=(Grid(head=("what", "why"), rows=((long, "x"),) * 2),)))
    lines = made.decode().splitlines()
    assert max(map(len, lines)) <= 100
    assert [line for line in lines if line.startswith("why")] == ["why: x"] * 2


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
@pytest.mark.parametrize("form", ["docx", "rtf", "txt"])
def test_any_words_come_back(form, words):
    line = re.sub(r"[\r\n\x0b\x0c]", " ", words)
    document = Document(blocks=(Line(text=line, label="R1:"), Line(text="last")))
    expected = re.sub("[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]", "\ufffd", line)
    read = read_document(WRITERS[form](document), file=f"a.{form}").text
    assert [part.rstrip() for part in read.split("\n")[:2]] == [f"R1: {expected}".rstrip(), "last"]
