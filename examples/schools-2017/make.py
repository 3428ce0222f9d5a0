"""Make the SIMULATED fieldwork of this example, with its known truth.

    python make.py              everything
    python make.py fieldwork    the frame of schools, boards, answers of three surveys, interviews
    python make.py pro-forma    answers of schools in the areas chosen by then

The same seed (in study.yaml) gives the same bytes. Nothing here was answered by anybody.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter
from example_answers import (
    COMMENTS,
    Floats,
    RngFor,
    as_text,
    own_answers,
    streams,
    texts,
    write_rows,
)
from example_climate import make_climate
from example_schools import make_pro_forma, write_schools
from make_codings import make_codings

from consilience.design.model import Instrument, Study, SurveyStage
from consilience.design.read import read_study
from consilience.formats.sav import write_sav
from consilience.formats.tables import write_csv
from consilience.frame.load import load_frame
from consilience.frame.model import Frame
from consilience.rehearsal.model import Effects, Fieldwork, Pattern
from consilience.rehearsal.simulate import on_scale, simulate_fieldwork

HERE = Path(__file__).resolve().parent
NOTE = "SIMULATED: invented answers for the example schools-2017"

# What was published: answers to each survey, and areas complete in all three.
PATTERN = Pattern(complete={"education": 93, "social-care": 80, "board": 82}, together=39)
# What drives the outcome, in this simulation: trust most, early help and clear roles not at all.
EFFECTS = Effects(
    drivers={
        "success": {
            "trust": 0.45, "information-sharing": 0.35, "leadership": 0.25, "thresholds": 0.15,
        }
    }
)  # fmt: skip
MISSING_CODE = -9.0
ITEM_MISSING = 0.015
LONG_WORD = 6
WINDOW = {
    "education": (dt.date(2017, 10, 2), dt.date(2018, 3, 31)),
    "social-care": (dt.date(2017, 10, 2), dt.date(2018, 3, 31)),
    "board": (dt.date(2018, 1, 8), dt.date(2018, 3, 31)),
}
MERGED_FROM = dt.date(2018, 2, 1)
# Of the areas without a complete answer: how many ended how.
UNFINISHED = {
    "education": {"partial": 4, "started": 5, "refused": 3, "log-refused": 4, "log-no-reply": 6},
    "social-care": {"partial": 5, "started": 4, "log-refused": 5, "log-no-reply": 4},
    "board": {"partial": 3, "started": 3, "log-refused": 3},
}
LATE = {"education": 6, "social-care": 4, "board": 3}
ROLES = {
    "education": ("Head of school effectiveness", "Safeguarding adviser", "LADO"),
    "social-care": ("Head of service", "Team manager", "Assistant director"),
    "board": ("Independent chair", "Business manager"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Informants:
    """What the informants of one agency would answer: (areas, items) each."""

    items: tuple[str, ...]
    latent: Floats
    truth: Floats
    value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One board and the areas (positions) it speaks for, the first of them leading."""

    id: str
    name: str
    areas: tuple[int, ...]
    merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One response: of an area (position), ending so, on a day."""

    area: int
    end: str
    day: dt.date
    key: str | None
    name: str | None
    role: str
    # Position of the area whose informant answers, and how much another draw shifts answers.
    shift: int = 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    choices = ("all", "fieldwork", "pro-forma")
    parser.add_argument("what", nargs="?", default="all", choices=choices)
    parser.add_argument("--folder", type=Path, default=HERE, help="the study folder")
    given = parser.parse_args(arguments)
    if given.what != "pro-forma":
        make_fieldwork(given.folder)
        make_codings(given.folder)
    if given.what != "fieldwork":
        make_pro_forma(given.folder)


def make_fieldwork(folder: Path) -> None:
    """Write schools, boards, three surveys with their contact logs, and the truth."""
    for name in ("intake/schools.csv", "frames/boards.csv"):
        # A study whose frames are not there cannot be read; they are about to be.
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    study = read_study(folder)
    rng_for = streams(study)
    frame, _ = load_frame(study.stage("areas"), folder=folder, areas=None, simulated=True)
    areas = frame.table.column("id").to_pylist()
    work = simulate_fieldwork(
        areas=areas,
        constructs=study.constructs,
        span=study.scales["agreement"].span,
        pattern=PATTERN,
        effects=EFFECTS,
        rng_for=rng_for,
    )
    complete = work.response.column("complete").to_numpy(zero_copy_only=False)
    complete = complete.reshape(len(areas), len(PATTERN.complete))
    boards = make_boards(frame, complete[:, 2], rng_for("boards"))
    informants = {agency: informants_of(work, agency) for agency in PATTERN.complete}
    informants["board"] = spoken_for(informants["board"], boards)
    ends = {
        agency: ends_of(agency, complete, number, boards, rng_for(f"ends/{agency}"))
        for number, agency in enumerate(PATTERN.complete)
    }
    write_boards(folder / "frames" / "boards.csv", boards, frame)
    write_education(folder, study, frame, ends["education"], informants["education"], rng_for)
    write_social_care(folder, study, frame, ends["social-care"], informants["social-care"], rng_for)
    write_board(folder, study, boards, ends["board"], informants["board"], rng_for)
    for agency, by_area in ends.items():
        write_contacts(folder / "intake" / f"{agency}-contacts.csv", by_area, frame)
    write_truth(folder / "intake", areas, work, informants)
    write_schools(folder, frame, rng_for("schools"))
    make_climate(folder, rng_for("climate"))


def informants_of(work: Fieldwork, agency: str) -> Informants:
    """Return the answers of one agency as matrices."""
    rows = work.answer.filter(pc.equal(work.answer.column("agency"), agency))
    count = work.area.num_rows
    items = tuple(rows.column("item").to_pylist()[::count])
    latent, truth, value = (
        rows.column(name).to_numpy().reshape(len(items), count).T
        for name in ("latent", "truth", "value")
    )
    return Informants(items=items, latent=latent, truth=truth, value=value)


# --- boards -----------------------------------------------------------------------------


def natural(name: str) -> str:
    """Return 'City of Bristol' for 'Bristol, City of'."""
    head, _, tail = name.partition(", ")
    return f"{tail} {head}" if tail.endswith(" of") else name


def make_boards(
    frame: Frame, complete: npt.NDArray[np.bool_], rng: np.random.Generator
) -> list[Board]:
    """Return one board an area, but six that speak for two or three neighbours.

    Only areas that end alike share a board, so that the number of areas answered for holds.
    """
    table = frame.table
    region = table.column("region").to_pylist()
    place = np.column_stack([table.column("x").to_numpy(), table.column("y").to_numpy()])
    names = [natural(name) for name in table.column("name").to_pylist()]
    groups: list[tuple[int, ...]] = []
    free = set(range(table.num_rows))
    wanted = [(True, 2), (True, 2), (True, 3), (True, 2), (False, 2), (False, 3)]
    for lead in rng.permutation(table.num_rows).tolist():
        if not wanted:
            break
        alike, size = wanted[0]
        if lead not in free or complete[lead] != alike:
            continue
        near = [at for at in np.argsort(np.hypot(*(place - place[lead]).T)).tolist() if at in free]
        fellows = [at for at in near if region[at] == region[lead] and complete[at] == alike]
        if len(fellows) >= size:
            groups.append(tuple(fellows[:size]))
            free -= set(fellows[:size])
            wanted.pop(0)
    shared = {group[0]: group for group in groups}
    units = [shared.get(at, (at,)) for at in range(table.num_rows) if at in free or at in shared]
    return [
        Board(
            id=f"B{number:03d}",
            name=f"{joined([names[at] for at in unit])} Safeguarding Children Board",
            areas=unit,
            merged=unit == groups[0],
        )
        for number, unit in enumerate(units, start=1)
    ]


def joined(names: Sequence[str]) -> str:
    """Return 'A', 'A and B' or 'A, B and C'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def spoken_for(board: Informants, boards: Iterable[Board]) -> Informants:
    """Return the answers with those of a shared board the same in all its areas."""
    lead = np.arange(len(board.truth))
    for each in boards:
        lead[list(each.areas)] = each.areas[0]
    return replace(
        board, latent=board.latent[lead], truth=board.truth[lead], value=board.value[lead]
    )


def write_boards(path: Path, boards: Iterable[Board], frame: Frame) -> None:
    """Write which board speaks for which area from when to when."""
    codes = frame.table.column("dfe_code").to_pylist()
    names = frame.table.column("name").to_pylist()
    rows = []
    for board in boards:
        for number, area in enumerate(board.areas):
            late = board.merged and number > 0
            since = MERGED_FROM.isoformat() if late else None
            rows.append((board.id, board.name, codes[area], since, None))
            if late:
                until = (MERGED_FROM - dt.timedelta(days=1)).isoformat()
                own = f"{natural(names[area])} Safeguarding Children Board"
                rows.append((f"{board.id}-former-{number}", own, codes[area], None, until))
    write_rows(path, ("body", "name", "area", "from", "to"), rows)


# --- how each area ends up --------------------------------------------------------------


def ends_of(
    agency: str,
    complete: npt.NDArray[np.bool_],
    number: int,
    boards: Sequence[Board],
    rng: np.random.Generator,
) -> list[str]:
    """Return how each area ended: complete as simulated, the others spread over the rest.

    A partial answer comes only where another agency did not answer, so that the areas complete
    in all are those simulated.
    """
    ends = ["complete" if flag else "silent" for flag in complete[:, number]]
    single = {board.areas[0] for board in boards if len(board.areas) == 1}
    open_to = [
        at
        for at in rng.permutation(len(ends)).tolist()
        if ends[at] == "silent" and (agency != "board" or at in single)
    ]
    for end, count in UNFINISHED[agency].items():
        fit = [at for at in open_to if end != "partial" or not complete[at].sum() >= 2]
        for at in fit[:count]:
            ends[at] = end
            open_to.remove(at)
    return ends


def write_contacts(path: Path, ends: Sequence[str], frame: Frame) -> None:
    """Write what fieldwork noted of areas from which nothing came."""
    codes = frame.table.column("dfe_code").to_pylist()
    reasons = {"refused": "no capacity this year", "no-reply": "post vacant, three reminders"}
    rows = [
        (code, end.removeprefix("log-"), reasons[end.removeprefix("log-")])
        for code, end in zip(codes, ends, strict=True)
        if end.startswith("log-")
    ]
    write_rows(path, ("unit", "disposition", "reason"), rows)


def days_of(agency: str, count: int, rng: np.random.Generator) -> list[dt.date]:
    """Return days within the window, most towards reminders, and a few late ones last."""
    opens, closes = WINDOW[agency]
    span = (closes - opens).days
    offsets = np.floor(span * rng.beta(0.9, 0.9, size=count)).astype(int)
    offsets[count - LATE[agency] :] = span + rng.integers(1, 14, size=LATE[agency])
    return [opens + dt.timedelta(days=int(offset)) for offset in offsets]


def records_of(
    agency: str, ends: Sequence[str], units: Sequence[int], rng: np.random.Generator
) -> list[Record]:
    """Return one response for every unit from which something came, without keys yet."""
    coming = ("complete", "partial", "started", "refused")
    answering = [at for at in rng.permutation(units).tolist() if ends[at] in coming]
    # The last days are late: only complete answers take them.
    answering.sort(key=lambda at: ends[at] == "complete")
    days = days_of(agency, len(answering), rng)
    roles = rng.choice(ROLES[agency], size=len(answering))
    return [
        Record(area=at, end=ends[at], day=day, key=None, name=None, role=str(role))
        for at, day, role in zip(answering, days, roles, strict=True)
    ]


# --- answers ----------------------------------------------------------------------------


def answers_of(
    records: Sequence[Record],
    instrument: Instrument,
    informants: Informants,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Return question to raw answers, one a record, NaN where there is none."""
    areas = [record.area for record in records]
    shift = np.array([record.shift for record in records])[:, None]
    values = on_scale(informants.value[areas] + shift, (1, 5))
    values[rng.random(values.shape) < ITEM_MISSING] = np.nan
    kept = {"complete": 99, "partial": 20, "started": 6, "refused": 0}
    position = np.arange(values.shape[1])
    for row, record in enumerate(records):
        values[row, position >= kept[record.end]] = np.nan
    columns = dict(zip(informants.items, values.T, strict=True))
    answers = {}
    for question in instrument.questions:
        if question.id in columns:
            column = columns[question.id]
            # The file holds what was ticked; reading it turns reversed questions round.
            answers[question.id] = 6 - column if question.reverse else column
        else:
            own = own_answers(question, len(records), rng)
            answers[question.id] = np.where([r.end == "complete" for r in records], own, np.nan)
    return answers


def survey_of(study: Study, agency: str) -> tuple[SurveyStage, Instrument]:
    """Return the survey stage of an agency and its instrument."""
    stage = study.stage(f"survey-{agency}")
    return stage, study.instruments[stage.instrument]


def in_order(records: Iterable[Record]) -> list[Record]:
    """Return records as they came in."""
    return sorted(records, key=lambda record: (record.day, record.area, record.end))


def misspelt(name: str) -> str:
    """Return the name with two letters in the middle of its first long word swapped."""
    word = next(each for each in name.split() if len(each) >= LONG_WORD)
    at = len(word) // 2
    return name.replace(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1)


def named_otherwise(
    records: Sequence[Record], frame: Frame, *, by_name: int, wrong: int, rng: np.random.Generator
) -> list[Record]:
    """Return records with keys and names, some with a name only, some with a misspelt one."""
    codes = frame.table.column("dfe_code").to_pylist()
    names = frame.table.column("name").to_pylist()
    keyed = [replace(each, key=codes[each.area], name=names[each.area]) for each in records]
    plain = [at for at, each in enumerate(keyed) if each.end == "complete"]
    chosen = rng.permutation(plain).tolist()
    ways = (
        lambda name: f"{natural(name)} Council",
        lambda name: natural(name).replace(" and ", " & ").upper(),
        lambda name: f"{natural(name)} LA",
    )
    for number, at in enumerate(chosen[:by_name]):
        name = ways[number % len(ways)](names[keyed[at].area])
        keyed[at] = replace(keyed[at], key=None, name=name)
    long = [
        at
        for at in chosen[by_name:]
        if any(len(word) >= LONG_WORD for word in names[keyed[at].area].split())
    ]
    for at in long[:wrong]:
        keyed[at] = replace(keyed[at], key=None, name=misspelt(names[keyed[at].area]))
    return keyed


def write_education(
    folder: Path,
    study: Study,
    frame: Frame,
    ends: Sequence[str],
    informants: Informants,
    rng_for: RngFor,
) -> None:
    """Write a CSV of labels: names only, misspelt names, duplicates, one from outside."""
    rng = rng_for("education")
    _, instrument = survey_of(study, "education")
    records = records_of("education", ends, range(len(ends)), rng)
    records = named_otherwise(records, frame, by_name=4, wrong=3, rng=rng)
    twice = [each for each in records if each.end == "complete" and each.key][:2]
    week = dt.timedelta(days=7)
    records += [
        # The same person again: the later one counts, and answered a point lower before.
        replace(twice[0], day=twice[0].day - week, shift=-1),
        replace(twice[1], day=twice[1].day - week, end="started"),
        # Not in the frame: a person rejects it.
        replace(twice[0], key="201", name="City of London", day=dt.date(2017, 11, 6), shift=1),
    ]
    records = in_order(records)
    answers = answers_of(records, instrument, informants, rng)
    words = {"complete": "Finished", "partial": "Partial", "refused": "Declined"}
    labels = study.scales["agreement"].points or {}
    columns = {
        "id": [f"SIM-E-{number:03d}" for number in range(1, len(records) + 1)],
        "la_code": [each.key for each in records],
        "authority": [each.name for each in records],
        "role": [each.role for each in records],
        "submitted": [f"{each.day:%d/%m/%Y}" for each in records],
        "status": [words.get(each.end) for each in records],
        **{q.id: as_text(q, answers[q.id], labels) for q in instrument.questions},
    }
    # Somebody opened the link and went away.
    opened = dict.fromkeys(columns) | {"id": "SIM-E-000"}
    columns = {name: [*cells, opened[name]] for name, cells in columns.items()}
    write_csv(texts(columns), folder / "intake" / "education.csv")


def write_social_care(
    folder: Path,
    study: Study,
    frame: Frame,
    ends: Sequence[str],
    informants: Informants,
    rng_for: RngFor,
) -> None:
    """Write a workbook of codes, without a status: the share answered decides."""
    rng = rng_for("social-care")
    _, instrument = survey_of(study, "social-care")
    records = records_of("social-care", ends, range(len(ends)), rng)
    records = in_order(named_otherwise(records, frame, by_name=2, wrong=1, rng=rng))
    answers = answers_of(records, instrument, informants, rng)
    book = xlsxwriter.Workbook(folder / "intake" / "social-care.xlsx", {"in_memory": True})
    # A fixed time of creation: the same bytes whenever it is made.
    fixed = dt.datetime(2018, 4, 16)  # noqa: DTZ001  (workbooks know no time zones)
    book.set_properties({"title": NOTE, "created": fixed})
    sheet = book.add_worksheet("simulated answers")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    head = ["id", "la_code", "authority", "role", "submitted"]
    sheet.write_row(0, 0, [*head, *(question.id for question in instrument.questions)])
    for row, record in enumerate(records, start=1):
        sheet.write_row(row, 0, [f"SIM-S-{row:03d}", record.key, record.name, record.role])
        sheet.write_datetime(row, 4, dt.datetime.combine(record.day, dt.time()), day)
        for column, question in enumerate(instrument.questions, start=len(head)):
            value = answers[question.id][row - 1]
            if np.isnan(value):
                continue
            sheet.write(row, column, COMMENTS[int(value)] if question.kind == "open" else value)
    book.close()


def write_board(
    folder: Path,
    study: Study,
    boards: Sequence[Board],
    ends: Sequence[str],
    informants: Informants,
    rng_for: RngFor,
) -> None:
    """Write an SPSS file whose answers name the board, two of them misspelt."""
    rng = rng_for("board")
    _, instrument = survey_of(study, "board")
    by_lead = {board.areas[0]: board for board in boards}
    records = [
        replace(record, name=by_lead[record.area].name)
        for record in records_of("board", ends, sorted(by_lead), rng)
    ]
    several = [at for at, each in enumerate(records) if len(by_lead[each.area].areas) > 1]
    for at in several:
        if by_lead[records[at].area].merged:
            records[at] = replace(records[at], day=MERGED_FROM + dt.timedelta(days=19))
    unmerged = [at for at in several if not by_lead[records[at].area].merged]
    alone = [at for at, r in enumerate(records) if r.end == "complete" and at not in several]
    for at in (unmerged[0], alone[0]):
        records[at] = replace(records[at], name=misspelt(records[at].name or ""))
    records = in_order(records)
    answers = answers_of(records, instrument, informants, rng)
    columns: dict[str, pa.Array] = {
        "id": pa.array([f"SIM-B-{number:03d}" for number in range(1, len(records) + 1)]),
        "board": pa.array([record.name for record in records]),
        "role": pa.array([record.role for record in records]),
        "submitted": pa.array([record.day for record in records]),
    }
    scale = study.scales["agreement"]
    labels: dict[str, str] = {}
    value_labels: dict[str, Mapping[int, str]] = {}
    missing: dict[str, list[float]] = {}
    for question in instrument.questions:
        name, values = question.id.replace("-", "_"), answers[question.id]
        labels[name] = question.text
        if question.kind == "open":
            columns[name] = pa.array(as_text(question, values, {}), type=pa.string())
            continue
        if question.kind == "scale":
            finished = np.array([record.end == "complete" for record in records])
            values = np.where(np.isnan(values) & finished, MISSING_CODE, values)
            value_labels[name] = {**(scale.points or {}), **scale.missing}
            missing[name] = [MISSING_CODE]
        elif question.options:
            value_labels[name] = question.options
        columns[name] = pa.array(values, mask=np.isnan(values))
    write_sav(
        folder / "intake" / "board.sav",
        pa.table(columns),
        labels=labels,
        value_labels=value_labels,
        missing=missing,
        note=NOTE,
    )


def write_truth(
    intake: Path, areas: Sequence[str], work: Fieldwork, informants: Mapping[str, Informants]
) -> None:
    """Write what is true: answers without error, and how far informants really differ."""
    tables = [
        pa.table(
            {
                "area": [area for area in areas for _ in each.items],
                "agency": [agency] * each.truth.size,
                "item": list(each.items) * len(areas),
                "latent": each.latent.ravel(),
                "truth": each.truth.ravel(),
                "value": each.value.ravel(),
            }
        )
        for agency, each in informants.items()
    ]
    whole = pa.concat_tables(tables).replace_schema_metadata({"note": NOTE})
    pq.write_table(whole, intake / "truth.parquet", compression="zstd")
    write_csv(work.area, intake / "truth-areas.csv")
    drivers = [
        (outcome, name, f"{weight:g}")
        for outcome, weights in EFFECTS.drivers.items()
        for name, weight in weights.items()
    ]
    write_rows(intake / "truth-drivers.csv", ("outcome", "driver", "weight"), drivers)


if __name__ == "__main__":
    main()
