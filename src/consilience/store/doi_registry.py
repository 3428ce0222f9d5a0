"""A DOI registry that speaks DataCite's REST interface: the only place that asks one."""

from __future__ import annotations

import base64
import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from consilience.base.errors import Fault
from consilience.store.access_tables import DOI

_SECONDS: Final = 30
_KIND: Final = "application/vnd.api+json"
_TAKEN: Final = 422
_LARGEST: Final = 4 * 1024 * 1024
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Where DOIs are registered, and as whom.

    Attributes:
        endpoint: address of the interface, such as `https://api.test.datacite.org`.
        user: name of the repository's account there.
        password: its password.
    """

    endpoint: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MintedDoi:
    """How far the DOI of a record has come.

    Attributes:
        record: identifier of the record.
        doi: its DOI.
        endpoint: where it is registered.
        state: `asked`, `draft` or `findable`.
        at: when it came so far, UTC.
    """

    record: str
    doi: str
    endpoint: str
    state: str
    at: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a password is for the address that was named, and for no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401  (the base's form)
        """Refuse."""
        return


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def check_endpoint(endpoint: str) -> str:
    """Return the address of a registry if a password may be sent there.

    Raises:
        Fault: STO-104 if it is not https, but for a registry on this machine.

    Example:
        >>> check_endpoint("https://api.test.datacite.org/")
        'https://api.test.datacite.org'
    """
    try:
        parts = urlsplit(endpoint)
        whole = parts.port != 0 and bool(parts.hostname) and _PLAIN.fullmatch(endpoint) is not None
    except ValueError:
        raise Fault("STO-104", endpoint=endpoint) from None
    fine = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not fine or not whole or parts.query or parts.fragment or "@" in parts.netloc:
        raise Fault("STO-104", endpoint=endpoint)
    return endpoint.rstrip("/")


def draft_doi(registry: Registry, doi: str, attributes: Mapping[str, Any]) -> None:
    """Let a registry know of a DOI as a draft; one that is there already for us is left so.

    Args:
        registry: where.
        doi: the DOI.
        attributes: metadata as DataCite's JSON has them, with `url`.

    Raises:
        Fault: STO-102 if the registry cannot be reached, STO-103 if it refuses or the DOI stands
            for another address.
    """
    content = {"data": {"type": "dois", "attributes": {**attributes, "doi": doi}}}
    status, said = _ask(registry, "POST", "/dois", content)
    if status == _TAKEN:
        # An earlier attempt may have come through although its answer did not.
        found, there = _ask(registry, "GET", _path(doi), None)
        if found == 200 and _attribute(there, "url") == attributes["url"]:
            return
    # Whatever else answers at that address, such as the page of a proxy, speaks of no DOI.
    if status not in (200, 201) or _attribute(said, "state") is None:
        raise _refused(registry, status, said)


def publish_doi(registry: Registry, doi: str, attributes: Mapping[str, Any]) -> None:
    """Make a DOI findable, with metadata as they are now; done twice, nothing more happens.

    Raises:
        Fault: STO-102 if the registry cannot be reached, STO-103 if it refuses or does not say that
            the DOI is findable.
    """
    content = {"data": {"type": "dois", "attributes": {**attributes, "event": "publish"}}}
    status, said = _ask(registry, "PUT", _path(doi), content)
    if status != 200 or _attribute(said, "state") != "findable":
        raise _refused(registry, status, said)


def minted(connection: Connection, record: str) -> MintedDoi | None:
    """Return how far the DOI of a record has come, None if none was asked for."""
    row = connection.execute(select(DOI).where(DOI.c.record == record)).mappings().first()
    return MintedDoi(**row) if row else None


def note_minted(connection: Connection, doi: MintedDoi) -> None:
    """Keep how far the DOI of a record has come."""
    row = {name: getattr(doi, name) for name in MintedDoi.__slots__}
    statement = insert(DOI).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["record"], set_=row))


def _path(doi: str) -> str:
    return f"/dois/{quote(doi, safe='/')}"


def _ask(registry: Registry, method: str, path: str, content: object) -> tuple[int, bytes]:
    key = base64.b64encode(f"{registry.user}:{registry.password}".encode()).decode()
    request = urllib.request.Request(
        check_endpoint(registry.endpoint) + path,
        data=None if content is None else json.dumps(content).encode(),
        method=method,
        headers={"Authorization": f"Basic {key}", "Content-Type": _KIND, "Accept": _KIND},
    )
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return answer.status, answer.read(_LARGEST)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(_LARGEST)
    except (OSError, http.client.HTTPException) as error:
        reason = str(getattr(error, "reason", error))[:300]
        raise Fault("STO-102", endpoint=registry.endpoint, reason=reason) from error


def _attribute(said: bytes, name: str) -> object:
    try:
        return json.loads(said)["data"]["attributes"].get(name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _refused(registry: Registry, status: int, said: bytes) -> Fault:
    """Return the fault for an answer that is no yes, with the registry's own words."""
    try:
        reason = "; ".join(str(each.get("title", each)) for each in json.loads(said)["errors"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason = said.decode("utf-8", "replace")
    words = " ".join(reason.split())[:300] or "nothing more"
    return Fault("STO-103", endpoint=registry.endpoint, status=status, reason=words)
