"""Chained equations: what must hold whatever is drawn, and that the truth is found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.imputation import impute as impute_module
from consilience.stats.imputation.draws import category_draw, match_donors, normal_draw
from consilience.stats.imputation.impute import impute
from consilience.stats.imputation.pooling import pool


def streams(seed=1, first=0):
    return lambda number: stream(seed, "tests/impute", block=number + first)


def gapped(seed, rows=60, columns=4, share=0.2):
    rng = stream(seed, "tests/gapped")
    table = rng.normal(size=(rows, columns)) @ rng.normal(size=(columns, columns))
    table[rng.random(table.shape) < share] = np.nan
    return table


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["pmm", "norm"]), st.integers(2, 30))
def test_what_was_observed_stays_and_what_was_not_is_filled(seed, method, rows):
    table = gapped(seed, rows=rows)
    found = impute(table, streams=streams(seed), imputations=3, iterations=2, methods=method)
    there = ~np.isnan(table)
    for values in found.values:
        assert (values[there] == table[there]).all()
    empty = np.isnan(table).all(axis=0)
    assert not np.isnan(found.values[:, :, ~empty]).any()
    assert np.isnan(found.values[:, :, empty]).all()
    assert (found.missing == np.isnan(table)).all()
    if method == "pmm":
        for j in np.flatnonzero(~empty):
            assert np.isin(found.values[:, :, j], table[there[:, j], j]).all()


def test_same_seed_same_bytes_and_no_matter_where_computed(monkeypatch):
    table = gapped(4)
    options = {"iterations": 3, "methods": ["pmm", "norm", "pmm", "pmm"]}
    whole = impute(table, streams=streams(), imputations=5, **options)
    again = impute(table, streams=streams(), imputations=5, **options)
    assert whole.values.tobytes() == again.values.tobytes()
    parts = [
        impute(table, streams=streams(first=first), imputations=count, **options)
        for first, count in ((0, 1), (1, 4))
    ]
    assert np.concatenate([part.values for part in parts]).tobytes() == whole.values.tobytes()
    assert np.concatenate([part.means for part in parts]).tobytes() == whole.means.tobytes()
    monkeypatch.setattr(impute_module, "_AT_ONCE", 1)
    one_by_one = impute(table, streams=streams(), imputations=5, **options)
    assert one_by_one.values.tobytes() == whole.values.tobytes()
    other = impute(table, streams=streams(2), imputations=5, **options)
    assert other.values.tobytes() != whole.values.tobytes()


def test_a_complete_table_stays_whatever_the_order_of_columns():
    table = stream(1, "tests/complete").normal(size=(9, 3))
    found = impute(table, streams=streams(), imputations=2)
    turned = impute(table[:, ::-1], streams=streams(), imputations=2)
    assert (found.values == table).all()
    assert (turned.values[:, :, ::-1] == found.values).all()
    assert np.isnan(found.means).all()
    assert found.warnings == ()


@pytest.mark.parametrize("method", ["pmm", "norm"])
def test_the_truth_is_found_where_missing_depends_on_what_is_seen(method):
    rng = stream(11, "tests/mar")
    x = rng.normal(size=1500)
    y = 2 + x + rng.normal(size=1500)
    gaps = rng.random(1500) < 1 / (1 + np.exp(0.5 - 2 * x))
    table = np.column_stack([x, np.where(gaps, np.nan, y)])
    found = impute(table, streams=streams(), imputations=20, iterations=2, methods=method)
    column = found.values[:, :, 1]
    pooled = pool(column.mean(axis=1), column.var(axis=1, ddof=1) / 1500, complete_df=1499)
    assert abs(np.nanmean(table[:, 1]) - y.mean()) > 0.4
    assert abs(pooled.estimate - y.mean()) < 0.1
    assert 0.02 < pooled.fmi < 0.8
    spread = np.array([np.polyfit(x, each, 1) for each in column])
    assert abs(spread[:, 0].mean() - 1) < 0.1
    # The residual variance is kept, as a filled-in mean would not.
    rest = column - (spread[:, :1] * x + spread[:, 1:])
    assert rest.var() == pytest.approx(1, abs=0.15)


def test_a_normal_draw_has_the_posterior_it_should():
    rng = stream(2, "tests/draw")
    X = np.column_stack([np.ones(40), rng.normal(size=40)])
    y = X @ [1.0, 2.0] + rng.normal(size=40)
    many = 4000
    found = normal_draw(
        y, np.repeat(X[None], many, axis=0), [stream(2, "tests/b", block=b) for b in range(many)]
    )
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    rest = ((y - X @ best) ** 2).sum()
    assert found.best[0] == pytest.approx(best, abs=1e-3)
    # E(1 / chi2) with 38 degrees of freedom is 1 / 36.
    expected = np.linalg.inv(X.T @ X) * rest / 36
    assert np.cov(found.drawn.T) == pytest.approx(expected, rel=0.1, abs=2e-3)
    assert (found.sigma**2).mean() == pytest.approx(rest / 36, rel=0.03)


def test_donors_are_the_nearest_each_as_likely():
    observed = np.array([[0.0, 10, 11, 12, 13, 14, 30, 40]])
    many = 6000
    rng = [stream(7, "tests/donors")]
    found = match_donors(observed, np.full((1, many), 12.1), donors=5, generators=rng)
    counts = np.bincount(found[0], minlength=8)
    assert counts[[0, 6, 7]].tolist() == [0, 0, 0]
    assert (np.abs(counts[1:6] / many - 0.2) < 0.03).all()
    edge = match_donors(observed, np.full((1, 50), 99.0), donors=2, generators=rng)
    assert set(edge[0].tolist()) == {6, 7}
    one = match_donors(observed, np.array([[9.0, 34, 36]]), donors=1, generators=rng)
    assert one.tolist() == [[1, 6, 7]]


def test_rows_with_equal_predictions_are_all_donors():
    observed = np.array([[1.0] * 20 + [2.0] * 20])
    found = match_donors(
        observed, np.full((1, 2000), 1.2), donors=5, generators=[stream(7, "tests/ties")]
    )
    counts = np.bincount(found[0], minlength=40)
    assert counts[20:].sum() == 0
    assert (counts[:20] > 50).all()


def test_categories_follow_their_chances():
    rng = stream(9, "tests/categories")
    codes = rng.choice(3, size=600, p=[0.2, 0.5, 0.3])
    X = np.ones((1, 600, 1))
    found = category_draw(
        codes, X, np.ones((1, 6000, 1)), categories=3, generators=[stream(9, "tests/c")]
    )
    shares = np.bincount(found.codes[0], minlength=3) / 6000
    assert shares == pytest.approx(np.bincount(codes) / 600, abs=0.06)
    assert found.settled


def test_two_values_and_categories_without_order():
    rng = stream(21, "tests/mixed")
    role = rng.integers(3, size=300) * 10.0
    score = (role == 20) * 2 + rng.normal(size=300)
    stays = (rng.random(300) < 1 / (1 + np.exp(-score))) + 1.0
    table = np.column_stack([role, score, stays])
    whole = table.copy()
    table[rng.random(table.shape) < 0.15] = np.nan
    found = impute(
        table,
        streams=streams(),
        imputations=10,
        iterations=5,
        methods=["polytomous", "pmm", "logit"],
    )
    assert set(np.unique(found.values[:, :, 0])) == {0, 10, 20}
    assert set(np.unique(found.values[:, :, 2])) == {1, 2}
    of_twenty = found.values[:, :, 1][found.values[:, :, 0] == 20].mean()
    assert of_twenty == pytest.approx(whole[whole[:, 0] == 20, 1].mean(), abs=0.25)
    gaps = found.missing[:, 0] & (whole[:, 1] > 2)
    assert (found.values[:, gaps, 0] == 20).mean() > 0.6
    assert found.warnings == ()


def test_parted_categories_stay_finite():
    x = np.linspace(-2, 2, 40)
    y = np.where(x > 0, 1.0, 0.0)
    y[[3, 36]] = np.nan
    found = impute(np.column_stack([x, y]), streams=streams(), methods=["pmm", "logit"])
    assert found.values[:, 3, 1].mean() < 0.1
    assert found.values[:, 36, 1].mean() > 0.9


def test_columns_that_say_nothing_are_named():
    nan = np.nan
    table = np.array([[1.0, 5, nan, 2], [2, nan, nan, 4], [nan, 5, nan, 6], [4, 5, nan, 8]])
    table = np.vstack([table, [[5, 5, nan, 10], [7, 5, nan, 14], [6, 5, nan, 12]]])
    found = impute(table, streams=streams(), imputations=2, iterations=2)
    codes = [(fault.code, fault.values["column"]) for fault in found.warnings]
    assert codes == [("STA-071", 2), ("STA-072", 1), ("STA-072", 0)]
    assert (found.values[:, 1, 1] == 5).all()
    assert np.isnan(found.values[:, :, 2]).all()
    few = impute(table[:4, [0, 3]], streams=streams(), imputations=2, iterations=2)
    assert ("STA-073", 0) in [(fault.code, fault.values["column"]) for fault in few.warnings]


def test_a_sum_is_imputed_from_its_parts():
    rng = stream(3, "tests/sum")
    parts = rng.normal(size=(50, 2))
    table = np.column_stack([parts, parts.sum(axis=1)])
    table[:6, 2] = np.nan
    found = impute(table, streams=streams(), imputations=3, iterations=2, methods="norm")
    assert found.values[:, :6, 2] == pytest.approx(np.tile(parts[:6].sum(axis=1), (3, 1)), abs=0.01)
    assert [fault.code for fault in found.warnings] == ["STA-072"]


def test_who_predicts_whom_and_in_what_order():
    table = gapped(8, rows=200)
    table[:, 0] = np.where(np.isnan(table[:, 0]), 0, table[:, 0])
    nobody = np.zeros((4, 4))
    alone = impute(
        table, streams=streams(), imputations=40, iterations=1, methods="norm", predictors=nobody
    )
    gaps = alone.missing[:, 1]
    apart = np.corrcoef(alone.values[:, gaps, 1].mean(axis=0), table[gaps, 0])[0, 1]
    together = impute(table, streams=streams(), imputations=40, iterations=3, methods="norm")
    joined = np.corrcoef(together.values[:, gaps, 1].mean(axis=0), table[gaps, 0])[0, 1]
    whole = ~np.isnan(table[:, 1])
    assert abs(apart) < 0.35
    assert abs(joined - np.corrcoef(table[whole, 1], table[whole, 0])[0, 1]) < 0.5
    kept = impute(table, streams=streams(), imputations=2, methods=["pmm", "none", "pmm", "pmm"])
    assert np.isnan(kept.values[:, gaps, 1]).all()
    assert not np.isnan(kept.values[:, :, 2]).any()
    orders = ["right to left", "fewest missing first", "most missing first", [2, 1, 3]]
    for order in orders:
        turned = impute(table, streams=streams(), imputations=2, iterations=1, visits=order)
        assert not np.isnan(turned.values).any()
    left_out = impute(table, streams=streams(), imputations=2, iterations=3, visits=[2, 3])
    assert not np.isnan(left_out.values).any()
    assert (left_out.means[:, 0, 1] == left_out.means[:, 2, 1]).all()


def test_means_and_deviations_of_the_last_round_are_those_of_the_values():
    table = gapped(5)
    found = impute(table, streams=streams(), imputations=4, iterations=3)
    for j in range(4):
        drawn = found.values[:, found.missing[:, j], j]
        assert found.means[:, -1, j] == pytest.approx(drawn.mean(axis=1))
        assert found.sds[:, -1, j] == pytest.approx(drawn.std(axis=1, ddof=1))


def test_small_and_wide_tables():
    wide = gapped(6, rows=6, columns=12)
    found = impute(wide, streams=streams(), imputations=2, iterations=2)
    assert found.values.shape == (2, 6, 12)
    one = impute([[1.0], [np.nan], [3.0]], streams=streams(), imputations=50, iterations=1)
    assert set(one.values[:, 1, 0].tolist()) == {1, 3}
    assert np.isnan(one.sds).all()
    nothing = impute(np.full((3, 2), np.nan), streams=streams(), imputations=1)
    assert np.isnan(nothing.values).all()


def test_an_unsettled_model_is_said(monkeypatch):
    from consilience.stats.imputation import draws

    monkeypatch.setattr(draws, "ROUNDS", 1)
    x = np.linspace(-1, 1, 30)
    y = (np.arange(30) % 3 > 0).astype(float)
    y[4] = np.nan
    found = impute(np.column_stack([x, y]), streams=streams(), methods=["pmm", "logit"])
    assert [fault.code for fault in found.warnings] == ["STA-005"]


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("STA-001", {"methods": "mean"}),
        ("STA-001", {"visits": "at random"}),
        ("STA-002", {"methods": ["pmm"]}),
        ("STA-002", {"predictors": [[1]]}),
        ("STA-003", {"imputations": 0}),
        ("STA-003", {"iterations": 0}),
        ("STA-003", {"donors": 0}),
        ("STA-003", {"visits": [9]}),
        ("STA-003", {"methods": "logit"}),
    ],
)
def test_what_does_not_fit_is_said(code, options):
    with pytest.raises(Fault) as caught:
        impute(gapped(1), streams=streams(), **options)
    assert caught.value.code == code
    with pytest.raises(Fault) as shape:
        impute([1.0, 2], streams=streams())
    assert shape.value.code == "STA-002"
