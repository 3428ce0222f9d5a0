"""Somebody finds what stands in the texts that this person may read."""

import datetime as dt
import importlib.util

import pytest

from consilience.base.errors import Fault
from consilience.desk import search as desk
from consilience.desk.accounts import Person
from consilience.desk.search import Where, search
from consilience.interviews.model import Document, Turn
from consilience.store.codings import assign
from consilience.store.database import open_database, transaction
from consilience.store.large_search import FOLDER, LargeIndex
from consilience.store.transcripts import keep_document

AT = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
STAMP = "2018-01-01T00:00:00Z"


@pytest.fixture
def engine(tmp_path):
    made = open_database(tmp_path / "study.db")
    with transaction(made) as connection:
        for name in ("one", "two", "three"):
            keep_document(
                connection, Document(id=name, name=f"Text {name}"),
                text=f"The budget of {name}.", turns=(), sealed=name == "three",
                at=STAMP, actor="t",
            )  # fmt: skip
        assign(connection, "two", "ann", at=STAMP)
        assign(connection, "three", "ann", at=STAMP)
    yield made
    made.dispose()


def person(*roles):
    return Person(
        id="ann", login="ann", name="Ann", roles=frozenset(roles), active=True, one_time=False,
        created=STAMP,
    )  # fmt: skip


def texts(engine, **options):
    return [hit.document for hit in search(engine, "budget", **options).hits]


def test_a_coder_finds_only_what_was_given_and_lies_open(engine):
    assert texts(engine, person=person("coder")) == ["two"]
    assert texts(engine, person=person("lead")) == ["one", "two"]
    assert texts(engine, person=person("analyst")) == ["one", "two"]
    assert texts(engine) == ["one", "two"]


def test_a_text_that_a_coder_may_not_read_is_as_if_it_were_not_there(engine):
    assert texts(engine, where=Where(document="Text one")) == ["one"]
    for name in ("Text one", "nothing"):
        with pytest.raises(Fault) as caught:
            search(engine, "budget", person=person("coder"), where=Where(document=name))
        assert caught.value.code == "INT-008"


def talks(engine):
    """Take in a text in which two write the same name in two ways, and one that is withheld."""
    said = "Head: budget\nhead: budget\nÉva: budget"
    parts = [("Head", 0, 12), ("head", 13, 25), ("Éva", 26, len(said))]
    with transaction(engine) as connection:
        for text, case, sealed in (("talk", "c1", False), ("locked", "c2", True)):
            turns = [
                Turn(speaker=name, start=start, said=start + len(name) + 2, end=end)
                for name, start, end in parts
            ]
            keep_document(
                connection, Document(id=text, name=text, case=case), text=said, turns=turns,
                sealed=sealed, at=STAMP, actor="t",
            )  # fmt: skip


@pytest.mark.parametrize("index", ["sqlite", "tantivy"])
def test_speakers_are_known_in_any_case_of_letters(engine, means, index):
    if index == "tantivy" and importlib.util.find_spec("tantivy") is None:
        means("tantivy (make extras)")
    talks(engine)
    for speaker, turns in (("HEAD", [1, 2]), ("éVA", [3]), ("Éva", [3])):
        found = search(engine, "budget", where=Where(speaker=speaker, index=index))
        assert [hit.turn for hit in found.hits] == turns


@pytest.mark.parametrize(
    ("where", "known"),
    [({"speaker": "Heads"}, "Head, head, Éva"), ({"case": "c2"}, "c1"), ({"case": "C1"}, "c1")],
)
def test_a_speaker_or_case_that_is_not_there_is_refused(engine, where, known):
    talks(engine)
    with pytest.raises(Fault) as caught:
        search(engine, "budget", where=Where(**where))
    assert caught.value.code == "COD-026"
    assert caught.value.what.endswith(f"there are {known}")
    with pytest.raises(Fault) as caught:
        search(engine, "budget", person=person("coder"), where=Where(case="c1"))
    assert caught.value.what.endswith("there are none"), "the coder was not given that text"


def test_both_indexes_answer_alike_and_what_tantivy_cannot_do_is_done(engine, means):
    if importlib.util.find_spec("tantivy") is None:
        means("tantivy (make extras)")
    for query in ("budget", "budget NOT two", "NEAR(budget two, 1)"):
        one, two = (search(engine, query, where=Where(index=i)) for i in ("sqlite", "tantivy"))
        assert one == two
        assert one.total > 0


def test_many_texts_are_left_to_tantivy_if_it_can(engine, tmp_path, means, monkeypatch):
    if importlib.util.find_spec("tantivy") is None:
        means("tantivy (make extras)")
    search(engine, "budget")
    assert not (tmp_path / FOLDER).exists()
    monkeypatch.setattr(desk, "MANY", 1)
    whole = search(engine, "budget")
    assert (tmp_path / FOLDER).is_dir()
    with transaction(engine) as connection:
        keep_document(
            connection, Document(id="four", name="Four"), text="A budget.", turns=(),
            sealed=False, at=STAMP, actor="t",
        )  # fmt: skip
    writer = LargeIndex(tmp_path)._index.writer()  # somebody else is writing it
    assert search(engine, "budget").total == whole.total + 1
    with pytest.raises(Fault) as caught:
        search(engine, "budget", where=Where(index="tantivy"))
    assert caught.value.code == "STO-076"
    del writer


def test_without_the_extra_the_database_answers(engine, monkeypatch):
    monkeypatch.setattr(desk, "MANY", 1)
    monkeypatch.setitem(__import__("sys").modules, "tantivy", None)
    assert texts(engine) == ["one", "two"]
    with pytest.raises(Fault) as caught:
        search(engine, "budget", where=Where(index="tantivy"))
    assert caught.value.code == "STO-076"
