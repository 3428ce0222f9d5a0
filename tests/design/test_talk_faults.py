"""What is said of interviews, groups, guides and findings that do not fit."""

from __future__ import annotations

import pytest

STUDY = "study.yaml"
HEAD = "guides/head.yaml"
EDU = "instruments/education.yaml"

# Code; old text and new; text on the line of the fault; text in what; in remedy; file.
CASES = [
    ("DES-067", "within: case-schools", "within: case-school", "within: case-school\n",
     "'case-school'", "Did you mean 'case-schools'?", STUDY),
    ("DES-068", "of: [visits, groups]", "of: [cases, groups]", "of: [cases", "kind 'select'",
     "interview or group or survey", STUDY),
    ("DES-073", "phase: two\ntopics", "phase: tow\ntopics", "phase: tow", "guide 'head'",
     "Did you mean 'two'?", HEAD),
    ("DES-030", "text: Whom do you ask?", "txt: Whom do you ask?", "txt:",
     "'txt'", "'text'", HEAD),
    ("DES-032", "role: head\n", "", "id: head", "guide 'guides/head.yaml' has no 'role'", "role",
     HEAD),
    ("DES-202", "id: F2, text", "id: F1, text", "They do not", "id 'F1'; the first is on line",
     "questions", STUDY),
    ("DES-203", "id: asked", "id: told", "Whom do", "id 'told'; the first is on line 6",
     "another id", HEAD),
    ("DES-204", "closes: 2019-02-28", "closes: 2018-02-28", "closes: 2018-02-28",
     "opens on 2018-10-01", "Correct one", STUDY),
    ("DES-205", "closes: 2019-03-20", "closes: 2019-04-20", "closes: 2019-04-20",
     "and the study from 2017-04-01 to 2019-03-31", "Correct the dates", STUDY),
    ("DES-206", "opens: 2018-10-01", "opens: 2018-03-01", "opens: 2018-03-01",
     "its phase 'two' 2018-04-01", "Correct the dates", STUDY),
    ("DES-207", "    approvals: [{body: Ethics committee, date: 2018-09-04}]\n", "",
     "id: groups", "names no approval", "List who approved", STUDY),
    ("DES-208", "until: 2019-03-30", "until: 2018-03-30", "until: 2018-03-30",
     "lasts from 2018-09-03 to 2018-03-30", "Correct one", STUDY),
    ("DES-209", "date: 2018-09-03", "date: 2018-10-03", "date: 2018-10-03",
     "is of 2018-10-03, and stage 'visits' opens on 2018-10-01", "earlier approval", STUDY),
    ("DES-210", "    because: invented\n", "", "pseudonymise: false", "does not say why",
     "because", STUDY),
    ("DES-211", "role: governor, file", "role: govenor, file", "role: govenor", "'govenor'",
     "Did you mean 'governor'?", STUDY),
    ("DES-212", "version: 1.10\nrole", "version: 1.2\nrole", "file: guides/head.yaml",
     "version '1.10' of the guide 'guides/head.yaml' is named, and the file is version '1.2'",
     "Name the version", HEAD),
    ("DES-213", "role: governor, file", "role: head, file", "guides/governor.yaml",
     "named for the role 'head'", "Correct the role", STUDY),
    ("DES-215", "from: groups", "from: group", "from: group}", "'group', which is no stage",
     "Did you mean 'groups'?", STUDY),
    ("DES-216", "from_finding: F2", "from_finding: F3", "from_finding: F3", "finding 'F3'",
     "F1, F2", EDU),
    ("DES-217", "coders: [anna, ben]", "coders: [anna, anna]", "coders: [anna", "coder 'anna'",
     "once", STUDY),
    ("DES-174", "transcripts: talks/texts", "transcripts: /talks/texts", "/talks/texts",
     "'/talks/texts'", "", STUDY),
    ("DES-172", "plan: talks/plan.csv", "plan: talks/plans.csv", "plans.csv",
     "interview 'visits'", "Did you mean 'plan.csv'?", STUDY),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[3][:12]}")
def test_what_is_said(tried, gapless, case):
    code, old, new, marker, what, remedy, file = case
    found = tried((old, new, file))
    faults = {fault.code: fault for fault in found.faults}
    assert code in faults, [str(fault) for fault in found.faults]
    fault = faults[code]
    at = STUDY if code == "DES-212" else file
    assert (fault.where.file, fault.where.line) == (at, found.line(marker, at))
    assert what in fault.what
    assert remedy in fault.remedy
    gapless(fault)
    assert (found.study is None) is not fault.is_warning


def test_a_guide_that_is_not_there(tried, gapless):
    found = tried(("file: guides/head.yaml", "file: guides/heads.yaml"))
    (fault,) = found.faults
    assert fault.code == "DES-201"
    assert fault.where.line == found.line("guides/heads.yaml")
    assert "Did you mean 'head.yaml'?" in fault.remedy
    gapless(fault)


def test_guides_are_files_of_their_own(tried):
    found = tried(("findings:\n", "guides: {}\nfindings:\n"))
    assert found.codes == ["DES-200"]
    assert found.faults[0].where.line == found.line("guides: {}")


def test_a_guide_named_twice(tried, gapless):
    use = "      - {role: head, file: guides/head.yaml, version: 1.10}\n"
    found = tried((use, use + use))
    (fault,) = found.faults
    assert fault.code == "DES-214"
    assert "version '1.10' of the guide 'head' twice" in fault.what
    gapless(fault)


def test_a_choice_of_another_frame(tried):
    found = tried(("within: case-schools\n    of: schools", "within: case-schools\n    of: areas"))
    assert found.codes == ["DES-114"]


def test_questions_name_findings_freely_where_none_are_listed(tried, files):
    findings = "findings:" + files[STUDY].split("findings:")[1]
    assert tried((findings, ""), ("from_finding: F2", "from_finding: X9", EDU)).codes == []


def test_versions_stay_text(tried):
    found = tried()
    assert found.codes == []
    assert found.study.guides[HEAD].version == "1.10"
    assert found.study.stage("visits").guides[0].version == "1.10"
