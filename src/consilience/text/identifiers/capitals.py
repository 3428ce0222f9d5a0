"""Runs of words with capitals: where a name could stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from consilience.text.identifiers.tables import group, lowered, plain

UPPER: Final = "".join(chr(code) for code in range(0x41, 0x530) if chr(code).isupper())
# Initials such as `A.`, `K.H.`, `A.-M.`, and digraphs that other languages count as one letter.
INITIALS: Final = rf"(?:[{UPPER}][hztu]?\.-?)+(?:[{UPPER}]\b\.?)?(?!\w)"
_WORD: Final = rf"[{UPPER}]\w*(?:['’\-‑–./]\w+)*"
PART: Final = re.compile(rf"{INITIALS}|{_WORD}")
_RUN: Final = re.compile(
    rf"(?:(?<!\w)|(?<=\b[dDlL]['’]))(?:{INITIALS}|{_WORD})(?:['’]?[ \u00a0](?:{INITIALS}|{_WORD}))*"
)
_LOWER: Final = re.compile(r"(?<![\w'’@./-])[a-zà-ÿ]{3,}(?![\w@/]|\.\w)")
_ONLY_INITIALS: Final = re.compile(INITIALS)
# Words of the longest name that is put together: Technical Committee of the ... Corporation.
_LONGEST: Final = 16
_LABEL: Final = re.compile(r"[QARIMFP]\d{0,2}[.:]")
_LINKS: Final = frozenset((" of ", " of the ", " for ", " for the ", " in ", " at "))


class Run(NamedTuple):
    """Words with capitals that stand together.

    Args:
        start: first code point.
        end: code point after the last, without a possessive ending.
        words: each as the tables are searched; initials as written.
        opens: whether it begins a sentence, where any word has a capital.
    """

    start: int
    end: int
    words: tuple[str, ...]
    opens: bool


def plain_words(text: str) -> frozenset[str]:
    """Return the words that a text has in lower case: what they are, they also are elsewhere."""
    return frozenset(_LOWER.findall(text))


def runs(text: str, known: frozenset[str]) -> list[Run]:
    """Return the runs of a text in order, those that belong together joined.

    Args:
        text: a normal text; what stands in [brackets] is no name.
        known: the words that it has in lower case.
    """
    found: list[Run] = []
    for run in _simple(text, known):
        if found:
            left = found[-1]
            gap = text[left.end : run.start]
            if 0 < len(gap) < 12 and len(left.words) < _LONGEST and _joins(left, gap, run):
                found[-1] = Run(left.start, run.end, left.words + run.words, left.opens)
                continue
        found.append(run)
    return found


def _simple(text: str, known: frozenset[str]) -> Iterator[Run]:
    for match in _RUN.finditer(text):
        start, end = match.span()
        opens = opens_sentence(text, start)
        if " " not in match.group() and "\u00a0" not in match.group():
            parts = [(match.group(), start)]
        else:
            parts = [(p.group(), p.start()) for p in PART.finditer(text, start, end)]
        if opens:
            kept = _without_openers(parts, known)
            opens = len(kept) == len(parts)
            parts = kept
        parts = _of_one_sentence(parts)
        if not parts:
            continue
        word, at = parts[-1]
        end = at + len(word)
        if word.endswith(("'s", "’s")):
            end -= 2
        yield Run(parts[0][1], end, tuple(_searched(part) for part, _ in parts), opens)


def _of_one_sentence(parts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Cut a run where a sentence ends in an initial: it was Family R. It came later."""
    for at in range(1, len(parts)):
        ends = parts[at - 1][0].endswith(".") and _ONLY_INITIALS.fullmatch(parts[at - 1][0])
        if ends and plain(parts[at][0]) in group("closed", "ends a phrase"):
            return parts[:at]
    return parts


def _searched(part: str) -> str:
    if len(part) < 6 and _ONLY_INITIALS.fullmatch(part):
        return part
    word = plain(part)
    return word.removesuffix("'s")


def opens_sentence(text: str, at: int) -> bool:
    """Return whether a sentence, a line or a turn begins here."""
    before = text[max(0, at - 5) : at].rstrip(" \t\u00a0\"'“”‘’([")
    return not before or before[-1] in ".!?:\n•…–—/" or text[at - 1] == "\n"


def _without_openers(parts: list[tuple[str, int]], known: frozenset[str]) -> list[tuple[str, int]]:
    common, titles, given = lowered("common"), group("heads", "titles"), lowered("first_names")
    at = 0
    while at < len(parts):
        written = parts[at][0]
        word = plain(written).rstrip(".")
        more = at + 1 < len(parts)
        if (more and word in titles) or (word in given and (more or word not in common)):
            break
        if more and word in group("heads", "organisations") and word not in common:
            break
        if more and at == 0 and word not in common and _heads(parts[-1][0]):
            break
        if more and word in group("closed", "with a letter") and len(parts[at + 1][0]) < 3:
            break
        label = at == 0 and _LABEL.fullmatch(written)
        if not (
            label or word in common or (at == 0 and word in known and (more or written.isascii()))
        ):
            break
        at += 1
    return parts[at:]


def _heads(written: str) -> bool:
    """Return whether a word says what a name is the name of: Sessions House."""
    word = plain(written)
    return word in group("heads", "places") or word in group("heads", "schools")


def _joins(left: Run, gap: str, right: Run) -> bool:
    if gap == ". ":
        return len(left.words) == 1 and left.words[0] in group("heads", "titles")
    if gap.strip() in group("heads", "particles"):
        return left.words[-1] not in group("heads", "laws") and len(left.words[-1]) > 1
    if gap in _LINKS:
        return _links(left, gap, right)
    if gap in (" and ", " & ", " und "):
        return _pairs(left, right)
    return False


def _links(left: Run, gap: str, right: Run) -> bool:
    head = left.words[-1]
    if head in group("heads", "laws"):
        return False
    organisation = head in group("heads", "organisations") or head in group("heads", "schools")
    if gap in (" in ", " at "):
        return organisation and len(left.words) > 1 and right.words[0] not in lowered("common")
    places = group("heads", "places")
    return organisation or head in places or head in group("heads", "joining")


def _pairs(left: Run, right: Run) -> bool:
    """Return whether `X and Y` is one name: of an office, as Labour and Social Court, no people."""
    heads, titles = group("heads", "organisations"), group("heads", "titles")
    words = left.words + right.words
    if any(word.rstrip(".") in titles for word in words) or (left.opens and len(left.words) == 1):
        return False
    if any(word in group("heads", "laws") for word in words):
        return False
    if any(word in heads for word in left.words[:-1]):
        return left.words[-1] not in heads
    ends = right.words[-1] in heads and len(right.words) > 1
    return ends and not any(word in heads for word in left.words)


def is_initials(word: str) -> bool:
    """Return whether a word of a run is initials only."""
    return len(word) == 1 or bool(_ONLY_INITIALS.fullmatch(word))
