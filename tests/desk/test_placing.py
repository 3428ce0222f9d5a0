"""An interview and a unit that somebody names are looked up, and those like it proposed."""

from __future__ import annotations

import datetime as dt

import pytest
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.desk.bring_transcripts import bring_in
from consilience.desk.intake import Terms, import_files
from consilience.desk.kept import at_work
from consilience.desk.placing import guess
from consilience.desk.run import run
from consilience.desk.studies import new_study
from consilience.store.database import snapshot
from consilience.store.transcripts import documents

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
BY = {"at": AT, "actor": "lea"}


def planned(tmp_path):
    folder = write_study(tmp_path / "s")
    run(folder, **BY)
    return folder


def at_terminal(folder, *files, **terms):
    return import_files(folder, files, terms=Terms(**terms), key=lambda: None, **BY)


def on_page(folder, *files, **terms):
    with at_work(folder) as engine:
        brought = bring_in(engine, folder, files, terms=Terms(**terms), vault=None, **BY)
    return tuple(each.entry for each in brought)


def notes_of(entry):
    """Return what is told of an entry, besides that words of a simulated study lie open."""
    return [note for note in entry.notes if note.code != "INT-162"]


def kept(folder):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return {each.name: (each.interview, each.case) for each in documents(connection)}


def source(tmp_path, name="tape-7"):
    path = tmp_path / f"{name}.txt"
    path.write_text(f"I: Who?\nR1: {name}.\n")
    return path


ways = pytest.mark.parametrize("way", [at_terminal, on_page])


@ways
def test_an_interview_that_is_not_planned_is_refused_with_those_like_it(tmp_path, way):
    folder = planned(tmp_path)
    before = kept(folder)
    with pytest.raises(Fault) as told:
        way(folder, source(tmp_path), interview="t-2")
    assert told.value.code == "INT-130"
    assert told.value.what == "the plan has no interview or group 't-2'"
    assert told.value.remedy.startswith("Did you mean T2")
    with pytest.raises(Fault) as told:
        way(folder, source(tmp_path), interview="Breakfast")
    assert told.value.remedy.startswith("Name one of the plan")
    assert kept(folder) == before
    (entry,) = way(folder, source(tmp_path), interview="T2")
    assert (entry.outcome, notes_of(entry)) == ("entered", [])
    assert kept(folder)["tape-7"] == ("T2", "A02")


@ways
def test_without_a_plan_the_first_text_of_an_interview_is_told_and_the_next_is_not(tmp_path, way):
    folder = tmp_path / "new"
    new_study(folder, study_id="new", title="New")
    first, second = way(
        folder, source(tmp_path, "a"), source(tmp_path, "b"), interview="S01", simulated=True
    )
    assert [[each.code for each in notes_of(entry)] for entry in (first, second)] == [
        ["INT-131"],
        [],
    ]
    assert way(folder, source(tmp_path, "c"), interview="S01", simulated=True)[0].notes == ()
    (other,) = way(folder, source(tmp_path, "d"), interview="S02", simulated=True)
    assert notes_of(other)[0].remedy.startswith("Did you mean S01?")


@ways
def test_a_file_called_like_no_interview_is_told(tmp_path, way):
    folder = planned(tmp_path)
    (entry,) = way(folder, source(tmp_path, "T2-final"))
    assert [each.code for each in notes_of(entry)] == ["INT-135"]
    assert "no interview called 'T2-final' like this file" in notes_of(entry)[0].what
    (note,) = way(folder, source(tmp_path, "field"), kind="note")
    (right,) = way(folder, source(tmp_path, "T2"))
    assert notes_of(note) == notes_of(right) == []


@ways
def test_a_case_is_a_unit_of_a_frame_and_kept_by_its_id(tmp_path, way):
    folder = planned(tmp_path)
    for given, meant in (
        ("A2", "Did you mean A02 (Birch)"),
        ("birsch", "Did you mean A02 (Birch)?"),
        ("Somewhere", "Use the id"),
    ):
        with pytest.raises(Fault) as told:
            way(folder, source(tmp_path), case=given, kind="note")
        assert told.value.code == "INT-132"
        assert told.value.remedy.startswith(meant)
    (entry,) = way(folder, source(tmp_path), case="A02", kind="note")
    assert (notes_of(entry), kept(folder)["tape-7"]) == ([], (None, "A02"))


@ways
def test_a_case_that_nobody_can_look_up_is_told(tmp_path, way):
    folder = write_study(tmp_path / "s")
    (entry,) = way(folder, source(tmp_path), case="A02", kind="note")
    assert [each.code for each in notes_of(entry)] == ["INT-134"]
    assert kept(folder)["tape-7"] == (None, "A02")


@ways
def test_a_code_of_two_units_is_refused_and_another_code_of_one_is_taken(tmp_path, way):
    table = "code,name\nA01,Ash\nA02,Birch\nA03,Cedar\n"
    codes = "code,name,old,older\nA01,Ash,X11,X12\nA02,Birch,X12,X13\nA03,Cedar,X14,X15\n"
    mapped = "{id: code, name: name, attributes: {old: old, older: older}}"
    columns = ("study.yaml", "{id: code, name: name}", mapped)
    folder = write_study(tmp_path / "s", ("areas.csv", table, codes), columns)
    run(folder, **BY)
    with pytest.raises(Fault) as told:
        way(folder, source(tmp_path), case="X12", kind="note")
    assert told.value.code == "INT-133"
    assert told.value.what == "'X12' is a code of several units: A01 (Ash), A02 (Birch)"
    way(folder, source(tmp_path), case="X14", kind="note")
    assert kept(folder)["tape-7"] == (None, "A03")


def test_nothing_like_it_is_no_guess():
    assert guess("Breakfast", ["T1", "T2"]) == ""
