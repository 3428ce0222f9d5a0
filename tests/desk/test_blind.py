"""Nobody gets another's unreleased work, whoever asks which function of the desk."""

from __future__ import annotations

import datetime as dt
import functools
import threading

import pytest

from consilience.base.errors import Fault
from consilience.coding.model import CONSENSUS, Code, Coding, Memo
from consilience.desk import coding, memos, reading
from consilience.desk.accounts import people as everybody
from consilience.interviews.model import Document, Turn
from consilience.store import codings as kept
from consilience.store.accounts import Account, add_account
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
STAMP = "2026-03-02T09:00:00Z"
# Each coder marks other words and writes other memos, so that whatever is shown tells whose it is.
WORDS = {"ann": "apple", "ben": "berry", "lea": "lemon", "zoe": "zebra"}
TEXT = " ".join(WORDS.values())
ROLES = {"ann": ("coder",), "ben": ("coder",), "lea": ("lead", "coder"), "zoe": ("analyst",)}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Return a study with one text and two codes, and its people by name."""
    engine = open_database(tmp_path_factory.mktemp("blind") / "study.db")
    with transaction(engine) as connection:
        keep_document(
            connection, Document(id="d", name="Text"), text=TEXT,
            turns=[Turn(speaker="R", start=0, said=0, end=len(TEXT))], sealed=False, at=STAMP,
            actor="t",
        )  # fmt: skip
        kept.save_codes(connection, [Code(id="c", name="C"), Code(id="k", name="K", position=1)])
        for name, roles in ROLES.items():
            add_account(connection, Account(
                id=f"person-{name}", login=name, name=name.title(), password="", one_time=False,
                roles=roles, active=True, created=STAMP,
            ))  # fmt: skip
    people = {person.login: person for person in everybody(engine)}
    yield engine, people
    engine.dispose()


def fill(engine, people, states):
    """Let each coder mark and note, and release it if so; forget what was before."""
    with transaction(engine) as connection:
        for table in ("memo", "coding", "assignment", "change"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        for name, state in states.items():
            if state != "none":
                _work(connection, people[name].id, name, released=state == "released")
        settled = Coding(
            id="agreed", document="d", version=1, start=0, end=3, code="k", coder=CONSENSUS,
            origin="consensus",
        )  # fmt: skip
        kept.insert_coding(connection, settled)


def _work(connection, coder, name, *, released):
    kept.assign(connection, "d", coder, at=STAMP)
    start = TEXT.index(WORDS[name])
    kept.insert_coding(connection, Coding(
        id=f"of-{name}", document="d", version=1, start=start, end=start + 5, code="c", coder=coder,
    ))  # fmt: skip
    for on, thing in (("coding", f"of-{name}"), ("document", "d")):
        kept.save_memo(connection, Memo(
            id=f"{name}-{on}", on=on, thing=thing, text=f"{name} notes", author=coder, at=STAMP,
        ))  # fmt: skip
    if released:
        kept.release(connection, "d", coder, at=STAMP)


def shown(engine, person):
    """Return whose work every function shows to somebody, as (function, name of the author)."""
    ids = {f"person-{name}": name for name in ROLES}
    found = set()

    def add(function, codings):
        found.update((function, ids.get(each.coder, each.coder)) for each in codings)

    add("page_of", coding.page_of(engine, "d", person.id).codings)
    add("changes_since", coding.changes_since(engine, "d", -1, coder=person.id).codings)
    try:
        page = reading.reading_of(engine, "d", person)
        state = reading.news_of(engine, "d", person, since=(-1, 1))[1]
        assert state == page.state == reading.state_of(page.codings, page.codes, page.version)
        add("reading_of", page.codings)
    except Fault as fault:
        if fault.code != "COD-144":
            raise
    for each in reading.passages_with(engine, "c", person, most=9):
        found.add(("passages_with", _author(each.words)))
    assert len(reading.passages_with(engine, "c", person, most=1)) <= 1
    for line in memos.memos_for(engine, person):
        found.add(("memos_for", line.text.split()[0]))
        for name, word in WORDS.items():
            if word in line.about:
                found.add(("about", name))
    given_to = coding.documents_for(engine, person.id, all_texts=True)
    assert [line.codings for line in given_to] == [_own(engine, person.id)]
    assert [line.count for line in reading.texts_for(engine, person)] in (
        [], [_own(engine, person.id)],
    )  # fmt: skip
    return found


def _author(words):
    return next(name for name, word in WORDS.items() if word == words)


def _own(engine, coder):
    with snapshot(engine) as connection:
        return kept.codings_table(connection, coder=coder).num_rows


STATES = ("none", "blind", "released")


# Every state of each two of them together.
@pytest.mark.parametrize(
    ("ann", "ben", "lea"), [(STATES[a], STATES[b], STATES[(a + b) % 3]) for a in range(3)
                            for b in range(3)]
)  # fmt: skip
def test_no_function_shows_unreleased_work_of_others(study, ann, ben, lea):
    engine, people = study
    states = {"ann": ann, "ben": ben, "lea": lea}
    fill(engine, people, states)
    for who, person in people.items():
        own = states.get(who, "none")
        for function, author in shown(engine, person):
            if author == who:
                continue
            # A lead who does not code the text, or is done with it, sees all.
            sees_all = who == "lea" and own != "blind" and function not in _PLAIN
            assert sees_all or author == CONSENSUS or states[author] == "released", function
            # Nobody whose own work is open sees any other's, nor what was settled.
            assert own != "blind", function
            if who in ("ann", "ben") or function in _PLAIN:
                assert own == "released", function


# They show as much as a coder may see, whoever asks, unless told to show more.
_PLAIN = ("page_of", "changes_since")


@pytest.mark.parametrize("done", [("ann",), ("ann", "ben")])
def test_released_work_is_shown_to_those_who_released_and_no_others(study, done):
    engine, people = study
    both = len(done) == 2
    fill(engine, people, {each: "released" if each in done else "blind" for each in ("ann", "ben")})
    functions = {name for name, author in shown(engine, people["ann"]) if author == "ben"}
    every = {"page_of", "changes_since", "reading_of", "passages_with", "memos_for"}
    assert functions == (every if both else set())
    assert {name for name, author in shown(engine, people["ben"]) if author == "ann"} == functions
    analyst = {author for name, author in shown(engine, people["zoe"]) if name == "passages_with"}
    assert analyst == set(done)


def test_a_memo_of_the_lead_on_open_work_is_not_shown_to_others(study):
    engine, people = study
    fill(engine, people, {"ann": "released", "ben": "blind"})
    with snapshot(engine) as connection:
        (of_ben,) = kept.codings_table(connection, coder=people["ben"].id).to_pylist()
    memos.keep_memo(
        engine, people["lea"], on="coding", thing=of_ben["id"], title="", text="lea notes", at=AT
    )
    lines = memos.memos_for(engine, people["ann"])
    assert [line.text for line in lines] == ["ann notes"] * 2
    assert "lea notes" in [line.text for line in memos.memos_for(engine, people["lea"])]


def test_memos_are_listed_newest_first_and_by_what_they_are_on(study):
    engine, people = study
    fill(engine, people, {"ann": "blind"})
    later = AT + dt.timedelta(minutes=1)
    made = memos.keep_memo(
        engine, people["ann"], on="code", thing="c", title="Title", text="ann later", at=later
    )
    first, *_ = lines = memos.memos_for(engine, people["ann"])
    assert len(lines) == 3
    assert (first.id, first.title, first.author, first.own) == (made.id, "Title", "Ann", True)
    assert (first.at, first.about) == ("2026-03-02T09:01:00Z", "C")
    assert memos.memos_for(engine, people["ann"], on="code", thing="c") == [first]
    assert memos.memos_for(engine, people["ann"], on="code", thing="k") == []
    (of_text,) = memos.memos_for(engine, people["ann"], on="document")
    assert of_text.about == "Text"
    (seen,) = memos.memos_for(engine, people["ben"])
    assert (seen.text, seen.own) == ("ann later", False), "on a code: for all"


def test_nobody_writes_a_memo_on_what_is_not_seen(study):
    engine, people = study
    fill(engine, people, {"ann": "released", "ben": "blind"})
    with snapshot(engine) as connection:
        (of_ben,) = kept.codings_table(connection, coder=people["ben"].id).to_pylist()
    for on, thing in (("coding", of_ben["id"]), ("coding", "none"), ("case", "x"), ("code", "x")):
        assert memos.about(engine, people["ann"], on=on, thing=thing) == ""
        with pytest.raises(Fault) as told:
            memos.keep_memo(
                engine, people["ann"], on=on, thing=thing, title="", text="x", at=AT
            )  # fmt: skip
        assert told.value.code == "COD-012"
    assert memos.about(engine, people["ben"], on="document", thing="d") == "Text"
    assert memos.about(engine, people["zoe"], on="study", thing="") == "the whole study"


def test_a_text_with_open_work_stays_given(study):
    engine, people = study
    fill(engine, people, {"ann": "released", "ben": "blind"})
    ben = people["ben"].id
    coding.mark(engine, "d", 1, 0, 3, code="k", coder=ben, at=AT)
    with pytest.raises(Fault) as told:
        coding.unassign(engine, "d", ben, at=AT, actor="lea")
    assert told.value.code == "COD-086"
    assert ("page_of", "ben") not in shown(engine, people["ann"])
    coding.release(engine, "d", coder=ben, at=AT, actor="lea")
    coding.unassign(engine, "d", ben, at=AT, actor="lea")
    # What others have seen by now is not changed any more by whom it was taken from.
    with pytest.raises(Fault) as told:
        coding.undo(engine, coder=ben, at=AT)
    assert told.value.code == "COD-004"
    with pytest.raises(Fault) as told:
        coding.unmark(engine, "of-ben", coder=ben, at=AT)
    assert told.value.code == "COD-004"


def test_who_codes_and_who_could_is_told_and_nothing_of_the_work(study):
    engine, people = study
    fill(engine, people, {"ann": "released", "ben": "blind"})
    lines = reading.coders_of(engine, "d")
    assert [(each.name, each.given, each.released) for each in lines] == [
        ("Ann", True, True), ("Ben", True, False), ("Lea", False, False),
    ]  # fmt: skip
    (line,) = reading.texts_for(engine, people["ann"])
    assert (line.state, line.others, line.both) == ("released", "Ben (not released)", False)
    assert [code.id for code in reading.codebook_of(engine)] == ["c", "k"]
    assert reading.names_of(engine)[CONSENSUS] == "consensus"


def test_a_reading_with_a_new_mark_is_as_if_read_anew(study):
    engine, people = study
    fill(engine, people, {"ann": "blind"})
    before = reading.reading_of(engine, "d", people["ann"])
    made = coding.mark(engine, "d", 1, 0, 3, code="k", coder=people["ann"].id, at=AT)
    after = before.with_coding(made)
    assert after.state == reading.reading_of(engine, "d", people["ann"]).state != before.state
    assert after.with_coding(made) is after


def _at_once(*works):
    """Do all at once, each in a thread of its own; return what went wrong."""
    faults, ready = [], threading.Barrier(len(works))

    def run(work):
        ready.wait()
        try:
            work()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return faults


def test_marks_from_threads_at_once_are_all_kept(study):
    engine, people = study
    fill(engine, people, {})
    coders = [people[name].id for name in ("ann", "ben")]
    for coder in coders:
        coding.assign(engine, "d", coder, at=AT, actor="lea")

    def work(coder, code):
        for place in range(8):
            coding.mark(engine, "d", 1, place, place + 2, code=code, coder=coder, at=AT)

    # Two people, each in two windows.
    pairs = [(coder, code) for coder in coders for code in "ck"]
    assert _at_once(*(functools.partial(work, *pair) for pair in pairs)) == []
    with snapshot(engine) as connection:
        found = kept.codings_table(connection).to_pylist()
    marked = [row for row in found if row["coder"] != CONSENSUS]
    assert len(marked) == len({row["id"] for row in marked}) == 32
    for coder in coders:
        for _ in range(16):
            assert coding.undo(engine, coder=coder, at=AT).deed.action == "mark"
        assert _own(engine, coder) == 0
