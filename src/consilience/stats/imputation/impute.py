"""What could the missing values have been, drawn several times over by chained equations?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.imputation.columns import Plan, as_predictor, design_of, plan_columns
from consilience.stats.imputation.draws import (
    ROUNDS,
    Generators,
    category_draw,
    match_donors,
    normal_draw,
)
from consilience.stats.resample import Streams

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Numbers that the predictors of the imputations worked on at once may hold: 3 MB, which stay in
# a processor's cache.
_AT_ONCE: Final = 400_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imputed:
    """A table imputed m times.

    Args:
        values: (m, n, k) the tables; what was observed is in each as it was.
        missing: (n, k) what was missing.
        means: (m, iterations, k) mean of a column's imputed values after each iteration, for
            trace plots and `convergence`; nan where nothing was imputed.
        sds: (m, iterations, k) their standard deviation; nan also for a single value.
        warnings: STA-071 a column without an observed value, which stays nan; STA-072 a column
            that predicts nothing; STA-073 fewer observed values than donors; STA-005 a logistic
            model that had not settled.
    """

    values: Floats
    missing: Bools
    means: Floats
    sds: Floats
    warnings: tuple[Fault, ...]


def impute(
    values: ArrayLike,
    *,
    streams: Streams,
    imputations: int = 20,
    iterations: int = 10,
    methods: str | Sequence[str] = "pmm",
    donors: int = 5,
    predictors: ArrayLike | None = None,
    visits: str | Sequence[int] = "left to right",
) -> Imputed:
    """What could the missing values of a table have been?

    Each column is drawn in turn, given the others as they stand; then again, so many times.

    Args:
        values: (n, k), nan where missing; codes for categories.
        streams: the random stream of an imputation, by its number from 0. An imputation depends
            on its stream alone, so that some can be computed here and others elsewhere.
        imputations: m, 1 or more.
        iterations: rounds over all columns, 1 or more.
        methods: one for all columns or one a column, which also says of what kind it is:
            `pmm` (numbers and ordered codes) predictive mean matching, the value of a row with a
            similar prediction; `norm` (numbers) normal linear regression; `logit` (two values)
            and `polytomous` (codes without order, which predict as one column a category)
            logistic regression; `none` leaves it as it is.
        donors: predictive mean matching takes one of so many at random, 1 or more.
        predictors: (k, k), not 0 where the column of the row is predicted by that of the column;
            all by all others if None.
        visits: `left to right`, `right to left`, `fewest missing first`, `most missing first`,
            or numbers of columns; a column with missing values that it leaves out keeps those
            of its start, drawn from the observed.

    Returns:
        The tables. A column with one observed value gets that value and predicts nothing; of
        columns that determine each other the one with the most missing values predicts nothing.

    Raises:
        Fault: STA-001 for an unknown method or order; STA-002 for shapes that do not fit;
            STA-003 for numbers below 1, a visit to no column or `logit` with three values.

    Source:
        Van Buuren (2018), Flexible Imputation of Missing Data, algorithms 3.1-3.3, 4.3; Little
        (1988) for predictive mean matching, here of type 1.

    Differs:
        From `mice` 3.15 in random numbers; in that a constant column is filled (mice leaves it
        missing); in that rows with equal predictions are equally likely donors anew for every
        value (mice shuffles them once a round); in the prior of logistic slopes (mice adds
        pseudo-rows).

    Example:
        >>> from consilience.base.seeds import stream
        >>> nan = float("nan")
        >>> table = [[1, 2.1], [2, 3.9], [3, nan], [4, 8.2], [5, 9.8], [6, nan], [7, 14.1]]
        >>> found = impute(table, streams=lambda m: stream(1, "impute", block=m), methods="norm")
        >>> found.values.shape, bool(abs(found.values[:, 2, 1].mean() - 6) < 0.3)
        ((20, 7, 2), True)
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or not table.size:
        raise Fault("STA-002", what="the table", shape=table.shape, wanted="rows and columns")
    for what, count in (
        ("imputations", imputations),
        ("iterations", iterations),
        ("donors", donors),
    ):
        if count < 1:
            raise Fault("STA-003", what=what, value=count, wanted="1 or more")
    plan = plan_columns(table, methods=methods, predictors=predictors, visits=visits, donors=donors)
    size = max(1, _AT_ONCE // (len(table) * plan.width))
    chains = [
        _Chains(table, plan, [streams(m) for m in range(at, min(at + size, imputations))])
        for at in range(0, imputations, size)
    ]
    for chain in chains:
        chain.run(iterations, donors)
    unsettled = sorted({j for chain in chains for j in chain.unsettled})
    return Imputed(
        values=np.concatenate([chain.values for chain in chains]),
        missing=np.isnan(table),
        means=np.concatenate([chain.means for chain in chains]),
        sds=np.concatenate([chain.sds for chain in chains]),
        warnings=plan.warnings
        + tuple(
            Fault("STA-005", what=f"the logistic model of column {j}", rounds=ROUNDS)
            for j in unsettled
        ),
    )


class _Chains:
    """Some of the imputations, as they stand."""

    def __init__(self, table: Floats, plan: Plan, generators: Generators) -> None:
        """Put an observed value, drawn at random, for every missing one."""
        self.plan, self.generators, self.table = plan, generators, table
        self.unsettled: set[int] = set()
        self.values = np.repeat(table[None], len(generators), axis=0)
        self.gaps = [np.flatnonzero(column) for column in np.isnan(table).T]
        self.there = [np.flatnonzero(column) for column in ~np.isnan(table).T]
        self.filled = sorted({*plan.visits, *plan.constants, *self._unvisited()})
        for j in self.filled:
            gaps, seen = self.gaps[j], table[self.there[j], j]
            for number, rng in enumerate(generators):
                self.values[number, gaps, j] = seen[rng.integers(len(seen), size=len(gaps))]
        self.design = design_of(
            self.values, plan.blocks, plan.categories, plan.centres, plan.scales, plan.width
        )
        self.means = np.empty((len(generators), 0, table.shape[1]))
        self.sds = self.means

    def _unvisited(self) -> list[int]:
        return [
            j
            for j, method in enumerate(self.plan.methods)
            if method != "none" and len(self.gaps[j]) and len(self.there[j])
        ]

    def run(self, iterations: int, donors: int) -> None:
        """Draw every column in turn, so many times, and note means and deviations."""
        shape = (len(self.generators), iterations, self.table.shape[1])
        self.means, self.sds = np.full(shape, np.nan), np.full(shape, np.nan)
        for iteration in range(iterations):
            for j in self.plan.visits:
                self._draw(j, donors)
            for j in self.filled:
                imputed = np.ascontiguousarray(self.values[:, self.gaps[j], j])
                self.means[:, iteration, j] = imputed.mean(axis=1)
                if imputed.shape[1] > 1:
                    self.sds[:, iteration, j] = imputed.std(axis=1, ddof=1)

    def _draw(self, j: int, donors: int) -> None:
        there, gaps, uses = self.there[j], self.gaps[j], self.plan.of_target[j]
        # Laid out one imputation after the other: sums then run in the same order however many
        # are computed at once, and the digits are the same.
        known = np.ascontiguousarray(self.design[:, there[:, None], uses])
        wanted = np.ascontiguousarray(self.design[:, gaps[:, None], uses])
        if self.plan.methods[j] in ("logit", "polytomous"):
            drawn = self._category(j, known, wanted)
        else:
            drawn = self._number(j, known, wanted, donors)
        plan = self.plan
        self.values[:, gaps, j] = drawn
        self.design[:, gaps, plan.blocks[j]] = as_predictor(
            drawn, plan.categories[j], float(plan.centres[j]), float(plan.scales[j])
        )

    def _category(self, j: int, known: Floats, wanted: Floats) -> Floats:
        codes = self.plan.categories[j]
        found = category_draw(
            np.searchsorted(codes, self.table[self.there[j], j]),
            known,
            wanted,
            categories=len(codes),
            generators=self.generators,
        )
        if not found.settled:
            self.unsettled.add(j)
        return codes[found.codes]

    def _number(self, j: int, known: Floats, wanted: Floats, donors: int) -> Floats:
        seen = self.table[self.there[j], j]
        centre, scale = self.plan.centres[j], self.plan.scales[j]
        model = normal_draw((seen - centre) / scale, known, self.generators)
        drawn = (wanted @ model.drawn[:, :, None])[:, :, 0]
        if self.plan.methods[j] == "norm":
            noise = np.array([rng.standard_normal(drawn.shape[1]) for rng in self.generators])
            return np.asarray(centre + scale * (drawn + noise * model.sigma[:, None]))
        best = (known @ model.best[:, :, None])[:, :, 0]
        chosen = match_donors(
            best, drawn, donors=min(donors, len(seen)), generators=self.generators
        )
        return np.asarray(seen[chosen])
