"""Which broader category, band or limit stands for a value?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Dates = NDArray[np.datetime64]

STANDS: Final = ("limit", "mean")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """How do the values of a key become broader, level by level?

    Args:
        values: the values, in the order of their codes.
        names: for each level the names of its groups, those of level 0 being the values.
        groups: (levels, values) the group of each value at each level.
    """

    values: tuple[Hashable, ...]
    names: tuple[tuple[Hashable, ...], ...]
    groups: Integers


def hierarchy(
    values: Sequence[Hashable],
    *steps: Mapping[Hashable, Hashable],
    top: Hashable | None = None,
) -> Hierarchy:
    """Which group has each value at each level, told by mappings from level to level?

    Args:
        values: the distinct values of the key, in the order of their codes.
        steps: from each value to its group, from each of these groups to a broader one, and so on.
        top: the name of one group of all, as the last level; without it the last step is.

    Returns:
        The hierarchy; level 0 is the values themselves.

    Raises:
        Fault: STA-124 if a value or a group has no broader one.

    Example:
        >>> found = hierarchy(["Aa", "Ab", "Ba"], {"Aa": "A", "Ab": "A", "Ba": "B"}, top="all")
        >>> found.groups.tolist()
        [[0, 1, 2], [0, 0, 1], [0, 0, 0]]
        >>> found.names[1]
        ('A', 'B')
    """
    levels = [list(values)]
    for number, step in enumerate(steps):
        for each in levels[-1]:
            if each not in step:
                raise Fault("STA-124", value=each, level=number + 1)
        levels.append([step[each] for each in levels[-1]])
    if top is not None:
        levels.append([top] * len(levels[0]))
    names = tuple(tuple(dict.fromkeys(level)) for level in levels)
    groups = [
        [place[each] for each in level]
        for level, place in zip(
            levels, ({n: i for i, n in enumerate(each)} for each in names), strict=True
        )
    ]
    return Hierarchy(
        values=tuple(values),
        names=names,
        groups=np.array(groups, dtype=np.int64).reshape(len(levels), len(levels[0])),
    )


def recode(codes: ArrayLike, groups: ArrayLike) -> Integers:
    """Which group has each record?

    Args:
        codes: (n,) category numbers 0, 1, ...; a negative one is missing.
        groups: (categories,) the group of each category, such as a row of a hierarchy's `groups`.

    Returns:
        (n,) groups, -1 where missing.

    Raises:
        Fault: STA-002, STA-003 for shapes and codes that have no group.

    Example:
        >>> recode([0, 2, -1, 1], [0, 0, 1]).tolist()
        [0, 1, -1, 0]
    """
    given, broad = np.asarray(codes), np.asarray(groups)
    for what, each in (("codes", given), ("groups", broad)):
        if each.ndim != 1:
            raise Fault("STA-002", what=what, shape=each.shape, wanted="one a row")
        if each.size and each.dtype.kind not in "iu":
            raise Fault("STA-003", what=what, value="no whole number", wanted="whole numbers")
    if given.size and given.max() >= len(broad):
        wanted = f"codes up to {len(broad) - 1}, or a group for it"
        raise Fault("STA-003", what="a code", value=int(given.max()), wanted=wanted)
    padded = np.append(broad.astype(np.int64), -1)
    return padded[np.where(given < 0, len(broad), given).astype(np.int64)]


def top_bottom(
    values: ArrayLike,
    *,
    bottom: float | None = None,
    top: float | None = None,
    stands: str = "limit",
) -> Floats:
    """What are numbers when those beyond limits are no longer told?

    Args:
        values: (n,) numbers, nan where missing.
        bottom: values below it are coded together; none if None.
        top: values above it are coded together; none if None.
        stands: what stands for those beyond: the `limit`, or their `mean`, which keeps the sum.

    Returns:
        (n,) numbers; nan stays.

    Raises:
        Fault: STA-001 for another option, STA-003 for a bottom that is not below the top.

    Source:
        Hundepool et al. (2012), Statistical Disclosure Control, chapter 3.

    Example:
        >>> top_bottom([1, 20, 30, 70], top=25).tolist()
        [1.0, 20.0, 25.0, 25.0]
        >>> top_bottom([1, 20, 30, 70], top=25, stands="mean").tolist()
        [1.0, 20.0, 50.0, 50.0]
    """
    if stands not in STANDS:
        raise Fault("STA-001", what="stand-in", value=stands, known=", ".join(STANDS))
    found = np.array(values, dtype=float)
    low = -np.inf if bottom is None else bottom
    high = np.inf if top is None else top
    if not low < high:
        value = f"{low:g} to {high:g}"
        raise Fault("STA-003", what="limits", value=value, wanted="a bottom below the top")
    for beyond, limit in ((found < low, low), (found > high, high)):
        if beyond.any():
            found[beyond] = limit if stands == "limit" else found[beyond].mean()
    return found


def band_numbers(values: ArrayLike, *, width: float, origin: float = 0.0) -> Floats:
    """In which band of equal width does each number lie, told by the lower end?

    Args:
        values: (n,) numbers, nan where missing.
        width: of a band, above 0.
        origin: where a band begins.

    Returns:
        (n,) lower ends; a number on an end belongs to the band that begins there. nan stays.

    Raises:
        Fault: STA-003 for a width that is not above 0.

    Example:
        >>> band_numbers([31, 35, 49], width=5).tolist()
        [30.0, 35.0, 45.0]
    """
    if not (np.isfinite(width) and width > 0):
        raise Fault("STA-003", what="width", value=width, wanted="a number above 0")
    given = np.asarray(values, dtype=float)
    return np.asarray(np.floor((given - origin) / width) * width + origin)


def band_dates(dates: ArrayLike, *, months: int = 12, origin: str = "2000-01") -> Dates:
    """In which band of months does each date lie, told by its first day?

    Args:
        dates: (n,) datetime64 or ISO dates, NaT where missing.
        months: in a band: 1, 3 for quarters, 12 for years, 60 for five years.
        origin: a month in which a band begins, as YYYY-MM.

    Returns:
        (n,) first days; NaT stays.

    Raises:
        Fault: STA-003 for months below 1, an origin or dates that are none.

    Example:
        >>> band_dates(["1987-05-17", "2021-12-31"], months=60).astype(str).tolist()
        ['1985-01-01', '2020-01-01']
    """
    if months < 1:
        raise Fault("STA-003", what="months", value=months, wanted="1 or more")
    begin = _months([origin], "origin")[0]
    given = _months(dates, "dates")
    missing = np.isnat(given)
    passed = np.where(missing, 0, (given - begin).astype(np.int64)) // months * months
    return np.where(missing, np.datetime64("NaT", "D"), (begin + passed).astype("datetime64[D]"))


def _months(dates: ArrayLike, what: str) -> Dates:
    try:
        return np.asarray(dates, dtype="datetime64[M]")
    except (ValueError, TypeError) as error:
        wanted = "dates as YYYY-MM-DD, or NaT"
        raise Fault("STA-003", what=what, value=str(error), wanted=wanted) from error
