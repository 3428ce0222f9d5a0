"""What befell somebody, as people tell it: illness, losses, days of events, headlines."""

from __future__ import annotations

import re
from typing import Final

from consilience.text.identifiers.numerals import SMALL

# Words without capitals, so that no name is swallowed, as far as the clause goes.
WORD: Final = r"(?!(?:and|but|so|because|when|if|then|or|though|although)\b)[a-z][\w'’-]*"
MORE: Final = rf"(?: {WORD}){{1,11}}"
# The same with capitals.
ANY: Final = r"(?!(?:and|but|so|because|when|if|then|or|though|although)\b)[A-Za-z][\w'’-]*"

ILL: Final = re.compile(
    r"(?:diagnosed with|suffer(?:s|ed|ing) (?:from|with)|recover(?:s|ed|ing) from|born with|"
    r"(?:lost|losing) (?:a|an|his|her|their|one) "
    r"(?=leg|arm|eye|hand|foot|sight|hearing|finger|baby)|"
    r"(?:has|had|having|have|with) (?:a|an) (?=[\w ]{0,20}(?:stroke|breakdown|transplant|condition|"
    r"syndrome|tumour|stammer|stutter|limp|scar|prosthetic|miscarriage|hysterectomy|glass eye)\b))"
    rf"(?:{WORD})?(?: {WORD}){{0,6}}"
)
OFF: Final = re.compile(
    r"(?:off(?: sick| work)?|in hospital|laid up|signed off|bad) with "
    rf"(?:his|her|their|my|an?|the) {WORD}(?: {WORD}){{0,3}}|"
    rf"[Bb]orn {ANY}(?: {ANY}){{0,5}}|[Hh]ome[- ](?:ed|educated|schooled)\b(?: {ANY}){{0,3}}"
)
ABLE: Final = re.compile(
    r"(?:[Hh]e|[Ss]he) (?:can(?:['’]t|not)|could(?:n['’]t| not)|never learned to|doesn['’]t|"
    r"didn['’]t) (?:read|write|speak|talk|hear|see|walk|swim|drive|count|tell the time)\b"
    rf"(?: {WORD}){{0,4}}"
)
LIFE: Final = re.compile(
    r"(?:adopted|fostered|in foster care|in care|home[- ]educated|home[- ]schooled|"
    r"school refus\w+|unaccompanied (?:child|minor|boy|girl)\w*|young carers?|looked[- ]after|"
    r"stateless|pregnant|non-?verbal|no speech|mixed (?:heritage|race)|dual heritage|show people|"
    r"travelling (?:family|people)|asylum[- ]seek\w+|special guardianship)\b"
    r"(?: (?:at|from|since|until|by|in) \w+(?: \w+)?)?"
)
HAPPENED: Final = re.compile(
    r"(?:died|drowned|hanged|killed|murdered|arrested|sacked|deported|evicted|stabbed|shot|"
    r"sectioned|struck off|suspended|convicted|sentenced|jailed|overdosed|divorced|widowed|"
    r"remarried|bankrupt|passed away|broke down|had a breakdown|did time|(?:sent to|been in|"
    r"went to|out of|gone to|in) (?:prison|jail|custody|rehab|hospital|borstal|a refuge|a hostel|"
    rf"foster care))\b(?: {WORD}){{0,6}}|"
    r"lost (?:both|his|her|their|my|the) (?:parents?|mum|mam|dad|mother|father|brother|sister|son|"
    rf"daughter|wife|husband|baby|twin|sight|hearing|job|licence|house)\b(?: {ANY}){{0,6}}|"
    rf"(?:got|did|served|doing|done) (?:{SMALL}|\d\d?|life)(?: (?:years?|months?|tours?)\b)?"
    rf"(?: (?:for|in) {ANY}(?: {ANY}){{0,4}})"
)
# Whom a date is of: the day of the funeral, the week that the mill burned.
DAY_OF: Final = re.compile(
    r"[Tt]h(?:e|at) (?:very |same )?(?:day|night|week|weekend|morning|afternoon|evening|eve|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|month|summer|winter|spring|autumn|year) "
    r"(?:of (?:the|my|his|her|our|their)|(?:that |when )?(?:we|he|she|they|I|the|my|his|her)|"
    rf"before|after)\b(?: {ANY}){{1,7}}"
)
SINCE: Final = re.compile(
    r"(?:left|started|joined|qualified|married|retired|came(?: over| here)?|moved(?: here)?|"
    r"arrived|opened|closed|died|lost|going into|back|widowed|adopted|divorced) "
    r"(?:in|on|at|since|into) (?:the )?(?:[A-Z]\w+ )?(?:of )?"
    r"(?:\d{4}|nineteen|twenty|two thousand)[\w -]{0,18}"
)
# What was written of it, in its very words, can be looked up.
HEADLINE: Final = re.compile(r"[\"“][^\"”\n]{8,80}[\"”]")
MEDIA: Final = re.compile(
    r"\b(?:papers?|news|headline|telly|television|online|views|post|posted|video|facebook|"
    r"front page|article|on the web|report)\b",
    re.IGNORECASE,
)
