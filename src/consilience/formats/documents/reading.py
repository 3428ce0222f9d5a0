"""What a reader of documents gives, and how large a document may be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
    """

    text: str
    notes: tuple[Fault, ...] = ()
    margins: tuple[str, ...] = ()


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
