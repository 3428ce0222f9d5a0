"""A document in Rich Text Format: no properties, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from consilience.formats.documents_out.model import Block, Document, Grid, Heading, Line
from consilience.formats.documents_out.words import writable

# Escaped by code: a reader that looks for control words finds none in what people said.
_ESCAPED: Final = {ord(each): rf"\'{ord(each):02x}" for each in "\\{}"} | {ord("\t"): r"\tab "}
_SIZES: Final = {1: 32, 2: 26, 3: 23}
# A4 less margins of 2 cm, in twentieths of a point.
_WIDTH: Final = 9_638
_LANGUAGES: Final = {"en-GB": 2057, "en": 1033, "en-US": 1033, "de": 1031, "fr": 1036}


def rtf_bytes(document: Document) -> bytes:
    r"""Return a document in Rich Text Format, pages numbered by a field.

    Example:
        >>> made = rtf_bytes(Document(blocks=(Line(text="Née", label="R1:"),)))
        >>> made.decode("ascii").splitlines()[-2]
        '\\pard\\ql {\\b R1:} N\\u233?e\\par'
    """
    language = _LANGUAGES.get(document.language, 1033)
    lines = [
        r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss\fcharset0 Arial;}}",
        rf"\paperw11906\paperh16838\margl1134\margr1134\margt1134\margb1134\lang{language}\fs22",
        rf"{{\header \pard\qr\fs18 {_escaped(document.running)}\par}}",
        r"{\footer \pard\qc\fs18 {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}",
        *(line for block in document.blocks for line in _block(block)),
        "}",
    ]
    return "\n".join([*lines, ""]).encode("ascii")


def _escaped(text: str) -> str:
    """Return words as RTF writes them: ASCII, the rest as numbers of UTF-16."""
    plain = writable(text).translate(_ESCAPED).replace("\n", r"\line ")
    return "".join(each if each.isascii() else _numbered(each) for each in plain)


def _numbered(letter: str) -> str:
    units = letter.encode("utf-16-le")
    numbers = [
        int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
    ]
    return "".join(rf"\u{number}?" for number in numbers)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        size = _SIZES[block.level]
        yield rf"\pard\keepn\sb240\sa80 {{\b\fs{size} {_escaped(block.text)}}}\par"
    elif isinstance(block, Line):
        yield from _paragraphs(block)
    else:
        yield from _grid(block)


def _paragraphs(block: Line) -> Iterator[str]:
    if block.apart:
        yield r"\pard\par"
    first, *rest = block.text.split("\n")
    label = rf"{{\b {_escaped(block.label)}}} " if block.label else ""
    before = r"\li284\fi-284 \u8226?\tab " if block.item else " "
    yield rf"\pard\ql{before}{label}{_escaped(first)}\par"
    for each in rest:
        yield rf"\pard\ql {_escaped(each)}\par"


def _grid(grid: Grid) -> Iterator[str]:
    edges = [_WIDTH * (n + 1) // len(grid.head) for n in range(len(grid.head))]
    shape = "".join(rf"\cellx{edge}" for edge in edges)
    yield rf"\trowd\trhdr{shape}{_cells(grid.head, bold=True)}\row"
    for row in grid.rows:
        yield rf"\trowd{shape}{_cells(row)}\row"
    yield r"\pard\par"


def _cells(row: Sequence[str], *, bold: bool = False) -> str:
    before, after = (r"{\b ", "}") if bold else ("", "")
    return "".join(rf"\pard\intbl {before}{_escaped(cell)}{after}\cell" for cell in row)
