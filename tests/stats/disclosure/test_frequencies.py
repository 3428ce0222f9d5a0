"""Frequencies of keys and k-anonymity: sdcMicro's values, brute force, relabelling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats import k_anonymity, key_frequencies
from consilience.stats.disclosure.key_table import classes_of, packed, read_keys

CODES = st.integers(-1, 3)
TABLES = st.integers(1, 4).flatmap(
    lambda keys: st.lists(st.tuples(*[CODES] * keys), min_size=1, max_size=25)
)


def columns(rows):
    return [list(each) for each in zip(*rows, strict=True)]


def agree(one, other):
    return all(a == b or -1 in (a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.shared
def test_frequencies_equal_those_of_sdcmicro(records, keys, pinned):
    found = key_frequencies(keys, weights=records["w"])
    assert found.sample.tolist() == pinned["fk"].tolist()
    np.testing.assert_allclose(found.population, pinned["Fk"], rtol=0, atol=1e-12)
    assert k_anonymity(keys).below(2) == 9562


@given(TABLES)
def test_a_missing_key_agrees_with_every_value(rows):
    weights = np.arange(1, len(rows) + 1) / 4
    found = key_frequencies(columns(rows), weights=weights)
    alike = np.array([[agree(one, other) for other in rows] for one in rows])
    assert found.sample.tolist() == alike.sum(axis=1).tolist()
    np.testing.assert_allclose(found.population, alike @ weights)


@given(TABLES)
def test_or_it_is_a_category_of_its_own(rows):
    found = key_frequencies(columns(rows), missing="category")
    assert found.sample.tolist() == [rows.count(each) for each in rows]
    assert found.population.tolist() == found.sample.tolist()


@given(TABLES, st.integers(1, 4))
def test_k_anonymity_by_counting(rows, k):
    found = k_anonymity(columns(rows), k=k)
    counts = [sum(agree(one, other) for other in rows) for one in rows]
    assert found.violating.tolist() == [count < k for count in counts]
    assert (found.smallest, found.below(k)) == (min(counts), sum(count < k for count in counts))
    assert found.class_sizes() == {size: counts.count(size) for size in set(counts)}


@given(TABLES, st.randoms(use_true_random=False))
def test_order_and_labels_do_not_matter(rows, chance):
    order = list(range(len(rows)))
    chance.shuffle(order)
    labels = {-1: -7, 0: 2_000_000_000_000, 1: 5, 2: 0, 3: 77}
    keys = columns([[labels[code] for code in rows[at]] for at in order])
    chance.shuffle(keys)
    before = key_frequencies(columns(rows)).sample
    assert key_frequencies(keys).sample.tolist() == before[order].tolist()


@given(TABLES)
def test_twice_the_records_are_twice_as_many(rows):
    once, twice = (key_frequencies(columns(each)).sample for each in (rows, rows * 2))
    assert twice[: len(rows)].tolist() == (2 * once).tolist()


def test_levels_beyond_64_bits_and_beyond_a_table():
    spread = np.arange(3000) % 1500
    many = [spread * 7 + number for number in range(12)]
    table = read_keys(many)
    codes, size = packed(table, table.keys)
    assert codes.min() >= 0
    assert codes.max() < size <= 2**62
    assert np.prod([float(levels) for levels in table.levels]) > 2.0**64
    assert key_frequencies(many).sample.tolist() == [2] * 3000
    gap = [each.copy() for each in many]
    gap[3][0] = -1
    assert key_frequencies(gap).sample.tolist() == [2] * 3000
    assert key_frequencies(gap, missing="category").sample[[0, 1, 1500]].tolist() == [1, 2, 1]


def test_a_class_holds_one_of_its_rows():
    table = read_keys([[4, 2, 4, 2, 9]])
    found = classes_of(table)
    assert found.sizes.tolist() == [2, 2, 1]
    assert found.of_row[found.rows].tolist() == [0, 1, 2]


def test_nobody():
    found = k_anonymity([[], []])
    assert (found.smallest, found.class_sizes(), found.violating.tolist()) == (0, {}, [])


@pytest.mark.parametrize(
    ("code", "keys", "options"),
    [
        ("STA-001", [[1, 2]], {"missing": "perhaps"}),
        ("STA-002", [], {}),
        ("STA-002", [[1, 2], [1]], {}),
        ("STA-002", [[[1, 2]]], {}),
        ("STA-003", [[1.5, 2]], {}),
        ("STA-003", [[np.nan, 2]], {}),
        ("STA-003", [["north", "south"]], {}),
        ("STA-002", [[1, 2]], {"weights": [1]}),
        ("STA-100", [[1, 2]], {"weights": [1, 0]}),
        ("STA-100", [[1, 2]], {"weights": [np.nan, 1]}),
    ],
)
def test_what_cannot_be_counted_is_said(code, keys, options):
    with pytest.raises(Fault) as caught:
        key_frequencies(keys, **options)
    assert caught.value.code == code


def test_a_k_below_one_is_refused():
    with pytest.raises(Fault) as caught:
        k_anonymity([[1]], k=0)
    assert caught.value.code == "STA-003"


def test_any_negative_number_is_missing():
    for missing, expected in (("category", [2, 2, 1]), ("wildcard", [3, 3, 3])):
        assert key_frequencies([[-1, -9, 0]], missing=missing).sample.tolist() == expected


def test_whole_numbers_may_come_as_decimals():
    assert key_frequencies([[1.0, 1.0, -1.0]]).sample.tolist() == [3, 3, 3]
