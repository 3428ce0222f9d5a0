"""Whose writings stand in a text, also where one lies within another."""

from __future__ import annotations

import unicodedata

import pytest

from consilience.text.standing import Standing

FORMS = [
    ("My mother, who was the mayor of Castlebay", 1),
    ("Castlebay", 2),
    ("Anna Maria", 3),
    ("Maria Smith", 4),
    ("Will", 5),
    ("Zoë Müller", 6),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my mother - who was\nthe Mayor of CASTLEBAY!", {1, 2}),
        ("Anna Maria Smith", {3, 4}),
        ("I will go.", set()),
        ("Ask Will.", {5}),
        ("@annamaria and Castlebay's", {2, 3}),
        (unicodedata.normalize("NFD", "zoë müller"), {6}),
        ("My mother was the mayor.", set()),
        ("Anna", set()),
    ],
)
def test_found_whatever_stands_around_it(text, found):
    assert Standing(FORMS).in_text(text) == found
