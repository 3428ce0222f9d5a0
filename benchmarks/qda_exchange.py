"""How long does a coded project take from a .qdpx into a study, and out again?

Run: python -m benchmarks.qda_exchange
Bounds: 1,000 transcripts of 10,000 words with 100,000 codings in within 10 s, storing and speaker
turns included, out within 6 s, 300 MB at most. Each run is a process of its own; start-up
(interpreter and imports) is measured apart and counts in the peak.
Peers: QualCoder 4.0 beta, pinned from another day on a machine of this kind (95 and 283 s in, 249
and 298 s out at the largest size, 587 MB; 52.6 and 5.6 s at the middle one). Taguette from PyPI
reads and writes no .qdpx; beside ours stands the nearest it can do: storing the same texts and
codings through its own models, with nothing converted, and its own copy of that project into a
new SQLite file, which is its export. It is not run at the largest size (61 to 87 s, pinned).
pandas is hidden from the runs: Arrow loads it if it is there, and the product does not need it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

# Transcripts, words in each, codings.
SIZES = ((20, 5_000, 2_000), (100, 10_000, 10_000), (1_000, 10_000, 100_000))
LARGEST_FOR_PEERS = 100
GENERATOR = Path(__file__).resolve().parents[2] / "shared/bench/transcripts.py"
QUALCODER = {20: ("1.7 s", "0.17 s"), 100: ("52.6 s", "5.6 s"), 1_000: ("95-283 s", "249-298 s")}
HEAD = """
from consilience.cli.start import keep_small
keep_small()
import datetime as dt, json, resource, sys, time
from pathlib import Path
from consilience.desk import exchange
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
at, study, file = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), Path(sys.argv[1]), Path(sys.argv[2])
before, began, busy = peak(), time.perf_counter(), time.process_time()
"""
IN = (
    HEAD
    + """
done = exchange.import_file(study, file, unsealed="benchmark", at=at, actor="benchmark")
"""
)
OUT = (
    HEAD
    + """
done = exchange.export_file(study, file, at=at, actor="benchmark")
"""
)
TAIL = """
print(json.dumps({"seconds": time.perf_counter() - began, "cpu": time.process_time() - busy,
                  "start_up_mb": before, "peak_mb": peak(), "codings": done.counts["codings"]}))
"""
TAGUETTE = """
import collections, json, logging, sys, time
from pathlib import Path
from taguette import database
from taguette.database.copy import copy_project
logging.disable(logging.CRITICAL)
made, scratch = Path(sys.argv[1]), Path(sys.argv[2])
rows = collections.defaultdict(list)
for line in (made / "codings.jsonl").open():
    row = json.loads(line)
    rows[row["doc"]].append(row)
session = database.connect(f"sqlite:///{scratch}/a.sqlite3")()
began = time.perf_counter()
user = database.User(login="me")
project = database.Project(name="p", description="")
session.add_all([user, project])
session.flush()
session.add(database.ProjectMember(user=user, project=project,
                                   privileges=database.Privileges.ADMIN))
tags = {}
for name in sorted({row["code"] for each in rows.values() for row in each}):
    tags[name] = database.Tag(project=project, path=name, description="")
session.add_all(tags.values())
for path in sorted((made / "transcripts").iterdir()):
    text = path.read_text()
    document = database.Document(
        name=path.stem, description="", filename=path.name, project=project, contents=text,
        text_direction=database.TextDirection.LEFT_TO_RIGHT)
    session.add(document)
    for row in rows[path.stem]:
        start, end = row["start"], row["end"]
        mark = database.Highlight(document=document, start_offset=start, end_offset=end,
                                  snippet=text[start:end])
        mark.tags.append(tags[row["code"]])
        session.add(mark)
session.commit()
stored = time.perf_counter() - began
began = time.perf_counter()
other = database.connect(f"sqlite:///{scratch}/b.sqlite3")()
other.add(database.User(login="me"))
other.flush()
copy_project(session, other, project.id, "me")
other.commit()
print(json.dumps({"stored": stored, "copied": time.perf_counter() - began}))
"""


def measured(code, *arguments):
    """Return what a process of its own says of an import or export."""
    command = [sys.executable, "-c", code + TAIL, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def taguette(home):
    """Return a Python with Taguette, None if it cannot be had."""
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    command = [python, "-m", "pip", "install", "-q", "taguette==1.5.2"]
    got = subprocess.run(command, capture_output=True, check=False)
    return python if got.returncode == 0 else None


def beside(python, made, scratch):
    """Return what Taguette takes to store and to copy the same project, None if it is not there."""
    if python is None:
        return None
    scratch.mkdir()
    command = [python, "-c", TAGUETTE, str(made), str(scratch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def make(folder, docs, words, codings):
    """Make a project with the generator that all benchmarks of texts share."""
    options = ["--docs", docs, "--words", words, "--codings", codings, "--codes", 200]
    options += ["--coders", 2, "--qdpx"]
    command = [sys.executable, GENERATOR, folder, *options]
    subprocess.run([str(each) for each in command], capture_output=True, check=True)
    return folder


def tell(what, size, found, peers):
    """Print one line."""
    print(
        f"{what:<4} {size:>6,} {found['codings']:>8,} {found['seconds']:>8.2f} "
        f"{found['cpu']:>7.2f} {found['peak_mb']:>8.0f} {found['start_up_mb']:>9.0f}  {peers}",
        flush=True,
    )


def main():
    if not GENERATOR.is_file():
        print("the generator of transcripts is not beside the checkout: nothing measured")
        return
    print("       texts  codings  seconds     CPU  peak MB  start MB  peers")
    with tempfile.TemporaryDirectory() as scratch:
        python = taguette(Path(scratch, "taguette"))
        for docs, words, codings in SIZES:
            made = make(Path(scratch, f"made-{docs}"), docs, words, codings)
            study = Path(scratch, f"study-{docs}")
            subprocess.run(
                [sys.executable, "-m", "consilience", "new", str(study)],
                capture_output=True,
                check=True,
            )
            peer = None
            if docs <= LARGEST_FOR_PEERS:
                peer = beside(python, made, Path(scratch, f"taguette-{docs}"))
            stored = f"Taguette stores in {peer['stored']:.1f} s" if peer else "Taguette not run"
            copied = f"Taguette copies in {peer['copied']:.1f} s" if peer else "Taguette not run"
            came, went = QUALCODER[docs]
            found = measured(IN, study, made / "project.qdpx")
            tell("in", docs, found, f"QualCoder {came} (pinned); {stored}")
            found = measured(OUT, study, Path(scratch, f"out-{docs}.qdpx"))
            tell("out", docs, found, f"QualCoder {went} (pinned); {copied}")


if __name__ == "__main__":
    main()
