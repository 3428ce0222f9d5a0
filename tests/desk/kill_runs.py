"""Run a study in child processes, kill them at random moments, and say what came of it.

A script, so that it may fork before any library has started threads. Prints one JSON object.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from consilience.base.seeds import stream
from consilience.desk.audits import verify_study
from consilience.desk.run import run

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def digest(folder: Path) -> dict[str, str]:
    """Return the hash of every file that a run leaves for people, and of every snapshot."""
    kept = [*folder.glob("out/**/*"), *folder.glob(".consilience/tables/*")]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(kept)
        if path.is_file()
    }


def start(folder: Path) -> int:
    """Start a run in a child process and return its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(folder, at=AT, actor="test")
            code = 0
        finally:
            os._exit(code)
    return child


def finish(folder: Path) -> float:
    """Run to the end and return the seconds it took."""
    began = time.perf_counter()
    _, status = os.waitpid(start(folder), 0)
    assert status == 0, f"a run failed in {folder}"
    return time.perf_counter() - began


def kill_at(folder: Path, seconds: float) -> bool:
    """Kill a run after some seconds; return whether it was still under way."""
    child = start(folder)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(source: Path, work: Path, kills: int, seed: int) -> None:
    """Kill runs at random moments, resume each study until it is whole, and compare.

    A study is killed and resumed until a run comes to its end before its moment; then the next
    copy is taken, until as many runs as asked for were under way when they were killed.
    """
    moments = stream(seed, "kill")
    reference = work / "reference"
    shutil.copytree(source, reference)
    whole = finish(reference)
    hit, results = 0, []
    while hit < kills:
        copy = work / f"copy-{len(results)}"
        shutil.copytree(source, copy)
        while hit < kills and kill_at(copy, float(moments.uniform(0, whole))):
            hit += 1
        finish(copy)
        lines, faults = verify_study(copy)
        results.append(
            {
                "same": digest(copy) == digest(reference),
                "files": len(digest(copy)),
                "ledger": [str(fault) for fault in faults],
                "lines": lines,
                "scratch": [p.name for p in copy.rglob("*.part")],
            }
        )
    sys.stdout.write(json.dumps({"seconds": whole, "hit": hit, "results": results}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
