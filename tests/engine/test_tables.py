"""The engine gives back what was written, and computes over snapshots."""

from __future__ import annotations

import datetime as dt

import narwhals.stable.v2 as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from consilience.engine.tables import DuckTables, load


@pytest.fixture
def tables():
    tables = DuckTables()
    yield tables
    tables.close()


def test_a_snapshot_is_loaded_as_it_was_written(tables, tmp_path):
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("n", pa.int64()),
            ("x", pa.float64()),
            ("yes", pa.bool_()),
            ("day", pa.date32()),
            ("units", pa.list_(pa.field("element", pa.string()))),
        ],
        metadata={b"note": b"kept"},
    )
    rows = [
        {"id": "b", "n": 1, "x": 0.1, "yes": True, "day": dt.date(2017, 4, 1), "units": ["p"]},
        {"id": "a", "n": None, "x": None, "yes": None, "day": None, "units": None},
        {"id": None, "n": -5, "x": 1e300, "yes": False, "day": dt.date(1, 1, 1), "units": []},
    ]
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, tmp_path / "t.parquet")
    loaded = load(tables, tmp_path / "t.parquet")
    assert loaded.equals(table, check_metadata=True)


def test_an_empty_snapshot_keeps_its_columns(tables, tmp_path):
    table = pa.schema([("area", pa.string()), ("n", pa.int64())]).empty_table()
    pq.write_table(table, tmp_path / "t.parquet")
    assert load(tables, tmp_path / "t.parquet").equals(table)


def test_a_question_is_computed_by_the_engine(tables, tmp_path):
    table = pa.table({"area": ["a", "b", "a", None], "n": [1, 2, 3, 4]})
    pq.write_table(table, tmp_path / "t.parquet")
    frame = tables.scan(tmp_path / "t.parquet")
    sums = frame.group_by("area").agg(nw.col("n").sum().cast(nw.Int64)).sort("area")
    assert sorted(tables.collect(sums).to_pylist(), key=str) == [
        {"area": "a", "n": 4},
        {"area": "b", "n": 2},
        {"area": None, "n": 4},
    ]
