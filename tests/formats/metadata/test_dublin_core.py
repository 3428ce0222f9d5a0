"""Is our oai_dc valid, and is it read back?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from consilience.base.errors import Fault
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.dublin_core import oai_dc, read_oai_dc
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Holding,
    Identifier,
    Level,
    Moment,
    Place,
    Record,
    StudyFile,
    Term,
    Text,
    Work,
)

DOI = Identifier(value="10.5072/study-1", agency="DOI", uri="https://doi.org/10.5072/study-1")
NAMES = (
    "title creator subject description publisher contributor date type format identifier source "
    "language relation coverage rights"
)
# What oai_dc.xsd says: any of the fifteen, in any order, each with words and a language.
SCHEMAS = {
    "oai_dc": """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
          xmlns:dc="http://purl.org/dc/elements/1.1/" elementFormDefault="qualified"
          targetNamespace="http://www.openarchives.org/OAI/2.0/oai_dc/">
        <xs:import namespace="http://purl.org/dc/elements/1.1/" schemaLocation="dc.xsd"/>
        <xs:element name="dc"><xs:complexType>
          <xs:choice minOccurs="0" maxOccurs="unbounded">{elements}</xs:choice>
        </xs:complexType></xs:element>
      </xs:schema>""".format(
        elements="".join(f'<xs:element ref="dc:{name}"/>' for name in NAMES.split())
    ),
    "dc": """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
          xmlns="http://purl.org/dc/elements/1.1/" elementFormDefault="qualified"
          targetNamespace="http://purl.org/dc/elements/1.1/">
        <xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>
        <xs:complexType name="words"><xs:simpleContent><xs:extension base="xs:string">
          <xs:attribute ref="xml:lang"/></xs:extension></xs:simpleContent></xs:complexType>
        {elements}
      </xs:schema>""".format(
        elements="".join(f'<xs:element name="{name}" type="words"/>' for name in NAMES.split())
    ),
    "xml": """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
          targetNamespace="http://www.w3.org/XML/1998/namespace">
        <xs:attribute name="lang" type="xs:language"/>
      </xs:schema>""",
}

FULL = Record(
    titles=(Text(value="Schools", language="en"), Text(value="Ysgolion", language="cy")),
    identifiers=(DOI, Identifier(value="study 1")),
    holdings=(
        Holding(uri="https://doi.org/10.5072/study-1", language="en"),
        Holding(uri="https://example.org/1", language="en"),
    ),
    creators=(Agent(name="Green, A"), Agent(name="Brown, B")),
    contributors=(Agent(name="Field force"),),
    publishers=(Agent(name="An Archive", language="en"),),
    published="2021-03-04",
    keywords=(Term(value="schools", language="en"), Term(value="care")),
    abstract=(Text(value="What it is about.", language="en"),),
    coverage=(
        Moment(date="2016", event="start"),
        Moment(date="2018-01", event="end"),
        Moment(date="2020"),
    ),
    nations=(Place(value="United Kingdom", code="GB", language="en"),),
    places=(Place(value="England"),),
    data_kinds=(Term(value="Numeric", language="en"), Term(value="Text")),
    access=Access(
        level=Level.SAFEGUARDED,
        statement=(Text(value="To registered users.", language="en"),),
        licence_uri="https://example.org/licence",
    ),
    works=(
        Work(citation="", relation="reference", identifiers=(DOI,)),
        Work(citation="", relation="reference", uri="https://example.org/guide"),
        Work(citation="Green (2020) Schools.", relation="reference"),
    ),
    language="en",
    simulated=True,
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    folder = tmp_path_factory.mktemp("schema")
    for name, text in SCHEMAS.items():
        (folder / f"{name}.xsd").write_text(text.strip())
    return etree.XMLSchema(etree.parse(folder / "oai_dc.xsd"))


def test_all_that_oai_dc_can_hold_is_valid_and_read_back(schema):
    data = oai_dc(FULL)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    assert read_oai_dc(data, name="x") == FULL


@pytest.mark.shared
def test_the_first_study_keeps_its_words(shared, schema):
    file = shared / "data/ddi25/seed-854716-reconstructed.xml"
    record = read_ddi(file.read_bytes(), name=file.name).record
    data = oai_dc(record)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    back = read_oai_dc(data, name="x")
    for field in ("titles", "abstract", "published", "nations", "places", "data_kinds"):
        assert getattr(back, field) == getattr(record, field)
    assert [each.name for each in back.creators] == [each.name for each in record.creators]
    assert back.identifiers[0].value == "10.5255/UKDA-SN-854716"
    assert back.access.statement == record.access.statement


@pytest.mark.parametrize("level", Level)
def test_levels_stand_in_openaires_words_and_in_ours(level):
    record = Record(titles=(Text(value="t"),), access=Access(level=level))
    said = oai_dc(record).decode()
    wanted = "openAccess" if level is Level.OPEN else "restrictedAccess"
    assert f"info:eu-repo/semantics/{wanted}<" in said
    assert read_oai_dc(oai_dc(record), name="x").access.level is level


def test_others_open_access_is_understood():
    record = Record(titles=(Text(value="t"),), access=Access(level=Level.OPEN))
    other = oai_dc(record).replace(b"Access level: open", b"info:eu-repo/semantics/x")
    assert read_oai_dc(other, name="x").access == Access(level=Level.OPEN)


def test_formats_are_told_once():
    files = tuple(StudyFile(id=f"f{n}", name=f"{n}.csv", media_type="text/csv") for n in range(3))
    data = oai_dc(Record(titles=(Text(value="t"),), files=files))
    assert data.count(b"<dc:format>text/csv</dc:format>") == 1


def test_it_is_found_inside_an_answer_and_refused_where_it_is_not():
    inner = etree.fromstring(oai_dc(FULL))
    answer = etree.Element("record")
    etree.SubElement(answer, "metadata").append(inner)
    assert read_oai_dc(etree.tostring(answer), name="x") == FULL
    for data in (b"<dc/>", oai_dc(Record(titles=()))):
        with pytest.raises(Fault) as caught:
            read_oai_dc(data, name="x.xml")
        assert caught.value.code == "FMT-348"


words = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12
)
texts = st.builds(Text, value=words, language=st.sampled_from(("", "en", "cy-GB")))


@given(
    titles=st.lists(texts, min_size=1, max_size=3),
    creators=st.lists(words, max_size=3),
    abstract=st.lists(texts, max_size=3),
    keywords=st.lists(texts, max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_any_words_come_back(titles, creators, abstract, keywords):
    record = Record(
        titles=tuple(titles),
        creators=tuple(Agent(name=each) for each in creators),
        abstract=tuple(abstract),
        keywords=tuple(Term(value=each.value, language=each.language) for each in keywords),
    )
    assert read_oai_dc(oai_dc(record), name="x") == record
