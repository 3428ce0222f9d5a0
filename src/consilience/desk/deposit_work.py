"""Prepare the package of a study, waive a finding, release what somebody else prepared."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.deposit.bag import check_bag, write_bag
from consilience.deposit.bundles import bundles_of
from consilience.deposit.gate import (
    CHECKS,
    HEALTH,
    NEVER_WAIVED,
    gate,
    refused,
    waived,
)
from consilience.deposit.model import Finding, Package, Release, Waiver
from consilience.deposit.package import bag_of, digest_of, payload_of
from consilience.design.model import Study
from consilience.design.model.deposit import DepositStage
from consilience.desk.checks import read_checked
from consilience.desk.deposit_evidence import Asked as Asked  # noqa: PLC0414  (what faces hand in)
from consilience.desk.deposit_evidence import Told, evidence_of
from consilience.desk.deposit_package import assembled
from consilience.desk.deposit_words import newer_words
from consilience.desk.deposits import contents_of
from consilience.desk.freshness import standing
from consilience.desk.kept import at_work, kept_results
from consilience.desk.shelf import Shelf
from consilience.desk.steps import Task
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

# Only these may let something pass that the gate refuses.
WAIVING: Final = ("lead", "curator")
PACKAGES: Final = "deposit"
RELEASE: Final = "release.json"
_RECORD: Final = "metadata/ddi25.xml"
_MANIFEST: Final = "manifest-sha256.txt"


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
            uncleared, corrected = newer_words(
                connection, vault, held.interviews, pseudonymised=_pseudonymised(study, stage)
            )
        evidence = evidence_of(made, task, asked, engine=engine, told=told)
        evidence = replace(evidence, uncleared=uncleared, corrected=corrected)
        findings = gate(made.package, made.tables, evidence, risk=stage.risk)
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


def _pseudonymised(study: Study, stage: DepositStage) -> dict[str, bool]:
    return {
        each.data_set: study.stage(each.texts).pseudonymise for each in stage.sets if each.texts
    }


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
