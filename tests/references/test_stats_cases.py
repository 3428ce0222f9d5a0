"""Figures of other programs, case by case, at the tolerance that the case states."""

import csv
import itertools
import json

import numpy as np
import pytest

from consilience.stats.agreement.icc import icc
from consilience.stats.distance import INDICES, pair_congruence
from consilience.stats.rates import Outcomes, eligibility, response_rates
from consilience.stats.similarity import Trait, gower_distances, profile_similarity

pytestmark = pytest.mark.shared

AGENCIES = ("EDU", "CSC", "LSCB")


@pytest.fixture(scope="module")
def cases(request):
    file = request.getfixturevalue("shared") / "reference/stats/expected.json"
    return {case["id"]: case for case in json.loads(file.read_text())["cases"]}


@pytest.fixture
def rows(shared):
    """Return a function that reads the columns of a data set of the cases."""

    def read(name):
        with (shared / "reference/stats" / f"{name}.csv").open(newline="") as lines:
            heading, *body = csv.reader(lines)
        return dict(zip(heading, zip(*body, strict=True), strict=True))

    return read


def near(expected, case):
    """Return what equals `expected` by the rule of the cases: absolute below 1, else relative."""
    return pytest.approx(expected, abs=case["tolerance"], rel=case["tolerance"])


def test_aapor_rates(cases, rows):
    case = cases["aapor_a"]
    table = rows("aapor_a")
    count = dict(zip(table["code"], map(int, table["count"]), strict=True))
    outcomes = Outcomes(
        complete=count["I"],
        partial=count["P"],
        refused=count["R"],
        non_contact=count["NC"],
        other=count["O"],
        unknown_unit=count["UH"],
        unknown_other=count["UO"],
        ineligible=count["NE"],
    )
    e = eligibility(outcomes)
    found = {"e": float(e)}
    found |= {name.upper(): float(rate) for name, rate in response_rates(outcomes, e=e).items()}
    assert found == near(case["expected"], case)


def test_published_response_rates(cases):
    expected = cases["aapor_seed_education"]["expected"]
    rates = response_rates(
        Outcomes(complete=np.array([93, 80, 82, 39]), non_contact=150 - np.array([93, 80, 82, 39]))
    )
    assert rates["rr1"].tolist() == near([*expected.values()], cases["aapor_seed_education"])


@pytest.mark.parametrize(
    ("name", "data"), [("icc_shrout_fleiss", "shrout_fleiss_6x4"), ("icc_anxiety", "irr_anxiety")]
)
@pytest.mark.parametrize(
    ("form", "theirs"), [("ICC(1)", "ICC1_1"), ("ICC(A,1)", "ICC2_1"), ("ICC(C,1)", "ICC3_1")]
)
def test_intraclass_correlation(cases, rows, name, data, form, theirs):
    values = np.array([*rows(data).values()], dtype=float).T
    assert icc(values, form=form) == near(cases[name]["expected"][theirs]["icc"], cases[name])


@pytest.fixture
def profiles(rows):
    """(areas, agencies, items) answers of the six areas."""
    table = rows("profiles6")
    items = np.array([table[f"q{number}"] for number in range(1, 9)], dtype=float)
    assert table["agency"][:3] == AGENCIES
    return items.T.reshape(6, 3, 8)


def test_profiles_part_by_part(cases, profiles):
    case = cases["profile_similarity6"]
    assert len(case["expected"]) == 18
    for key, expected in case["expected"].items():
        area, one, other = key.split("|")
        first, second = (profiles[int(area) - 1, AGENCIES.index(name)] for name in (one, other))
        found = {name: float(part) for name, part in profile_similarity(first, second).items()}
        assert found == near({name.lower(): value for name, value in expected.items()}, case)


def test_indices_of_profiles(cases, profiles):
    case = cases["profile_similarity6"]
    found = {index: pair_congruence(profiles, index=index, span=4) for index in INDICES}
    pairs = list(itertools.combinations(AGENCIES, 2))
    for area, (place, (one, other)) in itertools.product(range(6), enumerate(pairs)):
        parts = case["expected"][f"{area + 1}|{one}|{other}"]
        here = {index: float(each[area, place]) for index, each in found.items()}
        assert (1 - here["mean-absolute-difference"]) * 4 == near(parts["mad"], case)
        assert (1 - here["d2"]) * 16 == near(parts["D2_mean"], case)
        assert (1 - here["rmsd"]) * 4 == near(parts["D2_mean"] ** 0.5, case)
        assert here["profile-correlation"] * 2 - 1 == near(parts["pearson"], case)


def test_gower_distance_of_mixed_traits(cases, rows):
    case = cases["gower_flower"]
    kinds = ["nominal"] * 4 + ["numeric"] * 4
    traits = [
        Trait(values=np.array(column, dtype=float), kind=kind)
        for column, kind in zip(rows("flower").values(), kinds, strict=True)
    ]
    found = gower_distances(traits)
    assert found[0] == near(case["expected"]["first_row"], case)
    assert float(found.sum()) == near(case["expected"]["sum"], case)
    assert float(found.max()) == near(case["expected"]["max"], case)
