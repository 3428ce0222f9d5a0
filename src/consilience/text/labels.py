"""Is this the label of somebody who speaks, and is it a role or a name?"""

from __future__ import annotations

import functools
import re
from typing import Final

_ROLES: Final = """
    i r p q a m f s iv iver ie iee ir int inter res resp part mod fac interviewer interviewee
    interviewers respondent respondents participant participants moderator facilitator speaker
    researcher observer informant narrator male female man woman boy girl voice unknown unidentified
    all group both parent mother father carer teacher head headteacher deputy assistant principal
    school social worker practitioner manager officer lead designated safeguarding governor nurse
    doctor police student pupil child chair usher clerk witness counsel question answer person
"""
_BESIDE_ROLES: Final = "and the new first second third other several"
_SMALL: Final = "of the de du van von der den la le al bin for and & to in"
# Single words before a colon that begin a sentence more often than they name somebody.
_OPENINGS: Final = """
    so now but and then well yes no yeah ok okay first second third fourth firstly secondly thirdly
    finally one two three four five six note notes example action also again because however
    placeholder option point number that this it which like right plus meaning basically here there
    today edit update source http https
"""
_ROLE_WORDS: Final = frozenset(_ROLES.split())
_BESIDE_ROLE_WORDS: Final = frozenset(_BESIDE_ROLES.split())
_SMALL_WORDS: Final = frozenset(_SMALL.split())
_OPENING_WORDS: Final = frozenset(_OPENINGS.split())
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_TITLED: Final = re.compile(
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lady|Lord|Baroness|Rev|Sister|Judge|Cllr"
    r"|MR|MRS|MS|MISS|DR|PROFESSOR|SIR|DAME|LADY|LORD|BARONESS)\.? [A-Z]"
)
_LONGEST: Final = 6


@functools.lru_cache(maxsize=10_000)
def is_role(label: str) -> bool:
    """Return whether a label says what somebody does there, not who it is.

    Example:
        >>> is_role("R1"), is_role("INTERVIEWER"), is_role("Speaker 2"), is_role("Ann Ash")
        (True, True, True, False)
    """
    words = set(_LETTERS.findall(label.lower()))
    return bool(words & _ROLE_WORDS) and words <= _ROLE_WORDS | _BESIDE_ROLE_WORDS


def is_titled(label: str) -> bool:
    """Return whether a label is a name after a title.

    Example:
        >>> is_titled("MS SMITH"), is_titled("Ms Ward, you said")
        (True, False)
    """
    return bool(_TITLED.match(label)) and looks_a_name(label)


def looks_a_name(label: str) -> bool:
    """Return whether a label is written as names are: few words, with capitals.

    Example:
        >>> looks_a_name("Ann Ash"), looks_a_name("They are as follows"), looks_a_name("So")
        (True, False, False)
    """
    words = label.replace("(", " ").replace(")", " ").split()
    plain = " ".join(_LETTERS.findall(label.lower()))
    if "," in label or not 1 <= len(words) <= _LONGEST or plain in _OPENING_WORDS:
        return False
    return all(not word[0].islower() or word in _SMALL_WORDS for word in words)


def is_full_name(label: str) -> bool:
    """Return whether a label is two to four words that each begin with a capital.

    Example:
        >>> is_full_name("Kyla Fury"), is_full_name("Kyla")
        (True, False)
    """
    words = label.split()
    return 2 <= len(words) <= 4 and all(word[0].isupper() and word.isalpha() for word in words)
