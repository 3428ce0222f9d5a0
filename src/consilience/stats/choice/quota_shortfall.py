"""By how much must the quotas be missed, and why?"""

from __future__ import annotations

import numpy as np

from consilience.stats.choice.diverse_choice import Shortfall
from consilience.stats.choice.diverse_problem import TIE, Booleans, Instance, Integers
from consilience.stats.choice.integer_programme import INFINITE, Programme, solve


def least_shortfall(instance: Instance) -> float:
    """Return the least weighted shortfall of the quotas that any set can have.

    Only group and kind of a unit count, so the programme has few columns.

    Args:
        instance: the compiled problem.

    Returns:
        0 if all quotas can be met together.
    """
    quotas = len(instance.quotas)
    if not quotas:
        return 0.0
    kinds = np.column_stack((instance.group, instance.masks.T.astype(np.int64)))
    levels, kind = np.unique(kinds, axis=0, return_inverse=True)
    programme = Programme()
    count = len(levels)
    take = programme.add_columns(
        np.zeros(count),
        low=np.bincount(kind[instance.pins], minlength=count).astype(float),
        high=np.bincount(kind, minlength=count).astype(float),
        whole=True,
    )
    need = instance.need.astype(float)
    programme.add_rows((levels[:, 0], take, np.ones(count)), low=need, high=need)
    none, many = np.zeros(quotas), np.full(quotas, float(len(instance.units)))
    short = programme.add_columns(-instance.penalty, low=none, high=many, whole=True)
    over = programme.add_columns(-instance.penalty, low=none, high=many, whole=True)
    row, column = np.nonzero(levels[:, 1:].T)
    programme.add_rows(
        (row, take[column], np.ones(len(row))),
        (np.arange(quotas), short, np.ones(quotas)),
        (np.arange(quotas), over, -np.ones(quotas)),
        low=instance.low.astype(float),
        high=np.maximum(np.minimum(instance.high, instance.size), instance.low).astype(float),
    )
    value = -solve(programme, seconds=INFINITE).value
    return 0.0 if value < TIE else value


def explain_shortfalls(instance: Instance, chosen: Integers) -> tuple[Shortfall, ...]:
    """Return the quotas that a set misses, each with its reason.

    Args:
        instance: the compiled problem.
        chosen: (m,) positions in the pool.

    Returns:
        One record per quota that is missed, in the order of the quotas.
    """
    told = []
    for quota, name in enumerate(instance.quotas):
        mask = instance.masks[quota]
        count = int(mask[chosen].sum())
        low, high = int(instance.low[quota]), int(instance.high[quota])
        if low <= count <= high:
            continue
        few = count < low
        wanted = low if few else high
        reason, why = _reason(instance, mask, wanted, few=few)
        told.append(
            Shortfall(
                quota=name,
                wanted=wanted,
                chosen=count,
                by=abs(wanted - count),
                kind="too few" if few else "too many",
                reason=reason,
                why=why,
            )
        )
    return tuple(told)


def _reason(instance: Instance, mask: Booleans, wanted: int, *, few: bool) -> tuple[str, str]:
    size = instance.size
    # A ceiling on one kind is a floor on all others.
    counted, floor = (mask, wanted) if few else (~mask, size - wanted)
    there = int(counted.sum())
    kind = "of this kind" if few else "of any other kind"
    if there < floor:
        return "pool", f"{floor} units {kind} are needed, but only {there} may be chosen"
    most = _most(instance, counted)
    if most < floor:
        why = f"{floor} units {kind} are needed, but numbers per group and pins leave room for "
        return "groups", f"{why}{most}"
    why = f"{floor} units {kind} could be chosen, but then other quotas would be missed by more"
    return "other quotas", f"{why} or by as much"


def _most(instance: Instance, mask: Booleans) -> int:
    """Return the most units of a kind that fit with the numbers per group and the pins."""
    groups = len(instance.need)
    pinned = np.zeros(len(mask), dtype=bool)
    pinned[instance.pins] = True
    left = instance.need - np.bincount(instance.group[pinned], minlength=groups)
    there = np.bincount(instance.group[mask & ~pinned], minlength=groups)
    return int(np.minimum(left, there).sum() + np.count_nonzero(mask & pinned))
