"""One passage that may identify somebody, and how passages that overlap become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "person",
    "organisation",
    "school",
    "authority",
    "place",
    "address",
    "code",
    "contact",
    "date",
    "age",
    "occupation",
    "family",
    "people",
    "faith",
    "health",
    "quantity",
    "name",
    "feature",
    "clue",
]
Strength = Literal["direct", "quasi"]


class Candidate(NamedTuple):
    """A passage that a rule found; a tuple, because a text has thousands.

    Args:
        start: first code point.
        end: code point after the last.
        kind: what it seems to be; `name` where it is a name of something unknown.
        rule: the rule that found it, for a person to judge.
        strength: direct if it can identify alone, quasi if together with others.
        score: how sure the rule is, from 0 to 1; those below 0.5 are shown, not marked.
    """

    start: int
    end: int
    kind: Kind
    rule: str
    strength: Strength
    score: float


MARKED: Final = 0.5
_EDGES: Final = frozenset(' \n\t,.;:!?-–—"“”')


def layers(candidates: Iterable[Candidate]) -> tuple[list[Candidate], ...]:
    """Return names and the like, features, and clues apart: the later lie over the former."""
    made: tuple[list[Candidate], ...] = ([], [], [])
    for each in candidates:
        made[{"feature": 1, "clue": 2}.get(each.kind, 0)].append(each)
    return made


def settled(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates that do not overlap, in order of the text.

    Of two that overlap the longer stands, of equal length the surer; where neither holds the
    other, the later gives up what both cover, so that nothing found is lost.

    Example:
        >>> found = [
        ...     Candidate(0, 5, "place", "a", "quasi", 0.9),
        ...     Candidate(0, 12, "school", "b", "quasi", 0.8)]
        >>> [each.kind for each in settled(found)]
        ['school']
    """
    kept: list[Candidate] = []
    for each in sorted(candidates, key=lambda each: (each.start, -each.end, -each.score)):
        if kept and each.start < kept[-1].end:
            if each.end <= kept[-1].end:
                continue
            kept.append(each._replace(start=kept[-1].end))
        else:
            kept.append(each)
    return kept


def united(text: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates of which those that overlap became one, in order of the text.

    Args:
        text: what they stand in; a span begins and ends with a letter, a figure or a bracket.
        candidates: features, say: two rules often find two parts of one clause.

    Example:
        >>> found = [
        ...     Candidate(0, 9, "feature", "a", "quasi", 0.5),
        ...     Candidate(4, 15, "feature", "b", "quasi", 0.5)]
        >>> [(each.start, each.end, each.rule) for each in united("she keeps bees,", found)]
        [(0, 14, 'b')]
    """
    kept: list[Candidate] = []
    for each in sorted(candidates, key=lambda each: (each.start, -each.end)):
        if kept and each.start < kept[-1].end:
            last = kept[-1]
            longer = max(last, each, key=lambda one: one.end - one.start)
            kept[-1] = longer._replace(start=last.start, end=max(last.end, each.end))
        else:
            kept.append(each)
    return [each for each in (_bare(text, one) for one in kept) if each.start < each.end]


def _bare(text: str, each: Candidate) -> Candidate:
    start, end = each.start, each.end
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return each._replace(start=start, end=end)
