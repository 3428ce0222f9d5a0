"""What comes with foreign texts: no word of a sealed one lies open, no two are taken for one."""

import datetime as dt
import json
import uuid
import zipfile

import pytest

from consilience.base.errors import Fault
from consilience.desk import exchange as desk
from consilience.desk.kept import at_work
from consilience.desk.sealed_memos import SEALED_MEMO
from consilience.desk.studies import new_study
from consilience.interviews.model import Document
from consilience.store.codings import codings_table, memos
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import lines
from consilience.store.transcripts import documents, keep_document
from consilience.store.vault import open_vault

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
WHO = {"at": AT, "actor": "lead"}
KEY = "a long pass phrase"
CODE, USER, FIELD = (str(uuid.UUID(int=number)) for number in (1, 2, 3))


def guid(*parts):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, parts))))


def source(key, name, words, inside="", *, coded=True):
    """Return the XML of a text whose first word is coded, and its entry."""
    end = words.index(" ")
    coding = (
        f'<PlainTextSelection guid="{guid(key, "p")}" startPosition="0" endPosition="{end}" '
        f'creatingUser="{USER}"><Coding guid="{guid(key, "c")}" creatingUser="{USER}">'
        f'<CodeRef targetGUID="{CODE}"/></Coding></PlainTextSelection>'
    )
    xml = (
        f'<TextSource guid="{guid(key)}" name="{name}" plainTextPath="internal://{guid(key)}.txt">'
        f"{inside}{coding if coded else ''}</TextSource>"
    )
    return xml, f"sources/{guid(key)}.txt", words


def written(path, *sources, before="", after="", notes=""):
    """Write a project of these sources."""
    xml = (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="p">'
        f'<Users><User guid="{USER}" name="Ann Ab"/></Users><CodeBook><Codes>'
        f'<Code guid="{CODE}" name="word" isCodable="true"/></Codes></CodeBook>{before}<Sources>'
        f"{''.join(xml for xml, _, _ in sources)}</Sources>{notes}{after}</Project>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        for _, name, words in sources:
            archive.writestr(name, words)
    return path


def cases(*rows):
    """Return the XML of cases with a value each: name or None, value, source."""
    found = "".join(
        f'<Case guid="{guid("case", number)}"{f" name={chr(34)}{name}{chr(34)}" if name else ""}>'
        f'<VariableValue><VariableRef targetGUID="{FIELD}"/><TextValue>{value}</TextValue>'
        f'</VariableValue><SourceRef targetGUID="{guid(of)}"/></Case>'
        for number, (name, value, of) in enumerate(rows)
    )
    field = f'<Variable guid="{FIELD}" name="school" typeOfVariable="Text"/>'
    return f"<Variables>{field}</Variables><Cases>{found}</Cases>"


def kept(folder, what):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return what(connection)


TALK = "I: Who told you?\nR: My mother Gwendolyn Zelezny of 12 Acacia Road told the school.\n"
NAMES = (b"Gwendolyn", b"Zelezny", b"Acacia")


def telling(tmp_path):
    """Write a project that names somebody wherever a project can."""
    note = guid("note")
    start = TALK.index("My mother")
    passage = (
        f'<PlainTextSelection guid="{guid("x")}" name="My mother Gwendolyn Zelezny" '
        f'startPosition="{start}" endPosition="{start + 27}">'
        "<Description>Zelezny again</Description></PlainTextSelection>"
    )
    talk = source("t", "Interview 1", TALK, f"<Description>of Acacia Road</Description>{passage}")
    notes = (
        f'<Notes><Note guid="{note}" name="On Gwendolyn"><PlainTextContent>Zelezny rang.'
        "</PlainTextContent></Note></Notes>"
    )
    links = (
        f'<Links><Link guid="{guid("l")}" originGUID="{note}" '
        f'targetGUID="{guid("case", 0)}"/></Links>'
    )
    before = cases(("Gwendolyn Zelezny", "Acacia Primary", "t"))
    return written(tmp_path / "telling.qdpx", talk, before=before, notes=notes, after=links)


def test_nothing_that_came_with_a_sealed_text_lies_open(real, tmp_path):
    path = telling(tmp_path)
    done = desk.import_file(real, path, key=lambda: KEY, **WHO)
    assert done.counts["memos"] == 3
    assert [fault.code for fault in done.warnings] == ["COD-091"]
    files = [path for path in real.rglob("*") if path.is_file()]
    for name in NAMES:
        assert not [each.name for each in files if name in each.read_bytes()], name
    assert {memo.text for memo in kept(real, memos)} == {SEALED_MEMO}
    (text,) = kept(real, documents)
    assert text.case == f"case-{guid('case', 0)[:8]}", "texts of one case stay together"
    read = desk.sealed_memos(real, KEY, **WHO)
    assert sorted((memo.title, memo.text) for memo in read) == [
        ("Description", "of Acacia Road"),
        ("On Gwendolyn", "Zelezny rang."),
        ("On characters 20 to 47", "Zelezny again"),
    ]
    assert [memo.thing for memo in read if memo.on == "case"] == ["Gwendolyn Zelezny"]
    assert kept(real, lines)[-1].action == "vault opened"
    names = open_vault(real / ".consilience", KEY).names()
    assert [name.split("/")[:-1] for name in names if name.startswith("memo")] == [
        ["memo", text.id], ["memo", text.id]
    ], "they go with their text"  # fmt: skip
    again = desk.import_file(real, path, **WHO)
    assert {name for name, count in again.counts.items() if count} == {
        "texts here already", "codes here already", "codings here already", "memos here already",
    }  # fmt: skip


def test_sealed_memos_do_not_go_out_as_empty_words(real, tmp_path):
    desk.import_file(real, telling(tmp_path), key=lambda: KEY, **WHO)
    done = desk.export_file(real, real / "o.qdpx", names=desk.NameCheck(key=KEY), **WHO)
    assert done.counts["memos"] == 0


def test_memos_on_a_sealed_text_that_is_here_wait_for_the_key(real, tmp_path):
    plain = written(tmp_path / "plain.qdpx", source("t", "Interview 1", TALK))
    desk.import_file(real, plain, key=lambda: KEY, **WHO)
    with pytest.raises(Fault) as caught:
        desk.import_file(real, telling(tmp_path), **WHO)
    assert caught.value.code == "INT-007"
    assert kept(real, memos) == []


def test_a_failed_import_takes_back_the_memos_it_sealed(real, tmp_path):
    with at_work(real) as engine, transaction(engine) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER stop BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(Exception, match="no"):
        desk.import_file(real, telling(tmp_path), key=lambda: KEY, **WHO)
    assert open_vault(real / ".consilience", KEY).names() == []


def test_two_texts_of_the_same_words_stay_two(fresh, tmp_path):
    same = "Nobody rang. One"
    path = written(
        tmp_path / "two.qdpx",
        *(source(number, f"answer {number}", same) for number in range(2)),
        before=cases(("School 0", "v0", 0), ("School 1", "v1", 1)),
    )
    desk.import_file(fresh, path, unsealed="x", **WHO)
    texts = kept(fresh, documents)
    assert [(text.name, text.case, text.header) for text in texts] == [
        ("answer 0", "School 0", {"school": "v0"}),
        ("answer 1", "School 1", {"school": "v1"}),
    ]
    coded = kept(fresh, codings_table).column("document").to_pylist()
    assert sorted(coded) == sorted(text.id for text in texts)
    again = desk.import_file(fresh, path, unsealed="x", **WHO)
    assert again.counts["texts"] == again.counts["codings"] == 0
    assert again.warnings == ()
    out = desk.export_file(fresh, tmp_path / "out.qdpx", sidecar=False, **WHO)
    assert out.counts["texts"] == 2
    other = tmp_path / "other"
    new_study(other, study_id="o", title="Other")
    for file, known in ((tmp_path / "out.qdpx", 0), (tmp_path / "out.qdpx", 2), (path, 2)):
        back = desk.import_file(other, file, unsealed="x", **WHO)
        assert back.counts["texts here already"] == known
    assert [text.case for text in kept(other, documents)] == ["School 0", "School 1"]


def test_two_sealed_texts_of_the_same_words_are_known_again(real, tmp_path):
    rows = [source(number, f"Ann Ash {number}", "Nobody rang. One") for number in range(2)]
    path = written(tmp_path / "two.qdpx", *rows)
    desk.import_file(real, path, key=lambda: KEY, **WHO)
    assert [text.name for text in kept(real, documents)] == sorted(
        f"text-{guid(number)[:8]}" for number in range(2)
    )
    for turned in (rows, rows[::-1]):
        again = desk.import_file(real, written(tmp_path / "two.qdpx", *turned), **WHO)
        assert again.counts["codings here already"] == 2
        assert again.warnings == ()


def test_a_text_known_by_its_words_alone_is_told(fresh, tmp_path):
    first = written(tmp_path / "a.qdpx", source("a", "one", "Nobody rang."))
    desk.import_file(fresh, first, unsealed="x", **WHO)
    second = written(tmp_path / "b.qdpx", source("b", "another", "Nobody rang."))
    done = desk.import_file(fresh, second, unsealed="x", **WHO)
    assert [fault.code for fault in done.warnings] == ["COD-090"]
    assert len(kept(fresh, documents)) == 1
    third = written(
        tmp_path / "c.qdpx", source("c", "c", "Nobody rang."), source("d", "d", "No o.")
    )
    both = written(tmp_path / "d.qdpx", *(source(x, x, "Nobody rang.") for x in ("e", "f")))
    assert desk.import_file(fresh, third, unsealed="x", **WHO).counts["texts"] == 1
    done = desk.import_file(fresh, both, unsealed="x", **WHO)
    assert done.counts["texts"] == 2, "which of the two it would be, nobody can say"


def test_the_id_tells_texts_of_the_same_words_apart(fresh, tmp_path):
    with at_work(fresh) as engine, transaction(engine) as connection:
        for number in (1, 2):
            keep_document(
                connection, Document(id=f"a{number}", name=f"A{number}"), text="No comment.",
                turns=(), sealed=False, at="2026-01-01T00:00:00Z", actor="lead",
            )  # fmt: skip
    desk.export_file(fresh, tmp_path / "o.qdpx", **WHO)
    with at_work(fresh) as engine, transaction(engine) as connection:
        for name in ("'B' || id", "'A' || (3 - substr(id, 2))"):
            connection.exec_driver_sql(f"UPDATE document SET name = {name}")
    done = desk.import_file(fresh, tmp_path / "o.qdpx", unsealed="x", **WHO)
    assert (done.counts["texts"], done.counts["texts here already"]) == (0, 2)
    other = tmp_path / "other"
    new_study(other, study_id="o", title="Other")
    desk.import_file(other, tmp_path / "o.qdpx", unsealed="x", **WHO)
    assert [text.id for text in kept(other, documents)] == ["a1", "a2"]


def test_two_cases_of_one_name_and_one_without_keep_their_values(fresh, tmp_path):
    path = written(
        tmp_path / "cases.qdpx",
        *(source(number, f"answer {number}", f"Text {number}") for number in range(3)),
        before=cases(("Head", "school 0", 0), ("Head", "school 1", 1), (None, "school 2", 2)),
    )
    desk.import_file(fresh, path, unsealed="x", **WHO)
    texts = sorted(kept(fresh, documents), key=lambda text: text.name)
    assert [text.header["school"] for text in texts] == ["school 0", "school 1", "school 2"]
    assert [text.case for text in texts] == ["Head", "Head (2)", guid("case", 2)]


def test_ids_of_coders_are_checked(fresh, tmp_path):
    path = written(tmp_path / "a.qdpx", source("a", "one", "Nobody rang."))
    for told, code in (
        ({"Ann Ab": "consensus"}, "COD-093"),
        ({"Ann Ab": "a" * 500}, "COD-092"),
        ({"Ann Ab": "Ann Ab"}, "COD-092"),
        ({"Nobody": "ann"}, "COD-094"),
    ):
        with pytest.raises(Fault) as caught:
            desk.import_file(fresh, path, coders=told, unsealed="x", **WHO)
        assert caught.value.code == code
    assert kept(fresh, documents) == []
    done = desk.import_file(fresh, path, coders={"Ann Ab": "kim"}, unsealed="x", **WHO)
    assert done.coders == ("kim",)
    assert json.loads(kept(fresh, lines)[-1].detail)["texts"] == 1
