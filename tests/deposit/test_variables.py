"""What a codebook says of the columns of a table, and what it keeps to itself."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.deposit.variables import shown_counts, variables_of
from consilience.formats.metadata.model import Category, Variable

AGREEMENT = Variable(
    id="",
    name="ed-1",
    label="Information",
    question="Schools get the information they need.",
    measure="ordinal",
    categories=(
        Category(value="1", label="disagree"),
        Category(value="2", label="neither"),
        Category(value="3", label="agree"),
        Category(value="-9", label="not answered", missing=True),
    ),
)
ANSWERS = pa.table(
    {
        "id": ["a", "b", "c", "d", "e", "f"],
        "ed-1": [3, 3, 1, -9, None, 3],
        "index": [0.5, 1.25, None, float("nan"), 2.0, 4.25],
        "band": ["low", "low", "high", "low", None, "low"],
    }
)


def made(table=ANSWERS, described=(AGREEMENT,), **more):
    return {each.name: each for each in variables_of(table, described, stem="data/ed", **more)}


def test_frequencies_valid_and_invalid():
    asked = made()["ed-1"]
    assert [(c.value, c.frequency) for c in asked.categories] == [
        ("1", 1), ("2", 0), ("3", 3), ("-9", 1)
    ]  # fmt: skip
    assert (asked.valid, asked.invalid) == (4, 2)
    assert (asked.low, asked.high, asked.interval, asked.decimals) == ("1", "3", "discrete", 0)
    assert asked.question == AGREEMENT.question
    assert dict(asked.statistics) == {
        "mean": "2.5", "medn": "3", "stdev": "1", "min": "1", "max": "3"
    }  # fmt: skip


def test_continuous_and_text_columns():
    variables = made()
    index = variables["index"]
    assert (index.interval, index.categories, index.valid, index.invalid) == ("contin", (), 4, 2)
    assert dict(index.statistics)["stdev"] == f"{np.std([0.5, 1.25, 2, 4.25], ddof=1):.6g}"
    assert (index.low, index.high) == ("0.5", "4.25")
    band = variables["band"]
    assert [(c.value, c.frequency) for c in band.categories] == [("high", 1), ("low", 4)]
    assert (band.kind, band.statistics, band.low) == ("character", (), "")
    assert variables["id"].categories == ()
    assert variables["id"].label == "id"


def test_ids_and_files():
    asked = made(forms=("csv", "sav"))["ed-1"]
    assert asked.id == "V-data__ed-ed-1"
    assert asked.files == ("F-data__ed.csv", "F-data__ed.sav")


def test_columns_that_xml_would_write_alike_have_ids_of_their_own():
    variables = made(pa.table({"a b": [1], "a_b": [1], "a-b": [1]}), ())
    ids = [each.id for each in variables.values()]
    assert len(set(ids)) == 3


def test_missing_codes_of_what_is_not_counted_by_value_are_counted():
    index = Variable(
        id="", name="x", categories=(Category(value="-9", label="refused", missing=True),)
    )
    told = made(pa.table({"x": [0.5, -9.0, 2.5, -9.0, 1.5, 7.5]}), [index])["x"]
    assert [(c.value, c.frequency) for c in told.categories] == [("-9", 2)]
    assert (told.valid, told.invalid, told.interval) == (4, 2, "contin")
    assert dict(told.statistics)["mean"] == "3"


def test_nothing_nominal_has_a_mean():
    party = Variable(id="", name="p", measure="nominal")
    assert made(pa.table({"p": [1, 2, 2]}), [party])["p"].statistics == ()


def test_small_counts_are_withheld_in_pairs():
    table = pa.table({"ed-1": [3] * 20 + [2] * 9 + [1] * 2})
    asked = made(table, least=5)["ed-1"]
    assert [c.frequency for c in asked.categories] == [None, None, 20, 0]


def test_rare_values_that_nobody_labelled_are_not_named():
    table = pa.table({"age": [40] * 8 + [41] * 7 + [97], "town": ["A"] * 9 + ["B"] * 6 + ["Poole"]})
    variables = made(table, (), least=5)
    assert [c.value for c in variables["age"].categories] == ["40", "41"]
    # 16 valid less 8 would give the single one of 97.
    assert [c.frequency for c in variables["age"].categories] == [8, None]
    assert (variables["age"].low, variables["age"].high) == ("40", "")
    assert "97" not in str(variables["age"])
    young = made(pa.table({"age": [18] + [40] * 8 + [41] * 7}), (), least=5)["age"]
    assert (young.low, young.high) == ("", "41")
    assert "Poole" not in str(variables["town"])


def test_too_few_cases_have_no_statistics():
    assert made(pa.table({"x": [1.5, 2.5]}), (), least=5)["x"].statistics == ()


def test_an_empty_table_has_variables_too():
    asked = made(ANSWERS.slice(0, 0))["ed-1"]
    assert (asked.valid, asked.invalid, asked.statistics) == (0, 0, ())
    assert [c.frequency for c in asked.categories] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("code", "described"),
    [
        ("DEP-045", Variable(id="", name="gone")),
        ("DEP-044", Variable(id="", name="ed-1", categories=(Category(value="yes"),))),
    ],
)
def test_a_description_of_something_else_is_refused(code, described):
    with pytest.raises(Fault) as told:
        made(described=[described])
    assert told.value.code == code


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=8),
    st.lists(st.integers(0, 30), max_size=3),
    st.integers(1, 10),
)
def test_no_small_count_follows_from_the_total(counts, rest, least):
    shown = shown_counts(counts, rest=rest, least=least)
    for count, told in zip(counts, shown, strict=True):
        assert told in (count, None)
        assert told is None or told == 0 or told >= least
    hidden = [c for c, told in zip(counts, shown, strict=True) if told is None]
    others = [count for count in rest if count]
    together = hidden + others
    left = [told for told in shown if told]
    if any(count < least for count in together) and left:
        assert len(together) >= 2
        assert sum(together) >= least
    if not any(0 < count < least for count in [*counts, *rest]):
        assert shown == counts
