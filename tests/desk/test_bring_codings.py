"""Codebook, codings and free text of surveys are brought in once, and what people change stays."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from talk_study import write_study

from consilience.base.errors import Faults
from consilience.desk.kept import opened
from consilience.desk.run import run
from consilience.desk.studies import open_study
from consilience.store.codings import codes, codings_table, delete_codings, save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.transcripts import documents, text_of, turns_of

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STAGE = (
    "  - {id: coding, kind: code, of: [scoping, survey], codebook: book.yaml,"
    " codings: [anna.jsonl, ben.jsonl], resamples: 0}\nfindings:\n"
)
BOOK = "codes:\n  - {id: feedback, name: Feedback}\n  - {id: trust, name: Trust}\n"


def line(coder, start, end, code="feedback", document="T1"):
    row = {"document": document, "start": start, "end": end, "code": code, "coder": coder}
    return json.dumps(row) + "\n"


@pytest.fixture
def study(tmp_path):
    folder = write_study(tmp_path / "study", ("study.yaml", "findings:\n", STAGE))
    (folder / "book.yaml").write_text(BOOK)
    (folder / "anna.jsonl").write_text(line("anna", 27, 38) + line("anna", 0, 25, "trust"))
    (folder / "ben.jsonl").write_text(line("ben", 27, 38))
    return folder


def kept(folder):
    with opened(folder) as engine, snapshot(engine) as connection:
        table = codings_table(connection).select(["coder", "code"]).to_pylist()
        return [(row["coder"], row["code"]) for row in table], [c.name for c in codes(connection)]


def test_codebook_and_codings_come_in_once(study):
    run(study, at=AT, actor="test", until="coding")
    marked, book = kept(study)
    assert sorted(marked) == [("anna", "feedback"), ("anna", "trust"), ("ben", "feedback")]
    assert book == ["Feedback", "Trust"]
    (row,) = open_study(study).table("coding", "evidence").to_pylist()
    assert (row["codings"], row["coders"]) == (2, 2)
    assert {stage.state for stage in run(study, at=AT, actor="test", until="coding").stages} == {
        "fresh"
    }


def test_what_people_change_stays(study):
    run(study, at=AT, actor="test", until="coding")
    with opened(study) as engine, transaction(engine) as connection:
        trust = next(code for code in codes(connection) if code.id == "trust")
        save_codes(connection, [type(trust)(id="trust", name="Confidence", position=1)])
        rows = codings_table(connection, coder="ben").to_pylist()
        delete_codings(connection, [rows[0]["id"]])
    run(study, at=AT, actor="test", until="coding")
    marked, book = kept(study)
    assert ("ben", "feedback") not in marked
    assert book == ["Feedback", "Confidence"]
    # A file that changed is looked at again; what is there already stays.
    (study / "anna.jsonl").write_text(line("anna", 27, 38) + line("anna", 27, 30, "trust"))
    run(study, at=AT, actor="test", until="coding")
    assert kept(study)[0].count(("anna", "trust")) == 2


def test_free_text_of_surveys_stands_beside_what_was_ticked(study):
    run(study, at=AT, actor="test", until="coding")
    with opened(study) as engine, snapshot(engine) as connection:
        answers = [each for each in documents(connection) if each.kind == "answer"]
        (answer,) = answers
        assert text_of(connection, answer.id, 1) == "We are told."
        assert len(turns_of(connection, answer.id, 1)) == 1
    assert (answer.case, answer.simulated, answer.header["q1"]) == ("A01", True, "3")
    assert answer.header["survey"] == "survey"


def test_free_text_of_a_real_study_waits_for_the_key(study):
    text = (study / "study.yaml").read_text()
    (study / "study.yaml").write_text(text.replace("  simulated: true\n", ""))
    (study / "anna.jsonl").write_text("")
    (study / "ben.jsonl").write_text("")
    run(study, at=AT, actor="test", until="coding")
    with opened(study) as engine, snapshot(engine) as connection:
        assert [d for d in documents(connection) if d.kind == "answer"] == []
    run(study, at=AT, actor="test", until="coding", key="a long enough key")
    with opened(study) as engine, snapshot(engine) as connection:
        (answer,) = [d for d in documents(connection) if d.kind == "answer"]
        assert text_of(connection, answer.id, 1) is None


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("anna.jsonl", line("anna", 27, 38) + line("anna", 27, 999), "INT-097"),
        ("ben.jsonl", line("ben", 1, 9, "gone"), "INT-098"),
        ("book.yaml", BOOK + "  - {id: trust, name: Again}\n", "INT-095"),
    ],
)
def test_a_bad_file_brings_nothing_in(study, file, text, code):
    (study / file).write_text(text)
    with pytest.raises(Faults, match=code):
        run(study, at=AT, actor="test", until="coding")
    marked, _ = kept(study)
    assert not [each for each in marked if each[0] == file.split(".")[0]]


def test_the_order_of_what_came_when_does_not_matter(study, tmp_path):
    late = (study / "ben.jsonl").read_text()
    (study / "ben.jsonl").unlink()
    run(study, at=AT, actor="test", until="coding")
    (study / "ben.jsonl").write_text(late)
    first = run(study, at=AT, actor="test", until="coding")
    other = write_study(tmp_path / "other", ("study.yaml", "findings:\n", STAGE))
    for name in ("book.yaml", "anna.jsonl", "ben.jsonl"):
        (other / name).write_text((study / name).read_text())
    second = run(
        other, at=dt.datetime(2027, 3, 3, tzinfo=dt.UTC), actor="somebody else", until="coding"
    )
    assert first.fingerprint == second.fingerprint
