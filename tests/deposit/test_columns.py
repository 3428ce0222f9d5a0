"""Columns made coarser, turned into codes, and with cells withheld."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.deposit.columns import codes_of, recoded, without
from consilience.design.model.deposit import Recoding

TEXTS = st.none() | st.sampled_from(["North", "South", "", "9", "0009"])
NUMBERS = st.none() | st.integers(-50, 50) | st.sampled_from([0.5, -2.25, 7.0])


def recoding(**way):
    return Recoding(column="x", reason="few", **way)


def column(*values, kind=None):
    return pa.chunked_array([pa.array(values, kind)])


def test_groups_take_texts_and_numbers_alike_and_leave_the_rest():
    north = recoding(groups={"N": ("NE", "NW"), "S": ("SE",)})
    assert recoded(column("NE", "SE", "L", None), north).to_pylist() == ["N", "S", "L", None]
    codes = recoding(groups={"few": (1, 2), "many": ("3",)})
    assert recoded(column(1, 2, 3, 4, None), codes).to_pylist() == ["few", "few", "many", "4", None]
    assert recoded(column(1.0, 2.5), codes).to_pylist() == ["few", "2.5"]


@pytest.mark.parametrize("limits", [(10, 20), (20, 10)])
def test_bands_begin_at_their_limit_in_whatever_order_they_are_written(limits):
    found = recoded(column(9, 10, 19.5, 20, None), recoding(bands=limits)).to_pylist()
    assert found == ["below 10", "10 to below 20", "10 to below 20", "20 or more", None]


def test_limits_end_numbers_and_keep_their_kind():
    ended = recoded(column(1, 5, 9, None), recoding(bottom=2, top=8))
    assert (ended.to_pylist(), ended.type) == ([2, 5, 8, None], pa.int64())
    assert recoded(column(1, 9), recoding(top=8)).to_pylist() == [1, 8]


def test_a_limit_between_whole_numbers_is_kept_as_it_is():
    assert recoded(column(1, 9), recoding(top=2.5)).to_pylist() == [1.0, 2.5]


@pytest.mark.parametrize("way", [{"bands": (1,)}, {"top": 3}, {"bottom": 3}])
def test_texts_have_no_bands_and_no_limits(way):
    with pytest.raises(Fault) as told:
        recoded(column("a", "b"), recoding(**way))
    assert told.value.code == "DEP-001"
    assert "'x'" in told.value.what


def test_limits_that_cross_are_told():
    with pytest.raises(Fault) as told:
        recoded(column(1, 2), recoding(bottom=5, top=3))
    assert told.value.code == "STA-003"


@given(st.lists(NUMBERS), st.lists(st.integers(-60, 60), min_size=1, max_size=4))
def test_bands_keep_order_and_what_is_missing(values, limits):
    told = recoded(column(*values, kind=pa.float64()), recoding(bands=tuple(limits))).to_pylist()
    assert [each is None for each in told] == [each is None for each in values]
    pairs = [(v, t) for v, t in zip(values, told, strict=True) if v is not None]
    for one, first in pairs:
        for other, second in pairs:
            same = all((one >= limit) == (other >= limit) for limit in limits)
            assert (first == second) == same


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_codes_tell_apart_just_what_differs(ours, theirs):
    one, other = codes_of(ours, theirs)
    pairs = [*zip(ours, one.tolist(), strict=True), *zip(theirs, other.tolist(), strict=True)]
    assert all((code == -1) == (value is None) for value, code in pairs)
    for value, code in pairs:
        for second, number in pairs:
            assert (value == second) == (code == number)


def test_a_number_is_the_same_written_as_a_whole_one():
    ours, theirs = codes_of([1, 2], [1.0, "2"])
    assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize(
    ("values", "kind", "instead"),
    [
        (("a", None), pa.string(), "withheld"),
        ((1, None), pa.int64(), -88),
        ((1.5, None), pa.float64(), -88),
        ((None, None), pa.string(), "withheld"),
    ],
)
def test_a_withheld_cell_is_no_missing_answer(values, kind, instead):
    found = without(column(*values, kind=kind), [True, False])
    assert found.to_pylist() == [instead, None]
    assert found.type == kind
