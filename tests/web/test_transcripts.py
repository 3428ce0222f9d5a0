"""Transcripts on the web: where they stand, and speakers corrected by a person."""

from __future__ import annotations

import re

import pytest
from made_site import send
from made_texts import keep_text
from made_vault import KEY, seal_texts, told

from consilience.base.errors import Fault
from consilience.desk.speakers import Place, counted, join_turns
from consilience.desk.transcripts import bring_to_state, listed
from consilience.interviews.transcripts import turns_in

TALK = """Held in May.

A: What do schools (hear?) of it?

B: Little. And you?

B: They (send?) a form, and (then?) nothing.

C: Yes.
"""
PAGE = "/transcripts/talk/speakers"


@pytest.fixture
def tom(web):
    web.add("tom", "transcriber")
    keep_text(web.engine, TALK, turns_in(TALK), document="talk", name="Talk <1>")
    return web.signed_in("tom")


def turn(web, number):
    """Return what the page of a text shows of one turn: who, and the words."""
    page = web.signed_in("tom").get(PAGE).text
    found = re.search(
        rf'<section id="t{number}".*?<b>(.*?)</b>.*?class="words">(.*?)</p>', page, re.DOTALL
    )
    return found[1], re.sub(r"<[^>]+>", "", found[2])


def correct(client, number=None, *, step, page=PAGE, **fields):
    """Send the form of a turn as the page has it."""
    if number is not None:
        html = client.get(f"{page}?turn={number}").text
        fields |= {"turn": str(number), "start": re.search(r'name="start" value="(\d+)"', html)[1]}
    return send(client, page, page, step=step, **fields)


def speakers(web):
    return counted(web.engine, Place(document="talk", at=web.clock(), actor="x"))


def test_the_list_shows_state_versions_and_turns(web, tom):
    seal_texts(web)
    page = tom.get("/transcripts").text
    assert "Talk &lt;1&gt;" in page
    assert page.count("in the vault") == 2
    bring_to_state(web.engine, "talk", "checked", reason="Heard.", at=web.clock(), actor="x")
    page = tom.get("/transcripts?state=checked").text
    assert "Heard." in page
    assert "S01" not in page


def test_turns_are_shown_with_speakers_and_doubtful_words(web, tom):
    page = tom.get(PAGE).text
    assert page.count("<section id=") == 4
    assert page.count('<mark class="doubt">') == 3
    assert '<mark class="doubt">(send?)</mark>' in page
    assert '<a href="#t1">3 doubtful words</a>' in page
    assert "Held in May." in page, "what stands in no turn is shown too"
    assert turn(web, 2) == ("B", "Little. And you?")


def test_a_speaker_is_renamed_and_merged(web, tom):
    assert correct(tom, step="rename", old="A", new="Interviewer").status_code == 303
    assert speakers(web) == {"Interviewer": 1, "B": 2, "C": 1}
    correct(tom, step="rename", old="C", new="B")
    assert speakers(web) == {"Interviewer": 1, "B": 3}


def test_a_turn_is_given_to_another_or_a_new_speaker(web, tom):
    done = correct(tom, 3, step="give", speaker="A", other="")
    assert done.headers["location"].endswith("turn=3&done=speakers#t3")
    assert turn(web, 3)[0] == "A"
    correct(tom, 4, step="give", speaker="A", other="D")
    assert turn(web, 4)[0] == "D"


def test_a_turn_is_joined_with_the_one_before(web, tom):
    done = correct(tom, 3, step="join")
    assert done.headers["location"].endswith("turn=2&done=speakers#t2")
    assert tom.get(PAGE).text.count("<section id=") == 3
    assert "And you?" in turn(web, 2)[1]
    assert "a form" in turn(web, 2)[1]


def test_a_turn_is_parted_where_words_begin(web, tom):
    correct(tom, 2, step="split", words="And \r\n you?", speaker="A", other="")
    assert turn(web, 2) == ("B", "Little.")
    assert turn(web, 3) == ("A", "And you?")
    assert ("speakers corrected", "talk", "person-1") in told(web)


@pytest.mark.parametrize(
    ("number", "fields", "words"),
    [
        (None, {"step": "eat"}, "there is no such step"),
        (None, {"step": "rename", "old": "Z", "new": "A"}, "Nobody in"),
        (None, {"step": "rename", "old": "A", "new": " "}, "is empty"),
        (2, {"step": "give", "speaker": ""}, "is empty"),
        (2, {"step": "split", "speaker": "A", "words": " "}, "is empty"),
        (2, {"step": "split", "speaker": "A", "words": "send"}, Fault("WEB-044").entry.title),
        (2, {"step": "split", "speaker": "A", "words": "Little."}, "has no turn 2"),
        (1, {"step": "join"}, "has no turn 0"),
    ],
)
def test_what_cannot_be_corrected_is_refused_and_nothing_is_changed(
    web, tom, number, fields, words
):
    before = speakers(web)
    answer = correct(tom, number, **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert speakers(web) == before


def test_a_turn_that_moved_since_is_not_corrected(web, tom):
    html = tom.get(f"{PAGE}?turn=3").text
    start = re.search(r'name="start" value="(\d+)"', html)[1]
    join_turns(web.engine, Place(document="talk", at=web.clock(), actor="x"), 1)
    answer = send(tom, PAGE, PAGE, step="give", turn="3", start=start, speaker="A")
    assert answer.status_code == 409
    assert Fault("WEB-042").entry.title in answer.text
    assert send(tom, PAGE, PAGE, step="give", turn="x", start=start).status_code == 400


def test_a_text_is_marked_as_checked_with_a_reason(web, tom):
    path = "/transcripts/talk/checked"
    assert send(tom, path, PAGE, reason=" ").status_code == 400
    assert send(tom, path, PAGE, reason="Against the recording.").status_code == 303
    (line,) = listed(web.engine)
    assert (line.state.state, line.state.reason) == ("checked", "Against the recording.")
    bring_to_state(web.engine, "talk", "pseudonymised", reason="x", at=web.clock(), actor="x")
    assert 'action="/transcripts/talk/checked"' not in tom.get(PAGE).text
    answer = send(tom, path, PAGE, reason="Again.")
    assert answer.status_code == 400
    assert Fault("WEB-043").entry.title in answer.text
    assert send(tom, "/transcripts/none/checked", PAGE, reason="x").status_code == 404


def test_a_sealed_text_is_read_with_the_vault_open_and_that_is_noted(web, tom):
    seal_texts(web)
    where = "/transcripts/s01/speakers"
    shut = tom.get(where)
    assert shut.status_code == 403
    assert "Lark Hill" not in shut.text
    assert "/vault?next=/transcripts/s01/speakers" in shut.text
    send(tom, "/vault", "/vault", key=KEY)
    page = tom.get(where).text
    assert "Lark Hill School" in page
    assert "Mrs Featherstone" in page
    assert ("vault opened", "s01", "person-1") in told(web)
    correct(tom, 4, step="give", page=where, speaker="Mrs Other", other="")
    assert "<b>Mrs Other</b>" in tom.get(where).text
    for path in (web.folder / ".consilience").glob("study.db*"):
        assert b"Featherstone" not in path.read_bytes()
        assert b"Mrs Other" not in path.read_bytes()


def test_an_interviewer_reads_no_sealed_text_even_beside_an_open_vault(web, tom):
    seal_texts(web)
    send(tom, "/vault", "/vault", key=KEY)
    web.add("ina", "interviewer")
    ina = web.signed_in("ina")
    answer = ina.get("/transcripts/s01/speakers")
    assert answer.status_code == 403
    assert "Lark Hill" not in answer.text
    assert "/vault" not in answer.text
    assert 'href="/transcripts/s01' not in ina.get("/transcripts").text
    assert send(ina, "/transcripts/s01/checked", "/account", reason=" ").status_code == 403


def test_what_is_not_there_is_not_found(tom):
    assert tom.get("/transcripts/none/speakers").status_code == 404
    assert tom.get(f"{PAGE}?version=9").status_code == 404
    assert tom.get(f"{PAGE}?version=x").status_code == 400
