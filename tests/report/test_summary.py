"""The summary: said when true, silent when not."""

from __future__ import annotations

import dataclasses

import pytest
from made_findings import with_table

from consilience.base.errors import Fault
from consilience.report.model import Facts, Points
from consilience.report.summary import cautions, summary_section


def said(findings):
    return " ".join(point.text for point in cautions(findings))


def test_what_is_wrong_is_said(findings):
    text = said(findings)
    assert "One response waits" in text
    assert "less likely than not" in text
    assert "Chosen although unsure" in text
    assert "Scoping areas: one demand falls short" in text
    assert "Case schools: not proved to be the best (gap 9.00% at most)" in text
    assert "three other sets are as good or nearly" in text


@pytest.mark.parametrize(
    ("stage", "name", "columns", "gone"),
    [
        ("linked", "doubt", {"decision": "accept"}, "waits"),
        ("congruence", "band", {"probability": 0.9}, "less likely than not"),
        ("scoping-areas", "coverage", {"short": 0}, "Scoping areas: one demand"),
        ("case-schools", "proof", {"status": "optimal"}, "not proved"),
        ("cases", "proof", {"near_sets": 1.0}, "Case-study areas: three"),
    ],
)
def test_what_is_well_is_not_said(findings, stage, name, columns, gone):
    assert gone in said(findings)
    assert gone not in said(with_table(findings, stage, name, **columns))


def test_no_agreement_beyond_chance_is_said(findings):
    chance = with_table(findings, "congruence", "permutation", p=0.4)
    assert "not beyond chance" in said(chance)
    assert "not beyond chance" not in said(findings)


def test_few_answers_are_said(findings):
    few = with_table(findings, "linked", "rate", complete=4, partial=1)
    assert "Fewer than half answered in full: Education safeguarding leads (13%)" in said(few)


def test_warnings_of_stages_are_said_with_their_remedy(findings):
    warning = Fault("REP-003", study="made-up")
    warned = dataclasses.replace(findings, warnings={"linked": (warning,)})
    assert warning.what[1:] in said(warned)
    assert warning.remedy in said(warned)


def test_numbers_of_the_summary_are_those_of_the_tables(findings):
    section = summary_section(findings)
    facts = dict(next(b for b in section.blocks if isinstance(b, Facts)).items)
    cases = findings.tables["linked"]["case"].to_pylist()
    education = [c for c in cases if c["agency"] == "education" and c["disposition"] == "complete"]
    assert facts["complete: Education safeguarding leads"] == str(len(education))
    assert facts["areas in the frame"] == "30"
    every = findings.tables["linked"]["overlap"].to_pylist()[-1]["observed"]
    assert facts["areas with every survey"] == str(every)
    assert facts["chosen: case schools"] == "15"
    points = next(b for b in section.blocks if isinstance(b, Points)).items
    assert any(f"{len(education)} of 30 (" in point.text for point in points)
    assert any("P = 0.0123" in point.text for point in points)


def test_warnings_alike_are_counted_and_not_repeated(findings):
    warnings = (*[Fault("REP-003", study=f"s{n}") for n in range(3)], Fault("REP-004", study="t"))
    text = said(dataclasses.replace(findings, warnings={"linked": warnings}))
    assert "'s0'" in text
    assert "'s1'" not in text
    assert "has run. Two more like it. Run the study first" in text
    assert "'t'" in text
