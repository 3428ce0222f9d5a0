"""Answers as XML, tokens that nobody makes up, gzip joined of blocks."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from consilience.formats.oaipmh.answers import answer, header, identify, record, refused
from consilience.formats.oaipmh.model import Asked, Code, Refusal, Repository, Token, Verb
from consilience.formats.oaipmh.packing import Piece, joined, packed
from consilience.formats.oaipmh.tokens import seal, unseal

AT = "2026-03-02T09:00:00Z"
BASE = "https://data.example.org/oai?a=1&b=2"
SPACE = {"o": "http://www.openarchives.org/OAI/2.0/"}
TOKEN = Token(
    verb=Verb.RECORDS, prefix="oai_dc", since="", until=AT, set_spec="a:b", after=7, cursor=5,
    size=9, issued=AT,
)  # fmt: skip


def tree(pieces):
    return etree.fromstring(joined(pieces))


def test_a_request_that_kept_the_rules_is_repeated():
    asked = Asked(verb=Verb.RECORD, given=(("verb", "GetRecord"), ("identifier", "a&\"'<b")))
    request = tree(answer(asked, [], base_url=BASE, at=AT)).find("o:request", SPACE)
    assert request.text == BASE
    assert dict(request.attrib) == {"verb": "GetRecord", "identifier": "a&\"'<b"}


@pytest.mark.parametrize("code", [Code.VERB, Code.ARGUMENT])
def test_a_request_that_broke_them_is_not(code):
    asked = Asked(verb=Verb.IDENTIFY, given=(("verb", "Identify"),))
    root = tree(refused([Refusal(code=code, message="<&>")], asked=asked, base_url=BASE, at=AT))
    assert not root.find("o:request", SPACE).attrib
    assert root.find("o:error", SPACE).text == "<&>"


def test_other_errors_repeat_the_request():
    asked = Asked(verb=Verb.RECORDS, given=(("verb", "ListRecords"),))
    wrong = [Refusal(code=Code.NONE, message="nothing")]
    root = tree(refused(wrong, asked=asked, base_url=BASE, at=AT))
    assert root.find("o:request", SPACE).attrib == {"verb": "ListRecords"}
    assert root.find("o:error", SPACE).get("code") == "noRecordsMatch"


def test_what_a_repository_is_called_is_escaped():
    who = Repository(name="A & B", base_url=BASE, admin_email="a@b.org", earliest=AT)
    root = tree(answer(None, identify(who), base_url=BASE, at=AT))
    assert root.findtext("o:Identify/o:repositoryName", namespaces=SPACE) == "A & B"
    assert root.find("o:Identify/o:description", SPACE) is None


def test_a_deleted_record_has_its_header_only():
    headed = header("oai:x:1&2", AT, sets="a a:b", deleted=True)
    root = etree.fromstring(joined(record(headed, Piece(b""), about="<about/>")))
    assert [each.tag for each in root] == ["header"]
    assert root[0].get("status") == "deleted"
    assert [each.text for each in root[0]] == ["oai:x:1&2", AT, "a", "a:b"]


def test_a_token_comes_back_as_it_was_given():
    assert unseal(seal(TOKEN, key=b"k"), key=b"k") == TOKEN


def test_a_token_of_another_repository_is_none():
    assert unseal(seal(TOKEN, key=b"k"), key=b"l") is None


@given(st.integers(min_value=0), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_token_that_was_changed_is_none(place, sign):
    sealed = seal(TOKEN, key=b"k")
    place %= len(sealed)
    changed = sealed[:place] + sign + sealed[place + 1 :]
    # Of the last sign base64 reads only some bits: one that means the same is no change.
    assert changed == sealed or unseal(changed, key=b"k") in (None, TOKEN)


@given(st.text())
def test_anything_else_is_no_token(sent):
    assert unseal(sent, key=b"k") is None


@given(st.lists(st.tuples(st.binary(max_size=3_000), st.booleans())))
def test_joined_blocks_are_one_gzip_file(parts):
    pieces = [Piece(plain, packed(plain) if made else b"") for plain, made in parts]
    assert gzip.decompress(joined(pieces, gzip=True)) == joined(pieces)


def test_blocks_are_taken_as_they_were_made():
    words = b"words " * 1_000
    made = packed(words)
    whole = joined([Piece(words, made)] * 3, gzip=True)
    assert whole.count(made) == 3
    assert zlib.decompress(whole, wbits=31) == words * 3
