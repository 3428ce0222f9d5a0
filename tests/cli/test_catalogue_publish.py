"""Commands that publish, withdraw and mint, and those over curators and mails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))  # the tests are no package

from made_catalogue import IDENTIFIER, settings, write_package
from made_site import START

from consilience.cli.main import main
from consilience.desk.catalogue import make_catalogue, opened_catalogue
from consilience.desk.readers import Letters, register


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_catalogue(folder / "archive", settings())
    write_package(folder / "bag")
    return folder


def call(*words, code=0, env=None):
    done = CliRunner().invoke(main, ["catalogue", *map(str, words)], env=env)
    assert done.exit_code == code, done.output
    return done


def test_a_package_is_published_and_withdrawn(made):
    done = call("publish", made / "archive", made / "bag")
    assert f"{IDENTIFIER} version 1 published: Joint working" in done.stdout
    assert "2 controlled" in done.stdout
    assert "/records/joint-working" in done.stdout
    again = json.loads(call("publish", made / "archive", made / "bag", "--json").stdout)
    assert (again["version"], again["new"]) == (1, False)
    told = call("withdraw", made / "archive", IDENTIFIER, "--reason", "Asked to.")
    assert "is withdrawn" in told.stdout
    twice = call("withdraw", made / "archive", IDENTIFIER, "--reason", "Asked to.", code=1)
    assert "STO-080" in twice.stderr


def test_a_package_that_was_not_released_is_refused(made, tmp_path):
    bag = write_package(tmp_path / "bag", release=False)
    told = json.loads(call("publish", made / "archive", bag, "--json", code=1).stdout)
    assert told["faults"][0]["code"] == "CAT-043"


def test_no_registry_is_asked_by_itself(made):
    words = ("mint", made / "archive", IDENTIFIER, "--repository", "10.5072")
    empty = {"CONSILIENCE_DOI_USER": "", "CONSILIENCE_DOI_PASSWORD": ""}
    assert "CAT-046" in call(*words, code=1, env=empty).stderr
    told = call(*words, "--endpoint", "https://api.test.datacite.org", code=1, env=empty)
    assert "CAT-047" in told.stderr


def test_a_curator_gets_an_account(made):
    done = json.loads(call("curator", made / "archive", "ann", "--name", "Ann", "--json").stdout)
    assert done["login"] == "ann"
    assert len(done["one_time_password"]) == 19
    assert "STO-050" in call("curator", made / "archive", "ann", code=1).stderr
    assert "one-time password" in call("curator", made / "archive", "ben").stdout


def test_mails_that_wait_are_listed(made):
    letters = Letters(catalogue="A", confirm=lambda _: "x", reset=lambda _: "x")
    with opened_catalogue(made / "archive") as archive:
        register(archive.engine, archive.folder, name="E", email="eve@uni.example",
                 password="four plain words", letters=letters, at=START)  # fmt: skip
    assert "eve@uni.example" in call("outbox", made / "archive").stdout
    told = json.loads(call("outbox", made / "archive", "--send", "--json").stdout)
    assert told["sent"] == 0
    assert told["waiting"][0]["address"] == "eve@uni.example"
    assert "sent: 0" in call("outbox", made / "archive", "--send").stdout


def test_the_ledger_of_a_catalogue_is_shown_and_verified(made):
    words = ["audit", "verify", str(made / "archive")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "whole, in order, unchanged" in done.stdout
    shown = CliRunner().invoke(main, ["audit", "show", str(made / "archive"), "--json"]).stdout
    assert "publish" in {json.loads(line)["action"] for line in shown.splitlines()}
