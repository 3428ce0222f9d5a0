"""In what do those who answered differ from all on the frame?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from consilience.base.errors import Fault
from consilience.stats.distributions import chi2_tail, t_tail
from consilience.stats.weighting.calibrated import ratio

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

KINDS: Final = ("nominal", "numeric")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """How far are those who answered from the frame in one attribute?

    A numeric attribute has one value in each array, a nominal one as many as categories.

    Args:
        kind: `nominal` or `numeric`.
        frame: mean, or share of each category, on the frame.
        respondents: the same of those who answered; nan if nobody did.
        difference: respondents less frame.
        standardised: difference over the standard deviation on the frame (of a category,
            sqrt(p (1 - p))); nan where that is 0.
        statistic: t, or chi-squared, with the finite frame allowed for; nan where undefined.
        df: its degrees of freedom.
        p: probability of a statistic at least as far under answering at random.
        plain: chi-squared or t without the finite frame.
        association: Cramer's V between attribute and answering; |point-biserial correlation|
            for a numeric one, 0 to 1.
        n_frame: units of the frame with a value.
        n: of those, how many answered.
    """

    kind: str
    frame: Floats
    respondents: Floats
    difference: Floats
    standardised: Floats
    statistic: float
    df: float
    p: float
    plain: float
    association: float
    n_frame: int
    n: int


def compare_with_frame(
    attributes: Sequence[ArrayLike], responded: ArrayLike, *, kinds: Sequence[str]
) -> tuple[Comparison, ...]:
    """In which attributes do those who answered differ from the frame more than by chance?

    Those who answered are part of the frame: under answering at random they are a simple random
    sample without replacement, and their shares vary by the factor (N - n) / (N - 1) of what
    independent ones would.

    Args:
        attributes: for each (N,) values: category numbers 0, 1, ... with -1 where missing, or
            numbers with nan where missing.
        responded: (N,) whether the unit answered.
        kinds: for each `nominal` or `numeric`.

    Returns:
        A comparison for each attribute. Chi-squared is sum (n_k - n P_k)^2 / (n P_k) times
        (N - 1) / (N - n), on categories less 1; t is the difference over s sqrt((1 - n / N) / n)
        on n - 1, with s of those who answered.

    Raises:
        Fault: STA-001 for another kind, STA-002 for shapes.

    Source:
        Cochran (1977), Sampling Techniques, 2.6 and 3.6; Cramer (1946), Mathematical Methods of
        Statistics, 21.9; Austin (2009), Statistics in Medicine 28 (standardised differences).

    Differs:
        R's chisq.test(x, p=...) and t.test(x, mu=...) take no notice of the finite frame; they
        are `plain`.

    Example:
        >>> (size,) = compare_with_frame([[1.0, 2.0, 3.0, 6.0]], [1, 1, 0, 0], kinds=["numeric"])
        >>> float(size.difference[0]), round(size.statistic, 4)
        (-1.5, -4.2426)
    """
    answered = np.asarray(responded, dtype=bool)
    if len(attributes) != len(kinds):
        shape = (len(attributes), len(kinds))
        raise Fault("STA-002", what="attributes and kinds", shape=shape, wanted="as many of each")
    found = []
    for number, (each, kind) in enumerate(zip(attributes, kinds, strict=True)):
        if kind not in KINDS:
            raise Fault("STA-001", what="kind of attribute", value=kind, known=", ".join(KINDS))
        values = np.asarray(each, dtype=float)
        if values.shape != answered.shape:
            wanted = f"{answered.shape}"
            raise Fault("STA-002", what=f"attribute {number}", shape=values.shape, wanted=wanted)
        known = values >= 0 if kind == "nominal" else ~np.isnan(values)
        compare = _nominal if kind == "nominal" else _numeric
        found.append(compare(values[known], answered[known]))
    return tuple(found)


def _nominal(values: Floats, answered: Booleans) -> Comparison:
    codes = values.astype(np.int64)
    count = int(codes.max(initial=-1)) + 1
    everyone = np.bincount(codes, minlength=count).astype(float)
    answers = np.bincount(codes[answered], minlength=count).astype(float)
    N, n = float(len(codes)), float(answered.sum())
    frame = everyone / N if N else everyone
    shares = answers / n if n else np.full(count, np.nan)
    there = everyone > 0
    expected = n * frame[there]
    plain = float(((answers[there] - expected) ** 2 / expected).sum()) if n else float("nan")
    finite = plain * (N - 1) / (N - n) if n < N else float("nan")
    df = float(np.count_nonzero(there) - 1)
    # Pearson's statistic of the table of category by answering is this over (1 - n / N).
    of_table = plain / (1 - n / N) if 0 < n < N else float("nan")
    return Comparison(
        kind="nominal",
        frame=frame,
        respondents=shares,
        difference=shares - frame,
        standardised=ratio(shares - frame, np.sqrt(frame * (1 - frame))),
        statistic=finite if df > 0 else float("nan"),
        df=df,
        p=float(chi2_tail(finite, df)),
        plain=plain,
        association=float(np.sqrt(of_table / N)) if df > 0 else float("nan"),
        n_frame=int(N),
        n=int(n),
    )


def _numeric(values: Floats, answered: Booleans) -> Comparison:
    nan = float("nan")
    held = values[answered]
    N, n = len(values), len(held)
    mean = float(values.mean()) if N else nan
    ours = float(held.mean()) if n else nan
    spread = float(values.std(ddof=1)) if N > 1 else nan
    own = float(held.std(ddof=1)) if n > 1 else nan
    off = ours - mean
    floor = 1e-12 * max(1.0, abs(mean))
    varies, own_varies = spread > floor, own > floor
    plain = off / (own / np.sqrt(n)) if own_varies else nan
    finite = plain / np.sqrt(1 - n / N) if own_varies and n < N else nan
    biserial = np.corrcoef(values, answered)[0, 1] if varies and 0 < n < N else nan
    return Comparison(
        kind="numeric",
        frame=np.array([mean]),
        respondents=np.array([ours]),
        difference=np.array([off]),
        standardised=np.array([off / spread if varies else nan]),
        statistic=float(finite),
        df=float(n - 1),
        p=float(2 * t_tail(abs(finite), n - 1)),
        plain=float(plain),
        association=float(abs(biserial)),
        n_frame=N,
        n=n,
    )
