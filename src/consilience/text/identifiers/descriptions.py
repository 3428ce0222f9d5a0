"""What people say of somebody without a name: features, relations, illness, trades, in clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from consilience.text.identifiers.candidate import Candidate
from consilience.text.identifiers.circumstances import (
    ABLE,
    ANY,
    DAY_OF,
    HAPPENED,
    HEADLINE,
    ILL,
    LIFE,
    MEDIA,
    MORE,
    OFF,
    SINCE,
    WORD,
)
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.numerals import SMALL
from consilience.text.identifiers.tables import group, lowered, plain, table

_SINGULAR: Final = (
    r"(?:only|sole|first(?!-)|"
    r"last(?! (?:week|year|month|term|night|time|summer|spring|autumn|winter))|"
    r"oldest|eldest|youngest|biggest|largest|smallest|highest|tallest|poorest|richest|best-known|"
    r"longest-serving|one)"
)
_VERB: Final = (
    r"(?:['’]s|['’]d| is| was| has| had| works?| worked| runs?| ran| owns?| keeps?| kept| drives?| "
    r"drove| plays?| played| teaches| taught| died| passed away| killed| lives?| lived| got| went|"
    r" comes| came| used to| does| did)"
)
_SET_APART: Final = re.compile(
    rf"(?:[Tt]he|[Oo]ur|[Tt]here['’]s) (?:only |just |the )?{_SINGULAR}\b"
    r"(?! (?:thing|way|time|day|place|reason|point|step|question|bit|part|one (?:was|is)|"
    rf"of (?:all|these|those))\b)(?: {ANY}){{1,11}}|"
    rf"[Oo]ne of (?:only |the )?(?:{SMALL}|\d{{1,2}}) {WORD}(?: {ANY}){{1,11}}"
)
_MINE: Final = re.compile(r"[Aa]n? (?:[a-z]+ )?[a-z]+ of (?:mine|his|hers|theirs|ours|yours)\b")
_OWN: Final = re.compile(
    r"['’]s (?:(?:second|first|late|own|real|older|younger|eldest|youngest|little|big|half|twin) )?"
    r"(?:mother|mum|mam|father|dad|brother|sister|son|daughter|wife|husband|partner|ex|gran|nan|"
    r"nana|grandad|grandfather|grandmother|uncle|aunt|auntie|cousin|nephew|niece|stepdad|stepmum|"
    r"twin|girlfriend|boyfriend)\b"
)
_OWNER: Final = re.compile(
    r"\b(?!(?:[Ii]t|[Tt]h(?:at|ere)|[Ss]?[Hh]e|[Ww]h(?:at|o|ere)|[Hh]ere|[Ll]et|how)\b)"
    r"[A-Za-z]+$"
)
_DOING: Final = re.compile(
    r"(?:[Hh]e|[Ss]he|[Mm]um|[Dd]ad|[Mm]am|[Ww]ho)(?:['’]s| is| was) "
    r"(?!(?:going|coming|doing|saying|being|having|getting|looking|trying|talking|thinking|"
    r"telling|asking|waiting|sitting|standing|making|taking|putting|giving|walking|using|wearing|"
    r"ringing|leaving|hoping|feeling|helping|something|anything|nothing)\b)"
    rf"[a-z]+ing (?:the|an?|for|at|in|on|with|as|up|over) {ANY}(?: {ANY}){{0,7}}|"
    r"does [a-z]+ing\b"
)
_FORMER: Final = re.compile(
    r"(?:(?:an? )?ex[- ](?!wife|husband|partner|pupil|boyfriend|girlfriend)[A-Za-z]+|"
    rf"(?:a )?(?:former|retired) {WORD}(?: {WORD})?|"
    rf"(?:used to be|trained as|retrained as|qualified as) an? {WORD})"
    rf"(?: (?:of|for|in|with|who|that){MORE})?"
)
# Whom a clause is about, and what he or she is and does.
_BEING: Final = (
    r"(?:['’](?:s|m|d been)| is| was| am| had been| used to be| became)"
    r"(?: (?:also|still|now|only|actually|originally|just))?"
)
_VAGUE: Final = (
    r"(?:bit|lot|little bit|big|good|bad|nice|lovely|great|firm|real|person|kind of|sort of|man of|"
    r"case|matter|fair|brilliant|same|right|wrong|main|way|child protection|bright|lovely|decent)"
)
_IS: Final = re.compile(
    rf"(?:[Hh]e|[Ss]he|[Ww]ho|I|[Ww]hose \w+){_BEING} (?:an?|the|our|one of the|half) "
    rf"(?!{_VAGUE}\b){WORD}(?: {WORD}){{0,9}}"
)
_DOES: Final = re.compile(
    r"(?:(?<=I )work|works|worked|drives?|drove|runs|ran|breeds?|keeps|kept|owns|owned|plays|"
    r"played|sings|sang|chairs|chaired|serves|served|trained|retired|volunteers|volunteered|lives|"
    r"lived|live|living|moved|emigrated|grew up|brought up|born|cleans|cleaned|cooks|cooked|"
    r"preaches|preached|coaches|coached|teaches|fosters|fostered|rides|rode|races|raced)"
    r" (?:for|in|at|as|with|on|near|over|above|behind|opposite|across|next|from|out|by|up|the|"
    rf"an?|to)\b{MORE}|"
    # What somebody keeps, rides or sells, without a small word: she keeps ferrets.
    r"(?:keeps|breeds|collects|races|rides|fosters|flies|drives|sells|coaches|mends|paints|umpires)"
    rf" (?!(?:it|him|her|me|us|you|them|that|this|saying|going|out|off)\b|"
    rf"[a-z]+ing\b){WORD}(?: {WORD}){{0,4}}"
)
_PERSON: Final = (
    r"(?:man|woman|lady|lad|lass|boy|girl|bloke|chap|fella|guy|kid|bairn|child|baby|toddler|"
    r"teenager|family|couple|mother|mum|mam|father|dad|gran|nan|nana|grandmother|grandfather|"
    r"grandad|aunt|auntie|uncle|cousin|brother|sister|son|daughter|wife|husband|partner|friend|"
    r"mate|neighbour|one|pupil|student|parent|twins|[a-z]{3,}(?:er|or|ist|ian|ant))"
)
_PLACE: Final = (
    r"(?:village|town|estate|street|road|house|flat|cottage|farm|caravan|bungalow|block|terrace|"
    r"pub|shop|takeaway|garage|café|cafe|church|chapel|mosque|temple|school|primary|secondary|"
    r"academy|nursery|hospital|clinic|surgery|centre|hostel|refuge|home|site|island|valley|bakery|"
    r"salon|gym|business|place|building|hall)"
)
_WHICH: Final = re.compile(
    rf"(?:[Tt]he|[Aa]n?|[Oo]ur|[Mm]y|[Hh]is|[Hh]er) (?:{WORD} ){{0,2}}{WORD}, "
    rf"who(?:['’]s| is| was| had| has){MORE}|"
    r"(?:[Tt]he|[Aa]) (?!(?:people|thing|things|person|way|time|day|child|children|fact|parents?|"
    r"teachers?|school|schools|case|cases|reason|point|information|families|staff|job|idea)\b)"
    rf"(?:{WORD} ){{0,3}}(?:{_PERSON} (?:who(?:se|['’]s)?|that|(?:called|with|from|on|in|at|by|"
    rf"up|over|above|behind|next))|{_PLACE} (?:who|where|that|with|by|on|in|at|above|behind|"
    r"opposite|next to|over|up|across|outside|near))\b"
    r"(?! (?:the |a )?(?:phone|time|home|end|mornings?|moment|day|building|front|room|other|whole|"
    rf"first)){MORE}"
)
_SPEAKS: Final = re.compile(
    r"\b(?:[Ff]irst[- ]language|speaks?|spoke|speaking|(?:mother|native) tongue(?: is|"
    r" was)?) [A-Z]\w+|"
    r"\b[A-Z][a-z]+ accent\b|\b(?:practising|devout|strict|lapsed) [A-Z]\w+|"
    r"\b[A-Z]\w+(?: [A-Z]\w+)? (?:lad|lass|boy|girl|woman|man|lady|bloke|family|mum|dad)\b"
)
_MIXED: Final = re.compile(
    r"(?:[Mm]ixed(?: race| heritage)?,? )?(?:[Ww]hite|[Bb]lack|[Aa]sian|half|part)"
    r"(?: and|[ -]?/| or|,| &)? (?:half |part |[Bb]lack |[Aa]sian )?[A-Z][a-z]+(?:ish|an|ese|i)\b"
)
_TOKEN: Final = re.compile(r"[^\W\d_]+")
_ARTICLE: Final = re.compile(r"^.*?\b(?:an?|the|our|one of the|half) ")


def descriptions(text: str) -> Iterator[Candidate]:
    """Find the clauses that describe somebody, in speech only.

    Args:
        text: a normal text; in a document nothing is found.
    """
    if not is_spoken(text):
        return
    for match in _SPEAKS.finditer(text):
        if _is_people(match.group()):
            yield _feature(match.span(), "people as it is told")
    for match in HEADLINE.finditer(text):
        if MEDIA.search(text, max(0, match.start() - 90), match.start()):
            yield _feature(match.span(), "headline")
    for match in _OWN.finditer(text):
        if owner := _OWNER.search(text, max(0, match.start() - 30), match.start()):
            yield _feature((owner.start(), match.end()), "whose relative")
    yield from _by_first_word(text)


def _by_first_word(text: str) -> Iterator[Candidate]:
    """Try each rule only where a word stands that it can begin with."""
    rules = _rules()
    ends: dict[re.Pattern[str], int] = {}
    for token in _TOKEN.finditer(text):
        start = token.start()
        for pattern, rule in rules.get(token.group().lower(), ()):
            if start < ends.get(pattern, 0) or not (match := pattern.match(text, start)):
                continue
            ends[pattern] = match.end()
            if not _says_nothing(pattern, match.group()):
                yield _feature(match.span(), rule)


def _feature(span: tuple[int, int], rule: str) -> Candidate:
    return Candidate(*span, "feature", rule, "quasi", 0.5)


def _is_people(said: str) -> bool:
    return any(part in lowered("peoples") for part in plain(said).split())


def _says_nothing(pattern: re.Pattern[str], said: str) -> bool:
    """Return whether somebody is said to be only what many are: I'm a social worker."""
    if pattern is _MIXED:
        return not _is_people(said)
    if pattern is not _IS:
        return False
    role = plain(_ARTICLE.sub("", said, count=1))
    return role in group("closed", "everyday roles") or role in group("occupations", "common")


@cache
def _rules() -> Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the rules by the words that they begin with."""
    kin = sorted((re.escape(plain(each)) for each in table("kin")[""]), key=len, reverse=True)
    relative = re.compile(
        rf"(?:[Mm]y|[Yy]our|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Oo]ne['’]s|[Ww]hose) "
        rf"(?:{'|'.join(kin)})(?:,? (?:who|that))?{_VERB}\b"
        rf"(?! (?:said|like|say|saying|told)){MORE}"
    )
    patterns = (
        (_SET_APART, "set apart"),
        (_MINE, "whose relative"),
        (_DOING, "what somebody does"),
        (relative, "what a relative is or does"),
        (ILL, "illness as it is told"),
        (_FORMER, "former trade"),
        (_IS, "what somebody is"),
        (_DOES, "what somebody does"),
        (_WHICH, "which one it is"),
        (HAPPENED, "what happened to somebody"),
        (LIFE, "circumstances of life"),
        (ABLE, "what somebody cannot do"),
        (OFF, "illness as it is told"),
        (DAY_OF, "day of an event"),
        (SINCE, "since when"),
        (_MIXED, "people as it is told"),
    )
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for (pattern, rule), words in zip(patterns, table("openings").values(), strict=True):
        for word in words:
            found.setdefault(word, []).append((pattern, rule))
    return {word: tuple(each) for word, each in found.items()}
