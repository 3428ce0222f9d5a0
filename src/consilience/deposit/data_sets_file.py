"""The data sets of a package as a file in it, so that a catalogue can show how far each came."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter, ValidationError

from consilience.base.errors import Fault, Where
from consilience.deposit.model import DataSet, DepositFile, Part

NAME: Final = "metadata/data-sets.json"


def data_sets_file(data_sets: tuple[DataSet, ...]) -> DepositFile:
    """Return the file that says of each data set what was planned, collected and deposited.

    Args:
        data_sets: in order.
    """
    content = TypeAdapter(tuple[DataSet, ...]).dump_json(data_sets, indent=2)
    return DepositFile(
        path=NAME,
        content=content + b"\n",
        part=Part.METADATA,
        contents="Data sets: planned, collected, consented, deposited",
        media_type="application/json",
    )


def read_data_sets(content: bytes) -> tuple[DataSet, ...]:
    """Return the data sets that such a file tells of.

    Raises:
        Fault: CAT-045 if it is none.

    Example:
        >>> one = DataSet(id="a", title="A", kind="text", planned=3, collected=2)
        >>> read_data_sets(data_sets_file((one,)).content) == (one,)
        True
    """
    try:
        return TypeAdapter(tuple[DataSet, ...]).validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Fault("CAT-045", where=Where(file=NAME), path=NAME, reason=reason) from error
