"""Where the search sets out: trees and partitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from consilience.base.seeds import stream
from consilience.stats.mixtures.starts import make_ground, partitions
from consilience.stats.mixtures.ward import cut_tree, ward_tree

SETTINGS = settings(max_examples=30, deadline=None)


@SETTINGS
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_tree_is_that_of_scipy(seed, groups):
    points = stream(seed, "test/tree").normal(size=(30, 3))
    ours = cut_tree(ward_tree(points), groups=groups)
    theirs = hierarchy.fcluster(hierarchy.ward(points), groups, criterion="maxclust")
    assert np.array_equal(ours[:, None] == ours, theirs[:, None] == theirs)


def test_tree_of_few_units():
    assert ward_tree(np.zeros((1, 2))).shape == (0, 2)
    assert cut_tree(ward_tree(np.zeros((1, 2))), groups=1).tolist() == [0]
    assert sorted(cut_tree(ward_tree(np.zeros((4, 2))), groups=4).tolist()) == [0, 1, 2, 3]


@SETTINGS
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(1, 30), st.booleans())
def test_every_partition_uses_every_group(seed, profiles, starts, alike):
    rng = stream(seed, "test/parts")
    data = rng.integers(0, 2, (20, 2)).astype(float) if alike else rng.normal(size=(20, 2))
    data[:2] = [[0, 1], [1, 0]]
    weights = np.ones(20)
    weights[::4] = 0
    ground = make_ground(data, weights, rng=rng)
    # A tree has leaves for weighted units only; the others go with the nearest group.
    found = partitions(ground, profiles=profiles, starts=starts, rng=rng)
    assert found.shape == (starts, 20)
    for groups in found:
        assert np.unique(groups[weights > 0]).tolist() == list(range(profiles))


@pytest.mark.parametrize("grown", [True, False])
def test_trees_are_grown_only_when_asked(grown):
    rng = stream(1, "test/grown")
    ground = make_ground(rng.normal(size=(20, 2)), np.ones(20), rng=rng if grown else None)
    assert len(ground.trees) == (2 if grown else 0)


def test_signs_that_another_processor_chooses_change_no_view(monkeypatch):
    rng = stream(3, "test/signs")
    data = rng.normal(size=(20, 3))
    here = make_ground(data, np.ones(20)).views[1]
    svd = np.linalg.svd

    def flipped(values, **options):
        left, sizes, right = svd(values, **options)
        signs = np.array([-1.0, 1.0, -1.0])
        return left * signs, sizes, signs[:, None] * right

    monkeypatch.setattr(np.linalg, "svd", flipped)
    assert make_ground(data, np.ones(20)).views[1] == pytest.approx(here, abs=1e-12)
    assert here.T @ here / 20 == pytest.approx(np.eye(3), abs=1e-12)
