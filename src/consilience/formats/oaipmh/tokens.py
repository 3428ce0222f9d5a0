"""Resumption tokens: signed, so that nobody makes one up, and whole, so that none is kept."""

from __future__ import annotations

from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from consilience.formats.oaipmh.model import Token, Verb

_PURPOSE: Final = b"OAI-PMH resumption token 1"


def seal(token: Token, *, key: bytes) -> str:
    """Return a token as harvesters send it back.

    Args:
        token: where the list goes on.
        key: the secret of this repository.

    Example:
        >>> token = Token(verb=Verb.RECORDS, prefix="oai_dc", since="", until="", set_spec="",
        ...               after=100, cursor=100, size=250, issued="2026-03-02T09:00:00Z")
        >>> unseal(seal(token, key=b"secret"), key=b"secret") == token
        True
        >>> unseal(seal(token, key=b"secret"), key=b"another") is None
        True
    """
    content = [
        token.verb.value, token.prefix, token.since, token.until, token.set_spec, token.after,
        token.cursor, token.size, token.issued,
    ]  # fmt: skip
    return str(URLSafeSerializer(key, salt=_PURPOSE).dumps(content))


def unseal(sealed: str, *, key: bytes) -> Token | None:
    """Return the token that a harvester sent back, None if it is not one that we gave."""
    try:
        verb, prefix, since, until, set_spec, after, cursor, size, issued = URLSafeSerializer(
            key, salt=_PURPOSE
        ).loads(sealed)
    except (BadData, ValueError, TypeError):
        return None
    return Token(
        verb=Verb(verb),
        prefix=prefix,
        since=since,
        until=until,
        set_spec=set_spec,
        after=after,
        cursor=cursor,
        size=size,
        issued=issued,
    )
