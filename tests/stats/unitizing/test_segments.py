"""Passages on tokens, sentences, turns: as by looking at each unit in turn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.stats.unitizing.code_agreement import code_agreement
from consilience.stats.unitizing.segments import on_segments, read_segments
from consilience.stats.unitizing.spans import read_spans, read_texts

TEXTS = read_texts([40, 30], np.ones((2, 2), dtype=bool))
CUT = read_segments([0, 0, 0, 0, 1, 1, 1], [0, 8, 9, 25, 2, 10, 20], [7, 9, 20, 40, 9, 20, 30])


def by_looking(spans, share):
    """Return the (text, unit, code, coder) that carry enough marked characters."""
    found = set()
    numbers = {0: 0, 1: 0}
    for document, start, end in zip(CUT.document, CUT.start, CUT.end, strict=True):
        unit = numbers[document]
        numbers[document] += 1
        for code in range(2):
            for coder in range(2):
                places = set()
                for n in range(len(spans)):
                    if (spans.document[n], spans.code[n], spans.coder[n]) == (
                        document,
                        code,
                        coder,
                    ):
                        places |= set(range(spans.start[n], spans.end[n]))
                marked = len(places & set(range(start, end)))
                if marked and marked >= share * (end - start):
                    found.add((int(document), unit, code, coder))
    return found


@st.composite
def marked(draw):
    row = st.tuples(
        st.integers(0, 1), st.integers(0, 28), st.integers(1, 25), st.integers(0, 1),
        st.integers(0, 1),
    )  # fmt: skip
    document, start, length, code, coder = np.array(draw(st.lists(row, min_size=1, max_size=8))).T
    end = np.minimum(start + length, TEXTS.lengths[document])
    return read_spans(document, start, end, code, coder, texts=TEXTS)


@settings(max_examples=80, deadline=None)
@given(marked(), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_units_carry_what_is_marked_of_them(spans, share):
    units, texts = on_segments(spans, TEXTS, CUT, share=share)
    assert texts.lengths.tolist() == [4, 3]
    found = {
        (int(units.document[n]), place, int(units.code[n]), int(units.coder[n]))
        for n in range(len(units))
        for place in range(units.start[n], units.end[n])
    }
    assert found == by_looking(spans, share)


def test_the_same_passages_give_other_figures_in_other_units():
    spans = read_spans([0, 0], [0, 5], [4, 12], [0, 0], [0, 1], texts=TEXTS)
    in_characters = code_agreement(spans, TEXTS, unit="characters")
    units, texts = on_segments(spans, TEXTS, CUT)
    in_units = code_agreement(units, texts, unit="sentences")
    assert in_characters.value("f1") == 0
    assert in_units.value("f1") == pytest.approx(0.5)
    assert in_units.unit == "sentences"


def test_no_passage_touches_no_unit():
    spans = read_spans([0], [7], [8], [0], [0], texts=TEXTS)
    assert len(on_segments(spans, TEXTS, CUT)[0]) == 0
    assert len(on_segments(spans, TEXTS, CUT, share=0.5)[0]) == 0


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (([0], [0, 1], [1]), "STA-002"),
        (([0, 0], [0, 3], [4, 5]), "STA-003"),
        (([1, 0], [0, 0], [4, 5]), "STA-003"),
        (([0], [4], [4]), "STA-003"),
    ],
)
def test_units_that_cannot_be_are_refused(columns, code):
    with pytest.raises(Fault) as told:
        read_segments(*columns)
    assert told.value.code == code


def test_units_beyond_the_text_and_strange_shares_are_refused():
    spans = read_spans([0], [7], [8], [0], [0], texts=TEXTS)
    for cut, share in (
        (read_segments([0], [0], [41]), 0),
        (read_segments([2], [0], [1]), 0),
        (CUT, 1.5),
    ):
        with pytest.raises(Fault) as told:
            on_segments(spans, TEXTS, cut, share=share)
        assert told.value.code == "STA-003"
