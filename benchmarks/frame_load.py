"""How long does a frame of schools take to load, beside pandas reading the same file?

Run: python benchmarks/frame_load.py
Bound: 24,000 schools in under 2 s, and time that grows with the file, not faster.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from pathlib import Path

import pandas as pd

from consilience.base.seeds import stream
from consilience.design.model import FrameStage
from consilience.frame.load import load_frame

SIZES = (6_000, 12_000, 24_000)
REPEATS = 3


def write_schools(path, size):
    """Write a file of invented schools in the 152 areas, in the columns of the example study."""
    areas, _ = load_areas()
    rng = stream(854716, "benchmark/frame-load")
    table = pd.DataFrame(
        {
            "urn": range(100_000, 100_000 + size),
            "name": [f"School {n}, {n % 97} Road" for n in range(size)],
            "la_code": rng.choice(areas.table.column("dfe_code").to_numpy(), size),
            "phase": rng.choice(["primary", "secondary", "special"], size, p=[0.75, 0.2, 0.05]),
            "status": rng.choice(["maintained", "academy", "free school"], size),
            "pupils": rng.integers(20, 1500, size),
            "fsm": rng.uniform(0, 70, size).round(1),
            "faith": rng.choice(["none", "Church of England", "Roman Catholic"], size),
            "easting": rng.integers(100_000, 650_000, size),
            "northing": rng.integers(20_000, 650_000, size),
        }
    )
    table.to_csv(path, index=False)


def load_areas():
    stage = FrameStage(
        id="areas",
        kind="frame",
        of="areas",
        date=dt.date(2017, 9, 1),
        source="england-upper-tier-2018",
    )
    return load_frame(stage, folder=Path(), areas=None, simulated=False)


def schools_stage(path):
    return FrameStage.model_validate(
        {
            "id": "schools",
            "kind": "frame",
            "of": "schools",
            "date": "2018-09-01",
            "file": path.name,
            "area_key": "dfe_code",
            "columns": {
                "id": "urn",
                "name": "name",
                "area": "la_code",
                "x": "easting",
                "y": "northing",
                "attributes": {n: n for n in ("phase", "status", "pupils", "fsm", "faith")},
            },
        }
    )


def fastest(work):
    """Return the shortest of several times: the others measure the neighbours."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def run(sizes=SIZES):
    """Return one record a size: seconds here, seconds of pandas, and their ratio."""
    areas, _ = load_areas()
    records = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"schools-{size}.csv"
            write_schools(path, size)
            stage = schools_stage(path)
            frame, notes = load_frame(stage, folder=path.parent, areas=areas, simulated=True)
            assert (frame.table.num_rows, notes) == (size, [])
            ours = fastest(
                lambda s=stage, p=path: load_frame(s, folder=p.parent, areas=areas, simulated=True)
            )
            theirs = fastest(lambda p=path: pd.read_csv(p))
            records.append(
                {"schools": size, "seconds": ours, "pandas": theirs, "ratio": ours / theirs}
            )
    return records


if __name__ == "__main__":
    print(f"{'schools':>8} {'seconds':>8} {'pandas':>8} {'ratio':>6}")
    for each in run():
        print(
            f"{each['schools']:>8} {each['seconds']:>8.3f} {each['pandas']:>8.3f} "
            f"{each['ratio']:>6.1f}"
        )
