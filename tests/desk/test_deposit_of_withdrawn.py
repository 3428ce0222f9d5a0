"""A study from which somebody withdrew can be deposited, and tells no more of them than a count."""

from __future__ import annotations

import csv
import json
import re

import pytest
from pseudonymised_study import AT, KEY, write_pseudonymised

from consilience.desk.deposit_work import Asked, prepare


@pytest.fixture(scope="module")
def deposited(tmp_path_factory):
    folder = write_pseudonymised(tmp_path_factory.mktemp("withdrawn") / "study")
    return prepare(folder, Asked(at=AT, actor="ann", key=KEY, environ={}))


def test_after_a_text_was_erased_the_others_are_deposited(deposited):
    assert [(each.code, each.what) for each in deposited.refused] == []
    assert deposited.data_sets[0] == ("talks", 6, 4, 2, 2)


def test_what_was_replaced_is_counted_in_the_texts_that_are_there(deposited):
    text = (deposited.folder / "data/documentation/deidentification-talks.txt").read_text("utf-8")
    assert "Texts: 2\n" in text
    assert re.search(r"^person +replaced by a pseudonym +1 +1 +1$", text, re.MULTILINE)
    assert re.search(r"^all +2 +2$", text, re.MULTILINE)


def test_the_data_list_has_no_line_of_who_withdrew_or_was_never_interviewed(deposited):
    path = deposited.folder / "data/documentation/data-list-talks.csv"
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [(row["interview"], row["deposited"], row["reason"]) for row in rows] == [
        ("T1", "yes", ""),
        ("T2", "yes", ""),
        ("T3", "no", "not everybody in it allowed deposit"),
    ]


def test_readme_and_record_count_them(deposited):
    data = deposited.folder / "data"
    readme = (data / "README.md").read_text("utf-8")
    assert "| Talks | collected | 1 | it was withdrawn |  |" in readme
    assert "| Talks | planned | 1 | declined before it was held |  |" in readme
    sets = json.loads((data / "metadata/data-sets.json").read_text("utf-8"))
    assert {"thing": "", "stopped": "collected", "reason": "it was withdrawn", "count": 1} in (
        sets[0]["withheld"]
    )
    told = [path.name for path in data.rglob("*") if path.suffix in (".md", ".txt", ".json", ".csv")
            and re.search(r"\bT[456]\b", path.read_text("utf-8"))]  # fmt: skip
    assert told == []
