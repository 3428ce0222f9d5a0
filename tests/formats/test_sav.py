"""SPSS files: what is read, that equal tables are equal files, what is refused."""

import datetime as dt
import re
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.formats.sav import read_sav, write_sav
from consilience.formats.sav_names import variable_names

TABLE = pa.table(
    {
        "area id": ["E06000001", "Brontë", None],
        "With": pa.array([1, 2, None], pa.int64()),
        "value": [1.5, None, -9.0],
        "day": [dt.date(2017, 10, 1), None, dt.date(1900, 1, 1)],
        "time": [dt.datetime(2017, 10, 1, 12, 3, 4), None, None],  # noqa: DTZ001  (SPSS knows no zones)
        "late": [True, False, None],
        # Around the limits of 8, 255 and 252 bytes at which the layout changes.
        "eight": ["a" * 8, "b" * 7, "c"],
        "limit": ["a" * 255, "é" * 127, "q"],
        "long": ["x" * 700, "é" * 300, "last"],
        "edge": ["a" * 255 + "b", "a" * 504 + "bc", "q"],
    }
)


def write(path, table=TABLE, **more):
    return write_sav(path, table, **more)


def refused(code, work):
    with pytest.raises(Fault) as caught:
        work()
    assert caught.value.code == code
    assert not re.search(r"<\w+>", caught.value.what + caught.value.remedy)
    return caught.value


def test_a_file_is_read_again_as_it_was_written(tmp_path):
    path = tmp_path / "a.sav"
    written = write(
        path,
        labels={"value": "How much – é?"},
        value_labels={"value": {1: "one", 1.5: "half", -9: "No answer"}, "eight": {"c": "see"}},
        measures={"value": "ordinal"},
        missing={"value": [-9]},
        note="Simulated data: not a real study.\nSecond line " + "z" * 100,
    )
    found = read_sav(path)
    assert written.renamed == {"area id": "area_id", "With": "With_"}
    new = [written.renamed.get(name, name) for name in TABLE.column_names]
    assert found.table.column_names == new
    expected = TABLE.rename_columns(new).to_pylist()
    assert found.table.to_pylist() == [
        {k: float(v) if isinstance(v, bool | int) else v for k, v in row.items()}
        for row in expected
    ]
    assert found.labels == {"value": "How much – é?"}
    assert found.value_labels == {
        "value": {1.0: "one", 1.5: "half", -9.0: "No answer"},
        "eight": {"c": "see"},
    }
    assert found.missing == {"value": ((-9.0, -9.0),)}
    assert found.measures["value"] == "ordinal"
    assert found.measures["late"] == "scale"
    assert found.title == "Simulated data: not a real study."
    assert found.note.startswith("Simulated data") and "zzz" in found.note  # noqa: PT018  (one text)


def test_equal_tables_are_equal_files_at_any_time(tmp_path):
    write(tmp_path / "a.sav", note="n")
    write(tmp_path / "b.sav", note="n")
    data = (tmp_path / "a.sav").read_bytes()
    assert data == (tmp_path / "b.sav").read_bytes()
    assert b"UTF-8" in data  # said twice, by number and by name, for old and new readers
    assert data[92:109] == b"01 Jan 7000:00:00"


def test_no_pandas_is_needed(tmp_path):
    """pandas is a tool of development only: reading and writing must do without."""
    script = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pandas", "polars"}:
            raise ImportError(name)
sys.meta_path.insert(0, Without())
from pathlib import Path
import pyarrow as pa
from consilience.formats.sav import read_sav, write_sav
path = Path(sys.argv[1])
write_sav(path, pa.table({"a": [1.0, None], "b": ["x", "y"]}))
assert read_sav(path).table.to_pylist() == [{"a": 1.0, "b": "x"}, {"a": None, "b": "y"}]
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.sav")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_file_of_another_writer_reads_the_same(tmp_path):
    pandas = pytest.importorskip("pandas", reason="pandas, an independent program, is not there")
    pyreadstat = pytest.importorskip(
        "pyreadstat", reason="pyreadstat, an independent program, is not there"
    )
    columns = {"a": [1.0, np.nan, -9.0], "b": ["x", "long" * 100, ""]}
    labels = {"a": {1.0: "one", -9.0: "none"}}
    pyreadstat.write_sav(
        pandas.DataFrame(columns),
        str(tmp_path / "theirs.sav"),
        column_labels={"a": "label"},
        variable_value_labels=labels,
        missing_ranges={"a": [-9.0]},
    )
    write_sav(
        tmp_path / "ours.sav",
        pa.table({"a": [1.0, None, -9.0], "b": ["x", "long" * 100, None]}),
        labels={"a": "label"},
        value_labels=labels,
        missing={"a": [-9]},
    )
    ours, theirs = read_sav(tmp_path / "ours.sav"), read_sav(tmp_path / "theirs.sav")
    assert ours.table.equals(theirs.table)
    assert (ours.labels, ours.value_labels, ours.missing) == (
        theirs.labels,
        theirs.value_labels,
        theirs.missing,
    )


def test_long_labels_are_shortened_and_said(tmp_path):
    written = write(
        tmp_path / "a.sav",
        labels={"value": "é" * 200},
        value_labels={"late": {1: "y" * 121, 0: "n"}},
    )
    assert written.shortened == ("value", "late")
    found = read_sav(tmp_path / "a.sav")
    assert found.labels["value"] == "é" * 126
    assert found.value_labels["late"][1.0] == "y" * 120


def test_an_empty_table_is_a_file(tmp_path):
    write(tmp_path / "a.sav", TABLE.slice(0, 0))
    found = read_sav(tmp_path / "a.sav").table
    assert found.num_rows == 0
    assert found.num_columns == TABLE.num_columns
    assert found.schema.field("day").type == pa.date32()


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)


@settings(max_examples=100, deadline=None)
@given(st.lists(NAME, min_size=1, max_size=12))
def test_names_are_valid_unique_and_kept_where_they_can_be(names):
    made = variable_names(names)
    assert len({name.casefold() for name in made}) == len(names)
    for name in made:
        assert name[0].isalpha()
        assert len(name.encode()) <= 64
        assert not name.endswith(".")
        assert " " not in name
    assert variable_names(made) == made


NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(NUMBER, st.none() | st.text("aé–z 9", max_size=300).map(str.strip)), min_size=1
    )
)
def test_any_table_comes_back(tmp_path_factory, rows):
    numbers, texts = zip(*rows, strict=True)
    table = pa.table(
        {
            "n": pa.array(numbers, pa.float64()),
            "t": pa.array([t or None for t in texts], pa.string()),
        }
    )
    path = tmp_path_factory.mktemp("sav") / "t.sav"
    write_sav(path, table)
    assert read_sav(path).table.equals(table)


# --- refused ------------------------------------------------------------------------------


def test_files_cut_anywhere_are_refused(tmp_path):
    path = tmp_path / "a.sav"
    write(path)
    data = path.read_bytes()
    for cut in range(1, len(data), len(data) // 40):
        path.write_bytes(data[:cut])
        refused("FMT-040", lambda: read_sav(path))


def test_what_is_no_spss_file_is_refused(tmp_path):
    path = tmp_path / "a.sav"
    path.write_bytes(b"hello " * 100)
    refused("FMT-040", lambda: read_sav(path))
    path.write_bytes(b"")
    refused("FMT-004", lambda: read_sav(path))
    refused("FMT-001", lambda: read_sav(tmp_path / "none.sav"))
    refused("FMT-002", lambda: read_sav(tmp_path))


def test_what_spss_cannot_hold_is_refused_and_nothing_is_written(tmp_path):
    path = tmp_path / "a.sav"
    for code, table, more in (
        ("FMT-041", pa.table({"a": [["x"]]}), {}),
        ("FMT-042", pa.table({"a": [1.0]}), {"value_labels": {"a": {"x": "label"}}}),
        ("FMT-042", pa.table({"a": ["x"]}), {"value_labels": {"a": {1: "label"}}}),
        ("FMT-042", pa.table({"a": ["x"]}), {"value_labels": {"a": {"x" * 9: "label"}}}),
        ("FMT-043", pa.table({"a": ["x" * 32_768]}), {}),
        ("FMT-044", pa.table({"a": [-1.5, -3.5]}), {"missing": {"a": [-1, -2, -3, -4]}}),
        ("FMT-044", pa.table({"a": ["x"]}), {"missing": {"a": [-1]}}),
    ):
        assert refused(code, lambda t=table, m=more: write(path, t, **m)).values["column"] == "a"
        assert not path.exists()


# --- real files ---------------------------------------------------------------------------


@pytest.mark.shared
def test_every_real_file_is_read(shared):
    rows = {
        path.name: read_sav(path).table.num_rows
        for path in sorted((shared / "data" / "survey").glob("*.*sav"))
    }
    assert rows == {
        "haven_labelled-num-na.sav": 2,
        "haven_labelled-str.sav": 2,
        "haven_umlauts.sav": 4,
        "pyreadstat_hebrews.sav": 99,
        "pyreadstat_sample.zsav": 5,
        "pyreadstat_sample_large.sav": 485,
        "pyreadstat_sample_missing.sav": 7,
        "pyreadstat_simple_alltypes.sav": 6,
    }


@pytest.mark.shared
def test_real_labels_and_missing_ranges(shared):
    found = read_sav(shared / "data" / "survey" / "pyreadstat_sample_missing.sav")
    assert found.missing["mynum"] == ((2000.0, 3000.0), (-1.0, -1.0))
    assert found.value_labels["myord"][-1.0] == "missing"
    assert found.table.column("mydate").to_pylist()[0] == dt.date(2018, 5, 6)
    umlauts = read_sav(shared / "data" / "survey" / "haven_umlauts.sav")
    assert umlauts.value_labels["var1"][1.0] == "the ä umlaut"


@pytest.mark.parametrize(
    ("values", "labels", "codes", "ranges"),
    [
        ([1.0, -9.0], {}, [-9, -8, -7, -6], [(-9, -6)]),
        ([1.0, -2.0], {}, [-9, -8, -7, -1], [(-9, -7), (-1, -1)]),
        ([1.0], {-2.0: "a valid answer"}, [-9, -8, -7, -1], [(-9, -7), (-1, -1)]),
        ([-5.0], {}, [-9, -3, -2, -1], [(-3, -1), (-9, -9)]),
        ([1.0], {}, [-9, -8, -7], [(-9, -9), (-8, -8), (-7, -7)]),
    ],
)
def test_more_than_three_missing_codes_go_into_a_range(tmp_path, values, labels, codes, ranges):
    table = pa.table({"a": values})
    path = tmp_path / "a.sav"
    write_sav(path, table, missing={"a": codes}, value_labels={"a": labels})
    _, meta = pyreadstat.read_sav(path, user_missing=True, output_format="dict")
    assert [(each["lo"], each["hi"]) for each in meta.missing_ranges["a"]] == ranges
