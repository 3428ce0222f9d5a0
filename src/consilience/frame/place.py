"""In which area of the frame of areas each school lies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where
from consilience.frame.attributes import as_text, examples, nearest
from consilience.frame.codes import explain_code
from consilience.frame.england import authorities_2018
from consilience.frame.model import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Schools in areas.

    Args:
        areas: id of the area of each school, null where it lies in none of the frame.
        notes: warnings.
    """

    areas: pa.ChunkedArray
    notes: tuple[Fault, ...]


def _ids_by_key(areas: Frame, key: str) -> dict[str, str]:
    """Return the id of each area by its key."""
    table = areas.table
    if key not in table.column_names:
        known = table.column_names
        raise Fault("FRA-022", key=key, nearest=nearest(key, known), known=", ".join(known))
    keys = as_text(table.column(key)).to_pylist()
    value, count = Counter(each for each in keys if each).most_common(1)[0]
    if count > 1:
        raise Fault("FRA-024", key=key, value=value, count=count)
    return dict(zip(keys, table.column("id").to_pylist(), strict=True))


def _hint(areas: Frame, given: list[str]) -> str:
    """Return in words the column of the areas that matches best, if any does."""
    found = {
        name: len(set(given) & set(as_text(areas.table.column(name)).to_pylist()))
        for name in areas.table.column_names
    }
    best = max(found, key=lambda name: found[name])
    return f", which looks like {best!r}" if found[best] else ""


def _english(areas: Frame) -> bool:
    codes = {row["id"] for row in authorities_2018()}
    return all(each in codes for each in areas.table.column("id").to_pylist())


def _other_year(areas: Frame, key: str, unknown: list[str]) -> Fault | None:
    """Return the explanation of the first code of another year among those without an area."""
    if key not in {"id", "dfe_code"} or not _english(areas):
        return None
    for code in unknown:
        fault = explain_code(code, on=areas.date)
        if fault is not None and fault.code == "FRA-001":
            return fault
    return None


def place(given: pa.ChunkedArray, *, areas: Frame, key: str, file: str) -> Placed:
    """In which areas do schools lie, going by the value that each gives?

    Args:
        given: value of each school, text; null where none is given.
        areas: the frame of areas.
        key: column of it in which the values stand.
        file: for messages.

    Returns:
        Area ids and warnings: FRA-020 for schools in no area of the frame, FRA-023 for areas
        without a school.

    Raises:
        Fault: FRA-001 if an area is one of another year; FRA-021 if no school matches; FRA-022,
            FRA-024 if the key is no column or not unique.
    """
    ids = _ids_by_key(areas, key)
    # A table that went through a program of numbers writes 201.0 for the code 201.
    text = pc.replace_substring_regex(pc.utf8_trim_whitespace(given), r"^(\d+)\.0$", r"\1")
    values = text.to_pylist()
    placed = [ids.get(value) if value is not None else None for value in values]
    lost = Counter("no area given" if v is None else v for v, p in zip(values, placed, strict=True) if p is None)  # fmt: skip  # noqa: E501
    unknown = sorted(set(lost) - {"no area given"})
    where = Where(file=file)
    other = _other_year(areas, key, unknown)
    if other is not None:
        raise Fault(other.code, where=where, **other.values)
    if values and not any(placed):
        hint = _hint(areas, unknown)
        raise Fault(
            "FRA-021",
            where=where,
            of=len(values),
            key=key,
            examples=examples(unknown) or "no value at all",
            hint=hint,
        )
    notes = []
    if lost:
        words = examples([f"{value} ({count})" for value, count in lost.most_common()])
        count = sum(lost.values())
        notes.append(Fault("FRA-020", where=where, count=count, of=len(values), examples=words))
    empty = sorted(set(ids.values()) - set(placed))
    if empty:
        words = examples(empty)
        notes.append(Fault("FRA-023", where=where, count=len(empty), of=len(ids), examples=words))
    return Placed(areas=pa.chunked_array([pa.array(placed, pa.string())]), notes=tuple(notes))
