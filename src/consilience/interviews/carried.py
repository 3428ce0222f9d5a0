"""Which corrections of a text without names hold in the one that is made anew from its names?

A person corrects the version that coders read. When replacements change, that version is made
again from the words with names, and what the person did must neither be lost nor land elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from consilience.interviews.model import Turn
from consilience.text.offsets import Edit, OffsetMap, difference
from consilience.text.turns import label_in

__all__ = ["Way", "carried", "turns_carried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the older version without names leads to the newer.

    Args:
        back: from the older version to the words with names that the newer is made of.
        onward: from those to the newer version.
        newer: the newer version.
    """

    back: OffsetMap
    onward: OffsetMap
    newer: str


def carried(
    before: str, after: str, way: Way, *, names_in: Callable[[str], bool]
) -> tuple[list[Edit], int]:
    """Return corrections as edits of the newer version, and how many cannot be made there.

    A correction is made where the words it changed and those right beside it are the same in
    both, or where it replaced the whole of what is replaced otherwise now: the words of the
    person stay then. One that stands in the newer version already is not made twice.

    Args:
        before: the older version as it was made.
        after: the same, corrected by a person.
        way: from `before` to the newer version.
        names_in: whether names that are to go stand in some words.
    """
    made = difference(before, after)
    edits: list[Edit] = []
    lost = 0
    places = zip(made.starts, made.ends, made.new_starts, made.lengths, strict=True)
    for start, end, at, length in places:
        written = after[at : at + length]
        edit = _there(before, after, made, Edit(int(start), int(end), written), way)
        if edit is None or names_in(written):
            lost += 1
        elif edit.text != way.newer[edit.start : edit.end]:
            edits.append(edit)
    ordered = sorted(edits, key=lambda each: (each.start, each.end))
    clear = all(one.end <= other.start for one, other in pairwise(ordered))
    return (ordered, lost) if clear else ([], lost + len(ordered))


def _there(before: str, after: str, made: OffsetMap, edit: Edit, way: Way) -> Edit | None:
    """Return a correction as an edit of the newer version, None if it cannot be made there."""
    # With what stands right beside it: a place between two words is one only if both are there.
    named = way.back.span(max(0, edit.start - 1), min(len(before), edit.end + 1))
    first, last = way.back.inverse().span(*named)
    begins, ends = way.onward.span(*named)
    there = way.newer[begins:ends]
    if there == before[first:last]:
        moved = begins - first
        return Edit(edit.start + moved, edit.end + moved, edit.text)
    done = made.span(first, last)
    if there == after[slice(*done)]:
        return Edit(begins, ends, there)
    return _over_it(edit, way)


def _over_it(edit: Edit, way: Way) -> Edit | None:
    """Return a correction that took the place of a whole replacement, or of a whole name."""
    named = way.back.span(edit.start, edit.end)
    there = way.onward.span(*named)
    exact = (
        named[0] < named[1]
        and way.back.inverse().span(*named) == (edit.start, edit.end)
        and way.onward.inverse().span(*there) == named
    )
    return Edit(*there, edit.text) if exact else None


def turns_carried(
    turns: Sequence[Turn], moved: OffsetMap, *, old: str, new: str, called: Mapping[str, str]
) -> list[Turn]:
    """Return turns that a person corrected, where they are in the newer version.

    Whoever was called as the label in the text says is called as the new label says; whoever a
    person called otherwise stays so.

    Args:
        turns: of the older version.
        moved: from the older version to the newer.
        old: the older version.
        new: the newer version.
        called: what stands now for each replacement that stood there before.
    """
    ends = [turn.end for turn in turns]
    starts, lasts = moved.spans([turn.start for turn in turns], ends)
    said, _ = moved.spans([turn.said for turn in turns], ends)
    made = []
    for turn, start, speech, end in zip(
        turns, starts.tolist(), said.tolist(), lasts.tolist(), strict=True
    ):
        if end > start:
            begins = min(max(start, speech), end)
            speaker = turn.speaker
            if speaker is not None:
                stood, stands = label_in(old[turn.start : turn.said]), label_in(new[start:begins])
                same = stands is not None and stood == speaker
                speaker = stands if same else called.get(speaker, speaker)
            made.append(replace(turn, speaker=speaker, start=start, said=begins, end=end))
    return made
