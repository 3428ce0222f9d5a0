"""Commands over exchange files: inspect, import, export, codebook."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from consilience.base.errors import Fault
from consilience.base.settings import VAULT_KEY
from consilience.cli.caller import NAMED_STUDY, actor, now, vault_key, vault_key_if_any
from consilience.cli.output import as_json, faults_told, out, print_fault, print_json, print_table
from consilience.desk import exchange as desk

_FILE = click.argument("file", type=click.Path(path_type=Path))
_CONVENTION = click.option(
    "--convention",
    help="How positions are counted: standard, nvivo-windows, maxqda, atlas-ti, qualcoder, or "
    "words such as utf16,filed,bom,inclusive. Found out if not given.",
)
_SHOWN = 5


@click.group()
def qda() -> None:
    """Exchange coded texts with NVivo, MAXQDA, ATLAS.ti, QualCoder, Taguette and RQDA."""


@qda.command()
@_FILE
@_CONVENTION
@as_json
def inspect(file: Path, convention: str | None, machine: bool) -> None:
    """Say what FILE holds, how its positions are counted and what would be lost.

    FILE is a .qdpx or .qde, a .qda folder of QualCoder, a .sqlite3 of Taguette or a .rqda.
    Nothing is imported.

    \b
    Example:
      consilience qda inspect from-nvivo.qdpx
    """  # noqa: D301
    with faults_told(machine=machine):
        found = desk.inspect_file(file, convention=convention)
        if machine:
            print_json(
                {
                    "name": found.name,
                    "origin": found.origin,
                    "convention": _verdict(found.verdict),
                    "refusal": found.refusal,
                    "counts": found.counts,
                    "warnings": found.warnings,
                    "losses": found.losses,
                }
            )
            return
        out.print(f"[bold]{escape(found.name)}[/], from {escape(found.origin)}")
        _print_verdict(found.verdict)
        print_table(("what", "count"), [(k, v) for k, v in found.counts.items() if v])
        _print_notes(found.warnings, found.losses)
        if found.refusal is not None:
            print_fault(found.refusal)


@qda.command("import")
@NAMED_STUDY
@_FILE
@_CONVENTION
@click.option(
    "--coder",
    "coders",
    multiple=True,
    metavar="NAME=ID",
    help="The id here of the user called NAME there; give it once for each.",
)
@click.option("--unsealed", metavar="REASON", help="Why the texts can name nobody.")
@as_json
def import_(
    study: Path,
    file: Path,
    convention: str | None,
    coders: tuple[str, ...],
    unsealed: str | None,
    machine: bool,
) -> None:
    """Take a project of another program into STUDY: all of it, or nothing.

    Texts that are here already get the codings; new ones go into the vault, with their memos.

    \b
    Example:
      consilience qda import my-study from-nvivo.qdpx --coder "Kim Lee=kim"
    """  # noqa: D301
    with faults_told(machine=machine):
        done = desk.import_file(
            study,
            file,
            convention=convention,
            coders=dict(_pair(each) for each in coders),
            unsealed=unsealed,
            key=vault_key_if_any,
            at=now(),
            actor=actor(),
        )
        if machine:
            print_json(
                {
                    "convention": _verdict(done.verdict),
                    "counts": done.counts,
                    "coders": done.coders,
                    "warnings": done.warnings,
                    "losses": done.losses,
                }
            )
            return
        _print_verdict(done.verdict)
        print_table(("what", "count"), [(k, v) for k, v in done.counts.items() if v])
        out.print(f"coders: {escape(', '.join(done.coders) or 'none')}")
        _print_notes(done.warnings, done.losses)


@qda.command()
@NAMED_STUDY
@as_json
def memos(study: Path, machine: bool) -> None:
    """Show the memos of STUDY whose words lie in the vault; the ledger keeps that it was opened.

    Memos that come with texts that are sealed are sealed with them, as they may name people.

    \b
    Example:
      consilience qda memos my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        found = desk.sealed_memos(study, vault_key(), at=now(), actor=actor())
        if machine:
            print_json({"memos": found})
            return
        rows = [(each.on, each.thing, each.author, each.title, each.text) for each in found]
        print_table(("on", "thing", "author", "title", "words"), rows)


@qda.command()
@NAMED_STUDY
@_FILE
@click.option(
    "--profile",
    type=click.Choice(sorted(desk.PROFILES)),
    default="standard",
    show_default=True,
    help="For which program.",
)
@click.option(
    "--without-sidecar",
    "bare",
    is_flag=True,
    help="Leave out what only this program reads, such as who may see what.",
)
@click.option("--coder", "coders", multiple=True, help="Only codings of this coder.")
@click.option(
    "--without-attributes",
    "no_attributes",
    is_flag=True,
    help="Leave out what the frames know of cases, such as region and type.",
)
@click.option("--unchecked", metavar="REASON", help="Why it may go without a look for names.")
@as_json
def export(
    study: Path,
    file: Path,
    profile: str,
    bare: bool,
    coders: tuple[str, ...],
    no_attributes: bool,
    unchecked: str | None,
    machine: bool,
) -> None:
    """Write the coded texts of STUDY into FILE (.qdpx): versions without names, no others.

    The finished file is looked through for every name of the vault, and not written if one is left.

    \b
    Example:
      consilience qda export my-study for-nvivo.qdpx --profile nvivo-windows
    """  # noqa: D301
    with faults_told(machine=machine):
        done = desk.export_file(
            study,
            file,
            profile=profile,
            sidecar=not bare,
            chosen=desk.Chosen(coders=coders, attributes=not no_attributes),
            names=desk.NameCheck(key=os.environ.get(VAULT_KEY), waived=unchecked),
            at=now(),
            actor=actor(),
        )
        _print_export(done, machine=machine)


@qda.group()
def codebook() -> None:
    """Exchange the codebook alone (.qdc)."""


@codebook.command("import")
@NAMED_STUDY
@_FILE
@as_json
def import_codebook(study: Path, file: Path, machine: bool) -> None:
    """Take the codes of FILE (.qdc, or a project) into the codebook of STUDY; known ones stay.

    \b
    Example:
      consilience qda codebook import my-study codes.qdc
    """  # noqa: D301
    with faults_told(machine=machine):
        done = desk.import_codebook(study, file, at=now(), actor=actor())
        if machine:
            print_json({"counts": done.counts, "warnings": done.warnings, "losses": done.losses})
            return
        print_table(("what", "count"), list(done.counts.items()))
        _print_notes(done.warnings, done.losses)


@codebook.command("export")
@NAMED_STUDY
@_FILE
@as_json
def export_codebook(study: Path, file: Path, machine: bool) -> None:
    """Write the codebook of STUDY into FILE (.qdc).

    \b
    Example:
      consilience qda codebook export my-study codes.qdc
    """  # noqa: D301
    with faults_told(machine=machine):
        _print_export(desk.export_codebook(study, file), machine=machine)


def _print_export(done: desk.Exported, *, machine: bool) -> None:
    if machine:
        print_json(done)
        return
    print_table(("what", "count"), list(done.counts.items()))
    _print_notes(done.warnings, done.losses)
    out.print(f"written: {escape(str(done.target))}")


def _verdict(verdict: desk.Verdict) -> Mapping[str, Any]:
    return {
        "taken": str(verdict.convention),
        "basis": verdict.basis,
        "score": verdict.score,
        "margin": verdict.margin,
        "looked_at": verdict.looked_at,
        "scores": {str(each.convention): each.score for each in verdict.standings},
    }


def _print_verdict(verdict: desk.Verdict) -> None:
    score = "" if verdict.score is None else f", score {verdict.score:.3f}"
    out.print(f"positions: {verdict.convention} (by {verdict.basis}{score})")
    others = [each for each in verdict.standings if each.convention != verdict.convention]
    if others and verdict.basis in ("words", "quotes"):
        told = ", ".join(f"{each.convention} {each.score:.3f}" for each in others[:_SHOWN])
        out.print(f"next best: {told}")


def _print_notes(warnings: Sequence[Fault], losses: Sequence[desk.Loss]) -> None:
    for fault in warnings:
        print_fault(fault)
    if losses:
        print_table(("without a place", "count"), [(each.what, each.count) for each in losses])


def _pair(value: str) -> tuple[str, str]:
    name, _, wanted = value.rpartition("=")
    if not name or not wanted:
        raise click.BadParameter(f"{value!r} is not NAME=ID", param_hint="--coder")
    return name, wanted
