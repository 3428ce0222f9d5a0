"""A selection stage chooses exactly, keeps what people decided, and explains itself."""

from __future__ import annotations

import dataclasses
import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.design.model import SelectStage
from consilience.selection.choose import select_units
from consilience.selection.explain import Settled, warnings_of
from consilience.selection.model import TABLES
from consilience.selection.problem import make_pool, make_problem
from consilience.stats.choice.diversity import choose

REGIONS = ("North", "South", "East", "West")


def make_units(count, *, seed=1, bands=("low", "high"), areas=("A",)):
    """Return units that are obviously invented."""
    rng = stream(seed, "units")
    return pa.table(
        {
            "id": [f"u{number:03d}" for number in range(count)],
            "name": [f"Unit {number}" for number in range(count)],
            "area": [areas[number % len(areas)] for number in range(count)],
            "region": [REGIONS[n] for n in rng.integers(len(REGIONS), size=count)],
            "size": rng.normal(100, 30, size=count).round(1),
            "band": [bands[number % len(bands)] for number in range(count)],
            "sure": rng.uniform(size=count).round(2),
        }
    )


def make_stage(**keys):
    """Return a stage that chooses one unit per band unless told otherwise."""
    whole = {
        "id": "cases",
        "kind": "select",
        "from": "areas",
        "choose": 1,
        "per": "band",
        "diverse": {"region": 1, "size": 1},
        **keys,
    }
    return SelectStage.model_validate({k: v for k, v in whole.items() if v is not None})


def select(stage, units, *, within=None, levels=()):
    """Return the tables of a stage as rows, having checked that they are whole."""
    selected = select_units(stage, units=units, within=within, levels=levels)
    assert set(selected.tables) == set(TABLES)
    for name, table in selected.tables.items():
        assert table.schema.equals(TABLES[name])
    for fault in selected.warnings:
        assert "<" not in fault.what + fault.remedy
    return {n: t.to_pylist() for n, t in selected.tables.items()}, selected.warnings


def chosen(tables):
    return [row["unit"] for row in tables["choice"]]


def gower(one, other, units):
    """Return the distance of two units as a reader of the paper would compute it."""
    sizes = units["size"].to_pylist()
    span = max(sizes) - min(sizes)
    rows = units.to_pylist()
    differ = float(rows[one]["region"] != rows[other]["region"])
    return 0.5 * differ + 0.5 * abs(rows[one]["size"] - rows[other]["size"]) / span


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(4, 16))
def test_one_per_band_is_the_best_of_all_sets(seed, count):
    units = make_units(count, seed=seed)
    tables, _ = select(make_stage(objective="max-sum"), units)
    bands = units["band"].to_pylist()
    best = max(
        gower(one, other, units)
        for one, other in itertools.combinations(range(count), 2)
        if bands[one] != bands[other]
    )
    total = next(r["value"] for r in tables["objective"] if r["part"] == "sum of distances")
    assert total == pytest.approx(best, abs=1e-12)
    assert tables["proof"][0]["status"] == "optimal"


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(12)))
def test_the_order_of_the_frame_changes_nothing(order):
    units = make_units(12)
    assert select(make_stage(), units)[0] == select(make_stage(), units.take(list(order)))[0]


def test_groups_stand_in_the_order_asked_for():
    units = make_units(12, bands=("high", "middle", "low"))
    tables, _ = select(make_stage(), units, levels=("low", "middle", "high"))
    assert [row["group"] for row in tables["choice"]] == ["low", "middle", "high"]


def test_pins_and_vetoes_hold_and_are_told():
    units = make_units(12)
    free = chosen(select(make_stage(), units)[0])
    pin = next(unit for unit in ("u005", "u007") if unit not in free)
    stage = make_stage(
        pins=[{"id": pin, "reason": "the pilot"}],
        vetoes=[{"id": free[0], "reason": "no consent"}],
    )
    tables, _ = select(stage, units)
    assert pin in chosen(tables)
    assert free[0] not in chosen(tables)
    pinned = next(row for row in tables["choice"] if row["unit"] == pin)
    assert pinned["status"] == "pinned"
    assert "the pilot" in pinned["reason"]
    decisions = {(row["decision"], row["unit"]) for row in tables["decision"]}
    assert {("pin", pin), ("veto", free[0])} <= decisions


def test_a_refusal_is_replaced_and_the_rest_stays():
    units = make_units(20)
    stage = make_stage(choose=3)
    before = chosen(select(stage, units)[0])
    refusal = [{"id": before[1], "reason": "head is ill"}]
    tables, _ = select(make_stage(choose=3, refused=refusal), units)
    after = chosen(tables)
    assert set(before) - set(after) == {before[1]}
    stand_in = next(row for row in tables["choice"] if row["status"] == "replacement")
    assert stand_in["replaces"] == before[1]
    assert "head is ill" in stand_in["reason"]
    again = [*refusal, {"id": stand_in["unit"], "reason": "too busy"}]
    third, _ = select(make_stage(choose=3, refused=again), units)
    assert not {before[1], stand_in["unit"]} & set(chosen(third))
    assert len(set(chosen(third)) & set(before)) == len(before) - 1


def test_each_area_is_chosen_for_itself_under_quotas():
    units = make_units(40, areas=("A", "B"), bands=("x",))
    quotas = [{"attribute": "region", "level": "North", "at_least": 2, "at_most": 3}]
    stage = make_stage(per="area", choose=5, quotas=quotas, diverse={"size": 1})
    tables, warnings = select(stage, units)
    assert not warnings
    for area in ("A", "B"):
        rows = [row for row in tables["choice"] if row["group"] == area]
        regions = [units["region"][int(row["unit"][1:])].as_py() for row in rows]
        assert len(rows) == 5
        assert 2 <= regions.count("North") <= 3
    assert [row["group"] for row in tables["proof"]] == ["A", "B"]


def test_distances_mean_the_same_in_every_area():
    units = make_units(40, areas=("A", "B"), bands=("x",))
    tables, _ = select(make_stage(per="area", choose=2, diverse={"size": 1}), units)
    sizes = dict(zip(units["id"].to_pylist(), units["size"].to_pylist(), strict=True))
    span = max(sizes.values()) - min(sizes.values())
    for row in tables["choice"]:
        apart = abs(sizes[row["unit"]] - sizes[row["nearest"]]) / span
        assert row["nearest_distance"] == pytest.approx(apart)


def test_many_areas_are_chosen_alike_by_one_process_or_two():
    units = make_units(80, areas=[f"A{number:02d}" for number in range(16)])
    stage = make_stage(per="area", choose=2, diverse={"size": 1, "region": 1})
    alone = select_units(stage, units=units, within=None, levels=())
    spread = select_units(stage, units=units, within=None, levels=(), workers=2)
    assert spread.tables == alone.tables


def test_a_quota_that_cannot_be_met_falls_short_and_says_why():
    units = make_units(12).append_column("faith", pa.array(["yes"] + ["no"] * 11))
    quotas = [{"attribute": "faith", "level": "yes", "at_least": 2}]
    tables, warnings = select(make_stage(choose=3, quotas=quotas, together=True), units)
    row = next(r for r in tables["coverage"] if r["attribute"] == "faith")
    assert (row["pool"], row["chosen"], row["short"]) == (1, 1, 1)
    assert row["why"]
    assert [fault.code for fault in warnings] == ["SEL-026"]


def test_a_group_that_is_too_small_is_taken_whole_and_told():
    units = make_units(5, bands=("low", "low", "low", "high"))
    tables, warnings = select(make_stage(choose=3), units)
    assert len([row for row in tables["choice"] if row["group"] == "high"]) == 1
    assert "SEL-024" in [fault.code for fault in warnings]
    short = [r for r in tables["coverage"] if r["attribute"] == "units" and r["short"]]
    assert [(r["level"] or r["group"], r["short"]) for r in short] == [("high", 2)]


def test_missing_numbers_count_as_the_median_and_are_told():
    units = make_units(12)
    sizes = pa.array([None if n == 3 else v for n, v in enumerate(units["size"].to_pylist())])
    units = units.set_column(units.column_names.index("size"), "size", sizes)
    _, warnings = select(make_stage(), units)
    assert [fault.code for fault in warnings] == ["SEL-027"]


def test_preference_breaks_ties():
    units = pa.table(
        {
            "id": ["a", "b", "c"], "name": ["a", "b", "c"], "area": ["A"] * 3,
            "region": ["N", "S", "S"], "size": [1.0, 2.0, 2.0],
            "band": ["low", "high", "high"], "sure": [0.5, 0.2, 0.9],
        }
    )  # fmt: skip
    assert chosen(select(make_stage(prefer="sure"), units)[0]) == ["c", "a"]


def test_within_and_conditions_narrow_the_pool():
    units = make_units(40, areas=("A", "B", "C"))
    within = pa.table({"unit": ["B"]})
    stage = make_stage(within="areas", where=[{"attribute": "size", "at_least": 90}], choose=2)
    tables, _ = select(stage, units, within=within)
    rows = {row["id"]: row for row in units.to_pylist()}
    assert all(rows[unit]["area"] == "B" for unit in chosen(tables))
    assert all(rows[unit]["size"] >= 90 for unit in chosen(tables))
    assert any("at least 90" in row["reason"] for row in tables["decision"])


@pytest.mark.parametrize("level", [90, "90.0"])
def test_a_number_is_compared_as_a_number(level):
    units = make_units(6).append_column("year", pa.array([90.0, 90.0, 91.0, 90.0, 90.0, None]))
    tables, _ = select(make_stage(where=[{"attribute": "year", "is": level}]), units)
    assert "4 of 6" in tables["decision"][0]["reason"]


def test_alternatives_front_and_reserves_stand_beside_the_choice():
    units = make_units(30)
    tables, _ = select(make_stage(near=0.2, reserves=2), units)
    assert sorted(tables["alternative"][0]["units"]) == sorted(chosen(tables))
    assert len(tables["alternative"]) > 1
    minima = [row["minimum"] for row in tables["front"]]
    totals = [row["total"] for row in tables["front"]]
    assert sorted(minima) == minima or sorted(minima, reverse=True) == minima
    assert len(set(totals)) == len(totals)
    ranks = {}
    for row in tables["reserve"]:
        ranks.setdefault(row["group"], []).append(row["rank"])
        assert row["unit"] not in chosen(tables)
    assert ranks == {"low": [1, 2], "high": [1, 2]}


def test_a_choice_that_is_not_proved_best_says_so():
    stage, units = make_stage(), make_units(12)
    pool = make_pool(stage, units=units, frame=units, levels=())
    rows = tuple(range(12))
    problem = make_problem(stage, pool, rows=rows, groups=(0, 1))
    choice = choose(problem)
    proof = dataclasses.replace(choice.proof, optimal=False, gap=0.0321)
    settled = Settled(
        groups=(0, 1), rows=rows, problem=problem, chosen=choice.chosen, replaced={}, front=(),
        reserves=(), choice=dataclasses.replace(choice, proof=proof),
    )  # fmt: skip
    faults = warnings_of(stage, pool, [settled])
    assert [fault.code for fault in faults] == ["SEL-028"]
    assert "3.21%" in faults[0].what


FAULTS = {
    "SEL-020": {"diverse": {"height": 1}},
    "SEL-021": {"where": [{"attribute": "size", "at_least": 1e9}]},
    "SEL-022": {"prefer": "region"},
    "SEL-029": {"where": [{"attribute": "region", "at_least": 3}]},
    "SEL-023": {"pins": [{"id": "nobody", "reason": "x"}]},
    "SEL-025": {
        "refused": [{"id": "u000", "reason": "x"}],
        "vetoes": [{"id": "u001", "reason": "y"}],
    },
}


@pytest.mark.parametrize("code", FAULTS)
def test_what_does_not_fit_is_told(code):
    keys = FAULTS[code]
    units = make_units(12)
    if code == "SEL-025":
        not_chosen = sorted(
            set(units["id"].to_pylist()) - set(chosen(select(make_stage(), units)[0]))
        )
        keys = {"refused": [{"id": not_chosen[0], "reason": "x"}]}
    with pytest.raises(Fault) as caught:
        select(make_stage(**keys), units)
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy
