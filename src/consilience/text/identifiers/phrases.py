"""The phrase around a word that was found: the whole role, the whole place, not only its head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from consilience.text.identifiers.candidate import MARKED, Candidate
from consilience.text.identifiers.tables import group, plain

_WORD_BEFORE: Final = re.compile(r"([^\W\d_][\w'’-]*) $")
_WORD_AFTER: Final = re.compile(r" ([^\W_][\w'’&-]*)")
_LINK: Final = re.compile(
    r" (?:of|for|in|at|on|to|from|with|turned) (?:the |an? |our |his |her |their |my )?"
)
_SURE_LINK: Final = re.compile(r" (?:of|for) ")
_AND: Final = re.compile(r" (?:and|or) (?=[a-z])")
# What a place, a school, a street is named to say of: the old police house on <Church Street>.
_SMALL_WORD: Final = (
    r"(?:in|on|at|of|near|by|off|behind|opposite|above|outside|from|over|between|across|past|round)"
)
_LED: Final = re.compile(rf" {_SMALL_WORD} (?:the )?$")
_OF_PLACE: Final = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Oo]ne of the|[Oo]ur|[Mm]y|[Hh]is|[Hh]er|[Tt]heir)"
    r"(?: (?!(?:and|but|so|because)\b)[a-z][\w'’-]*){1,4} "
    rf"{_SMALL_WORD} (?:the )?$|\b[a-z]{{4,}} (?:at|in) the $"
)
_NEAR: Final = re.compile(
    r",? (?:near|just outside|outside|just off|off|up by|over by) [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*"
)
# Who somebody is beside the name: a lady called <Mrs Ash>, young lass, <Beth>, <Jo> at the council.
_CALLED: Final = re.compile(
    r"\b(?:(?:[Aa]n?|[Tt]he|[Ss]ome|[Tt]his) (?:[a-z][\w'’-]* ){1,3}(?:called|named|"
    r"by the name of)|"
    r"(?:[Yy]oung|[Ll]ittle) [a-z]+,) $"
)
_AT: Final = re.compile(r" (?:at|from|off|in) the (?=[a-z])")
_OF: Final = re.compile(r" (?:from|at) [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_REACH: Final = 70
_MODIFIERS: Final = 4
_NOUNS: Final = 3
_LINKED: Final = 4
_DESCRIBING: Final = frozenset(("occupation", "people", "faith", "health"))
_WHERE: Final = frozenset(("place", "address", "school", "organisation", "authority", "name"))


def phrases(text: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Find the phrases that describing words and names of places are the heads of.

    Args:
        text: a normal text that is speech.
        found: what other rules found, of any score: a role that says nothing alone, a nurse, says
            something with what it is for.
    """
    for each in found:
        if each.kind in _DESCRIBING and not _is_surname(text, each):
            start, end = _opened(text, each.start), _closed(text, each)
            # A class teacher is one of many; a teacher of the harp is one.
            least = 0 if each.score >= MARKED else 1
            if end > each.end or text.count(" ", start, each.start) > least:
                yield Candidate(start, end, "feature", f"{each.kind} in full", "quasi", 0.5)
        elif each.kind == "person" and each.score >= MARKED:
            yield from _introduced(text, each)
        elif each.kind in _WHERE and each.score >= MARKED:
            led = _LED.search(text, max(0, each.start - 14), each.start)
            before = led and _OF_PLACE.search(text, max(0, each.start - _REACH), each.start)
            after = _NEAR.match(text, each.end)
            if before or after:
                start = before.start() if before else each.start
                end = after.end() if after else each.end
                yield Candidate(start, end, "feature", "what is where", "quasi", 0.5)


def _introduced(text: str, found: Candidate) -> Iterator[Candidate]:
    before = None
    if text[found.start - 2 : found.start] in ("d ", "f ", ", "):
        before = _CALLED.search(text, max(0, found.start - _REACH), found.start)
    start, end = before.start() if before else found.start, found.end
    if work := _OF.match(text, end):
        end = work.end()
    elif where := _AT.match(text, end):
        end = max(end, _nouns(text, where.end() - 1, 2))
    if (start, end) != (found.start, found.end):
        yield Candidate(start, end, "feature", "who is called so", "quasi", 0.5)


def _is_surname(text: str, found: Candidate) -> bool:
    """Return whether a role with a capital follows a word with a capital: Derek Baker."""
    before = _WORD_BEFORE.search(text, max(0, found.start - 30), found.start)
    role = found.kind == "occupation" and text[found.start].isupper()
    return role and before is not None and before.group(1)[0].isupper()


@cache
def _ends() -> frozenset[str]:
    return group("closed", "ends a phrase")


def _opened(text: str, start: int) -> int:
    for _ in range(_MODIFIERS):
        before = _WORD_BEFORE.search(text, max(0, start - 30), start)
        if before is None or _ends_before(plain(before.group(1))):
            break
        start = before.start()
    return start


def _ends_before(word: str) -> bool:
    """Return whether a word opens no phrase: those that do something do not describe somebody."""
    return word in _ends() or (word.endswith("ing") and word not in group("closed", "of a trade"))


def _closed(text: str, found: Candidate) -> int:
    # After a role stands a verb as often as a noun: the TA reads.
    end = _nouns(text, found.end, 0 if found.kind == "occupation" else _NOUNS)
    for _ in range(2):
        link = _LINK.match(text, end)
        if link is None:
            break
        further = _nouns(text, link.end() - 1, _LINKED)
        if further < link.end() or not _says(text, link, further, found):
            break
        end = further
        if (both := _AND.match(text, end)) and (more := _nouns(text, both.end() - 1, 2)):
            end = max(end, more if more > both.end() else end)
    return end


def _says(text: str, link: re.Match[str], end: int, found: Candidate) -> bool:
    """Return whether a complement tells: of nurses and heads only with a name, or of what."""
    if found.score >= MARKED or _SURE_LINK.match(link.group()):
        return True
    return any(letter.isupper() for letter in text[link.end() : end])


def _nouns(text: str, end: int, most: int) -> int:
    for _ in range(most):
        after = _WORD_AFTER.match(text, end)
        if after is None or plain(after.group(1)) in _ends():
            break
        end = after.end()
    return end
