"""The same main job on real input: New York's three informants, England's register of schools."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter

import pytest

import consilience

pytestmark = pytest.mark.shared
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def run_example(root, shared, tmp_path):
    """Return a function that runs a copy of an example that reads its input from ../shared."""

    def run(name):
        (tmp_path / "shared").symlink_to(shared)
        folder = tmp_path / "main/examples" / name
        made = shutil.ignore_patterns("out", ".consilience")
        shutil.copytree(root / "examples" / name, folder, ignore=made)
        study = consilience.open_study(folder)
        done = study.run(at=AT, actor="test")
        assert "out/report.html" in done.outputs
        assert not any("simulated" in path for path in done.outputs)
        return study

    return run


def test_new_york(run_example):
    study = run_example("new-york-2011")
    bands = study.table("congruence", "band").to_pylist()
    # 297 in five equal counts; the lower bands hold the two left over.
    assert sorted(Counter(row["band"] for row in bands).values()) == [59, 59, 59, 60, 60]
    rows = study.table("congruence", "sensitivity").to_pylist()
    wanted = ("mean-absolute-difference", "none", "equal-counts")
    raw = next(r for r in rows if (r["index"], r["centring"], r["cut"]) == wanted)
    # Shares of 297 schools, pinned from an independent count: 96 keep their band, 81 move far.
    assert (round(raw["same"] * 297), round(raw["moved_two"] * 297)) == (96, 81)
    icc = {
        (row["construct"], row["coefficient"]): round(row["value"], 3)
        for row in study.table("congruence", "agreement").to_pylist()
    }
    pinned = {
        "safety": (0.295, 0.596),
        "communication": (0.175, 0.331),
        "engagement": (0.329, 0.412),
        "expectations": (0.422, 0.468),
    }
    for construct, (absolute, consistent) in pinned.items():
        assert (icc[construct, "ICC(A,1)"], icc[construct, "ICC(C,1)"]) == (absolute, consistent)
    cases = study.table("cases", "choice").to_pylist()
    assert len({row["group"] for row in cases}) == len(cases) == 5


def test_register(run_example):
    study = run_example("register-2019")
    assert study.table("schools", "frame").num_rows == 23_939
    chosen = study.table("sample", "choice").to_pylist()
    assert sorted(Counter(row["group"] for row in chosen).values()) == [10] * 5
    assert {row["status"] for row in study.table("sample", "proof").to_pylist()} == {"optimal"}
