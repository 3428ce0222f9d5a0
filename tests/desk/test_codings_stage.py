"""What a stage of coding makes of the codings as they stand."""

from __future__ import annotations

import datetime as dt
import shutil

import pyarrow as pa
import pytest
from click.testing import CliRunner
from talk_study import write_study

from consilience.cli.main import main
from consilience.coding.model import CODING, Code
from consilience.desk.coded_tables import Counted, code_table, meeting_codes
from consilience.desk.kept import at_work
from consilience.desk.retrieval import Filters, person_called
from consilience.desk.run import run
from consilience.desk.studies import open_study
from consilience.interviews.model import Document, Turn
from consilience.store.codings import assign, insert_codings, release, save_codes
from consilience.store.database import transaction
from consilience.store.transcripts import find_document, keep_document

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TEXT = "I: What are schools told? R: Nothing at all. R: We trust them though."
CODES = (
    Code(id="feedback", name="Feedback"),
    Code(id="none", name="None given", parent="feedback"),
    Code(id="trust", name="Trust", position=1),
)
STAGE = (
    "  - {id: coding, kind: code, of: [scoping, groups], coders: [anna, ben], resamples: 0}\n"
    "findings:\n"
)


def coding(name, document, start, end, code, coder):
    return {
        "id": name, "document": document, "version": 1, "start": start, "end": end, "code": code,
        "coder": coder, "at": "", "origin": "person",
    }  # fmt: skip


MARKED = [
    coding("k1", "t1", 26, 44, "none", "anna"),
    coding("k2", "t1", 26, 44, "none", "ben"),
    coding("k3", "t1", 45, 69, "trust", "anna"),
    coding("k4", "t2", 26, 44, "feedback", "anna"),
    coding("k5", "t2", 26, 44, "feedback", "carl"),
]


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """Return a study with two coded texts, one of them given out and not yet released."""
    folder = write_study(
        tmp_path_factory.mktemp("coded") / "study", ("study.yaml", "findings:\n", STAGE)
    )
    turns = [Turn(speaker=None, start=a, said=a, end=b) for a, b in ((0, 25), (26, 44), (45, 69))]
    with at_work(folder) as engine, transaction(engine) as connection:
        save_codes(connection, CODES)
        for name in ("T1", "T2", "T3", "X9"):
            keep_document(
                connection, Document(id=name.lower(), name=name, interview=name), text=TEXT,
                turns=turns, sealed=False, at="2026", actor="test",
            )  # fmt: skip
        insert_codings(connection, pa.Table.from_pylist(MARKED, schema=CODING))
        for coder in ("anna", "ben"):
            for document in ("t1", "t2"):
                assign(connection, document, coder, at="2026")
                release(connection, document, coder, at="2026")
        assign(connection, "t3", "anna", at="2026")
        insert_codings(
            connection,
            pa.Table.from_pylist(
                [
                    coding("k6", "t3", 0, 5, "trust", "anna"),
                    coding("k7", "x9", 0, 5, "trust", "anna"),
                ],
                schema=CODING,
            ),
        )
    run(folder, at=AT, actor="test", until="coding")
    return folder


def rows(folder, table):
    return open_study(folder).table("coding", table).to_pylist()


def test_agreement_of_the_coders_of_the_stage(coded):
    found = {
        (row["by"], row["subject"], row["measure"]): row for row in rows(coded, "coder_agreement")
    }
    assert found["code", "none", "percent"]["value"] == pytest.approx(1)
    trust = found["code", "trust", "f1"]
    assert (trust["value"], trust["coders"], trust["unit"]) == (0, 2, "characters")
    assert found["all", "all", "percent"]["documents"] == 2
    assert {by for by, _, _ in found} == {"code", "domain", "document", "all"}


def test_evidence_counts_released_codings_of_the_stages_only(coded):
    (row,) = rows(coded, "evidence")
    counts = (row["codings"], row["places"], row["documents"], row["coders"])
    assert (row["finding"], row["name"], counts) == ("F1", "Feedback", (3, 2, 2, 2))
    assert open_study(coded).explain("F1").passages[1].lines == (
        "code Feedback: 2 passages in 2 texts, marked by 2 coders",
    )


def test_a_group_to_which_a_finding_was_fed_back_does_not_show_it(coded, tmp_path):
    folder = shutil.copytree(coded, tmp_path / "study")
    with at_work(folder) as engine, transaction(engine) as connection:
        heard = find_document(connection, "G1").id
        made = [coding("k8", heard, 5, 9, "feedback", "anna")]
        insert_codings(connection, pa.Table.from_pylist(made, schema=CODING))
        assign(connection, heard, "anna", at="2026")
        release(connection, heard, "anna", at="2026")
    run(folder, at=AT, actor="test", until="coding")
    assert {row["name"] for row in rows(folder, "coded_text")} == {"T1", "T2", "G1"}
    assert [row["places"] for row in rows(folder, "evidence")] == [2]
    # Nor if it comes from coding, that is from any text; but a group that had not heard it does.
    path = folder / "study.yaml"
    text = path.read_text()
    path.write_text(text.replace("not told., from: scoping", "not told., from: coding"))
    run(folder, at=AT, actor="test", until="coding")
    assert [row["places"] for row in rows(folder, "evidence")] == [2]
    fed = folder / "groups" / "fed.csv"
    fed.write_text(fed.read_text().replace("G1,F1,agreed,\n", ""))
    run(folder, at=AT, actor="test", until="coding")
    assert [row["places"] for row in rows(folder, "evidence")] == [3]


def test_the_trace_and_the_topics(coded):
    assert [row["question"] for row in rows(coded, "trace")] == ["q1"]
    topics = {(row["topic"], row["version"]): row for row in rows(coded, "topic_code")}
    told = topics["told", "1.0"]
    assert (told["code"], told["covered"], told["coded"]) == ("feedback", 1, 1)


def test_a_new_coding_runs_only_the_coding_stage(coded, tmp_path):
    folder = shutil.copytree(coded, tmp_path / "study")
    assert {s.state for s in run(folder, at=AT, actor="test", until="coding").stages} == {"fresh"}
    with at_work(folder) as engine, transaction(engine) as connection:
        new = [coding("k8", "t1", 45, 69, "trust", "ben")]
        insert_codings(connection, pa.Table.from_pylist(new, schema=CODING))
    done = run(folder, at=AT, actor="test", until="coding")
    assert {s.stage for s in done.stages if s.state == "ran"} == {"coding"}
    found = [r for r in rows(folder, "coder_agreement") if r["subject"] == "trust"]
    assert next(r for r in found if r["measure"] == "f1")["value"] == 1


@pytest.mark.parametrize(("unit", "units"), [("turns", 6), ("sentences", 6), ("tokens", 40)])
def test_units_in_which_agreement_is_measured(coded, tmp_path, unit, units):
    folder = shutil.copytree(coded, tmp_path / "study")
    path = folder / "study.yaml"
    path.write_text(path.read_text().replace("resamples: 0}", f"resamples: 0, unit: {unit}}}"))
    run(folder, at=AT, actor="test", until="coding")
    (row,) = [
        r for r in rows(folder, "coder_agreement") if (r["by"], r["measure"]) == ("all", "percent")
    ]
    assert (row["unit"], row["units"]) == (unit, units)


def test_evidence_that_is_not_there_is_told(coded, tmp_path):
    folder = shutil.copytree(coded, tmp_path / "study")
    path = folder / "study.yaml"
    path.write_text(path.read_text().replace("codes: [feedback]", "codes: [feedbak]"))
    done = run(folder, at=AT, actor="test", until="coding")
    stage = next(each for each in done.stages if each.stage == "coding")
    assert [fault.code for fault in stage.warnings] == ["INT-092"]
    assert "F1: code feedbak" in stage.warnings[0].what


def test_nothing_coded_yet(tmp_path):
    folder = write_study(tmp_path, ("study.yaml", "findings:\n", STAGE))
    run(folder, at=AT, actor="test", until="coding")
    assert rows(folder, "coder_agreement") == []
    assert rows(folder, "evidence")[0]["codings"] == 0


def test_tables_of_the_command_and_of_the_report_count_coders_and_no_consensus(coded, tmp_path):
    folder = shutil.copytree(coded, tmp_path / "study")
    settled = [
        coding("s1", "t1", 26, 44, "none", "consensus") | {"origin": "consensus"},
        coding("s2", "t1", 45, 69, "trust", "consensus") | {"origin": "consensus"},
    ]
    with at_work(folder) as engine, transaction(engine) as connection:
        insert_codings(connection, pa.Table.from_pylist(settled, schema=CODING))
        for coder, document in (("carl", "t2"), ("anna", "t3"), ("anna", "x9")):
            assign(connection, document, coder, at="2026")
            release(connection, document, coder, at="2026")
    run(folder, at=AT, actor="test", until="coding")
    report = {
        (row["case"], row["code"]): row["passages"]
        for row in rows(folder, "code_case")
        if row["passages"]
    }
    with at_work(folder) as engine:
        person = person_called(engine, "somebody")
        found = code_table(engine, folder, by="case", person=person)
        alone = code_table(
            engine, folder, by="case", person=person, filters=Filters(coders=["consensus"])
        )
        by_coder = code_table(engine, folder, by="coder", person=person)
        pairs = meeting_codes(engine, folder, person=person)
    assert report["A01", "none"] == 2
    # The stage has two of the three coders, both of A01.
    assert in_ash(counts_of(found)) == in_ash(report) == {"none": 2, "trust": 1}
    assert found.counted == Counted(coders=("anna", "ben", "carl"), left_out=2)
    assert counts_of(alone) == {("A01", "none"): 1, ("A01", "trust"): 1}
    assert alone.counted == Counted(coders=("consensus",), left_out=0)
    assert by_coder.table["coder"].to_pylist() == ["anna", "ben", "carl"]
    assert pairs.counted.left_out == 2
    told = CliRunner().invoke(main, ["codings", "table", str(folder), "--by", "document"])
    assert "Counted: anna, ben, carl" in told.stdout
    assert "Left out: 2 codings of the consensus" in told.stdout


def in_ash(counts):
    return {code: count for (case, code), count in counts.items() if case == "A01"}


def counts_of(found):
    return {
        (row["case"], code): row[code]
        for row in found.table.to_pylist()
        for code in found.codes
        if row[code]
    }
