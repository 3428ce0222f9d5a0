"""A new study is sound, small, says that it is invented, and can be broken without a crash."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault, Faults
from consilience.design.check import FrameFacts, check_frames
from consilience.design.read import find_faults, read_study
from consilience.design.starting import starting_study

SMALL = settings(max_examples=30, deadline=None)
TEXTS = starting_study(title="Joint working", study_id="joint-working")
STUDY_LINES = TEXTS["study.yaml"].splitlines(keepends=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("starting")
    for name, text in TEXTS.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(TEXTS[name])))


def test_new_study_has_no_fault_and_no_warning(folder):
    study, faults = find_faults(folder)
    assert [str(fault) for fault in faults] == []
    assert study is not None
    assert study.study.title == "Joint working"
    assert study.study.simulated is True


def test_a_study_by_interviews_is_sound_and_holds_no_words(tmp_path):
    texts = starting_study(title="Talks", study_id="talks", start="interviews")
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    study, faults = find_faults(tmp_path)
    assert [str(fault) for fault in faults] == []
    assert study is not None
    assert study.study.simulated is False
    planned = list(csv.DictReader(io.StringIO(texts["interviews/plan.csv"])))
    assert {row["state"] for row in planned} == {"planned"}
    frame = csv.DictReader(io.StringIO(texts["frames/areas.csv"]))
    assert all(row["name"].startswith("Invented") for row in frame)
    assert all(len(line) <= 100 for line in texts["study.yaml"].splitlines())


def test_new_study_fits_its_frame(folder):
    units = rows("frames/areas.csv")
    levels = {
        name: {
            level: sum(unit[name] == level for unit in units)
            for level in {unit[name] for unit in units}
        }
        for name in ("region", "type")
    }
    facts = FrameFacts(
        size=len(units),
        levels={**levels, "area": {}},
        numeric=frozenset({"children"}),
        ids=frozenset(unit["code"] for unit in units),
    )
    assert check_frames(read_study(folder), folder, {"areas": facts}) == []


def test_invented_answers_fit_frame_and_instruments(folder):
    study = read_study(folder)
    codes = {unit["code"] for unit in rows("frames/areas.csv")}
    answered = []
    for agency in ("education", "social-care"):
        answers = rows(f"intake/simulated-{agency}.csv")
        questions = [each.id for each in study.instruments[f"instruments/{agency}.yaml"].questions]
        assert len(questions) == 6
        assert list(answers[0]) == ["id", "area", "submitted", *questions]
        assert {row["area"] for row in answers} <= codes
        assert {row[name] for row in answers for name in questions} <= {*"12345", "-9"}
        assert all("2026-02-02" <= row["submitted"] <= "2026-03-27" for row in answers)
        answered.append({row["area"] for row in answers})
    complete = answered[0] & answered[1]
    assert 9 <= len(complete) < len(codes)


def test_real_answers_are_asked_for_once_the_study_is_not_simulated(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("simulated: true", "simulated: false"))
    study, faults = find_faults(tmp_path)
    assert [fault.code for fault in faults] == ["DES-178", "DES-178"]
    assert study is not None


def test_study_file_can_be_read_in_ten_minutes():
    assert len(STUDY_LINES) < 150
    assert all(len(line) <= 100 for line in STUDY_LINES)
    comments = sum("#" in line for line in STUDY_LINES)
    assert comments >= 20


@pytest.mark.parametrize(
    "title", ['A "quoted": title', "back\\slash", "é 🎈 {x} $y", "two\nlines", "\x00\x7f", "", "no"]
)
def test_any_title_gives_a_sound_study(tmp_path, title):
    for name, text in starting_study(title=title, study_id="x").items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    study = read_study(tmp_path)
    assert study.study.title == (title.replace("\n", " ").strip("\x00\x7f") or "x")


def test_bad_id_is_refused():
    with pytest.raises(Fault) as caught:
        starting_study(title="x", study_id="Not an id")
    assert caught.value.code == "BAS-001"


def found_in(folder: Path, text: str, name: str = "study.yaml") -> None:
    """Whatever the text is, faults are found and rendered, and nothing else is raised."""
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        study, faults = find_faults(folder)
        for fault in faults:
            assert fault.remedy
            assert "<" not in fault.remedy.replace("'<<'", "")
            assert fault.where.file
            assert str(fault).isprintable() or "\\" in str(fault) or fault.what
        if study is None:
            assert any(not fault.is_warning for fault in faults)
            with pytest.raises(Faults):
                read_study(folder)
    finally:
        (folder / name).write_text(TEXTS[name], encoding="utf-8")


@SMALL
@given(line=st.integers(0, len(STUDY_LINES) - 1), upto=st.integers(1, 3))
def test_lines_left_out(folder, line, upto):
    found_in(folder, "".join(STUDY_LINES[:line] + STUDY_LINES[line + upto :]))


@SMALL
@given(end=st.integers(0, len(TEXTS["study.yaml"])))
def test_file_cut_off(folder, end):
    found_in(folder, TEXTS["study.yaml"][:end])


VALUES = ["", "null", "[]", "{}", "[[a]]", "{a: {b: c}}", "-1", "1e9", "true", "yes", "2017-02-30",
          '"', "'", "[", "}", ": :", "&a", "*a", "!x y", "|", ">", "\t", "é", "- x", "? y",
          "\ud800",
          "9" * 400, "a" * 300, "../..", "/", "x: y", "<<"]  # fmt: skip


@SMALL
@given(line=st.integers(0, len(STUDY_LINES) - 1), value=st.sampled_from(VALUES))
@example(line=0, value="\ufeff")
def test_values_swapped(folder, line, value):
    lines = list(STUDY_LINES)
    head, colon, _ = lines[line].partition(":")
    lines[line] = f"{head}{colon} {value}\n"
    found_in(folder, "".join(lines))


@SMALL
@given(
    a=st.integers(0, len(STUDY_LINES) - 1),
    b=st.integers(0, len(STUDY_LINES) - 1),
    indent=st.integers(0, 8),
)
def test_lines_moved_and_indented(folder, a, b, indent):
    lines = list(STUDY_LINES)
    lines[a], lines[b] = lines[b], " " * indent + lines[a].lstrip()
    found_in(folder, "".join(lines))


# Any other value, anywhere in the parsed study: shapes that text mutations seldom reach.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-9, 9)
    | st.sampled_from(["areas", "linked", "cases", "education", "", "frame", "2026-02-02"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "kind", "points", "items", "x"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def places(value: object, route: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [route, *(place for key, each in inner for place in places(each, (*route, key)))]


PARSED = yaml.load(TEXTS["study.yaml"], Loader=yaml.BaseLoader)
PLACES = places(PARSED)[1:]


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_anything_anywhere(folder, place, value):
    data = yaml.load(TEXTS["study.yaml"], Loader=yaml.BaseLoader)
    inner = data
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = value
    found_in(folder, yaml.safe_dump(data, allow_unicode=True))


@SMALL
@given(end=st.integers(0, len(TEXTS["instruments/education.yaml"])))
def test_instrument_cut_off(folder, end):
    name = "instruments/education.yaml"
    found_in(folder, TEXTS[name][:end], name)
