"""Rows of delimited text: encoding and delimiter found, or told and checked."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.shape import RawRows, TableShape

DELIMITERS: Final = (",", "\t", ";", "|")
HIGH_SHARE: Final = 0.3
SAMPLE_ROWS: Final = 60
SAMPLE_CHARACTERS: Final = 400_000

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tried in this order of likelihood in the files of this field when neither UTF-8 nor cp1252 fit.
_OTHERS: Final = [
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp437",
    "cp850",
    "mac_roman",
    "shift_jis",
]


def _bad_byte(data: bytes, position: int) -> dict[str, object]:
    return {"byte": f"0x{data[position]:02x}", "position": position}


def _row_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _decode_told(data: bytes, encoding: str, file: str) -> str:
    """Return the text in the encoding that the study names."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise Fault("FMT-011", where=Where(file=file), encoding=encoding) from error
    if name == "utf-8":
        name = "utf-8-sig"
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise Fault(
            "FMT-010",
            where=Where(file=file, row=_row_of(data, error.start)),
            encoding=encoding,
            **_bad_byte(data, error.start),
        ) from error


def _western(data: bytes) -> bool:
    """Tell whether most letters are plain ones, as in every language that cp1252 serves."""
    high = sum(len(run) for run in re.findall(rb"[\x80-\xff]+", data))
    plain = sum(len(run) for run in re.findall(rb"[A-Za-z]+", data))
    return high <= HIGH_SHARE * (high + plain)


def _guess(data: bytes, file: str) -> tuple[str, str]:
    """Return text and encoding of bytes that are not UTF-8.

    Windows-1252 wherever it fits: the national registers and Excel write it. It leaves five
    bytes undefined; a file that has one of them, or in which letters beyond ASCII abound, goes
    to charset-normalizer.
    """
    if _western(data):
        try:
            return data.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes  # noqa: PLC0415  (rarely needed; slow to load)

    best = from_bytes(data, cp_isolation=_OTHERS).best()
    if best is None:
        raise Fault("FMT-012", where=Where(file=file), name=Path(file).name)
    return str(best), best.encoding


def decode(data: bytes, *, encoding: str | None, file: str) -> tuple[str, str, tuple[Fault, ...]]:
    """Return the text of some bytes, the encoding, and a warning where that is a guess.

    Raises:
        Fault: FMT-010, FMT-011 if a told encoding does not fit or is none; FMT-012 if none fits;
            FMT-014 for a NUL in the text.
    """
    notes: tuple[Fault, ...] = ()
    bom = next((name for head, name in _BOMS if data.startswith(head)), None)
    if encoding is not None:
        text = _decode_told(data, encoding, file)
    elif bom is not None:
        text, encoding = _decode_told(data, bom, file), bom
    else:
        try:
            text, encoding = data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError as error:
            text, encoding = _guess(data, file)
            place = Where(file=file, row=_row_of(data, error.start))
            values = _bad_byte(data, error.start)
            notes = (Fault("FMT-013", where=place, encoding=encoding, **values),)
    position = text.find("\0")
    if position >= 0:
        row = text.count("\n", 0, position) + 1
        raise Fault("FMT-014", where=Where(file=file, row=row), position=position)
    return text, encoding, notes


def _sample(text: str, delimiter: str) -> list[int]:
    """Return how many fields each of the first rows has; what cannot be split counts none."""
    reader = csv.reader(io.StringIO(text[:SAMPLE_CHARACTERS], newline=""), delimiter=delimiter)
    lengths: list[int] = []
    try:
        for row in reader:
            if row:
                lengths.append(len(row))
            if len(lengths) == SAMPLE_ROWS:
                break
    except csv.Error:
        return lengths
    return lengths


def _score(lengths: list[int]) -> tuple[float, int]:
    """Return the share of rows as long as the heading, and that length; (0, 1) if it is 1."""
    if not lengths or lengths[0] < 2:
        return 0.0, 1
    same = sum(length == lengths[0] for length in lengths) / len(lengths)
    return same, lengths[0]


def find_delimiter(text: str) -> tuple[str, int]:
    r"""Return the delimiter that splits the rows most evenly, and the length of the heading.

    Of the comma, tab, semicolon and bar, that for which the largest share of the first 60 rows
    is as long as the heading; the longer heading among equals (shares are compared in tenths, so
    that a few ragged rows do not lose the real one). A comma when none splits the heading.

    Example:
        >>> find_delimiter("urn;name\n1;Ash, Elm\n2;Oak\n")
        (';', 2)
    """
    scores = {each: _score(_sample(text, each)) for each in DELIMITERS}
    best = max(DELIMITERS, key=lambda each: (round(scores[each][0], 1), scores[each][1]))
    return (best, scores[best][1]) if scores[best][1] > 1 else (",", 1)


def _told_delimiter(text: str, told: str, file: str) -> str:
    """Return the told delimiter, or refuse it where another is plainly meant."""
    if len(told) != 1 or told in '\r\n"':
        raise Fault("FMT-018", where=Where(file=file), delimiter=told)
    lengths = _sample(text, told)
    if lengths and lengths[0] == 1:
        better, columns = find_delimiter(text)
        if columns > 1:
            place = Where(file=file, row=1)
            raise Fault("FMT-015", where=place, told=told, better=better, columns=columns)
    return told


def _records(text: str, delimiter: str, file: str, first: int) -> Iterator[list[str | None]]:
    """Yield each row; strict, for a lax reader swallows the rest of a file after a stray quote."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = first - 1
    try:
        for record in reader:
            row += 1
            yield [cell if cell.strip() else None for cell in record]
    except csv.Error as error:
        place = Where(file=file, line=reader.line_num, row=row + 1)
        raise Fault("FMT-017", where=place, reason=str(error)) from error


def read_delimited(data: bytes, *, shape: TableShape, file: str) -> RawRows:
    """Return the rows of delimited text.

    Args:
        data: the file as it is, unpacked.
        shape: what is told of it.
        file: its name for messages.

    Raises:
        Fault: FMT-010 to FMT-018.
    """
    text, encoding, notes = decode(data, encoding=shape.encoding, file=file)
    first, hinted = 1, None
    # Excel's own hint of the delimiter, a first line such as "sep=;".
    if text[:4].lower() == "sep=" and text[5:6] in {"\r", "\n"}:
        hinted, first = text[4], 2
        text = text[5:].lstrip("\r").removeprefix("\n")
    told = shape.delimiter or hinted
    delimiter = _told_delimiter(text, told, file) if told else find_delimiter(text)[0]
    return RawRows(
        rows=list(_records(text, delimiter, file, first)),
        first=first,
        encoding=encoding,
        delimiter=delimiter,
        notes=notes,
    )
