"""Commands that correct words: no name comes into a version without names, and all is told."""

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.studies import new_study
from consilience.store.vault import make_vault

KEY = "four random words here"
ONE = (
    "R1: Debbie Marsh, and then they said so. Whom did they ask, the other day, when all were "
    "there?\nI: Nobody knows it now.\n"
)
TWO = "R1: I know nothing of this, but Debbie Marsh does.\nI: And then?\n"


def call(*words, key=KEY):
    runner = CliRunner(env={"CONSILIENCE_VAULT_KEY": key})
    return runner.invoke(main, list(map(str, words)), catch_exceptions=False)


@pytest.fixture
def study(tmp_path):
    """Return a study with two texts, S01 and S04, in which names were replaced."""
    folder = tmp_path / "study"
    new_study(folder, study_id="study", title="A study")
    design = folder / "study.yaml"
    design.write_text(design.read_text().replace("simulated: true", "simulated: false"))
    make_vault(folder / ".consilience", KEY, cost=4)
    for name, words in (("S01", ONE), ("S04", TWO)):
        (tmp_path / f"{name}.txt").write_text(words)
        assert call("transcripts", "import", folder, tmp_path / f"{name}.txt").exit_code == 0
    assert call("deidentify", "candidates", folder, "--out", tmp_path / "n.csv").exit_code == 0
    assert call("deidentify", "apply", folder).exit_code == 0
    return folder


def written(study, text, *how):
    file = study.parent / "edited.txt"
    assert call("transcripts", "text", study, text, "--to", file, *how).exit_code == 0
    return file


def test_replacements_are_not_undone_by_a_correction(study):
    file = written(study, "S01", "--names", "--version", 1)
    file.write_text(file.read_text().replace("Whom", "Who"))
    said = ("transcripts", "correct", study, "S01", file)
    for how, key, code in (
        (("--names",), KEY, "INT-142"),
        (("--base", 2), KEY, "INT-140"),
        (("--base", 2), "", "INT-143"),
    ):
        refused = call(*said, *how, key=key)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert code in refused.stderr
        assert "Marsh" not in refused.stderr
    assert "0 of 0" in call("search", study, "Marsh").stdout
    assert "version 3" in call(*said, "--names", "--base", 1).stdout


def test_a_typed_name_is_told_and_replaced_by_the_next_apply(study):
    file = written(study, "S04")
    file.write_text(file.read_text().replace("And then?", "And then? says Debbie Marsh"))
    said = ("transcripts", "correct", study, "S04", file)
    assert "INT-140" in call(*said).stderr
    assert call("transcripts", "state", study, "S04", "cleared", "--reason", "read").exit_code == 0
    made = call(*said, key="")
    assert "S04 is checked again" in made.stdout
    assert "INT-141" in made.stderr
    assert "1 of 1" in call("search", study, "Marsh").stdout
    done = call("deidentify", "apply", study)
    assert "INT-045" in done.stderr, "the sentence around the name is new"
    assert "0 of 0" in call("search", study, "Marsh").stdout
    assert "checked" in call("transcripts", "list", study).stdout
    call("deidentify", "candidates", study, "--out", study.parent / "n.csv")
    assert "INT-045" not in call("deidentify", "apply", study).stderr
    assert "checked" not in call("transcripts", "list", study).stdout


def test_codings_that_lost_words_are_told_and_listed(study):
    assert call("codebook", "add", study, "Past").exit_code == 0
    file = study.parent / "codings.jsonl"
    words = written(study, "S01").read_text()
    start = words.index("Nobody knows it now")
    line = {"document": "S01", "version": 2, "start": start, "end": start + 19, "code": "Past"}
    file.write_text(json.dumps(line | {"coder": "ann"}) + "\n")
    assert call("codings", "import", study, file).exit_code == 0
    file = written(study, "S01")
    file.write_text(words.replace("Nobody knows it now.", ""))
    said = ("transcripts", "correct", study, "S01", file)
    made = call(*said, "--json")
    (losing,) = json.loads(made.stdout)["codings"]
    assert (losing["coder"], losing["before"], losing["after"]) == ("ann", 1, 0)
    assert [each["code"] for each in json.loads(made.stdout)["faults"]] == ["INT-145"]
    told = call("codings", "lost", study)
    assert "without words, counting nowhere: 1; on other words: 0" in told.stdout
    (row,) = json.loads(call("codings", "lost", study, "--json").stdout)["codings"]
    assert (row["words"], row["lost"], row["coder"]) == ("Nobody knows it now", True, "ann")


def test_a_pattern_leaves_out_what_is_withdrawn_and_says_so(study):
    assert call("transcripts", "withdraw", study, "S01", "--reason", "left").exit_code == 0
    said = ("transcripts", "state", study, "S*", "cleared", "--reason", "read")
    done = call(*said)
    assert (done.exit_code, done.stdout) == (0, "S04: cleared\n")
    assert "INT-146" in done.stderr
    assert "S01" in done.stderr
    brought = json.loads(call(*said, "--json").stdout)
    assert (list(brought["changes"]), brought["left_out"]) == (["S04"], ["S01"])
