"""Which schools took over from which, by the links of the register, on a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What became of one school by a day.

    Args:
        urn: the school.
        outcome: same (it is still there), successor (one took over), split (several did) or
            gone (no successor is known).
        valid: the schools valid on the day, sorted; itself when it is still there.
        chain: every school passed on the way, the first being the school itself.
        circular: whether the links lead back to a school already passed.
    """

    urn: str
    outcome: Literal["same", "successor", "split", "gone"]
    valid: tuple[str, ...]
    chain: tuple[str, ...]
    circular: bool = False


def _steps(links: pa.Table, on: dt.date, *, undated: bool) -> Mapping[str, tuple[str, ...]]:
    """Return the direct successors of each school by the day.

    Successor links lead on, predecessor links lead back and are turned round; both are kept in
    the register, seldom both for a pair. Amalgamation "results" link both ways and say nothing
    of the direction; they are left out.
    """
    found: dict[str, set[str]] = defaultdict(set)
    rows = zip(*(links.column(name).to_pylist() for name in ("urn", "link_urn", "link_type", "established")), strict=True)  # fmt: skip  # noqa: E501
    for urn, other, kind, established in rows:
        if not (undated if established is None else established <= on):
            continue
        if (kind or "").startswith("Successor"):
            found[urn].add(other)
        elif (kind or "").startswith("Predecessor"):
            found[other].add(urn)
    return {urn: tuple(sorted(others)) for urn, others in found.items()}


def _walk(
    urn: str, steps: Mapping[str, tuple[str, ...]], present: Collection[str] | None
) -> Resolution:
    chain: list[str] = []
    valid: set[str] = set()
    circular = False
    waiting: list[tuple[str, tuple[str, ...]]] = [(urn, ())]
    while waiting:
        each, path = waiting.pop(0)
        circular = circular or each in path
        if each in chain:
            continue
        chain.append(each)
        later = steps.get(each, ())
        stops = not later and each != urn if present is None else each in present
        if stops:
            valid.add(each)
        else:
            waiting.extend((other, (*path, each)) for other in later)
    if present is None and not steps.get(urn):
        valid.add(urn)
    outcome: Literal["same", "successor", "split", "gone"] = "gone"
    if valid == {urn}:
        outcome = "same"
    elif valid:
        outcome = "successor" if len(valid) == 1 else "split"
    return Resolution(
        urn=urn,
        outcome=outcome,
        valid=tuple(sorted(valid)),
        chain=tuple(chain),
        circular=circular,
    )


def resolve(
    urns: Sequence[str],
    links: pa.Table,
    *,
    on: dt.date,
    present: Collection[str] | None = None,
) -> tuple[Resolution, ...]:
    """Which schools valid on a day stand for these, following official successor links?

    Args:
        urns: schools by URN, of any earlier day.
        links: as `formats.gias.read_links` gives them.
        on: the day; links established later are not followed.
        present: URNs of the schools that were there on the day, if a list of that day is at
            hand: the walk stops at them and undated links (a quarter of all) are followed too.
            None: only dated links are followed, to their end.

    Returns:
        One record a school in the order given. Many may lead to one (a merger) and one to many
        (a split); a circle of links is left after one round.

    Example:
        >>> links = pa.table({"urn": ["1"], "link_urn": ["2"], "link_type": ["Successor"],
        ...                   "established": [dt.date(2018, 9, 1)]})
        >>> resolve(["1"], links, on=dt.date(2019, 1, 1))[0].valid
        ('2',)
    """
    steps = _steps(links, on, undated=present is not None)
    return tuple(_walk(urn, steps, present) for urn in urns)
