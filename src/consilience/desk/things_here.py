"""What of a study is known again when it comes back from another program?"""

from __future__ import annotations

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.coding.exchange_names import (
    PAGES,
    Here,
    identifiers,
    page_guid,
    returned_twice,
    returning,
)
from consilience.coding.model import CONSENSUS
from consilience.store.codings import assignments, codes, memos
from consilience.store.exchange import coders_there, codings_there, plain_codings
from consilience.store.transcripts import documents


def things_here(connection: Connection, study: str) -> Here:
    """Return ids by the identifiers under which they go out.

    Args:
        connection: to read from.
        study: id of the study.
    """
    pages = frozenset(page_guid(study, name) for name in PAGES)
    noted = memos(connection)
    texts = documents(connection)
    coders = {*coders_there(connection), *(memo.author for memo in noted)}
    coders |= {each.coder for each in assignments(connection)}
    cases = {text.case for text in texts if text.case is not None}
    cases |= {memo.thing for memo in noted if memo.on == "case"}
    return Here(
        codes=returning(study, "code", [code.id for code in codes(connection)]),
        codings=returning(study, "coding", _codings(connection, study)),
        documents=returning(study, "document", [text.id for text in texts]),
        memos=returning(study, "memo", [memo.id for memo in noted], taken=pages),
        coders=returning(study, "coder", coders - {CONSENSUS}),
        cases=returning(study, "case", cases),
        pages=pages,
    )


def _codings(connection: Connection, study: str) -> list[str]:
    """Return the ids of codings that do not go out as they are: few of very many."""
    plain = plain_codings(connection)
    if not plain:
        return []
    made = identifiers(study, "coding", plain)
    return [*plain, *codings_there(connection, made.values())]


def told_of_doubles(connection: Connection, study: str) -> tuple[Fault, ...]:
    """Return COD-170 if codes came back as new ones, before they were known again."""
    doubles = returned_twice(study, "code", [code.id for code in codes(connection)])
    if not doubles:
        return ()
    double, of = next(iter(doubles.items()))
    return (Fault("COD-170", count=len(doubles), double=double, code=of),)
