"""Steps of the codebook: a whole tree before, a whole tree after, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.coding import codebook as book
from consilience.coding.model import Code, Coding

TREE = (
    Code(id="h", name="Heading", codable=False, examples=("of the heading",)),
    Code(id="a", name="A", parent="h", examples=("one", "two")),
    Code(id="b", name="B", parent="h", position=1, examples=("two", "three")),
    Code(id="deep", name="Deep", parent="b"),
    Code(id="g", name="Other heading", position=1, codable=False),
    Code(id="old", name="Old", parent="g", retired=True),
)


def tree(codes):
    return [(each.id, each.parent, each.position) for each in codes]


def refused(code, step, *arguments, **named):
    return refused_in(TREE, code, step, *arguments, **named)


def refused_in(tree, code, step, *arguments, **named):
    with pytest.raises(Fault) as told:
        step(tree, *arguments, **named)
    assert told.value.code == code
    return str(told.value)


def test_a_code_is_added_last_below_its_parent():
    new = book.with_code(TREE, Code(id="n", name=" New ", parent="h", position=77))
    assert tree(new)[3:5] == [("deep", "b", 0), ("n", "h", 2)]
    assert book.find(new, "n").name == "New"
    assert tree(book.with_code((), Code(id="n", name="N"))) == [("n", None, 0)]


def test_a_code_says_other_things_and_stays_where_it_is():
    said = Code(
        id="b", name="B2", parent="g", position=9, definition="d", inclusion="i", exclusion="e",
        examples=("x",), colour="#112233",
    )  # fmt: skip
    new = book.with_edit(TREE, said, used=3)
    assert book.find(new, "b") == replace(said, parent="h", position=1)
    assert tree(new) == tree(TREE)
    assert book.find(book.with_name(TREE, "b", "Z"), "b") == replace(TREE[2], name="Z")
    assert book.find(book.with_retired(TREE, "old", retired=False), "old").retired is False


def test_a_code_without_passages_may_become_a_heading():
    heading = replace(TREE[1], codable=False)
    assert book.find(book.with_edit(TREE, heading, used=0), "a").codable is False
    assert "'A' is on 2 passages" in refused("COD-016", book.with_edit, heading, used=2)
    # One that is a heading already may keep passages that came from elsewhere.
    assert book.with_edit(TREE, TREE[0], used=2) == TREE


def test_a_code_moves_with_all_below_it():
    new = book.with_move(TREE, "b", parent="g")
    assert tree(new)[2:] == [("g", None, 1), ("old", "g", 0), ("b", "g", 1), ("deep", "b", 0)]
    assert tree(book.with_move(TREE, "deep", parent=None))[-1] == ("deep", None, 2)


@pytest.mark.parametrize(
    ("position", "order"), [(0, "bca"), (1, "cba"), (2, "cab"), (9, "cab"), (None, "cab")]
)
def test_brothers_and_sisters_are_put_in_another_order(position, order):
    codes = [Code(id=each, name=each.upper(), position=n) for n, each in enumerate("cab")]
    wanted = [each for each in order if each != "b"]
    new = book.with_move(codes, "b", parent=None, position=position)
    assert [each.id for each in new] == list(order)
    assert [each.id for each in new if each.id != "b"] == wanted == ["c", "a"]


def test_a_code_is_merged_with_its_examples_and_those_below_it():
    new = book.with_merge(TREE, "b", into="a")
    assert tree(new) == [
        ("h", None, 0), ("a", "h", 0), ("deep", "a", 0), ("g", None, 1), ("old", "g", 0),
    ]  # fmt: skip
    assert book.find(new, "a").examples == ("one", "two", "three")
    assert tree(book.with_merge(TREE, "h", into="g"))[1:] == [
        ("old", "g", 0), ("a", "g", 1), ("b", "g", 2), ("deep", "b", 0),
    ]  # fmt: skip
    assert tree(book.with_merge(TREE, "deep", into="b"))[2] == ("b", "h", 1)


def test_what_cannot_be_is_refused_with_its_reason():
    refused("COD-002", book.with_move, "nothing", parent=None)
    refused("COD-002", book.with_move, "a", parent="nothing")
    refused("COD-002", book.with_code, Code(id="n", name="N", parent="nothing"))
    refused("COD-002", book.with_name, "nothing", "x")
    refused("COD-002", book.with_retired, "nothing", retired=True)
    refused("COD-002", book.with_merge, "a", into="nothing")
    refused("COD-003", book.with_merge, "a", into="g")
    refused("COD-003", book.with_merge, "a", into="old")
    for parent in ("b", "deep"):
        assert "'B'" in refused("COD-014", book.with_move, "b", parent=parent)
        refused("COD-014", book.with_merge, "b", into=parent)
    refused("COD-015", book.with_name, "a", " \n")
    refused("COD-015", book.with_code, Code(id="n", name=""))
    refused("COD-019", book.with_code, Code(id="a", name="Again"))


def test_no_branch_gets_two_codes_of_one_name():
    tree = book.with_code(TREE, Code(id="ring", name="A\u030a / z", parent="h"))
    for name in ("A", " a ", "\u00c5/Z"):
        told = refused_in(tree, "COD-043", book.with_code, Code(id="n", name=name, parent="h"))
        assert "below 'Heading' there is a code called" in told
    assert "at the top" in refused("COD-043", book.with_name, "g", "heading")
    refused("COD-043", book.with_edit, replace(TREE[2], name="A"), used=0)
    split = {"chosen": ["k"], "of_code": ["k"]}
    refused("COD-043", book.with_split, "a", Code(id="n", name="B"), **split)
    tree = book.with_code(TREE, Code(id="a2", name="A", parent="g"))
    refused_in(tree, "COD-043", book.with_move, "a2", parent="h")
    tree = book.with_code(tree, Code(id="deep2", name="Deep", parent="a"))
    refused_in(tree, "COD-043", book.with_merge, "a", into="b")


def test_doubles_that_came_with_a_file_can_be_worked_with_until_they_are_mended():
    double = Code(id="a2", name="A", parent="h", position=5)
    tree = (*TREE[:4], double, *TREE[4:])
    said = book.with_edit(tree, replace(double, definition="d"), used=0)
    assert book.find(said, "a2").definition == "d"
    assert book.find(book.with_move(tree, "a2", parent="h", position=0), "a2").position == 0
    assert book.find(book.with_name(tree, "a2", "A2"), "a2").name == "A2"
    assert all(each.id != "a2" for each in book.with_merge(tree, "a2", into="a"))


@pytest.mark.parametrize("name", ["a\0b", "\x1b[31mred", "two\nlines", "turned\u202e"])
def test_a_name_holds_nothing_that_a_terminal_obeys(name):
    refused("COD-042", book.with_code, Code(id="n", name=name))
    refused("COD-042", book.with_name, "a", name)


def test_a_tree_that_is_none_is_refused():
    with pytest.raises(Fault) as told:
        book.in_order([Code(id="x", name="X", parent="y"), Code(id="y", name="Y", parent="x")])
    assert told.value.code == "COD-014"
    with pytest.raises(Fault) as told:
        book.in_order([Code(id="x", name="X", parent="gone")])
    assert told.value.code == "COD-002"


def marked(number, start=0, *, coder="ann", version=1, document="d"):
    return Coding(
        id=f"k{number}", document=document, version=version, start=start, end=start + 5, code="c",
        coder=coder,
    )  # fmt: skip


def test_a_passage_that_says_the_same_is_dropped_and_only_that():
    kept = [marked(1)]
    of_code = [
        marked(2), marked(3, 1), marked(4, coder="ben"), marked(5, version=2),
        marked(6, document="e"), marked(7, 1),
    ]  # fmt: skip
    found = book.merged_codings(of_code, kept)
    assert found.moved == ("k3", "k4", "k5", "k6")
    assert found.dropped == {"k2": "k1", "k7": "k3"}


def test_a_code_is_split_by_passages_that_carry_it():
    draft = Code(id="n", name="Half", parent="nowhere")
    new, moved = book.with_split(
        TREE, "a", draft, chosen=["k2", "k1", "other"], of_code=["k1", "k2", "k3"]
    )
    assert moved == ("k1", "k2")
    assert tree(new)[4] == ("n", "h", 2)
    told = refused("COD-017", book.with_split, "a", draft, chosen=["other"], of_code=["k1"])
    assert "none of the 1 passages" in told


STEP = st.tuples(st.sampled_from(("add", "move", "merge", "retire")), *[st.integers(0, 30)] * 3)


@given(steps=st.lists(STEP, max_size=15))
def test_whatever_is_done_the_codebook_stays_a_tree_in_order(steps):
    codes = TREE
    for number, (what, one, two, place) in enumerate(steps):
        first, second = (codes[n % len(codes)].id for n in (one, two))
        try:
            if what == "add":
                new = Code(id=f"n{number}", name=f"N{number}", parent=first)
                codes = book.with_code(codes, new)
            elif what == "move":
                codes = book.with_move(codes, first, parent=second, position=place % 5)
            elif what == "merge":
                codes = book.with_merge(codes, first, into=second)
            else:
                codes = book.with_retired(codes, first, retired=bool(place % 2))
        except Fault as fault:
            if fault.code not in ("COD-003", "COD-014", "COD-043"):
                raise
        seen = {None}
        for code in codes:
            assert code.parent in seen
            seen.add(code.id)
        assert len(seen) == len(codes) + 1
        assert book.in_order(reversed(codes)) == codes
        places = [(code.parent, code.position) for code in codes]
        assert len(set(places)) == len(places)
