"""The indices of congruence hold the parts that other programs give of the same profiles."""

import csv
import itertools
import json

import numpy as np
import pytest

from consilience.stats.distance import INDICES, pair_congruence

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


@pytest.fixture
def profiles(rows):
    """(areas, agencies, items) answers of the six areas."""
    table = rows("profiles6")
    items = np.array([table[f"q{number}"] for number in range(1, 9)], dtype=float)
    assert table["agency"][:3] == AGENCIES
    return items.T.reshape(6, 3, 8)


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
