"""Only words that were searched get a version without names, and corrections by hand stay in it."""

import datetime as dt
import json

import pytest

from consilience.base.errors import Fault, Faults
from consilience.desk.pseudonyms import apply, restore
from consilience.desk.registry import candidates, decide, read_book
from consilience.desk.sealed import seal_words, sealed_turns
from consilience.desk.speakers import Place, set_speakers
from consilience.desk.transcripts import correct
from consilience.desk.vault_check import look_through
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.database import open_database, snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import (
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
ONE = """Interviewer: Who leads on safeguarding?
Mrs Featherstone: I do. Deborah Featherstone. The tiem was short, and the beadle helped.
Mrs Featherstone: Kwame Boateng came before me.
Interviewer: Thank you.
"""
TWO = """Interviewer: And you?
Head: Gwendolen Ashworth is my deputy.
"""


@pytest.fixture
def study(tmp_path):
    hidden = tmp_path / ".consilience"
    hidden.mkdir()
    (tmp_path / "study.yaml").write_text("consilience: 1\n")
    make_vault(hidden, KEY, cost=2**4)
    engine = open_database(hidden / "study.db")
    keep(engine, tmp_path, "s01", ONE)
    yield engine, tmp_path, KEY
    engine.dispose()


def vault_of(folder):
    return open_vault(folder / ".consilience", KEY)


def keep(engine, folder, name, words):
    vault = vault_of(folder)
    with transaction(engine) as connection:
        turns = sealed_turns(vault, name, 1, turns_in(words))
        seal_words(vault, name, 1, words)
        keep_document(
            connection, Document(id=name, name=name), text=words, turns=turns, sealed=True,
            at="2017-06-01T00:00:00Z", actor="ann",
        )  # fmt: skip


def made(engine, document="s01"):
    with snapshot(engine) as connection:
        return versions(connection, document)


def shown(engine, document="s01", number=None):
    with snapshot(engine) as connection:
        number = number or versions(connection, document)[-1].number
        return text_of(connection, document, number)


def entity(folder, form):
    return next(each for each in read_book(vault_of(folder)).registry if form in each.forms)


def say(study, form, replacement, **more):
    row = {"entity": str(entity(study[1], form).number), "decision": "replace"}
    decide(*study, [row | {"replacement": replacement} | more], file="d.csv", **NOW)


def by_hand(study, tmp_path, *changes, version=None, vault=None):
    words = shown(study[0], number=version) if vault is None else ONE
    for old, new in changes:
        assert words.count(old) == 1, old
        words = words.replace(old, new)
    file = tmp_path / "edited.txt"
    file.write_text(words, encoding="utf-8")
    return correct(study[0], "s01", file, version=version, vault=vault, **NOW).version


def actions(engine):
    with snapshot(engine) as connection:
        return [(each.action, each.subject, each.detail) for each in lines(connection)]


# --- words nobody searched ----------------------------------------------------------------


def test_no_text_gets_a_version_before_names_were_looked_for(study):
    engine, folder, _ = study
    with pytest.raises(Fault) as caught:
        apply(*study, **NOW)
    assert caught.value.code == "INT-044"
    assert "s01" in caught.value.what
    assert "consilience deidentify candidates" in caught.value.remedy
    assert [each.kind for each in made(engine)] == ["raw"]
    assert not any(each.startswith("log/") for each in vault_of(folder).names())
    assert look_through(folder, KEY, named=None, **NOW) == []
    candidates(*study, **NOW)
    apply(*study, **NOW)
    assert "eatherstone" not in shown(engine)


def test_a_text_that_came_later_is_left_as_it_is_until_it_was_searched(study):
    engine, folder, _ = study
    candidates(*study, **NOW)
    keep(engine, folder, "s02", TWO)
    done, warnings = apply(*study, **NOW)
    assert [each.document for each in done] == ["s01"]
    assert [fault.code for fault in warnings if fault.code != "INT-034"] == ["INT-045"]
    assert "s02" in warnings[0].what
    assert [each.kind for each in made(engine, "s02")] == ["raw"]
    with snapshot(engine) as connection:
        assert state_of(connection, "s02") is None
    candidates(*study, **NOW)
    apply(*study, **NOW)
    assert "Ashworth" not in shown(engine, "s02")


def test_words_corrected_since_names_were_looked_for_are_other_words(study, tmp_path):
    engine, folder, _ = study
    candidates(*study, **NOW)
    changes = [("Thank you.", "Thank you, Gwendolen Ashworth.")]
    by_hand(study, tmp_path, *changes, version=1, vault=vault_of(folder))
    with pytest.raises(Fault) as caught:
        apply(*study, **NOW)
    assert caught.value.code == "INT-044"
    assert shown(engine) is None
    # What is decided does not say that the newer words were searched.
    say(study, "Kwame Boateng", "[Predecessor]")
    with pytest.raises(Fault):
        apply(*study, **NOW)
    candidates(*study, **NOW)
    apply(*study, **NOW)
    assert "Ashworth" not in shown(engine)


def test_a_study_whose_logs_say_that_nothing_was_replaced_can_be_read_again(study):
    """As an apply before any search left it, before that was refused."""
    _, folder, _ = study
    vault_of(folder).write("log/s01/2", b"[]")
    assert read_book(vault_of(folder)).registry == ()
    candidates(*study, **NOW)
    assert entity(folder, "Kwame Boateng")


def test_a_registry_that_is_gone_is_told_where_something_was_replaced(study):
    _, folder, _ = study
    vault_of(folder).write("log/s01/2", b'[{"start": 0}]')
    with pytest.raises(Fault) as caught:
        read_book(vault_of(folder))
    assert caught.value.code == "STO-036"


# --- people not decided -------------------------------------------------------------------


def test_nobody_stays_in_the_texts_undecided_unless_it_is_said(study):
    engine, folder, _ = study
    candidates(*study, **NOW)
    number = entity(folder, "Kwame Boateng").number
    decide(*study, [{"entity": str(number), "decision": "ask"}], file="d.csv", **NOW)
    with pytest.raises(Fault) as caught:
        apply(*study, **NOW)
    assert caught.value.code == "INT-046"
    assert "1 person" in caught.value.what
    assert len(made(engine)) == 1
    _, warnings = apply(*study, leave_asked=True, **NOW)
    assert "INT-034" in [each.code for each in warnings]
    assert "Kwame Boateng" in shown(engine)
    ((_, subject, detail),) = [each for each in actions(engine) if each[0] == "names left"]
    assert (subject, json.loads(detail)) == ("registry", {"entities": 1, "kinds": {"person": 1}})


def test_what_nobody_decided_gets_the_replacement_that_was_proposed(study):
    candidates(*study, **NOW)
    assert not entity(study[1], "Kwame Boateng").decided
    apply(*study, **NOW)
    assert "Boateng" not in shown(study[0])
    assert entity(study[1], "Kwame Boateng").replacement in shown(study[0])


# --- corrections by hand ------------------------------------------------------------------


@pytest.fixture
def applied(study):
    candidates(*study, **NOW)
    apply(*study, **NOW)
    return study


def test_corrections_are_made_again_when_replacements_change(applied, tmp_path):
    engine, _, _ = applied
    assert "the beadle" in shown(engine)
    by_hand(applied, tmp_path, ("tiem", "time"), ("the beadle", "[a colleague]"))
    say(applied, "Kwame Boateng", "[Predecessor]")
    (done,), _ = apply(*applied, **NOW)
    assert (done.version, done.carried) == (5, 2)
    words = shown(engine)
    assert "The time was short, and [a colleague] helped." in words
    assert "[Predecessor] came before me" in words
    assert [(each.kind, each.parent) for each in made(engine)] == [
        ("raw", None), ("pseudonymised", 1), ("pseudonymised", 2),
        ("pseudonymised", 1), ("pseudonymised", 4),
    ]  # fmt: skip
    assert restore(*applied, "s01", **NOW) == ONE
    assert look_through(applied[1], KEY, named=None, **NOW) == []
    # And once more, over the version that has them.
    say(applied, "Kwame Boateng", "[Former lead]")
    apply(*applied, **NOW)
    assert "The time was short, and [a colleague] helped." in shown(engine)
    assert "[Former lead] came" in shown(engine)
    (again,), _ = apply(*applied, **NOW)
    assert again.version is None
    start = ONE.index("came before")
    with snapshot(engine) as connection:
        at = map_between(connection, "s01", 1, versions(connection, "s01")[-1].number)
    assert shown(engine)[slice(*at.span(start, start + 11))] == "came before"


def test_nothing_is_done_where_replacements_stay_the_same(applied, tmp_path):
    version = by_hand(applied, tmp_path, ("tiem", "time"))
    (done,), _ = apply(*applied, **NOW)
    assert done.version is None
    assert made(applied[0])[-1] == version


def test_a_name_taken_out_by_hand_and_found_later_stays_as_the_person_wrote(applied, tmp_path):
    by_hand(applied, tmp_path, ("the beadle", "[a colleague]"))
    vault, book = vault_of(applied[1]), read_book(vault_of(applied[1]))
    row = {"document": "s01", "start": str(ONE.index("the beadle")), "decision": "replace"}
    row |= {"end": str(ONE.index("the beadle") + 10), "replacement": "[Q]"}
    decide(*applied, [row], file="d.csv", **NOW)
    apply(*applied, **NOW)
    assert "and [a colleague] helped" in shown(applied[0])
    assert read_book(vault).registry == book.registry


def test_speakers_corrected_by_hand_stay_corrected(applied):
    engine, folder, _ = applied
    called = entity(folder, "Mrs Featherstone").replacement
    set_speakers(engine, Place(document="s01", **NOW), {"Interviewer": "Researcher"})
    say(applied, "Mrs Featherstone", "[Designated lead]")
    (done,), _ = apply(*applied, **NOW)
    assert done.version == 4

    def speakers():
        with snapshot(engine) as connection:
            last = versions(connection, "s01")[-1].number
            return [turn.speaker for turn in turns_of(connection, "s01", last)]

    assert called not in speakers()
    wanted = ["Researcher", "[Designated lead]", "[Designated lead]", "Researcher"]
    assert speakers() == wanted
    say(applied, "Kwame Boateng", "[Predecessor]")
    apply(*applied, **NOW)
    assert speakers() == wanted


def test_a_correction_at_odds_with_a_replacement_is_refused_and_can_be_left_out(applied, tmp_path):
    engine, folder, _ = applied
    called = entity(folder, "Kwame Boateng").replacement
    by_hand(applied, tmp_path, (f"{called} came", f"{called[:-1]}, the head] came"))
    before = made(engine)
    say(applied, "Kwame Boateng", "[Predecessor]")
    with pytest.raises(Faults) as caught:
        apply(*applied, **NOW)
    (fault,) = caught.value.faults
    assert (fault.code, fault.values["document"]) == ("INT-047", "s01")
    assert "--discard" in fault.remedy
    assert made(engine) == before
    assert look_through(folder, KEY, named=None, **NOW) == []
    (done,), _ = apply(*applied, discard=["s01"], **NOW)
    assert done.discarded
    assert "[Predecessor] came before me" in shown(engine)
    assert f"{called[:-1]}, the head] came" in shown(engine, number=before[-1].number)


def test_a_correction_that_names_somebody_is_refused(applied, tmp_path):
    by_hand(applied, tmp_path, ("Thank you.", "Thank you, Kwame."))
    say(applied, "Mrs Featherstone", "[Designated lead]")
    with pytest.raises(Faults) as caught:
        apply(*applied, **NOW)
    assert [each.code for each in caught.value.faults] == ["INT-047"]


def test_the_same_correction_in_the_words_with_names_is_made_once(applied, tmp_path):
    engine, folder, _ = applied
    by_hand(applied, tmp_path, ("tiem", "time"))
    by_hand(applied, tmp_path, ("tiem", "time"), version=1, vault=vault_of(folder))
    say(applied, "Kwame Boateng", "[Predecessor]")
    candidates(*applied, **NOW)
    (done,), _ = apply(*applied, **NOW)
    assert done.carried == 0
    assert shown(engine).count("The time was short") == 1
