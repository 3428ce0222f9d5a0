"""What does a study say in an exchange file, for other programs and for this one?"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault
from consilience.coding.exchange import Outgoing, OutgoingText
from consilience.coding.exchange_names import PAGES, identifiers, page_guid
from consilience.coding.exchange_turns import turns_in_row
from consilience.coding.model import Code, Memo
from consilience.formats.qda.record import (
    CODING,
    GUID,
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
_AT_ONCE: Final = 10_000


def outgoing_project(outgoing: Outgoing) -> tuple[Project, tuple[Loss, ...]]:
    """Return a study as a project that any program can read.

    What exchange files have no place for stands in descriptions and notes, in words, and in the
    sidecar, exactly. Identifiers are GUIDs of the study where they are such, and else made from
    its ids, so that they are the same in every export.

    Args:
        outgoing: what goes out.

    Returns:
        The project, and what other programs will find in notes only.

    Raises:
        Fault: COD-171 if two things would have one identifier.
    """
    giving = _Giving(outgoing=outgoing, guids=_guids(outgoing))
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
    _refuse_twice(project)
    return project, tuple(Loss(what=w, count=n) for w, n in sorted(giving.lost.items()) if n)


def _guids(outgoing: Outgoing) -> dict[str, dict[str, str]]:
    """Return the identifiers of things by kind and id; those of codings are made with them."""
    study = outgoing.study
    pages = [page_guid(study, name) for name in PAGES]
    return {
        "code": identifiers(study, "code", [code.id for code in outgoing.codes]),
        "document": identifiers(study, "document", [each.document.id for each in outgoing.texts]),
        "memo": identifiers(study, "memo", [memo.id for memo in outgoing.memos], taken=pages),
    }


def _refuse_twice(project: Project) -> None:
    """Refuse a file that no program would read, before it is there.

    Raises:
        Fault: COD-171 naming the first identifier that stands twice.
    """
    kinds: dict[str, pa.Array | pa.ChunkedArray] = {
        "codes": pa.array([each.guid for each in project.codes], pa.string()),
        "users": pa.array([each.guid for each in project.users], pa.string()),
        "sources": pa.array([each.guid for each in project.sources], pa.string()),
        "cases": pa.array([each.guid for each in project.cases], pa.string()),
        "passages": project.selections.column("guid"),
        "codings": project.codings.column("guid"),
    }
    for what, guids in kinds.items():
        twice = _twice(guids)
        if len(twice):
            raise Fault("COD-171", what=what, guid=twice[0].decode(), count=len(twice))


def _twice(guids: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.bytes_]:
    """Return identifiers that stand more than once, without a table of hashes: 30 MB of 100,000."""
    found = np.empty(len(guids), "S36")
    for at in range(0, len(guids), _AT_ONCE):
        part = guids.slice(at, _AT_ONCE).to_pylist()
        found[at : at + len(part)] = part
    found.sort()
    return np.unique(found[1:][found[1:] == found[:-1]])


@dataclass(slots=True, kw_only=True)
class _Giving:
    """A study being written out."""

    outgoing: Outgoing
    guids: dict[str, dict[str, str]]
    mentions: set[tuple[str, str]] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    coders: dict[str, str] = field(default_factory=dict)
    coding_rows: dict[str, dict[str, str]] = field(default_factory=dict)
    origin: str = "person"
    memo_rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def guid(self, kind: str, key: str) -> str:
        """Return the GUID of a thing of the study."""
        found = self.guids.get(kind, {}).get(key)
        if found is not None:
            return found
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
        """Return the fields of headers as properties of texts, and attributes of cases."""
        variables: dict[str, Variable] = {}
        values = []
        for text in self.outgoing.texts:
            for name, value in sorted(text.document.header.items()):
                guid = made_guid(self.outgoing.study, "field", name)
                variables.setdefault(name, Variable(guid=guid, name=name))
                owner = self.guid("document", text.document.id)
                values.append(Value(owner=owner, variable=guid, value=value))
        fields = [variables[name] for name in sorted(variables)]
        own, of_cases = self._attributes(set(variables))
        return (*fields, *own), (*values, *of_cases)

    def _attributes(self, taken: set[str]) -> tuple[list[Variable], list[Value]]:
        """Return what frames know of the cases, told apart from fields of headers by name."""
        variables, values = [], []
        for each in self.outgoing.attributes:
            name = each.name if each.name not in taken else f"{each.name[:56]} (case)"
            guid = made_guid(self.outgoing.study, "attribute", each.name)
            variables.append(
                Variable(guid=guid, name=name, kind=each.kind, description=each.description)
            )
            values += [
                Value(owner=self.guid("case", case), variable=guid, kind=each.kind, value=value)
                for case, value in each.values.items()
            ]
        self.lost["names of attributes cut to 63 characters (whole in their descriptions)"] += sum(
            each.cut for each in self.outgoing.attributes
        )
        return variables, values

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
        rows = self._ordered()
        places = [rows.column(name).to_numpy() for name in ("text", "start", "end", "user")]
        new = np.ones(rows.num_rows, dtype=bool)
        if rows.num_rows:
            new[1:] = np.any([np.diff(column) != 0 for column in places], axis=0)
        coders = sorted(self.outgoing.codings.column("coder").unique().to_pylist())
        users = pa.array([self.user(coder) for coder in coders], pa.string())
        first = rows.select(["text", "start", "end", "user", "at"]).filter(pa.array(new))
        selections = {
            "guid": _column(self._passage_guids(first, coders)),
            "source": first.column("text"),
            "start": first.column("start"),
            "end": first.column("end"),
            "name": _column(self._quotes(first)),
            "user": users.take(first.column("user")),
            "at": first.column("at"),
        }
        nothing = pa.nulls(first.num_rows, pa.string())
        codings = {
            "guid": self._coding_guids(rows),
            "source": rows.column("text"),
            "selection": np.cumsum(new, dtype=np.int32) - np.int32(1),
            "code": rows.column("code"),
            "user": users.take(rows.column("user")),
            "at": rows.column("at"),
        }
        whole = {name: selections.get(name, nothing) for name in SELECTION.names}
        return (
            pa.Table.from_pydict(whole, schema=SELECTION),
            pa.Table.from_pydict(codings, schema=CODING),
        )

    def _ordered(self) -> pa.Table:
        """Return the codings by text, place, coder and id, with GUIDs of codes and valid times."""
        table = self.outgoing.codings
        texts = pa.array([text.document.id for text in self.outgoing.texts], pa.string())
        coders = pa.array(sorted(table.column("coder").unique().to_pylist()), pa.string())
        codes = pa.array([code.id for code in self.outgoing.codes], pa.string())
        guids = pa.array([self.guid("code", code.id) for code in self.outgoing.codes], pa.string())
        times = table.column("at").unique().to_pylist()
        known = pa.array([time for time in times if is_time(time)], pa.string())
        at = table.column("at")
        columns = {
            "text": pc.index_in(table.column("document"), texts),
            "start": table.column("start"),
            "end": table.column("end"),
            "user": pc.index_in(table.column("coder"), coders),
            "id": table.column("id"),
            "code": guids.take(pc.index_in(table.column("code"), codes)),
            "at": pc.if_else(pc.is_in(at, known), at, None),
            "origin": table.column("origin"),
        }
        keys = [(name, "ascending") for name in ("text", "start", "end", "user", "id")]
        return pa.Table.from_pydict(columns).sort_by(keys)

    def _quotes(self, first: pa.Table) -> Iterator[str]:
        """Yield the beginning of each passage: programs show it, and it proves how places count."""
        last, text = -1, ""
        for number, start, end in _rows(first, "text", "start", "end"):
            if number != last:
                last, text = number, self.outgoing.texts[number].content.decode()
            yield " ".join(text[start : min(end, start + _QUOTE)].split())

    def _passage_guids(self, first: pa.Table, coders: Sequence[str]) -> Iterator[str]:
        study, ids = self.outgoing.study, [text.document.id for text in self.outgoing.texts]
        for number, start, end, user in _rows(first, "text", "start", "end", "user"):
            yield made_guid(study, "passage", ids[number], f"{start}", f"{end}", coders[user])

    def _coding_guids(self, rows: pa.Table) -> pa.Array | pa.ChunkedArray:
        """Return GUIDs of the codings, and remember what exchange files have no place for."""
        found = pc.value_counts(rows.column("origin")).to_pylist()
        origins = Counter({row["values"]: row["counts"] for row in found})
        self.origin = origins.most_common(1)[0][0] if origins else "person"
        self.lost["codings that are the consensus (by their user, and in the sidecar)"] += origins[
            "consensus"
        ]
        ids = rows.column("id")
        odd = pc.not_equal(rows.column("origin"), self.origin)
        strange = pc.invert(pc.match_substring_regex(ids, GUID))
        if pc.any(strange).as_py():
            study, plain = self.outgoing.study, ids.filter(strange).to_pylist()
            made = identifiers(study, "coding", plain)
            doubled = pc.is_in(ids, pa.array(made.values(), pa.string()))
            twice = ids.filter(doubled).to_pylist()
            self.guids["coding"] = identifiers(study, "coding", [*plain, *twice])
            strange = pc.or_(strange, doubled)
        for row in rows.select(["id", "origin"]).filter(pc.or_(odd, strange)).to_pylist():
            self.coding_rows[self.guid("coding", row["id"])] = row
        if not pc.any(strange).as_py():
            return ids
        return pa.array([self.guid("coding", each) for each in ids.to_pylist()], pa.string())

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
        pages: tuple[list[str], ...] = (
            [
                f"{each.coder}: {each.document}, given {each.assigned_at}, "
                + (f"released {each.released_at}" if each.released_at else "not released")
                for each in out.assignments
            ],
            [f"{at} {who}: {what}" for at, who, what in out.history],
            [
                "; ".join(
                    f"{name} {value}" for name, value in row.items() if value not in (None, "")
                )
                for row in out.decisions
            ],
            [
                f"{text.document.name}: version {text.version.number}, {text.version.kind}, "
                f"SHA-256 {text.version.sha256}"
                for text in out.texts
            ],
        )
        for name, lines in zip(PAGES, pages, strict=True):
            if not lines:
                continue
            guid = page_guid(out.study, name)
            self.memo_rows[guid] = {"own": True}
            self.mentions.add((PROJECT, guid))
            self.lost[f"lines of the note “{name}” (exactly in the sidecar)"] += len(lines)
            yield Source(guid=guid, name=name, kind="note", content="\n".join(lines).encode())

    # --- the sidecar ----------------------------------------------------------------------

    def sidecar(self) -> dict[str, Any]:
        """Return what exchange files have no place for, exactly."""
        out = self.outgoing
        self.lost["turns with their speakers (exactly in the sidecar)"] += sum(
            turns_in_row(text.turns) for text in out.texts
        )
        return {
            "study": out.study,
            "documents": {
                self.guid("document", text.document.id): _document_row(text) for text in out.texts
            },
            "codes": {self.guid("code", code.id): _code_row(code) for code in out.codes},
            "codings": self.coding_rows,
            "origin": self.origin,
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


def _rows(table: pa.Table, *names: str) -> Iterator[tuple[int, ...]]:
    """Yield rows of some columns of numbers."""
    for batch in table.select(names).to_batches(max_chunksize=_AT_ONCE):
        yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)


def _column(values: Iterator[str]) -> pa.ChunkedArray:
    """Return texts as a column, some at a time: as a list they would take three times as much."""
    parts = iter(lambda: list(itertools.islice(values, _AT_ONCE)), [])
    return pa.chunked_array([pa.array(part, pa.string()) for part in parts], pa.string())


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
        "turns": text.turns,
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
