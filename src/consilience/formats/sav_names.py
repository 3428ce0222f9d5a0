"""Names that SPSS takes: valid, unique, and as near the given ones as can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

NAME_BYTES: Final = 64
_RESERVED: Final = frozenset(
    ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]
)


def shorten(text: str, limit: int) -> str:
    """Return the longest start of a text that fits in `limit` bytes of UTF-8.

    Example:
        >>> shorten("Brontë", 6)
        'Bront'
    """
    return text.encode()[:limit].decode(errors="ignore")


def _valid(name: str) -> str:
    """Return a valid name: letters, digits and . _ $ # @, a letter first, no point last."""
    text = re.sub(r"[^\w.$#@]", "_", name)
    if not text or not text[0].isalpha():
        text = f"v_{text}"
    text = shorten(text, NAME_BYTES).rstrip(".") or "v"
    return f"{text}_" if text.upper() in _RESERVED else text


def variable_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return a variable name for each column name, unique whatever the case of letters.

    Args:
        names: column names in order.

    Returns:
        Names in the same order; those that are valid and unique already stay as they are.

    Example:
        >>> variable_names(["area", "Area", "2nd answer", "with"])
        ('area', 'Area_2', 'v_2nd_answer', 'with_')
    """
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        first = candidate = _valid(name)
        count = 1
        while candidate.casefold() in taken:
            count += 1
            tail = f"_{count}"
            candidate = shorten(first, NAME_BYTES - len(tail)) + tail
        taken.add(candidate.casefold())
        result.append(candidate)
    return tuple(result)
