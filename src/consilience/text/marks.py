"""Where do turns begin? The ways in which people, recorders and meeting programs mark them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from consilience.text.labels import (
    bare_label,
    is_full_name,
    is_opening,
    is_role,
    is_titled,
    looks_a_name,
    spoken_label,
)


class Mark(NamedTuple):
    """Where a turn begins.

    Args:
        label: who speaks, None where only a time stands.
        start: code point of the mark.
        said: code point of what is said.
        t0: seconds from the start of the recording, None if not told.
        t1: seconds at its end, None if not told.
    """

    label: str | None
    start: int
    said: int
    t0: float | None = None
    t1: float | None = None


class Missed(NamedTuple):
    """What looks like a label, comes again and was read as words.

    Args:
        label: as it stands first.
        times: how often it comes.
        start: code point of the first.
    """

    label: str
    times: int
    start: int


CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,-]\d{1,3})?"
TIME: Final = rf"[\[(<#]?{CLOCK}[\])>#]?"
# Meeting programs write 0:0:5.100.
_LOOSE: Final = r"\d{1,2}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
_NAME: Final = r"[^\W\d_][\w .,'‘’/&()\[\]-]{0,58}?"
# What stands for a name keeps its brackets: [Head 1].
_LABEL: Final = rf"\[{{0,2}}{_NAME}\]?"
_BOLD: Final = r"(?:[*_]{1,2})?"
# Captions for the deaf begin a new voice with a dash or arrows.
_NEW: Final = r"(?:(?:-|–|>>)[ \t]*)?"
# After the colon a space or a capital: not the colon of 10:30 or of an address.
# The look ahead sorts most lines out at once: labels are short.
_COLON: Final = re.compile(
    rf"^(?=[^\n:：]{{1,60}}[:：])[ \t]*{_NEW}{_BOLD}(?:(?P<before>{TIME})[ \t]*[-–]?[ \t]*)?{_BOLD}"
    rf"(?P<label>{_LABEL})"
    rf"[ \t]*(?P<after>{TIME})?[ \t]*{_BOLD}[:：]{_BOLD}"
    rf"(?:[ \t]+(?P<last>{TIME})(?=\s))?(?=[\s\[(\"“‘'*_]|[A-Z]|$)[ \t]*\n?[ \t]*",
    re.MULTILINE,
)
_VOICE: Final = re.compile(r"^<v(?:\.[\w.]+)?[ \t]+(?P<label>[^>\n]+)>[ \t]*", re.MULTILINE)
_QUESTION: Final = re.compile(r"^[ \t]*(?P<label>[QA])\.[ \t]+", re.MULTILINE)
# A row of a table: a number or time may stand before the label, a time after it.
_TABBED: Final = re.compile(
    rf"^[ \t]*(?:(?:(?P<before>{TIME})|\d{{1,4}}\.?)[ ]*\t[ ]*)?(?P<label>{_LABEL})[ ]*\t"
    rf"(?:[ ]*(?P<after>{TIME})[ ]*\t)?[ \t]*(?=[^\n]*[^\W\d_])",
    re.MULTILINE,
)
_HEAD_ROW: Final = re.compile(
    r"(?:\w+\t)?(?:speakers?|who|name|person|participant|role|label)\t(?:\w+\t)?"
    r"(?:words?|text|speech|said|what was said|transcript(?:ion)?|utterance|dialogue|content)",
    re.IGNORECASE,
)
# Teams, Otter and Zoom: a name and a time on a line of their own, or each on one.
_NAME_TIME: Final = re.compile(
    rf"^(?=[^\n]{{1,70}}$)[ \t]*{_BOLD}(?P<label>{_LABEL}){_BOLD}"
    rf"(?:[ \t]+|[ \t]*\n[ \t]*)(?P<after>{TIME})[ \t]*\n[ \t]*",
    re.MULTILINE,
)
# Word: the time first.
_TIME_NAME: Final = re.compile(
    rf"^(?=[^\n]{{1,70}}$)[ \t]*(?P<before>{TIME})[ \t]+{_BOLD}(?P<label>{_LABEL}){_BOLD}"
    r"[ \t]*\n[ \t]*(?=\S)",
    re.MULTILINE,
)
# Teams as it was, and captions pasted into a document.
_ARROW_NAME: Final = re.compile(
    rf"^[ \t]*(?P<before>{_LOOSE})[ \t]*-->[ \t]*(?P<t1>{_LOOSE})[ \t]*\n"
    rf"(?=[^\n]{{1,60}}$)[ \t]*(?P<label>{_LABEL})[ \t]*\n[ \t]*(?=\S)",
    re.MULTILINE,
)
_ARROW: Final = re.compile(
    rf"^[ \t]*\[?(?P<t0>{_LOOSE})[ \t]*-->[ \t]*(?P<t1>{_LOOSE})\]?[ \t]*\n?[ \t]*", re.MULTILINE
)
_STAMP: Final = re.compile(rf"^[ \t]*\[(?P<t0>{CLOCK})\][ \t]*(?=\S)", re.MULTILINE)
_TIME_FIRST: Final = re.compile(rf"^[ \t]*{TIME}[ \t]+\S", re.MULTILINE)
# Programs that tell voices apart.
_NUMBERED: Final = re.compile(
    rf"^[ \t]*(?:\[?(?P<before>{_LOOSE})(?:[ \t]*-->[ \t]*(?P<t1>{_LOOSE}))?\]?[ \t]*)?"
    r"\[(?P<label>SPEAKER[_ ]\d+)\][ \t]+(?=\S)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME_LINE: Final = re.compile(
    rf"^(?=[^\n]{{1,60}}$)(?:(?<=\n\n)|\A)[ \t]*{_BOLD}(?P<label>{_NAME}){_BOLD}"
    r"[ \t]*\n(?=[ \t]*\S)[ \t]*",
    re.MULTILINE,
)
_ANY_LINE: Final = re.compile(
    rf"^(?=[^\n]{{1,60}}$)[ \t]*{_BOLD}(?P<label>{_NAME}){_BOLD}[ \t]*\n(?=[ \t]*\S)[ \t]*",
    re.MULTILINE,
)
_STARS: Final = re.compile(
    rf"^[ \t]*\*\*(?P<label>{_LABEL}):?\*\*(?:[ \t]+(?P<after>{TIME})(?=\s))?[ \t]*\n?[ \t]*(?=\S)",
    re.MULTILINE,
)
# Zoom puts every name in brackets; a number or letter shows that one stands for a name.
_BRACKETED: Final = re.compile(r"\[([^\[\]]*[^\W\d_]{2,})\]")
_LINE: Final = re.compile(r"^.*\S", re.MULTILINE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE: Final = re.compile(r"[.?!…。！？।؟]['\"”’)\]*_]*[ \t]*$")
_TIME_ALONE: Final = re.compile(r"^[^\n]{0,60}\d:\d\d?(?:[.,]\d+)?[\])>#]?[ \t]*$", re.MULTILINE)
_TIME_AHEAD: Final = re.compile(r"^[ \t]*[\[(<#]?\d{1,2}:\d", re.MULTILINE)
_GAP: Final = re.compile(r"[ \t]*:?[ \t]*\n?[ \t]*")

# No more marks than this make a text short.
_FEW: Final = 20
# Labels with a colon at least once in so many characters: lines of names are not looked for.
_FREQUENT: Final = 2_000
# The share of times that have a name where names stand beside times.
_MOST: Final = 0.8
# Words in the middle line of a talk that is written down without sentence marks.
_SPOKEN: Final = 4
# More words than a label has that no capital shows to be a name.
_SHORT: Final = 3


def marks_of(
    text: str, after: int, *, bold: Sequence[tuple[int, int]] = (), captions: bool = False
) -> tuple[list[Mark], list[Missed]]:
    """Return where turns begin, by the way of marking that the text uses most, and what it missed.

    Args:
        text: a normal text.
        after: code point at which its header ends.
        bold: stretches in bold at the start of paragraphs, where that is known.
        captions: whether each line is a caption, so that one full name is believed.
    """
    voices = list(_named(_VOICE, text, after)) if "<v" in text else []
    if voices:
        return voices, []
    colons = list(_named(_COLON, text, after))
    ways = [_trusted(colons, text, alone=captions)]
    others: list[Mark] = []
    if _TIME_ALONE.search(text, after):
        others += _named(_NAME_TIME, text, after)
        ways.append(_timed_names(others))
    ways += _lines_after_times(text, after)
    if "\t" in text:
        rows = list(_named(_TABBED, text, after))
        others += rows
        table = _rows(rows, text)
        # Two roles that speak with a colon are the talk, and a table without any is not.
        ways.append(table if len(_roles(ways[0])) < 2 or _roles(table) else [])
    ways.append(list(_named(_NUMBERED, text, after)) if "[" in text else [])
    if bold or "**" in text:
        # Bold is for emphasis too: it gives way to marks that are for nothing else.
        emphasised = _emphasised(text, after, bold)
        if len(emphasised) > 2 * len(max(ways, key=len)):
            ways.append(emphasised)
    if len(max(ways, key=len)) * _FREQUENT <= len(text):
        ways.append(_name_lines(text, after))
    best = max(ways, key=len)
    if not best:
        return _questions(text, after) or list(_timed(text, after)), []
    return best, _missed([*colons, *others], best)


def _roles(marks: Sequence[Mark]) -> set[str]:
    return {mark.label for mark in marks if mark.label and is_role(mark.label)}


def _missed(seen: Sequence[Mark], taken: Sequence[Mark]) -> list[Missed]:
    """Return what looks like a label, comes twice or more and was read as words."""
    starts = {mark.start for mark in taken}
    left: dict[str, dict[int, str]] = {}
    for mark in seen:
        if mark.start not in starts:
            label = mark.label or ""
            left.setdefault(bare_label(label).casefold(), {})[mark.start] = label
    return [
        Missed(label, len(places), start)
        for places in left.values()
        for start, label in [min(places.items())]
        if len(places) >= 2 and _could_be_label(label)
    ]


def _could_be_label(label: str) -> bool:
    words = bare_label(label).split()
    return looks_a_name(label) or (len(words) == 1 and not is_opening(label))


def _named(pattern: re.Pattern[str], text: str, after: int) -> Iterator[Mark]:
    times = [name for name in ("before", "after", "last") if name in pattern.groupindex]
    ends = "t1" in pattern.groupindex
    zoom = pattern in (_NAME_TIME, _TIME_NAME)
    for match in pattern.finditer(text, after):
        time = next(filter(None, map(match.group, times)), None)
        end = match["t1"] if ends else None
        label = " ".join(match["label"].split())
        bracketed = _BRACKETED.fullmatch(label) if zoom else None
        yield Mark(
            bracketed[1] if bracketed else spoken_label(label),
            match.start(),
            match.end(),
            seconds(time) if time else None,
            seconds(end) if end else None,
        )


def _times(marks: Sequence[Mark]) -> dict[str, int]:
    """Return how often each label comes, in whatever case and with whatever in brackets."""
    labels = Counter(mark.label or "" for mark in marks)
    folded: Counter[str] = Counter()
    for label, count in labels.items():
        folded[bare_label(label).casefold()] += count
    return {label: folded[bare_label(label).casefold()] for label in labels}


def _sure(times: Mapping[str, int]) -> set[str]:
    """Return the labels that are some: by their words, or because they come again."""
    return {
        label
        for label, count in times.items()
        if is_role(label) or is_titled(label) or (count >= 2 and looks_a_name(label))
    }


def _trusted(marks: Sequence[Mark], text: str, *, alone: bool = False) -> list[Mark]:
    """Return the marks whose label is one; `alone` believes a full name beside nobody."""
    if not alone:
        marks = _without_lists(marks, text)
    times = _times(marks)
    sure = _sure(times)
    # Somebody who speaks once is believed beside others by a name of several words, or in a short
    # text where so many lines begin with a name that it can only be a talk.
    if sure or alone:
        sure |= {label for label in times if is_full_name(label)}
    if len(marks) <= _FEW and len(sure) < len(times):
        names = {label for label in times if looks_a_name(label)}
        named = sum((mark.label or "") in names for mark in marks)
        if named >= 2 and 2 * named >= len(_LINE.findall(text)):
            sure |= names
    kept = [mark for mark in marks if (mark.label or "") in sure]
    plain = not any(is_role(label) or is_titled(label) for label in sure)
    return [] if plain and not alone and not _read_as_speech(kept, text) else kept


def _without_lists(marks: Sequence[Mark], text: str) -> list[Mark]:
    """Return marks without the points of lists: after a dash only roles and capitals speak."""
    plain = [mark for mark in marks if text[mark.start : mark.said].lstrip()[:1] not in ("-", "–")]
    labels = {mark.label for mark in plain}
    return [
        mark
        for mark in marks
        for label in [mark.label or ""]
        if label in labels or label.isupper() or is_role(label) or is_titled(label)
    ]


def _read_as_speech(marks: Sequence[Mark], text: str) -> bool:
    """Return whether what follows is mostly sentences, or of several words in the middle."""
    said = [text[mark.said : _line_end(text, mark.said)].partition("\t")[0] for mark in marks]
    if not said:
        return False
    words = sorted(len(_WORD.findall(each)) for each in said)
    sentences = sum(bool(_SENTENCE.search(each)) for each in said)
    return 2 * sentences >= len(said) or words[len(words) // 2] >= _SPOKEN


def _timed_names(marks: Sequence[Mark]) -> list[Mark]:
    """Return lines of a name and a time; one that comes once is believed if its time fits."""
    labels = _sure(_times(marks))
    sure = {mark.start for mark in marks if mark.label in labels}
    names = [mark for mark in marks if looks_a_name(mark.label or "")]
    if not sure and len(names) >= 2 and _ascending(names):
        sure = {mark.start for mark in names}
    kept: list[Mark] = []
    for number, mark in enumerate(marks):
        if mark.start in sure:
            kept.append(mark)
        elif looks_a_name(mark.label or ""):
            later = next((m for m in marks[number + 1 :] if m.start in sure), None)
            if _ascending([*kept[-1:], mark, *([later] if later else [])]) and (kept or later):
                kept.append(mark)
    return kept


def _ascending(marks: Sequence[Mark]) -> bool:
    times = [mark.t0 or 0.0 for mark in marks]
    return times == sorted(times)


def _lines_after_times(text: str, after: int) -> Iterator[list[Mark]]:
    """Yield lines with a name after a time or below one, where most times have one."""
    if not _TIME_AHEAD.search(text, after):
        return
    for pattern, every in ((_TIME_NAME, _TIME_FIRST), (_ARROW_NAME, _ARROW)):
        marks = [
            mark
            for mark in _named(pattern, text, after)
            if is_role(mark.label or "") or looks_a_name(mark.label or "")
        ]
        times = sum(1 for _ in every.finditer(text, after))
        if _sure(_times(marks)) and len(marks) >= _MOST * times:
            yield marks


def _rows(marks: Sequence[Mark], text: str) -> list[Mark]:
    """Return rows of a table whose first column has labels: roles, or short ones that repeat."""
    rows = [
        mark
        for mark in marks
        if not _HEAD_ROW.fullmatch(text, mark.start, _line_end(text, mark.start))
    ]
    times = _times(rows)
    short = {label for label in times if not is_opening(label) and len(label.split()) <= _SHORT}
    repeated = sum((mark.label or "") in short and times[mark.label or ""] >= 2 for mark in rows)
    sure = {label for label in times if is_role(label) or is_titled(label)}
    if sum((mark.label or "") in sure for mark in rows) < 2:
        sure = set()
    if repeated and 2 * repeated >= len(rows):
        sure |= short
    if sure:
        sure |= {label for label in times if looks_a_name(label)}
    kept = [mark for mark in rows if (mark.label or "") in sure]
    return kept if _read_as_speech(kept, text) else []


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _emphasised(text: str, after: int, bold: Sequence[tuple[int, int]]) -> list[Mark]:
    """Return paragraphs that begin with a label in bold, or stand below one."""
    marks = list(_named(_STARS, text, after)) if "**" in text else []
    for start, end in bold:
        label = text[start:end].strip().rstrip(":：").rstrip()
        gap = _GAP.match(text, end)
        if start >= after and label and "\n" not in label and gap:
            marks.append(Mark(" ".join(label.split()), start, gap.end()))
    marks.sort(key=lambda mark: mark.start)
    times = _times(marks)
    again = {label for label in _sure(times) if times[label] >= 2}
    # What stands alone on its line and comes once is rather a heading.
    return [
        mark
        for mark in (_trusted(marks, text) if again else [])
        if mark.label in again or "\n" not in text[mark.start : mark.said]
    ]


def _name_lines(text: str, after: int) -> list[Mark]:
    """Return names that stand alone on a line: below an empty one, or where they are roles."""
    lines = list(_named(_NAME_LINE, text, after))
    again = {label for label, count in _times(lines).items() if count >= 2}
    lines = [mark for mark in lines if mark.label in again and looks_a_name(mark.label)]
    roles = [mark for mark in _named(_ANY_LINE, text, after) if is_role(mark.label or "")]
    several = [count for count in _times(roles).values() if count >= 2]
    return max(lines, roles if several else [], key=len)


def _questions(text: str, after: int) -> list[Mark]:
    marks = list(_named(_QUESTION, text, after))
    counts = Counter(mark.label for mark in marks)
    return marks if counts["Q"] >= 2 and counts["A"] >= 2 else []


def _timed(text: str, after: int) -> Iterator[Mark]:
    """Yield stretches that only a time marks."""
    pattern = _ARROW if _ARROW.search(text, after) else _STAMP
    for match in pattern.finditer(text, after):
        ends = match.groupdict().get("t1")
        yield Mark(
            None,
            match.start(),
            match.end(),
            seconds(match["t0"]),
            seconds(ends) if ends else None,
        )


def seconds(time: str) -> float:
    """Return the seconds of a time such as `1:02`, `00:01:02.5` or `[00:01:02]`.

    Example:
        >>> seconds("[01:00:02,500]")
        3602.5
    """
    total = 0.0
    for part in re.sub(r"[^\d:.,-]", "", time).replace(",", ".").replace("-", ".").split(":"):
        total = 60 * total + float(part)
    # Milliseconds: sixty times a decimal fraction is seldom what it looks.
    return round(total, 3)
