"""Kinds, weights and orders of columns as calls of R's daisy tell them."""

import numpy as np
import pytest

from consilience.stats import Trait, gower_distances
from consilience.validation.correlation import STATISTICS

COLUMNS = {
    "has": ["1", "0", "0", "1"],
    "step": ["low", "high", "mid", "low"],
    "size": ["1.5", "4", "", "2"],
}
CALL = "d$step <- ordered(d$step, levels=c('low','mid','high')); cluster::daisy(d, metric='gower'"


def traits(*weights):
    return gower_distances(
        [
            Trait(values=np.array([1.0, 0, 0, 1]), kind="presence", weight=weights[0]),
            Trait(values=np.array([0.0, 2, 1, 0]), weight=weights[1]),
            Trait(values=np.array([1.5, 4, np.nan, 2]), weight=weights[2]),
        ]
    )


@pytest.mark.parametrize(
    ("call", "args", "weights"),
    [
        (f"{CALL}, type=list(asymm='has', ordratio='step'))", {}, (1, 1, 1)),
        (f"{CALL}, type=list(asymm=1, ordratio=2), weights=c(1,2,.5))", {}, (1, 2, 0.5)),
        (
            "",
            {"asymmetric_binary": "has", "ordinal": ["step"], "numeric": "size"}
            | {"weights": {"has": 3, "step": 1, "size": 1}, "levels": ["low", "mid", "high"]},
            (3, 1, 1),
        ),
        (f"{CALL}, type=list(asymm=1, ordered=2))", {}, (1, 1, 1)),
    ],
)
def test_kinds_and_weights(made_case, call, args, weights):
    case = made_case(statistic="gower", call=call, args=args, columns=COLUMNS)
    found = STATISTICS["gower"](case).values
    assert found["matrix"] == pytest.approx(traits(*weights))


def test_columns_that_arguments_leave_out_do_not_count(made_case):
    case = made_case(statistic="gower", args={"numeric": "size"}, columns=COLUMNS)
    found = STATISTICS["gower"](case).values["first_row"]
    assert found == pytest.approx([0, 1, float("nan"), 0.2], nan_ok=True)
