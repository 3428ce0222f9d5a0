"""Make transcripts and the codings of two SIMULATED coders, whose errors are known.

    python make_codings.py      make.py does this too; alone it needs make.py to have run once

The texts in interviews/marked/ carry the truth: `<silence>They hear nothing.</silence>` is a
passage of the code `silence`. Here the marks are taken out, and two coders read each text: they
miss passages, move edges to a neighbouring end of a sentence, and take one of two neighbouring
codes for the other, each at a stated rate. The seed in study.yaml decides; nobody coded anything.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from example_answers import RngFor, streams

from consilience.base.version import __version__
from consilience.coding.codebook_file import read_codebook_file
from consilience.coding.exchange import Outgoing, OutgoingText
from consilience.coding.exchange_out import outgoing_project
from consilience.coding.model import CODING, Code
from consilience.design.read import read_study
from consilience.formats.qda.record import made_guid
from consilience.formats.qda.write import write_project
from consilience.interviews.model import Document, Version
from consilience.text.normal import text_hash
from consilience.text.segments import sentences

HERE = Path(__file__).resolve().parent
CODEBOOK = "interviews/codebook.yaml"
NOTE = "SIMULATED: invented for the example schools-2017; nobody said this"
TAG = re.compile(r"<(/?)([a-z-]+)>")
SAID = re.compile(r"^(?:I|R\d): (.*)$", re.MULTILINE)
# The interviews of each phase by the letter their ids begin with, and when they were coded.
FOLDERS = {"S": "scoping", "V": "schools"}
BEGUN = {
    "S": dt.datetime(2017, 7, 3, 9, tzinfo=dt.UTC),
    "V": dt.datetime(2019, 3, 18, 9, tzinfo=dt.UTC),
}
TIME = "%Y-%m-%dT%H:%M:%SZ"
EACH_TAKES = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """How one simulated coder errs.

    Args:
        id: under which the codings stand.
        miss: share of passages not marked.
        confuse: share of passages of one of the two neighbours that get the other's code.
        move: share of edges moved to the next end of a sentence, outwards or inwards alike; one
            stays after all where the turn, or the passage, ends before that.
    """

    id: str
    miss: float
    confuse: float
    move: float


CODERS = (
    Coder(id="coder-a", miss=0.10, confuse=0.10, move=0.15),
    Coder(id="coder-b", miss=0.20, confuse=0.25, move=0.30),
)
# Too high a threshold and an unclear one: the two that are told apart worst.
NEIGHBOURS = {"high": "unclear", "unclear": "high"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a text with its code, in code points, end after the last."""

    document: str
    start: int
    end: int
    code: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Write transcripts, codings and the truth below intake/."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=HERE, help="the study folder")
    make_codings(parser.parse_args(arguments).folder)


def make_codings(folder: Path) -> None:
    """Write transcripts, codings of each coder as JSONL and REFI-QDA, and the truth."""
    study = read_study(folder)
    codes = read_codebook_file(folder / CODEBOOK, name=CODEBOOK)
    texts, truth = read_texts(folder / "interviews" / "marked")
    for name, text in texts.items():
        place = folder / "intake" / "interviews" / FOLDERS[name[0]]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    place = folder / "intake" / "codings"
    place.mkdir(parents=True, exist_ok=True)
    for coder in CODERS:
        found = simulate(texts, truth, coder, streams(study))
        rows = rows_of(found, coder.id)
        write_lines(place / f"{coder.id}.jsonl", rows)
        with (place / f"{coder.id}.qdpx").open("w+b") as handle:
            project = project_of(study.study.id, texts, codes, rows)
            write_project(project, handle, at=BEGUN["S"])
    write_lines(place / "truth.jsonl", rows_of(truth, "truth"))
    expected = {
        "note": NOTE,
        "coders": [asdict(coder) for coder in CODERS],
        "neighbours": sorted(NEIGHBOURS),
        "passages": len(truth),
        "f1_of_passages": expected_f1(truth),
    }
    (place / "truth.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def read_texts(folder: Path) -> tuple[dict[str, str], list[Passage]]:
    """Return the texts without marks by name, and the passages that were marked in them."""
    texts: dict[str, str] = {}
    truth: list[Passage] = []
    for path in sorted(folder.glob("*.txt")):
        texts[path.stem], passages = without_marks(path.stem, path.read_text(encoding="utf-8"))
        truth += passages
    return texts, truth


def without_marks(name: str, marked: str) -> tuple[str, list[Passage]]:
    """Return a text without its marks, and the passages in order; marks may overlap."""
    text, last = "", 0
    opened: dict[str, int] = {}
    passages = []
    for tag in TAG.finditer(marked):
        text += marked[last : tag.start()]
        last = tag.end()
        if tag[1]:
            passages.append(Passage(name, opened.pop(tag[2]), len(text), tag[2]))
        else:
            opened[tag[2]] = len(text)
    if opened:
        raise ValueError(f"{name}: never closed: {', '.join(opened)}")
    return text + marked[last:], sorted(passages, key=lambda each: (each.start, each.end))


def simulate(
    texts: Mapping[str, str], truth: Iterable[Passage], coder: Coder, rng_for: RngFor
) -> list[Passage]:
    """Return what a coder marks where the truth is this."""
    rng = rng_for(f"codings/{coder.id}")
    edges = {name: edges_of(text) for name, text in texts.items()}
    found = []
    for each in truth:
        missed, confused, *moved = rng.random(4)
        ways = rng.integers(0, 2, size=2) * 2 - 1
        if missed < coder.miss:
            continue
        code = NEIGHBOURS.get(each.code, each.code) if confused < coder.confuse else each.code
        start, end = each.start, each.end
        # The end first: an edge never passes the other one.
        if moved[1] < coder.move:
            end = next_edge(edges[each.document], (start, end), at=1, way=int(ways[1]))
        if moved[0] < coder.move:
            start = next_edge(edges[each.document], (start, end), at=0, way=int(ways[0]))
        found.append(Passage(each.document, start, end, code))
    return found


def edges_of(text: str) -> list[tuple[int, int]]:
    """Return starts and ends of all sentences that somebody says, turn by turn."""
    return [
        (int(start), int(end))
        for said in SAID.finditer(text)
        for start, end in zip(*sentences(text, *said.span(1)), strict=True)
    ]


def next_edge(edges: Sequence[tuple[int, int]], span: tuple[int, int], *, at: int, way: int) -> int:
    """Return the next start (at 0) or end (at 1) of a sentence before or after an edge.

    An edge stays where the passage would go, or would grow over the label of a speaker.
    """
    here = span[at]
    others = [edge[at] for edge in edges if (edge[at] - here) * way > 0]
    if not others:
        return here
    there = min(others, key=lambda place: abs(place - here))
    outwards = (way > 0) == (at == 1)
    if not outwards:
        inside = there < span[1] if at == 0 else there > span[0]
        return there if inside else here
    gap = range(min(here, there), max(here, there))
    held = [edge for edge in edges if edge[0] in gap or edge[1] - 1 in gap]
    between = sum(end - start for start, end in held)
    # Sentences of one turn are a space apart; a new turn has a label and empty lines.
    return there if between + len(held) >= len(gap) else here


def rows_of(passages: Sequence[Passage], coder: str) -> list[dict[str, Any]]:
    """Return passages as rows of codings, each with an id and a time."""
    rows: list[dict[str, Any]] = []
    counted: Counter[str] = Counter()
    for each in passages:
        phase = each.document[0]
        counted[phase] += 1
        at = BEGUN[phase] + EACH_TAKES * counted[phase]
        key = (coder, each.document, str(each.start), str(each.end), each.code)
        rows.append(
            {
                "id": made_guid(*key),
                "document": each.document,
                "version": 1,
                "start": each.start,
                "end": each.end,
                "code": each.code,
                "coder": coder,
                "at": at.strftime(TIME),
                "origin": "person",
            }
        )
    return rows


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a row a line as JSON."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def project_of(
    study: str, texts: Mapping[str, str], codes: Sequence[Code], rows: Sequence[Mapping[str, Any]]
) -> Any:  # noqa: ANN401  (a record of the exchange)
    """Return the work of a coder as a project that other programs read."""
    at = BEGUN["S"].strftime(TIME)
    outgoing = Outgoing(
        study=study,
        title=f"{study} (SIMULATED)",
        origin=f"consilience {__version__}",
        at=at,
        texts=[
            OutgoingText(
                document=Document(id=name, name=name, interview=name, simulated=True),
                version=Version(
                    document=name,
                    number=1,
                    kind="raw",
                    parent=None,
                    sha256=text_hash(text),
                    length=len(text),
                    sealed=False,
                    at=at,
                    actor="make_codings.py",
                ),
                content=text.encode(),
            )
            for name, text in texts.items()
        ],
        codes=codes,
        codings=pa.Table.from_pylist(list(rows), schema=CODING),
    )
    return outgoing_project(outgoing)[0]


def expected_f1(truth: Sequence[Passage]) -> dict[str, float]:
    """Return the agreement on passages that the rates imply, by code and for all.

    Of the passages that either coder marked with a code, twice the share that both did: F1, or
    Dice. Moved edges do not matter to it, since the passages still meet.
    """
    count = Counter(each.code for each in truth)
    one, other = CODERS
    both: dict[str, float] = {}
    marked: dict[str, float] = {}
    for code, number in count.items():
        neighbour = NEIGHBOURS.get(code)
        near = count[neighbour] if neighbour else 0
        kept = [(1 - coder.miss, coder.confuse if neighbour else 0.0) for coder in (one, other)]
        own = np.prod([keep * (1 - confuse) for keep, confuse in kept])
        taken = np.prod([keep * confuse for keep, confuse in kept])
        both[code] = float(number * own + near * taken)
        marked[code] = sum(
            number * keep * (1 - confuse) + near * keep * confuse for keep, confuse in kept
        )
    shares = {code: round(2 * both[code] / marked[code], 4) for code in sorted(count)}
    return {**shares, "all": round(2 * sum(both.values()) / sum(marked.values()), 4)}


if __name__ == "__main__":
    main()
