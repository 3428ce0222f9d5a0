"""Parquet files of other tools."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from consilience.base.errors import Fault, Where
from consilience.formats.opening import check_there


def read_parquet(path: Path) -> pa.Table:
    """What stands in this Parquet file?

    Args:
        path: the file.

    Returns:
        The table with the types it was written with, texts as plain text columns, without the
        notes that its writer left in the schema.

    Raises:
        Fault: FMT-001, FMT-002 if there is no such file; FMT-004 if it is empty; FMT-060 if it
            is damaged or is no Parquet file.
    """
    check_there(path)
    place = Where(file=str(path))
    try:
        if path.stat().st_size == 0:
            raise Fault("FMT-004", where=place, name=path.name)
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise Fault("FMT-060", where=place, name=path.name, reason=reason) from error
    fields = [
        pa.field(field.name, pa.string() if pa.types.is_large_string(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))
