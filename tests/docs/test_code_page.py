"""The how-to on coding: what it does to a codebook is run as it stands."""

from __future__ import annotations

import re
import shlex

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.studies import new_study


@pytest.fixture
def page(root):
    text = (root / "docs" / "how-to" / "code.md").read_text(encoding="utf-8")
    return text.split("\n## Mark texts", maxsplit=1)[0]


def test_every_step_over_the_codebook_does_and_prints_what_the_page_says(
    page, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    new_study(tmp_path / "my-study", study_id="s", title="A study")
    (book,) = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    (tmp_path / "codebook.yaml").write_text(book, encoding="utf-8")
    blocks = re.findall(r"```console\n(.+?)```", page, re.DOTALL)
    steps = [step for block in blocks for step in block.split("$ consilience ")[1:]]
    assert len(steps) == 16
    for step in steps:
        command, _, shown = step.partition("\n")
        done = CliRunner().invoke(main, shlex.split(command))
        assert done.exit_code == 0, (command, done.output)
        if shown:
            assert done.output == shown, command
