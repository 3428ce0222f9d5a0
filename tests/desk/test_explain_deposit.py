"""Why something is not deposited: told of an interview and of the whole deposit."""

import datetime as dt

import pytest
from talk_study import write_study

from consilience.base.errors import Fault
from consilience.desk.run import run
from consilience.desk.studies import open_study

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SETS = """\
datasets:
  - {id: texts, title: Transcripts, type: text, phase: scoping, unit: interview,
     consent: written, access: safeguarded}
  - {id: answers, title: Answers, type: numeric, phase: scoping, unit: respondent,
     consent: stated, access: safeguarded}
catalogue:
  {identifier: T1, agency: test, publisher: test, published: 2026, rights: nobody,
   statement: made up, abstract: made up}
agencies:
"""
STAGE = """\
  - id: deposit
    kind: deposit
    title: For the archive
    of: [scoping]
    sets:
      - {data_set: texts, texts: scoping}
      - data_set: answers
        tables:
          - {id: climate, title: Climate, file: climate.csv, unit: respondent, k: 2,
             keys: [role], withhold: {school: schools are small}}
findings:
"""


@pytest.fixture(scope="module")
def deposited(tmp_path_factory):
    """A study with a deposit, run once."""
    folder = tmp_path_factory.mktemp("deposited") / "study"
    write_study(
        folder,
        ("study.yaml", "agencies:\n", SETS),
        ("study.yaml", "findings:\n", STAGE),
    )
    rows = "".join(f"{role},s{n},{n}\n" for n, role in enumerate(["head", *["lead"] * 4]))
    (folder / "climate.csv").write_text(f"role,school,trust\n{rows}", encoding="utf-8")
    run(folder, at=AT, actor="test")
    return folder


def told(folder, thing):
    return {each.heading: each.lines for each in open_study(folder).explain(thing).passages}


@pytest.mark.parametrize(
    ("interview", "standing", "fate"),
    [
        ("T1", "deposit allowed", "its text is transcribed, not yet cleared for deposit"),
        ("T2", "deposit not allowed: P3 did not allow deposit", "not everybody in it allowed "),
        ("T4", "declined: no time", "declined before it was held"),
    ],
)
def test_an_interview_says_why_it_is_not_deposited(deposited, interview, standing, fate):
    explained = open_study(deposited).explain(interview)
    assert (explained.kind, explained.simulated) == ("interview", True)
    said = told(deposited, interview)
    assert any(standing in line for line in said["Scoping interviews"])
    (line,) = said["For the archive"]
    assert line.startswith("not deposited in the data set texts: ")
    assert fate in line


def test_a_deposit_says_what_it_holds_and_leaves_out(deposited):
    said = told(deposited, "deposit")
    assert said["Data sets"][1] == (
        "answers: an unstated number planned, 5 collected, 5 allowed, 5 deposited; safeguarded"
    )
    out = said["Not deposited, and why"]
    assert "answers, allowed, school of climate: schools are small" in out
    assert "texts, planned, T4: declined before it was held" in out
    assert (
        "climate, school: withheld, 5 cells: schools are small"
        in (said["What was done to columns"])
    )
    (risk,) = said["What is left of the risk"]
    assert risk.startswith("climate: highest probability of a right guess 1.000 before, ")
    assert {"Its tables", "Made from"} <= set(said)


def test_an_interview_that_nobody_knows_is_told(deposited):
    with pytest.raises(Fault, match="STU-005"):
        open_study(deposited).explain("T9")
