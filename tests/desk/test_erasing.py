"""What goes with the words of a text, and what is told of those who repeat them."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import sqlite3
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from talk_study import write_study

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Code, Memo, Ruling
from consilience.coding.model import Decision as Settled
from consilience.desk import coding, pseudonyms, registry
from consilience.desk.erasing import erase_text
from consilience.desk.kept import opened
from consilience.desk.run import run
from consilience.desk.sealed_memos import memo_entry, sealed_memo
from consilience.interviews.model import Document
from consilience.store.adjudications import decisions, keep_decision
from consilience.store.codebook_versions import keep_codebook_version
from consilience.store.codings import memos, save_codes, save_memo
from consilience.store.database import snapshot, transaction
from consilience.store.erased_words import ERASED
from consilience.store.ledger import lines
from consilience.store.suggestion_tables import TURN_VECTORS
from consilience.store.suggestions import keep_vectors
from consilience.store.transcripts import find_document, keep_document, states_of
from consilience.store.vault import open_vault

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
KEY = "a long enough key"
WHO = {"at": AT, "actor": "lea"}
SAID = "nobody ever told the zanzibarish board that the old school had closed"
WORDS = f"I: What are schools told?\nR: Well, {SAID}.\n"


@pytest.fixture
def folder(tmp_path):
    return made(tmp_path)


def made(tmp_path, *changes, key=None):
    folder = write_study(tmp_path / "studies" / "s", *changes)
    (folder / "talks/texts/T1.txt").write_text(WORDS)
    (folder / "talks/texts/T2.txt").write_text("I: And you?\nR: Quite often.\n")
    run(folder, at=AT, actor="test", key=key)
    return folder


@pytest.fixture
def engine(folder):
    with opened(folder) as found:
        with transaction(found) as connection:
            told = Code(id="told", name="Told", examples=("Nobody ever told the board.",))
            save_codes(connection, [told])
        coding.assign(found, "T1", "ann", **WHO)
        yield found


def document(engine, name="T1"):
    with snapshot(engine) as connection:
        return find_document(connection, name).id


def marked(engine):
    return coding.mark(engine, "T1", version=1, start=29, end=36, code="told", coder="ann", at=AT)


def noted(engine, on, thing, text, *, id_="", title="", author="ann"):
    memo = Memo(id=id_, on=on, thing=thing, text=text, author=author, at="", title=title)
    return coding.note(engine, memo, at=AT).id


def erased(engine, folder, *, key=None, memos=()):
    return erase_text(engine, folder, "T1", reason="form 2", key=key, memos=memos, **WHO)


def kept(engine):
    with snapshot(engine) as connection:
        return {each.id: (each.title, each.text) for each in memos(connection)}


def in_database(folder, word):
    place = folder / ".consilience"
    return [path.name for path in place.glob("study.db*") if word in path.read_bytes()]


def codes_of(done):
    return [each.code for each in done.warnings]


# --- memos and reasons --------------------------------------------------------------------


def test_memos_on_the_text_and_its_codings_lose_their_words(folder, engine):
    passage = marked(engine)
    gone = coding.mark(engine, "T1", version=1, start=0, end=6, code="told", coder="ann", at=AT)
    on_gone = noted(engine, "coding", gone.id, "Said xylophonic things.")
    coding.unmark(engine, gone.id, coder="ann", at=AT)
    own = noted(engine, "document", document(engine), "A quokkaish talk.", title="Wombatish")
    noted(engine, "document", document(engine), "An axolotlish talk.", id_=own)
    on_coding = noted(engine, "coding", passage.id, "She says: zanzibarish board!")
    taken_out = noted(engine, "document", document(engine), "Narwhalish, but no.")
    noted(engine, "document", document(engine), "", id_=taken_out)
    on_code = noted(engine, "code", "told", "Something is told.", title="Tapirish")
    for word in (b"quokkaish", b"xylophonic", b"narwhalish".title(), b"Wombatish"):
        assert in_database(folder, word), word
    done = erased(engine, folder)
    assert done.memos == 3
    assert kept(engine) == {
        own: ("", ERASED),
        on_coding: ("", ERASED),
        on_gone: ("", ERASED),
        on_code: ("Tapirish", "Something is told."),
    }
    words = (b"quokkaish", b"xylophonic", b"Narwhalish", b"Wombatish", b"axolotlish", b"zanzibar")
    for word in words:
        assert in_database(folder, word) == [], word
    with snapshot(engine) as connection:
        (line,) = [each for each in lines(connection) if each.action == "transcript erased"]
    detail = json.loads(line.detail)
    assert set(detail["memos"]) == {own, on_coding, on_gone}
    assert all(len(each) == 64 for each in detail["memos"].values())
    assert erased(engine, folder).memos == 0


def test_what_was_done_to_an_erased_memo_can_still_be_taken_back(folder, engine):
    own = noted(engine, "document", document(engine), "One quokkaish thing.")
    noted(engine, "document", document(engine), "Another quokkaish thing.", id_=own)
    erased(engine, folder)
    assert coding.undo(engine, coder="ann", at=AT) is not None
    assert kept(engine) == {own: ("", ERASED)}
    assert coding.undo(engine, coder="ann", at=AT) is not None
    assert kept(engine) == {}


def test_reasons_of_decisions_and_vectors_go_too(folder, engine):
    with transaction(engine) as connection:
        for item, name in (("i1", "T1"), ("i2", "T2")):
            of = find_document(connection, name).id
            keep_decision(
                connection,
                Settled(
                    item=item, document=of, version=1, code="told", codings=(), actor="lea", at="",
                    ruling=Ruling(action="reject", reason="Says quokkaish."),
                ),
            )  # fmt: skip
            vectors = pa.array([[1.0]]).to_numpy(zero_copy_only=False)[0].reshape(1, 1)
            keep_vectors(connection, of, 1, model="m" * 64, turns="t" * 64, vectors=vectors)
    assert erased(engine, folder).reasons == 1
    with snapshot(engine) as connection:
        reasons = {key: each.ruling.reason for key, each in decisions(connection).items()}
        left = connection.execute(TURN_VECTORS.select()).all()
    assert reasons == {"i1": ERASED, "i2": "Says quokkaish."}
    assert [each.document for each in left] == [document(engine, "T2")]


# --- those that repeat the words ----------------------------------------------------------


def test_memos_on_other_things_and_codes_that_repeat_it_are_told_and_stay(folder, engine):
    quoting = noted(engine, "code", "told", "They said NOBODY ever told: the zanzibarish board!")
    other = noted(engine, "document", document(engine, "T2"), "As in T1, the old school had closed")
    short = noted(engine, "study", "study", "The old school had shut.")
    before = noted(engine, "study", "study", "That the old school had closed is telling.")
    noted(engine, "study", "study", "Rewritten.", id_=before)
    with transaction(engine) as connection:
        example = Code(id="shut", name="Shut", examples=("the old school had closed",))
        keep_codebook_version(connection, [example], note="n", at="", actor="lea")
        save_codes(connection, [example])
    done = erased(engine, folder)
    assert sorted(map(str, done.to_read)) == sorted(
        [
            f"memo {quoting} on code told",
            f"memo {other} on document {document(engine, 'T2')}",
            f"memo {before} on study study (as it was before)",
            "code shut",
            "codebook version 1",
        ]
    )
    (told,) = [each for each in done.warnings if each.code == "INT-115"]
    assert quoting in told.what
    assert "zanzibarish" not in told.what
    assert kept(engine)[quoting][1].endswith("board!")
    assert kept(engine)[short][1] == "The old school had shut."


def test_a_memo_that_is_named_goes_too_also_when_the_text_was_erased_before(folder, engine):
    quoting = noted(engine, "code", "told", "Nobody ever told the zanzibarish board.")
    before = noted(engine, "study", "study", "That the old school had closed is telling.")
    noted(engine, "study", "study", "Rewritten.", id_=before)
    assert len(erased(engine, folder).to_read) == 2
    done = erased(engine, folder, memos=(quoting, before))
    assert (done.memos, done.to_read) == (2, ())
    assert "INT-116" in codes_of(done)
    assert kept(engine) == {quoting: ("", ERASED), before: ("", ERASED)}
    assert in_database(folder, b"zanzibar") == []
    assert in_database(folder, b"is telling") == []
    with snapshot(engine) as connection:
        states = [each.state for each in states_of(connection, done.document.id)]
    assert states.count("erased") == 1, "said once"
    with pytest.raises(Fault) as raised:
        erased(engine, folder, memos=("zebra",))
    assert raised.value.code == "INT-117"


def test_memos_in_the_vault_are_read_and_can_be_erased(tmp_path):
    folder = made(tmp_path, ("study.yaml", "  simulated: true\n", ""), key=KEY)
    with opened(folder) as engine:
        vault = open_vault(folder / ".consilience", KEY)
        memo = Memo(
            id="m1", on="study", thing="study", text="Nobody ever told the zanzibarish board",
            author="ann", at="",
        )  # fmt: skip
        entry = memo_entry("m1", None)
        with transaction(engine) as connection:
            save_memo(connection, sealed_memo(vault, memo, entry=entry))
        done = erased(engine, folder, key=KEY)
        assert [str(each) for each in done.to_read] == ["memo m1 on study study"]
        assert entry in vault.names()
        erased(engine, folder, key=KEY, memos=("m1",))
        assert entry not in vault.names()


def test_what_others_say_too_is_not_looked_for_but_a_copy_is_told(tmp_path):
    folder = write_study(tmp_path / "studies" / "s")
    asked = "I: What are schools told of the plan by the board?\n"
    for name, said in (("T1", f"R: Well, {SAID}.\n"), ("T2", "R: Quite often, I should say.\n")):
        (folder / f"talks/texts/{name}.txt").write_text(asked + said)
    run(folder, at=AT, actor="test")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    (out / "guide.html").write_text("What are schools told of the plan by the board?")
    (out / "quote.html").write_text(SAID)
    with opened(folder) as engine:
        noted(engine, "study", "study", "All were asked: what are schools told of the plan?")
        done = erased(engine, folder)
    assert done.to_read == ()
    assert "talks/texts/T2.txt" not in held(done)
    assert {path for path in held(done) if path.startswith("out/")} == {"out/quote.html"}


def test_a_text_that_says_the_same_is_told_and_hides_nothing(folder, engine):
    with transaction(engine) as connection:
        keep_document(
            connection, Document(id="twin", name="Twin"), text=WORDS + "R: Yes.\n", turns=(),
            sealed=False, at="", actor="x",
        )  # fmt: skip
    memo = noted(engine, "study", "study", "As he said, the old school had closed.")
    done = erased(engine, folder)
    assert [str(each) for each in done.to_read] == ["text twin", f"memo {memo} on study study"]


# --- the vault -----------------------------------------------------------------------------

TELLING = "I was the only midwife on the island after my husband drowned in the ferry accident"
NAMING = (
    f"I: And you?\nR: {TELLING}. Debbie Marsh and Kwame Boateng know. Debs Marsh too.\n"
    "R: We moved to Castlebay in June 2014.\n"
)


def sealed_study(tmp_path, first, second="I: So?\nR: Ask Mr Boateng.\n"):
    """Return a sealed study of two texts in which names were looked for and replaced."""
    folder = write_study(tmp_path / "s", ("study.yaml", "  simulated: true\n", ""))
    (folder / "talks/texts/T1.txt").write_text(first)
    (folder / "talks/texts/T2.txt").write_text(second)
    run(folder, at=AT, actor="test", key=KEY)
    with opened(folder) as engine:
        registry.candidates(engine, folder, KEY, **WHO)
        pseudonyms.apply(engine, folder, KEY, **WHO)
    return folder


def vault_of(folder):
    return open_vault(folder / ".consilience", KEY)


def labels(folder):
    return {
        f: e.replacement for e in registry.read_book(vault_of(folder)).registry for f in e.forms
    }


def in_vault(folder, text):
    """Return the runs of five words of a text that the registry has, decrypted."""
    words = re.findall(r"\w+", text)
    runs = {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}
    kept = " ".join(re.findall(r"\w+", vault_of(folder).read("registry").decode()))
    return {run for run in runs if run in kept}


def test_a_text_with_a_memo_in_the_vault_is_erased_in_one_go(tmp_path):
    folder = sealed_study(tmp_path, NAMING)
    with opened(folder) as engine:
        of, vault = document(engine), vault_of(folder)
        memo = Memo(id="m1", on="document", thing=of, text="Snorfled.", author="ann", at="")
        with transaction(engine) as connection:
            save_memo(connection, sealed_memo(vault, memo, entry=memo_entry("m1", of)))
        done = erased(engine, folder, key=KEY)
        assert (done.entries, done.memos) == (5, 1)
        assert [name for name in vault.names() if f"/{of}" in name] == []
        with snapshot(engine) as connection:
            assert states_of(connection, of)[-1].state == "erased"


def test_what_the_vault_does_not_let_go_is_told_with_all_else_and_goes_the_second_time(tmp_path):
    folder = sealed_study(tmp_path, f"I: So?\nR: Debbie Marsh, {SAID}.\n")
    with opened(folder) as engine:
        memo = noted(engine, "study", "study", "Nobody ever told the zanzibarish board.")
        of, vault = document(engine), vault_of(folder)
        stuck = vault.folder / f"log/{of}/9.sealed"
        stuck.mkdir()
        with pytest.raises(Faults) as raised:
            erased(engine, folder, key=KEY)
        assert [each.code for each in raised.value.faults][:2] == ["STO-009", "INT-115"]
        assert memo in raised.value.faults[1].what
        with snapshot(engine) as connection:
            assert states_of(connection, of)[-1].state == "erased"
        assert b"zanzibar" in vault.read(f"text/{of}/1"), "the words go last"
        stuck.rmdir()
        done = erased(engine, folder, key=KEY)
        assert [each.id for each in done.to_read] == [memo]
        assert [name for name in vault.names() if f"/{of}" in name] == []


def test_names_and_passages_that_no_other_text_has_leave_the_registry(tmp_path):
    folder = sealed_study(tmp_path, NAMING)
    before = labels(folder)
    with opened(folder) as engine:
        book = registry.read_book(vault_of(folder)).registry
        numbers = {form: str(each.number) for each in book for form in each.forms}
        row = {"entity": numbers["Debs Marsh"], "same_as": numbers["Debbie Marsh"], "note": "Wed."}
        registry.decide(engine, folder, KEY, [row], file="n.csv", **WHO)
        assert in_vault(folder, TELLING)
        done = erased(engine, folder, key=KEY)
        assert in_vault(folder, NAMING) == set()
        kept = vault_of(folder).read("registry")
        for word in (b"midwife", b"Debbie", b"Debs", b"Marsh", b"Castlebay", b"Wed."):
            assert word not in kept, word
        after = labels(folder)
        assert after["Kwame Boateng"] == before["Kwame Boateng"], "whom the other text names"
        assert done.names == len({*before} - {*after}) - 1, "two were one"
        rows = registry.candidates(engine, folder, KEY, **WHO).to_pylist()
        assert all(each["mentions"] for each in rows)
        assert erased(engine, folder, key=KEY).names == 0


def test_numbers_and_labels_of_names_that_went_are_given_to_nobody_else(tmp_path):
    folder = sealed_study(tmp_path, NAMING)
    before = registry.read_book(vault_of(folder)).registry
    with opened(folder) as engine:
        erased(engine, folder, key=KEY)
        with transaction(engine) as connection:
            keep_document(
                connection, Document(id="new", name="New"), text="R: Gwendolen Ashworth knows.\n",
                turns=(), sealed=False, at="", actor="x",
            )  # fmt: skip
        registry.candidates(engine, folder, KEY, **WHO)
    (new,) = [
        e for e in registry.read_book(vault_of(folder)).registry if "Gwendolen Ashworth" in e.forms
    ]
    assert new.number > max(each.number for each in before)
    assert new.replacement not in {each.replacement for each in before}


def test_a_name_that_a_memo_has_stays_until_that_is_erased(tmp_path):
    folder = sealed_study(tmp_path, NAMING)
    with opened(folder) as engine:
        memo = noted(engine, "study", "study", "Marsh is telling.")
        erased(engine, folder, key=KEY)
        assert "Debbie Marsh" in labels(folder)
        assert erased(engine, folder, key=KEY, memos=(memo,)).names > 0
        assert "Debbie Marsh" not in labels(folder)


def test_names_stay_while_words_of_another_text_cannot_be_read(tmp_path):
    folder = sealed_study(tmp_path, NAMING)
    before = labels(folder)
    with opened(folder) as engine:
        other = vault_of(folder).folder / f"text/{document(engine, 'T2')}/1.sealed"
        content = other.read_bytes()
        other.write_bytes(content[:-1])
        done = erased(engine, folder, key=KEY)
        assert "INT-119" in codes_of(done)
        assert (done.names, labels(folder)) == (0, before)
        other.write_bytes(content)
        assert erased(engine, folder, key=KEY).names > 0


# --- files --------------------------------------------------------------------------------


def held(done):
    return {each.path: each.kind for each in done.looked.holding}


def test_files_that_repeat_it_are_told_by_kind_and_left_where_they_are(folder, engine):
    out = folder / "out"
    out.mkdir(exist_ok=True)
    (out / "quotes.html").write_text(f"<p>One said: <b>{SAID[:30]}</b>{SAID[30:]}</p>")
    (out / "short.html").write_text("<p>nobody ever told the zanzibarish board</p>")
    with zipfile.ZipFile(out / "deposit.zip", "w") as archive:
        archive.writestr("data/T1.txt", WORDS)
    (folder / "notes.pdf").write_bytes(b"%PDF-1.7 " + WORDS.encode())
    pq.write_table(pa.table({"quote": [SAID]}), folder / ".consilience/tables/old.parquet")
    copy = sqlite3.connect(folder / ".consilience/study-before.db")
    with sqlite3.connect(folder / ".consilience/study.db") as here:
        here.backup(copy)
    copy.close()
    packed = folder / "backup.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        member = tarfile.TarInfo("s/talks/texts/T1.txt")
        member.size = len(WORDS)
        archive.addfile(member, io.BytesIO(WORDS.encode()))
    beside = folder.parent / "s-2026-01-01"
    beside.mkdir()
    done = erased(engine, folder)
    assert held(done) == {
        "talks/texts/T1.txt": "other",
        "out/quotes.html": "written",
        "out/deposit.zip": "written",
        "backup.tar.gz": "other",
        ".consilience/tables/old.parquet": "kept",
        ".consilience/study-before.db": "copy",
    }
    assert done.looked.unread == ("notes.pdf",)
    assert done.looked.beside == ("s-2026-01-01",)
    assert {"STO-014", "STO-015", "STO-016"} <= set(codes_of(done))
    assert packed.is_file()
    assert (folder / "talks/texts/T1.txt").read_text() == WORDS


def test_a_copy_of_the_vault_is_told_though_nobody_can_read_it(tmp_path):
    folder = made(tmp_path, ("study.yaml", "  simulated: true\n", ""), key=KEY)
    shutil.copytree(folder / ".consilience/vault", folder / "vault-copy")
    with opened(folder) as engine:
        of = document(engine)
        done = erased(engine, folder, key=KEY)
    copies = [path for path, kind in held(done).items() if kind == "copy"]
    assert copies
    assert all(path.startswith("vault-copy/") and f"/{of}/" in path for path in copies)


def test_without_files_that_repeat_it_nothing_is_told(folder, engine):
    (folder / "talks/texts/T1.txt").unlink()
    done = erased(engine, folder)
    assert held(done) == {}
    assert codes_of(done) == []


def test_the_index_for_many_texts_goes_too(folder, engine):
    index = folder / ".consilience/search"
    index.mkdir()
    (index / "segment").write_bytes(b"zanzibarish")
    erased(engine, folder)
    assert not index.exists()
