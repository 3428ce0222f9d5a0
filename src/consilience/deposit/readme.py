"""README of a package: what is in it, what is not and why, and how it may be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from consilience.base.version import __version__
from consilience.deposit.access_list import AccessLine
from consilience.deposit.model import DataSet, DepositFile, Package, Part, Severity, Withheld
from consilience.formats.documents_out.model import Block, Document, Grid, Heading, Line
from consilience.formats.documents_out.plain import markdown_bytes, plain_bytes
from consilience.formats.metadata.model import Level, Record, Text, Variable

_SIMULATED: Final = (
    "SIMULATED: everything in this package was made by a program as an example. It tells nothing "
    "about the world."
)
_CSV: Final = (
    "CSV files are UTF-8 by RFC 4180 and hold what people wrote as they wrote it. A spreadsheet "
    "may run a text that begins with =, +, - or @: import the files as text, or use the .sav or "
    ".parquet files, which hold the same values."
)
_LEVELS: Final = {
    Level.OPEN: "open: to everybody",
    Level.SAFEGUARDED: "safeguarded: to registered users who accept the licence",
    Level.CONTROLLED: "controlled: to approved users, after a request",
}


def readme_files(package: Package, lines: Sequence[AccessLine]) -> tuple[DepositFile, ...]:
    """Return README.md and README.txt, with the same words.

    Args:
        package: with its record, data sets, interviews, findings and waivers.
        lines: every other file of the package and who may have it.
    """
    document = readme(package, lines)
    forms = (
        ("md", "text/markdown", markdown_bytes(document)),
        ("txt", "text/plain", plain_bytes(document)),
    )
    return tuple(
        DepositFile(
            path=f"README.{form}",
            content=content,
            part=Part.DOCUMENTATION,
            contents="What is in the package, what is not, and why",
            media_type=media_type,
            simulated=package.record.simulated,
        )
        for form, media_type, content in forms
    )


def readme(package: Package, lines: Sequence[AccessLine]) -> Document:
    """What does a reader of the package have to know?

    Args:
        package: with its record, data sets, interviews, findings and waivers.
        lines: every other file and who may have it.

    Returns:
        What the study is; its data sets with planned, collected, consented and deposited, and
        what is withheld with reasons; files; interviews; methods; variables, missing codes,
        weights and derived variables; further sections of the package; what was let pass by whom
        (roles, no names); access, citation, contact; how to check and open the files.
    """
    parts = (
        _study(package),
        _data_sets(package.data_sets),
        _files(lines),
        _interviews(package),
        _methods(package.record),
        _variables(package.record.variables),
        (block for heading, words in package.sections for block in _section(heading, [words])),
        _passed(package),
        _use(package.record),
        _opening(),
    )
    return Document(
        blocks=tuple(block for part in parts for block in part),
        language=package.record.language or "en",
    )


def _section(heading: str, paragraphs: Sequence[str]) -> Iterator[Block]:
    """Yield a section; nothing where nothing is said."""
    said = [words for words in paragraphs if words.strip()]
    if said:
        yield Heading(text=heading, level=2)
        yield from (Line(text=words, apart=True) for words in said)


def _values(texts: Sequence[Text]) -> list[str]:
    return [each.value for each in texts]


def _study(package: Package) -> Iterator[Block]:
    record = package.record
    yield Heading(text=record.titles[0].value if record.titles else package.identifier)
    if record.simulated:
        yield Line(text=_SIMULATED, apart=True)
    yield from (Line(text=words, apart=True) for words in _values(record.abstract))
    creators = "; ".join(
        ", ".join(filter(None, (each.name, each.affiliation))) for each in record.creators
    )
    funding = "; ".join(" ".join(filter(None, (g.funder, g.number))) for g in record.grants)
    identifiers = "; ".join(each.uri or each.value for each in record.identifiers)
    collected = "; ".join(
        " ".join(filter(None, (each.event, each.date or each.value))) for each in record.collection
    )
    for label, value in (
        ("Identifier:", identifiers or package.identifier),
        ("Version:", record.version),
        ("Made by:", creators),
        ("Funded by:", funding),
        ("Collected:", collected),
        ("Covers:", "; ".join(each.value for each in (*record.nations, *record.places))),
        ("Package made:", package.made.isoformat()),
    ):
        if value:
            yield Line(label=label, text=value, item=True)


# --- data sets and files ------------------------------------------------------------------


def _data_sets(data_sets: Sequence[DataSet]) -> Iterator[Block]:
    yield Heading(text="Data sets", level=2)
    head = (
        "Data set", "Unit", "Planned", "Collected", "Consented", "Deposited", "Access",
        "Licence", "Embargo",
    )  # fmt: skip
    rows = [
        (
            f"{each.title} ({each.id})",
            each.unit or each.kind,
            "not planned" if each.planned is None else str(each.planned),
            *map(str, (each.collected, each.consented, each.deposited)),
            each.level.value,
            each.licence,
            each.embargo.isoformat() if each.embargo else "none",
        )
        for each in data_sets
    ]
    yield Grid(head=head, rows=tuple(rows))
    for each in data_sets:
        if each.basis:
            yield Line(label=f"{each.title}:", text=f"deposited on the basis of {each.basis}",
                       item=True)  # fmt: skip
    yield from _withheld(data_sets)


def _withheld(data_sets: Sequence[DataSet]) -> Iterator[Block]:
    together: dict[tuple[str, str, str], list[Withheld]] = defaultdict(list)
    for data_set in data_sets:
        for each in data_set.withheld:
            together[data_set.title, each.stopped.value, each.reason].append(each)
    yield Heading(text="What is withheld, and why", level=2)
    if not together:
        yield Line(text="Nothing that was collected is withheld.")
        return
    rows = [
        (
            title,
            stopped,
            str(sum(each.count for each in things)),
            reason,
            ", ".join(sorted(each.thing for each in things if each.thing)),
        )
        for (title, stopped, reason), things in together.items()
    ]
    head = ("Data set", "Came as far as", "How many", "Reason", "Which")
    yield Grid(head=head, rows=tuple(rows))


def _files(lines: Sequence[AccessLine]) -> Iterator[Block]:
    yield Heading(text="Files", level=2)
    yield Line(
        text="Checksums (SHA-256) and sizes of all files stand in access.csv. Access is by file:"
    )
    levels = [level for level in Level if any(line.level == level for line in lines)]
    yield from (Line(text=_LEVELS[level], item=True) for level in levels)
    rows: dict[tuple[str, ...], int] = {}
    for line in sorted(lines, key=lambda each: each.path):
        embargo = line.embargo.isoformat() if line.embargo else ""
        rest = (line.level.value, line.licence, embargo)
        row = (line.path, *rest, line.contents)
        if line.part is Part.TRANSCRIPT:
            # Hundreds of lines that differ in a number only would hide the others.
            row = (line.path.rpartition("/")[0] + "/", *rest, "Transcripts of interviews")
        rows[row] = rows.get(row, 0) + 1
    shown = [(*row[:-1], row[-1] if n == 1 else f"{row[-1]}: {n} files") for row, n in rows.items()]
    yield Grid(
        head=("File", "Access", "Licence", "Embargo until", "What it holds"), rows=tuple(shown)
    )


def _interviews(package: Package) -> Iterator[Block]:
    if not package.interviews:
        return
    yield Heading(text="Interviews", level=2)
    yield Line(
        text="The data lists in documentation/ say more of each. Interviews that were not held or "
        "were withdrawn are not listed; they are counted above."
    )
    rows = tuple(
        (
            talk.data_set,
            talk.id,
            talk.role,
            talk.area,
            talk.month,
            "" if talk.words is None else str(talk.words),
            "yes" if talk.deposited else f"no: {talk.reason}",
        )
        for talk in package.interviews
    )
    head = ("Data set", "Interview", "Role", "Area", "Month", "Words", "Deposited")
    yield Grid(head=head, rows=rows)


# --- methods and variables ----------------------------------------------------------------


def _methods(record: Record) -> Iterator[Block]:
    method = record.method
    paragraphs = [
        *(f"Sampling: {each.value}" for each in method.sampling),
        *(f"Mode of collection: {each.value}" for each in method.modes),
        *(f"Instrument: {each.value}" for each in method.instruments),
        *(f"Source: {words}" for words in _values(method.sources)),
        *_values(method.situation),
        *(f"Response: {words}" for words in _values(method.response_rate)),
        *(f"Weights: {words}" for words in _values(method.weighting)),
        *(f"Changes to the data: {words}" for words in _values(method.cleaning)),
        *(f"Deviation from the plan: {words}" for words in _values(method.deviations)),
        *_values(method.notes),
        *(f"Ethics: {words}" for words in _values(method.ethics)),
    ]
    yield from _section("How the data were made", paragraphs)


def _variables(variables: Sequence[Variable]) -> Iterator[Block]:
    if not variables:
        return
    yield Heading(text="Variables", level=2)
    yield Line(
        text=f"The tables have {len(variables)} variables. documentation/variables.csv lists them "
        "with questions, values and missing codes; metadata/ddi25.xml counts them too. A cell "
        "without a value is empty."
    )
    codes = dict.fromkeys(
        (each.value, each.label) for v in variables for each in v.categories if each.missing
    )
    if codes:
        yield Grid(head=("Missing code", "Means"), rows=tuple(codes))
    weights = [f"{each.name} ({each.label})" for each in variables if each.weight]
    yield Line(label="Weights:", text=", ".join(weights) or "none", apart=True)
    noted = [(each.name, " ".join(each.notes)) for each in variables if each.notes]
    if noted:
        yield Line(text="Derived or changed variables:", apart=True)
        yield from (Line(label=f"{name}:", text=words, item=True) for name, words in noted)


# --- what was let pass, use ---------------------------------------------------------------


def _passed(package: Package) -> Iterator[Block]:
    warnings = [
        each for each in package.findings if each.severity is Severity.WARN and not each.waived
    ]
    if warnings:
        yield Heading(text="What users should know", level=2)
        yield Grid(head=("Where", "What"), rows=tuple((each.where, each.what) for each in warnings))
    if package.waivers:
        yield Heading(text="Checks that were waived", level=2)
        rows = tuple(
            (each.code, "everywhere" if each.where == "*" else each.where, each.role, each.reason,
             each.at.date().isoformat())
            for each in package.waivers
        )  # fmt: skip
        yield Grid(head=("Check", "Where", "Waived in the role of", "Reason", "Day"), rows=rows)


def _use(record: Record) -> Iterator[Block]:
    access = record.access
    licence = " ".join(filter(None, (access.licence, access.licence_uri)))
    yield from _section(
        "Access and use",
        [
            *_values(access.statement),
            *_values(access.conditions),
            *_values(access.confidentiality),
            f"Licence: {licence}" if licence else "",
        ],
    )
    yield from _section(
        "Citation", [*_values(record.citation), *_values(access.citation_requirement)]
    )
    people = record.contacts or access.contact
    yield from _section(
        "Contact", ["; ".join(", ".join(filter(None, (p.name, p.uri))) for p in people)]
    )


def _opening() -> Iterator[Block]:
    yield from _section(
        "Opening and checking the files",
        [
            "The package is a BagIt bag: any BagIt program tells whether a byte was changed.",
            _CSV,
            f"Made by consilience {__version__}.",
        ],
    )
