"""Which table would be published, before it is protected: answers of a survey, or a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where
from consilience.deposit.columns import WITHHELD, WITHHELD_NUMBER
from consilience.deposit.documents import variables_asked
from consilience.deposit.model import Change
from consilience.deposit.protect import Source
from consilience.design.model import Instrument, Scale
from consilience.design.model.deposit import DepositTable, Statement
from consilience.formats.metadata.model import Category, Variable
from consilience.formats.tables import read_table
from consilience.frame.model import Frame

_ANSWERED: Final = ("complete", "partial")
# 007 is a code and nan a word.
_NUMBER: Final = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?|[+-]?\.[0-9]+")
# Beyond it not every whole number is one of 64 bits.
_WHOLE: Final = 2.0**53
_OPEN: Final = "open answers may name people; those that were coded are among the texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A table with what its columns hold.

    Attributes:
        source: the table, what is known of its population, and how many were asked.
        variables: what each column holds; not yet counted.
        changes: what was left out in making it.
    """

    source: Source
    variables: tuple[Variable, ...]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The tables of a link that one survey's answers come from.

    Attributes:
        survey: its id.
        case: schema `linkage.model.CASE`.
        linked: schema `linkage.model.LINKED_ANSWER`.
        response: schema `surveys.model.RESPONSE`.
        instrument: what was asked.
        scales: the scales it names.
    """

    survey: str
    case: pa.Table
    linked: pa.Table
    response: pa.Table
    instrument: Instrument
    scales: Mapping[str, Scale]


def survey_source(
    rules: DepositTable,
    answers: Answers,
    *,
    frame: Frame,
    pseudonyms: Mapping[str, str],
    named: Sequence[Statement] = (),
) -> Described:
    """Return the answers of one survey, a row a unit that answered.

    Args:
        rules: what the study file says of the table.
        answers: tables of the link.
        frame: who was invited; its attributes can be looked up by anybody.
        pseudonyms: of the units.
        named: who said in public that they took part.

    Raises:
        Fault: DEP-004 if the frame has no such attribute, DEP-008 if an area has no pseudonym.
    """
    attributes = [each.name for each in frame.attributes]
    absent = [name for name in rules.attributes if name not in attributes]
    if absent:
        known = ", ".join(attributes)
        raise Fault("DEP-004", table=rules.id, attributes=", ".join(absent), known=known)
    own = pc.equal(answers.case.column("survey"), answers.survey)
    case = answers.case.filter(own)
    rows = [row for row in case.to_pylist() if row["disposition"] in _ANSWERED]
    columns, described = _who(rows, rules, answers, frame, pseudonyms)
    units = frame.table.column("id").to_pylist()
    place = {unit: number for number, unit in enumerate(units)}
    invited = {unit for unit in case.column("area").to_pylist() if unit in place}
    values, asked, changes = _asked(rows, answers)
    table = pa.table({**columns, **values})
    told = _told([row["area"] for row in rows], table, rules, named)
    return Described(
        source=Source(
            table=table,
            units=np.array([place[row["area"]] for row in rows], dtype=np.int64),
            population={
                **{name: frame.table.column(name).to_pylist() for name in rules.attributes},
                **{name: [known.get(unit) for unit in units] for name, known in told.items()},
            },
            named=tuple(unit in {each.id for each in named} for unit in units),
            named_keys=tuple(told),
            invited=len(invited),
        ),
        variables=(*described, *asked),
        changes=changes,
    )


def _told(
    areas: Sequence[str], table: pa.Table, rules: DepositTable, named: Sequence[Statement]
) -> dict[str, dict[str, object]]:
    """Return what statements fix of the areas that made them, by column and area.

    Attributes are not among it: everybody can look them up for all areas.
    """
    keys = dict.fromkeys(key for each in named for key in each.keys)
    found: dict[str, dict[str, object]] = {}
    for key in keys:
        if key in rules.attributes or key not in table.column_names:
            continue
        said = {each.id for each in named if key in each.keys}
        values = zip(areas, table.column(key).to_pylist(), strict=True)
        found[key] = {area: value for area, value in values if area in said}
    return found


def _who(
    rows: Sequence[Mapping[str, Any]],
    rules: DepositTable,
    answers: Answers,
    frame: Frame,
    pseudonyms: Mapping[str, str],
) -> tuple[dict[str, pa.Array], list[Variable]]:
    """Return the columns that say who answered, by pseudonym and attributes."""
    columns: dict[str, pa.Array] = {}
    described = []
    if rules.pseudonym:
        without = sorted({row["area"] for row in rows} - pseudonyms.keys())
        if without:
            raise Fault("DEP-008", table=rules.id, count=len(without), first=without[0])
        columns["area"] = pa.array([pseudonyms[row["area"]] for row in rows], pa.string())
        label = "Area, by a pseudonym that is the same in all tables of this data set"
        described.append(Variable(id="", name="area", label=label, kind="character"))
    titles = {each.name: each.title for each in frame.attributes}
    at = {unit: number for number, unit in enumerate(frame.table.column("id").to_pylist())}
    for name in rules.attributes:
        column = frame.table.column(name)
        columns[name] = column.take(pa.array([at[row["area"]] for row in rows], pa.int64()))
        described.append(_attribute(name, f"{titles.get(name, name)} of the area", column.type))
    roles = {row["response"]: row["role"] for row in answers.response.to_pylist()}
    columns["role"] = pa.array([roles.get(row["response"]) for row in rows], pa.string())
    described.append(_attribute("role", "Role of the person who answered", pa.string()))
    columns["completion"] = pa.array([row["disposition"] for row in rows], pa.string())
    label = "Whether the questionnaire was answered in full"
    described.append(Variable(id="", name="completion", label=label, kind="character"))
    return columns, described


def _attribute(name: str, label: str, kind: pa.DataType) -> Variable:
    text = pa.types.is_string(kind)
    instead = WITHHELD if text else str(WITHHELD_NUMBER)
    hidden = Category(value=instead, label="Withheld, to protect who answered", missing=True)
    return Variable(
        id="",
        name=name,
        label=label,
        kind="character" if text else "numeric",
        measure="nominal" if text else "",
        categories=(hidden,),
    )


def _asked(
    rows: Sequence[Mapping[str, Any]], answers: Answers
) -> tuple[dict[str, pa.Array], list[Variable], tuple[Change, ...]]:
    """Return the answers, a column a question; open ones are left out."""
    own = answers.linked.filter(pc.equal(answers.linked.column("survey"), answers.survey))
    given = {(row["area"], row["item"]): row["value"] for row in own.to_pylist()}
    described = {each.name: each for each in variables_asked(answers.instrument, answers.scales)}
    columns, asked, changes = {}, [], []
    for question in answers.instrument.questions:
        if question.kind == "open":
            changes.append(
                Change(column=question.id, what="withheld", cells=len(rows), reason=_OPEN)
            )
            continue
        scale = answers.scales.get(question.scale or "")
        # With several codes for no answer it is not known which was given.
        none = next(iter(scale.missing)) if scale and len(scale.missing) == 1 else None
        said = [given.get((row["area"], question.id)) for row in rows]
        cells = [none if value is None else value for value in said]
        whole = all(cell is None or float(cell).is_integer() for cell in cells)
        numbers = [None if cell is None else float(cell) for cell in cells]
        column = pa.array(numbers, pa.float64())
        columns[question.id] = column.cast(pa.int64()) if whole else column
        asked.append(described[question.id])
    return columns, asked, tuple(changes)


def file_source(rules: DepositTable, *, folder: Path) -> Described:
    """Return a table that comes in as a file, such as the results of a measure.

    Args:
        rules: what the study file says of the table; `labels` say what its columns hold.
        folder: the study folder.

    Raises:
        Fault: DEP-005 if the file is not there; FMT- codes as `read_table`.
    """
    path = folder / str(rules.file)
    if not path.is_file():
        raise Fault("DEP-005", where=Where(file=str(rules.file)), table=rules.id)
    read = read_table(path)
    columns = {name: _typed(read.column(name)) for name in read.column_names}
    table = pa.table(columns)
    variables = []
    for name in table.column_names:
        label = rules.labels.get(name, name)
        variable = _attribute(name, label, table.column(name).type)
        kept = variable.categories if name in rules.keys else ()
        variables.append(replace(variable, categories=kept))
    source = Source(table=table, population={}, invited=table.num_rows)
    return Described(source=source, variables=tuple(variables))


def _typed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of texts as numbers if all of them are; 007 is a code."""
    values = [None if value in (None, "") else str(value) for value in column.to_pylist()]
    if not all(value is None or _NUMBER.fullmatch(value) for value in values):
        return pa.chunked_array([pa.array(values, pa.string())])
    numbers = [None if value is None else float(value) for value in values]
    array = pa.array(numbers, pa.float64())
    whole = all(
        number is None or (number.is_integer() and abs(number) < _WHOLE) for number in numbers
    )
    return pa.chunked_array([array.cast(pa.int64()) if whole else array])
