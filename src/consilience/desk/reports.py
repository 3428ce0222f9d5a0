"""Write what people look at: the report, and the same content as tables."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from consilience.base.lineage import code_version, hash_file, hash_json
from consilience.report.area_file import write_area_file
from consilience.report.exports import file_name, write_tables
from consilience.report.model import Findings
from consilience.report.pages import render_report
from consilience.report.workbook import write_workbook
from consilience.store.database import HIDDEN, transaction
from consilience.store.files import SCRATCH, publish, writing_fault
from consilience.store.ledger import append
from consilience.store.results import keep_outputs, kept_outputs

OUT: Final = "out"


def write_outputs(
    findings: Findings, *, folder: Path, engine: Engine, at: dt.datetime, actor: str
) -> tuple[tuple[str, ...], bool]:
    """Write the files for people, unless they show what holds now.

    Args:
        findings: everything there is to show.
        folder: the study folder.
        engine: its database.
        at: the time now, for the ledger.
        actor: who asked, for the ledger.

    Returns:
        Their paths relative to the study folder, and whether they were written.

    Raises:
        Fault: STO-002 or STO-009 if one cannot be written; the others are as before or new,
            each whole, and the next run writes the rest.
    """
    shows = hash_json(
        {
            "study": findings.study.model_dump(mode="json", by_alias=True),
            "results": {stage: lineage.key() for stage, lineage in findings.lineage.items()},
            "code": code_version(),
        }
    )
    with transaction(engine) as connection:
        shown, kept = kept_outputs(connection)
    if shown == shows and all(_whole(folder / path, sha) for path, sha in kept.items()):
        return tuple(sorted(kept)), False
    files = _publish_all(findings, folder)
    for stale in sorted(set(kept) - set(files)):
        (folder / stale).unlink(missing_ok=True)
    with transaction(engine) as connection:
        keep_outputs(connection, shows=shows, files=files)
        append(
            connection,
            at=at,
            actor=actor,
            action="report",
            subject=findings.study.study.id,
            detail={"shows": shows, "files": files},
        )
    return tuple(sorted(files)), True


def export(findings: Findings, target: Path, *, forms: tuple[str, ...]) -> tuple[Path, ...]:
    """Write a study in some of the forms html, xlsx, sav and csv into a folder.

    Raises:
        Fault: STO-002 or STO-009 if a file cannot be written; those that were there are as before
            or new, each whole.
    """
    simulated = findings.simulated()
    scratch = target / SCRATCH
    places = {
        "html": scratch / "report.html",
        "xlsx": scratch / file_name("tables", ".xlsx", simulated=simulated),
        "sav": scratch / file_name("areas", ".sav", simulated=simulated),
        "csv": scratch / "tables",
    }
    drafts: list[Path] = []
    try:
        for form, place in places.items():
            if form not in forms:
                continue
            try:
                (place if form == "csv" else scratch).mkdir(parents=True, exist_ok=True)
                drafts += _write(form, findings, place)
            except OSError as error:
                raise writing_fault(target / place.relative_to(scratch), error) from error
        written = [target / draft.relative_to(scratch) for draft in drafts]
        for draft, place in zip(drafts, written, strict=True):
            publish(draft, place)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return tuple(written)


def _write(form: str, findings: Findings, place: Path) -> tuple[Path, ...]:
    if form == "csv":
        return write_tables(findings, place)
    if form == "html":
        place.write_text(render_report(findings), encoding="utf-8")
    elif form == "xlsx":
        write_workbook(findings, place)
    else:
        write_area_file(findings, place)
    return (place,)


def _publish_all(findings: Findings, folder: Path) -> dict[str, str]:
    scratch = folder / HIDDEN / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        export(findings, scratch, forms=("html", "xlsx", "sav", "csv"))
        drafts = sorted(path for path in scratch.rglob("*") if path.is_file())
        files = {}
        for draft in drafts:
            name = f"{OUT}/{draft.relative_to(scratch).as_posix()}"
            files[name] = hash_file(draft)
            publish(draft, folder / name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return files


def _whole(path: Path, sha256: str) -> bool:
    return path.is_file() and hash_file(path) == sha256
