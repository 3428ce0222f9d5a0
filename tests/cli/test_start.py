"""The command as it is installed: quick to begin, and without what no command uses."""

import subprocess
import sys

CODE = """
import sys, click
from consilience.cli import start
sys.argv = ["consilience", "--version"]
try:
    start.start()
except SystemExit:
    pass
import pyarrow as pa
pa.array(["a"])
sys.exit("pandas" in sys.modules or "duckdb" in sys.modules)
"""


def test_a_command_loads_neither_pandas_nor_what_it_does_not_need():
    run = subprocess.run([sys.executable, "-c", CODE], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "consilience, version" in run.stdout


def test_the_module_is_the_command():
    run = subprocess.run(
        [sys.executable, "-m", "consilience", "status", "no-such-study"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "STU-002" in run.stderr
