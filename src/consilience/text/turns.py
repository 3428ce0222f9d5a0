"""Who speaks where in a transcript?

The ways of marking them stand in `text.marks`. What only looks like a label (`Second: we never
met`) is told apart by what is known of labels and by coming once only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from consilience.text.composed import Composed, composed
from consilience.text.headers import read_header
from consilience.text.labels import spoken_label
from consilience.text.marks import TIME, Missed, marks_of
from consilience.text.model import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A transcript taken apart.

    Args:
        turns: in order; they do not overlap.
        header: the fields of the block at its top, such as `date`; see `text.headers`.
        headings: spans that nobody says: titles and stage directions on lines of their own.
        missed: what begins lines like a label, comes again and was read as words.
    """

    turns: tuple[Turn, ...]
    header: Mapping[str, str]
    headings: tuple[tuple[int, int], ...]
    missed: tuple[Missed, ...] = ()


_BARE_TIME: Final = re.compile(rf"{TIME}(?:[ \t]*-->[ \t]*{TIME})?")
_MARKS: Final = re.compile(r"[*_#<>：]|:(?=\W*$)")
_ROW_NUMBER: Final = re.compile(r"^[ \t]*\d{1,4}\.?[ ]*\t")
_HEADING: Final = re.compile(
    r"^[ \t]*(?:\[[^\[\]\n]*\]|\([^()\n]*\)|#{1,6}[ \t][^\n]*"
    # What meeting programs and recorders write of themselves.
    r"|[^\n:]{1,60} st(?:arted|opped) transcription|Transcribed by https?://\S+)[ \t]*$",
    re.MULTILINE,
)


def read_script(
    text: str, *, bold: Sequence[tuple[int, int]] = (), captions: bool = False
) -> Script:
    r"""Return turns, header and headings of a transcript.

    A turn goes from its label to the next label; paragraphs without one belong to it, and so do
    stage directions within it. What stands before the first label belongs to nobody.

    Args:
        text: a normal text.
        bold: stretches in bold at the start of paragraphs, where a document tells them.
        captions: whether each line is a caption, of which one full name is believed.

    Returns:
        No turns where neither labels nor times are found. Who speaks is composed (NFC), however
        the label came.

    Example:
        >>> script = read_script("Date: 3 May\n\nI: Why?\n\nR1: Well.\nThere: no time.\n")
        >>> [(turn.speaker, turn.start, turn.said, turn.end) for turn in script.turns]
        [('I', 13, 16, 20), ('R1', 22, 26, 47)]
    """
    same = composed(text)
    if same.places is not None:
        folded = [(same.place(start), same.place(end)) for start, end in bold]
        return _as_it_came(read_script(same.text, bold=folded, captions=captions), same)
    header = read_header(text)
    marks, missed = marks_of(text, header.end, bold=bold, captions=captions)
    headings = [match.span() for match in _HEADING.finditer(text)]
    ends = [*(after.start for after in marks), len(text)][1:]
    closed = {end: start for start, end in headings}
    turns = tuple(
        Turn(mark.label, mark.start, mark.said, _end(text, mark.said, end, closed), mark.t0,
               mark.t1)
        for mark, end in zip(marks, ends, strict=True)
    )  # fmt: skip
    return Script(turns=turns, header=header.fields, headings=tuple(headings),
                  missed=tuple(missed))  # fmt: skip


def _as_it_came(script: Script, same: Composed) -> Script:
    """Return a script with the places that the text as it came has."""
    turns = []
    for turn in script.turns:
        start, end = same.span(turn.start, turn.end)
        said, _ = same.span(turn.said, turn.end)
        turns.append(replace(turn, start=start, said=said, end=end))
    return Script(
        turns=tuple(turns),
        header=script.header,
        headings=tuple(same.span(*heading) for heading in script.headings),
        missed=tuple(m._replace(start=same.span(m.start, m.start)[0]) for m in script.missed),
    )


def _end(text: str, said: int, limit: int, headings: Mapping[int, int]) -> int:
    """Return where a turn ends: before white space and headings that stand at its end."""
    end = limit
    while True:
        end = max(said, end - (end - said - len(text[said:end].rstrip())))
        if end not in headings or headings[end] < said:
            return end
        end = headings[end]


def label_in(piece: str) -> str | None:
    """Return the label in what stands before speech, None if there is none.

    Example:
        >>> label_in("[00:01:02] **[Head 1]:** "), label_in("<v Ann Ash>"), label_in("00:05 ")
        ('[Head 1]', 'Ann Ash', None)
    """
    piece = _ROW_NUMBER.sub("", composed(piece).text.replace("<v ", " "))
    bare = _MARKS.sub(" ", _BARE_TIME.sub(" ", piece))
    return spoken_label(bare.strip(" \t-–")) or None


def speakers(turns: Sequence[Turn]) -> dict[str, int]:
    """Return how many turns each speaker has, in the order in which they first speak."""
    return dict(Counter(turn.speaker for turn in turns if turn.speaker is not None))
