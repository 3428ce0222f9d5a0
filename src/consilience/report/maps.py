"""Maps of values over the areas of a frame, where its places are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from consilience.base.counting import counted
from consilience.report.lookup import make_grid
from consilience.report.model import Column, Figure, Findings, Sign
from consilience.report.tiles import MOST_TILES, Tile, place_tiles, tile_map


def area_map(
    findings: Findings,
    frame_id: str,
    *,
    caption: str,
    description: str,
    tile_for: Callable[[str, str], Tile],
    said: Mapping[str, str],
    key: tuple[Sign, ...],
    simulated: bool,
) -> Figure | None:
    """Answer where the values lie; None when the places are not known or are too many.

    Args:
        findings: everything.
        frame_id: the frame whose units are drawn.
        caption: what it shows.
        description: the same in words.
        tile_for: unit id and name to its tile.
        said: unit id to its value in words, for the table.
        key: what the fills mean.
        simulated: whether the values are.
    """
    table = findings.frame(frame_id).table
    known = table.filter(table["x"].is_valid()).filter(
        table.filter(table["x"].is_valid())["y"].is_valid()
    )
    if not 4 <= known.num_rows <= MOST_TILES or known.num_rows < 0.9 * table.num_rows:
        return None
    ids, names = known["id"].to_pylist(), known["name"].to_pylist()
    x, y = (np.asarray(known[axis].to_pylist(), dtype=np.float64) for axis in ("x", "y"))
    places = place_tiles(x, y)
    tiles = [tile_for(unit, name or unit) for unit, name in zip(ids, names, strict=True)]
    rows = [
        {"name": name, "value": said.get(unit, "no value")}
        for unit, name in sorted(zip(ids, names, strict=True), key=lambda pair: pair[1] or "")
    ]
    grid = make_grid(
        caption, {"name": Column("Area"), "value": Column("Value")}, rows, simulated=simulated
    )
    left_out = table.num_rows - known.num_rows
    return Figure(
        caption=caption,
        drawings=(tile_map(tiles, places, title=caption, description=description),),
        grid=grid,
        key=key,
        simulated=simulated,
        note="One tile an area, near its true place: every area counts the same, distances are "
        "not to scale."
        + (f" Not drawn: {counted(left_out, 'area')} without a known place." * (left_out > 0)),
    )
