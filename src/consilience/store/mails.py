"""The outbox: mails wait in a table, and go to a mail server only where one is named."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final

from sqlalchemy import Connection, insert, select, update

from consilience.base.errors import Fault
from consilience.store.access_tables import MAIL

_SECONDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail.

    Attributes:
        id: its number.
        account: id of whom it is to.
        address: where it goes.
        subject: its subject.
        words: what it says; empty once it is sent.
        at: when it was written, UTC.
        sent: when it was sent; empty while it waits.
        failed: why it could not be sent last time; empty if it was not tried.
    """

    id: int
    account: str
    address: str
    subject: str
    words: str
    at: str
    sent: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in.

    Attributes:
        host: its name.
        port: its port.
        sender: the address from which they come.
        user: with whom to sign in; empty for nobody.
        password: its password.
        security: `tls` from the first byte, `starttls`, or `none` for a server on this machine.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"


def put_mail(connection: Connection, mail: Mail) -> int:
    """Keep a mail that is to be sent; return its number."""
    made = connection.execute(
        insert(MAIL).values(
            account=mail.account, address=mail.address, subject=mail.subject, words=mail.words,
            at=mail.at, sent="", failed="",
        )
    ).inserted_primary_key  # fmt: skip
    return int(made[0]) if made else 0


def waiting_mails(connection: Connection) -> list[Mail]:
    """Return the mails that wait, oldest first."""
    query = select(MAIL).where(MAIL.c.sent == "").order_by(MAIL.c.id)
    return [Mail(**row) for row in connection.execute(query).mappings()]


def note_sent(connection: Connection, mail: int, *, at: str) -> None:
    """Note that a mail was sent, and forget its words: they may hold a link."""
    done = {"sent": at, "failed": "", "words": ""}
    connection.execute(update(MAIL).where(MAIL.c.id == mail).values(done))


def note_failed(connection: Connection, mail: int, *, reason: str) -> None:
    """Note why a mail could not be sent."""
    connection.execute(update(MAIL).where(MAIL.c.id == mail).values(failed=reason))


def deliver(server: MailServer, mails: Iterable[Mail]) -> dict[int, str]:
    """Hand mails in at a server; return for each what the server said against it, empty if nothing.

    Args:
        server: where.
        mails: what.

    Raises:
        Fault: STO-101 if the server cannot be reached or lets nobody in.
    """
    said: dict[int, str] = {}
    try:
        with _signed_in(server) as link:
            for mail in mails:
                try:
                    link.send_message(_message(server, mail))
                    said[mail.id] = ""
                except smtplib.SMTPException as error:
                    said[mail.id] = str(error)[:300]
    except (OSError, smtplib.SMTPException) as error:
        if not said:
            raise Fault("STO-101", host=server.host, reason=str(error)[:300]) from error
    return said


def _signed_in(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        link: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_SECONDS, context=context
        )
    else:
        link = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    if server.security == "starttls":
        link.starttls(context=ssl.create_default_context())
    if server.user:
        link.login(server.user, server.password)
    return link


def _message(server: MailServer, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, mail.address, mail.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.words)
    return message
