"""datapackage.json: what the columns of each CSV file hold, for programs that read tables."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from consilience.deposit.model import DepositFile, Package
from consilience.deposit.names import file_id
from consilience.formats.metadata.model import Variable

NAME: Final = "datapackage.json"
_ODD: Final = re.compile(r"[^a-z0-9._-]+")
# Types by what all cells look like, the first that fits; a number with a leading 0 is a code.
_LOOKS: Final = (
    ("integer", re.compile(r"0|-?[1-9]\d*")),
    ("number", re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("datetime", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")),
)


def datapackage_json(package: Package, files: Sequence[DepositFile]) -> bytes:
    """Return the descriptor of all CSV files of a package.

    Args:
        package: its identifier, day and record with variables.
        files: of the package.

    Returns:
        JSON by the Data Package standard: a resource each CSV file with size, checksum and Table
        Schema. Titles, questions, categories and missing codes come from the variables of the
        record; missing codes stay values of their column and are named as `missingCodes`.

    Source:
        Data Package 2.0 and Table Schema 2.0 (datapackage.org).
    """
    record = package.record
    access = record.access
    licence = {"name": access.licence, "path": access.licence_uri}
    descriptor = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": _ODD.sub("-", package.identifier.lower()),
        "title": record.titles[0].value if record.titles else package.identifier,
        "created": f"{package.made.isoformat()}T00:00:00Z",
        "licenses": [{key: value for key, value in licence.items() if value}],
        "resources": [
            _resource(file, record.variables) for file in files if file.media_type == "text/csv"
        ],
    }
    if not access.licence:
        del descriptor["licenses"]
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(file: DepositFile, variables: Sequence[Variable]) -> dict[str, Any]:
    own = [each for each in variables if file_id(file.path) in each.files]
    return {
        "name": _ODD.sub("-", file.path.removesuffix(".csv").lower()),
        "path": file.path,
        "type": "table",
        "title": file.contents,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(file.content),
        "hash": f"sha256:{hashlib.sha256(file.content).hexdigest()}",
        "schema": table_schema(file.content, own),
    }


def table_schema(content: bytes, variables: Sequence[Variable] = ()) -> dict[str, Any]:
    r"""Return the Table Schema of a CSV file.

    Args:
        content: of the file.
        variables: what is known of its columns, by name.

    Example:
        >>> table_schema(b"area,n\r\nPoole,2\r\n")["fields"]
        [{'name': 'area', 'type': 'string'}, {'name': 'n', 'type': 'integer'}]
    """
    rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    head = next(rows, [])
    columns = list(zip(*rows, strict=True)) or [()] * len(head)
    known = {each.name: each for each in variables}
    fields = [
        _field(name, cells, known.get(name)) for name, cells in zip(head, columns, strict=True)
    ]
    return {"fields": fields, "missingValues": [""]}


def _type(cells: Iterable[str], variable: Variable | None) -> str:
    filled = [cell for cell in cells if cell]
    numeric = ("integer", "number")
    found = next(
        (name for name, look in _LOOKS if filled and all(map(look.fullmatch, filled))), "string"
    )
    if variable is None:
        return found
    if variable.kind == "numeric":
        return found if found in numeric else "number"
    return "string" if found in numeric else found


def _field(name: str, cells: Iterable[str], variable: Variable | None) -> dict[str, Any]:
    kind = _type(cells, variable)
    made: dict[str, Any] = {"name": name, "type": kind}
    if variable is None:
        return made
    typed = {"integer": int, "number": float}.get(kind, str)
    if variable.label:
        made["title"] = variable.label
    if variable.question:
        made["description"] = variable.question
    for key, missing in (("categories", False), ("missingCodes", True)):
        listed = [each for each in variable.categories if each.missing == missing and each.label]
        if listed:
            made[key] = [{"value": typed(each.value), "label": each.label} for each in listed]
    return made
