"""Names are found, decided, replaced everywhere alike, had back exactly, and never go out."""

import datetime as dt
import json
from dataclasses import asdict, replace

import pytest
from sqlalchemy import text as sql

from consilience.base.errors import Fault, Faults
from consilience.desk.correcting import correct
from consilience.desk.pseudonyms import apply, replace_in, residual_check, restore
from consilience.desk.registry import candidates, decide, passages, read_book
from consilience.desk.replaced_counts import replaced_counts
from consilience.desk.sealed import seal_words, sealed_turns
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import (
    documents,
    find_document,
    keep_document,
    map_between,
    state_of,
    text_of,
    turns_of,
    versions,
)
from consilience.store.vault import make_vault, open_vault

AT = dt.datetime(2017, 6, 1, tzinfo=dt.UTC)
NOW = {"at": AT, "actor": "ann"}
KEY = "four random words here"
ONE = """Interviewer: Who leads on safeguarding at Lark Hill School?
Mrs Featherstone: I do. Deborah Featherstone, since 3 March 2016. Ring me on 01632 960 455.
Interviewer: And before?
Mrs Featherstone: Kwame Boateng. Kwame moved to Leeds. He is fourteen years older than me.
"""
TWO = """Interviewer: You know Featherstone's work?
Head: Yes, debbie and I trained together; FEATHERSTONE is known all over. Lark Hill is small.
Head: A Mr Boatang rang once. Deborah Featherston wrote to us [laughs] in May 2016.
"""


@pytest.fixture
def study(tmp_path):
    """Two sealed texts in a study of which the vault is cheap to open."""
    hidden = tmp_path / ".consilience"
    hidden.mkdir()
    vault = make_vault(hidden, KEY, cost=2**4)
    engine = open_database(hidden / "study.db")
    with transaction(engine) as connection:
        for id_, name, words in (("s01", "s01", ONE), ("s02", "Featherstone_s02", TWO)):
            turns = sealed_turns(vault, id_, 1, turns_in(words))
            seal_words(vault, id_, 1, words)
            document = Document(id=id_, name=name, source=f"{name}.docx")
            keep_document(
                connection,
                document,
                text=words,
                turns=turns,
                sealed=True,
                at="2017-06-01T00:00:00Z",
                actor="ann",
            )
    yield engine, tmp_path, KEY
    engine.dispose()


def rows_of(table):
    return {row["entity"]: row for row in table.to_pylist()}


def numbered(table, form):
    """Return the number of the entity that has a form."""
    return next(n for n, row in rows_of(table).items() if form in (row["forms"] or "").split(" | "))


def newest(engine, document):
    with snapshot(engine) as connection:
        version = versions(connection, document)[-1]
        return version, text_of(connection, document, version.number)


def test_a_name_found_once_is_found_everywhere(study):
    table = candidates(*study, **NOW)
    person = rows_of(table)[numbered(table, "Deborah Featherstone")]
    assert "Mrs Featherstone" in person["forms"]
    # Labels, words, a possessive, and in capitals, in both texts.
    assert person["documents"] == 2
    assert person["mentions"] >= 5
    assert person["decision"] == "replace"


def test_what_the_study_calls_its_interviews_names_nobody(study):
    engine = study[0]
    words = "S07\n\nMrs Ash: I do.\nInterviewer: S08 said so.\nMrs Ash: So does Ash.\n"
    for id_, interview in (("s07", "S07"), ("s08", "ash")):
        with transaction(engine) as connection:
            document = Document(id=id_, name=id_, interview=interview)
            keep_document(connection, document, text=words, turns=turns_in(words), sealed=False,
                          at="2017-06-01T00:00:00Z", actor="ann")  # fmt: skip
    forms = {f for row in candidates(*study, **NOW).to_pylist() for f in row["forms"].split(" | ")}
    assert "S07" not in forms
    assert {"S08", "Mrs Ash"} <= forms


def test_misspellings_and_short_forms_are_proposed_and_not_applied(study):
    table = candidates(*study, **NOW)
    rows = rows_of(table)
    full = numbered(table, "Deborah Featherstone")
    slip = rows[numbered(table, "Deborah Featherston")]
    assert slip["proposal"].startswith(f"spelling: {full} ")
    assert rows[full]["proposal"].startswith(f"spelling: {slip['entity']} ")
    name = rows[numbered(table, "Mr Boatang")]
    assert name["proposal"].startswith("spelling: ")
    apply(*study, **NOW)
    _, words = newest(study[0], "s02")
    assert rows[full]["replacement"] in words
    assert slip["replacement"] in words
    assert rows[full]["replacement"] != slip["replacement"]


def test_what_a_person_says_is_the_same_gets_one_replacement(study):
    table = candidates(*study, **NOW)
    full, slip = (numbered(table, f"Deborah Feathersto{end}") for end in ("ne", "n"))
    rows = [
        {"entity": str(slip), "same_as": str(full)},
        {"entity": str(full), "decision": "replace", "replacement": "[Designated lead]"},
    ]
    decide(*study, rows, file="d.csv", **NOW)
    apply(*study, **NOW)
    _, words = newest(study[0], "s02")
    assert "[Designated lead] wrote to us [laughs]" in words
    assert "eatherston" not in words.lower()


def test_a_wrong_same_as_is_taken_back_through_the_vault(study):
    table = candidates(*study, **NOW)
    one, other = numbered(table, "Kwame Boateng"), numbered(table, "Deborah Featherstone")
    book = read_book(open_vault(study[1] / ".consilience", KEY))
    decide(*study, [{"entity": str(one), "same_as": str(other)}], file="d.csv", **NOW)
    rows = rows_of(candidates(*study, **NOW))
    assert rows[one]["same_as"] == other
    assert "Kwame Boateng" in rows[other]["forms"]
    decide(*study, [{"entity": str(one), "same_as": str(one)}], file="d.csv", **NOW)
    assert read_book(open_vault(study[1] / ".consilience", KEY)).registry == book.registry
    apply(*study, **NOW)
    assert rows_of(table)[one]["replacement"] in newest(study[0], "s01")[1]


def test_details_are_made_general(study):
    candidates(*study, **NOW)
    apply(*study, **NOW)
    _, one = newest(study[0], "s01")
    assert "[March 2016]" in one
    assert "moved to [place in Yorkshire and The Humber]." in one
    assert "960 455" not in one
    _, two = newest(study[0], "s02")
    assert "May 2016" in two  # says no more than a month already
    decide(*study, [], file="d.csv", dates="year", **NOW)
    apply(*study, **NOW)
    assert "[2016]" in newest(study[0], "s01")[1]


def test_speakers_and_names_of_files_lose_their_names_too(study):
    engine, _, _ = study
    candidates(*study, **NOW)
    apply(*study, **NOW)
    with snapshot(engine) as connection:
        speakers = {turn.speaker for turn in turns_of(connection, "s01", 2)}
        kept = find_document(connection, "s02")
        text = " ".join(map(str, connection.execute(sql("select * from document")).all()))
    assert "Interviewer" in speakers
    assert not any("eatherstone" in speaker for speaker in speakers)
    assert any(speaker.startswith("[Person") for speaker in speakers)
    assert kept.name.startswith("[Person")
    assert kept.source.endswith(".docx")
    assert "Featherstone" not in text


def test_nothing_outside_the_vault_names_anybody(study):
    engine, folder, _ = study
    candidates(*study, **NOW)
    apply(*study, **NOW)
    engine.dispose()
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "study.db-shm":
            content = path.read_bytes()
            assert b"Boateng" not in content, path
            assert b"Deborah" not in content, path


def test_applying_again_changes_nothing(study):
    candidates(*study, **NOW)
    first, _ = apply(*study, **NOW)
    again, _ = apply(*study, **NOW)
    assert all(each.version == 2 for each in first)
    assert all(each.version is None for each in again)
    # And the registry stays as it was when names are looked for once more.
    vault = open_vault(study[1] / ".consilience", KEY)
    before = read_book(vault).registry
    candidates(*study, **NOW)
    assert read_book(vault).registry == before


def test_one_passage_can_be_decided_by_itself(study):
    table = candidates(*study, **NOW)
    number = numbered(table, "Lark Hill School")
    seen = passages(*study, number, **NOW)
    assert [each.document for each in seen] == ["s01"]
    assert seen[0].words == "Lark Hill School"
    assert seen[0].before.endswith("safeguarding at ")
    row = {
        "document": "s01",
        "start": str(seen[0].start),
        "end": str(seen[0].end),
        "decision": "replace",
        "replacement": "[our school]",
    }
    decide(*study, [row], file="d.csv", **NOW)
    apply(*study, **NOW)
    assert "safeguarding at [our school]?" in newest(study[0], "s01")[1]
    decide(*study, [row | {"decision": "keep"}], file="d.csv", **NOW)
    apply(*study, **NOW)
    assert "safeguarding at Lark Hill School?" in newest(study[0], "s01")[1]


def test_a_ruling_about_a_passage_follows_a_correction(study, tmp_path):
    candidates(*study, **NOW)
    start = ONE.index("Lark Hill School")
    row = {
        "document": "s01", "start": str(start), "end": str(start + 16), "decision": "replace",
        "replacement": "[our school]",
    }  # fmt: skip
    decide(*study, [row], file="d.csv", **NOW)
    (tmp_path / "s01.txt").write_text(ONE.replace("Who leads", "Well, who leads"), encoding="utf-8")
    vault = open_vault(study[1] / ".consilience", KEY)
    correct(study[0], "s01", tmp_path / "s01.txt", version=None, vault=vault, **NOW)
    (place,) = read_book(vault).places
    assert (place.start, place.end) == (start + 6, start + 22)
    candidates(*study, **NOW)
    apply(*study, **NOW)
    assert "safeguarding at [our school]?" in newest(study[0], "s01")[1]


def test_files_are_not_replaced_in_before_names_were_looked_for(study):
    with pytest.raises(Fault) as caught:
        replace_in(*study, {"a.txt": "Ask Mr Boateng"}, **NOW)
    assert caught.value.code == "INT-053"


def test_codings_follow_there_and_back(study):
    engine, _, _ = study
    candidates(*study, **NOW)
    apply(*study, **NOW)
    start = ONE.index("Kwame moved to Leeds")
    with snapshot(engine) as connection:
        there = map_between(connection, "s01", 1, 2).span(start, start + 20)
        back = map_between(connection, "s01", 2, 1).span(*there)
        words = text_of(connection, "s01", 2)
    assert words[slice(*there)].startswith("[Person")
    assert back == (start, start + 20)


def test_the_holder_of_the_key_has_the_text_back_exactly(study):
    candidates(*study, **NOW)
    apply(*study, **NOW)
    assert restore(*study, "s01", **NOW) == ONE
    assert restore(*study, "s02", **NOW) == TWO
    with pytest.raises(Fault) as caught:
        restore(study[0], study[1], "another pass phrase", "s01", **NOW)
    assert caught.value.code == "STO-031"


def test_a_log_of_another_text_is_told(study):
    candidates(*study, **NOW)
    apply(*study, **NOW)
    vault = open_vault(study[1] / ".consilience", KEY)
    vault.write("log/s01/2", vault.read("log/s02/2"))
    with pytest.raises(Fault) as caught:
        restore(*study, "s01", **NOW)
    assert caught.value.code == "INT-036"


def test_what_was_never_pseudonymised_cannot_be_restored(study):
    with pytest.raises(Fault) as caught:
        restore(*study, "s01", **NOW)
    assert caught.value.code == "INT-037"


def test_no_name_goes_out(study):
    engine, _, _ = study
    candidates(*study, **NOW)
    apply(*study, **NOW)
    with snapshot(engine) as connection:
        out = {d.id: newest(engine, d.id)[1] for d in documents(connection)}
    assert residual_check(*study, out, **NOW) == []
    faults = residual_check(*study, {"q.csv": "id,quote\n1,As kwame boateng said\n"}, **NOW)
    assert [fault.code for fault in faults] == ["INT-035"]
    assert faults[0].where.line == 2
    assert "oateng" not in str(faults[0]).lower()


def test_free_text_gets_the_same_replacements(study):
    table = candidates(*study, **NOW)
    number = numbered(table, "Kwame Boateng")
    label = rows_of(table)[number]["replacement"]
    answers = {"Boateng_answers.csv": "unit,text\nu1,Ask Mr Boateng\n"}
    assert replace_in(*study, answers, **NOW) == {
        f"{label} answers.csv": f"unit,text\nu1,Ask {label}\n"
    }


def test_undecided_entities_are_told(study):
    candidates(*study, **NOW)
    _, warnings = apply(*study, **NOW)
    assert [fault.code for fault in warnings] in ([], ["INT-034"])
    number = str(numbered(candidates(*study, **NOW), "Lark Hill School"))
    decide(*study, [{"entity": number, "decision": "ask"}], file="d.csv", **NOW)
    _, warnings = apply(*study, **NOW)
    assert warnings[0].code == "INT-034"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"entity": "999", "decision": "keep"}, "INT-030"),
        ({"entity": "", "decision": "keep"}, "INT-030"),
        ({"entity": "1", "same_as": "999"}, "INT-030"),
        ({"entity": "1", "decision": "delete"}, "INT-031"),
        ({"entity": "1", "kind": "ghost"}, "INT-031"),
        ({"entity": "1", "replacement": "Person 1"}, "INT-032"),
        ({"document": "s01", "start": "5", "end": "5"}, "INT-033"),
        ({"document": "s01", "start": "x", "end": "5"}, "INT-033"),
    ],
)
def test_decisions_that_cannot_be_followed_change_nothing(study, row, code):
    candidates(*study, **NOW)
    vault = open_vault(study[1] / ".consilience", KEY)
    before = read_book(vault)
    with pytest.raises(Faults) as caught:
        decide(*study, [{"entity": "1", "decision": "keep"}, row], file="d.csv", **NOW)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert caught.value.faults[0].where.row == 3
    assert read_book(vault) == before


def test_every_opening_is_in_the_ledger_and_no_name(study):
    candidates(*study, **NOW)
    apply(*study, **NOW)
    restore(*study, "s01", **NOW)
    with snapshot(study[0]) as connection:
        told = lines(connection)
        state = state_of(connection, "s01")
    purposes = [line.detail for line in told if line.action == "vault opened"]
    assert len(purposes) == 3
    assert not any("oateng" in line.detail + line.subject for line in told)
    assert state.state == "pseudonymised"


def test_a_text_that_was_pseudonymised_stays_as_it_is(study):
    candidates(*study, **NOW)
    apply(*study, **NOW)
    texts = {name: newest(study[0], name)[1] for name in ("s01", "s02")}
    assert replace_in(*study, texts, **NOW) == texts


def test_a_name_in_a_replacement_is_neither_taken_nor_put_into_a_text(study):
    table = candidates(*study, **NOW)
    lead, other = numbered(table, "Deborah Featherstone"), numbered(table, "Kwame Boateng")
    vault = open_vault(study[1] / ".consilience", KEY)
    before = read_book(vault)
    for words in ("[Deborah Featherstone]", "[friend of Kwame]"):
        row = {"entity": str(lead), "decision": "replace", "replacement": words}
        with pytest.raises(Faults) as caught:
            decide(*study, [row], file="d.csv", **NOW)
        assert [fault.code for fault in caught.value.faults] == ["INT-038"]
        assert "eatherstone" not in str(caught.value)
    assert read_book(vault) == before
    # A name that was kept when the replacement was chosen, and goes now.
    decide(*study, [{"entity": str(other), "decision": "keep"}], file="d.csv", **NOW)
    row = {"entity": str(lead), "decision": "replace", "replacement": "[friend of Kwame]"}
    decide(*study, [row], file="d.csv", **NOW)
    book = read_book(vault)
    changed = tuple(
        replace(each, ruling="replace") if each.number == other else each for each in book.registry
    )
    vault.write("registry", json.dumps(asdict(replace(book, registry=changed))).encode())
    for deed in (lambda: apply(*study, **NOW), lambda: replace_in(*study, {"a": "b"}, **NOW)):
        with pytest.raises(Faults) as caught:
            deed()
        assert [fault.code for fault in caught.value.faults] == ["INT-038"]
        assert f"entity {other}" in caught.value.faults[0].what
    assert newest(study[0], "s01")[0].kind == "raw"


def test_a_ruling_about_a_passage_gives_way_to_a_newer_one_over_it(study):
    candidates(*study, **NOW)
    row = {"document": "s01", "start": "3", "end": "12", "replacement": "[A]"}
    decide(*study, [row], file="d.csv", **NOW)
    decide(*study, [row | {"start": "8", "end": "20", "decision": "keep"}], file="d.csv", **NOW)
    (place,) = read_book(open_vault(study[1] / ".consilience", KEY)).places
    assert (place.start, place.end, place.ruling) == (8, 20, "keep")
    for document, code in (("s01", "INT-042"), ("nosuch", "INT-008")):
        with pytest.raises(Faults) as caught:
            decide(*study, [row | {"document": document, "end": "9999"}], file="d.csv", **NOW)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_what_was_replaced_is_counted_without_a_name(study):
    engine, folder, key = study
    candidates(engine, folder, key, **NOW)
    apply(engine, folder, key, **NOW)
    with snapshot(engine) as connection:
        vault = open_vault(folder / ".consilience", key)
        names = [each.name for each in documents(connection)]
        found = replaced_counts(connection, vault, names)
        logged = [
            json.loads(vault.read(f"log/{each.id}/{versions(connection, each.id)[-1].number}"))
            for each in documents(connection)
        ]
    assert sum(each.mentions for each in found) == sum(map(len, logged)) > 10
    people = next(each for each in found if each.kind == "person")
    assert (people.how, people.texts) == ("replaced by a pseudonym", 2)
    assert people.entities < people.mentions
    assert "eatherstone" not in str(found)
