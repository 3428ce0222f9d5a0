"""Which code does somebody mean? By id, name, or path such as `Trust > Lost`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from consilience.base.errors import Fault
from consilience.coding.model import Code

# Between the names of a path, as everything here writes it.
STEP: Final = " > "
# What somebody may write there; a name may hold it too.
_PLAIN_STEP: Final = "/"
_STEPS: Final = re.compile(r"\s*[/>]\s*")
_MOST: Final = 10


def named_code(codes: Sequence[Code], named: str) -> Code:
    """Return the one code that is meant.

    An id comes first. Then the name, alone or behind as many of those above it as are needed:
    `Trust > Lost`, or `Trust/Lost`; `/Trust` is one at the top. What is written in exactly this
    case comes before what differs in case only.

    Args:
        codes: the codebook.
        named: id, name or path.

    Raises:
        Fault: COD-002 if none is called so, COD-040 if several are.

    Example:
        >>> book = [Code(id="t", name="Trust"), Code(id="l", name="Lost", parent="t")]
        >>> [named_code(book, each).id for each in ("l", "Lost", "trust/lost", "/Trust")]
        ['l', 'l', 'l', 't']
    """
    known = {code.id: code for code in codes}
    if named in known:
        return known[named]
    wanted = _STEPS.sub(_PLAIN_STEP, named.strip())
    ways = {code.id: _ways(_line(known, code)) for code in codes}
    found = [each for each, ways_of in ways.items() if wanted in ways_of] or [
        each
        for each, ways_of in ways.items()
        if wanted.casefold() in {way.casefold() for way in ways_of}
    ]
    if not found:
        raise Fault("COD-002", code=named)
    if len(found) > 1:
        raise Fault("COD-040", named=named, count=len(found), candidates=_told(known, found))
    return known[found[0]]


def name_key(name: str) -> str:
    """Return what two names of one branch may not share: they would be told apart by nobody.

    Example:
        >>> name_key("Trust / lost") == name_key("trust/Lost")
        True
    """
    return _STEPS.sub(_PLAIN_STEP, unicodedata.normalize("NFC", name.strip())).casefold()


def path_of(known: Mapping[str, Code], code: Code) -> str:
    """Return the name of a code behind those of all above it.

    Args:
        known: all codes by id.
        code: one of them.

    Example:
        >>> book = {"t": Code(id="t", name="Trust"), "l": Code(id="l", name="Lost", parent="t")}
        >>> path_of(book, book["l"])
        'Trust > Lost'
    """
    return STEP.join(_line(known, code))


def _line(known: Mapping[str, Code], code: Code) -> list[str]:
    names = [code.name]
    while code.parent is not None:
        code = known[code.parent]
        names.insert(0, code.name)
    return names


def _ways(line: Sequence[str]) -> set[str]:
    """Return every way to write a code by names; one may hold the sign between them itself."""
    names = [_STEPS.sub(_PLAIN_STEP, name) for name in line]
    whole = _PLAIN_STEP.join(names)
    return {_PLAIN_STEP + whole, *(_PLAIN_STEP.join(names[at:]) for at in range(len(names)))}


def _told(known: Mapping[str, Code], found: Sequence[str]) -> str:
    told = [f"{path_of(known, known[each])} ({each})" for each in found[:_MOST]]
    return ", ".join(told) + (f" and {len(found) - _MOST} more" if len(found) > _MOST else "")
