"""Transcript files as texts with turns; the real ones with the right number of turns.

How the numbers of turns were checked, apart from the reader:
- inquiry: a count of lines that begin with a title (or Counsel, Lead, The) and few capitalised
  words before a colon, written for this test without the reader's patterns; five files were read
  turn by turn by eye (2024-09-06_10, 2025-10-01_03, 2025-10-06_03, 2025-10-07_01, 2025-10-17_02),
  and so was the list of all that stands before a colon in the 45 and is no label, such as
  `They are as follows:`;
- PDPilot: lines that are `Dan:` or `Participant:` and nothing else in pypdf's raw text, and the
  numbers that MAXQDA printed in the margin, one a paragraph, which differ by one at most (the title
  has a number in some);
- captions: the same recording in WebVTT, SubRip and TSV (tests/formats/test_captions.py);
- Markdown: lines that end in a time (otter.ai), begin with two stars, or are a name alone.
"""

import re

import pypdf
import pytest

from consilience.base.errors import Fault
from consilience.interviews import transcripts
from consilience.interviews.model import Turn
from consilience.interviews.transcripts import (
    document_id,
    is_plain_name,
    open_fields,
    read_transcript,
    turns_after,
    turns_in,
    turns_of_edited,
    with_names,
    without_names,
)
from consilience.text.offsets import Edit, apply_edits, difference

TITLES = ("Mr", "Ms", "Mrs", "Dr", "Sir", "Lady", "Professor", "Counsel", "Lead", "The")
# What otter.ai writes after a name, to the end of the line.
OTTER = re.compile(r"^\S.{2,40} +\d+:\d\d(:\d\d)? *$", re.MULTILINE)
STARS = re.compile(r"^\*\*[^*]+\*\*", re.MULTILINE)


def inquiry_turns(text):
    count = 0
    for line in text.split("\n"):
        head = line.split(": ")[0] if ": " in line else line[:-1] if line.endswith(":") else ""
        words = head.split(" ")
        named = all(word[:1].isupper() or word.isdigit() for word in words)
        count += words[0] in TITLES and len(words) <= 5 and named
    return count


@pytest.mark.shared
def test_the_inquiry_has_the_turns_that_its_lines_show(shared):
    total = 0
    files = sorted((shared / "data/transcripts/covid_inquiry_m8").glob("*.txt"))
    assert len(files) == 45
    for path in files:
        read = read_transcript(path)
        assert len(read.turns) == inquiry_turns(path.read_text()), path.name
        assert all(turn.speaker for turn in read.turns)
        assert read.notes == ()
        total += len(read.turns)
    assert total == 7_004


@pytest.mark.shared
def test_the_pdf_interviews_have_the_turns_that_their_labels_show(shared):
    reads = [
        read_transcript(shared / f"data/transcripts/pdpilot_bsd3/P{number}.pdf")
        for number in range(1, 8)
    ]
    assert [len(read.turns) for read in reads] == [94, 165, 122, 111, 135, 100, 106]
    for read in reads:
        assert {turn.speaker for turn in read.turns} == {"Dan", "Participant"}
        assert [note.code for note in read.notes] == ["FMT-209"]
        assert "\t" not in read.text


@pytest.mark.shared
@pytest.mark.parametrize(("number", "turns"), [(1, 94), (6, 100)])
def test_the_margins_of_pdf_interviews_number_as_many_paragraphs(shared, number, turns):
    """The others were compared once in the same way: they take seconds each."""
    pages = pypdf.PdfReader(shared / f"data/transcripts/pdpilot_bsd3/P{number}.pdf").pages
    lines = [line.strip() for page in pages for line in page.extract_text().split("\n")]
    assert sum(line in ("Dan:", "Participant:") for line in lines) == turns
    margin = max(int(line) for line in lines if line.isdigit() and len(line) < 4)
    assert abs(margin - turns) <= 1


@pytest.mark.shared
def test_the_markdown_interviews_have_the_turns_that_their_marks_show(shared):
    found = {}
    for path in sorted((shared / "data/transcripts/hitsave_ccbysa").glob("20*.md")):
        text, read = path.read_text(), read_transcript(path)
        arrows, stars, otter = text.count(" --> "), STARS.findall(text), OTTER.findall(text)
        names = re.findall(r"\n\n(?:Jonas Rosland|Jon Lawitts|Vicky Wei|Rich McGrath) *\n", text)
        assert len(read.turns) == max(arrows, len(stars), len(otter), len(names)), path.name
        found[path.name[:12]] = len(read.turns)
        if otter or arrows:
            assert all(turn.t0 is not None for turn in read.turns)
    assert found == {
        "2020_Lantana": 59, "2021_Redstar": 192, "2021_Winterm": 290, "2022_13AM_Ga": 75,
        "2022_Betty_E": 54, "2022_GigaSwo": 84, "2022_Legends": 123, "2022_Q-Cubed": 53,
        "2022_Super_M": 213, "2023_Artemio": 1087,
    }  # fmt: skip


@pytest.mark.shared
def test_captions_and_the_text_of_the_same_recording_have_the_same_turns(shared):
    folder = shared / "data/transcripts/hitsave_ccbysa"
    (stem,) = {p.stem for p in folder.glob("*.lrc")}
    reads = [
        read_transcript(folder / f"{stem}{end}") for end in (".vtt", ".srt", ".tsv", ".txt", ".lrc")
    ]
    assert {len(read.turns) for read in reads} == {753}
    times = {tuple(turn.t0 for turn in read.turns) for read in reads}
    assert len(times) == 1
    assert {read.text for read in reads[:3]} == {reads[0].text}


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_transcript_carries_header_hash_turns_and_warnings(tmp_path):
    read = read_transcript(
        write(
            tmp_path,
            "S01.txt",
            "Date: 3 May\r\n\r\nI: Why?\r\nR: Well\x00.\r\n".replace("\x00", "\ufffd"),
        )
    )
    assert read.text == "Date: 3 May\n\nI: Why?\nR: Well\ufffd.\n"
    assert read.header == {"date": "3 May"}
    assert [turn.speaker for turn in read.turns] == ["I", "R"]
    assert len(read.source_sha256) == 64
    assert [(note.code, note.where.line) for note in read.notes] == [("INT-003", 4)]


def test_a_text_without_speakers_is_told_and_one_without_words_refused(tmp_path):
    read = read_transcript(write(tmp_path, "a.txt", "Only an answer.\n"))
    assert [note.code for note in read.notes] == ["INT-004"]
    with pytest.raises(Fault) as caught:
        read_transcript(write(tmp_path, "b.rtf", r"{\rtf1 \par \par}"))
    assert caught.value.code == "INT-002"


def test_captions_with_voices_are_one_turn_until_another_speaks(tmp_path):
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Why\n\n00:02.000 --> 00:03.000\n<v Ann>so?\n\n"
        "00:04.000 --> 00:05.000\n<v Ben>Well.\n"
    )
    read = read_transcript(write(tmp_path, "a.vtt", text))
    assert read.text == "Ann: Why so?\n\nBen: Well."
    assert [(t.speaker, t.t0, t.t1, read.text[t.said : t.end]) for t in read.turns] == [
        ("Ann", 1.0, 3.0, "Why so?"),
        ("Ben", 4.0, 5.0, "Well."),
    ]


def test_captions_with_names_in_their_words_as_zoom_writes_them(tmp_path):
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nAnn Ash: Why?\n\n00:02.000 --> 00:03.000\nReally.\n\n"
        "00:04.000 --> 00:05.000\nBen Oak: Well.\n\n00:05.000 --> 00:06.000\nAnn Ash: So.\n"
    )
    read = read_transcript(write(tmp_path, "a.vtt", text))
    assert [(t.speaker, t.t0, t.t1) for t in read.turns] == [
        ("Ann Ash", 1.0, 3.0), ("Ben Oak", 4.0, 5.0), ("Ann Ash", 5.0, 6.0),
    ]  # fmt: skip


def test_header_fields_in_the_margin_of_a_document(tmp_path):
    import docx

    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Date: 3 May 2018"
    made.add_paragraph("I: Why?")
    made.save(tmp_path / "a.docx")
    assert read_transcript(tmp_path / "a.docx").header == {"date": "3 May 2018"}


# --- what may stand outside the vault -----------------------------------------------------


def test_file_names_that_can_name_nobody():
    for stem in (
        "S01",
        "interview_00007",
        "School 3 head (final)",
        "P7-v2",
        "2018-05-03 interview",
    ):
        assert is_plain_name(stem), stem
    for stem in ("Ann Ash", "interview-smith", "Oakfield head", ""):
        assert not is_plain_name(stem), stem
    assert document_id("S01_b") == "s01-b"
    assert document_id("7") != document_id("8")


def test_names_of_speakers_are_taken_out_and_brought_back():
    turns = [
        Turn(speaker=name, start=0, said=0, end=1) for name in ("I", "Ann", None, "Ben", "Ann")
    ]
    bare, names = without_names(turns)
    assert [turn.speaker for turn in bare] == ["I", "S1", None, "S2", "S1"]
    assert with_names(bare, names) == turns
    assert open_fields({"date": "3 May", "participant": "Ann"}) == {"date": "3 May"}


# --- turns follow the text ----------------------------------------------------------------


def test_speakers_are_called_as_the_new_text_calls_them():
    old = "I: Hello Ann.\nAnn Ash: Yes.\nANN: No.\n"
    turns, _ = without_names(turns_in(old))
    merged = [
        turns[0],
        *(Turn(speaker="S1", start=t.start, said=t.said, end=t.end) for t in turns[1:]),
    ]
    new, edits = apply_edits(
        old, [Edit(9, 12, "[Head]"), Edit(14, 21, "[Head]"), Edit(28, 31, "[Head]")]
    )
    moved = turns_after(merged, edits, text=new)
    assert [(t.speaker, new[t.said : t.end]) for t in moved] == [
        ("I", "Hello [Head]."), ("[Head]", "Yes."), ("[Head]", "No."),
    ]  # fmt: skip


def test_an_edited_text_has_the_turns_its_labels_show():
    old, new = "I: Why?\nR: Well.\nR: So.\n", "I: Why now?\nR: Well.\nI: And?\nR: So.\n"
    edits = difference(old, new)
    assert len(turns_of_edited(turns_in(old), edits, old=old, new=new)) == 4
    corrected = [
        Turn(speaker="Ann", start=t.start, said=t.said, end=t.end, t0=1.0) for t in turns_in(old)
    ]
    kept = turns_of_edited(corrected, edits, old=old, new=new)
    assert [(t.speaker, t.t0, new[t.said : t.end]) for t in kept] == [
        ("Ann", 1.0, "Why now?"), ("Ann", 1.0, "Well."), ("Ann", 1.0, "So."),
    ]  # fmt: skip


def test_more_lines_or_turns_than_one_talk_has_are_refused_before_they_fill_the_memory(
    tmp_path, monkeypatch
):
    path = tmp_path / "a.txt"
    path.write_text("I: Why?\nR1: So.\n" * 5)
    assert len(read_transcript(path).turns) == 10
    for limit, most in (("MOST_TURNS", 9), ("MOST_LINES", 8)):
        with monkeypatch.context() as changed:
            changed.setattr(transcripts, limit, most)
            with pytest.raises(Fault) as caught:
                read_transcript(path)
        assert (caught.value.code, caught.value.values["most"]) == ("FMT-215", most)


def test_names_of_files_are_made_harmless(tmp_path):
    broken = b"Caf\xe9\n\x1b[1m7.txt".decode("utf-8", "surrogateescape")
    for name, stem in ((broken, "Café [1m7"), ("....txt", None)):
        path = tmp_path / name
        path.write_text("I: Why?\nR1: So.\nI: Oh.\n")
        read = read_transcript(path)
        assert read.stem == (stem or f"text-{read.source_sha256[:8]}")
        assert read.source.isprintable()


def test_labels_of_a_recogniser_are_mended_like_the_words(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(
        r"""[{"start": 0, "end": 1, "text": "a\ud800b", "speaker": "S\udfff"},
             {"start": 1, "end": 2, "text": "c", "speaker": "B"}]"""
    )
    read = read_transcript(path)
    assert [turn.speaker for turn in read.turns] == ["S\ufffd", "B"]
    assert read.text == "S\ufffd: a\ufffdb\n\nB: c"
