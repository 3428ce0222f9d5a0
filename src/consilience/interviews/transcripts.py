"""What is a transcript file as a text with turns, and what of it may stand outside the vault?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.base.ids import PATTERN, plain_name, short_id
from consilience.base.lineage import hash_bytes
from consilience.formats.captions import KINDS as CAPTIONS
from consilience.formats.captions import Cue, read_captions
from consilience.formats.documents.read import KINDS as DOCUMENTS
from consilience.formats.documents.read import read_document
from consilience.formats.documents.reading import Reading, read_limited
from consilience.interviews.model import Turn
from consilience.text.headers import read_header
from consilience.text.labels import is_role
from consilience.text.marks import Missed
from consilience.text.normal import REPLACEMENT, normal_text
from consilience.text.offsets import OffsetMap
from consilience.text.turns import label_in, read_script

KINDS: Final = (*DOCUMENTS, *CAPTIONS)
# A day of talk has some ten thousand turns; each is kept as an object with its times.
MOST_TURNS: Final = 200_000
MOST_LINES: Final = 250_000
_MOST_TOLD: Final = 5
# Header fields that say nothing of a person; the others of a sealed text go into the vault.
_OPEN_FIELDS: Final = frozenset({"date", "time", "duration", "transcribed", "mode", "language"})
_PARTS: Final = re.compile(r"[^\W\d_]+|\d+")
_KNOWN_PARTS: Final = frozenset(
    """interview interviews transcript transcription school group focus head teacher social worker
    board area recording audio video notes note draft final clean copy part version text file
    answer scoping pilot participant respondent primary secondary special staff parent pupil
    meeting study phase round wave edited corrected anonymised pseudonymised zoom teams
    jan feb mar apr may jun jul aug sep oct nov dec""".split()  # noqa: SIM905  (reads best so)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A transcript file as it was read.

    Args:
        stem: name of the file without its end.
        source: name of the file, without folders.
        source_sha256: hash of its bytes.
        text: its normal form.
        turns: who said what.
        header: what stood at its top.
        notes: warnings.
    """

    stem: str
    source: str
    source_sha256: str
    text: str
    turns: tuple[Turn, ...]
    header: Mapping[str, str]
    notes: tuple[Fault, ...]


def read_transcript(path: Path) -> Transcript:
    """Read a transcript of any kind known here.

    Args:
        path: a text, document, captions or the file of a recogniser; its end says which.

    Raises:
        Fault: FMT-200 to FMT-214 and FMT-001 to FMT-014 if it cannot be read; FMT-215 if it has
            over 250,000 lines or 200,000 turns; INT-002 if nobody says a word in it.
    """
    data = read_limited(path)
    name = plain_name(path.name) or path.suffix
    margins: tuple[str, ...] = ()
    missed: tuple[Missed, ...] = ()
    if path.suffix.lower() in CAPTIONS:
        captions = read_captions(data, file=name)
        notes = captions.notes
        text, spoken, header = _of_cues(captions.cues)
    else:
        reading = read_document(data, file=name)
        notes, margins = reading.notes, reading.margins
        text = normal_text(reading.text)
        _check_number(name, text.count("\n"), "lines", most=MOST_LINES)
        script = read_script(text, bold=_in_normal_form(reading))
        spoken, header, missed = script.turns, dict(script.header), script.missed
    if not text.strip():
        raise Fault("INT-002", where=Where(file=name), name=name)
    _check_number(name, len(spoken), "turns", most=MOST_TURNS)
    sha256 = hash_bytes(data)
    return Transcript(
        stem=plain_name(path.stem) or f"text-{sha256[:8]}",
        source=name,
        source_sha256=sha256,
        text=text,
        turns=tuple(spoken),
        header=header or dict(read_header("\n".join(margins)).fields),
        notes=(*notes, *_doubts(text, spoken, missed, name)),
    )


def _check_number(name: str, count: int, what: str, *, most: int) -> None:
    if count > most:
        raise Fault("FMT-215", where=Where(file=name), name=name, count=count, what=what, most=most)


def _doubts(text: str, spoken: Sequence[Turn], missed: Sequence[Missed], name: str) -> list[Fault]:
    where, doubts = Where(file=name), []
    unreadable = text.count(REPLACEMENT)
    if unreadable:
        line = text.count("\n", 0, text.index(REPLACEMENT)) + 1
        doubts.append(Fault("INT-003", where=replace(where, line=line), count=unreadable))
    if not spoken:
        doubts.append(Fault("INT-004", where=where))
    elif not any(turn.speaker for turn in spoken):
        doubts.append(Fault("INT-160", where=where, count=len(spoken)))
    elif missed:
        # By line: what a label says may be a name.
        lines = [text.count("\n", 0, each.start) + 1 for each in missed[:_MOST_TOLD]]
        doubts.append(
            Fault(
                "INT-161",
                where=replace(where, line=lines[0]),
                count=sum(each.times for each in missed),
                labels=len(missed),
                lines=", ".join(map(str, lines)),
            )
        )
    return doubts


def _in_normal_form(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return where paragraphs begin in bold, in code points of the normal form."""
    if len(normal_text(reading.text)) == len(reading.text):
        return reading.bold
    return tuple(
        (len(normal_text(reading.text[:start])), len(normal_text(reading.text[:end])))
        for start, end in reading.bold
    )


def turns_in(text: str) -> tuple[Turn, ...]:
    """Return the turns of a text as its labels show them."""
    return read_script(text).turns


# --- captions ---------------------------------------------------------------------------


def _of_cues(cues: Sequence[Cue]) -> tuple[str, tuple[Turn, ...], dict[str, str]]:
    """Return the text of captions, its turns and its header.

    Where voices are told, a turn is what one says until another does. Where names stand before
    what is said, turns are found as in any text. Else each caption is a turn of nobody.
    """
    if any(cue.speaker for cue in cues):
        return *_by_voice(cues), {}
    text = normal_text("\n".join(cue.text for cue in cues))
    starts = [0]
    for cue in cues:
        starts.append(starts[-1] + len(cue.text) + 1)
    script = read_script(text, captions=True)
    if not any(turn.speaker for turn in script.turns):
        spoken = tuple(
            Turn(None, start, start, start + len(cue.text), cue.t0, cue.t1)
            for cue, start in zip(cues, starts, strict=False)
        )
        return text, spoken, {}
    timed = tuple(
        replace(
            turn,
            t0=cues[bisect_right(starts, turn.start) - 1].t0,
            t1=cues[bisect_right(starts, max(turn.end - 1, turn.start)) - 1].t1,
        )
        for turn in script.turns
    )
    return text, timed, dict(script.header)


def _by_voice(cues: Sequence[Cue]) -> tuple[str, tuple[Turn, ...]]:
    pieces: list[str] = []
    spoken = []
    at = 0
    for told, group in groupby(cues, key=lambda cue: cue.speaker):
        said = list(group)
        speaker = normal_text(told) if told else None
        label = f"{speaker}: " if speaker else ""
        piece = normal_text(label + " ".join(cue.text for cue in said))
        start = at + len(label)
        spoken.append(Turn(speaker, at, start, at + len(piece), said[0].t0, said[-1].t1))
        pieces.append(piece)
        at += len(piece) + 2
    return "\n\n".join(pieces), tuple(spoken)


# --- what may stand outside the vault ---------------------------------------------------


def is_plain_name(stem: str) -> bool:
    """Return whether the name of a file is sure to name nobody: codes, numbers, common words.

    Example:
        >>> is_plain_name("S01-school-head"), is_plain_name("Ann Ash interview")
        (True, False)
    """
    parts = [part.lower() for part in _PARTS.findall(stem)]
    return bool(parts) and all(
        part.isdigit() or len(part) <= 2 or part in _KNOWN_PARTS or part.removesuffix("s")
        in _KNOWN_PARTS
        for part in parts
    )  # fmt: skip


def document_id(name: str) -> str:
    """Return the id of a text of this name: the name itself where it can be one.

    Example:
        >>> document_id("S01"), document_id("School 7, head")
        ('s01', 't-2033445d11b9')
    """
    plain = name.lower().replace("_", "-")
    return plain if PATTERN.fullmatch(plain) else f"t-{short_id(name)}"


def open_fields(header: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a header that say nothing of a person."""
    return {name: value for name, value in header.items() if name in _OPEN_FIELDS}


def without_names(turns: Sequence[Turn]) -> tuple[list[Turn], dict[str, str]]:
    """Return turns whose speakers are roles or numbers, and who each number is.

    Roles (`Interviewer`, `R1`) stay; everybody else is `S1`, `S2` in order of speaking.

    Example:
        >>> ash = Turn(speaker="Ann Ash", start=0, said=9, end=12)
        >>> changed, names = without_names([ash])
        >>> changed[0].speaker, names
        ('S1', {'S1': 'Ann Ash'})
    """
    known: dict[str, str] = {}
    for turn in turns:
        if turn.speaker and not is_role(turn.speaker) and turn.speaker not in known:
            known[turn.speaker] = f"S{len(known) + 1}"
    changed = [
        replace(turn, speaker=known.get(turn.speaker, turn.speaker)) if turn.speaker else turn
        for turn in turns
    ]
    return changed, {number: name for name, number in known.items()}


def with_names(turns: Sequence[Turn], names: Mapping[str, str]) -> list[Turn]:
    """Return turns with the names that `without_names` took out."""
    return [
        replace(turn, speaker=names.get(turn.speaker, turn.speaker)) if turn.speaker else turn
        for turn in turns
    ]


# --- turns follow the text --------------------------------------------------------------


def turns_after(turns: Sequence[Turn], edits: OffsetMap, *, text: str) -> list[Turn]:
    """Return turns where they are after edits, each speaker called as the new text calls them.

    A speaker with labels in the text gets the label that most of the turns have now, so that
    whoever was `S1` is `[Head]` after pseudonyms came in; one without keeps the name.

    Args:
        turns: of the older version.
        edits: from the older version to the newer.
        text: the newer version.

    Returns:
        Turns in order; those of which nothing is left are gone.
    """
    moved = _moved(turns, edits)
    labels: dict[str, Counter[str]] = {}
    for turn in moved:
        label = label_in(text[turn.start : turn.said])
        if turn.speaker and label:
            labels.setdefault(turn.speaker, Counter())[label] += 1
    called = {speaker: counts.most_common(1)[0][0] for speaker, counts in labels.items()}
    return with_names(moved, called)


def turns_of_edited(
    turns: Sequence[Turn], edits: OffsetMap, *, old: str, new: str
) -> tuple[Turn, ...]:
    """Return the turns of a text that a person edited.

    They are found anew in the new text, so that a label that came in makes a turn; only where a
    person had corrected them, or their times do not stand in the text, they are moved along.

    Args:
        turns: of the older version.
        edits: from the older version to the newer.
        old: the older version.
        new: the newer version.
    """
    if tuple(turns) == turns_in(old):
        return turns_in(new)
    return tuple(_moved(turns, edits))


def _moved(turns: Sequence[Turn], edits: OffsetMap) -> list[Turn]:
    ends = [turn.end for turn in turns]
    starts, lasts = edits.spans([turn.start for turn in turns], ends)
    said, _ = edits.spans([turn.said for turn in turns], ends)
    places = zip(turns, starts.tolist(), said.tolist(), lasts.tolist(), strict=True)
    return [
        replace(turn, start=start, said=min(max(start, begins), end), end=end)
        for turn, start, begins, end in places
        if end > start
    ]
