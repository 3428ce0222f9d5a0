"""Read a project of RQDA, the package for R that can no longer be installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from consilience.formats.projects.building import Building, Passage
from consilience.formats.projects.database import Foreign, Row
from consilience.formats.qda.conventions import Convention
from consilience.formats.qda.record import Case, Reading

TABLES: Final = frozenset({"coding", "freecode", "source"})
_CONVENTION: Final = Convention(breaks="filed", first="bom")
_WHO: Final = ("owner", "date")


def read_rqda(database: Foreign, *, name: str) -> Reading:
    """Return the project in a database of RQDA.

    Categories become codes that cannot be given; a code in two categories stands below the first.
    What was deleted there (status 0) is left out.

    Args:
        database: the .rqda, opened.
        name: what to call the project.
    """
    about: Row = next(iter(database.rows("project", "date", "memo", order="date")), {})
    building = Building(program="rqda", salt=str(about.get("date")))
    building.parsed.name = name
    building.parsed.origin = "RQDA"
    building.parsed.description = about.get("memo") or None
    codes = _codes(database, building)
    sources = {
        row["id"]: building.source(
            row["id"],
            row["name"],
            row["file"] or "",
            memo=row["memo"],
            stamp=building.stamp(row["owner"], row["date"]),
        )
        for row in _live(database, "source", "id", "name", "file", "memo", *_WHO, order="id")
    }
    wanted = ("cid", "fid", "seltext", "selfirst", "selend", "memo", *_WHO)
    for row in _live(database, "coding", *wanted, order="fid"):
        if row["cid"] in codes:
            key = [row[each] for each in ("cid", "fid", "selfirst", "selend", "owner", "date")]
            building.passage(key, _passage(row), codes=[codes[row["cid"]]])
        else:
            building.lose("codings whose code was deleted", 1)
    cases = _cases(database, building, sources)
    _attributes(database, building, cases, sources)
    for number, row in enumerate(
        _live(database, "journal", "name", "journal", *_WHO, order="date")
    ):
        stamp = building.stamp(row["owner"], row["date"])
        building.note(number, row["name"], row["journal"] or "", stamp=stamp)
    building.lose("annotations (they have a position and no length)", database.count("annotation"))
    building.lose("categories of files", database.count("filecat"))
    building.lose("pictures", database.count("image"))
    return building.reading(_CONVENTION, where=database.where)


def _live(
    database: Foreign, table: str, *wanted: str, order: str, needed: Sequence[str] = ()
) -> list[Row]:
    rows = database.rows(table, *wanted, "status", order=order, needed=needed)
    return [row for row in rows if row["status"] in (None, 1)]


def _codes(database: Foreign, building: Building) -> Mapping[object, str]:
    categories = {
        row["catid"]: building.code(row["catid"], row["name"], memo=row["memo"], codable=False)
        for row in _live(
            database, "codecat", "catid", "name", "memo", order="catid", needed=["name"]
        )
    }
    above: dict[object, str] = {}
    for row in _live(database, "treecode", "cid", "catid", order="catid"):
        if row["catid"] in categories:
            if row["cid"] in above:
                building.lose("further categories of codes", 1)
            above.setdefault(row["cid"], categories[row["catid"]])
    return {
        row["id"]: building.code(
            row["id"],
            row["name"],
            parent=above.get(row["id"]),
            colour=row["color"],
            memo=row["memo"],
        )
        for row in _live(
            database, "freecode", "id", "name", "memo", "color", order="id", needed=["name"]
        )
    }


def _passage(row: Row) -> Passage:
    return Passage(
        source=row["fid"],
        start=row["selfirst"],
        end=row["selend"],
        quote=row.get("seltext") or None,
        memo=row["memo"],
        owner=row["owner"],
        date=row["date"],
    )


def _cases(
    database: Foreign, building: Building, sources: Mapping[object, str]
) -> Mapping[object, str]:
    whole: dict[object, list[str]] = {}
    parts: dict[object, list[str]] = {}
    wanted = ("caseid", "fid", "selfirst", "selend", "memo", *_WHO)
    for number, row in enumerate(_live(database, "caselinkage", *wanted, order="caseid")):
        size = building.length(row["fid"])
        if size is not None and row["selfirst"] == 0 and (row["selend"] or 0) >= size - 1:
            whole.setdefault(row["caseid"], []).append(sources[row["fid"]])
        elif row["fid"] in sources:
            part = building.passage(["case", number], _passage(row))
            parts.setdefault(row["caseid"], []).extend([part] if part else [])
    found = {}
    for row in _live(database, "cases", "id", "name", "memo", order="id"):
        found[row["id"]] = building.guid("case", row["id"])
        building.case(
            Case(
                guid=found[row["id"]],
                name=row["name"],
                description=row["memo"] or None,
                sources=tuple(dict.fromkeys(whole.get(row["id"], ()))),
                selections=tuple(parts.get(row["id"], ())),
            )
        )
    return found


def _attributes(
    database: Foreign,
    building: Building,
    cases: Mapping[object, str],
    sources: Mapping[object, str],
) -> None:
    for table, key, owners in (("caseAttr", "caseID", cases), ("fileAttr", "fileID", sources)):
        for row in _live(database, table, "variable", "value", key, order=key, needed=["variable"]):
            owner = owners.get(row[key])
            if owner:
                building.value(owner, building.variable(row["variable"]), row["value"])
