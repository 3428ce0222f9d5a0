import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.measures.climate import Against, school_climate
from consilience.measures.model import CLIMATE, CLIMATE_SCALE, FEWEST
from consilience.measures.scales import key_of, score

NUMBERS = ("n", "mean", "sd", "rwg_j", "rwg_critical", "rwg_p", "ad", "t", "percentile", "items")


def streams(number):
    return stream(7, "climate", block=number)


def small_key(**changes):
    return key_of(
        {
            "id": "trust",
            "title": "Trust",
            "licence": "CC0",
            "low": 1,
            "high": 5,
            "scales": [{"id": "near", "title": "Near", "items": ["a", "-b", "c"]}],
        }
        | changes
    )


def members(**schools):
    """Return who belongs where: name of the school to names of people."""
    pairs = [(person, name) for name, people in schools.items() for person in people]
    return pa.table(
        {
            "person": pa.array([person for person, _ in pairs], pa.string()),
            "school": pa.array([name for _, name in pairs], pa.string()),
        }
    )


@pytest.fixture(scope="module")
def found(staff, key, norms):
    answers, where = staff
    against = Against(norms=norms, population="invented-schools")
    return school_climate(answers, key, where, streams=streams, against=against)


def test_every_school_has_a_row_for_every_scale(found, key):
    assert found.schools.schema == CLIMATE
    assert found.scales.schema == CLIMATE_SCALE
    rows = found.schools.to_pylist()
    assert len(rows) == 10 * 7
    assert [row["scale"] for row in rows[:7]] == [scale.id for scale in key.scales]
    assert [row["scale"] for row in rows[-7:]] == [scale.id for scale in key.scales]


def test_no_figure_rests_on_fewer_than_five_people(found, staff, key):
    answers, where = staff
    school = dict(zip(where["person"].to_pylist(), where["school"].to_pylist(), strict=True))
    counts = {}
    for row in score(answers, key).table.to_pylist():
        own = school[row["person"]], row["scale"]
        counts[own] = counts.get(own, 0) + (row["score"] is not None)
    suppressed = 0
    for row in found.schools.to_pylist():
        few = counts[row["school"], row["scale"]] < FEWEST
        assert row["suppressed"] == few
        if few:
            suppressed += 1
            assert all(row[name] is None for name in (*NUMBERS, "verdict", "population"))
        else:
            assert row["n"] == counts[row["school"], row["scale"]]
            assert all(row[name] is not None for name in NUMBERS)
    assert 14 < suppressed < 70
    assert found.warnings[-1].code == "MEA-022"
    assert "<" not in found.warnings[-1].what + found.warnings[-1].remedy


def test_what_is_suppressed_cannot_be_worked_out_from_totals(found):
    rows = found.schools.to_pylist()
    for total in found.scales.to_pylist():
        own = [row for row in rows if row["scale"] == total["scale"] and not row["suppressed"]]
        assert total["persons"] == sum(row["n"] for row in own)
        assert total["schools"] == len(own)
        assert total["schools"] + total["suppressed"] == 10
        assert total["shared"] == sum(row["verdict"] == "shared" for row in own)


def test_the_figures_of_a_school_by_hand(long):
    key = small_key()
    values = [[5, 1, 4], [4, 2, 4], [4, 1, 5], [3, 3, 3], [5, 2, 4]]
    people = [f"p{n}" for n in range(5)]
    climate = school_climate(
        long(values, ["a", "b", "c"], people), key, members(x=people), streams=streams
    )
    row = climate.schools.to_pylist()[0]
    keyed = np.array(values, dtype=float)
    keyed[:, 1] = 6 - keyed[:, 1]
    means = keyed.mean(axis=1)
    assert (row["n"], row["items"]) == (5, 3)
    assert (row["mean"], row["sd"]) == pytest.approx((means.mean(), means.std(ddof=1)))
    off = keyed.var(axis=0, ddof=1).mean() / 2
    assert row["rwg_j"] == pytest.approx(3 * (1 - off) / (3 * (1 - off) + off))
    assert row["ad"] == pytest.approx(np.abs(keyed - keyed.mean(axis=0)).mean())
    assert row["verdict"] == "shared"
    assert row["rwg_j"] > row["rwg_critical"] > 0.6
    assert 0 < row["rwg_p"] < 0.05
    assert row["t"] is row["population"] is None
    total = climate.scales.to_pylist()[0]
    assert total["icc1"] is total["f"] is None
    assert (total["schools"], total["persons"]) == (1, 5)


def test_seventy_is_no_limit(long):
    """Answers at random of five people to many items pass .70 and are still not shown."""
    items = [f"i{n}" for n in range(20)]
    key = small_key(scales=[{"id": "near", "title": "Near", "items": items}])
    rng = np.random.Generator(np.random.Philox(11))
    values = rng.integers(1, 6, size=(1500, 20)).astype(float)
    people = [f"p{n}" for n in range(1500)]
    where = members(**{f"s{n}": people[5 * n : 5 * n + 5] for n in range(300)})
    climate = school_climate(long(values, items, people), key, where, streams=streams)
    rows = climate.schools.to_pylist()
    above = [row for row in rows if row["rwg_j"] > 0.7]
    assert 0.1 < len(above) / 300 < 0.25
    assert climate.scales.to_pylist()[0]["shared"] / 300 < 0.09
    assert all(row["rwg_critical"] > 0.7 for row in rows)
    assert [row["verdict"] == "shared" for row in rows] == [
        row["rwg_j"] > row["rwg_critical"] for row in rows
    ]


def test_t_scores_are_of_school_means(found, norms):
    held = {
        row["scale"]: row for row in norms.to_pylist() if row["population"] == "invented-schools"
    }
    for row in found.schools.to_pylist():
        if not row["suppressed"]:
            norm = held[row["scale"]]
            expected = 50 + 10 * (row["mean"] - norm["mean"]) / norm["sd"]
            assert row["t"] == pytest.approx(expected)
            assert row["population"] == "invented-schools"


def test_the_order_of_rows_and_of_members_does_not_matter(found, staff, key, norms):
    answers, where = staff
    rng = np.random.Generator(np.random.Philox(2))
    against = Against(norms=norms, population="invented-schools", date=dt.date(2020, 1, 1))
    again = school_climate(
        answers.take(rng.permutation(answers.num_rows)),
        key,
        where.take(rng.permutation(where.num_rows)),
        streams=streams,
        against=against,
    )
    for ours, theirs in ((found.schools, again.schools), (found.scales, again.scales)):
        for one, other in zip(ours.to_pylist(), theirs.to_pylist(), strict=True):
            for name, value in one.items():
                assert other[name] == (pytest.approx(value) if isinstance(value, float) else value)


def test_another_school_does_not_change_what_chance_allows(found, staff, key, norms):
    answers, where = staff
    kept = [name != "s8" for name in where["school"].to_pylist()]
    against = Against(norms=norms, population="invented-schools")
    fewer = school_climate(answers, key, where.filter(kept), streams=streams, against=against)
    assert [fault.code for fault in fewer.warnings] == ["MEA-021", "MEA-022"]
    assert "<" not in fewer.warnings[0].what + fewer.warnings[0].remedy
    assert fewer.warnings[0].values["count"] == 12
    rest = [row for row in found.schools.to_pylist() if row["school"] != "s8"]
    assert fewer.schools.to_pylist() == rest


def test_people_who_all_agree_and_schools_without_answers(long):
    key = small_key()
    people = [f"p{n}" for n in range(6)]
    same = long([[4, 2, 4]] * 6, ["a", "b", "c"], people)
    climate = school_climate(same, key, members(x=people, y=["q1"]), streams=streams)
    one, other = climate.schools.to_pylist()
    assert (one["rwg_j"], one["ad"], one["sd"], one["mean"]) == (1, 0, 0, 4)
    assert other == dict.fromkeys(CLIMATE.names) | {
        "school": "y",
        "scale": "near",
        "suppressed": True,
    }
    nobody = school_climate(
        long(np.empty((0, 3)), ["a", "b", "c"]), key, members(x=["p1"]), streams=streams
    )
    assert nobody.schools["suppressed"].to_pylist() == [True]
    assert nobody.scales.to_pylist()[0]["persons"] == 0


def test_answers_without_points_have_no_rwg(long):
    key = small_key(low=0.5, high=5)
    people = [f"p{n}" for n in range(5)]
    values = [[1, 2, 3], [2, 2, 3], [3, 2.5, 3], [1, 2, 4], [1, 3, 3]]
    climate = school_climate(
        long(values, ["a", "b", "c"], people), key, members(x=people), streams=streams
    )
    row = climate.schools.to_pylist()[0]
    assert row["rwg_j"] is None
    assert row["verdict"] == "undefined"
    assert row["ad"] is not None
    assert [fault.code for fault in climate.warnings] == ["MEA-023"]
    assert "<" not in climate.warnings[0].what


def test_a_person_belongs_to_one_school(long):
    with pytest.raises(Fault) as caught:
        school_climate(
            long([[1, 1, 1]], ["a", "b", "c"], ["p"]),
            small_key(),
            members(x=["p"], y=["p"]),
            streams=streams,
        )
    assert caught.value.code == "MEA-020"
    assert "<" not in caught.value.what + caught.value.remedy
    twice = members(x=["p", "p"])
    school_climate(long([[1, 1, 1]], ["a", "b", "c"], ["p"]), small_key(), twice, streams=streams)


def test_a_scale_without_a_norm_is_refused_even_where_all_is_suppressed(long, norms):
    with pytest.raises(Fault) as caught:
        school_climate(
            long([[1, 1, 1]], ["a", "b", "c"], ["p"]),
            small_key(),
            members(x=["p"]),
            streams=streams,
            against=Against(norms=norms, population="invented-schools"),
        )
    assert caught.value.code == "MEA-011"
    with pytest.raises(Fault) as lacking:
        school_climate(
            long([[1, 1, 1]], ["a", "b", "c"], ["p"]),
            small_key(),
            pa.table({"person": ["p"]}),
            streams=streams,
        )
    assert lacking.value.code == "MEA-002"
