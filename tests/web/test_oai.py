"""A catalogue is harvested over the network by programs of other people; every answer is valid."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import re
import shutil
import subprocess
import warnings
from urllib.parse import quote, urlencode

import pytest
from lxml import etree
from made_server import serving

from consilience.desk.catalogue import (
    change_records,
    checked_settings,
    make_catalogue,
    opened_catalogue,
    pause,
    remove_record,
    resume,
)
from consilience.desk.catalogue_entries import entry_of, set_names
from consilience.formats.metadata.model import Access, Agent, Identifier, Level, Record, Text
from consilience.formats.metadata.schemas import Schemas
from consilience.formats.oaipmh.model import Origin
from consilience.web.pages.catalogue_doors import CATALOGUE_DOORS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # both are written for an older Python
    from oaipmh_scythe import Scythe
    from sickle import Sickle
    from sickle.oaiexceptions import BadArgument, IdDoesNotExist, NoRecordsMatch

SPACE = {"o": "http://www.openarchives.org/OAI/2.0/"}
MANY = 350  # more than a page
GONE = {f"oai:data.example.org:{n}" for n in (3, 340)}
PREFIXES = ("oai_dc", "oai_ddi25", "oai_datacite")
ORIGIN = Origin(
    base_url="https://other.org/oai", identifier="oai:other.org:7", datestamp="2020-01-02",
    namespace="ddi:codebook:2_5", harvested="2026-01-01T00:00:00Z",
)  # fmt: skip


def now():
    return dt.datetime.now(dt.UTC)  # noqa: TID251  (as the face itself does)


def record(number):
    language = "fi" if number % 2 else "en"
    return Record(
        titles=(Text(value=f"Study {number} <& more>", language=language),),
        identifiers=(Identifier(value=f"10.5072/x-{number}", agency="DOI"),),
        creators=(Agent(name="Manthorpe, J"),),
        publishers=(Agent(name="An archive"),),
        published="2019",
        abstract=(Text(value="Words \u00e4\u4e2d of it", language=language),),
        access=Access(level=list(Level)[number % 3]),
        language=language,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("oai") / "archive"
    settings = checked_settings(
        name="An archive & more", base_url="http://127.0.0.1:9", publisher="An archive",
        admin_email="archive@example.org", repository="data.example.org",
    )  # fmt: skip
    make_catalogue(folder, settings)
    with opened_catalogue(folder) as catalogue:
        entries = [
            entry_of(record(n), f"oai:data.example.org:{n}", settings,
                     origin=ORIGIN if n == 7 else None)
            for n in range(MANY)
        ]  # fmt: skip
        names = set_names(record(1)) | set_names(record(2))
        change_records(catalogue.engine, entries, clock=now, actor="test", names=names)
        for identifier in sorted(GONE):
            remove_record(catalogue.engine, identifier, clock=now, actor="test")
    return folder


@pytest.fixture(scope="module")
def served(folder):
    """Yield the address of harvesting at a real server, and the catalogue."""
    with opened_catalogue(folder) as catalogue:
        more = {"doors": CATALOGUE_DOORS, "catalogue": catalogue.settings}
        with serving(catalogue.engine, folder, title="An archive", **more) as address:
            yield f"{address}/oai"


def ask(address, query, *, method="GET", **headers):
    """Return the answer to a request as it comes, without what libraries add."""
    host, _, path = address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    text = query if isinstance(query, str) else urlencode(query)
    if method == "POST":
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"/{path}", body=text, headers=kind | headers)
    else:
        connection.request("GET", f"/{path}?{text}", headers=headers)
    answer = connection.getresponse()
    answer.content = answer.read()
    connection.close()
    return answer


def codes(answer):
    root = etree.fromstring(answer.content)
    return {each.get("code") for each in root.iter("{*}error")}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_sickle_harvests_everything(served, prefix):
    found = list(Sickle(served).ListRecords(metadataPrefix=prefix))
    names = [each.header.identifier for each in found]
    assert names == [f"oai:data.example.org:{n}" for n in range(MANY)]
    assert {each.header.identifier for each in found if each.deleted} == GONE


def test_sickle_harvests_sets_headers_and_one(served):
    client = Sickle(served)
    sets = {each.setSpec: each.setName for each in client.ListSets()}
    assert sets["language:fi"] == "Language fi"
    assert sets["access"] == "By level of access"
    finnish = list(client.ListIdentifiers(metadataPrefix="oai_dc", set="language:fi"))
    assert len(finnish) == MANY // 2
    one = client.GetRecord(metadataPrefix="oai_dc", identifier="oai:data.example.org:5")
    assert one.metadata["title"] == ["Study 5 <& more>"]
    assert one.header.setSpecs == ["language:fi", "access:controlled"]
    assert [each.metadataPrefix for each in client.ListMetadataFormats()] == list(PREFIXES)
    assert client.Identify().deletedRecord == "persistent"


def test_sickle_is_told_of_errors(served):
    client = Sickle(served)
    with pytest.raises(IdDoesNotExist):
        client.GetRecord(metadataPrefix="oai_dc", identifier="oai:data.example.org:nothing")
    with pytest.raises(NoRecordsMatch):
        client.ListRecords(metadataPrefix="oai_dc", until="2001-01-01")
    with pytest.raises(BadArgument):
        client.ListRecords(metadataPrefix="oai_dc", **{"from": "2026-01-02", "until": "2026-01-01"})


def test_scythe_harvests_everything(served):
    with Scythe(served) as client:
        found = list(client.list_records(metadata_prefix="oai_ddi25"))
        headers = list(client.list_identifiers(metadata_prefix="oai_ddi25", set_="access:open"))
    assert [each.header.identifier for each in found] == [
        f"oai:data.example.org:{n}" for n in range(MANY)
    ]
    assert {each.header.identifier for each in found if each.deleted} == GONE
    assert len(headers) == len(range(0, MANY, 3))


def test_the_client_in_perl_harvests_everything(served, means):
    program = shutil.which("oai_pmh")
    if program is None:
        means("Debian's libhttp-oai-perl")
    run = subprocess.run(
        [program, "-X", "ListIdentifiers", "--metadataPrefix", "oai_dc", served],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert set(re.findall(r"oai:data\.example\.org:\d+", run.stdout)) == {
        f"oai:data.example.org:{n}" for n in range(MANY)
    }


def answers(address):
    """Return one answer of every kind, pages of lists and errors among them."""
    queries = [
        "verb=Identify", "verb=ListSets", "verb=ListMetadataFormats", "verb=Nothing", "",
        "verb=ListMetadataFormats&identifier=oai:data.example.org:5",
        "verb=ListIdentifiers&metadataPrefix=oai_dc&set=language:en",
        "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2001-01-01&until=2001-01-01",
        "verb=GetRecord&metadataPrefix=marc21&identifier=oai:data.example.org:5",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=" + quote("a\"b'<c>&d"),
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:data.example.org:3",
        "verb=ListRecords&resumptionToken=" + quote("no<&token"),
        *(f"verb=GetRecord&metadataPrefix={p}&identifier=oai:data.example.org:7" for p in PREFIXES),
    ]  # fmt: skip
    for prefix in PREFIXES:
        query = f"verb=ListRecords&metadataPrefix={prefix}"
        while query:
            answer = ask(address, query)
            yield query, answer
            token = re.search(rb"<resumptionToken[^>]*>([^<]+)<", answer.content)
            query = token and f"verb=ListRecords&resumptionToken={token[1].decode()}"
    for query in queries:
        yield query, ask(address, query)


@pytest.mark.shared
def test_whole_answers_are_valid_with_all_that_is_in_them(served, shared):
    schemas = Schemas(shared / "data" / "archive" / "schemas")
    kinds = set()
    for query, answer in answers(served):
        assert answer.status == 200, query
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert schemas.check(answer.content, "oai-pmh", name=query) == (), query
        kinds |= {etree.QName(e).localname for e in etree.fromstring(answer.content)}
    assert kinds >= {"Identify", "ListSets", "GetRecord", "ListRecords", "ListIdentifiers", "error"}


@pytest.mark.shared
def test_an_answer_that_is_not_valid_is_seen(served, shared):
    schemas = Schemas(shared / "data" / "archive" / "schemas")
    answer = ask(
        served, "verb=GetRecord&metadataPrefix=oai_ddi25&identifier=oai:data.example.org:5"
    )
    spoilt = answer.content.replace(b"<titlStmt>", b"<titlStmt><wrong/>", 1)
    assert spoilt != answer.content
    assert schemas.check(spoilt, "oai-pmh", name="x")


def test_what_was_harvested_says_where(served):
    query = "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:data.example.org:7"
    root = etree.fromstring(ask(served, query).content)
    origin = root.find(".//{*}about/{*}provenance/{*}originDescription")
    assert origin.get("harvestDate") == "2026-01-01T00:00:00Z"
    assert [each.text for each in origin] == [
        "https://other.org/oai", "oai:other.org:7", "2020-01-02", "ddi:codebook:2_5",
    ]  # fmt: skip


@pytest.mark.parametrize("query", [
    "verb=Identify", "verb=ListRecords&metadataPrefix=oai_datacite", "verb=Identify&verb=Identify",
])  # fmt: skip
def test_post_answers_as_get_does(served, query):
    def plain(answer):
        return re.sub(
            rb"<responseDate>[^<]*<|expirationDate=\S+|>[\w.-]{60,}<", b"", answer.content
        )

    assert plain(ask(served, query, method="POST")) == plain(ask(served, query))


def test_post_from_a_page_elsewhere_is_answered_too(served):
    """Nothing is changed by it, and nothing is known of who asks."""
    answer = ask(served, "verb=Identify", method="POST", Origin="https://other.org")
    assert codes(answer) == set()


def test_repeated_and_strange_arguments_reach_the_protocol(served):
    assert codes(ask(served, "verb=Identify&verb=ListSets")) == {"badVerb"}
    assert codes(ask(served, "verb=Identify&a=1", method="POST")) == {"badArgument"}
    assert codes(ask(served, "verb=ListRecords&metadataPrefix=oai_dc&from=")) == {"badArgument"}
    assert codes(ask(served, "verb=Identify&" + "a=1&" * 80)) == {"badVerb"}
    assert codes(ask(served, "verb=Identify\xff", method="POST")) == {"badVerb"}


def test_gzip_is_given_to_those_who_ask(served):
    query = "verb=ListRecords&metadataPrefix=oai_ddi25"
    plain, packed = ask(served, query), ask(served, query, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers
    without = re.compile(rb"<responseDate>[^<]*<|<resumptionToken[^>]*>[^<]*<")
    whole = gzip.decompress(packed.content)
    assert without.sub(b"", whole) == without.sub(b"", plain.content)
    assert len(packed.content) < len(whole) * 0.7
    # On one machine nothing is saved for a library that only lists what it knows.
    listed = ask(served, query, **{"Accept-Encoding": "gzip, deflate"})
    assert "Content-Encoding" not in listed.headers
    refused = ask(served, query, **{"Accept-Encoding": "identity, gzip;q=0.0"})
    assert "Content-Encoding" not in refused.headers


def test_a_paused_catalogue_says_when_to_come_back(served, folder):
    pause(folder)
    try:
        answer = ask(served, "verb=Identify")
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
    finally:
        resume(folder)
    assert ask(served, "verb=Identify").status == 200


def test_too_many_requests_have_to_wait(folder):
    with opened_catalogue(folder) as catalogue:
        settings = catalogue.settings.model_copy(update={"harvests_per_minute": 3})
        more = {"doors": CATALOGUE_DOORS, "catalogue": settings}
        with serving(catalogue.engine, folder / ".", title="A", **more) as address:
            answered = [ask(f"{address}/oai", "verb=Identify") for _ in range(5)]
    assert [each.status for each in answered] == [200, 200, 200, 503, 503]
    assert int(answered[-1].headers["Retry-After"]) > 0


def test_a_study_has_no_such_door(web):
    assert web.visitor().get("/oai?verb=Identify").status_code == 404
