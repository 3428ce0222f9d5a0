import numpy as np
import pyarrow as pa
import pytest

from consilience.base.errors import Fault, Faults
from consilience.measures.model import SCORE
from consilience.measures.scales import key_of, score, side_by_side
from consilience.stats.scales.scoring import scale_scores

NAN = float("nan")


def told(**changes):
    """Return what a key file says, with changes."""
    return {
        "id": "trust",
        "title": "Trust",
        "licence": "CC0",
        "low": 1,
        "high": 5,
        "scales": [
            {"id": "near", "title": "Near", "items": ["n1", "-n2", "n3", "n4", "n5"]},
            {"id": "far", "title": "Far", "items": ["f1", "n1"], "least": 1},
        ],
    } | changes


ITEMS = ("n1", "n2", "n3", "n4", "n5", "f1")


def test_scores_by_the_rules_of_the_key(long):
    answers = long(
        [[5, 1, 4, 3, NAN, 2], [5, 1, 4, NAN, NAN, NAN], [NAN] * 5 + [1]], ITEMS, ["a", "b", "c"]
    )
    table = score(answers, key_of(told())).table
    assert table.schema == SCORE
    assert table.to_pylist() == [
        {"person": "a", "scale": "near", "score": 4.25, "share": 0.8, "answered": 4, "items": 5},
        {"person": "a", "scale": "far", "score": 3.5, "share": 1.0, "answered": 2, "items": 2},
        {"person": "b", "scale": "near", "score": None, "share": 0.6, "answered": 3, "items": 5},
        {"person": "b", "scale": "far", "score": None, "share": 0.5, "answered": 1, "items": 2},
        {"person": "c", "scale": "near", "score": None, "share": 0.0, "answered": 0, "items": 5},
        {"person": "c", "scale": "far", "score": None, "share": 0.5, "answered": 1, "items": 2},
    ]
    sums = score(answers, key_of(told(method="sum"))).table["score"].to_pylist()
    assert sums[:2] == [4.25 * 5, 7]


def test_a_scale_may_have_answers_of_its_own(long):
    scales = [{"id": "far", "title": "Far", "items": ["-f1"], "low": 0, "high": 10}]
    answers = long([[3]], ["f1"])
    assert score(answers, key_of(told(scales=scales))).table["score"].to_pylist() == [7]


def test_other_questions_nulls_and_repeated_nulls_are_passed_over():
    answers = pa.table(
        {
            "person": ["a", "a", "b", "a", None, "a"],
            "item": ["n1", "zz", "zz", "n1", "n1", None],
            "value": [4.0, 99.0, 1.0, None, 77.0, 66.0],
        }
    )
    found = side_by_side(answers, key_of(told()))
    assert found.persons == ("a", "b")
    assert found.values[0, 0] == 4
    assert np.isnan(found.values[1]).all()
    silent = [fault.values["item"] for fault in found.warnings]
    assert silent == ["n2", "n3", "n4", "n5", "f1"]
    assert {fault.code for fault in found.warnings} == {"MEA-005"}
    assert found.warnings[0].values["nearest"] == "zz"


def test_nobody_scores_nothing(long):
    table = score(long(np.empty((0, 6)), ITEMS), key_of(told())).table
    assert table.num_rows == 0
    assert table.schema == SCORE


def test_scores_do_not_depend_on_the_order_of_rows(staff, key):
    answers, _ = staff
    order = np.random.Generator(np.random.Philox(1)).permutation(answers.num_rows)
    one = score(answers, key).table.sort_by([("person", "ascending"), ("scale", "ascending")])
    other = score(answers.take(order), key).table
    assert one == other.sort_by([("person", "ascending"), ("scale", "ascending")])


def test_the_demonstration_is_of_the_shape_of_a_measure_of_climate(key):
    assert key.invented
    assert "invented" in key.title
    assert len(key.scales) == 7
    assert all(5 <= len(scale.items) <= 8 for scale in key.scales)
    assert all(-1 in scale.signs.values() for scale in key.scales)
    assert set(key.wording) == set(key.items)
    assert len(set(key.wording.values())) == len(key.items)
    assert set(key.points) == {1, 2, 3, 4, 5}


def test_the_room_scores_as_the_statistics_do(staff, key):
    answers, _ = staff
    found = side_by_side(answers, key)
    scale = key.scales[4]
    own = [key.items.index(item) for item in scale.signs]
    expected = scale_scores(
        found.values[:, own], list(scale.signs.values()), low=1, high=5, missing="share"
    ).scores.ravel()
    table = score(answers, key).table.to_pylist()
    ours = [row["score"] for row in table if row["scale"] == scale.id]
    assert [NAN if each is None else each for each in ours] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"licence": ""}, "at least 1 character"),
        ({"scales": []}, "at least 1 item"),
        ({"low": 5}, "answers to scale near go from 5 to 5"),
        ({"colour": "red"}, "Extra inputs"),
        ({"wording": {"z": "What?"}}, "wording for z"),
        ({"least": 80}, "less than or equal to 1"),
        (
            {"scales": [{"id": "a", "title": "A", "items": ["x", "-x"]}]},
            "scale a names an item twice",
        ),
        ({"scales": [{"id": "a", "title": "A", "items": ["-"]}]}, "item without a name"),
        ({"scales": [{"id": "a", "title": "A", "items": ["x"]}] * 2}, "two scales a"),
        (
            {
                "scales": [
                    {"id": "a", "title": "A", "items": ["x"]},
                    {"id": "b", "title": "B", "items": ["x"], "high": 7},
                ]
            },
            "item x has other answers in scale b",
        ),
    ],
)
def test_a_key_that_does_not_fit_is_refused(changes, reason):
    with pytest.raises(Faults) as caught:
        key_of(told(**changes))
    assert [fault.code for fault in caught.value.faults] == ["MEA-001"]
    assert reason in caught.value.faults[0].what
    assert "<" not in caught.value.faults[0].what


def test_answers_that_cannot_be_are_refused_together(long):
    with pytest.raises(Faults) as caught:
        side_by_side(long([[9, 1, 0, 3, 3, 3]], ITEMS, ["a"]), key_of(told()))
    assert [fault.code for fault in caught.value.faults] == ["MEA-003", "MEA-003"]
    first = caught.value.faults[0]
    assert (first.values["item"], first.values["value"], first.values["high"]) == ("n1", "9", "5")
    assert "<" not in first.what + first.remedy


def test_two_answers_to_an_item_are_refused(long):
    answers = long([[1, 2], [1, 3]], ["n1", "n2"], ["a", "a"])
    with pytest.raises(Faults) as caught:
        side_by_side(answers, key_of(told()))
    assert [fault.code for fault in caught.value.faults] == ["MEA-004", "MEA-004"]
    assert caught.value.faults[1].values["item"] == "n2"


def test_a_table_without_a_column_is_refused():
    with pytest.raises(Fault) as caught:
        score(pa.table({"person": ["a"], "item": ["n1"]}), key_of(told()))
    assert caught.value.code == "MEA-002"
    assert "value" in caught.value.what
