"""Are DOIs, identifiers of people and harvested records named as others name them?"""

from __future__ import annotations

import pytest

from consilience.formats.metadata.identifiers import (
    doi_in,
    doi_of,
    hashed_identifier,
    is_person,
    parted,
    persistent,
)
from consilience.formats.metadata.model import Agent, Holding, Identifier, Record, Text


def test_the_hash_of_the_first_study_is_that_of_cessda():
    found = hashed_identifier("https://oai.ukdataservice.ac.uk:8443/oai/provider", "854716")
    assert found == "04a07f48693acc7be5cd9ae10a659ccc663c46ef877908f64a02bb4f999aa18f"


def test_a_doi_is_found_where_it_is_said_first():
    def record(*identifiers, uri=""):
        holdings = (Holding(uri=uri),) if uri else ()
        return Record(titles=(Text(value="t"),), identifiers=identifiers, holdings=holdings)

    local = Identifier(value="854716", agency="UKDA")
    said = Identifier(value="doi:10.1/a", agency="DOI")
    full = Identifier(value="doi:10.1234/a", agency="DOI")
    loose = Identifier(value="10.1234/loose")
    held = "https://doi.org/10.1234/held"
    assert doi_of(record(local, said)) == ""
    assert doi_of(record(local, loose, full, uri=held)) == "10.1234/a"
    assert doi_of(record(local, loose, uri=held)) == "10.1234/held"
    assert doi_of(record(local, loose, uri="https://example.org/10.1234/x")) == "10.1234/loose"
    assert doi_in("no 10.12/x here") == ""


@pytest.mark.parametrize(
    ("value", "agency", "wanted"),
    [
        (" https://orcid.org/0000-0002-1825-009X ", "", ("0000-0002-1825-009X", "ORCID")),
        ("0000-0002-1825-0097", "ORCID", ("0000-0002-1825-0097", "ORCID")),
        ("0000-0002-1825-0097", "", ("0000-0002-1825-0097", "")),
        ("https://ror.org/04wxnsj81/", "ror", ("04wxnsj81", "ROR")),
        ("0000 0001 2103 4996", "ISNI", ("0000000121034996", "ISNI")),
        ("https://example.org/me", "Ours", ("https://example.org/me", "Ours")),
    ],
)
def test_identifiers_are_told_bare_and_as_addresses(value, agency, wanted):
    found = persistent(value, agency)
    assert (found.value, found.agency) == wanted
    assert bool(found.uri) == (wanted != ("0000-0002-1825-0097", ""))


@pytest.mark.parametrize(
    ("name", "person", "affiliation"),
    [
        ("Manthorpe, J, King's College London", "Manthorpe, J", "King's College London"),
        (
            "Lummis, T., University of Essex. Sociology",
            "Lummis, T.",
            "University of Essex. Sociology",
        ),
        ("Ward, J.-P., X, Y", "Ward, J.-P.", "X, Y"),
        ("Smith, J. A.", "Smith, J. A.", ""),
        ("Office for National Statistics, Social Survey Division", None, ""),
        ("Department of Health, London, UK", None, ""),
        ("GfK Austria", None, ""),
    ],
)
def test_only_names_of_people_are_taken_apart(name, person, affiliation):
    found = parted(Agent(name=name))
    assert (found.name, found.affiliation) == (person or name, affiliation)
    assert is_person(found) is bool(person)


def test_an_affiliation_told_apart_is_left_alone():
    agent = Agent(name="Green, A, Ashby", affiliation="University")
    assert parted(agent) is agent
    assert is_person(Agent(name="Green", identifiers=(persistent("0000-0002-1825-0097", "ORCID"),)))
    assert not is_person(Agent(name="Green, A", identifiers=(persistent("04wxnsj81", "ROR"),)))
