"""A pseudonymised study is deposited: who withdrew is counted, authors are named, asks are told."""

from __future__ import annotations

import csv
import json
import re

import pytest
from pseudonymised_study import AT, KEY, write_pseudonymised

from consilience.desk.deposit_work import Asked, prepare, waive
from consilience.desk.kept import at_work
from consilience.desk.registry import candidates, decide


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


# --- authors, and what nobody decided -----------------------------------------------------


@pytest.fixture(scope="module")
def by_authors(tmp_path_factory):
    """Return a study of which an author is named in an interview, and another interviewed."""
    team = "team: [{name: Deborah Featherstone, affiliation: A college}, {name: Ash}]"
    return write_pseudonymised(
        tmp_path_factory.mktemp("authors") / "study",
        ("study.yaml", "team: [{name: Ash}]", team),
        erased="",
    )


def look(folder):
    return prepare(folder, Asked(at=AT, actor="ann", key=KEY, environ={}, look=True))


def test_an_author_who_is_in_the_registry_may_sign_the_record(by_authors):
    found = prepare(by_authors, Asked(at=AT, actor="ann", key=KEY, environ={}))
    assert [(each.code, each.where) for each in found.refused] == []
    data = found.folder / "data"
    holding = {
        path.relative_to(data).as_posix()
        for path in data.rglob("*")
        if path.is_file() and b"Deborah Featherstone" in path.read_bytes()
    }
    assert {"README.md", "metadata/ddi25.xml", "metadata/datacite.json"} <= holding
    assert all(each.startswith(("README", "metadata/", "ro-crate")) for each in holding), holding


def test_what_nobody_decided_keeps_it_back_until_it_is_decided_or_waived(by_authors):
    said = {"file": "decisions.csv", "at": AT, "actor": "ann"}
    with at_work(by_authors) as engine:
        rows = candidates(engine, by_authors, KEY, at=AT, actor="ann").to_pylist()
        (number,) = [str(row["entity"]) for row in rows if "Ackroyd" in row["forms"]]
        decide(engine, by_authors, KEY, [{"entity": number, "decision": "ask"}], **said)
    (told,) = look(by_authors).refused
    assert told.code == "undecided-names"
    assert told.what.startswith("1 found in the texts stand at `ask`")
    assert "Ackroyd" not in f"{told}"
    given = {"role": "lead", "reason": "read by two", "at": AT, "actor": "ann"}
    waive(by_authors, code="undecided-names", where="*", **given)
    assert look(by_authors).refused == ()
    waive(by_authors, code="undecided-names", where="*", back=True, **given)
    with at_work(by_authors) as engine:
        decide(engine, by_authors, KEY, [{"entity": number, "decision": "replace"}], **said)
    assert look(by_authors).refused == ()
