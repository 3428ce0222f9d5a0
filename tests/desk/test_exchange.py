"""Projects of other programs in a study: all of a file or nothing, texts known by their words."""

import datetime as dt
import json
import shutil
import uuid
import zipfile
from dataclasses import asdict, replace

import pytest
from sqlalchemy.exc import IntegrityError

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Code, Coding, Memo
from consilience.desk import exchange as desk
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.changes import changes
from consilience.store.coded import at_version
from consilience.store.codings import (
    codes,
    codings_table,
    insert_coding,
    memos,
    save_codes,
    save_memo,
)
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import Draft, add_version, documents, keep_document, versions
from consilience.store.vault import make_vault, open_vault
from consilience.text.offsets import Edit, apply_edits
from consilience.text.pseudonyms import Entity

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
WHO = {"at": AT, "actor": "lead"}
KEY = "a long pass phrase"


@pytest.fixture
def nvivo(shared):
    """Return a project in the convention of NVivo for Windows."""
    return shared / "data/qual/quirks/quirk_nvivo_windows.qdpx"


def kept(folder, what):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return what(connection)


def marked(folder):
    """Return the marked passages of an open study with their codes."""

    def look(connection):
        names = {code.id: code.name for code in codes(connection)}
        from consilience.store.transcripts import text_of

        return [
            [names[row["code"]], text_of(connection, row["document"], row["version"])[
                row["start"] : row["end"]
            ]]
            for row in codings_table(connection).to_pylist()
        ]  # fmt: skip

    return kept(folder, look)


@pytest.mark.shared
def test_all_ten_files_attach_to_one_text(fresh, shared):
    folder = shared / "data/qual/quirks"
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for variant in truth["variants"]:
        done = desk.import_file(fresh, folder / f"quirk_{variant}.qdpx", unsealed="invented", **WHO)
        assert done.coders == ("coder1",)
    texts = kept(fresh, documents)
    assert [text.name for text in texts] == ["Interview 01"], "known by the hash of its words"
    assert sorted(marked(fresh)) == sorted(truth["coded"] * len(truth["variants"]))


@pytest.mark.shared
def test_a_file_a_second_time_changes_nothing(fresh, nvivo):
    first = desk.import_file(fresh, nvivo, unsealed="invented", **WHO)
    made = kept(fresh, changes)
    again = desk.import_file(fresh, nvivo, **WHO)
    assert kept(fresh, changes) == made
    assert [each.deed.action for each in made] == ["import"] * 2, "codebook and text"
    assert first.counts == {
        "texts": 1, "texts here already": 0, "codes": 4, "codes here already": 0,
        "codings": 5, "codings here already": 0, "memos": 0, "memos here already": 0,
    }  # fmt: skip
    assert {name: count for name, count in again.counts.items() if count} == {
        "texts here already": 1, "codes here already": 4, "codings here already": 5,
    }  # fmt: skip
    assert again.warnings == ()


@pytest.mark.shared
def test_new_texts_go_into_the_vault_and_nothing_of_them_elsewhere(real, nvivo):
    with pytest.raises(Fault) as caught:
        desk.import_file(real, nvivo, **WHO)
    assert caught.value.code == "INT-007"
    assert kept(real, codes) == [], "nothing is half imported"
    done = desk.import_file(real, nvivo, key=lambda: KEY, **WHO)
    assert done.counts["codings"] == 5
    (text,) = kept(real, documents)
    (version,) = kept(real, lambda c: versions(c, text.id))
    assert version.sealed
    words = open_vault(real / ".consilience", KEY).read(f"text/{text.id}/1").decode()
    assert "front door" in words
    database = (real / ".consilience" / "study.db").read_bytes()
    assert b"front door twice" not in database
    # Its codings wait for a version without names, and do not go out.
    out = desk.export_file(real, real / "out.qdpx", names=desk.NameCheck(key=KEY), **WHO)
    assert [fault.code for fault in out.warnings] == ["COD-081"]
    assert out.counts["codings"] == out.counts["texts"] == 0


def test_a_failed_import_takes_back_what_it_sealed(real, tmp_path):
    path = project(tmp_path, texts=("One text here.", "Another text."))
    with pytest.raises(Fault):
        desk.import_file(real, path, key=lambda: "short", **WHO)
    # The last thing that an import writes is refused, after the texts were sealed.
    with at_work(real) as engine, transaction(engine) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER stop BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(IntegrityError):
        desk.import_file(real, path, key=lambda: KEY, **WHO)
    assert kept(real, documents) == kept(real, codes) == []
    assert open_vault(real / ".consilience", KEY).names() == []


def project(tmp_path, *, texts, code=None):
    """Write a project with a coding on the first word of each text."""
    known = str(uuid.UUID(int=1))
    sources, entries = "", {}
    for number, text in enumerate(texts):
        guid = uuid.uuid5(uuid.NAMESPACE_OID, text)
        end = text.index(" ")
        sources += (
            f'<TextSource guid="{guid}" name="n{number}" plainTextPath="internal://{guid}.txt">'
            f'<PlainTextSelection guid="{uuid.uuid5(guid, "p")}" startPosition="0" '
            f'endPosition="{end}"><Coding guid="{uuid.uuid5(guid, "c")}">'
            f'<CodeRef targetGUID="{code or known}"/></Coding></PlainTextSelection></TextSource>'
        )
        entries[f"sources/{guid}.txt"] = text
    xml = (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><CodeBook><Codes>'
        f'<Code guid="{known}" name="word" isCodable="true"/></Codes></CodeBook>'
        f"<Sources>{sources}</Sources></Project>"
    )
    path = tmp_path / "made.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def coded(fresh):
    """Return a study with a text in two versions, coded in the first, and a sealed text."""
    raw = "I: Who rang?\n\nR: Ann Ash rang the front door.\n"
    start = raw.index("Ann Ash")
    text, edits = apply_edits(raw, [Edit(start, start + 7, "[Head \U0001f600]")])
    coding = Coding(
        id=str(uuid.UUID(int=9)), document="s01", version=1, start=start, end=start + 12,
        code="door", coder="ben", at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    with at_work(fresh) as engine, transaction(engine) as connection:
        when = {"at": "2026-01-01T00:00:00Z", "actor": "lead"}
        first = keep_document(
            connection, Document(id="s01", name="S01", case="E1"), text=raw, turns=turns_in(raw),
            sealed=True, **when,
        )  # fmt: skip
        draft = Draft(
            kind="pseudonymised", text=text, turns=turns_in(text), edits=edits, sealed=False
        )
        add_version(connection, first, draft, **when)
        keep_document(
            connection, Document(id="s02", name="S02"), text="Hidden words.", turns=(),
            sealed=True, **when,
        )  # fmt: skip
        save_codes(connection, [Code(id="door", name="Door", inclusion="doors", examples=("x",))])
        insert_coding(connection, coding)
        memo = Memo(id="m1", on="coding", thing=coding.id, text="why?", author="ben", at="")
        save_memo(connection, memo)
    return fresh


def test_only_versions_without_names_go_out_with_codings_at_their_places(coded):
    target = coded / "out" / "for-others.qdpx"
    done = desk.export_file(coded, target, **WHO)
    assert done.counts == {"texts": 1, "codes": 1, "codings": 1, "memos": 1, "attributes": 0}
    assert [fault.code for fault in done.warnings] == ["COD-081"]
    with zipfile.ZipFile(target) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Ann Ash" not in everything
    assert b"Hidden" not in everything
    assert b"[Head \xf0\x9f\x98\x80] rang" in everything
    taken = desk.inspect_file(target)
    assert taken.verdict.basis == "sidecar"
    assert taken.counts["codings"] == 1
    assert not list((coded / "out").glob("*.part"))


def test_a_passage_that_was_marked_on_two_versions_goes_out_once(coded, tmp_path):
    with at_work(coded) as engine, transaction(engine) as connection:
        (shown,) = at_version(connection, codings_table(connection), "s01", 2).to_pylist()
        for number in (1, 10):
            insert_coding(connection, Coding(**shown | {"id": str(uuid.UUID(int=number))}))
    done = desk.export_file(coded, tmp_path / "x.qdpx", **WHO)
    assert done.counts["codings"] == 2, "one of two that came later, and the one with a memo"
    assert done.counts["memos"] == 1
    assert [fault.code for fault in done.warnings] == ["COD-081"], "none is said to be cut off"


def test_an_export_taken_into_another_study_is_that_study(coded, tmp_path):
    target = tmp_path / "x.qdpx"
    desk.export_file(coded, target, **WHO)
    other = tmp_path / "other"
    new_study(other, study_id="o", title="Other")
    desk.import_file(other, target, unsealed="pseudonymised", **WHO)
    assert marked(other) == [["Door", "[Head \U0001f600] rang"]]
    assert kept(other, codes) == kept(coded, codes)
    assert kept(other, memos) == kept(coded, memos)
    (text,) = kept(other, documents)
    assert (text.id, text.name, text.case) == ("s01", "S01", "E1")


def test_codings_come_back_onto_the_version_they_were_exported_from(coded, tmp_path):
    bare = tmp_path / "bare.qdpx"
    desk.export_file(coded, bare, profile="nvivo-windows", sidecar=False, **WHO)
    with at_work(coded) as engine, transaction(engine) as connection:
        connection.exec_driver_sql("DELETE FROM coding")
    done = desk.import_file(coded, bare, **WHO)
    assert done.verdict.basis in ("words", "quotes")
    (row,) = kept(coded, codings_table).to_pylist()
    assert (row["document"], row["version"], row["coder"]) == ("s01", 2, "ben")
    assert [code.id for code in kept(coded, codes)] == ["door"], "known without the sidecar too"


def test_a_coder_can_be_exported_alone(coded, tmp_path):
    assert (
        desk.export_file(
            coded, tmp_path / "a.qdpx", chosen=desk.Chosen(coders=("ann",)), **WHO
        ).counts["codings"]
        == 0
    )
    assert (
        desk.export_file(
            coded, tmp_path / "b.qdpx", chosen=desk.Chosen(coders=("ben",)), **WHO
        ).counts["codings"]
        == 1
    )


@pytest.fixture
def guarded(coded):
    """Return that study with a vault in which the name of Ann Ash lies, and hers is to go."""
    vault = make_vault(coded / ".consilience", KEY, cost=2**4)
    ann = Entity(
        number=7, kind="person", forms=("Ann Ash",), ruling="replace", replacement="[Head 1]"
    )
    vault.write("registry", json.dumps({"registry": [asdict(ann)]}).encode())
    return coded


def test_nothing_leaves_a_study_with_names_without_being_looked_through(guarded):
    target = guarded / "out.qdpx"
    for names in ({}, {"names": desk.NameCheck(waived="  ")}):
        with pytest.raises(Fault) as caught:
            desk.export_file(guarded, target, **names, **WHO)
        assert caught.value.code == "COD-087"
    with pytest.raises(Fault) as caught:
        desk.export_file(guarded, target, names=desk.NameCheck(key="another one"), **WHO)
    assert caught.value.code == "STO-031"
    assert not list(guarded.glob("out*"))
    (guarded / ".consilience" / "vault" / "vault.json").rename(guarded / "away.json")
    with pytest.raises(Fault) as caught:
        desk.export_file(guarded, target, **WHO)
    assert caught.value.code == "COD-087", "without its header it is a vault nevertheless"


def test_a_study_whose_names_are_all_replaced_goes_out(guarded):
    target = guarded / "out.qdpx"
    done = desk.export_file(guarded, target, names=desk.NameCheck(key=KEY), **WHO)
    assert done.counts["codings"] == 1
    assert target.is_file()


@pytest.mark.parametrize("where", ["memo", "description", "code", "note of a text", "file name"])
def test_a_name_that_is_left_anywhere_keeps_the_file_from_being_written(guarded, where):
    target = guarded / ("for ann_ash.qdpx" if where == "file name" else "out.qdpx")
    with at_work(guarded) as engine, transaction(engine) as connection:
        if where == "memo":
            memo = Memo(id="m2", on="code", thing="door", text="See ASH", author="ben", at="")
            save_memo(connection, memo)
        elif where == "description":
            save_codes(connection, [Code(id="door", name="Door", definition="as Ann  Ash said")])
        elif where == "code":
            save_codes(connection, [Code(id="door", name="Door of Ann-Ash")])
        elif where == "note of a text":
            memo = Memo(id="m3", on="document", thing="s01", text="Ann Ash", author="ben", at="")
            save_memo(connection, memo)
    target.write_bytes(b"before")
    with pytest.raises(Faults) as caught:
        desk.export_file(guarded, target, names=desk.NameCheck(key=KEY), **WHO)
    in_memo = where in ("memo", "note of a text")
    assert [fault.code for fault in caught.value.faults] == ["COD-113" if in_memo else "INT-035"]
    assert "entity 7" in caught.value.faults[0].what
    assert "Ash" not in caught.value.faults[0].what
    assert target.read_bytes() == b"before"
    assert not list(guarded.glob("*.part"))
    assert {line.action for line in kept(guarded, lines)} == {"vault opened"}


def test_a_memo_with_a_name_is_told_by_what_it_is_on_who_wrote_it_and_when(guarded):
    at = "2026-02-03T10:00:00Z"
    coding = Coding(
        id="k9", document="s01", version=2, start=0, end=4, code="door", coder="ben", at=at,
        origin="person",
    )  # fmt: skip
    with at_work(guarded) as engine, transaction(engine) as connection:
        insert_coding(connection, coding)
        memo = Memo(id="m4", on="coding", thing="k9", text="x", author="ben", at=at, title="ASH")
        save_memo(connection, memo)
        save_memo(connection, replace(memo, id="m5", on="code", thing="door", text="Ann Ash (Ash)"))
        save_codes(connection, [Code(id="other", name="Other", definition="as Ann Ash said")])
    with pytest.raises(Faults) as caught:
        desk.export_file(guarded, guarded / "o.qdpx", names=desk.NameCheck(key=KEY), **WHO)
    told = [(each.code, each.values.get("on"), each.values["count"]) for each in
            caught.value.faults]  # fmt: skip
    assert told[:2] == [("COD-113", "coding k9 of text s01", 1), ("COD-113", "code door", 3)]
    assert [code for code, _, _ in told[2:]] == ["INT-035"], "the code is told by itself"
    assert "memo m4" in caught.value.faults[0].what
    assert "which ben wrote on 2026-02-03" in caught.value.faults[0].what
    with at_work(guarded) as engine, transaction(engine) as connection:
        save_memo(connection, replace(memo, title=""))
        save_memo(connection, replace(memo, id="m5", title="", on="code", thing="door"))
        save_codes(connection, [Code(id="other", name="Other")])
    assert desk.export_file(guarded, guarded / "o.qdpx", names=desk.NameCheck(key=KEY), **WHO)


def test_why_names_were_not_looked_for_stands_in_the_ledger(guarded):
    names = desk.NameCheck(waived="read by two people")
    desk.export_file(guarded, guarded / "out.qdpx", names=names, **WHO)
    (line,) = kept(guarded, lines)
    assert json.loads(line.detail)["unchecked"] == "read by two people"


@pytest.mark.shared
def test_what_is_here_under_another_name_or_code_is_told(fresh, nvivo):
    desk.import_file(fresh, nvivo, unsealed="invented", **WHO)
    with at_work(fresh) as engine, transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE code SET name = 'Z' WHERE name = 'C delay'")
        connection.exec_driver_sql("UPDATE coding SET coder = 'somebody' WHERE start = 34")
    done = desk.import_file(fresh, nvivo, **WHO)
    assert [fault.code for fault in done.warnings] == ["COD-082", "COD-083"]
    assert all("<" not in fault.what for fault in done.warnings)


def test_a_name_that_is_taken_is_told(fresh, tmp_path):
    desk.import_file(fresh, project(tmp_path, texts=("One text.",)), unsealed="x", **WHO)
    done = desk.import_file(fresh, project(tmp_path, texts=("Other text.",)), unsealed="x", **WHO)
    assert [fault.code for fault in done.warnings] == ["COD-084"]
    assert [text.name for text in kept(fresh, documents)] == ["n0", "n0-2"]


@pytest.mark.shared
def test_a_file_that_is_not_clear_is_shown_and_not_taken(fresh, tmp_path, nvivo):
    xml = zipfile.ZipFile(nvivo).read("project.qde").decode()
    with zipfile.ZipFile(nvivo) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for number, place in enumerate((35, 141, 212, 265, 164)):
        xml = xml.replace(f'startPosition="{place}"', f'startPosition="{37 + 3 * number}"')
    for number, place in enumerate((59, 170, 246, 280, 218)):
        xml = xml.replace(f'endPosition="{place}"', f'endPosition="{44 + 3 * number}"')
    entries["project.qde"] = xml.encode()
    path = tmp_path / "unclear.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    shown = desk.inspect_file(path)
    assert shown.refusal.code in ("FMT-243", "FMT-244")
    with pytest.raises(Fault) as caught:
        desk.import_file(fresh, path, unsealed="invented", **WHO)
    assert caught.value.code == shown.refusal.code
    assert kept(fresh, documents) == []
    taken = desk.import_file(fresh, path, convention="nvivo-windows", unsealed="invented", **WHO)
    assert taken.verdict.basis == "user"


def test_the_codebook_goes_out_and_comes_in_alone(coded, tmp_path):
    target = tmp_path / "codes.qdc"
    assert desk.export_codebook(coded, target).counts == {"codes": 1}
    other = tmp_path / "other"
    new_study(other, study_id="o", title="Other")
    done = desk.import_codebook(other, target, **WHO)
    assert done.counts == {"codes": 1, "codes here already": 0}
    assert desk.import_codebook(other, target, **WHO).counts["codes here already"] == 1
    (code,) = kept(other, codes)
    assert code.name == "Door"
    assert "Use it for: doors" in code.definition


@pytest.mark.shared
def test_the_ledger_tells_what_was_exchanged_and_no_words(fresh, nvivo):
    desk.import_file(fresh, nvivo, unsealed="invented", **WHO)
    desk.export_file(fresh, fresh / "o.qdpx", **WHO)
    told = [(line.action, line.subject) for line in kept(fresh, lines)]
    assert told == [("import", "codings"), ("export", "codings")]
    assert "front door" not in repr(kept(fresh, lines))


def test_a_study_that_cannot_be_written_is_told(coded, tmp_path):
    target = tmp_path / "is-a-folder"
    target.mkdir()
    with pytest.raises(Fault) as caught:
        desk.export_file(coded, target, **WHO)
    assert caught.value.code == "STO-009"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    shutil.rmtree(target)
