"""Make SIMULATED schools, and their answers to the pro forma."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from example_answers import Floats, as_text, own_answers, streams, texts

import consilience
from consilience.design.model import Question
from consilience.formats.tables import read_table, write_csv
from consilience.frame.model import Frame


def write_schools(folder: Path, frame: Frame, rng: np.random.Generator) -> None:
    """Write invented schools, as many of each kind in each area as there were in 2019."""
    with (folder / "facts" / "schools-per-area.csv").open(encoding="utf-8") as handle:
        facts = [row for row in csv.DictReader(handle) if row["phase"] != "independent"]
    table = frame.table
    place = {
        area: (code, x, y, 15_000.0 if kind == "County" else 4_000.0)
        for area, code, x, y, kind in zip(
            *(table.column(name).to_pylist() for name in ("id", "dfe_code", "x", "y", "type")),
            strict=True,
        )
    }
    facts = [row for row in facts if row["area"] in place]
    counts = np.array([int(row["schools"]) for row in facts])
    of = np.repeat(np.arange(len(facts)), counts)
    total = len(of)
    urns = np.arange(900_001, 900_001 + total)
    share = np.array([number(row["faith_share"]) for row in facts])[of]
    faith = np.where(rng.random(total) < share, "religious", "none")
    east, north, spread = (
        np.array([place[row["area"]][at] for row in facts])[of] for at in (1, 2, 3)
    )
    columns = {
        "urn": [str(urn) for urn in urns],
        "name": [f"Simulated school {urn}" for urn in urns],
        "la_code": [place[facts[at]["area"]][0] for at in of],
        "phase": [facts[at]["phase"] for at in of],
        "status": [facts[at]["status"] for at in of],
        "pupils": whole(quantiles(facts, "pupils", of, rng)),
        "fsm": tenths(np.clip(quantiles(facts, "fsm", of, rng), 0, 100)),
        "faith": [None if np.isnan(known) else str(each) for each, known in
                  zip(faith, share, strict=True)],
        "easting": whole(east + spread * rng.standard_normal(total)),
        "northing": whole(north + spread * rng.standard_normal(total)),
    }  # fmt: skip
    write_csv(texts(columns), folder / "intake" / "schools.csv")


def number(text: str) -> float:
    """Return a number, NaN for an empty text."""
    return float(text) if text else float("nan")


def quantiles(
    facts: Sequence[Mapping[str, str]],
    name: str,
    of: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> Floats:
    """Return values drawn between the quartiles of each kind, and as far again outside."""
    low, middle, high = (
        np.array([number(row[f"{name}_{part}"]) for row in facts])
        for part in ("q1", "median", "q3")
    )
    points = np.stack([low - 0.6 * (middle - low), low, middle, high, high + (high - middle)])
    at = 4 * rng.random(len(of))
    left = np.floor(at).astype(int).clip(0, 3)
    start, end = points[left, of], points[left + 1, of]
    drawn: Floats = start + (at - left) * (end - start)
    return drawn


def whole(values: Floats) -> list[str | None]:
    """Return whole numbers as text, None for NaN."""
    return [None if np.isnan(value) else str(max(0, round(value))) for value in values.tolist()]


def tenths(values: Floats) -> list[str | None]:
    """Return numbers with one decimal as text, None for NaN."""
    return [None if np.isnan(value) else f"{value:.1f}" for value in values.tolist()]


def make_pro_forma(folder: Path) -> None:
    """Write answers of schools in the areas that the study has chosen."""
    opened = consilience.open_study(folder)
    opened.run(until="cases")
    areas = opened.table("cases", "choice").column("unit").to_pylist()
    frame = opened.table("areas", "frame")
    codes = dict(
        zip(frame.column("id").to_pylist(), frame.column("dfe_code").to_pylist(), strict=True)
    )
    study = opened.study
    schools = read_table(folder / "intake" / "schools.csv")
    here = pc.is_in(schools.column("la_code"), pa.array([codes[each] for each in areas]))
    schools = schools.filter(here)
    rng = streams(study)("pro-forma")
    answering = rng.random(schools.num_rows) < np.where(
        np.array(schools.column("phase").to_pylist()) == "primary", 0.42, 0.5
    )
    schools = schools.filter(pa.array(answering))
    count = schools.num_rows
    by_name = set(rng.permutation(count)[:5].tolist())
    instrument = study.instruments[study.stage("pro-forma").instrument]
    labels = study.scales["agreement"].points or {}
    roles = ("Designated safeguarding lead", "Head", "Deputy head")
    days = np.sort(np.floor(49 * rng.beta(0.8, 1.2, size=count))).astype(int)
    columns = {
        "id": [f"SIM-P-{at:04d}" for at in range(1, count + 1)],
        "urn": [
            None if at in by_name else urn
            for at, urn in enumerate(schools.column("urn").to_pylist())
        ],
        "school": schools.column("name").to_pylist(),
        "role": [str(role) for role in rng.choice(roles, size=count)],
        "submitted": [str(dt.date(2018, 6, 1) + dt.timedelta(days=int(day))) for day in days],
        **{
            question.id: as_text(question, pro_forma_answers(question, count, rng), labels)
            for question in instrument.questions
        },
    }
    # The first three schools answered twice.
    again = {name: [*cells, *cells[:3]] for name, cells in columns.items()}
    again["id"] = [f"SIM-P-{at:04d}" for at in range(1, count + 4)]
    write_csv(texts(again), folder / "intake" / "pro-forma.csv")


def pro_forma_answers(question: Question, count: int, rng: np.random.Generator) -> Floats:
    """Return answers of schools; somewhat under half are willing to be visited."""
    if question.id == "willing":
        return np.where(rng.random(count) < 0.45, 1.0, 2.0)
    if question.kind == "number":
        return np.round(rng.gamma(3.0, 2.5, size=count).clip(0, 40))
    return own_answers(question, count, rng)
