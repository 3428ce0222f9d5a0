"""The group of commands over catalogue records and catalogues."""

from __future__ import annotations

import importlib
from typing import Final

import click

# Each command is loaded when it is asked for, so that a look at one file brings no store in.
# A command NAME is the function catalogue_NAME of its file.
_LATE: Final[dict[str, str]] = {
    "check": "consilience.cli.catalogue_files",
    "convert": "consilience.cli.catalogue_files",
    "show": "consilience.cli.catalogue_files",
    "curator": "consilience.cli.catalogue_access",
    "mint": "consilience.cli.catalogue_publish",
    "outbox": "consilience.cli.catalogue_access",
    "publish": "consilience.cli.catalogue_publish",
    "withdraw": "consilience.cli.catalogue_publish",
    "load": "consilience.cli.catalogue_store",
    "new": "consilience.cli.catalogue_store",
    "pause": "consilience.cli.catalogue_store",
    "resume": "consilience.cli.catalogue_store",
    "search": "consilience.cli.catalogue_store",
    "serve": "consilience.cli.catalogue_store",
}


class _Commands(click.Group):
    """The commands of `_LATE`, loaded when named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the base's form)
        """Return the names of all commands."""
        return sorted(_LATE)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command by name, loading it where it comes late."""
        if name in _LATE and name not in self.commands:
            self.add_command(getattr(importlib.import_module(_LATE[name]), f"catalogue_{name}"))
        return super().get_command(ctx, name)


@click.group(cls=_Commands)
def catalogue() -> None:
    """Check, show and convert catalogue records, and serve them to those who harvest."""
