"""Ages of people, in figures and in words, and the school years that tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from consilience.text.identifiers.candidate import Candidate
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.numerals import ORDINAL, SMALL
from consilience.text.identifiers.windows import Stretches, within

_AGE: Final = rf"(?:\d{{1,2}}(?:½|\.5)?|1[01]\d|{SMALL})"
_HEDGE: Final = r"(?:only |just |about |around |nearly |almost )?"
_HINT: Final = re.compile(
    r"olds?\b|(?:man|lady|la[ds]s?|boy|girl|child|kid|bloke|chap) of\b|of age\b|[Aa]ged?\b|"
    r"turn(?:ed|ing)|rising|t(?:een|ie)s\b|0s\b|-odd|somethi"
)
_AGES: Final = re.compile(
    rf"\b{_AGE}(?: and a half)?[- ](?:years?|yrs?|months?)[- ]olds?\b|"
    rf"\b{_AGE}(?: and a half)? years of age\b|"
    rf"\b(?:aged|age of|at age|age) {_HEDGE}(?:between )?{_AGE}(?:(?: and | to |[-–]){_AGE})?"
    rf"(?: years)?\b|"
    rf"\bin (?:his|her|their|my) (?:early |mid[- ]|late )?"
    rf"(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|[2-9]0s)\b|"
    rf"\b(?:turned|turning|rising) {_AGE}\b|"
    rf"\b(?:man|woman|lady|lad|lass|boy|girl|child|kid|bloke|chap) of {_AGE}\b|"
    rf"\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ](?:odd|something)\b",
    re.IGNORECASE,
)
# Said of somebody, or told after a name: `he was six`, `Jayden, fourteen, lives with his nan`.
_SAID: Final = re.compile(
    rf"\b(?:he|she|they|who|it|I|[A-Z]\w+)(?:['’](?:s|m|re|d be|ll be)| is| was| were| am| are| be)"
    rf" {_HEDGE}{_AGE}(?: and a half)?(?= (?:at the time|when|then|now|and|on|in|with|by|next|last|"
    rf"this)\b|[,.;:!?)])"
)
_ALONE: Final = re.compile(
    rf"(?<=[,.;!?(] )(?:{SMALL}|\d\d?)(?: and (?:{SMALL}|a half))?(?: now| then)?"
    r"(?=[,.;!?)]| at the time\b| when\b)",
    re.IGNORECASE,
)
# Above twelve no clock tells the time: she came over at nineteen.
_TEEN: Final = r"(?:(?:thir|four|fif|six|seven|eigh|nine)teen|1[3-9])"
_LED: Final = re.compile(
    rf" (?:(?:at|by|past) (?P<teen>{_TEEN})|(?P<limit>(?:under|over) {SMALL})|"
    rf"(?P<range>(?:to|till|or) (?:{_TEEN}|eleven|forty|fifty)|going on {SMALL}))"
    r"(?=[,.;!?)]| (?:and|with|to|when|she|he|they|I)\b)"
)
_FROM: Final = re.compile(rf"\b{SMALL}$")
_BIRTHDAY: Final = re.compile("birthday")
_SHORT_OF: Final = re.compile(
    rf"\b(?:{SMALL}|\d\d?|a) (?:days?|weeks?|months?) (?:short of|before|after|off|from) "
    rf"(?:his|her|their|my) (?:{ORDINAL} )?$",
    re.IGNORECASE,
)
_SO: Final = re.compile(
    rf"\b(?:{_AGE}|[PSY](?:ear )?\d\d?)(?: now)?, so (?:(?:he|she|they|I)(?:['’]s| was| is| were|"
    rf"['’]d be) )?{_AGE}\b"
)
_SPOKEN: Final = (
    (_SAID, "said of somebody"),
    (_ALONE, "number alone"),
    (_SO, "age by another"),
)
_YEAR_GROUP: Final = re.compile(
    r"\b(?:[Yy](?:ea)?r|[PSY])[ -]?(?:[1-9]\d?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|"
    r"[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|[Tt]hirteen)(?!\w|,?\d)|"
    r"\b(?:Reception|Foundation) class\b|\b(?:was|is) in (?:Reception|Nursery)\b"
)


def ages(text: str, near: Stretches) -> Iterator[Candidate]:
    """Find how old somebody is or was, in the stretches that hold numbers."""
    for hint in within(_HINT, text, near):
        for match in _AGES.finditer(text, max(0, hint.start() - 34), hint.end() + 34):
            yield Candidate(*match.span(), "age", "age", "quasi", 0.85)
    for match in within(_YEAR_GROUP, text, near):
        yield Candidate(*match.span(), "age", "year group", "quasi", 0.5)
    if is_spoken(text):
        yield from _led(text, near)
        yield from _before_birthday(text, near)
        for pattern, rule in _SPOKEN:
            for match in within(pattern, text, near):
                yield Candidate(*match.span(), "age", rule, "quasi", 0.6)


def _before_birthday(text: str, near: Stretches) -> Iterator[Candidate]:
    for match in within(_BIRTHDAY, text, near):
        if told := _SHORT_OF.search(text, max(0, match.start() - 50), match.start()):
            yield Candidate(told.start(), match.end(), "age", "birthday", "quasi", 0.6)


def _led(text: str, near: Stretches) -> Iterator[Candidate]:
    """Find ages by the word before them: at nineteen, under eleven, three to nineteen."""
    for match in within(_LED, text, near):
        start, end = match.span(match.lastgroup or 0)
        if match.lastgroup == "range":
            first = _FROM.search(text, max(0, match.start() - 16), match.start())
            if first is None:
                continue
            start = first.start()
        yield Candidate(start, end, "age", "age by the word before", "quasi", 0.6)
