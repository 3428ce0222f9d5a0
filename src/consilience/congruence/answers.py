"""What did each agency of each area answer to what all were asked alike?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from consilience.base.errors import Fault, Faults
from consilience.design.model import CongruenceStage, Construct, LinkStage, Scale, Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

TOTAL: Final = "total"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """The answers of the complete areas, item by item, on one footing.

    Args:
        areas: ids of the complete areas, in the order of the frame (by id).
        agencies: ids, in the order in which the link stage names their surveys.
        constructs: ids, in the order of the study file.
        values: (areas, agencies, rows) share 0-1 of the way from the lowest to the highest
            answer of the question's scale; nan where not answered or not asked. A row is one
            row of equivalent questions of a construct.
        asked: (agencies, rows) whether the agency was asked.
        construct: (rows,) position of the construct of each row.
        weights: (constructs,) weight of each in the total.
        low: (agencies, rows) lowest answer of the scale; nan where not asked.
        span: (agencies, rows) highest less lowest; nan where not asked.
    """

    areas: tuple[str, ...]
    agencies: tuple[str, ...]
    constructs: tuple[str, ...]
    values: Floats
    asked: Booleans
    construct: Integers
    weights: Floats
    low: Floats
    span: Floats

    @property
    def members(self) -> Floats:
        """(constructs, rows): 1 where the row belongs to the construct, else 0."""
        places = np.arange(len(self.constructs))[:, None]
        return np.asarray(places == self.construct, dtype=float)

    @property
    def row_weights(self) -> Floats:
        """(rows,): the weight of a construct, spread evenly over its rows."""
        counts = np.bincount(self.construct, minlength=len(self.constructs))
        return np.asarray((self.weights / counts)[self.construct])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question put to one agency, in one row."""

    agency: str
    row: int
    question: str
    scale: Scale


def gather(
    stage: CongruenceStage, *, study: Study, answers: pa.Table
) -> tuple[Profiles, tuple[Fault, ...]]:
    """What did each agency of each complete area answer to what all were asked alike?

    An area is complete if every agency that is compared answered anything at all. Agencies
    compared are those of the link stage that the constructs ask something.

    Args:
        stage: which link and which constructs.
        study: constructs, instruments and scales.
        answers: schema `LINKED_ANSWER`.

    Returns:
        The profiles, and warnings (CON-006).

    Raises:
        Faults: CON-004 if fewer than two agencies are left, CON-005 for each question that
            cannot be compared, CON-013 for each unknown construct.
    """
    constructs = _constructs(stage, study)
    linked = agencies_linked(stage.of, study)
    rows = [row for each in constructs for row in each.items]
    agencies = [agency for agency in linked if any(agency in row for row in rows)]
    if len(agencies) < 2:
        named = [construct.id for construct in constructs]
        raise Faults(
            [Fault("CON-004", stage=stage.id, agencies=agencies or "none", constructs=named)]
        )
    warnings = tuple(Fault("CON-006", agency=name) for name in linked if name not in agencies)
    found = profiles_of(
        constructs, agencies, link=stage.of, study=study, answers=answers, complete=True
    )
    return found, warnings


def agencies_linked(link: str, study: Study) -> list[str]:
    """Return the agencies whose surveys a link stage links, in its order."""
    return list(_linked(link, study))


def profiles_of(
    constructs: Sequence[Construct],
    agencies: Sequence[str],
    *,
    link: str,
    study: Study,
    answers: pa.Table,
    complete: bool,
) -> Profiles:
    """What did these agencies answer to the questions of these constructs?

    Args:
        constructs: in the order in which their rows come out.
        agencies: ids, in order.
        link: id of the link stage.
        study: instruments and scales.
        answers: schema `LINKED_ANSWER`.
        complete: only areas for which every one of the agencies answered anything at all; else
            areas for which any of them did.

    Returns:
        The answers on one footing.

    Raises:
        Faults: CON-005 for each question that has no scale with two ends.
    """
    rows = [(place, row) for place, each in enumerate(constructs) for row in each.items]
    asked = _asked(rows, agencies, constructs, _linked(link, study), study)
    shape = (len(agencies), len(rows))
    low, span = np.full(shape, np.nan), np.full(shape, np.nan)
    for each in asked:
        place = agencies.index(each.agency), each.row
        low[place] = each.scale.span[0]
        span[place] = each.scale.span[1] - each.scale.span[0]
    areas, given = _given(answers, agencies, asked, shape, complete=complete)
    return Profiles(
        areas=areas,
        agencies=tuple(agencies),
        constructs=tuple(construct.id for construct in constructs),
        values=(given - low) / span,
        asked=~np.isnan(span),
        construct=np.array([place for place, _ in rows], dtype=np.int64),
        weights=np.array([construct.weight for construct in constructs]),
        low=low,
        span=span,
    )


def _constructs(stage: CongruenceStage, study: Study) -> list[Construct]:
    known = {construct.id: construct for construct in study.constructs}
    wanted = stage.constructs or tuple(known)
    faults = [
        Fault("CON-013", stage=stage.id, construct=name, known=", ".join(known) or "none")
        for name in wanted
        if name not in known
    ]
    if faults:
        raise Faults(faults)
    return [construct for construct in study.constructs if construct.id in wanted]


def _linked(link: str, study: Study) -> Mapping[str, Mapping[str, Any]]:
    """Return what the instruments of each linked agency ask, by id."""
    stage: LinkStage = study.stage(link)
    questions: dict[str, dict[str, Any]] = {}
    for name in stage.surveys:
        survey = study.stage(name)
        asked = questions.setdefault(survey.agency, {})
        instrument = study.instruments.get(survey.instrument)
        for question in instrument.questions if instrument else ():
            asked[question.id] = question
    return questions


def _asked(
    rows: list[tuple[int, Mapping[str, str]]],
    agencies: Sequence[str],
    constructs: Sequence[Construct],
    questions: Mapping[str, Mapping[str, Any]],
    study: Study,
) -> list[_Asked]:
    found, faults = [], []
    for number, (place, row) in enumerate(rows):
        for agency in agencies:
            if agency not in row:
                continue
            question = questions[agency].get(row[agency])
            scale = study.scales.get(question.scale) if question and question.scale else None
            lack = _lack(question, scale)
            if scale is None or lack:
                name, asks = constructs[place].id, row[agency]
                faults.append(
                    Fault("CON-005", construct=name, question=asks, agency=agency, lack=lack)
                )
            else:
                found.append(_Asked(agency=agency, row=number, question=row[agency], scale=scale))
    if faults:
        raise Faults(faults)
    return found


def _lack(question: Any, scale: Scale | None) -> str:  # noqa: ANN401  (a Question or None)
    if question is None:
        return "is not in its instrument"
    if question.kind not in ("scale", "number") or scale is None:
        return "is not answered on a scale"
    return "" if scale.span[1] > scale.span[0] else "has a scale without two ends"


def _given(
    answers: pa.Table,
    agencies: Sequence[str],
    asked: list[_Asked],
    shape: tuple[int, int],
    *,
    complete: bool,
) -> tuple[tuple[str, ...], Floats]:
    """Return the areas, complete or any, and (areas, agencies, rows) answers as they were given."""
    some = pc.or_(pc.is_valid(answers["value"]), pc.is_valid(answers["text"]))
    answers = answers.filter(
        pc.and_(some, pc.is_in(answers["agency"], pa.array(list(agencies), pa.string())))
    )
    names, area = _codes(answers["area"])
    agency = _codes_in(answers["agency"], agencies)
    here = np.zeros((len(names), len(agencies)), dtype=bool)
    here[area, agency] = True
    wanted = np.flatnonzero(here.all(axis=1) if complete else here.any(axis=1))
    order = sorted(wanted.tolist(), key=names.__getitem__)
    items = list(dict.fromkeys(each.question for each in asked))
    cells = np.full((len(names), len(agencies), len(items) + 1), np.nan)
    # The last column takes the answers to questions that no construct names (code -1).
    cells[area, agency, _codes_in(answers["item"], items)] = answers["value"].to_numpy()
    given = np.full((len(order), *shape), np.nan)
    for each, column in _columns(asked, agencies, items):
        given[:, column[0], each.row] = cells[order, column[0], column[1]]
    return tuple(names[place] for place in order), given


def _columns(
    asked: list[_Asked], agencies: Sequence[str], items: list[str]
) -> Iterator[tuple[_Asked, tuple[int, int]]]:
    at = {name: place for place, name in enumerate(items)}
    for each in asked:
        yield each, (agencies.index(each.agency), at[each.question])


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Integers]:
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64)


def _codes_in(column: pa.ChunkedArray, names: Sequence[str]) -> Integers:
    found = pc.fill_null(pc.index_in(column, pa.array(list(names), pa.string())), -1)
    return np.asarray(found.to_numpy().astype(np.int64))
