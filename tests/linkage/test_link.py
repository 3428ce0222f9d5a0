"""Which unit a response speaks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest

from consilience.formats.tables import write_csv
from consilience.frame.model import codes
from consilience.linkage.decisions import read_decisions, review_table
from consilience.linkage.link import link_responses
from consilience.linkage.model import DOUBT, LINK

BODIES = (
    "body,name,area,from,to\n"
    "b1,Bournemouth and Poole Safeguarding Board,837,,\n"
    "b1,Bournemouth and Poole Safeguarding Board,E04,,\n"
    "b2,Dorset Safeguarding Board,E02,,2018-01-31\n"
    "b3,Yorkshire Board,E07,,\n"
    "b3,Yorkshire Board,E08,01/02/2018,\n"
)


@pytest.fixture
def link(frame, make_stage, make_responses, tmp_path):
    usual = frame

    def run(*rows, bodies=None, decisions=None, within=None, frame=usual, **changes):
        for name, text in (("bodies.csv", bodies), ("links.csv", decisions)):
            if text is not None:
                (tmp_path / name).write_text(text)
                changes[name.replace("links", "decisions").removesuffix(".csv")] = name
        return link_responses(
            make_stage(**changes),
            responses=make_responses(*rows),
            frame=frame,
            within=within,
            folder=tmp_path,
        )

    return run


def tied(links):
    return [(row["response"], row["area"], row["method"]) for row in links.link.to_pylist()]


def test_keys_then_names(link):
    links = link(
        {"response": "a", "area_given": "801", "area_name_given": "Bristle"},
        {"response": "b", "area_given": "E05"},
        {"response": "c", "area_name_given": "Brighton & Hove"},
        {"response": "d", "area_given": "City of Bristol"},
    )
    assert links.link.schema == LINK
    assert links.doubt.schema == DOUBT
    assert tied(links) == [
        ("a", "E01", "key"),
        ("b", "E05", "key"),
        ("c", "E06", "name"),
        ("d", "E01", "name"),
    ]
    assert links.doubt.num_rows == 0
    assert links.warnings == ()


def test_likeness_alone_never_links(link):
    links = link({"response": "a", "area_name_given": "Bournmouth"}, propose_from=80)
    assert tied(links) == []
    (doubt,) = links.doubt.to_pylist()
    assert (doubt["area"], doubt["name"], doubt["decision"]) == ("E03", "Bournemouth", None)
    assert 90 < doubt["score"] < 100
    (warning,) = links.warnings
    assert warning.code == "LNK-020"
    assert warning.is_warning
    assert "<" not in warning.what + warning.remedy


def test_a_code_of_another_year_is_a_doubt_even_if_the_name_is_equal(link):
    # Dorset of 2019 has another code and other borders than Dorset of 2018.
    links = link({"response": "a", "area_given": "838", "area_name_given": "Dorset"})
    assert tied(links) == []
    assert [(row["area"], row["score"]) for row in links.doubt.to_pylist()] == [("E02", 100)]


def test_key_and_name_of_different_areas_are_a_doubt(link):
    links = link({"response": "a", "area_given": "836", "area_name_given": "Bournemouth"})
    assert tied(links) == []
    assert {row["area"] for row in links.doubt.to_pylist()} == {"E03", "E04"}


def test_nothing_alike_is_a_doubt_without_a_candidate(link):
    links = link({"response": "a", "area_name_given": "Atlantis"}, {"response": "b"})
    rows = links.doubt.to_pylist()
    assert [(row["response"], row["area"], row["score"]) for row in rows] == [
        ("a", None, None),
        ("b", None, None),
    ]


def test_a_body_speaks_for_its_areas_on_the_day(link):
    links = link(
        {"response": "a", "area_given": "b1"},
        {"response": "b", "area_name_given": "Bournemouth & Poole Safeguarding Board"},
        {"response": "c", "area_given": "b3", "submitted": dt.date(2018, 1, 31)},
        {"response": "d", "area_given": "b3", "submitted": dt.date(2018, 2, 1)},
        {"response": "e", "area_given": "b2", "submitted": dt.date(2018, 2, 1)},
        {"response": "f", "area_given": "b1", "submitted": None},
        {"response": "g", "area_given": "b3", "submitted": None},
        bodies=BODIES,
    )
    by_response: dict[str, set] = {}
    for response, area, method in tied(links):
        assert method == "body"
        by_response.setdefault(response, set()).add(area)
    assert by_response == {
        "a": {"E03", "E04"},
        "b": {"E03", "E04"},
        "c": {"E07"},
        "d": {"E07", "E08"},
        "f": {"E03", "E04"},
    }
    doubts = {(row["response"], row["area"]) for row in links.doubt.to_pylist()}
    assert doubts == {("e", "E02"), ("g", "E07"), ("g", "E08")}


def test_a_misspelt_body_proposes_all_its_areas(link):
    row = {"response": "a", "area_name_given": "Bornemouth and Pool Safeguarding Board"}
    links = link(row, bodies=BODIES)
    assert {each["area"] for each in links.doubt.to_pylist()} == {"E03", "E04"}
    decided = link(
        row,
        bodies=BODIES,
        decisions="survey,response,area,decision\none,a,E03,accept\none,a,836,accept\n",
    )
    assert tied(decided) == [("a", "E03", "decided"), ("a", "E04", "decided")]
    assert decided.link["body"].to_pylist() == ["b1", "b1"]
    assert decided.warnings == ()


def test_names_are_sought_within_the_chosen_first(link):
    within = pa.table({"unit": ["E03"]})
    links = link(
        {"response": "a", "area_name_given": "Bournmouth"},
        {"response": "b", "area_name_given": "Yorc"},
        {"response": "c", "area_given": "816"},
        within=within,
        propose_from=70,
    )
    assert tied(links) == [("c", "E08", "key")]
    assert [row["area"] for row in links.doubt.to_pylist()] == ["E03", None]


def test_a_person_decides(link):
    rows = (
        {"response": "a", "area_name_given": "Bournmouth"},
        {"response": "b", "area_given": "801"},
        {"response": "c", "area_name_given": "Atlantis"},
        {"response": "d", "area_given": "342"},
    )
    decisions = (
        "survey,response,area,decision,reason,by,date\n"
        "one,a,837,Accept,misspelt,MB,2018-04-03\n"
        "one,b,E01,reject,not theirs,,\n"
        "one,b,E02,accept,they moved,,\n"
        "one,c,,reject,invented,,\n"
        "one,d,E05,,,,\n"
    )
    links = link(*rows, decisions=decisions)
    assert tied(links) == [("a", "E03", "decided"), ("b", "E02", "decided"), ("d", "E05", "key")]
    decided = {
        (row["response"], row["area"]): (row["decision"], row["reason"])
        for row in links.doubt.to_pylist()
    }
    assert decided == {
        ("a", "E03"): ("accept", "misspelt"),
        ("b", "E01"): ("reject", "not theirs"),
        ("b", "E02"): ("accept", "they moved"),
        ("c", None): ("reject", "invented"),
    }
    assert links.warnings == ()


def test_a_person_can_say_that_a_linked_response_is_of_no_area(link):
    links = link(
        {"response": "a", "area_given": "801"},
        decisions="survey,response,area,decision\none,a,,reject\n",
    )
    assert tied(links) == []
    assert [(row["area"], row["decision"]) for row in links.doubt.to_pylist()] == [
        ("E01", "reject")
    ]
    assert links.warnings == ()


def test_codes_without_digits_are_known_and_words_in_the_key_are_names(link, frame):
    assert codes(frame)["801"] == ("E01",)
    assert "south" not in codes(frame)
    table = frame.table.set_column(0, "id", pa.array([f"area-{n}" for n in "abcdefgh"]))
    worded = replace(frame, table=table)
    links = link(
        {"response": "a", "area_given": "area-c"},
        {"response": "b", "area_given": "City of Bristol", "area_name_given": "Bristol"},
        {"response": "c", "area_given": "Poole", "area_name_given": "Bournemouth"},
        frame=worded,
    )
    assert tied(links) == [("a", "area-c", "key"), ("b", "area-a", "name")]
    assert links.doubt["response"].to_pylist() == ["c"]


def test_a_code_that_names_two_areas_is_a_doubt(link, frame):
    # What one column calls 801 is 835 in the other.
    other = pa.array(["835", "111", "112", "113", "114", "115", "116", "117"])
    both = replace(frame, table=frame.table.append_column("old_code", other))
    assert codes(both)["835"] == ("E02", "E01")
    links = link({"response": "a", "area_given": "835"}, frame=both)
    assert tied(links) == []
    assert {row["area"] for row in links.doubt.to_pylist()} == {"E01", "E02"}


def test_wrong_decisions(link, codes_of):
    row = {"response": "a", "area_given": "801"}
    head = "survey,response,area,decision\n"
    found = codes_of(
        link,
        row,
        decisions=head + "one,z,E01,accept\ntwo,a,E01,accept\none,a,E99,accept\n"
        "one,a,E01,perhaps\none,a,,accept\n",
    )
    assert [(fault.code, fault.where.row) for fault in found] == [
        ("LNK-010", 2),
        ("LNK-010", 3),
        ("LNK-011", 4),
        ("LNK-012", 5),
        ("LNK-013", 6),
    ]
    for lines in (
        "one,a,E01,accept\none,a,E02,accept\n",
        "one,a,E01,accept\none,a,E01,reject\n",
        "one,a,E01,accept\none,a,,reject\n",
    ):
        (fault,) = codes_of(link, row, decisions=head + lines)
        assert fault.code == "LNK-014"
    (fault,) = codes_of(link, row, decisions="survey,response,area\none,a,E01\n")
    assert (fault.code, fault.values["column"]) == ("LNK-001", "decision")


def test_wrong_bodies(link, codes_of):
    row = {"response": "a", "area_given": "801"}
    found = codes_of(
        link,
        row,
        bodies="body,area,from,to\nb1,E99,,\n,E01,,\nb2,E01,soon,\nb3,E01,2018-02-01,2018-01-31\n",
    )
    assert [(fault.code, fault.where.row) for fault in found] == [
        ("LNK-002", 2),
        ("LNK-002", 3),
        ("LNK-003", 4),
        ("LNK-004", 5),
    ]
    (fault,) = codes_of(link, row, bodies="body,from\nb1,\n")
    assert fault.code == "LNK-001"


def test_the_review_list_keeps_what_was_decided_and_reads_back(link, tmp_path, frame):
    rows = (
        {"response": "a", "area_name_given": "Bournmouth"},
        {"response": "b", "area_name_given": "Pool"},
        {"response": "c", "area_given": "801"},
    )
    decisions = (
        "survey,response,area,decision,reason,by,date\n"
        "one,a,E03,accept,misspelt,MB,2018-04-03\n"
        "one,c,E02,reject,no,,\n"
    )
    links = link(*rows, decisions=decisions, propose_from=70)
    table = review_table(links.doubt, decisions=links.decisions)
    shown = {
        (row["response"], row["area"]): (row["decision"], row["by"]) for row in table.to_pylist()
    }
    assert shown == {
        ("a", "E03"): ("accept", "MB"),
        ("b", "E04"): (None, None),
        ("c", "E02"): ("reject", None),
    }
    write_csv(review_table(links.doubt, decisions=links.decisions), tmp_path / "links.csv")
    again = read_decisions(
        tmp_path,
        "links.csv",
        responses={("one", name) for name in "abc"},
        units={unit: (unit,) for unit in frame.table["id"].to_pylist()},
    )
    assert set(again) == {("one", "a"), ("one", "c")}
    assert again["one", "a"][0].reason == "misspelt"
