"""The command `consilience` and its groups."""

from __future__ import annotations

import importlib
from typing import Final

import click

from consilience.base.version import __version__

# Each command is loaded when it is asked for: all rooms at once take a second and 20 MB.
_LATE: Final = {
    "audit": "consilience.cli.audit",
    "catalogue": "consilience.cli.catalogue",
    "check": "consilience.cli.study",
    "clean": "consilience.cli.clean",
    "config": "consilience.cli.config",
    "explain": "consilience.cli.study",
    "export": "consilience.cli.study",
    "new": "consilience.cli.study",
    "run": "consilience.cli.study",
    "status": "consilience.cli.study",
    "codings": "consilience.cli.codings",
    "deidentify": "consilience.cli.deidentify",
    "agreement": "consilience.cli.agreement",
    "codebook": "consilience.cli.codebook",
    "deposit": "consilience.cli.deposit",
    "health": "consilience.cli.health",
    "interviews": "consilience.cli.interviews",
    "release": "consilience.cli.deposit",
    "recordings": "consilience.cli.recordings",
    "similar": "consilience.cli.similar",
    "people": "consilience.cli.people",
    "qda": "consilience.cli.exchange",
    "search": "consilience.cli.search",
    "serve": "consilience.cli.serve",
    "transcripts": "consilience.cli.transcripts",
    "validate": "consilience.cli.validation",
    "waive": "consilience.cli.deposit",
}


class _Commands(click.Group):
    """The commands of `_LATE`, loaded when named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the base's form)
        """Return the names of all commands."""
        return sorted(_LATE)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command by name, loading it where it comes late."""
        if name in _LATE and name not in self.commands:
            self.add_command(getattr(importlib.import_module(_LATE[name]), name))
        return super().get_command(ctx, name)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="consilience")
def main() -> None:
    """Run a study from sampling frame to chosen cases and coded interviews, reproducibly.

    \b
    A first study:
      consilience new my-study       write a commented study to start from
      consilience check my-study     find every fault of its study.yaml in one pass
      consilience run my-study       run what is stale and write out/report.html
      consilience status my-study    what is up to date, what is not
      consilience explain my-study THING

    Exit codes: 0 done; 1 a fault, told with its code and what to do next; 2 the command was
    misused; 130 stopped by Ctrl-C (run again to go on).
    """  # noqa: D301  (click's mark for lines that keep their breaks)
