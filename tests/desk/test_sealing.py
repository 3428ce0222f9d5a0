"""Texts that lie open because a study was simulated: told, put into the vault, or left with why."""

from __future__ import annotations

import datetime as dt

import pytest
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.coding.model import Code, Coding
from consilience.desk.bring_transcripts import bring_in
from consilience.desk.checks import check_study_folder
from consilience.desk.intake import Terms, import_files
from consilience.desk.kept import at_work, opened
from consilience.desk.run import run
from consilience.desk.sealed import about, named_turns, vault_for_reading, words_of
from consilience.desk.sealing import leave_open, seal_texts
from consilience.desk.talk_plan import notes_on_texts
from consilience.store.codings import codings_table, insert_coding, save_codes
from consilience.store.database import snapshot, transaction
from consilience.store.search import count_texts
from consilience.store.transcripts import documents, find_document, readable_version, versions

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BY = {"at": AT, "actor": "lea"}
KEY = "a long enough key"
WORDS = (
    "Date: 3 May\nParticipant: Zerubabel Quist\n\nI: Why did nobody tell the school of it?\n"
    "Zerubabel Quist: Because the zanzibarish board had closed its old office by then.\n"
)


@pytest.fixture
def folder(tmp_path):
    """Return a simulated study with a text of somebody real, called after them."""
    made = write_study(tmp_path / "studies" / "s")
    (made / "talks/texts/T1.txt").unlink()
    (tmp_path / "Zerubabel Quist.txt").write_text(WORDS)
    (tmp_path / "T2.txt").write_text(WORDS.replace("Why", "But why"))
    return made


def bring(folder, *files, key=None, **terms):
    return import_files(folder, files, terms=Terms(**terms), key=lambda: key, **BY)


def is_real(folder):
    path = folder / "study.yaml"
    path.write_text(path.read_text().replace("simulated: true", "simulated: false"))


def seal(folder, *named, key=KEY):
    with opened(folder) as engine:
        return seal_texts(engine, folder, named, key=key, **BY)


def codes(faults):
    return [fault.code for fault in faults]


def kept_bytes(folder):
    return b"".join(p.read_bytes() for p in (folder / ".consilience").rglob("*") if p.is_file())


def test_words_that_lie_open_in_a_simulated_study_are_told_once(folder, tmp_path):
    first, second = bring(folder, tmp_path / "Zerubabel Quist.txt", tmp_path / "T2.txt")
    assert (codes(first.notes), codes(second.notes)) == (["INT-135", "INT-162"], [])
    assert "INT-163" not in codes(check_study_folder(folder))
    other = write_study(tmp_path / "o")
    with at_work(other) as engine:
        (brought,) = bring_in(engine, other, [tmp_path / "T2.txt"], terms=Terms(), vault=None, **BY)
    assert codes(brought.entry.notes) == ["INT-162"]
    invented = bring(other, tmp_path / "Zerubabel Quist.txt", interview="T3", simulated=True)
    assert codes(invented[0].notes) == []


def test_a_study_that_stops_being_simulated_tells_its_open_texts(folder, tmp_path):
    bring(folder, tmp_path / "Zerubabel Quist.txt")
    bring(folder, tmp_path / "T2.txt", unsealed="public hearing")
    is_real(folder)
    told = [each for each in check_study_folder(folder) if each.code == "INT-163"]
    (text,) = [each for each in texts_of(folder) if each.name == "Zerubabel Quist"]
    assert [(each.values["count"], each.values["names"]) for each in told] == [(1, text.id)]
    assert codes(run(folder, **BY).warnings) == ["INT-163"]
    (again,) = bring(folder, tmp_path / "Zerubabel Quist.txt", key=KEY)
    assert (again.outcome, codes(again.notes)) == ("there", ["INT-163"])
    with opened(folder) as engine:
        assert codes(notes_on_texts(folder, engine)) == ["INT-163"]


def texts_of(folder):
    with opened(folder) as engine, snapshot(engine) as connection:
        return documents(connection)


def test_a_sealed_text_leaves_no_clear_copy(folder, tmp_path):
    bring(folder, tmp_path / "Zerubabel Quist.txt")
    is_real(folder)
    (folder / "copy.txt").write_text(WORDS)
    assert b"zanzibarish" in kept_bytes(folder)
    done = seal(folder)
    assert [each.versions for each in done.sealed] == [(1,)]
    assert done.sealed[0].name.startswith("text-")
    assert codes(done.warnings) == ["STO-014"]
    assert [each.path for each in done.looked.holding] == ["copy.txt"]
    kept = kept_bytes(folder)
    assert b"zanzibarish" not in kept
    assert b"Quist" not in kept
    with opened(folder) as engine, snapshot(engine) as connection:
        (document,) = documents(connection)
        assert (document.simulated, document.source, document.header) == (
            False, None, {"date": "3 May"},
        )  # fmt: skip
        assert document.interview == document.name == done.sealed[0].name
        assert readable_version(connection, document.id) is None
        assert count_texts(connection) == 0
        vault = vault_for_reading(folder, KEY)
        (version,) = versions(connection, document.id)
        assert words_of(connection, vault, version) == WORDS
        turns = named_turns(connection, vault, version)
        assert [turn.speaker for turn in turns] == ["I", "Zerubabel Quist"]
        assert about(vault, document.id)["source"] == "Zerubabel Quist.txt"
    assert "INT-163" not in codes(check_study_folder(folder))
    assert seal(folder).sealed == ()
    assert codes(run(folder, key=KEY, **BY).warnings) == []


def test_a_chosen_text_goes_whatever_the_reason_and_others_stay(folder, tmp_path):
    is_real(folder)
    bring(folder, tmp_path / "T2.txt", unsealed="public hearing")
    (tmp_path / "T3.txt").write_text("I: Why?\nR: So.\n")
    bring(folder, tmp_path / "T3.txt", unsealed="public hearing")
    assert seal(folder).sealed == ()
    (done,) = seal(folder, "T2").sealed
    assert (done.name, done.document) == ("T2", "t2")
    with opened(folder) as engine, snapshot(engine) as connection:
        assert readable_version(connection, "t3").number == 1
        assert count_texts(connection) == 1


def test_codings_keep_their_places(folder, tmp_path):
    bring(folder, tmp_path / "T2.txt")
    with opened(folder) as engine, transaction(engine) as connection:
        save_codes(connection, [Code(id="c", name="Closed")])
        mark = Coding(
            id="m", document="t2", version=1, start=4, end=9, code="c", coder="lea", at=""
        )
        insert_coding(connection, mark)
    is_real(folder)
    seal(folder)
    with opened(folder) as engine, snapshot(engine) as connection:
        (row,) = codings_table(connection, document="t2").to_pylist()
    assert (row["start"], row["end"]) == (4, 9)


def test_what_may_lie_open_is_noted_and_told_no_more(folder, tmp_path):
    bring(folder, tmp_path / "T2.txt")
    is_real(folder)
    with opened(folder) as engine:
        with pytest.raises(Fault) as caught:
            leave_open(engine, folder, [], reason=" ", **BY)
        assert caught.value.code == "INT-013"
        assert leave_open(engine, folder, [], reason="acted by the team", **BY) == ("t2",)
        assert leave_open(engine, folder, [], reason="again", **BY) == ()
    assert "INT-163" not in codes(check_study_folder(folder))


def test_nothing_is_sealed_without_a_key_or_in_a_simulated_study(folder, tmp_path):
    bring(folder, tmp_path / "Zerubabel Quist.txt")
    for expected, change in (("INT-165", lambda _: None), ("INT-007", is_real)):
        change(folder)
        with pytest.raises(Fault) as caught:
            seal(folder, key=None)
        assert caught.value.code == expected
    assert b"zanzibarish" in kept_bytes(folder)


def test_ids_that_may_name_somebody_are_told(folder, tmp_path):
    for name in ("zerubabel", "t-zerubabel", "S07", "text-0a1b2c3d"):
        (tmp_path / f"{name}.txt").write_text(f"{WORDS}I: {name}\n")
        bring(folder, tmp_path / f"{name}.txt")
    is_real(folder)
    done = seal(folder)
    assert len(done.sealed) == 4
    (told,) = done.warnings
    assert (told.code, told.values["count"]) == ("INT-164", 2)
    assert set(told.values["names"].split(", ")) == {"zerubabel", "t-zerubabel"}


def test_whether_a_talk_is_a_group_is_as_the_plan_says(folder, tmp_path):
    for name, given, kind in (
        ("G1", {}, "group"), ("T2", {"kind": "group"}, "interview"),
        ("other", {"kind": "group"}, "group"), ("G2", {"kind": "note"}, "note"),
    ):  # fmt: skip
        path = tmp_path / f"{name}.txt"
        path.write_text(f"I: Why?\nR: {name}.\n")
        bring(folder, path, **given)
        with opened(folder) as engine, snapshot(engine) as connection:
            assert find_document(connection, name).kind == kind, name
