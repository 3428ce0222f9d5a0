"""A small study to be packed: two data sets, a talk of each fate, one table."""

import datetime as dt

import pyarrow as pa
import pytest

from consilience.deposit.documents import document_files
from consilience.deposit.model import (
    DataSet,
    Fate,
    Finding,
    Interview,
    Package,
    Severity,
    Transcript,
    Waiver,
    Withheld,
)
from consilience.deposit.tables_out import deposited_table, table_files
from consilience.deposit.transcript_files import transcript_files
from consilience.deposit.variables import variables_of
from consilience.formats.documents_out.model import Document, Heading, Line
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Category,
    Identifier,
    Level,
    Method,
    Record,
    Term,
    Text,
    Variable,
)

SCOPING = DataSet(
    id="scoping",
    title="Scoping interviews",
    kind="text",
    unit="interview",
    planned=3,
    collected=2,
    consented=1,
    deposited=1,
    withheld=(
        Withheld(thing="s02", stopped=Fate.COLLECTED, reason="deposit was not allowed"),
        Withheld(thing="s03", stopped=Fate.PLANNED, reason="declined"),
    ),
    basis="written consent",
    licence="UKDS EUL",
    embargo=dt.date(2020, 1, 1),
)
SURVEYS = DataSet(
    id="surveys", title="Surveys", kind="numeric", unit="area", collected=3, consented=3,
    deposited=3, level=Level.CONTROLLED, licence="UKDS EUL",
)  # fmt: skip
TALKS = (
    Interview(
        id="s01",
        data_set="scoping",
        role="head",
        area="Area 7",
        month="2018-03",
        words=5,
        interviewer="int-1",
        file="data/scoping/txt/scoping-s01.txt",
        attributes=(("phase", "primary"),),
    ),
    Interview(
        id="s02",
        data_set="scoping",
        role="head",
        deposited=False,
        reason="deposit was not allowed",
    ),
)
DESCRIBED = (
    Variable(
        id="",
        name="ed-1",
        label="Information",
        question="Do schools get what they need?",
        categories=(
            Category(value="1", label="no"),
            Category(value="2", label="yes"),
            Category(value="-9", label="not answered", missing=True),
        ),
    ),
    Variable(id="", name="w", label="Weight for response", weight=True),
    Variable(id="", name="index", label="Index", notes=("Mean of ed-1 to ed-9.",)),
)
TABLE = deposited_table(
    pa.table(
        {
            "area": ["Area 1", "Area 2", "Area 3"],
            "code": ["001", "002", "003"],
            "ed-1": [2, -9, 1],
            "w": [0.5, 1.5, 1.0],
            "index": [0.25, None, 0.5],
            "day": [dt.date(2018, 3, 1), None, dt.date(2018, 4, 2)],
        }
    )
)
STEM = "data/surveys/education"


def record(simulated):
    return Record(
        titles=(Text(value="Keeping children safe: a study", language="en"),),
        identifiers=(Identifier(value="10.5072/keep-1", agency="DOI"),),
        creators=(Agent(name="Ash, A", affiliation="University of Poole"),),
        producers=(Agent(name="University of Poole"),),
        publishers=(Agent(name="An archive"),),
        contacts=(Agent(name="Study office", uri="https://example.org/study"),),
        published="2019",
        abstract=(Text(value="What schools and agencies do.", language="en"),),
        citation=(Text(value="Ash, A (2019) Keeping children safe.", language="en"),),
        method=Method(sampling=(Term(value="Purposive"),), ethics=(Text(value="Approved."),)),
        access=Access(
            level=Level.SAFEGUARDED,
            statement=(Text(value="For registered users.", language="en"),),
            licence="UKDS EUL",
        ),
        variables=variables_of(TABLE, DESCRIBED, stem=STEM, forms=("csv", "sav")),
        language="en",
        simulated=simulated,
    )


def package(simulated=True):
    told = record(simulated)
    talk = Transcript(
        interview=TALKS[0],
        turns=(("Interviewer", "Why?"), ("Head", "Because of that.")),
        title=told.titles[0].value,
        simulated=simulated,
    )
    guide = Document(blocks=(Heading(text="Topic guide"), Line(text="Why?")))
    return Package(
        identifier="keep-1",
        record=told,
        data_sets=(SCOPING, SURVEYS),
        files=(
            *transcript_files(talk, SCOPING),
            *table_files(
                TABLE,
                told.variables,
                SURVEYS,
                stem=STEM,
                contents="Answers of education leads",
                forms=("csv", "sav"),
                simulated=simulated,
            ),
            *document_files(guide, stem="documentation/guide-heads", contents="Topic guide"),
        ),
        interviews=TALKS,
        findings=(
            Finding(
                code="small-cells",
                severity=Severity.WARN,
                where="surveys",
                what="two areas share a size",
                remedy="Merge.",
            ),
        ),
        waivers=(
            Waiver(
                code="hidden-content",
                where="*",
                role="lead",
                by="ash-account",
                reason="seen and harmless",
                at=dt.datetime(2019, 5, 2, 10, tzinfo=dt.UTC),
            ),
        ),
        sections=(("How names were replaced", "By pseudonyms in brackets."),),
        made=dt.date(2019, 5, 3),
    )


@pytest.fixture(name="package")
def fixture_package():
    return package()


@pytest.fixture
def real_package():
    return package(simulated=False)
