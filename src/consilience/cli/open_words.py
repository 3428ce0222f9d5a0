"""Words given at the terminal that lie open: compared with the names where the key is set."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from consilience.cli.caller import actor, now, vault_key_set
from consilience.desk.open_words import compare_open_words


def compared(engine: Engine, study: Path, what: str, *words: str | None) -> None:
    """Refuse words that hold a name of the vault, if the environment holds its key.

    Args:
        engine: the database of the study.
        study: its folder.
        what: what the words are of, for the message.
        words: as they were given; None for what was not.

    Raises:
        Fault: COD-173 if they hold one, STO-031 if the key is another one.
    """
    compare_open_words(engine, study, vault_key_set(), words, what=what, at=now(), actor=actor())
