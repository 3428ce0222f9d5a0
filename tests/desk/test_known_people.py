"""A speaker is of one text, unless the plan knows the person or a pseudonym stands for them."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
from talk_study import write_study

from consilience.coding.model import CODING, Code
from consilience.desk.coded_tables import code_table
from consilience.desk.kept import at_work
from consilience.desk.known_people import people_by_talk
from consilience.desk.retrieval import Filters, person_called
from consilience.desk.run import run
from consilience.interviews.model import Document, Turn
from consilience.store.codings import insert_codings, save_codes
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# Who says the ten characters of each stretch.
SAID = {"T1": ("MB", "R1", "[Person 1]", "P1"), "T2": ("mb", "R1", "[Person 1]", "P1")}


def study(tmp_path):
    folder = write_study(tmp_path / "study")
    for name in SAID:
        (folder / "talks" / "texts" / f"{name}.txt").unlink(missing_ok=True)
    run(folder, at=AT, actor="test", until="groups")
    return folder


def test_people_and_interviewer_are_known_by_interview(tmp_path):
    known = people_by_talk(study(tmp_path))
    assert known["T1"] == {"p1": "P1", "p2": "P2", "mb": "MB"}
    assert known["G1"] == {"p9": "P9"}
    assert people_by_talk(write_study(tmp_path / "new")) == {}


def test_who_is_one_person_has_one_row(tmp_path):
    folder = study(tmp_path)
    with at_work(folder) as engine:
        with transaction(engine) as connection:
            save_codes(connection, [Code(id="told", name="Told")])
            marked = []
            for name, speakers in SAID.items():
                turns = [Turn(speaker=who, start=10 * n, said=10 * n, end=10 * n + 10)
                         for n, who in enumerate(speakers)]  # fmt: skip
                keep_document(
                    connection, Document(id=name.lower(), name=name, interview=name),
                    text="a" * 40, turns=turns, sealed=False, at="2026", actor="test",
                )  # fmt: skip
                marked += [
                    {"id": f"{name}{n}", "document": name.lower(), "version": 1, "start": 10 * n,
                     "end": 10 * n + 2, "code": "told", "coder": "anna", "at": "",
                     "origin": "person"}
                    for n in range(4)
                ]  # fmt: skip
            insert_codings(connection, pa.Table.from_pylist(marked, schema=CODING))
        person = person_called(engine, "somebody")

        def counts(**filters):
            made = code_table(
                engine, folder, by="speaker", person=person, filters=Filters(**filters)
            )
            return {row["speaker"]: row["told"] for row in made.table.to_pylist()}

        # P1 is in the plan of T1 only: who is called so in T2 is somebody else.
        assert counts() == {
            "MB": 2, "R1 (T1)": 1, "[Person 1]": 2, "P1": 1, "R1 (T2)": 1, "P1 (T2)": 1,
        }  # fmt: skip
        # A filter goes by the labels, as elsewhere.
        assert counts(speakers=["r1"]) == {"R1 (T1)": 1, "R1 (T2)": 1}
