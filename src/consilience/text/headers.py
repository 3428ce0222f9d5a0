"""What stands in the block at the top of a transcript: date, interviewer, participant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# Lines looked at from the top.
_DEPTH: Final = 40
# More words than a value has; what is longer is speech.
_LONGEST_VALUE: Final = 12
_FIELD: Final = re.compile(
    r"[ \t]*(?:[*_]{2})?(?P<key>[^\W\d_][\w '’/()-]{0,48}?)(?:[*_]{2})?[ \t]*"
    r"(?:[:：](?:[*_]{2})?[ \t]*|\t+)(?P<value>.*?)[ \t]*$"
)
# The words for a field that nobody is called by, and the one name under which it is kept.
_PLAIN: Final = {
    "date": ("date", "date of interview", "interview date", "date of recording", "recorded"),
    "time": ("time", "start time", "time of interview"),
    "place": ("place", "location", "venue", "place of interview", "setting"),
    "duration": ("duration", "length", "length of interview", "interview length"),
    "id": ("id", "interview id", "interview number", "interview", "interview no", "reference",
           "ref", "participant id", "respondent id", "interviewee id", "identifier"),
    "study": ("study", "study title", "study name", "project", "project title", "title"),
    "transcriber": ("transcriber", "transcribed by", "transcription by", "typed by"),
    "transcribed": ("transcribed", "date transcribed", "date of transcription"),
    "recording": ("recording", "file", "file name", "filename", "audio", "audio file"),
    "mode": ("mode", "method", "mode of interview", "interview mode"),
    "language": ("language",),
    "depositor": ("depositor", "depositor name", "principal investigator"),
    "pseudonym": ("pseudonym", "interviewee pseudonym", "participant pseudonym"),
    "role": ("role", "job title", "post", "occupation", "position", "professional role",
             "interviewee role"),
    "organisation": ("organisation", "organization", "school", "local authority", "agency",
                     "authority", "employer"),
    "age": ("age",),
    "gender": ("gender", "sex"),
    "region": ("region", "geographic region", "area"),
    "present": ("present", "attendees", "also present"),
    "people": ("people", "number of people"),
    "access": ("access", "access level"),
    "notes": ("notes", "note", "comments", "information", "information about interviewee"),
}  # fmt: skip
# Fields that may as well be the label of somebody who speaks.
_SPEAKING: Final = {
    "interviewer": ("interviewer", "interviewer name", "interviewed by", "researcher", "moderator",
                    "facilitator", "interviewers"),
    "participant": ("participant", "participants", "interviewee", "respondent", "interviewees",
                    "respondents", "informant", "name", "speakers", "participant name"),
}  # fmt: skip
_KEYS: Final = {word: key for key, words in (_PLAIN | _SPEAKING).items() for word in words}
_SPEECH: Final = re.compile(r"[.?!…]['\"”’]?$|\?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The block at the top of a transcript.

    Args:
        fields: name of each field to its value as written.
        end: code point at which the block ends, 0 where there is none.
    """

    fields: Mapping[str, str]
    end: int


def read_header(text: str) -> Header:
    r"""Return the fields at the top of a transcript.

    Lines such as `Date: 3 May 2018`, also with a tab for the colon, as a table of two columns is
    read; titles and blank lines may stand between. `Interviewer: ...` is a field only where
    another field stands beside it and the rest of the line is no speech.

    Args:
        text: a normal text.

    Example:
        >>> read_header("Interview 7\nDate: 3 May 2018\nInterviewer: AB\n\nI: Hello.\n").fields
        {'date': '3 May 2018', 'interviewer': 'AB'}
    """
    found: list[tuple[str, str, int]] = []
    at, blank = 0, False
    for line in text.split("\n", _DEPTH)[:_DEPTH]:
        end = at + len(line)
        field = _field(line)
        if field:
            found.append((*field, end))
        elif line.strip() and ((found and blank) or not _is_title(line)):
            break
        blank = not line.strip()
        at = end + 1
    if not any(key not in _SPEAKING for key, _, _ in found):
        return Header(fields={}, end=0)
    fields: dict[str, str] = {}
    for key, value, _ in found:
        fields[key] = f"{fields[key]}; {value}" if fields.get(key) else value
    return Header(fields=fields, end=found[-1][2])


def _field(line: str) -> tuple[str, str] | None:
    match = _FIELD.match(line)
    key = _KEYS.get(" ".join(match["key"].lower().split())) if match else None
    if match is None or key is None:
        return None
    value = match["value"].strip()
    said = _SPEECH.search(value) or len(value.split()) > _LONGEST_VALUE
    return None if said and key in _SPEAKING else (key, value)


def _is_title(line: str) -> bool:
    bare = line.strip()
    return len(bare) <= 120 and ":" not in bare and not _SPEECH.search(bare)
