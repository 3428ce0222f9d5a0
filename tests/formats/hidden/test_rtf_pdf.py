"""Rich Text and PDF files lose what they hide, and show the same as before."""

import io

import pypdf
import pytest
from pypdf.annotations import Link, Text
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from consilience.base.errors import Fault
from consilience.formats.documents.rtf import read_rtf
from consilience.formats.hidden.scan import findings_in, stripped


def rtf(body):
    return b"{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}" + body + b"}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{\\info{\\author Ada}{\\title SECRET}}one two", {"property": 1}),
        (b"{\\*\\generator Msftedit SECRET;}one two", {"property": 1}),
        (b"one{\\*\\annotation{\\*\\atnref 1}SECRET} two", {"comment": 1}),
        (b"one{\\v SECRET} two", {"hidden text": 1}),
        (b"one\\v SECRET\\'e9\\u233?\\v0  two", {"hidden text": 4}),
        (b"{\\*\\revtbl{Ada;}}one{\\deleted\\revauthdel1 SECRET}{\\revised\\revauth1  two}", None),
        (b"{\\b\\insrsid123 one} two", {"editing mark": 1}),
        (b"{\\*\\rsidtbl\\rsid1\\rsid2}one two", {"editing mark": 1}),
        (b"{\\*\\template C:\\\\Users\\\\SECRET.dot}one two", {"template": 1}),
        (b"{\\*\\docvar{SECRET}{x}}one two", {"document variable": 1}),
        (b"{\\stylesheet{\\s1\\v Unseen;}}one\\plain\\v\\plain  two", {}),
    ],
    ids=[
        *("info", "generator", "comment", "hidden", "hidden by words", "tracked", "rsid"),
        *("rsid table", "template", "variable", "hidden nothing"),
    ],
)
def test_a_rich_text_loses_what_it_hides(kinds, body, expected):
    data = rtf(body)
    found = kinds(findings_in("a.rtf", data))
    assert found == ({"tracked change": 5} if expected is None else expected)
    clean = stripped("a.rtf", data)
    assert findings_in("a.rtf", clean) == ()
    assert read_rtf(clean, file="a.rtf").text.strip() == "one two"
    assert b"SECRET" not in clean
    assert stripped("a.rtf", clean) == clean


def test_objects_in_a_rich_text_are_refused(kinds):
    data = rtf(b"{\\object\\objemb{\\*\\objdata 0105}{\\result one}}")
    assert kinds(findings_in("a.rtf", data)) == {"embedded object": 1}
    data = rtf(b'{\\field{\\*\\fldinst INCLUDEPICTURE "C:\\\\\\\\a.png"}{\\fldrslt one}}')
    assert kinds(findings_in("a.rtf", data)) == {"outside content": 1}


def test_what_follows_a_rich_text_goes(kinds):
    data = rtf(b"one") + b"SECRET"
    assert kinds(findings_in("a.rtf", data)) == {"appended data": 1}
    assert b"SECRET" not in stripped("a.rtf", data)


@pytest.mark.parametrize("data", [b"{\\rtf1 one", b"{\\rtf1" + b"{" * 2_000 + b"}" * 2_001])
def test_a_rich_text_that_does_not_end_or_is_a_trap_is_refused(kinds, data):
    assert kinds(findings_in("a.rtf", data)) == {"unreadable": 1}
    with pytest.raises(Fault) as caught:
        stripped("a.rtf", data)
    assert caught.value.code == "FMT-202"


def pdf(edit=None):
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(b"BT (shown) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.metadata = None
    if edit is not None:
        edit(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def layers(writer):
    group = writer._add_object(
        DictionaryObject(
            {NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("x")}
        )
    )
    shown = DictionaryObject({NameObject("/OFF"): ArrayObject([group])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([group]), NameObject("/D"): shown}
    )


def script(writer):
    action = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('SECRET')"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = action
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), action])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def private(writer):
    writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject(
        {NameObject("/SECRET"): DictionaryObject()}
    )


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda w: w.add_metadata({"/Author": "SECRET", "/Producer": "x"}), {"property": 1}),
        (
            lambda w: setattr(
                w, "xmp_metadata", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRET</x:xmpmeta>"
            ),
            {"property": 1},
        ),
        (lambda w: w.add_annotation(0, Text(text="SECRET", rect=(0, 0, 9, 9))), {"comment": 1}),
        (lambda w: w.add_attachment("SECRET.txt", b"SECRET"), {"attachment": 1}),
        (script, {"script": 2}),
        (private, {"program data": 1}),
        (
            lambda w: w.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.org")),
            {"web link": 1},
        ),
        (layers, {"hidden layer": 1}),
    ],
    ids=["info", "xmp", "note", "attachment", "script", "private", "link", "layer"],
)
def test_a_pdf_loses_what_it_hides(kinds, edit, expected):
    data = pdf(edit)
    assert kinds(findings_in("a.pdf", data)) == expected
    clean = stripped("a.pdf", data)
    assert kinds(findings_in("a.pdf", clean), "strip") == {}
    assert b"SECRET" not in clean
    assert b"(shown) Tj" in clean
    assert stripped("a.pdf", clean) == clean


def test_an_earlier_version_of_a_pdf_goes(kinds):
    first = pdf(lambda w: w.add_metadata({"/Author": "SECRET"}))
    writer = pypdf.PdfWriter(io.BytesIO(first), incremental=True)
    writer.metadata = {"/Producer": "x"}
    target = io.BytesIO()
    writer.write(target)
    data = target.getvalue()
    assert data.startswith(first)
    assert kinds(findings_in("a.pdf", data))["earlier version"] == 1
    assert b"SECRET" not in stripped("a.pdf", data)


def test_a_picture_in_a_pdf_is_looked_into(kinds):
    picture = b"\xff\xd8\xff\xfe\x00\x08SECRET\xff\xda\x00\x02\x01\x02\xff\xd9"

    def edit(writer):
        stream = pypdf.generic.StreamObject()
        stream._data = picture
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        stream[NameObject("/Type")] = NameObject("/XObject")
        names = DictionaryObject({NameObject("/Im1"): writer._add_object(stream)})
        writer.pages[0][NameObject("/Resources")] = DictionaryObject(
            {NameObject("/XObject"): names}
        )

    data = pdf(edit)
    assert kinds(findings_in("a.pdf", data)) == {"picture data": 1}
    assert b"SECRET" not in stripped("a.pdf", data)


def test_a_locked_or_damaged_pdf_is_refused(kinds):
    assert kinds(findings_in("a.pdf", b"%PDF-1.4 nothing")) == {"unreadable": 1}
    locked = pdf(lambda w: w.encrypt("secret"))
    assert kinds(findings_in("a.pdf", locked)) == {"unreadable": 1}


@pytest.mark.shared
def test_pages_of_real_transcripts_in_pdf_keep_their_words(shared, kinds):
    for path in sorted((shared / "data" / "transcripts" / "pdpilot_bsd3").glob("P[15].pdf")):
        data = path.read_bytes()
        clean = stripped(path.name, data)
        assert kinds(findings_in(path.name, clean), "strip") == {}
        before, after = (pypdf.PdfReader(io.BytesIO(each)).pages for each in (data, clean))
        assert len(after) == len(before)
        assert after[0].extract_text() == before[0].extract_text()


def test_words_are_no_links_to_other_files():
    said = rb"{\rtf1\ansi I sent her a link to a website, and dde means nothing.\par}"
    assert findings_in("said.rtf", said) == ()
