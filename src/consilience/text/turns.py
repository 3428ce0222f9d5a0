"""Who speaks where in a transcript?

Labels are found as people write them: `I:`, `MS SMITH:`, `**Name:**`, `[00:01:02] Name:`,
`Name  0:42` or a name on a line of its own, `Q.` and `A.`, `<v Name>`. What only looks like one
(`Second: we never met`) is told apart by what is known of labels and by coming once only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from consilience.text.headers import read_header
from consilience.text.labels import is_full_name, is_role, is_titled, looks_a_name
from consilience.text.model import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A transcript taken apart.

    Args:
        turns: in order; they do not overlap.
        header: the fields of the block at its top, such as `date`; see `text.headers`.
        headings: spans that nobody says: titles and stage directions on lines of their own.
    """

    turns: tuple[Turn, ...]
    header: Mapping[str, str]
    headings: tuple[tuple[int, int], ...]


class _Mark(NamedTuple):
    label: str | None
    start: int
    said: int
    t0: float | None = None
    t1: float | None = None


_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,-]\d{1,3})?"
_TIME: Final = rf"[\[(<#]?{_CLOCK}[\])>#]?"
_NAME: Final = r"[^\W\d_][\w .,'’/&()-]{0,58}?"
_BOLD: Final = r"(?:[*_]{1,2})?"
# After the colon a space or a capital: not the colon of 10:30 or of an address.
# The look ahead sorts most lines out at once: labels are short.
_COLON: Final = re.compile(
    rf"^(?=[^\n:：]{{1,60}}[:：])[ \t]*{_BOLD}(?:(?P<before>{_TIME})[ \t]*[-–]?[ \t]*)?{_BOLD}"
    rf"\[?(?P<label>{_NAME})\]?"
    rf"[ \t]*(?P<after>{_TIME})?[ \t]*{_BOLD}[:：]{_BOLD}"
    rf"(?:[ \t]+(?P<last>{_TIME})(?=\s))?(?=[\s\[(\"“‘'*_]|[A-Z]|$)[ \t]*\n?[ \t]*",
    re.MULTILINE,
)
_VOICE: Final = re.compile(r"^<v(?:\.[\w.]+)?[ \t]+(?P<label>[^>\n]+)>[ \t]*", re.MULTILINE)
_QUESTION: Final = re.compile(r"^[ \t]*(?P<label>[QA])\.[ \t]+", re.MULTILINE)
_TABBED: Final = re.compile(rf"^[ \t]*(?P<label>{_NAME})[ ]*\t+[ \t]*(?=\S)", re.MULTILINE)
_TIMED_LINE: Final = re.compile(
    rf"^(?=[^\n]{{1,70}}$)[ \t]*{_BOLD}(?P<label>{_NAME}){_BOLD}"
    rf"[ \t]+(?P<after>{_TIME})[ \t]*\n[ \t]*",
    re.MULTILINE,
)
_NAME_LINE: Final = re.compile(
    rf"^(?=[^\n]{{1,60}}$)(?:(?<=\n\n)|\A)[ \t]*{_BOLD}(?P<label>{_NAME}){_BOLD}"
    r"[ \t]*\n(?=[ \t]*\S)[ \t]*",
    re.MULTILINE,
)
_ARROW: Final = re.compile(
    rf"^[ \t]*\[?(?P<t0>{_CLOCK})[ \t]*-->[ \t]*(?P<t1>{_CLOCK})\]?[ \t]*\n?[ \t]*", re.MULTILINE
)
_STAMP: Final = re.compile(rf"^[ \t]*\[(?P<t0>{_CLOCK})\][ \t]*(?=\S)", re.MULTILINE)
_LINE: Final = re.compile(r"^.*\S", re.MULTILINE)
_BARE_TIME: Final = re.compile(rf"{_TIME}(?:[ \t]*-->[ \t]*{_TIME})?")
_MARKS: Final = re.compile(r"[*_#<>：]|:(?=\W*$)")
_HEADING: Final = re.compile(
    r"^[ \t]*(?:\[[^\[\]\n]*\]|\([^()\n]*\)|#{1,6}[ \t][^\n]*)[ \t]*$", re.MULTILINE
)


# No more marks than this make a text short.
_FEW: Final = 20
# Labels with a colon at least once in so many characters: no other marks are looked for.
_FREQUENT: Final = 2_000


def read_script(text: str) -> Script:
    r"""Return turns, header and headings of a transcript.

    A turn goes from its label to the next label; paragraphs without one belong to it, and so do
    stage directions within it. What stands before the first label belongs to nobody.

    Args:
        text: a normal text.

    Returns:
        No turns where neither labels nor times are found.

    Example:
        >>> script = read_script("Date: 3 May\n\nI: Why?\n\nR1: Well.\nThere: no time.\n")
        >>> [(turn.speaker, turn.start, turn.said, turn.end) for turn in script.turns]
        [('I', 13, 16, 20), ('R1', 22, 26, 47)]
    """
    header = read_header(text)
    marks = _marks(text, header.end)
    headings = [match.span() for match in _HEADING.finditer(text)]
    ends = [*(after.start for after in marks), len(text)][1:]
    closed = {end: start for start, end in headings}
    turns = tuple(
        Turn(mark.label, mark.start, mark.said, _end(text, mark.said, end, closed), mark.t0,
               mark.t1)
        for mark, end in zip(marks, ends, strict=True)
    )  # fmt: skip
    return Script(turns=turns, header=header.fields, headings=tuple(headings))


def _end(text: str, said: int, limit: int, headings: Mapping[int, int]) -> int:
    """Return where a turn ends: before white space and headings that stand at its end."""
    end = limit
    while True:
        end = max(said, end - (end - said - len(text[said:end].rstrip())))
        if end not in headings or headings[end] < said:
            return end
        end = headings[end]


def _marks(text: str, after: int) -> list[_Mark]:
    """Return where turns begin, by the way of marking that the text uses most."""
    voices = list(_named(_VOICE, text, after)) if "<v" in text else []
    if voices:
        return voices
    colons = _trusted(list(_named(_COLON, text, after)), text)
    if len(colons) * _FREQUENT > len(text):
        return colons
    lines = _trusted(list(_named(_TIMED_LINE, text, after)), text)
    if not lines:
        lines = list(_named(_NAME_LINE, text, after))
        again = {label for label, count in _times(lines).items() if count >= 2}
        lines = [mark for mark in lines if mark.label in again and looks_a_name(mark.label)]
    best = max(colons, lines, key=len)
    if best:
        return best
    tabbed = [m for m in _named(_TABBED, text, after) if is_role(m.label or "")]
    return tabbed or _questions(text, after) or list(_timed(text, after))


def _named(pattern: re.Pattern[str], text: str, after: int) -> Iterator[_Mark]:
    times = [name for name in ("before", "after", "last") if name in pattern.groupindex]
    for match in pattern.finditer(text, after):
        time = next(filter(None, map(match.group, times)), None)
        label = " ".join(match["label"].split())
        yield _Mark(label, match.start(), match.end(), seconds(time) if time else None)


def _times(marks: Sequence[_Mark]) -> dict[str, int]:
    """Return how often each label comes, in whatever case."""
    labels = Counter(mark.label or "" for mark in marks)
    folded: Counter[str] = Counter()
    for label, count in labels.items():
        folded[label.casefold()] += count
    return {label: folded[label.casefold()] for label in labels}


def _trusted(marks: Sequence[_Mark], text: str) -> list[_Mark]:
    """Return the marks whose label is one: by its words, or because it comes again."""
    times = _times(marks)
    sure = {label for label, count in times.items() if _is_label(label, count)}
    # Somebody who speaks once is believed beside others by a name of several words, or in a short
    # text where so many lines begin with a name that it can only be a talk.
    if sure:
        sure |= {label for label in times if is_full_name(label)}
    if len(marks) <= _FEW and len(sure) < len(times):
        names = {label for label in times if looks_a_name(label)}
        named = sum((mark.label or "") in names for mark in marks)
        if named >= 2 and 2 * named >= len(_LINE.findall(text)):
            sure |= names
    return [mark for mark in marks if (mark.label or "") in sure]


def _is_label(label: str, times: int) -> bool:
    return is_role(label) or is_titled(label) or (times >= 2 and looks_a_name(label))


def _questions(text: str, after: int) -> list[_Mark]:
    marks = list(_named(_QUESTION, text, after))
    counts = Counter(mark.label for mark in marks)
    return marks if counts["Q"] >= 2 and counts["A"] >= 2 else []


def _timed(text: str, after: int) -> Iterator[_Mark]:
    """Yield stretches that only a time marks."""
    pattern = _ARROW if _ARROW.search(text, after) else _STAMP
    for match in pattern.finditer(text, after):
        ends = match.groupdict().get("t1")
        yield _Mark(
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


def label_in(piece: str) -> str | None:
    """Return the label in what stands before speech, None if there is none.

    Example:
        >>> label_in("[00:01:02] **[Head 1]:** "), label_in("<v Ann Ash>"), label_in("00:05 ")
        ('[Head 1]', 'Ann Ash', None)
    """
    bare = _MARKS.sub(" ", _BARE_TIME.sub(" ", piece.replace("<v ", " ")))
    label = " ".join(bare.split())
    return label or None


def speakers(turns: Sequence[Turn]) -> dict[str, int]:
    """Return how many turns each speaker has, in the order in which they first speak."""
    return dict(Counter(turn.speaker for turn in turns if turn.speaker is not None))
