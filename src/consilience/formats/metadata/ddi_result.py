"""What reading DDI comes to: the record, its faults, and what it does not carry."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.base.errors import Fault
from consilience.formats.metadata.model import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Content of a source that the record has no place for.

    Attributes:
        path: elements from the root on, such as `stdyDscr/citation/prodStmt/prodPlac`; an attribute
            has an `@` before its name.
        count: how often it stands there.
        line: line of the first one.
    """

    path: str
    count: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The header that an OAI-PMH answer puts around a record.

    Attributes:
        identifier: the identifier in its repository.
        datestamp: when it last changed, as written there.
        sets: the sets it is in.
        deleted: whether it was taken away.
        base_url: address of the repository; empty if the answer does not say.
    """

    identifier: str
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False
    base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DdiRead:
    """A record read from DDI.

    Attributes:
        record: what was read.
        faults: what is wrong with the source, each with its line and what was done about it.
        lost: what the record does not carry.
        version: `2.6`, `2.5`, `2.0`, `1.2.2` and so on, as the source says; empty if it does not.
        envelope: header of the OAI-PMH answer it came in; None if it came alone.
    """

    record: Record
    faults: tuple[Fault, ...] = ()
    lost: tuple[Lost, ...] = ()
    version: str = ""
    envelope: Envelope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvested:
    """One entry of an OAI-PMH answer.

    Attributes:
        envelope: its header; None for a record that came alone.
        read: the record; None if it is deleted or the answer holds none.
    """

    envelope: Envelope | None
    read: DdiRead | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DdiWritten:
    """DDI and what could not be said in it.

    Attributes:
        data: the XML, UTF-8.
        faults: what was changed to keep it valid, each a warning.
    """

    data: bytes
    faults: tuple[Fault, ...] = ()
