"""The demonstration measure, and invented answers to it."""

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from consilience.base.seeds import stream
from consilience.design.yaml_file import read_yaml
from consilience.measures.model import DEMONSTRATION
from consilience.measures.norms import norms_of
from consilience.measures.scales import key_of


@pytest.fixture(scope="session")
def key():
    path = DEMONSTRATION / "measure.yaml"
    document, faults = read_yaml(path, name="measure.yaml", first_key="id: measure")
    assert faults == []
    return key_of(document.data)


@pytest.fixture(scope="session")
def norms():
    return norms_of(pyarrow.csv.read_csv(DEMONSTRATION / "norms.csv"))


@pytest.fixture(scope="session")
def long():
    """Return a function from a matrix, items and names of people to a table of answers."""

    def make(values, items, persons=None):
        matrix = np.asarray(values, dtype=float)
        names = persons or [f"p{number}" for number in range(len(matrix))]
        rows, columns = np.nonzero(~np.isnan(matrix))
        return pa.table(
            {
                "person": pa.array([names[row] for row in rows], pa.string()),
                "item": pa.array([items[column] for column in columns], pa.string()),
                "value": pa.array(matrix[rows, columns], pa.float64()),
            }
        )

    return make


@pytest.fixture(scope="session")
def staff(key, long):
    """Return answers of the staff of invented schools, and who belongs to which."""
    rng = stream(5, "measures/staff")
    sizes = [3, 4, 5, 6, 7, 8, 9, 10, 12, 5]
    school = np.repeat([f"s{number}" for number in range(len(sizes))], sizes)
    values = np.full((len(school), len(key.items)), np.nan)
    for scale in key.scales:
        of_school = rng.normal(0, 0.5, len(sizes))[np.repeat(range(len(sizes)), sizes)]
        person = of_school + rng.normal(0, 0.6, len(school))
        for item, sign in scale.signs.items():
            own = 3.2 + person + rng.normal(0, 0.7, len(school))
            answer = np.clip(np.round(own), 1, 5)
            values[:, key.items.index(item)] = answer if sign > 0 else 6 - answer
    values[rng.random(values.shape) < 0.03] = np.nan
    persons = [f"p{number}" for number in range(len(school))]
    members = pa.table({"person": persons, "school": school.tolist()})
    return long(values, key.items, persons), members
