"""Words that describe somebody: occupation, people, faith, health, family."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from consilience.text.identifiers.candidate import Candidate, Kind
from consilience.text.identifiers.clues import is_spoken
from consilience.text.identifiers.tables import group, plain, table

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’\-‑][^\W\d_]+)*")
# Greek and Latin endings of conditions, operations and their specialists: most words that end so
# are no part of everyday speech.
_CLINICAL: Final = re.compile(
    r"[a-z]{3,}(?:itis|osis|aemia|emia|pathy|ectomy|plegia|phrenia|phobia|algia|oma|opia|trophy|"
    r"dystrophy|sclerosis|plasty|rrhage|rrhoea|uria)"
)
_OF_PEOPLE: Final = re.compile(
    r" (?:nationals?|citizens?|origin|descent|nationality|ethnicity|extraction|heritage)\b"
)
_TABLES: Final[tuple[tuple[str, Kind], ...]] = (
    ("occupations", "occupation"),
    ("peoples", "people"),
    ("health", "health"),
    ("kin", "family"),
)
# Family terms and the titles of every school and court say little of who somebody is.
_SCORES: Final = {
    "nationality": 0.65,
    "ethnicity": 0.65,
    "faith": 0.6,
    "politics": 0.5,
    "orientation": 0.6,
    "conditions": 0.6,
    "common": 0.3,
    "": 0.3,
}

_Token = tuple[str, int, int]


class Entry(NamedTuple):
    """One entry of a table as a text is searched for it.

    Args:
        rest: its words after the first, in lower case.
        kind: what it describes.
        rule: the group of the table.
        score: how much it says.
        exact: its words as written where case matters: `Polish` is a people, `polish` is not.
    """

    rest: tuple[str, ...]
    kind: Kind
    rule: str
    score: float
    exact: tuple[str, ...]


@cache
def _index() -> dict[str, tuple[Entry, ...]]:
    """Return all entries by their first word, the longest first."""
    found: dict[str, list[Entry]] = {}
    for name, kind in _TABLES:
        for heading, entries in table(name).items():
            shown: Kind = "faith" if heading == "faith" else kind
            for entry in entries:
                words = tuple(_WORD.findall(entry))
                first, *rest = (plain(word) for word in words)
                exact = words if entry.lower() != entry else ()
                score = _SCORES.get(heading, 0.55)
                made = Entry(tuple(rest), shown, heading or kind, score, exact)
                found.setdefault(first, []).append(made)
    return {
        first: tuple(sorted(entries, key=lambda each: -len(each.rest)))
        for first, entries in found.items()
    }


def words(text: str) -> Iterator[Candidate]:
    """Find words of the tables, plural and possessive forms too."""
    known, everyday = _index(), group("closed", "everyday")
    roles = group("closed", "everyday roles") if is_spoken(text) else frozenset()
    tokens = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    skip = 0
    for at, (word, start, end) in enumerate(tokens):
        if at < skip:
            continue
        key = word.lower() if "’" not in word else plain(word)
        entries = known.get(key)
        if entries is None and key[-1] == "s":
            entries = known.get(_singular(key))
        if entries:
            entry = next((each for each in entries if _matches(each, tokens, at, text)), None)
            if entry is not None:
                skip = at + len(entry.rest) + 1
                last = _end(tokens[skip - 1], entry)
                if entry.kind == "people" and (more := _OF_PEOPLE.match(text, last)):
                    last = more.end()
                plainly = roles and plain(text[start:last]) in roles
                score = _SCORES["common"] if plainly else entry.score
                yield Candidate(start, last, entry.kind, entry.rule, "quasi", score)
        elif len(key) > 6 and key not in everyday and _CLINICAL.fullmatch(key):
            yield Candidate(start, end, "health", "clinical ending", "quasi", 0.6)


def _singular(word: str) -> str:
    if word.endswith(("'s", "s'")):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word.removesuffix("s")


def _matches(entry: Entry, tokens: Sequence[_Token], at: int, text: str) -> bool:
    last = at + len(entry.rest)
    if last >= len(tokens):
        return False
    for offset, wanted in enumerate(entry.rest, start=1):
        word, start, _ = tokens[at + offset]
        if start - tokens[at + offset - 1][2] != 1 or text[start - 1] == "\n":
            return False
        if wanted not in (plain(word), _singular(plain(word))):
            return False
    written = (tokens[at + offset][0] for offset in range(len(entry.exact)))
    return all(map(_same_case, entry.exact, written))


def _same_case(wanted: str, word: str) -> bool:
    if wanted.isupper() and len(wanted) > 1:
        return word.rstrip("s").isupper()
    return word[0].isupper() or not wanted[0].isupper()


def _end(token: _Token, entry: Entry) -> int:
    word, _, end = token
    own = entry.rest[-1].endswith("'s") if entry.rest else False
    return end - 2 if word.endswith(("'s", "’s")) and not own else end
