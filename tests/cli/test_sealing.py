"""The command that puts open texts into the vault, and what check, run and import say before."""

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.studies import new_study

KEY = "four random words here"


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Return a study that came with `simulated: true`, with a text in it, and is real now."""
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", KEY)
    folder = tmp_path / "study"
    new_study(folder, study_id="study", title="A study")
    (tmp_path / "S01.txt").write_text("I: Why?\nAnn Ash: Nobody told the zanzibarish board.\n")
    said = call("transcripts", "import", folder, tmp_path / "S01.txt")
    assert said.stderr.count("INT-162") == 1
    design = folder / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    return folder


def call(*words):
    return CliRunner().invoke(main, list(map(str, words)))


def test_check_run_and_import_tell_what_lies_open_until_it_is_sealed(study, tmp_path):
    again = ("transcripts", "import", study, tmp_path / "S01.txt")
    for words in (("check", study), ("run", study, "--until", "areas"), again):
        told = call(*words).stderr
        assert told.count("INT-163") == 1, words
        assert "transcripts seal" in " ".join(told.split())
    done = call("transcripts", "seal", study)
    assert (done.exit_code, "1 text put into the vault" in done.stdout) == (0, True)
    assert "INT-163" not in call("check", study).stderr
    kept = b"".join(p.read_bytes() for p in (study / ".consilience").rglob("*") if p.is_file())
    assert b"zanzibarish" not in kept
    assert "zanzibarish" in call("transcripts", "show", study, "S01", "--names").stdout
    assert json.loads(call("transcripts", "seal", study, "--json").stdout)["sealed"] == []


def test_what_may_lie_open_is_noted(study):
    done = call("transcripts", "seal", study, "--leave-open", "acted by the team")
    assert "1 text left open: acted by the team" in done.stdout
    assert "INT-163" not in call("check", study).stderr
