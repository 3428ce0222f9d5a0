"""Stata files are read with their labels, and what is damaged is told."""

import pandas as pd
import pyreadstat
import pytest

from consilience.base.errors import Fault
from consilience.formats.dta import read_dta


@pytest.mark.parametrize("version", [8, 13, 15])
def test_a_file_of_another_writer_is_read_with_its_labels(tmp_path, version):
    path = tmp_path / "a.dta"
    frame = pd.DataFrame({"who": ["ann", None], "score": [1.0, None]})
    pyreadstat.write_dta(
        frame,
        str(path),
        version=version,
        file_label="A study",
        column_labels=["", "How it was"],
        variable_value_labels={"score": {1: "bad"}},
    )
    found = read_dta(path)
    assert found.table.to_pydict() == {"who": ["ann", None], "score": [1.0, None]}
    assert (found.labels, found.title) == ({"score": "How it was"}, "A study")
    assert found.value_labels == {"score": {1: "bad"}}


@pytest.mark.shared
def test_extended_missing_values_are_null(shared):
    found = read_dta(shared / "data" / "survey" / "haven_tagged-na-double.dta")
    assert found.table["x"].null_count == 3
    assert found.table.num_rows == 8


def test_what_is_no_stata_file_is_told(tmp_path):
    path = tmp_path / "a.dta"
    path.write_bytes(b"<stata_dta> and nothing")
    with pytest.raises(Fault) as caught:
        read_dta(path)
    assert caught.value.code == "FMT-383"
    path.write_bytes(b"")
    with pytest.raises(Fault) as caught:
        read_dta(path)
    assert caught.value.code == "FMT-004"
