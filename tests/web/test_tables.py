"""Tables of codes on the web: the numbers of the command, and only of what somebody sees."""

from __future__ import annotations

import csv
import io
import re

import pytest
from made_texts import assign, keep_codes, keep_codings
from talk_study import write_study

from consilience.coding.model import Code
from consilience.desk.coded_tables import code_table
from consilience.desk.retrieval import Filters
from consilience.interviews.model import Document, Turn
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document

DONE = "2026-03-03T09:00:00Z"
# Who speaks in which text, twenty characters each.
TEXTS = {"one": ("A01", ("I", "R1")), "two": ("A02", ("R1",)), "three": (None, ("R1",))}
MARKS = (
    ("one", 0, 5, "c1", 1), ("one", 22, 30, "c1", 1), ("one", 22, 30, "c1", 2),
    ("one", 20, 40, "c2", 1), ("two", 3, 9, "c1", 1), ("two", 3, 9, "c1", 2),
    ("three", 1, 4, "c2", 1), ("two", 3, 9, "c1", "consensus"),
)  # fmt: skip


@pytest.fixture
def coded(web):
    """Return a study with three texts, which ann has released, and ben one of two."""
    write_study(web.folder)
    for login in ("ann", "ben"):
        web.add(login, "coder", name=f"{login.title()} K.")
    web.add("lea", "lead")
    keep_codes(web.engine, [
        Code(id="h", name="Ties", codable=False),
        Code(id="c1", name="Trust <1>", parent="h"),
        Code(id="c2", name="Ways", parent="h", position=1),
        Code(id="c3", name="Never", position=1),
    ])  # fmt: skip
    with transaction(web.engine) as connection:
        for name, (case, speakers) in TEXTS.items():
            turns = [Turn(speaker=who, start=20 * n, said=20 * n, end=20 * n + 20)
                     for n, who in enumerate(speakers)]  # fmt: skip
            keep_document(
                connection, Document(id=name, name=name.title(), case=case, simulated=True),
                text="a" * 20 * len(speakers), turns=turns, sealed=False, at=DONE, actor="test",
            )  # fmt: skip
    for name in TEXTS:
        assign(web.engine, "person-1", document=name, released=DONE)
    assign(web.engine, "person-2", document="one", released=DONE)
    assign(web.engine, "person-2", document="two")
    keep_codings(web.engine, [
        {"id": f"k{n}", "document": document, "start": start, "end": end, "code": code,
         "coder": coder if isinstance(coder, str) else f"person-{coder}"}
        for n, (document, start, end, code, coder) in enumerate(MARKS)
    ])  # fmt: skip
    return web


def table_of(page):
    """Return the cells of a page's table: names of the columns, and a row a code."""
    body = re.search(r"<table>(.*?)</table>", page, re.DOTALL)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    head, *rest = (
        [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    )
    return head, rest  # fmt: skip


def shown(web, login, **asked):
    page = web.signed_in(login).get("/tables", params=asked)
    assert page.status_code == 200, page.text
    return page.text


def test_codes_by_case_with_what_has_no_case(coded):
    page = shown(coded, "lea")
    head, rows = table_of(page)
    assert head == ["Code", "A01", "A02", "Together"]
    assert rows == [["Ties &gt; Trust &lt;1&gt;", "3", "2", "5"], ["Ties &gt; Ways", "1", "–", "1"]]
    assert "2 codes were used; 1 more was not. SIMULATED texts." in page
    assert "1 text belongs to no case and has no column" in page
    assert "Left out: 1 passage of the consensus" in page
    assert table_of(shown(coded, "lea", coder="consensus"))[1] == [
        ["Ties &gt; Trust &lt;1&gt;", "–", "1", "1"]
    ]


@pytest.mark.parametrize("by", ["case", "document", "coder", "speaker"])
@pytest.mark.parametrize("measure", ["count", "presence", "characters"])
@pytest.mark.parametrize("below", ["", "1"])
@pytest.mark.parametrize("login", ["lea", "ann", "ben"])
def test_page_and_file_have_the_numbers_of_the_command(coded, by, measure, below, login):
    asked = {"by": by, "measure": measure, "below": below}
    answer = coded.signed_in(login).get("/tables/csv", params=asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"codes-by-{by}-simulated.csv" in answer.headers["content-disposition"]
    read = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    made = code_table(
        coded.engine, coded.folder, by=by, person=coded.people[login], measure=measure,
        below=bool(below), filters=Filters(),
    )  # fmt: skip
    counts = [{made.codes[n]: row[n] for n in made.codes} for row in made.table.to_pylist()]
    assert [{path: int(row[path]) for path in made.codes.values()} for row in read] == counts
    if any(any(row.values()) for row in counts):
        head, rows = table_of(shown(coded, login, **asked))
        for line, (path, *cells) in zip(
            (p for p in made.codes.values() if any(row[p] for row in counts)), rows, strict=True
        ):
            assert path == line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            own = [0 if each == "–" else int(each) for each in cells[: len(counts)]]
            assert own == [row[line] for row in counts]
        assert len(head) - 1 in (len(counts), len(counts) + 1)


def test_a_coder_sees_nothing_of_who_has_not_released(coded):
    assert table_of(shown(coded, "ben", by="coder"))[0] == ["Code", "Ann K.", "Ben K.", "Together"]
    # In the second text ben sees the own passage only, and ann hers.
    assert table_of(shown(coded, "ben", by="document"))[1][0][1:] == ["3", "1", "4"]


def test_an_unknown_coder_is_told_and_what_is_not_asked_for_is_the_usual(coded):
    answer = coded.signed_in("ann").get("/tables", params={"coder": "nobody"})
    assert answer.status_code == 400
    assert "person-2" not in answer.text.partition("<form")[0]
    assert table_of(shown(coded, "lea", by="planet", measure="moons"))[0][1] == "A01"


def test_nothing_to_count_and_a_study_file_with_errors(web):
    web.add("lea", "lead")
    assert "The study file has errors" in shown(web, "lea")
    assert "Nothing was marked that you may see" in shown(web, "lea", by="document")
    write_study(web.folder)
    assert "Nothing was marked that you may see" in shown(web, "lea")
