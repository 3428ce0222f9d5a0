"""Who may sign in, with which roles; sessions from sign-in to sign-out."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.base.ids import check_id
from consilience.desk.passwords import (
    check_password,
    hash_password,
    is_old,
    is_right,
    one_time_password,
)
from consilience.desk.roles import Role, check_roles
from consilience.store.accounts import (
    Account,
    Session,
    accounts,
    add_account,
    count_sessions,
    end_session,
    end_sessions,
    find_account,
    find_session,
    keep_session,
    save_account,
    sweep_sessions,
    touch_session,
)
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append

# A working day; and no longer than a long meeting without a page being asked for.
LONGEST: Final = dt.timedelta(hours=12)
IDLE: Final = dt.timedelta(hours=2)
# How often a session in use is written down.
_NOTED: Final = dt.timedelta(minutes=5)
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the staff, without what is secret.

    Args:
        id: stands in codings and in the ledger.
        login: what is typed at sign-in.
        name: as colleagues read it.
        roles: what the person does in the study.
        active: whether signing in is allowed.
        one_time: whether the password must be changed before anything else.
        created: when the account was made, UTC.
    """

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    active: bool
    one_time: bool
    created: str


def people(engine: Engine) -> list[Person]:
    """Return all accounts by login."""
    with snapshot(engine) as connection:
        return [_person(account) for account in accounts(connection)]


def names_of_coders(engine: Engine) -> dict[str, str]:
    """Return the name of each account by its id, for pages that show who did what."""
    return {person.id: person.name for person in people(engine)}


def add_person(
    engine: Engine,
    *,
    login: str,
    name: str,
    roles: Iterable[str],
    at: dt.datetime,
    actor: str,
    person: str | None = None,
    password: str | None = None,
) -> tuple[Person, str | None]:
    """Make an account; return it, and the one-time password if none was given.

    Args:
        engine: the database of the study.
        login: what will be typed at sign-in: lower-case letters, digits, hyphens.
        name: as colleagues read it.
        roles: at least one role.
        at: the time now.
        actor: who makes it, for the ledger.
        person: the id for codings; None takes the next free `person-N`, which names nobody.
        password: None makes one that must be changed at the first sign-in.

    Raises:
        Fault: BAS-001 if login or id cannot be one, STO-050 if one is taken, STO-052 for an
            unknown role, WEB-012 if the password may not be taken.
    """
    check_id(login)
    given = password if password is None else check_password(password, login=login)
    once = one_time_password() if given is None else None
    wanted = check_roles(roles)
    hashed = hash_password(given or once or "")
    with transaction(engine) as connection:
        account = Account(
            id=check_id(person) if person else _next_id(connection),
            login=login,
            name=name.strip() or login,
            password=hashed,
            one_time=once is not None,
            roles=wanted,
            active=True,
            created=_written(at),
        )
        for taken in (account.login, account.id):
            if find_account(connection, login=taken) or find_account(connection, account=taken):
                raise Fault("STO-050", value=taken)
        add_account(connection, account)
        detail = {"roles": list(wanted)}
        _note(connection, "account", account.id, detail, at=at, actor=actor)
    return _person(account), once


def change_roles(
    engine: Engine, login: str, *, roles: Iterable[str], at: dt.datetime, actor: str
) -> Person:
    """Give an account other roles; they hold from its next request on.

    Raises:
        Fault: STO-051 if there is no such account, STO-052 for an unknown role.
    """
    wanted = check_roles(roles)
    with transaction(engine) as connection:
        account = replace(_known(connection, login), roles=wanted)
        save_account(connection, account)
        _note(connection, "roles", account.id, {"roles": list(wanted)}, at=at, actor=actor)
    return _person(account)


def set_active(engine: Engine, login: str, *, active: bool, at: dt.datetime, actor: str) -> Person:
    """Let somebody in again, or shut somebody out at once: all sessions end.

    Raises:
        Fault: STO-051 if there is no such account.
    """
    with transaction(engine) as connection:
        account = replace(_known(connection, login), active=active)
        save_account(connection, account)
        if not active:
            end_sessions(connection, account.id)
        action = "reactivate" if active else "deactivate"
        _note(connection, action, account.id, {}, at=at, actor=actor)
    return _person(account)


def reset_password(
    engine: Engine, login: str, *, password: str | None, at: dt.datetime, actor: str
) -> str | None:
    """Give an account a new password and end its sessions; return it if it was made here.

    Raises:
        Fault: STO-051 if there is no such account, WEB-012 if the password may not be taken.
    """
    given = password if password is None else check_password(password, login=login)
    once = one_time_password() if given is None else None
    hashed = hash_password(given or once or "")
    with transaction(engine) as connection:
        account = replace(_known(connection, login), password=hashed, one_time=once is not None)
        save_account(connection, account)
        end_sessions(connection, account.id)
        _note(
            connection, "password", account.id, {"one_time": once is not None}, at=at, actor=actor
        )
    return once


def change_password(engine: Engine, person: Person, *, old: str, new: str, at: dt.datetime) -> None:
    """Let somebody change the own password; all sessions of the account end.

    Raises:
        Fault: WEB-013 if the old one is wrong or the new one is the old, WEB-012 if the new one
            may not be taken.
    """
    with snapshot(engine) as connection:
        account = _known(connection, person.login)
    if not is_right(old, account.password):
        raise Fault("WEB-013", why="the present password is not right")
    check_password(new, login=person.login)
    if is_right(new, account.password):
        raise Fault("WEB-013", why="the new password is the present one")
    hashed = hash_password(new)
    with transaction(engine) as connection:
        account = _known(connection, person.login)
        save_account(connection, replace(account, password=hashed, one_time=False))
        end_sessions(connection, account.id)
        _note(connection, "password", account.id, {"one_time": False}, at=at, actor=account.id)


def sign_in(
    engine: Engine, *, login: str, password: str, at: dt.datetime, previous: str | None = None
) -> tuple[str, Person]:
    """Open a session with a new token; return the token, which is kept nowhere, and who it is.

    Args:
        engine: the database of the study.
        login: as typed.
        password: as typed.
        at: the time now.
        previous: token of a session that ends with this sign-in, so that none is taken over.

    Raises:
        Fault: WEB-010 if login and password do not belong together, or the account may not
            sign in; which of them is not said, and takes the same time.
    """
    with snapshot(engine) as connection:
        account = find_account(connection, login=login.strip().lower())
    if not is_right(password, account.password if account else None):
        raise Fault("WEB-010")
    if account is None or not account.active:
        raise Fault("WEB-010")
    newer = hash_password(password) if is_old(account.password) else None
    token = secrets.token_urlsafe(32)
    with transaction(engine) as connection:
        sweep_sessions(connection, now=_written(at))
        if previous:
            end_session(connection, _hash(previous))
        if newer:
            save_account(connection, replace(_known(connection, account.login), password=newer))
        keep_session(
            connection,
            Session(
                sha256=_hash(token),
                account=account.id,
                created=_written(at),
                seen=_written(at),
                expires=_written(at + LONGEST),
            ),
        )
        _note(connection, "sign-in", account.id, {}, at=at, actor=account.id)
    return token, _person(account)


def signed_in(engine: Engine, token: str, *, at: dt.datetime, in_use: bool = True) -> Person | None:
    """Return whose session a token opens; None if it opens none any more.

    Args:
        engine: the database of the study.
        token: as the browser sent it.
        at: the time now.
        in_use: whether this counts as use; a page that waits by itself does not.
    """
    with snapshot(engine) as connection:
        found = find_session(connection, _hash(token))
    if found is None:
        return None
    session, account = found
    if not account.active or session.expires <= _written(at):
        return None
    if session.seen <= _written(at - IDLE):
        return None
    if in_use and session.seen <= _written(at - _NOTED):
        with transaction(engine) as connection:
            touch_session(connection, session.sha256, seen=_written(at))
    return _person(account)


def sign_out(engine: Engine, token: str) -> None:
    """End one session."""
    with transaction(engine) as connection:
        end_session(connection, _hash(token))


def sign_out_everywhere(engine: Engine, person: Person, *, at: dt.datetime) -> int:
    """End all sessions of somebody; return how many there were."""
    with transaction(engine) as connection:
        ended = end_sessions(connection, person.id)
        _note(connection, "sign-out", person.id, {"sessions": ended}, at=at, actor=person.id)
    return ended


def open_sessions(engine: Engine, person: Person, *, at: dt.datetime) -> int:
    """Return how many sessions of somebody are open."""
    with snapshot(engine) as connection:
        return count_sessions(connection, person.id, now=_written(at))


def _known(connection: Connection, login: str) -> Account:
    account = find_account(connection, login=login)
    if account is None:
        known = ", ".join(each.login for each in accounts(connection))
        raise Fault("STO-051", login=login, known=known or "nobody yet")
    return account


def _next_id(connection: Connection) -> str:
    taken = {account.id for account in accounts(connection)}
    return next(name for n in range(1, len(taken) + 2) if (name := f"person-{n}") not in taken)


def _person(account: Account) -> Person:
    return Person(
        id=account.id,
        login=account.login,
        name=account.name,
        roles=frozenset(cast("tuple[Role, ...]", account.roles)),
        active=account.active,
        one_time=account.one_time,
        created=account.created,
    )


def _note(
    connection: Connection,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    *,
    at: dt.datetime,
    actor: str,
) -> None:
    append(connection, at=at, actor=actor, action=action, subject=subject, detail=detail)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(_FORM)
