"""What in this text could name a person? All rules over one text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from consilience.text.composed import composed
from consilience.text.identifiers.ages import ages
from consilience.text.identifiers.candidate import Candidate, layers, settled, united
from consilience.text.identifiers.clues import clues, is_spoken
from consilience.text.identifiers.codes import codes
from consilience.text.identifiers.dates import dates
from consilience.text.identifiers.descriptions import descriptions
from consilience.text.identifiers.names import names
from consilience.text.identifiers.phrases import phrases
from consilience.text.identifiers.quantities import quantities
from consilience.text.identifiers.tables import Lexicon
from consilience.text.identifiers.windows import digit_windows, windows
from consilience.text.identifiers.words import words

# What somebody put there instead of a name, or a note of the transcriber: [School A], [laughs].
BRACKETS: Final = re.compile(r"\[[^\[\]\n]{1,120}\]")
_NO_LEXICON: Final = Lexicon()
# How transcribers call people by their part in the talk: I, R1, P 2, Interviewer, Speaker 3.
_ROLE_LABEL: Final = re.compile(
    r"^[*_]{0,2}(?:\[?\d\d?:\d\d(?::\d\d)?\]?[ \t]+)?(?P<label>(?:[A-Za-z]{1,3}[ ]?\d{1,2}|[A-Z]|"
    r"(?:interviewe[er]|respondent|participant|speaker|moderator|facilitator|researcher|voice|"
    r"parent|"
    r"carer|child|pupil|student|young person|yp|teacher|head|head ?teacher|governor|director|"
    r"manager|"
    r"worker|social worker|caller|chair|nurse|officer|hos|dsl)s?"
    r"(?:[ _]?\d{1,2})?))(?=[ \t]*(?:[(\[][^()\[\]:\n]{1,40}[)\]][ \t]*)?:)",
    re.MULTILINE | re.IGNORECASE,
)
# The study's own number of a talk or a person, in the header: Interview: S01.
_OWN_NUMBER: Final = re.compile(
    r"^(?:interview|transcript|recording|participant|interviewee|respondent|group|case|id|number)"
    r"[ \w]{0,12}:[ \t]*(?P<label>[A-Z]{0,4}[ -]?\d{1,4}[a-z]?)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# Even within brackets these name somebody: [Mrs Archer leaves the room].
_SURE: Final = frozenset(("title", "e-mail", "phone", "NI number", "postcode", "day in figures"))


def find_identifiers(text: str, lexicon: Lexicon = _NO_LEXICON) -> list[Candidate]:
    """Return what in a text could name a person, in order of the text.

    Args:
        text: a normal text, composed or not. What stands in [brackets] is a replacement or a
            note, and is left alone unless it surely names somebody.
        lexicon: names that the study brings along.

    Returns:
        Candidates of any score; those from `MARKED` (0.5) on are marked for masking, the others
        shown to a person. They do not overlap, but that a clue is a whole sentence and a feature
        a part of one, and both lie over the names that stand in them.

    Example:
        >>> text = "Mrs Archer came to [School A] on 3 May 2017."
        >>> [(text[each.start : each.end], each.kind) for each in find_identifiers(text)]
        [('Mrs Archer', 'person'), ('3 May 2017', 'date')]
    """
    if text.isascii():
        return _found_in(text, lexicon)
    same = composed(text)
    spans = ((each, same.span(each.start, each.end)) for each in _found_in(same.text, lexicon))
    return [each._replace(start=start, end=end) for each, (start, end) in spans]


def _found_in(text: str, lexicon: Lexicon) -> list[Candidate]:
    found = _outside_brackets(text, all_candidates(text, lexicon), lexicon.replacements)
    found = _outside_labels(text, found)
    names, features, clauses = layers(found)
    told = settled(names)
    spans = {(each.start, each.end) for each in told}
    over = (*united(text, features), *united(text, clauses))
    return sorted([*told, *(each for each in over if (each.start, each.end) not in spans)])


def all_candidates(text: str, lexicon: Lexicon = _NO_LEXICON) -> list[Candidate]:
    """Return what every rule finds, in the order of the rules; candidates may overlap."""
    near = windows(text)
    digits = digit_windows(text)
    found = [
        *codes(text, digits, near),
        *dates(text, digits, near),
        *ages(text, near),
        *quantities(text, near),
        *words(text),
        *descriptions(text),
        *names(text, lexicon),
    ]
    if is_spoken(text):
        found += phrases(text, list(found))
    return [*found, *clues(text, found)]


def _outside_labels(text: str, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Leave out labels such as R1, which are there so as not to name anybody, also in speech."""
    spans = sorted(
        match.span("label")
        for pattern in (_ROLE_LABEL, _OWN_NUMBER)
        for match in pattern.finditer(text)
    )
    starts = [start for start, _ in spans]
    numbered = {text[start:end] for start, end in spans if text[end - 1].isdigit()}

    def inside(each: Candidate) -> bool:
        at = bisect_right(starts, each.start) - 1
        spoken_of = each.kind == "name" and text[each.start : each.end] in numbered
        return spoken_of or (at >= 0 and each.end <= spans[at][1])

    return [each for each in found if not inside(each)]


def _outside_brackets(
    text: str, found: Sequence[Candidate], replacements: frozenset[str]
) -> Sequence[Candidate]:
    spans = [match.span() for match in BRACKETS.finditer(text)]
    if not spans:
        return found
    closed = bytearray(len(text))
    for start, end in spans:
        known = text[start:end] in replacements
        closed[start:end] = (b"\x02" if known else b"\x01") * (end - start)
    return [
        each
        for each in found
        if each.kind in ("clue", "feature")
        or not (inside := max(closed[each.start : each.end], default=0))
        or (inside == 1 and each.rule in _SURE)
    ]
