"""The command that checks data files before they are deposited."""

from __future__ import annotations

from pathlib import Path

import click

from consilience.base.counting import counted
from consilience.cli.output import FAULTY, as_json, faults_told, out, print_json, print_table
from consilience.desk import health as desk


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Configuration of QAMyData (YAML); the usual checks if left out.",
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path), help="Write a report of one page to here."
)
@as_json
def health(files: tuple[Path, ...], config: Path | None, page: Path | None, machine: bool) -> None:
    """Check data files: names, labels, missing codes, duplicates, what may disclose who it is.

    The checks are those of the UK Data Service's QAMyData, and its configuration is read. Columns
    and records are named, values never. Ends with 1 if a check fails that keeps a file back.

    \b
    Example:
      consilience health out/responses.sav --html out/health.html
    """  # noqa: D301
    with faults_told(machine=machine):
        healths = desk.examined(files, config=config)
        if page is not None:
            desk.write_page(healths, page)
        if machine:
            print_json({"files": healths})
        else:
            for each in healths:
                _print(each)
    if any(each.refused for each in healths):
        raise SystemExit(FAULTY)


def _print(found: desk.Health) -> None:
    cases = "" if found.cases is None else f", {counted(found.cases, 'case')}"
    size = f"{counted(found.rows, 'record')}, {counted(found.columns, 'column')}"
    out.print(f"{found.file}: {size}{cases}", markup=False)
    rows = []
    for check in found.checks:
        first = ", ".join(desk.place(each) for each in check.places[:3])
        more = f" and {check.failed - 3} more" if check.failed > 3 else ""
        where = check.left_out or f"{first}{more}"
        rows.append((check.name, desk.verdict(check), check.passed, check.failed, where))
    print_table(("check", "result", "passed", "failed", "where"), rows)
    out.print()
