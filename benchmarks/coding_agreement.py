"""How long does agreement on passages take, for every code of a codebook?

Run: python -m benchmarks.coding_agreement
Peer: krippendorff from PyPI (GPL, so never a dependency). It knows no passages, so each character
of all texts is a unit, and one code is one call; at the largest size the characters of one code
alone would take several GB, so it is not run there. QualCoder 4.0 beta took 3.0 s a code at the
largest size, about 610 s for all 200 (pinned, measured on another day on a machine of this kind).
Bounds: every binary coefficient of 200 codes in 1,000 texts with 1,000 bootstrap replicates in 2 s,
peak memory 300 MB.
"""

from __future__ import annotations

import numpy as np

from benchmarks.peers import fastest, peak_megabytes, python_seconds, row
from consilience.base.seeds import stream
from consilience.stats.unitizing.code_agreement import code_agreement
from consilience.stats.unitizing.domain_agreement import domain_agreement
from consilience.stats.unitizing.resampled import TextBootstrap
from consilience.stats.unitizing.spans import read_spans, read_texts

LENGTH = 55_000
CODES = 200
# Texts and passages.
SIZES = ((20, 2_000), (100, 10_000), (1_000, 100_000))
QUALCODER = 610.0

PEER = """
import krippendorff
start = time.perf_counter()
krippendorff.alpha(reliability_data=a["x"], level_of_measurement="nominal")
print(time.perf_counter() - start)
"""


def coded(documents, passages):
    """Return texts and passages of two coders, the second near the first in four of ten."""
    rng = stream(854716, "benchmark/coding")
    first = passages * 6 // 10
    document = rng.integers(documents, size=first)
    length = np.clip(rng.lognormal(5.2, 0.7, first), 20, 3000).astype(int)
    start = rng.integers(0, LENGTH - length)
    code = rng.integers(CODES, size=first)
    near = rng.choice(first, size=passages - first, replace=False)
    moved = np.clip(start[near] + rng.integers(-20, 21, len(near)), 0, None)
    other = np.where(rng.random(len(near)) < 0.15, rng.integers(CODES, size=len(near)), code[near])
    texts = read_texts(np.full(documents, LENGTH), np.ones((documents, 2), dtype=bool))
    ends = np.minimum(moved + length[near] + rng.integers(-5, 21, len(near)), LENGTH)
    columns = (
        np.concatenate([document, document[near]]),
        np.concatenate([start, moved]),
        np.concatenate([start + length, ends]),
        np.concatenate([code, other]),
        np.repeat([0, 1], [first, len(near)]),
    )
    return columns, texts


def characters(columns, texts, code):
    """Return (coders, characters): what one code is when every character is laid out."""
    table = np.zeros((2, len(texts.lengths) * LENGTH), dtype=np.int8)
    document, start, end, codes, coder = columns
    for n in np.flatnonzero(codes == code):
        base = document[n] * LENGTH
        table[coder[n], base + start[n] : base + end[n]] = 1
    return table


def all_codes(columns, texts, replicates):
    bootstrap = TextBootstrap(
        replicates=replicates,
        streams=lambda block: stream(854716, "benchmark/replicates", block=block),
    )
    spans = read_spans(*columns, texts=texts)
    return code_agreement(
        spans, texts, unit="characters", codes=CODES, bootstrap=bootstrap if replicates else None
    )


def domains(columns, texts):
    spans = read_spans(*columns, texts=texts)
    for first in range(0, CODES, 10):
        domain_agreement(spans, texts, codes=range(first, first + 10), unit="characters")


def main():
    for documents, passages in SIZES:
        columns, texts = coded(documents, passages)
        size = f"{documents:,} x {passages:,}"
        alone = columns[3] == 7
        one = tuple(column[alone] for column in columns)
        ours = fastest(lambda c=one, t=texts: all_codes(c, t, 0), repeats=5)
        largest = documents == SIZES[-1][0]
        theirs = None
        if not largest:
            arrays = {"x": characters(columns, texts, 7)}
            theirs = python_seconds(PEER, packages=["krippendorff"], arrays=arrays)
        row("one code, every coefficient", ours, theirs, peer="" if largest else "krippendorff",
            size=size)  # fmt: skip
        ours = fastest(lambda c=columns, t=texts: all_codes(c, t, 0))
        pinned, peer = (QUALCODER, "QualCoder, pinned") if largest else (None, "")
        row("200 codes, every coefficient", ours, pinned, peer=peer, size=size)
        ours = fastest(lambda c=columns, t=texts: all_codes(c, t, 1000))
        row("the same with 1,000 replicates", ours, size=size, bar="<= 2 s at 1,000 texts")
        ours = fastest(lambda c=columns, t=texts: domains(c, t))
        row("20 domains, u-alpha family", ours, size=size)
    code = "from benchmarks import coding_agreement as b\n"
    work = "b.all_codes(*b.coded(*b.SIZES[-1]), 1000)"
    start, whole = peak_megabytes(code), peak_megabytes(code + work)
    print(f"peak memory: {start:.0f} MB after imports, {whole:.0f} MB with all codes (<= 300 MB)")


if __name__ == "__main__":
    main()
