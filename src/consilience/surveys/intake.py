"""What came in? From the export of a survey tool to responses and answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Faults, Where
from consilience.design.model import Instrument, Study, SurveyStage
from consilience.formats.dates import read_day
from consilience.formats.sav import read_sav
from consilience.formats.tables import TableShape, found_in, read_table, row_numbers
from consilience.surveys.answers import Decoded, decode, key_of
from consilience.surveys.columns import Layout, lay_out
from consilience.surveys.model import ANSWER, RESPONSE, Disposition

# More faults of one kind than this are counted, not listed.
_LISTED: Final = 50
# Unused columns that a warning names; a wide file may have thousands.
_NAMED: Final = 8
_QUALTRICS_HEADER_ROWS: Final = 3
_STATUSES: Final = (
    Disposition.COMPLETE,
    Disposition.PARTIAL,
    Disposition.STARTED,
    Disposition.REFUSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What one survey brought in.

    Args:
        response: schema `RESPONSE`, sorted by response.
        answer: schema `ANSWER`, sorted by response and the order of the instrument.
        warnings: what a person should know.
    """

    response: pa.Table
    answer: pa.Table
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Export:
    """The export with everything known of it that does not change any more."""

    stage: SurveyStage
    instrument: Instrument
    file: str
    table: pa.Table
    layout: Layout
    rows: Sequence[int]
    notes: tuple[Fault, ...]

    def texts(self, role: str) -> list[str | None]:
        """Return the cells of a role's column without blanks around them, None if empty."""
        column = self.layout.roles.get(role)
        if column is None:
            return [None] * int(self.table.num_rows)
        return [text.strip() or None if text else None for text in self.column(column)]

    def column(self, name: str) -> list[str | None]:
        """Return the cells of a column."""
        cells: list[str | None] = self.table.column(name).to_pylist()
        return cells

    def at(self, position: int, *, question: str | None = None) -> Where:
        """Return the place of a row, as a person counts them."""
        sheet = self.stage.intake.shape.sheet
        return Where(file=self.file, sheet=sheet, row=self.rows[position], question=question)


def take_in(stage: SurveyStage, *, study: Study, folder: Path) -> Intake:
    """What came in for this survey?

    Codes and labels are read alike ('Agree' as 4), missing codes are no answer, reversed
    questions are turned round. Without a status the share of questions answered decides:
    complete, partial, or started. Rows with neither an answer nor a status are no responses.

    Args:
        stage: the survey.
        study: the study with its scales and instruments.
        folder: the study folder.

    Returns:
        Responses, answers and warnings (SUR-008 to SUR-011, SUR-015).

    Raises:
        Faults: SUR-001 to SUR-007, SUR-012 to SUR-014, all that there are.
        Fault: FMT codes if the file cannot be read.
    """
    export = _read(stage, study.instruments[stage.instrument], folder)
    faults: list[Fault] = []
    answers = _decode(export, study, faults)
    given = np.zeros(export.table.num_rows, dtype=np.int64)
    for answer in answers.values():
        given += answer.given
    statuses = _statuses(export, faults)
    kept = [row for row, status in enumerate(statuses) if status or given[row]]
    names = _names(export, kept, faults)
    days = _days(export, kept, faults)
    if faults:
        raise Faults(_shortened(faults))
    share = given / max(1, len(export.instrument.questions))
    response = _responses(export, kept, names=names, days=days, statuses=statuses, share=share)
    warnings = _warnings(export, response, empty=export.table.num_rows - len(kept))
    if stage.late == "drop":
        in_time = pc.invert(pc.fill_null(response.column("late"), False))
        response = response.filter(in_time)
    answer = _answers(export, dict(zip(kept, names, strict=True)), answers)
    if stage.late == "drop":
        answer = answer.filter(pc.is_in(answer["response"], response["response"]))
    return Intake(response=response, answer=answer, warnings=tuple(warnings))


def _read(stage: SurveyStage, instrument: Instrument, folder: Path) -> _Export:
    file = stage.intake.file
    shape = stage.intake.shape
    header_rows = shape.header_rows
    if stage.intake.format == "qualtrics" and header_rows == 1:
        header_rows = _QUALTRICS_HEADER_ROWS
    if stage.intake.format == "sav":
        table = _read_sav(folder / file)
    else:
        table = read_table(
            folder / file,
            shape=TableShape(
                encoding=shape.encoding,
                delimiter=shape.delimiter,
                sheet=shape.sheet,
                header_rows=header_rows,
            ),
        )
    layout = lay_out(stage, instrument=instrument, columns=table.column_names, file=file)
    return _Export(
        stage=stage,
        instrument=instrument,
        file=file,
        table=table,
        layout=layout,
        # SPSS numbers its cases from 1 and has no heading.
        rows=range(1, table.num_rows + 1) if stage.intake.format == "sav" else row_numbers(table),
        notes=found_in(table).notes,
    )


def _decode(export: _Export, study: Study, faults: list[Fault]) -> dict[str, Decoded]:
    answers: dict[str, Decoded] = {}
    for question in export.instrument.questions:
        key = key_of(question, study.scales)
        column = export.table.column(export.layout.questions[question.id])
        answers[question.id] = decode(column, key)
        faults.extend(
            Fault(
                "SUR-003",
                where=export.at(row, question=question.id),
                value=text,
                question=question.id,
                allowed=key.allowed,
            )
            for row, text in answers[question.id].wrong.items()
        )
    return answers


def _statuses(export: _Export, faults: list[Fault]) -> list[str | None]:
    known: dict[str, str] = {str(each): str(each) for each in _STATUSES}
    mapping = export.stage.intake.statuses
    known.update({word.strip().casefold(): meant for word, meant in mapping.items()})
    statuses: list[str | None] = []
    for row, text in enumerate(export.texts("status")):
        status = known.get(text.casefold()) if text else None
        statuses.append(status)
        if text and status is None:
            faults.append(
                Fault("SUR-005", where=export.at(row), value=text, survey=export.stage.id,
                      column=export.layout.roles["status"])
            )  # fmt: skip
    return statuses


def _names(export: _Export, kept: Sequence[int], faults: list[Fault]) -> list[str]:
    if "response" not in export.layout.roles:
        return [f"row-{export.rows[row]}" for row in kept]
    texts = export.texts("response")
    seen: dict[str, int] = {}
    names: list[str] = []
    for row in kept:
        name = texts[row]
        if name is None:
            column = export.layout.roles["response"]
            faults.append(Fault("SUR-007", where=export.at(row), column=column))
        elif name in seen:
            first = export.rows[seen[name]]
            faults.append(Fault("SUR-006", where=export.at(row), response=name, first=first))
        else:
            seen[name] = row
        names.append(name or "")
    return names


def _days(export: _Export, kept: Sequence[int], faults: list[Fault]) -> list[dt.date | None]:
    texts = export.texts("submitted")
    days: list[dt.date | None] = []
    for row in kept:
        text = texts[row]
        days.append(read_day(text) if text else None)
        if text and days[-1] is None:
            column = export.layout.roles["submitted"]
            faults.append(Fault("SUR-004", where=export.at(row), value=text, column=column))
    return days


def _responses(
    export: _Export,
    kept: Sequence[int],
    *,
    names: Sequence[str],
    days: Sequence[dt.date | None],
    statuses: Sequence[str | None],
    share: npt.NDArray[np.float64],
) -> pa.Table:
    last = export.stage.extended_to or export.stage.closes
    columns: dict[str, Sequence[Any]] = {
        "survey": [export.stage.id] * len(kept),
        "response": names,
        "area_given": _picked(export.texts("area"), kept),
        "area_name_given": _picked(export.texts("area_name"), kept),
        "submitted": days,
        "role": _picked(export.texts("role"), kept),
        "status": [statuses[row] or _status_of(export.stage, share[row]) for row in kept],
        "answered": [float(share[row]) for row in kept],
        "late": [None if day is None else day > last for day in days],
        "row": [export.rows[row] for row in kept],
    }
    table = pa.table(
        {field.name: pa.array(columns[field.name], type=field.type) for field in RESPONSE},
        schema=RESPONSE,
    )
    return table.sort_by("response")


def _picked(cells: Sequence[str | None], kept: Sequence[int]) -> list[str | None]:
    return [cells[row] for row in kept]


def _status_of(stage: SurveyStage, share: float) -> str:
    if share >= stage.complete_from:
        return str(Disposition.COMPLETE)
    if share >= stage.partial_from:
        return str(Disposition.PARTIAL)
    return str(Disposition.STARTED)


def _answers(export: _Export, names: Mapping[int, str], answers: Mapping[str, Decoded]) -> pa.Table:
    # Rank of each row's response in the sorted responses, so that one sort orders all answers.
    ordered = sorted(names.items(), key=lambda pair: pair[1])
    rank = np.full(export.table.num_rows, -1, dtype=np.int64)
    for position, (row, _) in enumerate(ordered):
        rank[row] = position
    rows = [np.flatnonzero(answer.given) for answer in answers.values()]
    number = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
    ranks = rank[np.concatenate(rows)] if rows else np.zeros(0, dtype=np.int64)
    order = np.lexsort((number, ranks))
    values = _joined([answer.values[part] for answer, part in _pairs(answers, rows)])[order]
    texts = [
        answer.texts[at] if answer.texts is not None else None
        for answer, part in _pairs(answers, rows)
        for at in part
    ]
    responses = pa.array([name for _, name in ordered], type=pa.string())
    items = pa.array(list(answers), type=pa.string())
    return pa.table(
        {
            "survey": pa.repeat(pa.scalar(export.stage.id), len(order)),
            "response": responses.take(pa.array(ranks[order])),
            "item": items.take(pa.array(number[order])),
            "value": pa.array(values, mask=np.isnan(values)),
            "text": pa.array(texts, type=pa.string()).take(pa.array(order)),
        },
        schema=ANSWER,
    )


def _pairs(
    answers: Mapping[str, Decoded], rows: Sequence[npt.NDArray[np.int64]]
) -> Iterable[tuple[Decoded, npt.NDArray[np.int64]]]:
    return zip(answers.values(), rows, strict=True)


def _joined(parts: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    return np.concatenate(parts) if parts else np.zeros(0)


def _warnings(export: _Export, response: pa.Table, *, empty: int) -> list[Fault]:
    stage, where = export.stage, Where(file=export.file)
    found: list[Fault] = list(export.notes)
    if export.layout.unused:
        unused = export.layout.unused
        count = len(unused)
        more = f" and {count - _NAMED} more" if count > _NAMED else ""
        names = ", ".join(unused[:_NAMED]) + more
        found.append(Fault("SUR-008", where=where, survey=stage.id, count=count, columns=names))
    late = pc.sum(response.column("late")).as_py() or 0
    if late and stage.late == "drop":
        last = stage.extended_to or stage.closes
        found.append(Fault("SUR-009", where=where, survey=stage.id, count=late, last=last))
    early = [day for day in response.column("submitted").to_pylist() if day and day < stage.opens]
    if early:
        found.append(
            Fault("SUR-010", where=where, survey=stage.id, count=len(early),
                  opens=stage.opens, first=min(early))
        )  # fmt: skip
    if empty:
        found.append(Fault("SUR-011", where=where, survey=stage.id, count=empty))
    if not response.num_rows:
        found.append(Fault("SUR-015", where=where, survey=stage.id))
    return found


def _shortened(faults: Sequence[Fault]) -> list[Fault]:
    by_code: dict[str, list[Fault]] = {}
    for fault in faults:
        by_code.setdefault(fault.code, []).append(fault)
    shown: list[Fault] = []
    for code, alike in by_code.items():
        shown.extend(alike[:_LISTED])
        if len(alike) > _LISTED:
            where = Where(file=alike[0].where.file)
            shown.append(Fault("SUR-012", where=where, more=len(alike) - _LISTED, kind=code))
    return shown


def _read_sav(path: Path) -> pa.Table:
    """Return an SPSS file as texts, empty where it says that a code means no answer."""
    found = read_sav(path)
    columns = {
        name: [
            _text(value, found.missing.get(name, ()))
            for value in found.table.column(name).to_pylist()
        ]
        for name in found.table.column_names
    }
    return pa.table({name: pa.array(cells, type=pa.string()) for name, cells in columns.items()})


def _text(value: Any, missing: Sequence[tuple[Any, Any]]) -> str | None:  # noqa: ANN401  (any cell)
    if value is None or any(low <= value <= high for low, high in missing):
        return None
    return f"{value:.15g}" if isinstance(value, float) else str(value)
