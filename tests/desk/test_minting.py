"""A DOI at a registry that listens on this machine: asked only when named, never half done."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from datacite import schema45
from made_catalogue import IDENTIFIER, make_package, make_record, settings, write_package

from consilience.base.errors import Fault
from consilience.desk.catalogue import (
    change_records,
    form_of_record,
    make_catalogue,
    opened_catalogue,
    record_of,
)
from consilience.desk.catalogue_entries import entry_of
from consilience.desk.catalogue_publish import publish_bag
from consilience.desk.minting import doi_of_record, mint, registry_of
from consilience.formats.metadata.identifiers import doi_of
from consilience.formats.metadata.model import Identifier
from consilience.store.database import snapshot
from consilience.store.ledger import lines

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
USER, PASSWORD = "ARCHIVE.ONE", "a password"


class StubRegistry(ThreadingHTTPServer):
    """A registry as DataCite's REST interface describes it, with failures that can be ordered."""

    def __init__(self):
        self.dois, self.asked, self.failures = {}, [], []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_POST(self):
        self.answer("POST")

    def do_PUT(self):
        self.answer("PUT")

    def do_GET(self):
        self.answer("GET")

    def answer(self, method):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((method, self.path))
        failure = self.server.failures.pop(0) if self.server.failures else None
        if failure == "silence":
            self.connection.close()
            return
        if failure == "noise":
            self.connection.sendall(b"SSH-2.0-OpenSSH\r\n")
            self.close_connection = True
            return
        status, said = self.handled(method, body)
        if failure == "lost":  # done, but nobody hears of it
            self.connection.close()
            return
        if failure is not None:
            status, said = failure
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(content)

    def handled(self, method, body):
        known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers["authorization"] != f"Basic {known}":
            return 401, {"errors": [{"status": "401", "title": "Bad credentials."}]}
        dois = self.server.dois
        if method == "GET":
            doi = unquote(self.path.removeprefix("/dois/"))
            return (200, shown(dois[doi])) if doi in dois else (404, {"errors": []})
        assert self.headers["content-type"] == "application/vnd.api+json"
        data = json.loads(body)["data"]
        assert data["type"] == "dois"
        attributes = data["attributes"]
        doi = attributes.get("doi") or unquote(self.path.removeprefix("/dois/"))
        whole = {key: value for key, value in attributes.items() if key != "event"}
        schema45.validator.validate({**whole, "doi": doi})
        assert attributes["url"].startswith("http://127.0.0.1:8080/records/")
        if method == "POST":
            if doi in dois:
                return 422, {"errors": [{"title": "This DOI has already been taken"}]}
            dois[doi] = {**attributes, "state": "draft"}
            return 201, shown(dois[doi])
        if doi not in dois:
            return 404, {"errors": [{"title": "The resource you are looking for is not there"}]}
        dois[doi] |= attributes
        if attributes.get("event") == "publish":
            dois[doi]["state"] = "findable"
        return 200, shown(dois[doi])

    def log_message(self, *_):
        pass


def shown(attributes):
    return {"data": {"type": "dois", "attributes": attributes}}


def nested():
    return b"[" * 100_000


@pytest.fixture
def stub():
    server = StubRegistry()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def archive(tmp_path):
    make_catalogue(tmp_path / "archive", settings())
    with opened_catalogue(tmp_path / "archive") as catalogue:
        keep(catalogue, make_record())
        yield catalogue


def keep(catalogue, record):
    entry = entry_of(record, IDENTIFIER, catalogue.settings)
    change_records(catalogue.engine, [entry], clock=lambda: AT, actor="test")


def minted(archive, stub, prefix="10.5072", **options):
    registry = registry_of(
        endpoint=stub.endpoint, user=USER, password=options.pop("password", PASSWORD)
    )
    return mint(
        archive, options.pop("identifier", IDENTIFIER), registry, prefix=prefix,
        clock=lambda: AT, actor="test",
    )  # fmt: skip


def code_of(call, *args, **options):
    with pytest.raises(Fault) as caught:
        call(*args, **options)
    return caught.value.code


def state(archive):
    found = doi_of_record(archive, IDENTIFIER)
    return found and found.state


def has(archive):
    return doi_of(record_of(archive.engine, IDENTIFIER).record)


def test_a_doi_is_drafted_published_and_written_into_the_record(archive, stub):
    done = minted(archive, stub)
    assert done.state == "findable"
    assert done.doi.startswith("10.5072/")
    assert stub.asked == [("POST", "/dois"), ("PUT", f"/dois/{done.doi}")]
    there = stub.dois[done.doi]
    assert there["state"] == "findable"
    assert there["titles"][0]["title"] == "Joint working between schools and services"
    assert there["url"] == "http://127.0.0.1:8080/records/joint-working"
    kept = record_of(archive.engine, IDENTIFIER)
    assert doi_of(kept.record) == done.doi
    assert done.doi.encode() in form_of_record(archive.engine, kept.number, "oai_ddi25")
    assert done.doi.encode() in form_of_record(archive.engine, kept.number, "oai_datacite")
    with snapshot(archive.engine) as connection:
        told = [json.loads(line.detail) for line in lines(connection) if line.action == "doi"]
    assert [each["state"] for each in told] == ["draft", "findable"]
    assert PASSWORD not in json.dumps(told)


def test_nothing_is_asked_of_anybody_without_an_endpoint_and_an_account(archive, stub):
    named = {"endpoint": stub.endpoint, "user": USER, "password": PASSWORD}
    assert code_of(registry_of, **{**named, "endpoint": ""}) == "CAT-046"
    assert code_of(registry_of, **{**named, "user": ""}) == "CAT-047"
    assert code_of(registry_of, **{**named, "password": ""}) == "CAT-047"
    assert stub.asked == []
    assert state(archive) is None


@pytest.mark.parametrize(
    "endpoint",
    ["http://api.example.org", "ftp://127.0.0.1", "api.datacite.org", "https://", "file:///etc",
     "https://me@api.example.org", "https://api.example.org/?x=1", "https://[", "https://a:b",
     "https://a b", "https://a:0"],
)  # fmt: skip
def test_a_password_is_sent_to_no_address_that_others_can_read(endpoint):
    assert code_of(registry_of, endpoint=endpoint, user=USER, password=PASSWORD) == "STO-104"


@pytest.mark.parametrize("failure", ["silence", "lost"])
def test_a_network_that_fails_at_the_draft_leaves_it_to_be_done_again(archive, stub, failure):
    stub.failures = [failure]
    assert code_of(minted, archive, stub) == "STO-102"
    assert state(archive) == "asked"
    assert has(archive) == "", "the record says nothing that is not so"
    done = minted(archive, stub)
    assert done.state == "findable"
    assert list(stub.dois) == [done.doi], "one study, one DOI"


@pytest.mark.parametrize("failure", ["silence", "lost"])
def test_a_network_that_fails_at_the_publishing_goes_on_from_the_draft(archive, stub, failure):
    stub.failures = [None, failure]
    assert code_of(minted, archive, stub) == "STO-102"
    assert state(archive) == "draft"
    assert has(archive) == ""
    done = minted(archive, stub)
    assert [method for method, _ in stub.asked] == ["POST", "PUT", "PUT"], "not drafted twice"
    assert stub.dois[done.doi]["state"] == "findable"
    assert has(archive) == done.doi


def test_a_registry_that_is_not_there_is_told(archive):
    with contextlib.closing(ThreadingHTTPServer(("127.0.0.1", 0), Answering).socket) as free:
        port = free.getsockname()[1]
    registry = registry_of(endpoint=f"http://127.0.0.1:{port}", user=USER, password=PASSWORD)
    call = {"prefix": "10.5072", "clock": lambda: AT, "actor": "test"}
    assert code_of(mint, archive, IDENTIFIER, registry, **call) == "STO-102"


def test_a_registry_that_refuses_is_quoted_and_changes_nothing(archive, stub):
    with pytest.raises(Fault) as caught:
        minted(archive, stub, password="wrong")
    assert caught.value.code == "STO-103"
    assert "401" in caught.value.what
    assert "Bad credentials." in caught.value.what
    assert "wrong" not in caught.value.what
    assert has(archive) == ""
    stub.failures = [(500, "a page that is no JSON:API")]
    assert code_of(minted, archive, stub) == "STO-103"
    stub.failures = [None, (422, {"errors": [{"title": "url is not valid"}]})]
    assert code_of(minted, archive, stub) == "STO-103"


@pytest.mark.parametrize(
    "answer",
    ["a page of a proxy", {}, shown({}), shown({"state": "draft"}), [[]], None, nested()],
    ids=["page", "nothing", "no state", "draft", "list", "null", "nested"],
)
def test_only_a_registry_that_says_so_makes_a_doi_findable(archive, stub, answer):
    stub.failures = [None, (200, answer)]
    assert code_of(minted, archive, stub) == "STO-103"
    assert state(archive) == "draft"
    assert has(archive) == ""


@pytest.mark.parametrize("answer", ["a page of a proxy", {}, nested()], ids=["page", "{}", "deep"])
def test_what_is_no_registry_drafts_nothing(archive, stub, answer):
    stub.failures = [(200, answer)]
    assert code_of(minted, archive, stub) == "STO-103"
    assert state(archive) == "asked"


def test_what_does_not_speak_http_is_no_registry(archive, stub):
    stub.failures = ["noise"]
    assert code_of(minted, archive, stub) == "STO-102"


def test_a_registry_or_prefix_named_by_mistake_can_be_mended(archive, stub):
    call = {"prefix": "10.5072", "clock": lambda: AT, "actor": "test"}
    wrong = registry_of(endpoint=f"{stub.endpoint}/nothing", user=USER, password=PASSWORD)
    stub.failures = [(404, {})]
    assert code_of(mint, archive, IDENTIFIER, wrong, **call) == "STO-103"
    stub.failures = [(422, {"errors": [{"title": "prefix is not yours"}]}), (404, {})]
    assert code_of(minted, archive, stub, "10.1234") == "STO-103"
    done = minted(archive, stub)
    assert stub.dois[done.doi]["state"] == "findable"
    assert done.doi.startswith("10.5072/")
    assert has(archive) == done.doi


def test_a_registry_that_sends_elsewhere_is_not_followed_with_the_password(archive, stub):
    stub.failures = [(302, {})]
    assert code_of(minted, archive, stub) == "STO-103"


def test_a_doi_that_stands_for_another_address_is_left_alone(archive, stub):
    first = minted(archive, stub)
    stub.dois[first.doi]["url"] = "https://elsewhere.example.org"
    from consilience.store.database import transaction
    from consilience.store.doi_registry import note_minted

    with transaction(archive.engine) as connection:
        note_minted(connection, replace(first, state="asked"))
    assert code_of(minted, archive, stub) == "STO-103"
    assert stub.dois[first.doi]["url"] == "https://elsewhere.example.org"


def test_minting_again_brings_the_registry_up_to_date(archive, stub):
    first = minted(archive, stub)
    record = record_of(archive.engine, IDENTIFIER).record
    keep(archive, replace(record, titles=(replace(record.titles[0], value="A better title"),)))
    again = minted(archive, stub)
    assert again.doi == first.doi
    assert stub.dois[first.doi]["titles"][0]["title"] == "A better title"


def test_a_new_version_of_the_package_keeps_the_doi(archive, stub, tmp_path):
    bag = write_package(tmp_path / "bag", make_package())
    publish_bag(archive, bag, clock=lambda: AT, actor="test")
    done = minted(archive, stub)
    publish_bag(archive, bag, clock=lambda: AT, actor="test")
    assert has(archive) == done.doi


def test_a_study_has_one_doi(archive, stub):
    minted(archive, stub)
    assert code_of(minted, archive, stub, "10.1234") == "CAT-049"
    elsewhere = make_record(identifiers=(Identifier(value="10.9999/abc", agency="DOI"),))
    keep(archive, elsewhere)
    assert code_of(minted, archive, stub) == "CAT-049"


@pytest.mark.parametrize("prefix", ["", "10", "10.x", "5072", "10.5072/a", "10.5072 "])
def test_what_is_no_prefix_is_refused(archive, stub, prefix):
    assert code_of(minted, archive, stub, prefix) == "CAT-048"
    assert stub.asked == []


def test_what_is_not_in_the_catalogue_or_lacks_a_year_gets_no_doi(archive, stub):
    assert code_of(minted, archive, stub, identifier="oai:x.org:1") == "STO-080"
    keep(archive, make_record(published=""))
    assert code_of(minted, archive, stub) == "FMT-346"
    assert stub.asked == []
