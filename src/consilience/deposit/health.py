"""Is a data file fit to be deposited? The checks of QAMyData, with its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from consilience.base.errors import Fault, Where
from consilience.deposit.health_checks import RUN, Examined
from consilience.deposit.health_settings import CHECKS, USUAL, Setting, Settings
from consilience.deposit.model import Health, HealthCheck, Severity
from consilience.formats.dta import read_dta
from consilience.formats.parquet import read_parquet
from consilience.formats.sav import read_sav
from consilience.formats.tables import TEXT_SUFFIXES, read_table

_PLAIN: Final = (*TEXT_SUFFIXES, ".xlsx", ".xlsm")
KINDS: Final = (*_PLAIN, ".sav", ".zsav", ".dta", ".parquet")
_MOST_PLACES: Final = 1_000
# Of these nothing can be said where a format has no labels.
_OF_LABELS: Final = ("missing_variable_labels", "variable_label_max_length")


def read_examined(path: Path) -> Examined:
    """Return a data file with all that its format says of its columns.

    Columns of text files and workbooks in which only numbers stand are numbers.

    Args:
        path: a .csv, .tsv, .tab, .txt, .xlsx, .sav, .zsav, .dta or .parquet file.

    Raises:
        Fault: DEP-084 if it is of another kind; FMT-001 and on if it cannot be read.
    """
    suffix = PurePath(path.name.removesuffix(".gz")).suffix.lower()
    if suffix in (".sav", ".zsav", ".dta"):
        found = read_dta(path) if suffix == ".dta" else read_sav(path)
        return Examined(
            name=path.name,
            table=found.table,
            labels=found.labels,
            value_labels=found.value_labels,
            missing=found.missing,
            title=found.title,
        )
    if suffix == ".parquet":
        return Examined(name=path.name, table=read_parquet(path))
    if suffix in _PLAIN:
        return Examined(name=path.name, table=_typed(read_table(path)))
    place = Where(file=str(path))
    raise Fault("DEP-084", where=place, name=path.name, known=", ".join(KINDS))


def _typed(table: pa.Table) -> pa.Table:
    """Return a table in which columns of numbers are numbers."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            columns[name] = pc.cast(column, pa.float64())
        except pa.ArrowInvalid:
            columns[name] = column
        if column.null_count == len(column):
            columns[name] = column
    return pa.table(columns)


def examine(data: Examined, settings: Settings = USUAL) -> Health:
    """Is this data file fit to be deposited?

    Args:
        data: the file.
        settings: which checks are done, and by which limits.

    Returns:
        What each check gave, with places but never with values: who reads the report need not
        have seen the data.

    Differs:
        From QAMyData 1.0: limits of length count characters, not bytes; a word of the list of
        stop words fails a text wherever it stands; a file of words that is not there is told.
    """
    checks = [
        _checked(data, name, settings.checks[name], settings)
        for name in CHECKS
        if name in settings.checks
    ]
    primary = settings.checks.get("primary_variable")
    column = primary.value if primary else None
    there = column in data.table.column_names
    return Health(
        file=data.name,
        title=data.title,
        rows=data.table.num_rows,
        columns=data.table.num_columns,
        cases=len(data.values[column]) if there and column else None,
        checks=tuple(checks),
    )


def _checked(data: Examined, name: str, setting: Setting, settings: Settings) -> HealthCheck:
    known = CHECKS[name]
    base = HealthCheck(
        name=name,
        group=known.group,
        severity=setting.severity,
        words=setting.words,
        setting=_said(setting.value),
    )
    value = setting.value
    reason = _reason(data, name, setting, settings)
    if not reason and known.kind == "files":
        value, absent = _word_list(value, settings.folder)
        reason = f"{', '.join(absent)} is not there" if absent and not value else ""
    if reason:
        return replace(base, left_out=reason)
    passed, places = RUN[name](data, value)
    return replace(base, passed=passed, failed=len(places), places=tuple(places[:_MOST_PLACES]))


def _reason(data: Examined, name: str, setting: Setting, settings: Settings) -> str:
    """Return why a check is not done, nothing if it is."""
    group = CHECKS[name].group
    if setting.value is False:
        return "switched off"
    if settings.metadata_only and group in ("data_integrity", "disclosure_risk"):
        return "only what is said of variables is checked"
    if data.labels is None and name in _OF_LABELS:
        return "the format of the file has no labels"
    if name == "duplicate_values" and not set(setting.value) & set(data.table.column_names):
        return "the file has none of these variables"
    return ""


def _said(value: Any) -> str:  # noqa: ANN401  (whatever a setting is)
    return ", ".join(map(repr, value)) if isinstance(value, tuple) else str(value)


def _word_list(files: Sequence[str], folder: Path) -> tuple[frozenset[str], list[str]]:
    """Return the words of all files in lower case, and the files that are not there."""
    words: set[str] = set()
    absent = []
    for file in files:
        path = folder / file
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            absent.append(file)
            continue
        words.update(line.strip().lower() for line in text.splitlines() if line.strip())
    return frozenset(words), absent


def worst(healths: Sequence[Health]) -> Severity | None:
    """Return what the worst failure of several files does, None if all is well."""
    failed = [check.severity for each in healths for check in each.checks if check.failed]
    if Severity.REFUSE in failed:
        return Severity.REFUSE
    return Severity.WARN if failed else None
