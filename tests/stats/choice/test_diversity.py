"""The public face: faults, shortfalls, pins, ties, large frames, replacements, reserves."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.choice.diverse_choice import Limits
from consilience.stats.choice.diverse_problem import Attribute, Problem, Quota, compile_problem
from consilience.stats.choice.diversity import choose
from consilience.stats.choice.diversity_front import front
from consilience.stats.choice.gower import distances, measure
from consilience.stats.choice.replacement import replace, reserves
from consilience.stats.choice.swaps import search


def frame(n, *, groups=None, seed=1, **changes):
    """A simulated frame like that of local authorities."""
    draw = stream(seed, "test/frame")
    columns = (
        Attribute(name="region", values=draw.integers(0, 9, n)),
        Attribute(name="type", values=draw.integers(0, 5, n)),
        Attribute(name="deprivation", values=draw.random(n), ordered=True),
        Attribute(name="rurality", values=draw.integers(0, 6, n), ordered=True),
        Attribute(name="size", values=np.round(np.exp(draw.normal(5, 1, n))), ordered=True),
    )
    codes = None if groups is None else np.arange(n) % groups
    return Problem(**{"attributes": columns, "take": 1, "groups": codes, **changes})


def no_gap(fault):
    """Whether the sentences name every value."""
    return not re.search(r"<\w+>", fault.what + fault.remedy)


PLAIN = Attribute(name="a", values=np.array([0.0, 1.0, 2.0, 3.0]), ordered=True)
MASK = np.array([True, False, False, False])


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("SEL-001", {"groups": np.array([0, 1])}),
        ("SEL-001", {"quotas": (Quota(name="q", mask=MASK[:2], at_least=1),)}),
        ("SEL-002", {"attributes": (Attribute(name="a", values=np.arange(4), weight=0.0),)}),
        ("SEL-002", {"score": np.array([0.0, 1.0, np.nan, 1.0])}),
        (
            "SEL-002",
            {"attributes": (Attribute(name="a", values=np.array([0, 1, np.inf]), ordered=True),)},
        ),
        ("SEL-003", {"take": 5}),
        ("SEL-003", {"vetoes": (0, 1, 2)}),
        ("SEL-003", {"groups": np.array([0, 0, 0, 1]), "take": (1, 2)}),
        ("SEL-004", {"pins": (0, 1, 2)}),
        ("SEL-004", {"pins": (0,), "vetoes": (0,)}),
        ("SEL-004", {"pins": (3,), "groups": np.array([0, 0, 0, -1])}),
        ("SEL-005", {"quotas": (Quota(name="q", mask=MASK, at_least=2, at_most=1),)}),
        ("SEL-006", {"take": 0}),
        ("SEL-006", {"take": (1, 1)}),
        ("SEL-006", {"take": (1,), "groups": np.array([0, 0, 1, 1])}),
        ("SEL-008", {"pins": (4,)}),
        ("SEL-009", {"attributes": ()}),
    ],
)
def test_bad_problems_are_refused_in_words(code, changes):
    problem = Problem(**{"attributes": (PLAIN,), "take": 2, **changes})
    with pytest.raises(Fault) as caught:
        choose(problem)
    assert caught.value.code == code
    assert no_gap(caught.value)


def test_unknown_options_are_refused():
    problem = Problem(attributes=(PLAIN,), take=2)
    for call in (
        lambda: choose(problem, objective="best"),
        lambda: choose(problem, share=1.0),
        lambda: reserves(problem, (0, 3), by="area"),
        lambda: reserves(problem, (0, 3), objective="best"),
    ):
        with pytest.raises(Fault) as caught:
            call()
        assert caught.value.code == "SEL-007"
        assert no_gap(caught.value)


def test_units_that_were_not_chosen_are_refused():
    problem = Problem(attributes=(PLAIN,), take=2, vetoes=(1,))
    for call in (
        lambda: replace(problem, (0, 3), (2,)),
        lambda: reserves(problem, (0, 1)),
    ):
        with pytest.raises(Fault) as caught:
            call()
        assert caught.value.code == "SEL-011"
        assert no_gap(caught.value)


def test_no_set_in_time_is_a_fault():
    limits = Limits(sets=0, seconds=0.0)
    draw = stream(3, "test/quotas")
    quotas = tuple(
        Quota(name=f"q{k}", mask=draw.random(60) < 0.3, at_least=2, at_most=2) for k in range(5)
    )
    problem = frame(60, take=6, quotas=quotas)
    with pytest.raises(Fault) as caught:
        choose(problem, objective="max-sum", limits=limits)
    assert caught.value.code == "SEL-010"
    assert no_gap(caught.value)


def test_shortfalls_say_why():
    kinds = np.array([1, 0, 0, 0, 0, 0])
    groups = np.array([0, 0, 1, 1, 2, 2])
    values = np.array([0.0, 0.1, 0.4, 0.6, 0.9, 1.0])
    quotas = (
        Quota(name="rare", mask=kinds == 1, at_least=2),
        Quota(name="first two", mask=groups == 0, at_least=2),
        Quota(name="even", mask=np.arange(6) % 2 == 0, at_least=2),
        Quota(name="odd", mask=np.arange(6) % 2 == 1, at_least=2, weight=0.5),
        Quota(name="late", mask=groups == 2, at_most=0),
    )
    for limits in (Limits(), Limits(sets=0)):
        choice = choose(
            Problem(
                attributes=(Attribute(name="v", values=values, ordered=True),),
                take=1,
                groups=groups,
                quotas=quotas,
            ),
            limits=limits,
        )
        told = {one.quota: (one.kind, one.by, one.reason) for one in choice.shortfalls}
        assert told == {
            "rare": ("too few", 1, "pool"),
            "first two": ("too few", 1, "groups"),
            "odd": ("too few", 1, "other quotas"),
            "late": ("too many", 1, "groups"),
        }
        assert choice.shortfall == pytest.approx(3.5)
        assert "only 1 may be chosen" in choice.shortfalls[0].why


def test_ties_go_to_the_lowest_units():
    same = Problem(attributes=(Attribute(name="a", values=np.array([0, 0, 1, 1, 2])),), take=3)
    choice = choose(same)
    assert choice.chosen == (0, 2, 4)
    assert choice.alternatives.optimal == 4
    assert choice.alternatives.count == 4
    assert len(choice.alternatives.sets) == 4


def test_missing_values_follow_the_stated_rule():
    ordered = Attribute(name="a", values=np.array([0.0, 1.0, np.nan, 10.0]), ordered=True)
    nominal = Attribute(name="b", values=np.array([-1, 0, -1, 1]))
    problem = Problem(attributes=(ordered, nominal), take=2)
    instance = compile_problem(problem)
    every = np.arange(4)
    matrix = distances(instance, every, every)
    assert matrix[1, 2] == pytest.approx(0.5)  # the median is 1.0; missing is a level of its own
    assert matrix[0, 2] == pytest.approx(0.05)
    assert choose(problem).imputed == (("a", 1),)


def test_parts_add_up():
    choice = choose(frame(39, groups=5))
    assert sum(part for _, part in choice.parts.by_attribute) == pytest.approx(choice.parts.total)
    assert choice.parts.mean == pytest.approx(choice.parts.total / 10)
    instance = compile_problem(frame(39, groups=5))
    one, other = choice.parts.closest
    pair = distances(instance, np.array([one]), np.array([other]))[0, 0]
    assert pair == pytest.approx(choice.parts.smallest)


@pytest.mark.parametrize("objective", ["max-sum", "max-min", "lexicographic"])
def test_methods_agree_where_both_reach(objective):
    problem = frame(60, groups=4, quotas=(Quota(name="q", mask=np.arange(60) < 12, at_least=3),))
    whole = choose(problem, objective=objective)
    large = choose(problem, objective=objective, limits=Limits(sets=101_000))
    assert whole.proof.method == "enumeration"
    assert large.proof.method != "enumeration"
    assert large.proof.optimal
    assert large.parts.smallest == pytest.approx(whole.parts.smallest)
    assert large.parts.total == pytest.approx(whole.parts.total)
    assert large.alternatives.share == 0.01
    assert large.alternatives.count == whole.alternatives.count


def test_thousands_of_units_are_proved():
    problem = frame(3_000, groups=8)
    choice = choose(problem, objective="max-sum")
    assert choice.proof.optimal
    assert choice.proof.bound == pytest.approx(choice.parts.total, abs=1e-6)
    assert "relaxation" in choice.proof.method
    assert choice.alternatives.count >= 1
    rough = search(compile_problem(problem), objective="max-sum", starts=10)
    assert measure(compile_problem(problem), rough)[0] <= choice.parts.total + 1e-9


def test_a_search_cut_short_says_so():
    choice = choose(
        frame(150, groups=5),
        objective="max-min",
        limits=Limits(sets=0, nodes=3, clique_sets=3),
    )
    assert not choice.proof.optimal
    assert choice.proof.of == "smallest"
    assert choice.proof.bound > choice.parts.smallest
    assert choice.proof.gap == pytest.approx(
        choice.proof.bound / choice.parts.smallest - 1, abs=1e-9
    )


def test_solving_again_gives_the_next_best():
    problem = frame(24, take=4)
    whole = choose(problem, objective="max-sum", share=0.05)
    again = choose(problem, objective="max-sum", share=0.05, limits=Limits(sets=1, solved=3))
    want = [one.total for one in whole.alternatives.sets[:4]]
    assert [one.total for one in again.alternatives.sets] == pytest.approx(want, abs=1e-6)
    assert again.alternatives.count is None
    assert "not all" in again.alternatives.note


def test_the_same_problem_gives_the_same_choice():
    problem = frame(400, take=6)
    one, two = (choose(problem, objective="max-sum") for _ in range(2))
    assert one == two


def test_a_replacement_is_the_best_of_all():
    problem = frame(39, groups=5, quotas=(Quota(name="q", mask=np.arange(39) < 10, at_least=2),))
    choice = choose(problem)
    lost = choice.chosen[1]
    after = replace(problem, choice.chosen, (lost,))
    kept = set(choice.chosen) - {lost}
    assert kept < set(after.chosen)
    assert lost not in after.chosen
    ranked = reserves(problem, choice.chosen, count=50)
    first = next(one for one in ranked if one.instead_of == lost)
    assert set(after.chosen) - kept == {first.unit}
    assert after.parts.smallest == pytest.approx(first.smallest)
    assert after.parts.total == pytest.approx(first.total)
    assert after.shortfall == pytest.approx(first.shortfall)


def test_reserves_are_ranked_within_the_group():
    problem = frame(39, groups=5)
    choice = choose(problem)
    ranked = reserves(problem, choice.chosen, count=3)
    assert [one.rank for one in ranked] == [1, 2, 3] * 5
    for one in ranked:
        assert problem.groups[one.unit] == problem.groups[one.instead_of] == one.group
        assert one.unit not in choice.chosen
        assert (one.smallest, one.total) <= (choice.parts.smallest, choice.parts.total)
    by_group = reserves(problem, choice.chosen, count=2, by="group")
    assert [one.group for one in by_group] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_pins_get_no_reserve():
    problem = frame(39, groups=5, pins=(0,))
    choice = choose(problem)
    assert 0 in choice.chosen
    assert 0 not in {one.instead_of for one in reserves(problem, choice.chosen)}


def test_the_front_ends_at_the_lexicographic_choice():
    problem = frame(39, groups=5)
    points = front(problem)
    lexicographic, greatest = choose(problem), choose(problem, objective="max-sum")
    assert points[-1].smallest == pytest.approx(lexicographic.parts.smallest)
    assert points[-1].total == pytest.approx(lexicographic.parts.total)
    assert points[0].total == pytest.approx(greatest.parts.total)


def test_small_problems_do_not_load_the_solver():
    script = (
        "import sys, numpy as np\n"
        "from consilience.stats.choice.diversity import Attribute, Problem, choose\n"
        "choose(Problem(attributes=(Attribute(name='a', values=np.arange(5)),), take=2))\n"
        "assert not {'highspy', 'pandas', 'pyarrow'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
