"""Which categories are exchanged by chance, so that none is sure and the shares stay?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.disclosure.pram import invariant_matrix, pram

COUNTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=8)


@settings(max_examples=80, deadline=None)
@given(COUNTS, st.data())
def test_shares_stay_and_no_more_leave_than_asked(counts, data):
    keep = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(counts),
                                       max_size=len(counts))))  # fmt: skip
    matrix = invariant_matrix(counts, keep=keep)
    assert (matrix >= -1e-12).all()
    assert matrix.sum(axis=1) == pytest.approx(np.ones(len(counts)))
    assert counts @ matrix == pytest.approx(np.array(counts, dtype=float), abs=1e-6)
    assert (matrix.diagonal() >= keep - 1e-8).all()
    # Only one category can be too frequent for the others.
    raised = (matrix.diagonal() > keep + 1e-8) & (np.array(counts) > 0)
    assert raised.sum() <= 1


def test_a_diagonal_is_met_where_it_can_be():
    for counts, keep in (
        ([50, 30, 20], [0.9, 0.8, 0.7]),
        # One has nearly as many leaving as all others together: the upper root.
        ([100, 40, 35, 26], [0.5] * 4),
        ([1, 1, 1], [0, 0, 0]),
    ):
        matrix = invariant_matrix(counts, keep=keep)
        assert matrix.diagonal() == pytest.approx(keep)


def test_the_most_frequent_keeps_more_where_it_must():
    matrix = invariant_matrix([900, 60, 40], keep=0.5)
    # 50 come from the others, so no more than 50 of 900 can leave.
    assert matrix[0].tolist() == pytest.approx([850 / 900, 30 / 900, 20 / 900])
    assert matrix[1].tolist() == pytest.approx([0.5, 0.5, 0])
    assert invariant_matrix([7], keep=0).tolist() == [[1]]
    assert invariant_matrix([7, 0], keep=0).tolist() == [[1, 0], [0, 1]]
    assert invariant_matrix([], keep=0.5).shape == (0, 0)


def test_frequencies_after_many_exchanges_are_those_before():
    codes = np.repeat([0, 1, 2, 3], [4_000, 3_000, 2_000, 1_000])
    found = pram(codes, rng=stream(5, "pram"), keep=0.6)
    after = np.bincount(found.codes)
    assert after == pytest.approx([4_000, 3_000, 2_000, 1_000], rel=0.05)
    assert found.changed.mean() == pytest.approx(0.4, abs=0.02)
    assert (found.changed == (found.codes != codes)).all()
    kept = [(found.codes[codes == each] == each).mean() for each in range(4)]
    assert kept == pytest.approx([0.6] * 4, abs=0.04)
    again = pram(codes, rng=stream(5, "pram"), keep=0.6)
    assert (again.codes == found.codes).all()


def test_exchange_within_strata():
    codes = np.array([0, 1] * 50 + [2, 3] * 50)
    strata = np.repeat([7, 3], 100)
    found = pram(codes, rng=stream(6, "pram"), keep=0.5, strata=strata)
    assert found.strata == (3, 7)
    assert set(found.codes[strata == 7]) == {0, 1}
    assert set(found.codes[strata == 3]) == {2, 3}
    assert found.matrices.shape == (2, 4, 4)
    for number, name in enumerate(found.strata):
        counts = np.bincount(codes[strata == name], minlength=4)
        assert counts @ found.matrices[number] == pytest.approx(counts)
    assert not found.warnings


def test_missing_stays_missing_and_more_kept_is_said():
    found = pram([-4, 0, 0, 0, 1], rng=stream(7, "pram"), keep=0.5)
    assert found.codes[0] == -1
    assert not found.changed[0]
    assert [each.code for each in found.warnings] == ["STA-128"]
    assert "category 0" in str(found.warnings[0])
    empty = pram([], rng=stream(7, "pram"))
    assert not len(empty.codes)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("STA-002", lambda rng: pram([[0]], rng=rng)),
        ("STA-002", lambda rng: pram([0, 1], rng=rng, strata=[0])),
        ("STA-002", lambda rng: pram([0, 1], rng=rng, keep=[0.5] * 3)),
        ("STA-003", lambda rng: pram([0.5], rng=rng)),
        ("STA-003", lambda rng: pram([0, 1], rng=rng, keep=1.5)),
        ("STA-002", lambda _: invariant_matrix([[1]])),
        ("STA-003", lambda _: invariant_matrix([-1])),
    ],
)
def test_what_is_refused(code, call):
    with pytest.raises(Fault) as told:
        call(stream(1, "pram"))
    assert told.value.code == code
