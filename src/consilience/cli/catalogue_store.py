"""Commands over a catalogue: make it, look for records, let harvesters wait, serve it."""

from __future__ import annotations

import importlib
from pathlib import Path

import click
from rich.markup import escape

from consilience.cli.output import as_json, faults_told, out, print_json, print_table
from consilience.desk import catalogue as desk

CATALOGUE = click.argument("catalogue", type=click.Path(path_type=Path))


@click.command("new")
@CATALOGUE
@click.option("--name", required=True, help="What the catalogue is called.")
@click.option("--base-url", required=True, metavar="URL", help="Address of its site, without /oai.")
@click.option("--admin-email", required=True, metavar="E-MAIL", help="Whom harvesters write to.")
@click.option(
    "--repository", required=True, metavar="NAME", help="Its name on the network, in identifiers."
)
@click.option("--publisher", help="Who answers for the records; as the name if not given.")
def catalogue_new(
    catalogue: Path,
    name: str,
    base_url: str,
    admin_email: str,
    repository: str,
    publisher: str | None,
) -> None:
    """Make an empty catalogue in the new folder CATALOGUE.

    \b
    Example:
      consilience catalogue new archive --name "Archive of Social Studies"
        --base-url https://data.example.org --admin-email archive@example.org
        --repository data.example.org
    """  # noqa: D301  (click's mark for lines that keep their breaks)
    with faults_told(machine=False):
        settings = desk.checked_settings(
            name=name,
            base_url=base_url.rstrip("/"),
            admin_email=admin_email,
            repository=repository,
            publisher=publisher or name,
        )
        for path in desk.make_catalogue(catalogue, settings):
            out.print(f"wrote {escape(str(path))}")


@click.command("search")
@CATALOGUE
@click.argument("words", default="")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Only records with this value: {', '.join(desk.FACETS)}. May be given several times.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--offset", default=0, type=click.IntRange(0), help="Pass over so many records.")
@as_json
def catalogue_search(
    catalogue: Path, words: str, facets: tuple[str, ...], limit: int, offset: int, machine: bool
) -> None:
    """Find records of CATALOGUE by WORDS and facets; without WORDS all, the newest first.

    Words are written as for `consilience search`: AND, OR, NOT, brackets, "a phrase", begin*.

    \b
    Example:
      consilience catalogue search archive 'school* NOT university' --facet country=Finland
    """  # noqa: D301
    with faults_told(machine=machine), desk.opened_catalogue(catalogue) as opened:
        chosen: dict[str, list[str]] = {}
        for each in facets:
            name, _, value = each.partition("=")
            chosen.setdefault(name, []).append(value)
        found = desk.find_records(opened.engine, words, chosen=chosen, limit=limit, offset=offset)
        if machine:
            print_json(found)
            return
        print_table(
            ["Identifier", "Title", "Publisher", "Year", "Access"],
            [[hit.identifier, hit.title, hit.publisher, hit.year, hit.level] for hit in found.hits],
        )
        for facet, counts in found.facets.items():
            most = ", ".join(f"{each.value} ({each.count:,})" for each in counts[:5])
            if most:
                out.print(f"[bold]{facet}[/] {escape(most)}")
        out.print(f"{len(found.hits)} of {found.total:,} records")


@click.command("pause")
@CATALOGUE
def catalogue_pause(catalogue: Path) -> None:
    """Let harvesters of CATALOGUE wait: they are told to come back later."""
    with faults_told(machine=False):
        desk.read_settings(catalogue)
        desk.pause(catalogue)
        out.print("Harvesters wait now. `consilience catalogue resume` lets them in again.")


@click.command("resume")
@CATALOGUE
def catalogue_resume(catalogue: Path) -> None:
    """Answer the harvesters of CATALOGUE again."""
    with faults_told(machine=False):
        desk.read_settings(catalogue)
        desk.resume(catalogue)
        out.print("Harvesters are answered.")


@click.command("serve")
@CATALOGUE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--public-url",
    metavar="URL",
    help="The https address under which people reach the site, when a proxy for TLS stands in "
    "front. Needed for any --host but this machine's own.",
)
def catalogue_serve(catalogue: Path, host: str, port: int, public_url: str | None) -> None:
    """Serve CATALOGUE to readers and harvesters until Ctrl-C; harvesters use /oai.

    \b
    Example:
      consilience catalogue serve archive --port 8081
    """  # noqa: D301
    with faults_told(machine=False):
        # Two faces do not know each other; this one only opens the door of the other by name.
        importlib.import_module("consilience.web.server").serve_catalogue(
            catalogue, host=host, port=port, public_url=public_url, told=_tell
        )


def _tell(address: str) -> None:
    out.print(f"Serving at [bold]{escape(address)}[/]. Ctrl-C ends it.")
