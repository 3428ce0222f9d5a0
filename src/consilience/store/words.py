"""Cut and fold words as the index in the database does, for an index outside of it."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Final

TOKENISER: Final = "unicode61 remove_diacritics 2"


def words(text: str) -> list[str]:
    """Return the words of a text as FTS5 has them: small letters, most without accents.

    Source: the tokeniser unicode61 itself, asked once about each letter.

    Example:
        >>> words("The Café's budget: 3.5 % (n=2)")
        ['the', 'cafe', 's', 'budget', '3', '5', 'n', '2']
    """
    return text.translate(_FOLDS).split()


class _Folds(dict[int, str]):
    """What becomes of each letter: another, nothing, or a gap between words."""

    def __missing__(self, code: int) -> str:
        """Ask what FTS5 makes of a letter between two others."""
        with contextlib.closing(sqlite3.connect(":memory:")) as index:
            index.execute(f"CREATE VIRTUAL TABLE t USING fts5(w, tokenize='{TOKENISER}')")
            index.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
            index.execute("INSERT INTO t VALUES (?)", (f"a{chr(code)}b",))
            found = [term for (term,) in index.execute("SELECT term FROM v ORDER BY offset")]
        self[code] = found[0][1:-1] if len(found) == 1 else " "
        return self[code]


_FOLDS: Final = _Folds()
