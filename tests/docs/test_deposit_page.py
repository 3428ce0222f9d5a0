"""The how-to on depositing is run as it stands, on a small study."""

import re
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from deposit_study import write_deposit_study

from consilience.cli.main import main

BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def page(root):
    return (root / "docs" / "how-to" / "deposit-a-study.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_works(page, tmp_path, monkeypatch):
    write_deposit_study(tmp_path / "my-study")
    monkeypatch.chdir(tmp_path)
    lines = [line for block in BLOCK.findall(page) for line in block.splitlines()]
    assert len(lines) == 9
    for line in lines:
        assert line.startswith("$ ")
        words = shlex.split(line.removeprefix("$ "))
        env = {"CONSILIENCE_ACTOR": "first-person", "CONSILIENCE_VAULT_KEY": None}
        if "=" in words[0]:
            name, env[name] = words.pop(0).split("=", 1)
        assert words[0] == "consilience"
        done = CliRunner().invoke(main, words[1:], env=env | {"HOME": str(tmp_path)})
        assert done.exit_code == 0, f"{line}\n{done.output}"
    readme = (tmp_path / "my-study/out/deposit/small-1/data/README.md").read_text("utf-8")
    assert "the visits were known to nobody outside the team" in readme


def test_every_finding_of_the_gate_is_explained(root, page):
    text = (root / "src" / "consilience" / "deposit" / "gate.py").read_text(encoding="utf-8")
    codes = re.findall(r'(?:_refuse|_warn|make)\(\s*"([a-z-]+)"', text)
    codes += re.findall(r'^ +\("(no-[a-z-]+)", "', text, re.MULTILINE)
    assert {"risk", "no-consent-form", "no-doi"} <= set(codes)
    assert [code for code in codes if f"`{code}`" not in page] == []
