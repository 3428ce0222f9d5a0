"""How easily is somebody found in a table, by which keys, and what is then learnt?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from consilience.deposit.columns import Integers
from consilience.deposit.model import CaseRisk, Figure
from consilience.stats.disclosure.diversity import l_diversity, t_closeness
from consilience.stats.disclosure.frequencies import k_anonymity
from consilience.stats.disclosure.individual_risk import global_risk, individual_risk
from consilience.stats.disclosure.population import PopulationRisk, population_risk
from consilience.stats.disclosure.suda import Suda, suda


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A table as codes, and what an attacker knows.

    Attributes:
        names: of the keys.
        keys: for each key (n,) whole numbers; -1 where missing or suppressed.
        population: for each key (N,) the same of all units, -1 where it cannot be looked up;
            empty if no population is known.
        units: (n,) number of the unit that each case speaks for; None if no population is known.
        named: (N,) which units said in public that they took part.
        named_keys: numbers of the keys that such a statement fixes.
        sensitive: columns that nobody should learn of a person, as codes.
        invited: how many were asked: the population, where none is known unit by unit.
        k: how many cases should share their keys.
    """

    names: tuple[str, ...]
    keys: tuple[Integers, ...]
    population: tuple[Integers, ...]
    units: Integers | None
    named: tuple[bool, ...]
    named_keys: tuple[int, ...]
    sensitive: Mapping[str, Integers]
    invited: int
    k: int

    @property
    def rows(self) -> int:
        """How many cases there are."""
        return len(self.keys[0]) if self.keys else 0

    def with_keys(self, keys: Sequence[Integers]) -> Known:
        """Return the same with other keys, such as more of them suppressed."""
        return replace(self, keys=tuple(keys))


def risk_of(known: Known) -> tuple[CaseRisk, ...]:
    """Return the risk of each case: its company, its candidates and the keys that single it out.

    Args:
        known: the table and what an attacker knows.

    Returns:
        A record a case, in order. The probability is that of a right guess among the units of the
        population, where one is known; else it is estimated from the share that is in the table.
    """
    if not known.rows:
        return ()
    company = k_anonymity(known.keys, k=known.k).sample
    special = _suda(known)
    people = _population(known)
    if people is None:
        candidates: Sequence[int | None] = [None] * known.rows
        chances = _individual(known)
    else:
        candidates, chances = people.candidates.tolist(), people.probability
    sets = special.sets if people is None else people.sets
    return tuple(
        CaseRisk(
            alike=int(company[row]),
            candidates=candidates[row],
            probability=float(chances[row]),
            dis=float(special.dis[row]),
            named=bool(people is not None and people.named[row]),
            keys=tuple(" and ".join(known.names[key] for key in each) for each in sets.of(row)),
        )
        for row in range(known.rows)
    )


def figures(before: Known, after: Known | None) -> tuple[Figure, ...]:
    """Return the measures of risk before and after protection, in a fixed order.

    Args:
        before: the table as it was.
        after: as it is published; None if it was not protected.
    """
    old = _measures(before)
    new = _measures(after) if after else {}
    return tuple(
        Figure(measure=measure, of=of, before=value, after=new.get((measure, of)))
        for (measure, of), value in old.items()
    )


def _measures(known: Known) -> dict[tuple[str, str], float | None]:
    found: dict[tuple[str, str], float | None] = {("cases", ""): float(known.rows)}
    if not known.rows:
        return found
    company = k_anonymity(known.keys, k=known.k)
    cases = risk_of(known)
    chances = [each.probability for each in cases]
    special = _suda(known)
    found |= {
        ("smallest group that shares its keys", ""): float(company.smallest),
        (f"cases in groups below {known.k}", ""): float(company.violating.sum()),
        ("unique cases", ""): float(company.below(2)),
        ("DIS of a unique case", ""): None if np.isnan(special.file_dis) else special.file_dis,
        ("highest DIS", ""): float(special.dis.max()),
        ("highest probability of a right guess", ""): max(chances),
        ("cases expected to be guessed right", ""): float(sum(chances)),
        ("expected re-identifications, estimated", ""): global_risk(_individual(known)).expected,
    }
    counted = [each.candidates for each in cases if each.candidates is not None]
    if counted:
        found["fewest units of the population that fit a case", ""] = float(min(counted))
        few = sum(each < known.k for each in counted)
        found[f"cases that fewer than {known.k} units fit", ""] = float(few)
    for name, values in known.sensitive.items():
        found["fewest values in a group", name] = float(
            l_diversity(known.keys, values).distinct.min()
        )
        for distance in ("equal", "ordered"):
            spread = t_closeness(known.keys, values, distance=distance).distances
            found[f"greatest distance of a group, {distance}", name] = float(spread.max())
    return found


def _suda(known: Known) -> Suda:
    share = known.rows / known.invited
    return suda(known.keys, fraction=min(max(share, 1e-6), 1 - 1e-6))


def _individual(known: Known) -> np.typing.NDArray[np.float64]:
    weights = np.full(known.rows, known.invited / known.rows)
    return individual_risk(known.keys, weights=weights).risk


def _population(known: Known) -> PopulationRisk | None:
    if not known.population or known.units is None:
        return None
    return population_risk(
        known.keys,
        known.population,
        units=known.units,
        named=known.named or None,
        named_keys=known.named_keys,
        at_most=max(1, known.k - 1),
    )
