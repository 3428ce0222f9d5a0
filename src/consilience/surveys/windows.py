"""Who was invited to a survey, and what does the fieldwork log say of them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Faults, Where
from consilience.design.model import SurveyStage
from consilience.formats.tables import read_table, row_numbers
from consilience.frame.model import Frame, codes
from consilience.surveys.columns import nearest
from consilience.surveys.model import INVITATION, Disposition

_NOTED: Final = (Disposition.REFUSED, Disposition.INELIGIBLE, Disposition.NO_REPLY)
_LOG_COLUMNS: Final = ("unit", "disposition")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """What is noted of a unit, and in which row of the log (None: in the study file)."""

    disposition: str
    reason: str | None
    row: int | None


def invitations(
    stage: SurveyStage, *, frame: Frame, within: pa.Table | None, folder: Path
) -> pa.Table:
    """Who was invited, and what did fieldwork note of them?

    Args:
        stage: the survey.
        frame: the frame that the stage names under `of`.
        within: schema `CHOICE`; invited are then only the chosen units, or the units that lie
            in a chosen area. None: everyone in the frame.
        folder: the study folder, where the contact log lies.

    Returns:
        Schema `INVITATION`, one row an invited unit, sorted by unit.

    Raises:
        Faults: SUR-020 to SUR-024, all that there are.
    """
    invited = _invited(stage, frame, within)
    faults: list[Fault] = []
    notes = _not_eligible(stage, invited, faults)
    if stage.contacts is not None:
        _read_log(stage, invited, frame, folder, notes, faults)
    if faults:
        raise Faults(faults)
    units = sorted(invited)
    found = [notes.get(unit) for unit in units]
    return pa.table(
        {
            "survey": pa.array([stage.id] * len(units), type=pa.string()),
            "unit": units,
            "noted": pa.array([note and note.disposition for note in found], type=pa.string()),
            "reason": pa.array([note and note.reason for note in found], type=pa.string()),
        },
        schema=INVITATION,
    )


def _invited(stage: SurveyStage, frame: Frame, within: pa.Table | None) -> frozenset[str]:
    table = frame.table
    if within is not None:
        chosen = within.column("unit")
        table = table.filter(
            pc.or_(
                pc.is_in(table.column("id"), chosen.combine_chunks()),
                pc.is_in(table.column("area"), chosen.combine_chunks(), skip_nulls=True),
            )
        )
    if not table.num_rows:
        raise Faults([Fault("SUR-024", survey=stage.id, frame=frame.id)])
    return frozenset(table.column("id").to_pylist())


def _not_eligible(
    stage: SurveyStage, invited: frozenset[str], faults: list[Fault]
) -> dict[str, _Note]:
    notes: dict[str, _Note] = {}
    for named in stage.not_eligible:
        if named.id not in invited:
            faults.append(
                Fault("SUR-021", source="not_eligible", unit=named.id, survey=stage.id,
                      nearest=nearest(named.id, invited))
            )  # fmt: skip
        else:
            notes[named.id] = _Note(
                disposition=str(Disposition.INELIGIBLE), reason=named.reason, row=None
            )
    return notes


def _read_log(
    stage: SurveyStage,
    invited: frozenset[str],
    frame: Frame,
    folder: Path,
    notes: dict[str, _Note],
    faults: list[Fault],
) -> None:
    file = str(stage.contacts)
    log = read_table(folder / file)
    absent = [column for column in _LOG_COLUMNS if column not in log.column_names]
    if absent:
        faults.extend(Fault("SUR-020", where=Where(file=file), column=name) for name in absent)
        return
    units = codes(frame)
    for row, line in zip(row_numbers(log), log.to_pylist(), strict=True):
        where = Where(file=file, row=row)
        unit = _unit(line["unit"] or "", units, invited)
        if unit is None:
            faults.append(
                Fault("SUR-021", where=where, source="the contact log", unit=line["unit"],
                      survey=stage.id, nearest=nearest(line["unit"] or "", units))
            )  # fmt: skip
            continue
        _note(notes, unit, line, where, faults)


def _unit(given: str, units: Mapping[str, tuple[str, ...]], invited: frozenset[str]) -> str | None:
    named = [unit for unit in units.get(given.strip(), ()) if unit in invited]
    return named[0] if len(named) == 1 else None


def _note(
    notes: dict[str, _Note],
    unit: str,
    line: Mapping[str, str | None],
    where: Where,
    faults: list[Fault],
) -> None:
    word = (line["disposition"] or "").strip().casefold()
    if word not in {str(each) for each in _NOTED}:
        faults.append(Fault("SUR-022", where=where, unit=unit, value=line["disposition"]))
        return
    before = notes.get(unit)
    if before is not None and before.disposition != word:
        faults.append(
            Fault("SUR-023", where=where, unit=unit, value=word, first=before.disposition,
                  row=before.row or "the study file")
        )  # fmt: skip
        return
    reason = (line.get("reason") or "").strip() or None
    notes[unit] = _Note(disposition=word, reason=reason, row=where.row)
