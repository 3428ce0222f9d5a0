"""Deposit: counts with reasons, risk before and after, and nothing that tells who a case is."""

import dataclasses
import re

import numpy as np
import pyarrow as pa
import pytest
from test_pages import check_structure

from consilience.base.seeds import stream
from consilience.deposit.model import TABLES, DataSet, Fate, Withheld
from consilience.deposit.protect import Source
from consilience.deposit.publish import published
from consilience.deposit.rows import tables_of
from consilience.deposit.source_tables import Described
from consilience.design.model.deposit import DepositStage
from consilience.report.deposit import cautions_of_deposit, deposit_section, sentence
from consilience.report.deposit_charts import Choice, Count, described, funnel, trade_off
from consilience.report.deposit_tables import highest_left
from consilience.report.exports import exports_of
from consilience.report.model import Figure, Fold, Grid, Words
from consilience.report.pages import render_report
from consilience.report.summary import cautions, headlines

STAGE = {
    "id": "deposit", "kind": "deposit", "of": ["areas", "linked"], "frame": "areas",
    "title": "Data for the archive", "risk": 0.4,
    "named": [{"id": "A003", "source": "a newspaper", "keys": ["role"]}],
    "sets": [
        {"data_set": "scoping", "texts": "scoping"},
        {"data_set": "surveys", "tables": [
            {"id": "answers", "title": "Answers of agencies", "of": "linked",
             "survey": "survey-education", "keys": ["region", "type", "role"], "first": ["role"],
             "withhold": {"comment": "open answers may name people"},
             "recode": [{"column": "region", "groups": {"Elsewhere": ["Midlands", "South"]},
                         "reason": "three regions leave too few"}]},
            {"id": "notes", "title": "Notes without keys", "file": "notes.csv"},
        ]},
    ],
}  # fmt: skip


def make_sets():
    """Two data sets, one of texts of which two are not deposited."""
    return (
        DataSet(
            id="scoping", title="Scoping interviews", kind="text", unit="interview", planned=20,
            collected=19, consented=17, deposited=16, basis="written consent",
            withheld=(
                Withheld(thing="S7", stopped=Fate.COLLECTED, reason="not everybody allowed it"),
                Withheld(thing="S9", stopped=Fate.COLLECTED, reason="not everybody allowed it"),
                Withheld(thing="S3", stopped=Fate.CONSENTED, reason="there is no transcript"),
            ),
        ),
        DataSet(
            id="surveys", title="Answers to surveys", kind="numeric", unit="response",
            collected=30, consented=30, deposited=30,
        ),
    )  # fmt: skip


def make_tables(stage, frame):
    """What the deposit's own program makes of a table of 30 areas."""
    roles = stream(5, "roles").choice(["officer", "lead", "head"], 30, p=[0.6, 0.3, 0.1])
    looked_up = {name: frame.table[name].to_pylist() for name in ("region", "type")}
    table = pa.table({**looked_up, "role": roles.tolist(), "comment": ["x"] * 30})
    source = Source(
        table=table,
        units=np.arange(30),
        population=looked_up,
        named=tuple(unit == "A003" for unit in frame.table["id"].to_pylist()),
        named_keys=("role",),
        invited=30,
    )
    bare = Source(table=pa.table({"note": [1.0, 2.0]}), population={}, invited=2)
    rules = stage.sets[1].tables
    return [
        published(
            Described(source=each, variables=()), rule, data_set="surveys",
            rng=stream(5, "order"),
        )
        for each, rule in zip((source, bare), rules, strict=True)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def stage():
    return DepositStage.model_validate(STAGE)


@pytest.fixture(scope="module")
def found(findings, stage):
    study = findings.study.model_copy(update={"stages": (*findings.study.stages, stage)})
    tables = tables_of(make_sets(), (), make_tables(stage, findings.frame("areas")))
    return dataclasses.replace(findings, study=study, tables={**findings.tables, "deposit": tables})


@pytest.fixture(scope="module")
def parts(found, stage):
    section = deposit_section(found, stage)
    return {each.id.removeprefix("stage-deposit-"): each.blocks for each in section.sections}


def changed(found, name, **columns):
    """Return findings with columns of a deposit table set to one value in every row."""
    table = found.tables["deposit"][name]
    for column, value in columns.items():
        at = table.column_names.index(column)
        values = pa.array([value] * table.num_rows, table.schema.field(at).type)
        table = table.set_column(at, column, values)
    tables = {**found.tables, "deposit": {**found.tables["deposit"], name: table}}
    return dataclasses.replace(found, tables=tables)


def figure(blocks, caption):
    (one,) = [each for each in blocks if isinstance(each, Figure) and caption in each.caption]
    return one


def test_parts_follow_the_study_file(parts):
    assert list(parts) == ["sets", "risk", "table-answers", "table-notes"]


def test_each_data_set_is_shown_step_by_step(parts):
    shown = figure(parts["sets"], "What was planned")
    assert [drawing.heading for drawing in shown.drawings] == [
        "Scoping interviews",
        "Answers to surveys",
    ]
    assert shown.drawings[0].description == (
        "20 planned, 19 collected, 17 allowed and 16 deposited."
    )
    assert shown.drawings[1].description == "30 collected, 30 allowed and 30 deposited."
    assert "not stated" in shown.drawings[1].body
    assert [row[1:5] for row in shown.grid.rows] == [(20, 19, 17, 16), (None, 30, 30, 30)]
    assert shown.simulated


def test_what_is_withheld_stands_with_its_reason_once(parts):
    (fold,) = [each for each in parts["sets"] if isinstance(each, Fold)]
    assert fold.blocks[0].rows == (
        ("Scoping interviews", "not everybody allowed it", "collected", "S7, S9"),
        ("Scoping interviews", "there is no transcript", "allowed", "S3"),
    )


def test_risk_is_shown_before_and_after(found, stage, parts):
    shown = figure(parts["table-answers"], "before and after")
    rows = {(row[0], row[1]): row[2:] for row in shown.grid.rows}
    risk = {(r["measure"], r["of"]): r for r in found.rows("deposit", "risk")
            if r["file"] == "answers"}  # fmt: skip
    highest = risk["highest probability of a right guess", ""]
    assert rows["Highest probability of a right guess", ""] == ("1", f"{highest['after']:.3f}")
    assert highest["after"] < highest["before"]
    went = f"from {highest['before']:.2f} to {highest['after']:.2f}."
    assert f"The highest probability of a right guess went {went}" in parts["table-answers"][0].text
    assert "One case is of a unit that said in public that it" in parts["table-answers"][0].text
    assert rows["Unique cases", ""] == (f"{risk['unique cases', '']['before']:.0f}", "0")
    unique = risk["unique cases", ""]["before"] / 30
    assert f"unique cases {unique:.1%} before, 0.0% after" in shown.drawings[0].description
    # Four measures, each with a mark before and one after.
    assert shown.drawings[0].body.count('class="mark s0"') == 4
    assert shown.drawings[0].body.count('class="mark s1"') == 4
    assert highest_left(found, stage) == {"answers": highest["after"], "notes": None}


def test_what_was_done_to_columns_is_told(parts):
    grid = next(each for each in parts["table-answers"] if isinstance(each, Grid))
    done = {(row[0], row[1]): row[2:] for row in grid.rows}
    assert done["comment", "withheld"] == (30, "open answers may name people")
    assert done["region", "made coarser"][1] == "three regions leave too few"
    assert done["role", "cells suppressed"][0] > 0


def test_the_chosen_trade_off_is_marked_and_the_frontier_joined(found, parts):
    shown = figure(parts["table-answers"], "more or less protection")
    (drawing,) = shown.drawings
    offs = [row for row in found.rows("deposit", "trade_off") if row["file"] == "answers"]
    best = sum(row["efficient"] for row in offs)
    assert drawing.body.count('class="chosen"') == 1
    assert drawing.body.count('class="curve"') == best - 1
    assert "limit 0.40" in drawing.body
    assert [row[0] for row in shown.grid.rows] == [row["k"] for row in offs]
    assert "k = 3 leaves" in drawing.description
    assert drawing.description.count("(chosen)") == 1


def test_the_easiest_cases_come_first_by_number_only(found, parts):
    (fold,) = [each for each in parts["table-answers"] if isinstance(each, Fold)]
    grid = fold.blocks[0]
    chances = [row[1] for row in grid.rows]
    risks = [row["probability"] for row in found.rows("deposit", "case_risk")]
    assert chances == sorted(risks, reverse=True)[:10]
    assert (len(grid.rows), grid.of) == (10, 30)
    told = [column.title for column in grid.columns]
    assert "Keys that leave few" in told
    assert not any("public" in title or "named" in title.lower() for title in told)


def test_no_area_is_named_in_the_section(found):
    page = render_report(found)
    section = page[page.index('<section id="stage-deposit"') :]
    section = section[: section.index('<section id="methods"')]
    table = found.frame("areas").table
    for name in (*table["name"].to_pylist(), *table["id"].to_pylist()):
        assert not re.search(rf"\b{re.escape(name)}\b", section), name
    assert "a newspaper" not in section


def test_keys_that_single_out_are_shown(found, stage):
    told = changed(found, "case_risk", keys="region and role; type")
    section = deposit_section(told, stage)
    (fold,) = [each for each in section.sections[2].blocks if isinstance(each, Fold)]
    assert {row[-1] for row in fold.blocks[0].rows} == {"region and role; type"}


def test_a_table_without_keys_claims_no_risk(parts):
    first, *more = parts["table-notes"]
    assert "names no column by which a case could be looked up" in first.text
    assert [each.text for each in more if isinstance(each, Words)] == ["No column was changed."]
    assert not [each for each in more if isinstance(each, Figure)]
    row = parts["risk"][1].rows[1]
    assert row[0] == "Notes without keys"
    assert row[2:] == (None,) * 5


def test_what_a_probability_is_not_is_said(parts):
    words = " ".join(point.text for point in parts["risk"][0].items)
    assert "somebody who looks up the keys of every unit and knows nothing else" in words
    assert "does not say what somebody with other knowledge could do" in words
    assert "should not be handed out with the data" in words


@pytest.mark.parametrize(
    ("after", "said"), [(1 / 7, "0.15"), (0.1, "0.10"), (0.07, "0.07"), (0.0901, "0.10")]
)
def test_the_most_is_never_rounded_down(found, stage, after, said):
    table = found.tables["deposit"]["risk"].to_pylist()
    rows = [{**row, "after": after} for row in table if row["measure"].startswith("highest p")]
    risk = {**found.tables["deposit"], "risk": pa.Table.from_pylist(rows, TABLES["risk"])}
    other = dataclasses.replace(found, tables={**found.tables, "deposit": risk})
    assert sentence(other, stage) == (
        "Scoping interviews (16 of 20) and answers to surveys (30) are deposited; in no table "
        f"can a case be known by its keys with a probability above {said}."
    )


def test_the_headline_and_what_waits_stand_in_the_summary(found):
    (line,) = [each for each in headlines(found) if "archive" in each]
    assert line.startswith("Data for the archive: scoping interviews (16 of 20) and answers")
    assert "Data for the archive: one text is allowed but not ready for deposit." in [
        point.text for point in cautions(found)
    ]


def test_a_risk_above_the_limit_is_said(found, stage):
    assert not [p for p in cautions_of_deposit(found, stage) if "above the limit" in p.text]
    (point,) = [
        each
        for each in cautions_of_deposit(changed(found, "risk", after=0.5), stage)
        if "above the limit" in each.text
    ][:1]
    assert point.text == (
        "Answers of agencies: a case can be known with a probability of 0.50, above the limit of "
        "0.40."
    )
    assert point.link == "stage-deposit-table-answers"


def test_the_page_is_sound_and_the_sheets_are_there(found):
    check_structure(render_report(found))
    names = {each.name for each in exports_of(found) if each.stage == "deposit"}
    assert names == set(TABLES)


def test_an_empty_deposit_gives_a_page(found, stage):
    empty = {name: schema.empty_table() for name, schema in TABLES.items()}
    nothing = dataclasses.replace(found, tables={**found.tables, "deposit": empty})
    check_structure(render_report(nothing))
    assert sentence(nothing, stage) == "Nothing is deposited yet."
    assert cautions_of_deposit(nothing, stage) == []


# --- pictures ---------------------------------------------------------------------------


def test_bars_are_as_long_as_their_counts():
    rows = [Count("Planned", 40), Count("Collected", 10), Count("Allowed", 0), Count("In", None)]
    drawing = funnel(rows, title="t", description="d", heading="h")
    assert re.findall(r' width="([\d.]+)%"', drawing.body) == ["63", "15.75"]
    assert re.findall(r">([\d,]+|not stated)</text>", drawing.body) == [
        "40", "10", "0", "not stated",
    ]  # fmt: skip


def test_points_too_close_share_a_label():
    rows = [Choice(k, loss, 0.2, k == 1, k == 3) for k, loss in ((1, 0.0), (2, 0.002), (3, 0.2))]
    body = trade_off(rows, limit=0.1, title="t", description="d").body
    assert ">k = 1, 2</text>" in body
    assert ">3</text>" in body
    assert 'class="curve"' not in body
    assert described(rows[2:]) == "k = 3 leaves 0.20 and costs 20.0% (chosen)."


def test_a_picture_without_any_loss_can_be_drawn():
    drawing = trade_off([Choice(1, 0.0, 0.0, True, True)], limit=0.0, title="t", description="d")
    assert "nan" not in drawing.body
