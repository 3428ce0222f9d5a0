"""Bring the open answers of a survey in, and keep their texts in step with its export."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from consilience.design.model import SurveyStage
from consilience.desk.answers import (
    Differences,
    Said,
    Taking,
    differences,
    kept_answers,
    moved,
    said_in,
)
from consilience.desk.sealed import kept_or_taken_back, vault_for_writing
from consilience.desk.shelf import Shelf
from consilience.desk.steps import Bringing
from consilience.frame.model import codes as codes_of_frame
from consilience.frame.model import from_stamped
from consilience.store.database import snapshot, transaction
from consilience.store.ledger import append
from consilience.store.results import current_results
from consilience.store.tables import LEDGER
from consilience.store.vault import Vault
from consilience.surveys.free_text import free_texts

HELD: Final = "answers held back"
# An export in which this was found is cut short or empty: what is missing in it says nothing.
_INCOMPLETE: Final = frozenset({"FMT-020", "FMT-025", "SUR-015"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """What the export of a survey says, whether all of it was read, and how responses are known."""

    said: tuple[Said, ...]
    complete: bool
    by_row: bool


def bring_answers(bringing: Bringing, survey: SurveyStage) -> None:
    """Bring in what people wrote themselves; it lies open in a simulated study only.

    The texts are those of the export as the survey read it in this very run: a new answer becomes
    a text, a changed one a new version, one that is gone is withdrawn and comes back with the
    answer. Of texts that are there already nothing is changed, and why is kept for a warning, if
    the export was not read whole, if rows moved of an export that has no ids of responses, or if
    words must be sealed and there is no key.

    Args:
        bringing: by whom and when.
        survey: its stage.

    Raises:
        Fault: INT-014 or STO-032 if older words are not in the vault as they were sealed; STO-031
            if the key is another one. Nothing is changed then.
    """
    if survey.id not in bringing.ran:
        return
    export = _export(bringing, survey)
    sealed: list[tuple[Vault, str]] = []
    with transaction(bringing.engine) as connection, kept_or_taken_back(sealed):
        kept = kept_answers(connection, survey.id)
        found = differences(kept, export.said)
        reason = _reason(bringing, export, found, some=bool(kept))
        _note_held(connection, bringing, survey.id, found, reason)
        if reason:
            return
        vault = None
        if _sealed(bringing, found):
            vault = vault_for_writing(bringing.folder, bringing.key or "")
        Taking(
            connection=connection,
            simulated=bringing.study.study.simulated,
            vault=vault,
            at=bringing.at,
            actor=bringing.actor,
            sealed=sealed,
        ).take(survey.id, found)


def _export(bringing: Bringing, survey: SurveyStage) -> _Export:
    study = bringing.study
    with snapshot(bringing.engine) as connection:
        results = current_results(connection)
    with Shelf(bringing.folder, results) as shelf:
        responses = shelf.table(survey.id, "response")
        found = free_texts(
            study.instruments[survey.instrument],
            scales=study.scales,
            responses=responses,
            answers=shelf.table(survey.id, "answer"),
        )
        units = codes_of_frame(from_stamped(shelf.table(survey.of, "frame")))
    told = {str(each["code"]) for each in results[survey.id].warnings}
    return _Export(
        said=said_in(found, units),
        complete=told.isdisjoint(_INCOMPLETE),
        by_row=survey.intake.response is None,
    )


def _sealed(bringing: Bringing, found: Differences) -> bool:
    return found.sealed(simulated=bringing.study.study.simulated)


def _reason(bringing: Bringing, export: _Export, found: Differences, *, some: bool) -> str:
    """Return why nothing is taken over from an export, empty if it is.

    What came first has nothing to be compared with, and comes in as far as it was read.
    """
    if some and not export.complete:
        return "its export is empty or cut short"
    if some and export.by_row and moved(found):
        return "rows moved in its export, and it has no ids of responses (intake: response)"
    if _sealed(bringing, found) and bringing.key is None:
        return "words lie in the vault, and its key was not given"
    return ""


# --- what was held back -------------------------------------------------------------------


def _note_held(
    connection: Connection, bringing: Bringing, survey: str, found: Differences, reason: str
) -> None:
    """Note why answers were not taken over, and that they are again; never the same twice."""
    detail = {"count": len(found.new) + found.of_kept, "reason": reason} if reason else {}
    if detail.get("count") == 0:
        detail = {}
    if held_back(connection).get(survey, {}) != detail:
        append(
            connection,
            at=bringing.at,
            actor=bringing.actor,
            action=HELD,
            subject=survey,
            detail=detail,
        )


def held_back(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return by survey how many answers were not taken over, and why; empty if none."""
    wanted = select(LEDGER.c.subject, LEDGER.c.detail).where(LEDGER.c.action == HELD)
    rows = connection.execute(wanted.order_by(LEDGER.c.line))
    return {subject: json.loads(detail) for subject, detail in rows}
