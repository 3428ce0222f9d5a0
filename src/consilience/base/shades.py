"""The shade of a code that was given no colour: told by its id, so that it never changes."""

from __future__ import annotations

import hashlib
from typing import Final

# As many as the colours of the pages, where the last is grey.
SHADES: Final = 8


def shade_of(id: str) -> int:  # noqa: A002  (what it is)
    """Return the number of the shade of an id, from 0; the same whatever else there is.

    Example:
        >>> shade_of("trust") == shade_of("trust"), shade_of("trust") in range(SHADES)
        (True, True)
    """
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:4]) % SHADES
