"""Who speaks where in a transcript?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one person said at a stretch, in code points of the normal form.

    Args:
        speaker: the label without its colon, None where nobody is named.
        start: first code point, that of the label where there is one.
        said: first code point of what was said.
        end: code point after the last one said.
        t0: seconds from the start of the recording, None if not known.
        t1: seconds at its end, None if not known.
    """

    speaker: str | None
    start: int
    said: int
    end: int
    t0: float | None = None
    t1: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A transcript taken apart.

    Args:
        turns: in order; they do not overlap.
        header: the fields of the block at its top, such as `date`, names in small letters.
        headings: spans that nobody says: titles, stage directions.
    """

    turns: tuple[Spoken, ...]
    header: Mapping[str, str]
    headings: tuple[tuple[int, int], ...]


def read_script(text: str) -> Script:
    """Return turns, header and headings of a transcript in its normal form."""
    raise NotImplementedError(text[:20])
