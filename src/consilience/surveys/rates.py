"""Who answered, of those who could? Response rates and the overlap of surveys.

Final disposition codes of AAPOR's Standard Definitions (internet surveys of named persons)
that the dispositions stand for: complete 1.1 (I), partial 1.2 (P), started 2.12 break-off and
refused 2.11 (both R), no-reply 2.2 non-contact (NC) or 3.1 nothing known (UO) as the study
says, ineligible 4.0 (NE).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa

from consilience.base.errors import Fault, Faults
from consilience.frame.model import Frame
from consilience.stats import rates as statistics
from consilience.surveys.columns import nearest
from consilience.surveys.model import OVERLAP, RATE, Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """How one unit ended up in one survey."""

    unit: str
    disposition: str
    late: bool
    duplicates: int


def response_rates(
    cases: pa.Table, *, frame: Frame, by: Sequence[str], no_reply: Mapping[str, str]
) -> pa.Table:
    """What share of those who could answer did, in all and by attributes of the frame?

    Each survey has its own eligible base: the units invited to it less the ineligible.

    Args:
        cases: the columns survey, area (the unit), disposition, late, duplicates; one row an
            invited unit and survey, as in schema `CASE`.
        frame: where the attributes of the units stand.
        by: attributes of the frame to show response by.
        no_reply: survey to `non-contact` (eligible, never reached) or `unknown` (it is not
            known whether anyone there was eligible; such units leave RR5 and RR6).

    Returns:
        Schema `RATE`: for each survey in the order of `cases` first all units, then the levels
        of each attribute in alphabetical order, units without a level last.

    Raises:
        Faults: SUR-030 for each attribute that the frame does not have.

    Source:
        AAPOR, Standard Definitions, RR1-RR6; in RR3 and RR4 the share of unknown units taken
        to be eligible is that among all units of the survey whose eligibility is known.
    """
    known = [attribute.name for attribute in frame.attributes]
    faults = [
        Fault("SUR-030", attribute=name, frame=frame.id, nearest=nearest(name, known))
        for name in by
        if name not in frame.table.column_names
    ]
    if faults:
        raise Faults(faults)
    ids = frame.table.column("id").to_pylist()
    levels = {
        name: dict(zip(ids, map(_level, frame.table.column(name).to_pylist()), strict=True))
        for name in by
    }
    rows: list[dict[str, Any]] = []
    for survey, ended in _by_survey(cases).items():
        unknown = no_reply.get(survey, "non-contact") == "unknown"
        share = statistics.eligibility(_outcomes(ended, unknown=unknown))
        e = 1.0 if math.isnan(share) else float(share)
        for attribute, level, part in _parts(ended, levels):
            counts = {"survey": survey, "by": attribute, "level": level, **_counts(part)}
            rates = statistics.response_rates(_outcomes(part, unknown=unknown), e=e)
            shares = {name: _or_none(rates[name]) for name in RATE.names if name.startswith("rr")}
            rows.append({**counts, **shares})
    return pa.Table.from_pylist(rows, schema=RATE)


def overlaps(cases: pa.Table, *, surveys: Sequence[str]) -> pa.Table:
    """How many units answered several surveys, and is that more than chance would give?

    Args:
        cases: the columns survey, area (the unit) and disposition, as in schema `CASE`.
        surveys: ids of the surveys, in the order in which they are to be named.

    Returns:
        Schema `OVERLAP`: every pair, then all together if there are more than two. Counted are
        complete answers among units eligible in all surveys of the row; the probability is
        exact with the margins held.

    Source:
        `consilience.stats.rates.overlap`.
    """
    eligible: dict[str, set[str]] = {survey: set() for survey in surveys}
    complete: dict[str, set[str]] = {survey: set() for survey in surveys}
    for survey, ended in _by_survey(cases).items():
        if survey in eligible:
            eligible[survey] = {e.unit for e in ended if e.disposition != Disposition.INELIGIBLE}
            complete[survey] = {e.unit for e in ended if e.disposition == Disposition.COMPLETE}
    together = [*combinations(surveys, 2)]
    sets: list[tuple[str, ...]] = [*together, *([tuple(surveys)] if len(surveys) > 2 else [])]
    rows = []
    for chosen in sets:
        base = set.intersection(*(eligible[survey] for survey in chosen))
        answered = [complete[survey] & base for survey in chosen]
        observed = len(set.intersection(*answered))
        chance = statistics.overlap([len(part) for part in answered], units=len(base))
        rows.append(
            {
                "surveys": " + ".join(chosen),
                "eligible": len(base),
                "observed": observed,
                "expected": chance.expected,
                "sd": chance.sd,
                "p_at_least": chance.at_least(observed),
            }
        )
    return pa.Table.from_pylist(rows, schema=OVERLAP)


def _by_survey(cases: pa.Table) -> dict[str, list[_Ended]]:
    found: dict[str, list[_Ended]] = {}
    names = [
        name
        for name in ("survey", "area", "disposition", "late", "duplicates")
        if name in cases.column_names
    ]
    for row in cases.select(names).to_pylist():
        found.setdefault(row["survey"], []).append(
            _Ended(
                unit=row["area"],
                disposition=row["disposition"],
                late=bool(row.get("late")),
                duplicates=row.get("duplicates") or 0,
            )
        )
    return found


def _parts(
    ended: Sequence[_Ended], levels: Mapping[str, Mapping[str, str | None]]
) -> Iterator[tuple[str, str | None, Sequence[_Ended]]]:
    yield "all", "all", ended
    for attribute, of_unit in levels.items():
        parts: dict[str | None, list[_Ended]] = {}
        for each in ended:
            parts.setdefault(of_unit.get(each.unit), []).append(each)
        for level in sorted(parts, key=lambda name: (name is None, name or "")):
            yield attribute, level, parts[level]


def _counts(ended: Iterable[_Ended]) -> dict[str, int]:
    ended = list(ended)
    ends = Counter(each.disposition for each in ended)
    counts = {str(each).replace("-", "_"): ends[str(each)] for each in Disposition}
    return {
        "invited": len(ended),
        "eligible": len(ended) - ends[str(Disposition.INELIGIBLE)],
        "duplicates": sum(each.duplicates for each in ended),
        "late": sum(each.late for each in ended),
        **counts,
    }


def _outcomes(ended: Iterable[_Ended], *, unknown: bool) -> statistics.Outcomes:
    counts = _counts(ended)
    return statistics.Outcomes(
        complete=counts["complete"],
        partial=counts["partial"],
        refused=counts["refused"] + counts["started"],
        non_contact=0 if unknown else counts["no_reply"],
        unknown_other=counts["no_reply"] if unknown else 0,
        ineligible=counts["ineligible"],
    )


def _level(value: str | float | None) -> str | None:
    return f"{value:g}" if isinstance(value, float) else value


def _or_none(value: Any) -> float | None:  # noqa: ANN401  (a NumPy scalar of any shape)
    number = float(value)
    return None if math.isnan(number) else number
