import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.stats.within_group.grouping import arranged, group_codes
from consilience.stats.within_group.spread import complete_rows, group_spread


@pytest.mark.parametrize(
    ("groups", "labels", "codes"),
    [
        ([5, 2, 5], [2, 5], [1, 0, 1]),
        ([-3, 10**12, -3], [-3, 10**12], [0, 1, 0]),
        ([2.0, np.nan, 1.0], [1, 2], [1, -1, 0]),
        ([0.5, 1.5, 0.5], [0.5, 1.5], [0, 1, 0]),
        ([1e300, 1.0, 1e300], [1.0, 1e300], [1, 0, 1]),
        (["b", "", "a"], ["a", "b"], [1, -1, 0]),
        (["S10", "S9", "S10"], ["S10", "S9"], [0, 1, 0]),
        ([True, False, True], [0, 1], [1, 0, 1]),
        (np.array(["b", None, "a"], dtype=object), ["a", "b"], [1, -1, 0]),
        (np.array([3, None, 1], dtype=object), [1, 3], [1, -1, 0]),
        (np.array([3, "x", float("nan")], dtype=object), ["3", "x"], [0, 1, -1]),
        (np.array([2**63, 2**63 + 1], dtype=np.uint64), [2**63, 2**63 + 1], [0, 1]),
        ([], [], []),
        ([np.nan, np.nan], [], [-1, -1]),
    ],
)
def test_groups_become_places_in_ascending_order(groups, labels, codes):
    found = group_codes(groups)
    assert found.labels.tolist() == labels
    assert found.codes.tolist() == codes
    assert found.sizes.tolist() == [codes.count(k) for k in range(len(labels))]
    assert group_codes(found) is found


def test_gaps_in_integers_do_not_make_empty_groups():
    found = group_codes(np.array([100, 900, 100, 500]))
    assert (found.labels.tolist(), found.sizes.tolist()) == ([100, 500, 900], [2, 1, 1])


def test_shapes_that_do_not_fit_are_refused():
    for values, groups in (([1, 2], [1]), (np.ones((2, 2, 2)), [1, 1]), ([1.0], [[1]]), (3.0, [1])):
        with pytest.raises(Fault, match="STA-002"):
            arranged(values, groups)


def test_people_without_a_group_and_infinite_answers_do_not_count():
    table, found = arranged([[1.0, np.inf], [2.0, 3.0], [4.0, -np.inf]], [1, np.nan, 1])
    assert np.isnan(table[:, 1]).all()
    assert table[:, 0].tolist() == [1.0, 4.0]
    assert found.codes.tolist() == [0, 0]


def test_spread_loses_nothing_to_a_large_level():
    rng = np.random.Generator(np.random.Philox(1))
    codes, small = rng.integers(0, 40, 900), rng.normal(size=900)
    plain = group_spread(*arranged(small, codes))
    high = group_spread(*arranged(small + 1e9, codes))
    assert np.allclose(high.variance, plain.variance, rtol=1e-5)
    expected = [small[codes == k].var(ddof=1) for k in range(40)]
    assert np.allclose(plain.variance[:, 0], expected, rtol=1e-12)


def test_equal_answers_have_exactly_no_variance():
    for value in (0.1, 1 / 3, 1e15 + 0.3, -7.7):
        assert (group_spread(*arranged([value] * 7, [1, 1, 1, 2, 2, 3, 3])).squares == 0).all()


def test_rule_for_missing_answers():
    table, found = arranged([[1, np.nan], [2, 3], [np.nan, 4]], ["a", "a", "b"])
    kept, groups = complete_rows(table, found, missing="complete")
    assert kept.tolist() == [[2.0, 3.0]]
    assert groups.sizes.tolist() == [1, 0]
    assert complete_rows(table, found, missing="answered")[0] is table
    with pytest.raises(Fault, match="STA-001"):
        complete_rows(table, found, missing="pairwise")
