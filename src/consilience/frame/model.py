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
