"""Findings made up for the tests of the report: small, whole, consistent, the same each time.

Numbers are drawn, not computed by the rooms that compute them in earnest; what must add up does.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections import Counter

import numpy as np
import pyarrow as pa
from made_study import AGENCIES, CONSTRUCTS, make_study

from consilience.base.lineage import Lineage
from consilience.base.seeds import stream
from consilience.congruence import model as congruence
from consilience.frame.model import Attribute, Frame
from consilience.linkage import model as linkage
from consilience.report.model import Findings
from consilience.selection import model as selection
from consilience.surveys import model as surveys

STEMS = (
    "Ashford", "Barnsley", "Calder", "Dunmere", "Eastleigh", "Fenwick", "Garstang", "Hexham",
    "Ilminster", "Jarrow", "Kington", "Ludlow", "Malton", "Norham", "Otley", "Penrith", "Quorn",
    "Redcar", "Selby", "Thirsk", "Ulverston", "Ventnor", "Wells", "Yarm",
)  # fmt: skip
ENDINGS = (
    "", "and the Vale of Pickering", "upon Water", "Forest", "with Moorside", "Bay", "Cross",
    "Heath", "Mills", "North", "Regis", "St Mary", "Wold",
)  # fmt: skip
LABELS = ("very low", "low", "middle", "high", "very high")
STATES = ("complete", "partial", "started", "refused", "no-reply")


def table(schema, columns, rows):
    """Return a table of a schema from tuples; columns that are not named are null."""
    names = columns.split()
    full = [dict.fromkeys(schema.names) | dict(zip(names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(full, schema=schema)


def frame_table(columns):
    kinds = {"x": pa.float64(), "y": pa.float64(), "area": pa.string()}
    arrays = [pa.array(values, kinds.get(name)) for name, values in columns.items()]
    return pa.table(arrays, names=list(columns))


def make_areas(count, rng, *, places, simulated):
    x, y = rng.normal(450_000, 80_000, count), rng.normal(280_000, 110_000, count)
    names = [f"{stem} {end}".strip() for end, stem in itertools.product(ENDINGS, STEMS)]
    columns = {
        "id": [f"A{n:03d}" for n in range(count)],
        "name": names[:count],
        "area": [None] * count,
        "x": x if places else [None] * count,
        "y": y if places else [None] * count,
        "region": ["North" if v > 330_000 else "Midlands" if v > 250_000 else "South" for v in y],
        "type": rng.choice(("County", "Unitary authority", "London borough"), count).tolist(),
        "deprivation": rng.uniform(6, 42, count).round(2),
    }
    attributes = (
        Attribute(name="region", title="Region", kind="nominal"),
        Attribute(name="type", title="Type of authority", kind="nominal"),
        Attribute(name="deprivation", title="Deprivation", kind="numeric", unit="points"),
    )
    return Frame(
        id="areas", of="areas", date=dt.date(2017, 9, 1), source="A list made up for tests",
        licence="None needed", simulated=simulated, attributes=attributes,
        table=frame_table(columns),
    )  # fmt: skip


def make_schools(areas, rng):
    count = len(areas) * 8
    columns = {
        "id": [f"S{n:04d}" for n in range(count)],
        "name": [f"School {n} of {STEMS[n % len(STEMS)]}" for n in range(count)],
        "area": [areas[n // 8] for n in range(count)],
        "x": [None] * count,
        "y": [None] * count,
        "phase": [("primary", "primary", "secondary", "special")[n % 4] for n in range(count)],
        "pupils": rng.integers(40, 1600, count).astype(float),
    }
    attributes = (
        Attribute(name="phase", title="Phase", kind="nominal"),
        Attribute(name="pupils", title="Pupils", kind="numeric"),
    )
    return Frame(
        id="schools", of="schools", date=dt.date(2018, 9, 1), source="Made up", licence="",
        simulated=True, attributes=attributes, table=frame_table(columns),
    )  # fmt: skip


# --- responses --------------------------------------------------------------------------


def make_cases(areas, ids, rng):
    """Rows (area, survey, agency, response, disposition, late, duplicates, reason)."""
    liking = rng.normal(0, 0.8, len(areas))
    rows = []
    for agency in ids:
        drawn = liking + rng.normal(size=len(areas))
        states = np.digitize(-drawn, [0.45, 0.6, 0.7, 0.9])
        for at, area in enumerate(areas):
            state = STATES[states[at]]
            response = f"{agency[:2]}{at}" if states[at] < 2 else None
            reason = "Says it has no time." if state == "refused" else None
            late, twice = at % 17 == 0, int(at == 3)
            rows.append((area, f"survey-{agency}", agency, response, state, late, twice, reason))
    return rows


def make_links(frame, ids, rng):
    areas = frame.table["id"].to_pylist()
    cases = make_cases(areas, ids, rng)
    first = f"survey-{ids[0]}"
    links = [
        (survey, response, area, "body" if agency == "board" else "key", 100.0)
        for area, survey, agency, response, *_ in cases
        if response
    ]
    doubts = [
        (first, "x1", "Ashfrod", areas[0], "Ashford", 86.0, None, None),
        (first, "x1", "Ashfrod", areas[24], "Ashford and the Vale", 81.0, None, None),
        (first, "x2", "Barnsly", areas[1], "Barnsley", 93.0, "accept", "A slip."),
    ]
    twice = [(first, areas[3], "ed3b", "ed3", "latest-complete")]
    named = "area survey agency response disposition late duplicates reason"
    doubted = "survey response given area name score decision reason"
    return {
        "link": table(linkage.LINK, "survey response area method score", links),
        "doubt": table(linkage.DOUBT, doubted, doubts),
        "case": table(linkage.CASE, named, cases),
        "duplicate": table(linkage.DUPLICATE, "survey area response kept rule", twice),
        "linked_answer": linkage.LINKED_ANSWER.empty_table(),
        "rate": make_rates(cases, frame),
        "overlap": make_overlaps(cases, ids, len(areas)),
    }


def make_rates(cases, frame):
    units = {row["id"]: row for row in frame.table.to_pylist()}
    rows = []
    for survey in dict.fromkeys(case[1] for case in cases):
        own = [case for case in cases if case[1] == survey]
        for by in ("all", "region", "type"):
            levels = sorted({units[case[0]].get(by, "all") for case in own})
            for level in levels:
                some = [case for case in own if units[case[0]].get(by, "all") == level]
                count = Counter(case[4] for case in some)
                size, twice = len(some), sum(case[6] for case in some)
                late = sum(case[5] for case in some)
                odd, even = count["complete"] / size, (count["complete"] + count["partial"]) / size
                counts = [count[state] for state in STATES]
                rows.append((survey, by, level, size, size, *counts, 0, twice, late,
                             *[odd, even] * 3))  # fmt: skip
    return table(surveys.RATE, " ".join(surveys.RATE.names), rows)


def triples(cases, ids):
    done = [{case[0] for case in cases if case[2] == agency and case[3]} for agency in ids]
    return sorted(set.intersection(*done))


def make_overlaps(cases, ids, size):
    sets = list(itertools.combinations(ids, 2)) + ([tuple(ids)] if len(ids) > 2 else [])
    rows = []
    for some in sets:
        share = float(np.prod([len(triples(cases, [one])) / size for one in some]))
        name = " + ".join(f"survey-{one}" for one in some)
        sd = float(np.sqrt(size * share * (1 - share) * 0.6))
        rows.append((name, size, len(triples(cases, some)), size * share, sd, 0.0123))
    return table(surveys.OVERLAP, " ".join(surveys.OVERLAP.names), rows)


# --- congruence -------------------------------------------------------------------------


def make_congruence(areas, ids, rng):
    place = rng.normal(3.4, 0.35, (len(areas), 1, len(CONSTRUCTS)))
    lean = np.array([0.3, -0.2, 0.05, 0.1])[: len(ids)].reshape(1, -1, 1)
    noise = rng.normal(0, 0.45, (len(areas), len(ids), len(CONSTRUCTS)))
    raw = np.clip(place + lean + noise, 1, 5)
    centred = raw - raw.mean(axis=(0, 2), keepdims=True)
    pairs = list(itertools.combinations(range(len(ids)), 2))
    gaps = np.mean([np.abs(centred[:, a] - centred[:, b]) for a, b in pairs], axis=0) / 4
    value = 1 - gaps.mean(axis=1)
    score = [
        (area, agency, name, raw[i, j, k], centred[i, j, k], 4)
        for i, area in enumerate(areas)
        for j, agency in enumerate(ids)
        for k, name in enumerate(CONSTRUCTS)
    ]
    pair = [
        (area, ids[a], ids[b], name, centred[i, a, k] - centred[i, b, k],
         abs(centred[i, a, k] - centred[i, b, k]), 4)
        for i, area in enumerate(areas)
        for a, b in pairs
        for k, name in enumerate(CONSTRUCTS)
    ]  # fmt: skip
    index = [(area, "total", "mean-absolute-difference", "agency", value[i], 20)
             for i, area in enumerate(areas)]  # fmt: skip
    band, stability = make_bands(areas, value, rng)
    return {
        "score": table(congruence.SCORE, "area agency construct raw centred items", score),
        "index": table(congruence.INDEX, " ".join(congruence.INDEX.names), index),
        "pair": table(congruence.PAIR, " ".join(congruence.PAIR.names), pair),
        "band": band,
        "stability": stability,
        **make_tests(len(areas), len(ids)),
    }


def make_bands(areas, value, rng):
    order = np.argsort(value, kind="stable")
    bands = np.empty(len(areas), dtype=int)
    for band, part in enumerate(np.array_split(order, 5), start=1):
        bands[part] = band
    rank = np.argsort(order, kind="stable") + 1
    width = rng.uniform(0.6, 3, (len(areas), 1))
    shares = np.exp(-((np.arange(1, 6)[None, :] - bands[:, None]) ** 2) / width)
    shares /= shares.sum(axis=1, keepdims=True)
    rows, stability = [], []
    for i, area in enumerate(areas):
        own, second = int(bands[i]), int(np.argsort(-shares[i], kind="stable")[1]) + 1
        rows.append((area, LABELS[own - 1], LABELS[second - 1], value[i], shares[i, own - 1],
                     int(rank[i]), own, second))  # fmt: skip
        stability += [(area, LABELS[k], shares[i, k], k + 1) for k in range(5)]
    return (
        table(congruence.BAND, " ".join(congruence.BAND.names), rows),
        table(congruence.STABILITY, " ".join(congruence.STABILITY.names), stability),
    )


def make_tests(areas, agencies):
    mad = "mean-absolute-difference"
    permutation = [
        (name, mad, "agency", 0.874, 0.851, 0.006, 0.0001 if name == "total" else 0.03, 9999, areas)
        for name in ("total", *CONSTRUCTS)
    ]
    found = {"ICC(A,1)": 0.31, "ICC(C,1)": 0.4, "Krippendorff's alpha": 0.3}
    agreement = [
        (name, coefficient, value, value - 0.1, value + 0.08, areas, agencies)
        for name in CONSTRUCTS
        for coefficient, value in found.items()
    ]
    sensitivity = [
        (mad, "none", "equal-counts", 0.32, 0.21, 0.61, areas),
        ("variance", "agency", "equal-counts", 0.84, 0.0, 0.98, areas),
    ]
    rows = {"permutation": permutation, "agreement": agreement, "sensitivity": sensitivity}
    return {
        name: table(congruence.TABLES[name], " ".join(congruence.TABLES[name].names), each)
        for name, each in rows.items()
    }


# --- choices ----------------------------------------------------------------------------


def make_importance(rng):
    """Return contributions of five predictors, of which the last stands in every model."""
    names = ["information-sharing", "thresholds", "training", "leadership", "deprivation"]
    value = np.sort(rng.uniform(0.01, 0.2, len(names)))[::-1]
    ranks = rng.dirichlet(np.full(len(names), 0.6), len(names))
    kinds = ["construct"] * 4 + ["attribute"]
    rows = [
        (
            name,
            kind,
            v,
            v * 0.5,
            v * 1.6,
            v * 1.2,
            v * 0.4,
            v,
            float(ranks[at] @ np.arange(1, 6)),
            at + 1,
        )
        for at, (name, kind, v) in enumerate(zip(names, kinds, value, strict=True))
    ]
    rows.append(("agency", "agency", *[None] * 7, 6))
    pairs = [
        (one, other, "general" if a < b else "none", 0.97 if a + 2 < b else 0.5)
        for a, one in enumerate(names)
        for b, other in enumerate(names)
        if a != b
    ]
    model = ("linear", "r2", "answers", float(value.sum()) + 0.05, 0.3, 0.7, 0.05, 0.95,
             80, 30, 5, 7, 2, 9, 20, 2000, 0)  # fmt: skip
    held = {
        "importance": rows,
        "importance_rank": [
            (name, float(ranks[at, rank]), rank + 1)
            for at, name in enumerate(names)
            for rank in range(5)
        ],
        "importance_pair": pairs,
        "importance_model": [model],
    }
    return {
        name: table(congruence.TABLES[name], " ".join(congruence.TABLES[name].names), each)
        for name, each in held.items()
    }


def make_choice(groups, frame, rng, *, spare, status="optimal", short=False):
    """Return the tables of a choice; groups: group to the units chosen in it."""
    names = dict(zip(frame.table["id"].to_pylist(), frame.table["name"].to_pylist(), strict=True))
    flat = [unit for chosen in groups.values() for unit in chosen]
    choice, reserve, coverage = [], [], []
    key = "region" if "region" in frame.table.column_names else "phase"
    levels = sorted(set(frame.table[key].to_pylist()))
    for group, chosen in groups.items():
        for n, unit in enumerate(chosen):
            state = "pinned" if n == 0 and group is None else "chosen"
            far = (float(rng.uniform(2, 4)), flat[n - 1], float(rng.uniform(0.2, 0.5)))
            why = "Far from the others in deprivation and the only one of its type."
            choice.append((group, unit, names[unit], state, None, *far, why))
        for n, unit in enumerate(spare[:2]):
            reserve.append((group, n + 1, unit, names[unit], chosen[0], 8.1 - n / 10, 0.31, n == 0,
                            "Nearest to what is lost."))  # fmt: skip
        for n, level in enumerate(levels):
            lack = int(short and n == 0)
            coverage.append((group, key, level, 12 - n, n, int(lack or n > 0), 3 if n else None,
                             lack, "Only one in the pool." * lack or None))  # fmt: skip
    sets = [[*flat[1:], spare[k % len(spare)]] for k in range(5)]
    front = [(None, 0.22 + k * 0.03, 8.4 - k * k * 0.05, flat if k == 2 else sets[k])
             for k in range(5)]  # fmt: skip
    other = [(None, k + 1, k == 0, 8.2 - k / 50, 0.28, 1 - k / 300, sets[k] if k else flat)
             for k in range(4)]  # fmt: skip
    parts = (("sum", 8.2), ("minimum", 0.28), ("mean", 0.54), (key, 4.0))
    proved = status == "optimal"
    bound = (0.28, 0.28 if proved else 0.31, 0.0 if proved else 0.09)
    rows = {
        "choice": choice, "reserve": reserve, "coverage": coverage, "front": front,
        "alternative": other,
        "objective": [(None, part, value, 1.0) for part, value in parts],
        "proof": [(None, "enumeration", status, *bound, 28672.0, 1.0, 4.0, 0.01, None)],
        "decision": [(None, flat[0], names[flat[0]], "pinned", "The pilot took place there.")],
    }  # fmt: skip
    return {
        name: table(selection.TABLES[name], " ".join(selection.TABLES[name].names), each)
        for name, each in rows.items()
    }


# --- all --------------------------------------------------------------------------------


def make_surveys(linked, ids, units):
    made = {}
    for agency in ids:
        survey = f"survey-{agency}"
        own = [row for row in linked["case"].to_pylist() if row["agency"] == agency]
        responses = [(survey, row["response"], row["disposition"], n + 2)
                     for n, row in enumerate(own) if row["response"]]  # fmt: skip
        made[survey] = {
            "response": table(surveys.RESPONSE, "survey response status row", responses),
            "answer": surveys.ANSWER.empty_table(),
            "invitation": table(surveys.INVITATION, "survey unit", [(survey, u) for u in units]),
        }
    return made


def make_lineage(study):
    draws = {"select", "congruence"}
    return {
        stage.id: Lineage(
            stage=stage.id,
            inputs={"study.yaml": "0" * 64, f"{stage.id}.csv": "1a" * 32},
            parameters="2b" * 32,
            code="0123456789abcdef",
            simulated=study.study.simulated,
            seed_stream=f"{stage.id}/draw" if stage.kind in draws else "",
        )
        for stage in study.stages
    }


def make_findings(
    *, areas=30, agencies=3, places=True, with_congruence=True, with_schools=True,
    simulated=True, frame=None,
):  # fmt: skip
    """Return the findings of a study of this size and shape."""
    rng = stream(7, f"made-findings-{areas}")
    with_schools = with_schools and with_congruence
    study = make_study(agencies=agencies, with_schools=with_schools,
                       with_congruence=with_congruence, simulated=simulated)  # fmt: skip
    ids = list(AGENCIES)[:agencies]
    frame = frame or make_areas(areas, rng, places=places, simulated=simulated)
    units = frame.table["id"].to_pylist()
    linked = make_links(frame, ids, rng)
    scoping = make_choice({None: units[2:14:2]}, frame, rng, spare=units[15:19], short=True)
    tables = {"areas": {"frame": frame.stamped()}, "scoping-areas": scoping, "linked": linked}
    tables |= make_surveys(linked, ids, units)
    if with_congruence:
        cases = [tuple(row.values()) for row in linked["case"].to_pylist()]
        tables["congruence"] = make_congruence(triples(cases, ids), ids, rng)
        tables["drivers"] = make_importance(stream(7, "made-importance"))
        bands = tables["congruence"]["band"].to_pylist()
        groups = {label: [next(row["area"] for row in bands if row["label"] == label)]
                  for label in LABELS}  # fmt: skip
        tables["cases"] = make_choice(groups, frame, rng, spare=units[20:24])
    if with_schools:
        chosen = [unit for each in groups.values() for unit in each]
        schools = make_schools(chosen, rng)
        groups = {area: [f"S{n * 8 + k:04d}" for k in (0, 2, 3)] for n, area in enumerate(chosen)}
        tables["schools"] = {"frame": schools.stamped()}
        tables["case-schools"] = make_choice(
            groups, schools, rng, spare=["S0001", "S0004"], status="bounded", short=True
        )
    return Findings(study=study, tables=tables, lineage=make_lineage(study), version="0.1.0")


def with_table(findings, stage, name, **columns):
    """Return findings with columns of one table set to one value in every row."""
    table = findings.tables[stage][name]
    for column, value in columns.items():
        at = table.column_names.index(column)
        values = pa.array([value] * table.num_rows, table.schema.field(at).type)
        table = table.set_column(at, column, values)
    tables = {**findings.tables, stage: {**findings.tables[stage], name: table}}
    return dataclasses.replace(findings, tables=tables)
