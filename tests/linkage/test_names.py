"""Equal names, and names that only look alike."""

from __future__ import annotations

import pytest

from consilience.linkage.names import most_alike, normalise


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Bristol, City of", "City of Bristol"),
        ("Bristol, City of", "Bristol City Council"),
        ("Herefordshire, County of", "Herefordshire Council"),
        ("Kingston upon Hull, City of", "KINGSTON-UPON-HULL"),
        ("St. Helens", "Saint Helens Metropolitan Borough Council"),
        ("Brighton and Hove", "Brighton & Hove LA"),
        ("Barnet", "London Borough of Barnet"),
        ("Kensington and Chelsea", "Royal Borough of Kensington & Chelsea"),
        ("County Durham", "Durham County Council"),
        ("Rhône", "rhone"),
        ("St Mary's CofE Primary School", "St. Marys C of E Primary School"),
    ],
)
def test_equal_after_normalising(one, two):
    assert normalise(one) == normalise(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("York", "North Yorkshire"),
        ("Derby", "Derbyshire"),
        ("Kingston upon Hull, City of", "Kingston upon Thames"),
        ("Cheshire East", "Cheshire West and Chester"),
        ("Isle of Wight", "Isles of Scilly"),
    ],
)
def test_other_places_stay_apart(one, two):
    assert normalise(one) != normalise(two)


def test_a_name_of_nothing_but_government_stays():
    assert normalise("The Council") == "council"


@pytest.mark.shared
def test_no_two_of_the_152_authorities_become_one(shared):
    import csv

    with (shared / "data/domain/england_upper_tier_la_2018.csv").open(encoding="utf-8") as file:
        names = [row["utla18_name"] for row in csv.DictReader(file)]
    assert len(names) == 152
    assert len({normalise(name) for name in names}) == 152


def test_likeness_is_of_whole_names():
    found = most_alike("york", ["north yorkshire", "york st", "yorc"], at_least=70, count=3)
    assert [each.position for each in found] == [2, 1]
    assert most_alike("", ["a"], at_least=0, count=3) == ()
