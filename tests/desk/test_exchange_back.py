"""What left a study is known when it comes back; who exports takes no more than they may see."""

from __future__ import annotations

import datetime as dt
import uuid
import zipfile
from dataclasses import replace

import pytest

from consilience.base.errors import Fault
from consilience.coding.exchange import Outgoing
from consilience.coding.exchange_names import identifiers
from consilience.coding.exchange_out import outgoing_project
from consilience.coding.model import CODING, CONSENSUS, Code, Coding, Memo
from consilience.desk import exchange as desk
from consilience.desk.codebook_changes import merge_code
from consilience.desk.kept import at_work
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.accounts import Account, add_account
from consilience.store.codings import (
    assign,
    codes,
    codings_table,
    insert_coding,
    memos,
    release,
    save_codes,
    save_memo,
)
from consilience.store.database import snapshot, transaction
from consilience.store.transcripts import keep_document

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
STAMP = "2026-03-01T09:00:00Z"
WHO = {"at": AT, "actor": "somebody"}
TEXT = "I: Did anybody come?\nR1: Nobody came at all, and nobody called.\n"
# Ids as imports and plans give them, and as pages do.
IDS = ("k1", str(uuid.UUID(int=7)))


@pytest.fixture
def sent(fresh):
    """Return a study with one text, two codes, a coding and memos of each kind of id."""
    with at_work(fresh) as engine, transaction(engine) as connection:
        document = Document(id="s01", name="S01", case="E1")
        keep_document(
            connection, document, text=TEXT, turns=turns_in(TEXT), sealed=False, at=STAMP,
            actor="t",
        )  # fmt: skip
        save_codes(connection, [Code(id="silence", name="Silence"), Code(id="door", name="Door")])
        for number, name in enumerate(IDS):
            start = TEXT.index("Nobody") + number
            insert_coding(connection, Coding(
                id=name, document="s01", version=1, start=start, end=start + 6, code="silence",
                coder="Ann_K", at=STAMP,
            ))  # fmt: skip
        things = {"code": "silence", "coding": "k1", "document": "s01", "case": "E1", "study": ""}
        for on, thing in things.items():
            memo = Memo(id=f"m-{on}", on=on, thing=thing, text=f"on {on}", author="Ann_K", at=STAMP)
            save_memo(connection, memo)
    return fresh


def everything(folder):
    """Return codes, codings and memos as they are kept."""
    with at_work(folder) as engine, snapshot(engine) as connection:
        return codes(connection), codings_table(connection).to_pylist(), memos(connection)


def renamed(path, target):
    """Return a copy of a project in which somebody else changed the name of a code."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".qde"):
                content = content.replace(b'name="Door"', b'name="Doors"')
            new.writestr(name, content)
    return target


@pytest.mark.parametrize("sidecar", [True, False])
def test_what_comes_back_is_known_with_and_without_its_sidecar(sent, tmp_path, sidecar):
    path = tmp_path / "a.qdpx"
    desk.export_file(sent, path, sidecar=sidecar, **WHO)
    before = everything(sent)
    done = desk.import_file(sent, path, **WHO)
    assert everything(sent) == before
    assert done.warnings == ()
    assert done.coders == ("Ann_K",)
    news = {name: done.counts[name] for name in ("texts", "codes", "codings", "memos")}
    assert news == dict.fromkeys(news, 0)


def test_a_sidecar_that_no_longer_fits_doubles_nothing(sent, tmp_path):
    desk.export_file(sent, tmp_path / "a.qdpx", **WHO)
    before = everything(sent)
    done = desk.import_file(sent, renamed(tmp_path / "a.qdpx", tmp_path / "b.qdpx"), **WHO)
    assert everything(sent) == before
    assert [each.code for each in done.warnings] == ["FMT-249", "COD-082"]


def test_a_codebook_that_comes_back_is_known(sent, tmp_path):
    desk.export_codebook(sent, tmp_path / "a.qdc")
    assert desk.import_codebook(sent, tmp_path / "a.qdc", **WHO).counts["codes"] == 0
    assert len(everything(sent)[0]) == 2


def test_what_is_new_there_is_still_taken_and_the_consensus_only_settled_here(sent, tmp_path):
    with at_work(sent) as engine, transaction(engine) as connection:
        insert_coding(connection, Coding(
            id="agreed", document="s01", version=1, start=3, end=9, code="door", coder=CONSENSUS,
            at=STAMP, origin="consensus",
        ))  # fmt: skip
    desk.export_file(sent, tmp_path / "a.qdpx", sidecar=False, **WHO)
    with at_work(sent) as engine, transaction(engine) as connection:
        connection.exec_driver_sql("DELETE FROM coding WHERE id IN ('agreed', 'k1')")
    assert desk.import_file(sent, tmp_path / "a.qdpx", **WHO).counts["codings"] == 2
    rows = {row["coder"]: row for row in everything(sent)[1] if row["id"] != IDS[1]}
    assert {coder: row["origin"] for coder, row in rows.items()} == {
        "Ann_K": "import", "consensus-there": "import",
    }  # fmt: skip
    assert {row["code"] for row in rows.values()} == {"silence", "door"}


@pytest.fixture
def doubled(sent):
    """Return a study in which a code, a coding and a memo had come back as new ones."""
    made = {
        kind: identifiers("s", kind, [key])[key]
        for kind, key in (("code", "silence"), ("coding", "k1"), ("memo", "m-code"))
    }
    with at_work(sent) as engine, transaction(engine) as connection:
        save_codes(connection, [*codes(connection), Code(id=made["code"], name="Silence")])
        first = next(each for each in codings_table(connection).to_pylist() if each["id"] == "k1")
        again = Coding(**first | {"id": made["coding"], "code": made["code"]})
        insert_coding(connection, again)
        memo = next(each for each in memos(connection) if each.id == "m-code")
        save_memo(connection, replace(memo, id=made["memo"], thing=made["code"]))
    return sent, made


@pytest.mark.parametrize("sidecar", [True, False])
def test_doubles_made_before_go_out_under_identifiers_of_their_own(doubled, tmp_path, sidecar):
    study, made = doubled
    done = desk.export_file(study, tmp_path / "a.qdpx", sidecar=sidecar, **WHO)
    (told,) = done.warnings
    assert told.code == "COD-170"
    assert told.values == {"count": 1, "double": made["code"], "code": "silence"}
    assert desk.inspect_file(tmp_path / "a.qdpx").counts["codes"] == 3
    before = everything(study)
    back = desk.import_file(study, tmp_path / "a.qdpx", **WHO)
    assert everything(study) == before
    assert [each.code for each in back.warnings] == ["COD-170"]


def test_doubles_are_gone_when_the_codes_are_merged(doubled, tmp_path):
    study, made = doubled
    with at_work(study) as engine:
        merge_code(engine, made["code"], into="silence", **WHO)
    assert desk.export_file(study, tmp_path / "a.qdpx", **WHO).warnings == ()
    assert len(everything(study)[1]) == 2, "what was marked twice is marked once"


def test_no_file_holds_an_identifier_twice():
    same = [Code(id="a", name="A"), Code(id="a", name="B")]
    outgoing = Outgoing(
        study="s", title="T", origin="x", at=STAMP, texts=(), codes=same,
        codings=CODING.empty_table(),
    )  # fmt: skip
    with pytest.raises(Fault) as raised:
        outgoing_project(outgoing)
    assert raised.value.code == "COD-171"
    assert raised.value.values["what"] == "codes"


# --- who exports ------------------------------------------------------------------------


@pytest.fixture
def blind(sent):
    """Return a study in which Ann has coded what Ben codes too, and neither has released it."""
    roles = {"ann": ("coder",), "ben": ("coder",), "lea": ("lead",), "kim": ("coder",)}
    with at_work(sent) as engine, transaction(engine) as connection:
        for name, role in roles.items():
            add_account(connection, Account(
                id=f"p-{name}", login=name, name=name.title(), password="", one_time=False,
                roles=role, active=True, created=STAMP,
            ))  # fmt: skip
        connection.exec_driver_sql("UPDATE coding SET coder = 'p-ann'")
        connection.exec_driver_sql("UPDATE memo SET author = 'p-ann'")
        for name in ("ann", "ben"):
            assign(connection, "s01", f"p-{name}", at=STAMP)
    return sent


def going(folder, target, actor):
    """Return how many texts, codings and memos go out, and what is told to stay."""
    done = desk.export_file(folder, target, at=AT, actor=actor)
    stays = {loss.what: loss.count for loss in done.losses if "who exports" in loss.what}
    return tuple(done.counts[name] for name in ("texts", "codings", "memos")), stays


@pytest.mark.parametrize(
    ("actor", "counts", "stays"),
    [
        ("ann", (1, 2, 5), []),
        ("lea", (1, 2, 5), []),
        ("ben", (1, 0, 3), [2, 1]),
        ("stranger", (1, 0, 3), [2, 1]),
        ("kim", (0, 0, 3), [1]),
    ],
)
def test_unreleased_work_of_others_goes_with_leads_alone(blind, tmp_path, actor, counts, stays):
    found, told = going(blind, tmp_path / "a.qdpx", actor)
    assert found == counts
    assert list(told.values()) == stays
    content = zipfile.ZipFile(tmp_path / "a.qdpx").read("project.qde")
    assert (b"<Coding " in content) == (counts[1] > 0)


def test_what_was_released_goes_with_those_who_released_too(blind, tmp_path):
    with at_work(blind) as engine, transaction(engine) as connection:
        release(connection, "s01", "p-ann", at=STAMP)
    assert going(blind, tmp_path / "a.qdpx", "ben")[0] == (1, 0, 3)
    with at_work(blind) as engine, transaction(engine) as connection:
        release(connection, "s01", "p-ben", at=STAMP)
    assert going(blind, tmp_path / "b.qdpx", "ben") == ((1, 2, 5), {})


def test_where_nobody_leads_who_has_no_account_takes_all(sent, tmp_path):
    with at_work(sent) as engine, transaction(engine) as connection:
        assign(connection, "s01", "Ann_K", at=STAMP)
    assert going(sent, tmp_path / "a.qdpx", "somebody") == ((1, 2, 5), {})
