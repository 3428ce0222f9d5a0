"""Commands over the settings of this installation."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.markup import escape

from consilience.cli.output import as_json, faults_told, out, print_json, print_table
from consilience.desk import config as desk


@click.group()
def config() -> None:
    """Show the settings of this installation, and name the folder of official schemas."""


@config.command()
@as_json
def show(machine: bool) -> None:
    """Print the settings that hold here, and the variables that overrule them.

    \b
    Example:
      consilience config show
    """  # noqa: D301
    with faults_told(machine=machine):
        found = desk.shown_settings(os.environ)
        if machine:
            print_json({"settings": {each.name: each.value for each in found}})
            return
        print_table(
            ("setting", "value", "variable"),
            [(each.name, each.value or "none", each.variable) for each in found],
        )


@config.command()
@click.argument("folder", type=click.Path(path_type=Path))
@as_json
def schemas(folder: Path, machine: bool) -> None:
    """Name FOLDER as the one that holds the official schemas; records are then checked by them.

    \b
    FOLDER holds one folder for each schema, as its publisher packs it:
      ddi-2.5.1/ddi_codebook_2_5.xsd   ddi-2.6/codebook.xsd   nesstar-1.2.2/Version1-2-2.xsd
      datacite-4.5/metadata.xsd        oai-pmh/OAI-PMH.xsd    (and datacite-4.6, datacite-4.7)

    \b
    Example:
      consilience config schemas ~/schemas
    """  # noqa: D301
    with faults_told(machine=machine):
        named = desk.name_schemas(folder, os.environ)
        if machine:
            print_json(named)
            return
        out.print(f"Schemas are taken from {escape(str(named.folder))}: {', '.join(named.there)}.")
        if named.missing:
            out.print(f"Not there: {', '.join(named.missing)}.")
        out.print(f"Kept in {escape(str(named.file))}.")
