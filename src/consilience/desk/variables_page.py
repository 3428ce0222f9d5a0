"""Variables as a reader looks through them: search, what was asked, how often each value stands."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.formats.metadata.model import Category, Record, Variable

_STATISTICS = {"mean": "mean", "stdev": "standard deviation", "min": "least", "max": "most",
               "medn": "median", "mode": "mode"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """One value of a variable.

    Attributes:
        value: as written in the data.
        label: what it means.
        missing: whether it stands for a missing answer.
        frequency: cases that have it; None if not counted or withheld.
        share: of all cases that are counted, 0 to 1; None if not counted.
    """

    value: str
    label: str
    missing: bool
    frequency: int | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableLine:
    """One variable.

    Attributes:
        id: its id in the record.
        name: its name in the file.
        label: what it holds.
        question: as asked, with what was read before it.
        facts: what else there is to know, in a few words each.
        notes: at more length.
        rows: its values.
        widest: the greatest share, against which bars are drawn; 0 if nothing is counted.
    """

    id: str
    name: str
    label: str
    question: str
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[ValueRow, ...]
    widest: float


def variable_lines(
    record: Record, asked: str, *, limit: int, offset: int = 0
) -> tuple[int, tuple[VariableLine, ...]]:
    """Return how many variables have all words, and a page of them in the order of the record.

    Args:
        record: the record.
        asked: words or parts of words, in small or capital letters; empty for all variables.
        limit: length of a page.
        offset: variables before it.
    """
    words = asked.casefold().split()
    found = [each for each in record.variables if _has(each, words)]
    files = {each.id: each.name for each in record.files}
    lines = [_line(each, files) for each in found[offset : offset + limit]]
    return len(found), tuple(lines)


def _has(variable: Variable, words: list[str]) -> bool:
    if not words:
        return True
    parts = [variable.name, variable.label, variable.before, variable.question, variable.concept]
    parts += variable.notes
    parts += [category.label for category in variable.categories]
    text = "\n".join(parts).casefold()
    return all(word in text for word in words)


def _line(variable: Variable, files: dict[str, str]) -> VariableLine:
    counted = sum(each.frequency or 0 for each in variable.categories)
    rows = tuple(_row(each, counted) for each in variable.categories)
    return VariableLine(
        id=variable.id,
        name=variable.name,
        label=variable.label,
        question=" ".join(part for part in (variable.before, variable.question) if part),
        facts=tuple(_facts(variable, files)),
        notes=tuple(
            part for part in (variable.instruction, variable.universe, *variable.notes) if part
        ),
        rows=rows,
        widest=max((row.share or 0.0 for row in rows), default=0.0),
    )


def _row(category: Category, counted: int) -> ValueRow:
    known = category.frequency is not None and counted > 0
    return ValueRow(
        value=category.value,
        label=category.label,
        missing=category.missing,
        frequency=category.frequency,
        share=(category.frequency or 0) / counted if known else None,
    )


def _facts(variable: Variable, files: dict[str, str]) -> list[str]:
    facts = [variable.measure or {"contin": "continuous"}.get(variable.interval, variable.kind)]
    if variable.valid is not None:
        facts.append(f"{variable.valid:,} valid")
    if variable.invalid:
        facts.append(f"{variable.invalid:,} missing")
    if variable.low or variable.high:
        facts.append(f"{variable.low or '?'} to {variable.high or '?'}")
    facts += [f"{_STATISTICS.get(name, name)} {value}" for name, value in variable.statistics]
    facts += ["weight"] if variable.weight else []
    return facts + [files.get(each, each) for each in variable.files]
