"""May this workbook be opened? What it unpacks to is counted piece by piece, and not kept.

Ten kilobytes can unpack to gigabytes, and a tag of four bytes becomes an object of hundreds. The
library that reads workbooks sets no limit, so that all of it is counted before.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.parsers import expat

from consilience.base.errors import Fault, Where
from consilience.formats.documents.package import LARGEST_PART, MOST_PARTS, MOST_TAGS
from consilience.formats.opening import DAMAGED

# A table of all 24,000 schools of a country with 250 columns; reading it takes some 750 MB.
MOST_CELLS: Final = 6_000_000
# The last row that a spreadsheet has; also the most texts that cells may share.
MOST_ROWS: Final = 1_048_576
# Bytes of a table beside its markup: one sign outside of the alphabet makes a text four times as
# large in memory.
_LARGEST_TABLE: Final = 200_000_000
_MARKUP: Final = 12
_MOST_BYTES: Final = 500_000_000
# Of a sheet: a cell, its text and what lies between, and what stands around them.
_MOST_ELEMENTS: Final = 20_000_000
# Of one row, of one text, or of a part that is no table; a row has 16,384 cells at most.
_MOST_TOGETHER: Final = 200_000
# What is read one by one in a part, by the element that the part begins with.
_PIECES: Final[Mapping[str, str]] = {"worksheet": "row", "sst": "si"}
_AT_ONCE: Final = 1 << 20


class _TooMuch(Exception):  # noqa: N818  (it says what, and never leaves this file)
    """More than a workbook may hold of something."""


class _DocumentType(Exception):  # noqa: N818
    """A part that declares a document type."""


class _Part:
    """Counts what one part unpacks to."""

    def __init__(self) -> None:
        self.formulas = False
        self._bytes = self._tags = self._elements = self._together = self._pieces = 0
        self._since = 0
        self._piece: str | None = None
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._declared

    def take(self, chunk: bytes) -> None:
        """Count some more of it."""
        self._bytes += len(chunk)
        self._tags += chunk.count(b"<")
        if self._parser is not None:
            try:
                self._parser.Parse(chunk)
            except expat.ExpatError:
                self._parser = None  # no XML, or damaged from here on; nobody reads further either
        table = _LARGEST_TABLE + _MARKUP * self._elements
        largest = table if self._piece else LARGEST_PART
        if self._bytes > largest:
            raise _TooMuch(f"more than {largest:,} bytes")
        if self._bytes - self._since > LARGEST_PART:
            raise _TooMuch(f"more than {LARGEST_PART:,} bytes in one place")
        if self._piece is None and self._tags > MOST_TAGS:
            raise _TooMuch(f"more than {MOST_TAGS:,} tags")

    def _start(self, name: str, _attributes: list[str]) -> None:
        local = name.rpartition(":")[2]
        self._elements += 1
        self._together += 1
        if self._elements == 1:
            self._piece = _PIECES.get(local)
        elif local == self._piece:
            self._together = 0
            self._pieces += 1
            self._since = self._bytes
        elif local == "f":
            self.formulas = True
        if self._together > _MOST_TOGETHER:
            raise _TooMuch(f"more than {_MOST_TOGETHER:,} tags in one place")
        if self._pieces > MOST_ROWS:
            raise _TooMuch(f"more than {MOST_ROWS:,} rows or texts")
        if self._elements > _MOST_ELEMENTS:
            raise _TooMuch(f"more than {_MOST_ELEMENTS:,} tags")

    def _declared(self, *_declaration: object) -> None:
        raise _DocumentType


def check_workbook(data: bytes, *, file: str) -> bool:
    """See that a workbook unpacks to no more than can be read; return whether it has formulas.

    Damage is not told here: whoever reads the part meets it.

    Args:
        data: the file, a zip archive.
        file: its name for messages.

    Raises:
        Fault: FMT-030 if the archive cannot be opened, FMT-270 if it holds too much, FMT-271 if
            a part declares a document type.
    """
    name = Path(file).name
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED as error:
        raise Fault("FMT-030", where=Where(file=file), name=name, reason=str(error)) from error
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise _fault(file, "the list of parts", f"more than {MOST_PARTS:,} parts")
    left, formulas = _MOST_BYTES, False
    for entry in entries:
        try:
            size, has_formulas = _counted(archive, entry, most=left)
        except _TooMuch as error:
            raise _fault(file, entry.filename, str(error)) from error
        except _DocumentType as error:
            raise Fault("FMT-271", where=Where(file=file), part=entry.filename) from error
        left -= size
        formulas = formulas or has_formulas
    return formulas


def _counted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int) -> tuple[int, bool]:
    part, size = _Part(), 0
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_AT_ONCE):
                size += len(chunk)
                if size > most:
                    raise _TooMuch(f"more than {_MOST_BYTES:,} bytes together")
                part.take(chunk)
    except DAMAGED:
        pass
    return size, part.formulas


def _fault(file: str, part: str, what: str) -> Fault:
    return Fault("FMT-270", where=Where(file=file), name=Path(file).name, part=part, what=what)
