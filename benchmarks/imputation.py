"""How long does imputing by chained equations take, beside mice?

Run: OPENBLAS_NUM_THREADS=1 python -m benchmarks.imputation
Bound: predictive mean matching, 20 imputations x 5 iterations, 1,000 x 10 with 15 % missing, in a
fifth of mice's time.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import fastest, middle, peak_megabytes, r_seconds, row
from consilience.base.seeds import stream
from consilience.stats.imputation.impute import impute
from consilience.stats.imputation.pooling import pool

SIZES = ((1_000, 10), (4_000, 10), (16_000, 10))
BAR = "bar 5x"

MICE = """
suppressMessages(library(mice)); x <- read.csv(file.path(d, "x.csv")); x[is.na(x)] <- NA
cat(system.time(mice(x, m=20, maxit=5, method="{method}", printFlag=FALSE, seed=1))[["elapsed"]])
"""

PEAK = """
from benchmarks.imputation import gapped, done
done(gapped({rows}, {columns}), "pmm")
"""


def gapped(rows, columns, share=0.15):
    """Return correlated normal columns with values missing completely at random."""
    rng = stream(854716, "benchmark/imputation")
    table = rng.normal(size=(rows, columns)) @ rng.normal(size=(columns, columns))
    table[rng.random(table.shape) < share] = np.nan
    return table


def done(table, method):
    """Impute 20 times with 5 iterations."""
    return impute(
        table,
        streams=lambda m: stream(854716, "benchmark/chains", block=m),
        imputations=20,
        iterations=5,
        methods=method,
    )


def main():
    """Print ours beside mice at the size of the bar, then how ours grows."""
    table = gapped(*SIZES[0])
    for method in ("pmm", "norm"):
        theirs = r_seconds(MICE.format(method=method), packages=("mice",), arrays={"x": table})
        ours = fastest(lambda m=method: done(table, m))
        row(f"impute, {method}", ours, theirs, peer="mice", bar=BAR, size="20 x 5, 1,000 x 10")
    print("pinned, 2 vCPU Xeon: mice 6.42 s (pmm), 5.81 s (norm); statsmodels 27.4 s")
    for rows, columns in SIZES:
        table = gapped(rows, columns)
        seconds = fastest(lambda t=table: done(t, "pmm"), repeats=2)
        peak = peak_megabytes(PEAK.format(rows=rows, columns=columns))
        print(f"pmm 20 x 5, {rows:>6,} x {columns}: {seconds:7.3f} s, peak {peak:5.0f} MB")
    rng = stream(854716, "benchmark/pool")
    q, u = rng.normal(size=(20, 100_000)), rng.uniform(0.5, 1, size=(20, 100_000))
    print(f"pool, 20 x 100,000 estimates: {middle(lambda: pool(q, u, complete_df=99)):.4f} s")


if __name__ == "__main__":
    main()
