"""Run every case through the functions that users call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from consilience.base.errors import Fault
from consilience.validation import (
    agreement,
    correlation,
    importance,
    imputation,
    krippendorff,
    mixtures,
    rates,
    scales,
    unitizing,
    weighting,
    within_group,
)
from consilience.validation.compare import judge, unsupported
from consilience.validation.model import Case, NotSupported, Outcome, Statistic

_FAMILIES: Final[Sequence[Mapping[str, Statistic]]] = (
    agreement.STATISTICS,
    correlation.STATISTICS,
    imputation.STATISTICS,
    importance.STATISTICS,
    krippendorff.STATISTICS,
    mixtures.STATISTICS,
    rates.STATISTICS,
    scales.STATISTICS,
    unitizing.STATISTICS,
    weighting.STATISTICS,
    within_group.STATISTICS,
)


def named(statistic: str) -> list[Statistic]:
    """Return what may be meant by the name of a statistic: families share some names."""
    return [family[statistic] for family in _FAMILIES if statistic in family]


def validate(cases: Sequence[Case]) -> Iterator[Outcome]:
    """Does each case come out as the other program said?

    Args:
        cases: see `consilience.validation.read.read_cases`.

    Yields:
        The outcome of each case in turn.
    """
    for case in cases:
        yield _outcome(case)


def _outcome(case: Case) -> Outcome:
    reason = f"no statistic {case.statistic!r}"
    for statistic in named(case.statistic):
        try:
            return judge(case, statistic(case))
        except (NotSupported, Fault) as lack:
            reason = str(lack)
        except (TypeError, ValueError, LookupError) as misread:
            # A case may have any form; one that is misread must not hide the others.
            reason = f"its form was not understood ({type(misread).__name__}: {misread})"
    return unsupported(case, reason)
