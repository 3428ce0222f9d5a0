"""Codebooks in plain files, and every fault at its line."""

from __future__ import annotations

import pytest

from consilience.base.errors import Faults
from consilience.coding.codebook_file import read_codebook_file

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
