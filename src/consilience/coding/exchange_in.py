"""What does an exchange file say in the nouns of a study?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault
from consilience.base.ids import plain_name
from consilience.coding.exchange import NOBODY, Incoming, IncomingText, Sidecar, coder_id
from consilience.coding.exchange_names import Here
from consilience.coding.model import CODING, CONSENSUS, Assignment, Code, Memo
from consilience.formats.qda.record import (
    PROJECT,
    Loss,
    Project,
    Source,
    made_guid,
)
from consilience.interviews.model import DocumentKind

_KINDS: Final[tuple[DocumentKind, ...]] = ("interview", "group", "answer", "note")
_ONS: Final = ("code", "coding", "document", "case", "study")
_LONGEST_TITLE: Final = 250
NOTHING_HERE: Final = Here()


def incoming(
    project: Project, *, coders: Mapping[str, str] | None = None, here: Here = NOTHING_HERE
) -> Incoming:
    """Return an exchange file in the nouns of a study.

    Codes are known by identifier. A coding of a whole source becomes one of its whole text, one
    that marks no text is left out and told (COD-080). Notes become memos on what they are linked
    to; what is said of a passage becomes a memo on its coding. Properties of cases and sources go
    into the header of the text.

    Args:
        project: as it was read.
        coders: ids of coders by the name of the user there; others get an id from their name.
        here: what the study has, so that it is known when it comes back without its sidecar.
    """
    side = Sidecar(project.sidecar)
    taking = _Taking(
        project=project,
        side=side,
        here=here,
        coders=_coders(project, side, coders or {}, here),
        case_names=told_apart(
            (case.guid, here.cases.get(case.guid) or case.name or case.guid)
            for case in project.cases
        ),
    )
    texts, notes = taking.parted()
    table, whole, empty = taking.codings()
    memos = taking.memos(notes, table)
    warnings = (Fault("COD-080", count=empty),) if empty else ()
    taking.lost["codings of whole sources (now of their whole text)"] += whole
    taking.lose_the_rest()
    return Incoming(
        texts=texts,
        codes=taking.codes(),
        codings=table,
        memos=memos,
        assignments=taking.assignments(),
        warnings=warnings,
        losses=tuple(Loss(what=w, count=n) for w, n in sorted(taking.lost.items()) if n),
    )


def _coders(project: Project, side: Sidecar, told: Mapping[str, str], here: Here) -> dict[str, str]:
    """Return the id of each user, no two alike."""
    found: dict[str, str] = {}
    for user in project.users:
        known = (
            side.name("coders", user.guid)
            or told.get(user.name or "")
            or here.coders.get(user.guid)
        )
        wanted = known or coder_id(user.name, user.guid)
        taken = set(found.values())
        number = 2
        while wanted in taken and not known:
            wanted = f"{coder_id(user.name, user.guid)[:60]}-{number}"
            number += 1
        found[user.guid] = wanted
    return found


@dataclass(slots=True, kw_only=True)
class _Taking:
    """A file being taken in."""

    project: Project
    side: Sidecar
    here: Here
    coders: Mapping[str, str]
    case_names: Mapping[str, str]
    lost: Counter[str] = field(default_factory=Counter)

    # --- texts ----------------------------------------------------------------------------

    def parted(self) -> tuple[tuple[IncomingText, ...], list[Source]]:
        """Return the texts, and the notes that are only notes."""
        coded = set(self.project.selections.column("source").to_pylist())
        texts, notes = [], []
        for number, source in enumerate(self.project.sources):
            if source.content is None:
                self.lost["texts that were not there"] += source.kind != "note"
            elif source.kind == "note" and number not in coded:
                notes.append(source)
            else:
                texts.append((source, plain_name(source.name or "") or f"Text {number + 1}"))
        names = told_apart((source.guid, name) for source, name in texts)
        cases, values = self._cases(), self._values()
        return tuple(self._text(each, names, cases, values) for each, _ in texts), notes

    def _text(
        self,
        source: Source,
        names: Mapping[str, str],
        cases: Mapping[str, list[str]],
        values: Mapping[str, dict[str, str]],
    ) -> IncomingText:
        known = self.side.row("documents", source.guid)
        back = self.here.documents.get(source.guid)
        if not known and back is not None:
            known = {"id": back}
        kind: DocumentKind = "note" if source.kind == "note" else "interview"
        mine = cases.get(source.guid, [])
        self.lost["further cases of a text"] += max(len(mine) - 1, 0)
        case = mine[0] if mine else None
        own, of_case = values.get(source.guid, {}), values.get(case or "", {})
        self.lost["values of cases (in the headers of texts that are new here)"] += len(of_case)
        self.lost["values of a case that its text has otherwise"] += sum(
            own.get(name, value) != value for name, value in of_case.items()
        )
        return IncomingText(
            key=source.guid,
            name=names[source.guid],
            kind=next((each for each in _KINDS if each == known.get("kind")), kind),
            content=source.content or b"",
            header=of_case | own,
            case=None if case is None else self.case_names[case],
            case_key=case,
            document=known or None,
        )

    def _cases(self) -> dict[str, list[str]]:
        """Return the cases of each source by identifier: two may have one name."""
        found: dict[str, list[str]] = {}
        for case in self.project.cases:
            for source in case.sources:
                found.setdefault(source, []).append(case.guid)
            self.lost["passages of cases"] += len(case.selections)
            self.lost["codes of cases"] += len(case.codes)
            self.lost["descriptions of cases"] += bool(case.description)
        return found

    def _values(self) -> dict[str, dict[str, str]]:
        """Return the values of each case and source by the name of the variable."""
        names = told_apart((each.guid, each.name) for each in self.project.variables)
        found: dict[str, dict[str, str]] = {}
        for value in self.project.values:
            if value.variable in names and value.value is not None:
                found.setdefault(value.owner, {})[names[value.variable]] = value.value
        return found

    # --- codes and codings ----------------------------------------------------------------

    def codes(self) -> tuple[Code, ...]:
        """Return the codebook."""
        places: Counter[str | None] = Counter()
        found = []
        for node in self.project.codes:
            known = self.side.row("codes", node.guid)
            found.append(
                Code(
                    id=self._code(node.guid),
                    name=node.name,
                    parent=None if node.parent is None else self._code(node.parent),
                    position=_number(known.get("position"), places[node.parent]),
                    colour=node.colour,
                    definition=_words(known.get("definition"), node.description or ""),
                    inclusion=_words(known.get("inclusion"), ""),
                    exclusion=_words(known.get("exclusion"), ""),
                    examples=tuple(e for e in known.get("examples") or () if isinstance(e, str)),
                    codable=node.codable,
                    retired=known.get("retired") is True,
                )
            )
            places[node.parent] += 1
        return tuple(found)

    def _code(self, guid: str) -> str:
        return self.side.name("codes", guid) or self.here.codes.get(guid, guid)

    def _coder(self, *guids: str | None) -> str:
        known = (self.coders.get(guid) for guid in guids if guid is not None)
        return next((coder for coder in known if coder is not None), NOBODY)

    def codings(self) -> tuple[pa.Table, int, int]:
        """Return the codings, how many were of whole sources, and how many mark no text."""
        rows, selections = self.project.codings, self.project.selections
        lengths = [source.length for source in self.project.sources]
        sources = rows.column("source").to_numpy()
        whole = rows.column("selection").is_null().to_numpy(zero_copy_only=False)
        places = rows.column("selection").fill_null(0).to_numpy()
        start, end = np.zeros(len(whole), np.int64), np.array(lengths, np.int64)[sources]
        for column, target in (("start", start), ("end", end)):
            target[~whole] = selections.column(column).to_numpy()[places[~whole]]
        kept = end > start
        keys = pa.array([source.guid for source in self.project.sources], pa.string())
        coders = _mapped(self._or_of_passage("user"), self._coder)
        table = pa.Table.from_pydict(
            {
                "id": self._ids(rows.column("guid")),
                "document": keys.take(rows.column("source")),
                "version": np.zeros(len(whole), np.int64),
                "start": start,
                "end": end,
                "code": _mapped(rows.column("code"), lambda guid: self._code(guid or "")),
                "coder": coders,
                "at": pc.fill_null(self._or_of_passage("at"), ""),
                "origin": self._origins(rows.column("guid"), coders),
            },
            schema=CODING,
        )
        if not kept.all():
            table = table.filter(pa.array(kept))
        return table, int((whole & kept).sum()), int((~kept).sum())

    def _or_of_passage(self, name: str) -> pa.ChunkedArray:
        """Return a column of the codings, and where it is empty that of their passages."""
        rows = self.project.codings
        if self.side.there:
            return rows.column(name)  # what this program wrote says itself what is not known
        passages = self.project.selections.column(name).take(rows.column("selection"))
        return pc.coalesce(rows.column(name), passages)

    def _ids(self, guids: pa.ChunkedArray) -> pa.ChunkedArray:
        told = {guid: self.side.name("codings", guid) for guid in self.side.guids("codings")}
        known = {**self.here.codings, **{guid: name for guid, name in told.items() if name}}
        if not known:
            return guids
        return pa.chunked_array(
            [[known.get(guid, guid) for guid in guids.to_pylist()]], pa.string()
        )

    def _origins(self, guids: pa.ChunkedArray, coders: pa.Array) -> pa.Array:
        usual = self.side.origin
        told: dict[str, list[str]] = {"person": [], "import": []}
        for guid in self.side.guids("codings"):
            origin = self.side.row("codings", guid).get("origin")
            if origin in told:
                told[origin].append(guid)
        found = pa.scalar(usual if usual in told else "import")
        for origin, which in told.items():
            found = pc.if_else(pc.is_in(guids, pa.array(which, pa.string())), origin, found)
        return pc.if_else(pc.equal(coders, CONSENSUS), "consensus", found)

    # --- memos ----------------------------------------------------------------------------

    def memos(self, notes: Sequence[Source], codings: pa.Table) -> tuple[Memo, ...]:
        """Return notes and descriptions as memos on what they speak of."""
        links = {(link.target, link.origin) for link in self.project.links}
        links |= {(target, origin) for origin, target in links}
        guids = {note.guid for note in notes}
        owners: dict[str, list[str]] = {}
        for owner, note in (*self.project.mentions, *sorted(_whole_pairs(links))):
            if note in guids and owner not in owners.setdefault(note, []):
                owners[note].append(owner)
        told = self.project.selections
        told = told.filter(told.column("description").is_valid())
        wanted = {owner for each in owners.values() for owner in each}
        wanted |= set(told.column("guid").to_pylist())
        things = self._things(codings, wanted)
        found = list(self._descriptions(told, things))
        for source in notes:
            if source.guid in self.here.pages or self.side.row("memos", source.guid).get("own"):
                continue  # written for readers of other programs, from what is in the sidecar
            for number, owner in enumerate(owners.get(source.guid, [PROJECT])):
                if owner in guids:
                    self.lost["notes on notes (now memos on what those are on)"] += 1
                held = things.get(_held(owner, owners, guids), ("study", ""))
                found.append(self._memo(source, number, held))
        return tuple(found)

    def _things(self, codings: pa.Table, wanted: set[str]) -> dict[str, tuple[Any, str]]:
        """Return what a memo may be on, by identifier: kind and id; passages as far as wanted."""
        project = self.project
        things: dict[str, tuple[Any, str]] = {PROJECT: ("study", "")}
        things |= {code.guid: ("code", self._code(code.guid)) for code in project.codes}
        things |= {source.guid: ("document", source.guid) for source in project.sources}
        things |= {guid: ("case", name) for guid, name in self.case_names.items()}
        asked = pa.array(sorted(wanted), pa.string())
        passages = project.selections.column("guid")
        rows = np.flatnonzero(pc.is_in(passages, asked).to_numpy(zero_copy_only=False))
        sources = project.selections.column("source")
        for row in rows.tolist():
            source = project.sources[sources[row].as_py()]
            things[passages[row].as_py()] = ("document", source.guid)
        self._things_of_codings(things, codings, asked, rows)
        return things

    def _things_of_codings(
        self,
        things: dict[str, tuple[Any, str]],
        codings: pa.Table,
        asked: pa.Array,
        rows: npt.NDArray[np.int64],
    ) -> None:
        """Add codings asked for, and put the first coding in the place of each passage."""
        guids, passages = (
            self.project.codings.column("guid"),
            self.project.selections.column("guid"),
        )
        of = self.project.codings.column("selection")
        concerned = pc.or_(pc.is_in(guids, asked), pc.is_in(of, pa.array(rows, pa.int32())))
        kept = set(codings.column("id").to_pylist()) if pc.any(concerned).as_py() else set()
        for row in np.flatnonzero(concerned.to_numpy(zero_copy_only=False)).tolist():
            guid, selection = guids[row].as_py(), of[row].as_py()
            mine = self.side.name("codings", guid) or guid
            if mine not in kept:
                continue
            things[guid] = ("coding", mine)
            passage = None if selection is None else passages[selection].as_py()
            if passage in things and things[passage][0] == "document":
                things[passage] = ("coding", mine)

    def _memo(self, note: Source, number: int, thing: tuple[Any, str]) -> Memo:
        known = self.side.row("memos", note.guid)
        key = self.side.name("memos", note.guid) or self.here.memos.get(note.guid, note.guid)
        on, of = thing
        if known.get("on") in _ONS and isinstance(known.get("thing"), str) and on != "document":
            on, of = known["on"], known["thing"]
        words = "\n\n".join(part for part in (note.description, note.text) if part)
        return Memo(
            id=key if number == 0 else made_guid("memo", note.guid, str(number)),
            on=on,
            thing=of,
            text=words,
            author=self._coder(note.stamp.user, note.stamp.modified_by),
            at=note.stamp.at or note.stamp.modified_at or "",
            title=_words(known.get("title"), (note.name or "")[:_LONGEST_TITLE]),
        )

    def _descriptions(
        self, told: pa.Table, things: Mapping[str, tuple[Any, str]]
    ) -> Iterator[Memo]:
        """Yield what is said of passages and sources."""
        for source in self.project.sources:
            if source.description and source.kind != "note":
                stamp = source.stamp
                yield Memo(
                    id=made_guid("description", source.guid),
                    on="document",
                    thing=source.guid,
                    text=source.description,
                    author=self._coder(stamp.user),
                    at=stamp.at or "",
                    title="Description",
                )
        if self.project.description and not self.side.there:
            yield Memo(
                id=made_guid("description", self.project.name, self.project.description),
                on="study",
                thing="",
                text=self.project.description,
                author=self._coder(self.project.stamp.user),
                at=self.project.stamp.at or "",
                title=self.project.name[:_LONGEST_TITLE],
            )
        for row in told.to_pylist():
            on, of = things[row["guid"]]
            if row["description"]:
                yield Memo(
                    id=made_guid("description", row["guid"]),
                    on=on,
                    thing=of,
                    text=row["description"],
                    author=self._coder(row["user"]),
                    at=row["at"] or "",
                    # Where, not what: a title that quotes would tell words of a sealed text.
                    title="" if on == "coding" else f"On characters {row['start']} to {row['end']}",
                )

    # --- the rest -------------------------------------------------------------------------

    def assignments(self) -> tuple[Assignment, ...]:
        """Return who was to code what, as this program wrote it."""
        guids = self.side.ids("documents")
        found = []
        for row in self.side.assignments:
            if not isinstance(row, dict) or row.get("document") not in guids:
                continue
            released = row.get("released_at")
            found.append(
                Assignment(
                    document=guids[row["document"]],
                    coder=_words(row.get("coder"), NOBODY),
                    assigned_at=_words(row.get("assigned_at"), ""),
                    released_at=released if isinstance(released, str) else None,
                )
            )
        return tuple(found)

    def lose_the_rest(self) -> None:
        """Count what a study has no place for."""
        project = self.project
        kinds = Counter(media.kind for media in project.media)
        self.lost["pictures with their passages"] += kinds["PictureSource"]
        self.lost["pages of PDFs with their areas (their texts are kept)"] += kinds["PDFSource"]
        self.lost["recordings with their passages (their transcripts are kept)"] += (
            kinds["AudioSource"] + kinds["VideoSource"]
        )
        self.lost["marks of time in transcripts"] += sum(len(s.syncs) for s in project.sources)
        self.lost["sets"] += len(project.groups)
        self.lost["drawings"] += len(project.graphs)
        notes = {source.guid for source in project.sources if source.kind == "note"}
        self.lost["links that are not between a note and something"] += sum(
            link.origin not in notes and link.target not in notes for link in project.links
        )
        owners = {source.guid for source in project.sources if source.content is not None}
        cases = {case.guid for case in project.cases if case.sources}
        self.lost["values of cases without a text"] += sum(
            value.owner not in owners | cases for value in project.values
        )


def _held(owner: str, owners: Mapping[str, Sequence[str]], notes: Collection[str]) -> str:
    """Return what a note is on that is no note itself; the project where they go in a circle."""
    met = set()
    while owner in notes:
        if owner in met:
            return PROJECT
        met.add(owner)
        owner = owners.get(owner, (PROJECT,))[0]
    return owner


def told_apart(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a name for each identifier, no two alike.

    Example:
        >>> told_apart([("1", "Head"), ("2", "Head"), ("3", "Head (2)")])
        {'1': 'Head', '2': 'Head (3)', '3': 'Head (2)'}
    """
    pairs = list(named)
    taken: dict[str, str] = {}
    for guid, name in pairs:
        taken.setdefault(name, guid)
    found, numbers = {}, Counter[str]()
    for guid, name in pairs:
        unique = name
        while taken.setdefault(unique, guid) != guid:
            numbers[name] += 1
            unique = f"{name} ({numbers[name] + 1})"
        found[guid] = unique
    return found


def _whole_pairs(links: set[tuple[str | None, str | None]]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one, other in links if one is not None and other is not None)


def _mapped(column: pa.ChunkedArray, of: Callable[[str | None], str]) -> pa.Array:
    """Return a column with each value changed; a value that comes often is changed once."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    values = pa.array([of(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return values.take(encoded.indices)


def _words(value: Any, other: str) -> str:  # noqa: ANN401  (a plain value of a file)
    return value if isinstance(value, str) else other


def _number(value: Any, other: int) -> int:  # noqa: ANN401
    return value if isinstance(value, int) and 0 <= value < 2**31 else other
