"""Send the mails of a catalogue that wait, where its folder names a mail server."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults, Where
from consilience.design.yaml_file import read_yaml
from consilience.store.database import snapshot, transaction
from consilience.store.mails import (
    Mail,
    MailServer,
    deliver,
    note_failed,
    note_sent,
    waiting_mails,
)

FILE: Final = "mail.yaml"
# One at a time, so that no mail goes out twice.
_SENDING: Final = threading.Lock()
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


class MailSettings(BaseModel):
    """What `mail.yaml` says.

    Attributes:
        host: name of the mail server.
        port: its port.
        sender: the address from which mails come.
        security: `tls` from the first byte, `starttls`, or `none` for a server on this machine.
        user: with whom to sign in; empty for nobody.
        password_file: file that holds the password, so that it stands in no settings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: Annotated[str, Field(pattern=r"^[^\s@]+@[^\s@]+$")]
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""


def mail_server(folder: Path) -> MailServer | None:
    """Return where mails of a catalogue are handed in; None if its folder names nothing.

    Raises:
        Fault: CAT-041 for a setting that does not fit, or a password that cannot be read.
        Faults: DES-002 to DES-028 for how the file is written.
    """
    path = folder / FILE
    if not path.exists():
        return None
    document, faults = read_yaml(path, name=FILE, first_key="host: mail.example.org")
    if document is None or faults:
        raise Faults(faults)
    try:
        settings = MailSettings.model_validate_json(json.dumps(document.data))
        given = settings.password_file
        password = (folder / given).read_text(encoding="utf-8").strip() if given else ""
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        reason = f"{key}: {first['msg']}"
        raise Fault("CAT-041", where=Where(file=str(path)), path=FILE, reason=reason) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = f"password_file: {error}"
        raise Fault("CAT-041", where=Where(file=str(path)), path=FILE, reason=reason) from error
    return MailServer(
        host=settings.host,
        port=settings.port,
        sender=settings.sender,
        user=settings.user,
        password=password,
        security=settings.security,
    )


def send_waiting(engine: Engine, folder: Path, *, clock: Callable[[], dt.datetime]) -> int:
    """Send the mails that wait; return how many were sent.

    Nothing is sent where no mail server is named. What could not be sent waits on, with the reason
    beside it.

    Args:
        engine: the database of the catalogue.
        folder: of the catalogue.
        clock: gives the time now.
    """
    with _SENDING:
        return _send(engine, folder, clock)


def _send(engine: Engine, folder: Path, clock: Callable[[], dt.datetime]) -> int:
    mails = outbox(engine)
    if not mails:
        return 0
    try:
        server = mail_server(folder)
        said = deliver(server, mails) if server else {}
    except Fault as fault:
        said = {mail.id: fault.what for mail in mails}
    except Faults as faults:
        said = {mail.id: faults.faults[0].what for mail in mails}
    with transaction(engine) as connection:
        for number, reason in said.items():
            if reason:
                note_failed(connection, number, reason=reason)
            else:
                note_sent(connection, number, at=clock().astimezone(dt.UTC).strftime(_FORM))
    return sum(not reason for reason in said.values())


def outbox(engine: Engine) -> list[Mail]:
    """Return the mails that wait, oldest first."""
    with snapshot(engine) as connection:
        return waiting_mails(connection)
