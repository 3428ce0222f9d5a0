"""What the commands that change single codes do, say, and take back."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from click.testing import CliRunner

from consilience.base.counting import counted
from consilience.cli.main import main
from consilience.coding.model import Code, Coding
from consilience.desk.codebook_changes import rename_code, undo_codebook
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.interviews.model import Document, Turn
from consilience.store.codings import insert_coding, save_codes
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
TEXT = "I: What are schools told?\nR: Nothing at all. We trust them.\n"
CODES = (
    Code(id="trust", name="Trust", codable=False),
    Code(id="lost", name="Lost", parent="trust", examples=("Gone.",)),
    Code(id="grown", name="Grown", parent="trust", position=1, examples=("Up.",)),
    Code(id="post", name="By post", parent="lost"),
    Code(id="schools", name="Schools", position=1),
    Code(id="lost-there", name="Lost", parent="schools"),
)
LINES = [
    {"id": "k1", "document": "T1", "start": 29, "end": 44, "code": "lost", "coder": "anna"},
    {"id": "k2", "document": "T1", "start": 29, "end": 44, "code": "grown", "coder": "anna"},
    {"id": "k3", "document": "T1", "start": 29, "end": 44, "code": "lost", "coder": "ben"},
    {"id": "k4", "document": "T2", "start": 45, "end": 59, "code": "lost", "coder": "anna"},
    {"id": "k5", "document": "T2", "start": 29, "end": 59, "code": "schools", "coder": "ben"},
]


@pytest.fixture
def study(tmp_path):
    """Return a study with two texts, six codes and five passages."""
    folder = tmp_path / "study"
    new_study(folder, study_id="s", title="A study")
    turns = [
        Turn(speaker="I", start=0, said=3, end=25),
        Turn(speaker="R", start=26, said=29, end=59),
    ]
    with at_work(folder) as engine, transaction(engine) as connection:
        save_codes(connection, CODES)
        for name in ("T1", "T2"):
            keep_document(
                connection, Document(id=name.lower(), name=name, case="A01", simulated=True),
                text=TEXT, turns=turns, sealed=False, at="2026", actor="test",
            )  # fmt: skip
    file = folder / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in LINES))
    assert ran("codings", "import", folder, file).output == "5 codings\n"
    return folder


def ran(*words):
    return CliRunner().invoke(main, [*map(str, words)], env={"CONSILIENCE_ACTOR": "lea"})


def said(name, *words):
    done = ran("codebook", name, *words)
    assert done.exit_code == 0, done.output
    return done.output


def told(name, *words):
    return json.loads(said(name, *words, "--json"))


def refused(name, *words):
    done = ran("codebook", name, *words)
    assert done.exit_code == 1, done.output
    return " ".join(done.output.split())


def codes(study):
    return {each["id"]: each for each in told("show", study)["codes"]}


def marked(study, file="out.jsonl"):
    assert ran("codings", "export", study, study / file).exit_code == 0
    rows = map(json.loads, (study / file).read_text().splitlines())
    return {row["id"]: row["code"] for row in rows}


BEFORE = {line["id"]: line["code"] for line in LINES}


def test_a_code_is_added_with_all_that_is_said_of_it(study):
    output = said(
        "add", study, "Broken", "--below", "Schools/Lost", "--definition", "D", "--inclusion", "I",
        "--exclusion", "E", "--example", "one", "--example", "two", "--colour", "#1b7F5c",
        "--heading",
    )  # fmt: skip
    assert output.startswith("change 1: Broken is there, ")
    assert "`consilience codebook undo` takes it back." in output
    made = next(each for each in codes(study).values() if each["name"] == "Broken")
    assert output.splitlines()[0].endswith(made["id"])
    assert made | {"id": ""} == {
        "id": "", "name": "Broken", "parent": "lost-there", "position": 0, "colour": "#1b7F5c",
        "definition": "D", "inclusion": "I", "exclusion": "E", "examples": ["one", "two"],
        "codable": False, "retired": False,
    }  # fmt: skip
    assert told("add", study, "Top")["code"]["parent"] is None
    said("undo", study)
    said("undo", study)
    assert set(codes(study)) == {each.id for each in CODES}


def test_an_edit_leaves_what_it_does_not_name(study):
    said("edit", study, "grown", "--definition", "D", "--colour", "#000000")
    output = said("edit", study, "trust/GROWN", "--inclusion", "I")
    assert output.startswith("change 2: Grown is changed; its 1 passage stays")
    now = codes(study)["grown"]
    assert (now["definition"], now["inclusion"], now["examples"]) == ("D", "I", ["Up."])
    said("edit", study, "grown", "--definition", "", "--colour", "", "--no-examples")
    now = codes(study)["grown"]
    assert (now["definition"], now["colour"], now["examples"]) == ("", None, [])
    assert said("edit", study, "grown", "--codable") == "nothing differs\n"
    assert told("edit", study, "grown", "--codable")["change"] is None
    said("edit", study, "trust", "--codable")
    assert codes(study)["trust"]["codable"] is True
    assert ran("codebook", "edit", study, "grown").exit_code == 2


def test_a_code_is_called_otherwise_moved_and_put_in_order(study):
    assert "it is called Gone now; its 3 passages stay" in said(
        "rename", study, "/Trust/Lost", "Gone"
    )
    said("move", study, "Grown", "--place", "1")
    assert [each for each in codes(study) if codes(study)[each]["parent"] == "trust"] == [
        "grown", "lost",
    ]  # fmt: skip
    said("move", study, "Gone", "--below", "Schools", "--place", "1")
    now = codes(study)
    assert (now["lost"]["parent"], now["post"]["parent"]) == ("schools", "lost")
    assert list(now).index("lost") < list(now).index("lost-there")
    said("move", study, "By post", "--top")
    assert codes(study)["post"]["parent"] is None
    for wrong in ((), ("--below", "Grown", "--top"), ("--top", "--below", "Grown", "--place", "1")):
        assert ran("codebook", "move", study, "Gone", *wrong).exit_code == 2
    assert marked(study) == BEFORE


def test_a_merge_says_what_became_of_passages_and_is_taken_back(study):
    assert ran("codings", "memo", "add", study, "coding", "k1", "A thought").exit_code == 0
    output = said("merge", study, "Trust/Lost", "Grown")
    assert output.splitlines()[0] == (
        "change 2: Lost is part of Grown: 2 passages went to it, 1 fell together with one there "
        "by the same coder, 3 carry it now, 1 memo went along, 1 code came below it"
    )
    assert marked(study) == {"k2": "grown", "k3": "grown", "k4": "grown", "k5": "schools"}
    assert codes(study)["grown"]["examples"] == ["Up.", "Gone."]
    said("undo", study)
    assert marked(study) == BEFORE
    assert codes(study)["post"]["parent"] == "lost"
    done = told("merge", study, "lost", "grown")
    counts = {name: done[name] for name in ("moved", "together", "passages", "memos", "below")}
    assert counts == {"moved": 2, "together": 1, "passages": 3, "memos": 1, "below": 1}
    assert done["code"]["id"] == "grown"


@pytest.mark.parametrize(
    ("options", "went"),
    [
        (("--document", "T1"), {"k1", "k3"}),
        (("--document", "T1", "--coder", "anna"), {"k1"}),
        (("--case", "A01", "--coder", "anna"), {"k1", "k4"}),
        (("--query", "Trust/Lost in Schools"), {"k4"}),
        (("--query", "Trust/Gone"), None),
        (("--query", "lost in schools"), {"k4"}),
        (("--query", "lost overlapping grown", "--coder", "anna"), {"k1"}),
        (("--coding", "k3"), {"k3"}),
        (("--document", "T2", "--coding", "k3"), {"k3", "k4"}),
        (("--speaker", "R"), {"k1", "k3", "k4"}),
        (("--speaker", "I"), None),
        (("--coding", "k5"), None),
    ],
)
def test_chosen_passages_go_to_a_new_code(study, options, went):
    if went is None:
        output = refused("split", study, "lost", "Half", *options)
        assert "COD-017" in output or "COD-020" in output
        assert marked(study) == BEFORE
        return
    output = said("split", study, "lost", "Half", "--definition", "D", *options)
    assert f"change 1: {counted(len(went), 'passage')} went from Lost to Half, " in output
    new = next(each for each in codes(study).values() if each["name"] == "Half")
    assert (new["parent"], new["definition"]) == ("trust", "D")
    assert marked(study) == BEFORE | dict.fromkeys(went, new["id"])
    said("undo", study)
    assert marked(study) == BEFORE
    assert set(codes(study)) == {each.id for each in CODES}


def test_a_split_says_which_passages_go(study):
    assert ran("codebook", "split", study, "lost", "Half").exit_code == 2


def test_a_code_is_retired_and_brought_back(study):
    assert "Grown is retired; its 1 passage stays" in said("retire", study, "Grown")
    assert codes(study)["grown"]["retired"] is True
    assert "Grown is in use again" in said("retire", study, "Grown", "--back")
    assert codes(study)["grown"]["retired"] is False
    assert said("retire", study, "Grown", "--back") == "nothing differs\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("rename", "Lost", "x"), "COD-040"),
        (("merge", "grown", "Lost"), "COD-040"),
        (("add", "x", "--below", "Lost"), "COD-040"),
        (("move", "grown", "--below", "Lost"), "COD-040"),
        (("retire", "Nothing"), "COD-002"),
        (("rename", "grown", " "), "COD-015"),
        (("move", "trust", "--below", "By post"), "COD-014"),
        (("merge", "grown", "trust"), "COD-003"),
        (("edit", "grown", "--heading"), "COD-016"),
        (("edit", "grown", "--colour", "blue"), "COD-041"),
        (("split", "lost", "x", "--coder", "nobody"), "COD-026"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(study, words, code):
    name, *rest = words
    output = refused(name, study, *rest)
    assert code in output
    if code == "COD-040":
        assert "Trust > Lost (lost), Schools > Lost (lost-there)" in output
    found = json.loads(ran("codebook", name, study, *rest, "--json").output)
    assert [fault["code"] for fault in found["faults"]] == [code]
    assert told("log", study) == {"log": []}


def test_a_step_is_not_taken_back_into_what_no_step_makes(study):
    said("edit", study, "trust", "--codable")
    with at_work(study) as engine, transaction(engine) as connection:
        passage = {"document": "t1", "version": 1, "start": 0, "end": 9, "coder": "anna"}
        insert_coding(connection, Coding(id="k9", code="trust", at="", **passage))
    output = refused("undo", study)
    assert "COD-105" in output
    assert "'Trust' would be a heading, and passages carry it (1 in all)" in output
    assert codes(study)["trust"]["codable"] is True


def test_a_name_that_is_taken_meanwhile_is_told_with_who_has_it(study):
    lea, zoe = ({"at": AT, "actor": name} for name in ("lea", "zoe"))
    with at_work(study) as engine:
        rename_code(engine, "grown", name="Up", **lea)
        rename_code(engine, "lost", name="Grown", **zoe)
        rename_code(engine, "lost", name="Gone", **zoe)
        undo_codebook(engine, **lea)  # as on a page: the own last step, and none of another
    output = refused("undo", study)
    assert "COD-103" in output
    assert "called 'Grown' again, and Trust > Grown (grown) has that name there now" in output
    with at_work(study) as engine:
        rename_code(engine, "grown", name="Up", **zoe)
    assert "taken back: change 5" in said("undo", study)
    assert "COD-103" in refused("undo", study)


def test_names_with_marks_of_the_printer_are_printed_as_they_are(study):
    assert "[bold]Odd[/bold] is there" in said("add", study, "[bold]Odd[/bold]")


def test_a_study_that_never_ran_gets_its_first_code(tmp_path):
    new_study(tmp_path / "fresh", study_id="s", title="A study")
    assert "First is there" in said("add", tmp_path / "fresh", "First")


def test_no_study_is_told(tmp_path):
    assert "STU-002" in refused("add", tmp_path, "First")


def test_what_is_changed_at_the_terminal_while_pages_are_served(study):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "consilience", "serve", str(study), "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            _await(f"http://127.0.0.1:{port}/sign-in")
            steps = [
                subprocess.Popen(
                    [sys.executable, "-m", "consilience", "codebook", "add", str(study), f"N{n}"],
                    env=os.environ | {"CONSILIENCE_ACTOR": "lea"}, stdout=subprocess.PIPE,
                )
                for n in range(3)
            ]  # fmt: skip
            assert [step.wait(60) for step in steps] == [0] * 3
            for step in steps:
                step.stdout.close()
            _await(f"http://127.0.0.1:{port}/sign-in")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    found = [each for each in codes(study).values() if each["name"].startswith("N")]
    assert sorted(each["position"] for each in found) == [2, 3, 4]
    assert [line["change"] for line in told("log", study)["log"]] == [1, 2, 3]


def _await(address):
    for _ in range(200):
        try:
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {address}")


@pytest.mark.parametrize("name", ["add", "edit", "rename", "move", "merge", "split", "retire"])
def test_help_has_an_example(name):
    assert f"consilience codebook {name} my-study" in said(name, "--help")
