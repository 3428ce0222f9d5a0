"""What does a study say in an exchange file, for other programs and for this one?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa

from consilience.coding.exchange import Outgoing, OutgoingText
from consilience.coding.model import CONSENSUS, Code, Memo
from consilience.formats.qda.record import (
    CODING,
    PROJECT,
    SELECTION,
    Case,
    CodeNode,
    Link,
    Loss,
    Project,
    Source,
    Stamp,
    User,
    Value,
    Variable,
    is_guid,
    is_time,
    made_guid,
)

_QUOTE: Final = 40


def outgoing_project(outgoing: Outgoing) -> tuple[Project, tuple[Loss, ...]]:
    """Return a study as a project that any program can read.

    What exchange files have no place for stands in descriptions and notes, in words, and in the
    sidecar, exactly. Identifiers are GUIDs of the study where they are such, and else made from
    its ids, so that they are the same in every export.

    Args:
        outgoing: what goes out.

    Returns:
        The project, and what other programs will find in notes only.
    """
    giving = _Giving(outgoing=outgoing)
    sources = [giving.source(text) for text in outgoing.texts]
    selections, codings = giving.passages()
    notes, links = giving.notes()
    variables, values = giving.values()
    project = Project(
        name=outgoing.title,
        origin=outgoing.origin,
        codes=giving.codes(),
        sources=(*sources, *notes),
        selections=selections,
        codings=codings,
        variables=variables,
        values=values,
        cases=giving.cases(),
        links=links,
        mentions=tuple(sorted(giving.mentions)),
        stamp=Stamp(at=outgoing.at),
        sidecar=giving.sidecar(),
        users=giving.users(),
    )
    return project, tuple(Loss(what=w, count=n) for w, n in sorted(giving.lost.items()) if n)


@dataclass(slots=True, kw_only=True)
class _Giving:
    """A study being written out."""

    outgoing: Outgoing
    mentions: set[tuple[str, str]] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    coders: dict[str, str] = field(default_factory=dict)
    coding_rows: dict[str, dict[str, str]] = field(default_factory=dict)
    memo_rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def guid(self, kind: str, key: str) -> str:
        """Return the GUID of a thing of the study."""
        return key if is_guid(key) else made_guid(self.outgoing.study, kind, key)

    def user(self, coder: str) -> str:
        """Return the GUID of a coder."""
        if coder not in self.coders:
            self.coders[coder] = self.guid("coder", coder)
        return self.coders[coder]

    def users(self) -> tuple[User, ...]:
        """Return all coders by their ids."""
        return tuple(User(guid=guid, name=name) for name, guid in sorted(self.coders.items()))

    # --- texts and cases ------------------------------------------------------------------

    def source(self, text: OutgoingText) -> Source:
        """Return a text."""
        return Source(
            guid=self.guid("document", text.document.id),
            name=text.document.name,
            content=text.content,
        )

    def cases(self) -> tuple[Case, ...]:
        """Return the cases that texts speak of, with their texts."""
        found: dict[str, list[str]] = {}
        for text in self.outgoing.texts:
            if text.document.case is not None:
                source = self.guid("document", text.document.id)
                found.setdefault(text.document.case, []).append(source)
        for memo in self.outgoing.memos:
            if memo.on == "case":
                found.setdefault(memo.thing, [])
        return tuple(
            Case(guid=self.guid("case", name), name=name, sources=tuple(sources))
            for name, sources in sorted(found.items())
        )

    def values(self) -> tuple[tuple[Variable, ...], tuple[Value, ...]]:
        """Return the fields of headers as properties of texts."""
        variables: dict[str, Variable] = {}
        values = []
        for text in self.outgoing.texts:
            for name, value in sorted(text.document.header.items()):
                guid = made_guid(self.outgoing.study, "field", name)
                variables.setdefault(name, Variable(guid=guid, name=name))
                owner = self.guid("document", text.document.id)
                values.append(Value(owner=owner, variable=guid, value=value))
        return tuple(variables[name] for name in sorted(variables)), tuple(values)

    # --- codes and passages ---------------------------------------------------------------

    def codes(self) -> tuple[CodeNode, ...]:
        """Return the codebook."""
        return tuple(
            CodeNode(
                guid=self.guid("code", code.id),
                name=code.name,
                parent=None if code.parent is None else self.guid("code", code.parent),
                codable=code.codable,
                colour=code.colour.upper() if code.colour else None,
                description=described(code) or None,
            )
            for code in self.outgoing.codes
        )

    def passages(self) -> tuple[pa.Table, pa.Table]:
        """Return passages and codings; what one coder marked in one place is one passage."""
        texts = {text.document.id: number for number, text in enumerate(self.outgoing.texts)}
        table = self.outgoing.codings
        wanted = ("document", "start", "end", "coder", "at", "code", "id", "origin")
        rows = sorted(zip(*(table.column(name).to_pylist() for name in wanted), strict=True),
                      key=lambda row: (texts[row[0]], *row[1:4], row[6]))  # fmt: skip
        selections: dict[str, list[Any]] = {name: [] for name in SELECTION.names}
        codings: dict[str, list[Any]] = {name: [] for name in CODING.names}
        last, text = None, ""
        codes = {code.id: self.guid("code", code.id) for code in self.outgoing.codes}
        for document, start, end, coder, at, code, key, origin in rows:
            place = (document, start, end, coder)
            time = at if is_time(at) else None
            if last is None or last[0] != document:
                text = self.outgoing.texts[texts[document]].content.decode()
            if place != last:
                last = place
                self._passage(selections, place, texts[document], time, text)
            guid = self.guid("coding", key)
            self._remember(guid, key, origin)
            for name, value in zip(
                CODING.names,
                (guid, texts[document], len(selections["guid"]) - 1, codes[code],
                 self.user(coder), time),
                strict=True,
            ):  # fmt: skip
                codings[name].append(value)
        return (
            pa.Table.from_pydict(selections, schema=SELECTION),
            pa.Table.from_pydict(codings, schema=CODING),
        )

    def _passage(
        self,
        selections: Mapping[str, list[Any]],
        place: tuple[str, int, int, str],
        source: int,
        at: str | None,
        text: str,
    ) -> None:
        document, start, end, coder = place
        # The beginning of the passage: programs show it, and it proves how places are counted.
        quote = " ".join(text[start : min(end, start + _QUOTE)].split())
        row = {
            "guid": made_guid(
                self.outgoing.study, "passage", document, str(start), str(end), coder
            ),
            "source": source,
            "start": start,
            "end": end,
            "name": quote,
            "user": self.user(coder),
            "at": at,
        }
        for name, column in selections.items():
            column.append(row.get(name))

    def _remember(self, guid: str, key: str, origin: str) -> None:
        row = {
            name: value
            for name, value in (("id", key), ("origin", origin))
            if value not in (guid, "person")
        }
        if row:
            self.coding_rows[guid] = row
        self.lost["codings that are the consensus (by their user, and in the sidecar)"] += (
            origin == CONSENSUS
        )

    # --- notes ----------------------------------------------------------------------------

    def notes(self) -> tuple[tuple[Source, ...], tuple[Link, ...]]:
        """Return memos as notes on their things, and what has no other place in words."""
        found: list[Source] = []
        links = []
        for memo in self.outgoing.memos:
            note = self._note(memo)
            found.append(note)
            if memo.on == "case":
                guid = made_guid(note.guid, "case")
                target = self.guid("case", memo.thing)
                links.append(Link(guid=guid, direction="OneWay", origin=note.guid, target=target))
            else:
                key = PROJECT if memo.on == "study" else self.guid(memo.on, memo.thing)
                self.mentions.add((key, note.guid))
        found += self._own_notes()
        return tuple(found), tuple(links)

    def _note(self, memo: Memo) -> Source:
        guid = self.guid("memo", memo.id)
        self.memo_rows[guid] = {"id": memo.id, "on": memo.on, "title": memo.title}
        if memo.on != "document":
            self.memo_rows[guid]["thing"] = memo.thing
        self.lost["kinds of memos (in words in their titles, and in the sidecar)"] += 1
        return Source(
            guid=guid,
            name=memo.title or f"Memo on {memo.on}",
            kind="note",
            content=memo.text.encode(),
            stamp=Stamp(user=self.user(memo.author), at=memo.at if is_time(memo.at) else None),
        )

    def _own_notes(self) -> Iterator[Source]:
        """Yield what stands in the sidecar in words, for those who read with another program."""
        out = self.outgoing
        pages = {
            "Who coded what": [
                f"{each.coder}: {each.document}, given {each.assigned_at}, "
                + (f"released {each.released_at}" if each.released_at else "not released")
                for each in out.assignments
            ],
            "History of the codebook": [f"{at} {who}: {what}" for at, who, what in out.history],
            "Decisions on disagreements": [
                "; ".join(
                    f"{name} {value}" for name, value in row.items() if value not in (None, "")
                )
                for row in out.decisions
            ],
            "Versions of the texts": [
                f"{text.document.name}: version {text.version.number}, {text.version.kind}, "
                f"SHA-256 {text.version.sha256}"
                for text in out.texts
            ],
        }
        for name, lines in pages.items():
            if not lines:
                continue
            guid = made_guid(out.study, "page", name)
            self.memo_rows[guid] = {"own": True}
            self.mentions.add((PROJECT, guid))
            self.lost[f"lines of the note “{name}” (exactly in the sidecar)"] += len(lines)
            yield Source(guid=guid, name=name, kind="note", content="\n".join(lines).encode())

    # --- the sidecar ----------------------------------------------------------------------

    def sidecar(self) -> dict[str, Any]:
        """Return what exchange files have no place for, exactly."""
        out = self.outgoing
        return {
            "study": out.study,
            "documents": {
                self.guid("document", text.document.id): _document_row(text) for text in out.texts
            },
            "codes": {self.guid("code", code.id): _code_row(code) for code in out.codes},
            "codings": self.coding_rows,
            "memos": self.memo_rows,
            "coders": {guid: {"id": coder} for coder, guid in sorted(self.coders.items())},
            "assignments": [
                {
                    "document": each.document,
                    "coder": each.coder,
                    "assigned_at": each.assigned_at,
                    "released_at": each.released_at,
                }
                for each in out.assignments
            ],
            "history": [list(line) for line in out.history],
            "decisions": [dict(row) for row in out.decisions],
        }


def _document_row(text: OutgoingText) -> dict[str, Any]:
    document, version = text.document, text.version
    return {
        "id": document.id,
        "kind": document.kind,
        "interview": document.interview,
        "source": document.source,
        "source_sha256": document.source_sha256,
        "simulated": document.simulated,
        "version": version.number,
        "version_kind": version.kind,
        "sha256": version.sha256,
    }


def _code_row(code: Code) -> dict[str, Any]:
    return {
        "id": code.id,
        "position": code.position,
        "definition": code.definition,
        "inclusion": code.inclusion,
        "exclusion": code.exclusion,
        "examples": list(code.examples),
        "retired": code.retired,
    }


def described(code: Code) -> str:
    """Return all that the codebook says of a code, in words.

    Example:
        >>> print(described(Code(id="a", name="Door", definition="Access.", exclusion="Doors.")))
        Access.
        <BLANKLINE>
        Do not use it for: Doors.
    """
    parts: Sequence[str] = (
        code.definition,
        f"Use it for: {code.inclusion}" if code.inclusion else "",
        f"Do not use it for: {code.exclusion}" if code.exclusion else "",
        "Examples:\n" + "\n".join(f"- {each}" for each in code.examples) if code.examples else "",
        "No longer given; kept for what was coded with it." if code.retired else "",
    )
    return "\n\n".join(part for part in parts if part)
