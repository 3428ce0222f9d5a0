"""Importance: never a bare order, and the cautions that few cases deserve."""

import pytest
from made_findings import with_table

from consilience.report.importance import (
    cautions_of,
    compared_rows,
    importance_section,
    sentence,
)
from consilience.report.model import Figure, Words


@pytest.fixture(scope="module")
def stage(findings):
    return findings.study.stage("drivers")


def blocks_of(findings, stage):
    section = importance_section(findings, stage)
    return {each.id.removeprefix("stage-drivers-"): each.blocks for each in section.sections}


def said(findings, stage):
    return " ".join(cautions_of(findings, stage))


@pytest.mark.parametrize(
    ("areas", "rows", "columns", "few"),
    [
        (39, 117, 6, True),
        (93, 240, 6, True),
        (129, 255, 10, True),
        (250, 300, 20, False),
        (249, 3000, 2, True),
        (250, 299, 20, True),
    ],
)
def test_few_cases_are_said_to_be_few(findings, stage, areas, rows, columns, few):
    counts = {"areas": areas, "rows": rows, "columns": columns}
    changed = with_table(findings, "drivers", "importance_model", **counts)
    assert ("are few: another sample could order the predictors otherwise" in
            said(changed, stage)) is few  # fmt: skip
    assert (f"{areas} areas" in said(changed, stage)) is few


def test_that_it_is_no_effect_is_always_said(findings, stage):
    many = with_table(findings, "drivers", "importance_model", areas=900, rows=9000)
    assert "associations in what people answered, not effects" in said(many, stage)


@pytest.mark.parametrize(("probability", "warned"), [(0.94, True), (0.95, False)])
def test_an_order_that_is_not_sure_is_not_to_be_reported(findings, stage, probability, warned):
    changed = with_table(findings, "drivers", "importance_rank", probability=probability)
    assert ("do not report an order without the intervals" in said(changed, stage)) is warned


def test_resamples_that_failed_are_said(findings, stage):
    assert "could not be computed" not in said(findings, stage)
    changed = with_table(findings, "drivers", "importance_model", failed=3)
    assert "three resamples could not be computed" in said(changed, stage).lower()


def test_contributions_come_with_intervals_and_probabilities(findings, stage):
    blocks = blocks_of(findings, stage)
    assert list(blocks) == ["contributions", "ranks", "pairs", "model"]
    (figure,) = blocks["contributions"]
    assert isinstance(figure, Figure)
    assert [column.title for column in figure.grid.columns[1:4]] == [
        "Contribution",
        "Lower end",
        "Upper end",
    ]
    values = [row[1] for row in figure.grid.rows]
    assert values == sorted(values, reverse=True)
    assert len(values) == 5
    assert figure.simulated
    (ranks,) = blocks["ranks"]
    assert all(sum(row[1:]) == pytest.approx(1) for row in ranks.grid.rows)


def test_what_stands_in_every_model_is_named_and_not_compared(findings, stage):
    assert "agency" not in [row["predictor"] for row in compared_rows(findings, stage)]
    words = blocks_of(findings, stage)["model"][0]
    assert isinstance(words, Words)
    assert words.text.startswith("In every model, and so not compared: which agency answered (5")


def test_pairs_told_apart_are_counted(findings, stage):
    words = blocks_of(findings, stage)["pairs"][0]
    assert words.text.startswith("Of ten pairs of predictors three are told apart")
    none = with_table(findings, "drivers", "importance_pair", probability=0.94)
    assert blocks_of(none, stage)["pairs"][0].text == (
        "Of ten pairs of predictors none is told apart with a probability of at least 0.95."
    )


def test_the_sentence_names_the_likeliest_with_its_probability(findings, stage):
    text = sentence(findings, stage)
    rows = findings.rows("drivers", "importance_rank")
    greatest = max(row["probability"] for row in rows if row["rank"] == 1)
    assert f"is the most likely to contribute most (probability {greatest:.2f};" in text
    unranked = with_table(findings, "drivers", "importance_rank", probability=None)
    assert "how sure any order is was not computed" in sentence(unranked, stage)
    assert "ranks" not in blocks_of(unranked, stage)


def test_nothing_computed_is_said(findings, stage):
    nothing = with_table(findings, "drivers", "importance", value=None)
    assert sentence(nothing, stage).endswith("nothing could be computed.")
    assert "No contribution could be computed" in blocks_of(nothing, stage)["contributions"][0].text


def test_without_a_run_there_are_no_blocks_of_the_model(findings, stage):
    empty = {name: table.slice(0, 0) for name, table in findings.tables["drivers"].items()}
    changed = with_table(findings, "drivers", "importance")
    changed.tables["drivers"].update(empty)
    assert list(blocks_of(changed, stage)) == ["contributions"]
