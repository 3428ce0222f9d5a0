"""Tables as files: other people's programs find values, labels and missing codes in them."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.deposit.model import DataSet
from consilience.deposit.tables_out import (
    FORMS,
    csv_file,
    deposited_table,
    parquet_file,
    sav_file,
    table_files,
)
from consilience.deposit.variables import variables_of
from consilience.formats.metadata.model import Category, Level, Variable

MISSING = [("-9", "not answered"), ("-8", "don't know"), ("-7", "refused"), ("-1", "not asked")]
DESCRIBED = (
    Variable(
        id="",
        name="ed_1",
        label="Information",
        question='Do schools get "all" they need?',
        measure="ordinal",
        categories=(
            Category(value="1", label="disagree"),
            Category(value="2", label="agree"),
            *(Category(value=code, label=label, missing=True) for code, label in MISSING),
        ),
    ),
    Variable(id="", name="index", label="Index", measure="ratio"),
)
TABLE = deposited_table(
    pa.table(
        {
            "area": ["Area 1", "Area 2", "Area 3"],
            "ed_1": [2, -9, None],
            "index": [0.5, None, 3.0],
            "told": [True, None, False],
            "words": ['=1+1, "so"', "line\nbreak", "née"],
            "when": [dt.date(2018, 3, 1), None, dt.date(2018, 4, 2)],
        }
    )
)
SURVEYS = DataSet(id="surveys", title="Surveys", kind="numeric", licence="UKDS EUL")


def variables():
    return variables_of(TABLE, DESCRIBED, stem="data/surveys/education")


def files(**more):
    return {
        file.path.split(".")[-1]: file
        for file in table_files(
            TABLE, variables(), SURVEYS, stem="data/surveys/education", contents="Answers", **more
        )
    }


def test_csv_is_what_rfc_4180_asks_for_and_values_stand_as_they_are():
    data = csv_file(TABLE)
    assert data.startswith(b"area,ed_1,index,told,words,when\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    assert rows[1] == ["Area 1", "2", "0.5", "1", '=1+1, "so"', "2018-03-01"]
    assert rows[2] == ["Area 2", "-9", "", "", "line\nbreak", ""]
    assert len(rows) == 4


def test_spss_finds_labels_missing_codes_and_measures(tmp_path):
    path = tmp_path / "a.sav"
    path.write_bytes(sav_file(TABLE, variables(), note="SIMULATED DATA"))
    data, meta = pyreadstat.read_sav(path, user_missing=True)
    assert meta.column_names_to_labels["ed_1"] == "Information"
    assert meta.variable_value_labels["ed_1"][-9.0] == "not answered"
    assert meta.missing_ranges["ed_1"] == [{"lo": -9.0, "hi": -1.0}]
    assert meta.variable_measure["ed_1"] == "ordinal"
    assert meta.variable_measure["index"] == "scale"
    assert meta.file_label == "SIMULATED DATA"
    assert list(data["words"]) == ['=1+1, "so"', "line\nbreak", "née"]
    assert list(data["ed_1"])[:2] == [2.0, -9.0]
    assert data["when"].iloc[0] == dt.date(2018, 3, 1)


def test_parquet_says_what_each_field_holds():
    read = pq.read_table(io.BytesIO(parquet_file(TABLE, variables(), note="Answers")))
    assert read.cast(TABLE.schema).equals(TABLE)
    told = read.schema.field("ed_1").metadata
    assert told[b"label"] == b"Information"
    assert json.loads(told[b"values"])["-9"] == "not answered"
    assert json.loads(told[b"missing"]) == [code for code, _ in MISSING]
    assert read.schema.metadata[b"description"] == b"Answers"


def test_files_carry_level_cases_and_the_notice():
    made = files(simulated=True)
    assert list(made) == list(FORMS)
    assert {(f.level, f.licence, f.cases, f.variables, f.simulated) for f in made.values()} == {
        (Level.SAFEGUARDED, "UKDS EUL", 3, 6, True)
    }
    assert b"SIMULATED DATA" in made["sav"].content
    assert b"SIMULATED DATA" in made["parquet"].content
    assert b"SIMULATED DATA" not in files()["sav"].content


def test_the_same_table_is_the_same_bytes():
    first, second = files(), files()
    assert [each.content for each in first.values()] == [each.content for each in second.values()]
    assert b"01 Jan 7000:00:00" in first["sav"].content  # no day of making


def test_what_the_table_has_not_is_refused():
    with pytest.raises(Fault) as told:
        table_files(TABLE, [Variable(id="", name="gone")], SURVEYS, stem="data/a", contents="A")
    assert told.value.code == "DEP-045"


def test_other_kinds_become_plain():
    noon = dt.datetime(2018, 6, 1, 12)  # noqa: DTZ001  (tables know no zone after this)
    zoned = pa.array([noon], pa.timestamp("s", tz="Europe/London"))
    made = deposited_table(
        pa.table(
            {
                "kind": pa.array(["a"]).dictionary_encode(),
                "at": zoned,
                "cost": [Decimal("1.50")],
                "time": [dt.time(9, 30)],
                "nan": [float("inf")],
                "small": pa.array([1], pa.uint8()),
            }
        )
    )
    assert made.to_pylist() == [
        {"kind": "a", "at": noon, "cost": 1.5, "time": "09:30:00",
         "nan": None, "small": 1}
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**40), 2**40),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_csv_and_parquet_give_every_value_back(rows):
    whole, part, words = zip(*rows, strict=True)
    table = deposited_table(
        pa.table(
            {"n": pa.array(whole, pa.int64()), "x": pa.array(part, pa.float64()), "w": list(words)}
        )
    )
    read = list(csv.reader(io.StringIO(csv_file(table).decode(), newline=""), strict=True))[1:]
    assert [(r[0] and int(r[0]), r[1] and float(r[1]), r[2]) for r in read] == [
        ("" if n is None else n, "" if x is None else x, w)
        for n, x, w in zip(whole, part, words, strict=True)
    ]
    assert pq.read_table(io.BytesIO(parquet_file(table, (), note=""))).to_pylist() == (
        table.to_pylist()
    )
