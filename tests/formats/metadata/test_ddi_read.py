"""Other people's DDI is read whatever its faults, and what is not carried is listed."""

import datetime as dt

import pytest

from consilience.base.errors import Fault
from consilience.formats.metadata.ddi_read import read_ddi, records_in
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import (
    Agent,
    Category,
    Grant,
    Holding,
    Identifier,
    Level,
    Moment,
    Place,
    Term,
    Text,
    Work,
)

SPACE = "ddi:codebook:2_5"


def book(study="", rest="", *, space=SPACE):
    """Return a codeBook around the content of a study description."""
    opened = f'<codeBook xmlns="{space}" version="2.5">'
    return f"{opened}<stdyDscr>{study}</stdyDscr>{rest}</codeBook>".encode()


def cited(inside, *, title='<titlStmt><titl xml:lang="en">T</titl></titlStmt>'):
    return book(f"<citation>{title}{inside}</citation>")


def record(data):
    return read_ddi(data, name="x.xml").record


def codes(data):
    return [fault.code for fault in read_ddi(data, name="x.xml").faults]


def lost(data):
    return {(each.path, each.count) for each in read_ddi(data, name="x.xml").lost}


# --- real files -----------------------------------------------------------------------------------


@pytest.fixture
def real(shared):
    return lambda name: (shared / "data/ddi25" / name).read_bytes()


@pytest.mark.shared
def test_every_real_record_is_read_and_stays_the_same_when_written(shared):
    read = {}
    for file in sorted((shared / "data/ddi25").glob("*.xml")):
        if file.name == "oai-record-with-error.xml":
            continue
        for entry in records_in(file.read_bytes(), name=file.name):
            read.setdefault(file.name, []).append(entry)
            if entry.read is not None:
                written = write_ddi(entry.read.record)
                assert record(written) == entry.read.record, file.name
    assert len(read) == 18
    assert sum(each.read is not None for entries in read.values() for each in entries) == 18


@pytest.mark.shared
def test_the_record_of_the_first_study(real):
    read = read_ddi(real("seed-854716-oai-record.xml"), name="seed")
    found = read.record
    assert (read.faults, read.lost, read.version) == ((), (), "2.5")
    assert read.envelope.identifier.startswith("04a07f48693acc7be5cd")
    assert read.envelope.sets == ("language:en",)
    assert found.identifiers[1] == Identifier(value="10.5255/UKDA-SN-854716", agency="datacite")
    assert found.creators[0].name == "Manthorpe, J, King's College London"
    assert found.grants == (Grant(funder="Economic and Social Research Council", language="en"),)
    assert found.nations == (Place(value="United Kingdom", code="GB", language="en"),)
    assert [kind.value for kind in found.data_kinds] == ["Numeric", "Text"]
    assert found.published == "2021-01-01"
    assert found.document_holdings == ()
    assert found.holdings == (Holding(uri="https://doi.org/10.5255/UKDA-SN-854716", language="en"),)


@pytest.mark.shared
def test_nesstar_without_a_namespace_below_its_root(real):
    read = read_ddi(real("nesstar-NSD1367.xml"), name="nsd")
    found = read.record
    assert read.version == "1.2.2"
    assert found.language == "en"
    assert found.titles[0].value.startswith("Diet Habits Among Youths. Nutritional")
    assert "\n" not in found.titles[0].value
    assert found.collection == (
        Moment(date="1989", event="start", language="en"),
        Moment(date="1990", event="end", language="en"),
    )
    paths = {each.path for each in read.lost}
    assert "stdyDscr/dataAccs/setAvail/accsPlac" in paths


@pytest.mark.shared
def test_out_of_order_and_two_languages(real):
    read = read_ddi(real("gesis-5100.xml"), name="gesis")
    assert [title.language for title in read.record.titles] == ["en", "de"]
    assert len(read.record.publishers) == 2
    told = [(fault.code, fault.where.line, fault.values["element"]) for fault in read.faults]
    assert told[0] == ("FMT-311", 32, "distrbtr")
    assert [code for code, _, _ in told] == ["FMT-311", "FMT-319", "FMT-311", "FMT-311", "FMT-311"]


@pytest.mark.shared
def test_web_pages_in_words(real):
    read = read_ddi(real("ukds-7481.xml"), name="ukds")
    abstract = read.record.abstract[0].value
    assert abstract.startswith("Abstract copyright UK Data Service and data collection")
    assert "not included in I-CeM" in abstract
    assert "I-CeM Guide (https://www1.essex.ac.uk/" in abstract
    assert read.record.access.level is Level.SAFEGUARDED
    assert read.record.access.permission == ()
    assert "FMT-313" in {fault.code for fault in read.faults}
    assert read.record.deposited == "2018-09-06"


@pytest.mark.shared
def test_variables_in_two_languages_are_taken_in_that_of_the_title(real):
    read = read_ddi(real("fsd-3307.xml"), name="fsd")
    assert len(read.record.variables) == 78
    mode = read.record.variables[3]
    assert (mode.id, mode.name, mode.label) == ("V4", "BV1", "[bv1] Collection method")
    assert [each.label for each in mode.categories] == ["Face to face", "Telephone"]
    assert ("dataDscr/var/labl", 78) in {(each.path, each.count) for each in read.lost}
    assert [file.name for file in read.record.files] == ["daF3307.por", "daF3307e.por"]


@pytest.mark.shared
def test_links_of_persons_and_several_concepts(real):
    read = read_ddi(real("oai-synthetic-compliant-cmm.xml"), name="cmm")
    person = read.record.creators[-1]
    assert person.name == "Synthetic PIDs"
    assert [each.agency for each in person.identifiers] == ["ORCID", "ROR"]
    assert read.record.method.time[0] == Term(
        value="DE: This is the term",
        code="DE: This is the Id",
        vocabulary="DE: DDI Time Method 1",
        vocabulary_uri="http://de-lod.data-archive.ac.uk",
    )
    assert not any("excluded" in each.value for each in read.record.universe)
    assert {"FMT-315", "FMT-318", "FMT-311"} <= {fault.code for fault in read.faults}
    assert read.record.works[-1].citation == "This should be present"
    assert read.record.works[-1].date == "2025-06-19"


@pytest.mark.shared
def test_publications_and_licence_as_dataverse_writes_them(real):
    full = record(real("dataverse-exportfull.xml"))
    first = next(work for work in full.works if work.relation == "publication")
    assert first == Work(
        citation="RelatedPublicationCitation1",
        uri="http://RelatedPublicationURL1.org",
        identifiers=(Identifier(value="RelatedPublicationIDNumber1", agency="ark"),),
    )
    assert full.access.licence == "CC0 1.0"
    assert full.access.licence_uri == "http://creativecommons.org/publicdomain/zero/1.0"
    assert full.contacts[0].identifiers == (
        Identifier(value="ContactEmail1@mailinator.com", agency="email"),
    )
    assert full.grants[0] == Grant(
        funder="GrantInformationGrantAgency1", number="GrantInformationGrantNumber1"
    )


@pytest.mark.shared
def test_deleted_and_missing_records_have_only_their_headers(real):
    deleted = list(records_in(real("oai-1031-deleted.xml"), name="x"))
    assert [(each.envelope.deleted, each.read) for each in deleted] == [(True, None)]
    missing = list(records_in(real("oaipmh-missing-metadata.xml"), name="x"))
    assert [(each.envelope.deleted, each.read) for each in missing] == [(False, None)]
    several = list(records_in(real("oai-list-records-response.xml"), name="x"))
    assert [each.envelope.deleted for each in several].count(True) == 3
    assert len(several) == 6


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("oai-record-with-error.xml", "FMT-304"),
        ("oai-1031-deleted.xml", "FMT-305"),
        ("oai-list-records-response.xml", "FMT-306"),
    ],
)
def test_an_answer_without_one_record_is_told(real, name, code):
    with pytest.raises(Fault) as caught:
        read_ddi(real(name), name=name)
    assert caught.value.code == code
    assert "<" not in caught.value.what


LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 50}">' for n in range(1, 12))


# --- what is no record ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FMT-300"),
        (b"<codeBook><a></codeBook>", "FMT-300"),
        (b"\xff\xfe\x00", "FMT-300"),
        (b"<html/>", "FMT-303"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><codeBook>&b;</codeBook>', "FMT-301"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><codeBook>&b;</codeBook>'.encode("utf-16"), "FMT-301"),
        (
            f'<!DOCTYPE a [<!ENTITY e0 "ha">{LAUGHS}]><codeBook ID="&e11;"/>'.encode(),
            "FMT-301",
        ),
        (b"<codeBook>" + b"<a>" * 400 + b"</a>" * 400 + b"</codeBook>", "FMT-300"),
        (b"<codeBook>" + b"<a/>" * 4_000_001 + b"</codeBook>", "FMT-302"),
    ],
    ids=["empty", "torn", "noise", "other", "entity", "wide entity", "laughs", "deep", "bomb"],
)
def test_what_is_no_record_is_refused(data, code):
    with pytest.raises(Fault) as caught:
        read_ddi(data, name="x.xml")
    assert caught.value.code == code
    assert caught.value.where.file == "x.xml"


def test_a_document_type_without_entities_does_no_harm():
    data = b'<!DOCTYPE codeBook SYSTEM "Version1-2-2.dtd">' + cited("")
    assert record(data).titles == (Text(value="T", language="en"),)


def test_white_space_before_the_declaration_is_passed_over():
    data = b'\n  <?xml version="1.0" encoding="UTF-8"?>' + cited("")
    assert record(data).titles[0].value == "T"


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "values"),
    [
        (book(space="urn:other"), "FMT-310", {"found": "urn:other"}),
        (cited("<verStmt/><distStmt/>"), "FMT-311", {"element": "distStmt", "other": "verStmt"}),
        (cited("<fileName>a</fileName>"), "FMT-312", {"parent": "citation"}),
        (cited("<biblCit>a<b>c</b></biblCit>"), "FMT-313", {"element": "biblCit", "tag": "b"}),
        (cited("<distStmt><distrbtr>a</distrbtr></distStmt>"), "FMT-314", {"element": "distrbtr"}),
        (cited('<serStmt ID="a"/><serStmt ID="a"/>'), "FMT-315", {"value": "a"}),
        (
            cited('<distStmt><distDate date="1/1/1970"/></distStmt>'),
            "FMT-316",
            {"value": "1/1/1970", "used": "1/1/1970"},
        ),
        (book("<citation/>"), "FMT-317", {"element": "codeBook"}),
        (cited('<biblCit xml:lang="en_GB">a</biblCit>'), "FMT-318", {"used": "en-GB"}),
        (
            cited('<biblCit source="me">a</biblCit>'),
            "FMT-319",
            {"name": "source", "value": "me", "allowed": "archive, producer"},
        ),
    ],
)
def test_each_fault_is_told_once_with_its_values(data, code, values):
    faults = [each for each in read_ddi(data, name="x.xml").faults if each.code == code]
    assert len(faults) == 1
    assert values.items() <= faults[0].values.items()
    assert faults[0].is_warning
    assert faults[0].where.line == 1
    assert "<" not in faults[0].what.replace("<b>", "")


def test_faults_stand_in_the_order_of_their_lines():
    data = cited("<verStmt/>\n<distStmt/>\n<fileName>a</fileName>", title="<titlStmt/>")
    assert codes(data) == ["FMT-317", "FMT-311", "FMT-312"]


def test_a_record_without_faults_has_none():
    assert codes(cited("")) == []


# --- what is read ---------------------------------------------------------------------------------


def test_languages_come_from_around():
    data = cited("<biblCit>a</biblCit>").replace(b"<citation>", b'<citation xml:lang="fi">')
    assert record(data).citation == (Text(value="a", language="fi"),)


def test_titles_in_other_languages_and_other_titles():
    title = (
        '<titlStmt><titl xml:lang="en">A</titl><parTitl xml:lang="de">B</parTitl>'
        '<parTitl xml:lang="en">C</parTitl><parTitl xml:lang="en">A</parTitl></titlStmt>'
    )
    found = record(cited("", title=title))
    assert [each.value for each in found.titles] == ["A", "B"]
    assert [each.value for each in found.alternative_titles] == ["C"]


def test_what_has_no_place_is_counted():
    data = cited("<prodStmt><prodPlac>a</prodPlac><prodPlac>b</prodPlac></prodStmt>stray")
    assert lost(data) == {("stdyDscr/citation/prodStmt/prodPlac", 2), ("stdyDscr/citation", 1)}


def test_attributes_without_a_place_are_counted():
    data = cited('<biblCit format="MRDF">a</biblCit>')
    assert lost(data) == {("stdyDscr/citation/biblCit/@format", 1)}


def test_a_level_in_a_language_is_a_statement_too():
    use = '<specPerm xml:lang="en">Controlled</specPerm><specPerm>By letter</specPerm>'
    found = record(book(f"<citation/><dataAccs><useStmt>{use}</useStmt></dataAccs>")).access
    assert found.level is Level.CONTROLLED
    assert [each.value for each in found.permission] == ["Controlled", "By letter"]


def test_a_second_version_is_not_carried():
    stated = '<verStmt><version date="2020-01-01">1</version><version>2</version></verStmt>'
    found = record(cited(stated))
    assert (found.version, found.version_date) == ("1", "2020-01-01")
    assert lost(cited(stated)) == {("stdyDscr/citation/verStmt/version", 1)}


def test_a_period_without_days_keeps_its_words():
    inside = (
        '<collDate event="start">Spring 2018</collDate><collDate date="2018-12">2018-12</collDate>'
    )
    found = record(book(f"<citation/><stdyInfo><sumDscr>{inside}</sumDscr></stdyInfo>"))
    assert found.collection == (
        Moment(date="", event="start", value="Spring 2018"),
        Moment(date="2018-12"),
    )


def test_missing_codes_are_taken_from_the_range_of_invalid_values():
    variable = (
        '<dataDscr><var name="q1"><invalrng><item VALUE="9"/><item VALUE="8"/></invalrng>'
        "<catgry><catValu>8</catValu><labl>Refused</labl>"
        '<catStat type="freq">3</catStat><catStat type="percent">5</catStat></catgry>'
        "</var></dataDscr>"
    )
    data = book("<citation/>", variable)
    assert record(data).variables[0].categories == (
        Category(value="8", label="Refused", missing=True, frequency=3),
        Category(value="9", missing=True),
    )
    assert ("dataDscr/var/catgry/catStat", 1) in lost(data)


def test_files_are_found_by_what_variables_say_of_them():
    rest = (
        '<fileDscr ID="F1"><fileTxt><fileName>a.sav</fileName></fileTxt></fileDscr>'
        '<fileDscr ID="1bad"><fileTxt><fileName>b.sav</fileName></fileTxt></fileDscr>'
        '<dataDscr><var ID="F1" name="x" files="F1 1bad nowhere"/></dataDscr>'
    )
    found = record(book("<citation/>", rest))
    assert [file.id for file in found.files] == ["F1", "F2"]
    assert (found.variables[0].id, found.variables[0].files) == ("V1", ("F1", "F2"))


def test_other_material_is_a_file():
    rest = (
        '<otherMat level="datafile" URI="https://a.b/1"><labl>guide.pdf</labl><txt>Topics</txt>'
        '<notes type="DATAVERSE:CONTENTTYPE">application/pdf</notes></otherMat>'
    )
    (file,) = record(book("<citation/>", rest)).files
    assert (file.name, file.contents, file.media_type) == ("guide.pdf", "Topics", "application/pdf")


def test_an_embargo_that_is_no_day_stays_a_note():
    note = '<notes type="consilience:embargo">soon</notes>'
    found = record(book(f"<citation/><dataAccs>{note}</dataAccs>"))
    assert found.access.embargo is None
    assert [each.value for each in found.notes] == ["soon"]
    day = note.replace("soon", "2030-01-31")
    assert record(book(f"<citation/><dataAccs>{day}</dataAccs>")).access.embargo == dt.date(
        2030, 1, 31
    )


def test_somebody_with_pages_and_pictures():
    link = '<ExtLink URI="http://a.b/"/><ExtLink URI="http://a.b/logo.gif" role="image"/>'
    data = cited(f'<prodStmt><producer abbr="P">Producer{link}</producer></prodStmt>')
    assert record(data).producers == (Agent(name="Producer", abbreviation="P", uri="http://a.b/"),)
    assert ("stdyDscr/citation/prodStmt/producer/ExtLink/@URI", 1) in lost(data)


def test_an_identifier_said_in_two_languages_is_one():
    numbers = '<IDNo agency="A" xml:lang="fi">1</IDNo><IDNo agency="A" xml:lang="en">1</IDNo>'
    data = cited("", title=f"<titlStmt><titl>T</titl>{numbers}</titlStmt>")
    assert record(data).identifiers == (Identifier(value="1", agency="A"),)


def test_words_that_say_another_date_are_kept():
    inside = '<collDate date="2018">2017</collDate>'
    found = record(book(f"<citation/><stdyInfo><sumDscr>{inside}</sumDscr></stdyInfo>"))
    assert found.collection == (Moment(date="2018", value="2017"),)


def test_weighted_figures_are_not_taken_for_plain_ones():
    figures = (
        '<sumStat type="mean" wgtd="wgtd">2.5</sumStat><sumStat type="mean">2</sumStat>'
        '<sumStat type="vald">7</sumStat>'
    )
    rest = f'<dataDscr><var name="q1">{figures}</var></dataDscr>'
    data = book("<citation/>", rest)
    (found,) = record(data).variables
    assert (found.statistics, found.valid) == ((("mean", "2"),), 7)
    assert ("dataDscr/var/sumStat", 1) in lost(data)


def test_a_number_of_another_agency_is_a_grant_of_its_own():
    paid = '<fundAg>ESRC</fundAg><grantNo agency="DfE">7</grantNo>'
    assert record(cited(f"<prodStmt>{paid}</prodStmt>")).grants == (
        Grant(funder="ESRC"),
        Grant(funder="DfE", number="7"),
    )
