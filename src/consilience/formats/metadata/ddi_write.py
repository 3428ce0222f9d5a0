"""Write a record as DDI-Codebook 2.5 or 2.6, valid by the official schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Final

from lxml import etree

from consilience.formats.metadata import ddi_table as table
from consilience.formats.metadata.ddi_files import settled_ids, write_file
from consilience.formats.metadata.ddi_grants import write_grants
from consilience.formats.metadata.ddi_out import Version, XmlOut
from consilience.formats.metadata.ddi_result import DdiWritten
from consilience.formats.metadata.ddi_values import EVENTS, write_text
from consilience.formats.metadata.ddi_variables import (
    INTERVALS,
    KINDS,
    MEASURES,
    write_variable,
)
from consilience.formats.metadata.ddi_works import RELATIONS, write_work
from consilience.formats.metadata.model import Record

_RANKS: Final = {relation: rank for rank, relation in enumerate(RELATIONS.values())}
_ELEMENTS: Final = {relation: tag for tag, relation in RELATIONS.items()}


def write_ddi(record: Record, *, version: Version = "2.5", indent: bool = True) -> bytes:
    """Return a record as DDI-Codebook.

    Args:
        record: any record.
        version: of DDI-Codebook.
        indent: whether a line is begun for each element, for people.

    Returns:
        The XML in UTF-8, valid by the official schema whatever the record holds; the same record
        gives the same bytes.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> data = write_ddi(Record(titles=(Text(value="Schools", language="en"),)))
        >>> b'<titl xml:lang="en">Schools</titl>' in data
        True
    """
    return render_ddi(record, version=version, indent=indent).data


def render_ddi(record: Record, *, version: Version = "2.5", indent: bool = True) -> DdiWritten:
    """Return a record as DDI-Codebook, and what had to be changed to keep it valid.

    Returns:
        The XML, and a warning for each change: FMT-322 characters that no XML can hold, FMT-323 an
        id that is not valid or not unique, FMT-324 a language that is no code, FMT-325 a value that
        DDI has no word for.
    """
    out = XmlOut(version, language=record.language)
    for row in table.ROWS:
        if row.only_read:
            continue
        special = _SPECIAL.get(row.path)
        if special is not None:
            special(out, record)
        elif row.kind is not None:
            value = attrgetter(row.field)(record)
            for each in (value,) if row.one and value else value:
                row.kind.write(out, row.path, each)
    _warn_of_words(out, record)
    data = etree.tostring(out.root, xml_declaration=True, encoding="UTF-8", pretty_print=indent)
    return DdiWritten(data=data, faults=tuple(out.faults))


# --- what is more than one value after another ----------------------------------------------------


def _first_title(path: str) -> Callable[[XmlOut, Record], None]:
    def write(out: XmlOut, record: Record) -> None:
        if record.titles:
            write_text(out, path, record.titles[0])
        else:
            out.put(path)

    return write


def _other_titles(out: XmlOut, record: Record) -> None:
    for title in record.titles[1:]:
        write_text(out, "stdyDscr/citation/titlStmt/parTitl", title)


def _document_holdings(out: XmlOut, record: Record) -> None:
    """Harvesters read the DOI here and stop where there is no such element."""
    path = "docDscr/citation/holdings"
    for each in record.document_holdings or record.holdings:
        out.put(path, each.value, language=each.language, URI=each.uri)
    if not (record.document_holdings or record.holdings):
        out.put(path)


def _grants(out: XmlOut, record: Record) -> None:
    write_grants(out, "stdyDscr/citation/prodStmt/fundAg", record.grants)


def _version(out: XmlOut, record: Record) -> None:
    if record.version or record.version_date:
        path = "stdyDscr/citation/verStmt/version"
        out.put(path, record.version, date=record.version_date)


def _universe(out: XmlOut, record: Record) -> None:
    for each in record.universe:
        write_text(out, "stdyDscr/stdyInfo/sumDscr/universe", each)


def _licence(out: XmlOut, record: Record) -> None:
    access = record.access
    if out.version == "2.6" and (access.licence or access.licence_uri):
        out.put("stdyDscr/dataAccs/license", access.licence, URI=access.licence_uri)


def _level(out: XmlOut, record: Record) -> None:
    path = "stdyDscr/dataAccs/useStmt/specPerm"
    if record.access.level is not None:
        out.put(path, record.access.level.value.capitalize())
    for each in record.access.permission:
        write_text(out, path, each)


def _access_notes(out: XmlOut, record: Record) -> None:
    access, path = record.access, "stdyDscr/dataAccs/notes"
    if out.version == "2.5" and (access.licence or access.licence_uri):
        note = out.put(path, access.licence, type=table.LICENCE, subject="Licence")
        if access.licence_uri:
            out.link(note, URI=access.licence_uri)
    if access.embargo is not None:
        out.put(path, access.embargo.isoformat(), type=table.EMBARGO, subject="Embargo")


def _works(out: XmlOut, record: Record) -> None:
    """Write a list for each stretch that is in the order of the schema; one is always there."""
    path, last = "stdyDscr/othrStdyMat", 0
    out.put(path)
    for work in record.works:
        relation = work.relation if work.relation in _RANKS else "reference"
        if relation != work.relation:
            out.warn("FMT-325", element="othrStdyMat", value=work.relation, used=relation)
        if _RANKS[relation] < last:
            out.put(path)
        last = _RANKS[relation]
        write_work(out, f"{path}/{_ELEMENTS[relation]}", work)


def _notes(out: XmlOut, record: Record) -> None:
    path = "stdyDscr/notes"
    if record.simulated:
        out.put(path, table.SIMULATED_WORDS, language="en", type=table.SIMULATED)
    for each in record.notes:
        write_text(out, path, each)


def _files(out: XmlOut, record: Record) -> None:
    for file, name in zip(record.files, _ids(record)[0], strict=True):
        write_file(out, file, name=name)


def _variables(out: XmlOut, record: Record) -> None:
    files, names = _ids(record)
    known = {file.id: name for file, name in reversed([*zip(record.files, files, strict=True)])}
    for at, (file, name) in enumerate(zip(record.files, files, strict=True)):
        if file.id != name:
            out.warn("FMT-323", element=f"fileDscr {at + 1}", value=file.id, used=name)
    for variable, name in zip(record.variables, names, strict=True):
        if variable.id != name:
            out.warn("FMT-323", element="var", value=variable.id, used=name)
        for unknown in [each for each in variable.files if each not in known]:
            out.warn("FMT-325", element="var/@files", value=unknown, used="nothing")
        held = [known[each] for each in variable.files if each in known]
        write_variable(out, variable, name=name, files=held)


def _ids(record: Record) -> tuple[list[str], list[str]]:
    taken: set[str] = set()
    files = settled_ids([file.id for file in record.files], "F", taken=taken)
    return files, settled_ids([each.id for each in record.variables], "V", taken=taken)


_SPECIAL: Final[Mapping[str, Callable[[XmlOut, Record], None]]] = {
    "docDscr/citation/titlStmt/titl": _first_title("docDscr/citation/titlStmt/titl"),
    "docDscr/citation/holdings": _document_holdings,
    "stdyDscr/citation/titlStmt/titl": _first_title("stdyDscr/citation/titlStmt/titl"),
    "stdyDscr/citation/titlStmt/parTitl": _other_titles,
    "stdyDscr/citation/prodStmt/fundAg": _grants,
    "stdyDscr/citation/verStmt/version": _version,
    "stdyDscr/stdyInfo/sumDscr/universe": _universe,
    "stdyDscr/dataAccs/license": _licence,
    "stdyDscr/dataAccs/useStmt/specPerm": _level,
    "stdyDscr/dataAccs/notes": _access_notes,
    "stdyDscr/othrStdyMat/relMat": _works,
    "stdyDscr/notes": _notes,
    "fileDscr": _files,
    "dataDscr/var": _variables,
}


def _warn_of_words(out: XmlOut, record: Record) -> None:
    """Warn of words where DDI has a closed list."""
    for moment in (*record.coverage, *record.collection):
        if moment.event not in EVENTS:
            out.warn("FMT-325", element="@event", value=moment.event, used="single")
    for each in record.variables:
        for element, value, known in (
            ("var/@intrvl", each.interval, INTERVALS),
            ("var/@nature", each.measure, MEASURES),
            ("varFormat/@type", each.kind, KINDS),
        ):
            if value and value not in known:
                out.warn("FMT-325", element=element, value=value, used="nothing")
