"""What a reader of documents gives, and how large a document may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from consilience.base.errors import Fault, Where
from consilience.formats.opening import check_there, read_bytes

# Nine million words: no transcript comes near, and a larger file would fill the memory.
LARGEST_FILE: Final = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The words of a document.

    Args:
        text: its words, a paragraph a line; not yet in normal form.
        notes: warnings: what was left out, taken or guessed.
        margins: lines of headers and footers, which are not in the text.
        bold: where paragraphs of the text begin in bold: start and end of each such stretch.
    """

    text: str
    notes: tuple[Fault, ...] = ()
    margins: tuple[str, ...] = ()
    bold: tuple[tuple[int, int], ...] = ()


class Line(NamedTuple):
    """A paragraph or a row of a table.

    Args:
        text: its words.
        bold: how many code points at its start are in bold.
    """

    text: str
    bold: int = 0


def bold_of(lines: Iterable[Line]) -> tuple[tuple[int, int], ...]:
    """Return where lines that are joined by line feeds begin in bold.

    Example:
        >>> bold_of([Line("Talk"), Line("Ann So.", 3)])
        ((5, 8),)
    """
    spans, at = [], 0
    for line in lines:
        if line.bold:
            spans.append((at, at + line.bold))
        at += len(line.text) + 1
    return tuple(spans)


def read_limited(path: Path, *, largest: int = LARGEST_FILE) -> bytes:
    """Return the bytes of a document that is not too large.

    Raises:
        Fault: FMT-200 if it is larger than `largest` bytes; FMT-001 to FMT-007 if it cannot be
            read.
    """
    check_there(path)
    size = path.stat().st_size
    if size > largest:
        raise Fault(
            "FMT-200", where=Where(file=str(path)), name=path.name, size=size, largest=largest
        )
    return read_bytes(path)


def said_of(file: str, **counts: int) -> tuple[Fault, ...]:
    """Return warnings for what was found: `insertions`, `deletions`, `comments`, `left`.

    Args:
        file: name for messages.
        counts: how many of each; none is told of what there is none of.
    """
    place = Where(file=file)
    notes = []
    insertions, deletions = counts.get("insertions", 0), counts.get("deletions", 0)
    if insertions or deletions:
        notes.append(Fault("FMT-204", where=place, insertions=insertions, deletions=deletions))
    if counts.get("comments"):
        notes.append(Fault("FMT-205", where=place, count=counts["comments"]))
    if counts.get("left"):
        notes.append(Fault("FMT-206", where=place, count=counts["left"]))
    return tuple(notes)
