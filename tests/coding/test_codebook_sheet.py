"""A codebook goes into a table or a tree in a file, and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault, Faults
from consilience.coding.codebook import in_order
from consilience.coding.codebook_file import codebook_yaml, read_codebook_file
from consilience.coding.codebook_sheet import codebook_csv, read_codebook_sheet
from consilience.coding.model import Code

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Co")),
    max_size=12,
)
SAID = WORDS.filter(lambda text: not text.startswith("'"))


@st.composite
def codebooks(draw):
    codes, seen = [], {}
    for number in range(draw(st.integers(1, 8))):
        parent = draw(st.sampled_from([None, *(each.id for each in codes)]))
        seen[parent] = seen.get(parent, -1) + 1
        codes.append(
            Code(
                id=draw(st.sampled_from(("c", "0", "-", "1e", "true"))) + str(number),
                name=draw(SAID.filter(bool)),
                parent=parent,
                position=seen[parent],
                colour=draw(st.sampled_from((None, "#0072b2"))),
                definition=draw(SAID),
                inclusion=draw(st.sampled_from(("", "yes", "1e5", "12", "null", "- a: b", "=1+1"))),
                exclusion=draw(SAID),
                examples=tuple(draw(st.lists(SAID.filter(bool), max_size=3))),
                codable=draw(st.booleans()),
                retired=draw(st.booleans()),
            )
        )
    return in_order(codes)


@given(codes=codebooks())
@settings(deadline=None, max_examples=80)
def test_what_is_written_is_read_again(tmp_path_factory, codes):
    folder = tmp_path_factory.getbasetemp()
    (folder / "book.yaml").write_bytes(codebook_yaml(codes))
    assert read_codebook_file(folder / "book.yaml", name="book.yaml") == codes
    (folder / "book.csv").write_bytes(codebook_csv(codes))
    assert read_codebook_sheet(folder / "book.csv", name="book.csv") == codes


def read(folder, text):
    (folder / "book.csv").write_text(text, encoding="utf-8")
    return read_codebook_sheet(folder / "book.csv", name="book.csv")


def test_a_short_table_in_any_order_is_a_tree(tmp_path):
    codes = read(tmp_path, "name,id,parent\nLow,b,h\nHead,h,\nHigh,a,h\n")
    assert [(code.id, code.parent, code.position, code.codable) for code in codes] == [
        ("h", None, 0, False), ("b", "h", 0, True), ("a", "h", 1, True),
    ]  # fmt: skip


def test_no_formula_goes_to_a_spreadsheet():
    assert b"'=cmd" in codebook_csv([Code(id="c", name="=cmd")])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("id,name,memo\na,A,x\n", [("INT-096", None)]),
        ("id,definition\na,A\n", [("INT-094", None)]),
        ("id,name\na,A\n,B\nc,\na,D\n", [("INT-094", 3), ("INT-094", 4), ("INT-095", 5)]),
        ("id,name,parent\na,A,z\n", [("COD-002", None)]),
        ("id,name,parent\na,A,b\nb,B,a\n", [("COD-014", None)]),
    ],
)
def test_faults_of_a_table(tmp_path, text, faults):
    with pytest.raises(Faults) as told:
        read(tmp_path, text)
    assert [(fault.code, fault.where.row) for fault in told.value.faults] == faults
    assert all(fault.where.file == "book.csv" for fault in told.value.faults)


def test_a_file_that_is_no_table_is_told(tmp_path):
    with pytest.raises(Fault) as told:
        read(tmp_path, "")
    assert told.value.code == "FMT-004"
