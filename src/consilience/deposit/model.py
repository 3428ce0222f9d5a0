"""Nouns of the deposit: data sets and their files, what the gate found, who let it pass."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from consilience.formats.metadata.model import Level, Record


class Fate(enum.StrEnum):
    """How far one thing of a data set came, in order."""

    PLANNED = "planned"
    COLLECTED = "collected"
    CONSENTED = "consented"
    DEPOSITED = "deposited"


class Part(enum.StrEnum):
    """What a file is in the package."""

    DATA = "data"
    TRANSCRIPT = "transcript"
    DOCUMENTATION = "documentation"
    METADATA = "metadata"


class Severity(enum.StrEnum):
    """What a finding of the gate does."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One thing that is not deposited, and why.

    Attributes:
        thing: id of the interview, file, column or case; never a name. Empty for several that are
            counted only.
        stopped: how far it came.
        reason: why it went no further, in plain words.
        count: how many they are.
    """

    thing: str
    stopped: Fate
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """One of the data sets of a study.

    Attributes:
        id: as in the study file, such as `scoping`.
        title: what it is called.
        kind: `text` or `numeric`.
        phase: which phase of the study made it.
        unit: what one row or text is about, such as `interview` or `area`.
        planned: how many were planned; None if the design does not say.
        collected: how many were collected.
        consented: how many may be deposited by what people allowed.
        deposited: how many are in the package.
        withheld: what is not, one by one or as a group, with reasons.
        basis: on which consent or permission it is deposited.
        level: who may have its files.
        licence: under which licence.
        embargo: the day from which files may be had; None if at once.
    """

    id: str
    title: str
    kind: str
    phase: str = ""
    unit: str = ""
    planned: int | None = None
    collected: int = 0
    consented: int = 0
    deposited: int = 0
    withheld: tuple[Withheld, ...] = ()
    basis: str = ""
    level: Level = Level.SAFEGUARDED
    licence: str = ""
    embargo: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositFile:
    """One file of the package, ready to be written.

    Attributes:
        path: where it lies in the package, with `/`, such as `data/surveys/education.csv`.
        content: its bytes.
        part: what it is.
        contents: what it holds, in a line.
        media_type: such as `text/csv`.
        data_set: id of its data set; empty for what is about the whole.
        level: who may have it.
        licence: under which licence.
        embargo: the day from which it may be had; None if at once.
        cases: number of rows; None if it has none.
        variables: number of columns; None if it has none.
        simulated: whether what it holds was made by a program.
    """

    path: str
    content: bytes = field(repr=False)
    part: Part
    contents: str
    media_type: str
    data_set: str = ""
    level: Level = Level.OPEN
    licence: str = ""
    embargo: dt.date | None = None
    cases: int | None = None
    variables: int | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One interview in the data list.

    Attributes:
        id: of the interview; never a name.
        data_set: which data set its transcript belongs to.
        role: group of roles of those who spoke.
        area: pseudonym of the area; empty if none may be told.
        setting: such as `school` and its type; empty if none may be told.
        month: `YYYY-MM` in which it was held; empty if not told.
        mode: in person, by telephone, online.
        people: how many were interviewed.
        words: number of words of the deposited text; None if none is deposited.
        interviewer: id of the interviewer; never a name.
        file: its file in the package; empty if withheld.
        deposited: whether its text is in the package.
        reason: why not, if not.
        told: whether readers are told of it by itself; one that was not held or was withdrawn is
            counted only.
        attributes: further columns (name, value), the same names for all of a data set.
    """

    id: str
    data_set: str
    role: str
    area: str = ""
    setting: str = ""
    month: str = ""
    mode: str = ""
    people: int = 1
    words: int | None = None
    interviewer: str = ""
    file: str = ""
    deposited: bool = True
    reason: str = ""
    told: bool = True
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A text to be written into the package.

    Attributes:
        interview: its line of the data list.
        turns: (speaker label, words) in order; labels are roles or pseudonyms.
        title: of the study.
        notice: what stands above every page, such as the level of access.
        simulated: whether the text was written for an example and nobody said it.
    """

    interview: Interview
    turns: tuple[tuple[str, str], ...]
    title: str
    notice: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done to a column before it was published.

    Attributes:
        column: its name.
        what: `withheld`, `made coarser` or `cells suppressed`.
        cells: how many cells it touched.
        reason: why.
    """

    column: str
    what: str
    cells: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure of risk or loss, before and after protection.

    Attributes:
        measure: what is measured, in words.
        of: the key or column it is about; empty for the table.
        before: before protection; None if undefined.
        after: as published; None if undefined or not protected.
    """

    measure: str
    of: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRisk:
    """How easily one case of a published table is found.

    Attributes:
        alike: cases that share its keys, itself included; a suppressed key fits everything.
        candidates: units of the population that fit it; None if no population is known.
        probability: that a guess is right.
        dis: SUDA's probability that a match is right; 0 if it is not unique.
        named: whether its unit said in public that it took part.
        keys: the smallest sets of keys that leave few, in words.
    """

    alike: int
    candidates: int | None
    probability: float
    dis: float
    named: bool
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOff:
    """What another number of cases that share their keys would bring and cost.

    Attributes:
        k: how many.
        risk: highest probability of a right guess.
        loss: share of the cells of keys that is suppressed.
        efficient: whether no other k has less risk for no more loss.
        chosen: whether it is the one of the study file.
    """

    k: int
    risk: float
    loss: float
    efficient: bool
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the gate found in one place.

    Attributes:
        code: the check, a short stable name such as `hidden-content`.
        severity: whether it keeps the deposit back.
        where: data set, file, column or interview it is about.
        what: what is missing or unsafe, with the value.
        remedy: what to do next.
        waived: whether a waiver lets it pass.
    """

    code: str
    severity: Severity
    where: str
    what: str
    remedy: str
    waived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody took it upon themselves to let a finding pass.

    Attributes:
        code: the check waived.
        where: the place it is waived for; `*` for all.
        role: the role in which it was waived, such as `lead`.
        by: who, as an account name.
        reason: why.
        at: when.
    """

    code: str
    where: str
    role: str
    by: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Two pairs of eyes: who prepared the package, who released it.

    Attributes:
        prepared_by: account that prepared it.
        prepared_at: when.
        released_by: another account, that released exactly these bytes.
        released_at: when.
        digest: SHA-256 of the package's manifest, which both saw.
    """

    prepared_by: str
    prepared_at: dt.datetime
    released_by: str
    released_at: dt.datetime
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """All that is to be written.

    Attributes:
        identifier: of the study in the catalogue; also the name of the folder.
        record: the catalogue record, with files and variables.
        data_sets: the data sets, in order.
        files: data, transcripts and documents; the package adds README, lists and metadata.
        interviews: the data list.
        findings: what the gate found and who waived what.
        waivers: the waivers used.
        sections: further sections of README as (heading, words), such as how names were replaced.
        made: day of making, stated so that bytes are the same again.
    """

    identifier: str
    record: Record
    data_sets: tuple[DataSet, ...]
    files: tuple[DepositFile, ...]
    interviews: tuple[Interview, ...] = ()
    findings: tuple[Finding, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    made: dt.date


# --- tables of the stage ----------------------------------------------------------------------


def _row(**types: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in types.items()])


_TEXT, _WHOLE, _REAL, _YES = pa.string(), pa.int64(), pa.float64(), pa.bool_()

# One row a data set, as `DataSet`; embargo as an ISO date or empty.
DATA_SET: Final = _row(
    data_set=_TEXT, title=_TEXT, kind=_TEXT, phase=_TEXT, unit=_TEXT, planned=_WHOLE,
    collected=_WHOLE, consented=_WHOLE, deposited=_WHOLE, basis=_TEXT, level=_TEXT, licence=_TEXT,
    embargo=_TEXT,
)  # fmt: skip
# One row a thing that is not deposited, or several that are counted together.
WITHHELD: Final = _row(data_set=_TEXT, thing=_TEXT, stopped=_TEXT, reason=_TEXT, count=_WHOLE)
# One row an interview, as `Interview`.
DATA_LIST: Final = _row(
    interview=_TEXT, data_set=_TEXT, role=_TEXT, area=_TEXT, setting=_TEXT, month=_TEXT,
    mode=_TEXT, people=_WHOLE, interviewer=_TEXT, document=_TEXT, deposited=_YES, reason=_TEXT,
)  # fmt: skip
# One row a column and what was done to it.
COLUMN_CHANGE: Final = _row(
    data_set=_TEXT, file=_TEXT, column=_TEXT, what=_TEXT, cells=_WHOLE, reason=_TEXT
)
# One row a measure of risk or loss, before and after.
RISK: Final = _row(data_set=_TEXT, file=_TEXT, measure=_TEXT, of=_TEXT, before=_REAL, after=_REAL)
# One row a case of a published table, by its number there; keys: sets that leave few, "; " between.
CASE_RISK: Final = _row(
    data_set=_TEXT, file=_TEXT, case=_WHOLE, alike=_WHOLE, candidates=_WHOLE, probability=_REAL,
    dis=_REAL, named=_YES, keys=_TEXT,
)  # fmt: skip
# One row a number of cases that might share their keys.
TRADE_OFF: Final = _row(
    data_set=_TEXT, file=_TEXT, k=_WHOLE, risk=_REAL, loss=_REAL, efficient=_YES, chosen=_YES
)

TABLES: Final = {
    "data_set": DATA_SET,
    "withheld": WITHHELD,
    "data_list": DATA_LIST,
    "column_change": COLUMN_CHANGE,
    "risk": RISK,
    "case_risk": CASE_RISK,
    "trade_off": TRADE_OFF,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPlace:
    """Where a check of data health failed; without the value that stands there.

    Attributes:
        column: name of the column; empty for the file as a whole.
        row: record in which the value stands first, from 1; None for the column as a whole.
        code: the code whose label it is about; empty if it is about none.
    """

    column: str = ""
    row: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """What one check of data health gave.

    Attributes:
        name: of the check, as QAMyData calls it.
        group: of the check: basic_file_checks, metadata, data_integrity, disclosure_risk.
        severity: what a failure does.
        words: what is wanted, in words.
        setting: the limit or list by which it was checked, in words.
        passed: how many things passed.
        failed: how many failed.
        places: where, at most so many as were asked for.
        left_out: why it was not done; empty if it was.
    """

    name: str
    group: str
    severity: Severity
    words: str
    setting: str = ""
    passed: int = 0
    failed: int = 0
    places: tuple[HealthPlace, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the checks of data health gave for one file.

    Attributes:
        file: its name.
        title: label of the file, if it has one.
        rows: number of records.
        columns: number of columns.
        cases: number of different values of the primary variable; None if there is none.
        checks: in the order of the groups.
    """

    file: str
    title: str = ""
    rows: int
    columns: int
    cases: int | None = None
    checks: tuple[HealthCheck, ...]

    @property
    def refused(self) -> bool:
        """Whether a check failed that keeps the file back."""
        return any(each.failed and each.severity == Severity.REFUSE for each in self.checks)
