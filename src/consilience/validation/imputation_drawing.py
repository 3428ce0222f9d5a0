"""Cases of missing values themselves: their patterns, imputing them, chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consilience.base.seeds import stream
from consilience.stats.imputation.diagnostics import compare_imputed, convergence
from consilience.stats.imputation.impute import impute
from consilience.stats.imputation.patterns import flux, missing_patterns, pair_counts
from consilience.stats.imputation.pooling import pool
from consilience.validation.imputation_input import (
    argument,
    call_arguments,
    columns_of,
    models,
    without_numbers,
)
from consilience.validation.imputation_pooling import rubin_pooling
from consilience.validation.model import Answer, Case, NotSupported

Floats = NDArray[np.float64]


def md_pattern(case: Case) -> Answer:
    """Return the patterns of missing values as a table and in its parts."""
    columns = columns_of(case)
    table = _raw(case, columns)
    found = missing_patterns(table)
    inside = np.column_stack([found.observed.astype(int), found.missing])
    below = np.append(found.by_column, found.by_column.sum())
    names = [columns[j] for j in found.columns]
    return Answer(
        values={
            **dict.fromkeys(("patterns", "pattern"), found.observed.astype(int)),
            **dict.fromkeys(("matrix", "md_pattern", "table"), np.vstack([inside, below])),
            **dict.fromkeys(("counts", "count", "n", "freq", "frequency"), found.counts),
            **dict.fromkeys(("n_missing", "row_missing", "missing_per_pattern"), found.missing),
            **dict.fromkeys(("col_missing", "column_missing", "totals"), found.by_column),
            **{
                name: dict(zip(names, found.by_column.tolist(), strict=True))
                for name in ("missing", "nmis", "missing_by_column")
            },
            **dict.fromkeys(("total", "total_missing"), int(found.by_column.sum())),
            **dict.fromkeys(("columns", "variables", "colnames"), names),
            **dict.fromkeys(("n_patterns", "number_of_patterns"), len(found.counts)),
            **dict.fromkeys(("complete", "complete_cases"), _complete(found.missing, found.counts)),
            "fraction_missing": float(np.isnan(table).mean()),
            "ncols": len(names) + 1,
        }
    )


def _complete(missing: NDArray[np.int64], counts: NDArray[np.int64]) -> int:
    return int(counts[missing == 0].sum())


def md_flux(case: Case) -> Answer:
    """Return influx, outflux and the like, by column and as lists."""
    columns = columns_of(case)
    found = flux(_raw(case, columns))
    lists = {
        "pobs": found.observed,
        "influx": found.influx,
        "outflux": found.outflux,
        "ainb": found.inbound,
        "aout": found.outbound,
        "fico": found.incomplete,
    }
    by_column = {
        column: {name: each[place] for name, each in lists.items()}
        for place, column in enumerate(columns)
    }
    return Answer(values={**by_column, **lists})


def md_pairs(case: Case) -> Answer:
    """Return how often two columns are observed or missing together."""
    found = pair_counts(_raw(case, columns_of(case)))
    return Answer(
        values={"rr": found.both, "rm": found.first, "mr": found.second, "mm": found.neither}
    )


def _raw(case: Case, columns: Sequence[str]) -> Floats:
    """Return columns as numbers; text by the number of its level, nan where empty."""
    found = []
    for name in columns:
        if case.is_numeric(name):
            found.append(case.numbers(name))
            continue
        texts = case.texts(name)
        _, place = np.unique(texts, return_inverse=True)
        found.append(np.where(texts == "", np.nan, place.astype(float)))
    return np.column_stack(found)


def chain_convergence(case: Case) -> Answer:
    """Return the diagnostics of chains in long form: columns of chain, iteration and values."""
    held = {name.lower(): name for name in case.columns}
    chain = next((held[name] for name in ("chain", "imp", "m", ".imp") if name in held), None)
    rounds = next((held[name] for name in ("iteration", "it", ".it", "iter") if name in held), None)
    if chain is None or rounds is None:
        raise NotSupported("chains without columns that number chain and iteration")
    values = [name for name in case.columns if name not in (chain, rounds)]
    order = np.lexsort((case.numbers(rounds), case.numbers(chain)))
    m = len(np.unique(case.numbers(chain)))
    found = convergence(case.matrix(values)[order].reshape(m, -1, len(values)))
    lists = {"ac": found.autocorrelation, "psrf": found.rhat, "rhat": found.rhat}
    by_column = {
        column: {name: each[:, place] for name, each in lists.items()}
        for place, column in enumerate(values)
    }
    flat = {name: each[:, 0] for name, each in lists.items()} if len(values) == 1 else {}
    return Answer(values={**by_column, **flat})


def imputation_recovery(case: Case) -> Answer:
    """Impute a table and return means, deviations, correlations and pooled coefficients."""
    inner = without_numbers(case)
    columns = [name for name in columns_of(inner) if not _is_truth(name)]
    found = impute(
        _raw(inner, columns),
        streams=lambda m: stream(
            int(argument(case, "seed") or 1), "validation/imputation", block=m
        ),
        imputations=int(argument(case, "m", "imputations") or 50),
        iterations=int(argument(case, "maxit", "iterations") or 10),
        methods=_methods(case, inner, columns),
        donors=int(argument(case, "donors") or 5),
    )
    compared = compare_imputed(found)
    values: dict[str, Any] = {
        column: {
            **_moments_of(found.values[:, :, place]),
            "observed_mean": compared.observed_mean[place],
            "missing": compared.missing[place],
        }
        for place, column in enumerate(columns)
    }
    for column in columns:
        for name, figure in values[column].items():
            values |= {f"{name}_{column}": figure, f"{column}_{name}": figure}
    target = argument(case, "target", "variable", "outcome", "y")
    if target not in columns:
        gaps = found.missing.sum(axis=0)
        target = columns[int(np.argmax(gaps))]
    lists = {
        "means": [values[column]["mean"] for column in columns],
        "sds": [values[column]["sd"] for column in columns],
        "columns": columns,
    }
    return Answer(
        values={**values, **values[target], **lists, **_model_of(case, columns, found.values)}
    )


def _is_truth(name: str) -> bool:
    return name.lower().endswith(("_true", "_full", "_complete", ".true", ".full", ".complete"))


def _methods(case: Case, inner: Case, columns: Sequence[str]) -> list[str]:
    said = argument(case, "method", "methods") or call_arguments(case.call, "mice").get("method")
    named = str(said or "pmm").strip("\"'").lower()
    number = named if named in ("pmm", "norm") else "pmm"
    return [number if inner.is_numeric(column) else "polytomous" for column in columns]


def _moments_of(column: Floats) -> dict[str, float]:
    """Return mean and deviation of a column, (m, n), over imputations."""
    n = column.shape[1]
    found = pool(column.mean(axis=1), column.var(axis=1, ddof=1) / n, complete_df=n - 1)
    return {
        "mean": float(found.estimate),
        "sd": float(np.sqrt(column.var(axis=1, ddof=1).mean())),
        "var": float(column.var(axis=1, ddof=1).mean()),
        "se": float(found.se),
        "df": float(found.df),
        "fmi": float(found.fmi),
        "low": float(found.low),
        "high": float(found.high),
    }


def _model_of(case: Case, columns: Sequence[str], tables: Floats) -> dict[str, Any]:
    """Return pooled coefficients of the model that a case names, if it names one."""
    try:
        full = models(case)[0]
    except NotSupported:
        return {}
    m, n = tables.shape[:2]
    cells = {
        name: [repr(float(cell)) for cell in tables[:, :, place].ravel()]
        for place, name in enumerate(columns)
    }
    numbered = [str(each) for each in np.repeat(np.arange(1, m + 1), n)]
    inner = Case(
        id=case.id,
        statistic="rubin_pooling",
        data=case.data,
        columns={**cells, "imp": numbered},
        args={"model": full},
        expected=case.expected,
        tolerance=case.tolerance,
        call="",
        packages=(),
        note="",
    )
    found = rubin_pooling(inner).values
    flat = {term: found["estimate"][place] for place, term in enumerate(found["term"])}
    named = {"intercept": flat["(Intercept)"], "coefficients": found["estimate"]}
    if len(flat) > 1:
        named |= dict.fromkeys(("slope", "beta"), found["estimate"][1])
    return {**found, **flat, **named, **{f"coef_{term}": value for term, value in flat.items()}}
