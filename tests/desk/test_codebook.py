"""The codebook as a whole: shown, numbered, compared, taken from files and written into them."""

from __future__ import annotations

import datetime as dt

import pytest

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Code
from consilience.desk import codebook as desk
from consilience.desk.codebook_changes import add_code, merge_code, rename_code, undo_codebook
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.store.codings import codes
from consilience.store.database import snapshot
from consilience.store.ledger import lines

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
WHO = {"at": AT, "actor": "lea"}
BOOK = """\
codes:
  - id: trust
    name: Trust
    codes:
      - {id: lost, name: Lost, definition: It went.}
      - {id: grown, name: Grown, examples: [Took years.]}
"""


@pytest.fixture
def folder(tmp_path):
    new_study(tmp_path / "study", study_id="s", title="A study")
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    return tmp_path / "study"


@pytest.fixture
def study(folder):
    """Return the folder of a study with a codebook of three codes."""
    desk.import_(folder, folder.parent / "book.yaml", **WHO)
    return folder


def kept(folder):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return codes(connection)


def test_two_of_one_name_in_a_branch_come_in_and_are_told(folder):
    book = folder.parent / "book.yaml"
    book.write_text(BOOK + "      - {id: again, name: lost}\n  - {id: x, name: Lost}\n", "utf-8")
    (told,) = desk.import_(folder, book, **WHO).warnings
    assert told.code == "COD-044"
    assert told.values["count"] == 2
    assert [code.name for code in kept(folder)] == ["Trust", "Lost", "Grown", "lost", "Lost"]
    assert desk.import_(folder, book, **WHO).warnings == (), "told once"


def test_names_of_a_file_lose_what_a_terminal_would_obey(folder):
    book = folder.parent / "book.csv"
    book.write_text("id,name\na,\x1b[31mRed\x07\nb,\x1b\n", "utf-8")
    desk.import_(folder, book, **WHO)
    assert [code.name for code in kept(folder)] == ["[31mRed", "b"]


def test_a_file_is_taken_in_as_one_change(folder):
    done = desk.import_(folder, folder.parent / "book.yaml", **WHO)
    assert done.counts == {"codes": 3, "codes here already": 0}
    assert [code.id for code in kept(folder)] == ["trust", "lost", "grown"]
    with at_work(folder) as engine:
        undo_codebook(engine, **WHO)
        with snapshot(engine) as connection:
            assert [line.action for line in lines(connection)] == ["import", "undo"]
    assert kept(folder) == []


def test_codes_that_are_there_stay_as_they_are(study):
    path = study.parent / "more.csv"
    path.write_text("id,name,parent\nlost,Otherwise,\nnew,New,\n", encoding="utf-8")
    done = desk.import_(study, path, **WHO)
    assert done.counts == {"codes": 1, "codes here already": 1}
    assert [fault.code for fault in done.warnings] == ["COD-082"]
    assert {code.id: code.name for code in kept(study)}["lost"] == "Lost"


def test_nothing_is_taken_of_a_faulty_file(study):
    path = study.parent / "bad.csv"
    path.write_text("id,name\nnew,New\n,Nameless\n", encoding="utf-8")
    with pytest.raises(Faults):
        desk.import_(study, path, **WHO)
    assert len(kept(study)) == 3


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".csv", ".qdc"])
def test_what_is_written_is_taken_in_elsewhere(study, tmp_path, suffix):
    target = tmp_path / f"out{suffix}"
    assert desk.export(study, target)[0] == 3
    other = tmp_path / "other"
    new_study(other, study_id="o", title="Other")
    assert desk.import_(other, target, **WHO).counts["codes"] == 3
    names = [(code.name, code.codable) for code in kept(other)]
    assert names == [("Trust", False), ("Lost", True), ("Grown", True)]
    if suffix != ".qdc":
        assert kept(other) == kept(study)


def test_only_known_kinds_of_file_are_written(study, tmp_path):
    with at_work(study) as engine:
        desk.number(engine, note="", **WHO)
    for name, version in (("out.txt", None), ("out.qdc", 1)):
        with pytest.raises(Fault) as told:
            desk.export(study, tmp_path / name, version=version)
        assert told.value.code == "COD-085"
        assert not (tmp_path / name).exists()
    assert desk.export(study, tmp_path / "one.csv", version=1) == (3, ())


def test_a_version_is_compared_with_what_came_after(study):
    with at_work(study) as engine:
        assert [each.what for each in desk.diff(engine)] == ["added"] * 3
        first = desk.number(engine, note="a start", **WHO)
        assert (first.number, desk.diff(engine)) == (1, [])
        rename_code(engine, "lost", name="Broken", **WHO)
        assert [str(each) for each in desk.diff(engine)] == ["Broken: name was 'Lost', is 'Broken'"]
        merge_code(engine, "lost", into="grown", **WHO)
        desk.number(engine, note="", **WHO)
        assert desk.diff(engine) == []
        said = [str(each) for each in desk.diff(engine, old=1, new=2)]
        assert said == ["Lost: gone (Trust)"]
        assert [str(each) for each in desk.diff(engine, old=2, new=1)] == ["Lost: added (Trust)"]
        with pytest.raises(Fault) as told:
            desk.diff(engine, old=3)
        assert told.value.code == "COD-018"
        shown = desk.shown(engine, version=1)
        assert [(line.code.id, line.depth) for line in shown] == [
            ("trust", 0), ("lost", 1), ("grown", 1),
        ]  # fmt: skip
        assert [line.code.id for line in desk.shown(engine)] == ["trust", "grown"]


def test_the_log_tells_every_change_and_version(study):
    with at_work(study) as engine:
        desk.number(engine, note="a start", **WHO)
        later = {"at": AT + dt.timedelta(minutes=1), "actor": "zoe"}
        add_code(engine, name="New", parent=None, **later)
        rename_code(engine, "lost", name="Broken", **later)
        undo_codebook(engine, **later)
        found = desk.history(engine)
        assert [(line.action, line.actor, line.told, line.undone) for line in found] == [
            ("import", "lea", "+ Grown; + Lost; + Trust", False),
            ("version", "lea", "a start", False),
            ("add", "zoe", "+ New", False),
            ("rename", "zoe", "Lost (name)", True),
            ("undo", "zoe", "change 3", False),
        ]
        assert [line.change for line in found] == [1, None, 2, 3, 4]
        assert desk.history(engine, last=2) == found[-2:]


def test_a_long_change_is_shortened_in_the_log(folder):
    path = folder.parent / "long.csv"
    rows = "".join(f"c{n},C{n}\n" for n in range(7))
    path.write_text(f"id,name\n{rows}", encoding="utf-8")
    desk.import_(folder, path, **WHO)
    with at_work(folder) as engine:
        (line,) = desk.history(engine)
        assert line.told == "+ C0; + C1; + C2; + C3; 3 more"
        merge_code(engine, "c0", into="c1", **WHO)
        assert desk.history(engine)[-1].told == "- C0"


@pytest.mark.shared
def test_a_codebook_of_another_program_is_taken_in(folder, shared):
    done = desk.import_(folder, shared / "data/qual/quirks/quirk_standard.qdpx", **WHO)
    assert done.counts["codes"] == len(kept(folder)) == 4
    assert all(isinstance(code, Code) for code in kept(folder))
