"""Stable ids: what may be one, and short ones made from content."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from consilience.base.errors import Fault, Where

PATTERN: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
# A byte of a file name that is not UTF-8, as Python hands it on; and other halves of letters.
_BYTE: Final = re.compile("[\udc80-\udcff]")
_HALF: Final = re.compile("[\ud800-\udfff]")
# Controls, and marks that turn the direction of what stands behind them.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


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
    # Halves of letters come in with file names that are not UTF-8; they have an id like others.
    text = "\x1f".join(parts).encode(errors="surrogatepass")
    return hashlib.sha256(text).hexdigest()[:12]


def writable(text: str) -> str:
    r"""Return a text that can be written: bytes that were not UTF-8 are read as Windows-1252.

    Example:
        >>> writable("Caf\udce9.txt")
        'Café.txt'
    """
    known = _BYTE.sub(lambda found: bytes([ord(found[0]) & 0xFF]).decode("cp1252", "replace"), text)
    return _HALF.sub("\ufffd", known)


def has_control(text: str) -> bool:
    r"""Return whether a text holds what no list shows and a terminal would obey.

    Example:
        >>> has_control("head\x1b[31m"), has_control("Zo\u00eb")
        (True, False)
    """
    return _CONTROL.search(text) is not None


def plain_name(name: str) -> str:
    r"""Return a name on one line, without what a list or a file cannot show.

    Returns:
        An empty name where nothing is left but dots.

    Example:
        >>> plain_name("S01\n\x1b[31m head"), plain_name("..")
        ('S01 [31m head', '')
    """
    bare = " ".join(_CONTROL.sub(" ", writable(name)).split())
    return bare if bare.strip(". ") else ""
