"""Finding passages in a study: who sees what, in which version, of which texts."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from consilience.base.errors import Fault, Faults
from consilience.coding.model import CODING, Code
from consilience.desk import coding as work
from consilience.desk.accounts import add_person
from consilience.desk.coded_tables import (
    code_saturation,
    code_table,
    coder_drift,
    meeting_codes,
    write_crosstab,
)
from consilience.desk.coding_files import TakenLines, export_lines, import_lines
from consilience.desk.kept import at_work
from consilience.desk.retrieval import Filters, codings_within, find, person_called
from consilience.desk.run import run
from consilience.desk.table_files import write_table
from consilience.formats.sav import read_sav
from consilience.formats.tables import read_table
from consilience.interviews.model import Document, Turn
from consilience.store.codings import codings_table, insert_codings, save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.transcripts import Draft, add_version, keep_document, versions
from consilience.text.offsets import Edit, apply_edits

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from talk_study import write_study

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TEXT = "I: What are schools told?\nR: Ann says nothing. We trust them.\n"
TURNS = [Turn(speaker="I", start=0, said=3, end=25), Turn(speaker="R", start=26, said=29, end=61)]
CODES = (
    Code(id="feedback", name="Feedback", codable=False),
    Code(id="none", name="None given", parent="feedback"),
    Code(id="trust", name="Trust", position=1),
)


def coding(name, document, start, end, code, coder, at=""):
    return {
        "id": name, "document": document, "version": 1, "start": start, "end": end, "code": code,
        "coder": coder, "at": at, "origin": "person",
    }  # fmt: skip


MARKED = [
    coding("k1", "t1", 29, 46, "none", "anna", "2026-01-02"),
    coding("k2", "t1", 29, 61, "none", "ben"),
    coding("k3", "t1", 47, 61, "trust", "anna", "2026-01-02"),
    coding("k4", "t1", 3, 46, "trust", "ben"),
    coding("k5", "t2", 47, 61, "trust", "anna", "2026-01-01"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a study of two texts by two coders, the frame of areas run."""
    made = write_study(tmp_path_factory.mktemp("asked") / "study")
    yaml = (made / "study.yaml").read_text()
    columns = "columns: {id: code, name: name, attributes: {region: region}}"
    (made / "study.yaml").write_text(yaml.replace("columns: {id: code, name: name}", columns))
    (made / "areas.csv").write_text("code,name,region\nA01,Ash,north\nA02,Birch,south\n")
    run(made, at=AT, actor="test", until="areas")
    with at_work(made) as engine, transaction(engine) as connection:
        save_codes(connection, CODES)
        for name, case in (("T1", "A01"), ("T2", "A02"), ("T3", None)):
            keep_document(
                connection, Document(id=name.lower(), name=name, interview=name, case=case),
                text=TEXT, turns=TURNS, sealed=False, at="2026", actor="test",
            )  # fmt: skip
        insert_codings(connection, pa.Table.from_pylist(MARKED, schema=CODING))
    return made


@pytest.fixture
def engine(folder, tmp_path):
    """Return the database of a copy of the study."""
    with at_work(shutil.copytree(folder, tmp_path / "study")) as engine:
        yield engine


def at(engine):
    return Path(engine.url.database).parents[1]


def spans(engine, query, actor="somebody", **filters):
    found = find(
        engine, at(engine), query, person=person_called(engine, actor), filters=Filters(**filters)
    )
    assert found.total == found.passages.num_rows
    return [(row["name"], row["start"], row["end"]) for row in found.passages.to_pylist()]


def test_a_passage_says_all_that_is_known_of_it(engine):
    person = person_called(engine, "somebody")
    found = find(engine, at(engine), "Trust and None given", person=person)
    assert (found.total, found.texts) == (2, 1)
    assert found.passages.to_pylist()[0] == {
        "document": "t1", "name": "T1", "version": 1, "start": 29, "end": 46,
        "codes": ["none", "trust"], "coders": ["anna", "ben"], "speakers": ["R"], "case": "A01",
        "text": "Ann says nothing.", "simulated": False,
    }  # fmt: skip
    assert found.passages["text"][1].as_py() == "We trust them."
    few = find(engine, at(engine), "Trust and None given", person=person, most=1)
    assert (few.total, few.passages.num_rows) == (2, 1)


def within(engine, code, query=None, actor="somebody", **filters):
    person = person_called(engine, actor)
    chosen = Filters(**filters)
    found = codings_within(engine, at(engine), code, person=person, query=query, filters=chosen)
    return sorted(found)


def test_codings_that_lie_within_what_is_asked_for(engine):
    assert within(engine, "trust") == ["k3", "k4", "k5"]
    assert within(engine, "trust", documents=["T1"], coders=["anna"]) == ["k3"]
    assert within(engine, "trust", attributes={"region": ["south"]}) == ["k5"]
    assert within(engine, "trust", speakers=["r"]) == ["k3", "k5"]
    assert within(engine, "trust", 'Trust in "None given"') == ["k3"]
    assert within(engine, "trust", 'Trust overlapping "None given"') == ["k3", "k4"]
    assert within(engine, "trust", 'Trust and "None given"', documents=["T1"]) == ["k3"]
    assert within(engine, "none", "Trust*", coders=["anna"]) == []
    assert within(engine, "feedback") == []
    for wrong, code in (("Nothing so", "COD-020"), ("Trust in", "COD-022")):
        with pytest.raises(Fault) as told:
            within(engine, "trust", wrong)
        assert told.value.code == code


def test_filters(engine):
    assert spans(engine, "trust", documents=["T2"]) == [("T2", 47, 61)]
    assert spans(engine, "trust", documents=["t2", "T1"], coders=["anna"]) == [
        ("T1", 47, 61),
        ("T2", 47, 61),
    ]
    assert spans(engine, "trust", cases=["A02"]) == [("T2", 47, 61)]
    assert spans(engine, "trust", attributes={"region": ["south"]}) == [("T2", 47, 61)]
    assert len(spans(engine, "trust", attributes={"region": ["south", "north"]})) == 3
    assert spans(engine, "trust", speakers=["i"]) == [("T1", 3, 25)]
    assert spans(engine, "trust", kinds=["interview"], coders=["ben"]) == [("T1", 3, 46)]
    assert spans(engine, "not *", documents=["T3"]) == [("T3", 0, len(TEXT))]
    assert spans(engine, "not *", coders=["ben"], cases=["A02"]) == [("T2", 0, len(TEXT))]


@pytest.mark.parametrize(
    "filters",
    [
        {"documents": ["T9"]},
        {"cases": ["A03"]},
        {"attributes": {"size": ["big"]}},
        {"attributes": {"region": ["west"]}},
        {"coders": ["carl"]},
        {"kinds": ["poem"]},
        {"speakers": ["nobody"]},
    ],
)
def test_a_filter_that_names_nothing_is_refused(engine, filters):
    with pytest.raises(Fault) as raised:
        spans(engine, "trust", **filters)
    assert raised.value.code == "COD-026"


def test_units_of_distance(engine):
    assert spans(engine, "none before trust within 1 sentences") == [("T1", 29, 46)]
    assert spans(engine, "none before trust within 0 sentences") == []
    assert spans(engine, "trust near none within 0 turns", coders=["anna"]) == [("T1", 47, 61)]
    assert spans(engine, "trust after none within 1 characters") == [("T1", 47, 61)]
    assert spans(engine, "trust after none within 0 characters") == []


def test_what_is_not_released_is_as_if_it_were_not_there(engine):
    for login, role in (("anna", "coder"), ("ben", "coder"), ("lea", "lead")):
        add_person(
            engine, login=login, name=login, roles=[role], person=login, password="a long pass 12",
            at=AT, actor="test",
        )  # fmt: skip
    for coder in ("anna", "ben"):
        work.assign(engine, "t1", coder, at=AT, actor="lea")
    trust = [("T1", 3, 46), ("T1", 47, 61), ("T2", 47, 61)]
    assert spans(engine, "trust", "anna") == [("T1", 47, 61)]
    assert spans(engine, "trust", "ben") == [("T1", 3, 46)]
    assert spans(engine, "not *", "anna") == [("T1", 0, 29), ("T1", 46, 47), ("T1", 61, 62)]
    assert spans(engine, "trust", "lea") == trust
    assert spans(engine, "trust") == [("T2", 47, 61)]
    assert within(engine, "trust") == ["k5"]
    assert within(engine, "trust", actor="anna") == ["k3"]
    assert within(engine, "trust", actor="lea") == ["k3", "k4", "k5"]
    work.release(engine, "t1", coder="ben", at=AT)
    assert spans(engine, "trust") == [("T1", 3, 46), ("T2", 47, 61)]
    assert spans(engine, "trust", "anna") == [("T1", 47, 61)]
    work.release(engine, "t1", coder="anna", at=AT)
    assert spans(engine, "trust", "anna") == [("T1", 3, 46), ("T1", 47, 61)]
    assert spans(engine, "trust") == trust


def test_passages_are_those_of_the_version_being_read(engine):
    assert spans(engine, "none", coders=["anna"]) == [("T1", 29, 46)]
    with transaction(engine) as connection:
        (first,) = versions(connection, "t1")
        words, edits = apply_edits(TEXT, [Edit(29, 32, "[Head teacher]"), Edit(47, 61, "")])
        turns = [TURNS[0], Turn(speaker="R", start=26, said=29, end=57)]
        draft = Draft(kind="pseudonymised", text=words, turns=turns, edits=edits, sealed=False)
        add_version(connection, first, draft, at="2026", actor="test")
    work.assign(engine, "t3", "carl", at=AT, actor="test")  # the ledger moves on
    person = person_called(engine, "somebody")
    found = find(engine, at(engine), "none", person=person, filters=Filters(coders=["anna"]))
    (row,) = found.passages.to_pylist()
    assert (row["version"], row["start"], row["end"]) == (2, 29, 57)
    assert row["text"] == "[Head teacher] says nothing."
    assert spans(engine, "trust", documents=["T1"]) == [("T1", 3, 57)]  # the other's text went
    assert within(engine, "trust", documents=["T1"]) == ["k4"]
    assert within(engine, "none", "trust") == ["k1"]


def test_a_new_mark_is_found_at_once(engine):
    work.assign(engine, "t3", "anna", at=AT, actor="test")
    work.mark(engine, "t3", 1, 3, 9, code="trust", coder="anna", at=AT)
    assert ("T3", 3, 9) not in spans(engine, "trust")
    work.release(engine, "t3", coder="anna", at=AT)
    assert ("T3", 3, 9) in spans(engine, "trust")


def test_tables_by_case_text_coder_and_speaker(engine, tmp_path):
    person = person_called(engine, "somebody")

    def made(**options):
        return code_table(engine, at(engine), person=person, **options)

    by_case = made(by="case")
    assert by_case.table.select(["case", "region", "none", "trust"]).to_pylist() == [
        {"case": "A01", "region": "north", "none": 2, "trust": 2},
        {"case": "A02", "region": "south", "none": 0, "trust": 1},
    ]
    assert by_case.codes == {"none": "Feedback > None given", "trust": "Trust"}
    below = made(by="document", below=True, measure="characters").table.to_pylist()
    assert below[0] == {"document": "t1", "name": "T1", "feedback": 32, "none": 32, "trust": 57}
    assert [row["name"] for row in below] == ["T1", "T2", "T3"]
    assert made(by="coder", measure="presence").table.to_pylist() == [
        {"coder": "anna", "none": 1, "trust": 1},
        {"coder": "ben", "none": 1, "trust": 1},
    ]
    assert made(by="speaker", measure="characters").table.to_pylist() == [
        {"speaker": "I (T1)", "none": 0, "trust": 22},
        {"speaker": "R (T1)", "none": 32, "trust": 17 + 14},
        {"speaker": "I (T2)", "none": 0, "trust": 0},
        {"speaker": "R (T2)", "none": 0, "trust": 14},
        {"speaker": "I (T3)", "none": 0, "trust": 0},
        {"speaker": "R (T3)", "none": 0, "trust": 0},
    ]
    assert by_case.caseless == 1
    assert made(by="document").caseless == 0
    first, second, _ = made(by="speaker", filters=Filters(speakers=["r"])).table.to_pylist()
    assert first == {"speaker": "R (T1)", "none": 2, "trust": 2}
    assert second == {"speaker": "R (T2)", "none": 0, "trust": 1}
    said = made(by="document", filters=Filters(speakers=["i"])).table.to_pylist()
    assert [row["trust"] for row in said] == [1, 0, 0]
    for form in ("csv", "sav", "xlsx"):
        write_crosstab(by_case, tmp_path / f"t.{form}")
    assert read_table(tmp_path / "t.csv")["trust"].to_pylist() == ["2", "1"]
    assert read_table(tmp_path / "t.xlsx")["trust"].to_pylist() == ["2", "1"]
    kept = read_sav(tmp_path / "t.sav")
    assert kept.labels["none"] == "Feedback > None given"
    assert kept.table["region"].to_pylist() == ["north", "south"]


def test_a_table_of_another_form_is_refused(tmp_path):
    with pytest.raises(Fault) as raised:
        write_table(pa.table({"a": [1]}), tmp_path / "t.docx")
    assert raised.value.code == "COD-028"
    assert not list(tmp_path.iterdir())


def test_passages_as_a_workbook_are_text_and_the_same_each_time(tmp_path):
    table = pa.table({"codes": [["a", "b"], []], "text": ["=1+1", None], "n": [1, 2]})
    for name in ("one.xlsx", "two.xlsx"):
        write_table(table, tmp_path / name, note="SIMULATED")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    read = read_table(tmp_path / "one.xlsx")
    assert read["text"].to_pylist() == ["=1+1", None]
    assert read["codes"].to_pylist() == ["a; b", None]


def test_meeting_saturation_and_drift(engine):
    person, folder = person_called(engine, "somebody"), at(engine)
    (pair,) = meeting_codes(engine, folder, person=person).table.to_pylist()
    assert (pair["passages"], pair["of_code"], pair["of_other"]) == (1, 0.5, pytest.approx(1 / 3))
    steps = code_saturation(engine, folder, person=person).to_pylist()
    assert [(row["name"], row["new"], row["codes"]) for row in steps] == [
        ("T1", 2, 2),
        ("T2", 0, 2),
    ]
    found = coder_drift(engine, folder, person=person, batches=2)
    rows = {(row["coder"], row["code"]): row for row in found.table.to_pylist()}
    assert set(rows) == {("anna", "none"), ("anna", "trust")}, "ben coded one text"
    assert rows["anna", "none"]["passages"] == [0, 1], "T2 was coded before T1"
    assert rows["anna", "none"]["words"] == [12, 12]
    with pytest.raises(Fault) as raised:
        coder_drift(engine, folder, person=person, batches=1)
    assert raised.value.code == "COD-027"


def test_lines_out_and_in_again(engine, tmp_path):
    file = tmp_path / "codings.jsonl"
    person = person_called(engine, "somebody")
    assert export_lines(engine, file, person=person) == 5
    with snapshot(engine) as connection:
        before = codings_table(connection)
    assert import_lines(engine, file, at=AT, actor="test") == TakenLines(new=0, known=5, twice=0)
    with transaction(engine) as connection:
        connection.exec_driver_sql("DELETE FROM coding")
    file.write_text(file.read_text() * 2)
    assert import_lines(engine, file, at=AT, actor="test") == TakenLines(new=5, known=0, twice=5)
    with snapshot(engine) as connection:
        assert codings_table(connection).equals(before)
    lines = [json.loads(line) for line in file.read_text().splitlines()[:5]]
    lines[0]["version"] = 9
    file.write_text("\n".join(json.dumps(line | {"id": ""}) for line in lines))
    with pytest.raises(Faults) as raised:
        import_lines(engine, file, at=AT, actor="test")
    assert [fault.code for fault in raised.value.faults] == ["INT-097"]
    with snapshot(engine) as connection:
        assert codings_table(connection).num_rows == 5


def test_export_leaves_out_what_is_not_released(engine, tmp_path):
    work.assign(engine, "t1", "ben", at=AT, actor="test")
    person = person_called(engine, "somebody")
    assert export_lines(engine, tmp_path / "c.jsonl", person=person) == 3
