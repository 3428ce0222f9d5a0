"""What is said when: captions and the files of recognisers."""

import json

import pytest

from consilience.base.errors import Fault
from consilience.formats.captions import Cue, read_captions

VTT = """WEBVTT

NOTE made by hand

1
00:00:01.000 --> 00:00:02.500 align:start
<v Ann Ash>Why &amp; <i>when</i>?</v>

00:03.000 --> 00:04.000
<v.loud Ben>Never.</v>
two lines

00:05.000 --> 00:06.000
<v Ann Ash>So.</v> <v Ben>Yes.</v>
"""


def test_webvtt_voices_times_tags_and_entities():
    captions = read_captions(VTT.encode(), file="a.vtt")
    assert captions.cues == (
        Cue(1.0, 2.5, "Ann Ash", "Why & when?"),
        Cue(3.0, 4.0, "Ben", "Never. two lines"),
        Cue(5.0, 6.0, "Ann Ash", "So."),
        Cue(5.0, 6.0, "Ben", "Yes."),
    )
    assert captions.notes == ()


def test_subrip():
    data = (
        b"1\r\n00:00:01,000 --> 00:01:02,250\r\n<i>Why?</i>\r\n\r\n"
        b"2\r\n01:00:00,0 --> 01:00:01,000\r\nSo.\r\n"
    )
    cues = read_captions(data, file="a.srt").cues
    assert cues == (Cue(1.0, 62.25, None, "Why?"), Cue(3600.0, 3601.0, None, "So."))


def test_the_json_of_whisper_and_of_those_that_tell_speakers_apart():
    segments = [
        {"start": 0, "end": 1.5, "text": " Why?", "speaker": "SPEAKER_00"},
        {
            "start": 1.5,
            "end": 3,
            "text": " Well (then?) so.",
            "words": [
                {"word": " Well", "start": 1.5, "end": 2, "speaker": "SPEAKER_01"},
                {"word": " so", "start": 2, "end": 3},
            ],
        },
    ]
    wanted = (
        Cue(0.0, 1.5, "SPEAKER_00", "Why?"),
        Cue(1.5, 3.0, "SPEAKER_01", "Well (then?) so."),
    )
    for content in ({"text": "", "segments": segments}, segments):
        assert read_captions(json.dumps(content).encode(), file="a.json").cues == wanted


def test_the_table_of_whisper():
    data = b'start\tend\ttext\n0\t1500\t"Why?" she said\n1500\t3000\tSo.\n'
    cues = read_captions(data, file="a.tsv").cues
    assert cues == (Cue(0.0, 1.5, None, '"Why?" she said'), Cue(1.5, 3.0, None, "So."))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.vtt", b"no captions"),
        ("a.vtt", b"WEBVTT\n\n"),
        ("a.srt", b"no captions"),
        ("a.json", b"{"),
        ("a.json", b'{"segments": [{"text": "no times"}]}'),
        ("a.json", b'{"segments": 3}'),
        ("a.json", b'{"segments": {"a": 1}}'),
        ("a.json", b'{"segments": [1, null]}'),
        ("a.json", b'{"segments": [{"start": 0, "end": 1, "text": "Why?", "words": [1]}]}'),
        ("a.json", b'{"segments": [{"start": 0, "end": 1, "text": null}]}'),
        ("a.json", b'{"segments": [{"start": 0, "end": 1, "text": "a", "speaker": {"b": 1}}]}'),
        ("a.json", b'{"segments": [{"start": NaN, "end": 1, "text": "Why?"}]}'),
        ("a.json", b'"I: Why?"'),
        ("a.json", b"[" * 100_000),
        ("a.tsv", b"start\tend\n1\t2\n"),
        ("a.tsv", b"start\tend\ttext\nx\t2\tWhy?\n"),
    ],
)
def test_malformed_captions_are_refused(name, data):
    with pytest.raises(Fault) as caught:
        read_captions(data, file=name)
    assert caught.value.code == "FMT-211"


def test_captions_that_cannot_be_read_are_counted():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\nWhy?\n\n00:xx.000 --> 00:03.000\nLost.\n"
    captions = read_captions(data, file="a.vtt")
    assert [cue.text for cue in captions.cues] == ["Why?"]
    assert [(n.code, n.values["stated"], n.values["read"]) for n in captions.notes] == [
        ("FMT-212", 2, 1)
    ]


@pytest.mark.shared
def test_the_same_recording_in_three_formats_says_the_same_at_the_same_times(shared):
    """The files of one recording were written by different writers of the recogniser."""
    folder = shared / "data/transcripts/hitsave_ccbysa"
    names = sorted({p.stem for p in folder.glob("*.tsv")})
    assert len(names) == 2
    for name in names:
        vtt, srt, tsv = (
            read_captions((folder / f"{name}{end}").read_bytes(), file=f"x{end}").cues
            for end in (".vtt", ".srt", ".tsv")
        )
        assert vtt == srt == tsv
        # Counted by hand-written means: the arrows of one, the lines of the other.
        assert len(vtt) == (folder / f"{name}.vtt").read_text().count("-->")
        assert len(tsv) == (folder / f"{name}.tsv").read_text().count("\n") - 1


def test_subrip_without_numbers_or_with_odd_ones_is_read_and_told():
    data = (
        b"1\n00:00:01,000 --> 00:00:02,000\nI: one\n\n"
        b"x\n00:00:03,000 --> 00:00:04,000\nR1: two\n\n"
        b"00:00:05,000 --> 00:00:06,000\nI: three\n\nof it\n"
        b"00:00:07,000 --> 00:00:08,000\nR1: four\n"
    )
    captions = read_captions(data, file="a.srt")
    assert [(cue.t0, cue.text) for cue in captions.cues] == [
        (1.0, "I: one"), (3.0, "R1: two"), (5.0, "I: three of it"), (7.0, "R1: four"),
    ]  # fmt: skip
    assert [(note.code, note.values["count"]) for note in captions.notes] == [("FMT-217", 3)]
    bare = read_captions(b"00:00:01,000 --> 00:00:02,000\nWhy?\n", file="a.srt")
    assert bare.cues == (Cue(1.0, 2.0, None, "Why?"),)


@pytest.mark.usefixtures("never_stuck")
def test_more_captions_than_one_talk_has_are_refused_before_they_are_read():
    block = b"00:01.000 --> 00:02.000\nWhy?\n\n"
    with pytest.raises(Fault) as caught:
        read_captions(b"WEBVTT\n\n" + block * 1_000_000, file="a.vtt")
    assert caught.value.code == "FMT-215"
    assert caught.value.values["count"] == 1_000_000


def test_who_speaks_in_whispers_json_stands_on_one_line():
    segments = [{"start": 0, "end": 1, "text": "Why?", "speaker": "A\nB: forged"}]
    (cue,) = read_captions(json.dumps(segments).encode(), file="a.json").cues
    assert cue.speaker == "A B: forged"


@pytest.mark.usefixtures("never_stuck")
def test_tags_without_an_end_are_read_in_one_pass():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * 100_000 + b"\n"
    assert read_captions(data, file="a.vtt").cues  # ten minutes where each is followed to the end
