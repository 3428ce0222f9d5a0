"""OpenDocument files lose what they hide, and show the same as before."""

import pytest

from consilience.formats.documents.odt import read_odt
from consilience.formats.hidden.scan import findings_in, stripped

SPACES = {short: short for short in ("office", "text", "table", "style", "meta")}
NAMES = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
NAMES += " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (SPACES | {"draw": "drawing"}).items()
)
MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>'
    '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    '<m:file-entry m:full-path="meta.xml" m:media-type="text/xml"/></m:manifest>'
)
META = (
    f"<office:document-meta {NAMES}><office:meta><dc:creator>Ada Person</dc:creator>"
    "<meta:generator>LibreOffice</meta:generator><dc:title>SECRET</dc:title>"
    "</office:meta></office:document-meta>"
)


@pytest.fixture
def odt(make):
    """Return the function that writes an OpenDocument file of a body and more."""

    def written(body, *, styles="", kind="text", **parts):
        content = (
            f"<office:document-content {NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>"
        )
        return make.archive(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": content,
                "META-INF/manifest.xml": MANIFEST,
                **{name.replace("__", "/"): content for name, content in parts.items()},
            }
        )

    return written


CHANGES = (
    "<text:tracked-changes><text:changed-region><text:deletion><office:change-info>"
    "<dc:creator>Ada Person</dc:creator></office:change-info><text:p>SECRET</text:p>"
    "</text:deletion></text:changed-region></text:tracked-changes>"
    "<text:p>one<text:change/> two</text:p>"
)
COMMENT = (
    "<text:p>one<office:annotation><dc:creator>Ada Person</dc:creator><text:p>SECRET</text:p>"
    "</office:annotation> two<office:annotation-end/></text:p>"
)
HIDDEN_SECTION = '<text:section text:display="none"><text:p>SECRET</text:p></text:section>'
HIDDEN_STYLE = (
    '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
)
HIDDEN_PARAGRAPH = (
    '<text:p>SECRET<text:hidden-paragraph text:is-hidden="true"/></text:p><text:p>one two</text:p>'
)
CONDITIONS = (
    '<text:section text:display="condition"><text:p>one two</text:p></text:section>'
    '<text:section text:display="condition" text:is-hidden="true"><text:p>SECRET</text:p>'
    "</text:section>"
)
UNSEEN_TABLE = (
    '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
)
LINK = '<text:p><text:a xlink:href="file:///C:/Users/ada/SECRET.odt">one two</text:a></text:p>'


@pytest.mark.parametrize(
    ("body", "styles", "expected"),
    [
        (CHANGES, "", {"tracked change": 1}),
        (COMMENT, "", {"comment": 1}),
        (f"{HIDDEN_SECTION}<text:p>one two</text:p>", "", {"hidden text": 1}),
        (
            '<text:p>one<text:span text:style-name="T1">SECRET</text:span> two</text:p>',
            HIDDEN_STYLE,
            {"hidden text": 1},
        ),
        (LINK, "", {"link to a file": 1}),
        (
            HIDDEN_PARAGRAPH,
            "",
            {"hidden text": 1},
        ),
        (
            CONDITIONS,
            "",
            {"hidden text": 1},
        ),
    ],
    ids=["tracked", "comment", "section", "style", "link", "paragraph", "condition"],
)
def test_a_text_loses_what_it_hides(make, kinds, odt, body, styles, expected):
    data = odt(body, styles=styles)
    assert kinds(findings_in("a.odt", data)) == expected
    clean = stripped("a.odt", data)
    assert findings_in("a.odt", clean) == ()
    assert read_odt(clean, file="a.odt").text == "one two"
    assert b"SECRET" not in b"".join(make.parts_of(clean).values())
    assert b"Ada" not in b"".join(make.parts_of(clean).values())


def test_properties_and_pictures_of_an_earlier_state_go(make, kinds, odt):
    data = odt(
        "<text:p>one two</text:p>",
        **{"meta.xml": META, "Thumbnails__thumbnail.png": b"x", "settings.xml": b"<x/>"},
        **{"META-INF__documentsignatures.xml": b"<x/>"},
    )
    assert kinds(findings_in("a.odt", data)) == {"property": 3, "thumbnail": 1, "program data": 1}
    parts = make.parts_of(stripped("a.odt", data))
    assert list(parts) == ["mimetype", "META-INF/manifest.xml", "content.xml"]
    assert b"meta.xml" not in parts["META-INF/manifest.xml"]


def table(attributes, style=""):
    return (
        f'<table:table table:name="a" {style}><table:table-column/><table:table-row {attributes}>'
        "<table:table-cell><text:p>3</text:p></table:table-cell></table:table-row></table:table>"
    )


@pytest.mark.parametrize(
    ("body", "styles", "expected"),
    [
        (table('table:visibility="collapse"'), "", {"hidden cells": 1}),
        (
            table("", 'table:style-name="ta1"'),
            UNSEEN_TABLE,
            {"hidden sheet": 1},
        ),
        (table(""), "", {}),
        (
            '<text:p><draw:image xlink:href="https://example.org/a.png"/></text:p>',
            "",
            {"outside content": 1},
        ),
    ],
    ids=["row", "sheet", "none", "picture from the web"],
)
def test_what_is_hidden_in_tables_is_for_a_person_to_decide(kinds, odt, body, styles, expected):
    data = odt(body, styles=styles, kind="spreadsheet")
    assert kinds(findings_in("a.ods", data), "refuse") == expected


def test_copies_of_other_files_go_and_results_stay(make, kinds, odt):
    body = (
        '<table:table table:name="a"><table:table-row><table:table-cell table:formula="of:=[\'file:'
        "///x/SECRET.ods'#$a.A1]\"><text:p>3</text:p></table:table-cell></table:table-row></table:table>"
        "<table:table table:name=\"'file:///x/SECRET.ods'#a\"><table:table-source/></table:table>"
    )
    data = odt(body, kind="spreadsheet")
    assert kinds(findings_in("a.ods", data))["outside data"] == 3
    content = make.parts_of(stripped("a.ods", data))["content.xml"]
    assert b"SECRET" not in content
    assert b"<text:p>3</text:p>" in content


def test_macros_and_passwords_are_refused(kinds, odt):
    with_macro = odt("<text:p>a</text:p>", Basic__Standard__Module1=b"<x/>")
    assert kinds(findings_in("a.odt", with_macro), "refuse") == {"macro": 1}
    locked = odt("<text:p>a</text:p>", **{"META-INF/manifest.xml": b"<m:encryption-data/>"})
    assert kinds(findings_in("a.odt", locked)) == {"password": 1}
