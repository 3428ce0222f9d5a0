"""How long do alpha, item statistics, scores and omega take, beside R's psych?

Run: python benchmarks/scales.py
The peer of the bound, 41 s of psych::alpha for a million people, is pinned from another run; at
10,000 people psych runs in the same run. psych::alpha gives alpha and items together, so both are
timed together against it.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, r_seconds, row
from consilience.base.seeds import stream
from consilience.stats.scales.alpha import cronbach_alpha
from consilience.stats.scales.items import item_statistics
from consilience.stats.scales.omega import omega_bootstrap, omega_total
from consilience.stats.scales.scoring import scale_scores

SIZES = (10_000, 100_000, 1_000_000)
ITEMS = 10
# psych 2.2.9 on this many people, pinned, 2 vCPU Xeon.
PINNED = {1_000_000: 41.0}
# The largest size at which psych is timed in the same run; above, minutes.
LARGEST = 10_000

PSYCH = """
suppressMessages(library(psych)); x <- read.csv(file.path(d, "x.csv"))
cat(system.time(suppressWarnings(alpha(x, check.keys=FALSE)))[["elapsed"]], "\\n")
"""


def answers(size):
    """Return answers from 1 to 5 of so many people to ten items."""
    rng = stream(20180901, "benchmark/scales")
    people = rng.normal(size=(size, 1))
    return np.clip(np.round(3 + 0.8 * people + rng.normal(size=(size, ITEMS))), 1, 5)


def both(table, missing):
    """Return what psych::alpha gives in one call: alpha with its interval, and the items."""
    return (
        cronbach_alpha(table, missing=missing),
        item_statistics(table, missing=missing, points=[1, 2, 3, 4, 5]),
    )


def alone(name, seconds, size):
    """Print a line for work that no peer is timed for."""
    print(f"{name:<40} {size:<18} {seconds:>9.4g} s", flush=True)


def main():
    """Print lines for each size; psych::alpha is set against all that it computes."""
    for size in SIZES:
        table, shape = answers(size), f"{size:,} x {ITEMS}"
        gaps = table.copy()
        gaps[::7, 3] = np.nan
        ours = fastest(lambda t=table: both(t, "pairwise"))
        if size <= LARGEST:
            theirs = r_seconds(PSYCH, packages=("psych",), arrays={"x": table})
            row("alpha and items", ours, theirs, peer="psych::alpha", size=shape)
        elif size in PINNED:
            peer = "psych::alpha, pinned, 2 vCPU Xeon, another run"
            row("alpha and items", ours, PINNED[size], peer=peer, size=shape)
        else:
            alone("alpha and items (psych not timed)", ours, shape)
        alone("alpha alone", fastest(lambda t=table: cronbach_alpha(t)), shape)
        pairwise = fastest(lambda t=gaps: cronbach_alpha(t, missing="pairwise"))
        alone("alpha alone, with gaps, pairwise", pairwise, shape)
        scores = fastest(
            lambda t=gaps: scale_scores(t, [1] * ITEMS, low=1, high=5, missing="share")
        )
        alone("scores, 80 % rule", scores, shape)
    small = answers(1000)
    alone("omega", fastest(lambda: omega_total(small)), "1,000 x 10")
    boot = fastest(
        lambda: omega_bootstrap(
            small, replicates=1000, streams=lambda b: stream(1, "omega", block=b)
        ),
        repeats=1,
    )
    alone("omega, 1,000 bootstrap samples", boot, "1,000 x 10")
    code = (
        "from benchmarks.scales import answers\n"
        "from consilience.stats.scales.alpha import cronbach_alpha\n"
        "cronbach_alpha(answers(1_000_000))"
    )
    print(
        f"peak memory of alpha at 1,000,000 x {ITEMS}: {peak_megabytes(code):.0f} MB, data included"
    )


if __name__ == "__main__":
    main()
