"""The simulated file and what sdcMicro 5.8.0 said of it."""

import csv
import gzip

import numpy as np
import pytest

KEYS = ("area", "role", "age", "sex", "eth", "typ")


@pytest.fixture(scope="session")
def records(shared):
    """Return 10,000 records by column: six keys, weights `w` and a sensitive attribute `sens`."""
    with (shared / "reference/disclosure/d10000.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = {key: np.array([int(row[key]) for row in rows]) for key in (*KEYS, "sens")}
    return columns | {"w": np.array([float(row["w"]) for row in rows])}


@pytest.fixture(scope="session")
def keys(records):
    """Return the six keys."""
    return [records[key] for key in KEYS]


@pytest.fixture(scope="session")
def pinned(shared):
    """Return by name what sdcMicro found for each record."""
    with gzip.open(shared / "reference/disclosure/sdcmicro_10000.csv.gz", "rt") as lines:
        rows = list(csv.DictReader(lines))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
