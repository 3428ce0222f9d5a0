"""The example with simulated fieldwork comes out as the published numbers say."""

from __future__ import annotations

import runpy
import shutil
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from consilience.base.ids import check_id
from consilience.design.read import find_faults, read_study
from consilience.frame.load import load_frame
from consilience.linkage.complete import settle_cases
from consilience.linkage.link import link_responses
from consilience.surveys.instrument import equivalences, findings
from consilience.surveys.intake import take_in
from consilience.surveys.rates import overlaps, response_rates
from consilience.surveys.windows import invitations

EXAMPLE = "examples/schools-2017"


def make_in(folder, root):
    """Copy what is kept of the example, and make the rest with its own script."""
    for name in ("study.yaml", "links.csv", "instruments", "facts", "guides", "interviews"):
        source = root / EXAMPLE / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / EXAMPLE))
        made = runpy.run_path(str(root / EXAMPLE / "make.py"))
    made["main"](["fieldwork", "--folder", str(folder)])
    return folder


@pytest.fixture(scope="module")
def done(root, tmp_path_factory):
    """Return the example after intake, linkage and settling."""
    folder = make_in(tmp_path_factory.mktemp("one"), root)
    study = read_study(folder)
    frame, _ = load_frame(study.stage("areas"), folder=folder, areas=None, simulated=True)
    stage = study.stage("linked")
    surveys = [study.stage(name) for name in stage.surveys]
    taken = [take_in(survey, study=study, folder=folder) for survey in surveys]
    responses = pa.concat_tables([each.response for each in taken])
    links = link_responses(stage, responses=responses, frame=frame, within=None, folder=folder)
    cases = settle_cases(
        stage,
        links=links.link,
        doubts=links.doubt,
        responses=responses,
        answers=pa.concat_tables([each.answer for each in taken]),
        invitations=pa.concat_tables(
            [invitations(each, frame=frame, within=None, folder=folder) for each in surveys]
        ),
        agencies={survey.id: survey.agency for survey in surveys},
    )
    return SimpleNamespace(
        folder=folder, study=study, frame=frame, stage=stage, links=links, cases=cases
    )


def test_the_published_numbers(done):
    rates = response_rates(done.cases.case, frame=done.frame, by=["region"], no_reply={})
    whole = rates.filter(pc.equal(rates["by"], "all")).to_pylist()
    assert [row["complete"] for row in whole] == [93, 80, 82]
    assert [row["eligible"] for row in whole] == [150, 150, 150]
    assert [round(100 * row["rr1"], 1) for row in whole] == [62.0, 53.3, 54.7]
    assert [row["late"] for row in whole] == [6, 4, 3]
    triple = overlaps(done.cases.case, surveys=done.stage.surveys).to_pylist()[-1]
    assert triple["observed"] == 39
    assert round(triple["expected"], 1) == 27.1
    assert round(triple["p_at_least"], 4) == 0.0003


def test_the_areas_measured_are_the_areas_complete(done):
    answers = done.cases.linked_answer
    by_area: dict[str, set] = {}
    for row in answers.select(["area", "agency"]).to_pylist():
        by_area.setdefault(row["area"], set()).add(row["agency"])
    assert sum(len(agencies) == 3 for agencies in by_area.values()) == 39


def test_every_way_of_linking_and_every_end_occurs(done):
    methods = set(done.links.link["method"].to_pylist())
    assert methods == {"key", "name", "body", "decided"}
    assert done.links.warnings == ()
    ends = set(done.cases.case["disposition"].to_pylist())
    assert ends == {"complete", "partial", "started", "refused", "no-reply"}
    outcomes = set(done.cases.outcome["outcome"].to_pylist())
    assert outcomes == {"used", "duplicate", "doubt"}
    assert done.cases.duplicate.num_rows == 2
    bodies = done.links.link.filter(pc.is_valid(done.links.link["body"]))
    areas = bodies.group_by("response").aggregate([("area", "count")])["area_count"].to_pylist()
    assert max(areas) == 3


def test_what_was_ticked_is_read_as_simulated(done):
    """Labels, codes, missing codes and reversed questions lead back to the simulated answers."""
    truth = pq.read_table(done.folder / "intake" / "truth.parquet")
    assert b"SIMULATED" in truth.schema.metadata[b"note"]
    simulated = {
        (row["area"], row["item"]): row["value"]
        for row in truth.select(["area", "item", "value"]).to_pylist()
    }
    found = {
        (row["area"], row["item"]): row["value"]
        for row in done.cases.linked_answer.to_pylist()
        if (row["area"], row["item"]) in simulated
    }
    assert len(found) > 7_000
    assert all(value == simulated[key] for key, value in found.items())


def test_design_and_findings_fit(done):
    study, faults = find_faults(done.folder)
    assert study is not None
    # Only the pro forma is still to come.
    assert {fault.code for fault in faults} == {"DES-172"}
    assert equivalences(study).num_rows == 99
    assert None not in equivalences(study)["text"].to_pylist()
    assert set(findings(study)) == {"F1", "F2", "F3", "F4", "F5"}
    assert check_id(study.study.id) == "schools-2017"
    assert study.study.simulated
    assert "(simulated fieldwork)" in study.study.title


def test_schools_are_many_and_simulated(done):
    areas = done.frame
    stage = done.study.stage("schools")
    schools, _ = load_frame(stage, folder=done.folder, areas=areas, simulated=True)
    assert schools.table.num_rows == 22_002
    assert all(name.startswith("Simulated") for name in schools.table["name"].to_pylist())
    assert len(set(schools.table["area"].to_pylist())) == 150


def test_the_same_seed_gives_the_same_bytes(done, root, tmp_path):
    again = make_in(tmp_path, root)
    files = sorted(
        path.relative_to(again)
        for part in ("intake", "frames")
        for path in (again / part).rglob("*")
        if path.is_file()
    )
    # Of these 27 are texts of interviews, and six their codings and the truth of them.
    assert len(files) == 12 + 27 + 6
    for file in files:
        assert (again / file).read_bytes() == (done.folder / file).read_bytes(), file
