"""What people say of somebody without a name: features, relations, illness, trades, in clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from consilience.text.identifiers.candidate import Candidate
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.tables import lowered, plain, table

# Words without capitals, so that no name is swallowed, as far as the clause goes.
_WORD: Final = r"(?!(?:and|but|so|because|when|if|then|or|though|although)\b)[a-z][\w'’-]*"
_MORE: Final = rf"(?: {_WORD}){{1,11}}"
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
    rf"\b(?:[Tt]he|[Oo]ur|[Tt]here['’]s) (?:only |just )?{_SINGULAR}\b(?! (?:thing|way|time|day|"
    rf"place|reason|point|step|question|bit|part|one (?:was|is)|of (?:all|these|those))\b){_MORE}"
)
_ILL: Final = re.compile(
    r"\b(?:diagnosed with|suffer(?:s|ed|ing) (?:from|with)|recover(?:s|ed|ing) from|born with|"
    r"(?:lost|losing) (?:a|an|his|her|their|one) "
    r"(?=leg|arm|eye|hand|foot|sight|hearing|finger|baby)|"
    r"(?:has|had|having|have|with) (?:a|an) (?=[\w ]{0,20}(?:stroke|breakdown|transplant|condition|"
    r"syndrome|tumour|stammer|stutter|limp|scar|prosthetic|miscarriage|hysterectomy|glass eye)\b))"
    rf"(?:{_WORD})?(?: {_WORD}){{0,6}}"
)
_FORMER: Final = re.compile(
    r"\b(?:(?:an? )?ex[- ](?!wife|husband|partner|pupil|boyfriend|girlfriend)[A-Za-z]+|"
    rf"(?:a )?(?:former|retired) {_WORD}(?: {_WORD})?|"
    rf"(?:used to be|trained as|retrained as|qualified as) an? {_WORD})"
    rf"(?: (?:of|for|in|with|who|that){_MORE})?"
)
_LIFE: Final = re.compile(
    r"\b(?:adopted|fostered|in foster care|in care|home[- ]educated|home[- ]schooled|"
    r"school refus\w+|"
    r"unaccompanied (?:child|minor|boy|girl)\w*|young carers?|looked[- ]after|stateless|pregnant|"
    r"non-?verbal|no speech|mixed (?:heritage|race)|dual heritage|"
    r"show people|travelling (?:family|people)|"
    r"asylum[- ]seek\w+|special guardianship)\b(?: (?:at|from|since|until|by|in) \w+(?: \w+)?)?"
)

# Whom a clause is about, and what he or she is, does, or went through.
_WHO: Final = r"(?:[Hh]e|[Ss]he|[Ww]ho|\bI|[Ww]hose \w+)"
_BEING: Final = (
    r"(?:['’](?:s|m|d been)| is| was| am| had been| used to be| became)"
    r"(?: (?:also|still|now|only|actually|originally|just))?"
)
_VAGUE: Final = (
    r"(?:bit|lot|little bit|big|good|bad|nice|lovely|great|firm|real|person|kind of|sort of|man of|"
    r"case|matter|fair|brilliant|same|right|wrong|main|way|child protection|bright|lovely|decent)"
)
_IS: Final = re.compile(
    rf"\b{_WHO}{_BEING} (?:an?|the|our|one of the|half) (?!{_VAGUE}\b){_WORD}(?: {_WORD}){{0,9}}"
)
_DOES: Final = re.compile(
    r"\b(?:works?|worked|drives?|drove|runs|ran|breeds?|keeps|kept|owns|owned|plays|played|sings|"
    r"sang|chairs|chaired|serves|served|trained|retired|volunteers|volunteered|lives|lived|live|"
    r"living|moved|emigrated|grew up|brought up|born)"
    r" (?:for|in|at|as|with|on|near|over|above|behind|opposite|across|next|from|out|by|up|the|"
    r"an?|to)\b"
    rf"{_MORE}"
)
_WHICH: Final = re.compile(
    rf"\b(?:[Tt]he|[Aa]) (?!(?:people|thing|things|person|way|time|day|child|children|fact|"
    r"parents?|"
    r"teachers?|school|schools|case|cases|reason|point|information|families|staff|job|idea)\b)"
    rf"{_WORD}(?: [a-z][\w'’-]*){{0,2}} (?:who(?:se|['’]s)?|where|with (?:an?|the|one|no)|"
    rf"from (?:an?|the)|by the|on the|above the|behind the|opposite the|next to the){_MORE}"
)
_HAPPENED: Final = re.compile(
    r"\b(?:died|drowned|hanged|killed|murdered|arrested|sacked|deported|evicted|stabbed|shot|"
    r"sectioned|"
    r"struck off|suspended|convicted|sentenced|jailed|overdosed|divorced|widowed|remarried|"
    r"bankrupt|passed away|broke down|had a breakdown|did time|(?:sent to|been in|went to|out of|"
    r"gone to|in) (?:prison|jail|custody|rehab|hospital|borstal|a refuge|a hostel|foster care))\b"
    rf"(?: {_WORD}){{0,6}}"
)
_SPEAKS: Final = re.compile(
    r"\b(?:[Ff]irst[- ]language|speaks?|spoke|(?:mother|native) tongue(?: is| was)?) [A-Z]\w+|"
    r"\b[A-Z][a-z]+ accent\b|\b(?:practising|devout|strict|lapsed) [A-Z]\w+|"
    r"\b[A-Z]\w+(?: [A-Z]\w+)? (?:lad|lass|boy|girl|woman|man|lady|bloke|family|mum|dad)\b"
)


def descriptions(text: str) -> Iterator[Candidate]:
    """Find the clauses that describe somebody, in speech only.

    Args:
        text: a normal text; in a document nothing is found.
    """
    if not is_spoken(text):
        return
    for match in _SPEAKS.finditer(text):
        if any(part in lowered("peoples") for part in plain(match.group()).split()):
            yield Candidate(*match.span(), "feature", "people as it is told", "quasi", 0.5)
    for pattern, rule in _rules():
        for match in pattern.finditer(text):
            yield Candidate(*match.span(), "feature", rule, "quasi", 0.5)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    kin = sorted((re.escape(plain(each)) for each in table("kin")[""]), key=len, reverse=True)
    relative = re.compile(
        rf"\b(?:[Mm]y|[Yy]our|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Oo]ne['’]s|[Ww]hose) "
        rf"(?:{'|'.join(kin)})(?:,? (?:who|that))?{_VERB}\b"
        rf"(?! (?:said|like|say|saying|told)){_MORE}"
    )
    return (
        (_SET_APART, "set apart"),
        (relative, "what a relative is or does"),
        (_ILL, "illness as it is told"),
        (_FORMER, "former trade"),
        (_IS, "what somebody is"),
        (_DOES, "what somebody does"),
        (_WHICH, "which one it is"),
        (_HAPPENED, "what happened to somebody"),
        (_LIFE, "circumstances of life"),
    )
