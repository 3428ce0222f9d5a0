"""Answers plain or by gzip, joined of pieces that were compressed before.

Compressing an answer of 2 MB takes ten times as long as making it. A gzip file is a row of blocks,
though (RFC 1951 and 1952): those of each record are made once, when it is saved.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_LEVEL: Final = 1  # a twentieth larger than 6 in half of the time
_RAW: Final = -zlib.MAX_WBITS
# No name, no time, no hint of the system: the same answer has the same bytes.
_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST: Final = b"\x03\x00"
# A shorter piece goes as it is, with five bytes before it.
_SHORT: Final = 1_024


class Piece(NamedTuple):
    """A part of an answer: its bytes, and its blocks as `packed` makes them, empty if not made."""

    plain: bytes
    packed: bytes = b""


def packed(plain: bytes) -> bytes:
    """Return bytes as blocks of deflate that others may follow."""
    made = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    return made.compress(plain) + made.flush(zlib.Z_FULL_FLUSH)


def joined(pieces: Iterable[Piece], *, gzip: bool = False) -> bytes:
    """Return the bytes of pieces, plain or as one gzip file.

    Example:
        >>> import gzip
        >>> made = joined([Piece(b"<a>"), Piece(b"words", packed(b"words"))], gzip=True)
        >>> gzip.decompress(made)
        b'<a>words'
    """
    return _gzipped(pieces) if gzip else b"".join([plain for plain, _ in pieces])


def _gzipped(pieces: Iterable[Piece]) -> bytes:
    check, size, blocks = 0, 0, [_HEAD]
    for plain, made in pieces:
        check = zlib.crc32(plain, check)
        size += len(plain)
        if made:
            blocks.append(made)
        elif len(plain) > _SHORT:
            blocks.append(packed(plain))
        else:
            blocks.extend(_as_it_is(plain))
    tail = check.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")
    return b"".join([*blocks, _LAST, tail])


def _as_it_is(plain: bytes) -> Iterator[bytes]:
    """Yield a block that holds bytes as they are."""
    size = len(plain)
    yield b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little")
    yield plain
