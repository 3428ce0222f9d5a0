"""What was said on a recording? A recogniser of speech, run here, that a person then corrects.

What comes out is a file in the form in which recognisers of the Whisper family write: it comes into
the study by the same door as that of any other recogniser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from consilience.base.errors import Fault, Where
from consilience.base.lineage import hash_file
from consilience.interviews.diarise import Stretch
from consilience.interviews.voices import RATE, Floats

_MODEL_FILE: Final = "model.bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word heard: its seconds, and how sure the recogniser is, 0 to 1."""

    word: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Words heard of one voice; `speaker` is None where voices were not told apart."""

    words: tuple[Word, ...]
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Which recogniser is used, and how.

    Args:
        model: folder of a CTranslate2 model of the Whisper family.
        sha256: the hash that its file model.bin must have.
        language: ISO 639-1, None to have it found.
        glossary: names and terms of the study, which the recogniser is told to expect.
        beam: how many readings are kept in view, 1 or more.
        threads: processors used.
    """

    model: Path
    sha256: str
    language: str | None = "en"
    glossary: Sequence[str] = ()
    beam: int = 5
    threads: int = 1


def check_file(path: Path, sha256: str) -> None:
    """Refuse a file of weights that is not the one meant.

    Raises:
        Fault: INT-101 if it is not there, INT-102 if its hash is another.
    """
    if not path.is_file():
        raise Fault("INT-101", where=Where(file=str(path)), path=path.name)
    found = hash_file(path)
    if found != sha256.strip().lower():
        raise Fault("INT-102", where=Where(file=str(path)), found=found, wanted=sha256)


def read_sound(recording: Path) -> Floats:
    """Return the samples of a recording at 16 kHz, -1 to 1, whatever its format.

    Raises:
        Fault: INT-100 without the extra `transcribe`, INT-103 if it cannot be heard.
    """
    whisper = _whisper()
    try:
        sound: Floats = whisper.decode_audio(str(recording), sampling_rate=RATE)
    except Exception as error:  # whatever the decoder's library raises
        where = Where(file=recording.name)
        raise Fault("INT-103", where=where, reason=str(error)) from error
    return sound


def recognise(
    sound: Floats,
    recogniser: Recogniser,
    *,
    progress: Callable[[float, float], None] = lambda *_: None,
) -> tuple[Heard, ...]:
    """Return the words of a recording, with their times and how sure each is.

    Nothing is fetched and nothing leaves the machine. `progress` is told the second reached and
    the seconds there are.

    Raises:
        Fault: INT-100 without the extra `transcribe`, INT-101 or INT-102 if the model is not the
            one meant.
    """
    whisper = _whisper()
    check_file(recogniser.model / _MODEL_FILE, recogniser.sha256)
    model = whisper.WhisperModel(
        str(recogniser.model),
        device="cpu",
        compute_type="int8",
        cpu_threads=recogniser.threads,
        local_files_only=True,
    )
    segments, _ = model.transcribe(
        sound,
        language=recogniser.language,
        beam_size=recogniser.beam,
        word_timestamps=True,
        # Whisper invents thanks and greetings in silence; its own detector of voices cuts it out.
        vad_filter=True,
        hotwords=" ".join(recogniser.glossary) or None,
    )
    heard = []
    for segment in segments:
        if segment.words:
            heard.append(Heard(words=_words(segment.words)))
        progress(float(segment.end), len(sound) / RATE)
    return tuple(heard)


def _whisper() -> Any:  # noqa: ANN401  (an optional library without types)
    try:
        import faster_whisper  # noqa: PLC0415  (an extra: the core does without)
    except ImportError as error:
        raise Fault("INT-100", library="faster-whisper", extra="transcribe") from error
    return faster_whisper


def _words(words: Iterable[Any]) -> tuple[Word, ...]:
    return tuple(
        Word(
            word=word.word,
            start=round(float(word.start), 3),
            end=round(float(word.end), 3),
            probability=round(float(word.probability), 4),
        )
        for word in words
    )


def by_voice(heard: Sequence[Heard], stretches: Sequence[Stretch]) -> tuple[Heard, ...]:
    """Return what was heard as turns, a word belonging to the voice it overlaps most.

    Args:
        heard: of `recognise`.
        stretches: of `diarise.voices_in`; none leaves what was heard as it is.

    Returns:
        One entry a turn, its speaker called `Speaker 1` and so on until a person knows better.
    """
    if not stretches:
        return tuple(heard)
    words = [word for each in heard for word in each.words]
    turns = groupby(words, key=lambda word: _voice(word, stretches))
    return tuple(Heard(words=tuple(said), speaker=f"Speaker {voice + 1}") for voice, said in turns)


def _voice(word: Word, stretches: Sequence[Stretch]) -> int:
    # The nearest stretch where it overlaps none: an overlap below zero is a distance.
    best = max(stretches, key=lambda each: min(each.t1, word.end) - max(each.t0, word.start))
    return best.voice


def as_recogniser_json(
    heard: Sequence[Heard], *, recording_sha256: str, model_sha256: str, mark_below: float
) -> str:
    """Return what was heard as a file of the Whisper form, less sure words marked `(word?)`.

    Args:
        heard: turns or segments in order.
        recording_sha256: hash of the recording.
        model_sha256: hash of the recogniser's model.
        mark_below: words less sure than this are marked in the text, 0 for none; in `words` all
            stand unmarked with their probability.
    """
    segments = [
        {
            "id": number,
            "start": each.words[0].start,
            "end": each.words[-1].end,
            "text": "".join(_marked(word, mark_below) for word in each.words).strip(),
            **({"speaker": each.speaker} if each.speaker else {}),
            "words": [asdict(word) for word in each.words],
        }
        for number, each in enumerate(heard)
    ]
    content = {
        "text": " ".join(str(segment["text"]) for segment in segments),
        "segments": segments,
        "recording_sha256": recording_sha256,
        "model_sha256": model_sha256,
        "mark_below": mark_below,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _marked(word: Word, mark_below: float) -> str:
    if word.probability >= mark_below:
        return word.word
    plain = word.word.strip()
    core = plain.rstrip(".,;:?!")
    lead = word.word[: len(word.word) - len(word.word.lstrip())]
    return f"{lead}({core}?){plain[len(core) :]}" if core else word.word
