"""What is the best whole-number solution of a linear programme?

A thin, typed face on HiGHS: one thread, one seed, no output, no gap allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consilience.stats.choice.diverse_problem import Floats, Integers

INFINITE = float("inf")
# Values and reported objective differ by less than this through rounding and tolerances alone.
AGREES = 1e-6


@dataclass(slots=True)
class Programme:
    """A linear programme while it is written: maximise cost'x, lower <= Ax <= upper.

    Columns and rows are only ever added; `solve` may be called between additions.
    """

    cost: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    whole: list[NDArray[np.bool_]] = field(default_factory=list)
    row_low: list[Floats] = field(default_factory=list)
    row_high: list[Floats] = field(default_factory=list)
    entries: list[tuple[Integers, Integers, Floats]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self, cost: Floats, *, low: Floats, high: Floats, whole: bool = False
    ) -> Integers:
        """Add columns and return their numbers.

        Args:
            cost: (k,) what one unit of each adds to the objective.
            low: (k,) lower bounds.
            high: (k,) upper bounds.
            whole: whether they take whole numbers only.
        """
        self.cost.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(np.full(len(cost), whole))
        self.columns += len(cost)
        return np.arange(self.columns - len(cost), self.columns)

    def add_rows(
        self, *parts: tuple[Integers, Integers, Floats], low: Floats, high: Floats
    ) -> None:
        """Add rows.

        Args:
            parts: row (0 for the first of these), column and coefficient of the entries.
            low: (k,) lower bounds.
            high: (k,) upper bounds.
        """
        for row, column, value in parts:
            self.entries.append((row + self.rows, column, np.asarray(value, dtype=float)))
        self.row_low.append(np.asarray(low, dtype=float))
        self.row_high.append(np.asarray(high, dtype=float))
        self.rows += len(low)

    def add_row(self, columns: Integers, values: Floats, *, low: float, high: float) -> None:
        """Add one row.

        Args:
            columns: (k,) columns with a coefficient.
            values: (k,) their coefficients.
            low: lower bound.
            high: upper bound.
        """
        part = (np.zeros(len(columns), dtype=np.int64), columns, values)
        self.add_rows(part, low=np.array([low]), high=np.array([high]))


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver found.

    Args:
        values: (columns,) the solution; None if there is none within the limit.
        value: its objective.
        bound: no solution has a greater objective.
        optimal: whether the solver proved the optimum.
        feasible: whether a solution exists, as far as known.
        nodes: nodes of the tree.
    """

    values: Floats | None
    value: float
    bound: float
    optimal: bool
    feasible: bool
    nodes: int


def solve(
    programme: Programme,
    *,
    seconds: float,
    start: tuple[Integers, Floats] | None = None,
) -> Solution:
    """Solve a programme to proved optimality, or as far as the time goes.

    HiGHS 1.16 at times finds a better solution than the one it was given, proves its value and
    yet returns the given one. Values that do not come to the reported objective are therefore
    thrown away, and the programme is solved once more without a start.

    Args:
        programme: what to maximise.
        seconds: time limit (of each of two solves, where values and objective differ).
        start: columns and values of a solution that is known, or of a part of it.

    Returns:
        The solution with its bound.

    Source:
        Huangfu and Hall (2018), Parallelizing the dual revised simplex method (HiGHS).
    """
    solution, agrees = _run(programme, seconds, start)
    if not agrees and start is not None:
        solution, agrees = _run(programme, seconds, None)
    return solution if agrees else replace(solution, optimal=False)


def _run(
    programme: Programme, seconds: float, start: tuple[Integers, Floats] | None
) -> tuple[Solution, bool]:
    """Return a solution, and whether its values come to the objective that is reported."""
    solver, highspy = _solver(programme, seconds=seconds)
    if start is not None:
        solver.setSolution(len(start[0]), start[0].astype(np.int32), start[1])
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if found else None
    value = -INFINITE if values is None else float(np.concatenate(programme.cost) @ values)
    solution = Solution(
        values=values,
        value=value,
        bound=float(info.mip_dual_bound),
        optimal=status == highspy.HighsModelStatus.kOptimal,
        feasible=status != highspy.HighsModelStatus.kInfeasible,
        nodes=int(info.mip_node_count),
    )
    reported = float(info.objective_function_value)
    return solution, not found or abs(value - reported) <= AGREES * max(1.0, abs(reported))


def row_prices(programme: Programme, *, seconds: float) -> Floats:
    """Return what one more unit of each row's bound is worth if parts of units may be taken.

    The interior point is kept, not moved to a corner: prices from the middle of the optimal
    face rule out far more units than those of a corner.

    Args:
        programme: what to maximise; whole-number conditions are dropped.
        seconds: time limit.

    Returns:
        (rows,) dual values. They need not be exact: whoever uses them bounds with them.
    """
    solver, _ = _solver(programme, seconds=seconds, whole=False)
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.run()
    return np.array(solver.getSolution().row_dual)


def _solver(programme: Programme, *, seconds: float, whole: bool = True) -> tuple[Any, Any]:
    import highspy  # noqa: PLC0415  (50 ms and 20 MB that small problems do not need)

    # The constructor of the class itself only adds callbacks, and prints a banner doing so.
    solver = highspy.Highs.__new__(highspy.Highs)
    super(highspy.Highs, solver).__init__()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
        ("time_limit", float(seconds)),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_model(highspy, programme, whole=whole))
    return solver, highspy


def _model(highspy: Any, programme: Programme, *, whole: bool) -> Any:  # noqa: ANN401  (untyped library)
    model = highspy.HighsLp()
    row = np.concatenate([entry[0] for entry in programme.entries])
    column = np.concatenate([entry[1] for entry in programme.entries])
    value = np.concatenate([entry[2] for entry in programme.entries])
    order = np.lexsort((row, column))
    model.num_col_, model.num_row_ = programme.columns, programme.rows
    model.col_cost_ = np.concatenate(programme.cost)
    model.col_lower_ = np.concatenate(programme.low)
    model.col_upper_ = np.concatenate(programme.high)
    model.row_lower_ = np.concatenate(programme.row_low)
    model.row_upper_ = np.concatenate(programme.row_high)
    model.sense_ = highspy.ObjSense.kMaximize
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.searchsorted(column[order], np.arange(programme.columns + 1))
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_ = row[order].astype(np.int32)
    model.a_matrix_.value_ = value[order]
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(one)] for one in np.concatenate(programme.whole)]
    return model
