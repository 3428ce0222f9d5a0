"""Commands over files with catalogue records: show, check, convert."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click
from rich.markup import escape

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.cli.caller import now
from consilience.cli.output import FAULTY, as_json, faults_told, out, print_json, print_table
from consilience.desk import catalogue_files as desk

_LINES = 6
_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("show")
@_FILE
@click.option(
    "--repository",
    default="",
    metavar="URL",
    help="Address of the OAI-PMH repository that serves the record, if the file does not say.",
)
@as_json
def catalogue_show(file: Path, repository: str, machine: bool) -> None:
    """Show the record in FILE as its landing page prints it.

    FILE is DDI-Codebook, an answer of OAI-PMH, DataCite (XML or JSON), Dublin Core, JSON-LD or
    an RO-Crate. With --json the fields are those of B2FIND and nothing else, in their order.

    \b
    Example:
      consilience catalogue show study.xml
    """  # noqa: D301
    with faults_told(machine=machine):
        pages = desk.landings(file, base_url=repository)
        if machine:
            said = [desk.landing_json(page) for page in pages]
            print_json(said[0] if len(said) == 1 else said)
            return
        for page in pages:
            _print_page(page)


def _print_page(page: desk.Landing) -> None:
    out.print(f"[bold]{escape(page.title)}[/]")
    if page.simulated:
        out.print("[bold]Simulated[/]: the data were made by a program.")
    for heading, fields in (
        ("Identifier", page.identifier),
        ("Provenance", page.provenance),
        ("Representation", page.representation),
    ):
        if fields:
            out.print(f"\n[bold]{heading}[/]")
            print_table(("field", "value"), fields)
    out.print(f"\n[bold]Access level[/]: {page.level.value if page.level else 'not said'}")
    if page.tags:
        out.print(f"[bold]Tags[/]: {escape('; '.join(page.tags))}")
    for heading, text in (("Abstract", page.abstract), ("Method", page.method)):
        if text:
            out.print(f"\n[bold]{heading}[/]\n{escape(text)}")
    out.print()


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--gate",
    type=click.Choice([each.value for each in desk.Gate]),
    default=desk.Gate.STANDARD.value,
    show_default=True,
    help="How strictly: each gate asks for all that those before it ask for.",
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    help="File of a DDI profile; that of the CESSDA Data Catalogue if left out.",
)
@click.option(
    "--schema-version",
    "schema",
    type=click.Choice(desk.KINDS),
    help="By which official schema; the one of the file's namespace if left out.",
)
@as_json
def catalogue_check(
    files: tuple[Path, ...], gate: str, profile: Path | None, schema: str | None, machine: bool
) -> None:
    """Check the DDI records in FILES: reader, official schema, CESSDA's profile.

    The official schemas are applied if `consilience config schemas` has named their folder. Ends
    with 1 if a record does not pass the gate.

    \b
    Example:
      consilience catalogue check study.xml --gate basic
    """  # noqa: D301
    with faults_told(machine=machine):
        kind = next((each for each in get_args(desk.Kind) if each == schema), None)
        checked = [
            desk.check_file(
                each, gate=desk.Gate(gate), environ=os.environ, schema=kind, profile=profile
            )
            for each in files
        ]
        if machine:
            print_json({"files": [_plain(each) for each in checked]})
        else:
            for each in checked:
                _print_checked(each)
    if not all(each.passes for each in checked):
        raise SystemExit(FAULTY)


def _plain(checked: desk.Checked) -> dict[str, object]:
    return {
        "file": str(checked.file),
        "records": checked.records,
        "gate": checked.gate.value,
        "passes": checked.passes,
        "valid": checked.valid,
        "reader": [fault.to_json() for fault in checked.reader],
        "schema": [fault.to_json() for fault in checked.schema],
        "profiles": [
            {
                "profile": report.profile,
                "gates": {each.value: report.passes(each) for each in _gates(checked)},
                "constraints": [
                    {
                        "path": result.constraint.path,
                        "asks": result.constraint.kind.value,
                        "gate": result.constraint.gate.value,
                        "faults": [fault.to_json() for fault in result.faults],
                    }
                    for result in report.results
                ],
            }
            for report in checked.reports
        ],
    }


def _gates(checked: desk.Checked) -> list[desk.Gate]:
    return [each for each in desk.Gate if checked.gate.covers(each)]


def _print_checked(checked: desk.Checked) -> None:
    verdict = {True: "valid", False: "not valid", None: "not applied"}[checked.valid]
    out.print(f"[bold]{escape(str(checked.file))}[/]: {counted(checked.records, 'record')}")
    out.print(f"official schema: {verdict}")
    _print_faults(checked.schema)
    out.print(f"reader: {counted(len(checked.reader), 'remark')}")
    _print_faults(checked.reader)
    for report in checked.reports:
        told = ", ".join(
            f"{each.value} {'passes' if report.passes(each) else 'fails'}"
            for each in _gates(checked)
        )
        out.print(f"{escape(report.profile)}: {told}")
        _print_faults(report.faults())


def _print_faults(faults: Sequence[Fault]) -> None:
    """Print faults, those that say the same in one row with all their lines."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    for each in faults:
        line = str(each.where.line or "")
        lines.setdefault((each.code, each.what, each.remedy), []).append(line)
    rows = [(_some(found), *told) for told, found in lines.items()]
    if rows:
        print_table(("line", "code", "what", "what to do"), rows)


def _some(lines: Sequence[str]) -> str:
    told = ", ".join(filter(None, lines[:_LINES]))
    return f"{told} and {len(lines) - _LINES} more" if len(lines) > _LINES else told


@click.command("convert")
@_FILE
@click.option(
    "--to", "form", type=click.Choice(desk.FORMS), required=True, help="In which form to write it."
)
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path),
    help="The file to write; what is written there is printed if left out.",
)
def catalogue_convert(file: Path, form: str, target: Path | None) -> None:
    """Write the record in FILE in another form.

    What the other form has no place for is left out; the guide on records says what that is.

    \b
    Example:
      consilience catalogue convert study.xml --to datacite-json --out datacite.json
    """  # noqa: D301
    with faults_told(machine=False):
        content = desk.convert_file(file, form, at=now().date(), target=target)
        if target is None:
            click.echo(content, nl=False)
        else:
            out.print(f"written: {escape(str(target))}")
