"""What shows a finding, what it shaped, and whether topics ended up under their codes."""

from __future__ import annotations

import pyarrow as pa
import pytest

from consilience.coding.evidence import evidence, find_code, topic_codes, trace
from consilience.coding.model import CODING, Code
from consilience.design.model import Study, StudyFinding

CODES = (
    Code(id="c1", name="Feedback"),
    Code(id="c2", name="None given", parent="c1"),
    Code(id="c3", name="Trust"),
    Code(id="c4", name="Trust", parent="c1"),
)


def codings(*rows):
    made = [
        {
            "id": f"k{n}", "document": document, "version": 1, "start": n, "end": n + 5,
            "code": code, "coder": coder, "at": "", "origin": "person",
        }
        for n, (document, code, coder) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=CODING)


MARKED = codings(("d1", "c1", "a"), ("d1", "c2", "b"), ("d2", "c2", "a"), ("d3", "c3", "a"))


def finding(name, **named):
    return StudyFinding.model_validate({"id": name, "text": "x", "from": "talks", **named})


@pytest.mark.parametrize(
    ("written", "found"),
    [("c3", "c3"), ("feedback", "c1"), ("Trust", None), ("none given", "c2"), ("x", None)],
)
def test_a_code_is_found_by_id_or_its_only_name(written, found):
    code = find_code(CODES, written)
    assert (code.id if code else None) == found


def test_a_code_counts_with_the_codes_below_it():
    (row,) = evidence([finding("F1", codes=["feedback"])], codes=CODES, codings=MARKED).to_pylist()
    assert row == {
        "finding": "F1", "kind": "code", "thing": "c1", "name": "Feedback", "codings": 3,
        "places": 2, "documents": 2, "coders": 2,
    }  # fmt: skip


def test_passages_that_overlap_are_one_place_and_others_are_not():
    def places(*spans):
        rows = [
            {"id": str(n), "document": d, "version": 1, "start": a, "end": b, "code": "c1",
             "coder": coder, "at": "", "origin": "person"}
            for n, (d, a, b, coder) in enumerate(spans)
        ]  # fmt: skip
        marked = pa.Table.from_pylist(rows, schema=CODING)
        (row,) = evidence([finding("F1", codes=["c1"])], codes=CODES, codings=marked).to_pylist()
        return row["places"], row["coders"]

    assert places() == (0, 0)
    assert places(("d", 5, 9, "a"), ("d", 5, 9, "b")) == (1, 2)
    assert places(("d", 0, 5, "a"), ("d", 5, 9, "b")) == (2, 2)
    assert places(("d", 0, 9, "a"), ("d", 1, 2, "b"), ("d", 8, 12, "b"), ("e", 0, 9, "a")) == (2, 2)
    assert places(("d", 0, 9, "a"), ("d", 0, 9, "consensus")) == (1, 1)


def test_texts_from_which_a_finding_does_not_come_do_not_show_it():
    found = evidence(
        [finding("F1", codes=["feedback"], codings=["k2"]), finding("F2", codes=["feedback"])],
        codes=CODES,
        codings=MARKED,
        texts={"F1": frozenset({"d1"})},
    ).to_pylist()
    assert [(row["finding"], row["kind"], row["codings"]) for row in found] == [
        ("F1", "code", 2), ("F1", "coding", 1), ("F2", "code", 3),
    ]  # fmt: skip


def test_single_codings_and_what_is_not_there():
    found = evidence(
        [finding("F1", codings=["k3", "k9"]), finding("F2", codes=["gone"])],
        codes=CODES,
        codings=MARKED,
    ).to_pylist()
    assert [(row["thing"], row["name"], row["codings"]) for row in found] == [
        ("k3", "Trust", 1), ("k9", None, 0), ("gone", None, 0),
    ]  # fmt: skip


def test_topics_end_up_under_their_codes():
    def line(interview, covered, *codes):
        keys = {"guide": "g", "version": "1", "topic": "told"}
        return {"interview": interview, "covered": covered, "codes": list(codes), **keys}

    coverage = pa.Table.from_pylist(
        [line("T1", "yes", "feedback", "gone"), line("T2", "partly", "feedback", "gone"),
         line("T3", "yes", "feedback"), line("T4", "no", "feedback"), line("T5", None, "feedback")]
    )  # fmt: skip
    interviews = {"d1": "T1", "d2": "T2", "d3": "T3"}
    found = topic_codes(coverage, codes=CODES, codings=MARKED, interviews=interviews).to_pylist()
    assert [(row["code"], row["covered"], row["coded"], row["any"]) for row in found] == [
        ("c1", 3, 2, 2), ("gone", 2, 0, 2),
    ]  # fmt: skip


def test_a_text_with_one_of_the_codes_of_a_topic_counts_once():
    keys = {"guide": "g", "version": "1", "topic": "told", "covered": "yes"}
    lines = [{"interview": name, "codes": ["c1", "c3"], **keys} for name in ("T1", "T2", "T3")]
    found = topic_codes(
        pa.Table.from_pylist(lines), codes=CODES, codings=MARKED,
        interviews={"d1": "T1", "d2": "T2", "d3": "T3"},
    ).to_pylist()  # fmt: skip
    assert [(row["code"], row["covered"], row["coded"], row["any"]) for row in found] == [
        ("c1", 3, 2, 3), ("c3", 3, 1, 3),
    ]  # fmt: skip


def test_questions_of_the_findings_that_are_asked_for():
    raw = {
        "consilience": 1,
        "study": {"id": "s", "title": "S", "starts": "2017-01-01", "ends": "2018-01-01", "seed": 1},
        "stages": [
            {"id": "ask", "kind": "survey", "agency": "a", "instrument": "i.yaml", "of": "areas",
             "opens": "2017-02-01", "closes": "2017-03-01", "intake": {"file": "x.csv"}},
        ],
        "instruments": {
            "i.yaml": {
                "id": "i", "title": "I", "version": "2",
                "questions": [
                    {"id": "q1", "text": "One?", "kind": "open", "from_finding": "F1"},
                    {"id": "q2", "text": "Two?", "kind": "open", "from_finding": "F2"},
                    {"id": "q3", "text": "Three?", "kind": "open"},
                ],
            }
        },
    }  # fmt: skip
    rows = trace(Study.model_validate(raw), findings=["F1"]).to_pylist()
    assert [(row["question"], row["version"], row["survey"]) for row in rows] == [
        ("q1", "2", "ask")
    ]
