"""Readers of a catalogue: registering, confirming the address, terms of use, the way out."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.accounts import Person, sign_in
from consilience.desk.passwords import check_password, hash_password, is_right
from consilience.desk.signed_links import link_key, opened_link, signed
from consilience.desk.terms import Terms
from consilience.store.access import (
    Reader,
    add_reader,
    find_reader,
    readers,
    save_reader,
    sweep_readers,
)
from consilience.store.accounts import (
    Account,
    add_account,
    end_sessions,
    find_account,
    save_account,
)
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append
from consilience.store.mails import Mail, put_mail

# How long the link that confirms an address, or sets a password, can be used.
CONFIRM: Final = dt.timedelta(days=3)
RESET: Final = dt.timedelta(hours=1)
# A mail address that people have: no quotes, no comments, no address by number.
_ADDRESS: Final = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
_LONGEST: Final = 254
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"

# Makes the address of a page of the catalogue from the token that opens it.
Address = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What mails of a catalogue say and where their links lead.

    Attributes:
        catalogue: its name.
        confirm: makes the address that confirms a mail address.
        reset: makes the address that sets another password.
    """

    catalogue: str
    confirm: Address
    reset: Address


def register(
    engine: Engine,
    folder: Path,
    *,
    name: str,
    email: str,
    password: str,
    letters: Letters,
    at: dt.datetime,
) -> None:
    """Register a reader and write the mail that confirms the address.

    Whether the address was registered before is told to its owner only, by mail.

    Args:
        engine: the database of the catalogue.
        folder: of the catalogue.
        name: as typed.
        email: as typed.
        password: as typed.
        letters: what the mail says.
        at: the time now.

    Raises:
        Fault: WEB-060 if it is no address, WEB-031 without a name, WEB-012 if the password may
            not be taken.
    """
    address = checked_address(email)
    if not name.strip():
        raise Fault("WEB-031", what="name")
    hashed = hash_password(check_password(password, login=address.partition("@")[0]))
    key = link_key(folder)
    with transaction(engine) as connection:
        sweep_readers(connection, before=_written(at - CONFIRM))
        known = find_reader(connection, email=address)
        if known is not None:
            _write(connection, known, _KNOWN, letters, at=at, link="")
            return
        # No number: one that is free again after a sweep would stand for two people in the ledger.
        id_ = f"reader-{secrets.token_hex(4)}"
        account = Account(
            id=id_,
            login=id_,
            name=name.strip()[:128],
            password=hashed,
            one_time=False,
            roles=("reader",),
            active=True,
            created=_written(at),
        )
        add_account(connection, account)
        reader = Reader(account=account.id, email=address)
        add_reader(connection, reader)
        _write_confirmation(connection, reader, key, letters, at=at)
        _note(connection, "reader", account.id, at=at)


def checked_address(email: str) -> str:
    """Return a mail address as it is kept.

    Raises:
        Fault: WEB-060 if a mail could not be sent there.

    Example:
        >>> checked_address(" Ann@Uni.Example ")
        'ann@uni.example'
    """
    address = email.strip().lower()
    if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
        raise Fault("WEB-060", value=email.strip()[:80])
    return address


def sign_in_reader(
    engine: Engine, *, email: str, password: str, at: dt.datetime, previous: str | None = None
) -> tuple[str, Person]:
    """Open a session for a mail address, or for the login of a curator; see `accounts.sign_in`.

    Raises:
        Fault: WEB-010 if address and password do not belong together.
    """
    login = email.strip().lower()
    with snapshot(engine) as connection:
        reader = find_reader(connection, email=login)
    return sign_in(
        engine,
        login=reader.account if reader else login,
        password=password,
        at=at,
        previous=previous,
    )


def reader_of(engine: Engine, person: Person) -> Reader | None:
    """Return what is kept of a reader; None for staff."""
    with snapshot(engine) as connection:
        return find_reader(connection, account=person.id)


def send_confirmation(
    engine: Engine, folder: Path, person: Person, *, letters: Letters, at: dt.datetime
) -> None:
    """Write the mail that confirms the address once more, if it is not confirmed."""
    key = link_key(folder)
    with transaction(engine) as connection:
        reader = find_reader(connection, account=person.id)
        if reader is not None and not reader.confirmed:
            _write_confirmation(connection, reader, key, letters, at=at)


def confirm(engine: Engine, folder: Path, token: str, *, password: str, at: dt.datetime) -> None:
    """Confirm an address by the link that was sent there; done twice, the first time holds.

    The password is asked for as well: otherwise somebody could register the address of another
    with a password of their own, and the other would let them in by opening the mail.

    Raises:
        Fault: WEB-061 if the link is not whole, has run out, or its reader is gone, WEB-010 if
            the password is not that of the reader.
    """
    content = opened_link(link_key(folder), "confirm", token, at=at)
    with snapshot(engine) as connection:
        account = find_account(connection, account=content["account"])
    if not is_right(password, account.password if account else None):
        raise Fault("WEB-010")
    with transaction(engine) as connection:
        reader = find_reader(connection, account=content["account"])
        if reader is None or reader.email != content["email"]:
            raise Fault("WEB-061")
        if not reader.confirmed:
            save_reader(connection, replace(reader, confirmed=_written(at)))
            _note(connection, "confirm", reader.account, at=at)


def address_of_link(
    engine: Engine, folder: Path, purpose: str, token: str, *, at: dt.datetime
) -> str:
    """Return the mail address to which a link was sent, so that its page can say whose it is.

    Raises:
        Fault: WEB-061 if the link is not whole, has run out, or its reader is gone.
    """
    content = opened_link(link_key(folder), purpose, token, at=at)
    with snapshot(engine) as connection:
        reader = find_reader(connection, account=content["account"])
    if reader is None:
        raise Fault("WEB-061")
    return reader.email


def accept_terms(
    engine: Engine, person: Person, *, version: str, terms: Terms, at: dt.datetime
) -> None:
    """Note that a reader accepted the terms of use.

    Args:
        engine: the database of the catalogue.
        person: the reader.
        version: the version that was shown.
        terms: those that hold now.
        at: the time now.

    Raises:
        Fault: WEB-069 if the terms changed meanwhile, WEB-063 if the address is not confirmed.
    """
    if version != terms.version:
        raise Fault("WEB-069", version=terms.version)
    with transaction(engine) as connection:
        reader = find_reader(connection, account=person.id)
        if reader is None or not reader.confirmed:
            raise Fault("WEB-063")
        if reader.terms != version:
            save_reader(connection, replace(reader, terms=version, terms_at=_written(at)))
            _note(connection, "terms", reader.account, at=at, version=version)


def forgotten(
    engine: Engine, folder: Path, *, email: str, letters: Letters, at: dt.datetime
) -> None:
    """Write a mail with a link that sets another password, if the address is a reader's.

    Raises:
        Fault: WEB-060 if it is no address.
    """
    address = checked_address(email)
    key = link_key(folder)
    with transaction(engine) as connection:
        reader = find_reader(connection, email=address)
        account = find_account(connection, account=reader.account) if reader else None
        if reader is None or account is None or not account.active:
            return
        content = {"account": account.id, "now": _stamp(account)}
        link = letters.reset(signed(key, "reset", content, until=at + RESET))
        _write(connection, reader, _FORGOTTEN, letters, at=at, link=link)


def set_password(
    engine: Engine, folder: Path, token: str, *, password: str, at: dt.datetime
) -> None:
    """Set another password by the link that was sent; all sessions end, and the link with them.

    Raises:
        Fault: WEB-061 if the link is not whole, has run out or was used, WEB-012 if the password
            may not be taken.
    """
    content = opened_link(link_key(folder), "reset", token, at=at)
    with snapshot(engine) as connection:
        reader = find_reader(connection, account=content["account"])
    if reader is None:
        raise Fault("WEB-061")
    hashed = hash_password(check_password(password, login=reader.email.partition("@")[0]))
    with transaction(engine) as connection:
        account = find_account(connection, account=reader.account)
        if account is None or not account.active or _stamp(account) != content["now"]:
            raise Fault("WEB-061")
        save_account(connection, replace(account, password=hashed))
        end_sessions(connection, account.id)
        # Who reads the mails of the address has it.
        save_reader(connection, replace(reader, confirmed=reader.confirmed or _written(at)))
        _note(connection, "password", account.id, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLine:
    """A reader as curators see one."""

    account: str
    name: str
    email: str
    confirmed: str
    terms: str
    terms_at: str
    active: bool


def reader_lines(engine: Engine) -> list[ReaderLine]:
    """Return every reader, newest first."""
    with snapshot(engine) as connection:
        return [
            ReaderLine(
                account=reader.account,
                name=name,
                email=reader.email,
                confirmed=reader.confirmed,
                terms=reader.terms,
                terms_at=reader.terms_at,
                active=active,
            )
            for reader, name, active in readers(connection)
        ]


def set_reader_active(
    engine: Engine, account: str, *, active: bool, reason: str, at: dt.datetime, actor: str
) -> None:
    """Shut a reader out at once, or let one in again: sessions end and links open nothing.

    Raises:
        Fault: WEB-025 if there is no such reader, WEB-031 without a reason.
    """
    if not reason.strip():
        raise Fault("WEB-031", what="reason")
    with transaction(engine) as connection:
        kept = find_account(connection, account=account)
        if kept is None or find_reader(connection, account=account) is None:
            raise Fault("WEB-025")
        save_account(connection, replace(kept, active=active))
        end_sessions(connection, account)
        action = "reactivate" if active else "deactivate"
        append(connection, at=at, actor=actor, action=action, subject=account,
               detail={"reason": reason.strip()})  # fmt: skip


# Without the name that was typed: it could be the words of somebody who mails to strangers.
_CONFIRM: Final = (
    "Confirm your e-mail address",
    (
        "Hello,\n\nsomebody, we hope you, registered this address at {catalogue}.\n"
        "Open this address within three days to confirm it:\n\n{link}\n\n"
        "If it was not you, do nothing: what is not confirmed is forgotten.\n"
    ),
)
_KNOWN: Final = (
    "You are registered already",
    (
        "Hello {name},\n\nsomebody, perhaps you, wanted to register this address at {catalogue},\n"
        "but it is registered already. Sign in with it; if the password is forgotten, ask for\n"
        "another one on the page of signing in.\n\nIf it was not you, do nothing.\n"
    ),
)
_FORGOTTEN: Final = (
    "Set another password",
    (
        "Hello {name},\n\nopen this address within an hour to set another password at\n"
        "{catalogue}:\n\n{link}\n\n"
        "If you did not ask for it, do nothing: the password stays as it is.\n"
    ),
)


def _write_confirmation(
    connection: Connection, reader: Reader, key: bytes, letters: Letters, *, at: dt.datetime
) -> None:
    content = {"account": reader.account, "email": reader.email}
    link = letters.confirm(signed(key, "confirm", content, until=at + CONFIRM))
    _write(connection, reader, _CONFIRM, letters, at=at, link=link)


def _write(
    connection: Connection,
    reader: Reader,
    words: tuple[str, str],
    letters: Letters,
    *,
    at: dt.datetime,
    link: str,
) -> None:
    account = find_account(connection, account=reader.account)
    subject, body = words
    mail = Mail(
        id=0,
        account=reader.account,
        address=reader.email,
        subject=f"{subject}: {letters.catalogue}"[:256],
        words=body.format(
            name=account.name if account else "", catalogue=letters.catalogue, link=link
        ),
        at=_written(at),
    )
    put_mail(connection, mail)


def _stamp(account: Account) -> str:
    """Return what is another once the password is another."""
    return hashlib.sha256(account.password.encode()).hexdigest()[:16]


def _note(
    connection: Connection, action: str, account: str, *, at: dt.datetime, **detail: object
) -> None:
    append(connection, at=at, actor=account, action=action, subject=account, detail=detail)


def _written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(_FORM)
