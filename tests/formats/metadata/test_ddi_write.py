"""What other programs look for in DDI stands where they look."""

import dataclasses
import datetime as dt

import pytest
from lxml import etree

from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.ddi_write import render_ddi, write_ddi
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Category,
    Grant,
    Holding,
    Identifier,
    Level,
    Moment,
    Record,
    StudyFile,
    Text,
    Variable,
    Work,
)

TITLE = Text(value="Schools", language="en")
DOI = "https://doi.org/10.1234/x"


def tree(record, *, version="2.5"):
    return etree.fromstring(write_ddi(record, version=version))


def found(root, path):
    return root.findall("/".join(f"{{*}}{part}" for part in path.split("/")))


def text(root, path):
    return [each.text for each in found(root, path)]


def test_harvesters_find_what_they_cannot_do_without():
    root = tree(Record(titles=(TITLE,)))
    assert text(root, "docDscr/citation/titlStmt/titl") == ["Schools"]
    assert len(found(root, "docDscr/citation/holdings")) == 1
    assert len(found(root, "stdyDscr/othrStdyMat")) == 1


def test_the_address_stands_in_the_document_and_in_the_study():
    holding = Holding(uri=DOI, language="en")
    identifier = Identifier(value="10.1234/x", agency="datacite")
    root = tree(Record(titles=(TITLE,), holdings=(holding,), identifiers=(identifier,)))
    for part in ("docDscr", "stdyDscr"):
        assert found(root, f"{part}/citation/holdings")[0].get("URI") == DOI
    assert found(root, "stdyDscr/citation/titlStmt/IDNo")[0].get("agency") == "datacite"


def test_words_without_a_language_are_in_the_main_one():
    record = Record(titles=(Text(value="A"),), abstract=(Text(value="B"),), language="en")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    root = tree(record)
    assert root.get(lang) == "en"
    assert found(root, "stdyDscr/citation/titlStmt/titl")[0].get(lang) == "en"
    assert found(root, "stdyDscr/stdyInfo/abstract")[0].get(lang) == "en"


@pytest.mark.parametrize("level", list(Level))
def test_the_level_is_one_plain_word(level):
    permission = (Text(value="Ask first", language="en"),)
    record = Record(titles=(TITLE,), access=Access(level=level, permission=permission))
    said = text(tree(record), "stdyDscr/dataAccs/useStmt/specPerm")
    assert said == [level.value.capitalize(), "Ask first"]


def test_a_licence_has_an_element_in_the_later_version_only():
    access = Access(licence="CC-BY-4.0", licence_uri="https://a.b/", embargo=dt.date(2030, 1, 31))
    record = Record(titles=(TITLE,), access=access)
    assert text(tree(record), "stdyDscr/dataAccs/notes") == ["CC-BY-4.0", "2030-01-31"]
    later = tree(record, version="2.6")
    assert text(later, "stdyDscr/dataAccs/license") == ["CC-BY-4.0"]
    assert text(later, "stdyDscr/dataAccs/notes") == ["2030-01-31"]
    assert later.get("version") == "2.6"
    assert later.tag == "{ddi:codebook:2_6}codeBook"


def test_grants_stay_together_where_some_have_no_number():
    grants = (Grant(funder="ESRC"), Grant(funder="ESRC", number="2"), Grant(funder="", number="3"))
    record = Record(titles=(TITLE,), grants=grants)
    assert text(tree(record), "stdyDscr/citation/prodStmt/fundAg") == ["ESRC", "ESRC", None]
    assert text(tree(record), "stdyDscr/citation/prodStmt/grantNo") == [None, "2", "3"]
    assert read_ddi(write_ddi(record), name="x").record.grants == grants


def test_simulated_data_are_said_to_be():
    root = tree(Record(titles=(TITLE,), simulated=True))
    assert text(root, "stdyDscr/notes") == [
        "The data were made by a program and tell nothing about the world."
    ]


def test_an_orcid_stands_as_the_profile_of_cessda_wants_it():
    orcid = Identifier(value="0000-0001", agency="ORCID", uri="https://orcid.org/0000-0001")
    ror = Identifier(value="033003e23", agency="ROR", uri="https://ror.org/033003e23")
    agent = Agent(name="A", affiliation="B", identifiers=(orcid, ror))
    links = found(
        tree(Record(titles=(TITLE,), creators=(agent,))),
        "stdyDscr/citation/rspStmt/AuthEnty/ExtLink",
    )
    assert [(each.get("role"), each.get("title"), each.get("URI")) for each in links] == [
        ("PID", "ORCID", "https://orcid.org/0000-0001"),
        ("Affiliation-PID", "ROR", "https://ror.org/033003e23"),
    ]


def test_a_variable_with_all_that_a_codebook_needs():
    variable = Variable(
        id="V1",
        name="q1",
        label="Trust",
        files=("F1",),
        question="How much?",
        categories=(
            Category(value="1", label="Much", frequency=40),
            Category(value="9", label="Refused", missing=True),
        ),
        low="1",
        high="5",
        valid=40,
        statistics=(("mean", "1.5"), ("iqr", "2")),
        weight=True,
    )
    root = tree(
        Record(titles=(TITLE,), files=(StudyFile(id="F1", name="a.sav"),), variables=(variable,))
    )
    (element,) = found(root, "dataDscr/var")
    assert (element.get("files"), element.get("wgt")) == ("F1", "wgt")
    assert [each.get("VALUE") for each in found(element, "invalrng/item")] == ["9"]
    assert text(element, "catgry/catStat") == ["40"]
    assert [each.get("missing") for each in found(element, "catgry")] == [None, "Y"]
    assert [each.get("type") for each in found(element, "sumStat")] == ["vald", "mean", "other"]
    assert text(element, "qstn/qstnLit") == ["How much?"]


@pytest.mark.parametrize(
    ("change", "code", "values"),
    [
        ({"version": "a\x0bb\x00"}, "FMT-322", {"element": "version", "count": 2}),
        ({"files": (StudyFile(id="1", name="a"),)}, "FMT-323", {"value": "1", "used": "F1"}),
        ({"language": "in English"}, "FMT-324", {"value": "in English", "used": "none"}),
        (
            {"collection": (Moment(date="2017", event="begin"),)},
            "FMT-325",
            {"value": "begin", "used": "single"},
        ),
        (
            {"works": (Work(citation="a", relation="poster"),)},
            "FMT-325",
            {"value": "poster", "used": "reference"},
        ),
        (
            {"variables": (Variable(id="V1", name="a", measure="scale"),)},
            "FMT-325",
            {"value": "scale", "element": "var/@nature"},
        ),
        (
            {"variables": (Variable(id="V1", name="a", files=("F9",)),)},
            "FMT-325",
            {"value": "F9", "element": "var/@files"},
        ),
        (
            {"variables": (Variable(id="V1", name="a"), Variable(id="V1", name="b"))},
            "FMT-323",
            {"value": "V1", "used": "V2"},
        ),
    ],
)
def test_what_ddi_cannot_hold_is_changed_and_told(change, code, values):
    record = dataclasses.replace(Record(titles=(TITLE,)), **change)
    faults = [each for each in render_ddi(record).faults if each.code == code]
    assert faults
    assert values.items() <= faults[0].values.items()
    assert faults[0].is_warning
    assert "<" not in faults[0].what + faults[0].remedy


def test_works_keep_their_order_in_lists_of_the_schema():
    works = tuple(
        Work(citation=each, relation=each) for each in ("publication", "material", "study")
    )
    record = Record(titles=(TITLE,), works=works)
    assert len(found(tree(record), "stdyDscr/othrStdyMat")) == 2
    assert read_ddi(write_ddi(record), name="x").record.works == works
