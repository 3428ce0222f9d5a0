"""Names where no rule of capitals finds them: typed without capitals, or before what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate, Kind
from consilience.text.identifiers.capitals import PART
from consilience.text.identifiers.tables import group, lowered, plain
from consilience.text.identifiers.windows import digit_windows, within
from consilience.text.labels import is_direction, is_role

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
    r"^(?:\[[^\]\n]*\] ?)?(?:([A-Z][\w.'’ ()-]{0,30})(?=:(?: |$))|"
    r"([A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,3})$)",
    re.MULTILINE,
)

_OUT_OR_IN: Final = re.compile(r"[^\s()](?:[^()]*[^\s()])?")

# How a name is spelled: Appiah, A, double P, I, A, H; V-O-G-T.
_SPELLED: Final = re.compile(
    r"(?:\b[A-Z][\w'’-]{1,30}, )?(?<![\w-])(?:(?:(?:[Dd]ouble )?[A-Z](?:, |,? and |"
    r" ))(?:(?:[Dd]ouble )?[A-Z](?:, |,? and | )){1,10}"
    r"(?:[Dd]ouble )?[A-Z]|[A-Z](?:-[A-Z]){2,12})(?![\w-])"
)
_SPELL: Final = re.compile(r"[A-Z](?:-[A-Z]-|,? (?:[Dd]ouble )?[A-Z](?:,| [A-Z]\b))")
# Two capitals that are no word of the work: a child's initials.
_TWO: Final = re.compile(r"(?<![\w.'’&/-])[A-Z]{2}(?![\w'’&/-]|\.\w|\d| \d|:)")
_SHORT: Final = re.compile(r" ?\([\"“'‘]([A-Z][^\"”'’\n()]{0,20})[\"”'’]\)")


# Months that are also names: May, who's our trustee.
_MONTH_NAME: Final = re.compile(
    r"\b(?:May|April|June|August)\b(?=, (?:who|she|he)\b|"
    r" (?:said|says|rang|told|asked|reckons|went|came|thinks|knows)\b)"
)
# What somebody does tells a name from a word: Will said he would.
_DOES: Final = re.compile(
    r"\b[A-Z][a-z]+(?= (?:said|says|rang|told|asked|reckons|knew|knows|thinks|thought|went|goes|"
    r"came|"
    r"comes|got|did|didn['’]t|was|wasn['’]t|had|hadn['’]t|wouldn['’]t|couldn['’]t|hasn['’]t)\b)"
)


def spoken_of(text: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Find people by letters and by what they do, in speech.

    Args:
        text: a normal text that is speech.
        found: the names found so far, for what follows them in brackets: (“Ms B”).
    """
    for match in within(_SPELLED, text, digit_windows(text, _SPELL)):
        yield Candidate(*match.span(), "person", "name as it is spelled", "direct", 0.6)
    work = group("closed", "two letters")
    for match in _TWO.finditer(text):
        if match.group().lower() not in work:
            yield Candidate(*match.span(), "person", "two initials", "direct", 0.5)
    for each in found:
        if each.kind == "person" and (short := _SHORT.match(text, each.end)):
            yield Candidate(*short.span(1), "person", "short for a name", "direct", 0.6)
    yield from _doing(text)


def _doing(text: str) -> Iterator[Candidate]:
    for match in _MONTH_NAME.finditer(text):
        yield Candidate(*match.span(), "person", "first name, also a month", "direct", 0.6)
    for match in _DOES.finditer(text):
        if plain(match.group()) in lowered("first_names"):
            yield Candidate(*match.span(), "person", "name before a verb", "direct", 0.55)


# Schools, places and offices in a text that has next to no capitals.
_SCHOOL: Final = re.compile(
    r"\b(?:(?:saint|st) [a-z]{3,}(?:['’]?s)?(?: (?:primary|school|academy|church|college))?|"
    r"([a-z]{4,}) (?:primary|academy|infants|juniors|secondary|high school|high|school|college|"
    r"nursery|comprehensive|council|trust|unit|hospital|house|centre|clinic|surgery|road|street|"
    r"avenue|lane|close|crescent|terrace|drive|estate|park|farm|united|rovers)(?! (?:is|was|of)))\b"
)
_VILLAGE: Final = re.compile(
    r"\b(?:from|in|to|at|near|of|round|over) "
    r"([a-z]{2,}(?:field|fields|ton|ham|ley|ford|bury|wick|worth|"
    r"thorpe|bridge|combe|borough|ville|stead|mouth|hurst|minster|well|dale|gate|shire|by|"
    r"stow|holme|beck|pool|cester|chester|caster))(?: (?:and|on|in|way|road|street|estate))?\b"
)
# A text with capitals has one to open every sentence, and more.
_FEW_CAPITALS: Final = 0.012
_CAPITALS: Final = re.compile(r"[A-Z]")


def _places(text: str) -> Iterator[Candidate]:
    """Find schools, streets, villages where a text was recognised without capitals."""
    sample = text[:20_000]
    if len(_CAPITALS.findall(sample)) > _FEW_CAPITALS * len(sample):
        return
    plainly = lowered("common") | lowered("words") | group("closed", "after a verb")
    for match in _SCHOOL.finditer(text):
        if match.group(1) is None or match.group(1) not in plainly:
            kind: Kind = "school" if match.group(1) is None else "organisation"
            yield Candidate(*match.span(), kind, "head word without capital", "quasi", 0.55)
    for match in _VILLAGE.finditer(text):
        if match.group(1) not in plainly and match.group(1) not in group("closed", "no villages"):
            yield Candidate(*match.span(1), "place", "ending of a village", "quasi", 0.5)
    for match in _ANY_WORD.finditer(text):
        if match.group() in lowered("places") and match.group() not in plainly:
            yield Candidate(*match.span(), "place", "gazetteer, no capital", "quasi", 0.5)


_ANY_WORD: Final = re.compile(r"(?<![\w@.'’-])[a-z]{4,}(?![\w@])")


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
    yield from _after_cue(text)
    yield from _places(text)
    given = (known & lowered("first_names")) - lowered("common") - lowered("words")
    for start, end in _each(text, given):
        yield Candidate(start, end, "person", "first name without capital", "direct", 0.5)
        more = _NEXT.match(text, end)
        if more and more.group(1) in _surnames():
            span = start, more.end(1)
            yield Candidate(*span, "person", "full name without capitals", "direct", 0.6)


_NEXT: Final = re.compile(r" ([a-z][\w'’-]+)(?![\w@])")


def _each(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where a few words stand alone: quicker than one pattern of all of them."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            before, after = text[at - 1 : at], text[end : end + 1]
            if not (
                before.isalnum()
                or before in tuple("_@.'’-")
                or after.isalnum()
                or after in ("_", "@")
            ):
                yield at, end
            at = text.find(word, end)


# Who says who they are, or is said to be who, in a text without capitals.
_CUE: Final = re.compile(
    r"\b(?:my name(?:['’]s| is)|name is|(?:a )?(?:lad|lass|boy|girl|man|woman|lady|fella|teacher|"
    r"kid|"
    r"worker|social worker) (?:called|named)|named|this is) ([a-z][\w'’-]+(?: [a-z][\w'’-]+)?)"
)


def _after_cue(text: str) -> Iterator[Candidate]:
    common = lowered("common") | group("closed", "after a verb")
    for match in _CUE.finditer(text):
        first, _, second = match.group(1).partition(" ")
        if first in common or first in lowered("words") or first not in _names():
            continue
        end = match.start(1) + len(first)
        if second and second in lowered("surnames"):
            end = match.end(1)
        yield Candidate(match.start(1), end, "person", "who somebody is", "direct", 0.6)


@cache
def _surnames() -> frozenset[str]:
    return lowered("surnames") - lowered("common")


@cache
def _names() -> frozenset[str]:
    return lowered("first_names") | lowered("surnames")


def also_words(text: str, found: Sequence[Candidate], known: frozenset[str]) -> Iterator[Candidate]:
    """Find names once more where they were typed without a capital, as in a chat.

    Only names that the tables have, or that stood after a title, and that are no everyday words:
    of any other word nobody knows what it is in small letters.
    """
    wanted = {
        plain(part.group())
        for each in found
        if each.kind == "person" and each.score >= 0.6
        for part in _PLAIN_PART.finditer(text, each.start, each.end)
        if each.rule.startswith("title") or plain(part.group()) in _names()
    }
    wanted = {word for word in wanted if len(word) > 2} & known
    wanted -= lowered("common") | lowered("words") | group("heads", "titles")
    wanted -= lowered("places") | group("closed", "after a verb")
    for start, end in _each(text, wanted):
        yield Candidate(start, end, "person", "name without capital", "direct", 0.5)


_PLAIN_PART: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def labels(text: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """Find names and initials that stand before what somebody said, in capitals too."""
    known = {
        plain(part.group())
        for each in found
        if each.kind in ("person", "name") and each.score >= MARKED
        for part in PART.finditer(text, each.start, each.end)
    }
    for match in _LABEL.finditer(text):
        label = match.group(match.lastindex or 0)
        words = [plain(word) for word in label.split()]
        # R1, P2, Mod: what transcribers call people so as not to name them.
        if words[0].rstrip("0123456789") in group("closed", "labels") or words[0][-1].isdigit():
            continue
        initials = len(words) == 1 and 2 <= len(words[0]) <= 3 and label.isupper()
        if initials or any(
            word in known and (word not in lowered("common") or len(words) == 1) for word in words
        ):
            start = match.start(match.lastindex or 0)
            for part in _named_parts(label):
                place = (start + part.start(), start + part.end())
                yield Candidate(*place, "person", "speaker", "direct", 0.6)


def _named_parts(label: str) -> Iterator[re.Match[str]]:
    """Yield what stands before brackets, and within them unless it is a role or what is done."""
    for number, part in enumerate(_OUT_OR_IN.finditer(label)):
        if not number or not (is_direction(part.group()) or is_role(part.group())):
            yield part
