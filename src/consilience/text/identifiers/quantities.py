"""Quantities that can single somebody out: sums of money, shares, counts of people and things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from consilience.text.identifiers.candidate import Candidate
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.numerals import LARGE, SMALL
from consilience.text.identifiers.windows import Stretches, digit_windows, within

_FIGURE: Final = r"\d+(?:[.,  ]\d{3})*(?:[.,]\d+)*(?: (?:million|billion|thousand)|[mk]\b)?"
_NUMBER: Final = re.compile(rf"(?<![\w./])(?:{_FIGURE}|{LARGE}\b)")
_CAPITAL_NUMBER: Final = re.compile(
    r"(?:Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|"
    r"(?:Twen|Thir|For|Four|Fif|Six|Seven|Eigh|Nine)(?:ty|teen))"
    rf"(?:[- ](?:{SMALL}|hundred(?: and {SMALL})?|thousand))?(?= )"
)
_HEDGE: Final = re.compile(
    r"\b(?:approximately|about|around|over|nearly|almost|some|more than|up to|at least) $"
)
# Codes of ISO 4217 that are met in Europe, and old ones; and what people call them.
_CODE: Final = (
    r"(?:EUR|GBP|USD|CHF|TRL|TRY|YTL|PLN|PLZ|SEK|NOK|DKK|ATS|DEM|FRF|ITL|ESP|NLG|BEF|CZK|CSK|SKK|"
    r"HUF|RON|ROL|BGN|BGL|RUB|RUR|UAH|HRK|RSD|SIT|GRD|CYP|LVL|LTL|EEK|ISK|IEP|PTE|FIM|MDL|GEL|AMD|"
    r"AZN|ALL|MKD|AUD|CAD|JPY)"
)
_CALLED: Final = (
    r"(?:(?:[A-Z][a-z]+|[A-Z]{2,3}|old|new|pounds?) )?"
    r"(?:euros?|pounds?(?: sterling)?|quid|dollars?|francs?|marks?|[Ll]iras?|[Ss]chillings?|kronor|"
    r"krona|kroner|zlotys?|złotys?|forints?|lei|leva|levs?|roubles?|rubles?|koruny?|crowns?|lats|"
    r"litai|drachmas?|guilders?|pesetas?|escudos?|hryvnias?|kunas?|dinars?|pence|sterling)\b"
)
_CURRENCY_FIRST: Final = re.compile(rf"(?:{_CODE}[  ]?|[£$€]\s?){_FIGURE}(?: \([a-z]+\))?")
_MONEY: Final = re.compile(rf"[  ](?:{_CALLED}|{_CODE}\b)(?: \({_CODE}\)?)?")
_SHARE: Final = re.compile(r" ?(?:%|per cent\b|percent\b)")
_MEASURE: Final = re.compile(
    rf"(?: ?[x×] ?{_FIGURE})*[ -]?"
    r"(?:metres?|meters?|km|kilometres?|miles?|hectares?|ha|sq\.? ?m|square met(?:re|er)s?|acres?|"
    r"grams?|kg|kilograms?|kilos?|litres?|tonnes?|tons|mm|cm|m²|m2|sq|feet|foot|inches)\b"
)
_PERSONS: Final = re.compile(
    r"(?: (?:grown-up|adopted|foster|teenage|twin|step|big|own|other|further|different|more|"
    r"younger|older|elder|little|small|private|former|adult))*"
    r" (?:persons|people|children|kids|siblings|brothers|sisters|sons|daughters|boys|girls|pupils|"
    r"students|defendants|suspects|accused|witnesses|owners|landowners|employees|houses|plots|"
    r"flats|"
    r"shops|farms|schools|hearings|classes|families|bairns|souls|lads|lasses|households|"
    r"homes|"
    r"heads|members|residents|patients|beds|boarders|twins|head ?teachers|teachers|"
    r"social workers|principals|deputies|nurses|staff)\b(?: of (?:land|(?:my|his|her|our|"
    r"their) own)\b)?"
)
# In speech any number may be the one that only this school has: with what is counted.
_SAID: Final = re.compile(
    rf"(?: on roll| times(?: in {LARGE} [a-z]+)?| (?!(?:and|but|or|if|in|on|at|of|to|for|with|"
    rf"that|which|who|was|were|is|are|the|an?|"
    r"it|i|you|we|they|he|she|when|so|then|from|by|as|past|years?|months?|weeks?|days?|hours?|"
    r"minutes?|per|times?|o'clock|odd|something)\b)[a-z][a-z'’-]*){0,2}"
    r"(?: in (?:a|\w+) (?:year|month|week|term)s?)?"
)
# A number below ten singles out only with the people, or us, whom it counts.
_FEW: Final = re.compile(r"\d|two|three|four|five|six|seven|eight|nine", re.IGNORECASE)
_OF_US: Final = re.compile(
    rf" of (?:us|ours)\b(?: [A-Z]\w+)?| times between\b| times in (?:a|{LARGE}) (?:years?|"
    rf"months?|weeks?|terms?|nights?)\b"
)
# What a number is not of somebody: twenty minutes, page thirty-one, until eleven.
_OTHERWISE: Final = re.compile(
    r"[- ]?(?:minutes?|hours?|weeks?|days?|seconds?|per cent|percent|pages?|%|past|to|o['’]clock|"
    r"th|nd|st|rd|"
    r"Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b"
)
_NUMBER_OF: Final = re.compile(
    r"\b(?:[Pp]age|[Ss]ection|[Pp]aragraph|[Ii]nterview|[Oo]ption|[Gg]rade|[Ll]evel|[Ss]tage|"
    r"[Pp]art|"
    r"[Yy]ear|[Cc]hapter|[Qq]uestion|[Aa]rticle|[Ss]tep|[Pp]hase) $"
)
# A year is a date, and up to twelve a number alone is an hour.
_HOUR: Final = re.compile(r"ten|eleven|twelve|1[0-2]|(?:1[6-9]|20)\d\d", re.IGNORECASE)
_BODY: Final = re.compile(r"\b[Aa] (?:school|class|village|family|team|staff|group|town|year) of $")
_SENTENCE: Final = re.compile(r"(?:life imprisonment|death penalty)\b")
_TAILS: Final = (
    (_MONEY, "money", 0.8),
    (_SHARE, "share", 0.6),
    (_MEASURE, "measure", 0.6),
    (_PERSONS, "count of people", 0.55),
)


def quantities(text: str, near: Stretches) -> Iterator[Candidate]:
    """Find money, shares, measures and counts in the stretches that hold numbers."""
    for match in within(_CURRENCY_FIRST, text, digit_windows(text)):
        yield _made(text, *match.span(), "money", 0.8)
    spoken = is_spoken(text)
    for pattern in (_NUMBER, _CAPITAL_NUMBER):
        for match in within(pattern, text, near):
            yield from _counted(text, *match.span(), spoken=spoken)
    for match in within(_SENTENCE, text, near):
        yield _made(text, *match.span(), "sentence", 0.5)


def _counted(text: str, start: int, end: int, *, spoken: bool) -> Iterator[Candidate]:
    if spoken and (body := _BODY.search(text, max(0, start - 20), start)):
        start = body.start()
    for pattern, rule, score in _TAILS:
        if tail := pattern.match(text, end):
            yield _made(text, start, tail.end(), rule, score)
    if (
        spoken
        and not _OTHERWISE.match(text, end)
        and not _NUMBER_OF.search(text, max(0, start - 12), start)
    ):
        around = text[start - 1 : start] + text[end : end + 1]
        if ":" in around or around == "\n\n":
            return  # a time in captions, the number of a line
        few = _FEW.fullmatch(text, start, end)
        tail = (_OF_US if few else _SAID).match(text, end)
        if tail and (tail.group() or not _HOUR.fullmatch(text, start, end)):
            yield _made(text, start, tail.end(), "number in speech", 0.5)


def _made(text: str, start: int, end: int, rule: str, score: float) -> Candidate:
    if hedge := _HEDGE.search(text, max(0, start - 16), start):
        start = hedge.start()
    return Candidate(start, end, "quantity", rule, "quasi", score)
