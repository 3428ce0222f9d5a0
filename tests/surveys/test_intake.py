"""From exports to responses and answers."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.formats.sav import write_sav
from consilience.surveys.intake import take_in
from consilience.surveys.model import ANSWER, RESPONSE

FULL = "a,801,Bristol,31/03/2018,,head,4,2,1,10,text"


def values(intake, response):
    table = intake.answer.filter(pc.equal(intake.answer["response"], response))
    return {row["item"]: row["value"] for row in table.to_pylist()}


def codes(faults):
    return [fault.code for fault in faults]


def test_codes_labels_missing_codes_and_reversed_questions(study, make_survey, write_export):
    folder = write_export(
        FULL,
        "b,801,Bristol,2018-01-02T10:00:00,,head,agree,  strongly  DISAGREE ,weekly,10.0,",
        "c,801,Bristol,2.1.2018 9:05,,head,-9,No answer,2,,",
    )
    intake = take_in(make_survey(), study=study, folder=folder)
    assert intake.response.schema == RESPONSE
    assert intake.answer.schema == ANSWER
    assert values(intake, "a") == {"q-1": 4, "q-2": 4, "q-3": 1, "q-4": 10, "q-5": None}
    assert values(intake, "b") == {"q-1": 4, "q-2": 5, "q-3": 1, "q-4": 10}
    assert values(intake, "c") == {"q-3": 2}
    assert intake.answer.filter(pc.equal(intake.answer["item"], "q-5"))["text"].to_pylist() == [
        "text"
    ]
    assert intake.response["submitted"].to_pylist() == [
        dt.date(2018, 3, 31),
        dt.date(2018, 1, 2),
        dt.date(2018, 1, 2),
    ]
    assert intake.response["row"].to_pylist() == [2, 3, 4]


def test_status_follows_the_share_answered_unless_the_export_says(study, make_survey, write_export):
    folder = write_export(
        "a,801,,,,,4,2,1,10,",  # 4 of 5: complete
        "b,801,,,,,4,2,1,,",  # 3 of 5: partial
        "c,801,,,,,4,,,,",  # 1 of 5: started
        "d,801,,,declined,,,,,,",
        "e,801,,,COMPLETE,,4,,,,",
        "f,801,,,,,-9,,,,",  # no answer, no status: no response
    )
    stage = make_survey(intake={"statuses": {"Declined": "refused"}})
    intake = take_in(stage, study=study, folder=folder)
    statuses = dict(
        zip(
            intake.response["response"].to_pylist(),
            intake.response["status"].to_pylist(),
            strict=True,
        )
    )
    assert statuses == {
        "a": "complete",
        "b": "partial",
        "c": "started",
        "d": "refused",
        "e": "complete",
    }
    assert intake.response["answered"].to_pylist() == pytest.approx([0.8, 0.6, 0.2, 0, 0.2])
    assert codes(intake.warnings) == ["SUR-011"]


def test_late_answers_are_flagged_or_dropped(study, make_survey, write_export):
    folder = write_export(
        FULL, FULL.replace("a,", "b,", 1).replace("31/03", "01/04"), "c,801,,,,,4,2,1,10,"
    )
    kept = take_in(make_survey(), study=study, folder=folder)
    assert kept.response["late"].to_pylist() == [False, True, None]
    assert kept.warnings == ()
    dropped = take_in(make_survey(late="drop"), study=study, folder=folder)
    assert dropped.response["response"].to_pylist() == ["a", "c"]
    assert set(dropped.answer["response"].to_pylist()) == {"a", "c"}
    assert codes(dropped.warnings) == ["SUR-009"]
    longer = make_survey(late="drop", extended_to=dt.date(2018, 4, 1))
    assert take_in(longer, study=study, folder=folder).response.num_rows == 3


def test_everything_wrong_with_a_file_is_told_at_once(study, make_survey, write_export, codes_of):
    folder = write_export(
        "a,801,,31/31/2018,finished,,6,2,1,10,",
        "a,801,,,,,4,Sometimes,1,91,",
        ",801,,,,,4,2,1,10,",
    )
    faults = codes_of(take_in, make_survey(), study=study, folder=folder)
    found = sorted((fault.code, fault.where.row, fault.where.question) for fault in faults)
    assert found == sorted(
        [
            ("SUR-003", 2, "q-1"),
            ("SUR-003", 3, "q-2"),
            ("SUR-003", 3, "q-4"),
            ("SUR-004", 2, None),
            ("SUR-005", 2, None),
            ("SUR-006", 3, None),
            ("SUR-007", 4, None),
        ],
        key=lambda each: (each[0], each[1]),
    )
    outside = next(fault for fault in faults if fault.where.question == "q-2")
    assert "'Sometimes'" in outside.what
    assert "4 (agree)" in outside.what


def test_many_faults_of_a_kind_are_counted(study, make_survey, write_export, codes_of):
    folder = write_export(*[f"r{n},801,,,,,77,2,1,10," for n in range(60)])
    faults = codes_of(take_in, make_survey(), study=study, folder=folder)
    assert codes(faults) == ["SUR-003"] * 50 + ["SUR-012"]
    assert "10 more" in faults[-1].what


def test_columns_that_are_not_there_or_not_used(study, make_survey, write_export, codes_of):
    folder = write_export(FULL)
    stage = make_survey(intake={"area": "la_", "items": {"q-1": "q_9", "q-11": "q-1"}})
    faults = codes_of(take_in, stage, study=study, folder=folder)
    assert codes(faults) == ["SUR-001", "SUR-013", "SUR-001"]
    assert "'la'" in faults[0].remedy
    assert "'q-1'" in faults[1].remedy
    twice = make_survey(intake={"items": {"q-1": "q-2"}})
    assert codes(codes_of(take_in, twice, study=study, folder=folder)) == ["SUR-014"]
    without = write_export("a,4", header="id,q-1\n")
    bare = make_survey(intake=dict.fromkeys(("area", "area_name", "submitted", "status", "role")))
    missing = codes_of(take_in, bare, study=study, folder=without)
    assert [fault.where.question for fault in missing] == ["q-2", "q-3", "q-4", "q-5"]
    assert codes(missing) == ["SUR-002"] * 4
    unused = write_export(
        FULL + ",x", header="id,la,authority,sent,state,job,Q_1,q-2,q-3,q-4,q-5,ip\n"
    )
    intake = take_in(make_survey(), study=study, folder=unused)
    assert codes(intake.warnings) == ["SUR-008"]
    assert intake.warnings[0].what.endswith("columns: ip")
    assert values(intake, "a")["q-1"] == 4


def test_early_answers_and_empty_files_are_warned_of(study, make_survey, write_export):
    folder = write_export(FULL.replace("31/03/2018", "1980-01-01"))
    warnings = take_in(make_survey(), study=study, folder=folder).warnings
    assert codes(warnings) == ["SUR-010"]
    assert "1980-01-01" in warnings[0].what
    empty = take_in(make_survey(), study=study, folder=write_export())
    assert "SUR-015" in codes(empty.warnings)
    for warning in (*warnings, *empty.warnings):
        assert warning.is_warning
        assert "<" not in warning.what + warning.remedy


def test_rows_are_numbered_as_in_the_file(study, make_survey, write_export, codes_of):
    header = (
        "id,la,authority,sent,state,job,q-1,q-2,q-3,q-4,q-5\n"
        "Response,LA,,,,,We share,,,,\n"
        '"{""ImportId"":""id""}",,,,,,,,,,\n'
    )
    folder = write_export(FULL, FULL.replace("a,", "b,", 1).replace(",4,2", ",8,2"), header=header)
    stage = make_survey(intake={"format": "qualtrics"})
    (fault,) = codes_of(take_in, stage, study=study, folder=folder)
    assert fault.where.row == 5
    no_ids = make_survey(intake={"response": None, "format": "qualtrics"})
    folder = write_export(FULL, header=header)
    intake = take_in(no_ids, study=study, folder=folder)
    assert intake.response["response"].to_pylist() == ["row-4"]


def test_spss_files_with_codes_that_mean_no_answer(study, make_survey, tmp_path, codes_of):
    table = pa.table(
        {
            "id": ["a", "b"],
            "la": [801.0, 802.0],
            "sent": pa.array([dt.date(2018, 1, 5), None]),
            "q_1": [4.0, 99.0],
            "q_2": [2.0, None],
            "q_3": [1.0, 2.0],
            "q_4": [2.5, -9.0],
            "q_5": ["text", ""],
        }
    )
    write_sav(tmp_path / "answers.sav", table, missing={"q_1": [99], "q_4": [-9]})
    intake = dict.fromkeys(("area_name", "status", "role"))
    stage = make_survey(intake={"file": "answers.sav", "format": "sav", **intake})
    found = take_in(stage, study=study, folder=tmp_path)
    assert values(found, "a") == {"q-1": 4, "q-2": 4, "q-3": 1, "q-4": 2.5, "q-5": None}
    assert values(found, "b") == {"q-3": 2}
    assert found.response["area_given"].to_pylist() == ["801", "802"]
    assert found.response["submitted"].to_pylist() == [dt.date(2018, 1, 5), None]
    write_sav(tmp_path / "answers.sav", table)
    (first, second) = codes_of(take_in, stage, study=study, folder=tmp_path)
    assert (first.where.row, second.where.row) == (2, 2)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_order_of_the_rows_has_no_part(study, make_survey, write_export, data):
    points = data.draw(st.lists(st.sampled_from("12345"), min_size=1, max_size=12))
    rows = [f"r{n},801,,2018-01-0{1 + n % 9},,,{at},{at},2,4," for n, at in enumerate(points)]
    one = take_in(make_survey(), study=study, folder=write_export(*rows))
    mixed = data.draw(st.permutations(rows))
    two = take_in(make_survey(), study=study, folder=write_export(*mixed))
    assert one.answer.equals(two.answer)
    assert one.response.drop_columns("row").equals(two.response.drop_columns("row"))
    turned = [6 - values(one, f"r{n}")["q-2"] for n in range(len(points))]
    assert turned == [int(point) for point in points]
