"""Links that open one thing for some time, and that nobody else can make."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from consilience.base.errors import Fault
from consilience.store.database import HIDDEN
from consilience.store.files import writing_fault

NAME: Final = "links.key"
_LONGEST: Final = 2_000


def link_key(folder: Path) -> bytes:
    """Return the key with which a catalogue signs its links, made when it is first needed.

    It lies beside the database and not in it, so that a copy of the database opens nothing.

    Args:
        folder: of the catalogue.

    Raises:
        Fault: STO-009 if it cannot be written.
    """
    path = folder / HIDDEN / NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    except OSError as error:
        raise writing_fault(path, error) from error
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(secrets.token_bytes(32))
    return path.read_bytes()


def signed(key: bytes, purpose: str, content: Mapping[str, Any], *, until: dt.datetime) -> str:
    """Return a token that holds some plain values until a time.

    Args:
        key: of the catalogue.
        purpose: what it is for; a token of one purpose opens nothing of another.
        content: plain values; whoever has the link can read them.
        until: when it ends.
    """
    return str(_serialiser(key, purpose).dumps({**content, "until": int(until.timestamp())}))


def opened_link(key: bytes, purpose: str, token: str, *, at: dt.datetime) -> Mapping[str, Any]:
    """Return what a token holds.

    Args:
        key: of the catalogue.
        purpose: what it must be for.
        token: as it came.
        at: the time now.

    Raises:
        Fault: WEB-061 if it was made by nobody here, for something else, or has run out.

    Example:
        >>> now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        >>> token = signed(b"key", "confirm", {"who": "reader-1"}, until=now)
        >>> opened_link(b"key", "confirm", token, at=now)["who"]
        'reader-1'
    """
    try:
        content: Mapping[str, Any] = _serialiser(key, purpose).loads(token[:_LONGEST])
    except BadData:
        raise Fault("WEB-061") from None
    if content["until"] < at.timestamp():
        raise Fault("WEB-061")
    return content


def _serialiser(key: bytes, purpose: str) -> URLSafeSerializer:
    # The plain default is SHA-1, which is sound in an HMAC but asked about each time.
    return URLSafeSerializer(
        key, salt=f"consilience {purpose}", signer_kwargs={"digest_method": _sha256}
    )


def _sha256(content: bytes = b"") -> Any:  # noqa: ANN401  (what hashlib calls a hash)
    return hashlib.sha256(content)
