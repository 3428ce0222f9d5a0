"""Parquet files of other tools."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from consilience.base.errors import Fault
from consilience.formats.parquet import read_parquet


def refused(path):
    with pytest.raises(Fault) as caught:
        read_parquet(path)
    assert "<" not in caught.value.what + caught.value.remedy
    return caught.value.code


def test_reads_the_table_without_the_notes_of_its_writer(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({"n": [1, 2], "t": pa.array(["x", None], pa.large_string())})
    pq.write_table(table.replace_schema_metadata({b"pandas": b"{}"}), path)
    found = read_parquet(path)
    assert found.schema == pa.schema([("n", pa.int64()), ("t", pa.string())])
    assert not found.schema.metadata
    assert found.to_pylist() == [{"n": 1, "t": "x"}, {"n": 2, "t": None}]


def test_damaged_files_are_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": list(range(1000))}), path)
    data = path.read_bytes()
    for cut in (4, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:cut])
        assert refused(path) == "FMT-060"
    path.write_bytes(b"")
    assert refused(path) == "FMT-004"
    assert refused(tmp_path) == "FMT-002"
    assert refused(tmp_path / "none.parquet") == "FMT-001"
