"""Whatever was done to codes, codings and memos can be taken back exactly, and done again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.coding.model import Code
from consilience.interviews.model import Document
from consilience.store.changes import Deed, changes, do, newest, next_number, redo, undo
from consilience.store.coding_tables import CODE, CODING, MEMO
from consilience.store.codings import code_row
from consilience.store.database import open_database
from consilience.store.transcripts import keep_document

AT = "2026-03-02T09:00:00Z"
AREAS = ("codebook", "coding", "memo")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = open_database(tmp_path_factory.mktemp("changes") / "study.db")
    yield made
    made.dispose()


@pytest.fixture
def connection(engine):
    """Return a connection on which nothing is kept, with a text and a code."""
    with engine.connect() as opened:
        opened.begin()
        start(opened)
        yield opened
        opened.rollback()


def start(connection):
    keep_document(
        connection, Document(id="d", name="D"), text="a" * 50, turns=[], sealed=False, at=AT,
        actor="t",
    )  # fmt: skip
    put(connection, "code", "c0", row_of("code", "c0", "first"))


def row_of(table, key, word, code="c0"):
    if table == "code":
        row = code_row(Code(id=key, name=word))
        del row["id"]
        return row
    if table == "coding":
        return {
            "document": "d", "version": 1, "start": 0, "end": 5, "code": code, "coder": word,
            "at": AT, "origin": "person",
        }  # fmt: skip
    return {"on": "study", "thing": "", "title": word, "text": word, "author": "ann", "at": AT}


def there(connection, table, key):
    found = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE id = ?", (key,)).mappings()
    return next((dict(row) for row in found), None)


def put(connection, table, key, wanted, *, actor="ann"):
    """Write a row, part of one, or none, as a deed."""
    old = there(connection, table, key)
    before = None
    if old is not None:
        before = {name: old[name] for name in (wanted or old) if name != "id"}
    area = "codebook" if table == "code" else table
    deed = Deed(
        area=area, action="put", before={table: {key: before}}, after={table: {key: wanted}}
    )
    return do(connection, deed, at=AT, actor=actor)


def state(connection):
    return [
        sorted(tuple(row) for row in connection.execute(table.select()))
        for table in (CODE, CODING, MEMO)
    ]


STEP = st.tuples(
    st.sampled_from(("code", "coding", "memo")),
    st.sampled_from("123"),
    st.sampled_from(("new", "other", "part", "gone")),
    st.sampled_from("uvw"),
)


def carry_out(connection, step):
    table, number, how, word = step
    key = f"{table}-{number}"
    old = there(connection, table, key)
    if how == "gone":
        in_use = connection.exec_driver_sql("SELECT 1 FROM coding WHERE code = ?", (key,)).first()
        if old is not None and not (table == "code" and in_use):
            put(connection, table, key, None)
    elif how == "part":
        column = {"code": "definition", "coding": "coder", "memo": "text"}[table]
        if old is not None:
            put(connection, table, key, {column: word})
    else:
        code = "code-1" if how == "other" and there(connection, "code", "code-1") else "c0"
        put(connection, table, key, row_of(table, key, word, code))


@given(steps=st.lists(STEP, max_size=12), back=st.integers(0, 12))
@settings(deadline=None, max_examples=60)
def test_any_sequence_undone_is_the_first_state_and_redone_the_last(engine, steps, back):
    with engine.connect() as connection:
        connection.begin()
        start(connection)
        states, number = [state(connection)], next_number(connection)
        for step in steps:
            carry_out(connection, step)
            if next_number(connection) > number:
                states.append(state(connection))
            number = next_number(connection)
        done = len(states) - 1
        for left in range(done - 1, -1, -1):
            assert undo(connection, AREAS, at=AT, actor="ann", of="ann") is not None
            assert state(connection) == states[left]
        for reached in range(1, done + 1):
            assert redo(connection, AREAS, at=AT, actor="ann", of="ann") is not None
            assert state(connection) == states[reached]
        assert redo(connection, AREAS, at=AT, actor="ann", of="ann") is None
        back = min(back, done)
        for left in range(done - 1, done - back - 1, -1):
            undo(connection, AREAS, at=AT, actor="ann", of="ann")
            assert state(connection) == states[left]
        connection.rollback()


def test_something_new_ends_what_could_be_done_again(connection):
    put(connection, "memo", "m", row_of("memo", "m", "one"))
    undo(connection, AREAS, at=AT, actor="ann", of="ann")
    put(connection, "memo", "n", row_of("memo", "n", "two"))
    assert redo(connection, AREAS, at=AT, actor="ann", of="ann") is None
    assert there(connection, "memo", "m") is None
    undo(connection, AREAS, at=AT, actor="ann", of="ann")
    redo(connection, AREAS, at=AT, actor="ann", of="ann")
    assert there(connection, "memo", "n") is not None
    assert redo(connection, AREAS, at=AT, actor="ann", of="ann") is None


def test_only_own_work_of_the_named_kinds_is_taken_back(connection):
    put(connection, "memo", "m", row_of("memo", "m", "one"))
    put(connection, "memo", "n", row_of("memo", "n", "two"), actor="ben")
    put(connection, "coding", "k", row_of("coding", "k", "ann"))
    taken = undo(connection, ("memo",), at=AT, actor="ann", of="ann")
    assert taken.deed.after == {"memo": {"m": row_of("memo", "m", "one")}}
    assert there(connection, "memo", "n") is not None
    assert there(connection, "coding", "k") is not None
    assert undo(connection, ("memo",), at=AT, actor="ann", of="ann") is None


def test_nothing_is_taken_back_over_a_later_change_of_the_same(connection):
    put(connection, "memo", "m", row_of("memo", "m", "one"))
    put(connection, "memo", "m", {"text": "by another"}, actor="ben")
    with pytest.raises(Fault) as told:
        undo(connection, AREAS, at=AT, actor="ann", of="ann")
    assert told.value.code == "COD-011"
    assert told.value.values["count"] == 1
    assert there(connection, "memo", "m")["text"] == "by another"
    undo(connection, AREAS, at=AT, actor="ben", of="ben")
    undo(connection, AREAS, at=AT, actor="ann", of="ann")
    assert there(connection, "memo", "m") is None


def test_a_code_that_others_used_since_does_not_go(engine):
    with engine.connect() as connection:
        connection.begin()
        start(connection)
        put(connection, "code", "c1", row_of("code", "c1", "second"))
        put(connection, "coding", "k", row_of("coding", "k", "ben", "c1"), actor="ben")
        with pytest.raises(Fault) as told:
            undo(connection, ("codebook",), at=AT, actor="ann", of="ann")
        assert told.value.code == "COD-010"
        assert told.value.values["table"] == "coding"
        connection.rollback()


def test_the_newest_change_of_a_text_counts_the_codebook_and_no_other_text(connection):
    deed = Deed(area="coding", action="mark", document="d", before={}, after={})
    own = do(connection, deed, at=AT, actor="ann").number
    other = Deed(area="coding", action="mark", document="e", before={}, after={})
    do(connection, other, at=AT, actor="ann")
    assert newest(connection, "d") == own
    changed = put(connection, "code", "c2", row_of("code", "c2", "third")).number
    assert newest(connection, "d") == changed == next_number(connection) - 1


def test_the_log_says_what_was_undone_by_what(connection):
    made = put(connection, "memo", "m", row_of("memo", "m", "one")).number
    undo(connection, AREAS, at=AT, actor="ann", of="ann")
    first, last = changes(connection, area="memo")
    assert (first.number, first.undone_by, last.undoes) == (made, last.number, made)
    assert last.deed.action == "undo"
    assert changes(connection, area="memo", after=made) == [last]
    assert changes(connection, last=1) == [last]
