"""The command `search`: find words in the texts of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.cli.output import as_json, faults_told, out, print_json
from consilience.desk import search as desk
from consilience.desk.kept import opened


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("query")
@click.option("--document", metavar="TEXT", help="Only in the text of this name.")
@click.option("--speaker", help="Only what this speaker says, in any case.")
@click.option("--case", help="Only in texts that speak of this case.")
@click.option("--kind", type=click.Choice(desk.KINDS), help="Only in texts of this kind.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--offset", default=0, type=click.IntRange(0), help="Pass over so many hits.")
@click.option(
    "--index",
    default="auto",
    type=click.Choice(desk.INDEXES),
    help="Which index answers: that of the database, or of tantivy if there are many texts.",
)
@as_json
def search(study: Path, query: str, machine: bool, **given: Any) -> None:  # noqa: ANN401  (click's values)
    """Find words in the texts of STUDY that coders may read: turns, with the words around.

    Words side by side must all be in a turn. Capitals AND, OR, NOT join them, brackets group them,
    "double quotes" make a phrase, safeg* is any word that begins so, and NEAR(one two, 5) has at
    most five words between the two. Accents and capitals make no difference.

    \b
    Example:
      consilience search my-study '"front door" OR threshold*'
      consilience search my-study 'NEAR(school police, 5) NOT budget' --speaker Respondent
    """  # noqa: D301
    with faults_told(machine=machine), opened(study) as engine:
        found = desk.search(engine, query, where=desk.Where(**given))
        if machine:
            print_json(found)
            return
        for hit in found.hits:
            place = f"turn {hit.turn}" if hit.turn else f"from {hit.start}"
            said = f"{hit.speaker}: " if hit.speaker else ""
            out.print(f"[bold]{escape(hit.name)}[/] {place}  {escape(said)}{_marked(hit)}")
        out.print(f"{len(found.hits)} of {counted(found.total, 'passage')}; texts: {found.texts}")


def _marked(hit: desk.Hit) -> str:
    """Return the words around, with what was found in bold and dots where more was said."""
    shown, place, end = [], hit.snippet_start, hit.snippet_start + len(hit.snippet)
    for first, last in [*hit.marks, (end, end)]:
        if first > end:
            break
        between = hit.snippet[place - hit.snippet_start : first - hit.snippet_start]
        found = hit.snippet[first - hit.snippet_start : last - hit.snippet_start]
        shown += [escape(between), f"[bold reverse]{escape(found)}[/]" if found else ""]
        place = max(place, min(last, end))
    rest = escape(hit.snippet[place - hit.snippet_start :])
    before = "… " if hit.snippet_start > hit.start else ""
    after = " …" if end < hit.end else ""
    return " ".join(f"{before}{''.join(shown)}{rest}{after}".split())
