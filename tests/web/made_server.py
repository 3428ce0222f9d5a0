"""A study served on a free port of this machine, as `consilience serve` would."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import time

import uvicorn

from consilience.web.app import make_app
from consilience.web.server import held_open
from consilience.web.site import place_of


@contextlib.contextmanager
def serving(engine, folder, *, title="Joint working", **more):
    """Serve a study, or with more a catalogue, in a thread; yield its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = make_app(
        engine=engine,
        folder=folder,
        title=title,
        clock=lambda: dt.datetime.now(dt.UTC),  # noqa: TID251  (as the face itself does)
        place=place_of(host="127.0.0.1", port=port),
        **more,
    )
    config = uvicorn.Config(
        app, lifespan="off", ws="none", log_config=None, access_log=False, timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        with held_open(engine):
            yield f"http://127.0.0.1:{port}"
    finally:
        app.site.closing.set()
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
