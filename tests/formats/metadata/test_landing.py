"""Does the landing page print what B2FIND prints, from DDI alone?"""

from __future__ import annotations

import json

import pytest
from rapidfuzz import fuzz

from consilience.formats.metadata.ddi_read import read_ddi, records_in
from consilience.formats.metadata.landing import (
    Landing,
    is_open,
    landing,
    landing_json,
    metadata_address,
)
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
    StudyFile,
    Term,
    Text,
    Work,
)
from consilience.formats.metadata.tables import rows


def page(**fields):
    return landing(Record(titles=(Text(value="A study"),), **fields))


def printed(shown: Landing):
    return dict((*shown.identifier, *shown.provenance, *shown.representation))


@pytest.mark.shared
@pytest.mark.parametrize("name", ["seed-854716-reconstructed.xml", "seed-854716-oai-record.xml"])
def test_the_first_study_prints_exactly_what_its_page_has(shared, name):
    wanted = (shared / "data/archive/b2find/seed_landing_fields.json").read_text().strip()
    read = read_ddi((shared / "data/ddi25" / name).read_bytes(), name=name)
    identifier = read.envelope.identifier if read.envelope else ""
    shown = landing(
        read.record, metadata_access=metadata_address(read.record, identifier=identifier)
    )
    assert json.dumps(landing_json(shown), ensure_ascii=False) == wanted
    assert shown.level is None


@pytest.mark.shared
def test_every_real_record_has_a_page(shared):
    pages = []
    for file in sorted((shared / "data/ddi25").glob("*.xml")):
        if file.name != "oai-record-with-error.xml":
            found = records_in(file.read_bytes(), name=file.name)
            pages += [landing(each.read.record) for each in found if each.read]
    assert len(pages) >= 16
    for each in pages:
        assert each.title
        assert all(value for _, value in each.provenance)
    levels = [each.level for each in pages if each.level]
    assert levels == [Level.SAFEGUARDED, Level.SAFEGUARDED]


@pytest.mark.shared
def test_our_disciplines_are_those_of_b2find(shared):
    source = json.loads((shared / "data/archive/b2find/b2find_disciplines.json").read_text())
    theirs = [tuple(part.strip() for part in each.split("#")) for each in source["disciplines"]]
    assert [(number, name) for number, _, name in theirs] == list(rows("disciplines"))


def test_addresses_are_sorted_by_kind():
    shown = page(
        identifiers=(
            Identifier(value="7", agency="ours"),
            Identifier(value="10.1234/idno", agency="dara"),
        ),
        document_holdings=(Holding(uri="https://hdl.handle.net/11/2"),),
        holdings=(Holding(uri="https://example.org/study", language="cy-GB"),),
        works=(
            Work(citation="a", uri="https://example.org/report"),
            Work(citation="b", uri="https://doi.org/10.1234/idno"),
            Work(citation="c", uri="in the library"),
        ),
    )
    assert shown.identifier == (
        ("DOI", "https://doi.org/10.1234/idno"),
        ("PID", "https://hdl.handle.net/11/2"),
        ("Source", "https://example.org/study"),
        ("Related Identifier", "https://example.org/report"),
    )
    assert printed(shown)["Language"] == "Welsh"


def test_the_blocks_take_their_words_from_their_places():
    shown = page(
        abstract=(Text(value="One."), Text(value="Two.")),
        method=Method(
            sampling=(Term(value="Quota"), Term(value="n/a")), modes=(Term(value="By post"),)
        ),
        creators=(Agent(name="Green, A"), Agent(name="Brown, B"), Agent(name="Green, A")),
        publishers=(Agent(name="An Archive", uri="mail@example.org"),),
        contributors=(Agent(name="Field force"),),
        published="soon",
        grants=(Grant(funder="A Council", number="7"),),
        copyright=(Text(value="A Green"),),
        access=Access(level=Level.CONTROLLED, statement=(Text(value="Not stated"),)),
        files=(
            StudyFile(id="f1", name="a", media_type="text/csv"),
            StudyFile(id="f2", name="b", media_type="-"),
        ),
        places=(Place(value="England"),),
        nations=(Place(value="United Kingdom"),),
        coverage=(
            Moment(date="2015"),
            Moment(date="2016", event="start"),
            Moment(date="2018-03", event="end"),
            Moment(date="2020", event="end"),
        ),
        simulated=True,
    )
    assert (shown.abstract, shown.method) == ("One.\n\nTwo.", "Quota\n\nBy post")
    assert shown.provenance == (
        ("Creator", "Green, A; Brown, B"),
        ("Publisher", "An Archive"),
        ("Contributor", "Field force"),
        ("Contact", "mail(at)example.org"),
        ("Funding Reference", "A Council"),
        ("Rights", "A Green"),
        ("OpenAccess", "true"),
    )
    assert shown.representation == (
        ("Format", "text/csv"),
        ("Discipline", "Social Sciences"),
        ("Spatial Coverage", "England; United Kingdom"),
        ("Temporal Coverage", "2016/2018-03"),
    )
    assert (shown.level, shown.simulated) == (Level.CONTROLLED, True)
    assert "level" not in landing_json(shown)


def test_half_an_interval_is_left_open():
    assert printed(page(coverage=(Moment(date="2016", event="start"),)))["Temporal Coverage"] == (
        "2016/.."
    )


@pytest.mark.parametrize(
    ("rights", "wanted"),
    [
        ("", True),
        ("Available to users registered with the archive", True),
        ("Restrictions", True),
        ("Restricted to members", False),
        ("info:eu-repo/semantics/embargoedAccess", False),
        ("CLOSED until 2030", False),
    ],
)
def test_open_access_is_told_by_words_alone(rights, wanted):
    assert is_open(rights) is wanted


def test_tags_are_words_and_choose_the_disciplines():
    shown = page(
        keywords=(
            Term(value="schools, child-protection,x"),
            Term(value="Psycholoy"),
            Term(value="schools"),
        ),
        topics=(Term(value="Education Science"), Term(value="none")),
    )
    assert shown.tags == ("schools", "child protection", "Psycholoy", "Education Science")
    # By the least edits: one letter is missing in each.
    assert fuzz.ratio("education science", "education sciences") > fuzz.ratio(
        "psycholoy", "psychology"
    )
    assert printed(shown)["Discipline"] == "Education Sciences; Psychology"
    assert "Tags" not in landing_json(shown)


def test_the_metadata_address_is_told_only_where_it_is_known():
    def record(publisher, *identifiers):
        return Record(
            titles=(Text(value="A study"),),
            identifiers=tuple(Identifier(value=each) for each in identifiers),
            publishers=(Agent(name=publisher),),
        )

    ours = record("An Archive", "10.1234/x", "7")
    assert metadata_address(ours) == ""
    assert metadata_address(ours, base_url="https://a.org/oai") == (
        "https://a.org/oai?verb=GetRecord&metadataPrefix=oai_ddi25&identifier=7"
    )
    assert metadata_address(
        ours, base_url="https://a.org/oai", identifier="oai:a b&c", prefix="oai_dc"
    ).endswith("metadataPrefix=oai_dc&identifier=oai:a%20b%26c")
    assert metadata_address(ours, identifier="a" * 64).startswith(
        "https://datacatalogue.cessda.eu/oai-pmh/v0/oai?verb=GetRecord"
    )
    assert metadata_address(record("UK Data Service", "10.1234/x")) == ""
    assert metadata_address(record("UK Data Service", "854716")).endswith(
        "04a07f48693acc7be5cd9ae10a659ccc663c46ef877908f64a02bb4f999aa18f"
    )
