"""Do our gates agree with CESSDA's profiles and with the cases of its validator?"""

from __future__ import annotations

import dataclasses

import pytest
from lxml import etree

from consilience.base.errors import Fault
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Method,
    Moment,
    Place,
    Record,
    Term,
    Text,
)
from consilience.formats.metadata.profile import (
    Constraint,
    Gate,
    Kind,
    Profile,
    catalogue_profile,
    profile_for,
)
from consilience.formats.metadata.profile_check import check_profile
from consilience.formats.metadata.profile_read import read_profile
from consilience.formats.metadata.vocabularies import vocabulary

OFFICIAL = {
    "2.5": ("CDC_2.5_PROFILE/cdc25_profile.xml", 98),
    "2.6": ("CDC_2.6_PROFILE/cdc26_profile.xml", 94),
    "1.2.2": ("CDC_1.2.2_PROFILE/cdc_122_profile.xml", 97),
}


def codebook(inside="", attributes=""):
    """Return a record of one element, to hold against a profile."""
    text = (
        f'<codeBook xmlns="ddi:codebook:2_5" {attributes}><stdyDscr>{inside}</stdyDscr></codeBook>'
    )
    return etree.fromstring(text)


def profile(path, kind, **more):
    """Return a profile of one constraint below stdyDscr."""
    steps = "/".join(step if step.startswith("@") else f"ddi:{step}" for step in path.split("/"))
    constraint = Constraint(path=f"/ddi:codeBook/ddi:stdyDscr/{steps}", kind=kind, **more)
    return Profile(name="one", namespaces=(("ddi", "ddi:codebook:2_5"),), constraints=(constraint,))


def codes(report, gate=None):
    return [fault.code for fault in report.faults(gate)]


@pytest.mark.shared
@pytest.mark.parametrize("version", OFFICIAL)
def test_our_table_is_the_official_profile(shared, version):
    file, count = OFFICIAL[version]
    official = read_profile((shared / "data/archive/profiles" / file).read_bytes(), name=file)
    ours = catalogue_profile(version)
    asked = [each for each in ours.constraints if each.kind is not Kind.CODED]
    assert len({each.path for each in official.constraints}) == count
    assert sorted(map(str, asked)) == sorted(map(str, official.constraints))
    assert ours.name == official.name
    assert dict(ours.namespaces) == dict(official.namespaces)


@pytest.mark.shared
def test_every_published_profile_is_read(shared):
    files = sorted((shared / "data/archive/profiles").glob("*_PROFILE/*.xml"))
    assert len(files) == 7
    for file in files:
        assert read_profile(file.read_bytes(), name=file.name).constraints


# The folder of a case, its gate, and for each record whether it passes there. The record
# "ex12invalid" fails by a node that is not in the profile, which only the gate strict asks for.
CASES = [
    ("MandatoryNodeConstraintTest", Gate.BASIC),
    ("MandatoryNodeIfParentPresentConstraintTest", Gate.BASIC),
    ("NotBlankNodeConstraintTest", Gate.BASIC),
    ("CodeValueOfControlledVocabularyConstraintTest", Gate.BASIC_PLUS),
    ("DescriptiveTermOfControlledVocabularyConstraintTest", Gate.BASIC_PLUS),
    ("RecommendedNodeConstraintTest", Gate.STANDARD),
    ("FixedValueNodeConstraintTest", Gate.EXTENDED),
    ("OptionalNodeConstraintTest", Gate.EXTENDED),
]


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "gate"), CASES)
def test_cases_of_the_validator_pass_or_fail_as_they_say(shared, folder, gate):
    cases = shared / "data/archive/profiles/cmv-constraint-tests" / folder
    (file,) = cases.rglob("*profile.xml")
    asked = read_profile(file.read_bytes(), name=file.name)
    records = sorted(cases.rglob("*-document-*.xml"))
    assert any("invalid" in each.name for each in records)
    assert any("invalid" not in each.name for each in records)
    for each in records:
        report = check_profile(etree.parse(each).getroot(), asked, gate=gate)
        assert report.passes() is ("invalid" not in each.name), each.name


@pytest.mark.shared
def test_cases_that_only_the_strict_gate_refuses(shared):
    cases = shared / "data/archive/profiles/cmv-constraint-tests"
    often = read_profile(
        (cases / "MaximumElementOccurrenceConstraintTest/profile.xml").read_bytes(), name="p"
    )
    for name, wanted in (("good-case", []), ("bad-case", ["FMT-343"])):
        file = cases / f"MaximumElementOccurrenceConstraintTest/{name}.xml"
        report = check_profile(etree.parse(file).getroot(), often, gate=Gate.STRICT)
        assert [each for each in codes(report) if each == "FMT-343"] == wanted
    folder = cases / "OptionalNodeConstraintTest/ddi-v25"
    optional = read_profile((folder / "12-profile.xml").read_bytes(), name="p")
    record = etree.parse(folder / "cdc25_GESIS_ZA2800_ex12invalid.xml").getroot()
    report = check_profile(record, optional, gate=Gate.STRICT)
    assert report.passes(Gate.EXTENDED)
    assert not report.passes()
    told = [fault.what for fault in report.faults() if fault.code == "FMT-344"]
    assert any("titlStmt/altTitl" in each for each in told)


@pytest.mark.shared
def test_real_records_fail_by_what_they_lack(shared):
    def failing(name, kind):
        record = next(etree.parse(shared / "data/ddi25" / name).getroot().iter("{*}codeBook"))
        report = check_profile(record, profile_for(record), gate=Gate.BASIC)
        return sum(bool(each.faults) for each in report.results if each.constraint.kind is kind)

    for name, mandatory, beside in (
        ("dataverse-exportfull.xml", 3, 9),
        ("oai-ukds-6684.xml", 3, 10),
        ("seed-854716-reconstructed.xml", 0, 0),
        ("cmv-console-valid.xml", 0, 0),
    ):
        assert failing(name, Kind.MANDATORY) == mandatory, name
        assert failing(name, Kind.MANDATORY_IF_PARENT) == beside, name


@pytest.mark.shared
def test_a_record_inside_an_oai_answer_is_checked_as_alone(shared):
    folder = shared / "data/ddi25"
    reports = []
    for name in ("seed-854716-oai-record.xml", "seed-854716-reconstructed.xml"):
        record = next(etree.parse(folder / name).getroot().iter("{*}codeBook"))
        reports.append(check_profile(record, profile_for(record), gate=Gate.STRICT))
    assert codes(reports[0]) == codes(reports[1])
    assert len(codes(reports[0])) > 20


def test_a_fault_says_where_what_and_what_to_do():
    record = codebook("\n<citation>\n<titlStmt/></citation>")
    report = check_profile(record, profile("citation/titlStmt/titl", Kind.MANDATORY), file="r.xml")
    (fault,) = report.faults()
    assert (fault.code, fault.where.file, fault.where.line) == ("FMT-334", "r.xml", 1)
    assert "stdyDscr/citation/titlStmt/titl" in fault.what
    assert fault.remedy == "Add <titl> in <titlStmt>."


def test_blank_counts_as_missing_and_is_told_apart():
    asked = profile("abstract", Kind.RECOMMENDED)
    assert codes(check_profile(codebook(), asked)) == ["FMT-337"]
    assert codes(check_profile(codebook("<abstract> \n </abstract>"), asked)) == ["FMT-335"]
    assert codes(check_profile(codebook("<abstract><p>a</p></abstract>"), asked)) == []


def test_each_parent_needs_its_child():
    asked = profile("IDNo/@agency", Kind.MANDATORY_IF_PARENT)
    assert check_profile(codebook(), asked).passes()
    two = codebook('<IDNo agency="a">1</IDNo><IDNo>2</IDNo><IDNo agency=" ">3</IDNo>')
    assert codes(check_profile(two, asked)) == ["FMT-336", "FMT-335"]
    below = profile("anlyUnit/concept", Kind.MANDATORY_IF_PARENT)
    assert codes(check_profile(codebook("<anlyUnit/>"), below)) == ["FMT-336"]


def test_gates_ask_more_and_more():
    asked = profile("abstract", Kind.OPTIONAL)
    assert check_profile(codebook(), asked, gate=Gate.STANDARD).results == ()
    report = check_profile(codebook(), asked, gate=Gate.EXTENDED)
    assert codes(report) == ["FMT-338"]
    assert report.passes(Gate.STANDARD)
    assert [gate for gate in Gate if Gate.STANDARD.covers(gate)] == list(Gate)[:3]


def test_only_the_value_of_the_profile_is_allowed():
    asked = profile("concept/@vocab", Kind.FIXED, value="DDI Time Method")
    record = codebook('<concept vocab="DDI Time Method"/><concept vocab="Time"/>')
    assert codes(check_profile(record, asked, gate=Gate.EXTENDED)) == ["FMT-339"]


def coded(inside):
    record = codebook(f"<stdyInfo><sumDscr>{inside}</sumDscr></stdyInfo>")
    asked = catalogue_profile("2.5")
    report = check_profile(record, asked, gate=Gate.BASIC_PLUS)
    return [
        fault.code
        for each in report.results
        if each.constraint.kind is Kind.CODED
        for fault in each.faults
    ]


def test_our_basic_plus_looks_up_codes_of_vocabularies_that_a_record_names():
    def unit(code, **names):
        given = " ".join(f'{name}="{value}"' for name, value in names.items())
        return f"<anlyUnit><concept {given}>{code}</concept></anlyUnit>"

    named = {"vocab": "DDI Analysis Unit"}
    assert coded(unit("Individual", **named)) == []
    assert coded(unit("Person", **named)) == ["FMT-340"]
    assert coded(unit("Person", vocab="Our own list")) == []
    old = {"vocabURI": "urn:ddi:int.ddi.cv:AnalysisUnit:1.0"}
    assert coded(unit("TextUnit", **old)) == ["FMT-345"]


def test_a_topic_may_be_a_term_or_a_code_and_counts_by_its_address():
    def topic(word, language="en", uri="urn:ddi:int.cessda.cv:TopicClassification:4.1"):
        inside = f'<topcClas xml:lang="{language}" vocabURI="{uri}">{word}</topcClas>'
        record = codebook(f"<stdyInfo><subject>{inside}</subject></stdyInfo>")
        report = check_profile(record, catalogue_profile("2.5"), gate=Gate.BASIC_PLUS)
        wanted = [each for each in report.results if each.constraint.kind is Kind.CODED]
        return [fault.code for each in wanted for fault in each.faults]

    assert topic("Demography.Censuses") == []
    assert topic("Censuses") == []
    assert topic("Census") == ["FMT-342"]
    assert topic("Volkszählungen", "de") == ["FMT-345"]
    assert topic("Census", uri="https://example.org/topics") == []


def test_a_record_of_another_namespace_has_no_profile_here():
    with pytest.raises(Fault) as caught:
        profile_for(etree.fromstring("<codeBook/>"))
    assert caught.value.code == "FMT-333"


def used(path, more=""):
    return (
        f'<pr:DDIProfile xmlns:pr="ddi:ddiprofile:3_2" xmlns:r="ddi:reusable:3_2">'
        f'<pr:Used xpath="{path}" isRequired="true">{more}</pr:Used></pr:DDIProfile>'
    ).encode()


def instructions(text):
    return f"<pr:Instructions><r:Content>{text}</r:Content></pr:Instructions>"


BROKEN = [
    b"<other/>",
    b'<pr:DDIProfile xmlns:pr="ddi:ddiprofile:3_2"/>',
    used("/a[b]"),
    used("/a b"),
    used("a"),
]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_profile_is_refused(data):
    with pytest.raises(Fault) as caught:
        read_profile(data, name="p.xml")
    assert caught.value.code == "FMT-332"


def test_a_profile_whose_instructions_are_broken_is_refused():
    with pytest.raises(Fault) as caught:
        read_profile(used("/a", instructions("&lt;Constraints&gt;")), name="p.xml")
    assert caught.value.code == "FMT-300"


def full_record():
    """Return a record that says what the profile asks for first."""

    def words(value):
        return (Text(value=value, language="en"),)

    def term(name, code):
        return (vocabulary(name).term(code),)

    return Record(
        titles=words("Schools"),
        identifiers=(Identifier(value="10.5072/schools", agency="DOI"),),
        holdings=(Holding(uri="https://doi.org/10.5072/schools", language="en"),),
        creators=(Agent(name="Green, A", language="en"),),
        publishers=(Agent(name="An Archive", language="en"),),
        published="2021-03-04",
        grants=(Grant(funder="A Council", number="7", language="en"),),
        keywords=(Term(value="schools", vocabulary="ELSST", language="en"),),
        topics=term("TopicClassification", "Demography.Censuses"),
        abstract=words("What it is about."),
        collection=(Moment(date="2017", event="start", language="en"),),
        nations=(Place(value="United Kingdom", code="GB", language="en"),),
        units=term("AnalysisUnit", "Individual"),
        method=Method(
            time=term("TimeMethod", "CrossSection"),
            sampling=term("SamplingProcedure", "Nonprobability.Purposive"),
            modes=term("ModeOfCollection", "Interview.FaceToFace"),
        ),
        access=Access(statement=words("To registered users.")),
        language="en",
    )


@pytest.mark.parametrize("version", ["2.5", "2.6"])
def test_what_we_write_passes_and_names_its_vocabularies_as_the_profile_wants(version):
    record = etree.fromstring(write_ddi(full_record(), version=version))
    report = check_profile(record, profile_for(record), gate=Gate.EXTENDED)
    assert report.passes(Gate.BASIC_PLUS)
    assert report.faults(Gate.BASIC_PLUS) == ()
    assert "FMT-339" not in codes(report)
    wrong = dataclasses.replace(
        full_record(), units=(Term(value="P", code="Person", vocabulary="DDI Analysis Unit"),)
    )
    record = etree.fromstring(write_ddi(wrong, version=version))
    report = check_profile(record, profile_for(record), gate=Gate.BASIC_PLUS)
    assert codes(report) == ["FMT-340"]


def test_a_code_and_a_term_need_the_address_of_their_vocabulary():
    uri = 'vocabURI="urn:ddi:int.ddi.cv:AnalysisUnit:2.1"'
    for kind, path, good, bad in (
        (Kind.CODE, "u/concept", f"<concept {uri}>Individual</concept>", "<concept>A</concept>"),
        (Kind.TERM, "u", f"Individual<concept {uri}>Individual</concept>", "Individual<concept/>"),
    ):
        asked = profile(path, kind)
        assert codes(check_profile(codebook(f"<u>{good}</u>"), asked)) == []
        assert codes(check_profile(codebook(f"<u>{bad}</u>"), asked)) == ["FMT-341"]
