"""The variables of a table, counted as a codebook shows them, small counts withheld if asked."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault
from consilience.deposit.names import file_id, variable_id
from consilience.formats.csv_out import cell_text
from consilience.formats.metadata.model import Category, Variable

# A column with more values than this, none of them labelled, is not counted value by value.
_MOST: Final = 50
_LONGEST: Final = 60
_DIGITS: Final = 6
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def variables_of(
    table: pa.Table,
    described: Sequence[Variable] = (),
    *,
    stem: str,
    forms: Sequence[str] = ("csv",),
    least: int | None = None,
) -> tuple[Variable, ...]:
    """What does a codebook say of each column of this table?

    Args:
        table: as it is deposited; see `tables_out.deposited_table`.
        described: labels, questions, categories and missing codes by name; a column without one
            has its name as label.
        stem: path of its files without ending, such as `data/surveys/education`.
        forms: endings of its files.
        least: counts from 1 to below this are withheld, and with a single withheld one the next
            smallest, so that no difference gives it away; values found in the data that nobody
            labelled are not named if they are so rare; smallest and largest value are named only
            if so many have them. None withholds nothing.

    Returns:
        A variable each column, in order. Frequencies are of the rows; valid and invalid count rows
        with and without an answer. Mean, standard deviation (n - 1) and median are of valid
        numbers that are not nominal.

    Raises:
        Fault: DEP-045 if a variable is described that the table has not, DEP-044 if a column of
            numbers is said to have a value that is none.
    """
    check_described(table, described, stem=stem)
    known = {each.name: each for each in described}
    files = tuple(file_id(f"{stem}.{form}") for form in forms)
    ids = _ids(stem, table.column_names)
    return tuple(
        _counted(
            replace(
                known.get(name, Variable(id="", name=name, label=name)),
                id=ids[name],
                files=files,
                kind="numeric" if _is_number(table.column(name).type) else "character",
            ),
            table.column(name),
            least or 0,
        )
        for name in table.column_names
    )


def _ids(stem: str, names: Sequence[str]) -> dict[str, str]:
    """Return an id for each column; two that XML would write alike are told apart by a number."""
    ids: dict[str, str] = {}
    for name in names:
        made = variable_id(stem, name)
        ids[name] = f"{made}-{len(ids) + 1}" if made in ids.values() else made
    return ids


def check_described(table: pa.Table, described: Sequence[Variable], *, stem: str) -> None:
    """Require that a table can be what is said of it; see `variables_of`."""
    absent = [each.name for each in described if each.name not in table.column_names]
    if absent:
        raise Fault("DEP-045", stem=stem, columns=", ".join(absent))
    for each in described:
        if _is_number(table.column(each.name).type):
            for value in (category.value for category in each.categories):
                if not _NUMBER.fullmatch(value):
                    raise Fault("DEP-044", stem=stem, column=each.name, value=value)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _counted(variable: Variable, column: pa.ChunkedArray, least: int) -> Variable:
    cells = [None if _is_nan(cell) else cell for cell in column.to_pylist()]
    found = Counter(cell for cell in cells if cell is not None)
    texts = {cell: cell_text(cell) for cell in sorted(found)}
    counts = {text: found[cell] for cell, text in texts.items()}
    missing = {each.value for each in variable.categories if each.missing}
    valid = [cell for cell in cells if cell is not None and texts[cell] not in missing]
    discrete = _is_discrete(variable, column.type, counts)
    listed = counts if discrete else {each: counts.get(each, 0) for each in missing}
    ends = _ends(valid, counts, least) if variable.kind == "numeric" and valid else ("", "")
    low, high = _scale(variable) or ends
    return replace(
        variable,
        interval=variable.interval or ("discrete" if discrete else "contin"),
        decimals=0 if pa.types.is_integer(column.type) else variable.decimals,
        categories=_categories(variable, listed, len(cells) - found.total(), least),
        low=low,
        high=high,
        valid=len(valid),
        invalid=len(cells) - len(valid),
        statistics=_statistics(variable, valid, ends) if len(valid) >= max(least, 1) else (),
    )


def _is_nan(cell: Any) -> bool:  # noqa: ANN401  (any value an Arrow cell can have)
    return isinstance(cell, float) and math.isnan(cell)


def _is_discrete(variable: Variable, kind: pa.DataType, counts: Mapping[str, int]) -> bool:
    """Return whether a column is counted value by value."""
    if any(not each.missing for each in variable.categories):
        return True
    if variable.interval == "contin" or variable.weight or pa.types.is_floating(kind):
        return False
    if pa.types.is_temporal(kind):
        return False
    # Ids differ in each row, and what people wrote is long: neither is a set of values.
    short = all(len(value) <= _LONGEST for value in counts)
    return short and len(counts) <= _MOST and sum(counts.values()) > len(counts)


def _categories(
    variable: Variable, counts: Mapping[str, int], empty: int, least: int
) -> tuple[Category, ...]:
    """Return the categories with their counts, and after them what nobody described, in order."""
    described = {each.value for each in variable.categories}
    others = {value: count for value, count in counts.items() if value not in described}
    listed = [
        *variable.categories,
        *(Category(value=value) for value, count in others.items() if count >= least),
    ]
    # Valid and invalid cases are told as totals: what is not listed of each would follow from it.
    rare = [count for count in others.values() if count < least]
    shown: dict[str, int | None] = {}
    for missing, rest in ((False, rare), (True, [empty])):
        values = [each.value for each in listed if each.missing == missing]
        given = shown_counts([counts.get(each, 0) for each in values], rest=rest, least=least)
        shown |= dict(zip(values, given, strict=True))
    return tuple(replace(each, frequency=shown[each.value]) for each in listed)


def shown_counts(
    counts: Sequence[int], *, rest: Sequence[int] = (), least: int
) -> list[int | None]:
    """Return counts with the small ones withheld.

    Args:
        counts: in order; 0 is always shown.
        rest: further counts of the same known total, none of which is shown.
        least: counts from 1 to below this are withheld; if one alone is, or all that are make up
            fewer than this, the next smallest too.

    Example:
        >>> shown_counts([40, 2, 12, 0], least=5)
        [40, None, None, 0]
        >>> shown_counts([40, 12], least=5)
        [40, 12]
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < least}
    other = [count for count in rest if count]
    endangered = bool(hidden) or any(count < least for count in other)
    left = sorted((at for at, n in enumerate(counts) if n >= max(least, 1)), key=counts.__getitem__)
    while endangered and left:
        together = [*(counts[at] for at in hidden), *other]
        if len(together) > 1 and sum(together) >= least:
            break
        hidden.add(left.pop(0))
    return [None if at in hidden else count for at, count in enumerate(counts)]


def _scale(variable: Variable) -> tuple[str, str] | None:
    """Return the ends of the scale that answers could be on, None if there is none."""
    if variable.low or variable.high:
        return variable.low, variable.high
    scale = [each.value for each in variable.categories if not each.missing]
    if variable.kind != "numeric" or not scale:
        return None
    return min(scale, key=float), max(scale, key=float)


def _ends(valid: Sequence[Any], counts: Mapping[str, int], least: int) -> tuple[str, str]:
    """Return the smallest and the largest value found, empty where too few have it."""
    low, high = cell_text(min(valid)), cell_text(max(valid))
    return (low if counts[low] >= least else ""), (high if counts[high] >= least else "")


def _statistics(
    variable: Variable, valid: Sequence[Any], ends: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    if variable.kind != "numeric" or variable.measure == "nominal":
        return ()
    numbers = np.array(valid, dtype=np.float64)
    made = [("mean", numbers.mean()), ("medn", np.median(numbers))]
    if len(numbers) > 1:
        made.append(("stdev", numbers.std(ddof=1)))
    return (
        *((name, cell_text(float(f"{value:.{_DIGITS}g}"))) for name, value in made),
        *((name, value) for name, value in zip(("min", "max"), ends, strict=True) if value),
    )
