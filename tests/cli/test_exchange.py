"""The commands of exchange tell people and machines the same."""

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.store.vault import make_vault


def call(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def machine(*arguments):
    return json.loads(call(*arguments, "--json").stdout)


@pytest.fixture
def quirks(shared):
    return shared / "data" / "qual" / "quirks"


@pytest.mark.shared
def test_inspect_shows_origin_convention_scores_counts_and_losses(quirks, shared):
    found = machine("qda", "inspect", quirks / "quirk_nvivo_windows.qdpx")
    assert found["origin"] == "NVivo for Windows 12.6"
    assert found["convention"]["taken"] == "utf16,filed,nobom,exclusive"
    assert found["convention"]["basis"] == "words"
    scores = found["convention"]["scores"]
    assert max(scores.values()) == scores[found["convention"]["taken"]]
    assert len(scores) > 10
    assert found["counts"]["codings"] == 5
    assert found["refusal"] is None
    said = call("qda", "inspect", quirks / "quirk_nvivo_windows.qdpx").stdout
    assert "utf16,filed,nobom,exclusive" in said
    assert "next best" in said
    lost = call("qda", "inspect", shared / "data/qual/sky-loom__TestProject.qdpx")
    assert "pictures with their passages" in lost.stdout
    assert "FMT-239" in lost.output


@pytest.mark.shared
def test_import_and_export_in_a_new_study(quirks, tmp_path):
    study, target = tmp_path / "s", tmp_path / "o.qdpx"
    assert call("new", study).exit_code == 0
    file = study / "study.yaml"
    told = file.read_text(encoding="utf-8")
    file.write_text(told.replace("simulated: true", "simulated: false"), encoding="utf-8")
    refused = call("qda", "import", study, quirks / "quirk_standard.qdpx")
    assert refused.exit_code == 1
    assert "INT-007" in refused.output
    source = quirks / "quirk_standard.qdpx"
    done = machine(
        "qda", "import", study, source, "--unsealed", "invented", "--coder", "coder1=kim"
    )
    assert done["counts"]["codings"] == 5
    assert done["coders"] == ["kim"]
    out = machine("qda", "export", study, target, "--profile", "maxqda", "--without-sidecar")
    assert out["counts"]["texts"] == 1
    assert (
        machine("qda", "inspect", target)["convention"]["taken"] == "points,filed,nobom,exclusive"
    )
    assert "written" in call("qda", "export", study, target).stdout
    codes = tmp_path / "c.qdc"
    assert machine("qda", "codebook", "export", study, codes)["counts"] == {"codes": 4}
    taken = machine("qda", "codebook", "import", study, codes)
    assert taken["counts"] == {"codes": 0, "codes here already": 4}
    assert "codes here already" in call("qda", "codebook", "import", study, codes).stdout


def test_a_wrong_option_is_a_misuse_and_a_bad_file_a_fault(tmp_path):
    assert call("new", tmp_path / "s").exit_code == 0
    path = tmp_path / "x.qdpx"
    path.write_text("no project", encoding="utf-8")
    assert call("qda", "import", tmp_path / "s", path, "--coder", "kim").exit_code == 2
    refused = machine("qda", "inspect", path)
    assert [fault["code"] for fault in refused["faults"]] == ["FMT-230"]
    assert call("qda", "inspect", path, "--convention", "x").exit_code == 1


def test_export_looks_for_names_or_says_why_not(tmp_path, monkeypatch):
    study, target = tmp_path / "s", tmp_path / "o.qdpx"
    assert call("new", study).exit_code == 0
    make_vault(study / ".consilience", "a long pass phrase", cost=4)
    monkeypatch.delenv("CONSILIENCE_VAULT_KEY", raising=False)
    refused = call("qda", "export", study, target)
    assert (refused.exit_code, "COD-087" in refused.output) == (1, True)
    assert not target.exists()
    assert call("qda", "export", study, target, "--unchecked", " ").exit_code == 1
    assert call("qda", "export", study, target, "--unchecked", "no texts yet").exit_code == 0
    target.unlink()
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", "a long pass phrase")
    assert call("qda", "export", study, target).exit_code == 0
    assert target.is_file()


@pytest.mark.shared
def test_sealed_memos_are_shown_to_whoever_has_the_pass_phrase(tmp_path, shared, monkeypatch):
    study = tmp_path / "s"
    call("new", study)
    file = study / "study.yaml"
    told = file.read_text(encoding="utf-8")
    file.write_text(told.replace("simulated: true", "simulated: false"), encoding="utf-8")
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", "a long pass phrase")
    source = shared / "data/qual/sky-loom__TestProject.qdpx"
    done = call("qda", "import", study, source, "--convention", "standard")
    assert done.exit_code == 0, done.output
    assert "COD-091" in done.output
    found = machine("qda", "memos", study)["memos"]
    assert found
    assert all("lie in the vault" not in memo["text"] for memo in found)
    said = call("qda", "memos", study)
    assert said.exit_code == 0
    assert found[0]["author"] in said.stdout
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", "another pass phrase")
    refused = call("qda", "memos", study)
    assert refused.exit_code == 1
    assert "STO-031" in refused.output
