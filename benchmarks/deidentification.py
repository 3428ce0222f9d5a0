"""How fast are names found and replaced? At three sizes, words by processor time on one core.

    .venv/bin/python benchmarks/deidentification.py [FOLDER OF TEXTS]

Without a folder the planted interviews of validation/deidentification are repeated. Sizes as for
transcripts: s = 20 texts of 5,000 words, m = 100 of 10,000, l = 1,000 of 10,000 (a fifth of l is
measured, for the time does not depend on the number of texts).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from consilience.interviews.replacements import Replacer, Rules
from consilience.text.alike import proposals
from consilience.text.identifiers.candidate import MARKED
from consilience.text.identifiers.find import find_identifiers
from consilience.text.pseudonyms import Sighting, registered, replaced

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"s": (20, 5_000), "m": (100, 10_000), "l/5": (200, 10_000)}


def texts_of(folder: Path, count: int, words: int) -> list[str]:
    lines = [
        line
        for path in sorted(folder.rglob("*.txt"))
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    ]
    made, at = [], 0
    for _ in range(count):
        text, length = [], 0
        while length < words:
            text.append(lines[at % len(lines)])
            length += len(text[-1].split())
            at += 1
        made.append("\n".join(text))
    return made


def main() -> None:
    default = ROOT / "validation" / "deidentification" / "texts"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    print(f"{'size':>5} {'words':>10} {'find w/s':>10} {'registry s':>10} {'replace w/s':>11}")
    for size, (count, words) in SIZES.items():
        texts = texts_of(folder, count, words)
        total = sum(len(text.split()) for text in texts)
        find_identifiers(texts[0])
        begun = time.process_time()
        found = [find_identifiers(text) for text in texts]
        finding = time.process_time() - begun
        begun = time.process_time()
        registry = registered(
            (),
            (
                Sighting(text=text[c.start : c.end], kind=c.kind, document=str(n), start=c.start)
                for n, (text, each) in enumerate(zip(texts, found, strict=True))
                for c in each
                if c.score >= MARKED
            ),
        )
        proposals(registry)
        naming = time.process_time() - begun
        replacer = Replacer(registry, Rules(regions={}))
        begun = time.process_time()
        for text, each in zip(texts, found, strict=True):
            replaced(text, replacer.edits(text, each))
        replacing = time.process_time() - begun
        print(
            f"{size:>5} {total:>10,} {total / finding:>10,.0f} {naming:>10.2f} "
            f"{total / replacing:>11,.0f}"
        )


if __name__ == "__main__":
    main()
