"""The codebook as pages show it: rows in the order of the tree, each with its path."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from consilience.web.palette import colours_of


class CodeLike(Protocol):
    """One code of the codebook."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def parent(self) -> str | None: ...  # noqa: D102
    @property
    def colour(self) -> str | None: ...  # noqa: D102
    @property
    def definition(self) -> str: ...  # noqa: D102
    @property
    def codable(self) -> bool: ...  # noqa: D102
    @property
    def retired(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRow:
    """One code as a row.

    Args:
        id: its id.
        name: its name.
        path: the names from the top down to it.
        depth: how far down it stands, from 0.
        colour: number of its colour.
        meaning: its definition.
        codable: whether passages may carry it.
        retired: whether it is kept only for what was coded with it.
    """

    id: str
    name: str
    path: str
    depth: int
    colour: int
    meaning: str
    codable: bool
    retired: bool


def look_of(rows: Sequence[CodeRow]) -> str:
    """Return a short hash of rows as they are drawn, by which a page says which it shows."""
    return hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()[:16]


def code_rows(codes: Sequence[CodeLike]) -> tuple[CodeRow, ...]:
    """Return codes as rows.

    Args:
        codes: in the order of the tree: a parent before those below it.
    """
    colours = colours_of(codes)
    paths: dict[str, tuple[str, ...]] = {}
    rows = []
    for code in codes:
        paths[code.id] = (*paths.get(code.parent or "", ()), code.name)
        rows.append(
            CodeRow(
                id=code.id,
                name=code.name,
                path=" > ".join(paths[code.id]),
                depth=len(paths[code.id]) - 1,
                colour=colours[code.id],
                meaning=code.definition,
                codable=code.codable,
                retired=code.retired,
            )
        )
    return tuple(rows)
