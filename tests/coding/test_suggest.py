"""What is proposed is not coded yet; what people said of it is counted with its uncertainty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.coding.model import Judgement, Suggestion
from consilience.coding.suggest import Passages, recall_checks, suggest

MODEL = "a" * 64


def passages(count):
    rng = np.random.Generator(np.random.Philox(7))
    vectors = rng.random((count, 8), dtype=np.float32)
    return Passages(
        documents=[f"d{n % 3}" for n in range(count)],
        versions=np.ones(count, np.int64),
        starts=np.arange(count, dtype=np.int64) * 100,
        ends=np.arange(count, dtype=np.int64) * 100 + 90,
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
    )


@given(coded=st.lists(st.booleans(), min_size=20, max_size=20), top=st.integers(1, 25))
def test_only_what_is_free_is_proposed_best_first(coded, top):
    known = passages(20)
    mask = np.array(coded)
    found = suggest(
        "c", passages=known, coded=mask, examples=known.vectors[:2], model=MODEL, top=top
    )
    assert len(found) == min(top, int((~mask).sum()))
    assert all(not coded[each.start // 100] for each in found)
    assert [each.score for each in found] == sorted((s.score for s in found), reverse=True)


def test_a_code_without_examples_gets_no_proposals():
    known = passages(5)
    none = known.vectors[:0]
    coded = np.zeros(5, bool)
    assert suggest("c", passages=known, coded=coded, examples=none, model=MODEL) == ()


def judged(code, *verdicts):
    for n, relevant in enumerate(verdicts):
        one = Suggestion(
            code=code, document="d", version=1, start=n, end=n + 1, score=0.5, model=MODEL
        )
        yield Judgement(suggestion=one, relevant=relevant, coder="a", at="2018-01-01T00:00:00Z")


def test_the_recall_check_counts_by_code():
    checks = recall_checks([*judged("b", True, False, True, True), *judged("a", *[False] * 10)])
    assert [(c.code, c.relevant, c.proposed) for c in checks] == [("a", 0, 10), ("b", 3, 4)]
    # Wilson (1927) by hand: 0 of 10 gives 0 to 0.2775, 3 of 4 gives 0.3006 to 0.9544.
    assert (checks[0].low, checks[0].high) == pytest.approx((0, 0.2775), abs=5e-5)
    assert (checks[1].low, checks[1].high) == pytest.approx((0.3006, 0.9544), abs=5e-5)
    assert recall_checks([]) == ()
