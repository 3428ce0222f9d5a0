"""Words of documents of every kind, and documents that mean harm."""

import io
import os
import zipfile

import docx
import pytest

from consilience.base.errors import Fault
from consilience.formats.documents.docx import read_docx
from consilience.formats.documents.odt import read_odt
from consilience.formats.documents.package import LARGEST_PART, MOST_PARTS, MOST_TAGS
from consilience.formats.documents.pdf import read_pdf
from consilience.formats.documents.plain import read_plain
from consilience.formats.documents.read import read_document
from consilience.formats.documents.reading import read_limited
from consilience.formats.documents.rtf import read_rtf

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    )
)


def zipped(parts):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


def word(body, **others):
    document = f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>"
    return zipped({"word/document.xml": document, **others})


def open_text(body, **others):
    content = (
        f"<office:document-content {ODF}><office:body><office:text>{body}"
        "</office:text></office:body></office:document-content>"
    )
    return zipped({"content.xml": content, **others})


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def codes(reading):
    return [note.code for note in reading.notes]


def refusal(read, *arguments, **options):
    with pytest.raises(Fault) as caught:
        read(*arguments, **options)
    assert caught.value.what
    assert caught.value.remedy
    return caught.value.code


# --- Word ---------------------------------------------------------------------------------


def test_word_tabs_breaks_and_hyphens_stand_as_they_are_seen():
    body = (
        f"<w:p>{run('I:')}<w:r><w:tab/></w:r>{run('Why?')}</w:p>"
        f'<w:p>{run("One")}<w:r><w:br/></w:r>{run("two")}<w:r><w:br w:type="page"/></w:r></w:p>'
        f"<w:p>{run('co')}<w:r><w:noBreakHyphen/></w:r>{run('op')}</w:p><w:p/>"
    )
    reading = read_docx(word(body), file="a.docx")
    assert reading.text == "I:\tWhy?\nOne\ntwo\nco\u2011op\n"
    assert codes(reading) == []


def test_word_insertions_are_taken_deletions_left_out_and_both_counted():
    body = (
        f"<w:p>{run('We ')}<w:ins>{run('never ')}</w:ins>"
        "<w:del><w:r><w:delText>always </w:delText><w:tab/></w:r></w:del>"
        f"<w:moveFrom>{run('gone')}</w:moveFrom>{run('met.')}"
        "<w:r><w:commentReference/></w:r><w:r><w:footnoteReference/></w:r></w:p>"
    )
    reading = read_docx(word(body), file="a.docx")
    assert reading.text == "We never met."
    assert codes(reading) == ["FMT-204", "FMT-205", "FMT-206"]
    changes = reading.notes[0].values
    assert (changes["insertions"], changes["deletions"]) == (1, 2)


def test_word_tables_boxes_alternatives_and_margins():
    row = f"<w:tr><w:tc><w:p>{run('I')}</w:p></w:tc><w:tc><w:p>{run('Why?')}</w:p></w:tc></w:tr>"
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        f"<w:p>{run('boxed')}</w:p></w:txbxContent></mc:Choice><mc:Fallback><w:pict>"
        f"<w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    header = f"<w:hdr {W}><w:p>{run('Date: 3 May 2018')}</w:p></w:hdr>"
    reading = read_docx(
        word(f"<w:tbl>{row}</w:tbl>{box}", **{"word/header1.xml": header}), file="a.docx"
    )
    assert reading.text.split() == ["I", "Why?", "boxed"]
    assert "I\tWhy?" in reading.text
    assert reading.margins == ("Date: 3 May 2018",)


def test_word_rows_and_ends_of_paragraphs_that_were_deleted_are_gone_and_counted():
    def row(words, change=""):
        return f"<w:tr><w:trPr>{change}</w:trPr><w:tc><w:p>{run(words)}</w:p></w:tc></w:tr>"

    gone = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    body = (
        f"<w:tbl>{row('stays')}{row('goes', '<w:del/>')}{row('came', '<w:ins/>')}</w:tbl>"
        f"<w:p>{gone}{run('I: Why ')}</w:p><w:p>{gone}{run('not')}</w:p><w:p>{run('?')}</w:p>"
        f"<w:p>{gone}{run('R1: So.')}</w:p>"
    )
    reading = read_docx(word(body), file="a.docx")
    assert reading.text == "stays\ncame\nI: Why not?\nR1: So."
    (note,) = reading.notes
    assert (note.values["insertions"], note.values["deletions"]) == (1, 4)


def test_word_boxes_of_the_older_kind_are_read():
    box = f"<w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent>"
    body = f"<w:p><w:r><w:pict>{box}</w:pict></w:r></w:p>"
    assert read_docx(word(body), file="a.docx").text.split() == ["boxed"]


def test_word_in_the_strict_form_is_read_like_the_other():
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    body = f'<w:p>{run("I: Why")}<w:r><w:br w:type="page"/></w:r>{run("?")}</w:p>'
    document = f"<w:document {strict}><w:body>{body}</w:body></w:document>"
    reading = read_docx(zipped({"word/document.xml": document}), file="a.docx")
    assert reading.text == "I: Why?"


def test_word_as_another_library_writes_it():
    made = docx.Document()
    made.add_heading("Interview 7", 1)
    made.add_paragraph("Interviewer: Why?\tNow?")
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "R1", "Well."
    sink = io.BytesIO()
    made.save(sink)
    text = read_docx(sink.getvalue(), file="a.docx").text
    assert text == "Interview 7\nInterviewer: Why?\tNow?\nR1\tWell."


# --- OpenDocument -------------------------------------------------------------------------


def test_open_document_spaces_tabs_lists_and_tables():
    body = (
        "<text:h>Interview</text:h><text:p>I:<text:tab/>Why  \n now<text:s text:c='3'/>then?"
        "<text:line-break/>So.</text:p><text:list><text:list-item><text:p>one</text:p>"
        "</text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>R"
        "</text:p></table:table-cell><table:table-cell><text:p>Yes</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    reading = read_odt(open_text(body), file="a.odt")
    assert reading.text == "Interview\nI:\tWhy now   then?\nSo.\none\nR\tYes"


def test_open_document_odd_counts_of_spaces_and_readings_beside_characters():
    ruby = "<text:ruby><text:ruby-base>R</text:ruby-base><text:ruby-text>r</text:ruby-text>"
    body = (
        f"<text:p>a<text:s text:c='²'/>b<text:s text:c='{'9' * 5000}'/>{ruby}</text:ruby></text:p>"
    )
    assert read_odt(open_text(body), file="a.odt").text == "a b" + " " * 200 + "R"


def test_open_document_changes_comments_and_notes_are_counted():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>always</text:p>"
        "</text:deletion></text:changed-region><text:changed-region><text:insertion/>"
        "</text:changed-region></text:tracked-changes><text:p>We <text:change-start/>never"
        "<text:change-end/> met<office:annotation><text:p>sure?</text:p></office:annotation>."
        "<text:note><text:note-body><text:p>foot</text:p></text:note-body></text:note></text:p>"
    )
    reading = read_odt(open_text(body), file="a.odt")
    assert reading.text == "We never met."
    assert codes(reading) == ["FMT-204", "FMT-205", "FMT-206"]


@pytest.mark.shared
def test_real_small_documents(shared):
    folder = shared / "data/qual/qualcoder_examples"
    for name in ("ID1.docx", "ID2.odt"):
        reading = read_document((folder / name).read_bytes(), file=name)
        assert len(reading.text.split()) > 50
        assert codes(reading) == []


# --- RTF ----------------------------------------------------------------------------------


def test_rtf_letters_of_code_pages_and_changes():
    data = (
        rb"{\rtf1\ansi\ansicpg1252 I:\tab Caf\'e9 \u8211- here?\par "
        rb"{\deleted\revauthdel1 always }{\revised never }met.{\*\annotation note}\par}"
    )
    reading = read_rtf(data, file="a.rtf")
    assert reading.text == "I:\tCafé – here?\nnever met.\n"
    assert codes(reading) == ["FMT-204", "FMT-205"]


def test_what_is_no_rtf_is_refused():
    assert refusal(read_rtf, b"words", file="a.rtf") == "FMT-202"
    assert refusal(read_rtf, b"{\\rtf1 " + b"{ " * 2_000, file="a.rtf") == "FMT-202"
    nested = b"{" * 2_000 + b"a" + b"}" * 2_000
    assert refusal(read_rtf, b"{\\rtf1 " + nested + b"}", file="a.rtf") == "FMT-202"


# --- PDF ----------------------------------------------------------------------------------


def pdf_of(pages):
    """Return a PDF with one line of text a line."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for lines in pages:
        content = b"BT /F1 10 Tf 12 TL 50 800 Td " + b" ".join(
            b"(" + line.encode("latin-1") + b") Tj T*" for line in lines
        )
        objects.append(b"<< /Length %d >> stream\n%s ET\nendstream" % (len(content) + 3, content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources "
            b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            % len(objects)
        )
        kids.append(len(objects))
    refs = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (refs, len(kids))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj %s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return out


def test_pdf_lines_become_paragraphs_and_furniture_goes():
    wide = "R: " + "word " * 12
    pages = [
        ["Study 1", "I: Why?", wide.strip(), "went on here.", "I: And?", f"{n}"] for n in (1, 2, 3)
    ]
    reading = read_pdf(pdf_of(pages), file="a.pdf")
    once = f"I: Why?\n{wide.strip()} went on here.\nI: And?"
    assert reading.text == "\n".join([once] * 3)
    assert codes(reading) == ["FMT-209"]
    assert reading.notes[0].values["left"] == 6


def test_what_the_reader_of_pdf_complains_of_is_a_warning_not_a_line_on_the_terminal(capfd):
    data = pdf_of([["I: Why?"]])
    table = data.rfind(b"xref\n0", 0, data.rfind(b"startxref"))
    looped = data.replace(b"/Root 1 0 R", b"/Prev %d /Root 1 0 R" % table)
    reading = read_pdf(looped, file="a.pdf")
    assert reading.text == "I: Why?"
    assert codes(reading) == ["FMT-209", "FMT-216"]
    assert capfd.readouterr() == ("", "")


def test_pdf_without_words_or_damaged_is_refused():
    assert refusal(read_pdf, pdf_of([[]]), file="a.pdf") == "FMT-207"
    assert refusal(read_pdf, b"%PDF-1.4 broken", file="a.pdf") == "FMT-202"


# --- plain text ---------------------------------------------------------------------------


def test_plain_texts_in_every_encoding_of_the_field():
    said = "I: Café – “so”\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        reading = read_plain(said.encode(encoding), file="a.txt")
        assert reading.text.removeprefix("\ufeff") == said, encoding
        assert codes(reading) == (["FMT-013"] if encoding == "cp1252" else [])


def test_utf_16_without_its_mark_is_found_and_told():
    said = "I: Café – “so”\nR1: Yes.\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        reading = read_plain(said.encode(encoding), file="a.txt")
        assert (reading.text, codes(reading)) == (said, ["FMT-218"])
    for data in (b"I: a\0b\nR: c\n", b"\0" * 1_000):
        assert refusal(read_plain, data, file="a.txt") == "FMT-014"


def test_two_encodings_in_one_file_are_read_line_by_line_and_told():
    data = "I: Café\n".encode() + "R: Cliché\n".encode("cp1252") + b"I: Yes\n"
    reading = read_plain(data, file="a.txt")
    assert reading.text == "I: Café\nR: Cliché\nI: Yes\n"
    (note,) = reading.notes
    assert (note.code, note.where.line, note.values["count"]) == ("FMT-208", 2, 1)


# --- what means harm ----------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_fills_the_memory():
    bomb = word(f"<w:p>{run(' ' * (LARGEST_PART + 10))}</w:p>")
    assert len(bomb) < 200_000
    assert refusal(read_docx, bomb, file="a.docx") == "FMT-201"
    many = zipped({f"p{number}": "" for number in range(MOST_PARTS + 1)})
    assert refusal(read_docx, many, file="a.docx") == "FMT-201"


def test_more_tags_than_a_transcript_has_are_refused_before_each_becomes_an_object():
    bomb = word("<w:p/>" * (MOST_TAGS + 1))
    assert refusal(read_docx, bomb, file="a.docx") == "FMT-201"


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_damage_in_an_entry_is_told_however_it_was_packed(method):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        archive.writestr("word/document.xml", word("")[:200] * 9)
    data = bytearray(sink.getvalue())
    begins = data.index(b"word/document.xml") + len("word/document.xml")
    for place in range(begins + 4, begins + 40):
        damaged = data.copy()
        damaged[place] ^= 0xFF
        assert refusal(read_docx, bytes(damaged), file="a.docx") == "FMT-202"


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert refusal(read_limited, tmp_path / "pipe.txt") == "FMT-214"


def test_a_size_that_the_archive_states_falsely_is_not_believed():
    bomb = bytearray(word(f"<w:p>{run(' ' * (LARGEST_PART + 10))}</w:p>"))
    true = (LARGEST_PART + 10).to_bytes(4, "little")[2:]
    central = bomb.index(b"PK\x01\x02")
    place = bomb.index(true, central)
    bomb[place - 2 : place + 2] = (100).to_bytes(4, "little")
    assert refusal(read_docx, bytes(bomb), file="a.docx") in ("FMT-201", "FMT-202")


def test_entities_that_reach_for_other_files_are_refused():
    evil = (
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        f"<w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert refusal(read_docx, zipped({"word/document.xml": evil}), file="a.docx") == "FMT-203"
    bomb = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
    assert refusal(read_odt, zipped({"content.xml": bomb}), file="a.odt") == "FMT-203"


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (read_docx, b"no zip"),
        (read_docx, zipped({"other.xml": "<a/>"})),
        (read_docx, word("<w:p>")[:-40]),
        (read_docx, zipped({"word/document.xml": "<w:document"})),
        (read_odt, zipped({"content.xml": "<a/>"})),
        (read_odt, b"PK\x03\x04 broken"),
    ],
)
def test_damaged_documents_are_refused(read, data):
    assert refusal(read, data, file="a") == "FMT-202"


def test_a_file_beyond_the_limit_is_refused_without_being_read(tmp_path):
    large = tmp_path / "large.txt"
    with large.open("wb") as handle:
        handle.truncate(200_000_000)
    assert refusal(read_limited, large) == "FMT-200"
    small = tmp_path / "small.txt"
    small.write_bytes(b"I: Why?")
    assert refusal(read_limited, small, largest=6) == "FMT-200"
    assert read_limited(small) == b"I: Why?"


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.doc", b"\xd0\xcf\x11\xe0"), ("a.txt", b"%PDF-1.4"), ("a.txt", b"{\\rtf1 x}"), ("a", b"x")],
)
def test_other_kinds_are_refused_with_what_they_are(name, data):
    assert refusal(read_document, data, file=name) == "FMT-210"
