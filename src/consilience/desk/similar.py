"""Propose passages that a code may be missing from, and keep what people say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault, Faults, Where
from consilience.base.lineage import hash_json
from consilience.coding.model import Code, Judgement, Suggestion
from consilience.coding.suggest import (
    PROPOSAL,
    Passages,
    RecallCheck,
    read_judgements,
    recall_checks,
    suggest,
)
from consilience.desk.kept import opened
from consilience.formats.csv_out import csv_bytes
from consilience.interviews.model import Turn
from consilience.store.codings import codes, codings_table
from consilience.store.database import snapshot, transaction
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.suggestions import judgements, keep_judgement, keep_vectors, kept_vectors
from consilience.store.transcripts import (
    documents,
    map_between,
    readable_version,
    text_of,
    texts_in_use,
    turns_of,
)
from consilience.text.similar import LanguageModel, Vectors, open_model, vectors_of

# Shorter turns ("Yes, I think so.") are like everything.
_SHORTEST: Final = 40

Progress = Callable[[str, str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A passage proposed for a code, with its words."""

    suggestion: Suggestion
    document: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text as coders read it, with the turns that are long enough."""

    id: str
    name: str
    version: int
    text: str
    turns: tuple[Turn, ...]

    def passages(self) -> list[str]:
        return [self.text[turn.said : turn.end] for turn in self.turns]


def propose(
    folder: Path,
    named: str,
    *,
    model: Path,
    tokeniser: Path,
    coder: str | None = None,
    top: int = 50,
    progress: Progress = lambda *_: None,
) -> tuple[Proposal, ...]:
    """Return turns without a code that are most like the passages that carry it.

    The vectors of a text are made once and kept.

    Args:
        folder: the study folder.
        named: id of the code, or its name where only one has it.
        model: file of a sentence model (ONNX).
        tokeniser: its tokenizer.json.
        coder: only this coder's passages are examples, so that nobody sees through another's
            eyes; None takes all.
        top: how many at most.
        progress: told each text whose vectors are made.

    Raises:
        Fault: COD-100 if no code, or more than one, is called so; TXT-090 or TXT-091 if the model
            cannot run.
    """
    language = open_model(model, tokeniser)
    with opened(folder) as engine:
        texts = _texts(engine)
        vectors = [
            _vectors(engine, text, language, progress, n, len(texts))
            for n, text in enumerate(texts)
        ]
        with snapshot(engine) as connection:
            code = _code(connection, named)
            marked = codings_table(connection, code=code.id, coder=coder)
            spans = {text.id: _spans(connection, text, marked) for text in texts}
            judged = judgements(connection, code=code.id)
    examples = [text.text[s:e] for text in texts for s, e in spans[text.id]]
    found = suggest(
        code.id,
        passages=_together(texts, vectors),
        coded=_coded(texts, spans, judged),
        examples=vectors_of(examples, language),
        model=language.sha256,
        top=top,
    )
    known = {text.id: text for text in texts}
    return tuple(
        Proposal(
            suggestion=each,
            document=known[each.document].name,
            text=known[each.document].text[each.start : each.end],
        )
        for each in found
    )


def _code(connection: Connection, named: str) -> Code:
    known = codes(connection)
    found = [code for code in known if code.id == named] or [c for c in known if c.name == named]
    if len(found) != 1:
        raise Fault("COD-100", named=named, count=len(found))
    return found[0]


def _texts(engine: Engine) -> list[_Text]:
    found = []
    with snapshot(engine) as connection:
        for document in texts_in_use(connection):
            version = readable_version(connection, document.id)
            text = text_of(connection, document.id, version.number) if version else None
            if version is None or text is None:
                continue
            turns = turns_of(connection, document.id, version.number)
            long = tuple(turn for turn in turns if turn.end - turn.said >= _SHORTEST)
            found.append(
                _Text(
                    id=document.id,
                    name=document.name,
                    version=version.number,
                    text=text,
                    turns=long,
                )
            )
    return found


def _vectors(
    engine: Engine, text: _Text, model: LanguageModel, progress: Progress, number: int, total: int
) -> Vectors:
    """Return the vectors of a text, one transaction a text so that a stopped run goes on."""
    turns = hash_json([(turn.said, turn.end) for turn in text.turns])
    with snapshot(engine) as connection:
        kept = kept_vectors(connection, text.id, text.version, model=model.sha256, turns=turns)
    if kept is not None:
        return kept
    progress(text.name, "reading", number, total)
    made = vectors_of(text.passages(), model)
    with transaction(engine) as connection:
        keep_vectors(
            connection, text.id, text.version, model=model.sha256, turns=turns, vectors=made
        )
    return made


def _spans(connection: Connection, text: _Text, marked: pa.Table) -> list[tuple[int, int]]:
    """Return the codings on a text in the version being read."""
    found: list[tuple[int, int]] = []
    for row in marked.to_pylist():
        if row["document"] == text.id:
            moved = map_between(connection, text.id, row["version"], text.version)
            start, end = moved.span(row["start"], row["end"])
            found += [(start, end)] if end > start else []
    return found


def _together(texts: Sequence[_Text], vectors: Sequence[Vectors]) -> Passages:
    owners = [text for text in texts for _ in text.turns]
    turns = [turn for text in texts for turn in text.turns]
    filled = [each for each in vectors if len(each)]
    return Passages(
        documents=[text.id for text in owners],
        versions=np.array([text.version for text in owners], np.int64),
        starts=np.array([turn.said for turn in turns], np.int64),
        ends=np.array([turn.end for turn in turns], np.int64),
        vectors=np.concatenate(filled) if filled else np.zeros((0, 0), np.float32),
    )


def _coded(
    texts: Sequence[_Text],
    spans: Mapping[str, Sequence[tuple[int, int]]],
    judged: Sequence[Judgement],
) -> npt.NDArray[np.bool_]:
    said = {(j.suggestion.document, j.suggestion.version, j.suggestion.start) for j in judged}
    return np.array(
        [
            (text.id, text.version, turn.said) in said
            or any(start < turn.end and turn.said < end for start, end in spans[text.id])
            for text in texts
            for turn in text.turns
        ],
        dtype=bool,
    )


def judge(folder: Path, file: Path, *, coder: str, at: dt.datetime) -> int:
    """Keep what a person says of proposals; nothing is coded by it. Return how many are said.

    Args:
        folder: the study folder.
        file: a table as `write_proposals` makes it, with yes or no in `relevant`.
        coder: who says it.
        at: the time now.

    Raises:
        Faults: COD-101 and COD-102, all that there are; then nothing is kept.
    """
    said = read_judgements(
        file, coder=coder, at=at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    )
    with opened(folder) as engine, transaction(engine) as connection:
        codes_known = {code.id for code in codes(connection)}
        texts_known = {document.id for document in documents(connection)}
        strangers = [
            Fault(
                "COD-102",
                where=Where(file=str(file)),
                named=each.code,
                document=each.suggestion.document,
            )
            for each in said
            if each.code not in codes_known or each.suggestion.document not in texts_known
        ]
        if strangers:
            raise Faults(strangers)
        for judgement in said:
            keep_judgement(connection, judgement)
        append(
            connection,
            at=at,
            actor=coder,
            action="judgement",
            subject=file.name,
            detail={"said": len(said), "relevant": sum(each.relevant for each in said)},
        )
    return len(said)


def write_proposals(proposals: Sequence[Proposal], target: Path) -> None:
    """Write proposals as a table in which a person fills in `relevant`."""
    rows = [
        {**asdict(each.suggestion), "name": each.document, "text": each.text, "relevant": None}
        for each in proposals
    ]
    table = pa.Table.from_pylist(rows, schema=PROPOSAL)
    write_whole(target, csv_bytes(table))


def recall(folder: Path) -> tuple[RecallCheck, ...]:
    """Return for each code how many of the passages proposed were found relevant."""
    with opened(folder) as engine, snapshot(engine) as connection:
        return recall_checks(judgements(connection))
