"""l-diversity and t-closeness: pycanon's values, the papers' examples, brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats import l_diversity, t_closeness
from consilience.stats.disclosure import diversity

ROWS = st.lists(
    st.tuples(st.integers(-1, 2), st.integers(-1, 1), st.integers(-1, 3)), min_size=1, max_size=20
)


def parts(rows):
    *keys, values = zip(*rows, strict=True)
    return keys, values


def groups_by_force(rows, missing):
    """Return for each row the known values of those that agree with it."""

    def alike(one, other):
        pairs = zip(one[:-1], other[:-1], strict=True)
        return all(a == b or (missing == "wildcard" and -1 in (a, b)) for a, b in pairs)

    return [[r[-1] for r in rows if alike(row, r) and r[-1] >= 0] for row in rows]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("keys", "distinct", "entropy", "equal", "ordered"),
    [
        # pycanon 1.3.6: l_diversity, entropy_l_diversity, t_closeness of text and of numbers
        (("sex", "eth"), 1, 1, 0.8825999999999999, 0.36516000000000004),
        (("role", "sex"), 2, 1, 0.6796, 0.30315999999999993),
        (("area", "role", "age", "sex", "eth", "typ"), 1, 1, 0.9067999999999999, 0.64684),
    ],
)
def test_values_equal_those_of_pycanon(records, keys, distinct, entropy, equal, ordered):
    held, values = [records[key] for key in keys], records["sens"]
    least = l_diversity(held, values).least()
    assert (least[0], int(least[1])) == (distinct, entropy)
    assert t_closeness(held, values).t() == pytest.approx(equal, abs=1e-12)
    assert t_closeness(held, values, distance="ordered").t() == pytest.approx(ordered, abs=1e-12)


def test_the_salaries_of_li_and_others():
    """Section 5: the class of the three lowest is at 0.375, a spread one at 0.167."""
    keys = [[0, 0, 0, 1, 2, 1, 2, 1, 2]]
    salaries = [3, 4, 5, 6, 11, 8, 7, 9, 10]
    found = t_closeness(keys, salaries, distance="ordered")
    assert found.distances[0] == pytest.approx(0.375)
    spread = t_closeness([[0, 1, 1, 0, 0, 1, 1, 1, 1]], [3, 4, 5, 6, 11, 8, 7, 9, 10])
    assert spread.distances.round(4).tolist() == [0.6667, 0.3333]
    wide = t_closeness(
        [[1, 1, 1, 0, 0, 0, 1, 1, 1]], [3, 4, 5, 6, 11, 8, 7, 9, 10], distance="ordered"
    )
    assert wide.distances[0] == pytest.approx(0.167, abs=5e-4)


@given(ROWS, st.sampled_from(["wildcard", "category"]), st.sampled_from([0.5, 1, 2, 3]))
def test_diversity_by_counting(rows, missing, c):
    keys, values = parts(rows)
    found = l_diversity(keys, values, c=c, missing=missing)
    for row, group in zip(found.of_row, groups_by_force(rows, missing), strict=True):
        counts = sorted((group.count(value) for value in set(group)), reverse=True)
        assert found.distinct[row] == len(counts)
        recursive = [
            least for least in range(1, len(counts) + 1) if counts[0] < c * sum(counts[least - 1 :])
        ]
        assert found.recursive[row] == max(recursive, default=0)
        if not counts:
            assert np.isnan(found.entropy[row])
            continue
        shares = np.array(counts) / sum(counts)
        assert found.entropy[row] == pytest.approx(np.prod(shares**-shares))


@given(ROWS, st.sampled_from(["wildcard", "category"]))
def test_closeness_by_counting(rows, missing):
    keys, values = parts(rows)
    met = sorted({value for value in values if value >= 0})

    def shares(group):
        return np.array([group.count(value) for value in met]) / len(group)

    for distance in diversity.DISTANCES:
        found = t_closeness(keys, values, distance=distance, missing=missing)
        for row, group in zip(found.of_row, groups_by_force(rows, missing), strict=True):
            if not group:
                assert np.isnan(found.distances[row])
                continue
            apart = shares(group) - shares([value for value in values if value >= 0])
            far = np.abs(apart).sum() / 2
            if distance == "ordered":
                far = np.abs(np.cumsum(apart)).sum() / max(len(met) - 1, 1)
            assert found.distances[row] == pytest.approx(far)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_labels_do_not_matter(rows, chance):
    order = list(range(len(rows)))
    chance.shuffle(order)
    labels = {-1: -3, 0: 10, 1: 2_000, 2: 30_000_000, 3: 30_000_001}
    moved = [tuple(labels[code] for code in rows[at]) for at in order]
    for function in (
        lambda keys, values: t_closeness(keys, values, distance="ordered"),
        t_closeness,
    ):
        before, after = function(*parts(rows)), function(*parts(moved))
        np.testing.assert_allclose(
            after.distances[after.of_row], before.distances[before.of_row[order]]
        )
    before, after = l_diversity(*parts(rows)), l_diversity(*parts(moved))
    assert after.least() == pytest.approx(before.least())


@given(ROWS)
def test_blocks_do_not_matter(rows):
    keys, values = parts(rows)
    whole = l_diversity(keys, values, missing="category")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diversity, "_BLOCK", 8)
        pieces = l_diversity(keys, values, missing="category")
    assert pieces.distinct.tolist() == whole.distinct.tolist()
    np.testing.assert_array_equal(pieces.entropy, whole.entropy)


def test_where_nothing_is_known_nothing_is_learnt():
    found = l_diversity([[0, 0, 1]], [1, 2, -1])
    assert (found.distinct.tolist(), found.least()) == ([2, 0], (2, pytest.approx(2.0), 2))
    assert l_diversity([[0]], [-1]).least() == (0, 0.0, 0)
    assert t_closeness([[0]], [-1]).t() == 0.0
    assert t_closeness([[]], []).distances.tolist() == []


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("STA-001", lambda: t_closeness([[1]], [1], distance="crow")),
        ("STA-001", lambda: l_diversity([[1]], [1], missing="perhaps")),
        ("STA-002", lambda: l_diversity([[1]], [1, 2])),
        ("STA-002", lambda: l_diversity([[1]], [[1]])),
        ("STA-003", lambda: l_diversity([[1]], [1.5])),
        ("STA-003", lambda: l_diversity([[1]], [1], c=0)),
    ],
)
def test_what_cannot_be_compared_is_said(code, act):
    with pytest.raises(Fault) as caught:
        act()
    assert caught.value.code == code
