"""How is one column made coarser, and how do its values become codes that can be compared?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault
from consilience.design.model.deposit import Recoding
from consilience.formats.csv_out import cell_text
from consilience.stats.disclosure.recoding import top_bottom

Integers = np.typing.NDArray[np.int64]

WITHHELD: Final = "withheld"
# Below every scale and every usual code for a missing answer.
WITHHELD_NUMBER: Final = -88


def recoded(column: pa.ChunkedArray, recoding: Recoding) -> pa.ChunkedArray:
    """Return a column with coarser values.

    Args:
        column: texts or numbers; null where nothing is known, which stays so.
        recoding: groups of values, bands of numbers, or limits; a value in no group stays.

    Raises:
        Fault: DEP-001 if bands or limits are asked of a column of texts, STA-003 for a bottom
            that is not below the top.

    Example:
        >>> bands = Recoding(column="pupils", bands=(100, 200), reason="size tells the school")
        >>> recoded(pa.chunked_array([[99, 100, 250, None]]), bands).to_pylist()
        ['below 100', '100 to below 200', '200 or more', None]
    """
    values = column.to_pylist()
    if recoding.groups:
        known = {cell_text(old): new for new, olds in recoding.groups.items() for old in olds}
        named = [None if v is None else known.get(cell_text(v), cell_text(v)) for v in values]
        return pa.chunked_array([pa.array(named, pa.string())])
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise Fault("DEP-001", column=recoding.column)
    if recoding.bands:
        limits = sorted(recoding.bands)
        cut = [None if v is None else _band(v, limits) for v in values]
        return pa.chunked_array([pa.array(cut, pa.string())])
    numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    ended = top_bottom(numbers, bottom=recoding.bottom, top=recoding.top)
    kept = [None if v is None else float(e) for v, e in zip(values, ended, strict=True)]
    limited = pa.chunked_array([pa.array(kept, pa.float64())])
    # A limit between whole numbers is a number of another kind than theirs.
    whole = all(each is None or each.is_integer() for each in kept)
    return limited.cast(column.type) if whole else limited


def _band(value: float, limits: Sequence[float]) -> str:
    below = [limit for limit in limits if value >= limit]
    above = [limit for limit in limits if value < limit]
    if not below:
        return f"below {cell_text(above[0])}"
    if not above:
        return f"{cell_text(below[-1])} or more"
    return f"{cell_text(below[-1])} to below {cell_text(above[0])}"


def codes_of(*columns: Sequence[Any]) -> list[Integers]:
    """Return values as whole numbers, the same number for the same value in all columns.

    Args:
        columns: of one attribute, as in the file and as an attacker knows it; None is missing.

    Returns:
        An array a column; -1 where missing.

    Example:
        >>> [each.tolist() for each in codes_of(["b", None], ["a", "b"])]
        [[1, -1], [0, 1]]
    """
    texts = [[None if v is None else cell_text(v) for v in column] for column in columns]
    known = {
        text: number
        for number, text in enumerate(
            sorted({text for column in texts for text in column if text is not None})
        )
    }
    return [
        np.array([-1 if text is None else known[text] for text in column], dtype=np.int64)
        for column in texts
    ]


def without(column: pa.ChunkedArray, cells: Sequence[bool]) -> pa.ChunkedArray:
    """Return a column with some cells said to be withheld, so that they are told from no answer.

    Args:
        column: texts or numbers.
        cells: which are withheld.

    Example:
        >>> without(pa.chunked_array([[1, 2]]), [True, False]).to_pylist()
        [-88, 2]
    """
    text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    instead: str | int = WITHHELD if text else WITHHELD_NUMBER
    values = column.to_pylist()
    kept = [instead if gone else value for value, gone in zip(values, cells, strict=True)]
    return pa.chunked_array([pa.array(kept, column.type)])
