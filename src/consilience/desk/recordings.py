"""Enter recordings, see that they are as they were, have them written down."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from consilience.base.errors import Fault, Where
from consilience.base.lineage import hash_file
from consilience.design.model import Study
from consilience.desk.checks import read_checked
from consilience.desk.intake import Terms, terms_of_study
from consilience.desk.kept import at_work, opened
from consilience.desk.talk_plan import planned
from consilience.interviews.diarise import Stretch, voices_in
from consilience.interviews.model import Recording, RecordingState
from consilience.interviews.recordings import MEDIA, compare
from consilience.interviews.transcribe import (
    Recogniser,
    as_recogniser_json,
    by_voice,
    check_file,
    read_sound,
    recognise,
)
from consilience.interviews.transcripts import is_plain_name
from consilience.interviews.voices import read_weights
from consilience.store.database import snapshot, transaction
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.recordings import (
    find_recordings,
    keep_recording,
    recordings,
    update_recording,
)

__all__ = [
    "Entered",
    "Recogniser",
    "Voices",
    "assign",
    "check",
    "enter",
    "inventory",
    "terms_of",
    "write_down",
]

Progress = Callable[[str, str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """How voices are told apart: the weights, the hash they must have, how many speak if known."""

    weights: Path
    sha256: str
    speakers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of recordings: those that were new, and warnings INT-108 and INT-109."""

    new: tuple[Recording, ...]
    notes: tuple[Fault, ...]


def enter(
    folder: Path, files: Sequence[Path], *, interview: str | None, at: dt.datetime, actor: str
) -> Entered:
    """Enter recordings into the inventory of a study, each once by its hash.

    Where texts of the study are sealed, a file whose name may be somebody's is known by its hash.

    Args:
        folder: the study folder.
        files: recordings, or folders that hold some.
        interview: the interview they are of, None while unknown.
        at: the time now.
        actor: who enters them.

    Raises:
        Fault: INT-105 if one is no recording, INT-068 if the interview is not in the plan; then
            none is entered.
        Faults: what is wrong with the study file.
    """
    study = read_checked(folder)
    sealed = terms_of_study(study, Terms()).unsealed is None
    drafts = [(path, _entry(path, interview, at, sealed=sealed)) for path in _media(files)]
    with at_work(folder) as engine:
        _check_interview(study, folder, engine, interview)
        return _keep(engine, drafts, at=at, actor=actor)


def _keep(
    engine: Engine, drafts: Sequence[tuple[Path, Recording]], *, at: dt.datetime, actor: str
) -> Entered:
    notes: list[Fault] = []
    with transaction(engine) as connection:
        known = {each.sha256: each.name for each in recordings(connection)}
        new = []
        for path, each in drafts:
            if keep_recording(connection, each):
                new.append(each)
                known[each.sha256] = each.name
                if each.name != path.name:
                    notes.append(Fault("INT-109", name=each.name))
            elif known[each.sha256] not in (path.name, each.name):
                notes.append(Fault("INT-108", file=each.name, name=known[each.sha256]))
        for each in new:
            append(
                connection,
                at=at,
                actor=actor,
                action="recording",
                subject=each.sha256,
                detail={"size": each.size, "interview": each.interview},
            )
    return Entered(new=tuple(new), notes=tuple(notes))


def _check_interview(study: Study, folder: Path, engine: Engine, interview: str | None) -> None:
    """See that an interview is in the plan of a study that has one.

    Raises:
        Fault: INT-068 if it is not.
    """
    plan = planned(study, folder, engine)
    if interview is not None and plan and interview not in plan:
        raise Fault("INT-068", what="interview", value=interview)


def _media(files: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix.lower() in MEDIA)
        elif path.is_file() and path.suffix.lower() in MEDIA:
            found.append(path)
        else:
            raise Fault("INT-105", where=Where(file=str(path)), path=path.name)
    return found


def _entry(path: Path, interview: str | None, at: dt.datetime, *, sealed: bool) -> Recording:
    sha256, name = hash_file(path), path.name
    if sealed and not is_plain_name(path.stem):
        name = f"recording-{sha256[:8]}{path.suffix.lower()}"
    return Recording(
        sha256=sha256,
        name=name,
        size=path.stat().st_size,
        interview=interview,
        at=at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def inventory(folder: Path) -> tuple[Recording, ...]:
    """Return the recordings of a study."""
    with opened(folder) as engine, snapshot(engine) as connection:
        return tuple(recordings(connection))


def check(folder: Path, place: Path) -> tuple[tuple[Recording, RecordingState], ...]:
    """Return for each recording whether the files of a folder are as they were entered."""
    found = {path.name: hash_file(path) for path in _media([place])}
    return compare(inventory(folder), found)


def assign(
    folder: Path,
    named: str,
    *,
    transcriber: str | None,
    interview: str | None,
    at: dt.datetime,
    actor: str,
) -> Recording:
    """Say who is to write a recording down, or which interview it is of; None leaves as it is.

    Raises:
        Fault: INT-106 if no recording, or more than one, is called so, INT-068 if the interview is
            not in the plan.
        Faults: what is wrong with the study file.
    """
    study = read_checked(folder)
    given = {"transcriber": transcriber, "interview": interview}
    values = {name: value for name, value in given.items() if value is not None}
    with opened(folder) as engine, contextlib.ExitStack() as stack:
        _check_interview(study, folder, engine, interview)
        connection = stack.enter_context(transaction(engine))
        found = find_recordings(connection, named)
        if len(found) != 1:
            raise Fault("INT-106", named=named, count=len(found))
        if values:
            update_recording(connection, found[0].sha256, **values)
        append(
            connection,
            at=at,
            actor=actor,
            action="recording",
            subject=found[0].sha256,
            detail=values,
        )
        return find_recordings(connection, found[0].sha256)[0]


def write_down(
    recording: Path,
    target: Path,
    *,
    recogniser: Recogniser,
    voices: Voices | None = None,
    mark_below: float = 0.5,
    progress: Progress = lambda *_: None,
) -> int:
    """Write what a recogniser hears on a recording into a file; return the number of turns.

    Args:
        recording: an audio or video file.
        target: a new file in the Whisper form, to be imported as a transcript.
        recogniser: the model and its settings.
        voices: how voices are told apart, None to propose no speakers.
        mark_below: words less sure than this are marked `(word?)`.
        progress: told `listening`, the second reached and the seconds there are.

    Raises:
        Fault: INT-100 to INT-104 if the means are not there or the recording cannot be heard.
    """
    sound = read_sound(recording)
    stretches: tuple[Stretch, ...] = ()
    if voices is not None:
        check_file(voices.weights, voices.sha256)
        stretches = voices_in(sound, read_weights(voices.weights), speakers=voices.speakers)

    def reached(second: float, seconds: float) -> None:
        progress(recording.name, "listening", int(second), int(seconds))

    heard = by_voice(recognise(sound, recogniser, progress=reached), stretches)
    text = as_recogniser_json(
        heard,
        recording_sha256=hash_file(recording),
        model_sha256=recogniser.sha256,
        mark_below=mark_below,
    )
    write_whole(target, text.encode())
    return len(heard)


def terms_of(glossary: Path) -> tuple[str, ...]:
    """Return the names and terms of a glossary, one a line.

    Raises:
        Fault: INT-107 if it cannot be read as text.
    """
    try:
        lines = glossary.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("INT-107", where=Where(file=str(glossary)), reason=str(error)) from error
    return tuple(line.strip() for line in lines if line.strip())
