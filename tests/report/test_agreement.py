"""Agreement over all areas: coefficients with their intervals, and none where undefined."""

import pytest
from made_findings import with_table

from consilience.report.agreement import congruence_section
from consilience.report.model import Figure, Grid


@pytest.fixture
def blocks(findings):
    def of(changed=findings):
        section = congruence_section(changed, findings.study.stage("congruence"))
        return {each.id: each.blocks for each in section.sections}["stage-congruence-agreement"]

    return of


def test_every_coefficient_stands_with_its_interval(blocks):
    figure = blocks()[0]
    assert isinstance(figure, Figure)
    assert figure.simulated
    coefficients = {row[1] for row in figure.grid.rows}
    assert coefficients == {"ICC(A,1)", "ICC(C,1)", "Krippendorff's alpha"}
    assert all(row[3] < row[2] < row[4] for row in figure.grid.rows)
    assert "0 is chance, 1 full agreement" in figure.drawings[0].description


def test_without_alpha_the_numbers_stand_alone(findings, blocks):
    grid = blocks(with_table(findings, "congruence", "agreement", value=None))[0]
    assert isinstance(grid, Grid)
    assert {row[2] for row in grid.rows} == {None}
