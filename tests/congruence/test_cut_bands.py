from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.congruence.bands import cut_bands
from consilience.congruence.model import TABLES
from consilience.congruence.profiles import measure
from consilience.congruence.sensitivity import compare, rank_correlation
from consilience.stats.bands import cut
from consilience.stats.distance import congruence

NAN = float("nan")


def answers(seed=3, areas=39, rows=12):
    return stream(seed, "answers").integers(1, 6, size=(areas, 3, rows)).astype(float)


@pytest.fixture
def banded(study_of, linked, rng_for):
    def run(values, *, rows=(6, 6), seed=1, **choices):
        study = study_of(rows=rows, permutations=0, **choices)
        stage = study.stage("agree")
        table = linked(values, rows=rows)
        found = measure(stage, study=study, answers=table, rng_for=rng_for)
        return stage, found, cut_bands(stage, measured=found, rng=stream(seed, "bands"))

    return run


def test_39_areas_fall_into_five_labelled_bands(banded):
    stage, measured, found = banded(answers(), bands={"resamples": 300})
    assert found.band.schema == TABLES["band"]
    assert found.stability.schema == TABLES["stability"]
    rows = sorted(found.band.to_pylist(), key=lambda row: row["rank"])
    assert Counter(row["band"] for row in rows) == {1: 8, 2: 8, 3: 8, 4: 8, 5: 7}
    assert [row["rank"] for row in rows] == list(range(1, 40))
    assert [row["value"] for row in rows] == sorted(measured.values)
    assert [row["band"] for row in rows] == sorted(row["band"] for row in rows)
    assert rows[0]["label"] == "very low"
    assert rows[-1]["label"] == stage.bands.labels[-1] == "very high"


def test_probabilities_of_an_area_sum_to_one_and_name_the_next_band(banded):
    _, _, found = banded(answers(), bands={"resamples": 300})
    shares = {}
    for row in found.stability.to_pylist():
        shares.setdefault(row["area"], {})[row["band"]] = row["probability"]
    assert len(shares) == 39
    for row in found.band.to_pylist():
        own = shares[row["area"]]
        assert sum(own.values()) == pytest.approx(1)
        assert row["probability"] == own[row["band"]]
        rest = {band: share for band, share in own.items() if band != row["band"] and share > 0}
        assert row["next_band"] == (max(rest, key=rest.get) if rest else None)
    mean = np.mean(found.band["probability"].to_numpy())
    assert 0.25 < mean < 0.8  # 39 areas that differ by chance keep few of their bands


def test_more_error_means_less_sure_bands(banded):
    values = stream(8, "level").normal(5, 1.5, size=(39, 3, 12))
    sure = [
        np.mean(
            banded(values, bands={"resample": "error", "error_sd": sd, "resamples": 200})[2]
            .band["probability"]
            .to_numpy()
        )
        for sd in (0.01, 0.5, 3.0)
    ]
    assert sure[0] > 0.95
    assert sure[0] > sure[1] > sure[2]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000), centring=st.sampled_from(["none", "agency-item"]))
def test_without_error_measured_bands_are_the_true_ones(banded, seed, centring):
    truth = stream(seed, "truth").uniform(1, 5, size=(20, 3, 6))
    measured = truth + 1e-9 * stream(seed, "error").standard_normal(truth.shape)
    _, _, found = banded(
        measured,
        rows=(3, 3),
        centring=centring,
        bands={"resample": "error", "error_sd": 1e-9, "resamples": 20},
    )
    level = truth - truth.mean(axis=0) if centring == "agency-item" else truth
    true = congruence(level, index="mean-absolute-difference", span=4)
    assert found.band["band"].to_pylist() == cut(true, count=5).tolist()
    assert set(found.band["probability"].to_pylist()) == {1.0}
    assert set(found.band["next_band"].to_pylist()) == {None}


def test_the_size_of_the_error_is_estimated(banded):
    parts = [
        stream(4, f"part-{shape}").normal(size=shape)
        for shape in ((60, 3, 1), (60, 1, 12), (1, 3, 12))
    ]
    values = 5 + sum(parts) + 0.4 * stream(4, "error").normal(size=(60, 3, 12))
    _, _, found = banded(values, bands={"resample": "error", "resamples": 20})
    assert found.error_sd * 4 == pytest.approx(0.4, rel=0.05)
    values[5, 1, 3] = NAN
    _, _, gap = banded(values, bands={"resample": "error", "resamples": 20})
    assert gap.error_sd == pytest.approx(found.error_sd, rel=0.02)


@pytest.mark.parametrize("resample", ["items", "error"])
@pytest.mark.parametrize("level", ["items", "constructs"])
def test_the_size_of_pieces_of_work_does_not_matter(banded, resample, level, monkeypatch):
    values = answers(areas=7, rows=9)
    values[1, 0, 2] = NAN
    values[3, 1, 1:] = NAN  # no index: no band, in no replicate
    choices = {"rows": (3, 6), "level": level, "centring": "agency"}
    bands = {"count": 2, "labels": ("low", "high"), "resample": resample, "resamples": 31}
    whole = banded(values, **choices, bands={**bands, "error_sd": 0.5})[2]
    monkeypatch.setattr("consilience.congruence.bands.PIECE", 500)
    pieces = banded(values, **choices, bands={**bands, "error_sd": 0.5})[2]
    assert whole.band["area"].to_pylist() == [f"A{n:03}" for n in (0, 1, 2, 4, 5, 6)]
    # Smaller pieces draw from the same stream in the same order.
    assert whole.stability.equals(pieces.stability)


def test_an_area_without_an_index_takes_no_band_in_any_replicate(banded):
    values = answers(areas=8, rows=9)
    values[3, 1, 1:] = NAN
    choices = {"rows": (3, 6), "centring": "none"}
    bands = {"count": 2, "labels": ("low", "high"), "resamples": 50}
    there = banded(values, **choices, bands=bands)[2].stability
    gone = banded(np.delete(values, 3, axis=0), **choices, bands=bands)[2].stability
    assert there["probability"].to_pylist() == gone["probability"].to_pylist()


def test_no_resampling_leaves_probabilities_open(banded):
    _, _, found = banded(answers(), bands={"resamples": 0})
    assert set(found.band["probability"].to_pylist()) == {None}
    assert found.stability.num_rows == 0
    assert found.band["band"].null_count == 0


def test_few_items_are_a_warning(banded):
    _, _, found = banded(answers(rows=4), rows=(2, 2), bands={"resamples": 20})
    (fault,) = found.warnings
    assert fault.code == "CON-008"
    assert fault.is_warning
    assert "resamples 4 items" in fault.what
    assert banded(answers(), bands={"resamples": 20})[2].warnings == ()


@pytest.mark.parametrize(
    ("code", "areas", "bands"),
    [
        ("CON-003", 9, {"cut": "fixed", "limits": (0.5,)}),
        ("CON-007", 4, {}),
        ("CON-009", 9, {"resample": "error"}),
        ("CON-011", 9, {"count": 3}),
    ],
)
def test_bands_that_cannot_be_cut_are_refused(banded, code, areas, bands):
    with pytest.raises(Fault) as caught:
        banded(answers(areas=areas, rows=1), rows=(1,), bands=bands)
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy


def test_the_seed_alone_decides(banded):
    one, same, other = (
        banded(answers(), seed=seed, bands={"resamples": 100})[2].stability for seed in (1, 1, 2)
    )
    assert one.equals(same)
    assert not one.equals(other)


def test_sensitivity_holds_every_choice_and_the_own_one_keeps_all(banded):
    stage, measured, _ = banded(answers(), index="rmsd", centring="agency", bands={"resamples": 0})
    table = compare(stage, measured=measured)
    assert table.schema == TABLES["sensitivity"]
    rows = {(r["index"], r["centring"], r["cut"]): r for r in table.to_pylist()}
    assert len(rows) == table.num_rows == 6 * 3 * 3
    own = rows["rmsd", "agency", "equal-counts"]
    assert (own["same"], own["moved_two"], own["areas"]) == (1.0, 0.0, 39)
    assert own["rank_correlation"] == pytest.approx(1)
    assert rows["d2", "none", "equal-counts"]["same"] < 1
    assert rows["rmsd", "agency", "clusters"]["rank_correlation"] == pytest.approx(1)


def test_sensitivity_of_fixed_limits_and_of_undefined_indices(banded):
    bands = {"cut": "fixed", "limits": (0.4, 0.5, 0.6, 0.7), "resamples": 0}
    stage, measured, _ = banded(answers(rows=2), rows=(1, 1), bands=bands)
    rows = compare(stage, measured=measured).to_pylist()
    assert {row["cut"] for row in rows} == {"equal-counts", "equal-width", "clusters", "fixed"}
    none = [row for row in rows if row["index"] == "profile-correlation"]
    assert {(row["areas"], row["same"], row["rank_correlation"]) for row in none} == {
        (0, None, None)
    }


def test_rank_correlation():
    first = np.array([1.0, 2.0, 3.0, 4.0, NAN])
    assert rank_correlation(first, np.array([1.0, 4.0, 9.0, 16.0, 0.0])) == pytest.approx(1)
    assert rank_correlation(first, -first) == pytest.approx(-1)
    assert np.isnan(rank_correlation(first, np.ones(5)))
    assert np.isnan(rank_correlation(first, np.full(5, NAN)))
