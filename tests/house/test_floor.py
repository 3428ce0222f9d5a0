"""Statistics stand on NumPy and SciPy alone: all of them load and run where nothing else is."""

import subprocess
import sys

import pytest

# The exact choice of cases needs a solver, and has its own tests.
SOLVER = ".choice."

ALONE = """
import doctest, importlib, pkgutil, sys
from importlib.abc import MetaPathFinder

LET = {"numpy", "scipy", "consilience", *sys.stdlib_module_names, *%r}

class Nothing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        # Python's own build variables have a name of their own on every machine.
        if top not in LET and not top.startswith("_sysconfigdata"):
            raise ImportError(f"{name} is not installed here")
        return None

sys.meta_path.insert(0, Nothing())
import consilience.stats
walked = pkgutil.walk_packages(consilience.stats.__path__, "consilience.stats.")
found = [each.name for each in walked]
flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
examples = failures = 0
for name in found:
    module = importlib.import_module(name)
    if %r not in name:
        outcome = doctest.testmod(module, optionflags=flags)
        examples, failures = examples + outcome.attempted, failures + outcome.failed
for name in %r:
    importlib.import_module(name)
print(len(found), examples, failures)
"""


def alone(*, also=(), names=()):
    code = ALONE % (set(also), SOLVER, list(names))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_every_statistic_loads_and_runs_on_numpy_and_scipy():
    run = alone()
    assert run.returncode == 0, run.stderr[-2000:]
    modules, examples, failures = map(int, run.stdout.split()[-3:])
    assert modules > 60
    assert examples > 300
    assert failures == 0, run.stdout[-2000:]


def test_what_needs_more_is_seen():
    run = alone(names=["consilience.formats.tables"])
    assert run.returncode != 0
    assert "is not installed here" in run.stderr


@pytest.mark.parametrize("name", ["scipy.stats", "pandas", "statsmodels"])
def test_loading_statistics_does_not_load_what_is_slow(name):
    code = (
        "import importlib, pkgutil, sys, consilience.stats as s\n"
        "for each in pkgutil.walk_packages(s.__path__, 'consilience.stats.'):\n"
        "    importlib.import_module(each.name)\n"
        f"sys.exit({name!r} in sys.modules or 'scipy.special' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], check=False)
    assert run.returncode == 0
