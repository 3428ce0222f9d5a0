"""Everything that any file hides: told by what it is, not by what it is called."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final

from consilience.base.errors import Fault
from consilience.formats.hidden.archives import clean_archive, clean_gzip
from consilience.formats.hidden.images import clean_jpeg, clean_png
from consilience.formats.hidden.model import Finding, Tally
from consilience.formats.hidden.ooxml import clean_ooxml
from consilience.formats.hidden.opendocument import clean_opendocument
from consilience.formats.hidden.pdf import clean_pdf
from consilience.formats.hidden.recordings import is_recording, judge_recording
from consilience.formats.hidden.rtf import clean_rtf
from consilience.formats.hidden.spss import clean_sav
from consilience.formats.hidden.texts import clean_text
from consilience.formats.hidden.tiff import clean_tiff
from consilience.formats.opening import DAMAGED

_Cleaner = Callable[[str, bytes, Tally], bytes]
_BY_HEAD: Final[tuple[tuple[bytes, _Cleaner], ...]] = (
    (b"{\\rtf", clean_rtf),
    (b"%PDF", clean_pdf),
    (b"\xff\xd8\xff", clean_jpeg),
    (b"\x89PNG\r\n\x1a\n", clean_png),
    (b"II*\x00", clean_tiff),
    (b"MM\x00*", clean_tiff),
    (b"$FL2", clean_sav),
    (b"$FL3", clean_sav),
)
# Tables of other programs: columns, labels and notes are what they are for.
_TABLES: Final = (b"PAR1", b"<stata_dta>", b"ARROW1")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK"


def findings_in(name: str, data: bytes) -> tuple[Finding, ...]:
    """What does this file hold beside what it shows?

    Tracked changes, comments, properties, hidden text and cells, links to other files, data in
    pictures, earlier versions, invisible characters and more; see `model.KINDS`. Findings say
    what and how many, never who or what is written there.

    Args:
        name: of the file, for messages and for what only the ending of the name tells.
        data: the file.

    Returns:
        What was found, in the order of the file; nothing if it may go out as it is. A file that
        is damaged or locked gives a finding of kind `unreadable`, to be refused.

    Example:
        >>> [each.said for each in findings_in("a.txt", "Mon\u200bday".encode())]
        ['characters that cannot be seen: 1']
    """
    tally = Tally(name)
    try:
        _clean(name, data, tally)
    except Fault:
        tally.add("unreadable")
    return tuple(tally.found)


def stripped(name: str, data: bytes) -> bytes:
    """Return a file without what can be taken out of it unseen.

    What the file shows is the same; `findings_in` finds nothing of severity `strip` in it any
    more. Packages are written in the same bytes whenever and wherever it is done.

    Args:
        name: of the file.
        data: the file.

    Raises:
        Fault: FMT-201 to FMT-203, FMT-380, FMT-381 if the file is damaged, locked or unpacks to
            too much; then it cannot go out.
    """
    return _clean(name, data, Tally(name))


def _clean(name: str, data: bytes, tally: Tally) -> bytes:
    """Clean a file by what it begins with."""
    for head, clean in _BY_HEAD:
        if data.startswith(head):
            return clean(name, data, tally)
    if data.startswith(_ZIP):
        return _clean_packed(name, data, tally)
    if data.startswith(b"\x1f\x8b"):
        return clean_gzip(name, data, tally, _clean)
    if data.startswith(_OLD_OFFICE):
        # A document under a password lies in the same old container.
        locked = "EncryptedPackage".encode("utf-16-le") in data
        tally.add("password" if locked else "old format")
    elif is_recording(data):
        judge_recording(data, tally)
    elif not data.startswith(_TABLES) and not _is_dta(name, data):
        return clean_text(name, data, tally)
    return data


def _is_dta(name: str, data: bytes) -> bool:
    """Tell whether this is a file of Stata before version 13, which has no name in its head."""
    return name.lower().endswith(".dta") and data[:1] in (
        b"\x69",
        b"\x6c",
        b"\x6e",
        b"\x71",
        b"\x72",
        b"\x73",
    )


def _clean_packed(name: str, data: bytes, tally: Tally) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except DAMAGED:
        names = []
    if len(set(names)) < len(names):
        tally.add("same name twice", count=len(names) - len(set(names)))
        return data
    if "[Content_Types].xml" in names:
        return clean_ooxml(name, data, tally, _clean)
    if "mimetype" in names and "content.xml" in names:
        return clean_opendocument(name, data, tally, _clean)
    return clean_archive(name, data, tally, _clean)
