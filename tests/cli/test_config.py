"""The folder of official schemas is named once, and the other settings stay as they are."""

import json

import pytest
from click.testing import CliRunner

from consilience.base.settings import load_settings
from consilience.cli.main import main
from consilience.desk.config import official_schemas


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config/settings.yaml"


@pytest.fixture
def run(file):
    def call(*arguments):
        environment = {"CONSILIENCE_SETTINGS": str(file)}
        return CliRunner().invoke(main, ["config", *map(str, arguments)], env=environment)

    return call


@pytest.fixture
def folder(tmp_path):
    schema = tmp_path / "schemas: old/ddi-2.6/codebook.xsd"
    schema.parent.mkdir(parents=True)
    schema.write_text("<x/>", encoding="utf-8")
    return tmp_path / "schemas: old"


def test_the_folder_is_kept_in_the_settings(run, file, folder):
    answer = json.loads(run("schemas", folder, "--json").output)
    assert answer["there"] == ["ddi-2.6"]
    assert "datacite-4.5" in answer["missing"]
    environment = {"CONSILIENCE_SETTINGS": str(file)}
    assert load_settings(environment).schemas == folder
    assert official_schemas(environment).folder == folder
    assert json.loads(run("show", "--json").output)["settings"]["schemas"] == str(folder)


def test_naming_it_again_changes_one_line_only(run, file, folder):
    file.parent.mkdir()
    file.write_text("# ours\nschemas: /old\nworkers: 2  # few", encoding="utf-8")
    assert run("schemas", folder).exit_code == 0
    run("schemas", folder)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["# ours", "workers: 2  # few"]
    assert len(lines) == 3
    assert load_settings({"CONSILIENCE_SETTINGS": str(file)}).schemas == folder


def test_a_folder_without_schemas_is_refused_and_nothing_written(run, file, tmp_path):
    answer = run("schemas", tmp_path)
    assert answer.exit_code == 1
    assert "FMT-326" in answer.output
    assert not file.exists()


def test_a_faulty_file_is_told_and_stays(run, file, folder):
    file.parent.mkdir()
    file.write_text("workers: none\n", encoding="utf-8")
    assert "BAS-002" in run("schemas", folder).output
    assert file.read_text(encoding="utf-8") == "workers: none\n"


def test_the_settings_are_printed(run, folder):
    run("schemas", folder)
    printed = run("show").output
    assert "CONSILIENCE_SCHEMAS" in printed
    assert "workers" in printed
