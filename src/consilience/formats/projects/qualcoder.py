"""Read a project of QualCoder: a folder or an archive with the database data.qda."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consilience.formats.projects.building import Building, Passage
from consilience.formats.projects.database import Foreign, Row
from consilience.formats.qda.conventions import Convention
from consilience.formats.qda.record import Case, Reading

TABLES: Final = frozenset({"code_text", "code_name", "source"})
# Positions are those of Python in the text as it is kept, whatever ends its lines.
_CONVENTION: Final = Convention(breaks="filed", first="bom")
_WHO: Final = ("owner", "date")
_LOST: Final = {
    "code_image": "codings on pictures and pages",
    "code_av": "codings on sound and film",
    "graph": "drawings",
    "ris": "rows of references",
    "stored_sql": "stored queries",
}


def read_qualcoder(database: Foreign, *, name: str) -> Reading:
    """Return the project in a database of QualCoder, of any version.

    Categories become codes that cannot be given; memos become descriptions and, of the journal,
    notes; annotations become passages without a code.

    Args:
        database: data.qda, opened.
        name: what to call the project.
    """
    about: Row = next(iter(database.rows("project", "date", "memo", order="date")), {})
    building = Building(program="qualcoder", salt=str(about.get("date")))
    building.parsed.name = name
    building.parsed.origin = "QualCoder"
    building.parsed.description = about.get("memo") or None
    codes = _codes(database, building)
    sources = _sources(database, building)
    _passages(database, building, codes)
    cases = _cases(database, building, sources)
    _attributes(database, building, {"case": cases, "file": sources})
    for row in database.rows("journal", "jid", "name", "jentry", *_WHO, order="jid"):
        stamp = building.stamp(row["owner"], row["date"])
        building.note(row["jid"], row["name"], row["jentry"] or "", stamp=stamp)
    for table, what in _LOST.items():
        building.lose(what, database.count(table))
    return building.reading(_CONVENTION, where=database.where)


def _codes(database: Foreign, building: Building) -> Mapping[object, str]:
    categories: dict[object, str] = {}
    waiting = database.rows(
        "code_cat", "catid", "name", "memo", "supercatid", order="name", needed=["name"]
    )
    while waiting:
        # Those whose parent is known; what is left then lies in a circle and goes to the top.
        ready = [
            row for row in waiting if row["supercatid"] is None or row["supercatid"] in categories
        ]
        for row in ready or waiting:
            parent = categories.get(row["supercatid"])
            categories[row["catid"]] = building.code(
                row["catid"], row["name"], parent=parent, memo=row["memo"], codable=False
            )
        waiting = [row for row in waiting if row["catid"] not in categories]
    codes: dict[object, str] = {}
    wanted = ("cid", "name", "memo", "catid", "color", "supercid")
    rows = database.rows("code_name", *wanted, order="name", needed=["name"])
    above = {row["cid"]: building.guid("code", row["cid"]) for row in rows}
    for row in rows:
        codes[row["cid"]] = building.code(
            row["cid"],
            row["name"],
            parent=above.get(row["supercid"]) or categories.get(row["catid"]),
            colour=row["color"],
            memo=row["memo"],
        )
    return codes


def _sources(database: Foreign, building: Building) -> Mapping[object, str]:
    found = {}
    wanted = ("id", "name", "fulltext", "mediapath", "memo", *_WHO)
    for row in database.rows("source", *wanted, order="id"):
        if row["fulltext"] is None or (row["fulltext"] == "" and row["mediapath"]):
            building.lose("pictures, sound and film", 1)
            continue
        found[row["id"]] = building.source(
            row["id"],
            row["name"],
            row["fulltext"],
            memo=row["memo"],
            stamp=building.stamp(row["owner"], row["date"]),
        )
    return found


def _passages(database: Foreign, building: Building, codes: Mapping[object, str]) -> None:
    coded = ("cid", "fid", "seltext", "pos0", "pos1", "memo", "important", *_WHO)
    for row in database.rows("code_text", *coded, order="fid"):
        key = [row[name] for name in ("cid", "fid", "pos0", "pos1", "owner")]
        code = codes.get(row["cid"])
        if code is None:
            building.lose("codings whose code was deleted", 1)
            continue
        building.passage(key, _passage(row), codes=[code])
        building.lose("marks of importance on codings", bool(row["important"]))
    noted = ("anid", "fid", "pos0", "pos1", "memo", *_WHO)
    for row in database.rows("annotation", *noted, order="anid"):
        building.passage(["annotation", row["anid"]], _passage(row))


def _passage(row: Row) -> Passage:
    return Passage(
        source=row["fid"],
        start=row["pos0"],
        end=row["pos1"],
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
    wanted = ("id", "caseid", "fid", "pos0", "pos1", "memo", *_WHO)
    for row in database.rows("case_text", *wanted, order="id"):
        size = building.length(row["fid"])
        if size is not None and row["pos0"] == 0 and (row["pos1"] or 0) >= size - 1:
            whole.setdefault(row["caseid"], []).append(sources[row["fid"]])
        else:
            part = building.passage(["case", row["id"]], _passage(row))
            parts.setdefault(row["caseid"], []).extend([part] if part else [])
    found = {}
    for row in database.rows("cases", "caseid", "name", "memo", order="caseid"):
        guid = building.guid("case", row["caseid"])
        found[row["caseid"]] = guid
        building.case(
            Case(
                guid=guid,
                name=row["name"],
                description=row["memo"] or None,
                sources=tuple(dict.fromkeys(whole.get(row["caseid"], ()))),
                selections=tuple(parts.get(row["caseid"], ())),
            )
        )
    return found


def _attributes(
    database: Foreign, building: Building, owners: Mapping[str, Mapping[object, str]]
) -> None:
    memos = {
        row["name"]: row["memo"]
        for row in database.rows("attribute_type", "name", "memo", order="name")
    }
    wanted = ("attrid", "name", "attr_type", "value", "id")
    rows = database.rows("attribute", *wanted, order="attrid", needed=["name"])
    for kind in ("case", "file"):
        for row in rows:
            owner = owners[kind].get(row["id"]) if row["attr_type"] == kind else None
            if owner:
                variable = building.variable(row["name"], memo=memos.get(row["name"]))
                building.value(owner, variable, row["value"])
