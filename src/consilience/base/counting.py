"""How many there are of something, in words that fit one and several."""

from __future__ import annotations


def counted(count: int, one: str, several: str = "") -> str:
    """Write how many there are of something.

    Args:
        count: how many.
        one: what it is called alone, with what else depends on the number.
        several: what more than one, or none, are called; left out, with an s.

    Example:
        >>> counted(1, "coding"), counted(1200, "coding"), counted(0, "entity", "entities")
        ('1 coding', '1,200 codings', '0 entities')
        >>> f"its {counted(1, 'passage stays', 'passages stay')}"
        'its 1 passage stays'
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
