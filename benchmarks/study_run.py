"""How long does a whole study take, from frame to report, and with how much memory?

Run: python -m benchmarks.study_run
Bound: the example study in under 5 s and under 400 MB after start-up. Three sizes of a study
of invented areas show the growth. Each run is a process of its own; start-up (interpreter and
imports) is measured by a process that only imports, in the same round.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from consilience.base.seeds import stream

SIZES = (40, 150, 600)
REPEATS = 3
EXAMPLE = Path(__file__).resolve().parents[1] / "examples/schools-2017"
ITEMS = 30
CHILD = """
import json, resource, sys, time
began = time.perf_counter()
import consilience.cli.main, consilience.desk.studies as studies
from pathlib import Path
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
started, before = time.perf_counter() - began, peak()
studies.open_study(Path(sys.argv[1])).run()
total = time.perf_counter() - began
print(json.dumps({"start_up_s": started, "run_s": total - started, "start_up_mb": before,
                  "peak_mb": peak()}))
"""


def measure(folder):
    """Return seconds and megabytes of a run from nothing, the median of several processes."""
    rounds = []
    for _ in range(REPEATS):
        for made in (".consilience", "out"):
            shutil.rmtree(folder / made, ignore_errors=True)
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(folder)], capture_output=True, text=True, check=True
        )
        rounds.append(json.loads(done.stdout))
    middle = sorted(rounds, key=lambda each: each["run_s"])[REPEATS // 2]
    return middle | {"more_mb": middle["peak_mb"] - middle["start_up_mb"]}


def write_study(folder, areas):
    """Write a study of invented areas with three agencies, thirty items and a choice by band."""
    rng = stream(1, f"benchmark/{areas}")
    (folder / "instruments").mkdir(parents=True)
    ids = [f"A{number:05d}" for number in range(areas)]
    lines = ["id,name,region,size"]
    lines += [f"{a},Invented {a},R{rng.integers(9)},{rng.integers(9000)}" for a in ids]
    (folder / "areas.csv").write_text("\n".join(lines) + "\n")
    truth = rng.normal(3, 0.7, size=(areas, 1, ITEMS))
    spread = rng.gamma(2, 0.4, size=(areas, 1, 1))
    drawn = truth + spread * rng.normal(size=(areas, 3, ITEMS))
    answers = drawn.round().clip(1, 5).astype(int)
    items = [f"q{number}" for number in range(ITEMS)]
    for number in range(3):
        rows = [",".join(["response", "area", *items])]
        rows += [
            ",".join([f"{agency_of(number)}-{a}", a, *map(str, answers[row, number])])
            for row, a in enumerate(ids)
        ]
        (folder / f"simulated-{number}.csv").write_text("\n".join(rows) + "\n")
        questions = "\n".join(f"  - {{id: {i}, text: Invented, scale: five}}" for i in items)
        (folder / f"instruments/{number}.yaml").write_text(
            f"id: form-{number}\ntitle: Invented\nversion: '1'\nquestions:\n{questions}\n"
        )
    (folder / "study.yaml").write_text(study_text(items))


def agency_of(number):
    return ("education", "social-care", "board")[number]


def study_text(items):
    agencies = [agency_of(number) for number in range(3)]
    rows = "\n".join(f"      - {{{', '.join(f'{a}: {i}' for a in agencies)}}}" for i in items)
    surveys = "\n".join(
        f"  - {{id: survey-{a}, kind: survey, agency: {a}, instrument: instruments/{n}.yaml, "
        f"of: areas, opens: 2020-02-01, closes: 2020-03-01, "
        f"intake: {{file: simulated-{n}.csv, response: response, area: area}}}}"
        for n, a in enumerate(agencies)
    )
    return f"""consilience: 1
study:
  {{id: benchmark, title: Made up, starts: 2020-01-01, ends: 2020-12-31, seed: 1, simulated: true}}
agencies: [{", ".join(f"{{id: {a}, title: {a}}}" for a in agencies)}]
scales: {{five: {{points: {{1: a, 2: b, 3: c, 4: d, 5: e}}}}}}
constructs:
  - id: all
    title: All
    items:
{rows}
stages:
  - id: areas
    kind: frame
    of: areas
    file: areas.csv
    columns: {{id: id, name: name, attributes: {{region: region, size: size}}}}
    date: 2020-01-01
{surveys}
  - {{id: linked, kind: link, surveys: [{", ".join(f"survey-{a}" for a in agencies)}], to: areas}}
  - {{id: congruence, kind: congruence, of: linked}}
  - id: cases
    kind: select
    from: areas
    attributes_from: [congruence]
    choose: 1
    per: band
    diverse: {{region: 1, size: 1}}
"""


def run(sizes=SIZES):
    """Return one record a study: the example, then invented ones of each size."""
    records = []
    with tempfile.TemporaryDirectory() as work:
        example = Path(work) / "example"
        shutil.copytree(EXAMPLE, example, ignore=shutil.ignore_patterns(".consilience", "out"))
        subprocess.run([sys.executable, EXAMPLE / "make.py", "--folder", example], check=True)
        records.append({"study": "schools-2017", **measure(example)})
        for size in sizes:
            folder = Path(work) / f"areas-{size}"
            write_study(folder, size)
            records.append({"study": f"{size} areas", **measure(folder)})
    return records


if __name__ == "__main__":
    heads = ("start-up s", "run s", "start-up MB", "peak MB", "more MB")
    print(f"{'study':<14}" + "".join(f"{head:>13}" for head in heads))
    for each in run():
        seconds = f"{each['start_up_s']:>13.2f}{each['run_s']:>13.2f}"
        memory = "".join(f"{each[name]:>13.0f}" for name in ("start_up_mb", "peak_mb", "more_mb"))
        print(f"{each['study']:<14}{seconds}{memory}")
