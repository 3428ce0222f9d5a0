"""Run every case through the functions that users call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from consilience.base.errors import Fault
from consilience.validation import (
    agreement,
    correlation,
    imputation,
    krippendorff,
    mixtures,
    rates,
    scales,
    weighting,
    within_group,
)
from consilience.validation.compare import judge, unsupported
from consilience.validation.model import Case, NotSupported, Outcome, Statistic

STATISTICS: Final[Mapping[str, Statistic]] = {
    **agreement.STATISTICS,
    **correlation.STATISTICS,
    **imputation.STATISTICS,
    **krippendorff.STATISTICS,
    **mixtures.STATISTICS,
    **rates.STATISTICS,
    **scales.STATISTICS,
    **weighting.STATISTICS,
    **within_group.STATISTICS,
}


def validate(cases: Sequence[Case]) -> Iterator[Outcome]:
    """Does each case come out as the other program said?

    Args:
        cases: see `consilience.validation.read.read_cases`.

    Yields:
        The outcome of each case in turn.
    """
    for case in cases:
        statistic = STATISTICS.get(case.statistic)
        if statistic is None:
            yield unsupported(case, f"no statistic {case.statistic!r}")
            continue
        try:
            yield judge(case, statistic(case))
        except NotSupported as lack:
            yield unsupported(case, str(lack))
        except Fault as fault:
            yield unsupported(case, str(fault))
