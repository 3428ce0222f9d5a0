"""What the commands `health` and `clean` print, write and end with."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main


def asked(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("id,note\n1,x\n1,x\n", encoding="utf-8")
    return path


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("data_integrity: {duplicate_values: {setting: [id]}}", encoding="utf-8")
    return path


def test_a_file_in_good_health_ends_with_0(table):
    done = asked("health", table)
    assert done.exit_code == 0
    assert "answers.csv: 2 records, 2 columns" in done.stdout


def test_a_check_that_keeps_a_file_back_ends_with_1(table, config, tmp_path):
    page = tmp_path / "out" / "health.html"
    done = asked("health", table, "--config", config, "--html", page)
    assert done.exit_code == 1
    assert "id, record 1" in done.stdout
    assert "id, record 1" in page.read_text(encoding="utf-8")
    machine = asked("health", table, "--config", config, "--json")
    assert machine.exit_code == 1
    (check,) = json.loads(machine.stdout)["files"][0]["checks"]
    assert (check["name"], check["failed"], check["severity"]) == ("duplicate_values", 1, "refuse")
    assert check["places"] == [{"column": "id", "row": 1, "code": ""}]


def test_what_cannot_be_checked_is_told_without_a_traceback(tmp_path):
    done = asked("health", tmp_path / "nowhere.csv")
    assert done.exit_code == 1
    assert "FMT-001" in done.stderr
    assert asked("health").exit_code == 2


def test_what_a_file_hides_is_told_and_taken_out_of_a_copy(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Mon\u200bday", encoding="utf-8")
    done = asked("clean", path)
    assert (done.exit_code, "can be taken out" in done.stdout) == (1, True)
    folder = tmp_path / "clean"
    done = asked("clean", path, "--to", folder, "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert [each["kind"] for each in told["files"][0]["findings"]] == ["invisible character"]
    assert told["copies"] == [str(folder / "notes.txt")]
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "Monday"
    assert path.read_text(encoding="utf-8") == "Mon\u200bday"
    assert asked("clean", folder / "notes.txt").stdout.strip().endswith("nothing hidden")


def test_what_only_a_person_can_decide_is_left_and_ends_with_1(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,x\n1,=2+2\n", encoding="utf-8")
    done = asked("clean", path, "--to", tmp_path / "clean")
    assert (done.exit_code, "for you to decide" in done.stdout) == (1, True)


def test_no_copy_takes_the_place_of_a_file(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("x", encoding="utf-8")
    assert "DEP-085" in asked("clean", path, "--to", tmp_path).stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("y", encoding="utf-8")
    done = asked("clean", path, tmp_path / "other" / "notes.txt", "--to", tmp_path / "clean")
    assert "DEP-085" in done.stderr
    assert not (tmp_path / "clean").exists()
