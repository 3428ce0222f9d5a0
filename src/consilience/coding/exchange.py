"""What do the records of a study and those of an exchange file have in common?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.base.ids import PATTERN
from consilience.coding.exchange_cases import CaseAttribute
from consilience.coding.model import CODING, CONSENSUS, Assignment, Code, Memo
from consilience.formats.qda.record import Loss, Project
from consilience.interviews.model import Document, DocumentKind, Version

_LONGEST_ID: Final = 64
# Under whose name codings stand whose coder a file does not name.
NOBODY: Final = "unnamed"
# The tables of the sidecar, each by GUID, and what stands in it beside them.
_TABLES: Final = ("documents", "codes", "codings", "memos", "coders")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingText:
    """A text of an exchange file.

    Args:
        key: its identifier there.
        name: unique within the file.
        kind: what it is.
        content: its normal text in UTF-8.
        header: its properties and those of its case there.
        case: the first case it speaks of, by a name that no other case has; None without one.
        case_key: identifier of that case there.
        document: what this program knew of it, None for a file of another; with its turns, see
            `exchange_turns.turns_told`.
    """

    key: str
    name: str
    kind: DocumentKind
    content: bytes
    header: Mapping[str, str] = field(default_factory=dict)
    case: str | None = None
    case_key: str | None = None
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An exchange file in the nouns of a study; documents are the keys of its texts.

    Args:
        texts: all texts that are there.
        codes: the codebook, parents before children.
        codings: rows of `CODING`, version 0.
        memos: notes.
        assignments: who was to code what.
        warnings: what a person should know.
        losses: what a study has no place for.
    """

    texts: tuple[IncomingText, ...]
    codes: tuple[Code, ...]
    codings: pa.Table = field(default_factory=CODING.empty_table)
    memos: tuple[Memo, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    warnings: tuple[Fault, ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """A text to be exported, in one version that is not sealed.

    Args:
        document: the text.
        version: the version.
        content: its words in UTF-8.
        turns: who says what there, see `exchange_turns.turns_row`; None if it is not told.
    """

    document: Document
    version: Version
    content: bytes
    turns: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What of a study goes into an exchange file.

    Args:
        study: id of the study.
        title: its title.
        origin: this program and its version.
        at: the time now, UTC.
        texts: in the order in which they are to stand.
        codes: parents before children.
        codings: rows of `CODING` in the versions of the texts.
        memos: notes on these things.
        assignments: who was to code what.
        history: what was done to the codebook: time, who, what.
        decisions: settled disagreements as plain values.
        attributes: what frames know of the cases.
    """

    study: str
    title: str
    origin: str
    at: str
    texts: Sequence[OutgoingText]
    codes: Sequence[Code]
    codings: pa.Table
    memos: Sequence[Memo] = ()
    assignments: Sequence[Assignment] = ()
    history: Sequence[tuple[str, str, str]] = ()
    decisions: Sequence[Mapping[str, Any]] = ()
    attributes: Sequence[CaseAttribute] = ()

    @property
    def cases(self) -> frozenset[str]:
        """The cases that texts or memos speak of."""
        of_texts = {text.document.case for text in self.texts if text.document.case is not None}
        return frozenset(of_texts | {memo.thing for memo in self.memos if memo.on == "case"})


class Sidecar:
    """What this program wrote beside a project; what is not of the right form is as if absent."""

    def __init__(self, content: Mapping[str, Any] | None) -> None:
        """Take the content as it was read."""
        found = content if isinstance(content, Mapping) else {}
        self.there = bool(found)
        self._tables = {name: _of_form(found.get(name), dict) for name in _TABLES}
        self.assignments: list[Any] = _of_form(found.get("assignments"), list)
        self.origin: str = _of_form(found.get("origin"), str)

    def row(self, table: str, guid: str) -> Mapping[str, Any]:
        """Return what is known of a thing, nothing if nothing is."""
        row: Mapping[str, Any] = _of_form(self._tables[table].get(guid), dict)
        return row

    def name(self, table: str, guid: str) -> str | None:
        """Return the id of a thing in the study it came from."""
        found = self.row(table, guid).get("id")
        return found if isinstance(found, str) and 0 < len(found) <= _LONGEST_ID else None

    def guids(self, table: str) -> list[str]:
        """Return the GUIDs of the things of a kind of which something is known."""
        return list(self._tables[table])

    def ids(self, table: str) -> dict[str, str]:
        """Return GUIDs by id of the study it came from."""
        names = {guid: self.name(table, guid) for guid in self._tables[table]}
        return {name: guid for guid, name in names.items() if name}


def _of_form(value: Any, form: type) -> Any:  # noqa: ANN401  (plain values of a file)
    return value if isinstance(value, form) else form()


def coder_id(name: str | None, guid: str) -> str:
    """Return the id of a coder that a program calls so.

    Args:
        name: as it stands there; None or empty where there is none.
        guid: the identifier there.

    Returns:
        Lower-case letters, digits and hyphens, at most 64; never that of the consensus, which
        only this program settles.

    Example:
        >>> coder_id("Zoë K.", ""), coder_id("", "0f8a1907-7e42"), coder_id("Consensus", "")
        ('zoe-k', 'coder-0f8a1907', 'consensus-there')
    """
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
    if not found:
        return f"coder-{guid[:8]}"
    if found == CONSENSUS:
        return f"{found}-there"
    return found if found[0].isalpha() else f"coder-{found}"[:_LONGEST_ID]


def check_coders(told: Mapping[str, str], project: Project) -> None:
    """Refuse ids of coders that cannot be, or that are for nobody in a file.

    Args:
        told: ids by the name of the user in the file.
        project: as it was read.

    Raises:
        Fault: COD-092 if an id is of the wrong form, COD-093 if it is that of the consensus,
            COD-094 if nobody there has that name.
    """
    there = sorted({user.name for user in project.users if user.name})
    for name, coder in told.items():
        if not PATTERN.fullmatch(coder):
            raise Fault("COD-092", coder=coder[:80])
        if coder == CONSENSUS:
            raise Fault("COD-093", name=name, coder=coder)
        if name not in there:
            raise Fault("COD-094", name=name, known=", ".join(there[:20]) or "nobody")
