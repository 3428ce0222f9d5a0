"""Who speaks where: labels as people write them, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.text.headers import read_header
from consilience.text.turns import label_in, read_script, seconds, speakers


def said(text):
    """Return (speaker, words) of each turn."""
    return [(turn.speaker, text[turn.said : turn.end]) for turn in read_script(text).turns]


WAYS = {
    "colon": "I: Why?\n\nR1: Well.\n",
    "capitals": "INTERVIEWER: Why?\nMS SMITH: Well.\n",
    "tab": "I:\tWhy?\nR1:\tWell.\n",
    "next line": "Dan:\nWhy?\nParticipant:\nWell.\n",
    "bold": "**Ann Ash:** Why?\n\n**Ben:** Well.\n\n**Ben:** Yes.\n",
    "bold name": "**Ann Ash**: Why?\n\n**R1**: Well.\n",
    "time before": "[00:01:02] I: Why?\n[00:01:05] R1: Well.\n",
    "time in bold": "**Ann Ash:** [00:00:00] Why?\n\n**R1:** [00:01:00] Well.\n",
    "time after": "Speaker 1 (00:01): Why?\nSpeaker 2 (00:05): Well.\n",
    "name and time": (
        "Ann Ash  0:42  \nWhy?\n\nBen Oak  1:00:05  \nWell.\n\nAnn Ash  1:01:00\nSo.\n"
    ),
    "names once": "Ann: Why?\nBen: Well.\n",
    "name lines": "Ann Ash\nWhy?\n\nBen Oak\nWell.\n\nAnn Ash\nSo.\n\nBen Oak\nYes.\n",
    "questions": "Q. Why?\nA. Well.\nQ. And?\nA. So.\n",
    "voice tags": "<v Ann Ash>Why?\n<v Ben>Well.\n",
    "table": "I\tWhy?\nR1\tWell.\n",
    "initials": "AB: Why?\nCD: Well.\nAB: And?\nCD: So.\n",
    "role with name": "Head teacher (R1): Why?\nSocial worker 2: Well.\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_marking_speakers(way):
    turns = said(WAYS[way])
    assert len(turns) >= 2
    assert [words for _, words in turns[:2]] == ["Why?", "Well."]
    assert turns[0][0] != turns[1][0]
    assert all(speaker for speaker, _ in turns)


def test_times_of_turns():
    text = "[00:01:02] I: Why?\n[1:00:05.5] R1: Well.\nI: So.\n"
    assert [turn.t0 for turn in read_script(text).turns] == [62.0, 3605.5, None]
    arrows = "00:01.000 --> 00:02.500\nWhy?\n\n00:03.000 --> 00:04.000\nWell.\n"
    found = read_script(arrows).turns
    assert [(t.speaker, t.t0, t.t1) for t in found] == [(None, 1.0, 2.5), (None, 3.0, 4.0)]
    assert said(arrows) == [(None, "Why?"), (None, "Well.")]
    assert said("[00:01.50] Why?\n[00:05.00] Well.\n") == [(None, "Why?"), (None, "Well.")]
    assert seconds("#00:00:10-5#") == 10.5


def test_sentences_with_a_colon_are_no_speakers():
    text = (
        "I: They are as follows: one.\nThey said two things:\nFirst: no.\nSecond: yes.\n"
        "So: what then?\nAt 10:30 we met.\nSee http://example.org for more.\n"
        "R1: Sir Hamid, the question is this: why?\nSir Hamid, the question is this: why?\n"
    )
    assert [speaker for speaker, _ in said(text)] == ["I", "R1"]


def test_third_speakers_who_speak_once_are_believed_beside_others():
    text = "I: Why?\nR1: Well.\n" * 20
    text += "Kyla Fury: I am here too.\nThe Usher: Silence.\nMs Ward: Thank you.\n"
    assert list(speakers(read_script(text).turns)) == [
        "I", "R1", "Kyla Fury", "The Usher", "Ms Ward",
    ]  # fmt: skip
    assert said("Dear All: one colon makes no speaker.\n") == []


def test_stage_directions_and_headings_are_nobody_s():
    text = "# Interview\n\n[Tape starts]\nI: Why?\n(laughs)\nWell?\n\n[Pause]\n\nR1: So.\n[END]\n"
    assert said(text) == [("I", "Why?\n(laughs)\nWell?"), ("R1", "So.")]
    assert len(read_script(text).headings) == 5


def test_a_turn_goes_on_over_paragraphs():
    assert said("I: One.\n\nTwo.\n\n\nR: So.\n\n") == [("I", "One.\n\nTwo."), ("R", "So.")]


def test_text_without_speakers_has_no_turns():
    assert read_script("Only an answer.\nIn two lines.\n").turns == ()
    assert read_script("").turns == ()
    assert read_script("Q. One question only.\n").turns == ()


def test_labels_read_from_what_stands_before_speech():
    for piece, label in (("I: ", "I"), ("[00:05] ", None), ("**[Head 1]** 0:42\n", "[Head 1]")):
        assert label_in(piece) == label


def test_header_as_the_uk_data_service_has_it():
    text = (
        "Study title: Joint working\nDepositor: A. N. Other\nInterview number: 7\n"
        "Date of interview: 3 May 2018\nInterviewer: AB\n\nPseudonym: Mrs Elm\n\n"
        "Interviewer: Why did you come?\nR: Well.\n"
    )
    assert read_header(text).fields == {
        "study": "Joint working",
        "depositor": "A. N. Other",
        "id": "7",
        "date": "3 May 2018",
        "interviewer": "AB",
        "pseudonym": "Mrs Elm",
    }
    assert said(text) == [("Interviewer", "Why did you come?"), ("R", "Well.")]
    table = "Date\t3 May\nLocation\tTown hall\n\nI: Why?\n"
    assert read_header(table).fields == {"date": "3 May", "place": "Town hall"}


def test_speech_is_no_header():
    assert read_header("Interviewer: Hello\nRespondent: Hello\n").fields == {}
    assert read_header("I: Why?\nDate: no idea\n").fields == {}


@given(st.text("IR1: \n[]()\t#*0-9:aé\U0001f600.?", max_size=80))
def test_turns_are_in_order_and_within_the_text(text):
    at = 0
    for turn in read_script(text).turns:
        assert at <= turn.start <= turn.said <= turn.end <= len(text)
        at = turn.end
