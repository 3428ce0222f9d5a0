"""A sound study is read whole."""

from __future__ import annotations

import datetime as dt

from consilience.design.check import check_study
from consilience.design.positions import NOWHERE
from consilience.design.read import read_study


def test_sound_study_has_no_faults(tried):
    found = tried()
    assert [str(fault) for fault in found.faults] == []
    assert found.study is not None
    assert [stage.id for stage in found.study.stages][:3] == ["areas", "schools", "ask-education"]
    assert found.study.study.starts == dt.date(2017, 4, 1)


def test_read_study_returns_the_same(tried):
    found = tried()
    assert read_study(found.folder) == found.study


def test_instruments_are_read_with_the_study(tried):
    study = tried().study
    assert set(study.instruments) == {
        "instruments/education.yaml",
        "instruments/social-care.yaml",
        "instruments/school.yaml",
    }
    assert study.instruments["instruments/education.yaml"].questions[1].reverse is True


def test_what_is_written_is_what_is_read(tried):
    """Version 1.10 is not 1.1, no is not false, and a unit's number needs no quotes."""
    study = tried(
        ('id: "100001"', "id: 100001"),
        ("title: A small study", "title: 2017"),
        ("title: First", "title: no"),
    ).study
    assert study.instruments["instruments/education.yaml"].version == "1.10"
    assert study.stage("case-schools").pins[0].id == "100001"
    assert study.study.title == "2017"
    assert study.phases[0].title == "no"


def test_options_keep_their_labels(tried):
    study = tried(('{1: "yes", 2: "no"}', "{1: yes, 2: no}", "instruments/school.yaml")).study
    assert study.instruments["instruments/school.yaml"].questions[0].options == {1: "yes", 2: "no"}


def test_byte_order_mark_and_windows_lines_are_taken(tried, files):
    text = files["study.yaml"]
    found = tried((text, "\ufeff" + text.replace("\n", "\r\n")))
    assert found.codes == []
    assert found.study is not None


def test_positions_are_right_after_a_byte_order_mark(tried, files):
    text = files["study.yaml"].replace("  seed: 7", "  seed: x")
    found = tried((files["study.yaml"], "\ufeff" + text.replace("\n", "\r\n")))
    (fault,) = found.faults
    assert (fault.where.line, fault.where.column) == (7, 9)


def test_checked_study_made_in_python_needs_no_places(tried):
    study = tried().study
    assert check_study(study, NOWHERE) == []
    wrong = study.model_copy(update={"agencies": study.agencies[1:]})
    codes = [fault.code for fault in check_study(wrong, NOWHERE)]
    assert codes == ["DES-071", "DES-072", "DES-072"]
