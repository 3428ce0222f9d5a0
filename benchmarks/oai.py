"""How fast is a large catalogue loaded, harvested and searched?

Run: python -m benchmarks.oai
Bounds: 50,000 records of 10 KB of DDI loaded in 60 s; harvested through the real server at 20,000
records a second by a plain client, and at 5,000 with sickle; searched in 0.1 s, the first time too,
with the counts of all facets. Three sizes show the growth. Peers, pinned from one run on the same
kind of machine with 50,000 such records: oai-repo 7,200 plain and 3,990 with sickle, pyoai's
BatchingServer 3,940 and 2,680; both lose records when some are edited between pages.

The records are made up from a stated seed and go in as files of DDI. Loading, server, clients and
search are processes of their own, and on two cores a client and the server share the machine.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from consilience.desk.catalogue import checked_settings, make_catalogue
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Level,
    Method,
    Moment,
    Place,
    Record,
    Term,
    Text,
)

SIZES = (5_000, 20_000, 50_000)
SEED = 20_261_125
COUNTRIES = ("England", "Finland", "Norway", "Germany", "Italy", "Scotland", "Wales", "France")
QUERIES = {
    "a word of all": "study",
    "a frequent word": "w7",
    "a rare phrase": '"w900 w12"',
    "NOT, begins": "w12* NOT w5",
    "a facet": "",
    "nothing typed": "",
}
CHILDREN = {
    "load": """
import datetime as dt, json, resource, sys, time
from pathlib import Path
from consilience.desk.catalogue import opened_catalogue
from consilience.desk.catalogue_import import load_files
def clock():
    return dt.datetime.now(dt.UTC)
if __name__ == "__main__":
    began = time.perf_counter()
    with opened_catalogue(Path(sys.argv[1])) as catalogue:
        done = load_files(catalogue, [Path(sys.argv[2])], clock=clock, actor="bench", workers=2)
    seconds = time.perf_counter() - began
    assert not done.faults, done.faults[0]
    peak = sum(resource.getrusage(who).ru_maxrss for who in (0, -1)) / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "count": done.changed}))
""",
    "plain": """
import http.client, json, re, sys, time
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
query, count, size, began = "metadataPrefix=oai_ddi25", 0, 0, time.perf_counter()
while query:
    connection.request("GET", "/oai?verb=ListRecords&" + query, headers=json.loads(sys.argv[2]))
    answer = connection.getresponse()
    content = answer.read()
    size += len(content)
    if answer.headers["Content-Encoding"] == "gzip":
        import zlib
        content = zlib.decompress(content, wbits=31)
    count += content.count(b"<record>")
    token = re.search(rb"<resumptionToken[^>]*>([^<]+)<", content[-1000:])
    query = token and "resumptionToken=" + token[1].decode()
print(json.dumps({"count": count, "size": size, "seconds": time.perf_counter() - began}))
""",
    "sickle": """
import json, sys, time
from sickle import Sickle
began = time.perf_counter()
client = Sickle(f"http://127.0.0.1:{sys.argv[1]}/oai")
count = sum(1 for _ in client.ListRecords(metadataPrefix="oai_ddi25"))
print(json.dumps({"count": count, "seconds": time.perf_counter() - began}))
""",
    "search": """
import json, resource, statistics, sys, time
from pathlib import Path
from consilience.desk.catalogue import find_records, opened_catalogue
rows = {}
with opened_catalogue(Path(sys.argv[1])) as catalogue:
    for name, words in json.loads(sys.argv[2]).items():
        chosen = {"country": ["Finland", "Norway"], "year": ["1999"]} if name == "a facet" else {}
        times = []
        for _ in range(6):
            began = time.perf_counter()
            found = find_records(catalogue.engine, words, chosen=chosen)
            times.append(time.perf_counter() - began)
        rows[name] = [times[0], statistics.median(times[1:]), found.total]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": rows, "peak": peak}))
""",
}


def made(number, stream):
    """Return a record whose DDI is about 10 KB, as those of large archives are."""
    frequent = np.minimum(stream.zipf(1.3, size=1_900), 5_000)
    words = [f"w{each}" for each in frequent]
    country = COUNTRIES[int(stream.integers(len(COUNTRIES)))]
    year = str(1980 + int(stream.integers(45)))
    topics = stream.choice(95, size=2, replace=False)

    def text(start, end):
        return (Text(value=" ".join(words[start:end]), language="en"),)

    return Record(
        titles=(Text(value=f"Study {number}: {' '.join(words[:6])}", language="en"),),
        identifiers=(
            Identifier(value=str(number), agency="BENCH"),
            Identifier(value=f"10.5072/bench-{number}", agency="DOI"),
        ),
        holdings=(Holding(uri=f"https://doi.org/10.5072/bench-{number}", language="en"),),
        creators=tuple(Agent(name=f"Author {stream.integers(9_999)}") for _ in range(2)),
        grants=(Grant(funder="A council", number=f"G/{number}"),),
        publishers=(Agent(name=f"Archive {stream.integers(12)}"),),
        published=year,
        keywords=tuple(Term(value=each, language="en") for each in words[6:10]),
        topics=tuple(Term(value=f"Topic {each}", language="en") for each in topics),
        abstract=text(20, 1_500),
        collection=(Moment(date=year, event="start"), Moment(date=year, event="end")),
        nations=(Place(value=country),),
        universe=text(1_500, 1_560),
        data_kinds=(Term(value="Numeric" if number % 2 else "Text"),),
        method=Method(
            sampling=(Term(value=" ".join(words[1_560:1_700])),), situation=text(1_700, 1_900)
        ),
        access=Access(level=list(Level)[number % 3], statement=text(0, 40)),
        language="en",
    )


def write_files(folder, size):
    """Write a DDI file for each record; return their mean size."""
    stream, total = np.random.default_rng(SEED), 0  # noqa: TID251  (simulated input of a benchmark)
    for number in range(size):
        path = folder / f"{number // 1_000:03}" / f"{number}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = write_ddi(made(number, stream))
        path.write_bytes(content)
        total += len(content)
    return total / size


def run(name, *given):
    """Return what a process of its own says."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(CHILDREN[name])
        script.flush()
        command = [sys.executable, script.name, *map(str, given)]
        return json.loads(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
        )


def peak_of(process):
    """Return the largest memory that a running process had, in MB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def harvested(folder, size):
    """Harvest a catalogue through the server; print how fast."""
    command = [sys.executable, "-m", "consilience", "catalogue", "serve", str(folder), "--port"]
    server = subprocess.Popen([*command, "0"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        port = int(re.search(rb":(\d+)/", server.stdout.readline())[1])
        for name, headers in (("plain", {}), ("gzip", {"Accept-Encoding": "gzip"})):
            best = min((run("plain", port, json.dumps(headers)) for _ in range(2)),
                       key=lambda each: each["seconds"])  # fmt: skip
            assert best["count"] == size, best
            rate, volume = best["count"] / best["seconds"], best["size"] / 1e6
            print(f"  harvest, {name:<7} {rate:>9,.0f} records/s {volume:>7,.0f} MB", flush=True)
        best = min((run("sickle", port) for _ in range(2)), key=lambda each: each["seconds"])
        assert best["count"] == size, best
        print(f"  harvest, sickle  {best['count'] / best['seconds']:>9,.0f} records/s", flush=True)
        print(f"  server           {peak_of(server):>9,.0f} MB at most", flush=True)
    finally:
        server.terminate()
        server.wait()


def main():
    sizes = [int(each) for each in sys.argv[1:]] or SIZES
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            files, folder = Path(scratch, "files"), Path(scratch, "archive")
            mean = write_files(files, size)
            print(f"{size:,} records, {mean / 1024:.1f} KB of DDI each", flush=True)
            settings = checked_settings(
                name="Benchmark", base_url="http://bench.example.org", publisher="Benchmark",
                admin_email="bench@example.org", repository="bench.example.org",
                harvests_per_minute=1_000_000,
            )  # fmt: skip
            make_catalogue(folder, settings)
            load = run("load", folder, files)
            assert load["count"] == size, load
            database = (folder / ".consilience" / "study.db").stat().st_size / 1e6
            print(f"  load             {load['seconds']:>9.1f} s {load['peak']:>9,.0f} MB at most, "
                  f"database {database:,.0f} MB", flush=True)  # fmt: skip
            harvested(folder, size)
            found = run("search", folder, json.dumps(QUERIES))
            for name, (first, later, total) in found["rows"].items():
                print(f"  search, {name:<16} {first * 1e3:>7.1f} ms first {later * 1e3:>7.1f} ms "
                      f"later {total:>8,} records", flush=True)  # fmt: skip
            print(f"  search           {found['peak']:>9,.0f} MB at most", flush=True)


if __name__ == "__main__":
    main()
