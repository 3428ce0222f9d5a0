"""How long does it take to import many transcripts, with turns, and with how much memory?

Run: python -m benchmarks.transcripts_in
Bound: 1,000 transcripts of 10,000 words in 15 s and 300 MB, full-text index included. Three sizes
show the growth, open texts and sealed ones beside each other. Taguette took 0.51 s a file on such
input (Calibre starts for each), QualCoder 1.6 to 19 s for 1,000 without finding turns.
Each run is a process of its own; start-up (interpreter and imports) is measured apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = (100, 300, 1_000)
WORDS = 10_000
GENERATOR = Path(__file__).resolve().parents[2] / "shared/bench/transcripts.py"
CHILD = """
import datetime as dt, json, resource, sys, time
from pathlib import Path
began = time.perf_counter()
from consilience.desk import intake
from consilience.desk.studies import new_study
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
folder, files, sealed = Path(sys.argv[1]), sorted(Path(sys.argv[2]).iterdir()), sys.argv[3]
new_study(folder, study_id="benchmark", title="Made up")
study = folder / "study.yaml"
study.write_text(study.read_text().replace("simulated: true", "simulated: false"))
start_up, before = time.perf_counter() - began, peak()
terms = intake.Terms(unsealed=None if sealed == "sealed" else "benchmark")
entries = intake.import_files(
    folder, files, terms=terms, key=lambda: "a key for benchmarks",
    at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), actor="benchmark",
)
print(json.dumps({
    "start_up_s": start_up, "seconds": time.perf_counter() - began - start_up,
    "start_up_mb": before, "peak_mb": peak(), "turns": sum(e.turns for e in entries),
    "entered": sum(e.outcome == "entered" for e in entries),
}))
"""


def measured(folder, files, sealed):
    """Return what a process of its own says of importing a folder."""
    command = [sys.executable, "-c", CHILD, str(folder), str(files), sealed]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    if not GENERATOR.is_file():
        print("the generator of transcripts is not beside the checkout: nothing measured")
        return
    print(
        f"{'transcripts':>11} {'':>8} {'turns':>8} {'seconds':>8} {'peak MB':>8} {'per 1,000':>10}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for size in SIZES:
            made = Path(scratch, f"made-{size}")
            options = ["--docs", str(size), "--words", str(WORDS), "--codings", "0"]
            subprocess.run(
                [sys.executable, str(GENERATOR), str(made), *options],
                capture_output=True,
                check=True,
            )
            for sealed in ("open", "sealed"):
                found = measured(Path(scratch, f"{sealed}-{size}"), made / "transcripts", sealed)
                per = found["seconds"] * 1_000 / size
                print(
                    f"{size:>11,} {sealed:>8} {found['turns']:>8,} {found['seconds']:>8.2f} "
                    f"{found['peak_mb']:>8.0f} {per:>10.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
