"""Names for ids, and tables made ready for reading: what every section asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from consilience.design.model import CongruenceStage, LinkStage, SelectStage
from consilience.frame.model import Attribute, Frame
from consilience.report.model import Column, Findings, Grid
from consilience.report.wording import plain, titled

MOST_ROWS: Final = 400  # a table on the page; the workbook and the CSV files hold all rows


def make_grid(
    caption: str,
    columns: Mapping[str, Column],
    rows: Iterable[Mapping[str, Any]],
    *,
    simulated: bool = False,
    note: str = "",
) -> Grid:
    """Return a displayed table of the named columns, cut where a page would be too long.

    Args:
        caption: what it shows.
        columns: key in the rows to how it is headed and written.
        rows: plain values.
        simulated: whether the caption says so.
        note: what a reader must know, below the table.
    """
    every = [tuple(row.get(key) for key in columns) for row in rows]
    return Grid(
        caption=caption,
        columns=tuple(columns.values()),
        rows=tuple(every[:MOST_ROWS]),
        simulated=simulated,
        note=note,
        of=len(every),
    )


def without_empty(
    columns: Mapping[str, Column], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Column]:
    """Return the columns that hold anything in these rows."""
    return {
        key: column
        for key, column in columns.items()
        if any(row.get(key) not in (None, "") for row in rows)
    }


def attribute_column(frame: Frame, attribute: Attribute) -> Column:
    """Return the column of an attribute: whole numbers where all of its values are whole."""
    if attribute.kind != "numeric":
        return Column(attribute.title)
    values = frame.table[attribute.name].to_pylist()
    whole = all(value is None or float(value).is_integer() for value in values)
    return Column(attribute.title, "number", 0 if whole else 2)


def attribute_titles(findings: Findings, frame_id: str) -> dict[str, str]:
    """Return the title of each attribute of a frame by its name."""
    if not findings.ran(frame_id):
        return {}
    return {each.name: each.title for each in findings.frame(frame_id).attributes}


def unit_names(findings: Findings, frame_id: str) -> dict[str, str]:
    """Return the name of each unit of a frame; its id where it has none."""
    if not findings.ran(frame_id):
        return {}
    table = findings.frame(frame_id).table
    pairs = zip(table["id"].to_pylist(), table["name"].to_pylist(), strict=True)
    return {unit: name or unit for unit, name in pairs}


def area_names(findings: Findings) -> dict[str, str]:
    """Return the names of the areas of every frame of areas."""
    names: dict[str, str] = {}
    for stage in findings.stages("frame"):
        if stage.of == "areas":
            names.update(unit_names(findings, stage.id))
    return names


def agency_titles(findings: Findings) -> dict[str, str]:
    """Return the title of each agency."""
    return {agency.id: agency.title for agency in findings.study.agencies}


def construct_titles(findings: Findings) -> dict[str, str]:
    """Return the title of each construct, and of the total over them."""
    titles = {construct.id: construct.title for construct in findings.study.constructs}
    return {**titles, "total": "All constructs"}


def survey_title(findings: Findings, survey: str) -> str:
    """Return what a survey is called: its own title, else that of the agency it asks."""
    stage = findings.study.stage(survey)
    if stage.title:
        return str(stage.title)
    return agency_titles(findings).get(stage.agency, plain(stage.agency))


def nouns(findings: Findings, frame_id: str) -> str:
    """Return what the units of a frame are called, in the plural: areas, schools, hospitals."""
    stage = findings.study.stage(frame_id)
    words = str(stage.id).replace("-", " ")
    return words if words.isalpha() and words.endswith("s") else str(stage.of)


def frame_of_areas(findings: Findings, stage: CongruenceStage | LinkStage) -> str:
    """Return the id of the frame whose units the results of a stage are about."""
    if isinstance(stage, CongruenceStage):
        return frame_of_areas(findings, findings.study.stage(stage.of))
    return stage.to


def chosen_by(findings: Findings, congruence_id: str) -> dict[str, str]:
    """Return the units that a choice on these bands took, with the choice's title."""
    taken: dict[str, str] = {}
    for stage in findings.stages("select"):
        if isinstance(stage, SelectStage) and congruence_id in stage.attributes_from:
            units = findings.table(stage.id, "choice")["unit"].to_pylist()
            taken.update(dict.fromkeys(units, titled(stage)))
    return taken


def group_titles(findings: Findings, rows: Iterable[Mapping[str, Any]]) -> dict[str | None, str]:
    """Return what each group of a choice is called: the area's name, or the band as it stands."""
    names = area_names(findings)
    return {row["group"]: names.get(row["group"], row["group"]) for row in rows if row["group"]}
