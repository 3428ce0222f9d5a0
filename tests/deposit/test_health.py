"""Data health: each check passes and fails as its limit says, and tells places, not values."""

import pyarrow as pa
import pytest

from consilience.base.errors import Fault, Faults
from consilience.deposit.health import examine, read_examined, worst
from consilience.deposit.health_checks import Examined
from consilience.deposit.health_settings import CHECKS, USUAL, Setting, Settings, read_settings
from consilience.deposit.model import HealthPlace, Severity
from consilience.formats.sav import write_sav
from consilience.report.health import render_health

DATA = Examined(
    name="bad& name.sav",
    table=pa.table(
        {
            "id": pa.array([1.0, 2.0, 2.0, 4.0]),
            "where": pa.array(["AB1 2CD", "here", "here", None]),
            "score": pa.array([1.0, -9.0, -8.0, None]),
            "free": pa.array(["Ask Quill!", "a fine answer", "a fine answer", None]),
        }
    ),
    labels={"id": "Number", "where": "Where # it was", "score": "S" * 80},
    value_labels={"score": {1.0: "fine", -9.0: "not ansered", 2.0: "t" * 40}},
    missing={"score": ((-9.0, -9.0), (-8.0, -8.0))},
    title="A study",
)


def checked(name, value, data=DATA, folder=None, **settings):
    setting = Setting(value=value, words="", severity=CHECKS[name].severity)
    asked = Settings(checks={name: setting}, **settings)
    if folder is not None:
        asked = Settings(checks={name: setting}, folder=folder)
    return examine(data, asked).checks[0]


def column(*names, **place):
    return [HealthPlace(column=name, **place) for name in names]


@pytest.mark.parametrize(
    ("name", "value", "passed", "places"),
    [
        ("bad_filename", r"^([a-zA-Z0-9]+)\.([a-zA-Z0-9]+)$", 0, [HealthPlace()]),
        ("bad_filename", r"name", 1, []),
        ("primary_variable", "id", 1, []),
        ("primary_variable", "Caseno", 0, column("Caseno")),
        ("missing_variable_labels", True, 3, column("free")),
        ("variable_odd_characters", ("#", "@"), 3, column("where")),
        ("variable_label_max_length", 79, 3, column("score")),
        ("variable_label_max_length", 80, 4, []),
        ("value_label_odd_characters", ("t a",), 2, column("score", code="-9")),
        ("value_label_max_length", 39, 2, column("score", code="2")),
        ("value_defined_missing_no_label", True, 1, column("score", row=3, code="-8")),
        ("duplicate_values", ("id",), 0, column("id", row=2)),
        ("duplicate_values", ("where",), 0, column("where", row=2)),
        ("string_value_odd_characters", ("!", "#"), 3, column("free", row=1)),
        ("system_missing_value_threshold", 25, 4, []),
        ("system_missing_value_threshold", 24.9, 1, column("where", "score", "free")),
        ("regex_patterns", (r"[A-Z]{2}\d \d[A-Z]{2}",), 9, column("where", row=1)),
        ("regex_patterns", ("ansered",), 9, column("score", row=2)),
        ("unique_values", 1, 0, [
            *column("id", row=1), *column("where", row=1), *column("score", row=1),
            *column("free", row=1),
        ]),
        ("unique_values", 0, 4, []),
    ],
)  # fmt: skip
def test_a_check_passes_and_fails_as_its_limit_says(name, value, passed, places):
    check = checked(name, value)
    assert (check.passed, check.failed, list(check.places)) == (passed, len(places), places)
    assert check.left_out == ""
    assert check.group == CHECKS[name].group


@pytest.mark.parametrize(
    ("name", "listed", "passed", "places"),
    [
        ("variable_label_spellcheck", "number\nwhere\nit\nwas", 2, column("score")),
        ("value_label_spellcheck", f"fine\nnot\n{'t' * 40}", 2, column("score", code="-9")),
        (
            "string_value_spellcheck",
            "A\nfine\nanswer\nhere\nask\nquill\ncd",
            3,
            column("where", row=1),
        ),
        ("string_value_stopword", "quill", 3, column("free", row=1)),
    ],
)
def test_words_are_held_against_lists_without_case_and_punctuation(
    tmp_path, name, listed, passed, places
):
    (tmp_path / "words.txt").write_text(listed, encoding="utf-8")
    check = checked(name, ("words.txt", "nowhere.txt"), folder=tmp_path)
    assert (check.passed, list(check.places)) == (passed, places)


def test_numbers_are_no_words(tmp_path):
    (tmp_path / "words.txt").write_text("question", encoding="utf-8")
    data = Examined(name="a", table=pa.table({"q": ["x"]}), labels={"q": "Question 5 (2017)"})
    check = checked("variable_label_spellcheck", ("words.txt",), data, tmp_path)
    assert (check.passed, check.failed) == (1, 0)


def test_records_without_a_number_are_not_told_apart():
    data = Examined(name="a", table=pa.table({"id": [1.0, None, None], "one": [1.0, 2.0, None]}))
    assert checked("duplicate_values", ("id", "one"), data).places == (HealthPlace(column="id"),)


def test_a_list_of_words_that_is_not_there_is_told(tmp_path):
    check = checked("string_value_spellcheck", ("nowhere.txt",), folder=tmp_path)
    assert (check.left_out, check.failed) == ("nowhere.txt is not there", 0)


def test_what_cannot_be_checked_is_left_out_and_says_why():
    plain = Examined(name="a.csv", table=pa.table({"x": ["a"]}))
    assert checked("missing_variable_labels", True, plain).left_out
    assert checked("duplicate_values", ("id",), plain).left_out
    assert checked("missing_variable_labels", False).left_out == "switched off"
    assert checked("unique_values", 1, metadata_only=True).left_out
    assert not checked("variable_label_max_length", 79, metadata_only=True).left_out


QAMYDATA = r"""---
basic_file_checks:
  bad_filename:
    setting: "^([a-zA-Z0-9]+)\\.([a-zA-Z0-9]+)$"
    desc: "Names are plain."
metadata:
  primary_variable: {setting: id, desc: cases}
  missing_variable_labels: {setting: true, desc: labels}
  variable_odd_characters:
    setting: ["!", "#"]
    desc: odd
  value_label_max_length: {setting: 39, desc: long, severity: warn}
  spellcheck: {setting: [words.txt], desc: words}
data_integrity:
  duplicate_values: {setting: [id], desc: twice}
  system_missing_value_threshold: {setting: 25, desc: missing}
disclosure_risk:
  date_format: {setting: ["DD"], desc: off}
  regex_patterns:
  unique_values: {setting: 1, desc: rare}
  string_value_stopword: {setting: stop.txt, desc: stop}
"""


@pytest.fixture
def config(tmp_path):
    def written(text):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_configuration_of_qamydata_is_read(config):
    settings = read_settings(config(QAMYDATA))
    assert sorted(settings.checks) == [
        "bad_filename", "duplicate_values", "missing_variable_labels", "primary_variable",
        "string_value_stopword", "system_missing_value_threshold", "unique_values",
        "value_label_max_length", "value_label_spellcheck", "variable_label_spellcheck",
        "variable_odd_characters",
    ]  # fmt: skip
    assert settings.checks["bad_filename"].words == "Names are plain."
    assert settings.checks["string_value_stopword"].value == ("stop.txt",)
    assert settings.checks["value_label_max_length"].severity == Severity.WARN
    health = examine(DATA, settings)
    assert (health.rows, health.columns, health.cases) == (4, 4, 3)
    assert [check.name for check in health.checks] == [n for n in CHECKS if n in settings.checks]
    assert health.refused
    assert worst([health]) == Severity.REFUSE


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a: [", ["DEP-080"]),
        ("a: " + "[" * 5_000, ["DEP-080"]),
        ("- list", ["DEP-080"]),
        ("metdata: {}", ["DEP-081"]),
        ("metadata: {missing_labels: {setting: true}}", ["DEP-081"]),
        ("metadata: {missing_variable_labels: {setting: yes please}}", ["DEP-082"]),
        ("metadata: {value_label_max_length: {setting: -1}}", ["DEP-082"]),
        ("metadata: {value_label_max_length: {setting: true}}", ["DEP-082"]),
        ("metadata: {variable_odd_characters: {setting: []}}", ["DEP-082"]),
        ("metadata: {value_label_max_length: {setting: 3, severity: bad}}", ["DEP-082"]),
        ("disclosure_risk: {regex_patterns: {setting: ['(']}}", ["DEP-083"]),
        ("x: 1\nbasic_file_checks: {bad_filename: {setting: '['}}", ["DEP-081", "DEP-083"]),
    ],
)
def test_a_configuration_that_cannot_be_followed_is_told_whole(config, text, codes):
    with pytest.raises((Fault, Faults)) as caught:
        read_settings(config(text))
    faults = getattr(caught.value, "faults", None) or (caught.value,)
    assert [fault.code for fault in faults] == codes
    assert all(fault.remedy and fault.what for fault in faults)


def test_every_check_that_is_known_can_be_run():
    from consilience.deposit.health_checks import RUN

    assert set(RUN) == set(CHECKS)
    assert set(USUAL.checks) < set(CHECKS)


def test_files_of_several_kinds_are_read(tmp_path):
    path = tmp_path / "a.sav"
    write_sav(path, DATA.table, labels={"id": "Number"}, missing={"score": (-9.0,)})
    found = read_examined(path)
    assert found.labels == {"id": "Number"}
    assert found.missing == {"score": ((-9.0, -9.0),)}
    table = tmp_path / "a.csv"
    table.write_text("id,note,none\n1,x,\n2,3,\n", encoding="utf-8")
    read = read_examined(table)
    assert [str(column.type) for column in read.table.columns] == ["double", "string", "string"]
    assert read.labels is None
    with pytest.raises(Fault) as caught:
        read_examined(tmp_path / "a.docx")
    assert caught.value.code == "DEP-084"


def test_the_page_names_places_and_no_values():
    health = examine(DATA, USUAL)
    page = render_health([health])
    assert "score, record 3, code -8" in page
    assert "bad&amp; name.sav" in page
    assert "Quill" not in page
    assert "AB1" not in page
    assert page == render_health([health])
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
