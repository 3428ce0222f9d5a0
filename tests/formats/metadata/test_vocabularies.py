"""Are our code tables those of CESSDA and the DDI Alliance, and looked up rightly?"""

from __future__ import annotations

import json

import pytest
from lxml import etree

from consilience.base.errors import Fault
from consilience.formats.metadata.vocabularies import (
    Standing,
    named,
    vocabularies,
    vocabulary,
)

SKOS = "{http://www.w3.org/2004/02/skos/core#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def in_version(each, version):
    return {
        code: term for code, term in each.terms.items() if each.since.get(code, version) <= version
    }


@pytest.mark.shared
@pytest.mark.parametrize("name", vocabularies())
def test_our_table_is_that_of_the_vocabulary_service(shared, name):
    file = shared / f"data/archive/vocab/cessda-cvs/{name}.json"
    (source,) = [
        each for each in json.loads(file.read_text())["versions"] if each["itemType"] == "SL"
    ]
    ours = vocabulary(name)
    assert ours.version == source["number"]
    assert ours.uri == source["uri"]
    theirs = {each["notation"]: " ".join(each["title"].split()) for each in source["concepts"]}
    assert in_version(ours, source["number"]) == theirs
    for each in source["concepts"]:
        assert ours.uri_of(each["notation"]) == each["uri"]


@pytest.mark.shared
@pytest.mark.parametrize("name", vocabularies())
def test_our_table_is_that_of_the_ddi_alliance(shared, name):
    found = sorted((shared / "data/archive/vocab/ddi-cv").glob(f"{name}-*.rdf"))
    if vocabulary(name).agency == "CESSDA" or name == "LifecycleEventType":
        assert not found
        return
    (file,) = found
    theirs = {}
    for each in etree.parse(file).getroot():
        kind = each.find(f"{RDF}type").get(f"{RDF}resource")
        terms = [label.text for label in each.iter(f"{SKOS}prefLabel") if label.get(LANG) == "en"]
        if kind.endswith("#Concept"):
            theirs[each.findtext(f"{SKOS}notation")] = " ".join(terms[0].split())
    version = ".".join(file.stem.rpartition("-")[2].split(".")[:2])
    assert vocabulary(name).versions[-1] == version
    assert in_version(vocabulary(name), version) == theirs


def test_a_code_leads_to_its_term_and_back():
    for each in vocabularies().values():
        for code, term in each.terms.items():
            assert each.code_of(term.upper()) in {
                other for other, words in each.terms.items() if words.casefold() == term.casefold()
            }
            assert each.term(code).value == term
    assert vocabulary("ContributorRole").code_of("no such role") == ""


def test_a_code_that_came_later_is_addressed_in_its_version():
    mode = vocabulary("ModeOfCollection")
    assert mode.term("MeasurementsAndTests.Cognitive").vocabulary_uri.endswith("_5.0.html")
    assert mode.term("Interview").vocabulary_uri.endswith("_4.0.html")


def test_unknown_codes_and_vocabularies_are_refused():
    with pytest.raises(Fault) as caught:
        vocabulary("TimeMethod").term("Sometimes")
    assert caught.value.code == "FMT-330"
    with pytest.raises(Fault) as caught:
        vocabulary("Colours")
    assert caught.value.code == "FMT-331"


@pytest.mark.parametrize(
    ("word", "version", "of", "wanted"),
    [
        ("TheoreticalSampling", "2.0", "code", Standing.KNOWN),
        ("TheoreticalSampling", "1.1", "code", Standing.UNKNOWN),
        ("TheoreticalSampling", "", "code", Standing.KNOWN),
        ("Quota", "1.0", "code", Standing.UNKNOWN),
        ("Quota", "2.3", "code", Standing.OPEN),
        ("Quota", "3.0", "code", Standing.OPEN),
        ("Probability", "2.3", "code", Standing.KNOWN),
        ("Total universe/Complete enumeration", "1.1", "term", Standing.KNOWN),
        ("total universe/complete enumeration", "1.1", "term", Standing.UNKNOWN),
    ],
)
def test_a_word_belongs_to_a_version_or_not_or_it_cannot_be_told(word, version, of, wanted):
    assert vocabulary("SamplingProcedure").standing(word, version=version, of=of) is wanted


@pytest.mark.parametrize(
    ("title", "uri", "wanted"),
    [
        ("", "urn:ddi:int.ddi.cv:AnalysisUnit:2.0", ("AnalysisUnit", "2.0", "")),
        ("", "urn:ddi-cv:AnalysisUnit:1.0", ("AnalysisUnit", "1.0", "")),
        (
            "",
            "https://vocabularies.cessda.eu/v2/vocabularies/TimeMethod/1.2?languageVersion=fi-1.2.1",
            ("TimeMethod", "1.2", "fi"),
        ),
        (
            "",
            "https://ddialliance.org/Specification/DDI-CV/ModeOfCollection_4.0.html",
            ("ModeOfCollection", "4.0", ""),
        ),
        (
            "",
            "https://vocabularies.cessda.eu/vocabulary/TopicClassification?v=4.1",
            ("TopicClassification", "4.1", ""),
        ),
        ("ddi mode of collection", "", ("ModeOfCollection", "", "")),
        ("Unavailable", "https://example.org/MyAnalysisUnits", None),
    ],
)
def test_records_name_vocabularies_in_many_ways(title, uri, wanted):
    found = named(title, uri)
    got = found and (found.vocabulary.name, found.version, found.language)
    assert got == wanted
