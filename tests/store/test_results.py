"""Snapshots are immutable and named by their bytes; results by what they were made from."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.lineage import Lineage
from consilience.store.database import open_database, transaction
from consilience.store.results import (
    check_snapshot,
    current_results,
    find_result,
    keep_outputs,
    keep_result,
    keep_snapshot,
    kept_outputs,
    snapshot_path,
)

TABLE = pa.table({"area": ["a", "b"], "value": [0.5, None]})


def lineage(**changes):
    """Return a lineage, some of it changed."""
    whole = {
        "stage": "bands",
        "inputs": {"file:x.csv": "1" * 64},
        "parameters": "2" * 64,
        "seed_stream": "7/bands",
        "code": "abc",
        "simulated": True,
    }
    return Lineage(**{**whole, **changes})


@pytest.fixture
def engine(tmp_path):
    engine = open_database(tmp_path / "study.db")
    yield engine
    engine.dispose()


def test_the_same_table_is_kept_once(tmp_path):
    first = keep_snapshot(tmp_path, TABLE)
    written = snapshot_path(tmp_path, first.sha256).stat().st_mtime_ns
    assert keep_snapshot(tmp_path, TABLE) == first
    assert snapshot_path(tmp_path, first.sha256).stat().st_mtime_ns == written
    assert first.rows == 2


def test_a_changed_or_missing_snapshot_is_told(tmp_path):
    kept = keep_snapshot(tmp_path, TABLE)
    path = snapshot_path(tmp_path, kept.sha256)
    assert check_snapshot(tmp_path, kept.sha256) is None
    path.write_bytes(path.read_bytes()[:-1])
    changed = check_snapshot(tmp_path, kept.sha256)
    path.unlink()
    missing = check_snapshot(tmp_path, kept.sha256)
    assert (changed.code, missing.code) == ("STO-005", "STO-005")
    assert "not as it was written" in changed.what
    assert "missing" in missing.what


def test_a_result_is_found_again_whole(engine, tmp_path):
    snapshots = {"band": keep_snapshot(tmp_path, TABLE)}
    warnings = ({"code": "BAS-001", "where": {}, "values": {"value": "A"}},)
    with transaction(engine) as connection:
        kept = keep_result(connection, lineage=lineage(), snapshots=snapshots, warnings=warnings)
        again = keep_result(connection, lineage=lineage(), snapshots=snapshots, warnings=warnings)
    with transaction(engine) as connection:
        assert find_result(connection, kept.key) == kept == again
        assert current_results(connection) == {"bands": kept}
        assert find_result(connection, "f" * 64) is None


@given(
    name=st.sampled_from(["stage", "parameters", "seed_stream", "code", "simulated", "inputs"]),
    text=st.text(min_size=1, max_size=8),
)
def test_every_part_of_the_lineage_changes_the_key(name, text):
    value = {"inputs": {"file:x.csv": text}, "simulated": False}.get(name, f"other {text}")
    assert lineage(**{name: value}).key() != lineage().key()


def test_outputs_are_those_of_the_last_time(engine):
    with transaction(engine) as connection:
        assert kept_outputs(connection) == (None, {})
        keep_outputs(connection, shows="1" * 64, files={"out/a": "2" * 64, "out/b": "3" * 64})
        keep_outputs(connection, shows="4" * 64, files={"out/a": "5" * 64})
        assert kept_outputs(connection) == ("4" * 64, {"out/a": "5" * 64})
