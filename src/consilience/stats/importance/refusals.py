"""Can the importance of these predictors be computed from these cases, and what is to be said?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault

Floats = NDArray[np.float64]

# A column that the others predict to this share of its variance has a share that is arbitrary.
DETERMINED: Final = 0.95

# Below so many cases a column, ranks change from sample to sample (Azen and Budescu 2003, p. 145).
CASES_A_COLUMN: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cases:
    """Complete cases, and who the predictors are.

    Args:
        y: (n,) outcome.
        columns: (n, k) predictors.
        weights: (n,) or None.
        kept: (all cases,) which were complete.
        names: of the players.
        players: columns of each.
        always: columns in every model.
        still: (players,) whether no column of the player varies.
        warnings: STA-021 to STA-024.
    """

    y: Floats
    columns: Floats
    weights: Floats | None
    kept: NDArray[np.bool_]
    names: tuple[str, ...]
    players: tuple[tuple[int, ...], ...]
    always: tuple[int, ...]
    still: NDArray[np.bool_]
    warnings: tuple[Fault, ...]


def complete_cases(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    players: Mapping[str, Sequence[int]] | None = None,
    always: Sequence[int] = (),
    weights: ArrayLike | None = None,
) -> Cases:
    """Which cases can be used, and what should be known before they are?

    Args:
        y: (n,) outcome, nan where missing.
        columns: (n, k) predictors, nan where missing.
        players: name to columns of each predictor or group; every column not in `always` on its
            own, named `x1`, `x2`, ..., if None.
        always: columns that stand in every model.
        weights: (n,) 0 or more.

    Returns:
        Complete cases with warnings.

    Raises:
        Fault: STA-002 for shapes that do not fit or a column in two places, STA-003 for a
            negative weight, STA-020 for as many columns as cases or more.

    Example:
        >>> cases = complete_cases([1.0, 2.0, 4.0, 3.0], [[1.0], [2.0], [3.0], [np.nan]])
        >>> cases.names, len(cases.y), [fault.code for fault in cases.warnings]
        (('x1',), 3, ['STA-023', 'STA-024'])
    """
    outcome, table = np.asarray(y, dtype=float), np.asarray(columns, dtype=float)
    if outcome.ndim != 1 or table.ndim != 2 or len(table) != len(outcome):
        raise Fault("STA-002", what="columns", shape=table.shape, wanted="(cases, predictors)")
    named = _players(table.shape[1], players, always)
    weight = _weights(weights, len(outcome))
    complete = np.isfinite(outcome) & np.isfinite(table).all(axis=1)
    kept = complete.copy()
    if weight is not None:
        kept &= weight > 0
    used = sorted({column for each in named.values() for column in each} | set(always))
    rows = int(kept.sum())
    if rows <= len(used) + 1:
        raise Fault("STA-020", columns=len(used), rows=len(used) + 1)
    inside = table[kept]
    flat = _flat(inside)
    warnings = [*_of_columns(inside, flat, named, always)]
    if rows < CASES_A_COLUMN * len(used):
        warnings.append(Fault("STA-023", rows=rows, columns=len(used)))
    if not complete.all():
        warnings.append(Fault("STA-024", count=int((~complete).sum())))
    return Cases(
        y=outcome[kept],
        columns=inside,
        weights=None if weight is None else weight[kept],
        kept=kept,
        names=tuple(named),
        players=tuple(tuple(each) for each in named.values()),
        always=tuple(always),
        still=np.array([all(flat[column] for column in each) for each in named.values()], bool),
        warnings=tuple(warnings),
    )


def _players(
    count: int, players: Mapping[str, Sequence[int]] | None, always: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    if players is None:
        return {f"x{at + 1}": (at,) for at in range(count) if at not in always}
    placed = [column for each in players.values() for column in each] + list(always)
    if len(set(placed)) < len(placed) or any(not 0 <= at < count for at in placed):
        wanted = f"each of the columns 0 to {count - 1} in one place at most"
        raise Fault("STA-002", what="players", shape=dict(players), wanted=wanted)
    return {name: tuple(each) for name, each in players.items()}


def _weights(weights: ArrayLike | None, count: int) -> Floats | None:
    if weights is None:
        return None
    given: Floats = np.nan_to_num(np.asarray(weights, dtype=float))
    if given.shape != (count,):
        raise Fault("STA-002", what="weights", shape=given.shape, wanted="one a case")
    if (given < 0).any():
        raise Fault("STA-003", what="a weight", value=float(given.min()), wanted="0 or more")
    return given


def _flat(table: Floats) -> NDArray[np.bool_]:
    """Return (k,) which columns are the same in every case, but for rounding."""
    off = np.ptp(table, axis=0)
    return np.asarray(off <= 1e-10 * np.maximum(np.abs(table).max(axis=0), 1))


def _of_columns(
    table: Floats,
    flat: NDArray[np.bool_],
    named: Mapping[str, Sequence[int]],
    always: Sequence[int],
) -> list[Fault]:
    owner = {column: name for name, each in named.items() for column in each}
    owner |= dict.fromkeys(always, "a column in every model")
    found = []
    if still := [owner[column] for column in sorted(owner) if flat[column]]:
        found.append(Fault("STA-021", names=_listed(still)))
    near = _determined(table, [column for column in sorted(owner) if not flat[column]])
    # Columns of one group may determine each other: they are not told apart anyway.
    if len({owner[column] for column in near}) > 1:
        names = _listed([owner[column] for column in near])
        found.append(Fault("STA-022", names=names, share=DETERMINED))
    return found


def _determined(table: Floats, columns: Sequence[int]) -> list[int]:
    """Return the columns that the others determine, or nearly."""
    if len(columns) < 2:
        return []
    correlations = np.corrcoef(table[:, columns], rowvar=False)
    roots, vectors = np.linalg.eigh(correlations)
    # Where columns determine each other there is no inverse, and the smallest roots say which.
    tied = (np.abs(vectors[:, roots < 1e-8]) > 1e-4).any(axis=1)
    left = 1 / np.maximum(np.diag((vectors / np.maximum(roots, 1e-8)) @ vectors.T), 1)
    return [
        c for c, share, t in zip(columns, 1 - left, tied, strict=True) if share >= DETERMINED or t
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))
