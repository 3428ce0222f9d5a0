"""Make SIMULATED results of a measure of organisational climate, a row a respondent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from example_answers import write_rows

SCALES = ("shared-purpose", "working-together", "room-to-decide", "clear-tasks")
SCHOOLS = 50
# Roles of those interviewed, and how often each answered.
ROLES = {
    "Designated safeguarding lead": 0.34,
    "Head": 0.24,
    "Deputy head": 0.18,
    "Pastoral staff": 0.16,
    "Governor": 0.08,
}
PHASES = {"primary": 0.5, "secondary": 0.3, "special": 0.2}
# Share of the variance of a T-score that lies between schools, in this simulation.
BETWEEN = 0.15


def make_climate(folder: Path, rng: np.random.Generator) -> None:
    """Write T-scores of two to seven respondents in each of 50 invented schools."""
    rows = []
    for school in range(1, SCHOOLS + 1):
        phase = rng.choice(list(PHASES), p=list(PHASES.values()))
        level = rng.normal(0, np.sqrt(BETWEEN) * 10, len(SCALES))
        for _ in range(int(rng.integers(2, 8))):
            role = rng.choice(list(ROLES), p=list(ROLES.values()))
            scores = 50 + level + rng.normal(0, np.sqrt(1 - BETWEEN) * 10, len(SCALES))
            rows.append([f"SIM-{school:02d}", str(phase), str(role), *(f"{s:.1f}" for s in scores)])
    write_rows(folder / "intake" / "climate.csv", ["school", "phase", "role", *SCALES], rows)
