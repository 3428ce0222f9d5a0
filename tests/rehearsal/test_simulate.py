"""Simulated fieldwork with a known truth."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.design.model import Construct
from consilience.rehearsal.model import (
    SIMULATED_ANSWER,
    SIMULATED_AREA,
    SIMULATED_RESPONSE,
    Effects,
    Pattern,
)
from consilience.rehearsal.respond import who_answers
from consilience.rehearsal.simulate import simulate_fieldwork

AGENCIES = ("education", "care", "board")
FIRST_STUDY = Pattern(complete={"education": 93, "care": 80, "board": 82}, together=39)


def constructs(agencies=AGENCIES, *, count=6, items=5):
    return [
        Construct(
            id=f"c{number}",
            title="C",
            items=tuple(
                {agency: f"{agency[:1]}-{number}-{item}" for agency in agencies}
                for item in range(items)
            ),
        )
        for number in range(count)
    ]


def simulate(*, error_sd, seed=1, pattern=FIRST_STUDY, areas=150):
    return simulate_fieldwork(
        areas=[f"E{number:03d}" for number in range(areas)],
        constructs=constructs(tuple(pattern.complete)),
        span=(1, 5),
        pattern=pattern,
        effects=Effects(error_sd=error_sd),
        rng_for=lambda name: stream(seed, f"fieldwork/{name}"),
    )


def cube(work, column):
    """Return (areas, agencies, items) of one column of the simulated answers."""
    table = work.answer.sort_by(
        [("area", "ascending"), ("agency", "ascending"), ("item", "ascending")]
    )
    areas = len(set(table["area"].to_pylist()))
    agencies = len(set(table["agency"].to_pylist()))
    return table[column].to_numpy().reshape(areas, agencies, -1)


def bands(answers, count=5):
    """Cut mean absolute differences after centring agencies into equal counts."""
    centred = answers - answers.mean(axis=(0, 2), keepdims=True)
    pairs = combinations(range(answers.shape[1]), 2)
    index = np.mean([np.abs(centred[:, a] - centred[:, b]).mean(axis=1) for a, b in pairs], axis=0)
    rank = np.empty(len(index), dtype=int)
    rank[np.argsort(index, kind="stable")] = np.arange(len(index))
    return rank * count // len(index)


def test_the_first_study_comes_out_exactly():
    work = simulate(error_sd=0.5)
    assert work.simulated
    assert work.answer.schema == SIMULATED_ANSWER
    assert work.response.schema == SIMULATED_RESPONSE
    assert work.area.schema == SIMULATED_AREA
    flags = work.response["complete"].to_numpy(zero_copy_only=False).reshape(150, 3)
    assert flags.sum(axis=0).tolist() == [93, 80, 82]
    assert flags.all(axis=1).sum() == 39
    assert work.answer.num_rows == 150 * 3 * 30


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_pattern_that_can_be_comes_out_exactly(data):
    areas = data.draw(st.integers(1, 40))
    asked = data.draw(st.lists(st.integers(0, areas), min_size=1, max_size=5))
    together = data.draw(st.integers(0, min(asked)))
    assume(sum(areas - count for count in asked) >= areas - together)
    pattern = Pattern(
        complete={f"a{number}": count for number, count in enumerate(asked)},
        together=together,
        clustering=data.draw(st.sampled_from([0.0, 2.0])),
    )
    answers = who_answers(areas, pattern=pattern, rng=stream(data.draw(st.integers(0, 99)), "w"))
    assert answers.sum(axis=0).tolist() == asked
    assert answers.all(axis=1).sum() == together


@pytest.mark.parametrize(
    ("asked", "together"), [((5, 5), 3), ((5, 2), 3), ((11, 2), 1), ((5,), 4), ((5, 5), -1)]
)
def test_a_pattern_that_cannot_be_is_refused(asked, together):
    pattern = Pattern(complete={f"a{n}": c for n, c in enumerate(asked)}, together=together)
    areas = 10 if asked != (5, 5) or together < 0 else 6
    with pytest.raises(Fault) as raised:
        who_answers(areas, pattern=pattern, rng=stream(1, "w"))
    assert raised.value.code == "SUR-040"
    assert "<" not in raised.value.what + raised.value.remedy


def test_without_error_answers_are_the_truth_and_bands_are_recovered():
    work = simulate(error_sd=0.0)
    assert work.answer["value"].equals(work.answer["truth"])
    assert (bands(cube(work, "value")) == bands(cube(work, "truth"))).all()
    values = set(work.answer["value"].to_pylist())
    assert values <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert len(values) == 5


def test_more_error_recovers_fewer_bands():
    def kept(error_sd):
        shares = [
            (bands(cube(work, "value")) == bands(cube(work, "truth"))).mean()
            for work in (simulate(error_sd=error_sd, seed=seed) for seed in range(5))
        ]
        return float(np.mean(shares))

    shares = [kept(error) for error in (0.0, 0.4, 1.0, 3.0)]
    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)
    # A fifth of the areas would keep their band by chance.
    assert shares[1] > 0.6 > shares[3]


def test_areas_of_large_deviation_are_less_congruent():
    work = simulate(error_sd=0.0)
    size = work.area["deviation_sd"].to_numpy()
    band = bands(cube(work, "truth"))
    assert size[band == 4].mean() > size[band == 0].mean() + 0.3


def test_another_error_leaves_truth_and_response_alone_and_a_seed_gives_the_same():
    one, two, again = simulate(error_sd=0.2), simulate(error_sd=0.9), simulate(error_sd=0.2)
    assert one.answer["truth"].equals(two.answer["truth"])
    assert one.response.equals(two.response)
    assert not one.answer["value"].equals(two.answer["value"])
    assert one.answer.equals(again.answer)
    assert not one.answer.equals(simulate(error_sd=0.2, seed=2).answer)


def test_response_is_clustered_beyond_what_is_asked():
    # Among areas where not all answer, pairs still answer together more often with clustering.
    def pairs(clustering):
        pattern = Pattern(
            complete={"a": 60, "b": 60, "c": 60, "d": 60}, together=10, clustering=clustering
        )
        found = [
            (who_answers(150, pattern=pattern, rng=stream(seed, "w")).sum(axis=1) == 3).sum()
            for seed in range(20)
        ]
        return float(np.mean(found))

    assert pairs(2.0) > pairs(0.0) + 2


def test_four_agencies_of_which_one_is_not_asked_everything():
    pattern = Pattern(complete={"a": 5, "b": 4, "c": 6, "d": 3}, together=2)
    asked = [Construct(id="c", title="C", items=({"a": "a-1", "b": "b-1", "c": "c-1"},))]
    work = simulate_fieldwork(
        areas=[f"E{number}" for number in range(9)],
        constructs=asked,
        span=(0, 10),
        pattern=pattern,
        effects=Effects(),
        rng_for=lambda name: stream(3, name),
    )
    assert set(work.answer["agency"].to_pylist()) == {"a", "b", "c"}
    assert work.response.num_rows == 36
