import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.scales.alpha import cronbach_alpha
from consilience.stats.scales.omega import omega_bootstrap, omega_total
from consilience.stats.scales.one_factor import information, one_factor

NAN = float("nan")
SMALL = np.array([[4, 5, 4], [2, 3, 2], [5, 4, 4], [1, 2, 3], [3, 3, 3]], dtype=float)


def people(seed, n=120, loadings=(0.9, 0.8, 0.7, 0.6, 0.5)):
    rng = np.random.Generator(np.random.Philox(seed))
    loads = np.array(loadings)
    noise = rng.normal(size=(n, len(loads)))
    return rng.normal(size=(n, 1)) * loads + noise * np.sqrt(1 - np.minimum(loads**2, 0.99))


def exact(loadings, uniquenesses, n=200, seed=1):
    """Return data whose covariances (divided by n) are exactly those of a model."""
    loads = np.array(loadings)
    model = np.outer(loads, loads) + np.diag(uniquenesses)
    raw = np.random.Generator(np.random.Philox(seed)).normal(size=(n, len(loads)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / n)).T
    return white @ np.linalg.cholesky(model).T


def test_the_loadings_of_lavaan():
    """R 4.2.2, lavaan 0.6-14: cfa('f =~ a + b + c', std.lv=TRUE)."""
    found = omega_total(SMALL)
    assert found.loadings == pytest.approx([1.359, 0.883, 0.589], abs=1e-3)
    assert found.uniquenesses == pytest.approx([0.154, 0.260, 0.213], abs=1e-3)
    assert (found.fit.df, found.fit.rmsea, found.fit.cfi, found.fit.tli) == (0, 0.0, 1.0, 1.0)
    assert found.fit.chi2 == pytest.approx(0, abs=1e-9)
    assert np.isnan(found.fit.p)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.2, 2.0), min_size=3, max_size=8), st.integers(0, 999))
def test_a_model_that_holds_exactly_is_found(loadings, seed):
    unique = 0.3 + np.arange(len(loadings)) / 5
    found = omega_total(exact(loadings, unique, seed=seed))
    assert found.loadings == pytest.approx(loadings, abs=1e-6)
    assert found.uniquenesses == pytest.approx(unique, abs=1e-6)
    common = sum(loadings) ** 2
    assert found.omega == pytest.approx(common / (common + unique.sum()))
    assert found.fit.chi2 == pytest.approx(0, abs=1e-6)
    assert found.settled
    assert found.warnings == ()


def test_equal_loadings_make_omega_alpha():
    table = exact([0.7] * 5, [0.4] * 5)
    assert omega_total(table).omega == pytest.approx(cronbach_alpha(table).alpha)
    uneven = exact([1.2, 0.9, 0.5, 0.3], [0.4] * 4)
    assert omega_total(uneven).omega > cronbach_alpha(uneven).alpha


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9999), st.randoms(use_true_random=False))
def test_order_and_units_do_not_matter(seed, chance):
    table = people(seed)
    found = omega_total(table)
    items = chance.sample(range(5), 5)
    again = omega_total(table[::-1][:, items])
    assert again.omega == pytest.approx(found.omega)
    assert again.loadings == pytest.approx(found.loadings[items], abs=1e-6)
    turned = omega_total(-table)
    assert turned.loadings == pytest.approx(found.loadings, abs=1e-6)
    assert omega_total(10 * table + 3).loadings == pytest.approx(10 * found.loadings, abs=1e-5)


def test_the_solution_is_a_maximum():
    table = people(4)
    s = np.cov(table.T, bias=True)
    found = omega_total(table)

    def discrepancy(loadings, unique):
        model = np.outer(loadings, loadings) + np.diag(unique)
        return np.linalg.slogdet(model)[1] + np.trace(s @ np.linalg.inv(model))

    best = discrepancy(found.loadings, found.uniquenesses)
    for place in range(5):
        for step in (-1e-3, 1e-3):
            shift = step * np.eye(5)[place]
            assert discrepancy(found.loadings + shift, found.uniquenesses) > best
            assert discrepancy(found.loadings, found.uniquenesses + shift) > best


def test_information_is_the_curvature_of_the_expected_likelihood():
    loadings, unique = np.array([0.9, 0.7, 0.5]), np.array([0.3, 0.6, 0.8])
    truth = np.outer(loadings, loadings) + np.diag(unique)

    def expected(point):
        model = np.outer(point[:3], point[:3]) + np.diag(point[3:])
        return (np.linalg.slogdet(model)[1] + np.trace(truth @ np.linalg.inv(model))) / 2

    at, step, eye = np.concatenate([loadings, unique]), 1e-4, np.eye(6)
    for i in range(6):
        for j in range(6):
            a, b = step * eye[i], step * eye[j]
            curve = expected(at + a + b) - expected(at + a - b)
            curve -= expected(at - a + b) - expected(at - a - b)
            ours = information(loadings, unique)[i, j]
            assert ours == pytest.approx(curve / (4 * step**2), abs=1e-4)


def test_the_interval_covers_in_simulated_samples():
    truth = sum((0.9, 0.8, 0.7, 0.6, 0.5)) ** 2
    truth /= truth + sum(1 - x**2 for x in (0.9, 0.8, 0.7, 0.6, 0.5))
    found = [omega_total(people(seed)) for seed in range(200)]
    assert 0.9 < np.mean([each.low <= truth <= each.high for each in found]) < 0.99
    assert np.mean([each.se for each in found]) == pytest.approx(
        np.std([each.omega for each in found]), rel=0.15
    )
    assert np.mean([each.fit.p < 0.05 for each in found]) < 0.12


def test_an_improper_solution_is_said():
    table = exact([1.1, 0.8, 0.7], [-0.1, 0.36, 0.51])
    found = omega_total(table)
    assert found.heywood == (0,)
    assert [each.code for each in found.warnings] == ["STA-060"]
    assert "1" in found.warnings[0].what
    assert found.uniquenesses == pytest.approx([-0.1, 0.36, 0.51], abs=1e-6)
    assert np.isfinite(found.omega)


def test_a_likelihood_without_a_maximum_has_no_omega():
    # Three correlations of which one is negative: no one-factor model has them.
    rng = np.random.Generator(np.random.Philox(2))
    raw = rng.normal(size=(100, 3))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / 100)).T
    wanted = np.array([[1, 0.3, 0.3], [0.3, 1, -0.3], [0.3, -0.3, 1]])
    found = omega_total(white @ np.linalg.cholesky(wanted).T)
    assert not found.settled
    assert np.isnan([found.omega, found.se, found.low]).all()
    assert "STA-005" in [each.code for each in found.warnings]


@pytest.mark.parametrize(
    "table",
    [
        np.empty((0, 4)),
        np.full((5, 4), NAN),
        np.full((5, 4), 3.0),
        SMALL[:, :2],
        [[1.0, 2.0, 3.0, 4.0]],
        SMALL[:3],
        np.column_stack([SMALL, SMALL[:, 0]]),
        np.column_stack([SMALL[:, :2], np.ones(5)]),
    ],
)
def test_what_has_no_omega_is_missing_and_never_warns(table):
    found = omega_total(table)
    assert np.isnan([found.omega, found.se, found.fit.chi2, found.fit.srmr]).all()
    assert np.isnan(found.loadings).all()
    assert found.warnings == ()


def test_people_with_gaps_and_items_without_variance_are_left_out():
    table = people(6)
    gaps = np.vstack([table, [[NAN, 1, 1, 1, 1]]])
    assert omega_total(gaps).n == 120
    flat = np.insert(table, 2, 1.0, axis=1)
    found = omega_total(flat)
    assert found.omega == pytest.approx(omega_total(table).omega)
    assert np.isnan(found.loadings[2])
    assert found.standardised[[0, 1]] == pytest.approx(
        found.loadings[[0, 1]] / np.sqrt(found.loadings[[0, 1]] ** 2 + found.uniquenesses[[0, 1]])
    )


def test_many_matrices_are_solved_as_one_by_one():
    stack = np.array([np.cov(people(seed).T) for seed in range(5)])
    stack[3] = NAN
    together = one_factor(stack)
    for place in (0, 1, 2, 4):
        alone = one_factor(stack[place][None])
        assert together.loadings[place] == pytest.approx(alone.loadings[0], abs=1e-9)
    assert np.isnan(together.loadings[3]).all()


def test_bootstrap():
    table = people(7)
    found = omega_bootstrap(table, replicates=300, streams=lambda b: stream(3, "omega", block=b))
    again = omega_bootstrap(table, replicates=300, streams=lambda b: stream(3, "omega", block=b))
    assert found.values.tolist() == again.values.tolist()
    assert found.defined == 300
    assert found.low < found.omega < found.high
    assert found.sd == pytest.approx(omega_total(table).se, rel=0.25)
    nobody = omega_bootstrap(np.empty((0, 3)), replicates=10, streams=lambda b: stream(b, "o"))
    assert nobody.defined == 0
    assert np.isnan([nobody.low, nobody.sd, nobody.omega]).all()
    thin = np.zeros((12, 3))
    thin[0] = 1
    thin[1, 0] = thin[2, 1] = thin[3, 2] = 1
    few = omega_bootstrap(thin, replicates=50, streams=lambda b: stream(3, "thin", block=b))
    assert few.defined < 50


@pytest.mark.parametrize(
    ("code", "work"),
    [
        ("STA-002", lambda: omega_total([1, 2, 3])),
        ("STA-003", lambda: omega_total(SMALL, confidence=0)),
    ],
)
def test_what_does_not_fit_is_refused(code, work):
    with pytest.raises(Fault) as caught:
        work()
    assert caught.value.code == code


def test_the_higher_of_two_peaks_is_taken():
    # From the largest eigenvalue alone the climb ends at a discrepancy of 1.117.
    r = [[1, 0.79, -0.48, -0.01], [0.79, 1, -0.36, 0.39], [-0.48, -0.36, 1, 0.47],
         [-0.01, 0.39, 0.47, 1]]  # fmt: skip
    found = one_factor(np.array([r]))
    assert found.settled[0]
    assert found.discrepancy[0] < 0.6
