"""Commands over what could name a person: find, decide, apply, restore, check, measure."""

from __future__ import annotations

import functools
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.caller import NAMED_STUDY, actor, now, vault_key
from consilience.cli.output import (
    FAULTY,
    as_json,
    faults_told,
    out,
    print_fault,
    print_json,
    print_table,
)
from consilience.desk import deidentification as desk
from consilience.desk import vault_check

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def deidentify() -> None:
    """Find what could name a person, and put replacements in its place, reversibly.

    \b
    In turn:
      consilience deidentify candidates my-study --out names.csv
      consilience deidentify decide my-study names.csv
      consilience deidentify apply my-study
      consilience deidentify check my-study out/quotes.csv
    """  # noqa: D301


@deidentify.command()
@NAMED_STUDY
@click.option("--out", "target", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--nlp", is_flag=True, help="Ask a language model too (extra `nlp`).")
@as_json
def candidates(study: Path, target: Path, nlp: bool, machine: bool) -> None:
    """Find names in all texts of STUDY and write the table to decide. It holds names.

    \b
    Example:
      consilience deidentify candidates my-study --out names.csv
    """  # noqa: D301
    with faults_told(machine=machine):
        found = desk.write_candidates(study, target, vault_key(), nlp=nlp, at=now(), actor=actor())
    if machine:
        print_json({"entities": found, "file": target})
    else:
        entities = counted(found, "entity", "entities")
        out.print(f"{entities} in {escape(str(target))}: fill in, then delete the file.")


@deidentify.command()
@NAMED_STUDY
@click.argument("file", type=_FILE)
@click.option("--dates", type=click.Choice(["month", "year"]), help="What is kept of a day.")
@as_json
def decide(study: Path, file: Path, dates: str | None, machine: bool) -> None:
    """Take the decisions of FILE into the vault of STUDY.

    Columns: entity, decision (replace, generalise, keep, ask), replacement in [brackets], same_as,
    note; with document, start and end a row speaks of one passage. An entity with its own number
    in same_as is by itself again, as it was before it became part of another.

    \b
    Example:
      consilience deidentify decide my-study names.csv --dates month
    """  # noqa: D301
    year_only = None if dates is None else dates == "year"
    with faults_told(machine=machine):
        count, warnings = desk.take_decisions(
            study, file, vault_key(), year_only=year_only, at=now(), actor=actor()
        )
    if machine:
        print_json({"rows": count, "faults": warnings})
        return
    out.print(f"{counted(count, 'row')} taken into the vault. Delete {escape(str(file))} now.")
    for fault in warnings:
        print_fault(fault)


@deidentify.command()
@NAMED_STUDY
@click.option(
    "--discard", multiple=True, metavar="TEXT", help="Leave out corrections by hand of this text."
)
@click.option(
    "--leave-asked", is_flag=True, help="Leave people, contacts and codes at `ask` in the texts."
)
@click.option(
    "--seal-raw",
    is_flag=True,
    help="Put what came in open into the vault too, not only older ones.",
)
@as_json
def apply(study: Path, machine: bool, **given: Any) -> None:  # noqa: ANN401  (click's values)
    """Make the pseudonymised version of every text of STUDY.

    Only texts in whose present words names were looked for get one. What nobody decided gets the
    replacement that was proposed. Corrections that were made by hand in the version before are
    made in the new one. Of each text the newest version without names lies open; older ones, in
    which a name may stand that was found since, go into the vault.

    \b
    Example:
      consilience deidentify apply my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        made, warnings = desk.apply(study, vault_key(), **given, at=now(), actor=actor())
    if machine:
        print_json({"texts": made, "faults": warnings})
        return
    print_table(
        ("text", "version", "replacements", "corrections"),
        [
            (
                each.document,
                each.version or "as it was",
                each.edits,
                "left out" if each.discarded else each.carried or "",
            )
            for each in made
        ],
    )
    sealed = sum(each.sealed for each in made)
    if sealed:
        out.print(f"{counted(sealed, 'older version')} that lay open went into the vault.")
    for fault in warnings:
        print_fault(fault)


@deidentify.command()
@NAMED_STUDY
@click.argument("text")
@click.option("--out", "target", required=True, type=click.Path(path_type=Path, dir_okay=False))
def restore(study: Path, text: str, target: Path) -> None:
    """Write TEXT of STUDY as it was before names were replaced.

    If the rest of what the vault keeps of it was damaged, the text is written and that is told.

    \b
    Example:
      consilience deidentify restore my-study s01 --out raw.txt
    """  # noqa: D301
    key, at, who = vault_key(), now(), actor()
    with faults_told(machine=False):
        desk.restore_to(study, text, target, key, at=at, actor=who)
        faults = vault_check.look_through(study, key, named=text, at=at, actor=who)
    out.print(f"{escape(str(target))} names people: delete it when you have read it.")
    for fault in faults:
        print_fault(fault)
    if faults:
        raise SystemExit(FAULTY)


@deidentify.command()
@NAMED_STUDY
@click.argument("files", nargs=-1, type=_FILE)
@click.option(
    "--clear", is_flag=True, help="Remove for good what belongs to no text; without FILES only."
)
@as_json
def check(study: Path, files: tuple[Path, ...], clear: bool, machine: bool) -> None:
    """See that no name of the registry of STUDY stands in FILES, before they go out.

    Without FILES, see that the vault is whole: nothing gone, changed, or left of an import that
    was cut off. What is left can be removed with --clear; look first, and do not if the database
    came from a backup that is older than the vault: it does not know the newer texts then.

    \b
    Example:
      consilience deidentify check my-study for-nvivo.qdpx quotes.docx
      consilience deidentify check my-study --clear
    """  # noqa: D301
    if files and clear:
        raise click.UsageError("--clear goes with no files")
    look = functools.partial(desk.check_files, files=files) if files else vault_check.look_through
    with faults_told(machine=machine):
        key, at, who = vault_key(), now(), actor()
        gone = vault_check.clear_left_over(study, key, at=at, actor=who) if clear else ()
        faults = look(study, key=key, at=at, actor=who)
    if machine:
        print_json({"files": len(files), "faults": faults, **({"removed": gone} if clear else {})})
    else:
        if clear:
            out.print(f"{counted(len(gone), 'entry', 'entries')} of no text removed")
        for fault in faults:
            print_fault(fault)
        left, none = "names are left", f"{counted(len(files), 'file')}: no name of the registry"
        whole = "the vault is not whole" if faults else "the vault is whole"
        out.print((left if faults else none) if files else whole)
    if any(not fault.is_warning for fault in faults):
        raise SystemExit(FAULTY)


@deidentify.command()
@NAMED_STUDY
def passphrase(study: Path) -> None:
    """Let another pass phrase open the vault of STUDY from now on; asked for, twice.

    Copies of the vault made before still open with the older one.

    \b
    Example:
      consilience deidentify passphrase my-study
    """  # noqa: D301
    key = vault_key()
    new: str = click.prompt(
        "New key of the vault", hide_input=True, confirmation_prompt=True, err=True
    )
    with faults_told(machine=False):
        vault_check.change_pass_phrase(study, key, new, at=now(), actor=actor())
    out.print("The new pass phrase opens the vault. Write it down and lock it away.")


@deidentify.command()
@NAMED_STUDY
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@as_json
def files(study: Path, files: tuple[Path, ...], folder: Path, machine: bool) -> None:
    """Write FILES (text, CSV) with the replacements of STUDY, in content and in name.

    \b
    Example:
      consilience deidentify files my-study answers.csv --out clean
    """  # noqa: D301
    with faults_told(machine=machine):
        written = desk.replace_files(study, files, folder, vault_key(), at=now(), actor=actor())
    if machine:
        print_json({"files": written})
    else:
        out.print(f"{counted(len(written), 'file')} in {escape(str(folder))}")


@deidentify.command()
@click.argument("file", type=_FILE)
@click.option("--nlp", is_flag=True, help="Mask what a language model finds too (extra `nlp`).")
@click.option("--missed", "listed", is_flag=True, help="List the mentions that were not found.")
@as_json
def evaluate(file: Path, nlp: bool, listed: bool, machine: bool) -> None:
    """Measure the rules on FILE, texts that people marked in the form of TAB.

    Recall counts entities of which every mention is masked; precision the share of masked tokens
    that are marked; recall of DEM its tokens. Source: Pilán et al. 2022. Masked is all that is
    put before a person: passages to decide about, and in speech the sentences with which they are
    shown; the figures of `passages` leave sentences out.

    FILE is a JSON list of texts, each with `doc_id`, `text` and `annotations`: by annotator
    `entity_mentions` with `start_offset`, `end_offset` (code points), `entity_id` (one
    for all mentions of an entity), `entity_type` (PERSON, CODE, LOC, ORG, DEM, DATETIME, QUANTITY,
    MISC) and `identifier_type` (DIRECT, QUASI, NO_MASK).

    \b
    Example:
      consilience deidentify evaluate validation/deidentification/dev-01.json --missed
    """  # noqa: D301
    with faults_told(machine=machine):
        made = desk.evaluate(file, nlp=nlp, seconds=time.process_time)
    shown = {
        "recall_direct": made.figures.recall_direct,
        "recall_quasi": made.figures.recall_quasi,
        "precision_token": made.figures.precision_token,
        "recall_token_dem": made.figures.recall_token_dem,
        "words_per_second": made.words_per_second,
        "texts": made.figures.texts,
        "words": made.figures.words,
        "share_marked": made.share_marked,
        "share_passages": made.share_passages,
        "recall_direct_passages": made.passages.recall_direct,
        "recall_quasi_passages": made.passages.recall_quasi,
        "precision_token_passages": made.passages.precision_token,
        "recall_token_dem_passages": made.passages.recall_token_dem,
    }
    lost = (("not found", made.missed), ("in a sentence only", made.in_sentences))
    if machine:
        rows = [{"found": how, **asdict(each)} for how, some in lost for each in some]
        print_json(shown | ({"missed": rows} if listed else {}))
        return
    for name, value in shown.items():
        count = name in ("words_per_second", "texts", "words")
        told = "none" if value is None else f"{value:,.0f}" if count else f"{value:.3f}"
        out.print(f"{name.replace('_', ' ')}: {told}")
    for how, some in lost if listed else ():
        for each in some:
            kind = f"{each.text}  {each.identifier.lower()} {each.type}  {how}:"
            out.print(f"{kind}  {escape(each.before)}[bold]{escape(each.words)}[/]")
