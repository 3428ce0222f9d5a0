"""Random streams: the same anywhere, and none disturbs another."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.seeds import stream

QUICK = settings(max_examples=60, deadline=None)
seeds = st.integers(0, 2**63)
names = st.text(max_size=20)
PINNED = [529, 53, 538, 616, 543]


def draw(seed, name, block=0):
    return stream(seed, name, block=block).integers(2**62, size=8)


@QUICK
@given(seeds, names, st.integers(0, 10_000))
def test_a_stream_depends_on_seed_name_and_block_alone(seed, name, block):
    first = draw(seed, name, block)
    draw(seed, name + "x")
    np.testing.assert_array_equal(first, draw(seed, name, block))


@QUICK
@given(seeds, names)
def test_another_seed_name_or_block_gives_other_numbers(seed, name):
    mine = draw(seed, name)
    for other in (draw(seed + 1, name), draw(seed, name + "x"), draw(seed, name, 1)):
        assert not np.array_equal(mine, other)


def test_blocks_do_not_run_into_each_other():
    """A block has 2**128 draws before it reaches the next one; look at the first 10,000."""
    first = stream(7, "a").integers(2**62, size=10_000)
    second = stream(7, "a", block=1).integers(2**62, size=10_000)
    assert not set(first.tolist()) & set(second.tolist())


def test_the_numbers_are_those_of_earlier_versions():
    """A change here changes every study's results: it needs a changelog entry that says so."""
    assert stream(854716, "congruence/permutation").integers(1000, size=5).tolist() == PINNED
