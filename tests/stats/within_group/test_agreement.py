import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.within_group.agreement import rwg, rwg_j, rwg_j_lindell
from consilience.stats.within_group.awg import a_wg
from consilience.stats.within_group.deviation import average_deviation, practical_limit
from consilience.stats.within_group.nulls import null_distribution, null_variance

# 11 people in 4 platoons, 5 items, one answer missing.
COHESION = np.array(
    [
        [4, 5, 5, 5, 5],
        [3, np.nan, 5, 5, 5],
        [2, 3, 3, 3, 3],
        [3, 4, 3, 4, 4],
        [4, 4, 3, 4, 4],
        [3, 3, 2, 2, 1],
        [3, 3, 3, 3, 3],
        [3, 1, 4, 3, 4],
        [3, 3, 3, 3, 3],
        [2, 2, 2, 3, 2],
        [1, 1, 1, 3, 3],
    ]
)
PLATOON = np.repeat(["B 1ST", "B 2ND", "C 1ST", "C 2ND"], [3, 3, 2, 3])


def test_rwg_j_of_platoons_by_the_answers_there_are():
    # multilevel::rwg.j 2.8 on its data cohesion.
    found = rwg_j(COHESION, PLATOON, null_variance=2.0)
    assert found.value == pytest.approx(
        [0.681818181818182, 0.813953488372093, 0.921052631578947, 0.909090909090909], abs=1e-12
    )
    assert found.n.tolist() == [3, 3, 2, 3]
    assert found.answers[0].tolist() == [3, 2, 3, 3, 3]


def test_indices_of_platoons_by_complete_people():
    # multilevel 2.7: rwg.j, rwg.j.lindell, awg, ad.m, all after leaving the second person out.
    listwise = {"groups": PLATOON, "missing": "complete"}
    found = rwg_j(COHESION, null_variance=2.0, **listwise)
    assert found.value == pytest.approx([0, 0.8139535, 0.9210526, 0.9090909], abs=1e-7)
    lindell = rwg_j_lindell(COHESION, null_variance=2.0, **listwise)
    assert lindell.value == pytest.approx([0, 0.4666667, 0.7, 0.6666667], abs=1e-7)
    awg = a_wg(COHESION, low=1, high=5, **listwise)
    assert awg.value == pytest.approx([0.5, 0.6378571, 1, 0.9428571], abs=1e-7)
    assert awg.mean_variance == pytest.approx([2.0, 0.76, 0.0, 0.3733333], abs=1e-7)
    assert awg.raters.tolist() == [2, 3, 2, 3]
    mean = average_deviation(COHESION, **listwise)
    assert mean.value == pytest.approx([1, 0.7111111, 0.4, 0.4888889], abs=1e-7)
    median = average_deviation(COHESION, centre="median", **listwise)
    assert median.value == pytest.approx([1, 0.5333333, 0.4, 0.4666667], abs=1e-7)


def test_rwg_of_one_item():
    # multilevel::rwg(cohesion$COH03, ranvar=2).
    found = rwg(COHESION[:, 2], PLATOON, null_variance=2.0)
    assert found.value == pytest.approx([1 / 3, 5 / 6, 0.75, 0.5])
    assert rwg(COHESION, PLATOON, null_variance=2.0).value[:, 2] == pytest.approx(found.value)


def test_variance_above_the_null_is_zero_unless_kept():
    camps, groups = [1, 1, 5, 5], [1, 1, 1, 1]
    assert rwg(camps, groups, null_variance=2.0).value.tolist() == [0.0]
    kept = rwg(camps, groups, null_variance=2.0, negative="keep")
    assert kept.value == pytest.approx([1 - 16 / 3 / 2])
    two = np.column_stack([camps, [3, 3, 3, 3]])
    assert rwg_j(two, groups, null_variance=1.0).value.tolist() == [0.0]
    q = 16 / 3 / 2
    assert rwg_j(two, groups, null_variance=1.0, negative="keep").value == pytest.approx(
        [2 * (1 - q) / (2 * (1 - q) + q)]
    )
    # q = J / (J - 1): the formula divides by 0.
    pole = rwg_j(two, groups, null_variance=4 / 3, negative="keep")
    assert np.isnan(pole.value).all() or abs(pole.value[0]) > 1e10
    assert rwg_j(two, groups, null_variance=4 / 3).value.tolist() == [0.0]


def test_groups_of_one_and_unanswered_items_are_undefined():
    items = [[1, np.nan], [3, np.nan], [4, 5], [np.nan, np.nan], [2, 2], [2, np.nan]]
    groups = ["a", "a", "b", "c", "d", "d"]
    value = rwg_j(items, groups, null_variance=2.0).value
    # In a and d only the first item has two answers; b is one person, c nobody.
    assert np.allclose(value, [0.0, np.nan, np.nan, 1.0], equal_nan=True)
    for found in (
        rwg_j_lindell(items, groups, null_variance=2.0).value,
        a_wg(items, groups, low=1, high=5).value,
        average_deviation(items, groups).value,
        average_deviation(items, groups, centre="median").value,
    ):
        assert np.isnan(found[1:3]).all()
    # J is 2 as the scale has two items; were it 1 this would be 3 / 4.
    one = rwg_j([[2, np.nan], [3, 4]], [1, 1], null_variance=2.0).value
    assert one.tolist() == [pytest.approx(6 / 7)]
    nothing = rwg_j(np.empty((0, 3)), [], null_variance=2.0)
    assert nothing.value.shape == (0,)
    assert average_deviation(np.empty((0, 2)), [], centre="median").items.shape == (0, 2)
    assert np.isnan(average_deviation(np.empty((2, 0)), [1, 1]).value).all()


def test_a_wg_at_its_bounds():
    # multilevel::awg 2.7, range=c(1,5).
    people = [1, 1, 1, 5, 5, 5, 5, 1, 2, 5, 5, 5, 1, 1, 5, 5, 5, 4, 1, 2, 1, 1, 1, 1, 2]
    groups = np.repeat(np.arange(7), [4, 4, 4, 3, 3, 2, 5])
    value = a_wg(people, groups, low=1, high=5).value
    assert np.allclose(value, [-1, -1, np.nan, -1, np.nan, np.nan, np.nan], equal_nan=True)
    wide = a_wg(people, groups, low=0, high=6).value
    expected = [0.25, 0.25, 0.5462184874, 0.1688311688, np.nan, np.nan, 0.9444444444]
    assert np.allclose(wide, expected, equal_nan=True)
    # All at an end agree; all next to it cannot be judged with two people.
    assert np.allclose(
        a_wg([5, 5, 4, 4, 3, 3], [1, 1, 2, 2, 3, 3], low=1, high=5).value,
        [1.0, np.nan, 1.0],
        equal_nan=True,
    )
    assert a_wg(people, groups, low=1, high=5).enough.tolist() == [True] * 3 + [False] * 3 + [True]


def test_median_deviations_of_points_and_of_other_numbers_are_the_same():
    rng = np.random.Generator(np.random.Philox(3))
    groups, points = rng.integers(0, 30, 400), rng.integers(1, 8, (400, 3)).astype(float)
    points[rng.random(points.shape) < 0.1] = np.nan
    points[groups == 7] = np.nan
    counted = average_deviation(points, groups, centre="median").items
    # A tenth is not whole: these are sorted.
    sorted_ = average_deviation(points / 10, groups, centre="median").items * 10
    assert np.allclose(counted, sorted_, equal_nan=True)
    for group in range(30):
        column = points[groups == group, 0]
        column = column[~np.isnan(column)]
        if len(column) > 1:
            expected = np.abs(column - np.median(column)).mean()
            assert counted[group, 0] == pytest.approx(expected)


def test_published_null_variances():
    # LeBreton and Senter (2008), Table 2, five points.
    for kind, printed in {
        "uniform": 2.00,
        "slight-skew": 1.34,
        "moderate-skew": 0.90,
        "heavy-skew": 0.44,
        "triangular": 1.32,
        "normal": 1.04,
        "maximum": 4.00,
    }.items():
        assert null_variance(5, kind=kind) == pytest.approx(printed, abs=1e-9)
    assert [round(null_variance(a), 2) for a in (6, 7, 8, 9, 10, 11)] == [
        *(2.92, 4.0, 5.25, 6.67, 8.25, 10.0)
    ]
    # James, Demaree and Wolf (1984): (A - 1)(A + 3) / 24 for odd A, (A^2 + 2A - 2) / 24 for even.
    assert null_variance(7, kind="triangular") == pytest.approx(6 * 10 / 24)
    assert null_variance(6, kind="triangular") == pytest.approx((36 + 12 - 2) / 24)


@pytest.mark.parametrize("kind", ["uniform", "slight-skew", "heavy-skew", "normal", "maximum"])
@pytest.mark.parametrize("points", [2, 3, 5, 7, 11])
def test_null_distributions_are_distributions(kind, points):
    shares = null_distribution(points, kind=kind)
    assert shares.shape == (points,)
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1)
    assert null_variance(points, kind=kind) <= null_variance(points, kind="maximum") + 1e-12


def test_practical_limit_is_a_sixth():
    assert practical_limit(6) == 1.0


def test_faults():
    groups = [1, 1]
    for code, wrong in (
        ("STA-001", lambda: rwg([1, 2], groups, null_variance=2.0, negative="drop")),
        ("STA-001", lambda: rwg_j([[1], [2]], groups, null_variance=2.0, missing="none")),
        ("STA-001", lambda: average_deviation([1, 2], groups, centre="mode")),
        ("STA-001", lambda: null_distribution(5, kind="bimodal")),
        ("STA-002", lambda: rwg([1, 2, 3], groups, null_variance=2.0)),
        ("STA-003", lambda: rwg([1, 2], groups, null_variance=0.0)),
        ("STA-003", lambda: rwg_j_lindell([1, 2], groups, null_variance=float("nan"))),
        ("STA-003", lambda: a_wg([1, 2], groups, low=5, high=1)),
        ("STA-003", lambda: null_variance(1)),
        ("STA-003", lambda: practical_limit(1)),
    ):
        with pytest.raises(Fault, match=code):
            wrong()


answers = st.integers(1, 5) | st.just(None)


@st.composite
def surveys(draw):
    people, items = draw(st.integers(1, 25)), draw(st.integers(1, 4))
    cells = draw(st.lists(answers, min_size=people * items, max_size=people * items))
    table = np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
    groups = draw(st.lists(st.integers(0, 5), min_size=people, max_size=people))
    return table.reshape(people, items), np.array(groups)


INDICES = (
    lambda x, g: rwg_j(x, g, null_variance=2.0),
    lambda x, g: rwg_j_lindell(x, g, null_variance=2.0),
    lambda x, g: a_wg(x, g, low=1, high=5),
    average_deviation,
    lambda x, g: average_deviation(x, g, centre="median"),
)


@settings(max_examples=50, deadline=None)
@given(surveys(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(survey, random):
    table, groups = survey
    people, items = list(range(len(table))), list(range(table.shape[1]))
    random.shuffle(people)
    random.shuffle(items)
    for index in INDICES:
        found = index(table, groups).value
        renamed = index(table[people][:, items], np.array([f"g{g}" for g in groups])[people])
        assert np.allclose(found, renamed.value, equal_nan=True, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(surveys(), st.floats(-1000, 1000))
def test_a_constant_added_changes_nothing(survey, constant):
    table, groups = survey
    for index in (*INDICES[:2], *INDICES[3:]):
        found, moved = index(table, groups), index(table + constant, groups)
        assert np.allclose(found.value, moved.value, equal_nan=True, atol=1e-8)
    moved = a_wg(table + 2, groups, low=3, high=7).value
    assert np.allclose(a_wg(table, groups, low=1, high=5).value, moved, equal_nan=True)


@settings(max_examples=50, deadline=None)
@given(surveys())
def test_ranges_and_equal_answers(survey):
    table, groups = survey
    j, lindell, awg, mean, median = (index(table, groups).value for index in INDICES)
    whole = ~np.isnan(j)
    assert ((j[whole] >= 0) & (j[whole] <= 1)).all()
    assert (lindell[whole] <= j[whole] + 1e-12).all()
    assert (np.isnan(mean) == ~whole).all()
    assert (median[whole] <= mean[whole] + 1e-12).all()
    assert (np.abs(awg[~np.isnan(awg)]) <= 1 + 1e-9).all()
    same = np.tile(table[:1], (len(table), 1))
    for index, agreed in zip(INDICES, (1, 1, 1, 0, 0), strict=True):
        value = index(same, groups).value
        assert (value[~np.isnan(value)] == agreed).all()


@settings(max_examples=50, deadline=None)
@given(surveys())
def test_one_item_is_a_scale_of_one(survey):
    table, groups = survey
    single = rwg(table[:, 0], groups, null_variance=2.0).value
    scale = rwg_j(table[:, :1], groups, null_variance=2.0).value
    assert np.allclose(single, scale, equal_nan=True)
