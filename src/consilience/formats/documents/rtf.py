"""Words of a document in Rich Text Format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.reading import Reading, said_of

# striprtf knows no tracked changes: the runs that Word marks as deleted are cut out before.
_DELETED: Final = re.compile(r"\{[^{}]*\\deleted(?![a-z0])[^{}]*\}")
_INSERTED: Final = re.compile(r"\\revised(?![a-z0])")
_COMMENT: Final = re.compile(r"\\\*\\annotation(?![a-z])")
_NOTE: Final = re.compile(r"\\(?:footnote|pict)(?![a-z])")
# Groups within groups: real documents have a few dozen; striprtf keeps 100 bytes for each.
_DEEPEST: Final = 1_000


def read_rtf(data: bytes, *, file: str) -> Reading:
    """Return the words of a document in Rich Text Format.

    Insertions of tracked changes are taken, deletions left out where Word marked them; comments
    are left out. Each is counted in a warning.

    Args:
        data: the file.
        file: its name for messages.

    Raises:
        Fault: FMT-202 if it is damaged.
    """
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415  (its tables are slow to load)

    if not data.lstrip().startswith(b"{\\rtf"):
        raise _broken(file, "it does not begin as one")
    if data.count(b"{") - data.count(b"}") > _DEEPEST or b"{" * _DEEPEST in data:
        raise _broken(file, "its groups do not end")
    text, deletions = _DELETED.subn("", data.decode("latin-1"))
    try:
        # Bytes beyond ASCII that are not escaped are in the code page of Western Windows.
        words = rtf_to_text(text.encode("latin-1").decode("cp1252", "replace"), errors="replace")
    except (ValueError, LookupError, IndexError, TypeError, OverflowError) as error:
        raise _broken(file, str(error)) from error
    return Reading(
        # Letters beyond the first 65,536 are written as two numbers, as in UTF-16.
        text=words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
        notes=said_of(
            file,
            insertions=len(_INSERTED.findall(text)),
            deletions=deletions,
            comments=len(_COMMENT.findall(text)),
            left=len(_NOTE.findall(text)),
        ),
    )


def _broken(file: str, reason: str) -> Fault:
    return Fault("FMT-202", where=Where(file=file), name=Path(file).name, reason=reason)
