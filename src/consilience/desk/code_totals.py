"""How often each code was used, as far as somebody may see it; and a table of codes as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from consilience.desk.accounts import Person
from consilience.desk.coded_tables import Crosstab, code_table
from consilience.formats.csv_out import csv_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTotal:
    """How often a code was used: passages, and texts with any."""

    passages: int
    texts: int


def code_totals(engine: Engine, folder: Path, *, person: Person) -> Mapping[str, CodeTotal]:
    """Return how often each code was used, by its id.

    Args:
        engine: the database of the study.
        folder: the study folder.
        person: who asks; what they may not see does not count.

    Returns:
        The sums of the table of codes by text: passages of all coders, each coder's by itself, the
        consensus left out. A code that no passage may carry is left out.
    """
    found = code_table(engine, folder, by="document", person=person)
    totals = {}
    for name in found.codes:
        counts = found.table[name].to_numpy()
        # A code called like a column of the text stands under another name.
        code = name.removeprefix("code ") if name in ("code document", "code name") else name
        totals[code] = CodeTotal(passages=int(counts.sum()), texts=int(np.count_nonzero(counts)))
    return totals


def crosstab_csv(found: Crosstab) -> bytes:
    """Return a table of codes as CSV, its columns called by the paths of the codes."""
    names = [found.codes.get(name, name) for name in found.table.column_names]
    return csv_bytes(found.table.rename_columns(names))
