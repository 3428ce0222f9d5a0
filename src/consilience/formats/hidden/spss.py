"""SPSS system files: what they say beside data, labels and codes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.hidden.model import Tally

# Records by the numbers of the format as PSPP's developers describe it.
_VARIABLE, _LABELS, _LABELLED, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_HEADER: Final = 176
_LINE: Final = 80
# Of the program, with the licence of who saved it; attributes of the file and of variables.
_TOLD: Final = {10: "program data", 17: "custom attribute", 18: "custom attribute"}


def clean_sav(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what an SPSS file says of itself; take out attributes and who saved it.

    Its label and the lines of its documents are told of and stay: they are where a study says
    what the file is.

    Args:
        name: of the file.
        data: the file; in packed ones (.zsav) nothing is taken out, and what should be is refused.
        tally: where findings are noted.

    Raises:
        Fault: FMT-381 if it is damaged.
    """
    if data[:4] == b"$FL3":
        inner = Tally(name)
        _clean(name, data, inner)
        for each in inner.found:
            kind = each.kind if each.severity == "note" else "packed attribute"
            tally.add(kind, count=each.count)
        return data
    return _clean(name, data, tally)


def _clean(name: str, data: bytes, tally: Tally) -> bytes:
    try:
        order = _order(data)
        kept = bytearray(data[:_HEADER])
        tally.add("file label", count=bool(data[109:173].strip(b" \0")))
        end = _HEADER
        for kind, start, end in _records(data, order):
            subtype = struct.unpack_from(f"{order}i", data, start + 4)[0]
            if kind == _DOCUMENT:
                lines = range(start + 8, end, _LINE)
                filled = sum(bool(data[at : at + _LINE].strip()) for at in lines)
                tally.add("file note", count=filled)
            if kind == _EXTENSION and subtype in _TOLD:
                tally.add(_TOLD[subtype])
            else:
                kept += data[start:end]
    except (struct.error, IndexError) as error:
        raise Fault("FMT-381", where=Where(file=name), reason=str(error)) from error
    return bytes(kept) + data[end:]


def _order(data: bytes) -> str:
    """Return in which order bytes stand; the number of the layout tells it, which is 2 or 3."""
    for order in "<>":
        if struct.unpack_from(f"{order}i", data, 64)[0] in (2, 3):
            return order
    raise struct.error("its head has no layout that is known")


def _records(data: bytes, order: str) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and end of each record of the dictionary, the one that ends it last."""
    at = _HEADER
    while True:
        kind = struct.unpack_from(f"{order}i", data, at)[0]
        end = _end_of(kind, data, at, order)
        if end > len(data) or end <= at:
            raise struct.error(f"the record at byte {at} is cut short")
        yield kind, at, end
        if kind == _END:
            return
        at = end


def _end_of(kind: int, data: bytes, at: int, order: str) -> int:
    """Return where the record that begins at a byte ends."""

    def number(offset: int) -> int:
        return int(struct.unpack_from(f"{order}i", data, at + offset)[0])

    if kind == _VARIABLE:
        label = 4 + (number(32) + 3) // 4 * 4 if number(8) else 0
        return at + 32 + label + 8 * abs(number(12))
    if kind == _LABELS:
        end = at + 8
        for _ in range(number(4)):
            end += 8 + (data[end + 8] + 8) // 8 * 8
        return end
    lengths = {_LABELLED: 4, _DOCUMENT: _LINE}
    if kind in lengths:
        return at + 8 + lengths[kind] * number(4)
    if kind == _EXTENSION:
        return at + 16 + number(8) * number(12)
    if kind == _END:
        return at + 8
    raise struct.error(f"the record at byte {at} is of a kind unknown ({kind})")
