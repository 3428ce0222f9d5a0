"""The data list of a set of interviews: what archives ask for beside the transcripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from consilience.deposit.model import DataSet, DepositFile, Interview, Part
from consilience.deposit.tables_out import SIMULATED, csv_file
from consilience.formats.metadata.model import Level
from consilience.formats.xlsx_out import xlsx_bytes

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS: Final = pa.schema(
    [
        pa.field("interview", pa.string()),
        pa.field("role", pa.string()),
        pa.field("area", pa.string()),
        pa.field("setting", pa.string()),
        pa.field("month", pa.string()),
        pa.field("mode", pa.string()),
        pa.field("people", pa.int64()),
        pa.field("words", pa.int64()),
        pa.field("interviewer", pa.string()),
        pa.field("file", pa.string()),
        pa.field("deposited", pa.string()),
        pa.field("reason", pa.string()),
    ]
)
# By what somebody who knows the field could tell whose interview it is.
_TELLING: Final = ("role", "area", "setting", "month", "people")


def data_list(interviews: Sequence[Interview]) -> pa.Table:
    """Which interviews were held, and what became of each?

    Args:
        interviews: of one data set, as `told.interviews_told` has them: those that are not
            deposited too, but none that was declined, is only planned, or was withdrawn.

    Returns:
        A row an interview in the order given: its id, role, pseudonym of the area, setting, month,
        mode, number of people and of words, id of the interviewer, file, whether it is deposited
        and why not; then the further attributes by name. Empty where nothing is told.

    Source:
        UK Data Service, data list for qualitative collections.
    """
    names = _further(interviews, _COLUMNS.names)
    schema = pa.schema([*_COLUMNS, *(pa.field(name, pa.string()) for name in names)])
    return pa.Table.from_pylist([_row(each) for each in interviews], schema=schema)


def _further(interviews: Sequence[Interview], taken: Sequence[str]) -> list[str]:
    """Return the names of further attributes; what has a column of its own comes once."""
    found = dict.fromkeys(name for each in interviews for name, _ in each.attributes)
    return [name for name in found if name not in taken]


def _row(talk: Interview) -> dict[str, object]:
    own = {
        "interview": talk.id,
        "deposited": "yes" if talk.deposited else "no",
        **{name: getattr(talk, name) for name in _COLUMNS.names[1:10]},
        "reason": talk.reason,
    }
    return {**dict(talk.attributes), **own}


def quasi_identifiers(interviews: Sequence[Interview]) -> pa.Table:
    """By which columns of a data list could somebody tell whose interview it is?

    Args:
        interviews: of all data sets.

    Returns:
        A row an interview: its data set and id, then role, area, setting, month, people and the
        further attributes; empty text where nothing is told. The list itself is as open as its
        documentation, so these are what a check of k-anonymity takes for keys.

    Example:
        >>> quasi_identifiers([Interview(id="s1", data_set="a", role="head")]).column_names
        ['data_set', 'interview', 'role', 'area', 'setting', 'month', 'people']
    """
    names = _further(interviews, ("data_set", "interview", *_TELLING))
    rows = [
        {
            **dict.fromkeys(names, ""),
            **{name: value for name, value in each.attributes if name in names},
            "data_set": each.data_set,
            "interview": each.id,
            **{name: str(getattr(each, name)) for name in _TELLING},
        }
        for each in interviews
    ]
    columns = ["data_set", "interview", *_TELLING, *names]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in columns]))


def data_list_files(
    interviews: Sequence[Interview], data_set: DataSet, *, simulated: bool = False
) -> tuple[DepositFile, ...]:
    """Return the data list of one data set as .csv and .xlsx, open to all.

    Args:
        interviews: of all data sets; those of this one are taken, none gives no file.
        data_set: which.
        simulated: whether a program made the study.
    """
    own = [each for each in interviews if each.data_set == data_set.id]
    if not own:
        return ()
    table = data_list(own)
    note = SIMULATED if simulated else ""
    forms = (
        ("csv", "text/csv", csv_file(table)),
        ("xlsx", _XLSX, xlsx_bytes(table, note=note)),
    )
    return tuple(
        DepositFile(
            path=f"documentation/data-list-{data_set.id}.{form}",
            content=content,
            part=Part.DOCUMENTATION,
            contents=f"Data list: {data_set.title}",
            media_type=media_type,
            data_set=data_set.id,
            level=Level.OPEN,
            cases=table.num_rows,
            variables=table.num_columns,
            simulated=simulated,
        )
        for form, media_type, content in forms
    )
