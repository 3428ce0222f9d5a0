"""How long does it take to find the records at risk in a file of up to a million?

Run: python -m benchmarks.disclosure_risk
Bound: 1,000,000 records with 6 keys: special uniques in 2.5 s, individual risk in 0.5 s. The peers'
times are pinned: sdcMicro 5.8.0 (R 4.2.2) and DuckDB queries on the same file, on two cores.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, row
from consilience.stats import (
    individual_risk,
    k_anonymity,
    l_diversity,
    population_risk,
    suda,
    t_closeness,
)

SIZES = (10_000, 100_000, 1_000_000)
# Levels and skewness of area, role, age, sex, ethnicity and type of school.
LEVELS = ((150, 0.6), (12, 1.0), (15, 0.3), (3, None), (18, 1.6), (8, 1.0))
SDCMICRO = "sdcMicro 5.8.0 (pinned)"
DUCKDB = "DuckDB (pinned)"
CODE = """
from benchmarks.disclosure_risk import simulated
from consilience.stats import {name}
keys, weights, sensitive = simulated({size})
{act}
"""


def simulated(size):
    """Return keys, weights and a sensitive attribute by the recipe of the peers' file (seed 7)."""
    rng = np.random.default_rng(7)  # noqa: TID251  (the file that the peers were timed on)

    def zipf(levels, power):
        shares = 1 / np.arange(1, levels + 1) ** power
        return shares / shares.sum()

    keys = [
        rng.choice(levels, size, p=[0.69, 0.30, 0.01] if power is None else zipf(levels, power))
        for levels, power in LEVELS
    ]
    weights = rng.uniform(5, 50, size).round(2)
    return keys, weights, rng.choice(6, size, p=zipf(6, 0.7))


def tasks(size, place):
    keys, weights, sensitive = simulated(size)

    def timed(name, work, peer="", times=(None, None, None), bar=""):
        bound = bar if size == SIZES[-1] else ""
        row(name, fastest(work), times[place], peer=peer, bar=bound, size=f"{size:,} records")

    timed("special uniques (SUDA2) and DIS", lambda: suda(keys, fraction=0.1),
          SDCMICRO, (0.30, 2.0, 26.5), "<= 2.5 s")  # fmt: skip
    timed("frequencies and individual risk", lambda: individual_risk(keys, weights=weights),
          SDCMICRO, (0.12, 0.20, 2.76), "<= 0.5 s")  # fmt: skip
    timed("k-anonymity", lambda: k_anonymity(keys), DUCKDB, (0.005, 0.006, 0.15))
    timed("l-diversity, three kinds", lambda: l_diversity(keys, sensitive),
          DUCKDB, (0.008, 0.11, 0.69))  # fmt: skip
    timed("t-closeness, equal distance", lambda: t_closeness(keys, sensitive),
          DUCKDB, (0.008, 0.08, 0.81))  # fmt: skip
    timed("t-closeness, ordered distance", lambda: t_closeness(keys, sensitive, distance="ordered"))


def listed():
    """Time 10 % of a listed population, of which a hundredth has named itself."""
    for size in SIZES:
        population = simulated(size)[0]
        units = np.arange(0, size, 10)
        keys = [column[units] for column in population]
        named = np.arange(size) % 100 == 0
        ours = fastest(
            lambda k=keys, p=population, u=units, n=named: population_risk(k, p, units=u, named=n)
        )
        row("risk among all who are listed", ours, size=f"{len(units):,} of {size:,}")


def memory():
    acts = {"suda": "suda(keys)", "individual_risk": "individual_risk(keys, weights=weights)"}
    for name, act in acts.items():
        for size in SIZES:
            peak = peak_megabytes(CODE.format(name=name, size=size, act=act))
            before = peak_megabytes(CODE.format(name=name, size=size, act=""))
            print(f"peak memory, {name}, {size:,}: {peak:.0f} MB, the file itself {before:.0f} MB")


def main():
    # Memory first: the peak of a process starts with that of the one that it was forked from.
    memory()
    for place, size in enumerate(SIZES):
        tasks(size, place)
    listed()


if __name__ == "__main__":
    main()
