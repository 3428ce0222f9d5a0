"""Prepare the package of a study, waive a finding, release what somebody else prepared."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.base.settings import load_settings
from consilience.deposit.bag import check_bag, write_bag
from consilience.deposit.bundles import bundles_of
from consilience.deposit.gate import (
    CHECKS,
    HEALTH,
    NEVER_WAIVED,
    Evidence,
    gate,
    refused,
    waived,
)
from consilience.deposit.health import examine, read_examined
from consilience.deposit.model import DepositFile, Finding, HealthCheck, Package, Release, Waiver
from consilience.deposit.package import bag_of, digest_of, payload_of
from consilience.deposit.residual import search_files
from consilience.design.model import Study, TalkStage
from consilience.design.model.deposit import DepositStage
from consilience.desk.checks import read_checked
from consilience.desk.deposit_package import Assembled, assembled
from consilience.desk.deposits import contents_of
from consilience.desk.freshness import standing
from consilience.desk.kept import at_work, kept_results
from consilience.desk.registry import read_book
from consilience.desk.sealed import note_opening
from consilience.desk.shelf import Shelf
from consilience.desk.steps import Task
from consilience.formats.hidden.scan import findings_in
from consilience.formats.metadata.profile import Gate, profile_for
from consilience.formats.metadata.profile_check import check_profile
from consilience.formats.metadata.schemas import Schemas
from consilience.formats.metadata.xml_safe import parse_xml
from consilience.store.accounts import accounts
from consilience.store.database import HIDDEN, snapshot, transaction
from consilience.store.deposits import (
    Prepared,
    first_prepared,
    note_prepared,
    note_waiver,
    waivers,
)
from consilience.store.files import write_whole
from consilience.store.ledger import append
from consilience.store.vault import has_vault, open_vault
from consilience.text.pseudonyms import Entity

# Only these may let something pass that the gate refuses.
WAIVING: Final = ("lead", "curator")
PACKAGES: Final = "deposit"
RELEASE: Final = "release.json"
_RECORD: Final = "metadata/ddi25.xml"
_MANIFEST: Final = "manifest-sha256.txt"

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """How preparing went.

    Attributes:
        findings: what the gate found, waived ones among them.
        refused: those that keep the deposit back.
        folder: where the package lies; None if it was refused or only looked at.
        zips: further files, if zips were asked for.
        digest: SHA-256 of its manifest; empty if there is none.
        files: how many files it has.
        data_sets: (id, planned, collected, allowed, deposited) of each.
    """

    findings: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    folder: Path | None = None
    zips: tuple[Path, ...] = ()
    digest: str = ""
    files: int = 0
    data_sets: tuple[tuple[str, int | None, int, int, int], ...] = ()


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


def prepare(folder: Path, asked: Asked, *, told: Told = lambda _: None) -> Deposit:
    """Put the package of a study together, look at all of it, and write it if nothing is unsafe.

    Args:
        folder: the study folder.
        asked: how.
        told: told what is being done.

    Returns:
        All findings; and the package, in `out/deposit/IDENTIFIER`, if none of them refuses.

    Raises:
        Fault: DEP-010 to DEP-013 if there is no deposit to prepare; STO-031 for another key of
            the vault; those of writing. Nothing is written then.
    """
    study = read_checked(folder)
    stage = _stage(study, folder)
    with at_work(folder) as engine, Shelf(folder, kept_results(folder)) as shelf:
        told("putting together")
        task = Task(study=study, stage=stage, folder=folder, table=shelf.table)
        with snapshot(engine) as connection:
            day = asked.day or asked.at.date()
            given = waivers(connection)
            sealed = has_vault(folder / HIDDEN) and asked.key is not None
            vault = open_vault(folder / HIDDEN, asked.key or "") if sealed else None
            held = contents_of(task)
            made = assembled(task, held, connection, waivers=given, made=day, vault=vault)
        findings = _findings(engine, folder, stage, made, asked, told)
        findings = waived(findings, given)
        against = refused(findings)
        counts = tuple(
            (each.id, each.planned, each.collected, each.consented, each.deposited)
            for each in made.package.data_sets
        )
        if against or asked.look:
            return Deposit(findings=findings, refused=against, data_sets=counts)
        told("writing")
        package = _final(made.package, findings, given)
        written = _write(engine, folder, package, asked)
    return replace(written, findings=findings, data_sets=counts)


def waive(
    folder: Path,
    *,
    code: str,
    where: str,
    role: str,
    reason: str,
    back: bool = False,
    at: dt.datetime,
    actor: str,
) -> Waiver:
    """Let a finding of the gate pass, in somebody's name and for a reason, or no longer.

    Args:
        folder: the study folder.
        code: the check.
        where: the place it is waived for; `*` for all.
        role: in which role it is waived.
        reason: why; it stands in the package.
        back: whether the waiver is taken back.
        at: the time now.
        actor: who waives.

    Raises:
        Fault: DEP-014 for a role that may not, DEP-015 without a reason, DEP-016 for a check that
            nobody can waive, DEP-020 for none, DEP-017 if the account has not that role.
    """
    waiver = Waiver(code=code, where=where, role=role, by=actor, reason=reason.strip(), at=at)
    if role not in WAIVING:
        raise Fault("DEP-014", role=role, known=" or ".join(WAIVING))
    if not waiver.reason:
        raise Fault("DEP-015")
    if code in NEVER_WAIVED:
        raise Fault("DEP-016", check=code)
    if code not in CHECKS and not code.startswith(HEALTH):
        raise Fault("DEP-020", check=code, known=", ".join(CHECKS))
    with at_work(folder) as engine, transaction(engine) as connection:
        _check_role(connection, actor, (role,))
        note_waiver(connection, waiver, back=back)
        append(
            connection, at=at, actor=actor, action="waiver taken back" if back else "waiver",
            subject=code, detail={"where": where, "role": role, "reason": waiver.reason},
        )  # fmt: skip
    return waiver


def release(folder: Path, *, at: dt.datetime, actor: str) -> Release:
    """Release the package that somebody else prepared, exactly as it lies there.

    Args:
        folder: the study folder.
        at: the time now.
        actor: who releases it.

    Returns:
        Who prepared and who released which bytes; also written into the package.

    Raises:
        Fault: DEP-010 if the study file says nothing for the catalogue, DEP-018 if there is no
            package or nobody noted preparing these bytes, DEP-019 if the same person prepared it,
            DEP-017 if the study has accounts and this one may not release,
            DEP-043 if the bag is not whole.
    """
    study = read_checked(folder)
    if study.catalogue is None:
        raise Fault("DEP-010", stage="deposit")
    package = folder / "out" / PACKAGES / study.catalogue.identifier
    if not (package / _MANIFEST).is_file():
        raise Fault("DEP-018", folder=str(package))
    check_bag(package)
    digest = hashlib.sha256((package / _MANIFEST).read_bytes()).hexdigest()
    with at_work(folder) as engine, transaction(engine) as connection:
        prepared = first_prepared(connection, digest)
        if prepared is None:
            raise Fault("DEP-018", folder=str(package))
        # Names of logins differ in more than capitals.
        if prepared.by.casefold() == actor.casefold():
            raise Fault("DEP-019", actor=actor)
        _check_role(connection, actor, WAIVING)
        released = Release(
            prepared_by=prepared.by,
            prepared_at=prepared.at,
            released_by=actor,
            released_at=at,
            digest=digest,
        )
        append(
            connection, at=at, actor=actor, action="deposit released",
            subject=prepared.identifier, detail={"digest": digest, "prepared_by": prepared.by},
        )  # fmt: skip
        # Last: if it cannot be written, nothing is noted either.
        write_whole(package / RELEASE, _as_json(released))
    return released


def _stage(study: Study, folder: Path) -> DepositStage:
    stages = [each for each in study.stages if isinstance(each, DepositStage)]
    if not stages:
        raise Fault("DEP-012")
    stage = stages[-1]
    if study.catalogue is None:
        raise Fault("DEP-010", stage=stage.id)
    stale = [each for each in standing(folder, study) if each.standing != "up to date"]
    if stale:
        raise Fault("DEP-013", stages=", ".join(each.stage for each in stale))
    return stage


def _check_role(connection: Connection, actor: str, roles: Sequence[str]) -> None:
    """Require that somebody has one of the roles, in a study that knows its people."""
    known = [each for each in accounts(connection) if each.active]
    if known and not any(each.login == actor and {*roles} & {*each.roles} for each in known):
        raise Fault("DEP-017", actor=actor, role=" or ".join(roles))


def _findings(
    engine: Engine,
    folder: Path,
    stage: DepositStage,
    made: Assembled,
    asked: Asked,
    told: Told,
) -> tuple[Finding, ...]:
    told("looking for hidden content")
    hidden = [
        found for each in made.package.files for found in findings_in(each.path, each.content)
    ]
    told("looking for names")
    # In README, lists and the record too: people write freely what goes into them.
    files = payload_of(made.package)
    searched, unsearched = None, ""
    if has_vault(folder / HIDDEN):
        if asked.key is None:
            unsearched = "the study has a vault with names, and its key was not given"
        else:
            with _registry(engine, folder, asked) as registry:
                searched = search_files(files, registry)
    elif any(isinstance(each, TalkStage) and each.pseudonymise for each in _talks(folder, stage)):
        unsearched = "texts are to be pseudonymised, and no vault holds the names"
    told("checking data files and the record")
    evidence = Evidence(
        hidden=tuple(hidden),
        residual=searched,
        unsearched=unsearched,
        health=_health(made.package.files),
        record=_record_faults(files[_RECORD], asked.environ),
        absent=made.absent,
    )
    return gate(made.package, made.tables, evidence, risk=stage.risk)


def _talks(folder: Path, stage: DepositStage) -> Iterator[object]:
    study = read_checked(folder)
    return (study.stage(each.texts) for each in stage.sets if each.texts)


@contextmanager
def _registry(engine: Engine, folder: Path, asked: Asked) -> Iterator[tuple[Entity, ...]]:
    """Give the names of the vault, and note that it was opened."""
    vault = open_vault(folder / HIDDEN, asked.key or "")
    with transaction(engine) as connection:
        note_opening(
            connection, at=asked.at, actor=asked.actor, purpose="check deposit", subject="files"
        )
    yield read_book(vault).registry


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


def _final(package: Package, findings: tuple[Finding, ...], given: tuple[Waiver, ...]) -> Package:
    """Return the package with its findings and the waivers that were needed."""
    used = {(each.code, each.where) for each in findings if each.waived}
    codes = {code for code, _ in used}
    needed = tuple(
        each
        for each in given
        if (each.code, each.where) in used or (each.where == "*" and each.code in codes)
    )
    return replace(package, findings=findings, waivers=needed)


def _write(engine: Engine, folder: Path, package: Package, asked: Asked) -> Deposit:
    bag = bag_of(package)
    digest = digest_of(bag)
    target = folder / "out" / PACKAGES / package.identifier
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bag(target, bag)
    zips = []
    if asked.zips:
        for name, content in bundles_of(package.identifier, payload_of(package)):
            write_whole(target.parent / name, content)
            zips.append(target.parent / name)
    with transaction(engine) as connection:
        note_prepared(
            connection,
            Prepared(identifier=package.identifier, digest=digest, by=asked.actor, at=asked.at),
        )
        append(
            connection, at=asked.at, actor=asked.actor, action="deposit prepared",
            subject=package.identifier, detail={"digest": digest, "files": len(bag)},
        )  # fmt: skip
    return Deposit(
        findings=(), refused=(), folder=target, zips=tuple(zips), digest=digest, files=len(bag)
    )


def _as_json(released: Release) -> bytes:
    content = {
        "prepared_by": released.prepared_by,
        "prepared_at": released.prepared_at.isoformat(),
        "released_by": released.released_by,
        "released_at": released.released_at.isoformat(),
        "digest": released.digest,
    }
    return (json.dumps(content, indent=2) + "\n").encode()
