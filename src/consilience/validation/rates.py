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
    counts = _counts(case)
    if not counts:
        raise NotSupported("no counts by the codes I, P, R, NC, O, UH, UO and NE")
    outcomes = Outcomes(**{_CODES[code]: count for code, count in counts.items()})
    told = re.search(r"\be\s*=\s*([\d.]+)", case.call)
    given = case.args.get("e", told[1] if told else None)
    e = float(eligibility(outcomes)) if given is None else float(given)
    return Answer(values={"e": e, **response_rates(outcomes, e=e)})


def _counts(case: Case) -> dict[str, float]:
    """Return counts by code: two columns, one column a code, or arguments."""
    if "code" in case.columns and "count" in case.columns:
        rows = zip(case.columns["code"], case.numbers("count"), strict=True)
        return {code: float(count) for code, count in rows if code in _CODES}
    wide = [code for code in _CODES if code in case.columns]
    if wide:
        return {code: float(case.numbers(code)[0]) for code in wide}
    held = case.args.get("counts", case.args)
    return {code: float(held[code]) for code in _CODES if held.get(code) is not None}


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
