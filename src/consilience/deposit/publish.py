"""A protected table as it leaves the study: cases numbered in an order that tells nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from consilience.deposit.model import CaseRisk, Change, Figure, TradeOff
from consilience.deposit.protect import protect
from consilience.deposit.source_tables import Described
from consilience.design.model.deposit import DepositTable
from consilience.formats.metadata.model import Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A table of the deposit.

    Attributes:
        data_set: id of its data set.
        rules: what the study file says of it.
        table: as published; the first column numbers the cases.
        variables: what each column holds; not yet counted.
        left_out: what was not taken over from the source at all.
        changes: what was done to columns.
        figures: risk and loss, before and after.
        cases: what is left of the risk, by number of case.
        trade_offs: risk and loss of other choices.
    """

    data_set: str
    rules: DepositTable
    table: pa.Table
    variables: tuple[Variable, ...]
    left_out: tuple[Change, ...]
    changes: tuple[Change, ...]
    figures: tuple[Figure, ...]
    cases: tuple[CaseRisk, ...]
    trade_offs: tuple[TradeOff, ...]


def published(
    described: Described, rules: DepositTable, *, data_set: str, rng: np.random.Generator
) -> Published:
    """Return a table protected, shuffled and numbered.

    Args:
        described: the table, what is known of its population, what its columns hold.
        rules: what the study file says of it.
        data_set: id of its data set.
        rng: draws the order of the cases, which else would follow the list of areas.

    Raises:
        Fault: as `protect`.
    """
    safe = protect(described.source, rules)
    order = rng.permutation(safe.table.num_rows)
    table = safe.table.take(pa.array(order, pa.int64()))
    number = pa.array(np.arange(1, len(order) + 1), pa.int64())
    first = Variable(id="", name="case", label="Number of the case, in an order drawn by chance")
    there = set(table.column_names)
    return Published(
        data_set=data_set,
        rules=rules,
        table=table.add_column(0, "case", number),
        variables=(first, *_left(described.variables, there)),
        left_out=described.changes,
        changes=safe.changes,
        figures=safe.figures,
        cases=tuple(safe.cases[row] for row in order) if safe.cases else (),
        trade_offs=safe.trade_offs,
    )


def _left(variables: Sequence[Variable], there: set[str]) -> tuple[Variable, ...]:
    return tuple(each for each in variables if each.name in there)
