"""How long does a question to coded texts take in an open study?

Run: python -m benchmarks.coding_queries
Bounds: at 1,000 transcripts of 10,000 words with 100,000 codings any query within 0.3 s, words of
the first 200 passages included, co-occurrence of all pairs of codes within 2 s, 300 MB at most.
A study is open once its codings are loaded (first row, `open`); each query is asked twice and both
times are printed: the first one also loads the turns of the texts it meets. Each size is a process
of its own; start-up (interpreter and imports) counts in the peak. Last, co-occurrence is asked as
a command of its own, start-up and loading within its time. pandas is hidden from it: Arrow
loads it if it is there, and the product does not need it.
Peers: QualCoder 4.0 beta and Taguette 1.5.2 at the largest size, pinned from another day on a
machine of this kind. Neither knows Boolean or proximity queries over passages; what stands beside
ours is a list of one code with its text, and co-occurrence. Taguette from PyPI is run beside on
the first two sizes: its query for the highlights of one tag.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.qda_exchange import GENERATOR, SIZES, TAGUETTE, make, taguette

LARGEST_FOR_PEERS = 100
PINNED = {
    "one code": "1,000 texts: QualCoder report 1.8-3.2 s, Taguette 0.05-0.09 s (pinned)",
    "co-occurrence": "1,000 texts: QualCoder's SQL 0.88-0.89 s (pinned)",
}
OURS = """
from consilience.cli.start import keep_small
keep_small()
import json, resource, sys, time
from pathlib import Path
from consilience.desk.coded_tables import code_table, meeting_codes
from consilience.desk.kept import opened
from consilience.desk.retrieval import Filters, find, person_called
folder, answers = Path(sys.argv[1]), []
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def timed(what, ask, size):
    spent = []
    for _ in range(2):
        began = time.perf_counter()
        made = ask()
        spent.append(time.perf_counter() - began)
    answers.append([what, size(made), *spent, peak()])
before = peak()
with opened(folder) as engine:
    person = person_called(engine, "benchmark")
    def asked(query, **filters):
        return find(engine, folder, query, person=person, filters=Filters(**filters), most=200)
    began = time.perf_counter()
    asked("*", coders=[])
    answers.append(["open", 0, time.perf_counter() - began, 0.0, peak()])
    timed("co-occurrence", lambda: meeting_codes(engine, folder, person=person),
          lambda made: made.table.num_rows)
    for what, query, filters in (
        ("one code", "theme001.code2", {}),
        ("and not", "theme001* and not theme002*", {}),
        ("in", "theme001* in *", {}),
        ("characters", "theme001* near theme002* within 200 characters", {}),
        ("sentences", "theme001* near theme002* within 2 sentences", {}),
        ("turns", "theme001* near theme002* within 1 turns", {}),
        ("every pair", "* and *", {}),
        ("all near", "* near theme002* within 2 sentences", {}),
        ("uncoded", "not *", {"speakers": ["Respondent"]}),
        ("speaker", "theme001* and not theme002*", {"speakers": ["Respondent"],
                                                   "coders": ["coder1"]}),
    ):
        timed(what, lambda: asked(query, **filters), lambda made: made.total)
    timed("table by text", lambda: code_table(engine, folder, by="document", person=person),
          lambda made: made.table.num_rows)
print(json.dumps({"start_up_mb": before, "answers": answers}))
"""
BESIDE = (
    TAGUETTE[: TAGUETTE.index("stored = ")]
    + """
session.expire_all()
began = time.perf_counter()
tag = session.query(database.Tag).filter(database.Tag.path == sys.argv[3]).one()
rows = (session.query(database.Highlight).join(database.Document)
        .filter(database.Highlight.tags.contains(tag))
        .order_by(database.Document.name, database.Highlight.start_offset).all())
words = [(row.document_id, row.snippet) for row in rows]
print(json.dumps({"seconds": time.perf_counter() - began, "found": len(words)}))
"""
)


def ours(study):
    """Return what a process of its own says of its answers."""
    command = [sys.executable, "-c", OURS, str(study)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def as_command(study):
    """Return what the whole command takes for co-occurrence, twice."""
    command = [sys.executable, "-m", "consilience", "codings", "cooccurrence", str(study)]
    spent = []
    for _ in range(2):
        began = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        spent.append(time.perf_counter() - began)
    return spent


def beside(python, made, scratch):
    """Return what Taguette takes for the highlights of one tag, None if it is not there."""
    if python is None:
        return None
    scratch.mkdir()
    command = [python, "-c", BESIDE, str(made), str(scratch), "theme001.code2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def study_of(made, folder):
    """Return a new study with the project of the generator."""
    consilience = [sys.executable, "-m", "consilience"]
    for arguments in (
        ("new", folder),
        ("transcripts", "import", folder, made / "transcripts", "--unsealed", "benchmark"),
        ("qda", "import", folder, made / "project.qdpx"),
    ):
        command = [*consilience, *map(str, arguments)]
        subprocess.run(command, capture_output=True, check=True)
    return folder


def main():
    if not GENERATOR.is_file():
        print("the generator of transcripts is not beside the checkout: nothing measured")
        return
    print(" texts  question         found    first    again  peak MB  peers")
    with tempfile.TemporaryDirectory() as scratch:
        python = taguette(Path(scratch, "taguette"))
        for docs, words, codings in SIZES:
            made = make(Path(scratch, f"made-{docs}"), docs, words, codings)
            study = study_of(made, Path(scratch, f"study-{docs}"))
            found = ours(study)
            peer = None
            if docs <= LARGEST_FOR_PEERS:
                peer = beside(python, made, Path(scratch, f"taguette-{docs}"))
            for what, size, first, again, peak in found["answers"]:
                told = PINNED.get(what, "")
                if what == "one code" and peer:
                    told = f"Taguette {peer['seconds']:.3f} s ({peer['found']} found); {told}"
                print(
                    f"{docs:>6,}  {what:<13} {size:>8,} {first:>8.3f} {again:>8.3f} "
                    f"{peak:>8.0f}  {told}",
                    flush=True,
                )
            first, again = as_command(study)
            print(
                f"{docs:>6,}  start-up {found['start_up_mb']:.0f} MB; the whole command for "
                f"co-occurrence {first:.2f} s, again {again:.2f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
