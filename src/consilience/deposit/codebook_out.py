"""The variable list of a package: every column of every table, as people look it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from consilience.deposit.model import DepositFile, Part
from consilience.deposit.names import file_id
from consilience.deposit.tables_out import csv_file
from consilience.formats.metadata.model import Variable

PATH: Final = "documentation/variables.csv"
_COLUMNS: Final = (
    "files", "variable", "label", "question", "universe", "type", "measure", "values",
    "missing_codes", "valid", "invalid", "weight", "notes",
)  # fmt: skip


def variable_list(variables: Sequence[Variable], files: Sequence[DepositFile]) -> pa.Table:
    """Which columns do the tables have, and what does each value mean?

    Args:
        variables: of the record.
        files: of the package.

    Returns:
        A row a variable, in order. `values` and `missing_codes` hold `label (code)`, parted by
        `; `, because a cell that begins with -9 looks like a formula; counts stand in the
        catalogue record (`metadata/ddi25.xml`).
    """
    paths = {file_id(file.path): file.path for file in files}
    rows = [
        {
            "files": "; ".join(paths.get(each, each) for each in variable.files),
            "variable": variable.name,
            "label": variable.label,
            "question": variable.question,
            "universe": variable.universe,
            "type": variable.kind,
            "measure": variable.measure,
            "values": _codes(variable, missing=False),
            "missing_codes": _codes(variable, missing=True),
            "valid": variable.valid,
            "invalid": variable.invalid,
            "weight": "yes" if variable.weight else "no",
            "notes": " ".join(variable.notes),
        }
        for variable in variables
    ]
    counts = ("valid", "invalid")
    schema = pa.schema([(name, pa.int64() if name in counts else pa.string()) for name in _COLUMNS])
    return pa.Table.from_pylist(rows, schema=schema)


def _codes(variable: Variable, *, missing: bool) -> str:
    return "; ".join(
        f"{each.label} ({each.value})" if each.label else each.value
        for each in variable.categories
        if each.missing == missing
    )


def variable_list_file(
    variables: Sequence[Variable], files: Sequence[DepositFile], *, simulated: bool = False
) -> tuple[DepositFile, ...]:
    """Return the variable list as a file open to all, none if there are no variables."""
    if not variables:
        return ()
    table = variable_list(variables, files)
    return (
        DepositFile(
            path=PATH,
            content=csv_file(table),
            part=Part.DOCUMENTATION,
            contents="Variable list with questions, values and missing codes",
            media_type="text/csv",
            cases=table.num_rows,
            variables=table.num_columns,
            simulated=simulated,
        ),
    )
