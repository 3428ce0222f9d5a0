"""A small sound study, and what is found when one thing in it is changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from consilience.base.errors import Fault
from consilience.design.read import find_faults

STUDY = """\
consilience: 1
study:
  id: small
  title: A small study
  starts: 2017-04-01
  ends: 2019-03-31
  seed: 7
  team: [{name: A. Lead, orcid: 0000-0002-1825-0097}]
phases:
  - {id: one, title: First, starts: 2017-04-01, ends: 2018-03-31}
  - {id: two, title: Second, starts: 2018-04-01, ends: 2019-03-31}
datasets:
  - {id: answers, title: Answers, type: numeric, phase: one, unit: area}
  - {id: talks, title: Interviews, type: text, phase: two, unit: person}
deviations:
  - {date: 2017-07-01, planned: three agencies, done: two agencies, reason: reorganised}
agencies:
  - {id: education, title: Education}
  - {id: social-care, title: Social care}
  - {id: school, title: Schools}
  - {id: board, title: Boards, dropped: {date: 2017-07-02, reason: reorganised}}
scales:
  agreement:
    points: {1: Disagree, 2: Neither, 3: Agree}
    missing: {-9: No answer}
  share: {minimum: 0, maximum: 100, missing: {-1: Not known}}
constructs:
  - id: sharing
    title: Sharing
    items:
      - {education: ed-1, social-care: sc-1}
      - {education: ed-2, social-care: sc-2}
  - id: trust
    title: Trust
    items:
      - {education: ed-3, social-care: sc-3}
stages:
  - id: areas
    kind: frame
    of: areas
    source: england-upper-tier-2018
    date: 2017-04-03
    exclude: [{id: E09000001, reason: too small}, {id: E06000053, reason: islands}]
  - id: schools
    kind: frame
    of: schools
    file: frames/schools.csv
    areas: areas
    columns: {id: urn, name: name, area: la, attributes: {type: type, pupils: pupils}}
    date: 2018-04-02
  - id: ask-education
    kind: survey
    phase: one
    agency: education
    instrument: instruments/education.yaml
    of: areas
    opens: 2017-10-01
    closes: 2018-03-01
    extended_to: 2018-03-15
    contacts: intake/contacts.csv
    complete_from: 0.8
    partial_from: 0.4
    intake: {file: intake/education.csv, format: csv, area: la, items: {ed-1: q1}}
  - id: ask-social-care
    kind: survey
    phase: one
    agency: social-care
    instrument: instruments/social-care.yaml
    of: areas
    opens: 2017-10-02
    closes: 2018-03-02
    not_eligible: [{id: E06000001, reason: merged}]
    intake: {file: intake/social-care.csv, area_name: authority}
  - id: linked
    kind: link
    surveys: [ask-education, ask-social-care]
    to: areas
    bodies: frames/bodies.csv
    decisions: links.csv
    by: [region, kind-of]
  - id: measured
    kind: congruence
    of: linked
    constructs: [sharing, trust]
    bands: {count: 3, labels: [low, middle, high], cut: equal-counts}
  - id: cases
    kind: select
    from: areas
    attributes_from: [measured]
    where: [{attribute: band, missing: false}]
    choose: 1
    per: band
    levels: [low, high]
    diverse: {region: 1, children: 0.5}
    prefer: band_probability
  - id: ask-schools
    kind: survey
    phase: two
    agency: school
    instrument: instruments/school.yaml
    of: schools
    within: cases
    opens: 2018-05-01
    closes: 2018-06-30
    intake: {file: intake/schools.csv, area: urn}
  - id: school-answers
    kind: link
    surveys: [ask-schools]
    to: schools
    within: cases
  - id: case-schools
    kind: select
    from: schools
    within: cases
    attributes_from: [school-answers]
    choose: 6
    diverse: {type: 1, pupils: 1}
    pins: [{id: "100001", reason: asked to}]
    vetoes: [{id: "100002", reason: closing}]
    refused: [{id: "100003", reason: no time}]
    quotas:
      - {attribute: type, level: primary, at_least: 3, at_most: 4}
      - {attribute: type, level: special, at_least: 1}
      - {attribute: willing, level: "yes", at_least: 6, weight: 2}
  - id: visits
    kind: interview
    phase: two
    within: case-schools
    of: schools
    opens: 2018-10-01
    closes: 2019-02-28
    roles: {head: Head teacher, governor: Governor}
    guides:
      - {role: head, file: guides/head.yaml, version: 1.10}
      - {role: governor, file: guides/governor.yaml, version: "1"}
    approvals:
      - {body: Ethics committee, reference: E-1, date: 2018-09-03, until: 2019-03-30}
    plan: talks/plan.csv
    people: talks/people.csv
    transcripts: talks/texts
    pseudonymise: false
    because: invented
  - id: groups
    kind: group
    opens: 2019-03-01
    closes: 2019-03-20
    approvals: [{body: Ethics committee, date: 2018-09-04}]
    events: groups/events.csv
    people: groups/people.csv
  - {id: coding, kind: code, of: [visits, groups], coders: [anna, ben]}
findings:
  - {id: F1, text: They are not told., from: visits, codes: [feedback]}
  - {id: F2, text: They do not ring back., from: groups}
"""

EDUCATION = """\
id: education
title: Education leads
version: 1.10
questions:
  - {id: ed-1, text: They share what we need., scale: agreement}
  - {id: ed-2, text: They ring back., scale: agreement, reverse: true}
  - {id: ed-3, text: We trust them., scale: agreement}
  - {id: ed-4, text: "How many staff have you?", kind: number}
  - {id: ed-5, text: "Which model do you use?", kind: choice, options: {1: Own, 2: Shared}}
  - {id: ed-6, text: "Anything else?", kind: open}
  - {id: ed-7, text: "Share of time on this?", scale: share, from_finding: F2}
"""

SOCIAL_CARE = """\
id: social-care
title: Social care leads
version: "2"
questions:
  - {id: sc-1, text: They share what we need., scale: agreement}
  - {id: sc-2, text: They ring back., scale: agreement}
  - {id: sc-3, text: We trust them., scale: agreement}
  - {id: sc-4, text: "Share of time on this?", scale: share}
  - {id: sc-5, text: "Anything else?", kind: open}
"""

SCHOOL = """\
id: school
title: Schools
version: "1"
questions:
  - {id: willing, text: "May we come?", kind: choice, options: {1: "yes", 2: "no"}}
"""

HEAD = """\
id: head
version: 1.10
role: head
phase: two
topics:
  - {id: told, text: What are you told?, codes: [feedback]}
  - {id: asked, text: Whom do you ask?}
"""

GOVERNOR = """\
id: governor
title: Topic guide for governors
version: "1"
role: governor
topics:
  - {id: reports, text: What do you see?}
"""

FILES = {
    "study.yaml": STUDY,
    "instruments/education.yaml": EDUCATION,
    "instruments/social-care.yaml": SOCIAL_CARE,
    "instruments/school.yaml": SCHOOL,
    "frames/schools.csv": "urn\n",
    "frames/bodies.csv": "body\n",
    "links.csv": "survey\n",
    "intake/education.csv": "la\n",
    "intake/contacts.csv": "unit\n",
    "intake/social-care.csv": "authority\n",
    "intake/schools.csv": "urn\n",
    "guides/head.yaml": HEAD,
    "guides/governor.yaml": GOVERNOR,
    "talks/plan.csv": "interview\n",
    "talks/people.csv": "interview\n",
    "groups/events.csv": "event\n",
    "groups/people.csv": "event\n",
}


class Tried:
    """A study with changes, what was found in it, and on which lines things stand."""

    def __init__(self, folder: Path, texts: dict[str, str]) -> None:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        self.folder = folder
        self.texts = texts
        self.study, self.faults = find_faults(folder)

    @property
    def codes(self) -> list[str]:
        return [fault.code for fault in self.faults]

    def line(self, marker: str, file: str = "study.yaml") -> int:
        """Return the line of the only place of a text in a file."""
        text = self.texts[file]
        assert text.count(marker) == 1, f"{marker!r} stands {text.count(marker)} times"
        return text[: text.index(marker)].count("\n") + 1


@pytest.fixture
def tried(tmp_path: Path) -> Callable[..., Tried]:
    """Return the small study after changes `(old, new)` or `(old, new, file)`."""

    def change(*changes: tuple[str, ...]) -> Tried:
        texts = dict(FILES)
        for old, new, *rest in changes:
            file = rest[0] if rest else "study.yaml"
            assert texts[file].count(old) == 1, f"{old!r} stands {texts[file].count(old)} times"
            texts[file] = texts[file].replace(old, new)
        return Tried(tmp_path, texts)

    return change


@pytest.fixture
def files() -> dict[str, str]:
    """Return the files of the small study."""
    return dict(FILES)


@pytest.fixture
def gapless() -> Callable[[Fault], None]:
    """Return a check that the sentences of a fault have all their values."""

    def check(fault: Fault) -> None:
        for sentence in (fault.what, fault.remedy):
            assert not re.search(r"<[a-z_]+>", sentence), sentence
            assert "None" not in sentence, sentence
            assert sentence == sentence.strip(), sentence
        assert fault.remedy.endswith((".", "?", '"', "FOLDER", "'")), fault.remedy

    return check
