"""Where the deposit of a study stands: what would be deposited, who prepared and who released."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from consilience.deposit.model import Waiver
from consilience.design.model import Study
from consilience.design.model.deposit import DepositStage
from consilience.desk.checks import read_checked
from consilience.desk.deposit_work import PACKAGES, RELEASE
from consilience.desk.freshness import StageStanding, standing
from consilience.desk.kept import kept_results, was_run
from consilience.desk.shelf import Shelf
from consilience.store.database import snapshot
from consilience.store.deposits import Prepared, first_prepared, waivers

_MANIFEST = "manifest-sha256.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageNow:
    """The package that lies in the study folder.

    Args:
        prepared: who made it; None if nobody noted preparing these bytes.
        released_by: account of who released exactly these bytes; empty if nobody did.
    """

    prepared: Prepared | None
    released_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositNow:
    """Where a deposit stands.

    Args:
        title: of its stage.
        identifier: of the study in the catalogue; empty if the study file names none.
        stale: stages that are to be run before a package can be prepared.
        data_sets: rows of `deposit.model.DATA_SET`, as the last run made them.
        withheld: data set, reason and how many, as the last run counted them.
        waivers: that hold.
        package: the one that lies there; None if there is none.
    """

    title: str
    identifier: str
    stale: tuple[StageStanding, ...]
    data_sets: tuple[Mapping[str, Any], ...]
    withheld: tuple[tuple[str, str, int], ...]
    waivers: tuple[Waiver, ...]
    package: PackageNow | None


def deposit_now(folder: Path, engine: Engine) -> DepositNow | None:
    """Return where the deposit of a study stands; None if it has no stage of that kind.

    Args:
        folder: the study folder.
        engine: its database.

    Raises:
        Faults: what is wrong with the study file.
    """
    study = read_checked(folder)
    stage = _stage(study)
    if stage is None:
        return None
    stale = [each for each in standing(folder, study) if each.standing != "up to date"]
    sets, withheld = _made(folder, stage)
    with snapshot(engine) as connection:
        held = waivers(connection)
    return DepositNow(
        title=stage.title or stage.id,
        identifier=study.catalogue.identifier if study.catalogue else "",
        stale=tuple(stale),
        data_sets=sets,
        withheld=withheld,
        waivers=held,
        package=_package(folder, study, engine),
    )


def package_waits(folder: Path, engine: Engine) -> bool:
    """Return whether a package was prepared that nobody has released.

    Raises:
        Faults: what is wrong with the study file.
    """
    found = _package(folder, read_checked(folder), engine)
    return found is not None and found.prepared is not None and not found.released_by


def deposits(folder: Path) -> bool:
    """Return whether a study deposits anything.

    Raises:
        Faults: what is wrong with the study file.
    """
    return _stage(read_checked(folder)) is not None


def _stage(study: Study) -> DepositStage | None:
    stages = [each for each in study.stages if isinstance(each, DepositStage)]
    return stages[-1] if stages else None


def _made(
    folder: Path, stage: DepositStage
) -> tuple[tuple[Mapping[str, Any], ...], tuple[tuple[str, str, int], ...]]:
    if not was_run(folder):
        return (), ()
    with Shelf(folder, kept_results(folder)) as shelf:
        if stage.id not in shelf.results:
            return (), ()
        sets = shelf.table(stage.id, "data_set").to_pylist()
        alike: dict[tuple[str, str], int] = {}
        for row in shelf.table(stage.id, "withheld").to_pylist():
            key = (row["data_set"], row["reason"])
            # What an earlier release made has no count: every row was one thing.
            alike[key] = alike.get(key, 0) + row.get("count", 1)
    titles = {row["data_set"]: row["title"] for row in sets}
    groups = tuple((titles[name], reason, count) for (name, reason), count in alike.items())
    return tuple(sets), groups


def _package(folder: Path, study: Study, engine: Engine) -> PackageNow | None:
    if study.catalogue is None:
        return None
    package = folder / "out" / PACKAGES / study.catalogue.identifier
    manifest = package / _MANIFEST
    if not manifest.is_file():
        return None
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    with snapshot(engine) as connection:
        prepared = first_prepared(connection, digest)
    return PackageNow(prepared=prepared, released_by=_released(package / RELEASE, digest))


def _released(file: Path, digest: str) -> str:
    """Return who released exactly these bytes; nobody if the file speaks of others."""
    try:
        told = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return ""
    same = isinstance(told, dict) and told.get("digest") == digest
    return str(told.get("released_by", "")) if same else ""
