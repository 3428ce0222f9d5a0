"""Names of people, organisations, schools and places, by what stands in a run of capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from consilience.text.identifiers.candidate import Candidate, Kind, Strength
from consilience.text.identifiers.capitals import Run, is_initials, plain_words, runs
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.elsewhere import brought, elsewhere
from consilience.text.identifiers.informal import also_words, labels, spoken_of, uncapitalised
from consilience.text.identifiers.tables import Lexicon, group, lowered, plain

_ORDINAL: Final = re.compile(r"\b\d{1,2}(?:st|nd|rd|th) $")
_GLOSS: Final = re.compile(r" \(([^()\d“\"]{3,90})\)")
# St Joe's is a name with its ending: without it [School A]'s would be left.
_SAINT: Final = re.compile(r"(?:St\.?|Saint) ")
_OWN: Final = re.compile("['’]s\\b")
_CALLED: Final = re.compile(
    r"(?:[Cc]hild|[Bb]aby|[Pp]upil|[Pp]erson|[Ff]amily|[Mm]other|[Ff]ather|[Bb]oy|[Gg]irl|[Mm]um|"
    r"[Tt]eacher|[Ss]chool|[Oo]fficer|[Ww]itness|[Cc]ompany|[Tt]own|[Ss]ibling) $"
)
_NOT_CALLED: Final = re.compile(
    r"(?:part|type|grade|level|plan|band|block|class|group|stage|option|vitamin|annex|set|section|"
    r"question|appendix|schedule|tier|category|phase|with an|with a|letter|a|an) $"
)


def names(text: str, lexicon: Lexicon) -> list[Candidate]:
    """Find names, and then every other place where a name that was found once stands."""
    known = plain_words(text)
    found: list[Candidate] = []
    for run in runs(text, known):
        candidate = classified(text, run, known)
        if candidate is not None:
            found += _widened(text, candidate)
    found += brought(text, lexicon)
    found += uncapitalised(text, known)
    found += also_words(text, found, known)
    found += labels(text, found)
    if is_spoken(text):
        found += spoken_of(text, found)
    return [*found, *elsewhere(text, found)]


def classified(text: str, run: Run, known: frozenset[str]) -> Candidate | None:
    """Return what a run of capitals seems to name, None if nobody and nothing."""
    words, whole, spoken = run.words, plain(text[run.start : run.end]), is_spoken(text)
    if len(whole) == 1 or (spoken and len(whole) == 2 and whole[1] == "."):
        return _letter(text, run)
    if whole in lowered("places"):
        return _made(run, "place", "gazetteer", 0.8)
    if whole in lowered("peoples") or _is_heading(text, run):
        return None
    if len(words) == 2 and len(words[1].rstrip(".")) == 1 and _CALLED.fullmatch(f"{words[0]} "):
        return _made(run, "person", "one letter", 0.6)
    return (
        _titled(run, spoken=spoken)
        or _law_or_organisation(run, spoken=spoken)
        or _person_or_place(run, known)
        or _unknown(text, run, words[0] in known)
    )


def _is_heading(text: str, run: Run) -> bool:
    shouted = len(run.words) > 2 and text[run.start : run.end].isupper()
    return shouted and any(word in lowered("common") for word in run.words)


def _titled(run: Run, *, spoken: bool) -> Candidate | None:
    first = run.words[0].rstrip(".")
    if first not in group("heads", "titles"):
        return None
    if len(run.words) == 1:
        return _NOTHING if first in group("heads", "bare titles") else None
    if first in group("heads", "ranks") and run.words[-1] in group("heads", "organisations"):
        return None
    always = spoken and (first == "miss" or first in group("heads", "bare titles"))
    if not always and all(word in lowered("common") for word in run.words[1:]):
        return None
    return _made(run, "person", "title", 0.95)


_NOTHING: Final = Candidate(0, 0, "name", "", "quasi", 0.0)


def _law_or_organisation(run: Run, *, spoken: bool) -> Candidate | None:
    words, laws = run.words, group("heads", "laws")
    if words[-1] in laws or words[0] in laws:
        # In speech Bill Nolan and Grace Rule are people.
        return None if spoken and words[0] in lowered("first_names") else _NOTHING
    heads = group("heads", "organisations")
    if not any(word in heads for word in words):
        return None
    specific = any(word not in _general() for word in words)
    if len(words) == 1 and not specific:
        return _NOTHING
    kind: Kind = "organisation"
    if any(word in group("heads", "schools") for word in words):
        kind = "school"
    elif words[-1] in ("council", "borough", "authority"):
        kind = "authority"
    return _made(run, kind, "head word", 0.75 if specific else 0.5)


@cache
def _general() -> frozenset[str]:
    return lowered("common") | group("heads", "organisations") | lowered("peoples")


def _person_or_place(run: Run, known: frozenset[str]) -> Candidate | None:
    words = run.words
    if all(word in _general() for word in words):
        named = _given(words) and not run.opens
        return _made(run, "person", "first name", 0.6) if named else _NOTHING
    if _given(words) and (len(words) > 1 or not run.opens or words[0] not in known):
        return _made(run, "person", "first name", 0.85)
    places = group("heads", "places")
    if len(words) > 1 and (words[-1] in places or words[0] in places):
        return _made(run, "place", "place word", 0.7)
    if all(is_initials(word) for word in words):
        return _made(run, "person", "initials", 0.6) if len("".join(words)) > 3 else _NOTHING
    return None


def _given(words: Sequence[str]) -> bool:
    given = lowered("first_names")
    return any(word in given or word.split("-")[0] in given for word in words)


# Endings of everyday words that few names have.
_ODD: Final = re.compile(
    r"(?:ing|ly|ed|ive|ness|[ts]ion|ment|ful|ous|[ai]ble|ical|less|ology|ities|ism|ised|ship|"
    r"hood|ience)$"
)


def _unknown(text: str, run: Run, is_word: bool) -> Candidate:
    after = re.match(r" (\w+)", text[run.end : run.end + 20])
    verb = after is not None and after.group(1) in group("closed", "after a verb")
    if len(run.words) == 1 and _given(run.words) and not verb:
        return _made(run, "person", "first name, also a word", 0.5)
    if len(run.words) == 1 and run.words[0] in lowered("surnames") and not (is_word and run.opens):
        return _made(run, "person", "surname", 0.6)
    if len(run.words) == 1 and is_word and not run.opens and _mostly_capital(text, run):
        return _made(run, "name", "seldom without capital", 0.5)
    if len(run.words) == 1 and is_word:
        return _made(run, "name", "also a word", 0.3)
    if len(run.words) == 1 and run.opens:
        odd = verb or _ODD.search(run.words[0]) is not None
        return _made(run, "name", "capital at the start", 0.3 if odd else 0.5)
    return _made(run, "name", "capitals", 0.6)


def _mostly_capital(text: str, run: Run) -> bool:
    """Return whether what was said has a word with a capital twice as often as without."""
    if not is_spoken(text) or run.words[0] in _general() | lowered("words"):
        return False
    word = text[run.start : run.end]
    return text.count(word) >= 2 * text.count(word.lower())


def _made(run: Run, kind: Kind, rule: str, score: float) -> Candidate:
    return _at(run.start, run.end, kind, rule, score)


def _at(start: int, end: int, kind: Kind, rule: str, score: float) -> Candidate:
    strength: Strength = "direct" if kind == "person" else "quasi"
    return Candidate(start, end, kind, rule, strength, score)


@cache
def _lower_head() -> re.Pattern[str]:
    heads = "|".join(sorted(group("heads", "lower heads")))
    return re.compile(
        rf"(?:['’]s?)? (?:[A-Z]?[a-z]*-?type |(?:primary|secondary|special|infant|junior|"
        rf"grammar|high|comprehensive|nursery|spinal|cardiac|burns|stroke|eye|dental|maternity|"
        rf"community|"
        rf"memorial|village|parish|town|county|district|city|general|leisure|sports|"
        rf"youth) )?({heads})\b"
    )


def _widened(text: str, found: Candidate) -> Iterator[Candidate]:
    """Take in what belongs to a name and is written without capitals."""
    if found.score <= 0:
        return
    if found.kind in ("name", "place", "person") and (head := _lower_head().match(text, found.end)):
        kind, sure = _kind_of_head(head.group(1)), max(found.score, 0.6)
        found = found._replace(end=head.end(), kind=kind, rule="name and head word", score=sure)
    if _SAINT.match(text, found.start) and (own := _OWN.match(text, found.end)):
        found = found._replace(end=own.end())
    if found.kind in ("person", "name"):
        found = _familiar(text, found)
        if relative := _relative().search(text, max(0, found.start - 30), found.start):
            family = Candidate(*relative.span(), "family", "relative by name", "quasi", 0.5)
            yield family._replace(end=relative.end(1))
    if found.kind in ("organisation", "school"):
        if before := _ORDINAL.search(text, max(0, found.start - 6), found.start):
            found = found._replace(start=before.start())
        yield from _gloss(text, found)
    yield found


def _kind_of_head(word: str) -> Kind:
    if word in group("heads", "schools"):
        return "school"
    place = word in group("heads", "places") and word not in group("heads", "organisations")
    return "place" if place else "organisation"


def _gloss(text: str, found: Candidate) -> Iterator[Candidate]:
    """Find the name in another language that follows in round brackets."""
    gloss = _GLOSS.match(text, found.end)
    if gloss and group("closed", "english").isdisjoint(gloss.group(1).lower().split()):
        yield found._replace(start=gloss.start(1), end=gloss.end(1), rule="gloss", score=0.55)


@cache
def _relative() -> re.Pattern[str]:
    kin = "|".join(sorted(map(re.escape, lowered("kin")), key=len, reverse=True))
    return re.compile(rf"\b(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Tt]he|[Aa]n?) ({kin}),? $")


_FAMILIAR: Final = re.compile(r"\b(?:[Oo]ur|[Oo]ld|[Yy]oung|[Ll]ittle|[Bb]ig|[Ww]ee) $")
_PARTICLE: Final = re.compile(
    r"(?<![\w'’-])(?:a[bp]|ferch|v[ao]n(?: de[rn])?|d[aeiu]|de la|bint?|ibn|ter) $"
)
_HONOUR: Final = re.compile(r"(?:Honour|Worship|Grace|Excellency|Lordship|Ladyship)\b")
_WHOSE: Final = re.compile(r"\b[Hh](?:is|er) $")
_VAGUE: Final = re.compile(
    r" (?:somebody|someone|something(?: or other)?|senior|junior|the (?:elder|younger)|"
    r"twins|family|brothers|sisters|boys|girls|kids|children|lads|siblings|clan|lot|household|"
    r"bach|fach|hinny)\b(?!['’])"
)


def _familiar(text: str, found: Candidate) -> Candidate:
    """Take in what people put before and after a name: our Connor, Philippa somebody."""
    put_before = _WHOSE if _HONOUR.match(text, found.start) else _FAMILIAR
    if before := put_before.search(text, max(0, found.start - 8), found.start):
        found = _surely(found._replace(start=before.start()))
    if before := _PARTICLE.search(text, max(0, found.start - 9), found.start):
        found = found._replace(start=before.start())
    if after := _VAGUE.match(text, found.end):
        found = _surely(found._replace(end=after.end()))
    return found


def _surely(found: Candidate) -> Candidate:
    """Take a name of something unknown for a person's, for what stands beside it."""
    if found.kind == "person":
        return found
    return found._replace(
        kind="person", rule="familiar", strength="direct", score=max(found.score, 0.5)
    )


def _letter(text: str, run: Run) -> Candidate:
    """Judge a letter alone: people are called so, Child L or `we referred J`; so are sections."""
    before = text[max(0, run.start - 12) : run.start]
    if called := _CALLED.search(text, max(0, run.start - 12), run.start):
        start = called.start() if called.group()[0].isupper() else run.start
        return _at(start, run.end, "person", "one letter", 0.6)
    spoken = before[-2:-1].isalpha() or before.endswith(", ") or run.opens
    if run.words[0].rstrip(".").lower() in "ia" or not spoken or _NOT_CALLED.search(before):
        return _NOTHING
    return _made(run, "person", "one letter", 0.5)
