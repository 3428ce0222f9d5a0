"""How long does it take to find words in many transcripts, and with how much memory?

Run: python -m benchmarks.full_text
Bound: any query in 0.3 s at 1,000 transcripts of 10,000 words, import with the index in 15 s, all
in 300 MB. Three sizes show the growth; the index in the database (FTS5) and that of tantivy, an
extra, beside each other. The first search by tantivy makes its index. Times are those of the desk:
count of passages and of texts, and 50 hits with the words around. Each run is a process of its own.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.transcripts_in import GENERATOR, SIZES, WORDS, measured

QUERIES = {
    "word": "the",
    "phrase": '"of the"',
    "rare phrase": '"family budget"',
    "NEAR": "NEAR(school police, 5)",
    "NOT": "school NOT the",
    "begins": "s*",
    "of a speaker": "the",
}
CHILD = """
import json, resource, statistics, sys, time
from pathlib import Path
from consilience.desk.search import Where, search
from consilience.store.database import open_database
index, queries = sys.argv[2], json.loads(sys.argv[3])
engine = open_database(Path(sys.argv[1]))
def timed(name, query):
    where = Where(index=index, speaker="Respondent" if name == "of a speaker" else None)
    began = time.perf_counter()
    found = search(engine, query, where=where)
    return time.perf_counter() - began, found.total
first, _ = timed("first", "zebra")
rows = {}
for name, query in queries.items():
    runs = [timed(name, query) for _ in range(5)]
    rows[name] = [statistics.median(seconds for seconds, _ in runs), runs[0][1]]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"first": first, "rows": rows, "peak": peak}))
"""


def searched(database, index):
    """Return what a process of its own says of searching a study."""
    command = [sys.executable, "-c", CHILD, str(database), index, json.dumps(QUERIES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    if not GENERATOR.is_file():
        print("the generator of transcripts is not beside the checkout: nothing measured")
        return
    indexes = ["sqlite", "tantivy"] if importlib.util.find_spec("tantivy") else ["sqlite"]
    with tempfile.TemporaryDirectory() as scratch:
        for size in SIZES:
            made, folder = Path(scratch, f"made-{size}"), Path(scratch, f"study-{size}")
            options = ["--docs", str(size), "--words", str(WORDS), "--codings", "0"]
            subprocess.run(
                [sys.executable, str(GENERATOR), str(made), *options],
                capture_output=True,
                check=True,
            )
            entered = measured(folder, made / "transcripts", "open")
            print(
                f"{size:,} transcripts, {entered['turns']:,} turns: "
                f"import {entered['seconds']:.2f} s, {entered['peak_mb']:.0f} MB"
            )
            for index in indexes:
                found = searched(folder / ".consilience" / "study.db", index)
                print(f"  {index}: first {found['first']:.2f} s, peak {found['peak']:.0f} MB")
                for name, (seconds, total) in found["rows"].items():
                    print(f"    {name:<12} {seconds * 1_000:>7.1f} ms {total:>9,}", flush=True)


if __name__ == "__main__":
    main()
