"""Who runs a command, on which study, when, and with which pass phrase: what only a face asks."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import click

from consilience.base.settings import VAULT_KEY, load_settings

# Of commands that one gives while standing in a study.
STUDY = click.argument("study", type=click.Path(path_type=Path), default=".")
# Of commands that take other names after it, or change what cannot be had back.
NAMED_STUDY = click.argument("study", type=click.Path(path_type=Path))


def now() -> dt.datetime:
    """Return the time now."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251  (a face reads the clock)


def actor() -> str:
    """Return who is named in the ledger."""
    return load_settings(os.environ).actor


def vault_key() -> str:
    """Return the pass phrase of the vault, asked for where the environment does not hold it."""
    return os.environ.get(VAULT_KEY) or _asked()


def vault_key_if_any() -> str | None:
    """Return the pass phrase, None where the environment holds none and nobody can be asked."""
    return os.environ.get(VAULT_KEY) or (_asked() if sys.stdin.isatty() else None)


def vault_key_set() -> str | None:
    """Return the pass phrase that the environment holds, None if it holds none; nobody is asked."""
    return os.environ.get(VAULT_KEY) or None


def _asked() -> str:
    asked: str = click.prompt("Key of the vault", hide_input=True, err=True)
    return asked
