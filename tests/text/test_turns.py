"""Who speaks where: labels as people write them, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.text.headers import read_header
from consilience.text.marks import Missed, seconds
from consilience.text.turns import label_in, read_script, speakers


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
    "rows of names": "Sarah\tWhy?\nTom\tWell.\nSarah\tAnd?\nTom\tSo.\n",
    "rows with a role": "Int\tWhy?\nMohammed\tWell.\nInt\tAnd?\nMohammed\tSo.\n",
    "rows with a head": "Speaker\tWords\nsian\tWhy?\nTom\tWell.\nsian\tAnd?\nTom\tSo.\n",
    "rows with times": "00:01\tSarah\tWhy?\n00:04\tTom\tWell.\n00:09\tSarah\tAnd?\n",
    "rows with numbers": "1\tSarah\tWhy?\n2\tTom\tWell.\n3\tSarah\tAnd?\n4\tTom\tSo.\n",
    "bold without a colon": "**Sarah** Why?\n\n**Tom** Well.\n\n**Sarah** And?\n",
    "Teams": "Sarah Jones   0:03\nWhy?\nTom   0:09\nWell.\nSarah Jones   0:15\nAnd?\n",
    "Teams, guests": "Jones, Sarah   0:03\nWhy?\nTom Price (Guest)   0:09\nWell.\n",
    "Teams as it was": (
        "0:0:5.100 --> 0:0:8.250\nSarah Jones\nWhy?\n0:0:9.1 --> 0:0:10.2\nTom Price\nWell.\n"
        "0:0:11.1 --> 0:0:12.2\nSarah Jones\nAnd?\n"
    ),
    "Otter": "Sarah  0:03  \nWhy?\n\nUnknown Speaker  0:09  \nWell.\n\nSarah  1:02  \nAnd?\n",
    "Zoom, saved captions": "[Sarah Jones] 10:02:13\nWhy?\n\n[Tom] 10:02:19\nWell.\n",
    "Zoom, three lines": (
        "[Sarah Jones]\n10:02:13\nWhy?\n\n[Tom]\n10:02:19\nWell.\n\n[Tom]\n10:02:25\nSo.\n"
    ),
    "Word": (
        "Audio file\ntalk.mp3\nTranscript\n00:00:03 Speaker 1\nWhy?\n00:00:09 Speaker 2\nWell.\n"
    ),
    "Word, speakers only": (
        "Audio file\ntalk.mp3\nTranscript\nSpeaker 1\nWhy?\nSpeaker 2\nWell.\nSpeaker 1\nAnd?\n"
    ),
    "WhisperX": "[SPEAKER_00] Why?\n[SPEAKER_01] Well.\n[SPEAKER_00] And?\n",
    "captions for the deaf": "- SARAH: Why?\n>> TOM: Well.\n- SARAH: And?\n",
    "brackets in brackets": "I: Why?\nP1 ([Person 3]): Well.\nI: And?\nP1 ([Person 3]): So.\n",
    "role with name": "Head teacher (R1): Why?\nSocial worker 2: Well.\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_marking_speakers(way):
    turns = said(WAYS[way])
    assert len(turns) >= 2
    assert [words for _, words in turns[:2]] == ["Why?", "Well."]
    assert turns[0][0] != turns[1][0]
    assert all(speaker for speaker, _ in turns)


@pytest.mark.parametrize(
    "name",
    [
        "Tomos ap Rhys", "Dafydd ab Owain", "Mair ferch Hywel", "Gwen verch Rhys", "Y Prifathro",
        "Ian Mac Donald", "Gwenllian Mac an Bhaird", "Siôn Ó Briain", "Sean O'Neill",
        "Sean O’Neill", "Mary St. John", "St John Smith", "Piet van der Berg", "Jan ten Hag",
        "Ana de la Cruz", "João dos Santos", "Charles d’Arcy", "Mohamed ibn Ali", "Omar al-Sayed",
        "Jones, Sarah", "Sarah Jones (she/her)", "A. N. Other", "Carys D.",
    ],
)  # fmt: skip
def test_names_of_many_peoples_are_labels(name):
    text = f"I: Why?\n{name}: Well.\nI: And?\n{name}: So.\n"
    assert said(text) == [("I", "Why?"), (name, "Well."), ("I", "And?"), (name, "So.")]


def test_what_comes_again_like_a_label_and_was_read_as_words_is_told():
    text = "I: Why?\nsian (mam): Well.\nI: And?\nsian: So.\nI: Oh.\nThen we said this: no.\n"
    assert read_script(text).missed == (Missed("sian (mam)", 2, 8),)
    others = "I: First.\nSo: no.\nSo: yes.\nThat we said: no.\nThat we said: yes.\n"
    assert read_script(others).missed == ()


def test_a_name_beside_labels_that_repeat_needs_no_second_turn():
    table = "Int\tWhy?\nMo\tWell.\nInt\tAnd?\nMo\tSo.\nUsher\tSilence.\nMam\tHello.\n\tAll.\n"
    assert said(table)[4:] == [("Usher", "Silence."), ("Mam", "Hello.\n\tAll.")]
    otter = "Sarah  0:03\nWhy?\nMonday  0:01\nTom  0:09\nWell.\nSarah  0:15\nAnd?\n"
    assert [speaker for speaker, _ in said(otter)] == ["Sarah", "Tom", "Sarah"]
    bold = "**Sarah** Why?\n\n**Tom** Well.\n\n**Sarah** And?\n\n**Closing Words**\n\nBye.\n"
    assert [speaker for speaker, _ in said(bold)] == ["Sarah", "Tom", "Sarah"]


def test_tables_of_figures_and_answers_after_times_are_no_talk():
    assert said("Male\t3\nFemale\t4\nMale\t5\nFemale\t6\n") == []
    stamped = "[00:01] Absolutely\n[00:05] We met on Monday.\n[00:09] Absolutely\n[00:12] Yes.\n"
    assert {speaker for speaker, _ in said(stamped)} == {None}
    assert said("Yes\nNo\nYes\nNo\nMaybe\n") == []


NO_TALK = {
    "a plan": "Aims: to find out.\nMethods: talk to people.\nResults: none.\nConclusion: more.\n",
    "steps": "Step 1: take it.\nStep 2: put it.\nTip: wait.\nStep 3: go.\nTip: eat.\n",
    "points": "- Trust: it is lost.\n- Money: there is none.\n- Trust: it is here.\n- Money: no.\n",
    "mails": "From: ann\nTo: bob\nSubject: hi\n\nSee you.\n\nFrom: bob\nTo: ann\nSubject: re\n",
    "times": "At 10:30: we met.\nSo it went.\nAt 11:30: we left.\n",
    "notes": "Observation: it is small.\nReflection: odd.\nObservation: large.\nReflection: no.\n",
    "a diary": "Day 1: we met.\nDay 2: we left.\nDay 1: again we met.\n",
    "figures by colon": "Moor Lane: 231\nHill Top: 120\nMoor Lane: 241\nHill Top: 130\n",
    "figures": "school\tpupils\nMoor Lane\t231\tNorth\nHill Top\t120\tSouth\nMoor Lane\t9\tNorth\n",
    "a head that is a role": "Pupil\tWhat\nMoor Lane\tIt is one.\nHill Top\tIt is another.\n",
    "hours": "Mon\t10:30 h\nTue\t11:30 h\nMon\t12:30 h\nTue\t9:30 h\n",
    "verdicts": "North\tgood school\nSouth\tbad school\nNorth\tbetter\nSouth\tworse\n",
    "days": "Monday\tThey rang us.\nTuesday\tNobody rang.\nMonday\tThey rang once more.\n",
}


@pytest.mark.parametrize("layout", NO_TALK)
def test_lists_forms_mails_and_tables_of_figures_have_no_speakers(layout):
    assert said(NO_TALK[layout]) == []


def test_a_table_beside_two_roles_that_speak_is_no_talk():
    dates = "May\tThe school rang us.\nJune\tNobody came.\nMay\tThey rang again.\nJune\tNo.\n"
    talk = f"Interviewer: Why?\nR1: This is why.\n{dates}"
    assert [speaker for speaker, _ in said(talk)] == ["Interviewer", "R1"]
    assert read_script(talk).missed == (Missed("May", 2, 35), Missed("June", 2, 59))


def test_items_within_a_turn_are_its_words():
    text = "Sarah Jones: Look:\nItem: one\nItem: two\nTom Lee: Yes.\nSarah Jones: So.\n"
    assert said(text)[0] == ("Sarah Jones", "Look:\nItem: one\nItem: two")


def test_talk_without_sentence_marks_is_talk_if_it_has_the_words():
    text = "Sarah\thello and welcome to this\nTom\tthanks for having me\n" * 2
    assert [speaker for speaker, _ in said(text)] == ["Sarah", "Tom", "Sarah", "Tom"]
    text = "田中： 始めましょう。\n鈴木： はい。\n" * 2
    assert [speaker for speaker, _ in said(text)] == ["田中", "鈴木", "田中", "鈴木"]


@pytest.mark.parametrize(
    "text",
    [
        "[Person 1]: Hello.\nI: So.\n[Person 1] (laughs): Yes.\n",
        "[00:01] [Person 1]: Hello.\nI: So.\n[[Person 1]] [crying]: Yes.\n",
        "[Person 1]\tHello.\nI\tSo.\n[Person 1]\tYes.\n",
        "**[Person 1]** Hello.\n\n**I** So.\n\n**[Person 1]** Yes.\n",
        "[Person 1]   0:03\nHello.\nI   0:09\nSo.\n[[Person 1]]   0:15\nYes.\n",
    ],
)
def test_what_stands_for_a_name_keeps_its_brackets(text):
    assert said(text) == [("[Person 1]", "Hello."), ("I", "So."), ("[Person 1]", "Yes.")]
    turns = read_script(text).turns
    assert {label_in(text[turn.start : turn.said]) for turn in turns} == {"[Person 1]", "I"}


def test_names_in_the_brackets_of_zoom_have_none():
    text = "[Sarah Jones] 10:02:13\nWhy?\n\n[Tom] 10:02:19\nWell.\n"
    assert [speaker for speaker, _ in said(text)] == ["Sarah Jones", "Tom"]


def test_what_is_done_while_speaking_makes_no_other_speaker():
    text = "I: Why?\nR1 (laughs): Well.\nR1: So.\nTom (King) (sighs): No.\nTom (King): Yes.\n"
    assert list(speakers(read_script(text).turns)) == ["I", "R1", "Tom (King)"]


def test_what_meeting_programs_write_of_themselves_is_nobody_s():
    text = (
        "Sarah started transcription\nSarah Jones   0:03\nWhy?\nTom   0:09\nWell.\n"
        "Sarah Jones   0:15\nAnd?\nSarah Jones stopped transcription\n"
    )
    assert said(text)[-1] == ("Sarah Jones", "And?")
    otter = "Ann  0:03\nWhy?\n\nBen  0:09\nSo.\n\nTranscribed by https://otter.ai\n"
    assert said(otter) == [("Ann", "Why?"), ("Ben", "So.")]


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
    for piece, label in (
        ("I: ", "I"),
        ("[00:05] ", None),
        ("**[Head 1]** 0:42\n", "[Head 1]"),
        ("- ANN: ", "ANN"),
        ("7\tAnn\t", "Ann"),
    ):
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
