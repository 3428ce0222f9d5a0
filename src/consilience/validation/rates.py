"""Cases of response rates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from consilience.stats.rates import Outcomes, eligibility, response_rates
from consilience.validation.model import Answer, Case, NotSupported, Statistic

Floats = NDArray[np.float64]

_SHARE: Final = re.compile(r"(\d+)\s*/\s*(\d+)")

_DISPOSITION: Final = ("code", "disposition", "outcome", "status", "category")
_COUNT: Final = ("count", "n", "freq", "frequency", "counts", "number")

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
    return Answer(values=_rates(case, counts))


def _rates(case: Case, counts: Mapping[str, Floats]) -> dict[str, Any]:
    outcomes = Outcomes(**{_CODES[code]: count for code, count in counts.items()})
    told = re.search(r"\be\s*=\s*([\d.]+)", case.call)
    given = case.args.get("e", told[1] if told else None)
    e = eligibility(outcomes) if given is None else np.asarray(float(given))
    return {"e": e, **response_rates(outcomes, e=e)}


def aapor_rates_by_group(case: Case) -> Answer:
    """Return the rates of each group under its name, and under the rate by group."""
    told = next((case.args[key] for key in ("group", "by", "groups") if case.args.get(key)), None)
    spoken = (*_CODES, *_DISPOSITION, *_COUNT)
    free = [name for name in case.columns if name not in spoken]
    group = told if isinstance(told, str) else next(iter(free), "")
    if group not in case.columns:
        raise NotSupported("no column that says which group a count is of")
    texts = case.texts(group)
    each: dict[str, dict[str, Any]] = {}
    for label in dict.fromkeys(texts.tolist()):
        own = np.flatnonzero(texts == label)
        columns = {
            name: [cells[row] for row in own.tolist()] for name, cells in case.columns.items()
        }
        part = replace(case, columns=columns)
        if not (counts := _counts(part)):
            raise NotSupported("no counts by the codes I, P, R, NC, O, UH, UO and NE")
        totals = {code: np.asarray(np.sum(count)) for code, count in counts.items()}
        each[label] = _rates(part, totals)
    rates = next(iter(each.values()), {})
    across = {rate: {label: one[rate] for label, one in each.items()} for rate in rates}
    return Answer(values={**across, **each})


def _counts(case: Case) -> dict[str, Floats]:
    """Return counts by code: two columns, one column a code (one a row), or arguments."""
    code = next((name for name in case.columns if name.lower() in _DISPOSITION), None)
    count = next((name for name in case.columns if name.lower() in _COUNT), None)
    if code is not None and count is not None:
        texts, numbers = case.texts(code), case.numbers(count)
        return {each: numbers[texts == each].sum() for each in _CODES if each in texts}
    if wide := [each for each in _CODES if each in case.columns]:
        return {
            each: counts if len(counts := case.numbers(each)) > 1 else counts[0] for each in wide
        }
    held = case.args.get("counts", case.args)
    return {each: np.asarray(float(held[each])) for each in _CODES if held.get(each) is not None}


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
    **dict.fromkeys(
        ("aapor_rates_by_group", "aapor_by_group", "response_rates_by_group"), aapor_rates_by_group
    ),
    "simple_response_rate": simple_response_rate,
}
