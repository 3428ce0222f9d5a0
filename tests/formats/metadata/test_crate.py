"""Does another program open our RO-Crate, and does it find what we put in?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from rocrate.rocrate import ROCrate

from consilience.formats.metadata.crate import FILE_NAME, crate_of
from consilience.formats.metadata.json_ld_read import read_json_ld
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Identifier,
    Level,
    Record,
    StudyFile,
    Text,
)

DAY = dt.date(2021, 5, 1)
DOI = Identifier(value="10.5072/study-1", agency="DOI", uri="https://doi.org/10.5072/study-1")
ORCID = Identifier(
    value="0000-0001-5727-2427", agency="ORCID", uri="https://orcid.org/0000-0001-5727-2427"
)
FILES = (
    StudyFile(
        id="f1",
        name="data/school interviews/a?.txt",
        contents="A transcript",
        media_type="text/plain",
        size=5,
        checksum="2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        level=Level.SAFEGUARDED,
        licence="End User Licence",
        embargo=dt.date(2030, 1, 2),
        data_set="interviews",
    ),
    StudyFile(id="f2", name="README.txt", media_type="text/plain", size=2, level=Level.OPEN),
    StudyFile(id="f3", name="data/b.txt", size=1, data_set="interviews"),
)
RECORD = Record(
    titles=(Text(value="Schools"),),
    identifiers=(DOI,),
    creators=(Agent(name="Green, A", affiliation="Ashby", identifiers=(ORCID,)),),
    contributors=(Agent(name="Green, A", affiliation="Ashby", identifiers=(ORCID,)),),
    publishers=(Agent(name="An Archive"),),
    published="2021-03-04",
    abstract=(Text(value="What it is about."),),
    access=Access(
        level=Level.SAFEGUARDED,
        licence="CC BY 4.0",
        licence_uri="https://creativecommons.org/licenses/by/4.0/",
    ),
    files=FILES,
    simulated=True,
)


def things(crate):
    return {each["@id"]: each for each in crate["@graph"]}


def test_rocrate_opens_it_and_finds_the_files(tmp_path):
    for file in FILES:
        path = tmp_path / "made" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"hello"[: file.size])
    (tmp_path / "made" / FILE_NAME).write_text(json.dumps(crate_of(RECORD, at=DAY)))
    crate = ROCrate(tmp_path / "made")
    assert crate.root_dataset["name"] == "Schools"
    assert crate.root_dataset["datePublished"] == "2021-03-04"
    assert crate.root_dataset["license"]["name"] == "CC BY 4.0"
    assert crate.root_dataset["creator"][0]["affiliation"]["name"] == "Ashby"
    found = {each.id: each for each in crate.data_entities}
    assert set(found) == {"data/school%20interviews/a%3F.txt", "README.txt", "data/b.txt"}
    first = found["data/school%20interviews/a%3F.txt"]
    assert first["contentSize"] == "5"
    assert first["sha256"] == FILES[0].checksum
    assert first["conditionsOfAccess"] == ["Access level: safeguarded", "Not before: 2030-01-02"]
    assert first["license"]["name"] == "End User Licence"
    (group,) = crate.root_dataset["mentions"]
    assert [each.id for each in group["hasPart"]] == [first.id, "data/b.txt"]
    # It writes again what it read.
    crate.write(tmp_path / "again")
    again = json.loads((tmp_path / "again" / FILE_NAME).read_text())
    assert things(again)["./"]["name"] == "Schools"
    assert len(again["@graph"]) == len(crate_of(RECORD, at=DAY)["@graph"])


def test_the_structure_is_that_of_the_specification():
    crate = crate_of(RECORD, at=DAY)
    assert crate["@context"] == "https://w3id.org/ro/crate/1.2/context"
    first, root, *_ = crate["@graph"]
    assert first == {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"},
        "about": {"@id": "./"},
    }
    assert (root["@id"], root["@type"]) == ("./", "Dataset")
    for needed in ("name", "description", "datePublished", "license"):
        assert root[needed]

    def references(value):
        if isinstance(value, list):
            return [found for each in value for found in references(each)]
        if isinstance(value, dict):
            assert set(value) == {"@id"}, value
            return [value["@id"]]
        return []

    known = things(crate)
    assert len(known) == len(crate["@graph"])
    for each in crate["@graph"]:
        assert "@type" in each
        for key, value in each.items():
            for name in references(value):
                assert name in known or key == "conformsTo"


def test_a_person_in_two_parts_stands_once():
    crate = crate_of(RECORD, at=DAY)
    people = [each for each in crate["@graph"] if each["@type"] == "Person"]
    assert len(people) == 1


def test_a_crate_says_what_it_must_even_of_a_bare_record():
    root = things(crate_of(Record(titles=(Text(value="Schools"),)), at=DAY))["./"]
    assert root == {
        "@id": "./",
        "@type": "Dataset",
        "name": "Schools",
        "description": "Schools",
        "datePublished": "2021-05-01",
        "license": "No licence is stated.",
    }


def test_it_is_read_back_as_a_record():
    data = json.dumps(crate_of(RECORD, at=DAY)).encode()
    back = read_json_ld(data, name=FILE_NAME)
    assert back.files == tuple(
        dataclasses.replace(each, id=f"f{number}") for number, each in enumerate(FILES, start=1)
    )
    for field in ("titles", "creators", "publishers", "published", "abstract", "access"):
        assert getattr(back, field) == getattr(RECORD, field)
    assert back.simulated
    bare = read_json_ld(
        json.dumps(crate_of(Record(titles=(Text(value="t"),)), at=DAY)).encode(), name="x"
    )
    assert bare.access == Access()


def test_other_files_may_be_given():
    crate = crate_of(RECORD, at=DAY, files=[StudyFile(id="x", name="x.txt")])
    assert things(crate)["./"]["hasPart"] == [{"@id": "x.txt"}]
