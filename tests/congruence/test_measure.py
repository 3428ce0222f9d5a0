import itertools

import numpy as np
import pytest

from consilience.base.errors import Faults
from consilience.base.seeds import stream
from consilience.congruence import indices
from consilience.congruence.model import TABLES
from consilience.congruence.profiles import choice_of, measure
from consilience.design.model import Scale
from consilience.stats.distance import congruence

NAN = float("nan")


def answers(seed=3, areas=8, rows=4):
    return stream(seed, "answers").integers(1, 6, size=(areas, 3, rows)).astype(float)


def look(table, **where):
    """Return the rows of a table in which these columns have these values."""
    return [r for r in table.to_pylist() if all(r[name] == value for name, value in where.items())]


@pytest.fixture
def measured(study_of, linked, rng_for):
    def run(values, *, rows=(2, 2), areas=None, permutations=99, **choices):
        study = study_of(rows=rows, permutations=permutations, **choices)
        table = linked(values, rows=rows, areas=areas)
        return measure(study.stage("agree"), study=study, answers=table, rng_for=rng_for)

    return run


def test_tables_have_the_schemas_of_the_model(measured):
    found = measured(answers())
    for name in ("score", "index", "pair", "agreement", "permutation"):
        assert getattr(found, name).schema == TABLES[name]
    assert found.score.num_rows == 8 * 3 * 3
    assert found.index.num_rows == 8 * 3 * 2
    assert found.pair.num_rows == 8 * 3 * 3
    assert found.permutation.num_rows == 3 * 2


def test_raw_and_centred_stand_side_by_side(measured):
    values = answers()
    for centring, beside in (("none", "agency"), ("agency", "agency"), ("agency-item",) * 2):
        found = measured(values, centring=centring)
        assert set(found.index["centring"].to_pylist()) == {"none", beside}
        raw = [r["value"] for r in look(found.index, construct="total", centring="none")]
        assert raw == pytest.approx(
            congruence(values, index="mean-absolute-difference", span=4).tolist()
        )
        own = [r["value"] for r in look(found.index, construct="total", centring=centring)]
        assert found.values == pytest.approx(own)


def test_scores_and_pairs_are_in_points_of_the_scale(measured):
    values = answers()
    found = measured(values)
    (score,) = look(found.score, area="A002", agency="board", construct="c-1")
    assert score["raw"] == pytest.approx(values[2, 2, 2:].mean())
    assert score["centred"] == pytest.approx(values[2, 2, 2:].mean() - values[:, 2].mean())
    assert score["items"] == 2
    (pair,) = look(
        found.pair, area="A002", agency_a="education", agency_b="board", construct="total"
    )
    off = values[2, 0] - values[2, 2]
    assert (pair["difference"], pair["absolute"]) == pytest.approx((off.mean(), abs(off).mean()))


def test_a_construct_counts_by_its_weight_whatever_its_length(measured):
    values = answers(rows=4)
    found = measured(values, rows=(1, 3), weights=(3, 1), centring="none")
    for area in ("A000", "A005"):
        parts = {r["construct"]: r["value"] for r in look(found.index, area=area, centring="none")}
        assert parts["total"] == pytest.approx((3 * parts["c-0"] + parts["c-1"]) / 4)


def test_level_constructs_compares_means(measured):
    values = answers(rows=5)
    found = measured(values, rows=(2, 3), level="constructs", centring="none")
    means = np.stack([values[..., :2].mean(axis=-1), values[..., 2:].mean(axis=-1)], axis=-1)
    assert found.values == pytest.approx(
        congruence(means, index="mean-absolute-difference", span=4)
    )
    one_row_each = [measured(answers(rows=2), rows=(1, 1), level=level) for level in
                    ("items", "constructs")]  # fmt: skip
    assert one_row_each[0].values == pytest.approx(one_row_each[1].values)
    assert one_row_each[0].index.equals(one_row_each[1].index)


def test_only_areas_that_every_agency_answered_count_in_the_order_of_their_ids(measured):
    values = answers(areas=5)
    values[1, 2] = NAN
    found = measured(values, areas=["Z", "Y", "X", "B", "A"])
    assert found.profiles.areas == ("A", "B", "X", "Z")
    (score,) = look(found.score, area="A", agency="education", construct="total")
    assert score["raw"] == pytest.approx(values[4, 0].mean())


def test_an_area_with_too_few_shared_items_has_no_index_and_is_named(measured):
    values = answers(areas=6)
    values[3, 0, 1:] = NAN
    found = measured(values, min_items=0.5)
    assert np.flatnonzero(np.isnan(found.values)).tolist() == [3]
    assert [fault.code for fault in found.warnings if fault.code == "CON-012"] == ["CON-012"]
    (score,) = look(found.score, area="A003", agency="education", construct="c-1")
    assert (score["raw"], score["items"]) == (None, 0)
    enough = measured(values, min_items=0.25)
    assert not np.isnan(enough.values).any()
    means = measured(values, min_items=0.5, level="constructs")
    assert means.profiles.areas == found.profiles.areas
    assert not np.isnan(means.values[3])  # one of two constructs, half of its items


def test_scales_of_different_length_are_compared_as_shares(study_of, linked, rng_for):
    scales = {"five": Scale(minimum=1, maximum=5), "ten": Scale(minimum=0, maximum=10)}
    asked = {"education": "five", "social-care": "ten", "board": "ten"}
    study = study_of(scales=scales, asked=asked, centring="none", permutations=0)
    share = stream(4, "share").integers(0, 3, size=(4, 3, 4)) / 2.0
    given = share * np.array([4, 10, 10])[:, None] + np.array([1, 0, 0])[:, None]
    found = measure(study.stage("agree"), study=study, answers=linked(given), rng_for=rng_for)
    assert found.profiles.values == pytest.approx(share)
    assert found.values == pytest.approx(congruence(share, index="mean-absolute-difference"))
    (score,) = look(found.score, area="A001", agency="education", construct="c-0")
    assert score["raw"] == pytest.approx(share[1, 0, :2].mean())
    assert look(found.permutation, construct="total")[0]["p"] is None


def test_the_same_question_may_stand_in_two_constructs(study_of, linked, rng_for):
    study = study_of(centring="none")
    same = study.constructs[0].model_copy(update={"id": "again"})
    study = study.model_copy(update={"constructs": (*study.constructs, same)})
    found = measure(study.stage("agree"), study=study, answers=linked(answers()), rng_for=rng_for)
    one, other = (
        [r["value"] for r in look(found.index, construct=name)] for name in ("c-0", "again")
    )
    assert one == other


def test_a_construct_may_be_put_to_some_agencies_only(study_of, linked, rng_for):
    study = study_of(centring="none", permutations=50)
    first, second = study.constructs
    fewer = tuple({a: q for a, q in row.items() if a != "board"} for row in first.items)
    first = first.model_copy(update={"items": fewer})
    study = study.model_copy(update={"constructs": (first, second)})
    values = answers()
    found = measure(study.stage("agree"), study=study, answers=linked(values), rng_for=rng_for)
    two = congruence(values[:, :2, :2], index="mean-absolute-difference", span=4)
    rows = look(found.index, construct="c-0", centring="none")
    assert [row["value"] for row in rows] == pytest.approx(two)
    for row in found.permutation.to_pylist():
        where = {"construct": row["construct"], "centring": row["centring"]}
        values = [each["value"] for each in look(found.index, **where)]
        assert row["observed"] == pytest.approx(np.mean(values))
    (score,) = look(found.score, area="A000", agency="board", construct="c-0")
    assert (score["raw"], score["items"]) == (None, 0)


def test_agreement_beyond_chance_is_told_from_chance(measured):
    level = stream(5, "level").normal(3, 0.8, size=(30, 1, 1))
    noise = stream(5, "noise").normal(0, 0.2, size=(30, 3, 4))
    there = measured(level + noise, permutations=499)
    assert look(there.permutation, construct="total", centring="agency")[0]["p"] == 1 / 500
    assert "CON-010" not in [fault.code for fault in there.warnings]
    (icc,) = look(there.agreement, construct="total", coefficient="ICC(A,1)")
    assert icc["value"] > 0.9
    assert (icc["areas"], icc["agencies"]) == (30, 3)
    chance = measured(answers(seed=9, areas=30), permutations=499)
    assert look(chance.permutation, construct="total", centring="agency")[0]["p"] > 0.05
    (fault,) = [fault for fault in chance.warnings if fault.code == "CON-010"]
    assert fault.is_warning
    assert "p = 0." in fault.what


def test_shuffling_one_at_a_time_equals_shuffling_by_matrices(measured, monkeypatch):
    values = answers()
    values[2, 1, 0] = NAN
    fast = measured(values, index="rmsd")
    monkeypatch.setattr(indices, "MATRIX_AREAS", 3)
    slow = measured(values, index="rmsd")
    for one, other in zip(fast.permutation.to_pylist(), slow.permutation.to_pylist(), strict=True):
        assert one == pytest.approx(other)


def test_the_order_of_areas_items_and_records_does_not_matter(study_of, linked, rng_for):
    study = study_of()
    table = linked(answers())
    order = stream(6, "order").permutation(table.num_rows)
    first, second = (
        measure(study.stage("agree"), study=study, answers=each, rng_for=rng_for)
        for each in (table, table.take(order))
    )
    for name in ("score", "index", "pair", "agreement", "permutation"):
        assert getattr(first, name).equals(getattr(second, name))


def test_two_and_four_agencies(study_of, linked, rng_for):
    for agencies in (("one", "two"), ("one", "two", "three", "four")):
        study = study_of(agencies=agencies, permutations=50)
        values = stream(2, "more").integers(1, 6, size=(9, len(agencies), 4)).astype(float)
        found = measure(
            study.stage("agree"),
            study=study,
            answers=linked(values, agencies=agencies),
            rng_for=rng_for,
        )
        pairs = len(list(itertools.combinations(agencies, 2)))
        assert found.pair.num_rows == 9 * pairs * 3
        assert not np.isnan(found.values).any()


def test_no_answers_at_all_give_empty_tables(measured):
    found = measured(np.full((3, 3, 4), NAN))
    assert found.profiles.areas == ()
    assert found.index.num_rows == found.score.num_rows == 0
    assert {row["p"] for row in found.permutation.to_pylist()} == {None}
    gower = measured(np.full((3, 3, 4), NAN), index="gower", level="constructs")
    assert len(gower.values) == 0


def test_an_agency_that_was_asked_nothing_alike_is_left_out_and_named(study_of, linked, rng_for):
    study = study_of(asked={"education": "points", "board": "points"})
    values = answers()
    values[1, 1] = NAN
    found = measure(study.stage("agree"), study=study, answers=linked(values), rng_for=rng_for)
    assert found.profiles.agencies == ("education", "board")
    assert len(found.profiles.areas) == 8
    (fault,) = [each for each in found.warnings if each.code == "CON-006"]
    assert "social-care" in fault.what
    assert fault.is_warning


def unfit(study, code):
    """Return a study that breaks the rule of a code."""
    if code == "CON-004":
        only = [{"education": "q-0-0"}]
        changed = [c.model_copy(update={"items": only}) for c in study.constructs]
        return study.model_copy(update={"constructs": tuple(changed)})
    if code == "CON-013":
        stage = study.stage("agree").model_copy(update={"constructs": ("c-0", "c-9")})
        return study.model_copy(update={"stages": (*study.stages[:-1], stage)})
    instrument = study.instruments["board"]
    first, _, *others = instrument.questions
    kind = first.model_copy(update={"scale": None})
    gone = instrument.model_copy(update={"questions": (kind, *others)})
    return study.model_copy(update={"instruments": {**study.instruments, "board": gone}})


@pytest.mark.parametrize(("code", "count"), [("CON-004", 1), ("CON-005", 2), ("CON-013", 1)])
def test_what_cannot_be_compared_is_refused(study_of, linked, rng_for, code, count):
    study = unfit(study_of(), code)
    with pytest.raises(Faults) as caught:
        measure(study.stage("agree"), study=study, answers=linked(answers()), rng_for=rng_for)
    assert [fault.code for fault in caught.value.faults] == [code] * count
    for fault in caught.value.faults:
        assert "<" not in fault.what + fault.remedy


def test_a_scale_without_two_ends_is_refused(study_of, linked, rng_for):
    study = study_of(scales={"points": Scale(missing={-9: "No answer"})})
    with pytest.raises(Faults) as caught:
        measure(study.stage("agree"), study=study, answers=linked(answers()), rng_for=rng_for)
    assert {fault.code for fault in caught.value.faults} == {"CON-005"}
    assert "without two ends" in caught.value.faults[0].what


def test_choices_name_the_stage_unless_told_otherwise(study_of):
    stage = study_of(index="d2").stage("agree")
    assert choice_of(stage).index == "d2"
    assert choice_of(stage, index="rmsd", centring="none").index == "rmsd"
