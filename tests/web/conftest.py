"""Studies on the web, and passwords that are checked in no time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher

sys.path.insert(0, str(Path(__file__).parent))  # the tests are no package
sys.path.insert(0, str(Path(__file__).parents[1] / "interviews"))

from made_catalogue import opened_copy, write_catalogue
from made_site import opened

from consilience.desk import passwords
from consilience.web.site import place_of


@pytest.fixture(scope="session", autouse=True)
def quick_hashes():
    """Let passwords be checked in no time: what is tested here is what comes after."""
    kept, passwords._HASHER = passwords._HASHER, PasswordHasher(1, 8, 1)
    passwords._nobody.cache_clear()
    yield
    passwords._HASHER = kept
    passwords._nobody.cache_clear()


@pytest.fixture
def web(tmp_path):
    """Return a study on this machine's own address."""
    yield from opened(tmp_path, place_of(host="127.0.0.1", port=8080))


@pytest.fixture
def public(tmp_path):
    """Return a study behind TLS."""
    place = place_of(host="127.0.0.1", port=8080, public_url="https://coding.example.org")
    yield from opened(tmp_path, place)


@pytest.fixture(scope="session")
def made_archive(tmp_path_factory):
    """Return a folder with a catalogue in which a study is published, not to be changed."""
    return write_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def archive(made_archive, tmp_path):
    """Return a catalogue with one study on the web."""
    yield from opened_copy(made_archive, tmp_path)
