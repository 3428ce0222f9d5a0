"""Run a named peer on the same input in the same run, in a process of its own.

R and its packages come from Debian, Python peers from PyPI into a throw-away environment; both are
installed here if they are not there and the machine lets us, else the row says so.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]


def fastest(work, *, repeats=3):
    """Return the shortest of several times in seconds: the others measure the neighbours."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def middle(work, *, repeats=5):
    """Return the median of several times in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def r_there(packages=()):
    """Say whether R and these packages are there, after an attempt to install them."""

    def ask():
        if not shutil.which("Rscript"):
            return False
        tests = "; ".join(
            f"stopifnot(requireNamespace('{name}', quietly=TRUE))" for name in packages
        )
        run = subprocess.run(["Rscript", "-e", tests or "1"], capture_output=True, check=False)
        return run.returncode == 0

    if ask():
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    names = ["r-base-core", *[f"r-cran-{name.lower()}" for name in packages]]
    subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
        capture_output=True,
        check=False,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )
    return ask()


def r_seconds(code, *, packages=(), arrays=None):
    """Return what an R script times, or None if R or a package cannot be had.

    Args:
        code: R; `d` holds a folder with one CSV an array (`x.csv`, header x.1, x.2, ...); it
            prints one number, seconds in process, as its last line.
        packages: of Debian, by their name in R.
        arrays: by name, one- or two-dimensional.
    """
    if not r_there(packages):
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, array in (arrays or {}).items():
            table = np.asarray(array, dtype=float).reshape(len(array), -1)
            head = ",".join(f"{name}.{k + 1}" for k in range(table.shape[1]))
            path = Path(folder) / f"{name}.csv"
            np.savetxt(path, table, delimiter=",", header=head, comments="", fmt="%.17g")
        script = f"d <- '{folder}'\n{code}"
        run = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    return float(run.stdout.strip().splitlines()[-1].split()[-1])


def python_seconds(code, *, packages, arrays=None):
    """Return what a Python script times with packages of PyPI, or None if they cannot be had.

    Args:
        code: Python; `a` holds the arrays by name; it prints seconds as its last line.
        packages: requirements, as pip takes them.
        arrays: by name.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "venv"
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        python = home / "bin" / "python"
        got = subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages],
            capture_output=True,
            check=False,
        )
        if got.returncode:
            return None
        file = Path(folder) / "a.npz"
        np.savez(file, **(arrays or {}))
        script = f"import numpy as np, time\na = dict(np.load({str(file)!r}))\n{code}"
        run = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    return float(run.stdout.strip().splitlines()[-1])


def peak_megabytes(code):
    """Return the peak memory in MB of Python code run in a fresh process, imports included."""
    script = (
        f"{code}\nimport json, resource\n"
        "print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return float(json.loads(run.stdout.strip().splitlines()[-1]))


def row(name, ours, theirs=None, *, peer="", bar="", size=""):
    """Print one line: seconds of ours and of the peer, and their ratio."""
    there = f"{peer} {theirs:.4g} s" if theirs is not None else f"{peer} not to be had"
    ratio = "" if theirs is None else f"{theirs / ours:,.0f}x"
    other = there if peer else ""
    print(f"{name:<40} {size:<18} {ours:>9.4g} s  {other:<28} {ratio:>8}  {bar}", flush=True)
