import itertools

import numpy as np
import pytest

from consilience.stats.similarity import Trait, gower_distances, profile_similarity


def test_constant_profiles_have_no_correlation():
    found = profile_similarity([[2.0, 2, 2], [1, 2, 3]], [[2.0, 2, 2], [1, 2, 3]])
    assert np.isnan(found["pearson"]).tolist() == [True, False]
    assert np.isnan(found["lin_ccc"]).tolist() == [True, False]
    assert found["d2"].tolist() == [0, 0]


def test_missing_values_and_shared_absence_drop_out():
    nan = np.nan
    size = Trait(values=np.array([0.0, nan, 10.0]), weight=2.0)
    has = Trait(values=np.array([0.0, 0.0, 1.0]), kind="presence")
    found = gower_distances([size, has])
    assert np.isnan(found[0, 1])  # size unknown of one, absence shared
    assert found[0, 2] == 1.0
    assert found[1, 2] == 1.0
    near = gower_distances([size, Trait(values=np.array([1.0, 1.0, 1.0]), kind="nominal")])
    assert near[0, 2] == pytest.approx(2 / 3)
    assert near[0, 1] == 0.0
    assert all(near[i, j] == near[j, i] for i, j in itertools.combinations(range(3), 2))


@pytest.mark.parametrize("value", [3.3, 2.7, 0.1, 1 / 3])
@pytest.mark.parametrize("items", [3, 7, 10])
def test_a_constant_profile_has_no_shape_whatever_its_value(value, items):
    """The mean of equal numbers is not always that number: rounding must not be a correlation."""
    same, other = np.full(items, value), np.arange(items, dtype=float)
    both, one = profile_similarity(same, same), profile_similarity(same, other)
    for name in ("pearson", "double_entry_icc", "lin_ccc"):
        assert np.isnan(both[name])
    assert np.isnan(one["pearson"])
    assert one["shape"] == 0


def test_no_items_at_all():
    found = profile_similarity([], [])
    assert all(np.isnan(each) for each in found.values())


def test_a_unit_is_no_way_from_itself_even_where_it_has_nothing():
    found = gower_distances([Trait(values=np.array([0.0, 0, 1]), kind="presence")])
    assert np.diag(found).tolist() == [0, 0, 0]
    assert np.isnan(found[0, 1])
