"""Commands over what could name a person: find, decide, apply, restore, check, measure."""

from __future__ import annotations

import time
from pathlib import Path

import click

from consilience.cli.output import as_json, faults_told, out, print_json
from consilience.desk.deidentification import evaluate as evaluate_file

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def deidentify() -> None:
    """Find what could name a person, and put replacements in its place, reversibly."""


@deidentify.command()
@click.argument("file", type=_FILE)
@click.option("--nlp", is_flag=True, help="Mask what a language model finds too (extra `nlp`).")
@as_json
def evaluate(file: Path, nlp: bool, machine: bool) -> None:
    """Measure the rules on FILE, texts that people marked in the form of TAB.

    Recall counts entities of which every mention is masked; precision the share of masked tokens
    that are marked; recall of DEM its tokens. Source: Pilán et al. 2022.

    \b
    Example:
      consilience deidentify evaluate validation/deidentification/dev-01.json
    """  # noqa: D301
    with faults_told(machine=machine):
        made = evaluate_file(file, nlp=nlp, seconds=time.process_time)
    shown = {
        "recall_direct": made.figures.recall_direct,
        "recall_quasi": made.figures.recall_quasi,
        "precision_token": made.figures.precision_token,
        "recall_token_dem": made.figures.recall_token_dem,
        "words_per_second": made.words_per_second,
        "texts": made.figures.texts,
        "words": made.figures.words,
    }
    if machine:
        print_json(shown)
        return
    for name, value in shown.items():
        count = name in ("words_per_second", "texts", "words")
        told = "none" if value is None else f"{value:,.0f}" if count else f"{value:.3f}"
        out.print(f"{name.replace('_', ' ')}: {told}")
