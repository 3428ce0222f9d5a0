import numpy as np
import pytest

from consilience.base.seeds import stream
from consilience.congruence.coefficients import FORMS, coefficients
from consilience.congruence.model import ALPHA
from consilience.stats import icc_forms, krippendorff_alpha

NAN = float("nan")


def found(means, *, resamples=0, name="trust"):
    rows = coefficients(
        np.asarray(means, dtype=float),
        resamples=resamples,
        rng_for=lambda each: stream(1, each),
        name=name,
    )
    return {name: rest for name, *rest in rows}


def test_they_are_those_of_the_statistics():
    means = stream(4, "means").random((20, 3))
    rows = found(means)
    assert list(rows) == [*FORMS, ALPHA]
    for form in FORMS:
        one = icc_forms(means)[form]
        assert rows[form] == [one.coefficient, one.low, one.high, 20]
    assert rows[ALPHA][0] == krippendorff_alpha(means, metric="interval")


def test_alpha_takes_areas_that_two_speak_of_and_icc_those_that_all_do():
    means = stream(5, "means").random((12, 3))
    means[0, 0] = means[1, 1] = means[2, 0] = means[2, 1] = NAN
    rows = found(means)
    assert [rows[name][-1] for name in rows] == [9, 9, 11]
    assert rows["ICC(A,1)"][0] == icc_forms(means[3:])["ICC(A,1)"].coefficient


def test_the_interval_of_alpha_comes_from_areas_drawn_again():
    means = stream(6, "level").random((30, 1)) + 0.3 * stream(6, "noise").random((30, 3))
    once, again, other = (found(means, resamples=400, name=n)[ALPHA] for n in ("a", "a", "b"))
    assert once == again
    assert once[1] < once[0] < once[2]
    assert other[0] == once[0]
    assert other[1:3] != once[1:3]
    assert np.isnan(found(means)[ALPHA][1:3]).all()


@pytest.mark.parametrize("means", [np.full((4, 3), 0.5), np.full((4, 3), NAN), np.empty((0, 3))])
def test_where_nothing_varies_they_are_undefined(means):
    for value, low, high, _ in found(means, resamples=20).values():
        assert np.isnan([value, low, high]).all()
