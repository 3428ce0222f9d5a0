"""What people type to find words is understood, or told in words."""

import pytest

from consilience.base.errors import Fault
from consilience.store.query import LONGEST, in_fts5, read_query


@pytest.mark.parametrize(
    ("typed", "put"),
    [
        ("school budget", '"school" AND "budget"'),
        ("school and budget", '"school" AND "and" AND "budget"'),
        ("a OR b c NOT d", '"a" OR (("b" AND "c") NOT "d")'),
        ("(a OR b) AND c", '("a" OR "b") AND "c"'),
        ("a AND NOT b", '"a" NOT "b"'),
        ("a NOT b AND c", '("a" NOT "b") AND "c"'),
        ("“front door” safeg*", '"front door" AND "safeg" *'),
        ("„front door“ «front door» ”front door”", " AND ".join(['"front door"'] * 3)),
        ('"she said “front door” once" x', '"she said front door once" AND "x"'),
        ('“she said "front door" once” x', '"she said front door once" AND "x"'),
        ("“she said “front door” once” x", '"she said front door once" AND "x"'),
        ('"said “front” and «back door»"', '"said front and back door"'),
        ('"she said “front door" x', '"she said front door" AND "x"'),
        ('“she said "front door” x', '"she said front door" AND "x"'),
        ('"front door” "x" y', '"front door" AND "x" AND "y"'),
        ('“a” “b” "c" “d”', '"a" AND "b" AND "c" AND "d"'),
        ("the child’s “front door’s key”", '"the" AND "child’s" AND "front door’s key"'),
        ('NEAR(“front "x" door” thr*, 3)', 'NEAR("front x door" "thr" *, 3)'),
        ('"front doo"*', '"front doo" *'),
        ('NEAR("front door" thr*, 3)', 'NEAR("front door" "thr" *, 3)'),
        ("NEAR/2(one two)", 'NEAR("one" "two", 2)'),
        ("NEAR(one two)", 'NEAR("one" "two", 10)'),
        ("don't – & why?", '"don\'t" AND "why?"'),
        ("near miss", '"near" AND "miss"'),
        ("words:ash -oak", '"words:ash" AND "-oak"'),
    ],
)
def test_a_query_is_put_into_the_language_of_the_index(typed, put):
    assert in_fts5(read_query(typed)) == put


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ('school "front door', "STO-070"),
        ("school “front door", "STO-070"),
        ('"she said “front” door', "STO-070"),
        ("(a OR b", "STO-071"),
        ("a) b", "STO-071"),
        ("a AND", "STO-072"),
        ("OR a", "STO-072"),
        ("NOT a", "STO-072"),
        ("a AND &", "STO-072"),
        ("", "STO-073"),
        ("-- !", "STO-073"),
        ("()", "STO-073"),
        ("one NEAR two", "STO-074"),
        ("NEAR(one)", "STO-074"),
        ("NEAR(one two", "STO-074"),
        ("NEAR(one two, x)", "STO-074"),
        ("NEAR(one two, 99999)", "STO-074"),
        ("a" * (LONGEST + 1), "STO-075"),
        ("(" * 30 + "a" + ")" * 30, "STO-075"),
    ],
)
def test_what_cannot_be_understood_is_told(typed, code):
    with pytest.raises(Fault) as caught:
        read_query(typed)
    assert caught.value.code == code
    assert caught.value.what
    assert caught.value.remedy
