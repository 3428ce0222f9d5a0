"""May this package leave the study? Every reason why not, each with what to do.

The gate computes its findings from the package itself and from what was found in its files; there
is no list that somebody has to tick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from consilience.base.errors import Fault
from consilience.deposit.data_list import quasi_identifiers
from consilience.deposit.model import (
    DataSet,
    Fate,
    Finding,
    HealthCheck,
    Package,
    Part,
    Severity,
    Waiver,
)
from consilience.deposit.names import awkward_names
from consilience.deposit.publish import Published
from consilience.deposit.residual import Searched
from consilience.deposit.study_keys import remedy_in_study
from consilience.formats.hidden.model import Finding as Hidden
from consilience.formats.metadata.model import Level

# The one check that nobody can waive: without its key nothing is known of what may stand in files.
# Nor can it be waived that words leave which nobody has read and cleared.
NEVER_WAIVED: Final = frozenset({"changed-words", "names-unsearched", "record"})
CHECKS: Final = (
    "absent-document", "changed-words", "data-list", "empty-data-set", "file-name",
    "hidden-content", "names-unsearched", "no-basis", "no-consent-form", "no-doi",
    "no-information-sheet", "no-keys", "no-licence", "not-cleared", "one-value", "open-texts",
    "record", "residual-name", "risk", "small-group", "undecided-names",
)  # fmt: skip
HEALTH: Final = "health-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found in the files that are about to leave.

    Attributes:
        hidden: what files hold beside what they show.
        residual: names that still stand in them; None if they were not searched.
        unsearched: why they were not searched; empty if they were, or if there are no names.
        uncleared: places of texts whose words or speakers changed since they were cleared.
        corrected: places of texts in whose corrected words nobody looked for names.
        memos: memos of the study with a name, whose words stand in files with a name.
        undecided: what was found in the texts and nobody decided about, counted by kind.
        health: checks of data files that failed, by path.
        record: faults of the record by the official schema and the profile; warnings among them.
        absent: documents named in the study file that are not there.
    """

    hidden: tuple[Hidden, ...] = ()
    residual: Searched | None = None
    unsearched: str = ""
    uncleared: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    memos: tuple[Fault, ...] = ()
    undecided: Mapping[str, int] = field(default_factory=dict)
    health: Mapping[str, tuple[HealthCheck, ...]]
    record: tuple[Fault, ...] = ()
    absent: tuple[str, ...] = ()


def gate(
    package: Package, tables: Sequence[Published], evidence: Evidence, *, risk: float
) -> tuple[Finding, ...]:
    """Return everything that is missing or unsafe, before waivers.

    Args:
        package: all that is to be written.
        tables: its tables, with what is left of their risk.
        evidence: what was found in its files.
        risk: the highest probability at which one case may be known.

    Returns:
        Findings in the order of the checks: data sets, texts, risk, files, names, record.
    """
    return (
        *_data_sets(package),
        *(each for table in tables for each in _protection(table, risk)),
        *_changed(evidence),
        *_data_list(package),
        *_documents(package, evidence.absent),
        *_files(package, evidence),
        *_names(evidence),
        *_record(package, evidence.record),
    )


def waived(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> tuple[Finding, ...]:
    """Return findings with those marked that a waiver lets pass.

    Args:
        findings: from `gate`.
        waivers: by check and place; `*` stands for all places of a check.
    """
    given = {(each.code, each.where) for each in waivers}
    return tuple(
        replace(each, waived=True)
        if each.code not in NEVER_WAIVED and {(each.code, each.where), (each.code, "*")} & given
        else each
        for each in findings
    )


def refused(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that keep the deposit back."""
    return tuple(each for each in findings if each.severity is Severity.REFUSE and not each.waived)


def _refuse(code: str, where: str, what: str, remedy: str) -> Finding:
    return Finding(code=code, severity=Severity.REFUSE, where=where, what=what, remedy=remedy)


def _warn(code: str, where: str, what: str, remedy: str) -> Finding:
    return Finding(code=code, severity=Severity.WARN, where=where, what=what, remedy=remedy)


def _data_sets(package: Package) -> Iterator[Finding]:
    for each in package.data_sets:
        if not each.deposited:
            yield _refuse(
                "empty-data-set", each.id, f"nothing of {each.title!r} is deposited",
                "Clear its texts, bring its tables, or take it out of the deposit.",
            )  # fmt: skip
        yield from _uncleared(each)
        if each.kind == "text" and each.level is Level.OPEN:
            yield _refuse(
                "open-texts", each.id, "what people said is to be open to everybody",
                "Make it safeguarded, or waive this if they allowed just that.",
            )  # fmt: skip
        if not (each.basis or "").strip():
            yield _refuse(
                "no-basis", each.id, "it is not said on which consent it is deposited",
                "Write `consent:` at the data set, or `basis:` in the deposit.",
            )  # fmt: skip
        if not (each.licence or package.record.access.licence):
            yield _refuse(
                "no-licence", each.id, "no licence is named",
                "Write `licence:` in the catalogue part of the study file.",
            )  # fmt: skip


def _uncleared(each: DataSet) -> Iterator[Finding]:
    """Yield texts that people allowed to deposit and that are not in the package."""
    for thing in each.withheld:
        if each.kind == "text" and thing.stopped is Fate.CONSENTED:
            yield _refuse(
                "not-cleared", f"{each.id}/{thing.thing}", thing.reason,
                "Read it through and clear it with `consilience transcripts state`, or waive this.",
            )  # fmt: skip


def _changed(evidence: Evidence) -> Iterator[Finding]:
    for place in evidence.uncleared:
        yield _refuse(
            "changed-words", place, "words or speakers were corrected after it was cleared",
            "Read it again and clear it with `consilience transcripts state`.",
        )  # fmt: skip


def _protection(table: Published, risk: float) -> Iterator[Finding]:
    where = f"{table.data_set}/{table.rules.id}"
    if not table.rules.keys:
        yield _refuse(
            "no-keys", where, "no column is named by which somebody could be found",
            "Name them under `keys`; waive this if there is truly none.",
        )  # fmt: skip
        return
    few = [each for each in table.cases if each.alike < table.rules.k]
    if few:
        yield _refuse(
            "small-group", where, f"{len(few)} cases share their keys with fewer than "
            f"{table.rules.k}", "Make the keys coarser with `recode`, or withhold one.",
        )  # fmt: skip
    sure = [(number, each) for number, each in enumerate(table.cases, 1) if each.probability > risk]
    if sure:
        number, worst = max(sure, key=lambda pair: pair[1].probability)
        keys = f" by {worst.keys[0]}" if worst.keys else ""
        yield _refuse(
            "risk", where, f"{len(sure)} cases can be known with a probability above {risk:.2f}; "
            f"case {number} with {worst.probability:.2f}{keys}",
            "Make the keys coarser with `recode`, raise `k`, or withhold one.",
        )  # fmt: skip
    for each in table.figures:
        poor = each.measure == "fewest values in a group"
        if poor and each.after is not None and each.after < table.rules.diverse:
            yield _refuse(
                "one-value", where, f"in one group all have {each.after:.0f} value of {each.of!r}",
                "Raise `k`, make the keys coarser, or withhold the column.",
            )  # fmt: skip


def _data_list(package: Package) -> Iterator[Finding]:
    """Yield data lists in which most interviews stand alone."""
    if not package.interviews:
        return
    rows = quasi_identifiers(package.interviews).to_pylist()
    keys = [
        tuple(str(v) for n, v in row.items() if n not in ("interview", "area", "id"))
        for row in rows
    ]
    alone = Counter(
        row["data_set"] for row, n in zip(rows, keys, strict=True) if keys.count(n) == 1
    )
    for data_set, count in alone.items():
        total = sum(row["data_set"] == data_set for row in rows)
        yield _warn(
            "data-list", data_set, f"{count} of {total} interviews are alone with their role, "
            "setting, month and number of people in the data list",
            "Leave months or settings out if somebody could know who was visited when.",
        )  # fmt: skip


def _documents(package: Package, absent: Sequence[str]) -> Iterator[Finding]:
    for name in absent:
        yield _refuse(
            "absent-document", name, "the study file names it and it is not there",
            "Put it there, or take it out of `documents`.",
        )  # fmt: skip
    paths = [each.path for each in package.files if each.part is Part.DOCUMENTATION]
    texts = any(each.kind == "text" for each in package.data_sets)
    for code, sign, what in (
        ("no-consent-form", "consent-form", "the consent form"),
        ("no-information-sheet", "information-sheet", "the information sheet"),
    ):
        if texts and not any(sign in path for path in paths):
            yield _refuse(
                code, "documentation", f"{what} that people were given is not among the documents",
                "Name it under `documents` with its kind.",
            )  # fmt: skip


def _files(package: Package, evidence: Evidence) -> Iterator[Finding]:
    for path, what in awkward_names(each.path for each in package.files):
        yield _refuse("file-name", path, what, "Rename the file.")
    for found in evidence.hidden:
        if found.severity == "note":
            continue
        part = f" in {found.part}" if found.part else ""
        yield _refuse(
            "hidden-content", found.file, f"{found.said}{part}",
            "Take it out with `consilience clean`, or in the program that wrote the file.",
        )  # fmt: skip
    for path, checks in evidence.health.items():
        for check in checks:
            make = _refuse if check.severity is Severity.REFUSE else _warn
            total = check.passed + check.failed
            yield make(
                f"{HEALTH}{check.name.replace('_', '-')}", path,
                f"{check.words.rstrip('.')}: not so for {check.failed} of {total}",
                "Correct the labels or the data, or set the check in its configuration.",
            )  # fmt: skip


def _names(evidence: Evidence) -> Iterator[Finding]:
    if evidence.unsearched:
        yield _refuse(
            "names-unsearched", "all files", evidence.unsearched,
            "Set CONSILIENCE_VAULT_KEY, so that names can be searched for.",
        )  # fmt: skip
    for place in evidence.corrected:
        yield _refuse(
            "names-unsearched", place, "nobody looked for names in words that were corrected",
            "Use `consilience deidentify candidates`, decide, and `apply`; then clear it again.",
        )  # fmt: skip
    if evidence.undecided:
        count = sum(evidence.undecided.values())
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(evidence.undecided.items()))
        yield _refuse(
            "undecided-names", "registry", f"{count} found in the texts stand at `ask`, and nobody "
            f"decided what becomes of them: {kinds}",
            "Decide each on the page Names or with `consilience deidentify candidates` and "
            "`decide`, then `apply`; waive this if all were read and may stay.",
        )  # fmt: skip
    if evidence.residual is None:
        return
    for each in evidence.residual.found:
        make = _refuse if each.how == "written" else _warn
        yield make(
            "residual-name", each.file, f"{each.masked} at {each.place}, number {each.entity} of "
            f"the registry, {each.count} times",
            "Replace it with `consilience deidentify`, or decide in the registry that it may stay.",
        )  # fmt: skip
    for told in evidence.memos:
        # The file is kept back for its name; this says where that comes from.
        yield _warn("residual-name", f"memo {told.values['memo']}", told.what, told.remedy)
    for path, fault in evidence.residual.unread:
        yield _refuse(
            "names-unsearched", path, f"it cannot be looked through: {fault}",
            "Save it in a format that can be read.",
        )  # fmt: skip


def _record(package: Package, faults: Sequence[Fault]) -> Iterator[Finding]:
    for each in faults:
        make = _warn if each.is_warning else _refuse
        where = f"line {each.where.line}" if each.where.line else "record"
        yield make("record", where, each.what, remedy_in_study(each))
    if not any(each.agency == "datacite" for each in package.record.identifiers):
        yield _warn(
            "no-doi",
            "record",
            "the study has no DOI",
            "Mint one when the package is in a catalogue.",
        )
