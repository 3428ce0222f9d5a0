"""Johnson's weights: the swiss figures of rwa, missing values, what is undefined."""

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.stats.importance.importance import relative_importance
from consilience.stats.importance.johnson import johnson_of_correlations, johnson_weights

# R's swiss data as correlations: fertility, agriculture, examination, education, catholic, infant
# mortality; the weights are those of rwa 0.1.0.
SWISS = np.array(
    [
        [1, 0.353079183, -0.645882706, -0.663788857, 0.463684701, 0.416556043],
        [0.353079183, 1, -0.686542213, -0.639522514, 0.401095055, -0.060858611],
        [-0.645882706, -0.686542213, 1, 0.698415296, -0.572741803, -0.114021613],
        [-0.663788857, -0.639522514, 0.698415296, 1, -0.153858924, -0.099321848],
        [0.463684701, 0.401095055, -0.572741803, -0.153858924, 1, 0.175495934],
        [0.416556043, -0.060858611, -0.114021613, -0.099321848, 0.175495934, 1],
    ]
)
RWA = [0.0484168958, 0.1547082498, 0.2719641046, 0.1146800299, 0.1169657214]


def made(rows=60):
    rng = stream(6, "johnson")
    table = rng.normal(size=(rows, 3)) + 0.7 * rng.normal(size=(rows, 1))
    return table @ [1.0, -0.5, 0.2] + rng.normal(size=rows), table


def test_the_figures_of_rwa():
    found = johnson_of_correlations(SWISS)
    assert found.raw == pytest.approx(RWA, abs=1e-7)
    assert found.r2 == pytest.approx(0.706735001592726, abs=1e-7)
    assert found.rescaled == pytest.approx(np.array(RWA) / 0.706735001592726, abs=1e-7)
    assert found.sign.tolist() == [1, -1, -1, 1, 1]


def test_covariances_will_do():
    units = np.array([3, 1, 1e6, 1e-4, 20, 0.3])
    found = johnson_of_correlations(SWISS * units * units[:, None])
    assert found.raw == pytest.approx(RWA, abs=1e-7)


def test_data_and_weights():
    y, table = made()
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)
    weights[50:] = 0
    found = johnson_weights(y, table, weights=weights)
    again = np.repeat(np.arange(60), weights.astype(int))
    assert found.raw == pytest.approx(johnson_weights(y[again], table[again]).raw)
    assert found.raw == pytest.approx(relative_importance(y, table, weights=weights).johnson)


def test_missing_values_drop_cases_or_pairs():
    y, table = made()
    table[:5, 0], table[8:15, 2], y[20] = np.nan, np.nan, np.nan
    kept = ~np.isnan(table).any(axis=1) & ~np.isnan(y)
    dropped = johnson_weights(y, table)
    assert dropped.raw == pytest.approx(johnson_weights(y[kept], table[kept]).raw)
    whole = np.column_stack([y, table])
    matrix = np.eye(4)
    for one in range(4):
        for other in range(one):
            both = ~np.isnan(whole[:, [one, other]]).any(axis=1)
            r = np.corrcoef(whole[both, one], whole[both, other])[0, 1]
            matrix[one, other] = matrix[other, one] = r
    paired = johnson_weights(y, table, missing="pairwise")
    assert paired.raw == pytest.approx(johnson_of_correlations(matrix).raw)
    assert paired.r2 != pytest.approx(dropped.r2)


@pytest.mark.parametrize("missing", ["drop", "pairwise"])
def test_undefined(missing):
    y, table = made()
    for spoilt in (
        np.column_stack([table, table[:, 0]]),
        np.column_stack([table, np.full(60, 1e9 + 0.1)]),
        np.column_stack([table, np.full(60, np.nan)]),
    ):
        found = johnson_weights(y, spoilt, missing=missing)
        assert np.isnan(found.raw).all()
        assert np.isnan(found.rescaled).all()
        assert np.isnan(found.r2)
    assert np.isnan(johnson_weights(np.ones(60), table, missing=missing).raw).all()
    nothing = johnson_of_correlations(np.eye(3))
    assert nothing.raw.tolist() == [0, 0]
    assert np.isnan(nothing.rescaled).all()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"missing": "impute"}, "STA-001"),
        ({"weights": [1.0]}, "STA-002"),
        ({"columns": np.ones((4, 2))}, "STA-002"),
    ],
)
def test_refusals(keys, code):
    y, table = made()
    with pytest.raises(Fault) as told:
        johnson_weights(y, **{"columns": table, **keys})
    assert told.value.code == code


def test_not_square():
    with pytest.raises(Fault) as told:
        johnson_of_correlations(np.ones((2, 3)))
    assert told.value.code == "STA-002"
