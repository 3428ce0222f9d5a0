"""Names that archives take and records can carry."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.deposit.names import awkward_names, file_id, variable_id

NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("data/my survey.csv", "blanks or special characters"),
        ("data/répondents.csv", "blanks or special characters"),
        ("data/a&b.csv", "blanks or special characters"),
        ("my data/a.csv", "blanks or special characters"),
        ("data/.hidden", "blanks or special characters"),
        ("data/readings", "no ending"),
        ("data/final2.csv", "a name that says nothing"),
        ("data/Untitled.docx", "a name that says nothing"),
        ("data/" + "a" * 120 + ".csv", "over 120 letters"),
    ],
)
def test_awkward_names_are_told(path, wrong):
    assert awkward_names([path]) == ((path, wrong),)


def test_names_that_differ_in_case_only_are_told():
    assert awkward_names(["data/Heads.csv", "data/heads.csv"]) == (
        ("data/heads.csv", "as data/Heads.csv, but for the case of letters"),
    )


def test_plain_names_pass():
    assert awkward_names(
        ["README.md", "data/scoping/rtf/scoping-s01.rtf", "metadata/ddi25.xml", "a/b_c.tar.gz",
         "ro-crate-metadata.json", "schema-org.jsonld"]
    ) == ()  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_ids_are_names_of_xml(path, name):
    assert NCNAME.fullmatch(file_id(path))
    assert NCNAME.fullmatch(variable_id(path, name))
