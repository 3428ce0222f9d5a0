"""How is a table of people or areas protected, and how easily is somebody found before and after?

Nothing is decided here: the study file says which columns are keys, how they are made coarser and
how many must share them. What was changed is told cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from consilience.base.errors import Fault
from consilience.deposit.columns import Integers, codes_of, recoded, without
from consilience.deposit.model import CaseRisk, Change, Figure, TradeOff
from consilience.deposit.risk import Known, figures, risk_of
from consilience.design.model.deposit import DepositTable, Recoding
from consilience.formats.csv_out import cell_text
from consilience.stats.disclosure.suppression import suppress
from consilience.stats.disclosure.utility import entropy_loss, suppressed_shares
from consilience.stats.disclosure.utility_model import efficient_frontier

# What is tried beside the k that was asked for, so that the choice can be seen.
_OTHER_K: Final = (1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table before it is protected.

    Attributes:
        table: a row a case, columns as they would be published.
        units: (n,) number of the unit of the population each case speaks for; None if no
            population is known.
        population: what an attacker knows of all units, by column; empty if nothing.
        named: (N,) which units said in public that they took part.
        named_keys: columns that such a statement fixes.
        invited: how many were asked, for the share of the population that is in the table.
    """

    table: pa.Table
    units: Integers | None = None
    population: Mapping[str, Sequence[object]]
    named: tuple[bool, ...] = ()
    named_keys: tuple[str, ...] = ()
    invited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A table that may be published, and how safe it is.

    Attributes:
        table: as published, in the order of the source.
        changes: what was done to which column, and why.
        figures: measures of risk and loss before and after.
        cases: what is left of the risk, case by case.
        trade_offs: risk and loss for other numbers of cases that share their keys.
    """

    table: pa.Table
    changes: tuple[Change, ...]
    figures: tuple[Figure, ...]
    cases: tuple[CaseRisk, ...]
    trade_offs: tuple[TradeOff, ...]


def protect(source: Source, rules: DepositTable) -> Protected:
    """Return a table with columns withheld, made coarser and cells suppressed.

    Args:
        source: the table and what is known of its population.
        rules: what the study file says of it.

    Returns:
        The table, all changes, and the risk before and after.

    Raises:
        Fault: DEP-001 for bands of texts, DEP-021 for values that nothing has, DEP-002 for a column
            that is not there, DEP-003 for fewer cases than must be alike, STA-120 for too many
            keys.
    """
    _require(source.table, rules)
    coarse, population, changes = _coarser(source, rules)
    keys = [codes_of(coarse.column(name).to_pylist())[0] for name in rules.keys]
    before = _known(source, source.table, source.population, rules)
    if not keys:
        return Protected(
            table=coarse, changes=changes, figures=figures(before, None), cases=(), trade_offs=()
        )
    if 0 < coarse.num_rows < rules.k:
        raise Fault("DEP-003", table=rules.id, rows=coarse.num_rows, k=rules.k)
    cost = importance(rules)
    found = suppress(keys, k=rules.k, importance=cost) if coarse.num_rows else None
    cells = found.cells if found else np.zeros((len(keys), 0), dtype=bool)
    published = coarse
    for name, gone in zip(rules.keys, cells, strict=True):
        if gone.any():
            at = published.column_names.index(name)
            column = without(published.column(name), gone.tolist())
            published = published.set_column(at, name, column)
    changes += _told(rules, cells)
    after = _known(source, coarse, population, rules, cells=cells)
    cases = risk_of(after)
    return Protected(
        table=published,
        changes=changes,
        figures=(*figures(before, after), *_losses(rules, keys, cells)),
        cases=cases,
        trade_offs=_trade_offs(rules, keys, after, cost),
    )


def importance(rules: DepositTable) -> list[float]:
    """Return what losing a cell of each key costs: those to go first are the cheapest.

    What is known of an area whose pseudonym is published is never suppressed: another table of
    the data set would tell it. It is made coarser instead.

    Example:
        >>> rules = DepositTable(id="a", title="A", keys=("region", "role"), first=("role",))
        >>> importance(rules)
        [3.0, 1.0]
    """
    order = {name: number for number, name in enumerate(rules.first)}
    fixed = rules.attributes if rules.pseudonym else ()
    return [
        math.inf if name in fixed else 1.0 + order.get(name, len(order) + 1) for name in rules.keys
    ]


def _require(table: pa.Table, rules: DepositTable) -> None:
    there = set(table.column_names)
    named = {*rules.keys, *rules.sensitive, *rules.withhold, *(r.column for r in rules.recode)}
    if absent := sorted(named - there):
        known = ", ".join(table.column_names)
        raise Fault("DEP-002", table=rules.id, columns=", ".join(absent), known=known)


def _coarser(
    source: Source, rules: DepositTable
) -> tuple[pa.Table, dict[str, Sequence[object]], tuple[Change, ...]]:
    """Return table and population without what is withheld, and coarser."""
    table, changes = source.table.drop_columns(list(rules.withhold)), []
    population = {n: v for n, v in source.population.items() if n not in rules.withhold}
    for name, reason in rules.withhold.items():
        changes.append(Change(column=name, what="withheld", cells=table.num_rows, reason=reason))
    for each in rules.recode:
        if each.column in rules.withhold:
            continue
        old = table.column(each.column)
        new = recoded(old, each)
        table = table.set_column(table.column_names.index(each.column), each.column, new)
        cells = sum(a != b for a, b in zip(old.to_pylist(), new.to_pylist(), strict=True))
        changes.append(
            Change(column=each.column, what="made coarser", cells=cells, reason=each.reason)
        )
        if each.column in population:
            _check_named(each, population[each.column])
            known = pa.chunked_array([pa.array(list(population[each.column]))])
            population[each.column] = recoded(known, each).to_pylist()
    return table, population, tuple(changes)


def _check_named(recoding: Recoding, values: Sequence[object]) -> None:
    """Require that a recoding names values that there are: a misspelt one would stay as it is."""
    there = {cell_text(value) for value in values if value is not None}
    named = [cell_text(old) for olds in recoding.groups.values() for old in olds]
    if absent := [value for value in named if value not in there]:
        raise Fault("DEP-021", column=recoding.column, values=", ".join(absent))


def _told(rules: DepositTable, cells: np.typing.NDArray[np.bool_]) -> tuple[Change, ...]:
    reason = f"fewer than {rules.k} cases would have shared the keys"
    return tuple(
        Change(column=name, what="cells suppressed", cells=int(gone.sum()), reason=reason)
        for name, gone in zip(rules.keys, cells, strict=True)
        if gone.any()
    )


def _known(
    source: Source,
    table: pa.Table,
    population: Mapping[str, Sequence[object]],
    rules: DepositTable,
    *,
    cells: np.typing.NDArray[np.bool_] | None = None,
) -> Known:
    """Return keys of the file and of the population as codes, suppressed cells missing."""
    keys, everybody = [], []
    units = 0 if not source.population else len(next(iter(source.population.values())))
    names = [name for name in rules.keys if name in table.column_names]
    for number, name in enumerate(names):
        known = population.get(name, [None] * units)
        own, theirs = codes_of(table.column(name).to_pylist(), known)
        keys.append(own if cells is None else np.where(cells[number], -1, own))
        everybody.append(theirs)
    sensitive = {
        name: codes_of(table.column(name).to_pylist())[0]
        for name in rules.sensitive
        if name in table.column_names
    }
    return Known(
        names=tuple(names),
        keys=tuple(keys),
        population=tuple(everybody) if units else (),
        units=source.units,
        named=source.named,
        named_keys=tuple(names.index(name) for name in source.named_keys if name in names),
        sensitive=sensitive,
        invited=max(source.invited, table.num_rows),
        k=rules.k,
    )


def _losses(
    rules: DepositTable, keys: Sequence[Integers], cells: np.typing.NDArray[np.bool_]
) -> tuple[Figure, ...]:
    left = [np.where(gone, -1, codes) for codes, gone in zip(keys, cells, strict=True)]
    made = [Figure(measure="cells suppressed", of="all keys", before=0.0, after=float(cells.sum()))]
    for name, share, bits in zip(
        rules.keys, suppressed_shares(keys, left), entropy_loss(keys, left), strict=True
    ):
        made += [
            Figure(measure="share suppressed", of=name, before=0.0, after=_plain(share)),
            Figure(measure="entropy lost", of=name, before=0.0, after=_plain(bits)),
        ]
    return tuple(made)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _trade_offs(
    rules: DepositTable, keys: Sequence[Integers], known: Known, cost: Sequence[float]
) -> tuple[TradeOff, ...]:
    """Return risk and loss for several k, with those that no other beats in both."""
    rows = len(keys[0])
    wanted = [k for k in sorted({*_OTHER_K, rules.k}) if k <= rows]
    made = []
    for k in wanted:
        cells = suppress(keys, k=k, importance=cost).cells
        left = [np.where(gone, -1, codes) for codes, gone in zip(keys, cells, strict=True)]
        risk = max((each.probability for each in risk_of(known.with_keys(left))), default=0.0)
        made.append((k, risk, float(cells.mean())))
    if not made:
        return ()
    frontier = efficient_frontier([risk for _, risk, _ in made], [1 - loss for *_, loss in made])
    return tuple(
        TradeOff(k=k, risk=risk, loss=loss, efficient=bool(best), chosen=k == rules.k)
        for (k, risk, loss), best in zip(made, frontier.efficient, strict=True)
    )
