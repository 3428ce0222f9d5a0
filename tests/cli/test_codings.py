"""What the commands over codings print and write."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.coding.model import Code
from consilience.desk.kept import at_work
from consilience.interviews.model import Document, Turn
from consilience.store.codings import save_codes
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document
from consilience.store.vault import make_vault

TEXT = "I: What are schools told?\nR: Nothing at all. We trust them.\n"
LINES = [
    {"document": "T1", "start": 29, "end": 44, "code": "Nothing told", "coder": "anna"},
    {"document": "T1", "start": 29, "end": 59, "code": "trust", "coder": "ben"},
    {"document": "T2", "start": 45, "end": 59, "code": "trust", "coder": "anna"},
]


def asked(*arguments):
    environment = {"CONSILIENCE_ACTOR": "lea"}
    return CliRunner().invoke(main, ["codings", *map(str, arguments)], env=environment)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study whose codings came in at the command line."""
    folder = tmp_path_factory.mktemp("codings") / "study"
    CliRunner().invoke(main, ["new", str(folder)])
    turns = [
        Turn(speaker="I", start=0, said=3, end=25),
        Turn(speaker="R", start=26, said=29, end=59),
    ]
    with at_work(folder) as engine, transaction(engine) as connection:
        save_codes(
            connection,
            [Code(id="told", name="Nothing told"), Code(id="trust", name="Trust", position=1)],
        )
        for name in ("T1", "T2"):
            keep_document(
                connection, Document(id=name.lower(), name=name, case="A01", simulated=True),
                text=TEXT, turns=turns, sealed=False, at="2026", actor="test",
            )  # fmt: skip
    file = folder / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in LINES))
    done = asked("import", folder, file)
    assert (done.exit_code, done.output) == (0, "3 codings\n")
    return folder


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("find", ("Nothing told in trust",), "Nothing at all."),
        ("find", ("trust", "--coder", "anna"), "1 passage in 1 text (SIMULATED)"),
        ("find", ("trust", "--most", "1"), "2 passages in 2 texts"),
        ("find", ("trust", "--speaker", "I"), "0 passages in 0 texts"),
        ("table", (), "A01"),
        ("table", ("--by", "document", "--characters"), "30"),
        ("table", ("--by", "speaker", "--presence"), "Nothing told"),
        ("table", ("--by", "speaker"), "R (T1)"),
        ("cooccurrence", (), "0 pairs"),
        ("saturation", (), "codes so far"),
        ("drift", ("--batches", "2"), "per 1,000 words"),
    ],
)
def test_what_the_commands_say(study, command, options, said):
    result = asked(command, study, *options)
    assert result.exit_code == 0, result.output
    assert said in result.output


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("find", "trust"), "passages"),
        (("table",), "rows"),
        (("cooccurrence",), "pairs"),
        (("saturation",), "texts"),
        (("drift",), "drift"),
    ],
)
def test_json_and_tables_on_disk(study, command, key, tmp_path):
    told = asked(command[0], study, *command[1:], "--json")
    assert told.exit_code == 0, told.output
    assert isinstance(json.loads(told.output)[key], list)
    for form in ("csv", "xlsx", "sav"):
        result = asked(command[0], study, *command[1:], "--to", tmp_path / f"t.{form}")
        assert result.exit_code == 0, result.output
        assert "wrote" in result.output
        assert (tmp_path / f"t.{form}").stat().st_size


def test_texts_of_no_case_are_told(study, tmp_path):
    assert "no case" not in asked("table", study).output
    folder = shutil.copytree(study, tmp_path / "study")
    with at_work(folder) as engine, transaction(engine) as connection:
        keep_document(
            connection, Document(id="t3", name="T3"), text=TEXT, turns=(), sealed=False, at="2026",
            actor="test",
        )  # fmt: skip
    said = "1 text belongs to no case and has no row"
    assert said in asked("table", folder).output.replace("\n", " ")
    assert said in asked("table", folder, "--to", tmp_path / "t.csv").output.replace("\n", " ")
    assert "no case" not in asked("table", folder, "--by", "document").output
    assert json.loads(asked("table", folder, "--json").output)["without_case"] == 1


def test_faults_are_told(study, tmp_path):
    for command, code in (
        (("find", "trst"), "COD-020"),
        (("find", "trust", "--to", tmp_path / "t.odt"), "COD-028"),
        (("table", "--case", "A09"), "COD-026"),
        (("drift", "--batches", "1"), "COD-027"),
        (("import", tmp_path / "none.jsonl"), "FMT-001"),
        (("release", "T1", "--coder", "anna"), "COD-004"),
        (("assign", "T1", "--coder", "typo x"), "COD-029"),
        (("release", "T1", "--coder", "nobody"), "COD-029"),
    ):
        result = asked(command[0], study, *command[1:])
        assert result.exit_code == 1
        assert code in result.output
    assert asked("find", study, "trust", "--where", "region").exit_code == 2


def test_giving_out_and_releasing_decides_what_is_found(study):
    assert asked("assign", study, "T2", "--coder", "anna").output == "1 given to anna\n"
    found = json.loads(asked("find", study, "trust", "--json").output)
    assert [each["name"] for each in found["passages"]] == ["T1"]
    assert asked("release", study, "T2", "--coder", "anna").output == "1 released by anna\n"
    assert json.loads(asked("find", study, "trust", "--json").output)["total"] == 2
    again = asked("release", study, "T2", "--coder", "anna", "--reopen", "--json")
    assert json.loads(again.output)["done"] == "open again for"
    refused = asked("assign", study, "T2", "--coder", "anna", "--back")
    assert "COD-086" in refused.output, "what is not released would be seen"
    asked("release", study, "T2", "--coder", "anna")
    back = asked("assign", study, "T2", "--coder", "anna", "--back")
    assert back.output == "1 taken back from anna\n"
    assert json.loads(asked("find", study, "trust", "--json").output)["total"] == 2


def test_memos(study):
    added = asked("memo", "add", study, "code", "trust", "Split this?", "--title", "Later")
    assert added.exit_code == 0, added.output
    (memo,) = json.loads(asked("memo", "list", study, "--on", "code", "--json").output)["memos"]
    assert (memo["text"], memo["about"], memo["title"]) == ("Split this?", "Trust", "Later")
    refused = asked("memo", "add", study, "code", "gone", "What?")
    assert "COD-012" in refused.output
    # What a terminal makes of a byte that is not of UTF-8.
    for arguments in (("Half \udcff",), ("Split?", "--title", "\udcff")):
        refused = asked("memo", "add", study, "code", "trust", *arguments)
        assert (refused.exit_code, "STO-012" in refused.output) == (1, True)
    assert "Half" not in asked("memo", "list", study).output


def test_memos_are_edited_and_deleted(study):
    added = json.loads(asked("memo", "add", study, "study", "all", "Debbie?", "--json").output)
    key = added["memo"]["id"]
    assert f"\n{key[:8]}  " in asked("memo", "list", study, "--on", "study").output
    assert "COD-111" in asked("memo", "edit", study, key[:7], "x").output
    edited = asked(
        "memo", "edit", study, key[:8], "The head?", "--title", "T", "--forget", "--json"
    )
    assert json.loads(edited.output) == {"memo": key[:8], "done": "changed", "warnings": []}
    (memo,) = json.loads(asked("memo", "list", study, "--on", "study", "--json").output)["memos"]
    assert (memo["id"], memo["text"], memo["title"]) == (key, "The head?", "T")
    assert "COD-111" in asked("memo", "edit", study, "nothing", "x").output
    assert asked("memo", "delete", study, key).output == f"memo {key} deleted\n"
    assert "COD-111" in asked("memo", "delete", study, key).output


def test_a_memo_with_a_name_is_refused_where_the_key_is_given(tmp_path):
    folder = tmp_path / "study"
    CliRunner().invoke(main, ["new", str(folder)])
    with at_work(folder):
        vault = make_vault(folder / ".consilience", "a long pass phrase", cost=2**4)
    marsh = {
        "number": 7, "kind": "person", "forms": ["Debbie Marsh"], "ruling": "replace",
        "replacement": "[Head 1]",
    }  # fmt: skip
    vault.write("registry", json.dumps({"registry": [marsh]}).encode())
    command = ["codings", "memo", "add", str(folder), "study", "all", "Debbie Marsh said so."]
    keyed = CliRunner().invoke(main, command, env={"CONSILIENCE_VAULT_KEY": "a long pass phrase"})
    assert (keyed.exit_code, "COD-110" in keyed.output) == (1, True)
    assert "Marsh" not in keyed.output
    assert CliRunner().invoke(main, command, env={"CONSILIENCE_VAULT_KEY": ""}).exit_code == 0


def test_what_goes_out_comes_in(study, tmp_path):
    out = asked("export", study, tmp_path / "out.jsonl", "--json")
    assert json.loads(out.output)["codings"] == 3
    assert asked("import", study, tmp_path / "out.jsonl").output == "0 codings, 3 here already\n"


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "sav", "jsonl"])
def test_nothing_is_written_in_the_place_of_a_pipe(study, tmp_path, suffix):
    folder = tmp_path / "out"
    folder.mkdir()
    os.mkfifo(folder / f"pipe.{suffix}")
    target = folder / f"pipe.{suffix}"
    asking = ("export", study, target) if suffix == "jsonl" else ("table", study, "--to", target)
    refused = asked(*asking)
    assert (refused.exit_code, "STO-013" in refused.output) == (1, True)
    assert [(each.name, each.is_fifo()) for each in folder.iterdir()] == [(target.name, True)]
