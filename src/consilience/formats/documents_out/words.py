"""Words that every format of documents can carry."""

from __future__ import annotations

import re
from typing import Final

_BREAK: Final = re.compile("\r\n?")
_BLANK: Final = re.compile("[\x0b\x0c]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")


def writable(text: str) -> str:
    r"""Return words without what no XML can carry; each such character becomes U+FFFD.

    Example:
        >>> writable("One\r\ntwo\x0cthree\x00")
        'One\ntwo three�'
    """
    return _UNWRITABLE.sub("\ufffd", _BLANK.sub(" ", _BREAK.sub("\n", text)))
