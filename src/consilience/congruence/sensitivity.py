"""Which areas would be in another band, had index, centring or cut rule been another?"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa

from consilience.congruence.answers import Floats
from consilience.congruence.bands import band_numbers
from consilience.congruence.indices import area_congruence
from consilience.congruence.model import SENSITIVITY
from consilience.congruence.profiles import Congruence, choice_of, table_of
from consilience.design.model import CongruenceStage
from consilience.stats.bands import DECIMALS, kept_and_moved, mean_ranks
from consilience.stats.distance import CENTRINGS, INDICES

CUTS: Final = ("equal-counts", "equal-width", "clusters")


def compare(stage: CongruenceStage, *, measured: Congruence) -> pa.Table:
    """How many areas keep their band under every other index, centring and cut rule?

    Args:
        stage: the study's own choices; all else (level, weights, ties, number of bands) stays.
        measured: what `measure` returned for the stage.

    Returns:
        Schema `SENSITIVITY`, one row an index, centring and cut rule, the study's own among
        them. `fixed` limits are compared only if the study uses them. Areas are those with a
        band under both; figures are null where there are none.
    """
    own = band_numbers(stage, measured.values)
    cuts = (*CUTS, "fixed") if stage.bands.cut == "fixed" else CUTS
    rows = []
    for index, centring in product(INDICES, CENTRINGS):
        values = area_congruence(
            measured.profiles, choice_of(stage, index=index, centring=centring)
        )
        correlation = rank_correlation(measured.values, values)
        for rule in cuts:
            other = band_numbers(stage, values, rule=rule)
            same, moved = kept_and_moved(own, other)
            areas = int(((own > 0) & (other > 0)).sum())
            rows.append((index, centring, rule, same, moved, correlation, areas))
    return table_of(SENSITIVITY, *(list(column) for column in zip(*rows, strict=True)))


def rank_correlation(first: Floats, second: Floats) -> float:
    """How alike do two indices order the areas (Spearman)?

    Args:
        first: (areas,) values; nan where undefined.
        second: (areas,) values.

    Returns:
        Correlation of the mid-ranks of areas with both values, -1 to 1; nan where fewer than
        two have both or one of them is constant.

    Example:
        >>> round(rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 9.0, 4.0])), 6)
        0.5
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    x, y = (mean_ranks(np.round(values[both], DECIMALS)) for values in (first, second))
    if not both.any() or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    off_x, off_y = x - x.mean(), y - y.mean()
    return float(off_x @ off_y / np.sqrt((off_x @ off_x) * (off_y @ off_y)))
