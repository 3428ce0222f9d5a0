"""Tables of codes, shares of codes that meet, and drift, against counting one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.coding.drift import CodedBy, drift
from consilience.coding.model import CODING, Code
from consilience.coding.retrieve import corpus_of
from consilience.coding.spans import Spans, line_of
from consilience.coding.tables import counted_below, crosstab, marks_by, marks_in, meetings

IDS = ("a", "b", "c")
BOOK = (
    Code(id="a", name="A"),
    Code(id="b", name="B", parent="a"),
    Code(id="c", name="C", parent="b"),
)
LENGTH = 12


def corpus(rows):
    made = [
        {
            "id": f"k{n}", "document": document, "version": 1, "start": start, "end": end,
            "code": code, "coder": coder, "at": "", "origin": "person",
        }
        for n, (document, start, end, code, coder) in enumerate(rows)
    ]  # fmt: skip
    line = line_of(("d0", "d1"), (LENGTH, LENGTH))
    return corpus_of(line, pa.Table.from_pylist(made, schema=CODING), IDS)


rows_of_codings = st.lists(
    st.tuples(
        st.sampled_from(["d0", "d1"]),
        st.integers(0, LENGTH - 1),
        st.integers(1, LENGTH),
        st.sampled_from(IDS),
        st.sampled_from("xy"),
    ).map(lambda row: (row[0], row[1], max(row[1] + 1, row[2]), *row[3:])),
    max_size=10,
)


def by_text(held):
    return marks_by(held, held.line.number(held.starts))


@settings(deadline=None)
@given(rows_of_codings)
def test_counts_presence_and_characters_by_text(rows):
    marks = by_text(corpus(rows))
    count, presence, characters = (
        crosstab(marks, groups=2, codes=3, measure=each)
        for each in ("count", "presence", "characters")
    )
    for (n, document), (m, code) in product(enumerate(("d0", "d1")), enumerate(IDS)):
        own = [row for row in rows if row[0] == document and row[3] == code]
        covered = {place for _, start, end, _, _ in own for place in range(start, end)}
        assert count[n, m] == len(own)
        assert presence[n, m] == bool(own)
        assert characters[n, m] == len(covered)


@given(rows_of_codings)
def test_what_is_below_counts_for_those_above(rows):
    held = corpus(rows)
    found = counted_below(by_text(held), BOOK)
    count = crosstab(found, groups=2, codes=3, measure="count")
    plain = crosstab(by_text(held), groups=2, codes=3, measure="count")
    assert count[:, 0].tolist() == plain.sum(axis=1).tolist()
    assert count[:, 1].tolist() == plain[:, 1:].sum(axis=1).tolist()
    assert count[:, 2].tolist() == plain[:, 2].tolist()
    covered = crosstab(found, groups=2, codes=3, measure="characters")
    whole = [(d, s, e, "a", k) for d, s, e, _, k in rows]
    assert covered[:, 0].tolist() == (
        crosstab(by_text(corpus(whole)), groups=2, codes=3, measure="characters")[:, 0].tolist()
    )


def test_a_coding_over_two_turns_of_a_speaker_is_one():
    held = corpus([("d0", 0, 10, "a", "x"), ("d0", 2, 3, "b", "x")])
    turns = Spans(np.array([0, 4, 8]), np.array([4, 7, 12]))
    marks = marks_in(held, turns, np.array([0, 1, 0]))
    assert crosstab(marks, groups=2, codes=3, measure="count").tolist() == [[1, 1, 0], [1, 0, 0]]
    covered = crosstab(marks, groups=2, codes=3, measure="characters")
    assert covered.tolist() == [[4 + 2, 1, 0], [3, 0, 0]]


@given(rows_of_codings)
def test_shares_of_passages_that_meet(rows):
    found = {(r["code"], r["other"]): r for r in meetings(corpus(rows)).to_pylist()}

    def meets(one, code):
        return any(
            one[0] == d and one[4] == k and c == code and one[1] < e and s < one[2]
            for d, s, e, c, k in rows
        )

    for one, other in (("a", "b"), ("a", "c"), ("b", "c")):
        firsts = [row for row in rows if row[3] == one]
        seconds = [row for row in rows if row[3] == other]
        met = sum(meets(row, other) for row in firsts), sum(meets(row, one) for row in seconds)
        if not any(met):
            assert (one, other) not in found
        else:
            row = found[one, other]
            assert row["of_code"] == pytest.approx(met[0] / len(firsts))
            assert row["of_other"] == pytest.approx(met[1] / len(seconds))


def coded(*counts, words=1000, coder="x"):
    texts = [f"t{n}" for n in range(len(counts))]
    passages = np.array([[count] for count in counts], dtype=np.int64)
    return CodedBy(coder=coder, texts=texts, words=[words] * len(texts), passages=passages)


def test_drift_by_hand():
    (row,) = drift([coded(9, 11, 20, 40)], ["a"], batches=2).to_pylist()
    assert (row["texts"], row["words"], row["passages"]) == ([2, 2], [2000, 2000], [20, 60])
    assert row["rates"] == [10, 30]
    assert row["change"] == 20
    assert row["chi_square"] == pytest.approx(20.0)  # (20 - 40)^2 / 40 twice
    assert row["p"] == pytest.approx(7.744216e-06, rel=1e-6)  # R: pchisq(20, 1, lower = FALSE)


def test_no_drift_where_the_rate_holds():
    (row,) = drift([coded(6, 6, 6)], ["a"], batches=3).to_pylist()
    assert (row["chi_square"], row["p"], row["change"]) == (0, 1, 0)


def test_too_few_passages_are_not_tested_and_too_few_texts_left_out():
    (row,) = drift([coded(4, 5), coded(50, coder="y")], ["a"], batches=2).to_pylist()
    assert (row["coder"], row["chi_square"], row["p"], row["change"]) == ("x", None, None, 1)
