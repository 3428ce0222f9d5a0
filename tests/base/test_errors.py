"""What a fault says, and that nothing of it is lost on the way."""

import json
import pickle
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.catalogue import CATALOGUE
from consilience.base.errors import Fault, Faults, Where, unpack

QUICK = settings(max_examples=60, deadline=None)

places = st.builds(
    Where,
    file=st.none() | st.text(min_size=1, max_size=8),
    line=st.none() | st.integers(1, 999),
    column=st.none() | st.integers(1, 99),
    sheet=st.none() | st.text(min_size=1, max_size=8),
    row=st.none() | st.integers(1, 999),
    question=st.none() | st.text(min_size=1, max_size=8),
)
faults = st.builds(
    lambda code, where, value: Fault(code, where=where, value=value, name=value),
    st.sampled_from(sorted(CATALOGUE)),
    places,
    st.text(max_size=20) | st.integers() | st.none(),
)


@QUICK
@given(faults)
def test_a_fault_travels_between_processes_whole(fault):
    twin = pickle.loads(pickle.dumps(fault))
    assert type(twin) is Fault
    assert (twin.code, twin.where, twin.values) == (fault.code, fault.where, fault.values)
    assert (str(twin), twin.remedy) == (str(fault), fault.remedy)


@QUICK
@given(st.lists(faults, max_size=4))
def test_faults_travel_whole_and_in_order(several):
    twin = pickle.loads(pickle.dumps(Faults(several)))
    assert [str(each) for each in twin.faults] == [str(each) for each in several]
    assert str(twin) == "\n".join(str(each) for each in several)


@QUICK
@given(faults)
def test_json_names_the_place_only_as_far_as_known(fault):
    note = json.loads(json.dumps(fault.to_json(), default=str))
    assert note["code"] == fault.code
    assert note["severity"] in {"error", "warning"}
    assert None not in note["where"].values()
    assert Where(**note["where"]) == fault.where


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where(), ""),
        (Where(file="a.yaml"), "a.yaml"),
        (Where(file="a.yaml", line=3, column=7), "a.yaml:3:7"),
        (Where(file="a.xlsx", sheet="Sheet1", row=4), "a.xlsx, sheet Sheet1, row 4"),
        (Where(row=4, question="q-1"), "row 4, question q-1"),
    ],
)
def test_a_place_is_written_as_editors_read_it(where, text):
    assert str(where) == text


def test_a_missing_value_leaves_a_named_gap_and_never_hides_the_fault():
    fault = Fault("BAS-002", name="workers")
    assert "<value>" in fault.what
    assert "workers" in str(fault)


def fields(entry):
    parsed = [*string.Formatter().parse(entry.what), *string.Formatter().parse(entry.remedy)]
    return {name for _, name, _, _ in parsed if name}


def test_no_sentence_shows_a_field_that_cannot_be_given():
    """`where` is an argument of Fault itself: given as a value it would be the place."""
    taken = {code: fields(entry) & {"where"} for code, entry in CATALOGUE.items()}
    assert {code: names for code, names in taken.items() if names} == {}


def test_a_value_may_be_called_code():
    fault = Fault("COD-002", code="thresholds")
    assert "thresholds" in fault.what
    assert unpack(fault.pack()).what == fault.what


@pytest.mark.parametrize("value", ["a", None, 3])
def test_a_value_of_an_unexpected_kind_never_hides_a_fault(value):
    for code, entry in CATALOGUE.items():
        names = fields(entry) - {"where"}
        fault = Fault(code, **dict.fromkeys(names, value))
        assert fault.what
        assert fault.remedy


@QUICK
@given(faults)
def test_a_fault_is_kept_as_plain_values_and_comes_back(fault):
    """Values other than text and numbers come back as text."""
    if None in fault.values.values():
        return
    twin = unpack(json.loads(json.dumps(fault.pack())))
    assert (twin.code, twin.where, str(twin)) == (fault.code, fault.where, str(fault))


def test_values_keep_out_of_reach():
    fault = Fault("BAS-001", value="A")
    with pytest.raises(TypeError):
        fault.values["value"] = "B"


def test_an_unknown_code_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        Fault("BAS-999")
