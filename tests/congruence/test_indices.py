from dataclasses import replace

import numpy as np
import pytest

from consilience.base.seeds import stream
from consilience.congruence.answers import Profiles
from consilience.congruence.indices import Choice, area_congruence
from consilience.stats.distance import congruence

NAN = float("nan")


@pytest.fixture
def profiles():
    values = stream(3, "values").uniform(size=(6, 3, 5))
    values[2, 1, 0] = NAN
    return Profiles(
        areas=tuple("abcdef"),
        agencies=("x", "y", "z"),
        constructs=("first", "second"),
        values=values,
        asked=np.ones((3, 5), dtype=bool),
        construct=np.array([0, 0, 1, 1, 1]),
        weights=np.array([2.0, 1.0]),
        low=np.zeros((3, 5)),
        span=np.ones((3, 5)),
    )


def slowly(profiles, choice, drawn):
    """Work out one replicate with plain averages: means, then levels, then the index."""
    values, weights = profiles.values, drawn * np.array([1, 1, 1 / 3, 1 / 3, 1 / 3])
    if choice.level == "constructs":
        means = np.full((6, 3, 2), NAN)
        for place in range(2):
            inside = profiles.construct == place
            for area, agency in np.ndindex(6, 3):
                own, weight = values[area, agency, inside], drawn[inside]
                known = ~np.isnan(own)
                if weight[known].sum() and known.mean() >= choice.min_items:
                    means[area, agency, place] = np.average(own[known], weights=weight[known])
        values, weights = means, profiles.weights
    if choice.centring == "agency-item":
        values = values - np.array([[np.nanmean(c) if not np.isnan(c).all() else NAN for c in a]
                                    for a in values.transpose(1, 2, 0)])  # fmt: skip
    if choice.centring == "agency":
        level = []
        for agency in values.transpose(1, 0, 2):
            known = ~np.isnan(agency)
            level.append(np.average(agency[known], weights=np.tile(weights, (6, 1))[known]))
        values = values - np.array(level)[:, None]
    return congruence(values, index=choice.index, weights=weights)


@pytest.mark.parametrize("index", ["mean-absolute-difference", "rmsd", "gower"])
@pytest.mark.parametrize("centring", ["none", "agency", "agency-item"])
@pytest.mark.parametrize("level", ["items", "constructs"])
def test_drawn_items_equal_working_out_each_replicate(profiles, index, centring, level):
    choice = Choice(index=index, centring=centring, level=level, min_items=0.5)
    drawn = stream(4, "drawn").multinomial(5, [0.2] * 5, size=8).astype(float)
    drawn[0] = [5, 0, 0, 0, 0]  # the second construct is not drawn at all
    found = area_congruence(profiles, choice, drawn=drawn)
    assert found.shape == (8, 6)
    for replicate, weights in zip(found, drawn, strict=True):
        assert replicate == pytest.approx(slowly(profiles, choice, weights), nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("centring", ["none", "agency", "agency-item"])
@pytest.mark.parametrize("level", ["items", "constructs"])
def test_answers_in_front_equal_one_set_at_a_time(profiles, centring, level):
    choice = Choice(index="gower", centring=centring, level=level, min_items=0.5)
    many = profiles.values + 0.1 * stream(5, "noise").normal(size=(4, 6, 3, 5))
    found = area_congruence(profiles, choice, values=many)
    for replicate, values in zip(found, many, strict=True):
        alone = area_congruence(replace(profiles, values=values), choice)
        assert replicate == pytest.approx(alone, abs=1e-12)
