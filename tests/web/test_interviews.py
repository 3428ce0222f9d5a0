"""The status board: what it shows, and what it says when the study is not sound."""

from __future__ import annotations

import datetime as dt
import re
import shutil

import pytest
from made_site import opened
from talk_study import write_study

from consilience.desk.run import run
from consilience.desk.transcripts import bring_to_state
from consilience.desk.withdrawing import withdraw_text
from consilience.web.site import place_of

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("talks") / "study")
    run(folder, at=AT, actor="test")
    return folder


@pytest.fixture
def talks(ran, tmp_path):
    """Return a study of interviews and a group on the web, after a run."""
    folder = shutil.copytree(ran, tmp_path / "study")
    for web in opened(folder, place_of(host="127.0.0.1", port=8080)):
        write_study(folder)
        web.add("max", "manager")
        yield web


def row(page, name):
    return re.search(rf'<tr id="\w+-{name}">.*?</tr>', page, re.DOTALL)[0]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_board_counts_by_state_mode_and_role(talks):
    page = words(talks.signed_in("max").get("/interviews").text)
    assert "Scoping interviews" in page
    assert re.search(r"By state 1 planned .*1 declined", page)
    assert "3 place" in page
    assert "1 telephone" in page
    assert re.search(r"People by role .*Social worker", page)
    assert "Findings discussed" in page


def test_each_interview_has_state_reason_consents_and_topics(talks):
    page = talks.signed_in("max").get("/interviews").text
    first = words(row(page, "T1"))
    assert "transcribed" in first
    assert "12 April 2017 face to face, MB" in first
    assert "P1 Education lead P2 Social worker" in first
    assert "record, quote, deposit not recontact P2 did not allow" in first
    assert "1 of 1 covered What are schools told? yes" in first
    assert "declined no time" in words(row(page, "T4"))
    assert "not record" not in row(page, "T4"), "nobody was there to allow it"
    assert "withdrawn P7 took it back" in words(row(page, "T6"))
    assert "0 of 2 covered" in words(row(page, "T2"))
    assert "Feedback to agencies" in words(row(page, "G1"))


def test_the_board_is_as_things_are_now(talks):
    client = talks.signed_in("max")
    bring_to_state(talks.engine, "T1", "checked", reason="Read twice.", at=AT, actor="person-1")
    assert "checked Read twice." in words(row(client.get("/interviews").text, "T1"))
    page = client.get("/interviews?state=checked").text
    assert page.count("<tr id=") == 1
    assert page.count("None is in this state") == 1


def test_what_keeps_the_board_from_being_made_is_said_without_folders(talks):
    write_study(talks.folder, ("talks/plan.csv", "T3,A03,2017-05-02", "T3,A03,2017-15-02"))
    page = talks.signed_in("max").get("/interviews")
    assert page.status_code == 200
    assert "The board cannot be made" in page.text
    assert "plan.csv, row 4" in page.text
    (talks.folder / "study.yaml").write_text("consilience: 1\nstudy: [", encoding="utf-8")
    page = talks.signed_in("max").get("/interviews").text
    assert "in study.yaml" in page
    assert str(talks.folder) not in page


def test_a_study_that_was_not_run_says_so(web):
    write_study(web.folder)
    web.add("max", "manager")
    assert "The board cannot be made" in web.signed_in("max").get("/interviews").text  # STU-004


def test_the_lead_is_told_on_the_list_of_texts_of_those_whose_interview_was_withdrawn(talks):
    talks.add("lou", "lead")
    talks.add("ann", "coder")
    assert "1 to look at" not in words(talks.signed_in("lou").get("/texts").text)
    plan = talks.folder / "talks" / "plan.csv"
    text = plan.read_text()
    plan.write_text(text.replace("lead@1.0,done,,yes", "lead@1.0,withdrawn,asked,yes"))
    page = words(talks.signed_in("lou").get("/texts").text)
    assert "Withdrawn, with its text still there: T1 (1 in all)" in page
    assert "consilience transcripts withdraw" in page
    assert "withdrawn" not in words(talks.signed_in("ann").get("/texts").text)
    withdraw_text(talks.engine, "T1", reason="asked", at=AT, actor="person-1")
    assert "1 to look at" not in words(talks.signed_in("lou").get("/texts").text)
