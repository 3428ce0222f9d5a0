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
_SMALL: Final = """
    of the for and & to in
    ap ab ferch verch merch y yr mac mc nic ni ní an na ó o
    de del della dei di da do dos das du des la le les los las
    van von vom den der ten ter te zu zum zur af av al el bin bint ibn ben abu
"""
# Single words before a colon that begin a sentence more often than they name somebody.
_OPENINGS: Final = """
    so now but and then well yes no yeah ok okay first second third fourth firstly secondly thirdly
    finally one two three four five six note notes example action also again because however
    placeholder option point number that this it which like right plus meaning basically here there
    today edit update source http https
"""
# Words of forms, lists, mails and notes: what stands after them is filled in, not said.
_HEADINGS: Final = """
    aim aims method methods methodology result results conclusion conclusions background
    introduction discussion finding findings key main recommendation recommendations action actions
    objective objectives purpose outcome outcomes summary abstract keywords context overview
    step steps tip tips hint note notes comment comments warning important item items task tasks
    exercise date dates event events time place location venue duration title topic theme
    from to subject cc bcc sent re attachment attachments email phone tel fax address website
    observation observations reflection reflections memo quote category status version reference
    references figure table chapter section appendix strengths weaknesses opportunities threats pros
    cons monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri
"""
_NUMBERED: Final = "day week month year page phase round wave session"
# Before a time or a place these begin a sentence; `on`, `in` and `to` may also begin a name.
_BEFORE_PLACES: Final = "at by from for with after before during since until"
_ALONE: Final = "on in to of"
_DIRECTIONS: Final = """
    laughs laugh laughter sighs sigh cries whispers shouts pauses pause coughs cough nods smiles
    interrupts interjects gestures inaudible unclear crosstalk aside softly quietly loudly continued
    cont off-mic via over on by to
"""
_ROLE_WORDS: Final = frozenset(_ROLES.split())
_BESIDE_ROLE_WORDS: Final = frozenset(_BESIDE_ROLES.split())
_SMALL_WORDS: Final = frozenset(_SMALL.split())
_OPENING_WORDS: Final = frozenset(_OPENINGS.split())
_HEADING_WORDS: Final = frozenset(_HEADINGS.split())
_NUMBERED_WORDS: Final = _HEADING_WORDS | frozenset(_NUMBERED.split())
_PLACING_WORDS: Final = frozenset(_BEFORE_PLACES.split())
_LONE_WORDS: Final = frozenset(_ALONE.split())
_DIRECTION_WORDS: Final = frozenset(_DIRECTIONS.split())
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_TITLED: Final = re.compile(
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lady|Lord|Baroness|Rev|Sister|Judge|Cllr"
    r"|MR|MRS|MS|MISS|DR|PROFESSOR|SIR|DAME|LADY|LORD|BARONESS)\.? [A-Z]"
)
# `d'Arcy`, `al-Sayed`, `ap-Rhys`: small before a capital.
_JOINED: Final = re.compile(r"(?:d|l|o|al|el|ap|ab|de|van)['‘’-][^\W\d_a-z]")
_LAST_FIRST: Final = re.compile(r"[^\W\d_a-z][\w'‘’-]+, [^\W\d_a-z][\w'‘’-]+")
_BRACKETED: Final = re.compile(r"[(\[]+[^()\[\]]*[)\]]+")
_BRACKETS: Final = re.compile(r"[()\[\]]")
_BESIDE: Final = re.compile(r"[ \t]*[(\[](?P<beside>[^()\[\]]*)[)\]][ \t]*$")
_TWICE: Final = re.compile(r"\[(\[[^\[\]]*\])\]")
_NAME_WORD: Final = re.compile(r"[^\W\d_]+(?:['‘’-][^\W\d_]+)*\.?")
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
    return bool(_TITLED.match(label.lstrip("["))) and looks_a_name(label)


def spoken_label(label: str) -> str:
    """Return a label without what is done beside speaking; a replacement keeps its brackets.

    Example:
        >>> spoken_label("[Person 1] (laughs)"), spoken_label("P1 [crying]")
        ('[Person 1]', 'P1')
        >>> spoken_label("[[Head 1]]"), spoken_label("Ann (she/her)"), spoken_label("[Ann")
        ('[Head 1]', 'Ann (she/her)', 'Ann')
    """
    label = _TWICE.sub(r"\1", " ".join(label.split()))
    beside = _BESIDE.search(label)
    while beside and beside.start() and is_direction(beside["beside"]):
        label = label[: beside.start()]
        beside = _BESIDE.search(label)
    if label.count("[") != label.count("]"):
        label = label.strip("[]")
    return label


def is_direction(beside: str) -> bool:
    """Return whether what stands beside a label says what is done or how, not who it is.

    Example:
        >>> is_direction("laughs"), is_direction("crying"), is_direction("King")
        (True, True, False)
    """
    first = next(iter(beside.split()), "")
    # `(King)` is a name.
    return first.lower() in _DIRECTION_WORDS or (first.islower() and first.endswith("ing"))


def bare_label(label: str) -> str:
    """Return a label without what stands beside it in brackets, if anything is left.

    Example:
        >>> bare_label("P1 ([Person 3])"), bare_label("Tom (laughs)"), bare_label("[Head 1]")
        ('P1', 'Tom', '[Head 1]')
    """
    return " ".join(_BRACKETED.sub(" ", label).split()) or label


def looks_a_name(label: str) -> bool:
    """Return whether a label is written as names are: few words, with capitals.

    Example:
        >>> looks_a_name("Ann Ash"), looks_a_name("They are as follows"), looks_a_name("So")
        (True, False, False)
        >>> looks_a_name("Tomos ap Rhys"), looks_a_name("Jones, Ann"), looks_a_name("Ann (she)")
        (True, True, True)
    """
    words = _BRACKETS.sub(" ", bare_label(label)).split()
    if not 1 <= len(words) <= _LONGEST or is_opening(label):
        return False
    if "," in label and not (_LAST_FIRST.fullmatch(" ".join(words)) and not is_opening(words[0])):
        return False
    capitals = [word for word in words if word not in _SMALL_WORDS]
    return bool(capitals) and all(not word[0].islower() or _JOINED.match(word) for word in capitals)


def is_opening(label: str) -> bool:
    """Return whether a label begins a sentence, a list or a field, and names nobody.

    Example:
        >>> is_opening("So"), is_opening("Step 2"), is_opening("At"), is_opening("Ann")
        (True, True, True, False)
    """
    words = _LETTERS.findall(label.lower())
    return bool(words) and (
        " ".join(words) in _OPENING_WORDS | _LONE_WORDS
        or words[0] in _PLACING_WORDS
        or (_NUMBERED_WORDS if label[-1].isdigit() else _HEADING_WORDS).issuperset(words)
    )


def is_full_name(label: str) -> bool:
    """Return whether a label is a name of two to five words, of which at least two have capitals.

    Example:
        >>> is_full_name("Kyla Fury"), is_full_name("Tomos ap Rhys"), is_full_name("Kyla")
        (True, True, False)
    """
    words = bare_label(label).strip("[]").split()
    named = sum(word[0].isupper() for word in words)
    return (
        2 <= len(words) <= 5 and named >= 2 and looks_a_name(label)
        and all(_NAME_WORD.fullmatch(word) for word in words)
    )  # fmt: skip
