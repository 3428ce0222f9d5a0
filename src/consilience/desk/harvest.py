"""Answer harvesters: one request of OAI-PMH in, one answer out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.desk.catalogue import CatalogueSettings
from consilience.formats.oaipmh.answers import (
    answer,
    element,
    header,
    identify,
    list_formats,
    list_sets,
    record,
    refused,
    resumption,
)
from consilience.formats.oaipmh.arguments import read_arguments
from consilience.formats.oaipmh.model import (
    FORMATS,
    Asked,
    Code,
    Refusal,
    Repository,
    Token,
    Verb,
)
from consilience.formats.oaipmh.packing import Piece, joined
from consilience.formats.oaipmh.tokens import seal, unseal
from consilience.store.catalogue import key_of
from consilience.store.database import snapshot
from consilience.store.harvest import (
    Harvested,
    Parts,
    Selection,
    count_selected,
    earliest_datestamp,
    harvest_page,
    one_record,
    prefixes_of,
    sets_of,
)

# Records of 10 KB, 300 a page: an answer of 3 MB. Headers are small.
PAGE: Final = 300
_PAGES: Final = {Verb.RECORDS: PAGE, Verb.HEADERS: 1_000}
# A token keeps no state, so that this bounds only how long a harvester may pause.
_LIFE: Final = dt.timedelta(days=7)
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
_KNOWN: Final = tuple(each.prefix for each in FORMATS)

Body = Sequence[Piece] | Refusal


def answer_harvester(
    engine: Engine,
    settings: CatalogueSettings,
    pairs: Sequence[tuple[str, str]],
    *,
    at: dt.datetime,
    gzip: bool = False,
    page: int | None = None,
) -> bytes:
    """Return the answer to a request of OAI-PMH 2.0; errors of the protocol are answers too.

    Pages follow the numbers of records, which no edit changes: a record that is edited, added or
    deleted between two pages is neither missed nor given twice.

    Args:
        engine: the database of the catalogue.
        settings: what the catalogue says of itself.
        pairs: names and values of the arguments in the order in which they came.
        at: the time now.
        gzip: whether the answer is packed.
        page: the most records of a list, None for as many as is usual.
    """
    now = at.astimezone(dt.UTC).strftime(_FORM)
    asked = read_arguments(pairs)
    if not isinstance(asked, Asked):
        return joined(refused(asked, asked=None, base_url=settings.oai_url, at=now), gzip=gzip)
    limit = page or _PAGES.get(asked.verb, 1)
    parts: Parts = "packed" if gzip else "plain"
    if asked.verb is Verb.HEADERS:
        parts = "headers"
    with snapshot(engine) as connection:
        body = _body(connection, settings, asked, now=now, limit=limit, parts=parts)
    if isinstance(body, Refusal):
        return joined(refused([body], asked=asked, base_url=settings.oai_url, at=now), gzip=gzip)
    return joined(answer(asked, body, base_url=settings.oai_url, at=now), gzip=gzip)


def _body(
    connection: Connection,
    settings: CatalogueSettings,
    asked: Asked,
    *,
    now: str,
    limit: int,
    parts: Parts,
) -> Body:
    if asked.verb is Verb.IDENTIFY:
        return identify(_repository(connection, settings, now=now))
    if asked.verb is Verb.FORMATS:
        return _formats(connection, asked)
    if asked.verb is Verb.SETS:
        return _bad_token() if asked.token else list_sets(sets_of(connection))
    if asked.verb is Verb.RECORD:
        return _one(connection, asked)
    return _listed(connection, asked, now=now, limit=limit, parts=parts)


def _repository(connection: Connection, settings: CatalogueSettings, *, now: str) -> Repository:
    return Repository(
        name=settings.name,
        base_url=settings.oai_url,
        admin_email=settings.admin_email,
        earliest=earliest_datestamp(connection) or now,
        identifier=settings.repository,
        sample=f"oai:{settings.repository}:1",
    )


def _formats(connection: Connection, asked: Asked) -> Body:
    if not asked.identifier:
        return list_formats(_KNOWN)
    prefixes = prefixes_of(connection, asked.identifier)
    if prefixes is None:
        return _no_identifier(asked)
    if not prefixes:
        return Refusal(code=Code.FORMATS, message=f"{asked.identifier} has no metadata format")
    return list_formats(prefixes)


def _one(connection: Connection, asked: Asked) -> Body:
    prefixes = prefixes_of(connection, asked.identifier)
    if prefixes is None:
        return _no_identifier(asked)
    found = (
        one_record(connection, asked.identifier, asked.prefix) if asked.prefix in prefixes else None
    )
    if found is None:
        return Refusal(
            code=Code.FORMAT,
            message=f"{asked.identifier} cannot be given as {asked.prefix}",
        )
    return element(asked.verb, _record(found))


def _listed(connection: Connection, asked: Asked, *, now: str, limit: int, parts: Parts) -> Body:
    """Return a page of records or headers, with a token if more follow."""
    key = key_of(connection)
    token = _first(connection, asked, now=now) if not asked.token else _next(asked, key, now=now)
    if isinstance(token, Refusal):
        return token
    wanted = Selection(
        prefix=token.prefix, since=token.since, until=token.until, set_spec=token.set_spec
    )
    found = harvest_page(connection, wanted, after=token.after, limit=limit + 1, parts=parts)
    if not found and token.cursor:
        # All that were left have been changed since, and so are later than `until`: an answer
        # without a record would break the schema, and an error break off the harvest.
        late = Selection(prefix=token.prefix, since=token.since, set_spec=token.set_spec)
        found = harvest_page(connection, late, after=token.after, limit=limit + 1, parts=parts)
    if not found:
        return Refusal(code=Code.NONE, message="no record is in all that was asked")
    given, more = found[:limit], len(found) > limit
    pieces = (
        _headers(given)
        if parts == "headers"
        else [piece for row in given for piece in _record(row)]
    )
    if more or token.cursor:
        pieces.append(_resumption(token, given, more=more, key=key))
    return element(asked.verb, pieces)


def _first(connection: Connection, asked: Asked, *, now: str) -> Token | Refusal:
    if asked.prefix not in _KNOWN:
        return Refusal(code=Code.FORMAT, message=f"no record can be given as {asked.prefix}")
    wanted = Selection(
        prefix=asked.prefix, since=asked.since, until=asked.until, set_spec=asked.set_spec
    )
    return Token(
        verb=asked.verb,
        prefix=asked.prefix,
        since=asked.since,
        until=asked.until,
        set_spec=asked.set_spec,
        after=0,
        cursor=0,
        size=count_selected(connection, wanted),
        issued=now,
    )


def _next(asked: Asked, key: bytes, *, now: str) -> Token | Refusal:
    token = unseal(asked.token, key=key)
    if token is None or token.verb is not asked.verb or _expires(token) < now:
        return _bad_token()
    return token


def _expires(token: Token) -> str:
    return (dt.datetime.fromisoformat(token.issued) + _LIFE).strftime(_FORM)


def _resumption(token: Token, given: Sequence[Harvested], *, more: bool, key: bytes) -> Piece:
    following = Token(
        verb=token.verb,
        prefix=token.prefix,
        since=token.since,
        until=token.until,
        set_spec=token.set_spec,
        after=given[-1].number,
        cursor=token.cursor + len(given),
        size=token.size,
        issued=token.issued,
    )
    return resumption(
        seal(following, key=key) if more else "",
        cursor=token.cursor,
        # Records that came since the beginning are given too.
        size=max(token.size, following.cursor + more),
        expires=_expires(token),
    )


def _headers(found: Iterable[Harvested]) -> list[Piece]:
    return [Piece("".join([_header(row) for row in found]).encode())]


def _record(found: Harvested) -> tuple[Piece, ...]:
    return record(_header(found), Piece(found.xml, found.packed), about=found.about)


def _header(found: Harvested) -> str:
    return header(found.identifier, found.datestamp, sets=found.sets, deleted=bool(found.deleted))


def _no_identifier(asked: Asked) -> Refusal:
    return Refusal(code=Code.IDENTIFIER, message=f"there is no record {asked.identifier}")


def _bad_token() -> Refusal:
    return Refusal(
        code=Code.TOKEN, message="this token was not given here, has expired or is of another verb"
    )
