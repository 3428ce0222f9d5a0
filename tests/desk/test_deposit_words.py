"""Words leave only as somebody searched and cleared them, whatever was said of older ones."""

from __future__ import annotations

import shutil

import pytest
from deposit_study import AT, TEXT, clear, write_deposit_study

from consilience.base.errors import Fault
from consilience.desk.correcting import correct
from consilience.desk.deposit_work import Asked, prepare, waive
from consilience.desk.kept import at_work
from consilience.desk.pseudonyms import apply
from consilience.desk.registry import candidates
from consilience.desk.run import run
from consilience.desk.speakers import Place, set_speakers
from consilience.store.database import transaction
from consilience.store.transcripts import find_document, readable_version, set_state, text_of
from consilience.store.vault import make_vault

KEY = "four random words here"
NOW = {"at": AT, "actor": "ann"}


@pytest.fixture(scope="module")
def cleared(tmp_path_factory):
    folder = write_deposit_study(tmp_path_factory.mktemp("cleared") / "study")
    run(folder, at=AT, actor="test")
    clear(folder, "T1")
    return folder


@pytest.fixture
def study(cleared, tmp_path):
    return shutil.copytree(cleared, tmp_path / "study")


def look(folder, key=None):
    found = prepare(folder, Asked(at=AT, actor="ann", environ={}, look=True, key=key))
    return {(each.code, each.where) for each in found.refused}


def by_hand(folder, old, new):
    with at_work(folder) as engine:
        with transaction(engine) as connection:
            document = find_document(connection, "T1").id
            number = readable_version(connection, document).number
            words = text_of(connection, document, number)
        assert words.count(old) == 1
        file = folder.parent / "edited.txt"
        file.write_text(words.replace(old, new), "utf-8")
        return correct(engine, "T1", file, version=None, vault=None, **NOW)


def say_cleared(folder):
    """Leave the text as an older release did, in which it stayed cleared."""
    with at_work(folder) as engine, transaction(engine) as connection:
        document = find_document(connection, "T1").id
        set_state(connection, document, "cleared", at="", actor="x", reason="as it was")
    run(folder, at=AT, actor="test")


def test_a_corrected_text_is_not_deposited_until_it_is_cleared_again(study):
    assert look(study) == set()
    assert by_hand(study, "told us nothing", "told us little").state == "checked"
    run(study, at=AT, actor="test")
    assert look(study) == {("empty-data-set", "talks"), ("not-cleared", "talks/T1")}
    clear(study, "T1")
    assert look(study) == set()


def test_words_newer_than_their_clearing_are_refused_whatever_the_state_says(study):
    by_hand(study, "told us nothing", "told us little")
    say_cleared(study)
    assert look(study) == {("changed-words", "talks/T1")}
    with pytest.raises(Fault) as caught:
        waive(study, code="changed-words", where="*", role="lead", reason="so", **NOW)
    assert caught.value.code == "DEP-016"
    clear(study, "T1")
    assert look(study) == set()


def test_speakers_newer_than_the_clearing_are_refused_too(study):
    with at_work(study) as engine:
        set_speakers(engine, Place(document="T1", **NOW), {"R": "R1"})
    say_cleared(study)
    assert look(study) == {("changed-words", "talks/T1")}


def test_words_in_which_nobody_looked_for_names_are_refused(study):
    make_vault(study / ".consilience", KEY, cost=2**4)
    with at_work(study) as engine:
        candidates(engine, study, KEY, **NOW)
        apply(engine, study, KEY, **NOW)
    clear(study, "T1")
    assert ("names-unsearched", "talks/T1") not in look(study, KEY)
    by_hand(study, "What are", "What were")
    clear(study, "T1")
    assert ("names-unsearched", "talks/T1") in look(study, KEY)
    with at_work(study) as engine:
        apply(engine, study, KEY, **NOW)
    clear(study, "T1")
    assert ("names-unsearched", "talks/T1") not in look(study, KEY)


def test_open_words_that_were_corrected_are_searched_like_others(study):
    make_vault(study / ".consilience", KEY, cost=2**4)
    with at_work(study) as engine:
        candidates(engine, study, KEY, **NOW)
    assert "Deborah" in TEXT
    by_hand(study, "What are", "What were")
    clear(study, "T1")
    assert ("names-unsearched", "talks/T1") in look(study, KEY)
    with at_work(study) as engine:
        candidates(engine, study, KEY, **NOW)
    assert ("names-unsearched", "talks/T1") not in look(study, KEY)


def test_names_given_to_speakers_are_searched_like_words(study):
    make_vault(study / ".consilience", KEY, cost=2**4)
    with at_work(study) as engine:
        candidates(engine, study, KEY, **NOW)
        apply(engine, study, KEY, **NOW)
        set_speakers(engine, Place(document="T1", **NOW), {"R": "Lowri Penhaligon"})
    clear(study, "T1")
    assert ("names-unsearched", "talks/T1") in look(study, KEY)
    with at_work(study) as engine:
        candidates(engine, study, KEY, **NOW)
        apply(engine, study, KEY, **NOW)
    clear(study, "T1")
    assert ("names-unsearched", "talks/T1") not in look(study, KEY)
