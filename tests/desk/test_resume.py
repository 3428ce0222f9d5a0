"""A run killed at any moment is resumed with nothing lost and the same final bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from consilience.desk.studies import new_study

KILL_RUNS = Path(__file__).with_name("kill_runs.py")


def test_twenty_kills_change_no_byte(tmp_path):
    new_study(tmp_path / "study", study_id="killed", title="Killed")
    done = subprocess.run(
        [sys.executable, str(KILL_RUNS), tmp_path / "study", tmp_path / "work", "20", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["hit"] == 20
    for result in told["results"]:
        assert result["same"]
        assert result["files"] > 20
        assert result["ledger"] == []
        assert result["lines"] > 0
