"""Coding in the report: agreement with intervals, topics and their codes, evidence."""

from __future__ import annotations

import pyarrow as pa
import pytest

from consilience.coding.model import TABLES
from consilience.design.model import Study
from consilience.report.coding import coding_section, lead
from consilience.report.model import Figure, Findings, Fold, Grid
from consilience.report.pages import render_report
from consilience.report.tracing import tracing_section

STUDY = {
    "consilience": 1,
    "study": {
        "id": "s", "title": "S", "starts": "2017-01-01", "ends": "2018-01-01", "seed": 1,
        "simulated": True,
    },
    "findings": [{"id": "F1", "text": "Not told.", "from": "talks", "codes": ["c1"]}],
    "stages": [
        {"id": "talks", "kind": "interview", "opens": "2017-02-01", "closes": "2017-03-01",
         "plan": "p.csv", "people": "q.csv"},
        {"id": "coding", "kind": "code", "of": ["talks"], "title": "Coding"},
    ],
}  # fmt: skip


def figure(by, subject, name, measure, value, low=None, high=None, **more):
    return {
        "by": by, "subject": subject, "name": name, "unit": "characters", "measure": measure,
        "of": "", "coder_a": "", "coder_b": "", "value": value, "low": low, "high": high,
        "reason": "" if value is not None else "no variation", "share": 0.1, "documents": 2,
        "units": 100, "coders": 2, **more,
    }  # fmt: skip


AGREED = [
    figure("code", "c1", "Feedback", "alpha_binary", 0.8, 0.6, 0.9),
    figure("code", "c1", "Feedback", "percent", 0.97),
    figure("code", "c2", "Feedback > None given", "alpha_binary", 0.3, 0.1, 0.5),
    figure("code", "c3", "Trust", "alpha_binary", None),
    figure("code", "c3", "Trust", "cohen", 0.1, coder_a="anna", coder_b="ben"),
    figure("document", "d1", "d1", "alpha_binary", 0.7),
    figure("domain", "top", "Top", "cu_alpha", 0.9, of="c1"),
    figure("all", "all", "all", "alpha_binary", 0.66, 0.5, 0.8),
]


@pytest.fixture(scope="module")
def findings():
    rows = {
        "coder_agreement": AGREED,
        "coded_text": [
            {"document": "d1", "name": "T1", "kind": "interview", "interview": "T1", "case": None,
             "version": 1, "length": 90, "coders": 2, "codings": 3},
        ],
        "evidence": [
            {"finding": "F1", "kind": "code", "thing": "c1", "name": "Feedback", "codings": 3,
             "documents": 1, "coders": 2},
        ],
        "topic_code": [
            {"guide": "lead", "version": "1", "topic": "told", "code": "c1", "name": "Feedback",
             "covered": 4, "coded": 3},
            {"guide": "lead", "version": "1", "topic": "told", "code": "gone", "name": None,
             "covered": 0, "coded": 0},
        ],
    }  # fmt: skip
    tables = {
        name: pa.Table.from_pylist(rows.get(name, []), schema=schema)
        for name, schema in TABLES.items()
    }
    return Findings(study=Study.model_validate(STUDY), tables={"coding": tables})


@pytest.fixture(scope="module")
def parts(findings):
    section = coding_section(findings, findings.study.stage("coding"))
    return {each.id.removeprefix("stage-coding-"): each.blocks for each in section.sections}


def test_the_lead_says_agreement_with_its_unit(findings):
    said = lead(findings, findings.study.stage("coding"))
    assert said == (
        "Coded: talks. Two coders agree over all codes with alpha 0.66 in characters, in two "
        "texts that two or more of them read."
    )


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
    assert "in 75% of 4 cases. One code is not in the codebook." in words.text
    grid = fold.blocks[0]
    assert isinstance(grid, Grid)
    assert [row[2] for row in grid.rows] == ["Feedback", "gone (not in the codebook)"]
    assert [row[5] for row in grid.rows] == [0.75, None]


def test_findings_show_what_was_counted(findings):
    grid = next(b for b in tracing_section(findings).blocks if isinstance(b, Grid))
    assert grid.rows[0][3] == "code Feedback: three passages in one text"


def test_nothing_to_compare_is_said(findings):
    empty = {name: schema.empty_table() for name, schema in TABLES.items()}
    none = Findings(study=findings.study, tables={"coding": empty})
    section = coding_section(none, none.study.stage("coding"))
    assert "No text was read by two coders" in section.sections[0].blocks[0].text
    assert "Coding" in render_report(none)
