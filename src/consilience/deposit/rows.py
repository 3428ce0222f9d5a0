"""What the deposit knows, as tables for the report and for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from consilience.deposit.model import (
    CASE_RISK,
    COLUMN_CHANGE,
    DATA_LIST,
    DATA_SET,
    RISK,
    TRADE_OFF,
    WITHHELD,
    DataSet,
    Interview,
)
from consilience.deposit.publish import Published


def tables_of(
    data_sets: Sequence[DataSet], interviews: Sequence[Interview], published: Sequence[Published]
) -> dict[str, pa.Table]:
    """Return the tables of a deposit stage, in the order of the study file.

    Args:
        data_sets: all of them.
        interviews: the data list.
        published: each table after protection.
    """
    changes, figures, cases, offs = [], [], [], []
    for each in published:
        home: dict[str, Any] = {"data_set": each.data_set, "file": each.rules.id}
        changes += [home | asdict(change) for change in (*each.left_out, *each.changes)]
        figures += [home | asdict(figure) for figure in each.figures]
        offs += [home | asdict(trade_off) for trade_off in each.trade_offs]
        cases += [
            home | asdict(risk) | {"case": number, "keys": "; ".join(risk.keys)}
            for number, risk in enumerate(each.cases, 1)
        ]
    return {
        "data_set": pa.Table.from_pylist([_data_set(each) for each in data_sets], schema=DATA_SET),
        "withheld": pa.Table.from_pylist(
            [
                {"data_set": each.id} | asdict(thing) | {"stopped": str(thing.stopped)}
                for each in data_sets
                for thing in each.withheld
            ],
            schema=WITHHELD,
        ),
        "data_list": pa.Table.from_pylist(
            [asdict(each) | {"interview": each.id, "document": each.file} for each in interviews],
            schema=DATA_LIST,
        ),
        "column_change": pa.Table.from_pylist(changes, schema=COLUMN_CHANGE),
        "risk": pa.Table.from_pylist(figures, schema=RISK),
        "case_risk": pa.Table.from_pylist(cases, schema=CASE_RISK),
        "trade_off": pa.Table.from_pylist(offs, schema=TRADE_OFF),
    }


def _data_set(each: DataSet) -> dict[str, Any]:
    return asdict(each) | {
        "data_set": each.id,
        "level": str(each.level),
        "embargo": each.embargo.isoformat() if each.embargo else "",
    }
