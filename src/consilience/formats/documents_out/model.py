"""What a document to be written holds: headings, lines, tables; nothing about who made it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; `level` is 1 for the title, up to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph.

    Attributes:
        text: its words; a line break in them begins a new paragraph without a label.
        label: what stands before them in bold, such as `Interviewer:`; empty for nothing.
        apart: whether a blank line stands before it.
        item: whether it is one of a list.
    """

    text: str
    label: str = ""
    apart: bool = False
    item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: a row of headings and rows of as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Line | Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document to be written.

    Attributes:
        blocks: what it holds, in order.
        running: what stands at the top of every page where the format has pages.
        language: of its words, as in xml:lang.
    """

    blocks: tuple[Block, ...]
    running: str = ""
    language: str = "en-GB"
