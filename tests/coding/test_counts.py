"""Counts of codes, and codes that meet, against what counting by hand gives."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from consilience.coding.counts import (
    case_counts,
    code_counts,
    coder_counts,
    cooccurrence,
    saturation,
)
from consilience.coding.model import CODING, TABLES, Code

CODES = (
    Code(id="top", name="Top", codable=False),
    Code(id="a", name="A", parent="top"),
    Code(id="deep", name="Deep", parent="a"),
    Code(id="b", name="B", position=1),
)


def codings(*rows):
    made = [
        {
            "id": f"k{n}", "document": document, "version": 1, "start": start, "end": end,
            "code": code, "coder": coder, "at": "", "origin": "person",
        }
        for n, (document, start, end, code, coder) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=CODING)


MARKED = codings(
    ("t1", 0, 10, "a", "x"), ("t1", 5, 9, "b", "x"), ("t1", 5, 9, "b", "y"),
    ("t2", 0, 4, "deep", "x"), ("t2", 4, 8, "a", "x"), ("t2", 3, 5, "deep", "x"),
)  # fmt: skip


def test_the_tree_with_counts_below():
    rows = {row["code"]: row for row in code_counts(CODES, MARKED).to_pylist()}
    assert [(row["passages"], row["below"], row["texts"]) for row in rows.values()] == [
        (0, 4, 0), (2, 4, 2), (2, 2, 1), (2, 2, 1),
    ]  # fmt: skip
    assert (rows["deep"]["path"], rows["deep"]["depth"]) == ("Top > A > Deep", 2)
    assert rows["b"]["coders"] == 2


def test_by_coder_and_by_case():
    assert coder_counts(MARKED).to_pylist() == [
        {"code": "a", "coder": "x", "passages": 2, "texts": 2},
        {"code": "b", "coder": "x", "passages": 1, "texts": 1},
        {"code": "b", "coder": "y", "passages": 1, "texts": 1},
        {"code": "deep", "coder": "x", "passages": 2, "texts": 1},
    ]
    assert case_counts(MARKED, {"t1": "Ash"}).to_pylist() == [
        {"case": "Ash", "code": "a", "passages": 1, "texts": 1},
        {"case": "Ash", "code": "b", "passages": 2, "texts": 1},
    ]


def test_codes_meet_within_a_coder_and_only_where_passages_overlap():
    # 0-4 and 4-8 touch; what y marked does not meet what x marked.
    assert cooccurrence(MARKED).to_pylist() == [
        {"code": "a", "other": "b", "passages": 1, "texts": 1},
        {"code": "a", "other": "deep", "passages": 1, "texts": 1},
    ]


def test_new_codes_end():
    found = saturation([("t2", "T2"), ("t1", "T1"), ("t3", "T3")], MARKED).to_pylist()
    assert [(row["name"], row["new"], row["codes"]) for row in found] == [
        ("T2", 2, 2), ("T1", 1, 3), ("T3", 0, 3),
    ]  # fmt: skip


def test_nothing_marked_gives_empty_tables():
    none = CODING.empty_table()
    assert cooccurrence(none).num_rows == coder_counts(none).num_rows == 0
    assert code_counts(CODES, none)["below"].to_pylist() == [0, 0, 0, 0]
    assert coder_counts(none).schema == TABLES["coding_count"]


_rows = st.tuples(
    st.sampled_from(["t1", "t2"]), st.integers(0, 30), st.integers(1, 12),
    st.sampled_from("abc"), st.sampled_from("xy"),
)  # fmt: skip


@given(st.lists(_rows, max_size=25))
def test_meeting_equals_comparing_every_pair(rows):
    table = codings(*[(d, s, s + n, c, k) for d, s, n, c, k in rows])
    found = {(r["code"], r["other"]): (r["passages"], r["texts"])
             for r in cooccurrence(table).to_pylist()}  # fmt: skip
    expected = {}
    plain = table.to_pylist()
    for n, one in enumerate(plain):
        for other in plain[n + 1 :]:
            alike = (one["document"], one["coder"]) == (other["document"], other["coder"])
            if alike and one["code"] != other["code"] and (
                one["start"] < other["end"] and other["start"] < one["end"]
            ):  # fmt: skip
                pair = tuple(sorted((one["code"], other["code"])))
                count, texts = expected.get(pair, (0, set()))
                expected[pair] = (count + 1, texts | {one["document"]})
    assert found == {pair: (count, len(texts)) for pair, (count, texts) in expected.items()}
