"""How long do agreement within groups and variance components take for a million people?

Run `python -m benchmarks.within_group` (two minutes, nearly all of them R's).
Bars, at 1,000,000 people in 50,000 groups and 10 items: rwg(j) and average deviation 50 times
faster than R's multilevel, ICC(1) and ICC(2) in 0.1 s. Groups of about 20, answers 1 to 5 at
random; one core. `pinned` marks seconds measured once on a 2 vCPU Xeon, where R would take long.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, r_seconds, row
from consilience.base.seeds import stream
from consilience.stats.within_group.agreement import rwg_j
from consilience.stats.within_group.awg import a_wg
from consilience.stats.within_group.chance import critical_values
from consilience.stats.within_group.components import anova_components
from consilience.stats.within_group.deviation import average_deviation
from consilience.stats.within_group.reml import reml_components

SIZES = (10_000, 100_000, 1_000_000)
ITEMS = 10
START = """library(multilevel)
x <- read.csv(file.path(d, "x.csv")); g <- read.csv(file.path(d, "g.csv"))[, 1]
t <- system.time({CALL})[["elapsed"]]; cat(t, "\\n")"""

# name: ours, R's, people up to which R runs, pinned seconds of R at a million
WORK = {
    "rwg(j)": (
        lambda x, g: rwg_j(x, g, null_variance=2.0).value,
        "rwg.j(x, g, 2)",
        1_000_000,
        None,
    ),
    "average deviation, mean": (
        lambda x, g: average_deviation(x, g).value,
        "ad.m(x, g)",
        1_000_000,
        None,
    ),
    "average deviation, median": (
        lambda x, g: average_deviation(x, g, centre="median").value,
        'ad.m(x, g, type="median")',
        100_000,
        None,
    ),
    "a_wg": (lambda x, g: a_wg(x, g, low=1, high=5).value, "awg(x, g)", 100_000, None),
    "ICC(1), ICC(2)": (
        lambda x, g: anova_components(x[:, 0], g).icc2,
        "{m <- aov(x[, 1] ~ as.factor(g)); ICC1(m); ICC2(m)}",
        10_000,  # aov builds a column a group
        None,
    ),
    "ICC by REML, 2 variables": (
        lambda x, g: reml_components(x[:, :2], g).icc2,
        "mult.icc(x[, 1:2], g)",
        100_000,
        52.8,
    ),
}


def people(size):
    """Return (size, ITEMS) answers and (size,) groups."""
    draw = stream(31, f"benchmark/within-group/{size}")
    return draw.integers(1, 6, (size, ITEMS)).astype(float), draw.integers(0, size // 20, size)


def theirs(call, x, g):
    """Return seconds of R."""
    code = START.replace("CALL", call)
    return r_seconds(code, packages=["multilevel"], arrays={"x": x, "g": g})


def main():
    memory()  # first: a process starts with the peak of the one that began it
    x, g = people(1_000)
    anova_components(x, g)  # whatever is loaded when first asked for
    for name, (ours, call, most, pinned) in WORK.items():
        seconds = []
        for size in SIZES:
            x, g = people(size)
            seconds.append(fastest(lambda x=x, g=g, ours=ours: ours(x, g)))
            peer, other = "multilevel", theirs(call, x, g) if size <= most else None
            if size == SIZES[-1] and pinned:
                peer, other = "multilevel (pinned)", pinned
            label = f"{size:,} / {size // 20:,} groups"
            if other is None and size > most:
                print(
                    f"{name:<44} {label:<24} {seconds[-1]:>9.4g} s  multilevel: not run, too slow"
                )
            else:
                row(name, seconds[-1], other, peer=peer, size=label)
        growth = np.log10(seconds[-1] / seconds[-2])
        print(f"{'':<44} seconds grow as people to the power {growth:.2f}")
    chance()


def chance():
    """Time critical values of rwg(j), 10,000 random groups of each of three sizes."""
    for size in (5, 10, 50):
        ours = fastest(
            lambda size=size: critical_values(
                "rwg_j", size=size, items=10, points=5, draws=10_000, rng=stream(1, "benchmark")
            ).critical()
        )
        call = f"rwg.j.sim({size}, 10, 5, nrep=1000)"
        code = f"library(multilevel); cat(system.time({call})[['elapsed']])"
        other = r_seconds(code, packages=["multilevel"])
        row(
            "critical rwg(j), 10,000 draws",
            ours,
            None if other is None else other * 10,
            peer="rwg.j.sim (10 x 1,000 draws)",
            size=f"{size} people, 10 items",
        )


def memory():
    """Print peak memory of a process that does everything, and of one that only holds the data."""
    for size in SIZES:
        made = f"from benchmarks.within_group import WORK, people; x, g = people({size})"
        held = peak_megabytes(made)
        peak = peak_megabytes(f"{made}\nfor ours, *_ in WORK.values(): ours(x, g)")
        print(f"{size:>9,} people: peak {peak:.0f} MB, {peak - held:.0f} MB above the data")


if __name__ == "__main__":
    main()
