"""Bring what a stage of coding names into the study: codebook, codings, answers of surveys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from consilience.base.lineage import hash_file
from consilience.coding.codebook_file import read_codebook_file
from consilience.design.model import CodeStage, SurveyStage
from consilience.desk.arrivals import take_codes
from consilience.desk.bring_answers import bring_answers
from consilience.desk.coding_files import take_lines
from consilience.desk.exchange import import_codebook, import_file
from consilience.desk.steps import Bringing
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append, lines

_YAML = (".yaml", ".yml")


def bring_codings(bringing: Bringing) -> None:
    """Bring codebook and codings in, each file once, and the free text of surveys that have run.

    A file that was brought in before is left alone, so that what people changed since stays.

    Raises:
        Faults: what is wrong with a file; nothing of it is brought in then.
        Fault: as `import_file`.
    """
    stage: CodeStage = bringing.stage
    for name in stage.of:
        source = bringing.study.stage(name)
        if isinstance(source, SurveyStage):
            bring_answers(bringing, source)
    if stage.codebook is not None:
        _once(bringing, stage.codebook, "codebook")
    for name in stage.codings:
        _once(bringing, name, "codings")


def _once(bringing: Bringing, name: str, what: str) -> None:
    """Bring a file in, unless exactly this file was brought in before or it is not there yet."""
    path = bringing.folder / name
    if not path.is_file():
        return
    sha256 = hash_file(path)
    with snapshot(bringing.engine) as connection:
        known = [
            json.loads(line.detail).get("sha256")
            for line in lines(connection)
            if line.action == "brought in"
        ]
    if sha256 in known:
        return
    detail: dict[str, Any] = {"file": name, "sha256": sha256}
    if what == "codebook" and path.suffix.lower() in _YAML:
        _bring_codebook(bringing, path, name, detail)
    elif what == "codings" and path.suffix.lower() == ".jsonl":
        _bring_lines(bringing, path, name, detail)
    else:
        _bring_other(bringing, path, what)
        with transaction(bringing.engine) as connection:
            _note(connection, bringing, what, detail)


def _note(connection: Connection, bringing: Bringing, what: str, detail: dict[str, Any]) -> None:
    append(
        connection,
        at=bringing.at,
        actor=bringing.actor,
        action="brought in",
        subject=what,
        detail=detail,
    )


def _bring_codebook(bringing: Bringing, path: Path, name: str, detail: dict[str, Any]) -> None:
    found = read_codebook_file(path, name=name)
    with transaction(bringing.engine) as connection:
        accepted = take_codes(connection, found, at=bringing.at, actor=bringing.actor)
        _note(connection, bringing, "codebook", detail | dict(accepted.counts))


def _bring_lines(bringing: Bringing, path: Path, name: str, detail: dict[str, Any]) -> None:
    with transaction(bringing.engine) as connection:
        taken = take_lines(connection, path, name=name)
        _note(connection, bringing, "codings", detail | {"codings": taken.new})


def _bring_other(bringing: Bringing, path: Path, what: str) -> None:
    """Bring in a file of another program."""
    if what == "codebook":
        import_codebook(bringing.folder, path, at=bringing.at, actor=bringing.actor)
    else:
        import_file(
            bringing.folder,
            path,
            key=lambda: bringing.key,
            at=bringing.at,
            actor=bringing.actor,
        )
