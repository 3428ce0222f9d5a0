"""Cases of pooling over imputed data sets: coefficients, tests, shares, correlations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.imputation.pooled_coefficients import (
    PooledCoefficient,
    pool_alpha,
    pool_correlation,
    pool_r2,
)
from consilience.stats.imputation.pooled_statistic import pool_any
from consilience.stats.imputation.pooled_tests import (
    PooledTest,
    compare_models,
    pool_chi2,
    pool_wald,
)
from consilience.stats.imputation.pooling import Pooled, barnard_rubin, pool, pool_scalar
from consilience.stats.regression import LinearModel
from consilience.validation.imputation_input import (
    argument,
    call_arguments,
    columns_of,
    family,
    fits_of,
    imputation_of_row,
    models,
    numbers,
    plain_columns,
    sets_of,
)
from consilience.validation.model import Answer, Case, NotSupported

Floats = NDArray[np.float64]

_ESTIMATES: Final = ("q", "qhat", "estimates", "estimate", "est", "theta")
_VARIANCES: Final = ("u", "uhat", "variances", "variance", "var")
_ERRORS: Final = ("se", "ses", "std.error", "standard_errors")


def rubin_pooling(case: Case) -> Answer:
    """Return pooled coefficients of a model, or pooled numbers where a case gives numbers."""
    given = _given(case)
    if given is not None:
        return _scalar(case, *given)
    variable = argument(case, "variable", "outcome", "y", "value", "column")
    if variable not in case.columns and "pool.scalar" in case.call:
        # Means and their variances typed out: pool.scalar(tapply(x, imp, mean), var(x) / n).
        named = re.findall(r"\b(?:var|tapply|mean)\(\s*(?:\w+\$)?([\w.]+)", case.call)
        variable = next((name for name in named if name in plain_columns(case)), variable)
    sets = sets_of(case, f"{variable} ~ 1" if variable in case.columns else models(case)[0])
    fits = fits_of(case, sets)
    found = pool(
        np.array([fit.coefficients for fit in fits]),
        np.array([np.diagonal(fit.covariance) for fit in fits]),
        complete_df=_complete_df(case, fits[0].residual_df),
        rule=_rule(case),
        level=_level(case),
    )
    terms = ["(Intercept)", *sets.names]
    columns = _pooled(found)
    by_term = {
        term: {name: each[place] for name, each in columns.items() if np.ndim(each)}
        for place, term in enumerate(terms)
    }
    return Answer(values={**by_term, "term": terms, "terms": terms, **columns})


def rubin_scalar(case: Case) -> Answer:
    """Return pooled numbers, from arguments, call or columns; a pooled mean if there are none."""
    given = _given(case)
    return rubin_pooling(case) if given is None else _scalar(case, *given)


def _scalar(case: Case, estimates: Floats, variances: Floats) -> Answer:
    called = call_arguments(case.call, "pool.scalar")
    n, k = (
        _number(argument(case, name) if argument(case, name) is not None else called.get(name))
        for name in ("n", "k")
    )
    dfcom = _number(argument(case, "dfcom", "complete_df", "df_com"))
    rule, level = _rule(case), _level(case)
    if dfcom is not None:
        found = pool(estimates, variances, complete_df=dfcom, rule=rule, level=level)
    else:
        found = pool_scalar(
            estimates, variances, n=n or np.inf, k=1 if k is None else k, rule=rule, level=level
        )
    values = {name: each.item() for name, each in _pooled(found).items() if np.ndim(each) == 0}
    given = dict.fromkeys(("qhat", "q"), estimates)
    return Answer(values={**values, **given, "u": variances})


def _given(case: Case) -> tuple[Floats, Floats] | None:
    """Return estimates and variances where a case gives them as numbers."""
    called = call_arguments(case.call, "pool.scalar")
    q = numbers(argument(case, *_ESTIMATES))
    u, se = numbers(argument(case, *_VARIANCES)), numbers(argument(case, *_ERRORS))
    if q is None:
        q, u = numbers(called.get("q", called.get("0"))), numbers(called.get("u", called.get("1")))
    if q is None or (u is None and se is None):
        # What the call leaves to objects, such as `U`, the columns give.
        held = {name.lower(): name for name in case.columns}
        q, u, se = (
            next((case.numbers(held[name]) for name in names if name in held), known)
            for names, known in ((_ESTIMATES, q), (_VARIANCES, u), (_ERRORS, se))
        )
    if q is None or (u is None and se is None):
        return None
    spread = u if u is not None else np.asarray(se) ** 2
    return q, np.broadcast_to(spread, q.shape) if len(spread) == 1 else spread


def _pooled(found: Pooled) -> dict[str, Any]:
    return {
        "m": np.full(found.estimate.shape, found.m),
        "estimate": found.estimate,
        "qbar": found.estimate,
        "ubar": found.ubar,
        "b": found.b,
        "t": found.t,
        "dfcom": found.dfcom,
        "df": found.df,
        "riv": found.riv,
        "r": found.riv,
        "lambda": found.share_missing,
        "fmi": found.fmi,
        "se": found.se,
        "std.error": found.se,
        "statistic": found.statistic,
        "p": found.p,
        "p.value": found.p,
        "low": found.low,
        "high": found.high,
        "lower": found.low,
        "upper": found.high,
        "ci_low": found.low,
        "ci_high": found.high,
        "2.5 %": found.low,
        "97.5 %": found.high,
        "conf.low": found.low,
        "conf.high": found.high,
    }


def _number(value: object) -> float | None:
    found = numbers(value)
    return None if found is None or len(found) != 1 else float(found[0])


def _complete_df(case: Case, residual: float) -> float:
    named = argument(case, "dfcom", "df.com", "complete_df", "df_com")
    if named is None:
        for function in ("D1", "D3", "pool"):
            named = named or call_arguments(case.call, function).get("dfcom")
    found = _number(named)
    return residual if found is None else found


def _rule(case: Case) -> str:
    said = f"{argument(case, 'rule') or ''} {case.call}".lower()
    return "reiter2003" if "reiter2003" in said or ".syn(" in said else "rubin1987"


def _level(case: Case) -> float:
    return float(argument(case, "conf.level", "conf_level", "level") or 0.95)


def pooled_wald(case: Case) -> Answer:
    """Return D1: the Wald test of what a model has more than the one nested in it."""
    full, null = models(case)
    sets, nested = sets_of(case, full), sets_of(case, null)
    fits = fits_of(case, sets)
    tested = _tested(sets.names, nested.names)
    found = pool_wald(
        np.array([fit.coefficients[tested] for fit in fits]),
        np.array([fit.covariance[np.ix_(tested, tested)] for fit in fits]),
        complete_df=_complete_df(case, fits[0].residual_df),
    )
    return _test(case, found, len(fits), fits[0].residual_df)


_CHI2: Final = ("chi2", "chisq", "chi_square", "chi.square")


def pooled_chi2(case: Case) -> Answer:
    """Return D2: the test by chi-squares, given or of the models' Wald or likelihood tests."""
    given = numbers(argument(case, *_CHI2, "d", "statistics", "dhat", "statistic"))
    df = _number(argument(case, "df", "k", "df1"))
    if given is None and df is not None:
        held = next((name for name in _CHI2 if name in case.columns), None)
        given = case.numbers(held) if held else None
    if given is not None and df is not None:
        return _test(case, pool_chi2(given, df=int(df)), len(given), np.nan)
    full, null = models(case)
    sets, nested = sets_of(case, full), sets_of(case, null)
    fits, below = fits_of(case, sets), fits_of(case, nested)
    tested = _tested(sets.names, nested.names)
    said = f"{argument(case, 'use') or ''} {call_arguments(case.call, 'D2').get('use', '')}"
    if "likelihood" in said.lower():
        chi2 = [2 * (one.loglik - other.loglik) for one, other in zip(fits, below, strict=True)]
    else:
        chi2 = [
            float(q @ np.linalg.solve(fit.covariance[np.ix_(tested, tested)], q))
            for fit in fits
            for q in [fit.coefficients[tested]]
        ]
    return _test(case, pool_chi2(chi2, df=len(tested)), len(fits), fits[0].residual_df)


def pooled_likelihood(case: Case) -> Answer:
    """Return D3: the likelihood ratio test of a model against the one nested in it."""
    full, null = models(case)
    sets, nested = sets_of(case, full), sets_of(case, null)
    found = compare_models(
        sets.y,
        sets.columns,
        nested.columns,
        kind=family(case),
        constant=str(argument(case, "constant") or "free"),
    )
    rows, parameters = sets.y.shape[1], len(sets.names) + 1
    return _test(case, found, len(sets.y), rows - parameters)


def pooled_test(case: Case) -> Answer:
    """Return D1, D2 or D3, whichever arguments or call name."""
    said = f"{argument(case, 'method', 'test', 'statistic') or ''} {case.call}"
    for name, which in (("D2", pooled_chi2), ("D3", pooled_likelihood), ("D1", pooled_wald)):
        if name in said:
            return which(case)
    raise NotSupported("a pooled test that is not D1, D2 or D3")


def _tested(full: Sequence[str], null: Sequence[str]) -> list[int]:
    return [place + 1 for place, name in enumerate(full) if name not in null]


def _test(case: Case, found: PooledTest, m: int, dfcom: float) -> Answer:
    values = {
        **dict.fromkeys(("F", "F.value", "statistic", "test_statistic"), found.statistic),
        **dict.fromkeys(("df1", "k"), found.df1),
        "df2": found.df2,
        **dict.fromkeys(("p", "P(>F)", "p.value", "p_value"), found.p),
        **dict.fromkeys(("riv", "r", "RIV"), found.riv),
        "m": m,
        "dfcom": _complete_df(case, dfcom),
    }
    return Answer(values=values)


def pooled_r2(case: Case) -> Answer:
    """Return the pooled share of explained variance, adjusted if the case says so."""
    given = numbers(argument(case, "r2", "r.squared", "rsquared", "shares"))
    n = _number(argument(case, "n"))
    if given is not None and n is not None:
        return _coefficient(pool_r2(given, n=n))
    said = f"{argument(case, 'adjusted')} {call_arguments(case.call, 'pool.r.squared')}".lower()
    adjusted = "true" in said or "'t'" in said or "adj" in case.statistic.lower()
    fits = [
        fit for fit in fits_of(case, sets_of(case, models(case)[0])) if isinstance(fit, LinearModel)
    ]
    if not fits:
        raise NotSupported("an explained share of a model that is not linear")
    shares = [fit.adjusted_r_squared if adjusted else fit.r_squared for fit in fits]
    return _coefficient(pool_r2(shares, n=fits[0].rows))


def _coefficient(found: PooledCoefficient) -> Answer:
    ends = {
        **dict.fromkeys(("low", "lower", "ci_low", "lo 95", "lo95", "lo"), found.low),
        **dict.fromkeys(("high", "upper", "ci_high", "hi 95", "hi95", "hi"), found.high),
    }
    scaled = {
        "z": found.scaled.estimate,
        "z_se": found.scaled.se,
        "se_z": found.scaled.se,
        "df": found.scaled.df,
        "riv": found.scaled.riv,
        "p": found.scaled.p,
    }
    names = ("est", "estimate", "r", "alpha", "r2", "r.squared", "pooled")
    return Answer(
        values={**dict.fromkeys(names, found.estimate), **ends, "fmi": found.fmi, **scaled}
    )


def pooled_correlation(case: Case) -> Answer:
    """Return a pooled correlation of two columns, or of numbers given."""
    given = numbers(argument(case, "r", "correlations", "correlation"))
    n = _number(argument(case, "n"))
    if given is None:
        tables = _tables(case, columns_of(case))
        if tables.shape[2] != 2:
            raise NotSupported("a correlation of other than two columns")
        given = np.array([np.corrcoef(table.T)[0, 1] for table in tables])
        n = float(tables.shape[1])
    return _coefficient(pool_correlation(given, n=n or np.inf, level=_level(case)))


def pooled_alpha(case: Case) -> Answer:
    """Return Cronbach's alpha pooled over imputations, from items or numbers given."""
    given = numbers(argument(case, "alphas", "alpha"))
    n, items = _number(argument(case, "n")), _number(argument(case, "k", "n_items"))
    if given is None or n is None or items is None:
        tables = _tables(case, columns_of(case))
        given = np.array([_alpha(table) for table in tables])
        n, items = float(tables.shape[1]), float(tables.shape[2])
    return _coefficient(pool_alpha(given, n=n, items=items, level=_level(case)))


def _alpha(table: Floats) -> float:
    k = table.shape[1]
    whole = float(table.sum(axis=1).var(ddof=1))
    return k / (k - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / whole) if whole else np.nan


def pooled_mean(case: Case) -> Answer:
    """Return pooled means of columns, by column and as lists."""
    found = pool_any(
        lambda table: (table.mean(axis=0), table.var(axis=0, ddof=1) / len(table)),
        _tables(case, columns := columns_of(case)),
        complete_df=_complete_df(case, _rows(case) - 1),
        level=_level(case),
    )
    figures = _pooled(found)
    if len(columns) == 1:
        return Answer(values={name: each[0] for name, each in figures.items()})
    by_column = {
        column: {name: each[place] for name, each in figures.items()}
        for place, column in enumerate(columns)
    }
    return Answer(values={**by_column, "term": columns, **figures})


def _rows(case: Case) -> int:
    return int(np.bincount(imputation_of_row(case) + 1)[1:].max())


def _tables(case: Case, columns: Sequence[str]) -> Floats:
    of_row = imputation_of_row(case)
    order = np.argsort(of_row, kind="stable")[np.count_nonzero(of_row < 0) :]
    m, rows = int(of_row.max()) + 1, _rows(case)
    if len(order) != m * rows:
        raise NotSupported("imputations of different numbers of rows")
    return case.matrix(columns)[order].reshape(m, rows, -1)


def barnard_rubin_df(case: Case) -> Answer:
    """Return degrees of freedom, from lambda or from the variances within and between."""
    m = int(_number(argument(case, "m")) or 0)
    shares = numbers(argument(case, "lambda", "share"))
    if shares is None:
        ubar = numbers(argument(case, "ubar", "u", "w"))
        b = numbers(argument(case, "b"))
        if ubar is None or b is None or not m:
            raise NotSupported("degrees of freedom without lambda, or m, ubar and b")
        shares = (1 + 1 / m) * b / (ubar + (1 + 1 / m) * b)
    named = numbers(argument(case, "dfcom", "complete_df", "df_com"))
    df = barnard_rubin(m, shares, np.inf if named is None else named)
    return Answer(values=dict.fromkeys(("df", "nu", "df_br"), df))
