"""Response rates and overlaps."""

from __future__ import annotations

import pyarrow as pa
import pytest

from consilience.surveys.model import OVERLAP, RATE
from consilience.surveys.rates import overlaps, response_rates


def cases(**by_survey):
    """Make cases of surveys, each a text of one letter a unit (. is no reply)."""
    words = {
        "C": "complete",
        "P": "partial",
        "S": "started",
        "R": "refused",
        ".": "no-reply",
        "I": "ineligible",
    }
    rows = [
        {
            "survey": survey,
            "area": f"E{number:03d}",
            "disposition": words[letter],
            "late": letter == "P",
            "duplicates": int(letter == "S"),
        }
        for survey, letters in by_survey.items()
        for number, letter in enumerate(letters)
    ]
    return pa.Table.from_pylist(rows)


@pytest.fixture
def frame(make_frame):
    ids = [f"E{number:03d}" for number in range(150)]
    region = ["north"] * 100 + ["south"] * 49 + [None]
    return make_frame(ids, region=region)


def test_the_published_rates_and_the_overlap_of_three_surveys(frame):
    # 39 in all three; the rest so that no other unit is in all.
    education = "C" * 39 + "C" * 54 + "." * 57
    care = "C" * 39 + "." * 54 + "C" * 41 + "." * 16
    board = "C" * 39 + "C" * 27 + "." * 68 + "C" * 16
    table = cases(education=education, care=care, board=board)
    rates = response_rates(table, frame=frame, by=[], no_reply={})
    assert rates.schema == RATE
    assert rates["complete"].to_pylist() == [93, 80, 82]
    assert rates["rr1"].to_pylist() == pytest.approx([93 / 150, 80 / 150, 82 / 150])
    found = overlaps(table, surveys=["education", "care", "board"])
    assert found.schema == OVERLAP
    assert found["surveys"].to_pylist() == [
        "education + care",
        "education + board",
        "care + board",
        "education + care + board",
    ]
    triple = found.to_pylist()[-1]
    assert triple["observed"] == 39
    assert triple["eligible"] == 150
    assert round(triple["expected"], 1) == 27.1
    assert round(triple["sd"], 1) == 3.3
    assert round(triple["p_at_least"], 4) == 0.0003


def test_each_survey_has_its_own_base_and_levels_add_up(frame):
    letters = "CCPSR..I" + "C" * 100 + "." * 42
    table = cases(one=letters, two="C" * 10 + "I" * 140)
    rates = response_rates(table, frame=frame, by=["region"], no_reply={"one": "unknown"})
    rows = rates.to_pylist()
    assert [(row["survey"], row["by"], row["level"]) for row in rows] == [
        ("one", "all", "all"),
        ("one", "region", "north"),
        ("one", "region", "south"),
        ("one", "region", None),
        ("two", "all", "all"),
        ("two", "region", "north"),
        ("two", "region", "south"),
        ("two", "region", None),
    ]
    whole, north, south, other = rows[:4]
    assert (whole["invited"], whole["eligible"]) == (150, 149)
    for name in ("invited", "eligible", "complete", "no_reply", "late", "duplicates"):
        assert whole[name] == north[name] + south[name] + other[name]
    # AAPOR by hand: I 102, P 1, R 2 (a refusal and a break-off), unknown 44, ineligible 1.
    e = 105 / 106
    assert whole["rr1"] == pytest.approx(102 / 149)
    assert whole["rr2"] == pytest.approx(103 / 149)
    assert whole["rr3"] == pytest.approx(102 / (105 + e * 44))
    assert whole["rr6"] == pytest.approx(103 / 105)
    assert (whole["late"], whole["duplicates"]) == (1, 1)
    two = rows[4]
    assert (two["eligible"], two["rr1"]) == (10, 1.0)
    assert rows[6]["rr1"] is None


def test_only_units_eligible_in_all_surveys_count_in_an_overlap():
    (row,) = overlaps(cases(one="CCI.", two="CICC"), surveys=["one", "two"]).to_pylist()
    assert (row["eligible"], row["observed"]) == (2, 1)


def test_an_attribute_that_the_frame_does_not_have(frame, codes_of):
    (fault,) = codes_of(response_rates, cases(one="C"), frame=frame, by=["regoin"], no_reply={})
    assert fault.code == "SUR-030"
    assert "'region'" in fault.remedy
