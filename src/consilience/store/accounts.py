"""Keep the accounts of staff and the sessions that are open."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from consilience.store.account_tables import ACCOUNT, SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in.

    Args:
        id: stands in codings, assignments and the ledger; says nothing of who it is.
        login: what is typed at sign-in, lower case.
        name: as colleagues read it.
        password: Argon2 hash with its parameters.
        one_time: whether the password was given out and must be changed at the next sign-in.
        roles: what the person does in the study, sorted.
        active: whether signing in is allowed.
        created: when the account was made, UTC.
    """

    id: str
    login: str
    name: str
    password: str
    one_time: bool
    roles: tuple[str, ...]
    active: bool
    created: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One open session.

    Args:
        sha256: hash of its token.
        account: id of who is signed in.
        created: when, UTC.
        seen: when it was last used, to some minutes.
        expires: when it ends, whatever happens.
    """

    sha256: str
    account: str
    created: str
    seen: str
    expires: str


def add_account(connection: Connection, account: Account) -> None:
    """Keep a new account; its id and login must be free."""
    connection.execute(insert(ACCOUNT).values(_row(account)))


def save_account(connection: Connection, account: Account) -> None:
    """Keep an account as it is now."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(_row(account)))


def accounts(connection: Connection) -> list[Account]:
    """Return all accounts by login."""
    rows = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.login))
    return [_account(row) for row in rows.mappings()]


def find_account(
    connection: Connection, *, login: str | None = None, account: str | None = None
) -> Account | None:
    """Return the account with this login, or with this id."""
    wanted = ACCOUNT.c.id == account if login is None else ACCOUNT.c.login == login
    row = connection.execute(select(ACCOUNT).where(wanted)).mappings().first()
    return _account(row) if row else None


def keep_session(connection: Connection, session: Session) -> None:
    """Keep a new session."""
    connection.execute(insert(SESSION).values(asdict(session)))


def find_session(connection: Connection, sha256: str) -> tuple[Session, Account] | None:
    """Return the session whose token has this hash, and who is signed in."""
    query = select(SESSION).where(SESSION.c.sha256 == sha256)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    account = find_account(connection, account=row["account"])
    return None if account is None else (Session(**row), account)


def touch_session(connection: Connection, sha256: str, *, seen: str) -> None:
    """Note that a session was used."""
    connection.execute(update(SESSION).where(SESSION.c.sha256 == sha256).values(seen=seen))


def end_session(connection: Connection, sha256: str) -> None:
    """End one session."""
    connection.execute(delete(SESSION).where(SESSION.c.sha256 == sha256))


def end_sessions(connection: Connection, account: str) -> int:
    """End all sessions of an account; return how many there were."""
    return connection.execute(delete(SESSION).where(SESSION.c.account == account)).rowcount


def count_sessions(connection: Connection, account: str, *, now: str) -> int:
    """Return how many sessions of an account have not come to their end."""
    query = select(SESSION.c.sha256).where(SESSION.c.account == account, SESSION.c.expires > now)
    return len(connection.execute(query).all())


def sweep_sessions(connection: Connection, *, now: str) -> None:
    """Forget the sessions that have come to their end."""
    connection.execute(delete(SESSION).where(SESSION.c.expires <= now))


def _row(account: Account) -> dict[str, object]:
    return {**asdict(account), "roles": json.dumps(account.roles)}


def _account(row: RowMapping) -> Account:
    return Account(**{**row, "roles": tuple(json.loads(row["roles"]))})
