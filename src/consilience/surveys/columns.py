"""Which column of an export holds what?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consilience.base.errors import Fault, Faults, Where
from consilience.design.model import Instrument, SurveyStage

ROLES = ("response", "area", "area_name", "submitted", "status", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column holds what.

    Args:
        roles: `response`, `area` ... to the column; a role the export does not give is left out.
        questions: question id to the column, in the order of the instrument.
        unused: columns nothing is read from.
    """

    roles: Mapping[str, str]
    questions: Mapping[str, str]
    unused: tuple[str, ...]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the one of `known` that looks most like `name`, or an empty text.

    Example:
        >>> nearest("la_cod", ["name", "la_code"])
        'la_code'
    """
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return found[0] if found else ""


def lay_out(
    stage: SurveyStage, *, instrument: Instrument, columns: Sequence[str], file: str
) -> Layout:
    """Which column of the export holds what?

    A question that `items` does not name is read from the column called like its id, with
    hyphens or underscores, in capitals or not.

    Args:
        stage: the survey.
        instrument: what was asked.
        columns: the headings of the export.
        file: the export, for complaints.

    Returns:
        The layout.

    Raises:
        Faults: SUR-001, SUR-002, SUR-013 and SUR-014, all that there are.
    """
    faults: list[Fault] = []
    roles = _roles(stage, columns, file, faults)
    questions = _questions(stage, instrument, columns, file, faults)
    if faults:
        raise Faults(faults)
    used = {*roles.values(), *questions.values()}
    unused = tuple(name for name in columns if name not in used)
    return Layout(roles=roles, questions=questions, unused=unused)


def _roles(
    stage: SurveyStage, columns: Sequence[str], file: str, faults: list[Fault]
) -> dict[str, str]:
    roles: dict[str, str] = {}
    for role in ROLES:
        column = getattr(stage.intake, role)
        if column is None:
            continue
        if column in columns:
            roles[role] = column
        else:
            faults.append(_no_column(stage, column, role, columns, file))
    return roles


def _questions(
    stage: SurveyStage,
    instrument: Instrument,
    columns: Sequence[str],
    file: str,
    faults: list[Fault],
) -> dict[str, str]:
    where = Where(file=file)
    asked = [question.id for question in instrument.questions]
    faults.extend(
        Fault("SUR-013", where=where, survey=stage.id, question=name,
              instrument=stage.instrument, nearest=nearest(name, asked))
        for name in stage.intake.items
        if name not in asked
    )  # fmt: skip
    alike = {_plain(column): column for column in reversed(columns)}
    questions: dict[str, str] = {}
    owners: dict[str, str] = {}
    for name in asked:
        column = stage.intake.items.get(name)
        if column is None:
            column = name if name in columns else alike.get(_plain(name))
        elif column not in columns:
            faults.append(_no_column(stage, column, f"answers to {name}", columns, file))
            continue
        if column is None:
            faults.append(
                Fault("SUR-002", where=Where(file=file, question=name), survey=stage.id,
                      question=name, nearest=nearest(name, columns))
            )  # fmt: skip
        elif column in owners:
            faults.append(
                Fault("SUR-014", where=Where(file=file, question=name), survey=stage.id,
                      column=column, first=owners[column], question=name)
            )  # fmt: skip
        else:
            owners[column] = name
            questions[name] = column
    return questions


def _no_column(
    stage: SurveyStage, column: str, role: str, columns: Sequence[str], file: str
) -> Fault:
    return Fault(
        "SUR-001",
        where=Where(file=file),
        survey=stage.id,
        column=column,
        role=role.replace("_", " "),
        nearest=nearest(column, columns),
    )


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_")
