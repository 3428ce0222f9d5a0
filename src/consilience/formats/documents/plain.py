"""Words of a plain text, whatever its encoding, also where it has two."""

from __future__ import annotations

import re
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.delimited import decode
from consilience.formats.documents.reading import Reading

_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# English in UTF-16 has a NUL beside nearly every letter; other scripts need the mark.
_LEAST_NUL: Final = 0.4
# A letter beyond ASCII as UTF-8 writes it; in another encoding such a pair makes no word.
_UTF8_LETTER: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


def read_plain(data: bytes, *, file: str, encoding: str | None = None) -> Reading:
    """Return the text of a file, its encoding found where none is told.

    UTF-8, UTF-16 and UTF-32 with a mark (BOM), UTF-8 without; UTF-16 without where nearly every
    second byte is NUL, else Windows-1252 or what is likeliest, both told in a warning. Where lines
    in UTF-8 stand beside lines that are not, as after pasting files together, each is read by
    itself and the first is named.

    Args:
        data: the file.
        file: its name for messages.
        encoding: what the file is known to be in, None to have it found.

    Raises:
        Fault: FMT-010 to FMT-014 if it is no text in any encoding.
    """
    mixed = _mixed(data, file) if encoding is None else None
    if mixed is not None:
        return mixed
    unmarked = _unmarked(data) if encoding is None else None
    text, _, notes = decode(data, encoding=encoding or unmarked, file=file)
    if unmarked:
        notes = (*notes, Fault("FMT-218", where=Where(file=file), encoding=unmarked))
    return Reading(text=text, notes=notes)


def _unmarked(data: bytes) -> str | None:
    """Return the UTF-16 in which a file without a mark is written, None if it is in none."""
    if len(data) % 2 or data.startswith(_MARKS) or b"\0" not in data[:1000]:
        return None
    first, second = data[::2].count(0), data[1::2].count(0)
    least = _LEAST_NUL * len(data) / 2
    if min(first, second) * 10 > max(first, second) or max(first, second) < least:
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _mixed(data: bytes, file: str) -> Reading | None:
    """Return the text of a file with lines in UTF-8 and lines in another encoding."""
    if data.startswith(_MARKS) or not _UTF8_LETTER.search(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return None
    lines, strange, sound = [], [], 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
            sound += not line.isascii()
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
            strange.append(number)
    if not sound:
        return None
    place = Where(file=file, line=strange[0])
    return Reading(
        text="\n".join(lines),
        notes=(Fault("FMT-208", where=place, count=len(strange), sound=sound),),
    )
