"""How well does every subset of predictors foretell an outcome of two or more ordered values?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.importance.climb import (
    ROUNDS,
    ROUNDS_PENALISED,
    Fits,
    climb,
    every_subset,
)
from consilience.stats.importance.cumulative import LINKS
from consilience.stats.importance.logit import LogitLikelihood, logit_likelihood
from consilience.stats.importance.model_rows import ModelRows, independent_in_subsets, model_rows
from consilience.stats.importance.ordinal import OrdinalLikelihood
from consilience.stats.importance.separation import OUTCOMES, parted
from consilience.stats.importance.single_model import check_fallback

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Players = Sequence[Sequence[int]]

# With more players than this the models take minutes and gigabytes.
MOST_PLAYERS: Final = 18

# Fewer events a coefficient than this, and coefficients and their order are unreliable
# (Peduzzi and others 1996).
EVENTS_A_COEFFICIENT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelFits:
    """How well the model of every subset of players fits.

    Args:
        loglik: (2 ** p,) greatest log-likelihood; bit i of the position is set where player i is
            in the model, position 0 is the model of the columns in `always` alone. nan where the
            outcome does not vary, or where it is parted and the fallback is `none`.
        null_loglik: of the model without any column.
        n: number of rows, by weight.
        coefficients: (2 ** p,) number of coefficients, thresholds or constant not counted, nor
            columns that others determine.
        converged: (2 ** p,) whether the search settled.
        separated: (2 ** p,) whether the columns part the outcome.
        penalised: whether the log-likelihoods (the null one, too) are those at the greatest
            penalised likelihood (Firth). They can then fall a little as players are added, and
            are nan where a level's rows have a weight of less than a half in all, so that the
            penalised likelihood of an ordinal model has no maximum.
        tjur: (2 ** p,) Tjur's measure for a logit, else nan.
        efron: (2 ** p,) Efron's measure for a logit, else nan.
        warnings: what should be said beside the figures.

    Example:
        >>> fits = model_fits([0, 0, 1, 0, 1, 1], [[0.0], [1], [2], [3], [4], [5]], players=[[0]])
        >>> fits.measure("mcfadden").round(3).tolist()
        [0.0, 0.404]
    """

    loglik: Floats
    null_loglik: float
    n: float
    coefficients: Integers
    converged: Flags
    separated: Flags
    penalised: bool
    tjur: Floats
    efron: Floats
    warnings: tuple[Fault, ...]

    def measure(self, name: str) -> Floats:
        """How well does each model fit, on a scale on which the empty model has 0?

        Args:
            name: with L and L0 the likelihood of a model and of the empty one, n rows, q
                coefficients and G = 2 (log L - log L0):
                `mcfadden`  1 - log L / log L0,
                `mcfadden_adjusted`  1 - (log L - q) / log L0,
                `cox_snell`  1 - exp(-G / n),
                `nagelkerke`  Cox and Snell's over its greatest value, 1 - exp(2 log L0 / n),
                `estrella`  1 - (log L / log L0) ** (-2 log L0 / n),
                `aldrich_nelson`  G / (G + n),
                `veall_zimmermann`  Aldrich and Nelson's over its greatest value; for a logit
                `tjur`  mean fitted probability of the ones less that of the zeros, and
                `efron`  1 - sum of squared errors over that of the mean.

        Returns:
            (2 ** p,) at most 1; nan where the log-likelihood is.

        Raises:
            Fault: STA-001 for another name, or `tjur` or `efron` of an ordinal model.

        Source:
            McFadden (1974); Cox and Snell (1989), 208-9; Nagelkerke (1991); Estrella (1998);
            Aldrich and Nelson (1984); Veall and Zimmermann (1994); Tjur (2009); Efron (1978).

        Differs:
            dominanceanalysis has the first, third, fourth and fifth as r2.m, r2.cs, r2.n and
            r2.e. Some programs count the constant in q; ours then gives the empty model 0.

        Example:
            >>> fits = model_fits([0, 0, 1, 0, 1, 1], [0.0, 1, 2, 3, 4, 5], players=[[0]])
            >>> round(float(fits.measure("cox_snell")[1]), 3)
            0.429
        """
        known = [*_MEASURES, *(() if np.isnan(self.tjur).all() else ("tjur", "efron"))]
        if name in ("tjur", "efron") and (name in known or np.isnan(self.loglik).all()):
            return np.where(np.isnan(self.loglik), np.nan, getattr(self, name))
        if name not in _MEASURES:
            raise Fault("STA-001", what="measure of fit", value=name, known=", ".join(known))
        return _MEASURES[name](self) if self.n > 0 else self.loglik


def _gain(fits: ModelFits) -> Floats:
    return np.asarray(2 * (fits.loglik - fits.null_loglik))


def _cox_snell(fits: ModelFits) -> Floats:
    return np.asarray(-np.expm1(-_gain(fits) / fits.n))


def _aldrich_nelson(fits: ModelFits) -> Floats:
    gain = _gain(fits)
    return np.asarray(gain / (gain + fits.n))


def _estrella(fits: ModelFits) -> Floats:
    # Where the outcome is foretold wholly, rounding must not make the ratio negative.
    ratio = np.maximum(fits.loglik / fits.null_loglik, 0.0)
    return np.asarray(1 - ratio ** (-2 * fits.null_loglik / fits.n))


_MEASURES: Final[Mapping[str, Callable[[ModelFits], Floats]]] = MappingProxyType(
    {
        "mcfadden": lambda fits: 1 - fits.loglik / fits.null_loglik,
        "mcfadden_adjusted": lambda fits: 1 - (fits.loglik - fits.coefficients) / fits.null_loglik,
        "cox_snell": _cox_snell,
        "nagelkerke": lambda fits: _cox_snell(fits) / -np.expm1(2 * fits.null_loglik / fits.n),
        "estrella": _estrella,
        "aldrich_nelson": _aldrich_nelson,
        "veall_zimmermann": lambda fits: (
            _aldrich_nelson(fits) * (1 - fits.n / (2 * fits.null_loglik))
        ),
    }
)


def model_fits(
    y: ArrayLike,
    columns: ArrayLike,
    *,
    players: Players,
    always: Sequence[int] = (),
    outcome: str = "logit",
    link: str = "logit",
    weights: ArrayLike | None = None,
    fallback: str = "firth",
) -> ModelFits:
    """How well does the model of every subset of predictors fit?

    Args:
        y: (n,) outcome as numbers in their order, of two values for a logit; nan where missing.
        columns: (n, k) predictors without a constant, nan where missing. Rows that are complete
            in the columns of `players` and `always` are used.
        players: columns (0 to k - 1) of each predictor or group of predictors.
        always: columns that stand in every model.
        outcome: `logit`, or `ordinal` for a cumulative model.
        link: of an ordinal model: `logit`, `probit`, `cloglog` or `loglog`.
        weights: (n,) 0 or more; a weight of 2 is as good as the row twice.
        fallback: what to do where columns part the outcome, so that there is no greatest
            likelihood. `firth` fits every subset with Firth's penalty, so that all are measured
            alike; `limit` takes the least upper bound of the log-likelihood, near which other
            programs stop; `none` gives nan.

    Returns:
        The fits; all nan where the outcome does not vary.

    Raises:
        Fault: STA-001 for an unknown outcome, link or fallback; STA-002 for lengths or a column
            that is not there; STA-003 for a negative weight, a logit of more than two values or
            more than 18 players; STA-020 if there are not more rows than coefficients.

    Warns:
        STA-005 if a fit did not settle, STA-024 rows left out, STA-030 where columns part the
        outcome, STA-031 for fewer than 10 events a coefficient (the rarer value's rows; for
        more levels Harrell's n - sum of n_j ** 3 / n ** 2), STA-032 for a constant outcome.

    Source:
        Newton's method for all subsets at once: the information matrices of a block of models
        are one matrix product with the table of products of columns. Azen and Traxel (2009),
        Using dominance analysis to determine predictor importance in logistic regression.

    Differs:
        dominanceanalysis and domir call R's `glm` or `polr` for each subset; figures agree to
        1e-8 and better. Where columns part the outcome they go on with a fit that has not
        settled; `limit` agreed with `glm` to 1e-8 in what we tried, `firth` differs.

    Example:
        >>> x = [[1, 1], [2, 3], [3, 1], [4, 2], [5, 1], [6, 3], [7, 2], [8, 3.0]]
        >>> fits = model_fits([0, 1, 0, 0, 1, 0, 1, 1], x, players=[[0], [1]])
        >>> fits.loglik.round(3).tolist(), fits.coefficients.tolist()
        ([-5.545, -4.735, -5.205, -4.676], [0, 1, 1, 2])
    """
    check_choices(outcome, link, fallback, len(players))
    table = np.asarray(columns, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    used = _used(table, players, always)
    rows = model_rows(y, table[:, used] if table.ndim == 2 else table, weights=weights)
    if len(rows.levels) < 2:
        return _undefined(rows, 2 ** len(players))
    model = OrdinalLikelihood(rows, link) if outcome == "ordinal" else logit_likelihood(rows)
    active = independent_in_subsets(rows, _members(used, players, always))
    if rows.rows < active[-1].sum() + len(rows.levels):
        least = int(active[-1].sum()) + len(rows.levels) - 1
        raise Fault("STA-020", columns=int(active[-1].sum()), rows=least)
    return _fitted(rows, model, active, fallback)


def check_choices(outcome: str, link: str, fallback: str, players: int) -> None:
    """Refuse an unknown outcome, link or fallback (STA-001), or too many players (STA-003)."""
    if outcome not in OUTCOMES:
        raise Fault("STA-001", what="outcome", value=outcome, known=", ".join(OUTCOMES))
    links = tuple(LINKS) if outcome == "ordinal" else ("logit",)
    if link not in links:
        raise Fault("STA-001", what=f"link of {outcome}", value=link, known=", ".join(links))
    check_fallback(fallback)
    if players > MOST_PLAYERS:
        wanted = f"at most {MOST_PLAYERS} for such an outcome, by taking several as a group"
        raise Fault("STA-003", what="the number of predictors", value=players, wanted=wanted)


def _used(table: Floats, players: Players, always: Sequence[int]) -> list[int]:
    named = {int(column) for player in (*players, always) for column in player}
    count = table.shape[1] if table.ndim == 2 else 0
    if named and not 0 <= min(named) <= max(named) < count:
        wanted = f"columns from 0 to {count - 1}"
        raise Fault("STA-002", what="players", shape=tuple(sorted(named)), wanted=wanted)
    return sorted(named)


def _members(used: Sequence[int], players: Players, always: Sequence[int]) -> Flags:
    """Return (2 ** p, k) which columns the model of each subset has."""
    owned = np.array([[c in player for c in used] for player in players], dtype=bool)
    masks = np.arange(2 ** len(players))
    inside = ((masks[:, None] >> np.arange(len(players))) & 1).astype(float)
    found = inside @ owned.reshape(len(players), len(used)).astype(float) > 0
    return np.asarray(found | np.isin(used, list(always)))


def _fitted(
    rows: ModelRows, model: LogitLikelihood | OrdinalLikelihood, active: Flags, fallback: str
) -> ModelFits:
    lead = np.ones((len(active), len(model.null)), dtype=bool)
    whole = np.hstack([lead, active])
    found = every_subset(model, whole)
    separated = _separated(rows, active, found)
    penalised = bool(separated.any()) and fallback == "firth"
    counts = rows.counts
    null = float(counts @ np.log(counts / rows.total))
    if penalised:
        found, null = _penalised(model, whole)
    tjur = efron = np.full(len(active), np.nan)
    if isinstance(model, LogitLikelihood):
        tjur, efron = _spread(model, found)
    lost = separated & (fallback == "none")
    fits = ModelFits(
        # Coefficients on their way to infinity leave rounding above 0.
        loglik=np.where(lost, np.nan, np.minimum(found.loglik, 0.0)),
        null_loglik=null,
        n=rows.total,
        coefficients=active.sum(axis=1),
        converged=found.converged & (penalised | ~separated),
        separated=separated,
        penalised=penalised,
        tjur=tjur,
        efron=efron,
        warnings=(),
    )
    return replace(fits, warnings=(*rows.warnings, *_doubts(rows, fits, found, fallback)))


def _separated(rows: ModelRows, active: Flags, found: Fits) -> Flags:
    """Return (2 ** p,) which subsets part the outcome."""
    # A search that ran out of rounds may have been on its way to infinity, too.
    suspect = found.endless | ~found.converged
    # Nested: if all columns together do not part the outcome, no subset does.
    if not suspect.any() or not parted(rows):
        return np.zeros_like(suspect)
    separated = _with_larger(found.endless)
    masks = np.flatnonzero(suspect & ~separated)
    for mask in masks[np.argsort(np.bitwise_count(masks), kind="stable")]:
        if not separated[mask] and parted(replace(rows, columns=rows.columns[:, active[mask]])):
            separated[mask] = True
            separated = _with_larger(separated)
    return separated


def _with_larger(separated: Flags) -> Flags:
    """Return the same with every subset that holds a separated one: what parts still parts."""
    cube = separated.copy()
    step = 1
    while step < len(cube):
        pairs = cube.reshape(-1, 2, step)
        pairs[:, 1] |= pairs[:, 0]
        step *= 2
    return cube


def _penalised(model: LogitLikelihood | OrdinalLikelihood, active: Flags) -> tuple[Fits, float]:
    start = np.zeros(active.shape)
    start[:, : len(model.null)] = model.null
    only = np.zeros_like(active[:1])
    only[:, : len(model.null)] = True
    null = climb(model, start[:1], only, penalty=True)
    return climb(model, start, active, penalty=True), float(null.loglik[0])


def _spread(model: LogitLikelihood, found: Fits) -> tuple[Floats, Floats]:
    size = max(1, (1 << 16) // model.rows)
    parts = [
        model.spread_of_fit(found.coefficients[at : at + size])
        for at in range(0, len(found.coefficients), size)
    ]
    tjur, efron = zip(*parts, strict=True)
    return np.concatenate(tjur), np.concatenate(efron)


def _doubts(rows: ModelRows, fits: ModelFits, found: Fits, fallback: str) -> list[Fault]:
    told = []
    if fits.separated.any():
        answer = {
            "firth": "all were fitted with Firth's penalty",
            "limit": "their likelihood is its least upper bound",
            "none": "they have no value",
        }[fallback]
        count, models = int(fits.separated.sum()), len(fits.loglik)
        told.append(Fault("STA-030", parted=count, models=models, answer=answer))
    counts = rows.counts
    events = counts.min() if len(counts) == 2 else rows.total - (counts**3).sum() / rows.total**2
    most = int(fits.coefficients.max())
    if events < EVENTS_A_COEFFICIENT * most:
        told.append(Fault("STA-031", events=float(events), coefficients=most))
    if not found.converged.all():
        count = int((~found.converged).sum())
        rounds = ROUNDS_PENALISED if fits.penalised else ROUNDS
        told.append(Fault("STA-005", what=f"the fit of {count} models", rounds=rounds))
    return told


def _undefined(rows: ModelRows, count: int) -> ModelFits:
    nothing = np.full(count, np.nan)
    never = np.zeros(count, dtype=bool)
    return ModelFits(
        loglik=nothing,
        null_loglik=float("nan"),
        n=rows.total,
        coefficients=np.zeros(count, dtype=np.int64),
        converged=never,
        separated=never,
        penalised=False,
        tjur=nothing,
        efron=nothing,
        warnings=rows.warnings,
    )
