"""What stays the same from call to call: the study, its names on the network, what is loaded."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
from jinja2 import Environment
from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.desk.catalogue import CatalogueSettings
from consilience.web.assets import Assets
from consilience.web.attempts import Attempts
from consilience.web.audience import Audience
from consilience.web.vaults import OpenVaults

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_HOSTS: Final = {"127.0.0.1", "localhost", "::1"}
# Each check of a password takes 64 MiB and a tenth of a second.
_SLOW_AT_ONCE: Final = 2
_GAP: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Under which names the server is reached.

    Args:
        hosts: the values of the Host header that are answered; every other one is refused.
        origin: the only origin from which forms are taken; None for any of the hosts by http.
        secure: whether browsers reach it by https, and so cookies never travel without.
    """

    hosts: frozenset[str]
    origin: str | None
    secure: bool

    def takes_from(self, origin: str) -> bool:
        """Return whether a form from a page of this origin is taken."""
        if self.origin is not None:
            return origin == self.origin
        return origin.startswith("http://") and origin.removeprefix("http://") in self.hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One study on the web.

    Args:
        engine: its open database.
        folder: where it lies.
        title: its title.
        place: under which names it is reached.
        clock: gives the time now.
        paths: the address of each door by name.
        readers: who may read each page by name, so that nobody is shown a way that is shut.
        templates: the pages.
        assets: the files that browsers load beside them.
        attempts: counts of sign-ins that failed.
        vaults: who has the vault open.
        catalogue: settings of the catalogue that is served; None where it is a study.
        slow: lets few costly calls run at once.
        intake: lets one call with files run at once.
        closing: set when the server is about to end, so that open connections end by themselves.
    """

    engine: Engine
    folder: Path
    title: str
    place: Place
    clock: Callable[[], dt.datetime]
    paths: Mapping[str, str]
    readers: Mapping[str, Audience]
    templates: Environment
    assets: Assets
    attempts: Attempts
    vaults: OpenVaults
    catalogue: CatalogueSettings | None = None
    slow: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(_SLOW_AT_ONCE)
    )
    intake: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    closing: threading.Event = field(default_factory=threading.Event)

    def address(self, door: str, **values: object) -> str:
        """Return the address of a door with its gaps filled.

        Raises:
            KeyError: if there is no such door, or a gap has no value.
        """
        return _GAP.sub(lambda gap: quote(str(values[gap[1]]), safe=""), self.paths[door])

    def static(self, name: str) -> str:
        """Return the address of a file that pages load.

        Raises:
            KeyError: if there is no such file.
        """
        if name not in self.assets.by_name:
            raise KeyError(name)
        return self.address("static", version=self.assets.version, name=name)


def place_of(*, host: str, port: int, public_url: str | None = None) -> Place:
    """Return under which names a server is reached that listens at host and port.

    Args:
        host: the address it listens at.
        port: the port.
        public_url: the address of the site behind TLS that stands in front; None if none does,
            which is allowed on the machine itself only.

    Raises:
        Fault: WEB-001 for another machine's reach without TLS, WEB-002 if the public address is
            not one.

    Example:
        >>> place_of(host="127.0.0.1", port=8080).secure
        False
    """
    if public_url is None:
        if host not in _LOOPBACK_HOSTS:
            raise Fault("WEB-001", host=host)
        names = frozenset(f"{name}:{port}" for name in LOOPBACK)
        return Place(hosts=names | (frozenset(LOOPBACK) if port == 80 else frozenset()),
                     origin=None, secure=False)  # fmt: skip
    parts = urlsplit(public_url.rstrip("/"))
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme != "https" or not parts.hostname or not plain:
        raise Fault("WEB-002", url=public_url)
    name = parts.netloc.lower()
    return Place(hosts=frozenset({name}), origin=f"https://{name}", secure=True)
