"""Serve a study or a catalogue: one process, one port."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.desk.bring_transcripts import clear_rooms
from consilience.desk.catalogue import opened_catalogue
from consilience.desk.kept import at_work
from consilience.desk.studies import open_study
from consilience.web.app import make_app
from consilience.web.envelope import Envelope
from consilience.web.pages.catalogue_doors import CATALOGUE_DOORS
from consilience.web.site import Place, place_of

# Browsers keep a connection open between two clicks; five seconds would close it before most.
_KEEP_ALIVE: Final = 75
_FAREWELL: Final = 3


def serve(
    folder: Path,
    *,
    host: str,
    port: int,
    public_url: str | None,
    told: Callable[[str], None],
) -> None:
    """Serve a study until the process is stopped.

    Args:
        folder: the study folder.
        host: the address to listen at.
        port: the port; 0 takes a free one.
        public_url: the address of the site behind TLS, None on the machine itself.
        told: is given the address once it is listened at.

    Raises:
        Fault: WEB-001 if the network could listen in, WEB-002 if the public address is none,
            WEB-003 if the port is taken, STU-002 if there is no study.
        Faults: all errors of the study file in one.
    """
    place_of(host=host, port=port, public_url=public_url)
    title = open_study(folder).study.study.title
    with _listening(host, port) as listener, at_work(folder) as engine, held_open(engine):
        clear_rooms(folder)
        app = make_app(
            engine=engine,
            folder=folder,
            title=title,
            place=_place(listener, host=host, public_url=public_url),
            clock=_now,
        )
        _answer(app, listener, host=host, public_url=public_url, told=told)


def serve_catalogue(
    folder: Path,
    *,
    host: str,
    port: int,
    public_url: str | None,
    told: Callable[[str], None],
) -> None:
    """Serve a catalogue to readers and harvesters until the process is stopped.

    Args:
        folder: the folder of the catalogue.
        host: the address to listen at.
        port: the port; 0 takes a free one.
        public_url: the address of the site behind TLS, None on the machine itself.
        told: is given the address once it is listened at.

    Raises:
        Fault: WEB-001 if the network could listen in, WEB-002 if the public address is none,
            WEB-003 if the port is taken, CAT-001 if there is no catalogue.
        Faults: all that is wrong with its settings.
    """
    place_of(host=host, port=port, public_url=public_url)
    with (
        _listening(host, port) as listener,
        opened_catalogue(folder) as catalogue,
        held_open(catalogue.engine),
    ):
        app = make_app(
            engine=catalogue.engine,
            folder=folder,
            title=catalogue.settings.name,
            place=_place(listener, host=host, public_url=public_url),
            clock=_now,
            doors=CATALOGUE_DOORS,
            catalogue=catalogue.settings,
        )
        _answer(app, listener, host=host, public_url=public_url, told=told)


def _place(listener: socket.socket, *, host: str, public_url: str | None) -> Place:
    return place_of(host=host, port=listener.getsockname()[1], public_url=public_url)


def _answer(
    app: Envelope,
    listener: socket.socket,
    *,
    host: str,
    public_url: str | None,
    told: Callable[[str], None],
) -> None:
    """Answer calls until the process is stopped."""
    _log_lines()
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,  # it would hold addresses of people; ours says what is needed
        server_header=False,
        proxy_headers=public_url is not None,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_FAREWELL,
    )
    port = listener.getsockname()[1]
    told(public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    _Server(config, closing=app.site.closing).run(sockets=[listener])


@contextlib.contextmanager
def held_open(engine: Engine) -> Iterator[None]:
    """Hold one connection that does nothing.

    SQLite tidies its log away whenever the last connection closes, and each call would wait for
    that; while this one is there, none is the last.
    """
    idle = engine.raw_connection()
    try:
        yield
    finally:
        idle.close()


class _Server(uvicorn.Server):
    """A server that tells open connections of its end, so that it need not cut them."""

    def __init__(self, config: uvicorn.Config, *, closing: threading.Event) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, on Ctrl-C or when the system asks."""
        self._closing.set()
        super().handle_exit(sig, frame)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise Fault("WEB-003", host=host, port=port, reason=error.strerror or "not here") from error


def _log_lines() -> None:
    """Let each line of the log be one JSON object on the error stream."""
    log = logging.getLogger("consilience.web")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251  (a face reads the clock)
