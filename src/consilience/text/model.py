"""The nouns of texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
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
