import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats import distance
from consilience.stats.distance import centre, congruence, cross_congruence, pair_congruence

INDICES = distance.INDICES


def plain(values, index, span):
    """Compute an index the slow way, one area after another, for complete answers."""
    _, agencies, items = values.shape
    scaled = values / span
    if index == "gower":
        scaled = values / np.maximum(np.ptp(values.reshape(-1, items), axis=0), 1e-300)
    found = []
    for area in scaled:
        pairs = list(itertools.combinations(area, 2))
        if index in ("mean-absolute-difference", "gower"):
            found.append(1 - np.mean([np.abs(x - y).mean() for x, y in pairs]))
        elif index == "rmsd":
            found.append(1 - np.mean([np.sqrt(((x - y) ** 2).mean()) for x, y in pairs]))
        elif index == "d2":
            found.append(1 - np.mean([((x - y) ** 2).mean() for x, y in pairs]))
        elif index == "variance":
            halves = np.array([0.0] * (agencies // 2) + [1.0] * ((agencies + 1) // 2))
            found.append(1 - area.var(axis=0, ddof=1).mean() / halves.var(ddof=1))
        else:
            found.append(np.mean([(1 + np.corrcoef(x, y)[0, 1]) / 2 for x, y in pairs]))
    return np.array(found)


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("agencies", [2, 3, 4])
def test_indices_equal_the_definition(index, agencies):
    values = (
        np.random.Generator(np.random.Philox(3)).normal(5, 2, size=(7, agencies, 6)).clip(0, 10)
    )
    assert congruence(values, index=index, span=10) == pytest.approx(
        np.clip(plain(values, index, 10), 0, 1), abs=1e-12
    )


@pytest.mark.parametrize("index", INDICES)
def test_identical_agencies_agree_wholly(index):
    one = np.array([1.0, 5.0, 2.0, 4.0])
    assert congruence(np.array([[one, one, one]]), index=index, span=4).tolist() == [1.0]


@pytest.mark.parametrize("index", [i for i in INDICES if i != "profile-correlation"])
def test_two_agencies_at_the_ends_disagree_wholly(index):
    values = np.array([[[0.0] * 3, [10.0] * 3]])
    assert congruence(values, index=index, span=10).tolist() == [0.0]


def test_centred_answers_further_apart_than_the_scale_are_cut_off():
    assert congruence(np.array([[[-0.7], [0.8]]]), index="d2").tolist() == [0.0]
    assert pair_congruence(np.array([[[-0.7], [0.8]]]), index="d2").tolist() == [[-1.25]]


def test_constant_and_short_profiles_have_no_correlation():
    flat = np.array([[[3.0, 3.0, 3.0], [1.0, 2.0, 3.0]], [[0.1 + 0.2, 0.3, 0.3], [1.0, 2.0, 3.0]]])
    assert np.isnan(congruence(flat, index="profile-correlation", span=4)).all()
    # Weighted means of a constant round, and must not turn into a correlation.
    constants = np.arange(1, 60)[:, None] / 7 * np.ones((59, 5))
    other = np.broadcast_to([1.0, 3.0, 2.0, 5.0, 4.0], constants.shape)
    weights = np.array([0.1, 0.7, 1 / 3, 0.9, 0.2])
    pairs = np.stack([constants, other], axis=1)
    found = congruence(pairs, index="profile-correlation", weights=weights, span=9)
    assert np.isnan(found).all()
    two_items = np.array([[[1.0, 2.0, np.nan], [1.0, 3.0, 5.0]]])
    assert np.isnan(congruence(two_items, index="profile-correlation", span=4)).all()


def test_too_few_shared_items_are_missing_and_unasked_ones_do_not_count():
    nan = np.nan
    values = np.array([[[1.0, 2, nan, nan], [1, 2, 3, 4]], [[1, nan, nan, nan], [1, 2, 3, 4]]])
    at = congruence(values, index="d2", span=4, min_items=0.5)
    assert at[0] == 1.0
    assert np.isnan(at[1])
    asked = np.array([[True, False, False, False], [True] * 4])
    assert congruence(values, index="d2", span=4, asked=asked, min_items=1.0).tolist() == [1, 1]
    nothing = np.array([[True, False, False, False], [False, True, True, True]])
    assert np.isnan(congruence(values, index="d2", asked=nothing)).all()
    assert np.isnan(congruence(np.full((2, 3, 4), nan), index="gower")).all()


def test_a_pair_that_was_never_asked_the_same_is_left_out():
    values = np.array([[[1.0, 2, 3, 4], [1, 3, np.nan, np.nan], [np.nan, np.nan, 5, 4]]])
    asked = ~np.isnan(values[0])
    parts = pair_congruence(values, index="mean-absolute-difference", span=4, asked=asked)
    assert parts == pytest.approx(np.array([[1 - 0.5 / 4, 1 - 1 / 4]]))
    whole = congruence(values, index="mean-absolute-difference", span=4, asked=asked)
    assert whole == pytest.approx(parts.mean(axis=1))
    assert np.isnan(congruence(values, index="mean-absolute-difference", span=4)).all()


def test_a_pair_that_falls_short_makes_the_area_missing():
    values = np.array([[[1.0, 2], [1.0, 2], [np.nan, np.nan]]])
    assert np.isnan(congruence(values, index="rmsd"))[0]


def test_weights_repeat_items():
    rng = np.random.Generator(np.random.Philox(5))
    values = rng.integers(1, 6, size=(5, 3, 4)).astype(float)
    values[2, 1, 3] = np.nan
    for index in INDICES:
        doubled = congruence(values[..., [0, 1, 1, 3]], index=index, span=4)
        weighted = congruence(values, index=index, weights=[1, 2, 0, 1], span=4)
        if index == "profile-correlation":  # two items with weight, three with the repeat
            weighted = congruence(values, index=index, weights=[1, 2, 1, 1], span=4)
            doubled = congruence(values[..., [0, 1, 1, 2, 3]], index=index, span=4)
        assert weighted == pytest.approx(doubled, nan_ok=True, abs=1e-12)


@pytest.mark.parametrize("index", INDICES)
def test_replicates_in_front_equal_one_at_a_time(index):
    rng = np.random.Generator(np.random.Philox(6))
    values = rng.integers(1, 6, size=(6, 3, 5)).astype(float)
    values[0, 0, 0] = np.nan
    weights = rng.multinomial(5, [0.2] * 5, size=4).astype(float)
    many = congruence(values, index=index, weights=weights, span=4)
    centred = centre(values, centring="agency", weights=weights)
    both = congruence(centred, index=index, weights=weights, span=4)
    for replicate, weight in enumerate(weights):
        one = congruence(values, index=index, weights=weight, span=4)
        assert many[replicate] == pytest.approx(one, nan_ok=True, abs=1e-12)
        level = centre(values, centring="agency", weights=weight)
        alone = congruence(level, index=index, weights=weight, span=4)
        assert both[replicate] == pytest.approx(alone, nan_ok=True, abs=1e-10)


def test_centring_takes_out_levels_and_only_those():
    rng = np.random.Generator(np.random.Philox(7))
    values = rng.normal(size=(8, 3, 4))
    values[1, 2, 3] = np.nan
    by_agency = centre(values, centring="agency")
    by_item = centre(values, centring="agency-item")
    assert np.nanmean(by_agency, axis=(0, 2)) == pytest.approx(np.zeros(3), abs=1e-12)
    assert np.nanmean(by_item, axis=0) == pytest.approx(np.zeros((3, 4)), abs=1e-12)
    assert centre(values, centring="none") is values
    lifted = values + np.array([0.0, 3.0, -2.0])[:, None]
    assert centre(lifted, centring="agency") == pytest.approx(by_agency, nan_ok=True)


@pytest.mark.parametrize("index", INDICES)
def test_areas_against_areas_have_the_areas_on_the_diagonal(index, monkeypatch):
    monkeypatch.setattr(distance, "BLOCK", 60)  # several blocks of rows
    rng = np.random.Generator(np.random.Philox(8))
    values = rng.integers(1, 6, size=(6, 3, 5)).astype(float)
    asked = np.array([[True] * 5, [True] * 4 + [False], [True] * 5])
    matrices, pairs = cross_congruence(values, index=index, span=4, asked=asked)
    parts = pair_congruence(values, index=index, span=4, asked=asked)
    itself = matrices.diagonal(axis1=1, axis2=2).T
    assert itself == pytest.approx(parts, nan_ok=True)
    moved = values.copy()
    moved[:, 1] = moved[::-1, 1]
    swapped = pair_congruence(moved, index=index, span=4, asked=asked)
    assert pairs[0].tolist() == [0, 1]
    assert matrices[0, range(6), range(5, -1, -1)] == pytest.approx(swapped[:, 0], nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 10), min_size=12, max_size=12), min_size=2, max_size=6),
    st.sampled_from(INDICES),
    st.permutations(range(3)),
)
def test_order_of_agencies_and_items_does_not_matter(rows, index, order):
    values = np.array(rows, dtype=float).reshape(-1, 3, 4)
    found = congruence(values, index=index, span=10)
    turned = congruence(values[:, order][..., ::-1], index=index, span=10)
    assert found == pytest.approx(turned, nan_ok=True, abs=1e-9)
    known = found[~np.isnan(found)]
    assert ((known >= 0) & (known <= 1)).all()


@pytest.mark.parametrize(
    "ask",
    [
        lambda values: congruence(values, index="taste"),
        lambda values: centre(values, centring="taste"),
    ],
)
def test_unknown_words_are_refused(ask):
    with pytest.raises(Fault) as caught:
        ask(np.zeros((2, 2, 2)))
    assert caught.value.code == "CON-002"
    assert "'taste'" in caught.value.what
    assert "<" not in caught.value.what + caught.value.remedy
