"""Codings as coders may be compared on them: released texts only, in the version being read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from consilience.coding.model import CONSENSUS, Code, ReadText
from consilience.store.coded import at_version, each_once
from consilience.store.codings import assignments, codes, codings_table
from consilience.store.transcripts import documents, readable_version, texts_in_use


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedTexts:
    """Codings on which coders may be compared.

    Args:
        read: texts in order of name, each with its readers.
        codings: rows of `CODING` in the versions that `read` names, without the consensus.
        codes: the codebook.
        names: of all texts, by id.
        blind: ids of texts left out, as a coder has not released them yet.
    """

    read: tuple[ReadText, ...]
    codings: pa.Table
    codes: tuple[Code, ...]
    names: Mapping[str, str]
    blind: tuple[str, ...]


def coded_texts(connection: Connection) -> CodedTexts:
    """Return what coders marked in texts that all to whom they were given have released.

    A text was read by those to whom it was given, and by those who marked something in it, such
    as the coders of an imported project. Texts that are withdrawn take no part.
    """
    table = codings_table(connection)
    if pc.any(pc.equal(table.column("coder"), CONSENSUS)).as_py():
        table = table.filter(pc.not_equal(table.column("coder"), CONSENSUS))
    readers, blind = _readers(connection, table)
    slices = _slices(table)
    read, parts = [], []
    used = texts_in_use(connection)
    for document in used:
        # Before its versions are looked up: of many answers few may have been read yet.
        if document.id in blind or document.id not in readers:
            continue
        version = readable_version(connection, document.id)
        if version is None:
            continue
        read.append(
            ReadText(
                document=document.id,
                version=version.number,
                length=version.length,
                readers=tuple(sorted(readers[document.id])),
                case=document.case,
            )
        )
        own = table.slice(*slices.get(document.id, (0, 0)))
        if pc.any(pc.not_equal(own.column("version"), version.number)).as_py():
            own = at_version(connection, own, document.id, version.number)
        parts.append(own)
    return CodedTexts(
        read=tuple(read),
        codings=each_once(pa.concat_tables(parts)) if parts else table.slice(0, 0),
        codes=tuple(codes(connection)),
        names={each.id: each.name for each in documents(connection)},
        blind=tuple(sorted(blind & {each.id for each in used})),
    )


def _slices(table: pa.Table) -> dict[str, tuple[int, int]]:
    """Return where the codings of each text begin, and how many: they come by document."""
    found, at = {}, 0
    for each in pc.value_counts(table.column("document")).to_pylist():
        found[each["values"]] = (at, each["counts"])
        at += each["counts"]
    return found


def _readers(connection: Connection, table: pa.Table) -> tuple[dict[str, set[str]], set[str]]:
    """Return who read which text, and the texts that somebody has not released."""
    readers: dict[str, set[str]] = {}
    blind: set[str] = set()
    for each in assignments(connection):
        readers.setdefault(each.document, set()).add(each.coder)
        if each.released_at is None:
            blind.add(each.document)
    marked = table.select(["document", "coder"]).group_by(["document", "coder"]).aggregate([])
    for row in marked.to_pylist():
        readers.setdefault(row["document"], set()).add(row["coder"])
    return readers, blind
