"""The official schemas say what they find with line and element; without them that is told."""

import pytest

from consilience.base.errors import Fault
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import Record, Text
from consilience.formats.metadata.schemas import FILES, KINDS, Schemas

TITLED = Record(titles=(Text(value="Schools", language="en"),))
OAI = "http://www.openarchives.org/OAI/2.0/"


@pytest.fixture(scope="module")
def official(shared):
    return Schemas(shared / "data/archive/schemas")


def answer(metadata, about=""):
    """Return an answer of a repository around a record."""
    return (
        f'<OAI-PMH xmlns="{OAI}"><responseDate>2026-01-01T00:00:00Z</responseDate>'
        '<request verb="GetRecord" identifier="oai:a.org:1" metadataPrefix="x">https://a.org/oai'
        "</request><GetRecord><record><header><identifier>oai:a.org:1</identifier>"
        f"<datestamp>2026-01-01T00:00:00Z</datestamp></header><metadata>{metadata}</metadata>"
        f"{about}</record></GetRecord></OAI-PMH>"
    ).encode()


def dublin_core(inside):
    return (
        f'<d:dc xmlns:d="{OAI}oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</d:dc>'
    )


def provenance(date):
    return (
        f'<about><provenance xmlns="{OAI}provenance"><originDescription harvestDate="{date}" '
        'altered="true"><baseURL>https://b.org/</baseURL><identifier>1</identifier>'
        "<datestamp>2026-01-01</datestamp><metadataNamespace>ddi:codebook:2_5</metadataNamespace>"
        "</originDescription></provenance></about>"
    )


@pytest.mark.shared
@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_can_be_loaded(official, kind):
    (found, *_) = official.check(b"<nothing/>", kind, name="x.xml")
    assert found.code == "FMT-327"
    assert found.values["schema"] == kind


@pytest.mark.shared
def test_a_written_record_is_valid_by_the_schema_of_its_namespace(official):
    for version in ("2.5", "2.6"):
        assert official.check(write_ddi(TITLED, version=version), name="x.xml") == ()


@pytest.mark.shared
def test_real_records_are_found_valid_or_not_as_they_are(official, shared):
    verdicts = {
        file.name: len(official.check(file.read_bytes(), name=file.name))
        for file in (shared / "data/ddi25").glob("*.xml")
    }
    assert [name for name, count in verdicts.items() if count == 0 and "seed" in name]
    assert verdicts["gesis-5100.xml"] == 5
    assert verdicts["ukds-7481.xml"] == 8
    assert verdicts["dataverse-exportfull.xml"] == 0
    assert verdicts["oai-list-records-response.xml"] == 0


@pytest.mark.shared
def test_a_finding_names_line_and_element_in_plain_words(official, shared):
    data = (shared / "data/ddi25/gesis-5100.xml").read_bytes()
    first, second, *_ = official.check(data, name="g.xml")
    assert (first.where.line, first.values["element"]) == (32, "distrbtr")
    assert str(first) == (
        "g.xml:32: FMT-327 ddi-2.5 says of distrbtr: This element is not expected. Expected is "
        "( distDate )"
    )
    assert "{'archive'" not in second.what
    assert "'B2'" in second.what


@pytest.mark.shared
def test_a_whole_answer_is_checked_with_its_record(official):
    for version in ("2.5", "2.6"):
        record = write_ddi(TITLED, version=version).decode().split("?>", 1)[1]
        assert official.check(answer(record), name="x.xml") == ()
        wrong = answer(record.replace("<othrStdyMat/>", "<othrMat/>"))
        assert [each.values["element"] for each in official.check(wrong, name="x")] == ["othrMat"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("data", "element"),
    [
        (answer(dublin_core("<dc:title>a</dc:title><dc:title>b</dc:title>")), None),
        (answer(dublin_core("<dc:titel>a</dc:titel>")), "dc:titel"),
        (answer(dublin_core(""), provenance("2026-01-01T00:00:00Z")), None),
        (answer(dublin_core(""), provenance("2026-01-01T00:00:00")), "originDescription"),
    ],
    ids=["dc", "wrong dc", "provenance", "wrong provenance"],
)
def test_what_our_own_schemas_say(official, data, element):
    found = official.check(data, name="x.xml")
    if element is None:
        assert found == ()
    else:
        assert element.rpartition(":")[2] in found[0].what


def test_without_a_folder_the_schema_is_not_applied_and_that_is_told():
    (found,) = Schemas(None).check(write_ddi(TITLED), name="x.xml")
    assert (found.code, found.is_warning, found.values["schema"]) == ("FMT-328", True, "ddi-2.5")
    assert Schemas(None).missing() == KINDS


def test_a_folder_without_the_schema_is_told(tmp_path):
    with pytest.raises(Fault) as caught:
        Schemas(tmp_path).check(write_ddi(TITLED), name="x.xml")
    assert caught.value.code == "FMT-326"
    assert str(tmp_path) in caught.value.what


def test_a_schema_that_is_none_is_told(tmp_path):
    file = tmp_path / FILES["ddi-2.5"]
    file.parent.mkdir()
    file.write_text("<html/>", encoding="utf-8")
    with pytest.raises(Fault) as caught:
        Schemas(tmp_path).check(write_ddi(TITLED), name="x.xml")
    assert caught.value.code == "FMT-326"


def test_what_belongs_to_no_schema_is_told():
    with pytest.raises(Fault) as caught:
        Schemas(None).check(b"<html/>", name="x.xml")
    assert caught.value.code == "FMT-303"
