"""Codebooks and codings in plain files, and every fault at its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Faults
from consilience.coding.codebook_file import read_codebook_file
from consilience.coding.coding_lines import Marked, read_coding_lines
from consilience.coding.model import Code

BOOK = """\
codes:
  - id: thresholds
    name: Thresholds
    codes:
      - id: high
        name: Too high
        definition: More is asked for than there should be.
        examples: [It's early help.]
        colour: "#0072b2"
      - {id: 12, name: Unclear, codable: false}
  - id: trust
    name: Trust
    codable: true
    codes: [{id: lost, name: Lost}]
"""


def read(folder, text):
    (folder / "book.yaml").write_text(text, encoding="utf-8")
    return read_codebook_file(folder / "book.yaml", name="book.yaml")


def test_the_tree_with_parents_first(tmp_path):
    codes = read(tmp_path, BOOK)
    assert [(code.id, code.parent, code.position, code.codable) for code in codes] == [
        ("thresholds", None, 0, False), ("high", "thresholds", 0, True),
        ("12", "thresholds", 1, False), ("trust", None, 1, True), ("lost", "trust", 0, True),
    ]  # fmt: skip
    assert codes[1].examples == ("It's early help.",)
    assert (codes[1].colour, codes[1].definition[:4]) == ("#0072b2", "More")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("    name: Thresholds\n", "", "INT-094", 2),
        ("codes:\n  - id: thresholds", "code:\n  - id: thresholds", "INT-094", 1),
        ("id: trust", "id: high", "INT-095", 11),
        ("    name: Trust\n", "    name: Trust\n    memo: x\n", "INT-096", 13),
        ("[{id: lost, name: Lost}]", "lost", "INT-094", 14),
        ("codable: true", "codable: true\n    codable: false", "DES-012", None),
    ],
)
def test_faults_of_a_codebook(tmp_path, old, new, code, line):
    assert BOOK.count(old) == 1
    with pytest.raises(Faults) as caught:
        read(tmp_path, BOOK.replace(old, new))
    found = [fault for fault in caught.value.faults if fault.code == code]
    if code.startswith("INT"):
        assert [fault.where.line for fault in found] == [line]
    else:
        assert all(fault.code.startswith("DES") for fault in caught.value.faults)


CODES = (Code(id="high", name="Too high"), Code(id="trust", name="Trust"))
TEXTS = {"t1": Marked(document="t1", version=1, lengths={1: 40, 2: 50})}
TEXTS["T1"] = TEXTS["t1"]
GOOD = {"document": "T1", "start": 2, "end": 9, "code": "Too high", "coder": "anna"}


def lines(folder, *rows):
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    (folder / "c.jsonl").write_text(text, encoding="utf-8")
    return read_coding_lines(folder / "c.jsonl", name="c.jsonl", texts=TEXTS, codes=CODES)


def test_codings_by_name_of_text_and_code(tmp_path):
    (row, other) = lines(tmp_path, GOOD, "", {**GOOD, "id": "k1", "at": "2017"}).to_pylist()
    assert (row["document"], row["version"], row["code"], row["origin"]) == (
        "t1", 1, "high", "import",
    )  # fmt: skip
    assert (other["id"], other["at"]) == ("k1", "2017")
    assert lines(tmp_path, GOOD)["id"][0].as_py() == row["id"], "made from what it is"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("{", "INT-097", ""),
        ("[1]", "INT-097", ""),
        ({**GOOD, "start": None}, "INT-097", ""),
        ({"document": "T1"}, "INT-097", "it has no start, end, code, coder"),
        ({**GOOD, "end": 41}, "INT-097", "2 to 41 is no passage of 40 characters"),
        ({**GOOD, "start": 9}, "INT-097", "9 to 9 is no passage"),
        ({**GOOD, "document": "T9"}, "INT-098", "text 'T9'"),
        ({**GOOD, "code": "gone"}, "INT-098", "code 'gone'"),
    ],
)
def test_faults_of_codings(tmp_path, line, code, said):
    with pytest.raises(Faults) as caught:
        lines(tmp_path, GOOD, line, "{")
    assert [(f.code, f.where.line) for f in caught.value.faults] == [(code, 2), ("INT-097", 3)]
    assert said in caught.value.faults[0].what


@given(st.integers(0, 39), st.integers(1, 40))
def test_what_is_read_always_lies_in_its_text(tmp_path_factory, start, end):
    folder = tmp_path_factory.getbasetemp()
    if start < end:
        table = lines(folder, {**GOOD, "start": start, "end": end})
        assert table.select(["start", "end"]).to_pylist() == [{"start": start, "end": end}]
    else:
        with pytest.raises(Faults):
            lines(folder, {**GOOD, "start": start, "end": end})
