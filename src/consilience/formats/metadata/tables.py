"""The tables that come with this package: facts of others, each with its source and licence."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

_FOLDER: Final = resources.files("consilience.formats.metadata") / "data"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table, without its heading; short rows are filled up with empty cells.

    Args:
        name: a file of the folder `data` without its ending. Lines that begin with `#` say where
            its contents come from and under which licence.

    Example:
        >>> rows("cdc_profiles")[0]
        ('@xml:lang', 'O', 'O', 'O', '')
    """
    lines = (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    heading, *cells = [line.split("\t") for line in lines if not line.startswith("#")]
    return tuple((*row, *[""] * (len(heading) - len(row))) for row in cells)
