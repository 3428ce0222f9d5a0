"""The example study runs whole: the published numbers, and everything that defends them."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter

import pytest

import consilience

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def rows(study, stage, table):
    return study.table(stage, table).to_pylist()


def test_the_published_numbers_come_out(example):
    rates = {r["survey"]: r for r in rows(example, "linked", "rate") if r["by"] == "all"}
    told = [(r["complete"], r["eligible"], round(100 * r["rr1"], 1)) for r in rates.values()]
    assert told == [(93, 150, 62.0), (80, 150, 53.3), (82, 150, 54.7)]
    overlap = rows(example, "linked", "overlap")[-1]
    assert (overlap["observed"], round(overlap["expected"], 1)) == (39, 27.1)
    assert round(overlap["p_at_least"], 4) == 0.0003
    by_region = [r for r in rows(example, "linked", "rate") if r["by"] == "region"]
    assert sum(r["complete"] for r in by_region) == 93 + 80 + 82
    headlines = " ".join(example.run(at=AT, actor="test").headlines)
    for figure in ("93 of 150 (62.0%)", "80 of 150 (53.3%)", "82 of 150 (54.7%)", "P = 0.0003"):
        assert figure in headlines


def test_five_bands_of_thirty_nine_and_one_case_in_each(example):
    bands = rows(example, "congruence", "band")
    labels = ["very low", "low", "middle", "high", "very high"]
    assert [Counter(b["label"] for b in bands)[label] for label in labels] == [8, 8, 8, 8, 7]
    cases = rows(example, "cases", "choice")
    assert [case["group"] for case in cases] == labels
    proof = rows(example, "cases", "proof")[0]
    assert (proof["status"], proof["sets"]) == ("optimal", 8 * 8 * 8 * 8 * 7)
    sure = {band["area"]: band["probability"] for band in bands}
    preference = {r["part"]: r["value"] for r in rows(example, "cases", "objective")}
    assert preference["preference: band_probability"] == pytest.approx(
        sum(sure[case["unit"]] for case in cases)
    )
    ranks = Counter(row["group"] for row in rows(example, "cases", "reserve"))
    assert ranks == dict.fromkeys(labels, 3)
    assert len(rows(example, "cases", "front")) >= 2


def test_ten_schools_in_each_chosen_area(example):
    areas = {case["unit"] for case in rows(example, "cases", "choice")}
    chosen = rows(example, "case-schools", "choice")
    assert Counter(row["group"] for row in chosen) == dict.fromkeys(areas, 10)
    short = [row for row in rows(example, "case-schools", "coverage") if row["short"]]
    assert all(row["why"] for row in short)
    assert {row["status"] for row in rows(example, "case-schools", "proof")} == {"optimal"}


def test_contributions_come_with_their_doubt(example):
    found = rows(example, "contributions", "importance")
    compared = [row for row in found if row["value"] is not None]
    assert all(row["low"] < row["high"] for row in compared)
    (model,) = rows(example, "contributions", "importance_model")
    assert sum(row["value"] for row in compared) + model["always"] == pytest.approx(model["fit"])
    first = [r for r in rows(example, "contributions", "importance_rank") if r["rank"] == 1]
    assert sum(row["probability"] for row in first) == pytest.approx(1)
    page = (example.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "255 cases of 129 areas for ten columns of predictors are few" in page
    assert "do not report an order without the intervals" in page


def test_everything_simulated_says_so_and_real_areas_do_not(example):
    out = example.folder / "out"
    real = {path.name for path in out.rglob("*.csv") if ".simulated." not in path.name}
    assert real == {"areas.frame.csv"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("simulated</") > 20
    assert not re.search(r"(src|href)=.https?:", page)


def test_a_refusal_is_replaced_and_the_rest_stays(example, tmp_path):
    folder = tmp_path / "refused"
    shutil.copytree(example.folder, folder)
    before = [row["unit"] for row in rows(example, "cases", "choice")]
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("    prefer: band_probability")
    refusal = f"    refused: [{{id: {before[2]}, reason: no time}}]\n"
    path.write_text(text[:at] + refusal + text[at:], encoding="utf-8")
    study = consilience.open_study(folder)
    done = study.run(at=AT, actor="test", until="cases")
    assert [s.stage for s in done.stages if s.state == "ran"] == ["cases"]
    after = {row["unit"]: row for row in rows(study, "cases", "choice")}
    assert set(before) - set(after) == {before[2]}
    stand_in = next(row for row in after.values() if row["status"] == "replacement")
    assert (stand_in["replaces"], stand_in["group"]) == (before[2], "middle")
    told = study.explain(stand_in["unit"])
    assert any("no time" in line for passage in told.passages for line in passage.lines)
