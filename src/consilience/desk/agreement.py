"""How far do coders agree, where do they differ, and what is the consensus?"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.coding.adjudicate import (
    TOLERANCE,
    agreed_codings,
    compared_passages,
    consensus,
    with_decisions,
)
from consilience.coding.agreement_model import By, Compared, ReadText, Unit
from consilience.coding.compare import Positions, compare, material
from consilience.coding.model import CONSENSUS, Coding, Decision, Ruling
from consilience.design.model import CodeStage
from consilience.desk.checks import read_checked
from consilience.desk.coding import written
from consilience.desk.kept import opened
from consilience.stats.unitizing.resampled import TextBootstrap
from consilience.store.adjudications import decisions, drop_decisions, keep_decision
from consilience.store.changes import Deed, do
from consilience.store.codings import codings_table
from consilience.store.compared import CodedTexts, coded_texts
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append
from consilience.store.transcripts import find_version, text_of, turns_of
from consilience.text.segments import sentences, tokens

__all__ = [
    "AgreementFound",
    "By",
    "Queue",
    "Unit",
    "agreement",
    "agreement_of",
    "queue",
    "settle",
    "stamp_of",
    "take_over",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFound:
    """What a comparison of coders gave.

    Args:
        table: rows of `AGREEMENT`.
        unit: what was counted.
        texts: names of the texts compared.
        blind: names of texts left out, as not all their coders have released them.
    """

    table: pa.Table
    unit: Unit
    texts: tuple[str, ...]
    blind: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Passages on which coders differ, in the order in which to decide.

    Args:
        items: open and settled ones.
        agreed: how many passages all readers marked alike.
        decisions: what was decided, by id of the passage.
        blind: ids of texts whose passages are not here yet, as not all coders have released them.
    """

    items: tuple[Compared, ...]
    agreed: int
    decisions: Mapping[str, Decision]
    blind: tuple[str, ...]


def agreement(
    engine: Engine,
    *,
    unit: Unit = "characters",
    by: By = "code",
    code: str | None = None,
    domains: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> AgreementFound:
    """How far do coders agree, in the texts that all their coders released?

    Args:
        engine: the database of the study.
        unit: what is counted: characters, tokens, sentences or turns.
        by: what a row is of.
        code: only this code, by id or name.
        domains: ids of codes by name of a domain, those of the codebook if None.
        seed: of the study, for the intervals.
        resamples: samples of texts for the intervals, 0 for none.

    Raises:
        Fault: COD-060 if no text was read by two coders, COD-062 for an unknown code.
    """
    with snapshot(engine) as connection:
        coded = coded_texts(connection)
        given = material(
            coded.codings,
            read=coded.read,
            codes=coded.codes,
            unit=unit,
            units_of=None if unit == "characters" else _Units(connection, coded.read, unit),
        )
    bootstrap = TextBootstrap(
        replicates=resamples,
        streams=lambda block: stream(seed, "coding/agreement", block=block),
    )
    table = compare(
        given, by=by, code=code, domains=domains, bootstrap=bootstrap if resamples else None
    )
    return AgreementFound(
        table=table,
        unit=unit,
        texts=tuple(coded.names[each.document] for each in given.read),
        blind=tuple(coded.names[each] for each in coded.blind),
    )


def agreement_of(
    folder: Path,
    *,
    unit: Unit | None = None,
    by: By = "code",
    code: str | None = None,
    resamples: int | None = None,
) -> AgreementFound:
    """How far do the coders of a study agree, by what its file says of units and domains?

    Args:
        folder: the study folder.
        unit: what is counted; what the stage of coding says if None, else characters.
        by: what a row is of.
        code: only this code, by id or name.
        resamples: samples of texts; what the stage says if None, else 1,000.

    Raises:
        Fault: STU-002 or STU-006 if there is nothing to read, and as `agreement`.
        Faults: all errors of the study file.
    """
    study = read_checked(folder)
    stage = next((each for each in study.stages if isinstance(each, CodeStage)), None)
    with opened(folder) as engine:
        return agreement(
            engine,
            unit=unit or (stage.unit if stage else "characters"),
            by=by,
            code=code,
            domains=stage.domains if stage and stage.domains else None,
            seed=study.study.seed,
            resamples=resamples if resamples is not None else stage.resamples if stage else 1000,
        )


class _Units:
    """Gives the units of a text, read when asked for."""

    def __init__(self, connection: Connection, read: Iterable[ReadText], unit: Unit) -> None:
        self._connection = connection
        self._versions = {each.document: each.version for each in read}
        self._unit = unit

    def __call__(self, document: str) -> tuple[Positions, Positions]:
        version = self._versions[document]
        if self._unit == "turns":
            turns = turns_of(self._connection, document, version)
            starts = np.array([each.start for each in turns], dtype=np.int64)
            return starts, np.array([each.end for each in turns], dtype=np.int64)
        text = text_of(self._connection, document, version) or ""
        return tokens(text) if self._unit == "tokens" else sentences(text)


def queue(engine: Engine, *, tolerance: int = TOLERANCE) -> Queue:
    """Where do coders differ?

    Args:
        engine: the database of the study.
        tolerance: characters by which passages may differ and still be the same.

    Returns:
        The passages of texts that all their coders have released, text by text by name and place
        by place.

    Raises:
        Fault: COD-063 for a negative tolerance.
    """
    with snapshot(engine) as connection:
        coded, items = _items(connection, tolerance)
        decided = decisions(connection)
    return Queue(
        items=tuple(each for each in items if each.standing != "agreed"),
        agreed=sum(each.standing == "agreed" for each in items),
        decisions={each.id: decided[each.id] for each in items if each.id in decided},
        blind=coded.blind,
    )


def settle(
    engine: Engine,
    item: str,
    ruling: Ruling,
    *,
    at: dt.datetime,
    actor: str,
    seen: str | None = None,
    tolerance: int = TOLERANCE,
) -> Decision:
    """Decide about a passage on which coders differ; decided again, the last decision holds.

    Args:
        engine: the database of the study.
        item: id of the passage, of `queue` with the same tolerance.
        ruling: what is decided and why.
        at: the time now.
        actor: who decides.
        seen: what stood there when whoever decides looked, of `stamp_of`; None does not ask.
        tolerance: as for `queue`.

    Returns:
        The decision with the ids of the consensus codings that it gave.

    Raises:
        Fault: COD-068 if there is no such passage, COD-069 if all agree on it, COD-070 if
            another decision stands there than was seen, and as `consensus`.
    """
    with transaction(engine) as connection:
        _, items = _items(connection, tolerance)
        found = next((each for each in items if each.id == item), None)
        if found is None:
            raise Fault("COD-068", item=item)
        if found.standing == "agreed":
            raise Fault("COD-069", item=item)
        _check_seen(decisions(connection).get(item), seen)
        length = find_version(connection, found.document, found.version).length
        made = consensus(found, ruling, length=length, at=written(at))
        (decision,) = _keep(connection, [(found, ruling, made)], items, at=at, actor=actor)
    return decision


def stamp_of(decision: Decision | None) -> str:
    """Return what tells a decision from any other about the same passage; empty while open."""
    if decision is None:
        return ""
    return hashlib.sha256(repr(decision).encode()).hexdigest()[:16]


def _check_seen(decision: Decision | None, seen: str | None) -> None:
    if seen is not None and seen != stamp_of(decision):
        reason = decision.ruling.reason if decision else ""
        raise Fault("COD-070", reason=reason)


def take_over(engine: Engine, *, at: dt.datetime, actor: str, tolerance: int = TOLERANCE) -> int:
    """Take what all readers marked alike over into the consensus; return how many passages.

    Args:
        engine: the database of the study.
        at: the time now.
        actor: who takes it over.
        tolerance: as for `queue`.
    """
    ruling = Ruling(action="agreed", reason="all readers agree")
    with transaction(engine) as connection:
        _, items = _items(connection, tolerance)
        known = decisions(connection)
        new = [
            (each, ruling, agreed_codings(each, at=written(at)))
            for each in items
            if each.standing == "agreed" and each.id not in known
        ]
        _keep(connection, new, items, at=at, actor=actor)
    return len(new)


def _keep(
    connection: Connection,
    settled: Sequence[tuple[Compared, Ruling, tuple[Coding, ...]]],
    items: Sequence[Compared],
    *,
    at: dt.datetime,
    actor: str,
) -> list[Decision]:
    """Keep rulings and their codings, text by text, in place of those that no longer hold."""
    there = {each.id for each in items}
    known = decisions(connection)
    made = [
        Decision(
            item=item.id,
            document=item.document,
            version=item.version,
            code=item.code,
            ruling=replace(ruling, reason=ruling.reason.strip()),
            codings=tuple(each.id for each in codings),
            actor=actor,
            at=written(at),
        )
        for item, ruling, codings in settled
    ]
    for document in dict.fromkeys(each.document for each in made):
        mine = {each.item for each in made if each.document == document}
        gone = [
            each
            for each in known.values()
            if each.document == document and (each.item in mine or each.item not in there)
        ]
        new = [c for item, _, codings in settled if item.document == document for c in codings]
        _write(connection, document, gone, new, at=at, actor=actor)
    for decision in made:
        keep_decision(connection, decision)
    return made


def _write(
    connection: Connection,
    document: str,
    gone: Sequence[Decision],
    new: Sequence[Coding],
    *,
    at: dt.datetime,
    actor: str,
) -> None:
    before: dict[str, Any] = {each.id: None for each in new}
    after: dict[str, Any] = {}
    stale = {coding for decision in gone for coding in decision.codings}
    if stale:
        rows = codings_table(connection, document=document, coder=CONSENSUS).to_pylist()
        for row in rows:
            key = row.pop("id")
            if key in stale:
                before[key], after[key] = row, None
    for coding in new:
        row = asdict(coding)
        after[row.pop("id")] = row
    deed = Deed(
        area="consensus",
        action="settle",
        document=document,
        before={"coding": before},
        after={"coding": after},
    )
    drop_decisions(connection, [each.item for each in gone])
    change = do(connection, deed, at=written(at), actor=actor)
    append(
        connection,
        at=at,
        actor=actor,
        action="settle",
        subject=document,
        detail={"change": change.number, "codings": len(new), "withdrawn": len(stale)},
    )


def _items(connection: Connection, tolerance: int) -> tuple[CodedTexts, tuple[Compared, ...]]:
    coded = coded_texts(connection)
    items = compared_passages(
        coded.codings, read=coded.read, codes=coded.codes, tolerance=tolerance
    )
    return coded, with_decisions(items, decisions(connection))
