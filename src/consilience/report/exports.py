"""The tables of a study as files: one CSV a table, named after its stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from consilience.formats.tables import write_csv
from consilience.report.model import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One table of one stage, flat.

    Args:
        stage: id of the stage.
        name: of the table in the stage.
        table: plain columns; a list of units has become text parted by semicolons.
        simulated: whether it holds simulated data.
    """

    stage: str
    name: str
    table: pa.Table
    simulated: bool


def exports_of(findings: Findings) -> Iterator[Export]:
    """Give every table of every stage that has run, in the order of the study file."""
    for stage in findings.study.stages:
        for name, table in sorted(findings.tables.get(stage.id, {}).items()):
            yield Export(
                stage=stage.id,
                name=name,
                table=flat(table),
                simulated=findings.simulated(stage.id),
            )


def flat(table: pa.Table) -> pa.Table:
    """Return the table with each list as text, parted by semicolons.

    Example:
        >>> flat(pa.table({"units": [["a", "b"], None]}))["units"].to_pylist()
        ['a; b', None]
    """
    for at, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            texts = [
                None if items is None else "; ".join(str(item) for item in items)
                for items in table[field.name].to_pylist()
            ]
            table = table.set_column(at, field.name, pa.array(texts, pa.string()))
    return table


def file_name(stem: str, suffix: str, *, simulated: bool) -> str:
    """Return the name of a file, which says so if it holds simulated data.

    Example:
        >>> file_name("cases.choice", ".csv", simulated=True)
        'cases.choice.simulated.csv'
    """
    return f"{stem}{'.simulated' if simulated else ''}{suffix}"


def write_tables(findings: Findings, folder: Path) -> tuple[Path, ...]:
    """Write every table as CSV, and return the files in the order of the study file.

    Args:
        findings: everything.
        folder: must be there; files of the same names are written over.
    """
    written = []
    for export in exports_of(findings):
        name = file_name(f"{export.stage}.{export.name}", ".csv", simulated=export.simulated)
        write_csv(export.table, folder / name)
        written.append(folder / name)
    return tuple(written)
