"""The web face put together: all doors, guarded, in their envelope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from consilience.base.errors import Fault, Faults
from consilience.desk.catalogue import CatalogueSettings
from consilience.web.assets import load_assets
from consilience.web.attempts import Attempts
from consilience.web.doors import Door
from consilience.web.envelope import Envelope
from consilience.web.guard import GuardedRoute
from consilience.web.mishaps import on_fault
from consilience.web.pages import DOORS
from consilience.web.rendering import make_templates
from consilience.web.site import Place, Site
from consilience.web.vaults import OpenVaults

_MISHAPS: Final = (Fault, Faults, HTTPException)


def make_app(
    *,
    engine: Engine,
    folder: Path,
    title: str,
    place: Place,
    clock: Callable[[], dt.datetime],
    doors: Sequence[Door] = DOORS,
    catalogue: CatalogueSettings | None = None,
) -> Envelope:
    """Return the web face of one study, or one catalogue, as an ASGI application.

    Args:
        engine: the open database of the study.
        folder: where the study lies.
        title: its title.
        place: under which names the server is reached.
        clock: gives the time now.
        doors: the addresses and what answers there.
        catalogue: settings of the catalogue that is served; None where it is a study.

    Raises:
        ValueError: if two doors of one path have different names, or one name has two paths.
    """
    site = Site(
        engine=engine,
        folder=folder,
        title=title,
        place=place,
        clock=clock,
        paths=_paths(doors),
        readers={door.name: door.to for door in doors if door.method == "GET"},
        templates=make_templates(),
        assets=load_assets(),
        attempts=Attempts(),
        vaults=OpenVaults(clock),
        catalogue=catalogue,
    )
    routes: list[BaseRoute] = [GuardedRoute(door, site=site) for door in doors]
    inner = Starlette(
        routes=routes, exception_handlers={**dict.fromkeys(_MISHAPS, on_fault), 500: on_fault}
    )
    inner.router.redirect_slashes = False
    inner.state.site = site
    return Envelope(inner, site=site, routes=routes)


def _paths(doors: Sequence[Door]) -> dict[str, str]:
    paths: dict[str, str] = {}
    for door in doors:
        if paths.setdefault(door.name, door.path) != door.path:
            raise ValueError(f"{door.name} is the name of two paths")
    if len(set(paths.values())) != len(paths):
        raise ValueError("two names for one path")
    return paths
