"""Bytes of an SPSS system file, written here so that the same table gives the same bytes.

pyreadstat writes the clock into the header and takes only pandas or polars tables. The layout is
that of the "System File Format" chapter of the PSPP developers guide, uncompressed, UTF-8.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

FIXED_DATE: Final = b"01 Jan 70"
FIXED_TIME: Final = b"00:00:00"
SYSTEM_MISSING: Final = -np.finfo(np.float64).max
LABEL_BYTES: Final = 252
VALUE_LABEL_BYTES: Final = 120
TEXT_BYTES: Final = 32_767
SEGMENT: Final = 255
MEASURES: Final = {"nominal": 1, "ordinal": 2, "scale": 3}
FORMATS: Final = {"text": 1, "number": 5, "datetime": 22, "date": 39}

Value = float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the file.

    Args:
        name: valid long name.
        kind: a key of `FORMATS`.
        width: bytes of a text, 0 for numbers.
        decimals: digits after the point that are shown.
        label: at most 252 bytes.
        measure: nominal, ordinal or scale.
        value_labels: label by value.
        missing: at most three values that mean no answer.
        missing_range: whether the first two of them are the ends of a range.
        values: float64 with `SYSTEM_MISSING`, or an array of byte strings.
    """

    name: str
    kind: str
    width: int = 0
    decimals: int = 0
    label: str = ""
    measure: str = "nominal"
    value_labels: Mapping[Value, str]
    missing: tuple[Value, ...] = ()
    missing_range: bool = False
    values: np.ndarray

    @property
    def segments(self) -> tuple[int, ...]:
        """Return the widths of the parts: a text of over 255 bytes is kept in several."""
        if self.width <= SEGMENT:
            return (self.width,)
        parts = -(-self.width // LABEL_BYTES)
        return (*[SEGMENT] * (parts - 1), self.width - (parts - 1) * LABEL_BYTES)


def _slots(width: int) -> int:
    """Return how many 8-byte elements a variable or a part of one takes."""
    return max(1, -(-width // 8))


def _padded(data: bytes, multiple: int) -> bytes:
    return data + b" " * (-len(data) % multiple)


def _element(value: Value) -> bytes:
    """Return a value as one 8-byte element."""
    if isinstance(value, str):
        return value.encode().ljust(8)
    return struct.pack("<d", value)


def _header(variables: Sequence[Variable], rows: int, title: str) -> bytes:
    case = sum(_slots(width) for each in variables for width in each.segments)
    return b"".join(
        (
            b"$FL2",
            b"@(#) SPSS DATA FILE consilience".ljust(60),
            struct.pack("<5i", 2, case, 0, 0, rows),
            struct.pack("<d", 100.0),
            FIXED_DATE,
            FIXED_TIME,
            title.encode().ljust(64),
            b"\0\0\0",
        )
    )


def _format(each: Variable, width: int) -> int:
    shown = {"text": width, "number": 8 + each.decimals, "datetime": 20, "date": 10}[each.kind]
    return FORMATS[each.kind] << 16 | shown << 8 | each.decimals


def _variable(each: Variable, number: int) -> bytes:
    """Return the records of one variable; `number` counts the short names used before."""
    records: list[bytes] = []
    for part, width in enumerate(each.segments):
        label = each.label.encode() if part == 0 else b""
        missing = each.missing if part == 0 else ()
        shown = _format(each, width)
        count = -len(missing) if each.missing_range else len(missing)
        head = (2, width, int(bool(label)), count, shown, shown)
        records.append(struct.pack("<6i", *head) + b"V%07d" % (number + part))
        if label:
            records.append(struct.pack("<i", len(label)) + _padded(label, 4))
        records.extend(_element(value) for value in missing)
        rest = struct.pack("<6i", 2, -1, 0, 0, 0, 0) + b" " * 8
        records.extend([rest] * (_slots(width) - 1))
    return b"".join(records)


def _value_labels(each: Variable, index: int) -> bytes:
    """Return the value labels of the variable whose first element has this index (from 1)."""
    if not each.value_labels:
        return b""
    parts = [struct.pack("<2i", 3, len(each.value_labels))]
    for value, label in each.value_labels.items():
        text = label.encode()
        parts.append(_element(value) + _padded(struct.pack("<B", len(text)) + text, 8))
    parts.append(struct.pack("<3i", 4, 1, index))
    return b"".join(parts)


def _document(note: str) -> bytes:
    """Return the note as lines of 80 bytes."""
    lines: list[bytes] = []
    for line in note.splitlines():
        rest = line
        while rest:
            head = rest.encode()[:80].decode(errors="ignore")
            lines.append(head.encode().ljust(80))
            rest = rest[len(head) :]
    return struct.pack("<2i", 6, len(lines)) + b"".join(lines) if lines else b""


def _info(subtype: int, size: int, data: bytes) -> bytes:
    return struct.pack("<4i", 7, subtype, size, len(data) // size) + data


def _extensions(variables: Sequence[Variable], shorts: Sequence[str], rows: int) -> bytes:
    """Return the records that carry measures, long names, long texts and the encoding."""
    highest = np.finfo(np.float64).max
    lowest = np.nextafter(-highest, 0.0)
    display = [
        number
        for each in variables
        for width in each.segments
        for number in (MEASURES[each.measure], min(width or 8, 40), int(each.kind != "text"))
    ]
    long_names = "\t".join(f"{s}={v.name}" for s, v in zip(shorts, variables, strict=True))
    long_texts = b"".join(
        f"{short}={each.width:05d}".encode() + b"\0\t"
        for short, each in zip(shorts, variables, strict=True)
        if each.width > SEGMENT
    )
    records = [
        _info(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)),
        _info(4, 8, struct.pack("<3d", SYSTEM_MISSING, highest, lowest)),
        _info(11, 4, struct.pack(f"<{len(display)}i", *display)),
        _info(13, 1, long_names.encode()),
        *([_info(14, 1, long_texts)] if long_texts else []),
        _info(16, 8, struct.pack("<2q", 1, rows)),
        _info(20, 1, b"UTF-8"),
    ]
    return b"".join(records)


def _cells(each: Variable, rows: int) -> list[np.ndarray]:
    """Return the elements of a variable, a matrix of bytes (rows by 8 times slots) a part."""
    if each.kind != "text":
        return [np.ascontiguousarray(each.values, dtype="<f8").view(np.uint8).reshape(rows, 8)]
    if rows == 0:
        return [np.empty((0, 8 * _slots(width)), dtype=np.uint8) for width in each.segments]
    size = max(each.width, 1)
    whole = np.char.ljust(each.values.astype(f"S{size}"), size)
    cells = whole.view(np.uint8).reshape(rows, size)
    parts: list[np.ndarray] = []
    for number, width in enumerate(each.segments):
        block = np.full((rows, 8 * _slots(width)), ord(" "), dtype=np.uint8)
        piece = cells[:, number * SEGMENT : number * SEGMENT + SEGMENT]
        block[:, : piece.shape[1]] = piece
        parts.append(block)
    return parts


def sav_bytes(variables: Sequence[Variable], *, rows: int, title: str, note: str) -> bytes:
    """Return a whole SPSS system file.

    Args:
        variables: at least one, their values all of `rows` length.
        rows: number of cases.
        title: label of the file, at most 64 bytes.
        note: documents of the file, lines of any length.
    """
    records: list[bytes] = []
    labels: list[bytes] = []
    shorts: list[str] = []
    number, index = 1, 1
    for each in variables:
        records.append(_variable(each, number))
        labels.append(_value_labels(each, index))
        shorts.append(f"V{number:07d}")
        number += len(each.segments)
        index += sum(_slots(width) for width in each.segments)
    matrix = np.concatenate([block for each in variables for block in _cells(each, rows)], axis=1)
    return b"".join(
        (
            _header(variables, rows, title),
            *records,
            *labels,
            _document(note),
            _extensions(variables, shorts, rows),
            struct.pack("<2i", 999, 0),
            matrix.tobytes(),
        )
    )
