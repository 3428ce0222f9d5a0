"""What is said of a study whose parts do not fit each other."""

from __future__ import annotations

import pytest

STUDY = "study.yaml"
EDU = "instruments/education.yaml"
SC = "instruments/social-care.yaml"

# Code; old text and new; text on the line the fault points at; text in what; text in remedy.
REFERENCES = [
    ("DES-060", "  - id: measured", "  - id: linked", "linked\n    kind: congruence",
     "id 'linked'", "another id", STUDY),
    ("DES-061", "{id: two, title: Second", "{id: one, title: Second", "title: Second",
     "id 'one'; the first is on line 10", "another id", STUDY),
    ("DES-062", "{id: school, title: Schools}", "{id: education, title: Schools}",
     "title: Schools}", "id 'education'", "another id", STUDY),
    ("DES-063", "- id: trust", "- id: sharing", "sharing\n    title: Trust", "id 'sharing'",
     "join their items", STUDY),
    ("DES-064", "id: talks", "id: answers", "title: Interviews", "id 'answers'", "another id",
     STUDY),
    ("DES-065", "id: ed-4", "id: ed-3", "How many staff", "id 'ed-3'; the first is on line 7",
     "constructs", EDU),
    ("DES-067", "    of: linked", "    of: linkd", "of: linkd",
     "'of' of stage 'measured' names the stage 'linkd'", "Did you mean 'linked'?", STUDY),
    ("DES-067", "    from: areas", "    from: wards", "from: wards", "'wards'", "areas, schools",
     STUDY),
    ("DES-068", "    of: linked", "    of: ask-education", "of: ask-education",
     "a stage of kind 'survey'", "linked", STUDY),
    ("DES-068", "    within: cases\n    opens", "    within: schools\n    opens",
     "within: schools", "kind 'frame'", "cases", STUDY),
    ("DES-069", "    to: areas\n", "    to: areas\n", "attributes_from: [measured]}",
     "'measured', which comes later, on line 83", "Move stage 'measured' above", STUDY),
    ("DES-070", "    to: areas\n", "    to: areas\n    within: cases\n",
     "within: cases\n    bodies", "linked reads cases reads measured reads linked", "Remove one",
     STUDY),
    ("DES-071", "agency: education", "agency: educaton", "agency: educaton", "'educaton'",
     "Did you mean 'education'?", STUDY),
    ("DES-072", "{education: ed-3, social-care: sc-3}", "{education: ed-3, social: sc-3}",
     "social: sc-3", "construct 'trust' names the agency 'social'",
     "education, social-care, school, board", STUDY),
    ("DES-073", "phase: two\n    agency", "phase: three\n    agency", "phase: three",
     "stage 'ask-schools' belongs to the phase 'three'", "one, two", STUDY),
    ("DES-073", "type: text, phase: two", "type: text, phase: tow", "phase: tow",
     "data set 'talks'", "Did you mean 'two'?", STUDY),
    ("DES-074", "constructs: [sharing, trust]", "constructs: [sharing, trusts]", "trusts",
     "'trusts'", "Did you mean 'trust'?", STUDY),
    ("DES-075", "need., scale: agreement", "need., scale: agree", "scale: agree}",
     "question 'ed-1' is answered on the scale 'agree'", "agreement, share", EDU),
    ("DES-076", "education: ed-3", "education: ed-33", "ed-33", "'ed-33' of 'education'",
     "instruments/education.yaml", STUDY),
    ("DES-077", "{education: ed-3, social-care: sc-3}",
     "{education: ed-3, social-care: sc-3, board: b-1}", "board: b-1", "a question of 'board'",
     "agency: board", STUDY),
    ("DES-078", "surveys: [ask-schools]", "surveys: [ask-schools, ask-schools]",
     "surveys: [ask-schools, ", "names 'ask-schools' twice", "Name it once", STUDY),
    ("DES-121", None, None, "- id: measured", "no constructs", "List under 'constructs'", STUDY),
]  # fmt: skip

DATES = [
    ("DES-080", "  ends: 2019-03-31", "  ends: 2016-03-31", "  ends: 2016-03-31",
     "ends on 2016-03-31 and starts on 2017-04-01", "Correct", STUDY),
    ("DES-081", "starts: 2018-04-01, ends: 2019-03-31", "starts: 2018-04-01, ends: 2018-03-30",
     "ends: 2018-03-30", "phase 'two'", "Correct", STUDY),
    ("DES-082", "starts: 2018-04-01, ends: 2019-03-31", "starts: 2018-04-01, ends: 2019-05-01",
     "ends: 2019-05-01", "from 2018-04-01 to 2019-05-01", "phase", STUDY),
    ("DES-083", "closes: 2018-03-02", "closes: 2017-03-02", "closes: 2017-03-02",
     "closes on 2017-03-02 and opens on 2017-10-02", "Correct", STUDY),
    ("DES-084", "extended_to: 2018-03-15", "extended_to: 2018-02-15", "extended_to",
     "extended to 2018-02-15", "after 2018-03-01", STUDY),
    ("DES-085", "opens: 2017-10-02", "opens: 2017-03-31", "opens: 2017-03-31",
     "open from 2017-03-31", "at the top", STUDY),
    ("DES-086", "extended_to: 2018-03-15", "extended_to: 2018-04-15", "extended_to",
     "its phase 'one'", "leave it so", STUDY),
    ("DES-087", "date: 2018-04-02", "date: 2018-05-02", "of: schools\n    within",
     "'schools', which holds for 2018-05-02", "frame", STUDY),
    ("DES-088", "agency: school\n", "agency: board\n", "agency: board\n",
     "agency 'board' was dropped on 2017-07-02", "dropped", STUDY),
    ("DES-089", "date: 2017-07-01, planned", "date: 2027-07-01, planned", "planned: three",
     "2027-07-01", "Check the date", STUDY),
    ("DES-089", "date: 2017-07-02, reason", "date: 2007-07-02, reason", "title: Boards",
     "the drop of 'board'", "Check the date", STUDY),
]  # fmt: skip

ITEMS = [
    ("DES-090", "{minimum: 0, maximum: 100,", "{minimum: 0,", "share: {minimum",
     "scale 'share' has neither", "List the points", STUDY),
    ("DES-091", "    points: {1: D", "    minimum: 1\n    points: {1: D", "    minimum: 1",
     "and also 'minimum'", "Keep 'points'", STUDY),
    ("DES-092", "{minimum: 0, maximum: 100,", "{minimum: 100, maximum: 0,", "minimum: 100",
     "from 100 to 0", "smaller number", STUDY),
    ("DES-093", "points: {1: Disagree, 2: Neither, 3: Agree}", "points: {1: Agree}",
     "points: {1", "1 point", "two points", STUDY),
    ("DES-094", "missing: {-9: No answer}", "missing: {3: No answer}", "{3: No",
     "the code 3 of scale 'agreement'", "-9", STUDY),
    ("DES-094", "missing: {-1: Not known}", "missing: {99: Not known}", "{99: Not",
     "the code 99 of scale 'share'", "-9", STUDY),
    ("DES-095", "ring back., scale: agreement, reverse: true}", "ring back.}", "ed-2",
     "question 'ed-2'", "agreement, share", EDU),
    ("DES-096", "kind: open}", "kind: open, scale: share}", "scale: share}\n  - {id: ed-7",
     "question 'ed-6' is of kind 'open' and names the scale 'share'", "Remove", EDU),
    ("DES-097", ", options: {1: Own, 2: Shared}", "", "ed-5", "among 0 option",
     "{1: Yes, 2: No}", EDU),
    ("DES-097", "{1: Own, 2: Shared}", "{1: Own}", "ed-5", "among 1 option", "{1: Yes, 2: No}",
     EDU),
    ("DES-098", "kind: number}", "kind: number, options: {1: Few, 2: Many}}", "ed-4",
     "of kind 'number' and has 'options'", "kind: choice", EDU),
    ("DES-099", "kind: open}", "kind: open, reverse: true}", "ed-6", "of kind 'open'",
     "Remove 'reverse'", EDU),
    ("DES-100", "text: They ring back.", 'text: " "', "ed-2", "question 'ed-2'", "wording", EDU),
    ("DES-101", "{education: ed-3, social-care: sc-3}", "{education: ed-3, social-care: sc-4}",
     "sc-4",
     "'sc-4' of 'social-care' runs from 0 to 100, and 'ed-3' of 'education' over the points",
     "same points", STUDY),
    ("DES-102", "{education: ed-3, social-care: sc-3}", "{education: ed-3, social-care: sc-5}",
     "sc-5", "'sc-5', which is of kind 'open'", "kind 'scale'", STUDY),
    ("DES-103", "{education: ed-2, social-care: sc-2}", "{education: ed-2}", "education: ed-2",
     "row 2 of construct 'sharing'", "another agency", STUDY),
    ("DES-104", "{education: ed-3, social-care: sc-3}", "{education: ed-1, social-care: sc-3}",
     "ed-1, social-care: sc-3",
     "'ed-1' of 'education' stands in two rows; the first is on line 31", "count twice", STUDY),
    ("DES-105", None, None, "questions:", "instrument 'school'", "at least one",
     "instruments/school.yaml"),
    ("DES-106", "items: {ed-1: q1}", "items: {ed-11: q1}", "ed-11",
     "'ed-11', which 'instruments/education.yaml'", "Did you mean 'ed-1'?", STUDY),
]  # fmt: skip

EVIDENCE = [
    ("DES-110", "    to: schools", "    to: areas", "surveys: [ask-schools]",
     "links answers to 'areas', but survey 'ask-schools' invites from 'schools'", "second", STUDY),
    ("DES-111", None, None, "surveys: [ask-education, again", "both survey 'education'",
     "each wave", STUDY),
    ("DES-112", "    to: areas\n", "    to: areas\n    duplicates: most-senior\n", "most-senior",
     "'linked'", "most senior first", STUDY),
    ("DES-113", "    to: areas\n", "    to: areas\n    seniority: [head]\n", "seniority",
     "'latest-complete'", "most-senior", STUDY),
    ("DES-114", "    to: areas\n", "    to: areas\n    within: some\n", "within: some", None,
     None, STUDY),
    ("DES-115", "partial_from: 0.4", "partial_from: 0.9", "partial_from",
     "partial from 0.9 and complete from 0.8", "at most", STUDY),
    ("DES-116", ", area_name: authority", "", "social-care.csv",
     "'ask-social-care' names neither", "column", STUDY),
    ("DES-120", "surveys: [ask-education, ask-social-care]", "surveys: [ask-education]",
     "of: linked", "links 1: education", "second agency", STUDY),
    ("DES-122", "{education: ed-3, social-care: sc-3}", "{education: ed-3}",
     "constructs: [sharing, trust]", "construct 'trust'", "Add such a row", STUDY),
    ("DES-123", "count: 3,", "count: 4,", "bands:", "3 labels for 4 bands", "Write 4 labels",
     STUDY),
    ("DES-123", "count: 3, labels: [low, middle, high]", "count: 3", "bands:",
     "5 labels for 3 bands", "Write 3 labels", STUDY),
    ("DES-124", "cut: equal-counts", "cut: fixed", "bands:",
     "3 fixed bands need 2 limits, and there are 0", "limits", STUDY),
    ("DES-124", "cut: equal-counts", "cut: fixed, limits: [0.5]", "bands:", "there are 1",
     "limits", STUDY),
    ("DES-125", "cut: equal-counts", "cut: fixed, limits: [0.5, 0.4]", "bands:",
     "the limit 0.4 does not lie above 0.5", "low to high", STUDY),
    ("DES-126", "cut: equal-counts", "limits: [0.4, 0.5]", "bands:", "'equal-counts'",
     "cut: fixed", STUDY),
    ("DES-127", "labels: [low, middle, high]", "labels: [low, low, high]", "bands:",
     "the label 'low'", "its own", STUDY),
    ("DES-129", "cut: equal-counts", "error_sd: 0.1", "bands:", "'error_sd' is 0.1",
     "resample: error", STUDY),
]  # fmt: skip

CHOICES = [
    ("DES-140", "at_least: 3, at_most: 4", "at_least: 3, at_most: 2", "at_most: 2",
     "at least 3 and at most 2", "at most", STUDY),
    ("DES-141", "at_least: 6", "at_least: 7", "at_least: 7", "asks for 7, but only 6 are chosen",
     "Lower", STUDY),
    ("DES-142", "special, at_least: 1", "special, at_least: 4", "at_least: 4",
     "ask for 7 together, but only 6", "Lower", STUDY),
    ("DES-143", 'level: "yes"', 'level: "yes", any_of: [a]', "any_of",
     "both 'level' and 'any_of'", "several", STUDY),
    ("DES-144", ', level: "yes", at_least: 6', "", "willing", "neither 'at_least'", "remove",
     STUDY),
    ("DES-145", "level: special, at_least: 1", "level: primary, at_least: 1",
     "primary, at_least: 1", "'primary' of 'type'; the first is on line 122", "Join", STUDY),
    ("DES-146", '"100002"', '"100001"', "asked to", "also under 'vetoes' on line 119",
     "one of the two", STUDY),
    ("DES-147", "exclude: [{id: E09000001", "exclude: [{id: E06000053", "exclude",
     "'E06000053' stands twice under 'exclude'", "Keep one", STUDY),
    ("DES-148", "choose: 6\n", "choose: 1\n", "pins:", "2 units are pinned, and 1",
     "remove pins", STUDY),
    ("DES-149", "    per: band\n", "", "levels: [low, high]", "stage 'cases'", "Add 'per:'", STUDY),
    ("DES-150", "levels: [low, high]", "levels: [low, low]", "levels: [low, low]",
     "'low' stands twice", "once", STUDY),
    ("DES-151", "diverse: {region: 1, children: 0.5}", "diverse: {}", "diverse: {}",
     "stage 'cases'", "region: 1", STUDY),
    ("DES-152", "{attribute: band, missing: false}", "{attribute: band}", "{attribute: band}",
     "on 'band' names no value", "any_of", STUDY),
    ("DES-153", "{attribute: band, missing: false}",
     "{attribute: children, at_least: 5, at_most: 4}", "children, at_least: 5",
     "at_least 5 and for at_most 4", "No unit", STUDY),
    ("DES-153", "{attribute: band, missing: false}",
     "{attribute: band, is: low, any_of: [high]}", "any_of", "is 'low' and for any_of a list",
     "No unit", STUDY),
    ("DES-153", "{attribute: band, missing: false}", "{attribute: band, is: low, missing: true}",
     "is: low", "is 'low' and for missing true", "No unit", STUDY),
    ("DES-154", "diverse: {region: 1, children: 0.5}", "diverse: {region: 1, band: 1}",
     "diverse: {region", "per 'band'", "Remove it", STUDY),
    ("DES-160", "    source: england-upper-tier-2018\n", "", "  - id: areas",
     "frame 'areas' has neither", "england-upper-tier-2018", STUDY),
    ("DES-161", "    file: frames/schools.csv",
     "    file: frames/schools.csv\n    source: england-upper-tier-2018", "frame/x",
     "frame 'schools' has both", "Keep one", STUDY),
    ("DES-162", "    file: frames/schools.csv", "    source: england-upper-tier-2018",
     "    of: schools\n    source", "frame 'schools' is of schools", "of: areas", STUDY),
    ("DES-163", "    source: england-upper-tier-2018",
     "    source: england-upper-tier-2018\n    areas: schools", "    areas: schools",
     "names the areas 'schools'", "Remove 'areas'", STUDY),
    ("DES-164", "    source: england-upper-tier-2018\n    date: 2017-04-03",
     "    file: frames/bodies.csv\n    columns: {id: id}\n    date: 2017-04-03", None, None,
     None, STUDY),
    ("DES-166", "attributes: {type: type,", "attributes: {name: type,", "columns:",
     "named 'name'", "another name", STUDY),
    ("DES-167", "    source: england-upper-tier-2018",
     "    source: england-upper-tier-2018\n    columns: {id: id}", "columns: {id: id}",
     "'columns' is for files", "Remove 'columns'", STUDY),
    ("DES-168",
     "    columns: {id: urn, name: name, area: la, attributes: {type: type, pupils: pupils}}\n",
     "", "frames/schools.csv", "'frames/schools.csv' holds what", "Add 'columns:'", STUDY),
]  # fmt: skip

FILES = [
    ("DES-170", "frames/bodies.csv", "frames/bodeis.csv", "bodeis",
     "link 'linked' names the file 'frames/bodeis.csv'", "Did you mean 'bodies.csv'?", STUDY),
    ("DES-171", "instruments/education.yaml", "instruments/educaton.yaml", "educaton",
     "'instruments/educaton.yaml'", "Did you mean 'education.yaml'?", STUDY),
    ("DES-172", "intake/education.csv", "intake/educaton.csv", "educaton",
     "the intake of survey 'ask-education'", "Did you mean 'education.csv'?", STUDY),
    ("DES-172", "intake/contacts.csv", "intake/log.csv", "log.csv",
     "survey 'ask-education' names the file 'intake/log.csv'", "fieldwork", STUDY),
    ("DES-173", "frames/bodies.csv", "frames", "bodies:", "'frames', which is a folder",
     "file in it", STUDY),
    ("DES-173", "instruments/education.yaml", "instruments", "instrument: instruments\n",
     "'instruments', which is a folder", "file in it", STUDY),
    ("DES-174", "frames/bodies.csv", "frames\\bodies.csv", "bodies.csv", "on this machine only",
     "Copy the file", STUDY),
    ("DES-175", "frames/bodies.csv", "https://example.org/bodies.csv", "https",
     "the address 'https://example.org/bodies.csv'", "Save the file", STUDY),
    ("DES-175", "instruments/education.yaml", "https://example.org/e.yaml", "https",
     "the address", "Save the file", STUDY),
    ("DES-176", "education.csv, format: csv", "education.csv, format: sav", "format: sav",
     "of format 'sav', but the file is 'intake/education.csv'", "format: csv", STUDY),
    ("DES-177", "{file: intake/social-care.csv, area_name: authority}",
     "{file: intake/education.csv, area_name: authority, items: {sc-1: q1}}", "items: {sc-1",
     "from columns of 'intake/education.csv', as survey 'ask-education' does",
     "under 'items'", STUDY),
    ("DES-178", "intake/schools.csv", "intake/simulated.csv", "simulated.csv",
     "'intake/simulated.csv'", "simulated: true", STUDY),
]  # fmt: skip

# Faults that cannot but come along, since one change breaks two rules.
ALONG = {
    ("DES-060", "  - id: measured"): {"DES-067"},
    ("DES-061", "{id: two, title: Second"): {"DES-073"},
    ("DES-062", "{id: school, title: Schools}"): {"DES-071"},
    ("DES-063", "- id: trust"): {"DES-074"},
    ("DES-163", "    source: england-upper-tier-2018"): {"DES-070"},
    ("DES-085", "opens: 2017-10-02"): {"DES-087"},
    ("DES-088", "agency: school\n"): set(),
    ("DES-122", "{education: ed-3, social-care: sc-3}"): {"DES-103"},
    ("DES-148", "choose: 6\n"): {"DES-141", "DES-142"},
    ("DES-174", "frames/bodies.csv"): {"DES-170"},
    ("DES-178", "intake/schools.csv"): {"DES-172"},
    ("DES-080", "  ends: 2019-03-31"): set(),
    ("DES-110", "    to: schools"): {"DES-114"},
    ("DES-171", "instruments/education.yaml"): set(),
    ("DES-162", "    file: frames/schools.csv"): {"DES-167"},
}

# Changes that need more than one place: the case's code to the changes.
CONSTRUCTS = """\
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
"""
ASKED = """\
questions:
  - {id: willing, text: "May we come?", kind: choice, options: {1: "yes", 2: "no"}}
"""
EARLY = """\
  - {id: early, kind: select, from: areas, choose: 1, diverse: {region: 1},
     attributes_from: [measured]}
  - id: ask-education
"""
AGAIN = """\
  - {id: again, kind: survey, agency: education, instrument: instruments/education.yaml,
     of: areas, opens: 2018-01-01, closes: 2018-02-01, intake: {file: links.csv, area: la}}
  - id: linked
"""
SOME = "  - {id: some, kind: select, from: schools, choose: 1, diverse: {type: 1}}\n"
PINS = 'reason: asked to}, {id: "100009", reason: too}]'
SEVERAL = {
    "DES-121": ((CONSTRUCTS, ""), ("    constructs: [sharing, trust]\n", "")),
    "DES-105": ((ASKED, "questions: []\n", "instruments/school.yaml"),),
    "DES-111": (
        ("  - id: linked\n", AGAIN),
        ("[ask-education, ask-social-care]", "[ask-education, again, ask-social-care]"),
    ),
    "DES-069": (("  - id: ask-education\n", EARLY),),
    "DES-148": (("choose: 6\n", "choose: 1\n"), ("reason: asked to}]", PINS)),
}

EVERY = [*REFERENCES, *DATES, *ITEMS, *EVIDENCE, *CHOICES, *FILES]
# These stand in tests of their own below.
OWN = ("DES-114", "DES-161", "DES-164")


CASES = [case for case in EVERY if case[0] not in OWN]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_is_said_of_the_rules(tried, gapless, case):
    code, old, new, marker, what, remedy, file = case
    found = tried(*SEVERAL.get(code, ((old, new, file),)))
    along = ALONG.get((code, old), set())
    faults = [fault for fault in found.faults if fault.code not in along]
    assert [fault.code for fault in faults] == [code], [str(fault) for fault in found.faults]
    (fault,) = faults
    assert fault.where.file == file
    assert fault.where.line == found.line(marker, file)
    assert what in fault.what
    assert remedy in fault.remedy
    gapless(fault)
    only_warnings = all(each.is_warning for each in found.faults)
    assert (found.study is not None) == only_warnings


def test_within_must_choose_units_of_the_same_frame(tried, gapless):
    """An area frame lies in nothing, so a choice of schools cannot narrow it."""
    found = tried(
        (
            "  - id: linked",
            SOME + "  - id: linked",
        ),
        ("    to: areas\n", "    to: areas\n    within: some\n"),
    )
    (fault,) = found.faults
    assert fault.code == "DES-114"
    assert "names 'some', which chooses from 'schools', not 'areas'" in fault.what
    assert fault.where.line == found.line("within: some")
    gapless(fault)


def test_frame_from_two_places(tried, gapless):
    found = tried(
        (
            "    source: england-upper-tier-2018",
            "    source: england-upper-tier-2018\n    file: links.csv\n    columns: {id: i}",
        )
    )
    (fault,) = found.faults
    assert fault.code == "DES-161"
    assert "'areas' has both" in fault.what
    assert fault.where.line == found.line("source: england")
    gapless(fault)


def test_areas_must_be_a_frame_of_areas(tried, gapless):
    found = tried(("    areas: areas", "    areas: schools"))
    codes = [fault.code for fault in found.faults]
    assert codes[0] == "DES-070"  # it names itself
    other = (
        "  - {id: more, kind: frame, of: schools, file: links.csv, columns: {id: a},\n"
        "     date: 2018-01-01}\n"
    )
    found = tried(
        ("  - id: schools\n", other + "  - id: schools\n"), ("areas: areas", "areas: more")
    )
    fault = next(each for each in found.faults if each.code == "DES-164")
    assert "'more', which is a frame of schools" in fault.what
    assert fault.where.line == found.line("areas: more")
    gapless(fault)


def test_two_instruments_of_one_id_and_version(tried, gapless):
    found = tried(("id: social-care", "id: education", SC), ('version: "2"', 'version: "1.10"', SC))
    (fault,) = found.faults
    assert fault.code == "DES-066"
    assert "instrument 'education' in version '1.10'" in fault.what
    assert (fault.where.file, fault.where.line) == (SC, 1)
    gapless(fault)


def test_stage_that_reads_itself(tried):
    found = tried(("    within: cases\n    opens", "    within: ask-schools\n    opens"))
    assert "DES-070" in found.codes
    fault = next(each for each in found.faults if each.code == "DES-070")
    assert "ask-schools reads ask-schools" in fault.what


def test_files_beside_the_folder_are_fine(tried):
    found = tried(("frames/bodies.csv", "../elsewhere/bodies.csv"))
    assert found.codes == ["DES-170"]
    place = found.folder.parent / "elsewhere"
    place.mkdir(exist_ok=True)
    (place / "bodies.csv").write_text("body\n")
    from consilience.design.read import find_faults

    assert find_faults(found.folder)[1] == []


def test_names_no_system_takes_are_told_as_not_there(tried):
    assert tried(("frames/bodies.csv", "f" * 5000 + ".csv")).codes == ["DES-170"]


def test_orcid_with_an_x():
    from consilience.design.check_items import is_orcid

    assert is_orcid("0000-0002-9079-593X")
    assert is_orcid("https://orcid.org/0000-0002-1694-233X")
    assert not is_orcid("0000-0002-9079-5931")
    assert not is_orcid("0000000290795930")
