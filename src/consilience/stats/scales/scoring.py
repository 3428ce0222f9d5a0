"""What does each person score on each scale, when some items are missing or turned round?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

MISSING: Final = ("mean", "share", "item mean", "item median")
METHODS: Final = ("mean", "sum")


def reverse(items: ArrayLike, *, low: ArrayLike, high: ArrayLike, negative: ArrayLike) -> Floats:
    """What are the answers once negatively worded items are turned round?

    Args:
        items: (people, items), nan where missing.
        low: lowest point of the answer scale, one number or (items,).
        high: highest point, one number or (items,), above `low`.
        negative: (items,) whether an item is turned round.

    Returns:
        (people, items): low + high - answer for negative items, the answer itself for others;
        nan stays nan. Answers outside the scale are not looked for.

    Raises:
        Fault: STA-002 if the shapes do not fit, STA-003 if `high` is not above `low`.

    Example:
        >>> reverse([[1, 5], [4, 4]], low=1, high=5, negative=[False, True]).tolist()
        [[1.0, 1.0], [4.0, 2.0]]
    """
    table = item_table(items)
    turned = np.asarray(negative, dtype=bool)
    if turned.shape != table.shape[1:]:
        raise Fault("STA-002", what="negative", shape=turned.shape, wanted="one flag an item")
    lowest, highest = _ends(low, high, table.shape[1])
    if not turned.any():
        return table.copy()
    return np.where(turned, lowest + highest - table, table)


def item_table(items: ArrayLike) -> Floats:
    """Which table of people by items is this?

    Args:
        items: (people, items), nan where missing.

    Returns:
        The same as floats.

    Raises:
        Fault: STA-002 if it has not two dimensions.

    Example:
        >>> item_table([[1, 2]]).shape
        (1, 2)
    """
    table = np.asarray(items, dtype=float)
    if table.ndim != 2:
        raise Fault("STA-002", what="items", shape=table.shape, wanted="people by items")
    return table


def _ends(low: ArrayLike, high: ArrayLike, count: int) -> tuple[Floats, Floats]:
    ends = []
    for name, given in (("low", low), ("high", high)):
        end = np.asarray(given, dtype=float)
        if end.shape not in {(), (count,)}:
            raise Fault("STA-002", what=name, shape=end.shape, wanted="a number, or one an item")
        ends.append(np.broadcast_to(end, (count,)))
    lowest, highest = ends
    if (highest <= lowest).any():
        raise Fault("STA-003", what="high", value=highest.tolist(), wanted="more than low")
    return lowest, highest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """What each person scores on each scale.

    Args:
        scores: (people, scales), nan where too little was answered.
        answered: (people, scales) number of items answered.
        items: (scales,) number of items of each scale.

    Example:
        >>> found = scale_scores([[1, 2], [3, np.nan]], [[1], [1]], low=1, high=5)
        >>> found.share.ravel().tolist()
        [1.0, 0.5]
    """

    scores: Floats
    answered: NDArray[np.int64]
    items: NDArray[np.int64]

    @property
    def share(self) -> Floats:
        """Return (people, scales) share of items answered, 0-1; nan for a scale without items."""
        none = np.full(self.answered.shape, np.nan)
        share: Floats = np.divide(self.answered, self.items, out=none, where=self.items > 0)
        return share


def scale_scores(
    items: ArrayLike,
    keys: ArrayLike,
    *,
    low: ArrayLike,
    high: ArrayLike,
    missing: str = "mean",
    least: float = 0.8,
    method: str = "mean",
) -> Scores:
    """What does each person score on each scale?

    Args:
        items: (people, items), nan where missing.
        keys: (items, scales): 1 if the item belongs to the scale, -1 if it does so turned
            round, 0 if not. A single scale may be given as (items,).
        low: lowest point of the answer scale, one number or (items,).
        high: highest point, one number or (items,).
        missing: `mean` scores the items answered, if there is one; `share` does so if at least
            the share `least` of the scale's items was answered; `item mean` and `item median`
            first put the mean or median of the item's answers into its gaps.
        least: share of a scale's items, 0-1, for `share` (0.8 is the 80 % rule; 4 of 5 do).
        method: `mean` of the items, or `sum`: that mean times the number of items, so that a
            gap does not lower a sum.

    Returns:
        The scores in the units of the answer scale (or their sums); nothing is rounded.

    Raises:
        Fault: STA-001 for another `missing` or `method`, STA-002 for a shape that does not fit,
            STA-003 for keys other than -1, 0, 1, for `high` not above `low`, or `least` outside
            0-1.

    Source:
        Person-mean scoring; Schafer and Graham (2002), Missing data: our view of the state of
        the art, on averaging the available items, its uses and dangers.

    Differs:
        `missing="mean"` gives the scores of R's psych::scoreItems(impute="none"); with
        totals=TRUE that function sums what was answered, so that a gap counts as 0.
        psych leaves out items that do not vary; here they count.

    Example:
        >>> answers = [[1, 5, 2], [4, np.nan, 5]]
        >>> scale_scores(answers, [1, -1, 1], low=1, high=5).scores.ravel().round(3).tolist()
        [1.333, 4.5]
        >>> strict = scale_scores(answers, [1, -1, 1], low=1, high=5, missing="share")
        >>> strict.scores.ravel().round(3).tolist()
        [1.333, nan]
    """
    for what, value, known in (("missing rule", missing, MISSING), ("method", method, METHODS)):
        if value not in known:
            raise Fault("STA-001", what=what, value=value, known=", ".join(known))
    if not 0 <= least <= 1:
        raise Fault("STA-003", what="least", value=least, wanted="a share, 0 to 1")
    table = item_table(items)
    sign = key_matrix(keys, items=table.shape[1])
    plus, minus = (sign > 0).astype(float), (sign < 0).astype(float)
    lowest, highest = _ends(low, high, table.shape[1])
    there = ~np.isnan(table)
    answered = there @ np.abs(sign)
    if missing.startswith("item"):
        table, there = _imputed(table, there, by=missing), np.ones_like(there)
    counted = there @ np.abs(sign)
    filled = np.where(there, table, 0.0)
    sums = filled @ plus - filled @ minus + there @ (minus * (lowest + highest)[:, None])
    count = np.abs(sign).sum(axis=0)
    enough = counted > 0
    if missing == "share":
        # 0.8 x 5 must not come out above 4.
        enough &= counted >= least * count - 1e-9
    means = np.divide(sums, counted, out=np.full(sums.shape, np.nan), where=enough)
    return Scores(
        scores=means * count if method == "sum" else means,
        answered=answered.astype(np.int64),
        items=count.astype(np.int64),
    )


def key_matrix(keys: ArrayLike, *, items: int) -> Floats:
    """Which items belong to which scale, and which way round?

    Args:
        keys: (items, scales) or (items,) of -1, 0 and 1.
        items: how many items there are.

    Returns:
        (items, scales).

    Raises:
        Fault: STA-002 if there is not one row an item, STA-003 for other values.

    Example:
        >>> key_matrix([1, -1], items=2).tolist()
        [[1.0], [-1.0]]
    """
    sign = np.asarray(keys, dtype=float)
    sign = sign[:, None] if sign.ndim == 1 else sign
    if sign.ndim != 2 or len(sign) != items:
        raise Fault("STA-002", what="keys", shape=sign.shape, wanted="one row an item")
    odd = sign[~np.isin(sign, (-1.0, 0.0, 1.0))]
    if odd.size:
        raise Fault("STA-003", what="a key", value=float(odd[0]), wanted="-1, 0 or 1")
    return sign


def _imputed(table: Floats, there: Booleans, *, by: str) -> Floats:
    filled = table.copy()
    for column, known in zip(filled.T, there.T, strict=True):
        if known.any() and not known.all():
            values = column[known]
            column[~known] = values.mean() if by == "item mean" else np.median(values)
    return filled
