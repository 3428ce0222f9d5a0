"""Settings: default, overruled by the file, overruled by the environment."""

import dataclasses
import re

import pytest

from consilience.base.errors import Faults
from consilience.base.settings import DEFAULT_FILE, TABLE, Settings, load_settings


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / DEFAULT_FILE
    folder.parent.mkdir(parents=True)
    return tmp_path


def write(home, text):
    (home / DEFAULT_FILE).write_text(text, encoding="utf-8")
    return {"HOME": str(home)}


def faults_of(environ):
    with pytest.raises(Faults) as caught:
        load_settings(environ)
    for fault in caught.value.faults:
        assert not re.search(r"<\w+>", fault.what + fault.remedy)
    return caught.value.faults


def test_the_table_knows_each_setting_and_no_other():
    assert [setting.name for setting in TABLE] == [
        field.name for field in dataclasses.fields(Settings)
    ]


def test_without_file_and_environment_the_defaults_hold(home):
    found = load_settings({"HOME": str(home)})
    assert 1 <= found.workers <= 2
    assert found.actor


def test_the_file_overrules_the_default_and_the_environment_the_file(home):
    environ = write(home, "workers: 5\nactor: A. Person\n")
    assert load_settings(environ) == Settings(workers=5, actor="A. Person")
    environ |= {"CONSILIENCE_WORKERS": "7"}
    assert load_settings(environ) == Settings(workers=7, actor="A. Person")


def test_a_named_file_takes_the_place_of_the_one_at_home(home, tmp_path):
    environ = write(home, "workers: 5\n")
    other = tmp_path / "other.yaml"
    other.write_text("workers: 3\n", encoding="utf-8")
    assert load_settings(environ | {"CONSILIENCE_SETTINGS": str(other)}).workers == 3


def test_a_yes_or_no_stays_the_name_it_is(home):
    assert load_settings(write(home, "actor: No\n")).actor == "No"


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", ""])
def test_workers_out_of_range(home, value):
    (fault,) = faults_of({"HOME": str(home), "CONSILIENCE_WORKERS": value})
    assert fault.code == "BAS-002"
    assert repr(value) in fault.what
    assert "CONSILIENCE_WORKERS" in fault.remedy


def test_a_wrong_value_in_the_file_is_shown_with_its_line(home):
    (fault,) = faults_of(write(home, "# mine\nactor: ''\n"))
    assert fault.code == "BAS-002"
    assert fault.where.line == 2
    assert DEFAULT_FILE in fault.remedy


def test_a_misspelt_name_is_answered_with_the_nearest(home):
    (fault,) = faults_of({"HOME": str(home), "CONSILIENCE_WORKER": "2"})
    assert fault.code == "BAS-003"
    assert "'workers'" in fault.remedy


def test_all_that_is_wrong_is_said_at_once(home):
    environ = write(home, "worker: 2\nworkers: [a, b]\nactor: ''\n")
    assert [fault.code for fault in faults_of(environ)] == ["BAS-004", "BAS-003", "BAS-002"]


@pytest.mark.parametrize("text", ["just words", "- a\n- b\n", "a: [1\n", "\t", "b\x00", "[" * 2000])
def test_a_file_that_is_not_of_names_and_values(home, text):
    assert [fault.code for fault in faults_of(write(home, text))] == ["BAS-004"]


def test_a_broken_file_is_shown_with_its_line(home):
    (fault,) = faults_of(write(home, "workers: 2\nactor: [a\n"))
    assert fault.where.line == 3


def test_a_file_that_is_not_text(home):
    (home / DEFAULT_FILE).write_bytes(b"\xff\xfe\x00\xd8")
    assert [fault.code for fault in faults_of({"HOME": str(home)})] == ["BAS-004"]


def test_a_named_file_that_is_not_there(home):
    environ = {"HOME": str(home), "CONSILIENCE_SETTINGS": str(home / "missing.yaml")}
    (fault,) = faults_of(environ)
    assert fault.code == "BAS-004"
    assert "missing.yaml" in fault.what


def test_an_empty_file_changes_nothing(home):
    assert load_settings(write(home, "# nothing yet\n")).workers >= 1
