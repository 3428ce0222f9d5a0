"""A document as plain text and as Markdown: UTF-8, lines ended by LF."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from consilience.formats.documents_out.model import Block, Document, Grid, Heading, Line
from consilience.formats.documents_out.words import writable

# Wider tables are written row by row, because nobody reads lines that a window breaks.
_WIDEST: Final = 100
_RULES: Final = {1: "=", 2: "-"}
_MARKDOWN: Final = re.compile(r"([\\`*_<>|\[\]])")
_MARKDOWN_START: Final = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s|$)", re.MULTILINE)


def plain_bytes(document: Document) -> bytes:
    r"""Return a document as plain text: headings underlined, labels followed by their words.

    Example:
        >>> said = Line(label="I:", text="Why?", apart=True)
        >>> plain_bytes(Document(blocks=(Heading(text="Talk"), said)))
        b'Talk\n====\n\nI: Why?\n'
    """
    return _joined(document.blocks, _plain, _apart)


def markdown_bytes(document: Document) -> bytes:
    r"""Return a document as Markdown.

    Example:
        >>> markdown_bytes(Document(blocks=(Heading(text="Talk"), Line(text="Why?", apart=True))))
        b'# Talk\n\nWhy?\n'
    """
    return _joined(document.blocks, _markdown, _always_apart)


def _joined(
    blocks: Sequence[Block],
    written: Callable[[Block], Iterable[str]],
    apart: Callable[[Block, Block], bool],
) -> bytes:
    """Return what stands in blocks, a blank line between those that stand apart."""
    lines: list[str] = []
    for number, block in enumerate(blocks):
        if number and apart(blocks[number - 1], block):
            lines.append("")
        lines.extend(written(block))
    return writable("\n".join(lines) + "\n").encode()


def _apart(former: Block, block: Block) -> bool:
    return not (isinstance(former, Line) and isinstance(block, Line)) or block.apart


def _always_apart(former: Block, block: Block) -> bool:
    """Return whether Markdown needs a blank line: lines without one run together."""
    both = isinstance(former, Line) and former.item and isinstance(block, Line) and block.item
    return not both


def _plain(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield ("- " if block.item else "") + f"{block.label} {block.text}".strip(" ")
    elif isinstance(block, Heading):
        yield block.text
        if block.level in _RULES:
            yield _RULES[block.level] * len(block.text)
    else:
        yield from _aligned(block)


def _aligned(grid: Grid) -> Iterator[str]:
    """Yield a table in columns, or its rows one after the other where it is too wide."""
    rows = [[" ".join(cell.split()) for cell in row] for row in (grid.head, *grid.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * len(widths) <= _WIDEST:
        rows.insert(1, ["-" * width for width in widths])
        for row in rows:
            yield "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        return
    for number, row in enumerate(rows[1:]):
        if number:
            yield ""
        for name, cell in zip(rows[0], row, strict=True):
            if cell:
                yield from textwrap.wrap(
                    f"{name}: {cell}", _WIDEST, subsequent_indent="    ", break_long_words=False
                )


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {_escaped(block.text)}"
    elif isinstance(block, Grid):
        yield _row(block.head)
        yield "|" + " --- |" * len(block.head)
        yield from map(_row, block.rows)
    else:
        before = "- " if block.item else ""
        label = f"**{_escaped(block.label)}** " if block.label else ""
        yield before + label + _MARKDOWN_START.sub(r"\1\\\2", _escaped(block.text))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(" ".join(cell.split())) for cell in cells) + " |"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
