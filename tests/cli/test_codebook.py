"""What the commands over the codebook print, for people and for machines."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.coding.model import Code
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.store.coding_tables import CODE
from consilience.store.codings import code_row
from consilience.store.database import transaction

BOOK = """\
codes:
  - id: trust
    name: Trust
    codes:
      - {id: lost, name: Lost, definition: It went., inclusion: Always., examples: [Gone.]}
      - {id: grown, name: Grown, retired: true}
"""


@pytest.fixture
def study(tmp_path):
    new_study(tmp_path / "study", study_id="s", title="A study")
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    assert asked("import", tmp_path / "study", tmp_path / "book.yaml").exit_code == 0
    return tmp_path / "study"


def asked(name, *arguments):
    given = ["codebook", name, *[str(each) for each in arguments]]
    return CliRunner().invoke(main, given, env={"CONSILIENCE_ACTOR": "lea"})


def machine(name, *arguments):
    return json.loads(asked(name, *arguments, "--json").stdout)


def test_the_tree_is_shown(study):
    shown = asked("show", study).stdout.splitlines()
    assert shown == [
        "Trust (heading)  trust", "  Lost  lost", "  Grown (retired)  grown", "3 codes",
    ]  # fmt: skip
    whole = asked("show", study, "--long").stdout
    for said in ("      It went.", "      use: Always.", "      such as: Gone."):
        assert said in whole
    codes = machine("show", study)["codes"]
    assert [(code["id"], code["parent"]) for code in codes] == [
        ("trust", None), ("lost", "trust"), ("grown", "trust"),
    ]  # fmt: skip


def test_nothing_that_a_terminal_obeys_is_printed(study):
    """A name may have come in before such characters were refused."""
    odd = Code(id="odd", name="\x1b[31mred\x9b5m", definition="\x1b]0;title\x07", position=9)
    with at_work(study) as engine, transaction(engine) as connection:
        connection.execute(CODE.insert().values(**code_row(odd)))
    for shown in (asked("show", study).output, asked("show", study, "--long").output):
        assert not set(shown) & {"\x1b", "\x9b", "\x07"}
        assert "\ufffd[31mred\ufffd5m" in shown


def test_files_go_in_and_out(study, tmp_path):
    again = machine("import", study, tmp_path / "book.yaml")
    assert again["counts"] == {"codes": 0, "codes here already": 3}
    for suffix in ("yaml", "csv", "qdc"):
        done = asked("export", study, tmp_path / f"out.{suffix}")
        assert (done.exit_code, "3 codes written" in done.stdout) == (0, True)
        assert (tmp_path / f"out.{suffix}").stat().st_size > 100
    refused = asked("export", study, tmp_path / "out.pdf", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["faults"][0]["code"] == "COD-085"


def test_versions_are_numbered_and_compared(study):
    assert "version 1: 3 codes" in asked("version", study, "--note", "a start").stdout
    assert "nothing differs" in asked("diff", study).stdout
    assert "version 1" in asked("log", study).stdout
    assert asked("undo", study).stdout.startswith("taken back: change 1")
    assert asked("diff", study).stdout.splitlines()[0] == "Trust: gone"
    assert machine("diff", study, 1, 1) == {"differences": []}
    assert len(machine("show", study, "--version", 1)["codes"]) == 3
    refused = asked("diff", study, 2)
    assert (refused.exit_code, "COD-018" in refused.stderr) == (1, True)


def test_changes_are_listed_taken_back_and_done_again(study):
    assert machine("undo", study) == {"change": 1}
    assert "nothing can be taken back" in asked("undo", study).stdout
    assert machine("redo", study) == {"change": 1}
    assert "nothing can be done again" in asked("redo", study).stdout
    told = [(line["action"], line["undone"]) for line in machine("log", study)["log"]]
    assert told == [("import", False), ("undo", True), ("redo", False)]
    listed = asked("log", study, "--last", 1).stdout
    assert "redo" in listed
    assert "import" not in listed


@pytest.mark.parametrize("name", ["show", "import", "export", "version", "log", "diff", "undo",
                                  "redo"])  # fmt: skip
def test_help_has_an_example(name):
    assert f"consilience codebook {name} my-study" in asked(name, "--help").stdout


def test_of_very_many_faults_the_first_are_told(study, tmp_path):
    columns = ",".join(f"c{number}" for number in range(2_000))
    (tmp_path / "wide.csv").write_text(f"id,name,{columns}\na,A\n")
    done = asked("import", study, tmp_path / "wide.csv")
    assert done.exit_code == 1
    assert done.stderr.count("INT-096") == 100
    assert done.stderr.endswith("and 1,900 more; `--json` prints all\n")
    assert len(machine("import", study, tmp_path / "wide.csv")["faults"]) == 2_000
