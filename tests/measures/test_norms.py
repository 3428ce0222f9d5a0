import datetime as dt

import pyarrow as pa
import pyarrow.csv
import pytest

from consilience.base.errors import Fault, Faults
from consilience.measures.model import DEMONSTRATION, NORM, NORM_STEP, SCORE, T_SCORE
from consilience.measures.norms import norm_for, norms_of, steps_of, to_t, to_t_by_steps
from consilience.measures.scales import score


def scores(*rows):
    return pa.Table.from_pylist(
        [
            {"person": f"p{n}", "scale": scale, "score": value, "items": 5, "answered": 5}
            for n, (scale, value) in enumerate(rows)
        ],
        schema=SCORE,
    )


def table(*rows, names="scale population date n mean sd"):
    cells = list(zip(*rows, strict=True))
    return pa.table(dict(zip(names.split(), map(list, cells), strict=True)))


NORMS = table(
    ("trust", "staff", "2012-01-01", "100", "3.0", "0.5"),
    ("trust", "staff", "2018-09-01", "400", "3.2", "0.4"),
    ("trust", "heads", "2018-09-01", "50", "3.6", "0.3"),
    ("strain", "staff", "2018-09-01", "400", "2.8", "0.8"),
)


def test_t_scores_of_people():
    norms = norms_of(NORMS)
    assert norms.schema == NORM
    found = to_t(
        scores(("trust", 3.2), ("strain", 3.6), ("trust", None)), norms, population="staff"
    )
    assert found.schema == T_SCORE
    assert found["t"].to_pylist() == [50, pytest.approx(60), None]
    assert found["percentile"].to_pylist() == [50, pytest.approx(84.1344746), None]
    assert found["norm_n"].to_pylist() == [400, 400, 400]
    assert found["norm_date"].to_pylist()[0] == dt.date(2018, 9, 1)
    assert found["population"].to_pylist() == ["staff"] * 3
    assert found["score"].to_pylist() == [3.2, 3.6, None]


def test_the_newest_norm_that_is_not_later():
    norms = norms_of(NORMS)
    assert norm_for(norms, "trust", population="staff").n == 400
    assert norm_for(norms, "trust", population="staff", date=dt.date(2018, 8, 31)).n == 100
    assert norm_for(norms, "trust", population="staff", date=dt.date(2018, 9, 1)).n == 400
    found = to_t(scores(("trust", 3.5)), norms, population="staff", date=dt.date(2015, 1, 1))
    assert found["t"].to_pylist() == [60]
    with pytest.raises(Fault) as caught:
        norm_for(norms, "trust", population="staff", date=dt.date(2000, 1, 1))
    assert caught.value.code == "MEA-011"


def test_a_population_without_norms_is_named_with_those_there_are():
    with pytest.raises(Fault) as caught:
        to_t(scores(("trust", 3.0)), norms_of(NORMS), population="pupils")
    assert caught.value.code == "MEA-011"
    assert caught.value.values["known"] == "heads, staff"
    with pytest.raises(Fault) as unknown:
        to_t(scores(("hope", 3.0)), norms_of(NORMS), population="staff")
    assert unknown.value.values["known"] == "(none)"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("scale", ""),
        ("population", None),
        ("date", "31/03/2018"),
        ("n", "12.5"),
        ("n", "0"),
        ("mean", "three"),
        ("mean", "inf"),
        ("sd", "0"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(column, value):
    row = dict(zip(NORMS.column_names, NORMS.to_pylist()[0].values(), strict=True))
    with pytest.raises(Faults) as caught:
        norms_of(pa.Table.from_pylist([row | {column: value}]))
    fault = caught.value.faults[0]
    assert (fault.code, fault.values["row"], fault.values["column"]) == ("MEA-010", 2, column)
    assert "<" not in fault.what + fault.remedy


def test_two_norms_of_one_date_and_two_steps_at_one_score_are_refused():
    twice = pa.concat_tables([NORMS, NORMS.slice(3)])
    with pytest.raises(Faults) as caught:
        norms_of(twice)
    assert [fault.code for fault in caught.value.faults] == ["MEA-012"]
    assert "<" not in caught.value.faults[0].what
    steps = table(("a", "b", 1, 20), ("a", "b", 1, 30), names="scale population raw t")
    with pytest.raises(Faults) as again:
        steps_of(steps)
    assert [fault.code for fault in again.value.faults] == ["MEA-012"]


def test_a_file_without_a_column_is_refused():
    with pytest.raises(Fault) as caught:
        norms_of(NORMS.drop_columns(["sd"]))
    assert caught.value.code == "MEA-002"
    with pytest.raises(Fault):
        to_t(NORMS, norms_of(NORMS), population="staff")


STEPS = table(
    ("trust", "staff", "5", "80"),
    ("trust", "staff", "2", "30"),
    ("trust", "staff", "3", "50"),
    ("trust", "heads", "1", "1"),
    names="scale population raw t",
)


def test_a_norm_table_with_steps():
    steps = steps_of(STEPS)
    assert steps.schema == NORM_STEP
    given = scores(("trust", 2.5), ("trust", 1.0), ("trust", None), ("trust", 5.0))
    found = to_t_by_steps(given, steps, population="staff")
    assert found.table["t"].to_pylist() == [40, 30, None, 80]
    assert found.table["outside"].to_pylist() == [False, True, False, False]
    assert found.table["percentile"].to_pylist() == [None] * 4
    warning = found.warnings[0]
    assert (warning.code, warning.values["count"]) == ("MEA-013", 1)
    assert "<" not in warning.what + warning.remedy
    lower = to_t_by_steps(given, steps, population="staff", between="lower")
    assert lower.table["t"].to_pylist()[0] == 30
    with pytest.raises(Fault) as caught:
        to_t_by_steps(given, steps, population="pupils")
    assert caught.value.code == "MEA-011"
    assert caught.value.values["known"] == "heads, staff"


def test_the_invented_norms_and_steps_go_together(key, norms, staff):
    steps = steps_of(pyarrow.csv.read_csv(DEMONSTRATION / "norm-steps.csv"))
    assert all("invented" in name for name in set(norms["population"].to_pylist()))
    given = score(staff[0], key).table
    linear = to_t(given, norms, population="invented-staff")["t"].to_pylist()
    stepped = to_t_by_steps(given, steps, population="invented-staff").table["t"].to_pylist()
    known = [(a, b) for a, b in zip(linear, stepped, strict=True) if a is not None]
    assert len(known) > 400
    assert all(abs(a - b) < 1 for a, b in known)
