"""What a study knows of the cases that texts speak of, from its frames and earlier stages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consilience.coding.exchange_cases import CaseAttribute, case_attribute
from consilience.desk.checks import read_checked
from consilience.desk.kept import kept_results
from consilience.desk.shelf import Shelf, gather
from consilience.frame.model import Frame
from consilience.report.area_file import area_columns
from consilience.report.model import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of cases.

    Args:
        name: letters, digits and underscores.
        label: what it is, for people.
        measure: nominal, ordinal or scale.
        values: by case; a case of which it is not known is left out.
        value_labels: code to what it means.
    """

    name: str
    label: str
    measure: str
    values: Mapping[str, Any]
    value_labels: Mapping[float, str]

    def level(self, case: str) -> str | None:
        """Return the value of a case as people write it, None if it is not known."""
        value = self.values.get(case)
        if value is None or isinstance(value, str):
            return value
        # All digits: two cases of 1,234,567 and 1,234,568 pupils are not of one level.
        return self.value_labels.get(value, f"{value:.15g}")


def facts_of_cases(folder: Path) -> tuple[Fact, ...]:
    """Return what is known of areas, and of schools with the areas they lie in.

    Args:
        folder: the study folder.

    Returns:
        The columns of the area file (attributes, endings of surveys, scores, congruence, bands),
        and the attributes of the frames of schools; nothing if no frame has run.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
        Faults: what is wrong with the study file.
    """
    with Shelf(folder, kept_results(folder)) as shelf:
        findings = gather(read_checked(folder), shelf)
    found: dict[str, Fact] = {}
    if any(stage.of == "areas" for stage in findings.stages("frame")):
        columns = area_columns(findings)
        areas = columns[0].values
        for column in columns[1:]:
            found[column.name] = Fact(
                name=column.name,
                label=column.label,
                measure=column.measure,
                values=_known(dict(zip(areas, column.values, strict=True))),
                value_labels=column.value_labels,
            )
    _add_schools(found, findings)
    return tuple(found.values())


def attributes_of_cases(folder: Path) -> tuple[Fact, ...]:
    """Return the attributes that the frames of a study give its cases, and nothing computed.

    Args:
        folder: the study folder.

    Returns:
        Those of areas, and of schools with the areas they lie in; nothing if no frame has run.

    Raises:
        Fault: STU-002 if there is no study, STU-006 if it was never run.
        Faults: what is wrong with the study file.
    """
    with Shelf(folder, kept_results(folder)) as shelf:
        findings = gather(read_checked(folder), shelf)
    found: dict[str, Fact] = {}
    for stage in findings.stages("frame"):
        if stage.of == "areas":
            _add_own(found, findings.frame(stage.id))
    _add_schools(found, findings)
    return tuple(found.values())


def attributes_going_out(folder: Path, cases: Collection[str]) -> tuple[CaseAttribute, ...]:
    """Return the attributes of those cases as an exchange file carries them; see `case_attribute`.

    Args:
        folder: the study folder.
        cases: ids of those that go out.

    Raises:
        Fault: as `attributes_of_cases`.
    """
    made = (
        case_attribute(
            each.name, each.label, scale=each.measure == "scale", values=each.values, cases=cases
        )
        for each in attributes_of_cases(folder)
    )
    return tuple(each for each in made if each is not None)


def _add_own(found: dict[str, Fact], frame: Frame) -> None:
    """Give the units of a frame its attributes."""
    units = frame.table["id"].to_pylist()
    for attribute in frame.attributes:
        own = _known(dict(zip(units, frame.table[attribute.name].to_pylist(), strict=True)))
        name = attribute.name.replace("-", "_")
        new = Fact(
            name=name,
            label=attribute.title,
            measure="scale" if attribute.kind == "numeric" else "nominal",
            values={},
            value_labels={},
        )
        found[name] = _with(found.get(name, new), own)


def _add_schools(found: dict[str, Fact], findings: Findings) -> None:
    """Give schools what is known of their areas, then their own attributes."""
    for stage in findings.stages("frame"):
        frame = findings.frame(stage.id)
        if frame.of != "schools":
            continue
        schools = frame.table["id"].to_pylist()
        areas = dict(zip(schools, frame.table["area"].to_pylist(), strict=True))
        for name, fact in found.items():
            lent = {s: fact.values[a] for s, a in areas.items() if a in fact.values}
            found[name] = _with(fact, lent)
        _add_own(found, frame)


def _with(fact: Fact, values: Mapping[str, Any]) -> Fact:
    return Fact(
        name=fact.name,
        label=fact.label,
        measure=fact.measure,
        values={**fact.values, **values},
        value_labels=fact.value_labels,
    )


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {case: value for case, value in values.items() if value is not None}
