"""Commands over recordings: add, list, check, assign, transcribe."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.caller import NAMED_STUDY, actor, now
from consilience.cli.output import (
    FAULTY,
    as_json,
    faults_told,
    out,
    print_fault,
    print_json,
    print_table,
    progress_shown,
)
from consilience.desk import recordings as desk

_SHORT = 12


@click.group()
def recordings() -> None:
    """Keep account of recordings by their hash, and have them written down."""


@recordings.command()
@NAMED_STUDY
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--interview", help="The interview they are of.")
@as_json
def add(study: Path, files: tuple[Path, ...], interview: str | None, machine: bool) -> None:
    """Enter recordings, or folders of them; the files stay where they are.

    \b
    Example:
      consilience recordings add my-study tapes/s01.m4a --interview s01
    """  # noqa: D301
    with faults_told(machine=machine):
        done = desk.enter(study, files, interview=interview, at=now(), actor=actor())
        if machine:
            print_json({"entered": done.new, "notes": done.notes})
            return
        for note in done.notes:
            print_fault(note)
        out.print(f"{len(done.new)} entered")


@recordings.command("list")
@NAMED_STUDY
@as_json
def list_(study: Path, machine: bool) -> None:
    """List the recordings of STUDY, with interview and transcriber.

    \b
    Example:
      consilience recordings list my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        known = desk.inventory(study)
        if machine:
            print_json({"recordings": known})
            return
        print_table(
            ("recording", "hash", "bytes", "interview", "transcriber"),
            [
                (r.name, r.sha256[:_SHORT], r.size, r.interview or "", r.transcriber or "")
                for r in known
            ],
        )


@recordings.command()
@NAMED_STUDY
@click.argument("folder", type=click.Path(path_type=Path))
@as_json
def check(study: Path, folder: Path, machine: bool) -> None:
    """Say whether the recordings of STUDY lie in FOLDER as they were entered.

    \b
    Example:
      consilience recordings check my-study tapes
    """  # noqa: D301
    with faults_told(machine=machine):
        states = desk.check(study, folder)
        if machine:
            print_json({"recordings": [{"name": r.name, "state": state} for r, state in states]})
        else:
            print_table(("recording", "state"), [(r.name, state) for r, state in states])
    if any(state != "as it was" for _, state in states):
        raise SystemExit(FAULTY)


@recordings.command()
@NAMED_STUDY
@click.argument("recording")
@click.option("--to", "transcriber", help="Who is to write it down.")
@click.option("--interview", help="The interview it is of.")
@as_json
def assign(
    study: Path, recording: str, transcriber: str | None, interview: str | None, machine: bool
) -> None:
    """Say who writes RECORDING (its name or hash) down, or which interview it is of.

    \b
    Example:
      consilience recordings assign my-study s01.m4a --to t1
    """  # noqa: D301
    with faults_told(machine=machine):
        known = desk.assign(
            study,
            recording,
            transcriber=transcriber,
            interview=interview,
            at=now(),
            actor=actor(),
        )
        if machine:
            print_json(known)
        else:
            out.print(f"{escape(known.name)}: {known.interview or '?'}, {known.transcriber or '?'}")


@recordings.command()
@click.argument("recording", type=click.Path(path_type=Path))
@click.option(
    "--model",
    nargs=2,
    required=True,
    metavar="FOLDER SHA256",
    help="Folder of a CTranslate2 model, and the hash that its model.bin must have.",
)
@click.option("--to", "target", type=click.Path(path_type=Path), help="File to write (.json).")
@click.option("--language", default="en", show_default=True)
@click.option("--glossary", type=click.Path(path_type=Path), help="Names and terms, one a line.")
@click.option(
    "--voices",
    nargs=2,
    metavar="FILE SHA256",
    help="Weights of a voice encoder to tell speakers apart, and their hash.",
)
@click.option("--speakers", type=click.IntRange(1, 20), help="How many speak, if known.")
@as_json
def transcribe(
    recording: Path,
    model: tuple[str, str],
    target: Path | None,
    language: str,
    glossary: Path | None,
    voices: tuple[str, str] | None,
    speakers: int | None,
    machine: bool,
) -> None:
    """Write down what is said on RECORDING, here, with speakers proposed.

    The file is then imported like that of any other recogniser; a person corrects it.

    \b
    Example:
      consilience recordings transcribe s01.m4a --model whisper-base d1e9... \\
        --glossary glossary.txt --voices pretrained.pt 39373b... --to s01.json
      consilience transcripts import my-study s01.json
    """  # noqa: D301
    with faults_told(machine=machine):
        written = target or recording.with_suffix(".json")
        recogniser = desk.Recogniser(
            model=Path(model[0]),
            sha256=model[1],
            language=language,
            glossary=desk.terms_of(glossary) if glossary else (),
        )
        told = None
        if voices:
            told = desk.Voices(weights=Path(voices[0]), sha256=voices[1], speakers=speakers)
        with progress_shown(machine=machine) as progress:
            turns = desk.write_down(
                recording, written, recogniser=recogniser, voices=told, progress=progress
            )
        if machine:
            print_json({"file": written, "turns": turns})
        else:
            out.print(f"wrote {counted(turns, 'turn')} to {escape(str(written))}")
