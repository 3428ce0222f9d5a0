"""What is said of a stage of importance that asks for what cannot be computed."""

import pytest

# Code; the keys of the stage; text on the line of the fault; text in what; text in remedy.
CASES = [
    ("DES-074", "outcome: trusts, frame: areas, attributes: [region, type]", "outcome: trusts",
     "'trusts'", "Did you mean 'trust'?"),
    ("DES-130", "outcome: trust, constructs: [sharing, trust]", "constructs: [sharing, trust]}",
     "the outcome 'trust' as a predictor", "Take it out"),
    ("DES-131", "outcome: trust", "outcome: trust", "1 predictors to compare (sharing)",
     "Name two or more"),
    ("DES-132", "outcome: trust, frame: areas, attributes: [children, region], always: [type]",
     "always: [type]", "names 'type'", "sharing, children, region"),
    ("DES-133", "outcome: trust, frame: areas, attributes: [children], model: logit",
     "model: logit", "the model 'logit'", "'model: logit'"),
    ("DES-133", "outcome: trust, frame: areas, attributes: [children], success_from: 0.5",
     "success_from", "the model 'linear'", "leave it out"),
    ("DES-134", "outcome: trust, frame: areas, attributes: [children], agencies: [school]",
     "agencies: [school]", "the answers of 'school'", "education, social-care"),
    ("DES-136", "outcome: trust, attributes: [children]", "attributes: [children]",
     "that 'linked' links answers to", "frame: areas"),
    ("DES-136", "outcome: trust, frame: schools, attributes: [pupils]", "frame: schools",
     "that 'linked' links answers to", "frame: areas"),
]  # fmt: skip
STAGE = "  - {id: drivers, kind: importance, of: linked, %s}\n  - id: cases\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_is_said_of_a_stage(tried, gapless, case):
    code, keys, marker, what, remedy = case
    found = tried(("  - id: cases\n", STAGE % keys))
    faults = {fault.code: fault for fault in found.faults}
    assert code in faults, [str(fault) for fault in found.faults]
    assert set(faults) <= {code, "DES-131"}
    assert faults[code].where.line == found.line(marker)
    assert what in faults[code].what
    assert remedy in faults[code].remedy
    gapless(faults[code])
    assert found.study is None


def test_a_construct_that_one_informant_was_not_asked(tried, gapless):
    found = tried(
        ("  - id: cases\n", STAGE % "outcome: trust, frame: areas, attributes: [children]"),
        ("{education: ed-3, social-care: sc-3}", "{education: ed-3}"),
    )
    fault = next(each for each in found.faults if each.code == "DES-135")
    assert "construct 'trust', which was not asked of social-care" in fault.what
    assert fault.where.line == found.line("id: drivers")
    gapless(fault)


def test_a_sound_stage(tried):
    keys = "outcome: trust, frame: areas, attributes: [children, region], always: [children]"
    found = tried(("  - id: cases\n", STAGE % keys))
    assert found.codes == []
    assert found.study.stage("drivers").model == "linear"
