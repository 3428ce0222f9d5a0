"""Stable ids: what may be one, and short ones made from content."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from consilience.base.errors import Fault, Where

PATTERN: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")


def check_id(value: str, *, where: Where | None = None) -> str:
    """Return `value` if it can stand as an id in files, addresses and tables.

    Raises:
        Fault: BAS-001 if it is not lower-case letters, digits and hyphens.

    Example:
        >>> check_id("survey-education")
        'survey-education'
    """
    if not PATTERN.fullmatch(value):
        raise Fault("BAS-001", where=where, value=value)
    return value


def short_id(*parts: str) -> str:
    """Return 12 hexadecimal digits that stand for these parts in this order.

    Two lists of parts share an id with probability below 1e-6 up to 20,000 of them
    (birthday bound on 48 bits).

    Example:
        >>> short_id("areas", "E06000001") == short_id("areas", "E06000001")
        True
    """
    text = "\x1f".join(parts).encode()
    return hashlib.sha256(text).hexdigest()[:12]
