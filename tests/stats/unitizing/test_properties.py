"""What must hold of agreement on passages whatever was marked, and what is undefined."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.unitizing.code_agreement import code_agreement
from consilience.stats.unitizing.domain_agreement import domain_agreement
from consilience.stats.unitizing.measures import MEASURES, PLAIN
from consilience.stats.unitizing.resampled import TextBootstrap
from consilience.stats.unitizing.spans import read_spans, read_texts

BINARY = [name for name in MEASURES if name not in ("u_alpha", "u_alpha_binary", "cu_alpha")]


@st.composite
def marked(draw):
    """Return columns of spans over two texts of 30 characters that three coders read."""
    row = st.tuples(
        st.integers(0, 1), st.integers(0, 28), st.integers(1, 12), st.integers(0, 2),
        st.integers(0, 2),
    )  # fmt: skip
    rows = np.array(draw(st.lists(row, min_size=1, max_size=12)))
    document, start, length, code, coder = rows.T
    return document, start, np.minimum(start + length, 30), code, coder


TEXTS = read_texts([30, 30], np.ones((2, 3), dtype=bool))


def of_codes(columns, texts=TEXTS, **options):
    spans = read_spans(*columns, texts=texts)
    return code_agreement(spans, texts, unit="characters", codes=3, **options)


def of_domain(columns, texts=TEXTS, **options):
    spans = read_spans(*columns, texts=texts)
    return domain_agreement(spans, texts, codes=range(3), unit="characters", **options)


def equal(one, other):
    return np.allclose(one, other, atol=1e-9, equal_nan=True)


@settings(max_examples=60, deadline=None)
@given(marked(), st.permutations(range(3)))
def test_who_is_called_first_changes_nothing(columns, order):
    document, start, end, code, coder = columns
    other = (document, start, end, code, np.array(order)[coder])
    assert equal(of_codes(columns).values, of_codes(other).values)
    assert equal(of_domain(columns).values, of_domain(other).values)


@settings(max_examples=60, deadline=None)
@given(marked())
def test_the_order_of_texts_and_rows_changes_nothing(columns):
    document, start, end, code, coder = (column[::-1] for column in columns)
    other = (1 - document, start, end, code, coder)
    assert equal(of_codes(columns).values, of_codes(other).values)
    assert equal(of_domain(columns).values, of_domain(other).values)


@settings(max_examples=60, deadline=None)
@given(marked())
def test_a_passage_in_two_touching_pieces_is_the_same_characters(columns):
    document, start, end, code, coder = columns
    middle = (start + end) // 2
    left, right = middle > start, middle < end
    pieces = tuple(
        np.concatenate([first[left], second[right]])
        for first, second in (
            (document, document), (start, middle), (middle, end), (code, code), (coder, coder)
        )
    )  # fmt: skip
    chosen = [MEASURES.index(name) for name in BINARY]
    assert equal(of_codes(columns).values[..., chosen], of_codes(pieces).values[..., chosen])


@settings(max_examples=60, deadline=None)
@given(marked())
def test_marking_the_same_passage_twice_counts_once(columns):
    twice = tuple(np.concatenate([column, column]) for column in columns)
    assert equal(of_codes(columns).values, of_codes(twice).values)


@settings(max_examples=60, deadline=None)
@given(marked())
def test_coders_who_mark_the_same_agree_wholly(columns):
    alike = tuple(np.tile(column, 3) for column in columns[:4])
    coder = np.repeat(np.arange(3), len(columns[0]))
    for found in (of_codes((*alike, coder)), of_domain((*alike, coder))):
        assert np.isnan(found.values).any() or found.values.size
        assert equal(found.values[~np.isnan(found.values)], 1.0)


@settings(max_examples=60, deadline=None)
@given(marked(), st.integers(2, 5))
def test_finer_units_change_nothing_but_the_correction_for_few_units(columns, finer):
    document, start, end, code, coder = columns
    texts = read_texts([30 * finer, 30 * finer], np.ones((2, 3), dtype=bool))
    fine = (document, start * finer, end * finer, code, coder)
    plain = [MEASURES.index(name) for name in BINARY if name != "alpha_binary"]
    assert equal(of_codes(columns).values[..., plain], of_codes(fine, texts).values[..., plain])


@settings(max_examples=40, deadline=None)
@given(marked())
def test_nothing_is_above_one_and_what_is_missing_has_a_reason(columns):
    for found in (of_codes(columns), of_domain(columns)):
        missing = np.isnan(found.values)
        assert (found.values[~missing] <= 1 + 1e-9).all()
        assert ((found.reasons == "") == ~missing).all()


@settings(max_examples=30, deadline=None)
@given(marked())
def test_all_texts_at_once_is_the_choice_of_all(columns):
    chosen = of_codes(columns, choices=[[True, True], [True, False], [False, True]])
    assert equal(of_codes(columns).values[0], chosen.values[0])
    first = columns[0] == 0
    alone = of_codes(tuple(column[first] for column in columns), read_texts([30], [[True] * 3]))
    assert equal(alone.values[0], chosen.values[1])


def test_a_code_that_nobody_used_is_undefined_throughout():
    found = of_codes(tuple(np.array([n]) for n in (0, 0, 5, 0, 0)))
    assert np.isnan(found.values[0, 1]).all()
    assert set(found.reasons[0, 1]) == {"not used"}


def test_a_code_that_is_everywhere_says_nothing_beyond_what_is_seen():
    document, coder = np.repeat([0, 1], 3), np.tile([0, 1, 2], 2)
    zero = np.zeros(6, dtype=int)
    found = of_codes((document, zero, zero + 30, zero, coder))
    for name in MEASURES:
        value = found.value(name)
        assert value == 1 if name in PLAIN else np.isnan(value), name
    assert found.reasons[0, 0, MEASURES.index("fleiss")] == "no variation"


def test_one_coder_alone_has_nobody_to_agree_with():
    texts = read_texts([30, 30], [[True, False, False], [True, False, False]])
    found = of_codes(tuple(np.array([n]) for n in (0, 0, 5, 0, 0)), texts)
    assert np.isnan(found.values).all()
    assert set(found.reasons.ravel()) == {"fewer than two coders"}
    assert found.documents.tolist() == [0]


def test_no_passage_at_all_is_no_agreement():
    empty = tuple(np.array([], dtype=int) for _ in range(5))
    assert np.isnan(of_codes(empty).values).all()
    assert np.isnan(of_domain(empty).values).all()


def test_of_one_code_there_is_nothing_to_tell_apart():
    found = of_codes(tuple(np.array([n, n]) for n in (0, 0, 5, 0, 0)))
    assert found.reasons[0, 0, MEASURES.index("cu_alpha")] == "one code only"


def test_overlapping_codes_are_a_value_of_their_own():
    """Both mark 0-10 with both codes: they agree; a coder with one of them does not."""
    texts = read_texts([20], [[True, True]])
    both = ([0, 0, 0, 0], [0, 0, 0, 0], [10, 10, 10, 10], [0, 1, 0, 1], [0, 0, 1, 1])
    spans = read_spans(*both, texts=texts)
    assert domain_agreement(spans, texts, codes=[0, 1], unit="x").value("percent") == 1
    spans = read_spans(*(column[:3] for column in both), texts=texts)
    assert domain_agreement(spans, texts, codes=[0, 1], unit="x").value("percent") == 0.5


def test_many_codes_need_more_than_one_word():
    texts = read_texts([10], [[True, True]])
    spans = read_spans([0, 0, 0], [0, 0, 0], [5, 5, 5], [1, 130, 130], [0, 0, 1], texts=texts)
    found = domain_agreement(spans, texts, codes=range(140), unit="characters")
    assert found.value("percent") == 0.5


def test_pooling_adds_what_is_above_and_below_chance_code_by_code():
    columns = tuple(np.array(c) for c in (
        (0, 0, 0, 0), (0, 4, 10, 20), (10, 12, 20, 30), (0, 0, 1, 1), (0, 1, 0, 1),
    ))  # fmt: skip
    texts = read_texts([30], [[True, True]])
    each = of_codes(columns, texts)
    pooled = of_codes(columns, texts, pooled=True)
    parts = []
    for first, second, both in ((10, 8, 6), (10, 10, 0)):
        agreed = 1 - (first + second - 2 * both) / 30
        chance = (first * second + (30 - first) * (30 - second)) / 900
        parts.append((agreed - chance, 1 - chance))
    above, below = np.array(parts).T
    assert equal(each.values[0, :2, MEASURES.index("cohen")], above / below)
    assert pooled.value("cohen") == pytest.approx(above.sum() / below.sum())
    assert pooled.values.shape == (1, 1, len(MEASURES))


def streams(block):
    return stream(7, "texts", block=block)


def drawing(replicates, level=0.95):
    return TextBootstrap(replicates=replicates, streams=streams, level=level)


def simulated(documents):
    rng = stream(7, "passages")
    document = np.repeat(np.arange(documents), 4)
    start = rng.integers(0, 60, size=len(document))
    start[1::2] = start[::2] + rng.integers(-3, 4, size=len(start[1::2])).clip(-start[::2], None)
    coder = np.tile([0, 1], len(document) // 2)
    return document, start, start + 20, np.zeros_like(start), coder


def test_intervals_are_those_of_texts_drawn_anew_and_repeat():
    texts = read_texts([100] * 30, np.ones((30, 2), dtype=bool))
    spans = read_spans(*simulated(30), texts=texts)
    found, again = (
        code_agreement(spans, texts, unit="characters", bootstrap=drawing(200)) for _ in range(2)
    )
    assert np.array_equal(found.low, again.low, equal_nan=True)
    assert found.low[0, 0, 1] < found.value("cohen") < found.high[0, 0, 1]
    # By hand: the same draws, one whole computation each.
    weights = streams(0).multinomial(30, np.full(30, 1 / 30), size=200)
    drawn = []
    for row in weights:
        picked = np.repeat(np.arange(30), row)
        parts = [np.flatnonzero(spans.document == each) for each in picked]
        new = np.repeat(np.arange(30), [len(part) for part in parts])
        rows = np.concatenate(parts)
        other = read_spans(
            new, spans.start[rows], spans.end[rows], spans.code[rows], spans.coder[rows],
            texts=texts,
        )  # fmt: skip
        drawn.append(code_agreement(other, texts, unit="characters").values[0, 0])
    chosen = [MEASURES.index(name) for name in ("percent", "cohen", "ac1", "u_alpha", "jaccard")]
    ends = np.quantile(np.array(drawn)[:, chosen], [0.025, 0.975], axis=0)
    assert np.allclose(found.low[0, 0, chosen], ends[0])
    assert np.allclose(found.high[0, 0, chosen], ends[1])


def test_a_domain_has_intervals_and_a_single_text_has_none():
    texts = read_texts([100] * 10, np.ones((10, 2), dtype=bool))
    spans = read_spans(*simulated(10), texts=texts)
    options = {"unit": "characters", "bootstrap": drawing(100)}
    alone = np.eye(10, dtype=bool)[:1]
    found = domain_agreement(spans, texts, codes=[0], **options)
    assert found.low[0, 0, 0] < found.values[0, 0, 0] < found.high[0, 0, 0]
    for one in (
        domain_agreement(spans, texts, codes=[0], choices=alone, **options),
        code_agreement(spans, texts, choices=alone, **options),
    ):
        assert np.isnan(one.low).all()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda: read_texts([5], [True]), "STA-002"),
        (lambda: read_texts([-5], [[True, True]]), "STA-003"),
        (lambda: read_spans([0], [0], [3, 4], [0], [0], texts=TEXTS), "STA-002"),
        (lambda: read_spans([2], [0], [3], [0], [0], texts=TEXTS), "STA-003"),
        (lambda: read_spans([0], [0], [3], [-1], [0], texts=TEXTS), "STA-003"),
        (lambda: read_spans([0], [0], [31], [0], [0], texts=TEXTS), "STA-003"),
        (lambda: read_spans([0], [3], [3], [0], [0], texts=TEXTS), "STA-003"),
        (lambda: read_spans([0], [0], [3], [0], [1], texts=read_texts([9], [[1, 0]])), "STA-003"),
        (lambda: of_codes([[0], [0], [9], [0], [0]], choices=[[True]]), "STA-002"),
        (lambda: of_codes([[], [], [], [], []], read_texts([9], [[True]])), "STA-002"),
        (lambda: of_codes([[0], [0], [9], [0], [0]], bootstrap=drawing(9, 1.5)), "STA-003"),
    ],
)
def test_what_cannot_be_is_refused(wrong, code):
    with pytest.raises(Fault) as told:
        wrong()
    assert told.value.code == code


def test_a_domain_needs_codes():
    spans = read_spans([0], [0], [3], [0], [0], texts=TEXTS)
    with pytest.raises(Fault) as told:
        domain_agreement(spans, TEXTS, codes=[1, 1], unit="characters")
    assert told.value.code == "STA-003"
