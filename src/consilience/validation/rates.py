"""Cases of response rates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from consilience.stats.rates import Outcomes, eligibility, response_rates
from consilience.validation.model import Answer, Case, NotSupported, Statistic

_SHARE: Final = re.compile(r"(\d+)\s*/\s*(\d+)")

_CODES: Final = {
    "I": "complete",
    "P": "partial",
    "R": "refused",
    "NC": "non_contact",
    "O": "other",
    "UH": "unknown_unit",
    "UO": "unknown_other",
    "NE": "ineligible",
}


def aapor_rates(case: Case) -> Answer:
    """Return the rates of counted dispositions; e by proportional allocation unless given."""
    counts = dict(zip(case.columns["code"], case.numbers("count"), strict=True))
    outcomes = Outcomes(**{_CODES[code]: count for code, count in counts.items()})
    e = float(case.args["e"]) if "e" in case.args else float(eligibility(outcomes))
    return Answer(values={"e": e, **response_rates(outcomes, e=e)})


def simple_response_rate(case: Case) -> Answer:
    """Return answers over asked, one a survey, from the shares that the call names."""
    shares = _SHARE.findall(case.call)
    if not isinstance(case.expected, Mapping) or len(shares) != len(case.expected):
        raise NotSupported("a call that does not name one share a figure")
    done, asked = np.array(shares, dtype=float).T
    rates = response_rates(Outcomes(complete=done, non_contact=asked - done))["rr1"]
    return Answer(values=dict(zip(case.expected, rates, strict=True)))


STATISTICS: Final[Mapping[str, Statistic]] = {
    "aapor_rates": aapor_rates,
    "simple_response_rate": simple_response_rate,
}
