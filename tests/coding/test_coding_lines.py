"""Codings as lines of JSON: what is read, and every line that is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Faults
from consilience.coding.coding_lines import Marked, coding_lines, read_coding_lines
from consilience.coding.model import Code

CODES = (Code(id="high", name="Too high"), Code(id="trust", name="Trust"))
TEXTS = {"t1": Marked(document="t1", version=1, lengths={1: 40, 2: 50})}
TEXTS["T1"] = TEXTS["t1"]
GOOD = {"document": "T1", "start": 2, "end": 9, "code": "Too high", "coder": "anna"}


def taken(folder, *rows, settled=()):
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    (folder / "c.jsonl").write_text(text, encoding="utf-8")
    return read_coding_lines(
        folder / "c.jsonl", name="c.jsonl", texts=TEXTS, codes=CODES, settled=settled
    )


def lines(folder, *rows, settled=()):
    return taken(folder, *rows, settled=settled).codings


def test_codings_by_name_of_text_and_code(tmp_path):
    (row, other) = lines(tmp_path, GOOD, "", {**GOOD, "id": "k1", "at": "2017"}).to_pylist()
    assert (row["document"], row["version"], row["code"], row["origin"]) == (
        "t1", 1, "high", "import",
    )  # fmt: skip
    assert (other["id"], other["at"]) == ("k1", "2017")
    assert lines(tmp_path, GOOD)["id"][0].as_py() == row["id"], "made from what it is"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("{", "INT-097", ""),
        ("[1]", "INT-097", ""),
        ({**GOOD, "start": None}, "INT-097", ""),
        ({"document": "T1"}, "INT-097", "it has no start, end, code, coder"),
        ({**GOOD, "end": 41}, "INT-097", "2 to 41 is no passage of 40 characters"),
        ({**GOOD, "start": 9}, "INT-097", "9 to 9 is no passage"),
        ({**GOOD, "document": "T9"}, "INT-098", "text 'T9'"),
        ({**GOOD, "code": "gone"}, "INT-098", "code 'gone'"),
        ({**GOOD, "document": 7}, "INT-097", "its document 7 is not text"),
        ({**GOOD, "start": 2.9}, "INT-097", "its start 2.9 is not a whole number"),
        ({**GOOD, "start": True}, "INT-097", "its start True is not a whole number"),
        ({**GOOD, "end": "9"}, "INT-097", "its end '9' is not a whole number"),
        ({**GOOD, "version": 1.7}, "INT-097", "its version 1.7 is not a whole number"),
        ({**GOOD, "coder": ""}, "INT-097", "its coder '' is empty"),
        ({**GOOD, "coder": "a\0b"}, "INT-097", "signs that cannot be shown"),
        ({**GOOD, "coder": "x" * 201}, "INT-097", "longer than 200 characters"),
        ({**GOOD, "coder": "\ud800"}, "INT-097", r"its coder '\ud800'"),
        ({**GOOD, "id": "\ud800"}, "INT-097", r"its id '\ud800'"),
        ({**GOOD, "document": "\ud800"}, "INT-098", r"text '\ud800'"),
        ({**GOOD, "at": "\ud800"}, "INT-097", r"its at '\ud800' is no time"),
        ({**GOOD, "at": "yesterday"}, "INT-097", "its at 'yesterday' is no time"),
        ({**GOOD, "at": 5}, "INT-097", "its at 5 is no time"),
        ({**GOOD, "at": "0001-01-01T00:00+05:00"}, "INT-097", "is no time"),
        ({**GOOD, "origin": "alien"}, "INT-097", "its origin 'alien' is none of import, person"),
        ({**GOOD, "origin": "consensus"}, "INT-097", "consensus comes of adjudication"),
        ({**GOOD, "coder": "Consensus"}, "INT-097", "consensus comes of adjudication"),
        ("[" * 100_000, "INT-097", "brackets in brackets"),
        ('{"a":' * 100_000, "INT-097", "brackets in brackets"),
        ('{"start": ' + "9" * 5000 + "}", "INT-097", ""),
        (json.dumps(GOOD)[:-1] + ', "code": "trust"}', "INT-097", "a key stands twice"),
    ],
)
def test_faults_of_codings(tmp_path, line, code, said):
    with pytest.raises(Faults) as caught:
        lines(tmp_path, GOOD, line, "{")
    assert [(f.code, f.where.line) for f in caught.value.faults] == [(code, 2), ("INT-097", 3)]
    assert said in caught.value.faults[0].what


@given(st.integers(0, 39), st.integers(1, 40))
def test_what_is_read_always_lies_in_its_text(tmp_path_factory, start, end):
    folder = tmp_path_factory.getbasetemp()
    if start < end:
        table = lines(folder, {**GOOD, "start": start, "end": end})
        assert table.select(["start", "end"]).to_pylist() == [{"start": start, "end": end}]
    else:
        with pytest.raises(Faults):
            lines(folder, {**GOOD, "start": start, "end": end})


def test_the_same_line_again_counts_once(tmp_path):
    found = taken(tmp_path, GOOD, {**GOOD, "document": "t1"}, {**GOOD, "id": "k"}, GOOD)
    assert (found.codings.num_rows, found.twice) == (2, 2)


@pytest.mark.parametrize("other", [{"at": "2018"}, {"end": 8, "id": "k1"}, {"version": 2}])
def test_one_id_for_two_codings(tmp_path, other):
    first = {**GOOD, "id": "k1"} if "id" in other else GOOD
    with pytest.raises(Faults) as caught:
        lines(tmp_path, first, "", {**GOOD, **other})
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.line) == ("INT-099", 3)
    assert "stands in line 1 already" in fault.what


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b'\n\n{"document": "T\xed"}', 3, "byte 0xed is not of UTF-8"),
        (json.dumps(GOOD).encode("utf-16"), 1, "byte 0xff is not of UTF-8"),
    ],
)
def test_a_file_that_is_not_in_utf_8(tmp_path, content, line, said):
    (tmp_path / "c.jsonl").write_bytes(content)
    with pytest.raises(Faults) as caught:
        read_coding_lines(tmp_path / "c.jsonl", name="c.jsonl", texts=TEXTS, codes=CODES)
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.line) == ("INT-097", line)
    assert said in fault.what


def test_a_byte_order_mark_and_signs_that_end_lines_elsewhere(tmp_path):
    row = {**GOOD, "coder": "anna\u2028b"}
    found = lines(tmp_path, "\ufeff" + json.dumps(row, ensure_ascii=False) + "\r", GOOD)
    assert found["coder"].to_pylist() == ["anna\u2028b", "anna"]


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("2017-10", "2017-10"),
        ("2017-10-03", "2017-10-03"),
        ("2017-10-03T09:30", "2017-10-03T09:30:00Z"),
        ("2017-10-03T09:30:00+05:00", "2017-10-03T04:30:00Z"),
        (None, ""),
    ],
)
def test_times_are_kept_in_utc(tmp_path, at, kept):
    assert lines(tmp_path, {**GOOD, "at": at})["at"].to_pylist() == [kept]


def test_consensus_that_is_here_may_stand_in_a_file(tmp_path):
    own = {**GOOD, "id": "k1", "coder": "consensus", "origin": "consensus"}
    found = lines(tmp_path, own, GOOD, settled={"k1"})
    assert found["origin"].to_pylist() == ["consensus", "import"]
    (tmp_path / "out.jsonl").write_bytes(coding_lines(found))
    again = read_coding_lines(
        tmp_path / "out.jsonl", name="out.jsonl", texts=TEXTS, codes=CODES, settled={"k1"}
    )
    assert again.codings.equals(found)
