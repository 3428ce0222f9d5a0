"""Codes: postcodes, numbers of persons, schools and cases, and ways to reach somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from consilience.text.identifiers.candidate import Candidate, Kind
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.windows import Stretches, digit_windows, within

# The forms that Royal Mail prints: AN NAA, ANN NAA, AAN NAA, AANN NAA, ANA NAA, AANA NAA.
_POSTCODE: Final = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ][A-HK-Z]?\d[\dA-HJKPSTUW]? ?\d[ABD-HJLNP-UW-Z]{2})\b"
)
_DISTRICT: Final = re.compile(r"\b(?:postcode|post code|area|code) (?:is |of )?([A-Z]{1,2}\d\d?)\b")
_EMAIL: Final = re.compile(
    r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+|"
    r"\b[\w.'-]+(?: (?:dot|underscore|hyphen|dash) [\w-]+)* at [\w-]+(?: dot [\w-]+)+"
)
_URL: Final = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"')\]]+|\b[\w-]+(?:\.[\w-]+)*\.(?:co|org|sch|gov|"
    r"ac)\.uk\b(?:/\S*)?"
)
_LOW_LINE: Final = re.compile("_")
_AT: Final = re.compile(r"@| dot ")
_WEB: Final = re.compile(r"www\.|://|\.uk\b|\.org\b|\.com\b")
_HANDLE: Final = re.compile(r"(?<![\w@])@[A-Za-z_][\w.]+\w")
# Accounts as they are said without the sign: jaydz_e3. Nothing else in speech is written so.
_ACCOUNT: Final = re.compile(
    r"(?<![\w.@/])(?![A-Z]+_\d+\b)[A-Za-z][A-Za-z\d.]*_[\w.]*\w(?![\w@/]|\.\w)"
)
_PHONE: Final = re.compile(
    r"(?<![\d/.,-])(?:\+44[ -]?(?:\(0\)[ -]?)?|\(?0)\d(?:[ \-)(]{0,2}\d){8,9}(?![\d/-])|"
    r"(?<![\d/.,-])\+\d{1,3}[ -]?\d(?:[ -]?\d){6,11}(?![\d/-])"
)
# Figures as they are read out: oh seven seven double oh nine.
_DIGIT: Final = (
    r"(?:(?:(?:double|treble|triple) )?(?:oh|o|zero|nought|one|two|three|four|five|six|seven|eight|"
    r"nine|\d)s?)"
)
_READ_AS: Final = re.compile(r"\b(?:[Oo]h|[Zz]ero|[Nn]ought|[Dd]ouble|[Tt]reble|[Tt]riple) [a-z]")
_READ_OUT: Final = re.compile(
    rf"\b(?:plus )?{_DIGIT}(?:[ ,-]{{1,2}}(?:hundred|{_DIGIT})){{5,}}\b", re.IGNORECASE
)
_NHS: Final = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d-])")
# Two letters, six figures, one of A to D. Pairs that are never given, such as QQ, stand in
# examples and in slips of the pen, so that any pair is taken.
_NI: Final = re.compile(r"\b[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]\b")
_UPN: Final = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]?\b")
_NAMED: Final = re.compile(
    r"\b(?:URN|UKPRN|LAESTAB|DfE number|unique reference number|school number|"
    r"(?:case|file|reference|ref|application|applications|decision|policy|invoice|account|passport|"
    r"licence|plot|parcel|plan|land|register|registration|title|exhibit|room|cell|flat|house|bus|"
    r"crime|incident|pupil|candidate|roll|badge|staff|employee|payroll|order|contract)"
    r"(?: (?:file|register|reference|registration|number|no|nos|ref|plan|sheet))?)"
    r"(?:\.|:| is| was| number| no\.?| nos\.?| numbers| ID)*\s*"
    r"((?=[\w/.:-]{0,30}\d)[A-Z0-9][\w/.:-]*\w)",
)
_NUMBERED: Final = re.compile(
    r"[Nn]os?\.? ((?:[A-Z]{1,4}[ .-]?)*\d[\w/:.-]*(?<![.:,])"
    r"(?:(?:, | and |, and | to |[-–])(?:[Nn]os?\.? )?\d[\w/:.-]*(?<![.:,]))*)"
)
_SLASHED: Final = re.compile(
    r"(?<![\w/.,:])(?!\d?\d:\d\d(?::\d\d)?(?!\d))(?:[A-Z]{1,6}[ .-]?){0,3}"
    r"\d{1,6}(?:[/:]\d{1,6}){1,3}(?:[/-]\w{1,4})?(?![\w/])"
)
_MIXED: Final = re.compile(
    r"\b(?=\w{0,30}\d)(?=\w{0,30}[A-Z])"
    r"(?:[A-Z]{2,6}[-/]?\d{3,}[\w/-]*|\d+[A-Z]{1,4}\d\w*|[A-Z]\d{4,}\w*|"
    r"[A-Z]{1,4}(?:[-/.][A-Z\d]{1,8}){1,4}[-/.]\d+(?:[/.-]\w+)*)\b|"
    r"\b(?!URN|UKPRN|UPN|NHS)[A-Z]{2,6} \d{5,}(?:[/-]\w+)*\b"
)
_REPORTER: Final = re.compile(r"\b\d{1,4} (?:WLR|QB|AC|All ER|EWCA|UKHL|EWHC|BGHZ|BVerfGE)\b \d+")
_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_GROUPS: Final = re.compile(
    r"(?<![\w.,/£$€-])\d{2,5}(?: \d{2,6}){1,4}(?![\w/,.]{0,20}\d)"
    rf"(?! (?:{_MONTHS}|years?|pupils)\b)"
)
_NUMBER_OF_LAW: Final = re.compile(r"(?:\w|\b(?:Protocols?|Laws?|Acts?|Rules?|Decree|Articles?) )$")
_MANY_DIGITS: Final = re.compile(r"(?:\d[ ()+-]{0,2}){5}\d")
_KNOWN_AS: Final = re.compile(
    r"\b(?:[a-z]+ (?:number|no\.)|number) (?:is |was |of )?((?:[A-Z]{1,3}[ -]?)?\d[\d/-]*\w?)\b|"
    r"\b((?:Int\.?|Interview|Bed|Room|Ward|Block|Route|Bus|Plot|[Ff]lat|[Rr]oom|[Bb]ed|[Hh]ouse|"
    r"Unit|"
    r"Level|Floor|Suite|[Ee]xtension|(?:[Cc]ase|[Ff]ile|[Ii]ncident|[Cc]rime) (?:note|log|ref))"
    r" (?:number )?(?:[A-Z]{1,3}[ -]?)?\d[\d/-]*\w?)\b"
)
_BUS: Final = re.compile(r"(?<=[Tt]he )\d{1,3}[A-Z]\b")
_LONG: Final = re.compile(r"(?<![\w.,/£$€-])\d{6,}(?![\w/,.]{0,20}\d)")
_ROAD: Final = re.compile(
    rf"\b(?:(?:[Ff]lat|[Uu]nit|[Aa]partment) \d+(?:/\d+)?\w?,? )?\d{{1,4}}[A-Za-z]?(?:-\d+)?,? "
    rf"(?!(?:{_MONTHS})\b)(?:[A-Z][\w'’-]+ ){{1,3}}"
    r"(?:Road|Street|Avenue|Lane|Close|Drive|Way|Crescent|Court|Gardens|Grove|Place|Square|Terrace|"
    r"Hill|Park|Row|Mews|Rise|Walk|Green|Parade|Wynd|Brae|View|Bank|Yard|Rd|St|Ave)\b"
)
_SCHOOL_URN: Final = re.compile(r"(?<![\d/.,])1[0-5]\d{4}(?![\d/.,]{0,20}\d)")


# These need six digits or more near each other.
_DIGITS: Final = (
    (_NI, "NI number"),
    (_UPN, "UPN"),
    (_LONG, "long number"),
    (_GROUPS, "groups of figures"),
    (_SCHOOL_URN, "URN"),
)


def nhs_number_is_valid(digits: str) -> bool:
    """Return whether ten digits are an NHS number: the last is the check digit, modulus 11.

    Source: NHS Data Dictionary, NHS NUMBER.

    Example:
        >>> nhs_number_is_valid("9434765919"), nhs_number_is_valid("9434765918")
        (True, False)
    """
    weighed = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    check = (11 - weighed % 11) % 11
    return len(digits) == 10 and check != 10 and check == int(digits[9])


def codes(text: str, near: Stretches, words: Stretches) -> Iterator[Candidate]:
    """Find postcodes, addresses, phone numbers, e-mail, web addresses and numbers of all kinds.

    Args:
        text: a normal text.
        near: the stretches that hold digits.
        words: those that hold digits or words of numbers.
    """
    yield from _plain(text, near)
    if is_spoken(text) and _READ_AS.search(text):
        yield from _all(words, _READ_OUT, text, "contact", "figures read out", 0.8)
    if "@" in text or " dot " in text:
        around = digit_windows(text, _AT)
        yield from _all(around, _EMAIL, text, "contact", "e-mail", 0.95)
        yield from _all(around, _HANDLE, text, "contact", "handle", 0.8)
    if "_" in text and is_spoken(text):
        yield from _all(digit_windows(text, _LOW_LINE), _ACCOUNT, text, "contact", "handle", 0.8)
    if any(mark in text for mark in ("www.", "://", ".uk", ".org", ".com")):
        yield from _all(digit_windows(text, _WEB), _URL, text, "contact", "web address", 0.9)
    if not _MANY_DIGITS.search(text):
        return
    for pattern, rule in _DIGITS:
        yield from _all(near, pattern, text, "code", rule, 0.8)
    yield from _all(near, _PHONE, text, "contact", "phone", 0.9)
    for match in within(_NHS, text, near):
        digits = re.sub(r"\D", "", match.group())
        sure = 0.95 if nhs_number_is_valid(digits) else 0.6
        yield Candidate(*match.span(), "code", "NHS number", "direct", sure)


def _plain(text: str, near: Stretches) -> Iterator[Candidate]:
    for pattern, rule in (
        (_SLASHED, "number with strokes"),
        (_MIXED, "letters and digits"),
        (_REPORTER, "law report"),
    ):
        yield from _all(near, pattern, text, "code", rule, 0.8)
    yield from _all(near, _POSTCODE, text, "address", "postcode", 0.95)
    yield from _all(near, _ROAD, text, "address", "address", 0.9)
    for pattern, rule in (
        (_NAMED, "named number"),
        (_NUMBERED, "numbered"),
        (_DISTRICT, "district"),
    ):
        for match in within(pattern, text, near):
            if pattern is not _NUMBERED or not _NUMBER_OF_LAW.search(
                text, max(0, match.start() - 12), match.start()
            ):
                yield Candidate(*match.span(1), "code", rule, "direct", 0.8)
    if is_spoken(text):
        yield from _all(near, _BUS, text, "code", "figure and letter", 0.5)
    for match in within(_KNOWN_AS, text, near):
        span = match.span(match.lastindex or 0)
        if is_spoken(text) and text[span[0] - 7 : span[0]] == "number ":
            span = (span[0] - 7, span[1])
        yield Candidate(*span, "code", "known by a number", "direct", 0.6)


def _all(
    near: Stretches, pattern: re.Pattern[str], text: str, kind: Kind, rule: str, score: float
) -> Iterator[Candidate]:
    for match in within(pattern, text, near):
        yield Candidate(*match.span(), kind, rule, "direct", score)
