"""The upper-tier authorities of England in 2018, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.frame.codes import codes_on, explain_code, successors
from consilience.frame.england import Change, authorities_2018, changes
from consilience.frame.model import Attribute, Frame

__all__ = [
    "Change",
    "changes",
    "codes_on",
    "england_upper_tier_2018",
    "explain_code",
    "neighbours",
    "successors",
]

# From the last change of codes before (Gateshead and Northumberland, 2013) to the first after.
FIRST_DAY: Final = dt.date(2013, 4, 1)
LAST_DAY: Final = dt.date(2019, 3, 31)

LICENCE: Final = "Open Government Licence v3.0; positions of cities and boroughs CC BY 4.0"
SOURCE: Final = (
    "Upper-tier authorities of England, geography of 2018. Contains public sector information "
    "licensed under the Open Government Licence v3.0 (ONS, DfE, MHCLG). Positions in part from "
    "mySociety, CC BY 4.0."
)
ATTRIBUTES: Final = (
    Attribute(name="region", title="Region", kind="nominal"),
    Attribute(name="type", title="Type of authority", kind="nominal"),
    Attribute(name="rural_class", title="Rural or urban class", kind="nominal"),
    Attribute(name="rural", title="Rural population", kind="numeric", unit="%"),
    Attribute(name="deprivation", title="Deprivation (IMD 2015, mean score)", kind="numeric"),
    Attribute(name="idaci", title="Children in income deprivation", kind="numeric", unit="%"),
    Attribute(name="children", title="Children aged 0-17", kind="numeric", unit="children"),
    Attribute(name="population", title="Population", kind="numeric", unit="people"),
    Attribute(name="dfe_code", title="DfE code", kind="nominal"),
    Attribute(name="study_frame", title="In the frame of 150 (inferred)", kind="nominal"),
)


@cache
def _table() -> pa.Table:
    rows = authorities_2018()
    columns: dict[str, pa.Array] = {
        "id": pa.array([row["id"] for row in rows], pa.string()),
        "name": pa.array([row["name"] for row in rows], pa.string()),
        "area": pa.nulls(len(rows), pa.string()),
        "x": pa.array([float(row["x"]) for row in rows], pa.float64()),
        "y": pa.array([float(row["y"]) for row in rows], pa.float64()),
    }
    for each in ATTRIBUTES:
        cells = [row[each.name] for row in rows]
        numeric = each.kind == "numeric"
        columns[each.name] = (
            pa.array([float(cell) for cell in cells], pa.float64())
            if numeric
            else pa.array(cells, pa.string())
        )
    return pa.table(columns)


def england_upper_tier_2018(
    *, frame_id: str = "areas", date: dt.date = dt.date(2018, 4, 1)
) -> Frame:
    """Which were the 152 upper-tier authorities of England, with what attributes?

    Args:
        frame_id: id of the frame.
        date: a day on which these authorities stood, 1 April 2013 to 31 March 2019.

    Returns:
        A frame of 152 areas by GSS code. x and y are eastings and northings in metres.

    Raises:
        Fault: FRA-003 if the authorities were others on that day.

    Example:
        >>> england_upper_tier_2018().table.num_rows
        152
    """
    if not FIRST_DAY <= date <= LAST_DAY:
        raise Fault("FRA-003", first=FIRST_DAY, last=LAST_DAY, date=date)
    return Frame(
        id=frame_id,
        of="areas",
        date=date,
        source=SOURCE,
        licence=LICENCE,
        simulated=False,
        attributes=ATTRIBUTES,
        table=_table(),
    )


def neighbours() -> Mapping[str, tuple[str, ...]]:
    """Which areas are statistically most like each area of 2018?

    Returns:
        By GSS code, up to ten others in order of likeness as the department publishes them;
        none for the four areas that its list of today no longer has. Later areas on that list
        stand for the areas they were made of.

    Example:
        >>> neighbours()["E06000001"][:2]
        ('E06000003', 'E08000024')
    """
    return {row["id"]: tuple(row["neighbours"].split()) for row in authorities_2018()}
