"""What goes with an outcome: cases from answers, imputation, intervals, and a known truth."""

import numpy as np
import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.congruence.importance import contributions
from consilience.congruence.predictors import observe
from consilience.design.model import ImportanceStage

ROWS = (2, 2, 2)


def stage_of(**keys):
    return ImportanceStage.model_validate(
        {"kind": "importance", "id": "drivers", "of": "linked", "outcome": "c-2", "resamples": 400}
        | keys
    )


def made(areas=60, *, effect=(0.8, 0.2), seed=1, gaps=0.0):
    """Answers 1-5 of three agencies: the outcome follows two constructs by known weights."""
    rng = stream(seed, "drivers")
    own = rng.normal(size=(areas, 3, 2)) + 0.5 * rng.normal(size=(areas, 1, 2))
    outcome = own @ effect + 0.5 * rng.normal(size=(areas, 3)) + [0, 0.4, -0.4]
    latent = np.dstack([own, outcome]).repeat(2, axis=2)
    values = np.clip(np.round(3 + latent + 0.3 * rng.normal(size=latent.shape)), 1, 5)
    values[rng.random(values.shape) < gaps] = np.nan
    return values


@pytest.fixture
def found(study_of, linked, rng_for):
    """Return a function that measures contributions in made answers."""

    def run(values, *, frame=None, **keys):
        return contributions(
            stage_of(**keys),
            study=study_of(rows=ROWS),
            answers=linked(values, rows=ROWS),
            frame=frame,
            rng_for=rng_for,
        )

    return run


def rows_of(table, key="predictor"):
    return {row[key]: row for row in table.to_pylist()}


def test_a_known_truth_is_found(found):
    out = found(made())
    rows = rows_of(out.importance)
    assert list(rows) == ["c-0", "c-1", "agency"]
    assert rows["c-0"]["value"] > 5 * rows["c-1"]["value"]
    assert rows["c-0"]["low"] < rows["c-0"]["value"] < rows["c-0"]["high"]
    assert rows["agency"]["kind"] == "agency"
    assert rows["agency"]["value"] is None
    model = out.model.to_pylist()[0]
    assert (model["rows"], model["areas"], model["predictors"]) == (180, 60, 2)
    assert model["fit"] == pytest.approx(
        model["always"] + rows["c-0"]["value"] + rows["c-1"]["value"]
    )
    ranks = {(row["predictor"], row["rank"]): row["probability"] for row in out.rank.to_pylist()}
    assert ranks["c-0", 1] == 1
    assert ranks["c-1", 1] == 0
    pairs = {(row["predictor"], row["other"]): row for row in out.pair.to_pylist()}
    assert pairs["c-0", "c-1"]["dominance"] == "complete"
    assert pairs["c-1", "c-0"]["dominance"] == "none"
    assert pairs["c-0", "c-1"]["probability"] == 1


def test_who_answered_is_taken_out(found):
    """A level of agencies is no contribution of what the same agencies answer to."""
    values = made(effect=(0.0, 0.0))
    values[:, 1], values[:, 2] = np.minimum(values[:, 1] + 2, 5), np.maximum(values[:, 2] - 2, 1)
    rows = rows_of(found(values).importance)
    assert max(rows["c-0"]["value"], rows["c-1"]["value"]) < 0.02
    one = rows_of(found(values, agencies=["education"]).importance)
    assert "agency" not in one


def test_areas_as_cases_are_the_complete_ones(found):
    values = made()
    values[0, 1], values[1, 2] = np.nan, np.nan
    model = found(values, unit="areas").model.to_pylist()[0]
    assert (model["rows"], model["areas"]) == (58, 58)
    assert found(values).model.to_pylist()[0]["rows"] == 178


def test_cases_are_means_in_points_of_the_scale(study_of, linked):
    values = np.full((8, 3, 6), 3.0)
    values[0, 0] = [1, 5, 4, 4, 2, 3]
    values[1, 0, :2], values[2, 0, 4:] = [5, np.nan], np.nan
    seen = observe(
        stage_of(), study=study_of(rows=ROWS), answers=linked(values, rows=ROWS), frame=None
    )
    assert seen.outcome[0] == 2.5
    assert seen.columns[0, :2].tolist() == [3, 4]
    assert seen.columns[3, 0] == 5  # half of the questions is enough
    assert seen.without_outcome == 1
    assert len(seen.areas) == 23


def test_missing_answers_are_imputed_or_left_out(found):
    values = made(areas=90)
    whole = rows_of(found(values).importance)["c-0"]
    gone = stream(2, "gaps").random((90, 3)) < 0.3
    values[gone, :2] = np.nan
    imputed, dropped = found(values, imputations=5), found(values, missing="drop")
    model = imputed.model.to_pylist()[0]
    assert (model["missing"], model["imputations"], model["rows"]) == (gone.sum(), 5, 270)
    model = dropped.model.to_pylist()[0]
    assert (model["imputations"], model["rows"]) == (0, 270 - gone.sum())
    assert "STA-024" in [fault.code for fault in dropped.warnings]
    assert rows_of(imputed.importance)["c-0"]["value"] == pytest.approx(whole["value"], abs=0.1)


def test_the_same_stage_gives_the_same_tables(found):
    one, other = found(made(gaps=0.1), imputations=3), found(made(gaps=0.1), imputations=3)
    for name in ("importance", "rank", "pair", "model"):
        assert getattr(one, name).equals(getattr(other, name))


def test_attributes_of_the_frame_are_predictors(found):
    frame = pa.table(
        {
            "id": [f"A{n:03}" for n in range(60)],
            "region": ["north", "south", "west"] * 20,
            "size": pa.array([float(n % 7) for n in range(59)] + [None]),
        }
    )
    out = found(made(), frame=frame, attributes=["region", "size"], always=["size"])
    rows = rows_of(out.importance)
    assert list(rows) == ["c-0", "c-1", "region", "size", "agency"]
    assert rows["region"]["value"] < 0.05
    assert rows["size"]["value"] is None
    model = out.model.to_pylist()[0]
    assert (model["predictors"], model["columns"], model["missing"]) == (3, 7, 3)


@pytest.mark.parametrize(
    "keys",
    [{"model": "logit", "success_from": 3.5}, {"model": "ordinal"}],
    ids=lambda k: k["model"],
)
def test_other_models(found, keys):
    out = found(made(areas=80), resamples=30, **keys)
    rows = rows_of(out.importance)
    assert rows["c-0"]["value"] > rows["c-1"]["value"]
    assert out.model.to_pylist()[0]["measure"] == "mcfadden"


def test_few_cases(found):
    out = found(made(areas=13), agencies=["board"])
    assert "STA-023" in [fault.code for fault in out.warnings]
    with pytest.raises(Fault) as told:
        found(made(areas=4), agencies=["board"])
    assert told.value.code == "CON-014"


def test_without_resamples_nothing_is_said_of_ranks(found):
    out = found(made(), resamples=0)
    row = rows_of(out.importance)["c-0"]
    assert row["value"] > 0
    assert row["low"] is None
    assert {each["probability"] for each in out.rank.to_pylist()} == {None}
