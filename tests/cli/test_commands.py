"""Commands tell people what they did, machines the same as JSON, and faults without a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from consilience.base.errors import Fault
from consilience.cli import output
from consilience.cli.main import main
from consilience.cli.output import print_table
from consilience.cli.study import _print_run
from consilience.desk.run import RunDone, StageDone


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a new study that was run through the command."""
    folder = tmp_path_factory.mktemp("cli") / "my-study"
    assert call("new", folder).exit_code == 0
    assert call("run", folder).exit_code == 0
    return folder


def call(*arguments):
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def test_what_several_stages_warn_of_is_told_once(capsys, tmp_path):
    twice, once = Fault("INT-085", count=1, names="T4"), Fault("COD-080", count=2)
    stages = [
        StageDone(stage=name, kind="interview", title="", state="ran", rows={}, warnings=told)
        for name, told in (("a", (twice,)), ("b", (twice, once)))
    ]
    done = RunDone(stages=tuple(stages), headlines=(), outputs=(), written=True, fingerprint="f")
    _print_run(tmp_path, done)
    told = capsys.readouterr().err
    assert (told.count("INT-085"), told.count("COD-080")) == (1, 1)


def machine(*arguments):
    """Run a command with --json and return what it says."""
    return json.loads(call(*arguments, "--json").stdout)


def test_new_says_what_comes_next(tmp_path):
    done = call("new", tmp_path / "fresh", "--title", "Joint working")
    assert "consilience run" in done.stdout
    assert "Joint working" in (tmp_path / "fresh/study.yaml").read_text(encoding="utf-8")


def test_a_study_by_interviews_runs_as_it_is(tmp_path):
    folder = tmp_path / "talks"
    assert call("new", folder, "--start", "interviews", "--title", "Talks").exit_code == 0
    done = machine("run", folder)
    assert [(each["stage"], each["state"]) for each in done["stages"]] == [
        ("areas", "ran"), ("interviews", "ran"), ("coding", "ran"),
    ]  # fmt: skip
    assert "no interviews held of 2 in the plan" in " ".join(done["headlines"])


def test_check_of_a_sound_study(study):
    done = call("check", study)
    assert done.exit_code == 0
    assert "0 errors" in done.stdout
    assert machine("check", study)["faults"] == []


def test_check_tells_every_fault_with_line_and_remedy(study, tmp_path):
    import shutil

    folder = tmp_path / "faulty"
    shutil.copytree(study, folder)
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(text.replace("seed:", "sed:", 1), encoding="utf-8")
    done = call("check", folder)
    assert done.exit_code == 1
    line = 1 + text[: text.index("seed:")].count("\n")
    assert f"study.yaml:{line}:" in done.stderr
    assert "seed" in done.stderr
    told = machine("check", folder)["faults"]
    assert {"code", "severity", "where", "what", "remedy"} <= set(told[0])
    assert any(fault["where"].get("line") == line for fault in told)
    refused = call("run", folder)
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output


def test_run_twice_says_that_nothing_was_stale(study):
    done = call("run", study)
    assert done.exit_code == 0
    assert "Nothing was stale" in done.stdout
    assert "report.html" in done.stdout
    told = machine("run", study)
    assert {stage["state"] for stage in told["stages"]} == {"fresh"}
    assert told["written"] is False


def test_status(study):
    assert "up to date" in call("status", study).stdout
    assert {s["standing"] for s in machine("status", study)["stages"]} == {"up to date"}


def test_explain_a_unit_a_band_a_stage_and_a_code(study):
    told = machine("run", study)["stages"]
    for stage in told:
        assert machine("explain", study, stage["stage"])["kind"] == "stage"
    for kind in ("select", "congruence"):
        assert any(stage["kind"] == kind for stage in told), f"no {kind} stage to explain"
    assert call("explain", "STO-001").stdout.startswith("Study is held")
    assert machine("explain", study, "des-001")["kind"] == "error"


def test_explain_a_chosen_unit_says_why(study):
    import consilience

    opened = consilience.open_study(study)
    stage = next(s.id for s in opened.study.stages if s.kind == "select")
    chosen = opened.table(stage, "choice").to_pylist()[0]
    told = machine("explain", study, chosen["unit"])
    assert told["kind"] == "unit"
    lines = [line for passage in told["passages"] for line in passage["lines"]]
    assert any(chosen["reason"] in line for line in lines)
    by_name = call("explain", study, chosen["name"])
    assert chosen["reason"] in by_name.stdout
    if chosen["group"]:
        band = machine("explain", study, chosen["group"])
        assert band["kind"] == "band"
        assert any(chosen["name"] in line for p in band["passages"] for line in p["lines"])


def test_explain_something_unknown(study):
    done = call("explain", study, "Atlantis")
    assert done.exit_code == 1
    assert "STU-005" in done.stderr


def test_export_writes_each_form(study, tmp_path):
    told = machine("export", study, "--to", tmp_path, "--format", "sav", "--format", "csv")
    names = {path.rpartition(".")[2] for path in told["files"]}
    assert names == {"sav", "csv"}
    assert (tmp_path / "areas.simulated.sav").stat().st_size > 500


def test_audit(study, tmp_path):
    assert "whole, in order, unchanged" in call("audit", "verify", study).stdout
    shown = call("audit", "show", study, "--json").stdout.splitlines()
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("\n".join(shown), encoding="utf-8")
    assert call("audit", "verify", study, "--file", ledger).exit_code == 0
    ledger.write_text("\n".join([*shown[:1], *shown[2:]]), encoding="utf-8")
    spoilt = call("audit", "verify", study, "--file", ledger)
    assert spoilt.exit_code == 1
    assert "STO-007" in spoilt.stderr
    assert "stage" in call("audit", "show", study).stdout


def every_command(group, path=("consilience",)):
    """Yield the whole name and the command of all that can be typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def test_every_command_has_help_with_an_example():
    commands = dict(every_command(main))
    assert len(commands) > 50
    for name, command in commands.items():
        help_text = " ".join((command.help or "").split())
        assert re.search(rf"Examples?: consilience.* ?{name.split()[-1]}\b", help_text), name


def test_misuse_is_exit_code_two(study):
    assert call("run", study, "--untill", "x").exit_code == 2


def test_the_installed_command_starts():
    done = subprocess.run(
        [sys.executable, "-m", "consilience", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("consilience, version 0.")


CASES = """{"datasets": {"two": {"file": "two.csv"}}, "cases": [
 {"id": "right", "data": "two", "statistic": "krippendorff_alpha", "args": {},
  "expected": {"alpha": 0.4444444444}, "tolerance": 1e-8, "r_call": "", "r_package": "hand"},
 {"id": "wrong", "data": "two", "statistic": "krippendorff_alpha", "args": {},
  "expected": {"alpha": %s}, "tolerance": 1e-8, "r_call": "", "r_package": "hand"},
 {"id": "other", "data": "two", "statistic": "phlogiston", "args": {},
  "expected": {"x": 1}, "tolerance": 1e-8, "r_call": "", "r_package": "hand"}]}"""


@pytest.fixture
def cases(tmp_path):
    (tmp_path / "two.csv").write_text("A,B\n1,1\n2,2\n1,2\n", encoding="utf-8")
    (tmp_path / "expected.json").write_text(CASES % 0.5, encoding="utf-8")
    return tmp_path


def test_validate_prints_both_figures_and_ends_with_1_on_a_difference(cases):
    done = call("validate", "--cases", cases)
    assert done.exit_code == 1
    assert "agrees         right" in done.stdout
    assert "differs        wrong" in done.stdout
    assert "alpha: theirs 0.5, ours 0.4444444444" in done.stdout
    assert "not supported  other: no statistic 'phlogiston'" in done.stdout
    assert "3 cases: 1 agrees, 1 differs, 1 not supported" in done.stdout
    told = machine("validate", "--cases", cases)["cases"]
    assert [each["verdict"] for each in told] == ["agrees", "differs", "not supported"]


def test_validate_ends_with_0_where_nothing_differs(cases):
    (cases / "expected.json").write_text(CASES % "0.4444444444", encoding="utf-8")
    assert call("validate", "--cases", cases).exit_code == 0


def test_validate_without_cases_is_a_fault(tmp_path):
    done = call("validate", "--cases", tmp_path)
    assert done.exit_code == 1
    assert "VAL-001" in done.stderr


@pytest.mark.parametrize("width", [120, 80, 40])
def test_words_and_ids_stay_whole_on_terminals_of_any_width(capsys, monkeypatch, width):
    monkeypatch.setattr(output.out, "_width", width)
    headings = ("text", "kind", "state", "version", "", "turns", "characters", "interview")
    rows = [
        (f"text-{number}a8b2f1", "interview", "pseudonymised", "2 pseudonymised", "sealed", 412,
         61_233, "the-headteacher-of-lark-hill")
        for number in range(3)
    ]  # fmt: skip
    print_table(headings, rows)
    shown = capsys.readouterr().out
    assert all(len(line.rstrip()) <= width for line in shown.splitlines())
    words = shown.replace(";", " ").replace(":", " ").split()
    for row in rows:
        for cell in map(str, row):
            assert set(cell.split()) <= set(words)


def test_a_word_longer_than_the_terminal_is_parted_and_nothing_cut(capsys, monkeypatch):
    monkeypatch.setattr(output.out, "_width", 60)
    path = "out/" + "a" * 90 + ".csv"
    print_table(("what", "file"), [("a table of codes", path)])
    shown = capsys.readouterr().out
    assert shown.count("a") == "what a table of codes".count("a") + path.count("a")
    assert all(len(line.rstrip()) <= 60 for line in shown.splitlines())


@pytest.mark.parametrize("width", [79, 80])
def test_the_list_of_transcripts_fits_eighty_columns(capsys, monkeypatch, width):
    monkeypatch.setattr(output.out, "_width", width)
    headings = ("text", "kind", "state", "version", "", "turns", "characters", "interview")
    print_table(
        headings, [("S01", "interview", "transcribed", "1 raw", "sealed", 4, 61_233, "S01")]
    )
    assert capsys.readouterr().out.count("\n") == 2


def test_short_columns_stay_whole_beside_long_ones(capsys, monkeypatch):
    monkeypatch.setattr(output.out, "_width", 80)
    print_table(("", ""), [("Publication Year", "2019"), ("Abstract", "many words " * 40)])
    assert "Publication Year  2019" in capsys.readouterr().out
