"""In which order do the levels of a column of text stand?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from consilience.validation.model import Case

# Words of answers from least to most; those in one place mean the same.
_SCALES: Final = """\
very low < low < medium|middle|moderate|mid|average|intermediate < high < very high
never < rarely|seldom < sometimes|occasionally < often|frequently|usually < always
very poor < poor < fair < good < very good < excellent
very bad < bad < ok|neutral|average < good < very good
strongly disagree < disagree < neither|neutral|undecided < agree < strongly agree
disagree < somewhat disagree|slightly disagree < neither|neutral < somewhat agree < agree
very dissatisfied < dissatisfied < neither|neutral < satisfied < very satisfied
none < mild|some|slight|minor < moderate|marked < severe|major
none < low < medium|moderate < high
very unlikely < unlikely < neither|neutral < somewhat likely < likely < very likely
not at all < a little|slightly < somewhat|moderately < very|quite < extremely
very small < small < medium < large < very large
worse < same|unchanged < better|improved
less|decreased < same|unchanged < more|increased
"""
_PLACES: Final = tuple(
    {word: at for at, words in enumerate(scale.split(" < ")) for word in words.split("|")}
    for scale in _SCALES.splitlines()
)


def levels_in_order(case: Case, column: str, found: Sequence[str], *, outcome: bool) -> list[str]:
    """In which order does a case take the levels of a column?

    Args:
        case: what another program said.
        column: name of the column.
        found: its levels.
        outcome: whether it is what a model foretells; only then do the words themselves count.

    Returns:
        The levels as arguments or the call order them, else as the names of the case's figures
        show, else by their words, else as numbers or in the order of the alphabet, as R does.
    """
    levels = sorted(dict.fromkeys(found), key=lambda level: (level.lower(), level))
    given = _given(case, column, levels)
    given = given or _shown(case, column, levels)
    if given is None and outcome:
        given = _by_words(levels)
    return given or _alphabetical(levels)


def _alphabetical(levels: Sequence[str]) -> list[str]:
    try:
        return sorted(levels, key=float)
    except ValueError:
        return list(levels)


def _given(case: Case, column: str, levels: Sequence[str]) -> list[str] | None:
    """Return the levels that arguments or the call list, those that the data have."""
    lists = []
    for key in (f"{column}_levels", f"levels_{column}", "levels", "level_order", "categories"):
        told = case.args.get(key)
        lists.append(told.get(column) if isinstance(told, Mapping) else told)
    for own in (rf"\(\s*(?:\w+\$)?{re.escape(column)}\s*,[^()]*", ""):
        written = re.findall(rf"{own}levels\s*=\s*c\(([^)]*)\)", case.call)
        lists += [[each.strip(" '\"\n") for each in inner.split(",")] for inner in written]
    for each in lists:
        if isinstance(each, list) and set(levels) <= {str(level) for level in each}:
            return [level for level in map(str, each) if level in levels]
    first = re.search(
        rf"relevel\(\s*(?:(?:as\.)?factor\()?(?:\w+\$)?{re.escape(column)}\)?\s*,\s*(?:ref\s*=\s*)?['\"]([^'\"]+)['\"]",
        case.call,
    )
    if first and first[1] in levels:
        return [first[1], *[level for level in _alphabetical(levels) if level != first[1]]]
    return None


def _shown(case: Case, column: str, levels: Sequence[str]) -> list[str] | None:
    """Return the levels as the names of figures show them: `regwest`, or `low|medium`."""
    labels = list(dict.fromkeys(names_shown(case.expected)))
    pairs = [parts for each in labels if len(parts := each.split("|")) == 2]
    if pairs and all(part in levels for parts in pairs for part in parts):
        chain = list(dict.fromkeys([pairs[0][0], *[parts[1] for parts in pairs]]))
        if len(chain) == len(levels):
            return chain
    for stem in (column, f"factor({column})", f"as.factor({column})"):
        after = [each[len(stem) :] for each in labels if each.startswith(stem)]
        named = [each for each in after if each in levels]
        if named and len(named) == len(levels) - 1:
            return [*[each for each in levels if each not in named], *named]
    return None


def names_shown(figures: Any) -> Iterator[str]:  # noqa: ANN401  (figures of any form)
    """Yield every name and text among the figures of a case."""
    if isinstance(figures, Mapping):
        for name, value in figures.items():
            yield str(name)
            yield from names_shown(value)
    elif isinstance(figures, list):
        for value in figures:
            yield from names_shown(value)
    elif isinstance(figures, str):
        yield figures


def _by_words(levels: Sequence[str]) -> list[str] | None:
    plain = {level: re.sub(r"[\s_.]+", " ", level).strip().lower() for level in levels}
    plain = {level: re.sub("^neither .*", "neither", word) for level, word in plain.items()}
    for place in _PLACES:
        held = {level: place.get(word, -1) for level, word in plain.items()}
        distinct = len(set(held.values())) == len(levels)
        if distinct and len(levels) > 1 and min(held.values()) >= 0:
            return sorted(levels, key=lambda level: held[level])
    return None
