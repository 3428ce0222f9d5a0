"""Corrected words: no name comes into what is read without names, and nothing holds of others."""

import datetime as dt
import json
import unicodedata

import pytest

from consilience.base.errors import Fault, Faults
from consilience.coding.model import CONSENSUS, Code, Coding
from consilience.desk.accounts import Person
from consilience.desk.correcting import correct
from consilience.desk.fallen import UNSEARCHED, changed_since_cleared
from consilience.desk.lost_words import lost_codings
from consilience.desk.name_review import outlook, review_names
from consilience.desk.pseudonyms import apply, restore
from consilience.desk.registry import candidates, decide, read_book
from consilience.desk.sealed import seal_words, sealed_turns
from consilience.desk.speakers import Place, set_speakers, unsearched_names
from consilience.desk.transcripts import bring_all_to_state, bring_to_state
from consilience.desk.typed import corrected_open, was_searched
from consilience.desk.unlocking import OpenVault
from consilience.desk.vault_check import look_through
from consilience.desk.withdrawing import bring_text_back, withdraw_text
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.codings import assign, insert_coding, release, save_codes
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.transcripts import (
    keep_document,
    readable_version,
    set_state,
    state_of,
    text_of,
    turns_of,
)
from consilience.store.vault import make_vault, open_vault

AT = dt.datetime(2017, 6, 1, tzinfo=dt.UTC)
NOW = {"at": AT, "actor": "ann"}
KEY = "four random words here"
ONE = """Interviewer: Who leads on safeguarding?
Mrs Featherstone: I do. Deborah Featherstone. The tiem was short, and the beadle helped.
Mrs Featherstone: Kwame Boateng came before me.
Interviewer: Thank you.
"""
CAME = "Interviewer: And you?\nR1: [Person 9] is my deputy. We meet every week or so.\n"
LEAD = Person(
    id="lead", login="lead", name="Lead", roles=frozenset({"lead"}), active=True, one_time=False,
    created="",
)  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """Two texts: one with names in the vault, one that came without names; names are replaced."""
    hidden = tmp_path / ".consilience"
    hidden.mkdir()
    (tmp_path / "study.yaml").write_text("consilience: 1\n")
    vault = make_vault(hidden, KEY, cost=2**4)
    engine = open_database(hidden / "study.db")
    with transaction(engine) as connection:
        turns = sealed_turns(vault, "s01", 1, turns_in(ONE))
        seal_words(vault, "s01", 1, ONE)
        keep(connection, "s01", ONE, turns=turns, sealed=True)
        keep(connection, "s04", CAME, turns=turns_in(CAME), sealed=False, kind="pseudonymised")
    candidates(engine, tmp_path, KEY, **NOW)
    apply(engine, tmp_path, KEY, **NOW)
    yield engine, tmp_path, KEY
    engine.dispose()


def keep(connection, name, words, **how):
    document = Document(id=name, name=name)
    keep_document(connection, document, text=words, at="2017-06-01T00:00:00Z", actor="ann", **how)
    set_state(connection, name, "transcribed", at="2017-06-01T00:00:00Z", actor="a", reason="i")


def vault_of(study):
    return open_vault(study[1] / ".consilience", KEY)


def shown(study, document="s01"):
    with snapshot(study[0]) as connection:
        return text_of(connection, document, readable_version(connection, document).number)


def state(study, document="s01"):
    with snapshot(study[0]) as connection:
        found = state_of(connection, document)
        return found.state, found.reason


def searched(study):
    """Return of each text that was corrected where it lies open whether names were looked for."""
    with snapshot(study[0]) as connection:
        return {
            each.document.id: was_searched(connection, each.version)
            for each in corrected_open(connection)
        }


def clear(study, document="s01"):
    bring_to_state(study[0], document, "cleared", reason="read", **NOW)


def by_hand(study, *changes, words=None, document="s01", base=None, vault=None, against=None):
    words = shown(study, document) if words is None else words
    for old, new in changes:
        assert words.count(old) == 1, old
        words = words.replace(old, new)
    file = study[1] / "edited.txt"
    file.write_text(words, encoding="utf-8")
    return correct(study[0], document, file, version=base, vault=vault, against=against, **NOW)


def refused(call):
    with pytest.raises((Fault, Faults)) as caught:
        call()
    error = caught.value
    return list(error.faults) if isinstance(error, Faults) else [error]


def codes(made):
    return [each.code for each in made.faults]


def in_database(study, word):
    files = (study[1] / ".consilience").glob("study.db*")
    return [path.name for path in files if word in path.read_bytes()]


# --- a file with names --------------------------------------------------------------------


def test_a_file_made_from_the_words_with_names_does_not_take_the_place_of_those_without(study):
    key = vault_of(study)
    raw = {"words": ONE, "against": key}
    (fault,) = refused(lambda: by_hand(study, ("tiem", "time"), **raw))
    assert (fault.code, fault.values["older"], fault.values["newest"]) == ("INT-142", 1, 2)
    assert "--names --base 1" in fault.remedy
    faults = refused(lambda: by_hand(study, ("tiem", "time"), base=2, **raw))
    assert {each.code for each in faults} == {"INT-140"}
    assert faults[0].where.line == 2
    assert "[Person" in faults[0].remedy
    assert "--names --base 1" in faults[0].remedy
    assert "eatherstone" not in str(faults) + "".join(each.remedy for each in faults)
    made = by_hand(study, ("tiem", "time"), words=ONE, base=1, vault=key)
    assert (made.version.number, made.version.kind, made.version.sealed) == (3, "corrected", True)
    assert "tiem" in shown(study)


def test_the_nearest_version_is_named_not_the_last_that_is_nearer(study):
    by_hand(study, ("tiem", "time"))
    by_hand(study, ("the beadle", "[a colleague]"))
    (fault,) = refused(lambda: by_hand(study, ("Who leads", "Whoever leads"), words=ONE,
                                       against=vault_of(study)))  # fmt: skip
    assert (fault.code, fault.values["older"]) == ("INT-142", 1)


def test_without_the_key_lengths_tell_that_names_come_back(study):
    (fault,) = refused(lambda: by_hand(study, ("Who leads", "Whoever leads"), words=ONE, base=2))
    assert fault.code == "INT-143"
    assert fault.values["older"] == 1
    assert by_hand(study, ("The tiem was", "Her time was")).version.number == 3


def test_words_that_came_in_open_do_not_come_back_beside_those_without_names(study):
    with transaction(study[0]) as connection:
        keep(connection, "s02", ONE, turns=turns_in(ONE), sealed=False)
    candidates(*study, **NOW)
    apply(*study, **NOW)
    spot = {"words": ONE, "document": "s02", "base": 1}
    (fault,) = refused(lambda: by_hand(study, ("tiem", "time"), **spot))
    assert fault.code == "INT-147"
    made = by_hand(study, ("tiem", "time"), against=vault_of(study), **spot)
    assert made.version.sealed
    assert "eatherstone" not in shown(study, "s02")


def test_names_that_come_into_words_that_lie_open_are_told(study):
    with transaction(study[0]) as connection:
        keep(connection, "s02", "I: So?\nR1: So.\n", turns=(), sealed=False)
    change = ("R1: So.", "R1: So says Kwame Boateng.")
    made = by_hand(study, change, document="s02", against=vault_of(study))
    (fault,) = made.faults
    assert (fault.code, fault.values["count"], fault.is_warning) == ("INT-148", 1, True)
    other = ("says", "said")
    assert codes(by_hand(study, other, document="s02", against=vault_of(study))) == []
    assert codes(by_hand(study, ("I: So?", "I: So, Kwame?"), document="s02")) == []


# --- names that were typed ----------------------------------------------------------------


@pytest.mark.parametrize("document", ["s01", "s04"])
def test_a_known_name_is_not_typed_into_a_version_without_names(study, document):
    place = {"s01": "Thank you.", "s04": "We meet"}[document]
    spot = {"document": document, "against": vault_of(study)}
    (fault,) = refused(lambda: by_hand(study, (place, f"{place} says Kwame Boateng"), **spot))
    book = read_book(vault_of(study)).registry
    kwame = next(each for each in book if "Kwame Boateng" in each.forms)
    assert (fault.code, fault.values["entity"]) == ("INT-140", kwame.number)
    assert fault.values["replacement"] == kwame.replacement
    made = by_hand(study, (place, f"{place} says {kwame.replacement}"), **spot)
    assert (codes(made), searched(study)) == ([], {document: True})


def test_a_name_at_ask_is_not_typed_into_a_version_without_names_either(study):
    book = read_book(vault_of(study)).registry
    number = next(each.number for each in book if "Kwame Boateng" in each.forms)
    decide(*study, [{"entity": str(number), "decision": "ask"}], file="d.csv", **NOW)
    change = ("Thank you.", "Thank you, Kwame.")
    (fault,) = refused(lambda: by_hand(study, change, against=vault_of(study)))
    assert (fault.code, fault.values["entity"]) == ("INT-140", number)


@pytest.mark.parametrize("document", ["s01", "s04"])
@pytest.mark.parametrize("looked", [False, True])
def test_a_name_typed_without_the_key_is_replaced_by_the_next_apply(study, document, looked):
    place = {"s01": "Thank you.", "s04": "We meet"}[document]
    bring_to_state(study[0], "s04", "pseudonymised", reason="it came so", **NOW)
    made = by_hand(study, (place, f"{place} says Kwame Boateng"), document=document)
    assert (codes(made), made.state) == (["INT-141"], "checked")
    assert state(study, document)[0] == "checked"
    assert searched(study) == {document: False}
    assert in_database(study, b"Boateng")
    if looked:
        candidates(*study, **NOW)
    done, warnings = apply(*study, **NOW)
    (of_text,) = [each for each in done if each.document == document]
    assert (of_text.version, of_text.sealed) == (made.version.number + 1, 2)
    assert "INT-045" not in [each.code for each in warnings]
    words = shown(study, document)
    assert "Boateng" not in words
    assert f"{place} says [Person" in words
    assert state(study, document) == ("pseudonymised", "names were looked for in corrected words")
    assert searched(study) == {document: True}
    assert in_database(study, b"Boateng") == []
    assert in_database(study, b"boateng") == [], "nor in the index of words"
    assert look_through(study[1], KEY, named=None, **NOW) == []
    assert restore(*study, "s01", **NOW) == ONE
    (again,) = [each for each in apply(*study, **NOW)[0] if each.document == document] or [of_text]
    assert again.version in (None, of_text.version)


def test_a_text_corrected_while_withdrawn_comes_back_and_is_pseudonymised_by_apply(study):
    withdraw_text(study[0], "s01", reason="left", **NOW)
    by_hand(study, ("Thank you.", "Thank you all."))
    assert state(study, "s01")[0] == "withdrawn"
    assert bring_text_back(study[0], "s01", reason="agreed", **NOW).state == "checked"
    apply(*study, **NOW)
    assert state(study, "s01") == ("pseudonymised", "names were looked for in corrected words")
    bring_to_state(study[0], "s01", "checked", reason="on second thoughts", **NOW)
    withdraw_text(study[0], "s01", reason="left", **NOW)
    bring_text_back(study[0], "s01", reason="agreed", **NOW)
    apply(*study, **NOW)
    assert state(study, "s01") == ("checked", "agreed"), "a person said so"


def test_a_name_that_nobody_knows_yet_waits_for_a_decision(study):
    change = ("Thank you.", "Thank you, Gwendolen Ashworth.")
    made = by_hand(study, change, against=vault_of(study))
    assert (codes(made), made.state) == (["INT-144"], "checked")
    assert made.faults[0].values["kinds"] == "1 person"
    done, warnings = apply(*study, **NOW)
    assert "s01" not in [each.document for each in done]
    (told,) = [each for each in warnings if each.code == "INT-045"]
    assert told.values == {"count": 1, "names": "s01"}
    assert "Ashworth" in shown(study)
    by_hand(study, ("Who leads", "Kwame Boateng, who leads"))
    done, _ = apply(*study, **NOW)
    assert [each.document for each in done] == ["s01"], "a known name does not wait for others"
    assert in_database(study, b"Boateng") == []
    assert searched(study) == {"s01": False}
    table = candidates(*study, **NOW).to_pylist()
    (row,) = [each for each in table if "Gwendolen Ashworth" in (each["forms"] or "")]
    assert (row["mentions"], row["documents"]) == (1, 1)
    apply(*study, **NOW)
    assert f"Thank you, {row['replacement']}." in shown(study)
    assert in_database(study, b"Ashworth") == []
    assert state(study)[0] == "pseudonymised"


def test_a_label_that_names_somebody_is_replaced_among_the_turns_too(study):
    by_hand(study, ("R1:", "Kwame Boateng:"), document="s04")
    apply(*study, **NOW)
    with snapshot(study[0]) as connection:
        newest = readable_version(connection, "s04").number
        assert newest == 3
        speakers = [each.speaker for each in turns_of(connection, "s04", newest)]
    assert speakers[1].startswith("[Person")


# --- names given to speakers where words lie open --------------------------------------------


def call_somebody(study, name, *, old="Interviewer", document="s01", against=None):
    place = Place(document=document, against=against, **NOW)
    set_speakers(study[0], place, {old: name})
    return unsearched_names(study[0], place)


def called_in(study, document="s01"):
    with snapshot(study[0]) as connection:
        newest = readable_version(connection, document).number
        return {turn.speaker for turn in turns_of(connection, document, newest)}


@pytest.mark.parametrize("looked", [False, True])
def test_a_name_given_to_a_speaker_without_the_key_is_replaced_by_the_next_apply(study, looked):
    clear(study)
    assert call_somebody(study, "Kwame Boateng") is None
    assert state(study) == ("checked", UNSEARCHED)
    assert searched(study) == {"s01": False}
    if looked:
        candidates(*study, **NOW)
    apply(*study, **NOW)
    assert not any("Boateng" in each for each in called_in(study))
    assert state(study) == ("pseudonymised", "names were looked for in corrected words")
    assert searched(study) == {"s01": True}
    assert in_database(study, b"Boateng") == []
    assert in_database(study, b"boateng") == []


def test_a_name_nobody_knows_given_to_a_speaker_waits_for_a_decision(study):
    clear(study)
    told = call_somebody(study, "Gwendolen Ashworth", against=vault_of(study))
    assert (told.code, told.values["kinds"]) == ("INT-144", "1 person")
    assert (state(study)[0], searched(study)) == ("checked", {"s01": False})
    opened = OpenVault(vault=vault_of(study), key=KEY)
    assert outlook(study[0], opened).waiting == ("s01",)
    _, warnings = apply(*study, **NOW)
    assert "INT-045" in [each.code for each in warnings]
    assert "Gwendolen Ashworth" in called_in(study)
    by_hand(study, ("Thank you.", "Thanks."), against=vault_of(study))
    assert searched(study) == {"s01": False}, "whoever corrects words has not looked at labels"
    table = candidates(*study, **NOW).to_pylist()
    (row,) = [each for each in table if "Gwendolen Ashworth" in (each["forms"] or "")]
    assert (row["mentions"], row["documents"]) == (1, 1)
    review = review_names(study[0], opened, **NOW)
    assert [each.words for each in review.typed[int(row["entity"])]] == ["Gwendolen Ashworth"]
    apply(*study, **NOW)
    assert row["replacement"] in called_in(study)
    assert in_database(study, b"Ashworth") == []
    assert (state(study)[0], searched(study)) == ("pseudonymised", {"s01": True})


def test_a_known_name_is_not_given_to_a_speaker_with_the_key(study):
    for name in ("Kwame Boateng", unicodedata.normalize("NFD", "kwame boateng’s mum")):
        (fault,) = refused(lambda n=name: call_somebody(study, n, against=vault_of(study)))
        assert fault.code == "INT-028"
    assert "Interviewer" in called_in(study)


def test_roles_and_replacements_given_to_speakers_ask_nobody_to_look(study):
    for old, new in (("Interviewer", "R7"), ("R7", "[Person 1]")):
        assert call_somebody(study, new, old=old) is None
        assert (state(study)[0], searched(study)) == ("pseudonymised", {})


def test_a_name_nobody_is_called_by_the_rules_was_searched_with_the_key(study):
    assert call_somebody(study, "the beadle", against=vault_of(study)) is None
    assert (state(study)[0], searched(study)) == ("pseudonymised", {"s01": True})


def test_a_correction_of_words_alone_asks_nobody_to_look_again(study):
    made = by_hand(study, ("tiem", "time"), against=vault_of(study))
    assert (codes(made), made.state, searched(study)) == ([], None, {"s01": True})
    assert state(study)[0] == "pseudonymised"
    without = by_hand(study, ("The time was", "Time was"))
    assert codes(without) == ["INT-141"]
    later = by_hand(study, ("Who leads", "Whoever leads"), against=vault_of(study))
    assert (codes(later), searched(study)) == ([], {"s01": False}), "what came before was not"
    apply(*study, **NOW)
    assert searched(study) == {"s01": True}
    assert state(study)[0] == "pseudonymised"


def test_what_is_carried_over_was_searched_before(study):
    by_hand(study, ("tiem", "time"))
    book = read_book(vault_of(study)).registry
    number = next(each.number for each in book if "Kwame Boateng" in each.forms)
    row = {"entity": str(number), "decision": "replace", "replacement": "[Predecessor]"}
    decide(*study, [row], file="d.csv", **NOW)
    apply(*study, **NOW)
    assert "The time was" in shown(study)
    assert searched(study) == {"s01": True}


# --- states -------------------------------------------------------------------------------


def test_a_cleared_text_is_cleared_no_more_when_its_words_change(study):
    clear(study)
    made = by_hand(study, ("tiem", "time"), against=vault_of(study))
    assert made.state == "pseudonymised"
    assert state(study) == ("pseudonymised", "words corrected since it was cleared")
    clear(study)
    assert by_hand(study, ("The time was", "Time was")).state == "checked"
    with snapshot(study[0]) as connection:
        assert changed_since_cleared(connection, "s01")
    clear(study)
    with snapshot(study[0]) as connection:
        assert not changed_since_cleared(connection, "s01")
    row = {"Interviewer": "Researcher"}
    set_speakers(study[0], Place(document="s01", **NOW), row)
    assert state(study) == ("pseudonymised", "speakers corrected since it was cleared")


def test_what_lies_in_the_vault_is_not_what_was_cleared(study):
    clear(study)
    made = by_hand(study, ("tiem", "time"), words=ONE, base=1, vault=vault_of(study))
    assert made.state is None
    assert state(study)[0] == "cleared"
    candidates(*study, **NOW)
    apply(*study, **NOW)
    assert state(study)[0] == "pseudonymised"


def test_a_withdrawn_text_comes_back_as_no_more_than_its_words_are(study):
    clear(study)
    withdraw_text(study[0], "s01", reason="left", **NOW)
    by_hand(study, ("tiem", "time"))
    assert state(study) == ("withdrawn", "withdrawn as before")
    bring_text_back(study[0], "s01", reason="agreed", **NOW)
    assert state(study)[0] == "checked"


def test_texts_of_a_pattern_come_into_a_state_all_or_none(study):
    engine = study[0]
    with transaction(engine) as connection:
        vault = vault_of(study)
        for name in ("s02", "s03"):
            turns = sealed_turns(vault, name, 1, turns_in(ONE))
            seal_words(vault, name, 1, ONE)
            keep(connection, name, ONE, turns=turns, sealed=True)
    said = {"reason": "read", **NOW}
    (fault,) = [
        fault
        for fault in refused(lambda: bring_all_to_state(engine, "s*", "cleared", **said))
        if fault.values["name"] == "s02"
    ]
    assert fault.code == "INT-011"
    assert state(study, "s01")[0] == "pseudonymised"
    withdraw_text(engine, "s02", reason="left", **NOW)
    withdraw_text(engine, "s03", reason="left", **NOW)
    brought = bring_all_to_state(engine, "s*", "cleared", **said)
    assert {name: each.state for name, each in brought.changes.items()} == {
        "s01": "cleared", "s04": "cleared",
    }  # fmt: skip
    assert (brought.left_out, brought.warning.code) == (("s02", "s03"), "INT-146")
    assert state(study, "s02")[0] == "withdrawn"
    for pattern, reason, code in (("x*", "read", "INT-008"), ("s*", " ", "INT-013")):
        (fault,) = refused(
            lambda pattern=pattern, reason=reason: bring_all_to_state(
                engine, pattern, "checked", reason=reason, **NOW
            )
        )
        assert fault.code == code


# --- codings ------------------------------------------------------------------------------


@pytest.fixture
def coded(study):
    """Return the study with a sentence that two people and the consensus coded, and another."""
    words = shown(study)
    with transaction(study[0]) as connection:
        save_codes(connection, [Code(id="past", name="Past")])
        for coder in ("ann", "ben"):
            assign(connection, "s01", coder, at="2017-06-01T00:00:00Z")
            release(connection, "s01", coder, at="2017-06-01T00:00:00Z")
        for id_, coder, passage in (
            ("c1", "ann", "came before me"), ("c2", "ben", "before me"),
            ("c3", CONSENSUS, "came before me"), ("c4", "ann", "The tiem was short"),
        ):  # fmt: skip
            start = words.index(passage)
            coding = Coding(
                id=id_, document="s01", version=2, start=start, end=start + len(passage),
                code="past", coder=coder, at="2017-06-01T00:00:00Z",
            )  # fmt: skip
            insert_coding(connection, coding)
    return study


def test_a_correction_says_whose_codings_lost_words(coded):
    later = {"against": vault_of(coded)}
    made = by_hand(coded, (" came before me", ""), ("tiem", "time"), **later)
    by_coder = {each.coder: (each.before, each.after, each.changed) for each in made.codings}
    assert by_coder == {"ann": (2, 1, 1), "ben": (1, 0, 0), CONSENSUS: (1, 0, 0)}
    (told,) = made.faults
    assert (told.code, told.values["lost"], told.values["changed"]) == ("INT-145", 3, 1)
    assert told.values["coders"] == "ann 1 and 1 of 2; ben 1 and 0 of 1; consensus 1 and 0 of 1"
    rows = {each.coding: each for each in lost_codings(coded[0], LEAD)}
    assert {each: row.lost for each, row in rows.items()} == {
        "c1": True, "c2": True, "c3": True, "c4": False,
    }  # fmt: skip
    assert (rows["c1"].words, rows["c1"].stands) == ("came before me", "")
    assert (rows["c4"].words, rows["c4"].stands) == ("The tiem was short", "The time was short")
    ben = Person(
        id="ben", login="ben", name="Ben", roles=frozenset({"coder"}), active=True,
        one_time=False, created="",
    )  # fmt: skip
    with transaction(coded[0]) as connection:
        release(connection, "s01", "ben", at=None)
    assert [each.coding for each in lost_codings(coded[0], ben)] == ["c2"], "others are not seen"
    with transaction(coded[0]) as connection:
        release(connection, "s01", "ann", at="2017-06-02T00:00:00Z")
    assert {each.coding for each in lost_codings(coded[0], LEAD)} == {"c1", "c2", "c3"}


def test_a_correction_counts_others_codings_as_far_as_they_may_be_seen(coded):
    with transaction(coded[0]) as connection:
        release(connection, "s01", NOW["actor"], at=None)
    made = by_hand(coded, (" came before me", ""), ("tiem", "time"), against=vault_of(coded))
    assert [each.coder for each in made.codings] == [NOW["actor"]]
    (told,) = made.faults
    assert told.values["coders"] == "ann 1 and 1 of 2"
    assert (told.values["lost"], told.values["changed"]) == (1, 1)


def test_apply_says_it_where_the_words_with_names_were_corrected(coded):
    vault = vault_of(coded)
    by_hand(coded, (" came before me", ""), words=ONE, base=1, vault=vault)
    candidates(*coded, **NOW)
    _, warnings = apply(*coded, **NOW)
    (told,) = [each for each in warnings if each.code == "INT-145"]
    assert told.values["lost"] == 3


def test_the_ledger_has_the_codings_and_no_words(coded):
    by_hand(coded, (" came before me", ""))
    with snapshot(coded[0]) as connection:
        detail = connection.exec_driver_sql(
            "SELECT detail FROM ledger WHERE action = 'transcript corrected'"
        ).scalar()
    assert sorted(json.loads(detail)["codings lost"]) == ["c1", "c2", "c3"]
    assert "before" not in detail
