"""Codings made on any version of a text are found in every other, and back where they were made.

The words of a text are its tokens; each version puts other words in the place of some, whole
stretches of them at once, so that where a passage must be is known without any map.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import accumulate

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.coding.model import CODING, Code, Coding
from consilience.interviews.model import Document
from consilience.store import codings as kept
from consilience.store.coded import at_version
from consilience.store.database import open_database
from consilience.store.transcripts import Draft, add_version, keep_document, versions
from consilience.text.offsets import Edit, apply_edits, difference

AT = "2026-03-02T09:00:00Z"
KINDS = ("corrected", "pseudonymised", "deposit", "pseudonymised")
WORDS = st.sampled_from(("Ann", "said", "a", "so", "Bredon", "School", "🙂", "é", "we", "all"))
OTHERS = st.sampled_from(("[Head]", "[name 12]", "x", "𝔄bc", "[School A]"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = open_database(tmp_path_factory.mktemp("follow") / "study.db")
    yield made
    made.dispose()


def places(tokens):
    """Return where each token begins and ends in the text of them, a space between two."""
    starts = [0, *accumulate(len(token) + 1 for token in tokens)]
    return [(start, start + len(token)) for start, token in zip(starts, tokens, strict=False)]


@st.composite
def histories(draw):
    """Return versions as lists of tokens, the number of the parent of each, and the edits."""
    tokens = draw(st.lists(WORDS, min_size=2, max_size=14))
    made = [(tokens, None, [])]
    for _ in range(draw(st.integers(1, 4))):
        parent = draw(st.integers(1, len(made)))
        old = made[parent - 1][0]
        new = [draw(st.one_of(st.just(token), st.just(token), OTHERS)) for token in old]
        spots = zip(places(old), old, new, strict=True)
        edits = [Edit(*place, word) for place, was, word in spots if was != word]
        made.append((new, parent, edits))
    return made


def keep(connection, history):
    text = " ".join(history[0][0])
    document = Document(id="d", name="D")
    keep_document(connection, document, text=text, turns=[], sealed=True, at=AT, actor="t")
    for number, (tokens, parent, edits) in enumerate(history[1:]):
        old = " ".join(history[parent - 1][0])
        words, moved = apply_edits(old, edits)
        assert words == " ".join(tokens)
        draft = Draft(
            kind=KINDS[number], text=words, turns=[], edits=moved, sealed=number == 0
        )  # fmt: skip
        base = versions(connection, "d")[parent - 1]
        add_version(connection, base, draft, at=AT, actor="t")
    kept.save_codes(connection, [Code(id="c", name="C")])


@given(history=histories(), data=st.data())
@settings(deadline=None, max_examples=25)
def test_a_coding_of_any_version_is_in_all_others_and_back_exactly(engine, history, data):
    count = len(history[0][0])
    spans = st.tuples(
        st.integers(1, len(history)), st.integers(0, count - 1), st.integers(0, count - 1)
    )
    marks = [(v, min(a, b), max(a, b)) for v, a, b in data.draw(st.lists(spans, max_size=6))]
    codings = []
    for number, (version, first, last) in enumerate(marks):
        spots = places(history[version - 1][0])
        codings.append(Coding(
            id=f"k{number}", document="d", version=version, start=spots[first][0],
            end=spots[last][1], code="c", coder="ann", at=AT,
        ))  # fmt: skip
    with engine.connect() as connection:
        connection.begin()
        keep(connection, history)
        table = pa.Table.from_pylist([asdict(each) for each in codings], schema=CODING)
        kept.insert_codings(connection, table)
        for version in range(1, len(history) + 1):
            read = at_version(connection, kept.codings_table(connection), "d", version)
            spots = places(history[version - 1][0])
            wanted = {f"k{n}": (spots[a][0], spots[b][1]) for n, (_, a, b) in enumerate(marks)}
            assert where(read) == wanted
            for back in range(1, len(history) + 1):
                spots = places(history[back - 1][0])
                wanted = {f"k{n}": (spots[a][0], spots[b][1]) for n, (_, a, b) in enumerate(marks)}
                assert where(at_version(connection, read, "d", back)) == wanted
        again = kept.codings_table(connection)
        connection.rollback()
    assert again.sort_by("id").equals(table.sort_by("id")), "kept as they were made"


def where(table):
    return {row["id"]: (row["start"], row["end"]) for row in table.to_pylist()}


@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_whatever_is_edited_a_coding_is_read_where_it_was_made(engine, data):
    letters = st.text(st.sampled_from("ab 🙂\n"), min_size=1, max_size=25)
    first, second = data.draw(letters), data.draw(letters)
    third = data.draw(letters)
    with engine.connect() as connection:
        connection.begin()
        document = Document(id="d", name="D")
        last = keep_document(
            connection, document, text=first, turns=[], sealed=False, at=AT, actor="t"
        )
        for kind, old, new in (("corrected", first, second), ("deposit", second, third)):
            edits = difference(old, new)
            draft = Draft(kind=kind, text=new, turns=[], edits=edits, sealed=False)
            last = add_version(connection, last, draft, at=AT, actor="t")
        kept.save_codes(connection, [Code(id="c", name="C")])
        texts = {1: first, 2: second, 3: third}
        for version, text in texts.items():
            start = data.draw(st.integers(0, len(text) - 1))
            end = data.draw(st.integers(start + 1, len(text)))
            kept.insert_coding(connection, Coding(
                id=f"k{version}", document="d", version=version, start=start, end=end, code="c",
                coder="ann", at=AT,
            ))  # fmt: skip
        stored = {row["id"]: row for row in kept.codings_table(connection).to_pylist()}
        for version, text in texts.items():
            read = at_version(connection, kept.codings_table(connection), "d", version)
            rows = {row["id"]: row for row in read.to_pylist()}
            assert rows[f"k{version}"] == stored[f"k{version}"]
            assert all(0 <= row["start"] < row["end"] <= len(text) for row in rows.values())
        connection.rollback()
