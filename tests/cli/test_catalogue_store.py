"""Commands over a catalogue: made, loaded, searched, paused; served in a process of its own."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import Identifier, Place, Record, Text

GIVEN = [
    "--name", "An archive", "--base-url", "https://data.example.org/", "--admin-email",
    "archive@example.org", "--repository", "data.example.org",
]  # fmt: skip


def run(*given):
    return CliRunner().invoke(main, ["catalogue", *map(str, given)])


@pytest.fixture
def archive(tmp_path):
    assert run("new", tmp_path / "archive", *GIVEN).exit_code == 0
    return tmp_path / "archive"


@pytest.fixture
def loaded(archive, tmp_path):
    for number, country in enumerate(["Finland", "Norway"]):
        record = Record(
            titles=(Text(value=f"Schools {number}"),),
            identifiers=(Identifier(value=str(number)),),
            nations=(Place(value=country),),
            published="2019",
        )
        (tmp_path / f"{number}.xml").write_bytes(write_ddi(record))
    done = run("load", archive, tmp_path / "0.xml", tmp_path / "1.xml")
    assert done.exit_code == 0, done.output
    assert "2 records new or changed" in done.output
    return archive


def test_settings_that_do_not_fit_are_told(tmp_path):
    done = run("new", tmp_path / "archive", *GIVEN[:-1], "nowhere")
    assert done.exit_code == 1
    assert "CAT-003" in done.stderr
    assert not (tmp_path / "archive").exists()


def test_search_for_people(loaded):
    done = run("search", loaded, "school*", "--facet", "country=Finland")
    assert done.exit_code == 0
    assert "Schools 0" in done.output
    assert "Schools 1" not in done.output
    assert "1 of 1 record" in done.output
    assert "Norway (1)" in done.output


def test_search_for_machines(loaded):
    told = json.loads(run("search", loaded, "--json").output)
    assert told["total"] == 2
    assert [hit["identifier"] for hit in told["hits"]] == [
        "oai:data.example.org:1", "oai:data.example.org:0",
    ]  # fmt: skip
    assert told["facets"]["year"] == [{"value": "2019", "count": 2}]
    assert run("search", loaded, "--facet", "x=y").exit_code == 1


def test_files_that_cannot_be_loaded_end_with_1(archive, tmp_path):
    (tmp_path / "bad.xml").write_bytes(b"<other/>")
    done = run("load", archive, tmp_path / "bad.xml")
    assert done.exit_code == 1
    assert "FMT-303" in done.stderr
    told = json.loads(run("load", archive, tmp_path / "bad.xml", "--json").output)
    assert told["changed"] == 0
    assert told["faults"][0]["code"] == "FMT-303"


def test_a_pause_and_its_end(archive):
    assert run("pause", archive).exit_code == 0
    assert (archive / ".consilience" / "paused").exists()
    assert run("resume", archive).exit_code == 0
    assert not (archive / ".consilience" / "paused").exists()
    assert run("pause", archive / "nothing").exit_code == 1


def test_a_catalogue_is_served(loaded):
    command = [sys.executable, "-m", "consilience", "catalogue", "serve", str(loaded), "--port"]
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as server:  # fmt: skip
        try:
            port = int(re.search(r":(\d+)/", server.stdout.readline())[1])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc")
            assert connection.getresponse().read().count(b"<header>") == 2
            connection.close()
        finally:
            server.terminate()
