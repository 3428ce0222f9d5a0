"""What the commands deposit, waive and release print, write, and end with."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from deposit_study import AT, clear, write_deposit_study

from consilience.cli.main import main
from consilience.desk.run import run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = write_deposit_study(tmp_path_factory.mktemp("deposit") / "study")
    run(folder, at=AT, actor="test")
    clear(folder, "T1")
    return folder


@pytest.fixture
def study(made, tmp_path):
    return shutil.copytree(made, tmp_path / "study")


def call(*words, code=0, actor="ann"):
    env = {"CONSILIENCE_ACTOR": actor, "CONSILIENCE_VAULT_KEY": None, "CONSILIENCE_SCHEMAS": None}
    done = CliRunner().invoke(main, list(map(str, words)), env=env)
    assert done.exit_code == code, done.output
    return done


def told(*words, **more):
    return json.loads(call(*words, "--json", **more).stdout)


def without_form(study):
    """Take the consent form out of the study file, and run."""
    path = study / "study.yaml"
    text = path.read_text("utf-8")
    form = "      - {file: consent.docx, title: Consent form, kind: consent form}\n"
    assert form in text
    path.write_text(text.replace(form, ""), "utf-8")
    run(study, at=AT, actor="test")


def test_prepared_by_one_and_released_by_another(study):
    done = call("deposit", study, "--date", "2026-01-03", "--zip")
    assert "talks" in done.stdout
    assert "warn no-doi record: the study has no DOI" in done.stdout
    assert "files in" in done.stdout
    assert ".zip" in done.stdout
    assert "Bagging-Date: 2026-01-03" in (
        study / "out" / "deposit" / "small-1" / "bag-info.txt"
    ).read_text("utf-8")
    assert "DEP-019" in call("release", study, code=1).stderr
    assert "prepared by ann, released by ben" in call("release", study, actor="ben").stdout
    again = told("release", study, actor="ben")
    assert (again["prepared_by"], again["released_by"]) == ("ann", "ben")


def test_to_look_only(study):
    assert "Nothing keeps it back." in call("deposit", study, "--look").stdout
    found = told("deposit", study, "--look")
    assert (found["refused"], found["folder"], found["digest"]) == ([], None, "")
    assert found["data_sets"][0] == ["talks", 6, 4, 1, 1]
    assert "DEP-018" in call("release", study, code=1, actor="ben").stderr


def test_what_keeps_it_back_comes_with_what_to_do(study):
    without_form(study)
    done = call("deposit", study, code=1)
    assert "refuse no-consent-form documentation: the consent form" in done.stdout
    assert "Name it under `documents` with its kind." in done.stdout
    assert "Kept back by 1 finding; nothing was written." in done.stdout
    assert not (study / "out" / "deposit").exists()
    found = told("deposit", study, code=1)
    assert [each["code"] for each in found["refused"]] == ["no-consent-form"]
    words = ("waive", study, "no-consent-form", "--role", "lead", "--reason", "sent by post")
    assert "no-consent-form at *: waived, by ann as lead" in call(*words).stdout
    passed = call("deposit", study, "--look")
    assert "waived no-consent-form documentation" in passed.stdout
    assert "Nothing keeps it back." in passed.stdout
    assert "no longer waived" in call(*words, "--back").stdout
    call("deposit", study, "--look", code=1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("risk", "--role", "coder", "--reason", "x"), "DEP-014"),
        (("risk", "--role", "lead", "--reason", " "), "DEP-015"),
        (("record", "--role", "lead", "--reason", "x"), "DEP-016"),
    ],
)
def test_waivers_that_are_none(made, words, code):
    faults = told("waive", made, *words, code=1)["faults"]
    assert [each["code"] for each in faults] == [code]
    assert code in call("waive", made, *words, code=1).stderr


def test_a_waiver_as_json(study):
    found = told("waive", study, "risk", "--where", "climate/climate", "--role", "curator",
                 "--reason", "seen")  # fmt: skip
    assert (found["code"], found["where"]) == ("risk", "climate/climate")
    assert (found["by"], found["role"], found["reason"]) == ("ann", "curator", "seen")


def test_no_study_at_all(tmp_path):
    for command in ("deposit", "release"):
        assert "STU-002" in call(command, tmp_path, code=1).stderr
