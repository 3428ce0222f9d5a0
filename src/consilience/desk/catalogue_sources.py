"""Which records lie in a file: DDI, answers of OAI-PMH, Dataverse's JSON, a REFI-QDA project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.dataverse import read_dataverse
from consilience.formats.metadata.ddi_read import records_in
from consilience.formats.metadata.ddi_result import Envelope
from consilience.formats.metadata.model import Record, StudyFile, Term, Text
from consilience.formats.qda.read import read_project
from consilience.formats.qda.record import Project

# By the ends of their names.
XML: Final = frozenset({".xml"})
JSON: Final = frozenset({".json"})
LINES: Final = frozenset({".jsonl", ".ndjson"})
PROJECTS: Final = frozenset({".qdpx", ".qde"})
ENDS: Final = XML | JSON | LINES | PROJECTS
_TEXT: Final = Term(
    value="Text",
    code="Text",
    vocabulary="DDI GeneralDataFormat",
    vocabulary_uri="urn:ddi:int.ddi.cv:GeneralDataFormat:2.0",
    language="en",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record of a file.

    Attributes:
        record: the record; None if its repository says that it was deleted.
        envelope: what the repository says of it; None if it came alone.
    """

    record: Record | None
    envelope: Envelope | None = None


def records_of(path: Path, data: bytes | None = None) -> Iterator[Found]:
    """Yield the records of a file.

    Args:
        path: the file; the end of its name says of which kind it is.
        data: its bytes, or one line of them, if they were read already.

    Raises:
        Fault: CAT-030 if it is of no such kind; FMT-300 to FMT-304 for XML, FMT-360 and FMT-361
            for JSON, FMT-230 to FMT-237 for a project that cannot be read.
    """
    end = path.suffix.lower()
    if end in PROJECTS:
        # Where its passages stand does not matter here, and so need not be clear.
        yield Found(record=record_of_project(read_project(path, check=False).project))
        return
    content = path.read_bytes() if data is None else data
    if end in XML:
        for each in records_in(content, name=path.name, faults=False):
            deleted = each.envelope is not None and each.envelope.deleted
            if each.read is not None or deleted:
                record = None if each.read is None or deleted else each.read.record
                yield Found(record=record, envelope=each.envelope)
    elif end in JSON | LINES:
        yield Found(record=read_dataverse(content, name=path.name))
    else:
        where = Where(file=str(path))
        reason = f"its name ends in {end!r}"
        raise Fault("CAT-030", where=where, path=str(path), reason=reason)


def record_of_project(project: Project) -> Record:
    """Return the beginning of a record of a project of qualitative analysis.

    Taken are name, description and how much there is of everything. Names of users, of cases and of
    texts may name people and are left out: texts are numbered.

    Example:
        >>> record = record_of_project(Project(name="Schools"))
        >>> record.titles[0].value, record.notes[0].value
        ('Schools', '0 users, 0 codes, 0 cases')
    """
    kinds = [*(each.kind for each in project.sources if each.kind != "note")]
    counts = (len(project.users), len(project.codes), len(project.cases))
    said = project.description
    return Record(
        titles=(Text(value=project.name),),
        abstract=(Text(value=said.strip()),) if said and said.strip() else (),
        data_kinds=(_TEXT,) if kinds else (),
        notes=(Text(value="{:,} users, {:,} codes, {:,} cases".format(*counts)),),
        files=tuple(
            StudyFile(id=f"F{number}", name=f"text-{number}", contents=f"{kind}, not named here")
            for number, kind in enumerate(kinds, start=1)
        ),
    )
