"""What is written as DDI is valid whatever the record holds, and is read back as it was."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from made_records import any_records, told_records

from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.ddi_write import render_ddi, write_ddi
from consilience.formats.metadata.xml_safe import tidy

QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
VERSIONS = st.sampled_from(["2.5", "2.6"])


@pytest.fixture(scope="module")
def official(shared):
    folder = shared / "data/archive/schemas"
    return {
        "2.5": etree.XMLSchema(etree.parse(folder / "ddi-2.5.1/ddi_codebook_2_5.xsd")),
        "2.6": etree.XMLSchema(etree.parse(folder / "ddi-2.6/codebook.xsd")),
    }


def differing(left, right):
    return {
        field.name: (getattr(left, field.name), getattr(right, field.name))
        for field in dataclasses.fields(left)
        if getattr(left, field.name) != getattr(right, field.name)
    }


@pytest.mark.shared
@QUICK
@given(record=any_records, version=VERSIONS)
def test_any_record_is_valid_by_the_official_schema(official, record, version):
    schema = official[version]
    assert schema.validate(etree.fromstring(write_ddi(record, version=version))), schema.error_log


@QUICK
@given(record=any_records, version=VERSIONS)
def test_what_was_read_back_is_written_the_same_again(record, version):
    once = read_ddi(write_ddi(record, version=version), name="once").record
    again = read_ddi(write_ddi(once, version=version), name="again").record
    assert differing(again, once) == {}


@QUICK
@given(record=told_records(), version=VERSIONS)
def test_a_record_of_what_ddi_can_say_comes_back_as_it_was(record, version):
    written = render_ddi(record, version=version)
    read = read_ddi(written.data, name="x")
    assert differing(read.record, record) == {}
    assert written.faults == ()
    assert read.lost == ()
    assert write_ddi(read.record, version=version) == written.data


@given(text=st.text(st.sampled_from("a \n\t\u00a0"), max_size=12), lines=st.booleans())
def test_a_tidy_text_stays_as_it_is(text, lines):
    once = tidy(text, lines=lines)
    assert tidy(once, lines=lines) == once
