"""Every command, as its own help says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from consilience.cli.main import main
from reference_pages.markdown import page


def commands() -> str:
    parts = ["The same words are used on every face. `--help` behind any command shows this text."]
    parts += list(_commands(main, click.Context(main, info_name="consilience", **SETTINGS)))
    return page("Commands", *parts)


SETTINGS = {"terminal_width": 88, "max_content_width": 88, "help_option_names": ["-h", "--help"]}


def _commands(command: Any, context: click.Context) -> Iterator[str]:
    depth = "##" if context.parent is None else "###"
    help_text = command.get_help(context).rstrip()
    yield f"{depth} {context.command_path}\n\n```text\n{help_text}\n```"
    names = command.list_commands(context) if isinstance(command, click.Group) else ()
    for name in names:
        inner = command.get_command(context, name)
        yield from _commands(inner, click.Context(inner, info_name=name, parent=context))
