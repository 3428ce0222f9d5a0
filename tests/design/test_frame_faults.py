"""What is said of a study that does not fit its frames."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consilience.design.check import FrameFacts, check_frames
from consilience.design.gather import positions_of
from consilience.design.positions import NOWHERE

AREAS = FrameFacts(
    size=150,
    levels={
        "region": {"north": 50, "south": 100},
        "kind-of": {"county": 30, "city": 120},
        "area": {},
    },
    numeric=frozenset({"children"}),
    ids=frozenset({"E06000001", "E06000002"}),
)
SCHOOLS = FrameFacts(
    size=40,
    levels={"type": {"primary": 30, "special": 2}, "area": {"E06000001": 25, "E06000002": 15}},
    numeric=frozenset({"pupils"}),
    ids=frozenset({"100001", "100002", "100003"}),
)
FRAMES = {"areas": AREAS, "schools": SCHOOLS}

# Code; old text and new; text on the line the fault points at; text in what; text in remedy.
CASES = [
    ("DES-190", "by: [region, kind-of]", "by: [regoin, kind-of]", "regoin",
     "'by' of stage 'linked' names the attribute 'regoin'", "Did you mean 'region'?"),
    ("DES-190", "diverse: {region: 1,", "diverse: {religion: 1,", "religion",
     "'religion', which 'areas' does not have",
     "band, band_probability, children, congruence, kind-of, region."),
    ("DES-190", "prefer: band_probability", "prefer: probability", "prefer: probability",
     "'prefer' of stage 'cases'", "The attributes are"),
    ("DES-190", "per: band", "per: bands", "per: bands", "'per' of stage 'cases'",
     "Did you mean 'band'?"),
    ("DES-190", "where: [{attribute: band,", "where: [{attribute: bnd,", "bnd",
     "the condition names the attribute 'bnd'", "Did you mean 'band'?"),
    ("DES-190", "attribute: willing", "attribute: wiling", "wiling",
     "the quota names the attribute 'wiling'", "Did you mean 'willing'?"),
    ("DES-191", "level: primary", "level: primry", "level: primry",
     "'primry', and no unit of 'schools' has it in 'type'", "Did you mean 'primary'?"),
    ("DES-191", "levels: [low, high]", "levels: [low, highest]", "highest", "'highest'",
     "low, middle, high"),
    ("DES-191", "{attribute: band, missing: false}",
     "{attribute: region, any_of: [north, easter]}", "easter", "'easter'", "north, south"),
    ("DES-191", "{attribute: band, missing: false}", "{attribute: region, is: 1}", "is: 1}",
     "the level 1", "north, south"),
    ("DES-192", 'pins: [{id: "100001"', 'pins: [{id: "100009"', "100009",
     "'pins' of stage 'case-schools' names the unit '100009'", "Did you mean '10000"),
    ("DES-192", "not_eligible: [{id: E06000001", "not_eligible: [{id: E06000009", "E06000009",
     "'not_eligible' of stage 'ask-social-care'", "Did you mean"),
    ("DES-193", "choose: 6\n", "choose: 41\n", "choose: 41",
     "chooses 41, and 'schools' has 40 units", "Choose fewer"),
    ("DES-193", "choose: 6\n", "per: area\n    choose: 26\n", "choose: 26",
     "chooses 26 per area", "Choose fewer"),
    ("DES-194", "special, at_least: 1", "special, at_least: 3", "special, at_least: 3",
     "3 of 'special' in 'type', and 'schools' has 2", "falls short"),
    ("DES-194", "level: special, at_least: 1", "any_of: [special], at_least: 3",
     "any_of: [special]", "3 of 'special'", "falls short"),
    ("DES-194", "level: special, at_least: 1", "at_least: 3", "type, at_least: 3",
     "3 of 'special'", "falls short"),
    ("DES-195", "    from: schools\n    within: cases\n", "    from: schools\n    per: type\n",
     "choose: 16", "chooses 16 per 'type', and 'special' has 2", "widen"),
    ("DES-196", "{attribute: band, missing: false}", "{attribute: region, at_least: 3}",
     "at_least: 3}]", "'at_least' is on 'region' of 'areas', which holds words", "north, south"),
    ("DES-197", "prefer: band_probability", "prefer: region", "prefer: region",
     "'region', which holds words", "band_probability, children, congruence"),
    ("DES-198", "attribute: type, level: special", "attribute: pupils, level: special",
     "attribute: pupils", "'pupils' counts levels", "area, type"),
    ("DES-199", "per: band", "per: children", "per: children",
     "per 'children', which is a number", "kind-of, region"),
]  # fmt: skip

MORE = {"DES-195": (("choose: 6\n", "choose: 16\n"),)}


@pytest.mark.parametrize(("code", "old", "new", "marker", "what", "remedy"), CASES)
def test_what_is_said_against_the_frames(tried, gapless, code, old, new, marker, what, remedy):
    found = tried((old, new), *MORE.get(code, ()))
    assert found.study is not None, found.codes
    faults = check_frames(found.study, found.folder, FRAMES)
    assert [fault.code for fault in faults] == [code], [str(fault) for fault in faults]
    (fault,) = faults
    assert fault.where.line == found.line(marker)
    assert what in fault.what
    assert remedy in fault.remedy
    gapless(fault)


def test_sound_study_fits_its_frames(tried):
    found = tried()
    assert check_frames(found.study, found.folder, FRAMES) == []
    assert check_frames(found.study, positions_of(found.folder), FRAMES) == []


def test_places_are_not_needed(tried):
    found = tried(("by: [region, kind-of]", "by: [regoin, kind-of]"))
    (fault,) = check_frames(found.study, NOWHERE, FRAMES)
    assert fault.code == "DES-190"
    assert str(fault.where) == ""


def test_frames_that_are_not_known_are_passed_over(tried):
    found = tried(("by: [region, kind-of]", "by: [regoin, kind-of]"))
    assert check_frames(found.study, found.folder, {"schools": SCHOOLS}) == []


def test_exclusions_are_looked_up_where_it_is_known_who_was_left_out(tried, gapless):
    found = tried()
    facts = replace(AREAS, excluded=frozenset({"E09000001"}))
    (fault,) = check_frames(found.study, found.folder, {"areas": facts})
    assert fault.code == "DES-192"
    assert "'exclude' of frame 'areas' names the unit 'E06000053'" in fault.what
    gapless(fault)


def test_answers_of_several_surveys_are_called_by_agency(tried):
    """As the desk names the columns: agency, underscore, question."""
    found = tried(("attributes_from: [measured]", "attributes_from: [measured, linked]"))
    study = found.study.model_dump(by_alias=True)
    assert study["stages"][6]["attributes_from"] == ("measured", "linked")
    named = tried(
        ("attributes_from: [measured]", "attributes_from: [measured, linked]"),
        ("diverse: {region: 1, children", "diverse: {education_ed-4: 1, children"),
    )
    assert check_frames(named.study, named.folder, FRAMES) == []
    bare = tried(
        ("attributes_from: [measured]", "attributes_from: [measured, linked]"),
        ("diverse: {region: 1, children", "diverse: {ed-4: 1, children"),
    )
    assert [fault.code for fault in check_frames(bare.study, bare.folder, FRAMES)] == ["DES-190"]
