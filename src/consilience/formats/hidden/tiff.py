"""Pictures in TIFF, and the tags of EXIF, which are written in the same way."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.hidden.model import Tally

ORIENTATION: Final = 274
GPS: Final = 34853
_EXIF: Final = 34665
# Names, dates, devices, captions, XMP, IPTC, Photoshop and what cameras and programs keep for
# themselves; numbers of the TIFF 6.0 and EXIF 2.3 specifications and of Adobe's notes on them.
_TOLD: Final = frozenset(
    (
        *(269, 270, 271, 272, 285, 305, 306, 315, 316, 33432, 700, 33723, 34377, _EXIF, GPS),
        *(40965, 37724, 50341, 37500, 36867, 36868, 42032, 42033, 42036, 37510, 40091, 40092),
        *(40093, 40094, 40095),
    )
)
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_PICTURES: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """One tag: its number, where its value stands, and how long that is."""

    tag: int
    raw: bytes
    at: int
    length: int


class _Directories:
    """The lists of tags of a TIFF file, in which they can be struck out."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self._order = "<" if data[:2] == b"II" else ">"
        self._seen: set[int] = set()

    def number(self, at: int, size: int) -> int:
        """Return a whole number of 2 or 4 bytes."""
        return int(struct.unpack_from(self._order + {2: "H", 4: "I"}[size], self.data, at)[0])

    def entries(self, at: int) -> tuple[list[_Entry], int]:
        """Return the tags of a list, and where the next list begins (0: none).

        Raises:
            struct.error: if it lies outside the file.
        """
        if at in self._seen or len(self._seen) > _MOST_PICTURES:
            raise struct.error(f"the list at byte {at} comes again")
        self._seen.add(at)
        found = []
        for number in range(self.number(at, 2)):
            place = at + 2 + 12 * number
            length = _SIZES.get(self.number(place + 2, 2), 1) * self.number(place + 4, 4)
            value = place + 8 if length <= 4 else self.number(place + 8, 4)
            if value + min(length, 4) > len(self.data):
                raise struct.error(f"the value of the tag at byte {place} lies outside")
            raw = bytes(self.data[place : place + 12])
            found.append(_Entry(self.number(place, 2), raw, value, length))
        return found, self.number(at + 2 + 12 * len(found), 4)

    def strike(self, at: int, entries: list[_Entry], following: int) -> int:
        """Take the telling tags out of a list, and blank their values; return how many."""
        gone = [each for each in entries if each.tag in _TOLD]
        kept = [each for each in entries if each.tag not in _TOLD]
        for each in gone:
            if each.tag in (_EXIF, GPS, 40965):
                self._blank_list(self.number(each.at, 4))
            if each.length > 4:
                self.data[each.at : each.at + each.length] = bytes(
                    len(self.data[each.at : each.at + each.length])
                )
        written = b"".join(each.raw for each in kept)
        body = struct.pack(self._order + "H", len(kept)) + written
        body += struct.pack(self._order + "I", following)
        self.data[at : at + 6 + 12 * len(entries)] = body.ljust(6 + 12 * len(entries), b"\0")
        return len(gone)

    def _blank_list(self, at: int) -> None:
        try:
            entries, _ = self.entries(at)
        except struct.error:
            return
        for each in entries:
            if each.tag in (_EXIF, GPS, 40965):
                self._blank_list(self.number(each.at, 4))
            if each.length > 4:
                end = min(each.at + each.length, len(self.data))
                self.data[each.at : end] = bytes(end - each.at)
        self.data[at : at + 2 + 12 * len(entries)] = bytes(2 + 12 * len(entries))


def clean_tiff(name: str, data: bytes, tally: Tally) -> bytes:
    """Find what a TIFF file tells beside its pictures, and strike it out where it stands.

    Args:
        name: of the file.
        data: the file; a multiple of pictures is looked through.
        tally: where findings are noted.

    Raises:
        Fault: FMT-381 if it is damaged.
    """
    lists = _Directories(data)
    try:
        at, told, places = lists.number(4, 4), 0, 0
        while at:
            entries, following = lists.entries(at)
            places += any(each.tag == GPS for each in entries)
            told += lists.strike(at, entries, following)
            at = following
    except (struct.error, IndexError) as error:
        raise Fault("FMT-381", where=Where(file=name), reason=str(error)) from error
    tally.add("picture data", count=told)
    tally.add("picture place", count=places)
    return bytes(lists.data)


def first_tags(data: bytes) -> dict[int, int]:
    """Return the tags of the first list of EXIF data, with their values where these are short.

    What cannot be read has no tags.

    Args:
        data: a TIFF header and what follows.
    """
    lists = _Directories(data + bytes(4))
    try:
        entries, _ = lists.entries(lists.number(4, 4))
        return {each.tag: lists.number(each.at, 2) for each in entries}
    except (struct.error, IndexError):
        return {}


def orientation_only(turned: int) -> bytes:
    """Return EXIF data that says how a picture is turned, and nothing else.

    Example:
        >>> first_tags(orientation_only(6)) == {ORIENTATION: 6}
        True
    """
    return b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
