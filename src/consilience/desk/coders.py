"""Who codes in a study: by the id or login of an account, or as the coder of codings that came."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, select

from consilience.base.errors import Fault
from consilience.coding.model import CONSENSUS
from consilience.store.accounts import accounts
from consilience.store.coding_tables import ASSIGNMENT, CODING
from consilience.store.database import snapshot


def coder_called(engine: Engine, named: str) -> str:
    """Return the id of a coder.

    Args:
        engine: of the study.
        named: id or login of an account, or id of somebody who has codings or texts here.

    Raises:
        Fault: COD-029 if nobody is called so.
    """
    with snapshot(engine) as connection:
        staff = accounts(connection)
        for each in staff:
            if named in (each.id, each.login):
                return each.id
        others = _without_account(connection) - {each.id for each in staff}
    if named in others:
        return named
    known = [f"{each.id} ({each.login})" for each in staff] + sorted(others)
    raise Fault("COD-029", named=named, known=", ".join(known) or "nobody yet")


def _without_account(connection: Connection) -> set[str]:
    """Return the coders of codings that were imported, and those who have texts."""
    found = connection.execute(
        select(CODING.c.coder).distinct().union(select(ASSIGNMENT.c.coder).distinct())
    )
    return set(found.scalars()) - {CONSENSUS}
