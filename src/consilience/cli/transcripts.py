"""Commands over transcripts: import, list, show, speakers, text, correct, state, withdraw."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.cli.caller import NAMED_STUDY, actor, now, vault_key_if_any, vault_key_set
from consilience.cli.open_words import compared
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
from consilience.cli.sealing import seal
from consilience.cli.withdrawing import withdraw
from consilience.desk import correcting, intake, speakers
from consilience.desk import transcripts as desk
from consilience.desk.kept import opened
from consilience.desk.sealed import vault_for_reading, vault_if_there

_TEXT = click.argument("text")
_VERSION = click.option("--version", type=click.IntRange(1), help="Which version; else the newest.")
_NAMES = click.option(
    "--names", is_flag=True, help="Open the vault to see sealed words and names; it is noted."
)
_BEGINNING = 70


@click.group()
def transcripts() -> None:
    """Take transcripts in, correct them and their speakers, say where they stand."""


transcripts.add_command(withdraw)
transcripts.add_command(seal)


@transcripts.command("import")
@NAMED_STUDY
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(get_args(intake.DocumentKind)), default="interview")
@click.option("--interview", help="The interview they are of; else each is called like its file.")
@click.option("--case", help="The unit of a frame they speak of.")
@click.option("--unsealed", metavar="REASON", help="Why the words can name nobody, such as public.")
@click.option("--simulated", is_flag=True, help="Their words were invented.")
@click.option("--all-or-nothing", is_flag=True, help="One bad file keeps out the others.")
@as_json
def import_(study: Path, files: tuple[Path, ...], machine: bool, **given: Any) -> None:  # noqa: ANN401  (click's values)
    """Take transcripts into STUDY: TXT, MD, DOCX, ODT, RTF, PDF, VTT, SRT, JSON or TSV.

    Words go into the encrypted vault, unless the study says `pseudonymise: false`, is simulated,
    or --unsealed says why they may lie open. A bad file is told and the others go in; the same
    file a second time changes nothing.

    \b
    Example:
      consilience transcripts import my-study intake/*.docx
      consilience transcripts import my-study hearing.txt --unsealed "public hearing"
    """  # noqa: D301
    with faults_told(machine=machine):
        with progress_shown(machine=machine) as progress:
            entries = intake.import_files(
                study,
                _files(files),
                terms=intake.Terms(**given),
                key=vault_key_if_any,
                at=now(),
                actor=actor(),
                progress=progress,
            )
        if machine:
            print_json({"transcripts": entries})
        else:
            _tell(entries)
    if any(entry.outcome == "refused" for entry in entries):
        raise SystemExit(FAULTY)


def _files(given: tuple[Path, ...]) -> list[Path]:
    """Return the files given, and those of a folder and the folders in it that can be read."""
    found: list[Path] = []
    for path in given:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [p for p in inside if p == path or _is_one(p)]
    return found


def _is_one(path: Path) -> bool:
    return path.suffix.lower() in intake.KINDS and path.is_file()


def _tell(entries: tuple[intake.Entry, ...]) -> None:
    for entry in entries:
        for note in entry.notes:
            print_fault(note)
    rows = [(e.name or "", e.outcome, e.turns, e.length, e.file) for e in entries]
    print_table(("text", "outcome", "turns", "characters", "file"), rows)
    count = sum(entry.outcome == "entered" for entry in entries)
    out.print(f"{count} entered of {len(entries)}")


@transcripts.command("list")
@NAMED_STUDY
@as_json
def list_(study: Path, machine: bool) -> None:
    """List the texts of STUDY: state, newest version, turns, whether it is sealed.

    \b
    Example:
      consilience transcripts list my-study
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        found = desk.listed(engine)
        if machine:
            print_json({"transcripts": found})
            return
        print_table(
            ("text", "kind", "state", "version", "", "turns", "characters", "interview"),
            [
                (
                    each.document.name,
                    each.document.kind,
                    each.state.state if each.state else "",
                    f"{each.versions[-1].number} {each.versions[-1].kind}",
                    "sealed" if each.versions[-1].sealed else "",
                    each.turns,
                    each.versions[-1].length,
                    each.document.interview or "",
                )
                for each in found
            ],
        )


@transcripts.command()
@NAMED_STUDY
@_TEXT
@_VERSION
@_NAMES
@as_json
def show(study: Path, text: str, version: int | None, names: bool, machine: bool) -> None:
    """Show the turns of a TEXT: number, speaker, time, place and first words.

    \b
    Example:
      consilience transcripts show my-study s01
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        vault = vault_for_reading(study, vault_key_if_any() if names else None)
        found = speakers.review_of(
            engine, text, version=version, vault=vault, at=now(), actor=actor()
        )
        if machine:
            known = {"about": found.about, "version": found.version, "turns": found.turns}
            print_json(known)
            return
        for name, value in found.about.items():
            out.print(f"{name}: {escape(str(value or ''))}")
        print_table(
            ("turn", "speaker", "time", "from", "to", "words"),
            [
                (
                    number,
                    turn.speaker or "",
                    _clock(turn.t0),
                    turn.start,
                    turn.end,
                    " ".join(found.text[turn.said : min(turn.end, turn.said + _BEGINNING)].split()),
                )
                for number, turn in enumerate(found.turns, start=1)
            ],
        )


@transcripts.command("speakers")
@NAMED_STUDY
@_TEXT
@_VERSION
@_NAMES
@click.option("--call", nargs=2, multiple=True, metavar="OLD NEW", help="Rename; two alike merge.")
@click.option("--turn", nargs=2, type=(int, str), metavar="N WHO", help="Who says turn N.")
@click.option("--move", nargs=2, type=(int, int), metavar="N PLACE", help="Where turn N begins.")
@click.option(
    "--split", nargs=3, type=(int, int, str), metavar="N PLACE WHO", help="Part turn N in two."
)
@click.option("--join", type=int, metavar="N", help="Join turn N with the next.")
@as_json
def speakers_(
    study: Path,
    text: str,
    version: int | None,
    names: bool,
    machine: bool,
    **given: Any,  # noqa: ANN401  (click's values)
) -> None:
    """List who speaks in a TEXT, and correct it.

    \b
    Example:
      consilience transcripts speakers my-study s01 --call "Speaker 1" Interviewer
      consilience transcripts speakers my-study s01 --split 14 5120 R2
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        place = speakers.Place(
            document=text,
            version=version,
            vault=vault_for_reading(study, vault_key_if_any() if names else None),
            against=vault_if_there(study, vault_key_set() if any(given.values()) else None),
            at=now(),
            actor=actor(),
        )
        counts = _correct_speakers(engine, place, given)
        if counts is not None and not (place.vault or place.against):
            _warn(speakers.unchecked_names(study, _names_given(given)))
        elif counts is not None:
            _warn(speakers.unsearched_names(engine, place))
        if counts is None:
            counts = speakers.counted(engine, place)
        if machine:
            print_json({"speakers": counts})
        else:
            print_table(("speaker", "turns"), counts.items())


def _names_given(given: dict[str, Any]) -> list[str]:
    """Return what speakers are to be called."""
    names = [new for _, new in given["call"]]
    return names + [given[each][-1] for each in ("turn", "split") if given[each]]


def _warn(warning: Fault | None) -> None:
    if warning is not None:
        print_fault(warning)


def _correct_speakers(
    engine: Any,  # noqa: ANN401  (an engine, which faces only pass on)
    place: speakers.Place,
    given: dict[str, Any],
) -> dict[str, int] | None:
    """Do what was asked, in this order; None if nothing was."""
    counts = None
    if given["call"]:
        counts = speakers.set_speakers(engine, place, dict(given["call"]))
    for name, change in (
        ("turn", speakers.set_speaker_of),
        ("move", speakers.move_turn),
        ("split", speakers.split_turn),
    ):
        if given[name]:
            counts = change(engine, place, *given[name])
    if given["join"] is not None:
        counts = speakers.join_turns(engine, place, given["join"])
    return counts


@transcripts.command("text")
@NAMED_STUDY
@_TEXT
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="The file.")
@_VERSION
@_NAMES
@as_json
def text_(
    study: Path, text: str, target: Path, version: int | None, names: bool, machine: bool
) -> None:
    """Write the words of a TEXT into a file, to be edited and brought back by `correct`.

    \b
    Example:
      consilience transcripts text my-study s01 --to s01.txt
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        vault = vault_for_reading(study, vault_key_if_any() if names else None)
        found = desk.write_text(
            engine, text, target, version=version, vault=vault, at=now(), actor=actor()
        )
        if machine:
            print_json({"file": target, "version": found})
        else:
            out.print(f"wrote version {found.number} ({found.kind}) to {escape(str(target))}")


@transcripts.command()
@NAMED_STUDY
@_TEXT
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--base", "--version", "base", type=click.IntRange(1), metavar="N",
    help="The version that FILE was made from; else it must be the newest.",
)  # fmt: skip
@_NAMES
@as_json
def correct(
    study: Path, text: str, file: Path, base: int | None, names: bool, machine: bool
) -> None:
    """Take an edited FILE as a new version of a TEXT; codings follow.

    No name of the registry comes into a version without names: its new words are compared where
    CONSILIENCE_VAULT_KEY is set. Without it nobody looks, and the text is not deposited before
    somebody has. A text falls back from `cleared`, and you are told which codings lost words.

    If somebody corrected TEXT since FILE was written out, nothing is done until --base says from
    which version FILE comes: then its changes are put beside those of the others.

    \b
    Example:
      consilience transcripts text my-study s01 --to s01.txt
      consilience transcripts correct my-study s01 s01.txt
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        made = correcting.correct(
            engine,
            text,
            file,
            version=base,
            vault=vault_for_reading(study, vault_key_if_any() if names else None),
            against=vault_if_there(study, vault_key_set()),
            at=now(),
            actor=actor(),
        )
        if machine:
            print_json(made)
        elif made.version is None:
            out.print("nothing differs")
        else:
            differ = counted(made.changes, "place differs", "places differ")
            out.print(f"version {made.version.number}: {differ}")
            if made.state:
                out.print(f"{escape(text)} is {made.state} again, as its words are others now")
            for fault in made.faults:
                print_fault(fault)


@transcripts.command()
@NAMED_STUDY
@_TEXT
@click.argument("state", type=click.Choice(desk.SAID))
@click.option("--reason", default="", help="Why, in a few words, naming nobody.")
@as_json
def state(study: Path, text: str, state: Any, reason: str, machine: bool) -> None:  # noqa: ANN401
    """Say that a TEXT is in a STATE, with the reason.

    A TEXT such as "S*" stands for all whose names begin so. Of these, texts that are withdrawn or
    erased are left out and named; the others come into the state all or none.

    \b
    Example:
      consilience transcripts state my-study s01 checked --reason "listened through"
      consilience transcripts state my-study "S*" cleared --reason "read for the deposit"
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        compared(engine, study, "the reason", reason)
        said: dict[str, Any] = {"reason": reason, "at": now(), "actor": actor()}
        if "*" not in text:
            change = desk.bring_to_state(engine, text, state, **said)
            if machine:
                print_json(change)
            else:
                out.print(f"{escape(text)}: {change.state}")
            return
        brought = desk.bring_all_to_state(engine, text, state, **said)
        if machine:
            print_json(brought)
            return
        for name, change in brought.changes.items():
            out.print(f"{escape(name)}: {change.state}")
        if brought.warning:
            print_fault(brought.warning)


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
