"""What may be an id, and that short ids stand for their parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault, Where
from consilience.base.ids import PATTERN, check_id, plain_name, short_id, writable

QUICK = settings(max_examples=80, deadline=None)
SEPARATOR = "\x1f"


@QUICK
@given(st.from_regex(PATTERN, fullmatch=True))
def test_an_id_is_returned_as_it_is(value):
    assert check_id(value) == value


@pytest.mark.parametrize(
    "value",
    ["", "A", "1a", "-a", "a_b", "a b", "a/b", "é", "a\n", "a" * 65, "../x"],
)
def test_what_could_not_stand_in_a_file_name_is_refused(value):
    with pytest.raises(Fault) as caught:
        check_id(value, where=Where(file="study.yaml", line=2))
    assert caught.value.code == "BAS-001"
    assert repr(value) in caught.value.what
    assert "<" not in caught.value.remedy
    assert str(caught.value).startswith("study.yaml:2: BAS-001")


parts = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters=SEPARATOR), max_size=6), min_size=1
)


@QUICK
@given(parts, parts)
def test_short_ids_are_equal_only_for_equal_parts(one, other):
    assert (short_id(*one) == short_id(*other)) == (one == other)


def test_short_id_is_what_it_was_in_earlier_versions():
    assert short_id("areas", "E06000001") == "fdcf0b1e2393"
    assert short_id("ab", "c") != short_id("a", "bc")


def test_names_of_files_that_are_no_utf_8_have_ids_and_can_be_written():
    broken = b"Caf\xe9\x81.txt".decode("utf-8", "surrogateescape")
    assert short_id(broken) != short_id(broken + "x")
    assert writable(broken) == "Café\ufffd.txt"
    assert writable("a\ud83d") == "a\ufffd"


@QUICK
@given(st.text(max_size=20))
def test_a_plain_name_can_be_shown_and_stays_as_it_is(name):
    plain = plain_name(name)
    assert plain.isprintable() or any(c in plain for c in "\u200b\u00ad") or plain.encode()
    assert plain_name(plain) == plain
    assert not set("\n\r\t\x1b\x00\u202e") & set(plain)
    assert plain == "" or plain.strip(". ")
