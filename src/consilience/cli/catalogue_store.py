"""Commands over a catalogue: make it, look for records, let harvesters wait, serve it."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.base.settings import load_settings
from consilience.cli.caller import now
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
from consilience.desk import catalogue as desk
from consilience.desk.catalogue_import import load_files

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


@click.command("load")
@CATALOGUE
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--again", is_flag=True, help="Read what was loaded before too.")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Processes; as the setting if not given."
)
@as_json
def catalogue_load(
    catalogue: Path, files: tuple[Path, ...], again: bool, workers: int | None, machine: bool
) -> None:
    """Load the records of FILES into CATALOGUE; of a folder all that can be loaded.

    Read are DDI-Codebook (2.5, 2.6, Nesstar), answers of OAI-PMH servers with DDI in them, the
    native JSON of Dataverse (.json, or .jsonl with one export a line) and REFI-QDA projects. All
    records of a file are kept, or none if one cannot be; files with one record a line are taken
    line by line. What was loaded is passed over the next time, so that a load that was stopped goes
    on when it is given again. Where official schemas are at hand (`consilience config schemas`)
    every record is checked by them.

    Exit code 1 if a file could not be loaded; the others are.

    \b
    Example:
      consilience catalogue load archive harvested/ dataverse.jsonl
    """  # noqa: D301
    with faults_told(machine=machine), desk.opened_catalogue(catalogue) as opened:
        settings = load_settings(os.environ)
        with progress_shown(machine=machine) as told:
            loaded = load_files(
                opened,
                files,
                clock=now,
                actor=settings.actor,
                schemas=settings.schemas,
                workers=workers or settings.workers,
                again=again,
                progress=lambda done, total: told("loading", "files", done, total),
            )
        wrong = [fault for fault in loaded.faults if not fault.is_warning]
        if machine:
            print_json(loaded)
        else:
            for fault in loaded.faults:
                print_fault(fault)
            out.print(
                f"{counted(loaded.changed, 'record')} new or changed, {loaded.unchanged:,} as they "
                f"were, {loaded.deleted:,} deleted; {counted(loaded.passed_over, 'file')} loaded "
                f"before, {len(wrong):,} not loaded"
            )
    if wrong:
        raise SystemExit(FAULTY)


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
        out.print(f"{len(found.hits)} of {counted(found.total, 'record')}")


@click.command("pause")
@CATALOGUE
def catalogue_pause(catalogue: Path) -> None:
    """Let harvesters of CATALOGUE wait: they are told to come back later.

    \b
    Example:
      consilience catalogue pause archive
    """  # noqa: D301
    with faults_told(machine=False):
        desk.read_settings(catalogue)
        desk.pause(catalogue)
        out.print("Harvesters wait now. `consilience catalogue resume` lets them in again.")


@click.command("resume")
@CATALOGUE
def catalogue_resume(catalogue: Path) -> None:
    """Answer the harvesters of CATALOGUE again.

    \b
    Example:
      consilience catalogue resume archive
    """  # noqa: D301
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
