"""Passages that answer a query, against a witness that looks at one character after the other."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.coding.model import CODING, Code
from consilience.coding.query import And, Codes, Not, Or, Related, read_query
from consilience.coding.retrieve import (
    corpus_of,
    covering,
    retrieve,
    turns_within,
)
from consilience.coding.sentence_index import SentenceIndex
from consilience.coding.spans import Spans, line_of, melted, pairs
from consilience.text.segments import sentences

IDS = ("a", "b", "c")
LENGTHS = (12, 0, 7)
DOCUMENTS = ("d0", "d1", "d2")


def table(rows):
    """Return codings of (document, start, end, code, coder)."""
    return pa.Table.from_pylist(
        [
            {
                "id": f"k{n}", "document": document, "version": 1, "start": start, "end": end,
                "code": code, "coder": coder, "at": "", "origin": "person",
            }
            for n, (document, start, end, code, coder) in enumerate(rows)
        ],
        schema=CODING,
    )  # fmt: skip


def corpus(rows, lengths=LENGTHS, documents=DOCUMENTS):
    return corpus_of(line_of(documents, lengths), table(rows), IDS)


def told(spans, line):
    """Return stretches of the line as (document, start, end)."""
    at = line.number(spans.starts)
    base = line.bases[at]
    places = zip(at, spans.starts - base, spans.ends - base, strict=True)
    return [(line.documents[n], int(start), int(end)) for n, start, end in places]


@st.composite
def codings(draw):
    def one(document, length):
        start = draw(st.integers(0, length - 1))
        end = draw(st.integers(start + 1, length))
        return document, start, end, draw(st.sampled_from(IDS)), draw(st.sampled_from("xy"))

    picks = draw(st.lists(st.sampled_from(["d0", "d2"]), max_size=9))
    return [one(each, LENGTHS[DOCUMENTS.index(each)]) for each in picks]


terms = st.sampled_from(IDS).map(lambda each: Codes(frozenset({each})))
booleans = st.recursive(
    terms,
    lambda below: st.one_of(
        st.builds(And, below, below), st.builds(Or, below, below), st.builds(Not, below)
    ),
    max_leaves=5,
)
relations = st.sampled_from(["in", "overlapping"])
queries = st.recursive(
    terms,
    lambda below: st.one_of(
        st.builds(And, below, below),
        st.builds(Or, below, below),
        st.builds(Not, below),
        st.builds(Related, below, relations, below),
        st.builds(
            Related, below, st.sampled_from(["near", "before", "after"]), below,
            st.one_of(st.none(), st.integers(0, 4)),
        ),
    ),
    max_leaves=5,
)  # fmt: skip


def holds(query, rows, document, place):
    """Return whether a Boolean query holds of one character."""
    match query:
        case Codes(ids=ids):
            return any(d == document and s <= place < e and c in ids for d, s, e, c, _ in rows)
        case And(left=left, right=right):
            return holds(left, rows, document, place) and holds(right, rows, document, place)
        case Or(left=left, right=right):
            return holds(left, rows, document, place) or holds(right, rows, document, place)
        case Not(of=of):
            return not holds(of, rows, document, place)
    raise AssertionError(query)


def characters(passage):
    document, start, end = passage
    return {(document, place) for place in range(start, end)}


def stretches(held):
    """Return sets of characters as the passages they make, longest ones."""
    found = []
    for document, length in zip(DOCUMENTS, LENGTHS, strict=True):
        runs = itertools.groupby(range(length), key=lambda place: (document, place) in held)
        for kept, places in runs:
            line = list(places)
            if kept:
                found.append((document, line[0], line[-1] + 1))
    return set(found)


def witness(query, rows):
    """Return passages as sets of characters say, with none of the code that is tested."""
    match query:
        case Codes(ids=ids):
            return {(d, s, e) for d, s, e, c, _ in rows if c in ids}
        case Or(left=left, right=right):
            return witness(left, rows) | witness(right, rows)
        case Not(of=of):
            covered = set().union(*map(characters, witness(of, rows)), set())
            whole = set().union(*map(characters, [("d0", 0, 12), ("d2", 0, 7)]))
            return stretches(whole - covered)
        case And(left=left, right=right):
            shared = (
                characters(one) & characters(other)
                for one in witness(left, rows)
                for other in witness(right, rows)
            )
            return set().union(*map(stretches, shared), set())
        case Related(left=left, right=right):
            others = witness(right, rows)
            return {p for p in witness(left, rows) if any(stands(query, p, o) for o in others)}
    raise AssertionError(query)


def stands(query, one, other):
    own, theirs = characters(one), characters(other)
    if query.how == "in":
        return own <= theirs
    if query.how == "overlapping":
        return bool(own & theirs)
    if one[0] != other[0]:
        return False
    most = 99 if query.most is None else query.most
    before = one[2] <= other[1] and other[1] - one[2] <= most
    after = other[2] <= one[1] and one[1] - other[2] <= most
    if query.how == "near":
        return bool(own & theirs) or before or after
    return before if query.how == "before" else after


@settings(deadline=None)  # the first table takes a second where pandas is there
@given(booleans, codings())
def test_boolean_queries_hold_of_exactly_these_characters(query, rows):
    held = corpus(rows)
    found = told(retrieve(query, held), held.line)
    covered = set().union(*map(characters, found), set())
    for document, length in zip(DOCUMENTS, LENGTHS, strict=True):
        for place in range(length):
            assert ((document, place) in covered) == holds(query, rows, document, place)


@given(queries, codings())
def test_passages_are_those_of_the_witness_in_order_of_the_texts(query, rows):
    held = corpus(rows)
    found = told(retrieve(query, held), held.line)
    assert found == sorted(witness(query, rows))


@given(codings(), codings())
def test_pairs_are_all_that_overlap_each_once(left, right):
    one, other = corpus(left), corpus(right)
    a, b = Spans(one.starts, one.ends), Spans(other.starts, other.ends)
    found = [
        pair
        for own, row in pairs(a, b)
        for pair in zip(own.tolist(), row.tolist(), strict=True)
    ]  # fmt: skip
    overlap = (a.starts[:, None] < b.ends) & (b.starts < a.ends[:, None])
    assert sorted(found) == [tuple(each) for each in np.argwhere(overlap).tolist()]


def test_pairs_come_a_bounded_number_at_a_time(monkeypatch):
    monkeypatch.setattr("consilience.coding.spans._PAIRS", 3)
    starts = np.arange(6)
    spans = Spans(starts, starts + 3)
    blocks = list(pairs(spans, spans))
    assert max(len(own) for own, _ in blocks) <= 3
    found = {pair for own, row in blocks for pair in zip(own.tolist(), row.tolist(), strict=True)}
    assert found == {(i, j) for i in range(6) for j in range(6) if abs(i - j) < 3}
    assert sum(len(own) for own, _ in blocks) == len(found)


def test_melted_joins_what_touches():
    found = melted(Spans(np.array([0, 2, 3, 9]), np.array([5, 3, 7, 12])))
    assert (found.starts.tolist(), found.ends.tolist()) == ([0, 9], [7, 12])
    found = melted(Spans(np.array([0, 5]), np.array([5, 6])))
    assert (found.starts.tolist(), found.ends.tolist()) == ([0], [6])


SAID = "I: Do you trust us? Do you?\nR: I do. Most do, I think.\nI: And the rest?\n"
BOOK = tuple(Code(id=each, name=each) for each in IDS)


def asked(query, rows):
    """Return what a query finds in `SAID`, whose lines are turns, as starts and ends."""
    held = corpus(rows, lengths=(len(SAID), 20), documents=("d0", "d1"))
    starts = np.array([0, 28, 55])
    within = {
        "turns": turns_within(starts, held.line),
        "sentences": SentenceIndex(held.line).measure(
            lambda document: SAID if document == "d0" else ""
        ),
    }
    return told(retrieve(read_query(query, BOOK), held, within=within), held.line)


A = ("d0", 3, 19, "a", "x")  # Do you trust us?
B = ("d0", 31, 36, "b", "x")  # I do.
C = ("d0", 58, 71, "c", "x")  # And the rest?


def test_near_by_sentences():
    # `Do you?` and the label with `I do.` in one sentence: two sentences further.
    assert asked("a near b within 1 sentences", [A, B]) == []
    assert asked("a near b within 2 sentences", [A, B]) == [A[:3]]
    assert asked("b near a within 2 sentences", [A, B]) == [B[:3]]
    assert asked("a before b within 2 sentences", [A, B]) == [A[:3]]
    assert asked("b before a within 2 sentences", [A, B]) == []
    assert asked("b after a within 2 sentences", [A, B]) == [B[:3]]


def test_near_by_turns():
    assert asked("a near b within 0 turns", [A, B]) == []
    assert asked("a near b within 1 turns", [A, B]) == [A[:3]]
    assert asked("a near c within 1 turns", [A, C]) == []
    assert asked("c near a within 2 turns", [A, C]) == [C[:3]]
    assert asked("b near (a or c) within 1 turns", [A, B, C]) == [B[:3]]


def test_a_text_without_turns_has_nothing_near_by_turns_but_what_overlaps():
    rows = [("d1", 0, 3, "a", "x"), ("d1", 4, 6, "b", "x"), ("d1", 5, 9, "c", "x")]
    assert asked("a near b within 5 turns", rows) == []
    assert asked("b near c within 0 turns", rows) == [("d1", 4, 6)]


def test_near_by_characters_does_not_reach_into_the_next_text():
    rows = [("d0", len(SAID) - 2, len(SAID), "a", "x"), ("d1", 0, 3, "b", "x")]
    assert asked("a near b within 5 characters", rows) == []
    assert asked("a before b", rows) == []
    touching = [("d1", 0, 3, "a", "x"), ("d1", 3, 5, "b", "x")]
    assert asked("a near b within 0 characters", touching) == [("d1", 0, 3)]
    assert asked("a overlapping b", touching) == []


def test_what_is_covered_says_codes_and_coders_of_the_whole_passage():
    rows = [
        ("d0", 0, 8, "a", "x"),
        ("d0", 2, 6, "b", "y"),
        ("d0", 5, 12, "b", "x"),
        ("d0", 0, 12, "c", "z"),
    ]
    held = corpus(rows)
    passages = retrieve(read_query("a and b", BOOK), held)
    assert told(passages, held.line) == [("d0", 2, 6), ("d0", 5, 8)]
    codes, coders = covering(passages, held.of_codes(frozenset({"a", "b"})))
    assert codes == [("a", "b"), ("a", "b")]
    assert coders == [("x", "y"), ("x",)]


texts = st.text(alphabet=st.sampled_from("aB. ?\n\"'M"), max_size=40).filter(str.strip)


@given(texts, st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=5), st.data())
def test_sentences_between_are_those_of_the_whole_text(text, places, data):
    most = data.draw(st.integers(0, 4))
    index = SentenceIndex(line_of(("d0", "d1"), (50, len(text))))
    starts, _ = sentences(text)
    for _ in range(2):  # what was cut is kept
        pairs = [sorted((a % len(text), b % len(text))) for a, b in places]
        first, last = np.array(pairs, np.int64).reshape(-1, 2).T
        found = index.measure(lambda _: text)(first + 51, last + 51, most)
        between = [int(((starts > a) & (starts <= b)).sum()) for a, b in pairs]
        assert found.tolist() == [count <= most for count in between]
        places = places[::-1]
