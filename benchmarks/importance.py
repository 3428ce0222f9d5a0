"""How long do relative importance and its bootstrap take?

Run: python -m benchmarks.importance
Peers: relaimpo, boot.relimp and domir are not in Debian, so their times are pinned (2 vCPU Xeon
with AVX-512, R 4.2.2, n = 1,000): 3.39 s for LMG of 16 predictors, 82 s for 1,000 replicates at 10,
2.34 s for all subsets of a logit at 10. R itself, fitting every subset by lm.fit, runs beside ours.
Bounds: 16 predictors at least 100 times as fast as relaimpo, 20 under 1 s; 1,000 replicates at 10
at least 100 times as fast as boot.relimp; a logit at 10 at least 10 times as fast as domir.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, r_seconds, row
from consilience.base.seeds import stream
from consilience.stats.importance.dominance import general_dominance
from consilience.stats.importance.importance import relative_importance
from consilience.stats.importance.reproduced import dominance_resampled
from consilience.stats.importance.resampled import Resampling, importance_resampled
from consilience.stats.importance.subsets import linear_fits, moments_of

CASES = 1_000
RELAIMPO = {16: 3.39, 18: 14.3}
BOOT_RELIMP = 82.0
DOMIR = 2.34

LOOP = """
x <- as.matrix(read.csv(file.path(d, "x.csv")))
y <- scan(file.path(d, "y.csv"), skip = 1, quiet = TRUE)
p <- ncol(x); start <- proc.time()[[3]]
s <- sum((y - mean(y))^2)
f <- sapply(0:(2^p - 1), function(m) { k <- which(bitwAnd(m, 2^(seq_len(p) - 1)) > 0)
  if (!length(k)) 0 else 1 - sum(lm.fit(cbind(1, x[, k, drop = FALSE]), y)$residuals^2) / s })
cat(proc.time()[[3]] - start, "\\n")
"""


def made(predictors, cases=CASES):
    """Return an outcome and correlated predictors."""
    rng = stream(854716, "benchmark/importance")
    table = rng.normal(size=(cases, predictors)) + 0.6 * rng.normal(size=(cases, 1))
    return table @ np.linspace(1, 0, predictors) + 3 * rng.normal(size=cases), table


def lmg(y, table):
    """Return LMG of every column."""
    players = [[at] for at in range(table.shape[1])]
    return general_dominance(linear_fits(moments_of(y, table), players=players))


def streams(block):
    return stream(854716, "benchmark/resample", block=block)


def main():
    y, table = made(10)
    theirs = r_seconds(LOOP, arrays={"x": table, "y": y})
    ours = fastest(lambda: lmg(y, table), repeats=7)
    row("LMG", ours, theirs, peer="R, lm.fit loop", size="10 predictors")
    for predictors in (12, 14, 16, 18, 20, 22):
        y, table = made(predictors)
        ours = fastest(lambda: lmg(y, table))  # noqa: B023  (called at once)
        pinned = RELAIMPO.get(predictors)
        bar = {16: ">= 100x", 20: "< 1 s"}.get(predictors, "")
        peer = "relaimpo (pinned)" if pinned else ""
        row("LMG", ours, pinned, peer=peer, size=f"{predictors} predictors", bar=bar)
    for predictors in (10, 16, 20):
        y, table = made(predictors)
        ours = fastest(lambda: relative_importance(y, table))  # noqa: B023  (called at once)
        row("everything: LMG, dominance, other shares", ours, size=f"{predictors} predictors")
    y, table = made(10)
    how = Resampling(replicates=1_000)
    ours = fastest(lambda: importance_resampled(y, table, streams=streams, how=how))
    row("1,000 bootstrap LMG", ours, BOOT_RELIMP, peer="boot.relimp (pinned)",
        size="10 predictors", bar=">= 100x")  # fmt: skip
    for cases in (100, 10_000):
        y, table = made(10, cases)
        ours = fastest(lambda: importance_resampled(y, table, streams=streams, how=how))  # noqa: B023
        row("1,000 bootstrap LMG", ours, size=f"10 predictors, {cases:,}")
    y, table = made(10)
    ours = fastest(lambda: dominance_resampled(y, table, streams=streams, how=how))
    row("1,000 bootstrap dominance", ours, size="10 predictors")
    for predictors in (6, 8, 10, 12):
        y, table = made(predictors)
        success = (y > 0).astype(float)
        ours = fastest(lambda: relative_importance(success, table, outcome="logit"))  # noqa: B023
        pinned = DOMIR if predictors == 10 else None
        row("logit, every subset", ours, pinned, peer="domir (pinned)" if pinned else "",
            size=f"{predictors} predictors", bar=">= 10x" if pinned else "")  # fmt: skip
    code = "from benchmarks import importance as b\n"
    start = peak_megabytes(code)
    for predictors in (16, 20, 22, 24):
        whole = peak_megabytes(f"{code}b.lmg(*b.made({predictors}))")
        print(f"peak memory: {start:.0f} MB at the start, {whole:.0f} MB with {predictors}")


if __name__ == "__main__":
    main()
