"""The normal form of a text: one for each text, and stable."""

from hypothesis import given
from hypothesis import strategies as st

from consilience.text.normal import REPLACEMENT, normal_text, text_hash

RAW = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\ufeff\x00\u2028")), max_size=40)


@given(RAW)
def test_the_normal_form_is_its_own_normal_form(raw):
    assert normal_text(normal_text(raw)) == normal_text(raw)


@given(RAW)
def test_a_normal_text_can_be_written_and_read_again(raw):
    text = normal_text(raw)
    assert text.encode().decode() == text
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert len(text_hash(text)) == 64


def test_line_ends_are_one_and_letters_stay_as_they_are():
    assert normal_text("\ufeff\ufeffa\r\nb\rc\nd") == "a\nb\nc\nd"
    assert normal_text("cafe\u0301 \U0001f600") == "cafe\u0301 \U0001f600"
    assert normal_text("a\x00\ud800b") == f"a{REPLACEMENT}{REPLACEMENT}b"
    assert normal_text("a\ufeffb") == "a\ufeffb", "within a text it is a character like others"
