"""Look through all that is about to leave: what files hide, names, data health, the record."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.base.settings import load_settings
from consilience.deposit.gate import Evidence
from consilience.deposit.health import examine, read_examined
from consilience.deposit.model import DepositFile, HealthCheck
from consilience.deposit.own_names import names_in, own_files
from consilience.deposit.package import payload_of
from consilience.deposit.residual import OwnNames, search_files
from consilience.desk.deposit_package import Assembled
from consilience.desk.memo_names import memos_in
from consilience.desk.pen import Pen
from consilience.desk.registry import Book, read_book
from consilience.desk.sealed import note_opening
from consilience.desk.steps import Task
from consilience.formats.hidden.scan import findings_in
from consilience.formats.metadata.profile import Gate, profile_for
from consilience.formats.metadata.profile_check import check_profile
from consilience.formats.metadata.schemas import Schemas
from consilience.formats.metadata.xml_safe import parse_xml
from consilience.formats.words import words_in
from consilience.store.database import HIDDEN, transaction
from consilience.store.vault import has_vault, open_vault
from consilience.text.pseudonyms import Registry

_RECORD: Final = "metadata/ddi25.xml"

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a package is to be prepared.

    Attributes:
        at: the time now.
        actor: who prepares it.
        day: the day the package carries; None: today's.
        key: the pass phrase of the vault, with which names are searched for; None if not at hand.
        environ: the environment, for the folder of schemas in the settings.
        look: only look, write nothing.
        zips: whether to write zips for upload beside the bag.
    """

    at: dt.datetime
    actor: str
    day: dt.date | None = None
    key: str | None = None
    environ: Mapping[str, str]
    look: bool = False
    zips: bool = False


def evidence_of(
    made: Assembled, task: Task, asked: Asked, *, engine: Engine, told: Told
) -> Evidence:
    """Look through all that is about to leave.

    Args:
        made: the package.
        task: the deposit stage.
        asked: with which key and schemas.
        engine: of the study; that the vault was opened is noted there.
        told: told what is being done.

    Raises:
        Fault: STO-031 for another key of the vault, STO-032 or STO-036 if it was changed.
    """
    folder = task.folder
    told("looking for hidden content")
    hidden = [
        found for each in made.package.files for found in findings_in(each.path, each.content)
    ]
    told("looking for names")
    # In README, lists and the record too: people write freely what goes into them.
    files = payload_of(made.package)
    searched, unsearched = None, ""
    registry: Registry = ()
    memos: tuple[Fault, ...] = ()
    if has_vault(folder / HIDDEN):
        if asked.key is None:
            unsearched = "the study has a vault with names, and its key was not given"
        else:
            book = _names(engine, folder, asked)
            registry = book.registry
            own = OwnNames(names=names_in(made.package.record), files=own_files(files))
            searched = search_files(files, registry, own=own)
            named = {each.file for each in searched.found} & {*files}
            said = (each.text for name in sorted(named) for each in words_in(name, files[name]))
            memos = memos_in(engine, Pen(book), said) if named else ()
    elif any(task.study.stage(each.texts).pseudonymise for each in task.stage.sets if each.texts):
        unsearched = "texts are to be pseudonymised, and no vault holds the names"
    told("checking data files and the record")
    return Evidence(
        hidden=tuple(hidden),
        residual=searched,
        unsearched=unsearched,
        memos=memos,
        undecided=Counter(each.kind for each in registry if each.ruling == "ask" and each.forms),
        health=_health(made.package.files),
        record=_record_faults(files[_RECORD], asked.environ),
        absent=made.absent,
    )


def _names(engine: Engine, folder: Path, asked: Asked) -> Book:
    """Return the names of the vault, and note that it was opened."""
    vault = open_vault(folder / HIDDEN, asked.key or "")
    with transaction(engine) as connection:
        note_opening(
            connection, at=asked.at, actor=asked.actor, purpose="check deposit", subject="files"
        )
    return read_book(vault)


def _health(files: tuple[DepositFile, ...]) -> dict[str, tuple[HealthCheck, ...]]:
    """Return the failed checks of the data files; that with labels stands for its other forms."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        for each in files:
            if not each.path.endswith(".sav"):
                continue
            path = Path(scratch) / Path(each.path).name
            path.write_bytes(each.content)
            checks = examine(read_examined(path)).checks
            failed = tuple(check for check in checks if check.failed)
            if failed:
                found[each.path] = failed
    return found


def _record_faults(data: bytes, environ: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return what the official schema and the profile of the catalogue find wrong."""
    schemas = Schemas(load_settings(environ).schemas)
    root = parse_xml(data, name=_RECORD)
    report = check_profile(root, profile_for(root), gate=Gate.BASIC_PLUS, file=_RECORD)
    return (*schemas.check(data, "ddi-2.5", name=_RECORD), *report.faults())
