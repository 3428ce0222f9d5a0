"""A code is found by id, name or path, and never by chance."""

from __future__ import annotations

import pytest

from consilience.base.errors import Fault
from consilience.coding.code_names import named_code
from consilience.coding.model import Code

BOOK = (
    Code(id="t", name="Trust"),
    Code(id="lost", name="Lost", parent="t"),
    Code(id="s", name="Schools", position=1),
    Code(id="st", name="Trust", parent="s"),
    Code(id="sl", name="Lost", parent="st"),
    Code(id="yn", name="Yes / no", parent="s", position=1),
    Code(id="n1", name="no", parent="s", position=2),
    Code(id="n2", name="No", parent="s", position=3),
    Code(id="Gone", name="x", parent="s", position=4),
    Code(id="g", name="Gone", parent="s", position=5),
)


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("t", "t"),
        ("/Trust", "t"),
        ("Schools/Trust", "st"),
        ("schools > trust", "st"),
        ("/Trust/Lost", "lost"),
        ("Schools / Trust / Lost", "sl"),
        ("Yes / no", "yn"),
        ("Schools/Yes/no", "yn"),
        ("no", "n1"),
        ("No", "n2"),
        ("Gone", "Gone"),
        (" Schools ", "s"),
    ],
)
def test_one_code_is_meant(named, meant):
    assert named_code(BOOK, named).id == meant


@pytest.mark.parametrize("named", ["", "/", "rust", "Trust/", "Lost/Trust", "/Lost", "Schools//no"])
def test_what_no_code_is_called(named):
    with pytest.raises(Fault) as told:
        named_code(BOOK, named)
    assert told.value.code == "COD-002"


@pytest.mark.parametrize(
    ("named", "candidates"),
    [
        ("Trust", "Trust (t), Schools > Trust (st)"),
        ("Trust/Lost", "Trust > Lost (lost), Schools > Trust > Lost (sl)"),
        ("NO", "2 codes are called 'NO': Schools > no (n1), Schools > No (n2)"),
    ],
)
def test_what_several_codes_are_called_is_told_with_all_of_them(named, candidates):
    with pytest.raises(Fault) as told:
        named_code(BOOK, named)
    assert told.value.code == "COD-040"
    assert candidates in str(told.value)


def test_many_candidates_are_told_in_part():
    many = [Code(id=f"c{n}", name="Same", position=n) for n in range(12)]
    with pytest.raises(Fault, match="and 2 more"):
        named_code(many, "Same")
