"""The nouns of the sampling frame.

A frame is a table: one row a unit, `id` and `name` first, then the place it lies in, then its
attributes. What each attribute is stands in the schema's metadata, so it survives storage.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

METADATA_KEY: Final = b"consilience.frame"

UNIT: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("area", pa.string()),  # id of the area a school lies in; null for areas
        pa.field("x", pa.float64()),  # easting or longitude; null if not known
        pa.field("y", pa.float64()),  # northing or latitude
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute of the units of a frame.

    Args:
        name: the column.
        title: what people read.
        kind: nominal (text levels) or numeric.
        unit: unit of a numeric attribute, empty if none.
    """

    name: str
    title: str
    kind: Literal["nominal", "numeric"]
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Who could be asked, on a date.

    Args:
        id: the stage that made it.
        of: what the units are.
        date: the day for which the frame holds.
        source: where the facts come from, with attribution.
        licence: under which terms.
        simulated: whether the units are invented.
        attributes: what each attribute column is.
        table: one row a unit, the columns of `UNIT` then the attributes (string or float64,
            null where not known), sorted by id.
    """

    id: str
    of: Literal["areas", "schools"]
    date: dt.date
    source: str
    licence: str
    simulated: bool
    attributes: tuple[Attribute, ...]
    table: pa.Table

    def stamped(self) -> pa.Table:
        """Return the table with everything else of the frame in its metadata."""
        note = {
            "id": self.id,
            "of": self.of,
            "date": self.date.isoformat(),
            "source": self.source,
            "licence": self.licence,
            "simulated": self.simulated,
            "attributes": [asdict(attribute) for attribute in self.attributes],
        }
        text = json.dumps(note, sort_keys=True).encode()
        return self.table.replace_schema_metadata({METADATA_KEY: text})


def from_stamped(table: pa.Table) -> Frame:
    """Return the frame that `Frame.stamped` wrote."""
    note = json.loads(table.schema.metadata[METADATA_KEY])
    note["date"] = dt.date.fromisoformat(note["date"])
    note["attributes"] = tuple(Attribute(**each) for each in note["attributes"])
    return Frame(table=table.replace_schema_metadata(None), **note)


def describe(columns: Sequence[tuple[str, pa.DataType]]) -> tuple[Attribute, ...]:
    """Return attributes for columns of which only name and type are known."""
    return tuple(
        Attribute(
            name=name,
            title=name.replace("_", " ").capitalize(),
            kind="numeric" if pa.types.is_floating(kind) else "nominal",
        )
        for name, kind in columns
    )


# At least three characters, one of them a digit, and no blank.
_CODE: Final = r"^[^\s\d]*\d\S*$"


def codes(frame: Frame) -> dict[str, tuple[str, ...]]:
    """Return every code that names units of the frame, with the ids of the units it names.

    Codes are the ids and the values of every text column in which no value comes twice and all
    look like codes (no blank, a digit, three characters or more), such as `dfe_code`. A code
    that two columns give to different units names both.
    """
    table = frame.table
    ids = table.column("id").to_pylist()
    found: dict[str, tuple[str, ...]] = {each: (each,) for each in ids}
    for name in table.column_names:
        column = table.column(name)
        if name in {"id", "name", "area"} or not pa.types.is_string(column.type):
            continue
        given = column.drop_null()
        if pc.count_distinct(given).as_py() < max(1, len(given)):
            continue
        looks = pc.and_(
            pc.match_substring_regex(given, _CODE),
            pc.greater_equal(pc.utf8_length(given), 3),
        )
        if not pc.all(looks, min_count=0).as_py():
            continue
        for unit, code in zip(ids, column.to_pylist(), strict=True):
            if code is not None and unit not in found.get(code, ()):
                found[code] = (*found.get(code, ()), unit)
    return found
