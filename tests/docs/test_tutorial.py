"""The tutorial is run: each `$ ` line of a console block must succeed."""

import contextlib
import os
import re
import shlex
import subprocess
import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner

from consilience.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted((ROOT / "docs" / "tutorial").glob("*.md"))


def commands(page):
    """Return the commands of a page in order, without their prompt."""
    lines = [line for block in BLOCK.findall(page) for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def run_one(line, folder):
    """Run one line in a folder; return its exit code and what it said.

    Our own commands run in this process: a start of the interpreter for each would take longer
    than all they do.
    """
    words = shlex.split(line)
    if words[0] == "consilience":
        with contextlib.chdir(folder):
            told = CliRunner().invoke(main, words[1:])
        crash = "".join(traceback.format_exception(told.exception)) if told.exception else ""
        return told.exit_code, told.output + crash
    run = subprocess.run(
        line,
        shell=True,  # a page shows what is typed into a shell
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return run.returncode, run.stdout + run.stderr


def run_all(lines, folder):
    """Run the commands one after the other; return the first that fails with what it said."""
    for line in lines:
        if line.startswith("cd "):
            folder = (folder / line.removeprefix("cd ")).resolve()
            continue
        if line.startswith("export "):
            name, value = shlex.split(line.removeprefix("export "))[0].split("=", 1)
            os.environ[name] = value
            continue
        code, said = run_one(line, folder)
        if code:
            return f"$ {line}\n(ended with {code})\n{said}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_command_of_the_page_works(page, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # settings of whoever runs this do not count
    monkeypatch.setenv("CONSILIENCE_ACTOR", "tutorial")
    # Set and taken away, so that what a page exports is taken away again after it.
    monkeypatch.setenv("CONSILIENCE_VAULT_KEY", "")
    monkeypatch.delenv("CONSILIENCE_VAULT_KEY")
    lines = commands(page.read_text(encoding="utf-8"))
    assert lines
    assert run_all(lines, tmp_path) == ""


def test_a_command_that_fails_is_shown(tmp_path):
    (tmp_path / "inner").mkdir()
    shown = run_all(["cd inner", "pwd", "exit 3", "touch after"], tmp_path)
    assert shown.startswith("$ exit 3\n(ended with 3)")
    assert not (tmp_path / "inner" / "after").exists()


def test_a_command_of_ours_that_fails_is_shown(tmp_path):
    shown = run_all(["consilience check no-such-study", "touch after"], tmp_path)
    assert shown.startswith("$ consilience check no-such-study\n(ended with 1)")
    assert "STU-002" in shown


def test_only_prompts_in_console_blocks_are_commands():
    page = "```console\n$ a b\noutput\n```\n\n```yaml\n$ no\n```\n\n```console\n$ c\n```\n"
    assert commands(page) == ["a b", "c"]
