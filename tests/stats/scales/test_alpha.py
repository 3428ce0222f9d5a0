import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.scales.alpha import (
    alpha_of_covariance,
    alpha_standard_error,
    cronbach_alpha,
    feldt_interval,
    spearman_brown,
    unique_shares,
)
from consilience.stats.scales.items import item_statistics

NAN = float("nan")
# Five people, three items; R 4.2.2, psych 2.2.9, alpha(x) and alpha.ci.
SMALL = np.array([[4, 5, 4], [2, 3, 2], [5, 4, 4], [1, 2, 3], [3, 3, 3]], dtype=float)


def people(seed, n=60, k=5, gaps=0.0):
    rng = np.random.Generator(np.random.Philox(seed))
    table = np.round(rng.normal(size=(n, 1)) + rng.normal(size=(n, k)), 2)
    table[rng.random(table.shape) < gaps] = NAN
    return table


def test_the_figures_of_psych():
    found = cronbach_alpha(SMALL)
    assert (found.n, found.items) == (5, 3)
    assert found.alpha == pytest.approx(0.875)
    assert found.standardised == pytest.approx(0.9030824, abs=1e-7)
    assert found.lambda6 == pytest.approx(0.8723988, abs=1e-7)
    assert found.average_r == pytest.approx(0.7564548, abs=1e-7)
    assert found.median_r == pytest.approx(0.7559289, abs=1e-7)
    assert found.s_n == pytest.approx(9.318042, abs=1e-6)
    assert found.ase == pytest.approx(0.0719457, abs=1e-7)
    assert (found.low, found.high) == pytest.approx((0.3684210, 0.9860795), abs=1e-7)
    assert feldt_interval(0.8, n=50, items=5) == pytest.approx((0.6966335, 0.8758676), abs=1e-7)


def test_the_items_of_psych():
    found = item_statistics(SMALL, points=[1, 2, 3, 4, 5, 6])
    assert found.r_drop == pytest.approx([0.8703883, 0.8269231, 0.7562763], abs=1e-7)
    assert found.r_cor == pytest.approx([0.9151618, 0.8625984, 0.7867628], abs=1e-7)
    assert found.r_total == pytest.approx([0.9622504, 0.9207369, 0.8546867], abs=1e-7)
    assert found.r_standardised == pytest.approx([0.9425659, 0.9154164, 0.8876923], abs=1e-7)
    assert found.alpha_drop == pytest.approx([0.7878788, 0.7692308, 0.8823529], abs=1e-7)
    assert found.standardised_drop == pytest.approx([0.8105045, 0.8610017, 0.9083269], abs=1e-7)
    assert found.ase_drop == pytest.approx([0.17431727, 0.14311700, 0.09023118], abs=1e-7)
    assert found.frequencies[0].tolist() == [1, 1, 1, 1, 1, 0]
    assert found.floor.tolist() == [0.2, 0, 0]
    assert found.ceiling.tolist() == [0, 0, 0]
    # Mean 3, sd sqrt(2.5), t(0.975, 4) = 2.776445.
    half = 2.776445 * np.sqrt(2.5 / 5)
    assert (found.mean_low[0], found.mean_high[0]) == pytest.approx((3 - half, 3 + half))
    z = np.arctanh(found.r_drop[0])
    assert found.r_drop_low[0] == pytest.approx(np.tanh(z - 1.959964 / np.sqrt(2)), abs=1e-6)
    assert found.r_drop_high[0] == pytest.approx(np.tanh(z + 1.959964 / np.sqrt(2)), abs=1e-6)
    assert found.skew[0] == pytest.approx(0)
    assert found.kurtosis[0] == pytest.approx(6.8 / 2.5**2 - 3)
    assert found.other.tolist() == [0, 0, 0]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_of_people_and_items_and_direction_do_not_matter(seed, chance):
    table = people(seed, n=chance.randint(3, 20), k=chance.randint(2, 6), gaps=0.05)
    rows = chance.sample(range(len(table)), len(table))
    items = chance.sample(range(table.shape[1]), table.shape[1])
    for missing in ("complete", "pairwise"):
        found = cronbach_alpha(table, missing=missing)
        for other in (table[rows][:, items], 7 - table, table * 3 + 2):
            again = cronbach_alpha(other, missing=missing)
            for name in ("alpha", "standardised", "average_r", "ase", "low", "high"):
                assert getattr(again, name) == pytest.approx(
                    getattr(found, name), rel=1e-6, abs=1e-6, nan_ok=True
                )


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_standardised_items_have_the_standardised_alpha(seed, k):
    table = people(seed, k=k)
    z = (table - table.mean(axis=0)) / table.std(axis=0)
    assert cronbach_alpha(z).alpha == pytest.approx(cronbach_alpha(table).standardised)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(2, 9), st.floats(0.1, 10))
def test_alpha_of_parallel_items_is_spearman_brown(r, k, variance):
    covariance = variance * (np.full((k, k), r) + (1 - r) * np.eye(k))
    found = alpha_of_covariance(covariance, n=100)
    assert found.alpha == pytest.approx(float(spearman_brown(r, factor=k)))
    assert found.lambda6 <= 1


def test_alpha_if_dropped_is_alpha_without_the_item():
    table = people(5, gaps=0.03)
    for missing in ("complete", "pairwise"):
        used = table if missing == "pairwise" else table[~np.isnan(table).any(axis=1)]
        found = item_statistics(table, missing=missing)
        for item in range(table.shape[1]):
            left = np.delete(used, item, axis=1)
            other = cronbach_alpha(
                left, missing=missing, n=cronbach_alpha(table, missing=missing).n
            )
            assert found.alpha_drop[item] == pytest.approx(other.alpha)
            assert found.ase_drop[item] == pytest.approx(other.ase)
    whole = table[~np.isnan(table).any(axis=1)]
    rest = np.delete(whole, 2, axis=1).sum(axis=1)
    expected = np.corrcoef(whole[:, 2], rest)[0, 1]
    assert item_statistics(table).r_drop[2] == pytest.approx(expected)


def test_an_item_that_does_not_vary():
    table = np.column_stack([SMALL, np.full(5, 0.1)])
    found = cronbach_alpha(table)
    assert found.dropped == (3,)
    assert found.alpha == pytest.approx(0.875)
    kept = cronbach_alpha(table, constant="keep")
    assert kept.items == 4
    assert kept.alpha == pytest.approx(4 / 3 * (2 / 3 * 0.875))
    assert np.isnan(kept.standardised)
    items = item_statistics(table)
    assert np.isnan([items.r_drop[3], items.r_cor[3], items.skew[3], items.r_total[3]]).all()
    assert items.alpha_drop[3] == pytest.approx(0.875)
    assert items.sd[3] == 0
    assert items.mean_low[3] == items.mean[3] == 0.1


@pytest.mark.parametrize(
    "table",
    [
        np.empty((0, 3)),
        np.full((4, 3), NAN),
        np.full((4, 3), 2.0),
        [[1.0, 2.0, 3.0]],
        [[1.0], [2.0], [3.0]],
        [[1, NAN], [NAN, 2], [2, NAN]],
        [[1, 5], [2, 4], [4, 2]],
        np.empty((3, 0)),
    ],
)
@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_what_has_no_alpha_is_missing_and_never_warns(table, missing):
    found = cronbach_alpha(table, missing=missing)
    assert np.isnan([found.alpha, found.ase, found.low, found.high]).all()
    items = item_statistics(table, missing=missing)
    assert np.isnan(items.alpha_drop).all()
    assert items.frequencies.shape == (np.shape(table)[1], len(items.points))


def test_perfect_and_negative_consistency():
    perfect = cronbach_alpha([[1, 1], [2, 2], [3, 3]])
    assert (perfect.alpha, perfect.low, perfect.high, perfect.ase) == pytest.approx((1, 1, 1, 0))
    assert np.isnan(perfect.s_n)
    assert np.isnan(perfect.lambda6)
    assert np.isnan(item_statistics([[1, 1], [2, 2], [3, 3]]).r_cor).all()
    two_people = cronbach_alpha([[1.0, 0.2], [1.3, 0.1]])
    assert two_people.ase == 0
    against = cronbach_alpha([[1, 3], [2, 1], [3, 2], [4, 2]])
    assert against.alpha < 0
    assert against.low < against.alpha < against.high


def test_the_standard_error_is_that_of_simulated_samples():
    rng = np.random.Generator(np.random.Philox(8))
    n, k = 200, 4
    found = [cronbach_alpha(rng.normal(size=(n, 1)) + rng.normal(size=(n, k))) for _ in range(400)]
    population = np.ones((k, k)) + np.eye(k)
    spread = np.std([each.alpha for each in found])
    assert alpha_standard_error(population, n=n) == pytest.approx(spread, rel=0.1)
    covered = np.mean([each.low <= 0.8 <= each.high for each in found])
    assert 0.92 < covered < 0.98


def test_n_can_be_told():
    found = cronbach_alpha(SMALL, n=50)
    assert found.n == 50
    assert found.ase == pytest.approx(0.0719457 / np.sqrt(10), abs=1e-7)
    assert np.isnan(alpha_of_covariance(np.eye(2) + 1, n=0).low)


def test_spearman_brown():
    assert spearman_brown([0.5, NAN, 0.5, 1, -3]).tolist()[0] == pytest.approx(2 / 3)
    assert np.isnan(spearman_brown([NAN, 2, -3])).all()
    assert np.isnan(spearman_brown(0.5, factor=[0, -1])).all()
    assert spearman_brown(0.75, factor=0.5) == pytest.approx(0.6)


def test_unique_shares_are_those_of_regressions():
    table = people(9, k=4)
    r = np.corrcoef(table.T)
    others = np.column_stack([np.ones(60), table[:, 1:]])
    left = table[:, 0] - others @ np.linalg.lstsq(others, table[:, 0], rcond=None)[0]
    assert unique_shares(r)[0] == pytest.approx(left.var() / table[:, 0].var())


@pytest.mark.parametrize(
    ("code", "work"),
    [
        ("STA-001", lambda: cronbach_alpha(SMALL, missing="list")),
        ("STA-001", lambda: cronbach_alpha(SMALL, constant="zero")),
        ("STA-002", lambda: alpha_of_covariance(np.ones((2, 3)), n=5)),
        ("STA-003", lambda: cronbach_alpha(SMALL, confidence=95)),
        ("STA-003", lambda: item_statistics(SMALL, confidence=1)),
        ("STA-003", lambda: item_statistics(SMALL, points=[1, 3, 2])),
    ],
)
def test_what_does_not_fit_is_refused(code, work):
    with pytest.raises(Fault) as caught:
        work()
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy


def test_answers_beside_the_points_are_counted_apart():
    found = item_statistics([[1, 2.5], [2, 2], [3, 1]], points=[1, 2, 3])
    assert found.other.tolist() == [0, 1]
    assert found.frequencies.tolist() == [[1, 1, 1], [1, 1, 0]]
    unseen = item_statistics([[NAN, 1], [NAN, 2]], points=[1, 2], missing="pairwise")
    assert np.isnan(unseen.floor[0])
    assert unseen.missing.tolist() == [1, 0]
