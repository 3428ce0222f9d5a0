"""What would a missing value have been: drawn from a model that is itself drawn?

All of these work on many imputations at once, the first axis; every imputation draws from a
stream of its own, so that its values do not depend on which others are computed beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Generators = Sequence[np.random.Generator]

# Share of its own sum of squares added to that of a predictor, so that near copies do no harm.
RIDGE: Final = 1e-5
# Precision of the normal prior of a logistic slope: keeps categories that part finite.
PRECISION: Final = 0.1
ROUNDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalDraw:
    """A normal linear model for each of m imputations.

    Args:
        best: (m, p) its least squares coefficients.
        drawn: (m, p) coefficients drawn from their posterior.
        sigma: (m,) standard deviation drawn from its posterior.
    """

    best: Floats
    drawn: Floats
    sigma: Floats


def normal_draw(y: Floats, X: Floats, generators: Generators) -> NormalDraw:
    """Which normal linear model could have given the observed values?

    Args:
        y: (n,) observed values.
        X: (m, n, p) predictors, a constant first.
        generators: m random streams.

    Returns:
        Coefficients and standard deviation under the usual prior without information.

    Source:
        Rubin (1987), p. 167; van Buuren (2018), Flexible Imputation of Missing Data, algorithm
        3.1, whose ridge this has.

    Example:
        >>> X, rng = np.array([[[1.0, 0], [1, 1], [1, 2], [1, 3]]]), np.random.Generator
        >>> found = normal_draw(np.array([1.0, 3, 5, 7]), X, [rng(np.random.PCG64(1))])
        >>> found.best.round(2).tolist(), found.sigma.round(2).tolist()
        ([[1.0, 2.0]], [0.0])
    """
    n, p = X.shape[1:]
    across = X.transpose(0, 2, 1)
    squares = across @ X
    diagonal = np.einsum("mpp->mp", squares)
    # A dummy of a category that nobody observed has in this subset is 0 throughout.
    diagonal += RIDGE * np.maximum(diagonal, 1e-3)
    lower = np.linalg.cholesky(squares)
    best = np.linalg.solve(squares, across @ y[:, None]).astype(float)
    rest = y - (X @ best)[:, :, 0]
    df = max(n - p, 1)
    chi2 = np.array([rng.chisquare(df) for rng in generators])
    sigma = np.sqrt((rest * rest).sum(axis=1) / chi2)
    z = np.array([rng.standard_normal(p) for rng in generators])
    step = np.linalg.solve(lower.transpose(0, 2, 1), z[:, :, None]) * sigma[:, None, None]
    return NormalDraw(best=best[:, :, 0], drawn=(best + step)[:, :, 0], sigma=sigma)


def match_donors(
    observed: Floats, wanted: Floats, *, donors: int, generators: Generators
) -> Integers:
    """Whose observed value stands in for a missing one?

    Args:
        observed: (m, n) prediction for each row that is observed.
        wanted: (m, w) prediction for each row that is missing.
        donors: one of so many nearest predictions is taken at random, at most n.
        generators: m random streams.

    Returns:
        (m, w) number of the donor. All rows with the prediction of the chosen one are equally
        likely, so that predictions that many rows share do not favour a few of them.

    Source:
        Little (1988), Missing-data adjustments in large surveys; van Buuren (2018), section
        3.4.2, with matching of type 1 if the model of `wanted` is drawn and that of `observed`
        is not.

    Example:
        >>> rng = np.random.Generator(np.random.PCG64(1))
        >>> near = match_donors(
        ...     np.array([[1.0, 5, 9]]), np.array([[8.0, 0]]), donors=1, generators=[rng]
        ... )
        >>> near.tolist()
        [[2, 0]]
    """
    m, n = observed.shape
    order = np.argsort(observed, axis=1, kind="stable")
    ascending = np.take_along_axis(observed, order, axis=1)
    first = np.stack([np.searchsorted(a, w) for a, w in zip(ascending, wanted, strict=True)])
    # The nearest d in order of size lie within d places on either side.
    near = first[:, :, None] + np.arange(-donors, donors)
    beyond = (near < 0) | (near >= n)
    near = np.clip(near, 0, n - 1)
    shift = (np.arange(m) * n)[:, None, None]
    far = np.abs(ascending.ravel()[near + shift] - wanted[:, :, None])
    far[beyond] = np.inf
    by_distance = np.argsort(far, axis=2, kind="stable")
    draw = np.array([rng.random((2, wanted.shape[1])) for rng in generators])
    rank = (draw[:, 0] * donors).astype(np.int64)
    which = np.take_along_axis(by_distance, rank[:, :, None], axis=2)
    place = np.take_along_axis(near, which, axis=2)[:, :, 0]
    start, length = _runs(ascending)
    chosen = np.take_along_axis(start, place, axis=1)
    spread = np.take_along_axis(length, place, axis=1)
    chosen = chosen + np.minimum((draw[:, 1] * spread).astype(np.int64), spread - 1)
    return np.take_along_axis(order, chosen, axis=1)


def _runs(ascending: Floats) -> tuple[Integers, Integers]:
    """Return where the run of equal values starts to which each belongs, and how long it is."""
    m, n = ascending.shape
    new = np.ones((m, n), dtype=bool)
    new[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    starts = np.flatnonzero(new.ravel())
    lengths = np.diff(np.append(starts, m * n))
    of = np.cumsum(new.ravel()) - 1
    shift = np.repeat(np.arange(m) * n, n)
    return (starts[of] - shift).reshape(m, n), lengths[of].reshape(m, n)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CategoryDraw:
    """Categories drawn for missing values.

    Args:
        codes: (m, w) category of each, 0 to categories - 1.
        settled: whether the model had settled in every imputation.
    """

    codes: Integers
    settled: bool


def category_draw(
    codes: Integers, X: Floats, wanted: Floats, *, categories: int, generators: Generators
) -> CategoryDraw:
    """Which category could a missing value have been in?

    Args:
        codes: (n,) observed category, 0 to categories - 1.
        X: (m, n, p) predictors of the observed, a constant first, about standardised.
        wanted: (m, w, p) those of the missing.
        categories: how many, 2 or more; two are logistic regression.
        generators: m random streams.

    Returns:
        Categories by multinomial logistic regression, its coefficients drawn from the normal
        approximation of their posterior. Slopes have a normal prior of variance 10, so that they
        stay finite where predictors part the categories.

    Source:
        Rubin (1987), p. 169-170; van Buuren (2018), section 3.6.1.

    Example:
        >>> rng = np.random.Generator(np.random.PCG64(1))
        >>> X = np.array([[[1.0, x] for x in (-2, -1.5, -1, 1, 1.5, 2)]])
        >>> found = category_draw(
        ...     np.array([0, 0, 0, 1, 1, 1]), X, np.array([[[1.0, -9], [1, 9]]]),
        ...     categories=2, generators=[rng],
        ... )
        >>> found.codes.tolist()
        [[0, 1]]
    """
    member = (codes[:, None] == np.arange(1, categories)).astype(float)
    drawn = np.empty(wanted.shape[:2], dtype=np.int64)
    all_settled = True
    for number, (design, rng) in enumerate(zip(X, generators, strict=True)):
        beta, information, settled = _multinomial(member, design)
        all_settled &= settled
        z = rng.standard_normal(beta.size)
        step = np.linalg.solve(np.linalg.cholesky(information).T, z)
        chance = _chances(wanted[number] @ (beta + step.reshape(beta.shape[::-1]).T))
        cumulated = np.cumsum(chance, axis=1)
        point = rng.random(len(chance))[:, None] * cumulated[:, -1:]
        drawn[number] = np.minimum((point >= cumulated).sum(axis=1), categories - 1)
    return CategoryDraw(codes=drawn, settled=all_settled)


def _multinomial(member: Floats, X: Floats) -> tuple[Floats, Floats, bool]:
    """Return (p, categories - 1) coefficients, the information by category, whether settled."""
    p, others = X.shape[1], member.shape[1]
    prior = np.full(p, PRECISION)
    prior[0] = 1e-4
    beta = np.zeros((p, others))
    information = np.empty((others * p, others * p))
    for _ in range(ROUNDS):
        chance = _chances(X @ beta)[:, 1:]
        score = (X.T @ (member - chance) - prior[:, None] * beta).T.ravel()
        for a in range(others):
            for b in range(others):
                weight = chance[:, a] * ((a == b) - chance[:, b])
                block = (X * weight[:, None]).T @ X
                if a == b:
                    block[np.diag_indices(p)] += prior
                information[a * p : (a + 1) * p, b * p : (b + 1) * p] = block
        step = np.linalg.solve(information, score)
        # Far steps are those of a start far off; shortened, Newton's rounds do not overshoot.
        step *= min(1.0, 5 / max(float(np.abs(step).max()), 1e-300))
        beta = beta + step.reshape(others, p).T
        if np.abs(step).max() < 1e-8:
            return beta, information, True
    return beta, information, False


def _chances(eta: Floats) -> Floats:
    """Return (n, categories) probabilities; the first category is the reference."""
    whole = np.column_stack([np.zeros(len(eta)), eta])
    power = np.exp(whole - whole.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True))
