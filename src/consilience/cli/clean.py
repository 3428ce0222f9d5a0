"""The command that finds what outgoing files hide, and writes copies without it."""

from __future__ import annotations

from pathlib import Path

import click

from consilience.cli.output import FAULTY, as_json, faults_told, out, print_json
from consilience.desk import clean as desk

_DONE = {"strip": "can be taken out", "refuse": "for you to decide", "note": "only told"}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write copies without what can be taken out into this folder.",
)
@as_json
def clean(files: tuple[Path, ...], folder: Path | None, machine: bool) -> None:
    """Find what files hide: tracked changes, comments, authors, hidden cells, places of photos.

    It says what and how many, never who or what. Files stay as they are. Ends with 1 if anything
    is left: with --to what only you can decide, without it all but what is only told.

    \b
    Example:
      consilience clean report.docx responses.xlsx --to out/clean
    """  # noqa: D301
    with faults_told(machine=machine):
        copies = desk.write_copies(files, folder) if folder is not None else ()
        found = desk.hidden_in(files)
        left = desk.hidden_in(copies) if folder is not None else found
        if machine:
            print_json({"files": [_plain(*each) for each in found.items()], "copies": copies})
        else:
            for file, findings in found.items():
                _print(file, findings)
            for copy in copies:
                out.print(f"written: {copy}", markup=False)
    if any(each.severity != "note" for findings in left.values() for each in findings):
        raise SystemExit(FAULTY)


def _plain(file: Path, findings: tuple[desk.Finding, ...]) -> dict[str, object]:
    told = [
        {"kind": f.kind, "part": f.part, "count": f.count, "severity": f.severity, "said": f.said}
        for f in findings
    ]
    return {"file": file, "findings": told}


def _print(file: Path, findings: tuple[desk.Finding, ...]) -> None:
    out.print(f"{file}: {'nothing hidden' if not findings else ''}".rstrip(": "), markup=False)
    for each in findings:
        place = f" ({each.part})" if each.part else ""
        out.print(f"  {_DONE[each.severity]}: {each.said}{place}", markup=False)
