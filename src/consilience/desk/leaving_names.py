"""Does an exchange file about to leave hold names that are to go, and in which memos?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine

from consilience.base.errors import Fault, Faults
from consilience.coding.model import Memo
from consilience.desk.memo_names import names_in_memos
from consilience.desk.pseudonyms import residual_check
from consilience.formats.packed import words_of_file
from consilience.formats.qda.record import Project

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
            scratch: the file as it was written; written anew without the memos that are told.
            project: what was written.
            memos: those in it.
            write: writes a project.

        Raises:
            Faults: COD-113 for each entity in each memo, INT-035 for each that is left elsewhere.
        """
        left = self._left(scratch)
        if not left:
            return
        held = names_in_memos(self.engine, self.folder, self.key, memos)
        if held:
            with scratch.open("wb") as handle:
                write(_without(project, {str(each.values["memo"]) for each in held}), handle)
            left = self._left(scratch)
        raise Faults([*held, *left])

    def _left(self, scratch: Path) -> list[Fault]:
        words = f"{words_of_file(scratch)}\n{self.target.stem.replace('_', ' ')}"
        texts = {self.target.name: words}
        return residual_check(
            self.engine, self.folder, self.key, texts, at=self.at, actor=self.actor
        )


def _without(project: Project, memos: Collection[str]) -> Project:
    """Return a project of this program without some memos."""
    side = project.sidecar or {}
    rows: Any = side.get("memos", {})
    gone = {guid for guid, row in rows.items() if row.get("id") in memos}
    return replace(
        project,
        sources=tuple(each for each in project.sources if each.guid not in gone),
        mentions=tuple(each for each in project.mentions if each[1] not in gone),
        links=tuple(each for each in project.links if each.origin not in gone),
        sidecar={**side, "memos": {guid: row for guid, row in rows.items() if guid not in gone}},
    )
