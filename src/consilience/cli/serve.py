"""The command that serves a study to browsers."""

from __future__ import annotations

import importlib
from pathlib import Path

import click
from rich.markup import escape

from consilience.cli.caller import STUDY
from consilience.cli.output import faults_told, out


@click.command()
@STUDY
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--public-url",
    metavar="URL",
    help="The https address under which people reach the site, when a proxy for TLS stands in "
    "front. Needed for any --host but this machine's own.",
)
def serve(study: Path, host: str, port: int, public_url: str | None) -> None:
    """Serve STUDY to browsers until Ctrl-C: sign in, read, code, compare.

    One process, for a team. It listens at this machine only: passwords and transcripts may not
    cross a network as plain text, so for others put a proxy for TLS in front and name its
    address. Accounts are made with `consilience people add`.

    \b
    Example:
      consilience serve my-study --port 8080
    """  # noqa: D301
    with faults_told(machine=False):
        # Two faces do not know each other; this one only opens the door of the other by name.
        importlib.import_module("consilience.web.server").serve(
            study, host=host, port=port, public_url=public_url, told=_tell
        )


def _tell(address: str) -> None:
    out.print(f"Serving at [bold]{escape(address)}[/]. Ctrl-C ends it.")
