"""Write a project as REFI-QDA: valid by the official schema, the same bytes every time."""

from __future__ import annotations

import codecs
import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, Final

import numpy as np
import pyarrow as pa

from consilience.formats.qda.archive import SIDECAR
from consilience.formats.qda.conventions import (
    NAMED,
    Convention,
    Layout,
)
from consilience.formats.qda.read import FORMAT
from consilience.formats.qda.record import Loss, Media, Project, Source, made_guid
from consilience.formats.qda.rulers import Ruler, ruler_of
from consilience.formats.qda.xml_out import Out, wrapped

_TAGS: Final = {
    "text": "TextSource",
    "representation": "Representation",
    "transcript": "Transcript",
    "note": "Note",
}
# Text packs well at the lowest level, which is four times as fast.
_LEVEL: Final = 1
# Large, as a thread that packs waits some milliseconds for its turn after each.
_PIECE: Final = 1 << 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a program wants to read.

    Args:
        name: under which a user asks for it.
        convention: how it counts positions.
        line_end: what ends a line in its files of text.
        bom: whether they begin with a byte-order mark.
        folder: where they lie in the archive.
    """

    name: str
    convention: Convention
    line_end: str = "\n"
    bom: bool = False
    folder: str = "sources"


PROFILES: Final = {
    each.name: each
    for each in (
        Profile(name="standard", convention=NAMED["standard"]),
        Profile(
            name="nvivo-windows",
            convention=NAMED["nvivo-windows"],
            line_end="\r\n",
            bom=True,
            folder="Sources",
        ),
        Profile(name="maxqda", convention=NAMED["maxqda"], line_end="\r\n"),
        Profile(name="atlas-ti", convention=NAMED["atlas-ti"], line_end="\r\n"),
    )
}


def write_project(
    project: Project,
    handle: IO[bytes],
    *,
    at: dt.datetime,
    profile: str = "standard",
    sidecar: bool = True,
) -> tuple[Loss, ...]:
    """Write a .qdpx.

    Args:
        project: the record.
        handle: an open file that can be written and wound back.
        at: the time that entries of the archive carry.
        profile: one of `PROFILES`.
        sidecar: whether to add what exchange files have no place for; only this program reads it.

    Returns:
        What had no place, or could not be written as it is.
    """
    out, chosen = Out(project), PROFILES[profile]
    with zipfile.ZipFile(handle, "w") as archive:
        digest = hashlib.sha256()
        with archive.open(_entry("project.qde", at), "w", force_zip64=True) as stream:
            _packed(_pieces(_Body(project, out, chosen).parts()), digest, stream)
        for source in project.sources:
            if source.kind != "note" and source.content is not None:
                name = f"{chosen.folder}/{source.guid}.txt"
                _add(archive, _entry(name, at), _file(source.content, chosen))
        if sidecar:
            content = {
                "format": FORMAT,
                "convention": str(chosen.convention),
                "project_sha256": digest.hexdigest(),
                "content": project.sidecar,
            }
            _add(archive, _entry(SIDECAR, at), _json(content))
    return tuple(Loss(what=what, count=count) for what, count in sorted(out.lost.items()))


def _packed(pieces: Iterator[bytes], digest: hashlib._Hash, stream: IO[bytes]) -> None:
    """Write pieces; while one is packed, which needs no interpreter, the next is made."""
    with ThreadPoolExecutor(max_workers=1) as packer:
        waiting: Future[int] | None = None
        for piece in pieces:
            if waiting:
                waiting.result()
            waiting = packer.submit(stream.write, piece)
            digest.update(piece)
        if waiting:
            waiting.result()


def _add(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: bytes) -> None:
    # The level of an archive is not that of entries that carry a time of their own.
    archive.writestr(entry, content, compresslevel=_LEVEL)


def _entry(name: str, at: dt.datetime) -> zipfile.ZipInfo:
    time = at.astimezone(dt.UTC)
    entry = zipfile.ZipInfo(name, time.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _json(value: Any) -> bytes:  # noqa: ANN401  (plain values)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _file(content: bytes, profile: Profile) -> bytes:
    body = (
        content if profile.line_end == "\n" else content.replace(b"\n", profile.line_end.encode())
    )
    # A text that itself begins with this character needs one more: readers take the first away.
    return codecs.BOM_UTF8 + body if profile.bom or body.startswith(codecs.BOM_UTF8) else body


def _pieces(parts: Iterator[str]) -> Iterator[bytes]:
    """Yield XML in pieces of some size."""
    waiting, size = ['<?xml version="1.0" encoding="utf-8"?>\n'], 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size > _PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


class _Body:
    """The XML of a project, part by part."""

    def __init__(self, project: Project, out: Out, profile: Profile) -> None:
        self._project = project
        self._out = out
        self._profile = profile
        self._selections = _Rows(project.selections, "source", len(project.sources))
        self._codings = _Rows(project.codings, "source", len(project.sources))
        self._stamps: dict[tuple[str | None, ...], str] = {}

    def parts(self) -> Iterator[str]:
        """Yield the parts in the order that the schema wants."""
        project, out = self._project, self._out
        yield out.opening(project)
        yield out.users(project)
        yield wrapped("CodeBook", [out.codebook(project.codes)])
        yield out.variables(project)
        yield out.cases(project)
        texts = [number for number, each in enumerate(project.sources) if each.kind != "note"]
        notes = [number for number, each in enumerate(project.sources) if each.kind == "note"]
        if texts or project.media:
            yield "<Sources>"
            for number in texts:
                if project.sources[number].media is None:
                    yield from self._text(number)
            for media in project.media:
                yield from self._media(media)
            yield "</Sources>"
        if notes:
            yield "<Notes>"
            for number in notes:
                yield from self._text(number)
            yield "</Notes>"
        yield out.links(project)
        yield out.groups(project.groups)
        yield wrapped("Graphs", project.graphs)
        yield out.closing(project)

    def _media(self, media: Media) -> Iterator[str]:
        named = self._out.attributes(guid=media.guid, name=media.name, path=media.path)
        yield f"<{media.kind}{named}{self._out.stamp(media.stamp)}>{media.before}"
        for number, source in enumerate(self._project.sources):
            if source.media == media.guid:
                yield from self._text(number)
        yield f"{media.after}</{media.kind}>"

    def _text(self, number: int) -> Iterator[str]:
        source, out = self._project.sources[number], self._out
        tag = _TAGS[source.kind]
        filed = source.kind != "note" and source.content is not None
        plain = f"internal://{source.guid}.txt" if filed else None
        rows = self._selections.of(number)
        codings = self._codings_of(number)
        yield out.source_opening(source, tag, plain=plain)
        if rows.num_rows or source.syncs:
            ruler = self._ruler(source, filed=filed)
            yield from self._passages(source, rows, ruler, codings, number)
        if source.kind != "transcript":
            yield codings.get(None, "")
        yield f"{out.notes(source.guid)}{out.values(source.guid)}</{tag}>"

    def _ruler(self, source: Source, *, filed: bool) -> Ruler:
        text = source.text or ""
        long = filed and self._profile.line_end != "\n"
        widths = np.full(text.count("\n"), 2, dtype=np.uint8) if long else None
        layout = Layout(bom=filed and self._profile.bom, widths=widths)
        return ruler_of(text, layout, self._profile.convention)

    def _passages(
        self,
        source: Source,
        rows: pa.Table,
        ruler: Ruler,
        codings: Mapping[int | None, str],
        number: int,
    ) -> Iterator[str]:
        starts = ruler.positions(rows.column("start").to_numpy()).tolist()
        ends = ruler.positions(rows.column("end").to_numpy()).tolist()
        listed = rows.to_pylist()
        if source.kind == "transcript":
            yield from self._syncs(source, listed, list(zip(starts, ends, strict=True)), ruler)
        of_table = self._selections.numbers(number)
        for row, place, start, end in zip(listed, of_table, starts, ends, strict=True):
            yield self._passage(row, source.kind, (start, end), codings.get(place, ""))

    def _passage(
        self, row: Mapping[str, Any], kind: str, span: tuple[int, int], codings: str
    ) -> str:
        out, guid = self._out, row["guid"]
        if kind == "transcript":
            tag = "TranscriptSelection"
            first, last = _sync_names(row)
            place = f' fromSyncPoint="{first}" toSyncPoint="{last}"'
        else:
            tag = "PlainTextSelection"
            place = f' startPosition="{span[0]}" endPosition="{span[1]}"'
        name = "" if row["name"] is None else out.attribute("name", row["name"])
        stamp = self._stamp(row["user"], row["at"], row["modified_by"], row["modified_at"])
        return (
            f'<{tag} guid="{guid}"{name}{place}{stamp}>{out.description(row["description"])}'
            f"{codings}{out.notes(guid)}</{tag}>"
        )

    def _syncs(
        self,
        source: Source,
        rows: Sequence[Mapping[str, Any]],
        spans: Sequence[tuple[int, int]],
        ruler: Ruler,
    ) -> Iterator[str]:
        """Yield marks of time; a passage that names none gets its own."""
        out, known = self._out, {sync.guid for sync in source.syncs}
        for sync in source.syncs:
            at = sync.position
            place = None if at is None else int(ruler.positions(np.array([at]))[0])
            mark = out.attributes(guid=sync.guid, timeStamp=sync.time, position=place)
            yield f"<SyncPoint{mark}/>"
        for row, span in zip(rows, spans, strict=True):
            for guid, place in zip(_sync_names(row), span, strict=True):
                if guid not in known:
                    known.add(guid)
                    yield f"<SyncPoint{out.attributes(guid=guid, position=place)}/>"

    def _codings_of(self, number: int) -> dict[int | None, str]:
        """Return the codings of a text as XML, by the row of their passage, None for the whole."""
        found: dict[int | None, str] = {}
        for row in self._codings.of(number).to_pylist():
            guid = row["guid"]
            made = (
                f'<Coding guid="{guid}"{self._stamp(row["user"], row["at"])}>'
                f'<CodeRef targetGUID="{row["code"]}"/>{self._out.notes(guid)}</Coding>'
            )
            found[row["selection"]] = found.get(row["selection"], "") + made
        return found

    def _stamp(self, *raw: str | None) -> str:
        # Few people at few times make most passages, so each is written out once.
        if raw not in self._stamps:
            names = ("creatingUser", "creationDateTime", "modifyingUser", "modifiedDateTime")
            given = dict(zip(names, raw, strict=False))
            self._stamps[raw] = self._out.attributes(**given)
        return self._stamps[raw]


def _sync_names(row: Mapping[str, Any]) -> tuple[str, str]:
    guid = row["guid"]
    return (
        row["from_sync"] or made_guid("sync", guid, "from"),
        row["to_sync"] or made_guid("sync", guid, "to"),
    )


class _Rows:
    """The rows of a table by a column of small whole numbers, in their order."""

    def __init__(self, table: pa.Table, column: str, count: int) -> None:
        keys = table.column(column).to_numpy().astype(np.int64)
        order = np.argsort(keys, kind="stable")
        self._order = order
        self._table = table.take(order) if (np.diff(order) != 1).any() else table
        self._table = self._table.combine_chunks()
        self._bounds = np.searchsorted(keys[order], np.arange(count + 1)).tolist()

    def of(self, key: int) -> pa.Table:
        """Return the rows of a key."""
        first, last = self._bounds[key], self._bounds[key + 1]
        return self._table.slice(first, last - first)

    def numbers(self, key: int) -> list[int]:
        """Return which rows of the table they were."""
        numbers: list[int] = self._order[self._bounds[key] : self._bounds[key + 1]].tolist()
        return numbers
