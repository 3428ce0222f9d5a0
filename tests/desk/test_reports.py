"""What people look at is written whole, or it is told why not."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# The limit on the length of a file stands for a disk that is full: the same error of the system.
WRITES = """
import resource, sys
from pathlib import Path
from consilience.base.errors import Fault
from consilience.desk.kept import kept_results
from consilience.desk.reports import export
from consilience.desk.shelf import Shelf, gather
from consilience.desk.studies import open_study

folder, target = Path(sys.argv[1]), Path(sys.argv[2])
with Shelf(folder, kept_results(folder)) as shelf:
    findings = gather(open_study(folder).study, shelf)
resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))
try:
    export(findings, target, forms=(sys.argv[3],))
except Fault as fault:
    print(fault)
"""


@pytest.mark.parametrize("form", ["html", "xlsx", "sav", "csv"])
def test_a_full_disk_is_told_and_leaves_what_was_there(study, tmp_path, form):
    target = tmp_path / "out"
    target.mkdir()
    old = target / "tables.simulated.xlsx"
    old.write_text("older")
    done = subprocess.run(
        [sys.executable, "-c", WRITES, study, target, form],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
    )
    assert done.stdout.startswith("STO-002 writing"), done.stderr
    assert done.stderr == ""
    assert [each.name for each in target.iterdir()] == [old.name]
    assert old.read_text() == "older"


TABLE = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from consilience.base.errors import Fault
from consilience.desk.table_files import write_table

resource.setrlimit(resource.RLIMIT_FSIZE, (70, 70))
try:
    write_table(pa.table({"n": list(range(99))}), Path(sys.argv[1]))
except Fault as fault:
    print(fault)
"""


@pytest.mark.parametrize("form", [".csv", ".xlsx", ".sav"])
def test_a_full_disk_is_told_of_one_table(tmp_path, form):
    done = subprocess.run(
        [sys.executable, "-c", TABLE, tmp_path / f"table{form}"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
    )
    assert done.stdout.startswith("STO-002 writing"), done.stderr
    assert list(tmp_path.iterdir()) == []
