"""Coding in the report: agreement with intervals, topics and their codes, evidence."""

from __future__ import annotations

import pytest
from made_talks import make_talks

from consilience.coding.model import TABLES
from consilience.report.coding import coding_section, lead
from consilience.report.model import Figure, Findings, Fold, Grid
from consilience.report.pages import render_report
from consilience.report.tracing import tracing_section


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    return make_talks(tmp_path_factory.mktemp("talks"))


@pytest.fixture(scope="module")
def parts(findings):
    section = coding_section(findings, findings.study.stage("coding"))
    return {each.id.removeprefix("stage-coding-"): each.blocks for each in section.sections}


def test_the_lead_says_agreement_with_its_unit(findings):
    said = lead(findings, findings.study.stage("coding"))
    assert said == (
        "Coded: scoping interviews. Two coders agree over all codes with alpha 0.66 in "
        "characters, in two texts that two or more of them read."
    )


def test_the_code_tree_with_counts(parts):
    words, shown, fold = parts["codes"]
    assert words.text == ("Four passages marked with 2 of 3 codes. Most often: Feedback (3).")
    assert [row[0] for row in shown.grid.rows] == ["Feedback", "Feedback > None given", "Trust"]
    assert [sign.text for sign in shown.key] == ["Anna", "Ben"]
    titles = [column.title for column in shown.grid.columns]
    assert shown.grid.rows[0][titles.index("Ben")] == 1
    assert shown.drawings[0].body.count("<rect") == 3
    assert fold.blocks[0].rows == (("Ash", "Feedback > None given", 1, 1),)


def test_codes_that_meet_stand_in_a_matrix(parts):
    (shown,) = parts["together"]
    assert "Feedback and None given (2)" in shown.drawings[0].description
    assert shown.drawings[0].body.count("<g>") == 4
    assert shown.drawings[0].body.count("None given with Feedback: 2") == 1
    assert shown.grid.rows == (("Feedback", "None given", 2, 1),)


def test_when_new_codes_ended(parts):
    words, shown = parts["saturation"]
    assert words.text == (
        "The last new code came with text 2 (T2); one text after it brought none."
    )
    assert shown.drawings[0].body.count('class="curve"') == 2
    assert [row[2] for row in shown.grid.rows] == [1, 2, 2]


def test_agreement_by_code_with_intervals(parts):
    shown = parts["agreement"][0]
    assert isinstance(shown, Figure)
    assert shown.simulated
    assert "From 0.30 (Feedback > None given) to 0.80 (Feedback)" in shown.drawings[0].description
    titles = [column.title for column in shown.grid.columns]
    rows = {row[0]: dict(zip(titles, row, strict=True)) for row in shown.grid.rows}
    assert rows["Trust"]["Alpha"] is None
    assert rows["Trust"]["Why there is none"] == "no variation"
    assert "Kappa" not in titles, "kappa of one pair is not one of all coders"
    assert rows["Feedback"]["Alpha, upper end"] == 0.9


def test_agreement_by_text_names_the_text(parts):
    folds = {fold.summary: fold.blocks[0] for fold in parts["agreement"] if isinstance(fold, Fold)}
    assert list(folds) == ["Agreement by text, all codes together"]
    assert folds["Agreement by text, all codes together"].rows[0][0] == "T1"


def test_topics_say_what_is_not_in_the_codebook(parts):
    words, fold = parts["topics"]
    # Four interviews on one topic and two on another, however many codes a topic has.
    assert words.text == (
        "In 4 of 6 cases in which an interview covered a topic, its text carries at least one of "
        "the codes that the guide names for the topic. One code is not in the codebook."
    )
    grid = fold.blocks[0]
    assert isinstance(grid, Grid)
    assert [row[2] for row in grid.rows] == ["Feedback", "gone (not in the codebook)", "Trust"]
    assert [row[5] for row in grid.rows] == [0.75, 0, 0.5]


def test_findings_show_what_was_counted(findings):
    grid = next(b for b in tracing_section(findings).blocks if isinstance(b, Grid))
    assert grid.rows[0][3] == "code Feedback: two passages in one text, marked by two coders"


def test_nothing_to_compare_is_said(findings):
    empty = {name: schema.empty_table() for name, schema in TABLES.items()}
    none = Findings(study=findings.study, tables={"coding": empty})
    section = coding_section(none, none.study.stage("coding"))
    said = " ".join(block.text for part in section.sections for block in part.blocks)
    assert "There is no codebook yet." in said
    assert "No text was read by two coders" in said
    assert "Coding" in render_report(none)
