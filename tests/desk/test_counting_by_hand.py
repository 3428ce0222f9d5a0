"""Tables of codes and passages found, against a count of every character in plain Python."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest

from consilience.base.seeds import stream
from consilience.coding.model import CODING, Code
from consilience.desk.coded_tables import code_table
from consilience.desk.kept import at_work
from consilience.desk.retrieval import Filters, find, person_called
from consilience.desk.run import run
from consilience.interviews.model import Document, Turn
from consilience.store.codings import insert_codings, save_codes
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document

sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))  # the tests are no package

from talk_study import write_study

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# Attributes as large and as small as registers have them, one called like the column of cases.
AREAS = {
    "A01": {"region": "north", "pupils": "1234567", "share": "0.1234567", "case": "open"},
    "A02": {"region": "south", "pupils": "1234568", "share": "0.1234568", "case": "closed"},
    "A03": {"region": "south", "pupils": "7", "share": "", "case": "open"},
}
KINDS = ("interview", "group", "answer", "note")
CODES = (
    Code(id="feedback", name="Feedback", codable=False),
    Code(id="none", name="None given", parent="feedback"),
    Code(id="late", name="Late", parent="feedback", position=1),
    Code(id="very", name="Very late", parent="late"),
    Code(id="region", name="Region", position=1),
)
ABOVE = {
    "none": ("none", "feedback"), "late": ("late", "feedback"), "region": ("region",),
    "very": ("very", "late", "feedback"), "feedback": ("feedback",),
}  # fmt: skip
LENGTH = 30


class Talk(NamedTuple):
    """A text: who says each of its characters, None where nobody is named."""

    id: str
    kind: str
    case: str | None
    turns: list[Turn]
    said: list[str | None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a study whose frame of areas has run."""
    made = write_study(tmp_path_factory.mktemp("by hand") / "study")
    names = list(AREAS["A01"])
    yaml = (made / "study.yaml").read_text()
    attributes = ", ".join(f"{name}: {name}" for name in names)
    columns = f"columns: {{id: code, name: name, attributes: {{{attributes}}}}}"
    (made / "study.yaml").write_text(yaml.replace("columns: {id: code, name: name}", columns))
    rows = [",".join([key, key.title(), *known.values()]) for key, known in AREAS.items()]
    (made / "areas.csv").write_text("\n".join([",".join(["code", "name", *names]), *rows]))
    run(made, at=AT, actor="test", until="areas")
    return made


def some_talks(chance):
    """Make texts of turns with gaps between them, empty turns and turns of nobody."""
    talks = []
    for number in range(int(chance.integers(2, 6))):
        said, turns, place = [None] * LENGTH, [], 0
        while (place := place + int(chance.integers(0, 3))) < LENGTH - 4:
            start, first = place, place + int(chance.integers(0, 3))
            place = min(LENGTH, first + int(chance.integers(0, 7)))
            speaker = (None, "I", "R", "r")[int(chance.integers(4))]
            if start < place:
                turns.append(Turn(speaker=speaker, start=start, said=first, end=place))
                said[first:place] = [speaker] * (place - first)
        case = (None, *AREAS)[int(chance.integers(4))]
        talks.append(Talk(f"t{number}", KINDS[int(chance.integers(4))], case, turns, said))
    return talks


def some_codings(chance, talks):
    """Make codings, of which some are the same but for their id."""
    rows = []
    for number in range(int(chance.integers(0, 25))):
        if rows and chance.random() < 0.2:
            rows.append(rows[int(chance.integers(len(rows)))] | {"id": f"k{number}"})
            continue
        start = int(chance.integers(0, LENGTH))
        rows.append(
            {
                "id": f"k{number}", "document": talks[int(chance.integers(len(talks)))].id,
                "version": 1, "start": start, "end": int(chance.integers(start + 1, LENGTH + 1)),
                "code": CODES[int(chance.integers(1, 5))].id,
                "coder": ("anna", "ben", "carl")[int(chance.integers(3))], "at": "",
                "origin": "person",
            }
        )  # fmt: skip
    return rows


def once(codings):
    """Return the first of those that say the same: they count once."""
    names = ("document", "start", "end", "code", "coder")
    return list({tuple(c[name] for name in names): c for c in reversed(codings)}.values())


@pytest.fixture(params=range(4))
def studied(request, folder, tmp_path):
    """Return the database of a study, its folder, its texts, and its codings, each once."""
    chance = stream(request.param, "by hand")
    talks = some_talks(chance)
    codings = some_codings(chance, talks)
    with at_work(shutil.copytree(folder, tmp_path / "study")) as engine:
        with transaction(engine) as connection:
            save_codes(connection, CODES)
            for talk in talks:
                keep_document(
                    connection, Document(id=talk.id, name=talk.id.upper(), kind=talk.kind,
                                         case=talk.case),
                    text="a" * LENGTH, turns=talk.turns, sealed=False, at="2026", actor="test",
                )  # fmt: skip
            insert_codings(connection, pa.Table.from_pylist(codings, schema=CODING))
        yield engine, tmp_path / "study", talks, once(codings)


def filters_over(talks, codings):
    """Yield filters of each kind alone, and two at once."""
    cases = sorted({t.case for t in talks if t.case})
    coders = sorted({c["coder"] for c in codings})
    speakers = sorted({n.lower() for t in talks for turn in t.turns if (n := turn.speaker)})
    each = [
        {"documents": [talks[0].id, talks[-1].id.upper()]},
        {"kinds": sorted({t.kind for t in talks})[:2]},
        {"attributes": {"region": ["south"]}},
        {"attributes": {"region": ["south", "north"], "case": ["open"]}},
        {"attributes": {"pupils": ["1234567"]}},
        {"attributes": {"share": ["0.1234568"]}},
        *[{"cases": [case]} for case in cases[:1]],
        *[{"coders": coders[:2]} for _ in coders[:1]],
        *[{"speakers": [name]} for name in speakers],
    ]
    yield {}
    yield from each
    yield from (one | other for one, other in itertools.pairwise(each) if not set(one) & set(other))
    yield from (one | each[-1] for one in each[:4] if "speakers" in each[-1])


def asked_of(talks, filters):
    """Return the texts that filters let through, in the order of their names."""
    chosen = []
    for talk in talks:
        known = AREAS.get(talk.case, {})
        if (
            {talk.id, talk.id.upper()} & set(filters.get("documents", [talk.id]))
            and talk.kind in filters.get("kinds", [talk.kind])
            and talk.case in filters.get("cases", [talk.case])
            and all(known.get(n) in levels for n, levels in filters.get("attributes", {}).items())
        ):
            chosen.append(talk)
    return chosen


def places_of(coding, talk, speakers):
    """Return the characters of a coding that one of these speakers says, all if none is named."""
    span = range(coding["start"], coding["end"])
    wanted = {name.lower() for name in speakers}
    return {p for p in span if not wanted or (talk.said[p] or "").lower() in wanted}


def counted(talks, codings, filters, *, by, measure, below):
    """Count in plain Python what `code_table` counts."""
    chosen = {talk.id: talk for talk in asked_of(talks, filters)}
    speakers = filters.get("speakers", ())
    kept = [
        c for c in codings
        if c["document"] in chosen and c["coder"] in filters.get("coders", [c["coder"]])
        and places_of(c, chosen[c["document"]], speakers)
    ]  # fmt: skip
    named = [(n, talk) for talk in chosen.values() for n in sorted({*talk.said} - {None, ""})]
    wanted = {name.lower() for name in speakers}
    rows = {
        "case": sorted({talk.case for talk in chosen.values() if talk.case}),
        "document": sorted(chosen),
        "coder": sorted({c["coder"] for c in kept}),
        "speaker": [
            f"{n} ({talk.id.upper()})" for n, talk in named if not wanted or n.lower() in wanted
        ],
    }[by]
    shown = [code.id for code in CODES if code.codable or below]
    table = []
    for row in rows:
        cells = dict.fromkeys(shown, 0)
        for code in shown:
            marked = []
            for c in kept:
                talk = chosen[c["document"]]
                own = {"case": talk.case, "document": talk.id, "coder": c["coder"]}.get(by, row)
                places = places_of(c, talk, speakers)
                if by == "speaker":
                    said = f" ({talk.id.upper()})"
                    places = {p for p in places if f"{talk.said[p]}{said}" == row}
                if own == row and places and code in (ABOVE[c["code"]] if below else [c["code"]]):
                    marked.append({(talk.id, p) for p in places})
            number = len(set().union(*marked)) if measure == "characters" else len(marked)
            cells[code] = min(number, 1) if measure == "presence" else number
        table.append({by: row, **cells})
    return table


def test_tables_of_codes(studied):
    engine, folder, talks, codings = studied
    person = person_called(engine, "somebody")
    measures = itertools.cycle(itertools.product(("count", "presence", "characters"), (0, 1)))
    for filters in filters_over(talks, codings):
        for by in ("case", "document", "coder", "speaker"):
            measure, below = next(measures)
            how = {"by": by, "measure": measure, "below": bool(below)}
            made = code_table(engine, folder, person=person, filters=Filters(**filters), **how)
            rows = made.table.select([by, *made.codes]).to_pylist()
            assert rows == counted(talks, codings, filters, **how), (filters, how)
            for name in {"pupils", "share"} & set(made.table.column_names):
                for row in made.table.to_pylist():
                    told = AREAS[row["case"]][name]
                    assert row[name] == (float(told) if told else None)


def test_passages_found(studied):
    engine, folder, talks, codings = studied
    person = person_called(engine, "somebody")
    for filters in filters_over(talks, codings):
        speakers = filters.get("speakers", ())
        for code in ("none", "late*", "*"):
            found = find(engine, folder, code, person=person, filters=Filters(**filters))
            ids = {"none": ["none"], "late*": ["late", "very"]}.get(code, list(ABOVE))
            marked = [
                (talk, c) for talk in asked_of(talks, filters) for c in codings
                if c["document"] == talk.id and c["code"] in ids
                and c["coder"] in filters.get("coders", [c["coder"]])
            ]  # fmt: skip
            wanted = {(t.id, p) for t, c in marked for p in places_of(c, t, speakers)}
            rows = found.passages.to_pylist()
            assert {
                (row["document"], p) for row in rows for p in range(row["start"], row["end"])
            } == wanted, (filters, code)
            if not speakers:
                spans = {(t.id, c["start"], c["end"]) for t, c in marked}
                assert [(r["document"], r["start"], r["end"]) for r in rows] == sorted(spans)
            assert found.texts == len({document for document, _ in wanted})
