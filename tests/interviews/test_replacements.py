"""Whatever a text says and whatever is decided, replacements stand once and can be undone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Faults
from consilience.interviews.decisions import decided
from consilience.interviews.pseudonymise import Place
from consilience.interviews.replacements import Replacer, Rules
from consilience.text.identifiers.candidate import MARKED
from consilience.text.identifiers.find import find_identifiers
from consilience.text.pseudonyms import Entity, Sighting, registered, replaced, undone

RULES = Rules(regions={"leeds": "Yorkshire and The Humber"})
PIECES = st.lists(
    st.sampled_from(
        [
            "Jane Smith", "Smith's", "MRS SMITH", "jane", "J. Smith", "Lark Hill School", "Leeds",
            "on 3 March 2017", "aged 14", "LS6 3QN", "[Person 1]", "[laughs]", "[Mrs Smith]", "a",
            "😀", ",", ".", "\n", "I: ", "only one in the village", "01632 960 455", "'", "-",
        ]
    ),
    max_size=25,
)  # fmt: skip


def candidates(text):
    return [each for each in find_identifiers(text) if each.score >= MARKED]


def registry_of(text, before=()):
    return registered(
        before,
        [
            Sighting(text=text[c.start : c.end], kind=c.kind, document="d", start=c.start)
            for c in candidates(text)
        ],
    )


@settings(max_examples=120, deadline=None)
@given(PIECES)
def test_replacements_are_undone_exactly_and_made_once(pieces):
    text = " ".join(pieces)
    replacer = Replacer(registry_of(text), RULES)
    newer, _, log = replaced(text, replacer.edits(text, candidates(text)))
    assert undone(newer, log) == text
    assert replacer.residual(newer) == []
    again, _, _ = replaced(newer, replacer.edits(newer, candidates(newer)))
    assert again == newer


def test_two_names_that_overlap_both_go():
    entities = (
        Entity(number=1, kind="person", forms=("Ann Lark",), ruling="replace", replacement="[P]"),
        Entity(number=2, kind="school", forms=("Lark Hill",), ruling="replace", replacement="[S]"),
    )
    replacer = Replacer(entities, RULES)
    newer, _, _ = replaced("Ann Lark Hill left.", replacer.edits("Ann Lark Hill left.", []))
    assert "Ann" not in newer
    assert "Lark" not in newer
    assert "Hill" not in newer


def test_a_ruling_about_a_passage_goes_first():
    text = "Ann said Ann knew."
    ann = Entity(number=1, kind="person", forms=("Ann",), ruling="replace", replacement="[P]")
    places = [Place(document="d", start=9, end=12, ruling="keep")]
    newer, _, log = replaced(text, Replacer((ann,), RULES).edits(text, [], places))
    assert newer == "[P] said Ann knew."
    assert log[0].entity == 1
    places = [Place(document="d", start=9, end=12, ruling="replace")]
    newer, _, _ = replaced(text, Replacer((ann,), RULES).edits(text, [], places))
    assert newer == "[P] said [removed] knew."


@pytest.mark.parametrize("ruling", ["keep", "ask"])
def test_what_is_kept_or_not_decided_stays(ruling):
    ann = Entity(number=1, kind="person", forms=("Ann",), ruling=ruling, replacement="[P]")
    replacer = Replacer((ann,), RULES)
    assert replacer.edits("Ann knew.", []) == []
    assert [number for _, number in replacer.residual("Ann knew.")] == ([1] * (ruling == "ask"))
    assert [number for _, _, number in replacer.mentions("Ann knew.", [])] == [1]


@pytest.mark.parametrize(("kind", "held"), [("clue", [4]), ("occupation", [])])
def test_words_that_people_decided_on_go_also_where_rules_find_more(kind, held):
    own = {"number": 4, "kind": kind, "forms": ("the only lollipop lady",), "replacement": "[C]"}
    text = "She's THE ONLY  lollipop lady in town, the only lady."
    decided_on = Replacer((Entity(**own, ruling="replace", decided=True),), RULES)
    newer, _, _ = replaced(text, decided_on.edits(text, []))
    assert newer == "She's [C] in town, the only lady."
    assert [number for _, number in decided_on.residual(text)] == held
    assert decided_on.residual(newer) == []
    assert [number for _, _, number in decided_on.mentions(text, [])] == [4]
    for ruling, by_person in (("replace", False), ("keep", True), ("ask", True)):
        other = Replacer((Entity(**own, ruling=ruling, decided=by_person),), RULES)
        assert other.edits(text, []) == other.residual(text) == []


def test_joined_entities_leave_their_numbers_free():
    registry = registry_of("Jane Smith met Bea Bell. Then Jane Smyth came.")
    numbers = {entity.forms[0]: entity.number for entity in registry}
    row = {"entity": str(numbers["Jane Smyth"]), "same_as": str(numbers["Jane Smith"])}
    joined, _ = decided(registry, [row], lengths={}, file="d.csv")
    by_number = {entity.number: entity for entity in joined}
    assert by_number[numbers["Jane Smyth"]].forms == ()
    assert "Jane Smyth" in by_number[numbers["Jane Smith"]].forms
    # And it stays joined when the name is met again.
    assert registry_of("Jane Smyth came.", joined) == joined


def test_a_faulty_row_keeps_the_others_out():
    with pytest.raises(Faults):
        decided((), [{"entity": "1", "decision": "keep"}], lengths={}, file="d.csv")
