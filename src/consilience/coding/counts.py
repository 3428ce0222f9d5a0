"""How often was what marked: by code, coder and case; which codes meet; when did new ones end?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from consilience.coding.model import (
    CODE_CASE,
    CODE_COUNT,
    CODING_COUNT,
    COOCCURRENCE,
    SATURATION,
    Code,
)

Integers = npt.NDArray[np.int64]
# Passages compared with all others of a text at once: bounds the memory for texts of thousands.
_BLOCK: Final = 1024


def code_counts(codes: Sequence[Code], codings: pa.Table) -> pa.Table:
    """How often was each code used?

    Args:
        codes: the codebook, parents before children.
        codings: rows of `CODING`.

    Returns:
        Schema `CODE_COUNT`, in the order of the codebook. `below` counts the passages of the code
        and of all codes below it.
    """
    names = {code.id: code for code in codes}
    found = _found(codings)
    below = {code.id: len(found[code.id]) for code in codes}
    for code in reversed(codes):
        if code.parent is not None and code.parent in below:
            below[code.parent] += below[code.id]
    rows = []
    for code in codes:
        own = found[code.id]
        line = _line(code, names)
        rows.append(
            {
                "code": code.id,
                "name": code.name,
                "path": " > ".join(each.name for each in line),
                "parent": code.parent,
                "depth": len(line) - 1,
                "codable": code.codable,
                "definition": code.definition or None,
                "passages": len(own),
                "below": below[code.id],
                "texts": len({document for document, _ in own}),
                "coders": len({coder for _, coder in own}),
            }
        )
    return pa.Table.from_pylist(rows, schema=CODE_COUNT)


def _found(codings: pa.Table) -> defaultdict[str, list[tuple[str, str]]]:
    """Return text and coder of each passage by code."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    columns = (codings[name].to_pylist() for name in ("code", "document", "coder"))
    for code, document, coder in zip(*columns, strict=True):
        found[code].append((document, coder))
    return found


def _line(code: Code, names: Mapping[str, Code]) -> list[Code]:
    """Return a code after those above it."""
    line = [code]
    while line[0].parent is not None and line[0].parent in names:
        line.insert(0, names[line[0].parent])
    return line


def coder_counts(codings: pa.Table) -> pa.Table:
    """How often did each coder use each code? Schema `CODING_COUNT`, by code and coder."""
    counted = codings.group_by(["code", "coder"]).aggregate(
        [("id", "count"), ("document", "count_distinct")]
    )
    renamed = counted.rename_columns(
        {"id_count": "passages", "document_count_distinct": "texts"}
    ).select(CODING_COUNT.names)
    return renamed.sort_by([("code", "ascending"), ("coder", "ascending")]).cast(CODING_COUNT)


def case_counts(codings: pa.Table, cases: Mapping[str, str]) -> pa.Table:
    """How often was each code used in the texts of each case?

    Args:
        codings: rows of `CODING`.
        cases: id of a text to its case; texts of no case are left out.

    Returns:
        Schema `CODE_CASE`, by case and code; pairs that do not occur have no row.
    """
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    columns = (codings[name].to_pylist() for name in ("code", "document"))
    for code, document in zip(*columns, strict=True):
        if document in cases:
            found[cases[document], code].append(document)
    rows = [
        {"case": case, "code": code, "passages": len(texts), "texts": len(set(texts))}
        for (case, code), texts in sorted(found.items())
    ]
    return pa.Table.from_pylist(rows, schema=CODE_CASE)


def cooccurrence(codings: pa.Table) -> pa.Table:
    """Which codes meet: how often do passages of the same coder overlap?

    Args:
        codings: rows of `CODING`.

    Returns:
        Schema `COOCCURRENCE`: each pair of codes that meets once, the first the smaller id, by id;
        `passages` counts pairs of overlapping passages, `texts` the texts with any.
    """
    codes, code = _numbered(codings["code"])
    _, text = _numbered(codings["document"])
    _, coder = _numbered(codings["coder"])
    start, end = (codings[name].to_numpy().astype(np.int64) for name in ("start", "end"))
    group = text * (coder.max(initial=0) + 1) + coder
    order = np.lexsort((start, group))
    edges = np.flatnonzero(np.diff(group[order])) + 1
    passages: defaultdict[int, int] = defaultdict(int)
    texts: defaultdict[int, set[int]] = defaultdict(set)
    for rows in np.split(order, edges) if len(order) else ():
        meeting = _meeting(start[rows], end[rows], code[rows], len(codes))
        for pair, count in zip(*np.unique(meeting, return_counts=True), strict=True):
            passages[int(pair)] += int(count)
            texts[int(pair)].add(int(text[rows[0]]))
    found = [
        {
            "code": codes[pair // len(codes)],
            "other": codes[pair % len(codes)],
            "passages": count,
            "texts": len(texts[pair]),
        }
        for pair, count in sorted(passages.items())
    ]
    return pa.Table.from_pylist(found, schema=COOCCURRENCE)


def _numbered(column: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """Return the values of a column in order, and the place of each row's among them."""
    names = sorted(set(column.to_pylist()))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[name] for name in column.to_pylist()], dtype=np.int64)


def _meeting(start: Integers, end: Integers, code: Integers, count: int) -> Integers:
    """Return, for each pair of overlapping passages of different codes, its codes as a number.

    Args:
        start: first code points, ascending.
        end: code points after the last.
        code: number of the code of each.
        count: how many codes there are.
    """
    pairs = []
    for first in range(0, len(start), _BLOCK):
        block = slice(first, first + _BLOCK)
        rows = np.arange(first, min(first + _BLOCK, len(start)))
        # Ascending starts: a later passage overlaps if it begins before this one ends.
        meets = (start[None, :] < end[block, None]) & (np.arange(len(start)) > rows[:, None])
        one, other = np.nonzero(meets)
        a, b = code[rows[one]], code[other]
        low, high = np.minimum(a, b), np.maximum(a, b)
        pairs.append((low * count + high)[low != high])
    return np.concatenate(pairs) if pairs else np.zeros(0, np.int64)


def saturation(texts: Sequence[tuple[str, str]], codings: pa.Table) -> pa.Table:
    """When did texts stop bringing codes that were new?

    Args:
        texts: id and name of each text, in the order in which they were collected.
        codings: rows of `CODING`.

    Returns:
        Schema `SATURATION`, a row a text: codes first used in it, and codes used so far.
    """
    used: defaultdict[str, set[str]] = defaultdict(set)
    columns = (codings[name].to_pylist() for name in ("document", "code"))
    for document, code in zip(*columns, strict=True):
        used[document].add(code)
    seen: set[str] = set()
    rows: list[dict[str, Any]] = []
    for step, (document, name) in enumerate(texts, start=1):
        new = used[document] - seen
        seen |= new
        rows.append(
            {"step": step, "document": document, "name": name, "new": len(new), "codes": len(seen)}
        )
    return pa.Table.from_pylist(rows, schema=SATURATION)
