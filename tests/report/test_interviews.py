"""Interviews and groups in the report: counts, board, topics, consent, findings."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from made_talks import make_talks

from consilience.report.interviews import _least_covered, lead
from consilience.report.matrices import Cell, curve, heat
from consilience.report.model import Figure, Fold, Grid
from consilience.report.pages import build_sections, render_report
from consilience.report.summary import cautions, headlines


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    return make_talks(tmp_path_factory.mktemp("talks"), coded=False)


def blocks(findings, section_id):
    """Return the blocks of a section by its id, with those behind folds."""
    for section in build_sections(findings):
        for each in (section, *section.sections):
            if each.id == section_id:
                inner = [
                    b for block in each.blocks if isinstance(block, Fold) for b in block.blocks
                ]
                return [*each.blocks, *inner]
    raise AssertionError(section_id)


def grid_of(findings, section_id):
    found = [b.grid if isinstance(b, Figure) else b for b in blocks(findings, section_id)]
    grid = next(each for each in found if isinstance(each, Grid))
    titles = [column.title for column in grid.columns]
    return [dict(zip(titles, row, strict=True)) for row in grid.rows]


def test_counts_by_role_and_mode(talks):
    rows = {row["Role"]: row for row in grid_of(talks, "stage-scoping-who")}
    assert rows["All interviews"] == {
        "Role": "All interviews", "People": 5, "Interviews": 4, "In place": 2, "Telephone": 1,
        "Video": 1,
    }  # fmt: skip
    assert (rows["Social worker"]["People"], rows["Social worker"]["Interviews"]) == (3, 3)


def test_the_board_says_state_and_reason(talks):
    rows = {row["Interview"]: row for row in grid_of(talks, "stage-scoping-board")}
    assert (rows["T4"]["State"], rows["T4"]["Reason"]) == ("declined", "no time")
    assert rows["T2"]["Deposit allowed"] is False
    figure = blocks(talks, "stage-scoping-board")[0]
    assert "2 collected" in figure.drawings[0].description
    assert figure.simulated


def test_topics_by_interview(talks):
    figure = next(b for b in blocks(talks, "stage-scoping-topics") if isinstance(b, Figure))
    assert [drawing.heading for drawing in figure.drawings] == [
        "Lead, version 1.0", "Lead, version 1.1", "Worker, version 1",
    ]  # fmt: skip
    assert "T6, What do you hear from schools?: not noted" in figure.drawings[2].body
    rows = {(row["Topic"], row["Guide"]): row for row in grid_of(talks, "stage-scoping-topics")}
    heard = rows["Heard", "Worker, version 1"]
    assert (heard["Covered"], heard["Not noted"], heard["Codes"]) == (1, 1, "feedback, trust")


def test_consent_counts_only_what_holds(talks):
    rows = {row["Option"]: row for row in grid_of(talks, "stage-scoping-consent")}
    assert rows["Deposit"] == {"Option": "Deposit", "Yes": 3, "No": 1, "Not stated": 1}
    assert blocks(talks, "stage-scoping-consent")[0].note == "One statement was taken back."


def test_groups_show_what_changed(talks):
    (change,) = grid_of(talks, "stage-groups-changes")
    assert (change["Before"], change["Since"]) == ("Training is rare.", "Training is uneven.")
    assert grid_of(talks, "stage-groups-fed")[1]["Response"] == "disputed"
    assert grid_of(talks, "stage-groups-events")[0]["Of whom"] == "1 Agencies"


def test_findings_are_traced_both_ways(talks):
    first, second = grid_of(talks, "findings")
    assert (first["Finding"], first["Shaped"]) == ("F1", "Education: q1")
    assert second["Shaped"] is None
    back = [b for b in blocks(talks, "findings") if isinstance(b, Grid)][1]
    assert [row[0] for row in back.rows] == ["q1"], "q2 comes from no finding"
    assert blocks(talks, "findings")[0].text == "One of the two findings shaped one question."
    assert back.rows[0][-1] == "F1: Schools are not told."


def test_the_summary_speaks_of_interviews(talks):
    assert any("four interviews held of 6" in line for line in headlines(talks))
    assert any("two interviews wait to be transcribed" in each.text for each in cautions(talks))


def test_the_lead_says_how_many_declined_and_how_many_withdrew_since(talks):
    assert lead(talks, talks.study.stage("scoping")).endswith(". One declined and one withdrawn.")


def test_the_topic_covered_least_often_is_so_over_all_guides(talks):
    said = blocks(talks, "stage-scoping-topics")[0].text
    assert said.endswith("Least often covered: trained (in 0 of 1 interview).")
    # In one guide of two it was covered three times of five, over both six times of nine.
    rows = [
        {"topic": topic, "guide": guide, "covered": covered}
        for topic, guide, many in (("threshold", "a", "yyynn"), ("threshold", "b", "yyyn"),
                                   ("told", "a", "ynny"), ("told", "b", "yyyyn"))
        for covered in ({"y": "yes", "n": "no"}[each] for each in many)
    ]  # fmt: skip
    assert _least_covered(rows) == "threshold (in 6 of 9 interviews)"
    assert _least_covered([]) == ""


def test_the_page_is_the_same_twice_and_names_nobody(talks):
    page = render_report(talks)
    assert page == render_report(talks)
    assert page.count('class="mark-simulated"') >= 8
    assert "P7 took it back" in page


def test_a_matrix_has_a_cell_for_every_pair_and_says_it():
    cells = [Cell("#0072b2", "1", "a by x: 1"), Cell("", "", "a by y: none")]
    drawn = heat([("a", cells)], ["x", "y"], title="t", description="d")
    assert drawn.body.count("<title>") == 2
    assert drawn.body.count('class="empty"') == 1
    many = heat([("a", cells * 20)], ["x", "y"] * 20, title="t", description="d")
    assert "tick middle" not in many.body


def test_a_curve_never_leaves_its_frame():
    drawn = curve([1, 3, 3, 4], title="t", description="d", names=("steps", "codes"))
    assert drawn.body.count('class="curve"') == 3
    assert curve([], title="t", description="d", names=("s", "c")).body.count("curve") == 0


def test_the_lead_says_the_days_on_which_interviews_were_held_and_the_window_beside(talks):
    said = lead(talks, talks.study.stage("scoping"))
    assert "between 12 April 2017 and 1 June 2017 (the window was 1 April 2017 to 30 June" in said


@pytest.mark.parametrize(
    ("held", "said"),
    [((), "held of 6 in the plan (the window"), (("T1",), ", on 12 April 2017 (the window")],
)
def test_the_lead_of_interviews_of_one_day_or_none(talks, held, said):
    rows = [
        row | {"state": "done" if row["interview"] in held else "planned"}
        for row in talks.rows("scoping", "interview")
    ]
    tables = talks.tables["scoping"]
    changed = {**tables, "interview": pa.Table.from_pylist(rows, schema=tables["interview"].schema)}
    findings = replace(talks, tables={**talks.tables, "scoping": changed})
    assert said in lead(findings, talks.study.stage("scoping"))
