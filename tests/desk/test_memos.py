"""Memos changed and taken out by whom it is allowed, and names kept out of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict

import pytest

from consilience.base.errors import Fault
from consilience.coding.model import Code, Memo
from consilience.desk import coding, memos
from consilience.desk.accounts import Person, add_person
from consilience.desk.kept import at_work
from consilience.desk.memo_names import vault_for_memos
from consilience.desk.sealed_memos import memo_entry, sealed_memo
from consilience.interviews.model import Document
from consilience.store import codings as kept
from consilience.store.changes import newest
from consilience.store.database import snapshot, transaction
from consilience.store.erased_words import ERASED
from consilience.store.ledger import lines
from consilience.store.transcripts import keep_document
from consilience.store.vault import make_vault
from consilience.text.pseudonyms import Entity

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
FORGET = memos.How(forget=True)
KEY = "a long pass phrase"
WORDS = "Quokkaish, says Debbie Marsh."


def person(name, *roles):
    return Person(
        id=name, login=name, name=name.title(), roles=frozenset(roles), active=True,
        one_time=False, created="",
    )  # fmt: skip


ANN, BEN, LEA = person("ann", "coder"), person("ben", "coder"), person("lea", "lead")


@pytest.fixture
def engine(fresh):
    with at_work(fresh) as found:
        with transaction(found) as connection:
            keep_document(
                connection, Document(id="d", name="D"), text="Some words.", turns=(),
                sealed=False, at="", actor="t",
            )  # fmt: skip
            kept.save_codes(connection, [Code(id="c", name="C")])
            for name in ("ann", "ben"):
                kept.assign(connection, "d", name, at="")
        yield found


def noted(engine, *, on="document", thing="d", who=ANN, text=WORDS):
    return memos.keep_memo(engine, who, on=on, thing=thing, title="T", text=text, at=AT).id


def there(engine):
    with snapshot(engine) as connection:
        return {each.id: (each.title, each.text, each.author) for each in kept.memos(connection)}


def in_database(folder):
    place = folder / ".consilience"
    return any(b"Quokkaish" in path.read_bytes() for path in place.glob("study.db*"))


def test_its_writer_and_a_lead_change_a_memo_and_it_stays_its_writers(engine):
    memo = noted(engine)
    with snapshot(engine) as connection:
        before = newest(connection, "d")
    for number, who in enumerate((ANN, LEA)):
        memos.change_memo(engine, who, memo, title="", text=f"Text {number}", at=AT)
        assert there(engine) == {memo: ("", f"Text {number}", "ann")}
    with snapshot(engine) as connection:
        assert newest(connection, "d") == before + 2, "pages open on the text look for news"
        *_, first, second = lines(connection)
    assert (first.action, first.actor, second.actor) == ("memo changed", "ann", "lea")
    detail = json.loads(first.detail)
    assert detail["memo"] == memo
    assert detail["was"] == hashlib.sha256(f"T\n{WORDS}".encode()).hexdigest()
    assert "Marsh" not in first.detail
    coding.undo(engine, coder="lea", at=AT)
    assert there(engine)[memo][1] == "Text 0"


def test_nobody_else_changes_or_deletes_it(engine):
    memo = noted(engine)
    for who in (BEN, person("zoe", "analyst")):
        for attempt in (
            lambda who=who: memos.change_memo(engine, who, memo, title="", text="x", at=AT),
            lambda who=who: memos.delete_memo(engine, who, memo, at=AT),
            lambda who=who: memos.find_memo(engine, who, "nothing"),
        ):
            with pytest.raises(Fault) as told:
                attempt()
            assert told.value.code == "COD-111"
    blind = person("ann", "lead", "coder")
    other = noted(engine, who=BEN)
    with pytest.raises(Fault) as told:
        memos.change_memo(engine, blind, other, title="", text="x", at=AT)
    assert told.value.code == "COD-111", "a lead who codes the text is blind until it is released"
    assert [each.open for each in memos.memos_for(engine, LEA)] == [True, True]
    assert [each.open for each in memos.memos_for(engine, ANN)] == [True]
    assert there(engine)[memo][1] == WORDS


def test_where_nobody_is_a_lead_whoever_is_at_the_terminal_may(engine):
    memo = noted(engine, on="code", thing="c", who=BEN)
    memos.change_memo(engine, memos.memo_editor(engine, "kim"), memo, title="", text="x", at=AT)
    assert there(engine)[memo] == ("", "x", "ben")
    add_person(
        engine, login="lea", name="Lea", roles=["lead"], password="four plain words here", at=AT,
        actor="t",
    )  # fmt: skip
    assert memos.memo_editor(engine, "lea").roles == {"lead"}
    with pytest.raises(Fault) as told:
        memos.find_memo(engine, memos.memo_editor(engine, "kim"), memo)
    assert told.value.code == "COD-111"


def test_a_deleted_memo_comes_back_by_undo_and_its_words_stay_in_the_log(engine, fresh):
    memo = noted(engine)
    assert memos.delete_memo(engine, ANN, memo, at=AT) == ()
    assert there(engine) == {}
    assert in_database(fresh)
    with snapshot(engine) as connection:
        last = lines(connection)[-1]
    assert (last.action, last.subject) == ("memo deleted", "d")
    assert json.loads(last.detail)["was"] == hashlib.sha256(f"T\n{WORDS}".encode()).hexdigest()
    coding.undo(engine, coder="ann", at=AT)
    assert there(engine) == {memo: ("T", WORDS, "ann")}


@pytest.mark.parametrize("how", ["change", "delete"])
def test_forgotten_words_are_nowhere_and_undo_goes_on_working(engine, fresh, how):
    memo = noted(engine)
    assert in_database(fresh)
    if how == "change":
        assert memos.change_memo(engine, ANN, memo, title="", text="x", at=AT, how=FORGET) == ()
        assert there(engine) == {memo: ("", "x", "ann")}
    else:
        assert memos.delete_memo(engine, ANN, memo, at=AT, how=FORGET) == ()
        assert there(engine) == {}
    assert not in_database(fresh)
    coding.undo(engine, coder="ann", at=AT)
    assert there(engine) == {memo: ("", ERASED, "ann")}
    coding.undo(engine, coder="ann", at=AT)
    assert there(engine) == {}


def test_a_memo_on_a_passage_that_is_gone_can_be_deleted(engine):
    mark = coding.mark(engine, "d", version=1, start=0, end=4, code="c", coder="ann", at=AT)
    memo = noted(engine, on="coding", thing=mark.id)
    coding.unmark(engine, mark.id, coder="ann", at=AT)
    with snapshot(engine) as connection:
        before = newest(connection, "d")
    memos.delete_memo(engine, ANN, memo, at=AT)
    assert there(engine) == {}
    with snapshot(engine) as connection:
        assert newest(connection, "d") == before + 1, "known as one on that text, to be erased with"


@pytest.fixture
def opened(engine, fresh):
    """Return the vault of the study, in which a name lies that is to go."""
    vault = make_vault(fresh / ".consilience", KEY, cost=2**4)
    marsh = Entity(
        number=7, kind="person", forms=("Debbie Marsh",), ruling="replace", replacement="[Head 1]"
    )
    vault.write("registry", json.dumps({"registry": [asdict(marsh)]}).encode())
    return vault_for_memos(engine, fresh, KEY, at=AT, actor="ann")


def test_a_name_of_the_vault_is_refused_before_it_is_kept(engine, fresh, opened):
    with snapshot(engine) as connection:
        assert lines(connection)[-1].action == "vault opened"
    about = {"on": "study", "thing": "study", "at": AT}
    for title, text in (("", "says MARSH"), ("Debbie  Marsh", "x")):
        with pytest.raises(Fault) as told:
            memos.keep_memo(engine, ANN, title=title, text=text, vault=opened, **about)
        assert (told.value.code, told.value.values["entity"]) == ("COD-110", 7)
        assert "marsh" not in told.value.what.lower()
    assert there(engine) == {}
    memo = noted(engine, text="Nobody.")
    with pytest.raises(Fault) as told:
        memos.change_memo(engine, ANN, memo, title="", text=WORDS, at=AT, vault=opened)
    assert told.value.code == "COD-110"
    assert there(engine)[memo][1] == "Nobody."
    assert memos.keep_memo(engine, ANN, title="", text="[Head 1]", vault=opened, **about)
    assert vault_for_memos(engine, fresh, None, at=AT, actor="ann") is None


def test_a_memo_in_the_vault_is_not_changed_and_goes_with_its_words(engine, opened):
    memo = Memo(id="m", on="code", thing="c", text=WORDS, author="ann", at="", title="T")
    entry = memo_entry("m", None)
    with transaction(engine) as connection:
        kept.save_memo(connection, sealed_memo(opened.vault, memo, entry=entry))
    with pytest.raises(Fault) as told:
        memos.change_memo(engine, ANN, "m", title="", text="x", at=AT, vault=opened)
    assert told.value.code == "COD-112"
    with pytest.raises(Fault) as told:
        memos.delete_memo(engine, ANN, "m", at=AT)
    assert told.value.code == "INT-007"
    assert there(engine)
    assert opened.vault.read(entry)
    memos.delete_memo(engine, ANN, "m", at=AT, vault=opened)
    assert there(engine) == {}
    assert opened.vault.read(entry) is None
