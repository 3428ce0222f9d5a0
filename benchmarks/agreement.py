"""How long do alpha, its bootstrap and the permutation test of congruence take?

Run: python -m benchmarks.agreement
Peer: krippendorff from PyPI (GPL, so never a dependency), on the same ratings in the same run.
Bounds: alpha of 3 x 100,000 at least 10 times as fast as the peer; 1,000 bootstrap replicates of it
at least 200 times as fast as the peer in a loop; 10,000 replicates for each of 150 areas x 3
agencies x 30 items under 5 s; 100,000 permutations of the congruence of these under 3 s.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, python_seconds, row
from consilience.base.seeds import stream
from consilience.stats.agreement.krippendorff import krippendorff_alpha
from consilience.stats.agreement.krippendorff_resampled import alpha_resampled, alphas_by_area
from consilience.stats.profile_permutation import profiles_shuffled

SIZES = (1_000, 10_000, 100_000)
METRICS = ("nominal", "ordinal", "interval", "ratio")

PEER = """
import krippendorff
best = 9e9
for _ in range(5):
    start = time.perf_counter()
    krippendorff.alpha(reliability_data=a["x"].T, level_of_measurement={metric!r})
    best = min(best, time.perf_counter() - start)
print(best)
"""
PEER_LOOP = """
import krippendorff
x, draws = a["x"], np.random.default_rng(1)
start = time.perf_counter()
for _ in range(20):
    krippendorff.alpha(
        reliability_data=x[draws.integers(len(x), size=len(x))].T, level_of_measurement="ordinal"
    )
print((time.perf_counter() - start) * 50)
"""


def ratings(units):
    """Return ratings of three raters, 1 to 5, a sixth of them missing."""
    rng = stream(854716, "benchmark/agreement")
    base = rng.integers(1, 6, size=(units, 1))
    table = np.clip(base + rng.integers(-1, 2, size=(units, 3)), 1, 5).astype(float)
    table[rng.random(table.shape) < 0.15] = np.nan
    return table


def streams(block):
    return stream(854716, "benchmark/replicates", block=block)


def main():
    largest = ratings(SIZES[-1])
    for metric in METRICS:
        theirs = python_seconds(
            PEER.format(metric=metric), packages=["krippendorff"], arrays={"x": largest}
        )
        ours = fastest(lambda m=metric: krippendorff_alpha(largest, metric=m), repeats=7)
        row(f"alpha, {metric}", ours, theirs, peer="krippendorff", size="3 x 100,000", bar=">= 10x")
    theirs = python_seconds(PEER_LOOP, packages=["krippendorff"], arrays={"x": largest})
    for units in SIZES:
        table = ratings(units)
        ours = fastest(
            lambda t=table: alpha_resampled(t, metric="ordinal", replicates=1000, streams=streams)
        )
        peer = theirs if units == SIZES[-1] else None
        note = "20 in a loop, times 50" if peer else ""
        row("1,000 bootstrap alphas, ordinal", ours, peer, peer="krippendorff" if peer else "",
            size=f"3 x {units:,}", bar=f">= 200x {note}")  # fmt: skip
    rng = stream(854716, "benchmark/areas")
    for areas in (50, 150, 450):
        items = np.clip(
            rng.integers(1, 6, size=(areas, 30, 1)) + rng.integers(-2, 3, size=(areas, 30, 3)), 1, 5
        )
        ours = fastest(
            lambda v=items: alphas_by_area(v, replicates=10_000, streams=streams), repeats=1
        )
        row("10,000 bootstrap alphas an area", ours, size=f"{areas} x 3 x 30",
            bar="150 areas < 5 s")  # fmt: skip
        values = items.swapaxes(1, 2).astype(float)
        ours = fastest(
            lambda v=values: profiles_shuffled(
                v, measure="mean-absolute-difference", permutations=100_000, streams=streams
            ),
            repeats=1,
        )
        row("100,000 permutations of congruence", ours,
            size=f"{areas} x 3 x 30", bar="150 areas < 3 s")  # fmt: skip
    code = "from benchmarks import agreement as b\n"
    work = "b.alpha_resampled(b.ratings(100_000), replicates=1000, streams=b.streams)"
    start, whole = peak_megabytes(code), peak_megabytes(code + work)
    print(f"peak memory: {start:.0f} MB after imports, {whole:.0f} MB with 1,000 bootstrap alphas")


if __name__ == "__main__":
    main()
