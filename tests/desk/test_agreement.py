"""Coders of a study compared, differences decided, the consensus kept; blind until released."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from consilience.base.errors import Fault
from consilience.cli.main import main
from consilience.coding.model import Code, Coding, Ruling
from consilience.desk import agreement as desk
from consilience.desk.coding import changes_since, mark
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.interviews.model import Document, Turn
from consilience.store.codings import (
    assign,
    codings_table,
    insert_coding,
    release,
    save_codes,
)
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines, verify_kept
from consilience.store.transcripts import Draft, add_version, find_version, keep_document
from consilience.text.offsets import Edit, apply_edits

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
AT = "2026-03-02T09:00:00Z"
TEXT = "I: How is it going? R: We worry. Nobody calls back. I: Nobody? R: Nobody at all."
CODES = [
    Code(id="c", name="concern", codable=False),
    Code(id="c1", name="worry", parent="c"),
    Code(id="c2", name="silence", parent="c", position=1),
]
TURNS = [
    Turn(speaker="I", start=0, said=3, end=19), Turn(speaker="R", start=20, said=23, end=51),
    Turn(speaker="I", start=52, said=55, end=62), Turn(speaker="R", start=63, said=66, end=80),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    new_study(tmp_path / "study", study_id="talk", title="Talk")
    return tmp_path / "study"


@pytest.fixture
def engine(folder):
    with at_work(folder) as opened:
        with transaction(opened) as connection:
            save_codes(connection, CODES)
            for name in ("t1", "t2"):
                keep_document(
                    connection, Document(id=name, name=name, case="s1"), text=TEXT, turns=TURNS,
                    sealed=False, at=AT, actor="lead",
                )  # fmt: skip
                for coder in ("ann", "ben"):
                    assign(connection, name, coder, at=AT)
        yield opened


def coded(engine, *rows):
    for document, start, end, code, coder in rows:
        mark(engine, document, 1, start, end, code=code, coder=coder, at=NOW)


def released(engine, document, *coders):
    for coder in coders or ("ann", "ben"):
        with transaction(engine) as connection:
            release(connection, document, coder, at=AT)


def consensus(engine):
    with snapshot(engine) as connection:
        rows = codings_table(connection, coder="consensus").to_pylist()
    return [(row["document"], row["start"], row["end"], row["code"]) for row in rows]


WORRY = ("t1", 23, 32, "c1")


def value(found, subject, measure="percent"):
    rows = [
        row
        for row in found.table.to_pylist()
        if (row["subject"], row["measure"], row["coder_a"]) == (subject, measure, "")
    ]
    return rows[0]["value"]


def test_agreement_waits_until_all_coders_released(engine):
    coded(engine, (*WORRY, "ann"), (*WORRY, "ben"), ("t1", 33, 51, "c2", "ann"))
    released(engine, "t1", "ann")
    with pytest.raises(Fault) as told:
        desk.agreement(engine)
    assert told.value.code == "COD-060"
    assert desk.queue(engine).items == ()
    assert set(desk.queue(engine).blind) == {"t1", "t2"}
    released(engine, "t1", "ben")
    found = desk.agreement(engine)
    assert found.texts == ("t1",)
    assert found.blind == ("t2",)
    assert value(found, "c1", "f1") == 1
    assert [item.code for item in desk.queue(engine).items] == ["c2"]
    assert desk.queue(engine).agreed == 1


# Of 80 characters 9 differ, of 26 words and marks 3, of 5 sentences 1, of 4 turns none.
@pytest.mark.parametrize(
    ("unit", "agreed"),
    [("characters", 71 / 80), ("tokens", 23 / 26), ("sentences", 0.8), ("turns", 1.0)],
)
def test_the_figures_depend_on_the_unit(engine, unit, agreed):
    coded(engine, (*WORRY, "ann"), ("t1", 33, 51, "c1", "ben"), ("t1", 33, 51, "c1", "ann"))
    released(engine, "t1")
    found = desk.agreement(engine, unit=unit, resamples=0)
    assert found.unit == unit
    assert set(found.table.column("unit").to_pylist()) == {unit}
    assert value(found, "c1") == pytest.approx(agreed)


def test_a_decision_makes_the_consensus_and_is_kept_with_its_reason(engine):
    coded(engine, ("t1", 23, 51, "c1", "ann"), ("t1", 23, 32, "c1", "ben"))
    released(engine, "t1")
    (item,) = desk.queue(engine).items
    assert item.standing == "open"
    ruling = Ruling(action="accept", coder="ben", reason=" only the worry ")
    decision = desk.settle(engine, item.id, ruling, at=NOW, actor="lead")
    assert consensus(engine) == [("t1", 23, 32, "c1")]
    found = desk.queue(engine)
    assert [each.standing for each in found.items] == ["settled"]
    assert found.decisions[item.id] == decision
    assert decision.ruling.reason == "only the worry"
    assert changes_since(engine, "t1", 0, coder="ann").number > 0
    # Decided again, the new decision takes the place of the old.
    desk.settle(engine, item.id, Ruling(action="merge", reason="one thought"), at=NOW, actor="lead")
    assert consensus(engine) == [("t1", 23, 51, "c1")]
    assert len(desk.queue(engine).decisions) == 1
    desk.settle(engine, item.id, Ruling(action="reject", reason="not so"), at=NOW, actor="lead")
    assert consensus(engine) == []
    with snapshot(engine) as connection:
        told = [line for line in lines(connection) if line.action == "settle"]
        assert verify_kept(connection)[1] == []
    assert len(told) == 3
    assert "worry" not in "".join(line.detail for line in told)


def test_what_all_agree_on_is_taken_over_once(engine):
    coded(engine, (*WORRY, "ann"), ("t1", 23, 33, "c1", "ben"), ("t1", 40, 51, "c2", "ben"))
    released(engine, "t1")
    assert desk.take_over(engine, at=NOW, actor="lead") == 1
    assert desk.take_over(engine, at=NOW, actor="lead") == 0
    assert consensus(engine) == [("t1", 23, 33, "c1")]
    # The consensus is no coder.
    assert desk.queue(engine).agreed == 1
    assert value(desk.agreement(engine, resamples=0), "c1") == pytest.approx(1 - 1 / 80)


def test_a_decision_whose_passage_changed_goes_with_its_consensus(engine):
    coded(engine, ("t1", 23, 51, "c1", "ann"))
    released(engine, "t1")
    (item,) = desk.queue(engine).items
    desk.settle(engine, item.id, Ruling(action="merge", reason="yes"), at=NOW, actor="lead")
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE assignment SET released_at = NULL WHERE coder = 'ben'")
    coded(engine, ("t1", 20, 51, "c1", "ben"))
    released(engine, "t1", "ben")
    (other,) = desk.queue(engine, tolerance=0).items
    assert (other.id != item.id, other.standing) == (True, "open")
    ruling = Ruling(action="accept", coder="ben", reason="with the label")
    desk.settle(engine, other.id, ruling, at=NOW, actor="lead", tolerance=0)
    assert consensus(engine) == [("t1", 20, 51, "c1")]
    assert list(desk.queue(engine, tolerance=0).decisions) == [other.id]


def test_codings_of_an_older_version_are_compared_in_the_one_being_read(engine):
    coded(engine, (*WORRY, "ann"), (*WORRY, "ben"))
    edited, edits = apply_edits(TEXT, [Edit(0, 2, "Interviewer:")])
    draft = Draft(kind="corrected", text=edited, turns=[], edits=edits, sealed=False)
    with transaction(engine) as connection:
        parent = find_version(connection, "t1", 1)
        add_version(connection, parent, draft, at=AT, actor="lead")
    released(engine, "t1")
    desk.take_over(engine, at=NOW, actor="lead")
    assert consensus(engine) == [("t1", 33, 42, "c1")]


def test_an_imported_text_is_compared_by_who_coded_it_and_an_unread_one_is_not(engine):
    with transaction(engine) as connection:
        for name in ("t3", "t4"):
            keep_document(
                connection, Document(id=name, name=name), text=TEXT, turns=[], sealed=False,
                at=AT, actor="lead",
            )  # fmt: skip
        for coder in ("cat", "dan"):
            coding = Coding(
                id=coder, document="t3", version=1, start=23, end=32, code="c1", coder=coder,
                origin="import",
            )  # fmt: skip
            insert_coding(connection, coding)
    found = desk.agreement(engine, resamples=0)
    assert found.texts == ("t3",)
    assert value(found, "c1") == 1


@pytest.mark.parametrize("standing", ["gone", "agreed"])
def test_what_cannot_be_settled(engine, standing):
    coded(engine, (*WORRY, "ann"), (*WORRY, "ben"))
    released(engine, "t1")
    with snapshot(engine) as connection:
        _, items = desk._items(connection, 5)
    item, code = ("gone", "COD-068") if standing == "gone" else (items[0].id, "COD-069")
    with pytest.raises(Fault) as told:
        desk.settle(engine, item, Ruling(action="merge", reason="x"), at=NOW, actor="lead")
    assert told.value.code == code
    assert consensus(engine) == []


def test_the_command_says_unit_figures_and_who_is_blind(engine, folder):
    coded(engine, (*WORRY, "ann"), (*WORRY, "ben"), ("t1", 33, 51, "c2", "ann"))
    released(engine, "t1")
    run = CliRunner().invoke(main, ["agreement", str(folder), "--resamples", "0"])
    assert run.exit_code == 0, run.output
    assert "unit: characters; 1 text\n" in run.output
    assert "worry" in run.output
    assert "1 text left out: not all their coders released it" in run.output
    for by in ("domain", "document", "case", "all"):
        run = CliRunner().invoke(main, ["agreement", str(folder), "--by", by, "--json"])
        told = json.loads(run.stdout)
        assert {row["by"] for row in told["figures"]} == {by}
        assert told["unit"] == "characters"
    run = CliRunner().invoke(main, ["agreement", str(folder), "--code", "x", "--json"])
    assert run.exit_code == 1
    assert json.loads(run.stdout)["faults"][0]["code"] == "COD-062"
