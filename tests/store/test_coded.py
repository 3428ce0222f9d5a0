"""Codings follow their text through its versions, and are seen by those who may see them."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.coding.model import CODING, CONSENSUS, Code
from consilience.interviews.model import Document
from consilience.store import codings as kept
from consilience.store.coded import at_version, visible_codings
from consilience.store.database import open_database
from consilience.store.transcripts import Draft, add_version, keep_document
from consilience.text.offsets import Edit, apply_edits

AT = "2026-03-02T09:00:00Z"
WORDS = "Ann said that Ben came. "


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = open_database(tmp_path_factory.mktemp("coded") / "study.db")
    yield made
    made.dispose()


def keep(connection, text, codings):
    keep_document(
        connection, Document(id="d", name="D"), text=text, turns=[], sealed=False, at=AT, actor="t"
    )
    kept.save_codes(connection, [Code(id="c", name="C")])
    kept.insert_codings(connection, table(codings))


def table(codings):
    return pa.Table.from_pylist(
        [
            {
                "id": f"k{number}", "document": "d", "version": version, "start": start,
                "end": end, "code": "c", "coder": coder, "at": AT, "origin": "person",
            }
            for number, (version, start, end, coder) in enumerate(codings)
        ],
        schema=CODING,
    )  # fmt: skip


@st.composite
def edits_of(draw, length):
    places = sorted(draw(st.lists(st.integers(0, length), max_size=6, unique=True)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return [
        Edit(start, end, draw(st.sampled_from(("", "[x]", "[name 12]")))) for start, end in pairs
    ]


@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_passages_that_nobody_edited_keep_their_words_in_both_directions(engine, data):
    text = WORDS * 3
    one = data.draw(edits_of(len(text)))
    middle, first_map = apply_edits(text, one)
    two = data.draw(edits_of(len(middle)))
    last, second_map = apply_edits(middle, two)
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 12))
    marks = [(s, min(len(text), s + n)) for s, n in data.draw(st.lists(spans, max_size=5))]
    with engine.connect() as connection:
        connection.begin()
        keep(connection, text, [(1, s, e, "ann") for s, e in marks])
        parent = None
        for words, edits in ((middle, first_map), (last, second_map)):
            draft = Draft(kind="corrected", text=words, turns=[], edits=edits, sealed=False)
            parent = add_version(connection, parent or _first(connection), draft, at=AT, actor="t")
        read = at_version(connection, kept.codings_table(connection), "d", 3).to_pylist()
        back = at_version(connection, table_of(read), "d", 1).to_pylist()
        connection.rollback()
    _check(text, last, marks, read, back, first_map.then(second_map))


def _first(connection):
    from consilience.store.transcripts import find_version

    return find_version(connection, "d", 1)


def table_of(rows):
    return pa.Table.from_pylist(rows, schema=CODING)


def _check(text, last, marks, read, back, whole):
    there = {row["id"]: row for row in read}
    again = {row["id"]: row for row in back}
    for number, (start, end) in enumerate(marks):
        row = there.get(f"k{number}")
        begin, stop = whole.span(start, end)
        if row is None:
            assert begin == stop
            continue
        assert (row["version"], row["start"], row["end"]) == (3, begin, stop)
        home = again.get(f"k{number}")
        if home is not None:
            # What was edited makes a passage wider, never narrower: no word of it is lost.
            assert home["version"] == 1
            untouched = _kept(text, last, start, end, whole)
            assert all(home["start"] <= point < home["end"] for point in untouched)


def _kept(text, last, start, end, whole):
    """Return code points of a passage that are exactly the same letter after all edits."""
    points = []
    for point in range(start, end):
        begin, stop = whole.span(point, point + 1)
        if stop - begin == 1 and last[begin] == text[point]:
            points.append(point)
    return points


def test_a_passage_whose_text_went_is_not_shown_and_comes_back_with_it(engine):
    with engine.connect() as connection:
        connection.begin()
        keep(connection, WORDS, [(1, 0, 3, "ann"), (1, 4, 8, "ann")])
        words, edits = apply_edits(WORDS, [Edit(0, 4, "")])
        draft = Draft(kind="corrected", text=words, turns=[], edits=edits, sealed=False)
        add_version(connection, _first(connection), draft, at=AT, actor="t")
        (left,) = visible_codings(connection, "d", coder="ann", sees="own", version=2).to_pylist()
        assert (left["id"], words[left["start"] : left["end"]]) == ("k1", "said")
        both = visible_codings(connection, "d", coder="ann", sees="own", version=1)
        assert both.column("id").to_pylist() == ["k0", "k1"]
        connection.rollback()


def test_marks_made_on_a_later_version_are_found_in_the_earlier(engine):
    with engine.connect() as connection:
        connection.begin()
        words, edits = apply_edits(WORDS, [Edit(0, 3, "[Head]")])
        keep(connection, WORDS, [])
        draft = Draft(kind="pseudonymised", text=words, turns=[], edits=edits, sealed=False)
        add_version(connection, _first(connection), draft, at=AT, actor="t")
        kept.insert_codings(connection, table([(2, 0, 11, "ann"), (2, 2, 4, "ann")]))
        rows = visible_codings(connection, "d", coder="ann", sees="own", version=1).to_pylist()
        found = {row["id"]: WORDS[row["start"] : row["end"]] for row in rows}
        assert found == {"k0": "Ann said", "k1": "Ann"}
        connection.rollback()


SEEN = [
    # released by ann, by ben; what ann sees as coder, what somebody else as analyst and as lead
    (False, False, {"ann"}, {"old", CONSENSUS}),
    (True, False, {"ann", "old", CONSENSUS}, {"ann", "old", CONSENSUS}),
    (False, True, {"ann"}, {"ben", "old", CONSENSUS}),
    (True, True, {"ann", "ben", "old", CONSENSUS}, {"ann", "ben", "old", CONSENSUS}),
]


@pytest.mark.parametrize(("ann", "ben", "coder", "analyst"), SEEN)
def test_work_is_seen_where_both_have_released_it(engine, ann, ben, coder, analyst):
    with engine.connect() as connection:
        connection.begin()
        keep(connection, WORDS, [(1, 0, 3, who) for who in ("ann", "ben", CONSENSUS, "old")])
        for who, done in (("ann", ann), ("ben", ben)):
            kept.assign(connection, "d", who, at=AT)
            if done:
                kept.release(connection, "d", who, at=AT)

        def seen(who, sees):
            rows = visible_codings(connection, "d", coder=who, sees=sees, version=1)
            return set(rows.column("coder").to_pylist())

        # What came from elsewhere was given to nobody here: it is open to who has released.
        assert seen("ann", "own") == coder
        assert seen("zoe", "released") == analyst
        assert seen("zoe", "own") == set()
        assert seen("zoe", "all") == {"ann", "ben", "old", CONSENSUS}
        connection.rollback()
