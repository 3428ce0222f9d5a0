"""Pictures in JPEG and PNG: everything but the picture itself and how its colours are meant."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.hidden.model import Tally
from consilience.formats.hidden.tiff import GPS, ORIENTATION, first_tags, orientation_only

_EXIF: Final = b"Exif\x00\x00"
_SCAN, _END = 0xDA, 0xD9
_APP0, _APP14, _COMMENT = 0xE0, 0xEE, 0xFE
# What the picture looks like without: text, dates, EXIF, and chunks that nobody has registered.
_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST sPLT"
    b" acTL fcTL fdAT".split()
)


def clean_jpeg(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what a JPEG file tells beside its picture, and take it out.

    Colour profiles stay, and so does how the picture is turned, which is all that is kept of EXIF.

    Args:
        name: of the file.
        data: the file.
        tally: where findings are noted.

    Raises:
        Fault: FMT-381 if it is damaged.
    """
    kept = bytearray(b"\xff\xd8")
    counts = dict.fromkeys(("picture data", "picture place", "appended data"), 0)
    last = 2
    for marker, segment, end in _segments(name, data):
        last = end
        payload = segment[4:]
        if marker == 0xE1 and payload.startswith(_EXIF):
            tags = first_tags(payload[6:])
            counts["picture place"] += GPS in tags
            turned = tags.get(ORIENTATION)
            small = _exif(turned) if turned not in (None, 1) else b""
            counts["picture data"] += segment != small
            kept += small
        elif _is_told(marker, payload):
            counts["picture data"] += 1
        else:
            kept += segment
    counts["appended data"] = last < len(data)
    for kind, count in counts.items():
        tally.add(kind, count=count)
    return bytes(kept)


def _is_told(marker: int, payload: bytes) -> bool:
    """Tell segments that a picture does not need: all of applications but JFIF, ICC and Adobe."""
    if marker == _COMMENT:
        return True
    if not 0xE0 <= marker <= 0xEF:
        return False
    needed = (
        (marker == _APP0 and payload.startswith(b"JFIF\x00"))
        or (marker == 0xE2 and payload.startswith(b"ICC_PROFILE\x00"))
        or (marker == _APP14 and payload.startswith(b"Adobe"))
    )
    return not needed


def _exif(turned: int | None) -> bytes:
    payload = _EXIF + orientation_only(turned or 1)
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


def _segments(name: str, data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker, bytes and end of each segment; a scan comes with its compressed data."""
    at = 2
    while at + 1 < len(data):
        if data[at] != 0xFF:
            raise _broken(name, f"no segment begins at byte {at}")
        marker = data[at + 1]
        if marker == 0xFF:  # filling before a marker
            at += 1
            continue
        if marker == _END:
            yield marker, data[at : at + 2], at + 2
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise _broken(name, f"the segment at byte {at} is cut short")
        if marker == _SCAN:
            end = _end_of_scan(data, end)
        yield marker, data[at:end], end
        at = end
    raise _broken(name, "its end is missing")


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker stands that is neither an escaped byte nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0:
        following = data[at + 1 : at + 2]
        if following and following != b"\x00" and not b"\xd0" <= following <= b"\xd7":
            return at
        at += 2
    return len(data)


def clean_png(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what a PNG file tells beside its picture, and take it out.

    Args:
        name: of the file.
        data: the file.
        tally: where findings are noted.

    Raises:
        Fault: FMT-381 if it is damaged.
    """
    kept = bytearray(data[:8])
    at, told, places = 8, 0, 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise _broken(name, f"the chunk at byte {at} is cut short")
        body = data[at + 8 : end - 4]
        if zlib.crc32(kind + body).to_bytes(4, "big") != data[end - 4 : end]:
            raise _broken(name, f"the checksum at byte {end - 4} is wrong")
        if kind in _PNG_KEPT:
            kept += data[at:end]
        else:
            told += 1
            places += kind == b"eXIf" and GPS in first_tags(body)
        at = end
        if kind == b"IEND":
            break
    else:
        raise _broken(name, "its end is missing")
    tally.add("picture data", count=told)
    tally.add("picture place", count=places)
    tally.add("appended data", count=at < len(data))
    return bytes(kept)


def _broken(name: str, reason: str) -> Fault:
    return Fault("FMT-381", where=Where(file=name), reason=reason)
