"""Keep what people said of suggested passages, and the vectors of turns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from consilience.coding.model import Judgement, Suggestion
from consilience.store.suggestion_tables import JUDGEMENT, TURN_VECTORS

Vectors = npt.NDArray[np.float32]

_SUGGESTION = ("code", "document", "version", "start", "end", "score", "model")


def keep_judgement(connection: Connection, judgement: Judgement) -> None:
    """Keep what a person said of a suggestion; said again, the last holds."""
    said = {"relevant": judgement.relevant, "at": judgement.at}
    given = {name: getattr(judgement.suggestion, name) for name in _SUGGESTION}
    connection.execute(
        insert(JUDGEMENT)
        .values(**given, coder=judgement.coder, **said)
        .on_conflict_do_update(index_elements=list(JUDGEMENT.primary_key.columns), set_=said)
    )


def judgements(connection: Connection, *, code: str | None = None) -> list[Judgement]:
    """Return what was said, of one code or of all, in a fixed order."""
    statement = select(JUDGEMENT).order_by(*JUDGEMENT.primary_key.columns)
    if code is not None:
        statement = statement.where(JUDGEMENT.c.code == code)
    return [
        Judgement(
            suggestion=Suggestion(**{name: getattr(row, name) for name in _SUGGESTION}),
            relevant=row.relevant,
            coder=row.coder,
            at=row.at,
        )
        for row in connection.execute(statement)
    ]


def keep_vectors(
    connection: Connection, document: str, version: int, *, model: str, turns: str, vectors: Vectors
) -> None:
    """Keep the vectors of the turns of a version by a model.

    Args:
        connection: within the transaction.
        document: id of the text.
        version: its version.
        model: hash of the model.
        turns: hash of where the turns stand.
        vectors: a row a turn.
    """
    made = {"turns": turns, "count": len(vectors), "vectors": vectors.astype("<f4").tobytes()}
    connection.execute(
        insert(TURN_VECTORS)
        .values(document=document, version=version, model=model, **made)
        .on_conflict_do_update(index_elements=["document", "version", "model"], set_=made)
    )


def kept_vectors(
    connection: Connection, document: str, version: int, *, model: str, turns: str
) -> Vectors | None:
    """Return the vectors kept of exactly these turns by a model, None if there are none."""
    row = connection.execute(
        select(TURN_VECTORS.c.count, TURN_VECTORS.c.vectors).where(
            TURN_VECTORS.c.document == document,
            TURN_VECTORS.c.version == version,
            TURN_VECTORS.c.model == model,
            TURN_VECTORS.c.turns == turns,
        )
    ).first()
    if row is None:
        return None
    count, content = row
    return np.frombuffer(content, "<f4").astype(np.float32).reshape(count, -1 if count else 0)
