"""Commands over similar passages: find, judge, recall."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from consilience.cli.caller import NAMED_STUDY, actor, now
from consilience.cli.output import (
    as_json,
    faults_told,
    out,
    print_json,
    print_table,
    progress_shown,
)
from consilience.desk import similar as desk

_SHOWN = 120


@click.group()
def similar() -> None:
    """Find passages that a code may be missing from, by a small model of language run here.

    Nothing is coded by it: a person says of each passage whether it holds, and `recall` says how
    often it did.
    """


@similar.command()
@NAMED_STUDY
@click.argument("code")
@click.option("--model", required=True, type=click.Path(path_type=Path), help="ONNX file.")
@click.option(
    "--tokeniser", required=True, type=click.Path(path_type=Path), help="Its tokenizer.json."
)
@click.option("--coder", help="Only this coder's passages are examples.")
@click.option("--top", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write a table (.csv).")
@as_json
def find(
    study: Path,
    code: str,
    model: Path,
    tokeniser: Path,
    coder: str | None,
    top: int,
    target: Path | None,
    machine: bool,
) -> None:
    """Propose turns that are most like the passages that carry CODE (its id or name).

    \b
    Example:
      consilience similar find my-study thresholds --model model.onnx \\
        --tokeniser tokenizer.json --to proposals.csv
    """  # noqa: D301
    with faults_told(machine=machine):
        with progress_shown(machine=machine) as progress:
            found = desk.propose(
                study,
                code,
                model=model,
                tokeniser=tokeniser,
                coder=coder,
                top=top,
                progress=progress,
            )
        if target:
            desk.write_proposals(found, target)
        if machine:
            print_json({"proposals": found})
            return
        rows = [(p.suggestion.score, p.document, " ".join(p.text.split())[:_SHOWN]) for p in found]
        print_table(("score", "text", "passage"), rows)
        if target:
            out.print(f"Fill in `relevant` in {escape(str(target))}, then `similar judge`.")


@similar.command()
@NAMED_STUDY
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--coder", help="Who judged; the actor of the settings if left out.")
@as_json
def judge(study: Path, file: Path, coder: str | None, machine: bool) -> None:
    """Keep what was filled into FILE: yes or no for each proposal.

    \b
    Example:
      consilience similar judge my-study proposals.csv
    """  # noqa: D301
    with faults_told(machine=machine):
        said = desk.judge(study, file, coder=coder or actor(), at=now())
        if machine:
            print_json({"judged": said})
        else:
            out.print(f"{said} judged")


@similar.command()
@NAMED_STUDY
@as_json
def recall(study: Path, machine: bool) -> None:
    """Say for each code how many of the passages proposed were relevant.

    Many mean that coders overlooked passages of that code.

    \b
    Example:
      consilience similar recall my-study
    """  # noqa: D301
    with faults_told(machine=machine):
        checks = desk.recall(study)
        if machine:
            print_json({"codes": checks})
            return
        print_table(
            ("code", "judged", "relevant", "share", "95 % interval"),
            [
                (
                    c.code,
                    c.proposed,
                    c.relevant,
                    f"{c.relevant / c.proposed:.0%}",
                    f"{c.low:.0%} to {c.high:.0%}",
                )
                for c in checks
            ],
        )
