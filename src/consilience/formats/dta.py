"""Stata files in, with labels."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow as pa

from consilience.base.errors import Fault, Where
from consilience.formats.opening import check_there
from consilience.formats.sav import SavFile


def read_dta(path: Path) -> SavFile:
    """What stands in this Stata file, with all that it says of its variables?

    Args:
        path: a .dta file of any version from 7 on.

    Returns:
        Table, labels and notes as of an SPSS file; Stata's extended missing values (.a to .z) are
        null, and no codes mean no answer.

    Raises:
        Fault: FMT-001, FMT-002 if there is no such file; FMT-004 if it is empty; FMT-383 if it is
            damaged or no Stata file.
    """
    import pyreadstat  # noqa: PLC0415  (slow to load, needed for Stata files only)

    check_there(path)
    if path.stat().st_size == 0:
        raise Fault("FMT-004", where=Where(file=str(path)), name=path.name)
    try:
        data, meta = pyreadstat.read_dta(str(path), output_format="dict")
        columns = {name: _column(data[name]) for name in meta.column_names}
    except (
        pyreadstat.PyreadstatError, pyreadstat.ReadstatError, ValueError, OverflowError, OSError,
        pa.ArrowException,
    ) as error:  # fmt: skip
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Fault(
            "FMT-383", where=Where(file=str(path)), name=path.name, reason=reason
        ) from error
    return SavFile(
        table=pa.table(columns),
        labels={name: label for name, label in meta.column_names_to_labels.items() if label},
        value_labels={name: dict(found) for name, found in meta.variable_value_labels.items()},
        missing={},
        measures={},
        title=meta.file_label or "",
        note="\n".join(meta.notes or ()),
    )


def _column(values: Any) -> pa.Array:  # noqa: ANN401  (array of any kind)
    cells = [
        None if value is None or value == "" or (isinstance(value, float) and math.isnan(value))
        else value
        for value in getattr(values, "tolist", values.copy)()
    ]  # fmt: skip
    return pa.array(cells)
