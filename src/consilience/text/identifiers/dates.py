"""Dates, times and stretches of time, in all forms that people write and say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from consilience.text.identifiers.candidate import Candidate
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.numerals import ORDINAL, SMALL, SPOKEN_YEAR
from consilience.text.identifiers.windows import Stretches, within

_MONTH: Final = (
    r"(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|"
    r"[Aa]ug(?:ust)?|[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\b"
)
_CAPITAL_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|"
    r"Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
# March and May alone are words too.
_SURE_MONTH: Final = (
    r"(?:January|February|April|June|July|August|September|October|November|December)"
)
_PART_OF: Final = r"(?:[Ee]nd|[Bb]eginning|[Ss]tart|[Mm]iddle) of"
_FEAST: Final = (
    r"(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter|Easter|Christmas|Michaelmas|Lent|Hilary|Trinity|"
    r"Whitsun|Hogmanay|Ramadan|Eid|Diwali|Hallowe'?en|Pentecost|Advent|"
    r"(?:Good|Maundy|Ash|Palm|Boxing|Shrove|New Year's) ?(?:\w+day|Day)?)"
)
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:1[6-9]|20)\d\d"
_ANY_YEAR: Final = rf"(?:{_YEAR}|['’]\d\d|{SPOKEN_YEAR})\b"
_DAYNAME: Final = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SHORT_DAY: Final = r"(?:Mon|Tues?|Weds?|Thurs?|Fri|Sat|Sun)(?:s?day)?\.?"
_COUNT: Final = rf"(?:\d+(?:\.\d+)?|{SMALL}|a hundred)"
_UNIT: Final = r"(?:years?|yrs?|months?|mths?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?)"

# A day or a list or range of days, then the month, then perhaps the year.
_CALENDAR: Final = re.compile(
    rf"{_DAY}(?:(?:,? (?:and|to|or|until) |, ?|[-–/] ?){_DAY}){{0,9}}"
    rf"(?: of)?[ \u00a0]{_MONTH}\.?(?:,?[ \u00a0]{_ANY_YEAR})?"
)
_DAY_BEFORE: Final = re.compile(rf"\b(?:{_SHORT_DAY},? (?:the )?|[Ww]/[ceb] )$")
_MONTH_FIRST: Final = re.compile(
    rf"\b(?:{_SHORT_DAY},? |w/[ce] )?(?:(?:early|late|mid|{_PART_OF})[ -])?{_CAPITAL_MONTH}\.?"
    rf"(?:,? {_DAY}\b(?!\.\d)(?:,? {_ANY_YEAR})?|"
    rf"(?: and {_CAPITAL_MONTH})?(?: of|,| in)? ?{_ANY_YEAR})"
)
_SAID: Final = re.compile(
    rf"\b(?:the )?{ORDINAL} of {_MONTH}(?:,? (?:of |in )?{_ANY_YEAR})?|"
    rf"\b{_SURE_MONTH.lower()}(?: of| in)? {_ANY_YEAR}"
)
_NUMERIC: Final = re.compile(
    rf"(?<![\w/.,-])(?:{_YEAR}-[01]\d-[0-3]\d|[0-3]?\d[./ ][ivx]{{1,4}}[./ ](?:{_YEAR}|\d\d)|"
    rf"[0-3]?\d( ?[/.-] ?)[01]?\d\1(?:{_YEAR}|\d\d))"
    r"(?![\w/]|[.-]\d)"
)
_YEARS: Final = re.compile(
    rf"(?<![\w/.,:£$€§-]){_YEAR}(?:(?:[-–/]| ?to | and |, ){_YEAR}|[-–/]\d\d){{0,9}}s?"
    r"(?![\w/:]|[.,-]\d|%| ?§)"
)
_SAID_YEAR: Final = re.compile(
    rf"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Oo]f|[Bb]efore|[Aa]fter) ({SPOKEN_YEAR})\b|"
    r"\b(?:early |late |mid[- ])?((?:nineteen[ -])?(?:twenties|thirties|forties|fifties|sixties|"
    r"seventies|eighties|nineties|noughties))\b"
)
_NAMED_DAY: Final = re.compile(
    rf"\b{_DAYNAME}s?(?: (?:morning|afternoon|evening|night|lunchtime))?(?: the {_DAY})?\b"
)
_MONTH_ALONE: Final = re.compile(
    rf"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    rf"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
    rf"(?: (?:and|to|or|until) {_CAPITAL_MONTH})?(?: half[- ]term| term)?(?! \d)"
)
_BEFORE_MONTH: Final = re.compile(
    rf"\b(?:{_PART_OF}|[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ll]ast|[Nn]ext|[Tt]his|[Ff]rom|[Oo]f|"
    rf"[Dd]uring|"
    rf"[Ee]arly|[Ll]ate|[Mm]id|[Tt]he)[ -]$"
)
_DAY_ALONE: Final = re.compile(r"\b[Tt]he (\d{1,2}(?:st|nd|rd|th))\b(?! [a-z]{4,}| [A-Z])")
_CLOCK: Final = re.compile(
    r"\d{1,2}(?:[:.][0-5]\d ?(?:a\.?m\.?|p\.?m\.?|hours|hrs)|"
    r" ?(?:a\.m\.|p\.m\.|am\b|pm\b|o'clock|noon|midnight))"
)
_SPAN: Final = re.compile(
    rf"\b{_COUNT}(?:[- ](?:and a half|consecutive|calendar))?[- ]{_UNIT}"
    rf"(?:(?:,| and|, and) {_COUNT}[- ]{_UNIT})*\b"
)
_FEASTS: Final = re.compile(
    rf"\b{_FEAST}(?: and {_FEAST})?(?: (?:half[- ])?term)?(?: of| in)? {_ANY_YEAR}|"
    r"\b(?:Good Friday|Maundy Thursday|Ash Wednesday|Palm Sunday|Boxing Day|Hogmanay|"
    r"(?:New Year|Christmas)(?:['’]s)? (?:Day|Eve)|Bonfire Night|All Souls|All Saints|"
    r"Remembrance Sunday)\b"
)
_CENTURY: Final = re.compile(rf"\b(?:\d\d?(?:st|nd|rd|th)|{ORDINAL}) century\b")

# In speech: quarter past seven, two summers ago, the Tuesday after Easter, last week of term.
_TIME_WORD: Final = (
    rf"(?:{_DAYNAME}s?|{_FEAST}|{_SURE_MONTH}|May|March|{_UNIT}|terms?|fortnights?|weekends?|"
    r"holidays?|half[- ]term|mornings?|afternoons?|evenings?|nights?|summers?|winters?|"
    r"springs?|autumns?|yesterday|today|tonight|tomorrow|noon|midnight|lunchtime|birthday|"
    r"millennium|decades?|o'clock|century)"
)
_TIME_LINK: Final = (
    rf"(?:the|a|an|this|that|last|next|first|second|third|other|same|every|each|half|quarter|"
    rf"past|to|"
    rf"before|after|of|in|on|at|from|until|till|since|early|late|just|about|around|ago|back|gone|"
    rf"later|earlier|and|new|old|academic|school|bank|end|start|beginning|middle|eve|day|week|two|"
    rf"few|couple|{SMALL}|{ORDINAL}|{_DAY}|{_ANY_YEAR})"
)
_CHAIN: Final = re.compile(
    rf"\b(?:{_TIME_LINK} )*{_TIME_WORD}(?:,? {_TIME_LINK})*"
    rf"(?:,? {_TIME_WORD}(?:,? {_TIME_LINK})*)*\b"
)
_TRAILING: Final = re.compile(r",? (?:and|or|but|to|from|at|by|of|in|on|the|about|around)$")
_LED_BY: Final = re.compile(r"(?:since|in|on|from|at|by|until|till|of|to|and|about|around|past) ")
# Of what is said of time, what can be looked up: twice a week, in the mornings say nothing.
_SPECIFIC: Final = re.compile(
    rf"\d|\b(?:{_FEAST} (?!and\b)\w|{_SURE_MONTH}|{ORDINAL}|{SPOKEN_YEAR}|ago|back|birthday|"
    rf"millennium|"
    rf"(?:before|after) \w|that year|eve|(?:last|next|this|before|after) (?:{_FEAST}|spring|"
    rf"summer|autumn|winter))"
)
_EVERY: Final = re.compile(r"(?:every|each)\b")
_SAID_DAY: Final = re.compile(rf"\b[Tt]he {ORDINAL}(?= of the month|[,.;!?)]|$)")
_TOLD: Final = re.compile(
    rf"\b(?:half|quarter|twenty|ten|five)(?: past| to)? (?:{SMALL}|\d\d?)\b(?: (?:boat|bus|train|"
    rf"ferry|flight|tram)\b)?"
)

_IN_FIGURES: Final = (
    (_NUMERIC, "day in figures", 0.9),
    (_YEARS, "year", 0.75),
    (_CLOCK, "time of day", 0.55),
)
_RULES: Final = (
    (_MONTH_FIRST, "month first", 0.9),
    (_SAID, "day as it is said", 0.9),
    (_FEASTS, "season or feast", 0.7),
    (_CENTURY, "century", 0.6),
    (_SPAN, "stretch of time", 0.5),
    (_NAMED_DAY, "day of the week", 0.5),
    (_SAID_YEAR, "year as it is said", 0.7),
    (_DAY_ALONE, "day of the month", 0.6),
)
# Of these the date is a group, because a word before it makes it one.
_GROUPED: Final = frozenset(("year as it is said", "day of the month"))


# In speech these are everywhere and say nothing: on a Friday, in twenty minutes.
_LONG: Final = re.compile(
    r"year|yrs?\b|month|mths?\b|(?:nine|eleven|\w+teen|twelve|[a-z]+ty-\w+|\d\d) (?:weeks|days|"
    r"nights)"
)
_VAGUE: Final = frozenset(("stretch of time", "day of the week"))


def dates(text: str, digits: Stretches, near: Stretches) -> Iterator[Candidate]:
    """Find days, months and years, and how long something took, in stretches with numbers.

    Args:
        text: a normal text.
        digits: the stretches that hold digits.
        near: those that hold digits or words of numbers and dates.
    """
    for rules, stretches in ((_IN_FIGURES, digits), (_RULES, near)):
        yield from _by_rules(text, rules, stretches)
    yield from _days(text, digits)
    yield from _months(text, near)
    for pattern in (_CHAIN, _TOLD, _SAID_DAY) if is_spoken(text) else ():
        for match in within(pattern, text, near):
            if pattern is _CHAIN and (
                _EVERY.match(match.group()) or not _SPECIFIC.search(match.group())
            ):
                continue
            start = match.start()
            if led := _LED_BY.match(text, start, match.end()):
                start = led.end()
            end = start + len(_TRAILING.sub("", text[start : match.end()]))
            yield Candidate(start, end, "date", "time as it is said", "quasi", 0.5)


def _by_rules(
    text: str, rules: Sequence[tuple[re.Pattern[str], str, float]], near: Stretches
) -> Iterator[Candidate]:
    spoken = is_spoken(text)
    for pattern, rule, score in rules:
        for match in within(pattern, text, near):
            if rule in _VAGUE and spoken and not _LONG.search(match.group()):
                continue
            span = match.span(match.lastindex or 0) if rule in _GROUPED else match.span()
            yield Candidate(*span, "date", rule, "quasi", score)


def _days(text: str, near: Stretches) -> Iterator[Candidate]:
    for match in within(_CALENDAR, text, near):
        before = _DAY_BEFORE.search(text, max(0, match.start() - 16), match.start())
        start = before.start() if before else match.start()
        if not text[start - 1 : start].isalnum():
            yield Candidate(start, match.end(), "date", "day and month", "quasi", 0.95)


def _months(text: str, near: Stretches) -> Iterator[Candidate]:
    for match in within(_MONTH_ALONE, text, near):
        start = match.start()
        if start and (text[start - 1].isalnum() or text[start - 2 : start - 1].isdigit()):
            continue
        before = _BEFORE_MONTH.search(text, max(0, start - 14), start)
        if before and " of" in before.group():
            start = before.start()
        word = match.group().split(" ")[0]
        if before or word not in ("March", "May", "Jan", "Mar", "Jun"):
            yield Candidate(start, match.end(), "date", "month", "quasi", 0.6)
