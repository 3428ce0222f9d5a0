"""Does our JSON-LD say what schema.org asks for, and is it read back?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.json_ld import json_ld
from consilience.formats.metadata.json_ld_read import read_json_ld
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
    Variable,
    Work,
)
from consilience.formats.metadata.vocabularies import vocabulary

DOI = Identifier(value="10.5072/study-1", agency="DOI", uri="https://doi.org/10.5072/study-1")
ORCID = Identifier(
    value="0000-0001-5727-2427", agency="ORCID", uri="https://orcid.org/0000-0001-5727-2427"
)
ROR = Identifier(value="04wxnsj81", agency="ROR", uri="https://ror.org/04wxnsj81")
TOPIC = vocabulary("TopicClassification").term("Education.CompulsoryAndPreschoolEducation")

FULL = Record(
    titles=(Text(value="Schools"),),
    alternative_titles=(Text(value="The schools study"), Text(value="Ysgolion")),
    identifiers=(DOI, Identifier(value="1", agency="ours"), Identifier(value="x-2")),
    holdings=(
        Holding(uri="https://doi.org/10.5072/study-1", language="en"),
        Holding(uri="https://example.org/1", language="en"),
    ),
    creators=(
        Agent(name="Green, A", affiliation="University of Ashby", identifiers=(ORCID, ROR)),
        Agent(name="Brown, B"),
    ),
    contributors=(Agent(name="Field force", role="DataCollection"),),
    producers=(Agent(name="Ashby Institute", abbreviation="AI", uri="https://ai.example.org"),),
    production_date="2019-02",
    copyright=(Text(value="A Green, University of Ashby"),),
    grants=(
        Grant(funder="A Council", number="ES/1", identifiers=(ROR,)),
        Grant(funder="", number="7"),
    ),
    publishers=(Agent(name="An Archive"),),
    published="2021-03-04",
    version="2",
    version_date="2022-01-01",
    series=(Series(name=(Text(value="School studies"),), uri="https://example.org/series"),),
    citation=(Text(value="Green (2021) Schools."),),
    keywords=(
        Term(value="schools"),
        Term(value="care", vocabulary="ELSST"),
        Term(value="pupils", vocabulary_uri="https://elsst.eu/1", code="P"),
    ),
    topics=(dataclasses.replace(TOPIC, language=""),),
    abstract=(Text(value="First."), Text(value="Second.")),
    coverage=(
        Moment(date="2016", event="start"),
        Moment(date="2018-01", event="end"),
        Moment(date="2020"),
    ),
    nations=(Place(value="United Kingdom", code="GB"),),
    places=(Place(value="England"), Place(value="Wales")),
    data_kinds=(Term(value="Numeric"), Term(value="Text")),
    access=Access(
        level=Level.SAFEGUARDED,
        statement=(Text(value="To registered users."),),
        licence_uri="https://example.org/licence",
        embargo=dt.date(2030, 1, 2),
    ),
    works=(
        Work(citation="Green (2020)", identifiers=(DOI,), date="2020", language="en"),
        Work(citation="Topic guide", relation="material", uri="https://example.org/guide"),
        Work(citation="Earlier study", relation="study"),
        Work(citation="A book", relation="reference"),
    ),
    files=(
        StudyFile(
            id="f1",
            name="data/a.csv",
            contents="Answers",
            media_type="text/csv",
            size=12,
            checksum="ab",
            uri="https://example.org/a.csv",
            level=Level.CONTROLLED,
            licence="End User Licence",
            embargo=dt.date(2031, 1, 2),
            notes=("Simulated", "Weighted"),
        ),
        StudyFile(id="f2", name="README.txt"),
    ),
    variables=(
        Variable(id="V1", name="age", label="Age of pupil", question="How old are you?"),
        Variable(id="V2", name="w"),
    ),
    language="en",
    simulated=True,
)


def back(record, **more):
    return read_json_ld(json.dumps(json_ld(record, **more)).encode(), name="x.json")


def test_all_that_schema_org_can_hold_is_read_back():
    assert back(FULL, url="https://example.org/page", catalogue="Ours") == FULL


def test_what_search_engines_ask_for_is_said():
    said = json_ld(
        FULL,
        url="https://example.org/page",
        catalogue="Our catalogue",
        catalogue_url="https://example.org",
    )
    assert said["@context"] == "https://schema.org/"
    assert (said["@type"], said["@id"]) == ("Dataset", "https://doi.org/10.5072/study-1")
    assert (said["name"], said["url"]) == ("Schools", "https://example.org/page")
    assert said["description"][-1].startswith("The data were made by a program")
    assert said["includedInDataCatalog"] == {
        "@type": "DataCatalog",
        "name": "Our catalogue",
        "url": "https://example.org",
    }
    assert said["creator"][0] == {
        "@type": "Person",
        "@id": "https://orcid.org/0000-0001-5727-2427",
        "name": "Green, A",
        "affiliation": {
            "@type": "Organization",
            "@id": "https://ror.org/04wxnsj81",
            "name": "University of Ashby",
        },
    }
    assert said["conditionsOfAccess"] == [
        "Access level: safeguarded",
        "Not before: 2030-01-02",
        "To registered users.",
    ]
    assert said["temporalCoverage"] == ["2016/2018-01", "2020"]
    assert said["variableMeasured"][0]["name"] == "age"
    assert said["distribution"][0]["contentUrl"] == "https://example.org/a.csv"
    assert said["distribution"][0]["contentSize"] == "12"
    assert all(said.values())


@pytest.mark.parametrize("level", [None, *Level])
def test_only_open_data_are_said_to_be_free(level):
    record = Record(titles=(Text(value="t"),), access=Access(level=level))
    said = json_ld(record)
    assert said.get("isAccessibleForFree") == (True if level is Level.OPEN else None)
    assert back(record).access.level is level


def test_methods_are_told_in_words():
    method = Method(
        sampling=(vocabulary("SamplingProcedure").term("Nonprobability.Purposive"),),
        modes=(Term(value="By post"),),
    )
    said = json_ld(Record(titles=(Text(value="t"),), method=method))
    assert said["measurementTechnique"] == ["Non-probability: Purposive", "By post"]


@pytest.mark.shared
def test_the_first_study_keeps_its_words(shared):
    file = shared / "data/ddi25/seed-854716-reconstructed.xml"
    record = read_ddi(file.read_bytes(), name=file.name).record
    said = json_ld(record)
    assert said["creator"][0] == {
        "@type": "Person",
        "name": "Manthorpe, J",
        "affiliation": {"@type": "Organization", "name": "King's College London"},
    }
    again = back(record)
    for field in ("titles", "abstract", "nations", "places"):
        wanted = [each.value for each in getattr(record, field)]
        assert [each.value for each in getattr(again, field)] == wanted


def test_pages_of_others_are_read():
    page = {
        "@graph": [
            {"@type": "WebPage", "name": "A page"},
            {
                "@type": ["Dataset"],
                "name": "Theirs",
                "author": {"@type": "Person", "name": "Green, A"},
                "publisher": "An Archive",
                "license": {"@id": "https://example.org/l", "name": "CC BY 4.0"},
                "isAccessibleForFree": True,
                "keywords": ["a", "b"],
                "spatialCoverage": "Ashby",
            },
        ]
    }
    record = read_json_ld(json.dumps(page).encode(), name="x")
    assert [each.value for each in record.titles] == ["Theirs"]
    assert [each.name for each in record.creators] == ["Green, A"]
    assert [each.name for each in record.publishers] == ["An Archive"]
    assert record.access.licence == "CC BY 4.0"
    assert record.access.level is Level.OPEN
    assert [each.value for each in record.keywords] == ["a", "b"]
    assert [each.value for each in record.places] == ["Ashby"]


BROKEN = [
    b"",
    b"[]",
    b"3",
    b"{}",
    b'{"@type": "Dataset"}',
    b'{"@type": "WebPage", "name": "x"}',
    b'{"@type": "Dataset", "name": "x", "conditionsOfAccess": "Access level: secret"}',
    b'{"@graph": [{"@id": "ro-crate-metadata.json", "about": {"@id": "./"}}]}',
]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_dataset_is_refused(data):
    with pytest.raises(Fault) as caught:
        read_json_ld(data, name="x.json")
    assert caught.value.code == "FMT-349"


words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@given(
    titles=st.lists(words, min_size=1, max_size=3),
    creators=st.lists(st.builds(Agent, name=words, affiliation=st.just("") | words), max_size=3),
    keywords=st.lists(words, max_size=3),
    level=st.none() | st.sampled_from(Level),
)
@settings(max_examples=40, deadline=None)
def test_any_words_come_back(titles, creators, keywords, level):
    record = Record(
        titles=(Text(value=titles[0]),),
        alternative_titles=tuple(Text(value=each) for each in titles[1:]),
        creators=tuple(creators),
        keywords=tuple(Term(value=each) for each in keywords),
        access=Access(level=level),
    )
    assert back(record) == record
