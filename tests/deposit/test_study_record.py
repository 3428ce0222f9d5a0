"""The record of a study: what the study file says, once, in the words of the vocabularies."""

import datetime as dt
from dataclasses import replace

import pytest

from consilience.base.errors import Fault
from consilience.deposit.model import DataSet
from consilience.deposit.study_record import study_record
from consilience.design.model import Study
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.forms import write_form
from consilience.formats.metadata.model import Level, Variable
from consilience.formats.metadata.schemas import Schemas

CATALOGUE = {
    "identifier": "joint-1",
    "agency": "example",
    "publisher": "An archive",
    "publisher_uri": "https://archive.example",
    "publisher_ror": "https://ror.org/0abcd1234",
    "doi": "10.5072/joint",
    "address": "https://archive.example/joint-1",
    "language": "en",
    "published": 2019,
    "creators": [{"name": "Ash, A", "role": "lead", "orcid": "0000-0002-1825-0097",
                  "affiliation": "University of Poole"}],
    "contact": "Study office",
    "rights": "University of Poole",
    "statement": "For registered users.",
    "licence": "UKDS EUL",
    "licence_uri": "https://archive.example/eul",
    "abstract": "What agencies tell schools.",
    "keywords": ["schools"],
    "topics": ["SocialStratificationAndGroupings.Children"],
    "units": ["Individual", "GeographicUnit"],
    "sampling": ["TotalUniverseCompleteEnumeration"],
    "modes": ["Interview.FaceToFace"],
    "time": ["CrossSection"],
    "instruments": ["Questionnaire.Structured"],
    "nations": {"GB": "United Kingdom"},
    "places": ["England"],
    "universe": "All areas",
    "related": ["An earlier study"],
    "funder_ror": "https://ror.org/03n0ht308",
}  # fmt: skip
STUDY = {
    "consilience": 1,
    "study": {
        "id": "joint", "title": "Joint work", "starts": "2017-04-01", "ends": "2019-03-31",
        "seed": 1, "funder": "A council", "grant": "ES/1", "protocol": "1.2",
        "team": [{"name": "Birch, B"}],
    },
    "phases": [
        {"id": "one", "title": "Scoping", "starts": "2017-04-01", "ends": "2017-06-30",
         "methods": ["interviews", "reading"]},
        {"id": "two", "title": "Writing", "starts": "2018-04-01", "ends": "2018-06-30"},
    ],
    "deviations": [
        {"date": "2017-07-01", "planned": "three agencies", "done": "two", "reason": "reorganised"}
    ],
    "stages": [
        {"id": "visits", "kind": "interview", "opens": "2017-04-01", "closes": "2017-06-30",
         "plan": "plan.csv", "people": "people.csv", "transcripts": "texts",
         "approvals": [{"body": "Ethics committee", "reference": "E-1", "date": "2017-03-01"}]},
        {"id": "groups", "kind": "group", "opens": "2017-05-01", "closes": "2017-06-30",
         "events": "events.csv", "people": "people.csv",
         "approvals": [{"body": "Ethics committee", "reference": "E-1", "date": "2017-03-01"}]},
    ],
}  # fmt: skip
SETS = (
    DataSet(id="talks", title="Talks", kind="text", planned=3, collected=2, consented=2,
            deposited=1, unit="interview"),
    DataSet(id="answers", title="Answers", kind="numeric", collected=9, consented=9, deposited=9,
            unit="area", level=Level.OPEN),
)  # fmt: skip


def record(sets=SETS, *, header=(), variables=(), **catalogue):
    said = {name: each for name, each in (CATALOGUE | catalogue).items() if each is not None}
    study = Study.model_validate(
        STUDY | {"study": STUDY["study"] | dict(header), "catalogue": said}
    )
    return study_record(study, study.catalogue, sets, variables=variables)


def words(texts):
    return [each.value for each in texts]


def test_what_it_is_and_who_made_it():
    made = record()
    assert words(made.titles) == ["Joint work"]
    assert [(each.value, each.agency) for each in made.identifiers] == [
        ("joint-1", "example"), ("10.5072/joint", "datacite"),
    ]  # fmt: skip
    (creator,) = made.creators
    assert (creator.name, creator.affiliation) == ("Ash, A", "University of Poole")
    assert creator.identifiers[0].uri == "https://orcid.org/0000-0002-1825-0097"
    assert made.publishers[0].identifiers[0].value == "0abcd1234"
    (grant,) = made.grants
    assert (grant.funder, grant.number) == ("A council", "ES/1")
    assert grant.identifiers[0].agency == "ROR"
    assert words(made.citation) == [
        "Ash, A (2019). Joint work. An archive. https://doi.org/10.5072/joint"
    ]
    assert made.holdings[0].uri == "https://doi.org/10.5072/joint"
    assert (made.published, made.version, made.language) == ("2019", "1.2", "en")


def test_without_a_doi_its_address_is_that_of_the_archive():
    made = record(doi=None)
    assert len(made.identifiers) == 1
    assert made.holdings[0].uri == "https://archive.example/joint-1"
    assert words(made.citation)[0].endswith("An archive. https://archive.example/joint-1")
    assert record(doi=None, address=None).holdings == ()


def test_without_creators_the_team_made_it():
    made = record(creators=None, contact=None)
    assert [each.name for each in made.creators] == ["Birch, B"]
    assert words(made.citation)[0].startswith("Birch, B (2019)")
    assert made.contacts == ()


def test_a_study_without_funder_has_no_grant():
    assert record(header={"funder": ""}.items()).grants == ()


def test_codes_become_terms_of_their_vocabulary():
    made = record()
    assert [each.value for each in made.units] == ["Individual", "Geographic unit"]
    assert made.units[0].code == "Individual"
    assert made.method.time[0].code == "CrossSection"
    assert made.method.sampling[0].code == "TotalUniverseCompleteEnumeration"
    assert made.method.instruments[0].code == "Questionnaire.Structured"
    assert [each.code for each in made.data_kinds] == ["Text", "Numeric"]
    assert [(each.value, each.code) for each in made.nations] == [("United Kingdom", "GB")]


@pytest.mark.parametrize("key", ["topics", "units", "sampling", "modes", "time", "instruments"])
def test_a_code_that_no_vocabulary_has(key):
    with pytest.raises(Fault) as told:
        record(**{key: ["NoSuchCode"]})
    assert "NoSuchCode" in told.value.what


def test_phases_are_the_methods_where_nothing_else_is_said():
    modes = [each.value for each in record().method.modes]
    assert modes == ["Face-to-face interview", "Scoping: interviews, reading."]
    own = [each.value for each in record(methods=["By talking."]).method.modes]
    assert own == ["Face-to-face interview", "By talking."]


def test_deviations_and_approvals_are_told_once():
    method = record().method
    assert words(method.deviations) == [
        "2017-07-01: planned: three agencies; done: two; because: reorganised"
    ]
    assert words(method.ethics) == ["Ethics committee, E-1, 2017-03-01"]


@pytest.mark.parametrize(
    ("levels", "strictest"),
    [
        ((Level.OPEN, Level.OPEN), Level.OPEN),
        ((Level.OPEN, Level.CONTROLLED), Level.CONTROLLED),
        ((Level.SAFEGUARDED, Level.OPEN), Level.SAFEGUARDED),
    ],
)
def test_the_study_is_as_closed_as_its_most_closed_data(levels, strictest):
    sets = tuple(replace(each, level=level) for each, level in zip(SETS, levels, strict=True))
    assert record(sets).access.level is strictest


def test_how_far_each_data_set_came_is_told_in_words():
    talks, answers = words(record().notes)
    assert talks == (
        "Data set talks: Talks. 3 planned, 2 collected, 2 allowed, 1 deposited (interview); "
        "safeguarded."
    )
    assert answers == "Data set answers: Answers. 9 collected, 9 allowed, 9 deposited (area); open."


def test_a_simulation_says_so():
    assert record(header={"simulated": True}.items()).simulated
    assert not record().simulated


def test_the_record_is_the_same_after_ddi():
    made = record()
    read = read_ddi(write_ddi(made), name="ddi25.xml")
    assert read.faults == ()
    back = read.record
    assert (back.titles, back.creators, back.identifiers) == (
        made.titles, made.creators, made.identifiers,
    )  # fmt: skip
    assert (back.units, back.method, back.access.level) == (
        made.units, made.method, made.access.level,
    )  # fmt: skip


def test_its_variables_are_those_counted():
    one = Variable(id="V1", name="q1", label="Trust", files=("f",))
    assert record(variables=(one,)).variables == (one,)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("form", "schema"),
    [
        ("ddi25", "ddi-2.5"), ("ddi26", "ddi-2.6"), ("datacite-xml", "datacite-4.5"),
        ("datacite-xml", "datacite-4.6"), ("datacite-xml", "datacite-4.7"),
    ],
)  # fmt: skip
def test_every_form_of_it_is_valid(shared, form, schema):
    schemas = Schemas(shared / "data" / "archive" / "schemas")
    data = write_form(record(), form, at=dt.date(2026, 1, 2))
    assert schemas.check(data, schema, name="x.xml") == ()
