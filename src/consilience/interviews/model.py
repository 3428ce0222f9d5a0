"""The nouns of interviews: documents, their versions, who said what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DocumentKind = Literal["interview", "group", "answer", "note"]
RecordingState = Literal["as it was", "changed", "missing"]
VersionKind = Literal["raw", "corrected", "pseudonymised", "deposit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one person said at a stretch.

    Args:
        speaker: the label as it stands in the text, without its colon; None where nobody is named.
        start: first code point, that of the label where there is one.
        said: first code point of what was said.
        end: code point after the last one said.
        t0: seconds from the start of the recording, None if not known.
        t1: seconds at its end, None if not known.
    """

    speaker: str | None
    start: int
    said: int
    end: int
    t0: float | None = None
    t1: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text that may be coded: a transcript, notes of a group, an open answer.

    Args:
        id: an id of this house, made from the name.
        name: as people call it; unique in the study.
        kind: what it is.
        interview: the interview it is the transcript of, None for other texts.
        case: the unit of a frame that it speaks of, None if it speaks of none.
        source: name of the file it came from, without folders; None if it came from no file.
        source_sha256: hash of that file's bytes.
        header: what stood in its header, such as date and interviewer; values as written.
        simulated: whether its words were invented.
    """

    id: str
    name: str
    kind: DocumentKind = "interview"
    interview: str | None = None
    case: str | None = None
    source: str | None = None
    source_sha256: str | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of the text of a document.

    Args:
        document: its id.
        number: from 1, in the order in which they were made.
        kind: raw as it came, corrected by a person, pseudonymised, or for deposit.
        parent: the version it was made from, None for the first.
        sha256: hash of the text.
        length: code points.
        sealed: whether the text is kept in the vault only, because it may name people.
        at: when it was made, UTC.
        actor: who made it.
    """

    document: str
    number: int
    kind: VersionKind
    parent: int | None
    sha256: str
    length: int
    sealed: bool
    at: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording. The file itself stays where the team keeps it.

    Args:
        sha256: hash of its bytes, by which it is known.
        name: name of the file, without folders.
        size: bytes.
        interview: the interview it is of, None while unknown.
        transcriber: who is to write it down, None while nobody.
        at: when it was entered, UTC.
    """

    sha256: str
    name: str
    size: int
    interview: str | None = None
    transcriber: str | None = None
    at: str = ""
