"""What recognisers and captions say when: WebVTT, SubRip, the JSON of Whisper, and TSV."""

from __future__ import annotations

import html
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.plain import read_plain

_BLOCK: Final = "-->"
_MILLISECONDS: Final = 1000.0
_VOICE: Final = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^>\n]+)>")


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of time and what is said in it.

    Args:
        t0: seconds from the start of the recording.
        t1: seconds at its end.
        speaker: who speaks, None where it is not told.
        text: what is said, on one line.
    """

    t0: float
    t1: float
    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """The cues of a file in order of time, and warnings."""

    cues: tuple[Cue, ...]
    notes: tuple[Fault, ...] = ()


def read_captions(data: bytes, *, file: str) -> Captions:
    """Return what is said when; the kind of file is told by the end of its name.

    Args:
        data: the file.
        file: its name.

    Raises:
        Fault: FMT-211 if it is malformed or holds nothing; FMT-010 to FMT-018 if it is no text.
    """
    suffix = Path(file).suffix.lower()
    text = read_plain(data, file=file)
    try:
        cues = _READERS[suffix](text.text, file)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _malformed(file, f"{type(error).__name__}: {error}") from error
    said = tuple(cue for cue in cues if cue.text)
    if not said:
        raise _malformed(file, "nobody says anything in it")
    notes = list(text.notes)
    stated = text.text.count(_BLOCK) if suffix in (".vtt", ".srt") else len(cues)
    if stated > len(cues):
        notes.append(Fault("FMT-212", where=Where(file=file), stated=stated, read=len(cues)))
    return Captions(cues=said, notes=tuple(notes))


def _malformed(file: str, reason: str) -> Fault:
    return Fault("FMT-211", where=Where(file=file), name=Path(file).name, reason=reason)


def _webvtt(text: str, file: str) -> list[Cue]:
    return _of_library(text, file, "vtt")


def _subrip(text: str, file: str) -> list[Cue]:
    return _of_library(text, file, "srt")


def _of_library(text: str, file: str, kind: str) -> list[Cue]:
    import webvtt  # noqa: PLC0415  (needed for captions only)

    try:
        known = webvtt.WebVTT.from_buffer(io.StringIO(text.removeprefix("\ufeff")), format=kind)
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise _malformed(file, str(error) or "it does not begin as one") from error
    cues: list[Cue] = []
    for caption in known.captions:
        t0, t1 = (time.in_milliseconds() / _MILLISECONDS
                  for time in (caption.start_time, caption.end_time))  # fmt: skip
        cues += _voices(caption.raw_text, caption.text, t0, t1)
    return cues


def _voices(raw: str, bare: str, t0: float, t1: float) -> list[Cue]:
    """Return one cue for each voice of a caption: two people may speak in one."""
    parts = _VOICE.split(raw)
    if len(parts) <= 3:
        speaker = parts[1].strip() if len(parts) == 3 else None
        return [Cue(t0, t1, speaker, _line(bare))]
    said = [re.sub(r"<[^>\n]*>", "", part) for part in parts]
    return [
        Cue(t0, t1, said[at].strip(), _line(said[at + 1])) for at in range(1, len(parts) - 1, 2)
    ]


def _line(text: str) -> str:
    return " ".join(html.unescape(text).split()) if "&" in text else " ".join(text.split())


def _recogniser(text: str, _file: str) -> list[Cue]:
    content = json.loads(text)
    segments = content["segments"] if isinstance(content, Mapping) else content
    return [_segment(segment) for segment in segments]


def _segment(segment: Mapping[str, Any]) -> Cue:
    words = segment.get("words") or ()
    return Cue(
        t0=float(segment["start"]),
        t1=float(segment["end"]),
        speaker=segment.get("speaker") or _most(words),
        text=_line(str(segment["text"])),
    )


def _most(words: Sequence[Mapping[str, Any]]) -> str | None:
    """Return who says most words, where a recogniser tells it of words only."""
    counts = Counter(str(word["speaker"]) for word in words if word.get("speaker"))
    return counts.most_common(1)[0][0] if counts else None


def _table(text: str, _file: str) -> list[Cue]:
    """Return the rows of Whisper's TSV: start and end in milliseconds, text, perhaps speaker."""
    # No field is quoted in it: a quotation mark is part of what is said.
    names, *rows = (line.split("\t") for line in text.splitlines() if line.strip())
    fields = [name.strip().lower() for name in names]
    cues = []
    for row in rows:
        cells = dict(zip(fields, row, strict=False))
        t0, t1 = (float(cells[name]) / _MILLISECONDS for name in ("start", "end"))
        cues.append(Cue(t0, t1, cells.get("speaker") or None, _line(cells["text"])))
    return cues


_READERS: Final[Mapping[str, Callable[[str, str], list[Cue]]]] = {
    ".vtt": _webvtt,
    ".srt": _subrip,
    ".json": _recogniser,
    ".tsv": _table,
}
KINDS: Final = tuple(_READERS)
