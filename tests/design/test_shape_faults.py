"""What is said of keys and values that a study file does not know."""

from __future__ import annotations

import pytest

STUDY = "study.yaml"
EDUCATION = "instruments/education.yaml"

# Code; old text and new; text on the line the fault points at; text in what; text in remedy.
CASES = [
    ("DES-030", "levels: [low, high]", "level: [low, high]", "level: [low",
     "'level' is not a key of stage 'cases'", "'levels'", STUDY),
    ("DES-030", "    choose: 6", "    chose: 6", "chose: 6",
     "'chose' is not a key of stage 'case-schools'", "'choose'", STUDY),
    ("DES-030", "bands: {count: 3, labels", "bands: {counts: 3, labels", "{counts",
     "'bands' of stage 'measured'", "'count'", STUDY),
    ("DES-030", "  - {id: one, title: First,", "  - {id: one, tilte: First,", "tilte",
     "phase 'one'", "'title'", STUDY),
    ("DES-030", "ed-2, text:", "ed-2, txt:", "txt:",
     "question 'ed-2' of instrument 'instruments/education.yaml'", "'text'", EDUCATION),
    ("DES-031", "  seed: 7", "  seed: 7\n  xyzzy: 1", "xyzzy",
     "'xyzzy' is not a key of the study", "protocol", STUDY),
    ("DES-031", "consilience: 1", "consilience: 1\nxyzzy: 1", "xyzzy", "the study file",
     "stages", STUDY),
    ("DES-032", "    choose: 6\n", "", "- id: case-schools",
     "stage 'case-schools' has no 'choose'", "a whole number", STUDY),
    ("DES-032", "  title: A small study\n", "", "id: small", "the study has no 'title'",
     "a text", STUDY),
    ("DES-032", "    opens: 2017-10-02\n", "", "- id: ask-social-care", "no 'opens'",
     "a date such as", STUDY),
    ("DES-032", "version: 1.10\n", "", "id: education", "has no 'version'", "a text", EDUCATION),
    ("DES-033", "title: First", "title:", "id: one", "'title' of phase 'one' is empty", "a text",
     STUDY),
    ("DES-033", "    closes: 2018-03-02", "    closes:", "    closes:\n", "'closes' of stage",
     "a date such as", STUDY),
    ("DES-034", "title: First", "title: [First]", "[First]", "'title' of phase 'one' is a list",
     "one text", STUDY),
    ("DES-035", "  seed: 7", "  seed: many", "seed: many", "'seed' of the study is 'many'",
     "digits only", STUDY),
    ("DES-035", "    choose: 6", '    choose: "6"', 'choose: "6"', "is '6'", "no quotes", STUDY),
    ("DES-035", "    choose: 6", "    choose: true", "choose: true", "is true", "digits only",
     STUDY),
    ("DES-035", "    choose: 6", "    choose: 6.5", "choose: 6.5", "is 6.5", "no decimal point",
     STUDY),
    ("DES-035", "    choose: 6", "    choose: 1,000", "choose: 1,000", "is '1,000'", "thousands",
     STUDY),
    ("DES-035", "points: {1: Disagree", "points: {one: Disagree", "{one:",
     "a key in 'points' of scale 'agreement' is 'one'", "digits only", STUDY),
    ("DES-036", "diverse: {region: 1,", "diverse: {region: most,", "region: most",
     "'region' of 'diverse' of stage 'cases' is 'most'", "0.5", STUDY),
    ("DES-036", "partial_from: 0.4", 'partial_from: "40 %"', "40 %", "'40 %'",
     "point as decimal", STUDY),
    ("DES-037", "reverse: true", "reverse: sometimes", "sometimes",
     "'reverse' of question 'ed-2'", "true or false", EDUCATION),
    ("DES-037", "  seed: 7", "  seed: 7\n  simulated: yes", "simulated", "is 'yes'",
     "true or false", STUDY),
    ("DES-038", "surveys: [ask-schools]", "surveys: ask-schools", "surveys: ask-schools",
     "is 'ask-schools'", "[a, b]", STUDY),
    ("DES-039",
     "  - {id: board, title: Boards, dropped: {date: 2017-07-02, reason: reorganised}}",
     "  - board", "  - board\n", "agency 4 is 'board'", "title", STUDY),
    ("DES-039", "  share: {minimum: 0, maximum: 100, missing: {-1: Not known}}", "  share: 1",
     "share: 1", "scale 'share' is 1", "points", STUDY),
    ("DES-040", "cut: equal-counts", "cut: equal-count", "cut: equal-count", "is 'equal-count'",
     "Did you mean 'equal-counts'?", STUDY),
    ("DES-040", "type: numeric", "type: numbers", "type: numbers", "data set 'answers'",
     "text, numeric", STUDY),
    ("DES-041", "    choose: 6", "    choose: 0", "choose: 0", "is 0, and must be at least 1",
     "at least 1", STUDY),
    ("DES-041", "complete_from: 0.8", "complete_from: 80", "complete_from: 80",
     "must be at most 1", "at most 1", STUDY),
    ("DES-041", "    title: Trust", "    title: Trust\n    weight: 0", "weight: 0",
     "must be more than 0", "more than 0", STUDY),
    ("DES-042", "  id: small", "  id: Small Study", "Small Study", "is 'Small Study'",
     "'small-study'", STUDY),
    ("DES-042", "share: {minimum: 0, maximum: 100, missing: {-1: Not known}}",
     "share: {minimum: 0, maximum: 100}\n  Share One: {minimum: 0, maximum: 1}", "Share One",
     "'Share One'", "'share-one'", STUDY),
    ("DES-043", "  starts: 2017-04-01", "  starts: 1/4/2017", "1/4/2017", "'1/4/2017'",
     "year-month-day", STUDY),
    ("DES-043", "  starts: 2017-04-01", "  starts: 2017-02-30", "2017-02-30",
     "there is no such day", "year-month-day", STUDY),
    ("DES-043", "  starts: 2017-04-01", "  starts: 2017", "starts: 2017\n", "is 2017",
     "year-month-day", STUDY),
    ("DES-044", "  title: A small study", '  title: ""', 'title: ""', "'title' of the study",
     "Write the text", STUDY),
    ("DES-045", "surveys: [ask-schools]", "surveys: []", "surveys: []",
     "'surveys' of stage 'school-answers'", "at least one", STUDY),
    ("DES-046", "    kind: congruence\n", "", "- id: measured", "stage 'measured'", "congruence",
     STUDY),
    ("DES-047", "kind: congruence", "kind: congruance", "congruance", "'congruance'",
     "Did you mean 'congruence'?", STUDY),
    ("DES-048", "consilience: 1", "consilience: 2", "consilience: 2", "version 2",
     "consilience: 1", STUDY),
    ("DES-049", "agencies:", "instruments: {}\nagencies:", "instruments: {}", "'instruments'",
     "instrument: FILE", STUDY),
    ("DES-050", 'level: "yes"', "level: [a, b]", "level: [a", "is a list", "any_of", STUDY),
    ("DES-052", "0000-0002-1825-0097", "0000-0002-1825-0098", "1825-0098",
     "'0000-0002-1825-0098'", "0000-0002-1825-0097", STUDY),
    ("DES-053", "reason: no time", "reason: no time, no staff", "no staff", "'no staff'",
     "put the whole text in quotes", STUDY),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_is_said_of_the_shape(tried, gapless, case):
    code, old, new, marker, what, remedy, file = case
    found = tried((old, new, file))
    assert found.codes == [code], [str(fault) for fault in found.faults]
    (fault,) = found.faults
    assert fault.where.file == file
    assert fault.where.line == found.line(marker, file)
    assert what in fault.what
    assert remedy in fault.remedy
    gapless(fault)
    assert found.study is None


def test_column_is_that_of_the_value(tried):
    (fault,) = tried(("  seed: 7", "  seed: many")).faults
    assert str(fault.where) == "study.yaml:7:9"


def test_value_of_no_known_complaint_is_said_with_its_reason():
    from pydantic import ValidationError

    from consilience.design.shape import Misfit, build, misfits, shape_findings

    data = {"consilience": 1}
    with pytest.raises(ValidationError) as caught:
        build(data)
    (misfit, *_) = misfits(caught.value, data)
    strange = Misfit(
        route=("consilience",), kind="new_in_pydantic", message="Too odd", context={}, of_key=False
    )
    assert misfit.kind == "missing"
    (finding,) = shape_findings([strange], data)
    assert finding.code == "DES-051"
    assert "Too odd" in str(finding.values["reason"])


def test_lone_surrogate_cannot_come_in(tried):
    assert tried(("title: First", 'title: "\\ud800"')).codes == ["DES-006"]
