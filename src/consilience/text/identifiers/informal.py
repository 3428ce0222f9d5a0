"""Names where no rule of capitals finds them: typed without capitals, or before what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate
from consilience.text.identifiers.capitals import PART
from consilience.text.identifiers.tables import group, lowered, plain

_TITLED: Final = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|pc|sir|auntie|aunty|uncle|st\.?) "
    r"(?!and\b|who\b|or\b|is\b|was\b|the\b)[a-z][a-z]+(?:-[a-z]+)?(?:['’]s)?"
)
_WHOM: Final = r"(?:him|her|me|them|us|it|myself|himself|herself)"
_CALLED: Final = re.compile(
    rf"\b(?:(?:call(?:s|ed)?|nicknamed?|christened) {_WHOM}|"
    r"(?:known|referred to) as|nicknamed|goes by(?: the name(?: of)?)?|answers? to|"
    r"by the name of|(?:a|the) (?:lad|lass|boy|girl|man|woman|lady|chap|bloke|teacher|kid) called) "
    r"['\"‘“]?((?:[\w'’-]+ ){0,2}?[\w’-]+)"
    r"(?=[,.;:!?'\"’”\n]| because| and| but| when| for| in| who)"
)
# What stands before a colon, or alone on a line, at the start of what somebody said.
_LABEL: Final = re.compile(
    r"^(?:\[[^\]\n]*\] ?)?(?:([A-Z][\w.'’ -]{0,30})(?=:(?: |$))|"
    r"([A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,3})$)",
    re.MULTILINE,
)


def uncapitalised(text: str, known: frozenset[str]) -> Iterator[Candidate]:
    """Find names in text that was typed or recognised without capitals.

    Args:
        text: a normal text.
        known: the words that it has in lower case.
    """
    for match in _TITLED.finditer(text):
        yield Candidate(*match.span(), "person", "title without capital", "direct", 0.7)
    for match in _CALLED.finditer(text):
        yield Candidate(*match.span(1), "person", "what people call somebody", "direct", 0.65)
    given = (known & lowered("first_names")) - lowered("common") - lowered("words")
    if given:
        either = "|".join(sorted(given, key=len, reverse=True))
        for match in re.finditer(rf"(?<![\w@.'’-])(?:{either})(?![\w@])", text):
            yield Candidate(*match.span(), "person", "first name without capital", "direct", 0.5)


def labels(text: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Find names and initials that stand before what somebody said, in capitals too."""
    known = {
        plain(part.group())
        for each in found
        if each.kind == "person" and each.score >= MARKED
        for part in PART.finditer(text, each.start, each.end)
    }
    for match in _LABEL.finditer(text):
        label = match.group(match.lastindex or 0)
        words = [plain(word) for word in label.split()]
        initials = len(words) == 1 and 2 <= len(words[0]) <= 3 and label.isupper()
        if (initials and words[0] not in group("closed", "labels")) or any(
            word in known and (word not in lowered("common") or len(words) == 1) for word in words
        ):
            yield Candidate(*match.span(match.lastindex or 0), "person", "speaker", "direct", 0.6)
