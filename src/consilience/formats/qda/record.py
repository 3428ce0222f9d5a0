"""A project of any qualitative program as one frozen record: what all readers give.

Positions are code points of the normal form of each text, first 0, end after the last. Identifiers
are GUIDs in lower case without braces. What a record cannot say stays raw XML, so that writing a
project that was read loses nothing of it.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault
from consilience.formats.qda.conventions import Verdict

SourceKind = Literal["text", "representation", "transcript", "note"]
MediaKind = Literal["PictureSource", "PDFSource", "AudioSource", "VideoSource"]

# Where identifiers come from that are made here: the same content gives the same ones.
_OURS: Final = uuid.UUID("7b4d9f6a-0d5e-5c1c-9a67-3f0f6f7a2f11")
# A GUID as records hold it, as a pattern.
GUID: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_GUID: Final = re.compile(GUID)
# Bytes of a text looked at in one go.
_AT_ONCE: Final = 1 << 20
_TIME: Final = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def made_guid(*parts: str) -> str:
    """Return the GUID that stands for these parts in this order.

    Example:
        >>> made_guid("code", "a") == made_guid("code", "a")
        True
    """
    # As uuid.uuid5 makes them, in half its time: projects have hundreds of thousands.
    content = _OURS.bytes + "\x1f".join(parts).encode()
    digest = bytearray(hashlib.sha1(content, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    made = digest.hex()
    return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"


def is_guid(value: str) -> bool:
    """Return whether this is a GUID as records hold them.

    Example:
        >>> is_guid("7496ba52-9c8d-4396-8fab-cc438614e453"), is_guid("{7496BA52}")
        (True, False)
    """
    return _GUID.fullmatch(value) is not None


def canonical_guid(value: str) -> str:
    """Return an identifier in lower case without braces; what is no GUID becomes one.

    Example:
        >>> canonical_guid("{7496BA52-9C8D-4396-8FAB-CC438614E453}")
        '7496ba52-9c8d-4396-8fab-cc438614e453'
    """
    bare = value.strip().removeprefix("{").removesuffix("}").lower()
    return bare if is_guid(bare) else made_guid("foreign", bare)


def is_time(value: str) -> bool:
    """Return whether an exchange file may give this as a time.

    Example:
        >>> is_time("2018-03-27T17:46:39Z"), is_time("2026TZ")
        (True, False)
    """
    return _TIME.fullmatch(value) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who coded or wrote.

    Args:
        guid: its identifier.
        name: as the program has it, None where it gives none.
        id: the name under which the person signs in there.
    """

    guid: str
    name: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeNode:
    """A code and its place in the tree; the order of nodes is that of the codebook.

    Args:
        guid: its identifier; names may come twice.
        name: as coders read it.
        parent: the code above it, None at the top.
        codable: whether passages may carry it.
        colour: `#RRGGBB`.
        description: what it means.
    """

    guid: str
    name: str
    parent: str | None = None
    codable: bool = True
    colour: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who made a thing and who changed it last, and when; each may be unknown."""

    user: str | None = None
    at: str | None = None
    modified_by: str | None = None
    modified_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """A place of a transcript and the time at which it is heard.

    Args:
        guid: its identifier.
        time: milliseconds from the start.
        position: code point of the text.
    """

    guid: str
    time: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text: a document, the text of a PDF, a transcript of a recording, or a note.

    Args:
        guid: its identifier.
        name: as people call it.
        kind: which of the four it is.
        content: its normal text in UTF-8; None where the file was not there.
        description: what is said of it.
        stamp: who and when.
        media: the recording or PDF it belongs to.
        syncs: times of places, of a transcript.
    """

    guid: str
    name: str | None = None
    kind: SourceKind = "text"
    content: bytes | None = None
    description: str | None = None
    stamp: Stamp = field(default_factory=Stamp)
    media: str | None = None
    syncs: tuple[Sync, ...] = ()

    @property
    def text(self) -> str | None:
        """The normal text, decoded anew each time: whole projects stay small in memory."""
        return None if self.content is None else self.content.decode()

    @property
    def length(self) -> int:
        """Code points of the text, 0 where it is not there; counted without decoding it."""
        content = self.content or b""
        if content.isascii():
            return len(content)
        parts = range(0, len(content), _AT_ONCE)
        whole = np.frombuffer(content, dtype=np.uint8)
        # Each character has one byte that does not go on from another.
        return sum(
            int(np.count_nonzero((whole[at : at + _AT_ONCE] & 0xC0) != 0x80)) for at in parts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, PDF, sound or film; its file is not kept.

    Args:
        guid: its identifier.
        kind: the element that it is.
        name: as people call it.
        path: where its file lay, never with the folders of somebody's machine.
        stamp: who and when.
        before: raw XML of its children up to the place of its texts.
        after: raw XML of those behind.
    """

    guid: str
    kind: MediaKind
    name: str | None = None
    path: str | None = None
    stamp: Stamp = field(default_factory=Stamp)
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A named property of cases or sources; `kind` is Text, Boolean, Integer, Float, Date..."""

    guid: str
    name: str
    kind: str = "Text"
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a variable for a case or a source (`owner`), as written; None if it is empty."""

    owner: str
    variable: str
    kind: str = "Text"
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Somebody or something that sources and passages speak of."""

    guid: str
    name: str | None = None
    description: str | None = None
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line between two things."""

    guid: str
    name: str | None = None
    direction: str | None = None
    colour: str | None = None
    origin: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A set of codes, sources and notes."""

    guid: str
    name: str
    description: str | None = None
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _text(name: str, *, needed: bool = False) -> pa.Field:
    return pa.field(name, pa.string(), nullable=not needed)


# One row a passage; `source` is the row of its text in `Project.sources`.
SELECTION: Final = pa.schema(
    [
        _text("guid", needed=True),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        _text("name"),
        _text("description"),
        _text("user"),
        _text("at"),
        _text("modified_by"),
        _text("modified_at"),
        _text("from_sync"),
        _text("to_sync"),
    ]
)
# One row a coding; `selection` is the row of its passage, null where the whole source is coded.
CODING: Final = pa.schema(
    [
        _text("guid", needed=True),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("selection", pa.int32()),
        _text("code", needed=True),
        _text("user"),
        _text("at"),
    ]
)
# Whose notes: the project itself stands under this name among the owners of notes.
PROJECT: Final = "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A whole project.

    Args:
        name: as its program calls it.
        origin: the program and its version.
        users: who worked in it.
        codes: the codebook, parents before children.
        sources: all texts, notes among them.
        media: pictures, PDFs, sound and film.
        selections: passages, see SELECTION.
        codings: which passage carries which code, see CODING.
        variables: properties.
        values: their values.
        cases: whom the texts speak of.
        links: lines between things.
        groups: sets.
        mentions: pairs of a thing's identifier (or `project`) and that of a note on it, sorted.
        graphs: drawings, as raw XML.
        description: what is said of the project.
        stamp: who and when.
        sidecar: what this program knows and exchange files have no place for.
    """

    name: str
    origin: str | None = None
    users: tuple[User, ...] = ()
    codes: tuple[CodeNode, ...] = ()
    sources: tuple[Source, ...] = ()
    media: tuple[Media, ...] = ()
    selections: pa.Table = field(default_factory=SELECTION.empty_table)
    codings: pa.Table = field(default_factory=CODING.empty_table)
    variables: tuple[Variable, ...] = ()
    values: tuple[Value, ...] = ()
    cases: tuple[Case, ...] = ()
    links: tuple[Link, ...] = ()
    groups: tuple[Group, ...] = ()
    mentions: tuple[tuple[str, str], ...] = ()
    graphs: tuple[str, ...] = ()
    description: str | None = None
    stamp: Stamp = field(default_factory=Stamp)
    sidecar: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that had no place.

    Args:
        what: in words, in the plural.
        count: how many.
        example: one of them, may be empty.
    """

    what: str
    count: int
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read.

    Args:
        project: the record.
        verdict: how positions were counted there, and how sure that is.
        warnings: what a person should know.
        losses: what was in the file and is not in the record.
    """

    project: Project
    verdict: Verdict
    warnings: tuple[Fault, ...] = ()
    losses: tuple[Loss, ...] = ()
