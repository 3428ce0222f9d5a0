"""What a form showed of a code, so that two who change it at once lose nothing of each other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from consilience.coding.model import Code

# What a form shows and changes, and how it is called there.
FIELDS: Final[Mapping[str, str]] = {
    "name": "name",
    "definition": "definition",
    "inclusion": "use it when",
    "exclusion": "do not use it when",
    "examples": "examples",
    "codable": "passages may carry it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A code as two who changed it want it.

    Args:
        code: what each changed alone; where both changed something, what `wanted` says.
        both: what both changed, and not alike, as a form calls it.
    """

    code: Code
    both: tuple[str, ...]


def stamp_of(code: Code) -> str:
    """Return what stands for all that a form shows of a code.

    Example:
        >>> stamp_of(Code(id="a", name="A")) == stamp_of(Code(id="b", name="A"))
        True
        >>> stamp_of(Code(id="a", name="A")) == stamp_of(Code(id="a", name="A", definition="D"))
        False
    """
    return " ".join(_hash(getattr(code, name)) for name in FIELDS)


def brought_together(now: Code, wanted: Code, *, shown: str) -> Brought | None:
    """Return a code with what somebody changed in a form and what others changed meanwhile.

    Args:
        now: the code as it is.
        wanted: as the form was sent.
        shown: what the form showed, see `stamp_of`.

    Returns:
        None if `shown` is no stamp.

    Example:
        >>> first = Code(id="a", name="A")
        >>> now = Code(id="a", name="A", definition="D")
        >>> mine = Code(id="a", name="A", inclusion="I")
        >>> found = brought_together(now, mine, shown=stamp_of(first))
        >>> found.code.definition, found.code.inclusion, found.both
        ('D', 'I', ())
        >>> mine = Code(id="a", name="A", definition="E")
        >>> brought_together(now, mine, shown=stamp_of(first)).both
        ('definition',)
    """
    stamps = shown.split()
    if len(stamps) != len(FIELDS):
        return None
    values: dict[str, Any] = {}
    both = []
    for (name, called), stamp in zip(FIELDS.items(), stamps, strict=True):
        here, there = (getattr(each, name) for each in (now, wanted))
        if _hash(there) == stamp:
            values[name] = here
            continue
        values[name] = there
        if stamp != _hash(here) != _hash(there):
            both.append(called)
    return Brought(code=replace(now, **values), both=tuple(both))


def _hash(value: object) -> str:
    """Return what stands for a value, without what a form does to the ends of its lines."""
    lines = "\n".join(map(str, value)) if isinstance(value, tuple) else str(value)
    plain = "\n".join(line.rstrip() for line in lines.strip().splitlines())
    return hashlib.sha256(plain.encode()).hexdigest()[:12]
