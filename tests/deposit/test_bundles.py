"""Zip files for upload: no two levels of access in one, the same bytes each time."""

import io
import zipfile

import pytest

from consilience.base.errors import Fault
from consilience.deposit.access_list import read_access
from consilience.deposit.bundles import bundles_of
from consilience.deposit.package import payload_of


@pytest.fixture
def payload(package):
    return payload_of(package)


def inside(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_file_is_in_one_bundle_of_its_level(payload):
    bundles = {name: inside(content) for name, content in bundles_of("keep-1", payload)}
    assert list(bundles) == [
        "keep-1-documentation-open.zip",
        "keep-1-scoping-safeguarded.zip",
        "keep-1-surveys-controlled.zip",
    ]
    assert {p: c for files in bundles.values() for p, c in files.items()} == payload
    assert sum(map(len, bundles.values())) == len(payload)
    levels = {line.path: line.level for line in read_access(payload["access.csv"])}
    for name, files in bundles.items():
        held = {levels[path] for path in files if path != "access.csv"}
        assert [f"-{level}.zip" for level in held] == [name[name.rindex("-") :]]


def test_the_same_bytes_each_time(payload):
    first, second = (list(bundles_of("keep-1", payload)) for _ in range(2))
    assert first == second
    entries = [each for _, data in first for each in zipfile.ZipFile(io.BytesIO(data)).infolist()]
    assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_too_large_is_parted(payload):
    largest = max(map(len, payload.values()))
    bundles = dict(bundles_of("keep-1", payload, largest=largest))
    assert "keep-1-documentation-open-1.zip" in bundles
    files = {}
    for content in bundles.values():
        part = inside(content)
        assert sum(map(len, part.values())) <= largest
        files |= part
    assert files == payload


def test_a_file_that_is_too_large_alone_is_refused(payload):
    with pytest.raises(Fault) as told:
        list(bundles_of("keep-1", payload, largest=100))
    assert told.value.code == "DEP-041"
