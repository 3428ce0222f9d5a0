"""What recognisers and captions say when: WebVTT, SubRip, the JSON of Whisper, and TSV."""

from __future__ import annotations

import html
import io
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.plain import read_plain

_BLOCK: Final = "-->"
# Eighty hours of talk at three seconds each; the library takes a kilobyte and more for one.
MOST_CUES: Final = 100_000
_MILLISECONDS: Final = 1000.0
# No `<` within a tag: else each one without an end would be followed to the end of the line.
_VOICE: Final = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>\n]+)>")
_TAG: Final = re.compile(r"<[^<>\n]*>")
_SRT_TIMES: Final = re.compile(r"\s*\d+:\d{1,2}:\d{1,2}[,.]\d+\s*-->\s*\d+:\d{1,2}:\d{1,2}[,.]\d+")
# A word alone on the line before the times is a number gone wrong.
_SRT_MARK: Final = re.compile(r"\s*\S{1,10}\s*")


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
        Fault: FMT-211 if it is malformed or holds nothing; FMT-010 to FMT-018 if it is no text;
            FMT-215 if it has over 100,000 captions, before any is read.
    """
    suffix = Path(file).suffix.lower()
    text = read_plain(data, file=file)
    words, odd = text.text, 0
    count = words.count(_BLOCK) if suffix in (".vtt", ".srt") else 0
    if count > MOST_CUES:
        name = Path(file).name
        told = {"name": name, "count": count, "what": "captions", "most": MOST_CUES}
        raise Fault("FMT-215", where=Where(file=file), **told)
    if suffix == ".srt":
        words, odd = _numbered(words)
    try:
        cues = _READERS[suffix](words, file)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _malformed(file, f"{type(error).__name__}: {error}") from error
    said = tuple(cue for cue in cues if cue.text)
    if not said:
        raise _malformed(file, "nobody says anything in it")
    notes = list(text.notes)
    if count > len(cues):
        notes.append(Fault("FMT-212", where=Where(file=file), stated=count, read=len(cues)))
    if odd:
        notes.append(Fault("FMT-217", where=Where(file=file), count=odd))
    return Captions(cues=said, notes=tuple(notes))


def _malformed(file: str, reason: str) -> Fault:
    return Fault("FMT-211", where=Where(file=file), name=Path(file).name, reason=reason)


def _webvtt(text: str, file: str) -> list[Cue]:
    return _of_library(text, file, "vtt")


def _subrip(text: str, file: str) -> list[Cue]:
    return _of_library(text, file, "srt")


def _numbered(text: str) -> tuple[str, int]:
    """Return SubRip with a number and a blank line before each caption, and how many had none."""
    lines: list[str] = []
    odd = 0
    for line in text.removeprefix("\ufeff").splitlines():
        if _SRT_TIMES.match(line) and not (lines and lines[-1].strip().isdigit()):
            odd += 1
            alone = len(lines) < 2 or not lines[-2].strip()
            if lines and alone and _SRT_MARK.fullmatch(lines[-1]):
                lines.pop()
            lines += ["", str(odd)]
        if lines or line.strip():
            lines.append(line)
    return "\n".join(lines).lstrip("\n"), odd


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
    said = [_TAG.sub("", part) for part in parts]
    return [
        Cue(t0, t1, said[at].strip(), _line(said[at + 1])) for at in range(1, len(parts) - 1, 2)
    ]


def _line(text: str) -> str:
    return " ".join(html.unescape(text).split()) if "&" in text else " ".join(text.split())


def _recogniser(text: str, _file: str) -> list[Cue]:
    content = json.loads(text)
    segments = content["segments"] if isinstance(content, Mapping) else content
    return [_segment(segment) for segment in _listed(segments, "segments")]


def _listed(content: object, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(content, list) or not all(isinstance(each, Mapping) for each in content):
        raise ValueError(f"its {what} are no list of objects")
    return content


def _segment(segment: Mapping[str, Any]) -> Cue:
    text, speaker = segment["text"], segment.get("speaker")
    if not isinstance(text, str) or not isinstance(speaker, str | int | None):
        raise ValueError("what is said or who speaks is no text")
    words = _listed(segment.get("words") or [], "words")
    return Cue(
        t0=_seconds(segment["start"]),
        t1=_seconds(segment["end"]),
        speaker=(_line(str(speaker)) if speaker is not None else "") or _most(words),
        text=_line(text),
    )


def _seconds(value: Any) -> float:  # noqa: ANN401  (what stands in JSON)
    seconds = float(value)
    if not math.isfinite(seconds):
        raise ValueError(f"{value} is no time")
    return seconds


def _most(words: Sequence[Mapping[str, Any]]) -> str | None:
    """Return who says most words, where a recogniser tells it of words only."""
    counts = Counter(_line(str(word["speaker"])) for word in words if word.get("speaker"))
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
