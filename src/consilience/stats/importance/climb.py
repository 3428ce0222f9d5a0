"""Where is the likelihood of many models highest, all at once?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

# Numbers of a stack that are worked on at once: few enough to stay in the processor's cache.
_BLOCK: Final = 1 << 16
# A fit has settled when the gain that is left is below this; the gain is then added.
_SETTLED: Final = 1e-9
# With a penalty the log-likelihood itself is not flat at the place, so the place must be nearer.
_SETTLED_PENALISED: Final = 1e-20
# A fit that has settled and yet moves its log-odds by this much goes on for ever.
_ENDLESS: Final = 0.05
# Columns have standard deviation 1, so that no sound step from moderate coefficients is longer.
_LONGEST: Final = 5.0
# A start further than this from a smaller model's fit is no use.
_FAR: Final = 10.0
ROUNDS: Final = 80
ROUNDS_PENALISED: Final = 500
_HALVINGS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slope:
    """How does the likelihood of s models change with their m coefficients?

    Args:
        loglik: (s,) log-likelihood, with its penalty if it has one; -inf or nan where the
            coefficients are impossible.
        gradient: (s, m) first derivatives.
        information: (s, m, m) second derivatives (observed or expected), their sign turned.
    """

    loglik: Floats
    gradient: Floats
    information: Floats


class Likelihood(Protocol):
    """What is climbed: a log-likelihood, for many sets of coefficients at once."""

    null: Floats
    """(lead,) constant or thresholds without predictors; they stand first in every model."""
    rows: int
    """Rows of the data, for the size of a block."""

    def slope(self, coefficients: Floats) -> Slope:
        """Return value, gradient and information at (s, m) coefficients."""
        ...

    def penalised(self, coefficients: Floats, active: Flags) -> Slope:
        """Return the same with the penalty: half the log of the determinant of the information."""
        ...

    def reach(self, step: Floats) -> Floats:
        """Return (s,) how far a step moves the linear predictor of any row."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """What was found for s models of m coefficients.

    Args:
        coefficients: (s, m), 0 where a model does not have the coefficient.
        loglik: (s,) log-likelihood without penalty; where `endless`, its least upper bound; nan
            where a search with a penalty did not settle.
        converged: (s,) whether the search settled.
        endless: (s,) whether it settled only as coefficients ran off to infinity, as they do
            where predictors part the outcome.
    """

    coefficients: Floats
    loglik: Floats
    converged: Flags
    endless: Flags


def product_table(design: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Which products of columns make the information of any number of models one matrix product?

    Args:
        design: (n, m).

    Returns:
        (n, m (m + 1) / 2) products of pairs of columns, and (m, m) their places.

    Example:
        >>> table, places = product_table(np.array([[1.0, 3.0]]))
        >>> table.tolist(), places.tolist()
        ([[1.0, 3.0, 9.0]], [[0, 1], [1, 2]])
    """
    m = design.shape[1]
    upper, lower = np.triu_indices(m)
    places = np.zeros((m, m), dtype=np.int64)
    places[upper, lower] = places[lower, upper] = np.arange(len(upper))
    return design[:, upper] * design[:, lower], places


def quadratic_forms(matrices: Floats, table: Floats) -> Floats:
    """What is x' A x for every row x and every matrix A?

    Args:
        matrices: (s, m, m) symmetric.
        table: of `product_table`.

    Returns:
        (s, n).

    Example:
        >>> quadratic_forms(np.array([[[1.0, 2.0], [2.0, 0.0]]]), product_table(np.ones((1, 2)))[0])
        array([[5.]])
    """
    upper, lower = np.triu_indices(matrices.shape[1])
    twice = np.where(upper == lower, 1.0, 2.0)
    return np.asarray((matrices[:, upper, lower] * twice) @ table.T)


def masked(information: Floats, active: Flags) -> Floats:
    """What is the information of models that do not have every coefficient?

    Args:
        information: (s, m, m).
        active: (s, m).

    Returns:
        (s, m, m) with rows and columns of absent coefficients those of the unit matrix.

    Example:
        >>> masked(np.full((1, 2, 2), 4.0), np.array([[True, False]])).round(6).tolist()
        [[[4.0, 0.0], [0.0, 1.0]]]
    """
    found = information * (active[:, :, None] & active[:, None, :])
    diagonal = np.einsum("smm->sm", found)
    # So little that no figure changes; it keeps a fit that runs off to infinity solvable.
    diagonal += np.where(active, 1e-13 * np.abs(diagonal) + 1e-280, 1.0)
    return np.asarray(found)


def climb(
    model: Likelihood,
    start: Floats,
    active: Flags,
    *,
    penalty: bool = False,
    rounds: int | None = None,
) -> Fits:
    """Which coefficients make each of many models most likely?

    Args:
        model: the likelihood.
        start: (s, m) coefficients to begin with, 0 where absent.
        active: (s, m) which coefficients each model has.
        penalty: whether to maximise the likelihood with Firth's penalty.
        rounds: the most steps, 1 or more; 80, with a penalty 500, if None.

    Returns:
        The fits.

    Source:
        Newton's method (Fisher scoring with a penalty) with halved steps. The gain left at the
        last step, half of g' H^-1 g, is added to the log-likelihood, which is then right to the
        third order in the step. With a penalty the symmetric rank-one rule corrects the information
        (Conn, Gould and Toint 1991).

    Example:
        >>> from consilience.stats.importance.logit import LogitLikelihood
        >>> y, x = np.array([0.0, 0, 1, 0, 1, 1]), np.arange(6.0)[:, None]
        >>> model = LogitLikelihood(y, x, np.ones(6))
        >>> climb(model, np.zeros((1, 2)), np.ones((1, 2), dtype=bool)).loglik.round(3).tolist()
        [-2.478]
    """
    most = rounds or (ROUNDS_PENALISED if penalty else ROUNDS)
    block = max(4, _BLOCK // max(1, model.rows))
    # A step too far gives probabilities of 0; it is halved, not warned of.
    with np.errstate(all="ignore"):
        parts = [
            _Ascent(model, start[i : i + block], active[i : i + block], penalty=penalty).run(most)
            for i in range(0, len(start), block)
        ]
    return Fits(
        coefficients=np.concatenate([part.coefficients for part in parts]),
        loglik=np.concatenate([part.loglik for part in parts]),
        converged=np.concatenate([part.converged for part in parts]),
        endless=np.concatenate([part.endless for part in parts]),
    )


class _Ascent:
    """A block of models on their way up."""

    def __init__(self, model: Likelihood, start: Floats, active: Flags, *, penalty: bool) -> None:
        self.model, self.active, self.penalty = model, active, penalty
        # If the start is impossible, halving leads back to the model without predictors.
        self.base = np.zeros_like(start)
        self.base[:, : len(model.null)] = model.null
        self.step = start - self.base
        self.at = start.copy()
        self.share = np.ones(len(start))
        self.before = np.full_like(start, np.nan)
        self.bend = np.zeros((*start.shape, start.shape[1]) if penalty else (0, 0, 0))
        self.best = np.full(len(start), -np.inf)
        self.converged = np.zeros(len(start), dtype=bool)
        self.endless = np.zeros(len(start), dtype=bool)

    def run(self, rounds: int) -> Fits:
        left = np.arange(len(self.at))
        for _ in range(rounds):
            left = self._round(left)
            if not len(left):
                break
        loglik = self.best
        if self.penalty:
            loglik = np.where(self.converged, self.model.slope(self.at).loglik, np.nan)
        return Fits(
            coefficients=self.at, loglik=loglik, converged=self.converged, endless=self.endless
        )

    def _round(self, left: Integers) -> Integers:
        at, active = self.at[left], self.active[left]
        here = self.model.penalised(at, active) if self.penalty else self.model.slope(at)
        floor = self.best[left]
        # A fall that is no more than rounding is not a fall.
        floor -= 1e-11 * (1 + np.abs(np.where(np.isfinite(floor), floor, 0.0)))
        possible = np.isfinite(here.loglik) & np.isfinite(here.gradient).all(axis=1)
        risen = possible & (here.loglik >= floor)
        self._halve(left[~risen])
        good = left[risen]
        gradient = here.gradient[risen] * active[risen]
        matrix = masked(here.information[risen], active[risen])
        step = _solved(matrix, gradient) * active[risen]
        gain = (gradient * step).sum(axis=1)
        if self.penalty:
            step = self._learnt(good, (gradient, matrix), step)
        self._advance(good, step, here.loglik[risen])
        done = np.abs(gain) < (_SETTLED_PENALISED if self.penalty else _SETTLED)
        self._settle(good[done], step[done], gain[done])
        stuck = self.share[left] < 0.5**_HALVINGS
        return left[~(self.converged[left] | stuck)]

    def _halve(self, fallen: Integers) -> None:
        self.share[fallen] /= 2
        self.at[fallen] = self.base[fallen] + self.step[fallen] * self.share[fallen, None]

    def _advance(self, good: Integers, step: Floats, loglik: Floats) -> None:
        # Without a penalty coefficients may have to run off, but by no more than threefold.
        most = np.full(len(good), _LONGEST)
        if not self.penalty:
            most = np.maximum(most, 2 * np.abs(self.at[good]).max(axis=1, initial=0.0))
        longest = np.maximum(np.abs(step).max(axis=1, initial=0.0), most)
        self.base[good] = self.at[good]
        self.step[good] = step * (most / longest)[:, None]
        self.share[good] = 1.0
        self.best[good] = loglik
        self.at[good] += self.step[good]

    def _learnt(self, good: Integers, slope: tuple[Floats, Floats], step: Floats) -> Floats:
        """Return the step with what earlier steps showed of the bend of the penalty.

        The information leaves it out, so that scoring swings or creeps where rows are few.
        """
        gradient, matrix = slope
        moved = self.at[good] - self.base[good]
        missed = self.before[good] - gradient
        missed -= ((matrix + self.bend[good]) @ moved[:, :, None])[:, :, 0]
        size = (missed * moved).sum(axis=1)
        length = np.sqrt((missed**2).sum(axis=1) * (moved**2).sum(axis=1))
        known = np.isfinite(self.before[good]).all(axis=1) & (np.abs(size) > 1e-8 * length)
        rate = np.where(known, 1 / np.where(known, size, 1.0), 0.0)
        missed = np.where(known[:, None], missed, 0.0)
        self.bend[good] += rate[:, None, None] * missed[:, :, None] * missed[:, None, :]
        self.before[good] = gradient
        found = _solved(matrix + self.bend[good], gradient) * self.active[good]
        rising = (found * gradient).sum(axis=1) > 0
        return np.where(rising[:, None], found, step)

    def _settle(self, done: Integers, step: Floats, gain: Floats) -> None:
        if len(done):
            self.best[done] += np.maximum(gain, 0) / 2
            self.converged[done] = True
            self.endless[done] = self.model.reach(step) > _ENDLESS


def _solved(matrix: Floats, gradient: Floats) -> Floats:
    if not len(matrix):
        return gradient
    try:
        return np.asarray(np.linalg.solve(matrix, gradient[:, :, None])[:, :, 0])
    except np.linalg.LinAlgError:
        return np.asarray((np.linalg.pinv(matrix) @ gradient[:, :, None])[:, :, 0])


def every_subset(model: Likelihood, active: Flags) -> Fits:
    """Which coefficients make the model of every subset of players most likely?

    Args:
        model: the likelihood.
        active: (2 ** p, m) coefficients of each subset's model; bit i of the position is set
            where player i is in the model.

    Returns:
        The fits by subset.

    Source:
        Models by size. Each starts at the sum of two smaller models less what they share, which
        leaves Newton's method two or three steps.

    Example:
        >>> from consilience.stats.importance.logit import LogitLikelihood
        >>> y, x = np.array([0.0, 0, 1, 0, 1, 1]), np.arange(6.0)[:, None]
        >>> model = LogitLikelihood(y, x, np.ones(6))
        >>> every_subset(model, np.array([[True, False], [True, True]])).loglik.round(3).tolist()
        [-4.159, -2.478]
    """
    count, m = active.shape
    coefficients, loglik = np.zeros((count, m)), np.zeros(count)
    converged, endless = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    masks = np.arange(count)
    sizes = np.bitwise_count(masks)
    for size in range(int(sizes[-1]) + 1):
        now = masks[sizes == size]
        start = _starts(model, coefficients, endless, now) * active[now]
        found = climb(model, start, active[now])
        coefficients[now], loglik[now] = found.coefficients, found.loglik
        converged[now], endless[now] = found.converged, found.endless
    return Fits(coefficients=coefficients, loglik=loglik, converged=converged, endless=endless)


def _starts(model: Likelihood, known: Floats, endless: Flags, masks: Integers) -> Floats:
    cold = np.zeros((len(masks), known.shape[1]))
    cold[:, : len(model.null)] = model.null
    if masks[0] == 0:
        return cold
    first = masks & -masks
    rest = masks ^ first
    second = rest & -rest
    # A model of one player has no second, and starts at the empty model.
    start = known[rest] + known[masks ^ second] * (second > 0)[:, None]
    start -= known[rest ^ second] * (second > 0)[:, None]
    # Coefficients that ran off to infinity lead to where everything is flat.
    lost = endless[rest] | ((second > 0) & endless[masks ^ second])
    sound = model.reach(start - known[rest]) < _FAR
    return np.where(lost[:, None], cold, np.where(sound[:, None], start, known[rest]))
