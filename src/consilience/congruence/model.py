"""The nouns of congruence: profiles, indices, bands and how sure they are."""

from __future__ import annotations

from typing import Final

import pyarrow as pa


def _fields(text: str, numbers: str, counts: str = "") -> list[pa.Field]:
    return [
        *[pa.field(name, pa.string()) for name in text.split()],
        *[pa.field(name, pa.float64()) for name in numbers.split()],
        *[pa.field(name, pa.int64()) for name in counts.split()],
    ]


# Mean answer of an agency in an area on a construct; centred: less the agency's mean.
SCORE: Final = pa.schema(_fields("area agency construct", "raw centred", "items"))

# Congruence 0-1 (1 = agree wholly) of an area; construct "total" is over all of them. raw and
# centred stand side by side, whichever the study cuts into bands.
INDEX: Final = pa.schema(_fields("area construct index centring", "value", "items"))

# Signed and absolute mean difference of two agencies in an area.
PAIR: Final = pa.schema(_fields("area agency_a agency_b construct", "difference absolute", "items"))

# The band of an area. rank: 1 = least congruent. probability: that resampling puts it into
# this band; next_band: the band it falls into most often otherwise.
BAND: Final = pa.schema(
    _fields("area label next_label", "value probability", "rank band next_band")
)

# Probability of each band for each area; rows of an area sum to 1.
STABILITY: Final = pa.schema(_fields("area label", "probability", "band"))

# Bands under another index, centring or cut rule: share that keep their band, share that move
# two or more, rank correlation of the values with those of the study's own choice.
SENSITIVITY: Final = pa.schema(
    _fields("index centring cut", "same moved_two rank_correlation", "areas")
)

# Is there any agreement within areas at all? agencies shuffled over areas.
PERMUTATION: Final = pa.schema(
    _fields("construct index centring", "observed mean sd p", "permutations areas")
)

ALPHA: Final = "Krippendorff's alpha"

# Agreement coefficients of the agencies over areas, a construct at a time; low and high are the
# ends of its 95 % interval.
AGREEMENT: Final = pa.schema(_fields("construct coefficient", "value low high", "areas agencies"))

# How much a predictor contributes to the outcome. kind: construct, attribute or agency. value: its
# share of the variance of the outcome (general dominance), low and high its interval over
# resampled areas; first: alone, last: beyond all others, johnson: relative weight. mean_rank:
# over resamples, 1 = contributes most. A predictor that stands in every model has none of these.
IMPORTANCE: Final = pa.schema(
    _fields("predictor kind", "value low high first last johnson mean_rank", "position")
)

# Probability that a predictor has a rank; rows of a predictor sum to 1.
IMPORTANCE_RANK: Final = pa.schema(_fields("predictor", "probability", "rank"))

# Of two predictors: the probability that the first contributes more, and in which sense it does
# in the data as they are (complete, conditional, general or none).
IMPORTANCE_PAIR: Final = pa.schema(_fields("predictor other dominance", "probability"))

# The whole model, one row. fit: what `value` adds up to with that of the predictors in every
# model (`always`); rows: answers or areas used, areas: how many different ones.
IMPORTANCE_MODEL: Final = pa.schema(
    _fields(
        "model measure unit",
        "fit low high always level",
        "rows areas predictors columns without_outcome missing imputations resamples failed",
    )
)

TABLES: Final = {
    "score": SCORE,
    "index": INDEX,
    "pair": PAIR,
    "band": BAND,
    "stability": STABILITY,
    "sensitivity": SENSITIVITY,
    "permutation": PERMUTATION,
    "agreement": AGREEMENT,
    "importance": IMPORTANCE,
    "importance_rank": IMPORTANCE_RANK,
    "importance_pair": IMPORTANCE_PAIR,
    "importance_model": IMPORTANCE_MODEL,
}
