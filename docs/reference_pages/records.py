"""Every table that a stage writes, from the models."""

from __future__ import annotations

import importlib
import re

import pyarrow as pa

from reference_pages.markdown import PACKAGE, page, row, table

ROOMS = ("selection", "surveys", "interviews", "coding", "linkage", "congruence")


def records() -> str:
    intro = (
        "Every stage writes tables; `consilience export` writes them out. Each kind of table has "
        "exactly one kind of stage that writes it."
    )
    parts = [_record("frame", _schema("frame", "UNIT"), FRAME)]
    for room in ROOMS:
        text = (PACKAGE / room / "model.py").read_text(encoding="utf-8")
        names = re.findall(r"^([A-Z_]+): Final = pa\.schema", text, re.MULTILINE)
        parts += [_record(name.lower(), _schema(room, name), comment(room, name)) for name in names]
    return page("Records", intro, *parts)


FRAME = "One row a unit that could be asked, then one column an attribute."


def _schema(room: str, name: str) -> pa.Schema:
    found: pa.Schema = getattr(importlib.import_module(f"consilience.{room}.model"), name)
    return found


def comment(room: str, name: str) -> str:
    """Return the comment that stands directly over a schema, as one paragraph."""
    lines = (PACKAGE / room / "model.py").read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"{name}: Final"))
    block: list[str] = []
    while lines[at - 1].startswith("# "):
        at -= 1
        block.insert(0, lines[at][2:])
    return " ".join(block)


def _record(name: str, schema: pa.Schema, text: str) -> str:
    words = {"string": "text", "double": "number", "int64": "whole number", "bool": "yes or no"}
    rows = [
        row(
            f"`{field.name}`",
            words.get(str(field.type), str(field.type).replace("date32[day]", "date")),
            "may be empty" if field.nullable else "always there",
        )
        for field in schema
    ]
    return f"## {name}\n\n{text}\n\n" + table(("column", "holds", ""), rows)
