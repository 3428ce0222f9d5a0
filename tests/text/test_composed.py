"""Names compared whether accents came as one with their letters or apart from them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.text.composed import composed
from consilience.text.identifiers.find import find_identifiers
from consilience.text.offsets import Edit
from consilience.text.pseudonyms import (
    Forms,
    Sighting,
    key_of,
    registered,
    replaced,
    searched_forms,
    undone,
)
from consilience.text.turns import label_in, read_script

NAMES = [
    "Siân Prydderch",
    "Llŷr Gwên",
    "José Muñoz",
    "Zoë Brontë",
    "René",
    "한국 이름",
    "Anne Rees",
]
TALK = (
    "Interviewer: Who leads?\nR1: My name is Siân Prydderch and my colleague is Llŷr Gwên. "
    "José Muñoz taught at Ysgol Tŷ Gwyn, Llanrwst.\nInterviewer: And?\n"
    "Siân Prydderch: Zoë Brontë wrote to René.\nR1: Mrs Gwên lives at Tŷ Mawr.\n"
    "Siân Prydderch: She does.\n"
)
PIECES = st.sampled_from(
    [*NAMES, "Sian", "siân", "ẁ", "x\u0302", "\u0302", " ", "\n", "[x]", "が", "क़", "Ａ", "s", "."]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))


def apart(text):
    return unicodedata.normalize("NFD", text)


def searching():
    seen = [Sighting(text=name, kind="person", document="d", start=0) for name in NAMES]
    return Forms(searched_forms(registered((), seen), ("replace",)))


def parts(text, at):
    return 0 < at < len(text) and unicodedata.combining(text[at]) != 0


@given(TEXTS)
def test_words_are_compared_in_one_form_wherever_they_came_from(text):
    made = composed(text)
    assert made.text == composed(apart(text)).text
    assert made.span(0, len(made.text)) == (0, len(text))


@given(TEXTS)
def test_places_of_a_text_go_up_and_lead_to_the_same_letters(text):
    made = composed(text)
    spans = [made.span(at, at + 1) for at in range(len(made.text))]
    assert spans == sorted(spans)
    for at, (start, end) in enumerate(spans):
        assert made.text[at] in composed(text[start:end]).text
        assert not parts(text, end)


@given(TEXTS)
def test_names_are_found_alike_composed_and_apart_and_no_letter_is_parted(text):
    text = unicodedata.normalize("NFC", text)
    forms = searching()
    one = [(text[start:end], number) for start, end, number in forms.find(text)]
    other = forms.find(apart(text))
    said = [(unicodedata.normalize("NFC", apart(text)[s:e]), number) for s, e, number in other]
    assert one == said
    assert not any(parts(apart(text), at) for start, end, _ in other for at in (start, end))
    edits = [(Edit(start, end, "[Person]"), number) for start, end, number in other]
    newer, _, log = replaced(apart(text), edits)
    assert undone(newer, log) == apart(text)


def test_rules_find_the_same_in_a_text_with_its_accents_apart():
    one = [(TALK[each.start : each.end], each.rule) for each in find_identifiers(TALK)]
    text = apart(TALK)
    other = [(text[each.start : each.end], each.rule) for each in find_identifiers(text)]
    assert len(one) > 5
    assert other == [(apart(words), rule) for words, rule in one]


def test_who_speaks_is_read_with_accents_apart():
    text = apart(TALK)
    one, other = read_script(TALK).turns, read_script(text).turns
    assert [turn.speaker for turn in other] == [turn.speaker for turn in one]
    assert "Siân Prydderch" in {turn.speaker for turn in other}
    assert [text[t.start : t.end] for t in other] == [apart(TALK[t.start : t.end]) for t in one]
    assert [text[t.said : t.end] for t in other] == [apart(TALK[t.said : t.end]) for t in one]
    assert label_in(apart("Siân:")) == "Siân"


def test_who_stands_in_bold_is_read_with_accents_apart():
    talk = "Tŷ Mawr\n\nSiân Why?\n\nTom Well.\n\nSiân And?\n\nTom Yes.\n"
    found = []
    for text in (talk, apart(talk)):
        bold = [
            match.span() for match in re.finditer(r"^(?:Si\w+\u0302?n|Tom)", text, re.MULTILINE)
        ]
        turns = read_script(text, bold=bold).turns
        found.append([(turn.speaker, text[turn.said : turn.end]) for turn in turns])
    assert found[0] == [("Siân", "Why?"), ("Tom", "Well."), ("Siân", "And?"), ("Tom", "Yes.")]
    assert found[1] == found[0]


def test_one_name_is_one_entity_however_it_came():
    seen = [
        Sighting(text=text, kind="person", document="d", start=0)
        for text in ("Siân Rees", apart("Siân Rees"), "Ｓiân Ｒees")
    ]
    assert [each.forms for each in registered((), seen)] == [("Siân Rees",)]
    assert key_of("person", apart("Siân")) == key_of("person", "Siân")


@pytest.mark.parametrize(
    "text", ["Ａnne Ｒees said", "#annerees said", "#AnneRees", "@anne_rees said", "＃AnneRees"]
)
def test_wide_letters_and_tags_name_who_they_name(text):
    ((start, end, number),) = searching().find(text)
    assert number in {number for _, _, number in searching().find("Anne Rees")}
    assert text[start:end].lower().strip("#@") == text[start:end].lower()


def test_a_name_is_not_found_within_a_word_that_is_no_tag():
    assert searching().find("annerees said") == []
