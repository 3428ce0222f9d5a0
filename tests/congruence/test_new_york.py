"""The real three-informant survey of New York, 2011: parents, teachers and students."""

import csv
import gzip

import numpy as np
import pyarrow as pa
import pytest

from consilience.base.seeds import stream
from consilience.congruence.bands import cut_bands
from consilience.congruence.profiles import measure
from consilience.congruence.sensitivity import compare
from consilience.design.model import Scale
from consilience.linkage.model import LINKED_ANSWER

AGENCIES = {"parents": "p", "teachers": "t", "students": "s"}
DOMAINS = ("saf", "com", "eng", "aca")
FILE = "data/domain/nyc_school_survey_2011_gened_455.txt.gz"

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def answers(request):
    file = request.getfixturevalue("shared") / FILE
    with gzip.open(file, "rt", encoding="cp1252", newline="") as lines:
        table = list(csv.reader(lines, delimiter="\t"))
    at = {name: place for place, name in enumerate(table[0])}
    records = [
        {
            "area": row[0],
            "survey": f"survey-{agency}",
            "agency": agency,
            "item": f"q-{place}-0",
            "value": float(row[at[f"{domain}_{letter}_11"]]),
        }
        for row in table[1:]
        for agency, letter in AGENCIES.items()
        for place, domain in enumerate(DOMAINS)
        if row[at[f"{domain}_{letter}_11"]]
    ]
    return pa.Table.from_pylist(records, schema=LINKED_ANSWER)


@pytest.fixture
def measured(study_of, answers, rng_for):
    def run(**choices):
        study = study_of(
            rows=(1, 1, 1, 1),
            agencies=tuple(AGENCIES),
            scales={"ten": Scale(minimum=0, maximum=10)},
            permutations=99,
            **choices,
        )
        stage = study.stage("agree")
        return stage, measure(stage, study=study, answers=answers, rng_for=rng_for)

    return run


def test_raw_and_centred_fifths_agree_for_a_third_of_the_schools(measured):
    stage, found = measured(centring="none")
    rows = {(r["index"], r["centring"], r["cut"]): r for r in
            compare(stage, measured=found).to_pylist()}  # fmt: skip
    centred = rows["mean-absolute-difference", "agency-item", "equal-counts"]
    assert centred["areas"] == len(found.profiles.areas) == 297
    assert centred["same"] * 297 == pytest.approx(96)  # 32 %
    assert centred["moved_two"] * 297 == pytest.approx(81)  # 27 %
    for index in ("variance", "rmsd"):
        assert round(rows[index, "none", "equal-counts"]["same"], 2) == 0.89
    shape = rows["profile-correlation", "none", "equal-counts"]
    assert round(shape["same"], 2) == 0.25
    assert shape["areas"] == 296  # one school has a constant profile


def test_agreement_of_parents_teachers_and_students(measured):
    _, found = measured(centring="agency-item")
    rows = {(r["construct"], r["coefficient"]): r["value"] for r in found.agreement.to_pylist()}
    pairs = [
        tuple(round(rows[f"c-{place}", form], 3) for form in ("ICC(A,1)", "ICC(C,1)"))
        for place in range(4)
    ]
    assert pairs == [(0.295, 0.596), (0.175, 0.331), (0.329, 0.412), (0.422, 0.468)]
    levels = np.nanmean(found.profiles.values, axis=(0, 2)) * 10
    assert levels.round(1).tolist() == [8.0, 7.1, 7.0]
    assert {r["p"] for r in found.permutation.to_pylist()} == {0.01}
    assert found.warnings == ()


def test_fifths_of_297_schools_are_far_from_sure(measured):
    stage, found = measured(centring="agency-item", bands={"resample": "error", "resamples": 500})
    bands = cut_bands(stage, measured=found, rng=stream(1, "bands"))
    assert np.bincount(bands.band["band"].to_numpy()).tolist() == [0, 60, 60, 59, 59, 59]
    assert bands.error_sd * 10 == pytest.approx(0.257, abs=0.001)
    assert np.mean(bands.band["probability"].to_numpy()) == pytest.approx(0.59, abs=0.02)
