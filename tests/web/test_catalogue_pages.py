"""The pages of a catalogue: found, described, cited, loaded in every form, and never executed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from lxml import etree
from made_catalogue import AT, IDENTIFIER, OPEN, SHUT, make_package, make_record, write_package
from made_site import HOST

from consilience.desk.catalogue import change_records
from consilience.desk.catalogue_entries import entry_of
from consilience.desk.study_page import FORMS, identifier_of, slug_of
from consilience.formats.metadata.ddi_read import read_ddi
from consilience.formats.metadata.model import Identifier, Term, Text, Variable, Work

EVIL = "</script><script>alert(1)</script>\"'><img src=x>"


def text_of(answer):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


def load(archive, identifier, record):
    entry = entry_of(record, identifier, archive.catalogue.settings)
    change_records(archive.engine, [entry], clock=archive.clock, actor="test")
    return f"/records/{slug_of(identifier, 'data.example.org')}"


def test_the_first_page_counts_and_leads_on(archive):
    page = archive.visitor().get("/")
    assert page.status_code == 200
    assert "1 study" not in page.text  # a number and its word stand apart
    assert "Joint working between schools" in page.text
    assert 'href="/search?topic=Children"' in page.text
    assert "Archive of &lt;Social&gt; Studies" in page.text


def test_an_empty_catalogue_says_so(tmp_path):
    from made_catalogue import CatalogueWeb, settings

    from consilience.desk.catalogue import make_catalogue, opened_catalogue

    make_catalogue(tmp_path / "archive", settings())
    with opened_catalogue(tmp_path / "archive") as catalogue:
        web = CatalogueWeb(catalogue)
        assert "no study in this catalogue yet" in web.visitor().get("/").text
        assert "0 studies" in web.visitor().get("/search").text


def test_search_by_words_and_facets(archive):
    for n in range(25):
        record = make_record(
            titles=(Text(value=f"Study {n} of nursing"),), published=f"{2000 + n % 2}",
            identifiers=(Identifier(value=f"n{n}"),), topics=(Term(value="Health & care"),),
        )  # fmt: skip
        load(archive, f"oai:data.example.org:n{n}", record)
    visitor = archive.visitor()
    assert "26 studies" in visitor.get("/search").text
    page = visitor.get("/search?q=nursing")
    assert "25 studies" in page.text
    assert page.text.count('href="/records/n') == 20
    assert "1 to 20 of 25" in page.text
    assert visitor.get("/search?q=nursing&page=2").text.count('href="/records/n') == 5
    chosen = visitor.get("/search?topic=Health+%26+care&year=2000&year=2001&publisher=Archive")
    assert "25 studies" in chosen.text
    assert 'value="Health &amp; care" checked' in chosen.text
    without = "/search?topic=Health+%26amp%3B+care".replace("%26amp%3B", "%26")
    assert f'href="{without}&amp;year=2001&amp;publisher=Archive"' in chosen.text
    assert "13 studies" in visitor.get("/search?topic=Health+%26+care&year=2000").text
    assert "No study has all of this" in visitor.get("/search?q=zebra").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?q=%22open", 400),
        ("/search?q=" + "a" * 600, 200),
        ("/search?page=x&topic=nothing", 200),
        ("/search?page=99999999999999999999", 200),
        ("/search?" + "&".join(f"topic=t{n}" for n in range(900)), 200),
        ("/search?q=%ff%fe", 400),
        ("/search?q=a%00b", 200),
    ],
)
def test_whatever_is_asked_is_answered(archive, path, status):
    answer = archive.visitor().get(path)
    assert answer.status_code == status


def test_the_page_of_a_study_says_what_there_is_and_how_to_get_it(archive):
    words = text_of(archive.visitor().get(AT))
    for said in (
        "SIMULATED", "How schools and services work together.", "School interviews",
        "National surveys", "1 not deposited: no consent", "Written consent to archiving",
        "documentation/guide.txt", "Free to take", "Sign in, or register", "From 1 June 2026",
        "embargo until 1 June 2026", "Baginsky, M; Driscoll, J (2026). Joint working between",
        "schools and services. [data collection]. Archive.", f"{HOST}{AT}",
        "Publication Year 2026", "2 variables", "Ask for controlled files",
        "version 1 of 2 March 2026",
    ):  # fmt: skip
        assert said in words, said
    row = re.search(r"School interviews text, by interview 50 48 44 44", words)
    assert row, "planned, collected, consented, deposited"


def test_each_form_of_a_record_can_be_loaded_and_read_again(archive):
    visitor = archive.visitor()
    page = visitor.get(AT).text
    for name, form in FORMS.items():
        assert f'href="{AT}.{name}"' in page
        answer = visitor.get(f"{AT}.{name}")
        assert answer.status_code == 200, name
        assert answer.headers["content-type"].startswith(form.kind)
        assert "Joint working between schools" in answer.text
        if name.endswith("xml"):
            etree.fromstring(answer.content)
        else:
            json.loads(answer.content)
    record = read_ddi(visitor.get(f"{AT}.ddi25.xml").content, name="x").record
    assert record.titles[0].value == "Joint working between schools and services"
    assert len(record.variables) == 2
    harvested = re.search(r'href="(/oai\?[^"]+)"', page)[1].replace("&amp;", "&")
    assert "Joint working" in visitor.get(harvested).text


def test_a_record_without_a_year_has_no_form_of_datacite(archive):
    at = load(archive, "oai:data.example.org:bare", make_record(published=""))
    page = archive.visitor().get(at).text
    assert "datacite" not in page
    assert "ddi25.xml" in page
    assert archive.visitor().get(f"{at}.datacite.json").status_code == 404


def test_search_engines_read_the_record_in_the_head(archive):
    page = archive.visitor().get(AT).text
    found = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert found["@type"] == "Dataset"
    assert found["name"] == "Joint working between schools and services"
    assert f"{HOST}{AT}" in json.dumps(found)
    assert f'<link rel="canonical" href="{HOST}{AT}">' in page


def test_what_a_record_holds_is_shown_and_never_run(archive):
    record = make_record(
        titles=(Text(value=EVIL),), abstract=(Text(value=EVIL),), topics=(Term(value=EVIL),),
        works=(Work(citation="Bad", uri="javascript:alert(1)"), Work(citation="Good",
               uri="https://doi.org/10.1000/1")),
        variables=(Variable(id="V1", name=EVIL, label=EVIL, question=EVIL),),
    )  # fmt: skip
    at = load(archive, "oai:data.example.org:evil", record)
    for path in (at, f"{at}/variables", "/", "/search", "/search?q=alert"):
        page = archive.visitor().get(path).text
        assert "<script>" not in page, path
        assert "<img" not in page, path
        assert "javascript:" not in re.sub(r'<script type="application/ld.*?</script>', "", page)
    assert 'href="https://doi.org/10.1000/1"' in archive.visitor().get(at).text
    text = re.search(r"ld\+json\">(.*?)</script>", archive.visitor().get(at).text)[1]
    assert json.loads(text)["name"] == EVIL


def test_variables_are_looked_through_with_their_frequencies(archive):
    visitor = archive.visitor()
    words = text_of(visitor.get(f"{AT}/variables"))
    assert "2 variables" in words
    assert "Schools are asked early, would you say?" in words
    assert "ordinal · 90 valid · 10 missing · data/surveys/education.csv" in words
    assert "2 Neither 20 28.6 3 Agree 30 42.9 -9 Not answered (missing) 10 14.3" in words
    page = visitor.get(f"{AT}/variables?q=THRESHOLDS would")
    assert "1 variable " in text_of(page)
    assert 'id="V2"' in page.text
    assert 'id="V1"' not in page.text
    assert "1 variable " not in text_of(visitor.get(f"{AT}/variables?q=disagree"))
    assert "No variable" in visitor.get(f"{AT}/variables?q=zebra").text


def test_many_variables_come_in_pages_and_uncounted_ones_have_no_bars(archive):
    many = tuple(
        Variable(id=f"V{n}", name=f"v{n}", categories=make_record().variables[0].categories[:1])
        for n in range(120)
    )
    bare = replace(many[0].categories[0], frequency=None)
    many = tuple(replace(each, categories=(bare,)) for each in many)
    at = load(archive, "oai:data.example.org:many", make_record(variables=many))
    visitor = archive.visitor()
    page = visitor.get(f"{at}/variables")
    assert page.text.count('class="variable"') == 50
    assert "<rect" not in page.text
    assert visitor.get(f"{at}/variables?page=3").text.count('class="variable"') == 20
    assert visitor.get(f"{at}/variables?page=9&q=").status_code == 200


@pytest.mark.parametrize(
    "identifier",
    [
        IDENTIFIER, "oai:data.example.org:a:b", "oai:other.org:10.5255/UKDA-SN-854716", "plain",
        "a" * 64, "f00d" * 16, "~x", "x/../y", "oai:data.example.org:50%25?x=#y",
    ],
)  # fmt: skip
def test_every_identifier_has_an_address_of_its_own(identifier):
    slug = slug_of(identifier, "data.example.org")
    assert "/" not in slug
    assert identifier_of(slug, "data.example.org") == identifier


def test_records_with_slashes_are_reached_by_their_links(archive):
    at = load(archive, "oai:other.org:10.5255/UKDA?x", make_record(titles=(Text(value="Other"),)))
    page = archive.visitor().get("/search?q=other").text
    link = re.search(r'href="(/records/oai[^"]+)"', page)[1]
    assert "Other" in archive.visitor().get(link).text
    assert archive.visitor().get(f"{at}.ddi25.xml").status_code == 200


def test_a_file_says_what_one_must_do_to_have_it(archive):
    visitor, client = archive.visitor(), archive.registered(terms=False)
    assert "Download" in visitor.get(f"{AT}/files/{OPEN}").text
    page = visitor.get(f"{AT}/files/{SHUT}").text
    assert "given to registered users only" in page
    assert f"/sign-in?next={AT}/files/{SHUT}" in page
    assert "have not accepted" in client.get(f"{AT}/files/{SHUT}").text


def test_a_record_of_another_archive_says_who_keeps_its_files(archive):
    at = load(archive, "oai:other.org:1", replace(make_record(), files=make_record().files))
    assert "Free to take" not in archive.visitor().get(at).text


def test_a_record_that_was_deleted_and_never_published_is_gone_too(archive):
    from consilience.desk.catalogue import remove_record

    at = load(archive, "oai:data.example.org:gone", make_record())
    remove_record(archive.engine, "oai:data.example.org:gone", clock=archive.clock, actor="test")
    page = archive.visitor().get(at)
    assert page.status_code == 410
    assert "withdrawn on 2 March 2026" in page.text
    assert archive.visitor().get(f"{at}/variables").status_code == 404


def test_a_new_version_stands_in_the_place_of_the_old(archive, tmp_path):
    record = make_record(titles=(Text(value="Corrected title", language="en"),))
    archive.publish(write_package(tmp_path / "next", make_package(record)))
    page = archive.visitor().get(AT).text
    assert "Corrected title" in page
    assert "version 2" in page
    assert "versions/1" not in page
    assert f"{AT}/versions/1" in archive.staff("cur", "curator").get(AT).text
