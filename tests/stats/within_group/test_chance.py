from itertools import product

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.stats.within_group import chance
from consilience.stats.within_group.chance import (
    STATISTICS,
    ChanceAgreement,
    critical_table,
    critical_values,
    group_p_values,
)


def philox(seed=1):
    return np.random.Generator(np.random.Philox(seed))


def every_group(size, points):
    return np.array(list(product(range(1, points + 1), repeat=size)), dtype=float)


def test_single_item_is_as_counting_every_group_says():
    groups = every_group(5, 5)
    exact = np.maximum(1 - groups.var(axis=1, ddof=1) / 2, 0)
    found = critical_values("rwg", size=5, items=1, points=5, draws=40_000, rng=philox())
    # multilevel::rwg.sim(5, 5) says .85 too: .75 is reached by 5.8 % of random groups.
    assert found.critical() == pytest.approx(0.85)
    assert found.values.mean() == pytest.approx(exact.mean(), abs=0.006)
    assert found.chance(0.7) == pytest.approx((exact > 0.7 + 1e-9).mean(), abs=0.005)
    assert found.p_value([0.85]) == pytest.approx((exact >= 0.85 - 1e-9).mean(), abs=0.004)


def test_deviations_of_a_single_item_are_as_counting_every_group_says():
    groups = every_group(5, 5)
    for statistic, middle in (("ad_mean", np.mean), ("ad_median", np.median)):
        exact = np.abs(groups - middle(groups, axis=1)[:, None]).mean(axis=1)
        found = critical_values(statistic, size=5, items=1, points=5, draws=40_000, rng=philox())
        # multilevel::ad.m.sim says .40 and .20.
        assert found.critical() == pytest.approx({"ad_mean": 0.4, "ad_median": 0.2}[statistic])
        assert found.values.mean() == pytest.approx(exact.mean(), abs=0.006)
        assert found.chance(5 / 6) == pytest.approx((exact < 5 / 6).mean(), abs=0.008)
        assert found.p_value([0.4]) == pytest.approx((exact <= 0.4 + 1e-9).mean(), abs=0.004)


@pytest.mark.parametrize(
    ("items", "sizes", "share"),
    [
        (11, [3, 5, 10, 20], [0.23, 0.12, 0.03, 0.002]),
        (20, [3, 5, 10, 20], [0.28, 0.17, 0.06, 0.01]),
    ],
)
def test_seventy_is_passed_by_chance_in_small_groups(items, sizes, share):
    table = critical_table("rwg_j", sizes, items=items, points=5, draws=10_000, rng=philox())
    assert table.chance == pytest.approx(share, abs=0.015)
    assert (np.diff(table.critical) < 0).all()
    assert table.sizes.tolist() == sizes


def test_items_that_go_together_let_chance_rise():
    # multilevel::rwg.j.sim: mean .2213 and .95 point .727 apart, .2425 and .784 at r = .5.
    options = {"size": 5, "items": 4, "points": 5, "draws": 20_000}
    apart = critical_values("rwg_j", rng=philox(), **options)
    alike = critical_values("rwg_j", rng=philox(), correlation=0.5, **options)
    assert apart.values.mean() == pytest.approx(0.2213, abs=0.01)
    assert apart.critical() == pytest.approx(0.727, abs=0.015)
    assert alike.values.mean() == pytest.approx(0.2425, abs=0.012)
    assert alike.critical() == pytest.approx(0.784, abs=0.015)
    matrix = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    again = critical_values("rwg_j", rng=philox(), correlation=matrix, **options)
    assert (again.values == alike.values).all()


def test_vectors_that_another_processor_chooses_change_no_answer(monkeypatch):
    options = {"size": 5, "items": 4, "points": 5, "draws": 2_000, "correlation": 0.5}
    here = critical_values("rwg_j", rng=philox(), **options)
    eigh = np.linalg.eigh

    def turned(matrix):
        roots, vectors = eigh(matrix)
        turn = np.linalg.qr(philox().normal(size=(3, 3)))[0]  # three of the four roots are equal
        return roots, np.hstack([vectors[:, :3] @ turn, -vectors[:, 3:]])

    monkeypatch.setattr(np.linalg, "eigh", turned)
    assert (critical_values("rwg_j", rng=philox(), **options).values == here.values).all()


def test_answers_come_from_the_null_asked_for():
    # Nobody uses the two lowest points of the heavy skew: rwg_j against its own variance .44.
    found = critical_values(
        "ad_mean", size=40, items=1, points=5, draws=3_000, rng=philox(), null="heavy-skew"
    )
    shares, scale = np.array([0, 0, 0.1, 0.4, 0.5]), np.arange(1, 6)
    expected = shares @ np.abs(scale - shares @ scale)
    assert found.values.mean() == pytest.approx(expected, abs=0.02)
    against = critical_values(
        "rwg_j_lindell", size=40, items=6, points=5, draws=3_000, rng=philox(), null="heavy-skew"
    )
    assert against.values.mean() == pytest.approx(0.0, abs=0.01)
    uneven = critical_values(
        "ad_mean",
        size=40,
        items=2,
        points=5,
        draws=3_000,
        rng=philox(),
        null="heavy-skew",
        correlation=0.9,
    )
    assert uneven.values.mean() == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_same_stream_gives_the_same_draws(statistic):
    options = {"size": 4, "items": 1, "points": 5, "draws": 700}
    one = critical_values(statistic, rng=philox(5), **options)
    two = critical_values(statistic, rng=philox(5), **options)
    assert (one.values == two.values).all()
    assert (np.diff(one.values) >= 0).all()
    # a_wg is undefined where the mean is too near an end.
    assert len(one.values) == 700 or statistic == "a_wg"
    assert not np.isnan(one.values).any()


@pytest.mark.parametrize("statistic", ["rwg", "ad_mean", "a_wg", "rwg_j_lindell"])
@pytest.mark.parametrize("level", [0.01, 0.05, 0.2])
def test_at_most_so_few_random_groups_are_critical(statistic, level):
    found = critical_values(statistic, size=6, items=1, points=4, draws=4_000, rng=philox())
    critical, values = found.critical(level=level), found.values
    beyond = values <= critical if found.low_agrees else values >= critical
    assert beyond.mean() <= level
    # The next value inwards would be one too many.
    inside = values[~beyond]
    nearest = inside.min() if found.low_agrees else inside.max()
    more = values <= nearest if found.low_agrees else values >= nearest
    assert more.mean() > level


def test_limits_and_critical_values_to_the_draw():
    agree = ChanceAgreement(
        statistic="rwg_j", size=5, items=4, points=5, values=np.arange(1, 101) / 100
    )
    deviate = ChanceAgreement(
        statistic="ad_mean", size=5, items=4, points=5, values=np.arange(1, 101) / 100
    )
    # 5 of 100 reach .96, and as many stay at .05 or below.
    assert (agree.critical(), deviate.critical()) == (0.96, 0.05)
    # Beyond a limit, not on it.
    assert (agree.chance(0.7), deviate.chance(0.7)) == (0.3, 0.69)
    assert agree.p_value([0.96, 1.0]) == pytest.approx([6 / 101, 2 / 101])
    assert deviate.p_value([0.05, 0.005]) == pytest.approx([6 / 101, 1 / 101])


def test_ties_are_ties_whatever_the_order_of_sums():
    found = critical_values("rwg_j_lindell", size=3, items=7, points=5, draws=5_000, rng=philox())
    assert len(np.unique(found.values)) == len(np.unique(found.values.round(9)))


def test_two_people_can_never_show_agreement_on_one_item():
    found = critical_values("rwg", size=2, items=1, points=5, draws=2_000, rng=philox())
    assert np.isnan(found.critical())


def test_p_values_of_groups_use_their_own_size():
    p = group_p_values(
        "rwg_j",
        [0.7, 0.7, np.nan, 0.7, 0.0],
        [3, 20, 5, 1, 3],
        items=11,
        points=5,
        draws=4_000,
        rng=philox(),
    )
    assert p[0] == pytest.approx(0.23, abs=0.03)
    assert p[1] < 0.01
    assert np.isnan(p[2:4]).all()
    assert p[4] == 1.0


def test_nothing_defined_leaves_nothing_to_say():
    found = ChanceAgreement(statistic="a_wg", size=2, items=1, points=5, values=np.empty(0))
    assert np.isnan([found.critical(), found.chance(0.7)]).all()
    assert np.isnan(found.p_value([0.5])).all()


def test_faults_of_chance():
    good = {"size": 3, "items": 2, "points": 5, "draws": 10}
    for code, changed in (
        ("STA-001", {"null": "bimodal"}),
        ("STA-002", {"correlation": np.eye(3)}),
        ("STA-003", {"correlation": 1.5}),
        ("STA-003", {"correlation": [[1, 0.2], [0.3, 1]]}),
        ("STA-003", {"correlation": float("nan")}),
        ("STA-003", {"size": 1}),
        ("STA-003", {"items": 0}),
        ("STA-003", {"points": 1}),
        ("STA-003", {"draws": 0}),
    ):
        with pytest.raises(Fault, match=code):
            critical_values("rwg_j", rng=philox(), **(good | changed))
    with pytest.raises(Fault, match="STA-001"):
        critical_values("kappa", rng=philox(), **good)
    with pytest.raises(Fault, match="STA-003"):
        critical_values("rwg", rng=philox(), **good)
    with pytest.raises(Fault, match="STA-002"):
        group_p_values("rwg", [0.1], [3, 3], items=1, points=5, draws=9, rng=philox())


def test_as_many_groups_are_drawn_as_were_asked_for(monkeypatch):
    monkeypatch.setattr(chance, "ANSWERS", 100)
    found = critical_values("rwg_j", size=3, items=4, points=5, draws=25, rng=philox())
    assert len(found.values) == 25
