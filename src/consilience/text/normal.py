"""What is the one form of a text in which all addresses are counted?"""

from __future__ import annotations

import hashlib
import re
from typing import Final

_BREAK: Final = re.compile("\r\n?")
# What no text file may hold and no XML can carry: it would be lost on the way out.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT: Final = "\ufffd"
BOM: Final = "\ufeff"


def normal_text(raw: str) -> str:
    r"""Return the normal form of a text: LF ends each line, no BOM, nothing that cannot be written.

    Unicode is left as it is (no NFC), because composing letters would move every address.
    Characters that XML cannot carry, such as NUL, become U+FFFD, one for one.

    Args:
        raw: text as it was decoded.

    Returns:
        The text in which a position is a number of code points from 0. Applying it again changes
        nothing.

    Example:
        >>> normal_text("\ufeffI: Yes.\r\nR: No.")
        'I: Yes.\nR: No.'
    """
    text = raw.lstrip(BOM)
    if "\r" in text:
        text = _BREAK.sub("\n", text)
    return _UNWRITABLE.sub(REPLACEMENT, text)


def text_hash(text: str) -> str:
    """Return the SHA-256 of a normal text in UTF-8, in hexadecimal.

    Example:
        >>> text_hash("")[:8]
        'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()
