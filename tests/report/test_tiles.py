"""The tile map: one cell an area, neighbours stay neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.seeds import stream
from consilience.report.tiles import Tile, place_tiles, short_names, tile_map


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.integers(0, 1000), st.floats(0.1, 10))
def test_no_two_areas_share_a_cell(count, seed, shape):
    rng = stream(seed, "tiles")
    x, y = rng.normal(size=count) * shape, rng.normal(size=count)
    places = place_tiles(x, y)
    assert len({tuple(place) for place in places.tolist()}) == count
    assert places.min(axis=0).tolist() == [0, 0]


def test_a_grid_keeps_its_shape():
    across, up = np.meshgrid(np.arange(6.0), np.arange(4.0))
    places = place_tiles(across.ravel(), up.ravel(), room=1)
    assert (places[:, 0] == across.ravel()).all()
    assert (places[:, 1] == 3 - up.ravel()).all()


def test_directions_are_kept():
    rng = stream(3, "tiles")
    x, y = rng.lognormal(size=150), rng.normal(size=150)
    places = place_tiles(x, y)
    assert np.corrcoef(np.argsort(np.argsort(x)), places[:, 0])[0, 1] > 0.9
    assert np.corrcoef(np.argsort(np.argsort(-y)), places[:, 1])[0, 1] > 0.9


def test_all_at_one_place_still_get_a_cell_each():
    places = place_tiles(np.zeros(5), np.zeros(5))
    assert len({tuple(place) for place in places.tolist()}) == 5


@pytest.mark.parametrize("names", [["Nottingham", "Nottinghamshire"], ["Derby", "Derbyshire"],
                                   ["Blackburn with Darwen", "Blackpool"],
                                   ["Isle of Wight", "Isles of Scilly"]])  # fmt: skip
def test_names_that_begin_alike_are_told_apart(names):
    shorts = short_names(names)
    assert len(set(shorts)) == 2
    assert all(len(short) <= 4 for short in shorts)


def test_a_name_without_capitals_is_not_lost():
    assert short_names(["écija", ""]) == ("écij", "")


def test_the_map_draws_every_tile_and_rings_the_chosen():
    tiles = [Tile("Kent", "#d55e00", "1"), Tile("York", "#0072b2", "5", chosen=True),
             Tile("Bury & Co", "", "")]  # fmt: skip
    places = np.array([[0, 0], [1, 0], [1, 1]])
    drawing = tile_map(tiles, places, title="t", description="d")
    assert drawing.body.count("<g>") == 3
    assert drawing.body.count('class="chosen"') == 1
    assert "Bury &amp; Co: no value" in drawing.body
    assert drawing.width == drawing.height == 86
