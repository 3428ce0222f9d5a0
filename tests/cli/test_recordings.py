"""Commands over recordings."""

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.studies import new_study


def call(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture
def study(tmp_path):
    new_study(tmp_path / "study", study_id="study", title="A study")
    (tmp_path / "tapes").mkdir()
    (tmp_path / "tapes" / "s01.wav").write_bytes(b"RIFF one")
    return tmp_path / "study"


def test_a_recording_from_entry_to_check(study):
    tapes = study.parent / "tapes"
    assert "1 entered" in call("recordings", "add", study, tapes, "--interview", "s01").stdout
    assert "s01: t1" not in call("recordings", "list", study).stdout
    assert "s01, t1" in call("recordings", "assign", study, "s01.wav", "--to", "t1").stdout
    known = json.loads(call("recordings", "list", study, "--json").stdout)["recordings"]
    assert [(each["name"], each["transcriber"]) for each in known] == [("s01.wav", "t1")]
    assert call("recordings", "check", study, tapes).exit_code == 0
    (tapes / "s01.wav").unlink()
    gone = call("recordings", "check", study, tapes, "--json")
    assert gone.exit_code == 1
    assert json.loads(gone.stdout)["recordings"][0]["state"] == "missing"


def test_means_that_are_not_there_are_told_without_a_traceback(study):
    tape = study.parent / "tapes" / "s01.wav"
    done = call("recordings", "transcribe", tape, "--model", study / "none", "0" * 64)
    assert done.exit_code == 1
    assert "INT-10" in done.stderr
    assert not tape.with_suffix(".json").exists()
