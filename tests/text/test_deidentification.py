"""The measures of TAB, counted by hand; and the bars that the rules must meet."""

import hashlib
import json

import pytest

from consilience.base.errors import Fault
from consilience.text.deidentification import GoldText, Mention, figures, read_gold, share_covered
from consilience.text.identifiers.candidate import MARKED
from consilience.text.identifiers.clues import sentences_around
from consilience.text.identifiers.find import find_identifiers

TEXT = "Mr Ann Ash of Leeds, a Turk, met Ann Ash's aunt in May 2017."


def mention(words, entity, kind, identifier, *, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Mention(start, start + len(words), entity, kind, identifier)


def span(words):
    start = TEXT.index(words)
    return start, start + len(words)


GOLD = GoldText(
    "a",
    TEXT,
    (
        (
            mention("Mr Ann Ash", "e1", "PERSON", "DIRECT"),
            mention("Ann Ash's", "e1", "PERSON", "DIRECT"),
            mention("Leeds", "e2", "LOC", "QUASI"),
            mention("a Turk", "e3", "DEM", "QUASI"),
            mention("aunt", "e4", "MISC", "NO_MASK"),
            mention("in May 2017", "e5", "DATETIME", "QUASI"),
        ),
    ),
)


def test_an_entity_is_masked_only_if_every_mention_is():
    once = figures([GOLD], [[span("Ann Ash")]])
    assert once.recall_direct == 0.0
    # Title, possessive ending and preposition say nothing and are not asked for.
    second = TEXT.rindex("Ann Ash")
    both = figures([GOLD], [[span("Ann Ash"), (second, second + 7), span("May 2017")]])
    assert both.recall_direct == 1.0
    assert both.recall_quasi == pytest.approx(1 / 3)


def test_half_a_mention_is_not_masked():
    assert figures([GOLD], [[span("May")]]).recall_quasi == 0.0


def test_precision_counts_tokens_and_no_mask_is_wrong():
    found = figures([GOLD], [[span("Leeds"), span("aunt"), span("met")]])
    assert found.precision_token == pytest.approx(1 / 3)
    assert figures([GOLD], [[]]).precision_token is None


def test_recall_of_dem_counts_tokens_to_be_masked():
    assert figures([GOLD], [[span("Turk")]]).recall_token_dem == 1.0
    assert figures([GOLD], [[]]).recall_token_dem == 0.0


def test_several_annotators_are_averaged():
    other = (mention("aunt", "f1", "MISC", "QUASI"),)
    gold = GoldText("a", TEXT, (GOLD.annotators[0], other))
    found = figures([gold], [[span("aunt")]])
    assert found.recall_quasi == pytest.approx(1 / 4)
    assert found.precision_token == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [{"doc_id": "a", "text": "x"}],
        [{"doc_id": "a", "text": "x", "annotations": {"a": {"entity_mentions": [{}]}}}],
        [{"doc_id": "a", "text": "x", "annotations": []}],
        [
            {
                "doc_id": "a",
                "text": "x",
                "annotations": {
                    "a": {
                        "entity_mentions": [
                            {
                                "start_offset": 0,
                                "end_offset": 9,
                                "entity_id": "e",
                                "entity_type": "LOC",
                                "identifier_type": "QUASI",
                            }
                        ]
                    }
                },
            }
        ],
        [7],
    ],
)
def test_another_form_is_told(content):
    with pytest.raises(Fault) as caught:
        read_gold(content, file="g.json")
    assert caught.value.code == "TXT-020"


def scored(texts):
    masks = [
        [(c.start, c.end) for c in find_identifiers(each.text) if c.score >= MARKED]
        for each in texts
    ]
    return figures(texts, masks)


@pytest.fixture(scope="session")
def court_cases(shared):
    path = shared / "data" / "tab" / "public" / "tab_public.json"
    return read_gold(json.loads(path.read_bytes()), file=path.name)


@pytest.mark.shared
@pytest.mark.parametrize("half", [0, 1], ids=["developed on", "not looked at"])
def test_the_bars_hold_on_both_halves_of_the_court_cases(court_cases, half):
    texts = [t for t in court_cases if hashlib.sha256(t.id.encode()).digest()[-1] % 2 == half]
    found = scored(texts)
    assert found.recall_direct >= 0.98
    assert found.recall_quasi >= 0.90
    assert found.precision_token >= 0.55
    assert found.recall_token_dem >= 0.65


def planted(root, part):
    texts = []
    for path in sorted((root / "validation" / "deidentification").glob(f"{part}*.json")):
        texts += read_gold(json.loads(path.read_bytes()), file=path.name)
    return texts


# `fresh` was 0.97 of the quasi ones while two thirds of what was said were shown, whole sentences;
# now less than a third is, and the figure is for that.
@pytest.mark.parametrize(
    ("part", "count", "direct", "quasi", "share"),
    [
        ("dev", 21, 0.99, 0.99, 0.35),
        ("test", 15, 0.98, 0.97, 1 / 3),
        ("fresh", 14, 0.98, 0.96, 1 / 3),
    ],
)
def test_planted_identifiers_are_found_in_a_third_of_the_text(
    root, part, count, direct, quasi, share
):
    texts = planted(root, part)
    assert len(texts) == count
    whole, masks = shown(texts)
    found = figures(texts, masks)
    assert found.recall_direct >= direct
    assert found.recall_quasi >= quasi
    assert share_covered([len(each.text) for each in texts], masks) < share
    passages = figures(
        texts, [[(c.start, c.end) for c in one if c.kind != "clue"] for one in whole]
    )
    assert passages.recall_direct >= direct
    assert passages.recall_quasi >= quasi - 0.01


@pytest.mark.parametrize("part", ["dev", "test", "fresh"])
def test_sentences_with_which_passages_are_read_hold_nearly_all(root, part):
    texts = planted(root, part)
    _, masks = shown(texts)
    read = [[*one, *sentences_around(t.text, one)] for t, one in zip(texts, masks, strict=True)]
    found = figures(texts, read)
    assert found.recall_direct >= 0.99
    assert found.recall_quasi >= 0.98
    assert share_covered([len(each.text) for each in texts], read) < 0.7


def test_of_all_planted_interviews_that_were_read_less_than_a_third_is_shown(root):
    texts = [each for part in ("dev", "test", "fresh-0[1-7]") for each in planted(root, part)]
    _, masks = shown(texts)
    found = figures(texts, masks)
    assert found.recall_direct >= 0.99
    assert found.recall_quasi >= 0.98
    assert share_covered([len(each.text) for each in texts], masks) < 1 / 3


def shown(texts):
    """Return the candidates that are marked in each text, and their spans."""
    whole = [[c for c in find_identifiers(t.text) if c.score >= MARKED] for t in texts]
    return whole, [[(c.start, c.end) for c in one] for one in whole]
