"""Codes by case, text, coder or speaker: the table of `consilience codings table` as a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault, Faults
from consilience.desk.code_totals import crosstab_csv
from consilience.desk.coded_tables import By, Crosstab, Measure, code_table
from consilience.desk.finding import coders_seen
from consilience.desk.reading import names_of
from consilience.desk.retrieval import Filters
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.texts import READERS

# What a column of the page may be, and what may be counted, in words.
BYS: Final[Mapping[By, str]] = {
    "case": "case",
    "document": "text",
    "coder": "coder",
    "speaker": "speaker",
}
MEASURES: Final[Mapping[Measure, str]] = {
    "count": "passages",
    "presence": "whether there is one",
    "characters": "characters",
}
# As many columns as a person looks through; the file has all.
_MOST: Final = 60


def tables(call: Call) -> Response:
    """Show the form, and the table of what is asked for."""
    fault: Fault | None = None
    found: Crosstab | None = None
    broken = False
    try:
        found = _found(call)
    except Faults:  # what is known of cases stands in the study file
        broken = True
    except Fault as caught:
        # What else there is would tell of coders whom whoever asks may not see.
        fault = Fault("WEB-046") if caught.code == "COD-026" else caught
    by, measure, below = _asked(call)
    return call.page(
        "tables.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        broken=broken,
        found=found,
        lines=_lines(found) if found else [],
        columns=_columns(call, found)[:_MOST] if found else [],
        total=found.table.num_rows if found else 0,
        by=by,
        bys=BYS,
        measure=measure,
        measures=MEASURES,
        below=below,
        coder=call.query.get("coder", ""),
        coders=coders_seen(call.site.engine, call.site.folder, call.who),
    )


def as_file(call: Call) -> Response:
    """Return the whole table as CSV, the rows being what are columns of the page."""
    found = _found(call)
    invented = "-simulated" if found.simulated else ""
    return Response(
        crosstab_csv(found),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=codes-by-{found.by}{invented}.csv"},
    )


def _asked(call: Call) -> tuple[By, Measure, bool]:
    by: By = next((each for each in BYS if each == call.query.get("by")), "case")
    measure: Measure = next(
        (each for each in MEASURES if each == call.query.get("measure")), "count"
    )
    return by, measure, call.query.get("below") == "1"


def _found(call: Call) -> Crosstab:
    by, measure, below = _asked(call)
    coder = call.query.get("coder", "")
    return code_table(
        call.site.engine,
        call.site.folder,
        by=by,
        person=call.who,
        measure=measure,
        below=below,
        filters=Filters(coders=(coder,) if coder else ()),
    )


def _columns(call: Call, found: Crosstab) -> list[str]:
    """Return what the columns of the page are called."""
    if found.by == "document":
        return [str(each) for each in found.table["name"].to_pylist()]
    own = [str(each) for each in found.table[found.by].to_pylist()]
    names = names_of(call.site.engine) if found.by == "coder" else {}
    return [names.get(each, each) for each in own]


def _lines(found: Crosstab) -> list[tuple[str, list[int], int]]:
    """Return a line a code that was used: its path, its cells, and their sum over all columns."""
    lines = []
    for name, path in found.codes.items():
        cells = found.table[name].to_pylist()
        if any(cells):
            lines.append((path, cells[:_MOST], sum(cells)))
    return lines


DOORS: Final = (
    Door(method="GET", path="/tables", name="tables", to=READERS, handler=tables),
    Door(method="GET", path="/tables/csv", name="tables-csv", to=READERS, handler=as_file),
)
