"""Bring what a stage of coding names into the study: codebook, codings, free text of surveys."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from consilience.base.lineage import hash_file
from consilience.coding.codebook_file import read_codebook_file
from consilience.design.model import CodeStage, SurveyStage
from consilience.desk.arrivals import take_codes
from consilience.desk.coding_files import take_lines
from consilience.desk.exchange import import_codebook, import_file
from consilience.desk.intake import utc
from consilience.desk.sealed import seal_words, vault_for_writing
from consilience.desk.shelf import Shelf
from consilience.desk.steps import Bringing
from consilience.frame.model import codes as codes_of_frame
from consilience.frame.model import from_stamped
from consilience.interviews.model import Document, Turn
from consilience.interviews.transcripts import document_id
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append, lines
from consilience.store.results import current_results
from consilience.store.transcripts import documents, keep_document, set_state
from consilience.surveys.free_text import FreeText, free_texts

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
            _bring_answers(bringing, source)
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
        new = take_lines(connection, path, name=name)
        _note(connection, bringing, "codings", detail | {"codings": new})


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


# --- free text of surveys ---------------------------------------------------------------


def _bring_answers(bringing: Bringing, survey: SurveyStage) -> None:
    """Bring in what people wrote themselves; it lies open in a simulated study only.

    Once it was taken in, a response is left alone: a changed export is told by the survey.
    """
    study = bringing.study
    sealed = not study.study.simulated
    if sealed and bringing.key is None:
        return
    with snapshot(bringing.engine) as connection:
        results = current_results(connection)
        known = {each.name for each in documents(connection)}
    if survey.id not in results:
        return
    with Shelf(bringing.folder, results) as shelf:
        found = free_texts(
            study.instruments[survey.instrument],
            scales=study.scales,
            responses=shelf.table(survey.id, "response"),
            answers=shelf.table(survey.id, "answer"),
        )
        units = codes_of_frame(from_stamped(shelf.table(survey.of, "frame")))
    new = [each for each in found if _name(each) not in known]
    vault = vault_for_writing(bringing.folder, bringing.key or "") if sealed and new else None
    with transaction(bringing.engine) as connection:
        for each in new:
            text, turns = _text(each)
            document = _document(each, units, simulated=not sealed)
            if vault is not None:
                seal_words(vault, document.id, 1, text)
            at = utc(bringing.at)
            keep_document(
                connection,
                document,
                text=text,
                turns=turns,
                sealed=sealed,
                at=at,
                actor=bringing.actor,
            )
            set_state(
                connection, document.id, "transcribed", at=at, actor=bringing.actor,
                reason="from a survey",
            )  # fmt: skip
        if new:
            _note(connection, bringing, "answers", {"survey": survey.id, "texts": len(new)})


def _name(each: FreeText) -> str:
    return f"{each.survey} {each.response}"


def _text(each: FreeText) -> tuple[str, list[Turn]]:
    """Return the words of a response, one answer after the other, and where each stands."""
    text, turns = "", []
    for words in each.answers.values():
        start = len(text) + (2 if text else 0)
        text = f"{text}\n\n{words}" if text else words
        turns.append(Turn(speaker=None, start=start, said=start, end=len(text)))
    return text, turns


def _document(each: FreeText, units: dict[str, tuple[str, ...]], *, simulated: bool) -> Document:
    found = units.get(each.area or "", ())
    document = Document(
        id=document_id(_name(each)),
        name=_name(each),
        kind="answer",
        header={"survey": each.survey, "response": each.response, **each.closed},
        simulated=simulated,
    )
    return replace(document, case=found[0]) if len(found) == 1 else document
