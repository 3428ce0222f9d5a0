"""A document for Word: no properties, no marks of revisions, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from consilience.formats.documents_out.docx_parts import CONTENT_TYPES, RELATIONS, STYLES, TOP
from consilience.formats.documents_out.model import Block, Document, Grid, Heading, Line
from consilience.formats.documents_out.words import writable

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_EMPTY: Final = "<w:p/>"
_FIELD: Final = '<w:fldSimple w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def docx_bytes(document: Document) -> bytes:
    """Return a document for Word, pages numbered by fields.

    It has no part for properties, so that neither author nor program nor time stands in it.

    Args:
        document: what it holds.

    Example:
        >>> docx_bytes(Document(blocks=(Line(text="Why?"),)))[:2]
        b'PK'
    """
    body = "".join(piece for block in document.blocks for piece in _block(block))
    footer = f"Page {_FIELD.format(name='PAGE')} of {_FIELD.format(name='NUMPAGES')}"
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS["package"],
        "word/_rels/document.xml.rels": RELATIONS["document"],
        "word/document.xml": f"{TOP['document']}<w:body>{body}{_SECTION}</w:body></w:document>",
        "word/footer1.xml": f"{TOP['ftr']}{_margin('Footer', footer)}</w:ftr>",
        "word/header1.xml": f"{TOP['hdr']}{_margin('Header', document.running)}</w:hdr>",
        "word/styles.xml": STYLES.format(language=quoteattr(document.language)),
    }
    return _packed({name: text.encode() for name, text in parts.items()})


_SECTION: Final = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
    '<w:footerReference w:type="default" r:id="rId3"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" '
    'w:footer="567" w:gutter="0"/></w:sectPr>'
)


def _packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _margin(style: str, words: str) -> str:
    """Return a header or footer; the fields of a footer come as runs already."""
    pieces = words.split("<w:fldSimple")
    runs = [_runs(pieces[0])]
    for piece in pieces[1:]:
        field, rest = piece.split("</w:fldSimple>")
        runs.append(f"<w:fldSimple{field}</w:fldSimple>{_runs(rest)}")
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def _runs(text: str, *, bold: bool = False) -> str:
    """Return words as runs, tabs as Word writes them."""
    if not text:
        return ""
    properties = "<w:rPr><w:b/></w:rPr>" if bold else ""
    pieces = escape(writable(text)).replace("\n", " ").split("\t")
    words = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{piece}</w:t>' if piece else "" for piece in pieces
    )
    return f"<w:r>{properties}{words}</w:r>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        style = f'<w:pPr><w:pStyle w:val="Heading{block.level}"/></w:pPr>'
        yield f"<w:p>{style}{_runs(block.text)}</w:p>"
    elif isinstance(block, Line):
        yield from _paragraphs(block)
    else:
        yield _grid(block)


def _paragraphs(block: Line) -> Iterator[str]:
    if block.apart:
        yield _EMPTY
    first, *rest = block.text.split("\n")
    label = _runs(f"{block.label} ", bold=True) if block.label else ""
    indent = '<w:pPr><w:ind w:left="284" w:hanging="284"/></w:pPr>' + _runs("\u2022\t")
    yield f"<w:p>{indent if block.item else ''}{label}{_runs(first)}</w:p>"
    for each in rest:
        yield f"<w:p>{_runs(each)}</w:p>"


def _grid(grid: Grid) -> str:
    columns = f"<w:tblGrid>{'<w:gridCol/>' * len(grid.head)}</w:tblGrid>"
    head = _row(grid.head, bold=True, properties="<w:trPr><w:tblHeader/></w:trPr>")
    rows = "".join(_row(row) for row in grid.rows)
    style = '<w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr>'
    return f"<w:tbl>{style}{columns}{head}{rows}</w:tbl>{_EMPTY}"


def _row(cells: Sequence[str], *, bold: bool = False, properties: str = "") -> str:
    made = "".join(f"<w:tc><w:p>{_runs(cell, bold=bold)}</w:p></w:tc>" for cell in cells)
    return f"<w:tr>{properties}{made}</w:tr>"
