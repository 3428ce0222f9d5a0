"""Office files lose what they hide, and show the same as before."""

import io
import re

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from consilience.formats.documents.docx import read_docx
from consilience.formats.hidden.scan import findings_in, stripped

WHO = 'w:id="1" w:author="Ada Person" w:date="2024-01-01T00:00:00Z"'
RUN = "<w:r><w:t>{}</w:t></w:r>"
DELETED = f'<w:del {WHO}><w:r><w:delText xml:space="preserve">SECRET</w:delText></w:r></w:del>'
TRACKED = (
    RUN.format("Before ")
    + f"<w:ins {WHO}>{RUN.format('put in')}</w:ins>"
    + DELETED
    + f"<w:moveFrom {WHO}><w:r><w:t>SECRET</w:t></w:r></w:moveFrom>"
    + f"<w:r><w:rPr><w:b/><w:rPrChange {WHO}><w:rPr/></w:rPrChange></w:rPr><w:t>bold</w:t></w:r>"
)
HIDDEN = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>SECRET</w:t></w:r>" + RUN.format("shown")
SHOWN = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r>'


def commented(document):
    run = document.paragraphs[-1].runs[0]
    document.add_comment(run, text="SECRET", author="Ada Person", initials="AP")


def with_properties(document):
    document.core_properties.author = "Ada Person"
    document.core_properties.keywords = "SECRET"


def words_in(make, data):
    return b"\n".join(make.parts_of(data).values())


@pytest.mark.parametrize(
    ("bodies", "edit", "expected"),
    [
        ((TRACKED,), None, {"tracked change": 4}),
        ((HIDDEN,), None, {"hidden text": 1}),
        ((), commented, {"comment": 1}),
        ((), with_properties, {}),
        (('<w:r w:rsidR="00AB12CD"><w:t>typed</w:t></w:r>',), None, {}),
    ],
    ids=["tracked", "hidden", "comment", "property", "rsid"],
)
def test_a_word_document_loses_what_it_hides(make, kinds, bodies, edit, expected):
    data = make.word(*bodies, edit=edit)
    found = kinds(findings_in("a.docx", data))
    assert found.items() >= expected.items()
    assert found["property"] >= 2  # the template of this writer has some
    assert found["editing mark"] > 100
    clean = stripped("a.docx", data)
    assert kinds(findings_in("a.docx", clean), "strip") == {}
    assert read_docx(clean, file="a.docx").text == read_docx(
        make.word(*bodies), file="a"
    ).text.replace("SECRET", "")
    assert b"SECRET" not in words_in(make, clean)
    assert b"Ada" not in words_in(make, clean)
    assert docx.Document(io.BytesIO(clean)).paragraphs[-1].text == "All can read this."


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next(make):
    mark = f"<w:pPr><w:rPr><w:del {WHO}/></w:rPr></w:pPr>"
    data = make.word(RUN.format("Second."), mark + RUN.format("First. "))
    clean = stripped("a.docx", data)
    assert read_docx(clean, file="a").text == read_docx(data, file="a").text
    assert docx.Document(io.BytesIO(clean)).paragraphs[0].text == "First. Second."


def test_a_row_that_was_deleted_goes_whole(make, kinds):
    def edit(document):
        table = document.add_table(2, 1)
        table.cell(0, 0).text, table.cell(1, 0).text = "stays", "SECRET"
        mark = f"<w:trPr {docx.oxml.ns.nsdecls('w')}><w:del {WHO}/></w:trPr>"
        table.rows[1]._tr.insert(0, docx.oxml.parse_xml(mark))

    data = make.word(edit=edit)
    assert kinds(findings_in("a.docx", data))["tracked change"] == 1
    (table,) = docx.Document(io.BytesIO(stripped("a.docx", data))).tables
    assert [cell.text for cell in table.columns[0].cells] == ["stays"]


def test_text_that_says_it_is_not_hidden_stays(make, kinds):
    data = make.word(SHOWN)
    assert "hidden text" not in kinds(findings_in("a.docx", data))
    assert "shown" in read_docx(stripped("a.docx", data), file="a").text


def test_text_in_a_hidden_style_goes_with_what_is_based_on_it(make, kinds):
    def edit(document):
        styles = document.styles
        base = styles.add_style("Unseen", 1)
        base.font.hidden = True
        for name in ("Unseen too", "Unseen three"):
            style = styles.add_style(name, 1)
            style.base_style, base = base, style
        document.add_paragraph("SECRET", style="Unseen three")

    data = make.word(edit=edit)
    assert kinds(findings_in("a.docx", data))["hidden text"] == 1
    clean = stripped("a.docx", data)
    assert b"SECRET" not in words_in(make, clean)
    assert kinds(findings_in("a.docx", clean), "strip") == {}


def settings(extra):
    return lambda old: re.sub(rb"(<w:settings[^>]*>)", rb"\1" + extra, old)


def test_templates_and_variables_of_a_document_go(make, kinds):
    link = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/attachedTemplate" Target="file:///C:/Users/Ada/SECRET.dotx"'
        b' TargetMode="External"/></Relationships>'
    )
    extra = (
        b'<w:attachedTemplate xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships" r:id="rId1"/><w:docVars><w:docVar w:name="SECRET" w:val="x"/></w:docVars>'
    )
    data = make.with_parts(
        make.word(),
        {"word/settings.xml": settings(extra), "word/_rels/settings.xml.rels": link},
    )
    found = kinds(findings_in("a.docx", data))
    assert found["template"] >= 1
    assert found["document variable"] == 1
    clean = stripped("a.docx", data)
    assert b"SECRET" not in words_in(make, clean)
    docx.Document(io.BytesIO(clean))


def test_objects_and_macros_are_refused_and_left(make, kinds):
    parts = {"word/embeddings/oleObject1.bin": b"x", "word/vbaProject.bin": b"y"}
    data = make.with_parts(make.word(), parts)
    assert kinds(findings_in("a.docx", data), "refuse") == {"embedded object": 1, "macro": 1}
    assert set(parts) <= set(make.parts_of(stripped("a.docx", data)))


def test_a_link_to_the_web_stays_and_one_to_a_disk_keeps_its_words(make, kinds):
    def edit(document):
        part = document.part
        for target in ("https://example.org", "file:///C:/Users/Ada/SECRET.docx"):
            number = part.relate_to(
                target,
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
                is_external=True,
            )
            paragraph = document.add_paragraph()
            paragraph._p.append(
                docx.oxml.parse_xml(
                    f'<w:hyperlink {docx.oxml.ns.nsdecls("w", "r")} r:id="{number}">'
                    f"{RUN.format('linked words')}</w:hyperlink>"
                )
            )

    data = make.word(edit=edit)
    assert (
        kinds(findings_in("a.docx", data)).items() >= {"web link": 1, "link to a file": 1}.items()
    )
    clean = stripped("a.docx", data)
    assert read_docx(clean, file="a").text == read_docx(data, file="a").text
    assert b"SECRET" not in words_in(make, clean)
    assert b"https://example.org" in words_in(make, clean)


def comment(book):
    book.active["A1"].comment = Comment("SECRET", "Ada Person")


def test_comments_of_a_workbook_go_and_values_stay(make, kinds):
    data = make.workbook(comment)
    assert kinds(findings_in("a.xlsx", data))["comment"] == 1
    clean = stripped("a.xlsx", data)
    assert b"SECRET" not in words_in(make, clean)
    assert b"Ada" not in words_in(make, clean)
    assert not any("comment" in part or "vml" in part for part in make.parts_of(clean))
    book = openpyxl.load_workbook(io.BytesIO(clean))
    assert [[c.value for c in row] for row in book.active] == [["area", "answer"], ["E06000001", 3]]
    assert kinds(findings_in("a.xlsx", clean), "strip") == {}


def test_comments_of_another_writer_go_too(make, kinds):
    def edit(book, sheet):
        book.set_properties({"author": "Ada Person", "manager": "SECRET"})
        sheet.write_comment("A1", "SECRET", {"author": "Ada Person"})

    data = make.sheets(edit)
    assert kinds(findings_in("a.xlsx", data)).items() >= {"comment": 1, "property": 3}.items()
    clean = stripped("a.xlsx", data)
    assert b"SECRET" not in words_in(make, clean)
    assert openpyxl.load_workbook(io.BytesIO(clean)).active["A1"].value == "area"


def hide_sheet(state):
    def edit(book):
        book.create_sheet("SECRET").sheet_state = state

    return edit


def hide_row(book):
    book.active.row_dimensions[2].hidden = True


def hide_column(book):
    book.active.column_dimensions["B"].hidden = True


def hide_empty(book):
    book.active.column_dimensions["F"].hidden = True
    book.active.row_dimensions[9].hidden = True


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (hide_sheet("hidden"), {"hidden sheet": 1}),
        (hide_sheet("veryHidden"), {"hidden sheet": 1}),
        (hide_row, {"hidden cells": 1}),
        (hide_column, {"hidden cells": 1}),
        (hide_empty, {}),
        (None, {}),
    ],
    ids=["hidden", "very hidden", "row", "column", "empty", "none"],
)
def test_what_is_hidden_in_a_workbook_is_for_a_person_to_decide(make, kinds, edit, expected):
    found = findings_in("a.xlsx", make.workbook(edit))
    assert kinds(found, "refuse") == expected
    assert not any("SECRET" in f"{each.said}{each.part}" for each in found)


def share(old):
    """Let the formula of A3 be that of A2, as Excel writes formulas filled down."""
    new = old.replace(b"<f>SHARED</f>", b'<f t="shared" si="4"/>')
    return new.replace(b"<f>'[1]", b'<f t="shared" ref="A2:A3" si="4">\'[1]')


def test_copies_of_another_workbook_go_and_results_stay(make, kinds):
    def edit(book, sheet):
        sheet.write_formula("A2", "='[1]My sheet'!A1", None, "shown")
        sheet.write_formula("A3", "=SHARED", None, "also shown")
        sheet.write_formula("B2", "=SUM(Table1[2017])", None, 4)
        book.define_name("elsewhere", "=[1]Sheet1!$A$1")

    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
    rel = (
        b'<Relationship Id="rId99" Type="' + kind + b'" Target="externalLinks/externalLink1.xml"/>'
    )
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    data = make.with_parts(
        make.sheets(edit),
        {
            "xl/externalLinks/externalLink1.xml": b"<externalLink "
            + main
            + b"><x>SECRET</x></externalLink>",
            "xl/worksheets/sheet1.xml": share,
            "xl/_rels/workbook.xml.rels": lambda old: old.replace(b"</Rel", rel + b"</Rel"),
            "xl/workbook.xml": lambda old: old.replace(
                b"<definedNames>",
                b'<externalReferences><externalReference r:id="rId99"/></externalReferences>'
                b"<definedNames>",
            ),
        },
    )
    assert kinds(findings_in("a.xlsx", data))["outside data"] == 3
    assert b'si="4"' in make.parts_of(data)["xl/worksheets/sheet1.xml"]
    clean = stripped("a.xlsx", data)
    parts = make.parts_of(clean)
    assert b"SECRET" not in b"".join(parts.values())
    assert b"externalReference" not in parts["xl/workbook.xml"]
    sheet = openpyxl.load_workbook(io.BytesIO(clean)).active
    assert [cell.value for cell in sheet[2]] == ["shown", "=SUM(Table1[2017])"]
    assert sheet["A3"].value == "also shown"
    assert kinds(findings_in("a.xlsx", clean), "strip") == {}


RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"


COMMENT_LIST = f'<p:cmLst xmlns:p="{SLIDES}"><p:cm>SECRET</p:cm></p:cmLst>'


def related(*targets):
    """Return a part of relationships, each of a kind and to a part."""
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{RELS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{each}</Relationships>'


def test_comments_on_slides_go_and_hidden_slides_and_notes_are_refused(make, kinds):
    data = make.archive(
        {
            "[Content_Types].xml": (
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Override PartName="/ppt/commentAuthors.xml" ContentType="x"/></Types>'
            ),
            "_rels/.rels": related(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{SLIDES}"/>',
            "ppt/_rels/presentation.xml.rels": related(
                ("slide", "slides/slide1.xml"), ("commentAuthors", "commentAuthors.xml")
            ),
            "ppt/commentAuthors.xml": f'<p:cmAuthorLst xmlns:p="{SLIDES}">Ada</p:cmAuthorLst>',
            "ppt/slides/slide1.xml": f'<p:sld xmlns:p="{SLIDES}" show="0"/>',
            "ppt/slides/_rels/slide1.xml.rels": related(
                ("comments", "../comments/comment1.xml"), ("notesSlide", "../notesSlides/x.xml")
            ),
            "ppt/comments/comment1.xml": COMMENT_LIST,
            "ppt/notesSlides/notesSlide1.xml": f'<p:notes xmlns:p="{SLIDES}"/>',
        }
    )
    assert kinds(findings_in("a.pptx", data)) == {
        "comment": 1,
        "hidden slide": 1,
        "speaker notes": 1,
    }
    parts = make.parts_of(stripped("a.pptx", data))
    assert b"Ada" not in b"".join(parts.values())
    assert b"SECRET" not in b"".join(parts.values())
    assert b"commentAuthors" not in parts["[Content_Types].xml"]
    assert b"comment" not in parts["ppt/slides/_rels/slide1.xml.rels"]
    assert b"slide1.xml" in parts["ppt/_rels/presentation.xml.rels"]


@pytest.mark.parametrize(
    ("part", "severity", "kind"),
    [
        ("customXml/item1.xml", "strip", "custom XML"),
        ("xl/printerSettings/printerSettings1.bin", "strip", "printer"),
        ("docProps/thumbnail.jpeg", "strip", "thumbnail"),
        ("_xmlsignatures/sig1.xml", "strip", "property"),
        ("xl/pivotCache/pivotCacheRecords1.xml", "refuse", "pivot cache"),
        ("xl/model/item.data", "refuse", "pivot cache"),
        ("xl/connections.xml", "refuse", "data connection"),
        ("xl/embeddings/oleObject1.bin", "refuse", "embedded object"),
    ],
)
def test_parts_are_known_by_where_they_stand(make, kinds, part, severity, kind):
    content = b"<x/>" if part.endswith("xml") else b"SECRET"
    data = make.with_parts(make.workbook(), {part: content})
    assert kind in kinds(findings_in("a.xlsx", data), severity)
    clean = stripped("a.xlsx", data)
    assert (part in make.parts_of(clean)) == (severity == "refuse")
    openpyxl.load_workbook(io.BytesIO(clean))


def test_the_path_of_a_picture_on_somebodys_disk_goes(make, kinds):
    picture = (
        '<wp:docPr xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' id="1" name="Picture 1" descr="C:\\Users\\Ada\\SECRET.jpg"/>'
    )
    data = make.word(f"<w:r><w:drawing>{picture}</w:drawing></w:r>")
    assert kinds(findings_in("a.docx", data))["file path"] == 1
    assert b"SECRET" not in words_in(make, stripped("a.docx", data))


def test_the_same_file_made_twice_is_the_same_bytes_after(make):
    first, second = make.workbook(comment), make.workbook(comment)
    assert stripped("a.xlsx", first) == stripped("a.xlsx", second)
    once = stripped("a.docx", make.word(TRACKED, edit=commented))
    assert stripped("a.docx", once) == once


def test_a_picture_in_a_document_is_looked_into(make):
    comment = b"\xff\xfe\x00\x08SECRET"
    picture = b"\xff\xd8" + comment + b"\xff\xda\x00\x02\x01\x02\xff\xd9"
    data = make.with_parts(make.word(), {"word/media/image1.jpeg": picture})
    found = [each for each in findings_in("a.docx", data) if each.kind == "picture data"]
    assert [each.part for each in found] == ["word/media/image1.jpeg"]
    assert b"SECRET" not in words_in(make, stripped("a.docx", data))


def test_a_document_that_is_damaged_is_refused(make, kinds):
    data = make.with_parts(make.word(), {"word/document.xml": b"<w:document"})
    assert kinds(findings_in("a.docx", data), "refuse") == {"unreadable": 1}
