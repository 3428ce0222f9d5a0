"""Does an exchange file about to leave hold names that are to go, and in which memos?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Memo
from consilience.desk.memo_names import names_in_memos
from consilience.desk.pen import Pen
from consilience.desk.pseudonyms import residual_check
from consilience.desk.registry import read_book
from consilience.formats.packed import words_of_file
from consilience.formats.qda.record import Project
from consilience.store.database import HIDDEN
from consilience.store.vault import open_vault

Write = Callable[[Project, IO[bytes]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """A look through a file about to leave.

    Args:
        engine: the database of the study.
        folder: the study folder.
        key: the pass phrase of its vault.
        target: what the file will be called.
        at: the time now.
        actor: who exports.
    """

    engine: Engine
    folder: Path
    key: str = field(repr=False)
    target: Path
    at: dt.datetime
    actor: str

    def refuse(self, scratch: Path, project: Project, memos: Sequence[Memo], write: Write) -> None:
        """Refuse a file in which names are left.

        Args:
            scratch: the file as it was written; written anew without what is told by itself.
            project: what was written.
            memos: those in it.
            write: writes a project.

        Raises:
            Faults: COD-113 for each entity in each memo, COD-114 in each attribute of cases,
                INT-035 for each that is left elsewhere.
        """
        left = self._left(scratch)
        if not left:
            return
        pen = Pen(read_book(open_vault(self.folder / HIDDEN, self.key)))
        held = names_in_memos(self.engine, pen, memos)
        known = dict(_names_in_attributes(pen, project))
        if held or known:
            rest = _without(project, {str(each.values["memo"]) for each in held}, {*known})
            with scratch.open("wb") as handle:
                write(rest, handle)
            left = self._left(scratch)
        raise Faults([*held, *known.values(), *left])

    def _left(self, scratch: Path) -> list[Fault]:
        words = f"{words_of_file(scratch)}\n{self.target.stem.replace('_', ' ')}"
        texts = {self.target.name: words}
        return residual_check(
            self.engine, self.folder, self.key, texts, at=self.at, actor=self.actor
        )


def _names_in_attributes(pen: Pen, project: Project) -> Iterator[tuple[str, Fault]]:
    """Yield each variable of cases in which a name is left, by identifier, with what to tell."""
    cases = {case.guid for case in project.cases}
    said: dict[str, list[str]] = {}
    for value in project.values:
        if value.owner in cases and value.value is not None:
            said.setdefault(value.variable, []).append(value.value)
    for variable in project.variables:
        if variable.guid in said:
            told = (variable.name, variable.description or "", *said[variable.guid])
            left = pen.left("\n".join(told))
            if left:
                yield (
                    variable.guid,
                    Fault("COD-114", entity=left[0][1], count=len(left), attribute=variable.name),
                )


def _without(project: Project, memos: Collection[str], variables: Collection[str]) -> Project:
    """Return a project of this program without some memos and variables."""
    side = project.sidecar or {}
    rows: Any = side.get("memos", {})
    gone = {guid for guid, row in rows.items() if row.get("id") in memos}
    return replace(
        project,
        sources=tuple(each for each in project.sources if each.guid not in gone),
        mentions=tuple(each for each in project.mentions if each[1] not in gone),
        variables=tuple(each for each in project.variables if each.guid not in variables),
        values=tuple(each for each in project.values if each.variable not in variables),
        links=tuple(each for each in project.links if each.origin not in gone),
        sidecar={**side, "memos": {guid: row for guid, row in rows.items() if guid not in gone}},
    )
