"""What each attribute is: numbers or text, told from the values by one stated rule."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where

# Ways of writing "not known" that are no level of anything. "None" and "Not applicable" are not
# among them: registers use both as levels.
MISSING: Final = ("NA", "N/A", "NaN", "nan", "NULL", "null", "#N/A", "..", ":", "SUPP", "-")
NEARLY: Final = 0.9

_NUMBER: Final = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
# A leading zero is the mark of a code: 0123 is not 123.
_CODE: Final = r"^\s*[+-]?0\d"


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the most similar of some names, the first of equals; empty if there are none.

    Example:
        >>> nearest("regoin", ["type", "region"])
        'region'
    """
    wanted = name.casefold()

    def likeness(other: str) -> float:
        return difflib.SequenceMatcher(None, wanted, other.casefold()).ratio()

    return max(names, key=likeness, default="")


def finite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return numbers as float64, null for what is no finite number."""
    values = column.cast(pa.float64())
    return pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))


def as_text(column: pa.ChunkedArray, *, name: str = "", file: str | None = None) -> pa.ChunkedArray:
    """Return a column as text: whole numbers without a point, dates in ISO 8601.

    Raises:
        Fault: FRA-018 if its values are lists or records.
    """
    kind = column.type
    if pa.types.is_floating(kind):
        column = finite(column)
        if pc.all(pc.equal(column, pc.round(column))).as_py() is not False:
            column = column.cast(pa.int64())
    try:
        return column.cast(pa.string())
    except pa.ArrowException as error:
        place = Where(file=file)
        raise Fault("FRA-018", where=place, column=name, kind=str(kind)) from error


def without_missing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return text with null for each way of writing "not known", outer blanks removed."""
    text = pc.utf8_trim_whitespace(column)
    missing = pc.is_in(text, value_set=pa.array(["", *MISSING]))
    return pc.if_else(missing, pa.scalar(None, pa.string()), text)


def numbers(column: pa.ChunkedArray, *, name: str, file: str) -> pa.ChunkedArray:
    """Return text as numbers.

    Raises:
        Fault: FRA-016 if a value is none.
    """
    text = without_missing(column)
    bad = pc.filter(text, pc.invert(pc.match_substring_regex(text, _NUMBER)))
    if len(bad):
        place = Where(file=file)
        raise Fault("FRA-016", where=place, count=len(bad), column=name, value=bad[0].as_py())
    return finite(text)


def typed(
    column: pa.ChunkedArray, *, name: str, file: str
) -> tuple[pa.ChunkedArray, tuple[Fault, ...]]:
    """Return a column as numbers or as text, with a warning where that is a near thing.

    Columns of a numeric type are numbers. Text is numbers if every value that is not missing
    reads as a number and none has a leading zero; else it is text.

    Args:
        column: of any type.
        name: of the attribute, for the warning.
        file: for the warning.

    Returns:
        The column as float64 or string; FRA-015 where at least 90 % but not all are numbers.

    Raises:
        Fault: FRA-018 if its values are lists or records.
    """
    kind = column.type
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "yes", "no").cast(pa.string()), ()
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return finite(column), ()
    text = without_missing(as_text(column, name=name, file=file))
    known = pc.drop_null(text)
    reads = pc.match_substring_regex(known, _NUMBER)
    coded = pc.any(pc.match_substring_regex(known, _CODE)).as_py()
    count = pc.sum(reads).as_py() or 0
    if not len(known) or coded:
        return text, ()
    if count == len(known):
        return finite(text), ()
    if count < NEARLY * len(known):
        return text, ()
    odd = pc.filter(known, pc.invert(reads))
    fault = Fault(
        "FRA-015",
        where=Where(file=file),
        count=len(odd),
        of=len(known),
        column=name,
        value=odd[0].as_py(),
    )
    return text, (fault,)


def examples(values: Sequence[str], *, most: int = 5) -> str:
    """Return the first few of some values in words.

    Example:
        >>> examples(["a", "b", "c"], most=2)
        'a, b and 1 more'
    """
    shown = ", ".join(values[:most])
    rest = len(values) - most
    return f"{shown} and {rest} more" if rest > 0 else shown
