"""Who says what where, as the sidecar of an exchange file carries it: exactly, and small.

REFI-QDA has no place for turns. They are one string a text, not a list: a project has hundreds of
thousands, and as Python's numbers they would need ten times the room.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from consilience.interviews.model import Turn
from consilience.text.normal import text_hash

_NONE: Final = "-"
_FEW, _MANY = 4, 6


def turns_row(turns: Sequence[Turn]) -> dict[str, Any]:
    """Return the turns of a text for the sidecar.

    Returns:
        Who speaks, and one line of rows: number of the speaker, start, said, end, and times if
        they are known; `-` is what is not.

    Example:
        >>> turns_row([Turn("I", 0, 3, 9), Turn(None, 10, 10, 12, 1.5)])
        {'speakers': ['I'], 'rows': '0,0,3,9;-,10,10,12,1.5,-'}
    """
    speakers = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker is not None))
    numbers = {speaker: str(number) for number, speaker in enumerate(speakers)}
    return {"speakers": speakers, "rows": ";".join(_row(turn, numbers) for turn in turns)}


def _row(turn: Turn, numbers: Mapping[str, str]) -> str:
    speaker = _NONE if turn.speaker is None else numbers[turn.speaker]
    places = f"{speaker},{turn.start},{turn.said},{turn.end}"
    if turn.t0 is None and turn.t1 is None:
        return places
    times = (_NONE if time is None else repr(float(time)) for time in (turn.t0, turn.t1))
    return f"{places},{','.join(times)}"


def turns_in_row(row: Mapping[str, Any] | None) -> int:
    """Return how many turns a row has that `turns_row` made; 0 for none."""
    return 0 if not row or not row["rows"] else int(row["rows"].count(";")) + 1


def turns_told(known: Mapping[str, Any], content: bytes) -> tuple[Turn, ...] | None:
    """Return the turns that the sidecar has of a text; None if it has none of these very words.

    Args:
        known: what it knows of the text: `turns`, and the hash of its words in `sha256`.
        content: the text as it came, in UTF-8.

    Returns:
        None too if what it has is not of the right form: another hand was there.

    Example:
        >>> known = {"sha256": text_hash("I: Yes."), "turns": turns_row([Turn("I", 0, 3, 7)])}
        >>> turns_told(known, b"I: Yes."), turns_told(known, b"I: No..")
        ((Turn(speaker='I', start=0, said=3, end=7, t0=None, t1=None),), None)
    """
    row = known.get("turns")
    if not isinstance(row, Mapping):
        return None
    text = content.decode()
    if known.get("sha256") != text_hash(text):
        return None
    speakers, rows = row.get("speakers"), row.get("rows")
    if not isinstance(speakers, list) or not isinstance(rows, str):
        return None
    if not all(isinstance(each, str) for each in speakers):
        return None
    try:
        turns = tuple(_turn(each.split(","), speakers) for each in rows.split(";") if each)
    except (ValueError, IndexError):
        return None
    ends = [0, *(turn.end for turn in turns)]
    whole = all(
        end <= turn.start <= turn.said <= turn.end
        for end, turn in zip(ends, turns, strict=False)
    )  # fmt: skip
    return turns if whole and ends[-1] <= len(text) else None


def _turn(parts: Sequence[str], speakers: Sequence[str]) -> Turn:
    """Return a turn.

    Raises:
        ValueError: if it is none.
        IndexError: if there is no such speaker.
    """
    if len(parts) not in (_FEW, _MANY):
        raise ValueError(len(parts))
    speaker = None if parts[0] == _NONE else speakers[_whole(parts[0])]
    start, said, end = map(_whole, parts[1:_FEW])
    t0, t1 = map(_time, parts[_FEW:] or (_NONE, _NONE))
    return Turn(speaker, start, said, end, t0, t1)


def _whole(part: str) -> int:
    if not part.isascii() or not part.isdigit():
        raise ValueError(part)
    return int(part)


def _time(part: str) -> float | None:
    time = None if part == _NONE else float(part)
    if time is not None and not (math.isfinite(time) and time >= 0):
        raise ValueError(part)
    return time
