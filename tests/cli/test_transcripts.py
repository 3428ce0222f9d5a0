"""Commands over transcripts."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from talk_study import write_study

from consilience.cli.main import main
from consilience.desk.studies import new_study
from consilience.store.vault import make_vault

TALK = "Interviewer: Why?\nR1: Well.\nInterviewer: And?\nR1: So it was.\n"


def call(*arguments, **environment):
    return CliRunner(env=environment).invoke(
        main, [str(each) for each in ("transcripts", *arguments)], catch_exceptions=False
    )


@pytest.fixture
def study(tmp_path):
    new_study(tmp_path / "study", study_id="study", title="A study")
    (tmp_path / "S01.txt").write_text(TALK)
    return tmp_path / "study"


def test_a_transcript_from_import_to_correction(study):
    talk, edited = study.parent / "S01.txt", study.parent / "edited.txt"
    done = call("import", study, talk)
    assert done.exit_code == 0, done.output
    assert "1 entered of 1" in done.stdout
    assert "0 entered of 1" in call("import", study, talk).stdout
    assert "transcribed" in call("list", study).stdout
    shown = call("show", study, "S01").stdout
    assert "source: S01.txt" in shown
    assert "So it was." in shown
    given = call("speakers", study, "S01", "--call", "R1", "Head", "--turn", 1, "Chair", "--json")
    assert json.loads(given.stdout)["speakers"] == {"Chair": 1, "Head": 2, "Interviewer": 1}
    assert "Chair" in call("speakers", study, "S01").stdout
    assert "version 1" in call("text", study, "S01", "--to", edited).stdout
    assert "nothing differs" in call("correct", study, "S01", edited).stdout
    edited.write_text(TALK.replace("So it", "It"))
    assert "version 2" in call("correct", study, "S01", edited).stdout
    assert "checked" in call("state", study, "S01", "checked", "--reason", "read").stdout
    known = json.loads(call("list", study, "--json").stdout)["transcripts"][0]
    assert (known["turns"], len(known["versions"]), known["state"]["state"]) == (4, 2, "checked")


def test_a_folder_and_a_bad_file(study):
    folder = study.parent / "in"
    folder.mkdir()
    (folder / "S02.txt").write_text(TALK + "R1: More.\n")
    (folder / "wave 2").mkdir()
    (folder / "wave 2" / "S04.txt").write_text(TALK + "R1: Much more.\n")
    (folder / "notes.xyz").write_text("not looked at")
    (folder / "S03.docx").write_bytes(b"no zip")
    done = call("import", study, folder, "--json")
    assert done.exit_code == 1
    outcomes = {e["file"]: e["outcome"] for e in json.loads(done.stdout)["transcripts"]}
    assert outcomes == {"S02.txt": "entered", "S03.docx": "refused", "S04.txt": "entered"}
    told = call("import", study, folder / "S03.docx")
    assert "FMT-202" in told.stderr
    assert told.exit_code == 1


def test_an_interview_and_a_case_are_looked_up(tmp_path):
    folder = write_study(tmp_path / "talks")
    assert CliRunner().invoke(main, ["run", str(folder)]).exit_code == 0
    tape = tmp_path / "tape.txt"
    tape.write_text(TALK)
    for option, code, said in (
        (("--interview", "T-2"), "INT-130", "Did you mean T2"),
        (("--case", "Birsch"), "INT-132", "Did you mean A02 (Birch)?"),
    ):
        refused = call("import", folder, tape, *option)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert code in refused.stderr
        assert said in refused.stderr
    told = call("import", folder, tape)
    assert "INT-135" in told.stderr
    assert told.exit_code == 0


def test_sealed_texts_ask_for_the_key(study):
    design = study / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    make_vault(study / ".consilience", "correct horse", cost=4)
    talk = study.parent / "S01.txt"
    refused = call("import", study, talk, CONSILIENCE_VAULT_KEY="")
    assert "INT-007" in refused.stderr
    key = {"CONSILIENCE_VAULT_KEY": "correct horse"}
    assert call("import", study, talk, **key).exit_code == 0
    assert "sealed" in call("list", study).stdout
    assert "INT-007" in call("show", study, "S01").stderr
    assert "So it was." in call("show", study, "S01", "--names", **key).stdout
    moved = call("speakers", study, "S01", "--names", "--split", 4, 53, "R2", "--json", **key)
    assert json.loads(moved.stdout)["speakers"]["R2"] == 1
    joined = call("speakers", study, "S01", "--version", 1, "--join", 4, "--json")
    assert json.loads(joined.stdout)["speakers"] == {"Interviewer": 2, "R1": 2}
    assert call("state", study, "S01", "cleared", "--reason", "x", "--json").exit_code == 1


def test_a_text_is_withdrawn_brought_back_and_erased(study):
    call("import", study, study.parent / "S01.txt")
    why = ("--reason", "left")
    assert call("withdraw", study, "S01", *why).stdout == "S01: withdrawn\n"
    assert "withdrawn" in call("list", study).stdout
    assert "INT-018" in call("withdraw", study, "S01", *why).stderr
    back = call("withdraw", study, "S01", *why, "--back", "--json")
    assert json.loads(back.stdout)["state"] == "transcribed"
    assert call("withdraw", study, "S01", *why, "--back", "--erase").exit_code == 2
    no = CliRunner().invoke(
        main, ["transcripts", "withdraw", str(study), "S01", *why, "--erase"], input="n\n"
    )
    assert no.exit_code == 1
    assert "transcribed" in call("list", study).stdout, "the answer was no"
    assert call("withdraw", study, "S01", *why, "--memo", "m1").exit_code == 2
    (study / "notes.txt").write_text((study.parent / "S01.txt").read_text())
    done = call("withdraw", study, "S01", *why, "--erase", "--yes")
    assert "the words of 1 version and 0 memos erased; 0 codings keep" in done.stdout
    assert "notes.txt" in done.stderr
    again = call("withdraw", study, "S01", *why, "--erase", "--yes", "--json")
    assert json.loads(again.stdout)["looked"]["holding"] == []
    assert "INT-021" in call("show", study, "S01").stderr


def test_names_that_only_the_erased_text_had_are_counted(study):
    design, key = study / "study.yaml", {"CONSILIENCE_VAULT_KEY": "four random words here"}
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    (study.parent / "S02.txt").write_text("I: So?\nR: Debbie Marsh and Kwame Boateng.\n")
    call("import", study, study.parent / "S02.txt", **key)
    found = ["deidentify", "candidates", str(study), "--out", str(study.parent / "n.csv")]
    assert CliRunner(env=key).invoke(main, found).exit_code == 0
    why = ("S02", "--reason", "left", "--erase", "--yes")
    done = call("withdraw", study, *why, **key).stdout
    assert "2 names or passages are gone from the registry of names" in done
    assert "registry" not in call("withdraw", study, *why, **key).stdout


def test_a_registered_name_is_no_speaker_of_an_open_text(study):
    design = study / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    make_vault(study / ".consilience", "correct horse", cost=4)
    talk = study.parent / "S01.txt"
    talk.write_text("I: Who was it?\nR1: It was Mrs Marsh.\nI: Mrs Marsh?\nR1: So it was.\n")
    key = {"CONSILIENCE_VAULT_KEY": "correct horse"}
    call("import", study, talk, **key)
    for step in (["candidates", study, "--out", study.parent / "names.csv"], ["apply", study]):
        done = CliRunner(env=key).invoke(main, ["deidentify", *map(str, step)])
        assert done.exit_code == 0, done.output
    no_key = {"CONSILIENCE_VAULT_KEY": ""}
    for option in (("--call", "R1", "Mrs Marsh"), ("--turn", 2, "Mrs Marsh")):
        refused = call("speakers", study, "S01", *option, **key)
        assert refused.exit_code == 1
        assert "INT-028" in refused.stderr
        assert "Marsh" not in refused.stderr
    assert "R1" in call("speakers", study, "S01", **no_key).stdout
    told = call("speakers", study, "S01", "--call", "R1", "Head", **key)
    assert "INT-029" not in told.stderr
    told = call("speakers", study, "S01", "--call", "Head", "Chair of it", **no_key)
    assert "INT-029 1 names were given" in told.stderr
    assert "INT-029" not in call("speakers", study, "S01", "--turn", 2, "R2", **no_key).stderr
    told = call("speakers", study, "S01", "--call", "R2", "Gwendolyn Fairweather", **key)
    assert "INT-144" in told.stderr
    assert "1 person" in told.stderr or "1 name" in told.stderr
