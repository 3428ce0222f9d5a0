"""Transcripts as files: our own import reads each back to the same turns."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.deposit.model import DataSet, Interview, Part, Transcript
from consilience.deposit.transcript_files import FORMS, transcript_bytes, transcript_files
from consilience.formats.metadata.model import Level
from consilience.interviews.transcripts import read_transcript

TALK = Interview(
    id="s01",
    data_set="schools",
    role="designated safeguarding lead",
    area="Area 7",
    setting="academy",
    month="2018-03",
    mode="in person",
    interviewer="int-2",
    attributes=(("size", "large"), ("phase", "secondary")),
)
SCHOOLS = DataSet(id="schools", title="Schools", kind="text", licence="UKDS EUL")


def transcript(turns, **changed):
    return Transcript(interview=TALK, turns=tuple(turns), title="Keeping: a study", **changed)


def read_back(tmp_path, made, form):
    path = tmp_path / f"s01.{form}"
    path.write_bytes(transcript_bytes(made, form))
    return read_transcript(path)


def turns_of(read):
    return [(turn.speaker, read.text[turn.said : turn.end]) for turn in read.turns]


TURNS = [
    ("Interviewer", "Good morning"),
    ("DSL", "Second: we never met.\n\nAnd then\n[phone rings]\nR2: said he"),
    ("Interviewer", "Why?"),
    ("DSL", "Née \\{x} <b> 😀"),
]
KEPT = [
    ("Interviewer", "Good morning"),
    ("DSL", "Second: we never met.\nAnd then [phone rings] R2: said he"),
    ("Interviewer", "Why?"),
    ("DSL", "Née \\{x} <b> 😀"),
]


@pytest.mark.parametrize("form", FORMS)
def test_turns_and_header_come_back(tmp_path, form):
    read = read_back(tmp_path, transcript(TURNS, notice="safeguarded", simulated=True), form)
    assert turns_of(read) == KEPT
    assert read.notes == ()
    assert read.header == {
        "study": "Keeping: a study", "id": "schools-s01", "date": "March 2018", "region": "Area 7",
        "place": "academy", "mode": "in person", "interviewer": "int-2",
        "role": "designated safeguarding lead", "people": "1",
        "notes": "size large; phase secondary", "access": "safeguarded",
    }  # fmt: skip
    assert "SIMULATED TRANSCRIPT" in read.text


LABELS = st.sampled_from(["Interviewer", "R1", "R2", "Head teacher", "Social worker", "Ann Ash"])
# People say words; what begins as a time or a label does is read as one.
WORDS = st.lists(
    st.text(
        st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters=":："), min_size=1
    ).map(lambda line: " ".join(f"W{line}".split())),
    min_size=1,
    max_size=3,
).map("\n".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(LABELS, WORDS), min_size=1, max_size=6))
@pytest.mark.parametrize("form", FORMS)
def test_any_talk_comes_back(tmp_path_factory, form, turns):
    said = [("Interviewer", "Why?"), *turns]
    read = read_back(tmp_path_factory.mktemp("talk"), transcript(said), form)
    assert turns_of(read) == said


def test_plain_text_has_numbers_of_pages_between_turns(tmp_path):
    turns = [("Interviewer", "Why is that?"), ("R1", "Because. " * 60)] * 30
    made = transcript(turns)
    text = transcript_bytes(made, "txt").decode()
    pages = [int(number) for number in re.findall(r"^\[page (\d+)\]$", text, re.MULTILINE)]
    assert pages == list(range(2, len(pages) + 2))
    assert len(pages) > 5
    assert turns_of(read_back(tmp_path, made, "txt")) == [
        (label, words.strip()) for label, words in turns
    ]


def test_what_is_not_known_is_said_to_be_not_stated():
    talk = Interview(id="s02", data_set="schools", role="head")
    text = transcript_bytes(Transcript(interview=talk, turns=(), title="T"), "txt").decode()
    assert "Date of interview: not stated" in text
    assert "SIMULATED" not in text


def test_files_carry_level_and_licence_of_their_data_set():
    files = transcript_files(transcript(TURNS, simulated=True), SCHOOLS)
    assert [file.path for file in files] == [
        f"data/schools/{form}/schools-s01.{form}" for form in ("txt", "rtf", "docx")
    ]
    assert {(f.level, f.licence, f.part, f.simulated, f.data_set) for f in files} == {
        (Level.SAFEGUARDED, "UKDS EUL", Part.TRANSCRIPT, True, "schools")
    }
    again = transcript_files(transcript(TURNS, simulated=True), SCHOOLS)
    assert [file.content for file in files] == [file.content for file in again]
