"""Is our DataCite metadata valid, does it say what the record says, and is it read back?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from datacite import schema45
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from consilience.base.errors import Fault
from consilience.formats.metadata.datacite import datacite_json, spans
from consilience.formats.metadata.datacite_read import datacite_record, read_datacite_json
from consilience.formats.metadata.datacite_xml import datacite_xml, read_datacite_xml
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Level,
    Method,
    Moment,
    Place,
    Record,
    Series,
    StudyFile,
    Term,
    Text,
    Work,
)
from consilience.formats.metadata.vocabularies import vocabulary

KERNELS = ("4.5", "4.6", "4.7")
DOI = Identifier(value="10.5072/study-1", agency="DOI", uri="https://doi.org/10.5072/study-1")
ORCID = Identifier(
    value="0000-0001-5727-2427", agency="ORCID", uri="https://orcid.org/0000-0001-5727-2427"
)
ROR = Identifier(value="04wxnsj81", agency="ROR", uri="https://ror.org/04wxnsj81")

# Every field that DataCite can hold.
FULL = Record(
    titles=(Text(value="Schools & safeguarding", language="en"), Text(value="Ysgolion")),
    alternative_titles=(Text(value="The schools study", language="en"),),
    identifiers=(DOI, Identifier(value="1", agency="ours"), Identifier(value="x-2")),
    holdings=(Holding(uri="https://doi.org/10.5072/study-1", language="en"),),
    creators=(
        Agent(name="Green, A", affiliation="University of Ashby", identifiers=(ORCID, ROR)),
        Agent(name="Ashby Institute", identifiers=(ROR,), language="en"),
    ),
    contributors=(Agent(name="Brown, B", role="ProjectLeader"), Agent(name="C", role="Other")),
    producers=(Agent(name="Ashby Institute"),),
    production_date="2019-02",
    copyright=(Text(value="A Green, University of Ashby"),),
    grants=(
        Grant(funder="A Council", number="ES/1", identifiers=(ROR,)),
        Grant(funder="", number="7"),
    ),
    publishers=(Agent(name="An Archive", identifiers=(ROR,), language="en"), Agent(name="Two")),
    contacts=(Agent(name="Help desk"),),
    published="2021-03-04",
    deposited="2020-12-01",
    version="2",
    version_date="2022-01-01",
    series=(Series(name=(Text(value="School studies"),)),),
    keywords=(Term(value="schools", vocabulary="ELSST", vocabulary_uri="https://elsst.eu/1"),),
    topics=(vocabulary("TopicClassification").term("Education.CompulsoryAndPreschoolEducation"),),
    abstract=(Text(value="First.\n\nSecond.", language="en"),),
    collection=(
        Moment(date="2017-04", event="start", cycle="1"),
        Moment(date="2017-06", event="end", cycle="1"),
        Moment(date="2018"),
        Moment(date="2019", event="start"),
    ),
    coverage=(Moment(date="2016", event="start"), Moment(date="2018-01", event="end")),
    nations=(Place(value="United Kingdom", code="GB"),),
    places=(Place(value="England"),),
    data_kinds=(Term(value="Numeric"), Term(value="Text")),
    method=Method(
        collectors=(Agent(name="Field force"),), notes=(Text(value="We asked.", language="en"),)
    ),
    access=Access(
        level=Level.SAFEGUARDED,
        statement=(Text(value="To registered users.", language="en"),),
        licence="CC-BY-4.0",
        licence_uri="https://creativecommons.org/licenses/by/4.0/",
        embargo=dt.date(2030, 1, 2),
    ),
    works=(
        Work(citation="Green (2020) Schools.", identifiers=(DOI,), date="2020", language="en"),
        Work(citation="Topic guide", relation="material", uri="https://example.org/guide"),
        Work(citation="Earlier study", relation="study"),
        Work(
            citation="",
            relation="reference",
            identifiers=(Identifier(value="978-3-905673-82-1", agency="ISBN"),),
        ),
    ),
    language="en",
    simulated=True,
)


@pytest.fixture(scope="module")
def kernels(shared):
    folder = shared / "data/archive/schemas"
    return {
        version: etree.XMLSchema(etree.parse(folder / f"datacite-{version}/metadata.xsd"))
        for version in KERNELS
    }


def valid(data, kernels):
    document = etree.fromstring(data)
    for version, schema in kernels.items():
        assert schema.validate(document), (version, schema.error_log)


def back(record):
    """Return a record as it comes back from XML and from JSON, which must agree."""
    content = datacite_json(record)
    xml = datacite_record(read_datacite_xml(datacite_xml(content), name="a.xml"), name="a.xml")
    plain = read_datacite_json(json.dumps(content).encode(), name="a.json")
    assert xml == plain
    return xml


@pytest.mark.shared
def test_all_that_datacite_can_hold_is_valid_and_read_back(kernels):
    content = datacite_json(FULL)
    assert schema45.validate(content), list(schema45.validator.iter_errors(content))
    valid(datacite_xml(content), kernels)
    assert back(FULL) == FULL


@pytest.mark.shared
@pytest.mark.parametrize("version", KERNELS)
def test_examples_of_datacite_are_read_and_written_again(shared, kernels, version):
    files = sorted((shared / f"data/archive/datacite/examples-{version}").glob("*.xml"))
    assert len(files) == {"4.5": 7, "4.6": 13, "4.7": 17}[version]
    # "full" names one work by many relations, which the record counts once; a translator is a type
    # of contributor only since 4.6.
    narrower = {"datacite-example-translation-translated-v4.xml", "datacite-example-full-v4.xml"}
    for file in files:
        record = datacite_record(read_datacite_xml(file.read_bytes(), name=file.name), name="x")
        content = datacite_json(record)
        assert schema45.validate(content), file.name
        valid(datacite_xml(content), kernels)
        again = back(record)
        if file.name not in narrower:
            assert again == record, file.name
        assert record.titles
        assert record.creators


@pytest.mark.shared
def test_the_seed_says_what_its_datacite_metadata_says(shared, kernels):
    folder = shared / "data/archive/datacite"
    wanted = json.loads((folder / "seed_datacite45.json").read_text())
    record = read_datacite_json((folder / "seed_datacite45.json").read_bytes(), name="seed")
    xml = read_datacite_xml((folder / "seed_datacite45.xml").read_bytes(), name="seed")
    assert datacite_record(xml, name="seed") == record
    again = datacite_json(record)
    valid(datacite_xml(again), kernels)
    for key in wanted:
        assert again[key] == wanted[key], key
    assert again.keys() == wanted.keys()
    dates = [(each.date, each.event) for each in record.collection]
    assert dates == [("2017-04", "start"), ("2019-03", "end")]


@pytest.mark.shared
def test_the_first_study_from_ddi_says_the_same(shared, kernels):
    wanted = json.loads((shared / "data/archive/datacite/seed_datacite45.json").read_text())
    file = shared / "data/ddi25/seed-854716-reconstructed.xml"
    content = datacite_json(read_ddi(file.read_bytes(), name=file.name).record)
    valid(datacite_xml(content), kernels)
    assert schema45.validate(content)

    def plain(values):
        return [{k: v for k, v in each.items() if k != "lang"} for each in values]

    for key in ("creators", "titles", "descriptions"):
        assert plain(content[key]) == wanted[key], key
    for key in ("doi", "publicationYear", "language", "schemaVersion"):
        assert content[key] == wanted[key]
    assert content["publisher"]["name"] == wanted["publisher"]["name"]
    assert wanted["geoLocations"][0] in content["geoLocations"]
    name = "Economic and Social Research Council"
    assert content["fundingReferences"][0]["funderName"] == name


def test_only_an_end_of_the_same_cycle_closes_a_range():
    def moment(date, event, cycle=""):
        return Moment(date=date, event=event, cycle=cycle)

    across = [moment("2017", "start", "1"), moment("2018", "end", "2"), moment("2019", "single")]
    assert list(spans(across)) == [("2017/", "1"), ("/2018", "2"), ("2019", "")]
    words = [moment("2017", "start"), moment("spring", "single"), moment("2018", "end")]
    assert list(spans(words)) == [("2017/2018", "")]


def test_names_with_affiliations_in_them_are_taken_apart():
    record = dataclasses.replace(
        Record(titles=(Text(value="t"),), published="2021"),
        creators=(Agent(name="Manthorpe, J, King's College London"),),
    )
    assert datacite_json(record)["creators"] == [
        {
            "name": "Manthorpe, J",
            "nameType": "Personal",
            "affiliation": [{"name": "King's College London"}],
        }
    ]


def test_what_a_record_does_not_say_is_unavailable_or_a_fault():
    bare = Record(titles=(Text(value="t"),), version_date="2021-05")
    content = datacite_json(bare)
    assert content["creators"] == [{"name": ":unav"}]
    assert content["publisher"] == {"name": ":unav"}
    assert content["publicationYear"] == "2021"
    assert schema45.validate(content)
    assert back(dataclasses.replace(bare, identifiers=(DOI,))).creators == ()
    for record in (Record(titles=()), Record(titles=(Text(value="t"),), published="soon")):
        with pytest.raises(Fault) as caught:
            datacite_json(record)
        assert caught.value.code == "FMT-346"


@pytest.mark.shared
def test_without_a_doi_another_identifier_must_be_given(kernels):
    content = datacite_json(Record(titles=(Text(value="t"),), published="2021"))
    with pytest.raises(Fault) as caught:
        datacite_xml(content)
    assert caught.value.code == "FMT-346"
    data = datacite_xml(content, identifier=("https://example.org/1", "URL"))
    valid(data, kernels)
    record = datacite_record(read_datacite_xml(data, name="x"), name="x")
    assert record.identifiers == (Identifier(value="https://example.org/1", agency="URL"),)


def test_roles_of_ddi_become_types_of_contributors_and_sizes_are_told():
    record = Record(
        titles=(Text(value="t"),),
        published="2021",
        contributors=(
            Agent(name="a", role="ProjectOperations.ProjectManager"),
            Agent(name="b", role="Tea"),
        ),
        files=(
            StudyFile(id="f1", name="a.csv", media_type="text/csv", size=3),
            StudyFile(id="f2", name="b.csv", media_type="text/csv"),
        ),
    )
    content = datacite_json(record, url="https://example.org/study")
    kinds = [each["contributorType"] for each in content["contributors"]]
    assert kinds == ["ProjectManager", "Other"]
    assert content["sizes"] == ["2 files", "3 bytes"]
    assert content["formats"] == ["text/csv"]
    assert content["url"] == "https://example.org/study"
    assert schema45.validate(content)


def test_the_answer_of_the_api_is_read_too():
    content = datacite_json(FULL)
    answer = {"data": {"id": "10.5072/study-1", "attributes": content}}
    assert read_datacite_json(json.dumps(answer).encode(), name="x") == FULL
    plain = {**content, "publisher": "An Archive", "fundingReferences": None}
    plain["creators"] = [{"name": "Green, A", "affiliation": ["University of Ashby"]}]
    record = datacite_record(plain, name="x")
    assert record.creators[0].affiliation == "University of Ashby"
    assert record.publishers[0].name == "An Archive"
    assert record.grants == ()


BROKEN = [b"", b"[", b"[]", b"7", b"{}", b'{"titles": 3}', b'{"titles": [{"lang": "en"}]}']


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_datacite_json_is_refused(data):
    with pytest.raises(Fault) as caught:
        read_datacite_json(data, name="x.json")
    assert caught.value.code == "FMT-347"


def test_what_is_no_datacite_xml_is_refused():
    with pytest.raises(Fault) as caught:
        read_datacite_xml(b"<resource/>", name="x.xml")
    assert caught.value.code == "FMT-347"
    empty = b'<resource xmlns="http://datacite.org/schema/kernel-4"/>'
    with pytest.raises(Fault) as caught:
        datacite_record(read_datacite_xml(empty, name="x"), name="x")
    assert caught.value.code == "FMT-347"


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12
)
texts = st.builds(Text, value=words, language=st.sampled_from(("", "en", "cy")))
agents = st.builds(Agent, name=words, affiliation=st.just("") | words)


@given(
    titles=st.lists(texts, min_size=1, max_size=2, unique=True),
    creators=st.lists(agents, max_size=2, unique=True),
    keywords=st.lists(st.builds(Term, value=words), max_size=3, unique=True),
    abstract=st.lists(texts, max_size=2, unique=True),
    statement=st.lists(texts, max_size=2, unique=True),
    level=st.none() | st.sampled_from(Level),
    simulated=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_any_words_come_back_from_xml_and_json(**fields):
    record = Record(
        titles=tuple(fields["titles"]),
        identifiers=(DOI,),
        holdings=(Holding(uri=DOI.uri),),
        creators=tuple(fields["creators"]),
        keywords=tuple(fields["keywords"]),
        abstract=tuple(fields["abstract"]),
        access=Access(level=fields["level"], statement=tuple(fields["statement"])),
        published="2021",
        simulated=fields["simulated"],
    )
    assert schema45.validate(datacite_json(record))
    assert back(record) == record
