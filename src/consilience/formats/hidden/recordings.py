"""Recordings: a voice is known again, and tags say where and when it was recorded."""

from __future__ import annotations

from typing import Final

from consilience.formats.hidden.model import Tally

_HEADS: Final = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1")
# Where tags begin in MP3 (first and last), MP4, Ogg and FLAC, WAV and AVI, Matroska.
_TAGS: Final = (b"udta", b"\xa9xyz", b"vorbis", b"OpusTags", b"LIST", b"\x73\xa4", b"\x44\x89")
_PICTURES: Final = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_MOST: Final = 400_000


def is_recording(data: bytes) -> bool:
    """Return whether a file is sound or film; pictures that are kept in the same way are none."""
    if data.startswith(b"RIFF"):
        return data[8:12] != b"WEBP"
    if data[4:8] == b"ftyp":
        return data[8:12] not in _PICTURES
    return data.startswith(_HEADS)


def judge_recording(data: bytes, tally: Tally) -> None:
    """Note that a file is a recording, and refuse it if it has tags; none is taken out."""
    tally.add("recording")
    ends = data[:_MOST] + data[-_MOST:]
    tagged = data.startswith(b"ID3") or data[-128:-125] == b"TAG"
    tally.add("recording tag", count=tagged + sum(tag in ends for tag in _TAGS))
