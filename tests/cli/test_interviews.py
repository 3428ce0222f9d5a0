"""What the commands over interviews print."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.run import run

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from talk_study import write_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("talks"))
    run(folder, at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), actor="test")
    return str(folder)


def asked(*arguments, key=None, typed=None):
    environment = {"CONSILIENCE_VAULT_KEY": key}
    return CliRunner().invoke(main, ["interviews", *arguments], env=environment, input=typed)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("status",), "P7 took it back on 2017-08-01"),
        (("coverage",), "not noted"),
        (("consents", "--for", "quote"), "P4 did not state quoting"),
        (("trace",), "How often are schools told?"),
    ],
)
def test_each_command_in_words_and_for_machines(study, command, said):
    name, *options = command
    shown = asked(name, study, *options)
    assert (shown.exit_code, said in shown.output) == (0, True)
    machine = asked(name, study, *options, "--json")
    assert json.loads(machine.stdout)


def test_contacts_ask_for_the_key(study, tmp_path):
    file = tmp_path / "c.csv"
    file.write_text("person,name\nP1,Ann Lee\n")
    added = asked("contacts", study, "--add", str(file), typed="a long enough key\n")
    assert (added.exit_code, "1 person in the vault" in added.stdout) == (0, True)
    assert "a long enough key" not in added.output
    assert "Ann Lee" in asked("contacts", study, key="a long enough key").stdout
    refused = asked("contacts", study, "--json", key="another long key")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["faults"][0]["code"] == "STO-031"


def test_a_study_that_was_never_run(tmp_path):
    folder = write_study(tmp_path)
    shown = asked("status", str(folder), "--json")
    assert (shown.exit_code, json.loads(shown.stdout)["faults"][0]["code"]) == (1, "STU-006")
