"""How long does raking take, beside survey::rake on the same rows in the same run?

Run: python -m benchmarks.weighting
Bound: 100,000 rows with 3 margins at least 10 times as fast as survey::rake.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, r_seconds, row
from consilience.base.seeds import stream
from consilience.stats.weighting.calibration import calibrate
from consilience.stats.weighting.estimates import weighted_mean
from consilience.stats.weighting.propensity import dummies, propensity
from consilience.stats.weighting.raking import rake
from consilience.stats.weighting.representativity import r_indicator
from consilience.stats.weighting.resampled_response import resample_r_indicator
from consilience.stats.weighting.sample_design import SampleDesign, adjusted

SIZES = (25_000, 50_000, 100_000)
LEVELS = (4, 6, 3)
PEER = "survey::rake 4.1.1 (R)"


def sample(size):
    """Return codes, margins and unequal weights of invented rows."""
    rng = stream(854716, "benchmark/weighting")
    codes = [rng.integers(0, levels, size) for levels in LEVELS]
    weights = rng.uniform(1, 10, size)
    other = weights * rng.uniform(0.5, 1.5, size) * (1 + 0.3 * codes[0])
    margins = [
        np.bincount(each, weights=other, minlength=levels)
        for each, levels in zip(codes, LEVELS, strict=True)
    ]
    return codes, margins, weights


R_RAKE = """
suppressMessages(library(survey))
x <- read.csv(file.path(d, "x.csv")); names(x) <- c("a", "b", "c", "w")
m <- read.csv(file.path(d, "m.csv")); names(m) <- c("v", "k", "Freq")
des <- svydesign(id=~1, weights=~w, data=x)
pop <- lapply(0:2, function(i)
  setNames(m[m$v == i, c("k", "Freq")], c(c("a", "b", "c")[i + 1], "Freq")))
best <- Inf
for (i in 1:3) best <- min(best, system.time(
  rake(des, list(~a, ~b, ~c), pop, control=list(maxit=200, epsilon=1e-10)))[[3]])
cat(best, "\\n")
"""


def raking():
    for size in SIZES:
        codes, margins, weights = sample(size)
        ours = fastest(lambda c=codes, m=margins, w=weights: rake(c, m, weights=w), repeats=7)
        table = [
            (number, level, total)
            for number, each in enumerate(margins)
            for level, total in enumerate(each)
        ]
        theirs = r_seconds(
            R_RAKE,
            packages=("survey",),
            arrays={"x": np.column_stack([*codes, weights]), "m": table},
        )
        row("raking, 3 margins", ours, theirs, peer=PEER, bar=">= 10x", size=f"{size:,} rows")


def alone(name, seconds):
    print(f"{name:<44} {f'{SIZES[-1]:,} rows':<24} {seconds:>9.4g} s", flush=True)


def others():
    codes, margins, weights = sample(SIZES[-1])
    bounded = fastest(lambda: rake(codes, margins, weights=weights, bounds=(0.2, 2.0)), repeats=2)
    alone("raking with limits", bounded)
    auxiliaries = np.column_stack([np.ones(len(weights)), dummies(codes)])
    totals = auxiliaries.T @ (weights * 1.1)
    linear = fastest(lambda: calibrate(auxiliaries, totals, weights=weights))
    alone("calibration, linear, 11 variables", linear)
    raked = rake(codes, margins, weights=weights).weights
    design = SampleDesign(
        weights=weights, strata=np.arange(len(weights)) % 50, clusters=np.arange(len(weights)) // 20
    )
    design = adjusted(design, raked, codes=codes)
    y = stream(854716, "benchmark/weighting/y").normal(size=len(weights))
    mean = fastest(lambda: weighted_mean(y, design=design))
    alone("mean and its error after raking", mean)
    answered = stream(854716, "benchmark/weighting/r").random(len(weights)) < 0.5
    model = fastest(lambda: r_indicator(propensity(dummies(codes), answered).probabilities))
    alone("propensity model and R-indicator", model)
    drawn = fastest(
        lambda: resample_r_indicator(
            dummies(codes), answered, streams=lambda block: stream(7, "r", block=block)
        ),
        repeats=1,
    )
    alone("R-indicator, 1,000 bootstrap samples", drawn)


def main():
    raking()
    others()
    peak = peak_megabytes(
        "from benchmarks.weighting import sample\n"
        "from consilience.stats.weighting.raking import rake\n"
        f"c, m, w = sample({SIZES[-1]})\nrake(c, m, weights=w)"
    )
    print(f"peak memory of raking {SIZES[-1]:,} rows, imports included: {peak:.0f} MB")


if __name__ == "__main__":
    main()
