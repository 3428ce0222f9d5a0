"""Which broader value stands for a value, and how far does each key have to be recoded?"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.disclosure.recoding import (
    band_dates,
    band_numbers,
    hierarchy,
    recode,
    top_bottom,
)
from consilience.stats.disclosure.recoding_search import recode_keys, recodings

AREA = hierarchy(["A1", "A2", "B1", "B2"], {"A1": "A", "A2": "A", "B1": "B", "B2": "B"}, top="-")
AGE = np.array([[0, 1, 2, 3, 4, 5], [0, 0, 1, 1, 2, 2], [0, 0, 0, 0, 1, 1], [0] * 6])
LEVELS = (AREA.groups, AGE, np.array([[0, 1]]))


def alone(keys, k):
    rows = list(zip(*(each.tolist() for each in keys), strict=True))
    return sum(rows.count(each) < k for each in rows)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(-1, 3), st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=25
    ),
    k=st.integers(1, 4),
    most=st.integers(0, 3),
)
def test_the_lowest_combinations_are_those_of_trying_all(rows, k, most):
    keys = np.array(rows).T
    enough = {
        levels
        for levels in product(*(range(len(each)) for each in LEVELS))
        if alone(recode_keys(keys, LEVELS, levels), k) <= most
    }
    lowest = {
        levels
        for levels in enough
        if not any(
            (*levels[:key], level - 1, *levels[key + 1 :]) in enough
            for key, level in enumerate(levels)
        )
    }
    found = recodings(keys, LEVELS, k=k, most_alone=most)
    assert {each.levels for each in found.best} == lowest
    assert [each.loss for each in found.best] == sorted(each.loss for each in found.best)
    for each in found.best:
        assert each.alone == alone(recode_keys(keys, LEVELS, each.levels), k)
        assert 0 <= each.loss <= 1
    assert found.combinations == 12
    assert bool(found.warnings) == (not enough)


def test_few_combinations_are_counted():
    rng = stream(3, "lattice")
    keys = [rng.integers(0, 16, 2_000) for _ in range(4)]
    halves = np.array([np.arange(16) >> level for level in range(5)])
    found = recodings(keys, [halves] * 4, k=3)
    assert found.combinations == 625
    assert found.checked < 250
    assert found.best[0].alone == 0


def test_losses_by_hand():
    keys = [[0, 1, 2, 3], [0, 0, 0, 0]]
    flat = [[0], [0]]
    by = {
        loss: recodings(keys, [AREA.groups, flat], k=2, loss=loss, importance=[3, 1]).best
        for loss in ("entropy", "levels")
    }
    # Two bits, of which one is left; half the levels.
    assert [(each.levels, each.loss) for each in by["entropy"]] == [((1, 0), 0.375)]
    assert [(each.levels, each.loss) for each in by["levels"]] == [((1, 0), 0.375)]


def test_no_combination_is_enough():
    found = recodings([[0, 1]], [[[0, 1]]], k=2)
    assert not found.best
    assert [each.code for each in found.warnings] == ["STA-126"]


@pytest.mark.parametrize(
    ("code", "keys", "levels", "options"),
    [
        ("STA-001", [[0]], [[[0]]], {"loss": "money"}),
        ("STA-002", [[0]], [[[0]], [[0]]], {}),
        ("STA-002", [[0]], [[0]], {}),
        ("STA-002", [[0]], [[[0]]], {"importance": [1, 2]}),
        ("STA-003", [[0]], [[[0]]], {"importance": [0]}),
        ("STA-003", [[0]], [[[0]]], {"k": 0}),
        ("STA-003", [[0]], [[[0]]], {"most_alone": -1}),
        ("STA-003", [[1]], [[[0]]], {}),
        ("STA-003", [[0]], [[[-1]]], {}),
        ("STA-125", [[0, 1]], [[[0, 0], [0, 1]]], {}),
        ("STA-127", [[0]] * 20, [[[0], [0]]] * 20, {}),
    ],
)
def test_a_search_that_is_refused(code, keys, levels, options):
    with pytest.raises(Fault) as told:
        recodings(keys, levels, **{"k": 2, **options})
    assert told.value.code == code


def test_a_hierarchy_of_mappings():
    assert AREA.names == (("A1", "A2", "B1", "B2"), ("A", "B"), ("-",))
    assert AREA.groups.tolist() == [[0, 1, 2, 3], [0, 0, 1, 1], [0, 0, 0, 0]]
    with pytest.raises(Fault) as told:
        hierarchy(["a", "b"], {"a": "x"})
    assert told.value.code == "STA-124"


def test_recoding_refuses_what_has_no_group():
    assert recode([1, -5, 0], [7, 9]).tolist() == [9, -1, 7]
    for code, codes, groups in (
        ("STA-003", [2], [0, 0]),
        ("STA-003", [0.5], [0, 0]),
        ("STA-002", [[0]], [0]),
    ):
        with pytest.raises(Fault) as told:
            recode(codes, groups)
        assert told.value.code == code
    for code, levels in (("STA-003", (3,)), ("STA-003", (-1,)), ("STA-002", (0, 0))):
        with pytest.raises(Fault) as told:
            recode_keys([[0]], [AREA.groups], levels)
        assert told.value.code == code


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-1e3, 1e3))
def test_the_mean_of_those_beyond_keeps_the_sum(values, top):
    found = top_bottom(values, top=top, stands="mean")
    assert found.sum() == pytest.approx(np.sum(values), abs=1e-6)
    assert (top_bottom(values, bottom=-1, top=top + 1001) <= top + 1001).all()


def test_top_and_bottom_leave_missing_missing():
    found = top_bottom([np.nan, -3, 0, 9], bottom=-1, top=5)
    assert np.array_equal(found, [np.nan, -1, 0, 5], equal_nan=True)
    for code, options in (
        ("STA-001", {"stands": "median"}),
        ("STA-003", {"bottom": 2, "top": 2}),
    ):
        with pytest.raises(Fault) as told:
            top_bottom([1], **options)
        assert told.value.code == code


@given(st.lists(st.integers(-1000, 1000), min_size=1), st.integers(1, 50), st.integers(-9, 9))
def test_a_number_lies_in_its_band(values, width, origin):
    low = band_numbers(values, width=width, origin=origin)
    assert ((low <= values) & (values < low + width)).all()
    assert ((low - origin) % width == 0).all()


def test_dates_lie_in_bands_of_months():
    dates = ["1999-12-31", "2000-01-01", "2001-05-17", "NaT"]
    by = {months: band_dates(dates, months=months).astype(str).tolist() for months in (1, 3, 12)}
    assert by[1] == ["1999-12-01", "2000-01-01", "2001-05-01", "NaT"]
    assert by[3] == ["1999-10-01", "2000-01-01", "2001-04-01", "NaT"]
    assert by[12] == ["1999-01-01", "2000-01-01", "2001-01-01", "NaT"]
    school = band_dates(dates, months=12, origin="2000-09")
    assert school.astype(str).tolist() == ["1999-09-01", "1999-09-01", "2000-09-01", "NaT"]


def test_bands_that_are_refused():
    for call in (
        lambda: band_numbers([1], width=0),
        lambda: band_numbers([1], width=np.nan),
        lambda: band_dates(["2020"], months=0),
        lambda: band_dates(["yesterday"]),
        lambda: band_dates(["2020"], origin="then"),
    ):
        with pytest.raises(Fault) as told:
            call()
        assert told.value.code == "STA-003"
