"""What differs between two versions of the codebook, in words?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from consilience.coding.code_names import STEP
from consilience.coding.model import Code

What = Literal["added", "gone", "changed"]
# What a code says of itself, as people call it.
_WORDS: Final[Mapping[str, str]] = {
    "name": "name",
    "parent": "place",
    "position": "order",
    "definition": "definition",
    "inclusion": "when to use it",
    "exclusion": "when not to",
    "examples": "examples",
    "colour": "colour",
    "codable": "may be given to passages",
    "retired": "retired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs.

    Args:
        code: id of the code.
        name: its name, that of the newer version where it is in both.
        what: whether the code is new, gone, or says something else.
        field: what of it, in words; empty for a code that is new or gone.
        before: as it was; empty for a new code.
        after: as it is; empty for a code that is gone.
    """

    code: str
    name: str
    what: What
    field: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """Say it in a line.

        Example:
            >>> print(Difference(code="c", name="Trust", what="changed", field="name",
            ...                  before="Faith", after="Trust"))
            Trust: name was 'Faith', is 'Trust'
        """
        if self.what != "changed":
            place = self.after or self.before
            return f"{self.name}: {self.what}" + (f" ({place})" if place else "")
        return f"{self.name}: {self.field} was {self.before!r}, is {self.after!r}"


def differences(old: Sequence[Code], new: Sequence[Code]) -> tuple[Difference, ...]:
    """Return what differs: first codes that went, then the others in the order of the newer.

    Args:
        old: the older codebook.
        new: the newer one.

    Returns:
        Codes are the same by their id, whatever they are called. A code counts as moved within
        its brothers and sisters only if the order of those that both versions have there differs.
    """
    before, after = ({each.id: each for each in codes} for codes in (old, new))
    gone = [
        Difference(code=each.id, name=each.name, what="gone", before=path_of(each.id, before))
        for each in old
        if each.id not in after
    ]
    shifted = _shifted(old, new)
    found: list[Difference] = []
    for each in new:
        if each.id not in before:
            place = path_of(each.id, after)
            found.append(Difference(code=each.id, name=each.name, what="added", after=place))
        else:
            found += _changed(each, before, after, shifted=each.id in shifted)
    return (*gone, *found)


def path_of(code: str, known: Mapping[str, Code]) -> str:
    """Return the names above a code, the topmost first; empty at the top.

    Example:
        >>> path_of("b", {"a": Code(id="a", name="A"), "b": Code(id="b", name="B", parent="a")})
        'A'
    """
    names: list[str] = []
    at = known[code].parent
    while at is not None:
        names.append(known[at].name)
        at = known[at].parent
    return STEP.join(reversed(names))


def _changed(
    code: Code, before: Mapping[str, Code], after: Mapping[str, Code], *, shifted: bool
) -> Iterator[Difference]:
    old = before[code.id]
    for field, words in _WORDS.items():
        was, now = getattr(old, field), getattr(code, field)
        if field == "position":
            differs = shifted
            was, now = str(was + 1), str(now + 1)
        else:
            differs = was != now
        if field == "parent":
            was = path_of(code.id, before) or "the top"
            now = path_of(code.id, after) or "the top"
        if differs:
            yield Difference(
                code=code.id, name=code.name, what="changed", field=words,
                before=_said(was), after=_said(now),
            )  # fmt: skip


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def _shifted(old: Iterable[Code], new: Iterable[Code]) -> set[str]:
    """Return codes that stay below their parent and have another place among those who do."""
    parents = {each.id: each.parent for each in old}
    stay = [each for each in new if parents.get(each.id, each.id) == each.parent]
    order: dict[str | None, list[str]] = {}
    kept = {each.id for each in stay}
    for each in old:
        if each.id in kept:
            order.setdefault(each.parent, []).append(each.id)
    now: dict[str | None, list[str]] = {}
    for each in stay:
        now.setdefault(each.parent, []).append(each.id)
    return {
        code
        for parent, codes in now.items()
        for code, was in zip(codes, order[parent], strict=True)
        if code != was
    }
