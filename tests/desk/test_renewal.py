"""Only words that were searched get a version without names, and corrections by hand stay in it."""

import datetime as dt
import json

import pytest

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Code
from consilience.desk import coding
from consilience.desk.correcting import correct
from consilience.desk.pseudonyms import apply, restore
from consilience.desk.registry import candidates, decide, read_book
from consilience.desk.sealed import seal_words, sealed_turns
from consilience.desk.speakers import Place, set_speakers
from consilience.desk.transcripts import text_of_version, write_text
from consilience.desk.vault_check import look_through
from consilience.interviews.model import Document
from consilience.interviews.transcripts import turns_in
from consilience.store.codings import save_codes
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


def words_of(study, number, *, key=KEY):
    """Return the words of a version as whoever has a pass phrase, or None, may read it."""
    vault = vault_of(study[1]) if key else None
    return text_of_version(study[0], "s01", version=number, vault=vault, **NOW)[1]


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
    assert f"{called[:-1]}, the head] came" in words_of(applied, before[-1].number)


def test_a_name_in_a_correction_is_replaced_before_it_is_made_again(applied, tmp_path):
    by_hand(applied, tmp_path, ("Thank you.", "Thank you, Kwame."))
    say(applied, "Mrs Featherstone", "[Designated lead]")
    (done,), _ = apply(*applied, **NOW)
    assert (done.carried, done.sealed) == (1, 4)
    called = entity(applied[1], "Kwame Boateng").replacement
    assert f"Thank you, {called}." in shown(applied[0])
    assert in_database(applied[1], b"Kwame") == []


def test_the_same_correction_in_the_words_with_names_is_made_once(applied, tmp_path):
    engine, folder, _ = applied
    by_hand(applied, tmp_path, ("tiem", "time"))
    by_hand(applied, tmp_path, ("tiem", "time"), version=1, vault=vault_of(folder))
    say(applied, "Kwame Boateng", "[Predecessor]")
    candidates(*applied, **NOW)
    (done,), _ = apply(*applied, **NOW)
    assert done.carried == 0
    assert shown(engine).count("The time was short") == 1


# --- older versions without names ---------------------------------------------------------


@pytest.fixture
def leaky(study):
    """Return a study that had published a name, which was then found, and replaced."""
    candidates(*study, **NOW)
    for name in ("Kwame Boateng", "Deborah Featherstone"):
        row = {"entity": str(entity(study[1], name).number), "decision": "keep"}
        decide(*study, [row], file="d.csv", **NOW)
    apply(*study, **NOW)
    assert "Kwame Boateng" in shown(study[0])
    start = shown(study[0]).index("came before")
    with transaction(study[0]) as connection:
        save_codes(connection, [Code(id="past", name="Past")])
    coding.assign(study[0], "s01", "ann", **NOW)
    spot = {"version": 2, "start": start, "end": start + 11, "code": "past", "coder": "ann"}
    coding.mark(study[0], "s01", at=AT, **spot)
    say(study, "Kwame Boateng", "[Predecessor]")
    say(study, "Deborah Featherstone", "[Lead]")
    return study


def in_database(folder, word):
    files = (folder / ".consilience").glob("study.db*")
    return [path.name for path in files if word in path.read_bytes()]


def test_a_version_that_held_a_name_goes_into_the_vault_when_one_replaces_it(leaky):
    engine, folder, _ = leaky
    old = shown(engine)
    assert in_database(folder, b"Boateng")
    (done,), warnings = apply(*leaky, **NOW)
    assert (done.version, done.sealed) == (3, 1)
    assert "INT-025" not in [each.code for each in warnings]
    assert [each.sealed for each in made(engine)] == [True, True, False]
    assert in_database(folder, b"Boateng") == []
    assert in_database(folder, b"boateng") == [], "nor in the index of words"
    assert in_database(folder, b"Featherstone") == [], "nor as who speaks"
    with pytest.raises(Fault) as caught:
        words_of(leaky, 2, key=None)
    assert caught.value.code == "INT-007"
    assert words_of(leaky, 2) == old
    assert restore(*leaky, "s01", **NOW) == ONE
    assert look_through(folder, KEY, named=None, **NOW) == []
    assert ("older versions sealed", "s01", '{"versions": [2]}') in actions(engine)
    assert apply(*leaky, **NOW)[0][0].sealed == 0


def test_codings_on_a_version_that_was_sealed_follow_it(leaky):
    engine, _, _ = leaky
    apply(*leaky, **NOW)
    page = coding.page_of(engine, "s01", "ann")
    (found,) = page.codings
    assert (page.version.number, page.text[found.start : found.end]) == (3, "came before")
    # A page that was open meanwhile speaks of the version it shows.
    spot = {"version": 2, "start": 0, "end": 11, "code": "past", "coder": "ann"}
    coding.mark(engine, "s01", at=AT, **spot)
    words = [
        page.text[each.start : each.end] for each in coding.page_of(engine, "s01", "ann").codings
    ]
    assert words == ["Interviewer", "came before"]
    with pytest.raises(Fault) as caught:
        coding.mark(engine, "s01", at=AT, **spot | {"version": 1})
    assert caught.value.code == "COD-007"


def test_a_version_corrected_by_hand_is_sealed_by_the_next_apply(applied, tmp_path):
    by_hand(applied, tmp_path, ("the beadle", "[a colleague]"))
    assert "the beadle" in words_of(applied, 2, key=None), "without the key nobody can seal it"
    (done,), _ = apply(*applied, **NOW)
    assert (done.version, done.sealed) == (None, 1)
    assert "the beadle" in words_of(applied, 2)
    assert shown(applied[0], number=2) is None
    assert "[a colleague]" in shown(applied[0])


def test_without_the_key_a_file_of_a_sealed_version_is_known_as_older(leaky, tmp_path):
    engine, _, _ = leaky
    old = tmp_path / "old.txt"
    old.write_text(shown(engine).replace("tiem", "time"))
    apply(*leaky, **NOW)
    for version, code in ((None, "INT-026"), (2, "INT-007")):
        with pytest.raises(Fault) as caught:
            correct(engine, "s01", old, version=version, vault=None, **NOW)
        assert caught.value.code == code
    vault = vault_of(leaky[1])
    assert correct(engine, "s01", old, version=2, vault=vault, **NOW).version.number == 4
    assert "The time was short" in shown(engine)
    assert "Boateng" not in shown(engine)
    assert by_hand(leaky, tmp_path, ("Thank you.", "Thanks.")).number == 5


def test_where_no_place_is_sure_it_counts_what_an_editor_had_last(applied, tmp_path):
    engine, folder, _ = applied
    called = entity(folder, "Kwame Boateng").replacement
    had = tmp_path / "had.txt"
    write_text(engine, "s01", had, version=None, vault=None, at=AT, actor="ben")
    say(applied, "Kwame Boateng", f"[{'x' * (len(called) - 2)}]")
    apply(*applied, **NOW)
    had.write_text(had.read_text().replace("tiem", "time"))
    with pytest.raises(Fault) as caught:
        correct(engine, "s01", had, version=None, vault=None, at=AT, actor="ben")
    assert caught.value.code == "INT-026"


def test_what_came_in_open_is_told_and_sealed_when_asked(study):
    engine, folder, _ = study
    with transaction(engine) as connection:
        for name, simulated in (("s02", False), ("s03", True)):
            document = Document(id=name, name=name, simulated=simulated)
            keep_document(
                connection, document, text=TWO, turns=turns_in(TWO), sealed=False, at="", actor="x"
            )
    candidates(*study, **NOW)
    _, warnings = apply(*study, **NOW)
    (told,) = [each for each in warnings if each.code == "INT-118"]
    assert told.values == {"count": 1, "names": "s02"}
    assert shown(engine, "s02", 1) == TWO
    made_now, warnings = apply(*study, seal_raw=True, **NOW)
    assert {each.document: each.sealed for each in made_now} == {"s01": 0, "s02": 1, "s03": 1}
    assert "INT-118" not in [each.code for each in warnings]
    assert in_database(folder, b"Ashworth") == []
    assert look_through(folder, KEY, named=None, **NOW) == []
    say(study, "Gwendolen Ashworth", "[Deputy]")
    apply(*study, **NOW)
    assert "[Deputy] is my deputy" in shown(engine, "s02")
    assert restore(*study, "s02", **NOW) == TWO


def test_where_an_apply_is_refused_older_versions_stay_where_they_were(leaky, tmp_path):
    engine, folder, _ = leaky
    keep(engine, folder, "s02", TWO)
    candidates(*leaky, **NOW)
    apply(*leaky, discard=["s01"], **NOW)
    called = entity(folder, "Gwendolen Ashworth").replacement
    file = tmp_path / "edited.txt"
    file.write_text(shown(engine, "s02").replace(f"{called} is", f"{called[:-1]}, head] is"))
    correct(engine, "s02", file, version=None, vault=None, **NOW)
    say(leaky, "Kwame Boateng", "[Former lead]")
    say(leaky, "Gwendolen Ashworth", "[Deputy]")
    before = made(engine), made(engine, "s02"), vault_of(folder).names()
    with pytest.raises(Faults) as caught:
        apply(*leaky, **NOW)
    assert [each.code for each in caught.value.faults] == ["INT-047"]
    assert (made(engine), made(engine, "s02"), vault_of(folder).names()) == before
    assert look_through(folder, KEY, named=None, **NOW) == []
    apply(*leaky, discard=["s02"], **NOW)
    assert [each.sealed for each in made(engine)] == [True, True, True, False]
