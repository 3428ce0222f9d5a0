"""Words, sentences and paragraphs as spans."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.text.segments import paragraphs, sentences, tokens


def pieces(text, spans):
    return [text[start:end] for start, end in zip(*spans, strict=True)]


def test_tokens_keep_words_whole_and_marks_alone():
    text = "Well-being isn't 3.5, is it? \U0001f600"
    assert pieces(text, tokens(text)) == [
        "Well-being", "isn't", "3.5", ",", "is", "it", "?", "\U0001f600",
    ]  # fmt: skip


def test_sentences_end_where_a_reader_ends_them():
    text = "Dr. A. Ash came at 3.5. “Why?” he said! Then… nothing. e.g. this. So did I. Yes"
    assert pieces(text, sentences(text)) == [
        "Dr. A. Ash came at 3.5.", "“Why?” he said!", "Then… nothing. e.g. this.", "So did I.",
        "Yes",
    ]  # fmt: skip
    assert pieces("I: One. Two.", sentences("I: One. Two.", 3, 12)) == ["One.", "Two."]


def test_a_sentence_ends_with_its_line():
    assert pieces("One\ntwo.\n\nThree", sentences("One\ntwo.\n\nThree")) == ["One", "two.", "Three"]


@given(st.text("aB.?! \n\t'”é\U0001f600", max_size=60))
def test_every_character_belongs_to_one_segment(text):
    for part in (tokens, sentences, paragraphs):
        starts, ends = part(text)
        assert starts.dtype == ends.dtype == np.int64
        assert (starts < ends).all()
        assert (ends[:-1] <= starts[1:]).all()
        covered = {place for start, end in zip(starts, ends, strict=True)
                   for place in range(start, end)}  # fmt: skip
        bare = {place for place, character in enumerate(text) if not character.isspace()}
        assert bare <= covered
        assert all(not text[start].isspace() and not text[end - 1].isspace()
                   for start, end in zip(starts, ends, strict=True))  # fmt: skip


@pytest.mark.usefixtures("never_stuck")
def test_a_long_text_takes_no_more_than_its_length():
    text = "We met the head of the school, and nobody knew why. " * 20_000
    assert len(sentences(text)[0]) == 20_000
    assert len(tokens(text)[0]) == 260_000
