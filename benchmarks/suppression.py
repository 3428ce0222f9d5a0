"""How long does it take to suppress cells until nobody stands out, and how many go?

Run: python -m benchmarks.suppression
Bound: 100,000 records of the mild table in 1 s with at most 3,614 cells; 10,000 of the hard one in
60 s with at most 12,269. The peer's figures are pinned: kAnon of sdcMicro 5.8.0 (R 4.2.2), k = 3,
on the same tables and two cores. It meets the standard `wildcard`; the others are stricter.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.disclosure_risk import simulated
from benchmarks.peers import fastest, peak_megabytes
from consilience.stats import microaggregate, suppress
from consilience.stats.disclosure.suppression_certificate import STANDARDS

# Cells and seconds of the peer, where it was run.
TABLES = (
    ("mild", 10_000, 4_622, 40.4),
    ("mild", 100_000, 3_614, 55.8),
    ("mild", 1_000_000, None, None),
    ("hard", 10_000, 11_685, 281.0),
    ("hard", 100_000, None, None),
)


def table(kind, size):
    """Return the keys: as simulated ("hard", 95 % unique), or with fewer levels ("mild")."""
    area, role, age, sex, ethnicity, school = simulated(size)[0]
    if kind == "hard":
        return [area, role, age, sex, ethnicity, school]
    most = ((role, 5), (sex, 1), (ethnicity, 4), (school, 3))
    role, sex, ethnicity, school = (np.minimum(column, limit) for column, limit in most)
    return [area % 9, role, age // 3, sex, ethnicity, school]


def suppression():
    for kind, size, cells, seconds in TABLES:
        keys = table(kind, size)
        for standard in STANDARDS:
            found = suppress(keys, k=3, standard=standard)
            time = fastest(lambda of=keys, by=standard: suppress(of, k=3, standard=by), repeats=1)
            peer = "" if cells is None else f"sdcMicro {cells:,} cells, {seconds:g} s (pinned)"
            print(
                f"{kind} {size:>9,} records  {standard:<9} {int(found.cells.sum()):>8,} cells"
                f" {time:>8.3g} s  {int(found.certificate.candidates.min()):>2} candidates  {peer}",
                flush=True,
            )


def main():
    # First, as a process starts with the peak of the one that it comes from.
    for kind, size in (("mild", 100_000), ("mild", 1_000_000), ("hard", 10_000)):
        peak = peak_megabytes(
            "from benchmarks.suppression import table\nfrom consilience.stats import suppress\n"
            f"suppress(table({kind!r}, {size}), k=3, standard='wildcard')"
        )
        print(f"peak memory of {kind} {size:,} records, imports included: {peak:.0f} MB")
    suppression()
    for size in (10_000, 100_000, 1_000_000):
        weights = simulated(size)[1]
        time = fastest(lambda of=weights: microaggregate(of, k=3), repeats=1)
        print(f"best groups of 3, one column of {size:,}: {time:.3g} s", flush=True)


if __name__ == "__main__":
    main()
