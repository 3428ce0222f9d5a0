"""Exchange coded texts with other programs: look at a file, take it in, write one."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pyarrow.compute as pc
from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.base.lineage import hash_file
from consilience.coding.exchange import Incoming, Outgoing, check_coders
from consilience.coding.exchange_in import incoming
from consilience.coding.exchange_out import outgoing_project
from consilience.coding.model import CODING, Code, Memo
from consilience.design.model import Study
from consilience.desk.arrivals import Accepted, Arrival, take_codes, take_in
from consilience.desk.case_facts import attributes_going_out
from consilience.desk.checks import read_checked, require_study
from consilience.desk.coding import written
from consilience.desk.going_out import ORIGIN, Leaving, exporter, leaving
from consilience.desk.intake import Terms, terms_of_study
from consilience.desk.kept import at_work
from consilience.desk.leaving_names import Looking
from consilience.desk.sealed import kept_or_taken_back, note_opening, vault_for_writing
from consilience.desk.sealed_memos import opened_memos
from consilience.desk.things_here import things_here, told_of_doubles
from consilience.formats.projects.read import read_any_project
from consilience.formats.qda.codebook import Codebook, read_codebook, write_codebook
from consilience.formats.qda.conventions import Verdict, parse_convention
from consilience.formats.qda.record import Loss, Project, Reading
from consilience.formats.qda.write import PROFILES, write_project
from consilience.store.codings import codes, memos
from consilience.store.database import HIDDEN, snapshot, transaction
from consilience.store.files import SCRATCH, publish, write_whole, writing_fault
from consilience.store.ledger import append
from consilience.store.vault import Vault, has_vault, open_vault

__all__ = ["PROFILES", "Exported", "Imported", "Inspection", "Loss", "Verdict", "export_codebook",
           "export_file", "import_codebook", "import_file", "inspect_file",
           "sealed_memos"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file of another program holds.

    Args:
        name: what the project is called.
        origin: the program it says it came from.
        verdict: how it counts characters, how sure that is, and how the others fit.
        refusal: why an import would refuse it, None if it would not.
        counts: how many of each thing.
        warnings: what a person should know.
        losses: what a study has no place for.
    """

    name: str
    origin: str
    verdict: Verdict
    refusal: Fault | None
    counts: Mapping[str, int]
    warnings: tuple[Fault, ...]
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import brought into a study.

    Args:
        verdict: how positions were read.
        counts: how many of each thing are new, and how many were here already.
        coders: ids of the coders of its codings.
        warnings: what a person should know.
        losses: what had no place.
    """

    verdict: Verdict
    counts: Mapping[str, int]
    coders: tuple[str, ...]
    warnings: tuple[Fault, ...]
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What went into an exchange file.

    Args:
        target: the file.
        counts: how many of each thing.
        warnings: what a person should know.
        losses: what other programs find in notes only, or not at all.
    """

    target: Path
    counts: Mapping[str, int]
    warnings: tuple[Fault, ...]
    losses: tuple[Loss, ...]


def inspect_file(path: Path, *, convention: str | None = None) -> Inspection:
    """Say what a file of another program holds; nothing is imported.

    Args:
        path: a file or folder that `read_any_project` knows.
        convention: how to read positions, None to find it out.

    Raises:
        Fault: as `read_any_project`, but a convention that is not clear is told, not refused.
    """
    wanted = parse_convention(convention) if convention else None
    refusal = None
    try:
        reading = read_any_project(path, convention=wanted)
    except Fault as fault:
        if fault.code not in ("FMT-243", "FMT-244"):
            raise
        refusal = fault
        reading = read_any_project(path, convention=wanted, check=False)
    taken = incoming(reading.project)
    return Inspection(
        name=reading.project.name,
        origin=reading.project.origin or "unknown",
        verdict=reading.verdict,
        refusal=refusal,
        counts=_counts(reading.project, taken),
        warnings=(*reading.warnings, *taken.warnings),
        losses=(*reading.losses, *taken.losses),
    )


def _counts(project: Project, taken: Incoming) -> dict[str, int]:
    return {
        "users": len(project.users),
        "codes": len(taken.codes),
        "texts": len(taken.texts),
        "passages": project.selections.num_rows,
        "codings": taken.codings.num_rows,
        "memos": len(taken.memos),
        "cases": len(project.cases),
        "variables": len(project.variables),
        "sets": len(project.groups),
        "links": len(project.links),
        "media": len(project.media),
    }


# --- in ---------------------------------------------------------------------------------


def import_file(
    folder: Path,
    path: Path,
    *,
    convention: str | None = None,
    coders: Mapping[str, str] | None = None,
    unsealed: str | None = None,
    key: Callable[[], str | None] = lambda: None,
    at: dt.datetime,
    actor: str,
) -> Imported:
    """Take a project of another program into a study: all of it, or nothing.

    A text that is here already, by its words and its id or name, gets the codings; a new one goes
    into the vault, as it may name people, and so do memos of a file with such a text. Codes and
    codings are known by identifier: what is here already stays as it is.

    Args:
        folder: the study folder.
        path: a file or folder that `read_any_project` knows.
        convention: how to read positions, None to find it out.
        coders: ids of coders by the names of users there.
        unsealed: why the texts can name nobody, so that they may lie open; what the study says
            holds as well.
        key: gives the pass phrase of the vault; asked only if something new is to be sealed.
        at: the time now.
        actor: who imports.

    Raises:
        Fault: as `read_any_project`; INT-007 if something is to be sealed and there is neither
            key nor reason; COD-092 to COD-094 for ids of coders; STU-002 if there is no study.
    """
    study = read_checked(folder)
    terms = terms_of_study(study, Terms(unsealed=unsealed))
    wanted = parse_convention(convention) if convention else None
    reading = read_any_project(path, convention=wanted)
    check_coders(coders or {}, reading.project)
    with at_work(folder) as engine, snapshot(engine) as connection:
        here = things_here(connection, study.study.id)
        doubles = told_of_doubles(connection, study.study.id)
    taken = incoming(reading.project, coders=coders, here=here)
    taken = replace(taken, warnings=(*taken.warnings, *doubles))
    reading = replace(reading, project=Project(name=reading.project.name))  # its rows may go now
    sha256 = hash_file(path if path.is_file() else path / "data.qda")

    @functools.cache
    def vault() -> Vault | None:
        if terms.unsealed is not None:
            return None
        given = key()
        if given is None:
            raise Fault("INT-007")
        return vault_for_writing(folder, given)

    arrival = Arrival(vault=vault, simulated=terms.simulated, at=at, actor=actor)
    with (
        at_work(folder) as engine,
        transaction(engine) as connection,
        kept_or_taken_back(arrival.sealed),
    ):
        accepted = take_in(connection, taken, arrival)
        detail = {**accepted.counts, "sha256": sha256, "unsealed": terms.unsealed}
        append(connection, at=at, actor=actor, action="import", subject="codings", detail=detail)
    return _imported(reading, taken, accepted)


def sealed_memos(folder: Path, key: str, *, at: dt.datetime, actor: str) -> tuple[Memo, ...]:
    """Return the memos whose words lie in the vault, with their words; the ledger has the opening.

    Args:
        folder: the study folder.
        key: the pass phrase of the vault.
        at: the time now.
        actor: who reads.

    Raises:
        Fault: STU-002 if there is no study; STO-030 to STO-032 if the vault cannot be opened.
    """
    require_study(folder)
    vault = open_vault(folder / HIDDEN, key)
    with at_work(folder) as engine, transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="memos", subject="memos")
        return opened_memos(vault, memos(connection))


def _imported(reading: Reading, taken: Incoming, accepted: Accepted) -> Imported:
    return Imported(
        verdict=reading.verdict,
        counts=accepted.counts,
        coders=tuple(sorted(pc.unique(taken.codings.column("coder")).to_pylist())),
        warnings=(*reading.warnings, *taken.warnings, *accepted.warnings),
        losses=(*reading.losses, *taken.losses),
    )


def import_codebook(folder: Path, path: Path, *, at: dt.datetime, actor: str) -> Imported:
    """Take the codes of a .qdc, or of any project, into the codebook of a study.

    Raises:
        Fault: FMT-230 to FMT-237 if it cannot be read; STU-002 if there is no study.
    """
    study = read_checked(folder)
    if path.suffix.lower() == ".qdc":
        book = read_codebook(path)
        project = Project(name="", codes=book.codes, groups=book.groups)
        reading = Reading(project=project, verdict=Verdict(convention=parse_convention("standard")))
    else:
        reading = read_any_project(path, check=False)
    with at_work(folder) as engine, transaction(engine) as connection:
        here = things_here(connection, study.study.id)
        taken = Incoming(texts=(), codes=incoming(reading.project, here=here).codes)
        accepted = take_codes(connection, taken.codes, at=at, actor=actor)
        append(
            connection, at=at, actor=actor, action="import", subject="codebook",
            detail=dict(accepted.counts),
        )  # fmt: skip
    sets = len(reading.project.groups)
    losses = (Loss(what="sets", count=sets),) if sets else ()
    return Imported(
        verdict=reading.verdict,
        counts=accepted.counts,
        coders=(),
        warnings=accepted.warnings,
        losses=losses,
    )


# --- out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCheck:
    """How a file about to leave is looked through for names.

    Args:
        key: the pass phrase of the vault, which holds the names; None if it is not at hand.
        waived: why it may leave without, for the ledger; None to look.
    """

    key: str | None = None
    waived: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What of a study goes out.

    Args:
        coders: only codings of these; empty for all.
        attributes: whether what the frames know of cases goes with them.
    """

    coders: Sequence[str] = ()
    attributes: bool = True


def export_file(
    folder: Path,
    target: Path,
    *,
    profile: str = "standard",
    sidecar: bool = True,
    chosen: Chosen = Chosen(),
    names: NameCheck = NameCheck(),
    at: dt.datetime,
    actor: str,
) -> Exported:
    """Write the coded texts of a study as REFI-QDA: versions that are not sealed, no others.

    Args:
        folder: the study folder.
        target: the .qdpx to write.
        profile: one of `PROFILES`: for which program.
        sidecar: whether to add what only this program can read, so that nothing is lost when it
            reads the file again.
        chosen: what of the study goes out.
        names: how the file is looked through for names before it is there.
        at: the time now.
        actor: who exports: what others have not released goes with leads alone.

    Returns:
        What went out; COD-081 for texts without a version that may be read, COD-170 if codes came
        back twice.

    Raises:
        Fault: STU-002 if there is no study; STO-002, STO-009 if it cannot be written; COD-087 if
            the study has a vault and names are neither looked for nor waived; COD-171 if two
            things would have one identifier.
        Faults: COD-113 for each memo in which a name of the vault is left, COD-114 for each
            attribute of cases, INT-035 for each that is left elsewhere; then no file is written.
    """
    study = read_checked(folder)
    guarded = has_vault(folder / HIDDEN)
    waived = (names.waived or "").strip() or None
    if guarded and names.key is None and waived is None:
        raise Fault("COD-087")
    with at_work(folder) as engine:
        found, doubles = _gathered(engine, folder, study, chosen, at=at, actor=actor)
        outgoing, sealed, kept_back = found.outgoing, found.sealed, found.losses
        del found
        counts = {
            "texts": len(outgoing.texts),
            "codes": len(outgoing.codes),
            "codings": outgoing.codings.num_rows,
            "memos": len(outgoing.memos),
            "attributes": len(outgoing.attributes),
        }
        project, losses = outgoing_project(outgoing)
        noted = outgoing.memos
        del outgoing  # its rows are those of the project now
        write = functools.partial(write_project, at=at, profile=profile, sidecar=sidecar)

        def look(scratch: Path) -> None:
            if guarded and names.key is not None and waived is None:
                looking = Looking(
                    engine=engine, folder=folder, key=names.key, target=target, at=at, actor=actor
                )
                looking.refuse(scratch, project, noted, write)

        _write(project, target, write=write, look=look)
        with transaction(engine) as connection:
            detail = {
                **counts,
                "profile": profile,
                "file": hash_file(target),
                "unchecked": waived,
            }
            append(
                connection, at=at, actor=actor, action="export", subject="codings", detail=detail
            )
    warnings = (Fault("COD-081", count=sealed),) if sealed else ()
    return Exported(
        target=target,
        counts=counts,
        warnings=(*warnings, *doubles),
        losses=(*losses, *kept_back),
    )


def _gathered(
    engine: Engine, folder: Path, study: Study, chosen: Chosen, *, at: dt.datetime, actor: str
) -> tuple[Leaving, tuple[Fault, ...]]:
    """Return what goes out, with what the frames know of its cases, and COD-170 of doubles."""
    person, about = exporter(engine, actor), study.study
    with snapshot(engine) as connection:
        found = leaving(
            connection, person, study=about.id, title=about.title, coders=chosen.coders,
            at=written(at),
        )  # fmt: skip
        doubles = told_of_doubles(connection, about.id)
    if chosen.attributes and found.outgoing.cases:
        known = attributes_going_out(folder, found.outgoing.cases)
        found = replace(found, outgoing=replace(found.outgoing, attributes=known))
    return found, doubles


def _write(
    project: Project,
    target: Path,
    *,
    write: Callable[[Project, IO[bytes]], object],
    look: Callable[[Path], None],
) -> None:
    scratch = target.with_name(target.name + SCRATCH)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("wb") as handle:
            write(project, handle)
        look(scratch)
        publish(scratch, target)
    except OSError as error:
        raise writing_fault(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)


def export_codebook(folder: Path, target: Path) -> Exported:
    """Write the codebook of a study as REFI-QDA (.qdc).

    Raises:
        Fault: STU-002 if there is no study; FMT-251 if there is no code; STO-002, STO-009 if it
            cannot be written.
    """
    study = read_checked(folder)
    with at_work(folder) as engine, snapshot(engine) as connection:
        found: Sequence[Code] = codes(connection)
    empty = CODING.empty_table()
    project, losses = outgoing_project(
        Outgoing(study=study.study.id, title="", origin=ORIGIN, at="", texts=(), codes=found,
                 codings=empty)
    )  # fmt: skip
    write_whole(target, write_codebook(Codebook(origin=ORIGIN, codes=project.codes)))
    return Exported(target=target, counts={"codes": len(found)}, warnings=(), losses=losses)
