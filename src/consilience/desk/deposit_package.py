"""Put together all that is to leave: tables, texts, documents, the record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from sqlalchemy import Connection

from consilience.base.counting import counted
from consilience.base.errors import Fault
from consilience.deposit.deidentification_summary import Replaced, deidentification_summary
from consilience.deposit.documents import (
    consent_summary,
    document_files,
    questionnaire,
    topic_guide,
)
from consilience.deposit.model import (
    DataSet,
    DepositFile,
    Interview,
    Package,
    Part,
    Transcript,
    Waiver,
)
from consilience.deposit.publish import Published
from consilience.deposit.study_record import study_record
from consilience.deposit.tables_out import FORMS, deposited_table, table_files
from consilience.deposit.told import data_sets_told, interviews_told
from consilience.deposit.transcript_files import transcript_files, transcript_path
from consilience.deposit.variables import variables_of
from consilience.design.model import InterviewStage, Study, SurveyStage
from consilience.design.model.deposit import DepositedSet, DepositStage
from consilience.desk.deposits import Contents
from consilience.desk.replaced_counts import replaced_counts
from consilience.desk.steps import Task
from consilience.formats.hidden.scan import stripped
from consilience.formats.metadata.model import Variable
from consilience.interviews.model import Consent
from consilience.store.transcripts import find_document, readable_version, text_of, turns_of
from consilience.store.vault import Vault

# Counts below this are not told in the codebook.
_LEAST: Final = 3
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_TYPES: Final[Mapping[str, str]] = {
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A package before the gate.

    Attributes:
        package: all that is to be written.
        tables: its tables, with what is left of their risk.
        absent: documents that the study file names and that are not there.
    """

    package: Package
    tables: tuple[Published, ...]
    absent: tuple[str, ...]


def assembled(
    task: Task,
    contents: Contents,
    connection: Connection,
    *,
    waivers: Sequence[Waiver],
    made: dt.date,
    vault: Vault | None = None,
) -> Assembled:
    """Return the package of a study.

    Args:
        task: the deposit stage and the tables it reads.
        contents: what the stage holds.
        connection: reads the texts.
        waivers: those that hold.
        made: the day that the package carries.
        vault: from whose logs it is counted what was replaced; None if its key is not at hand.

    Raises:
        Fault: DEP-010 if the study file says nothing for the catalogue; DEP-044, DEP-045,
            FMT-041 to FMT-044 for tables that cannot be written.
    """
    study, stage = task.study, task.stage
    if study.catalogue is None:
        raise Fault("DEP-010", stage=stage.id)
    homes = {each.id: each for each in contents.data_sets}
    rules = {each.data_set: each for each in stage.sets}
    told = interviews_told(contents.interviews)
    interviews, texts = _texts(study, told, homes, rules, connection)
    tables, variables = _tables(contents.tables, homes, simulated=study.study.simulated)
    counts = {
        each.texts: replaced_counts(
            connection,
            vault,
            [i.file for i in told if i.deposited and i.data_set == each.data_set],
        )
        for each in stage.sets
        if each.texts and vault
    }
    documents, absent = _documents(task, counts, homes)
    data_sets = data_sets_told(contents.data_sets, contents.interviews)
    record = study_record(study, study.catalogue, data_sets, variables=variables)
    return Assembled(
        package=Package(
            identifier=study.catalogue.identifier,
            record=record,
            data_sets=data_sets,
            files=(*tables, *texts, *documents),
            interviews=interviews,
            waivers=tuple(waivers),
            sections=_sections(contents.tables),
            made=made,
        ),
        tables=contents.tables,
        absent=absent,
    )


def _tables(
    tables: Sequence[Published], homes: Mapping[str, DataSet], *, simulated: bool
) -> tuple[list[DepositFile], list[Variable]]:
    files: list[DepositFile] = []
    variables: list[Variable] = []
    for each in tables:
        stem = f"data/{each.data_set}/{each.rules.id}"
        table = deposited_table(each.table)
        level = each.rules.level
        home = homes[each.data_set]
        home = replace(
            home,
            level=home.level if level is None else type(home.level)(level),
            embargo=each.rules.embargo or home.embargo,
        )
        counted = variables_of(table, each.variables, stem=stem, forms=FORMS, least=_LEAST)
        variables += counted
        files += table_files(
            table, counted, home, stem=stem, contents=each.rules.title, simulated=simulated
        )
    return files, variables


def _texts(
    study: Study,
    interviews: Sequence[Interview],
    homes: Mapping[str, DataSet],
    rules: Mapping[str, DepositedSet],
    connection: Connection,
) -> tuple[tuple[Interview, ...], list[DepositFile]]:
    """Return the data list with words and files, and the transcripts."""
    listed: list[Interview] = []
    files: list[DepositFile] = []
    for talk in interviews:
        if not talk.deposited:
            listed.append(replace(talk, file=""))
            continue
        document = find_document(connection, talk.file)
        version = readable_version(connection, document.id) if document else None
        text = text_of(connection, document.id, version.number) if document and version else None
        if document is None or version is None or text is None:
            raise Fault("DEP-011", interview=talk.id, document=talk.file)
        turns = tuple(
            (turn.speaker or "", text[turn.said : turn.end].strip())
            for turn in turns_of(connection, document.id, version.number)
        )
        forms = rules[talk.data_set].formats
        whole = replace(talk, words=len(text.split()), file=transcript_path(talk, forms[0]))
        listed.append(whole)
        home = homes[talk.data_set]
        transcript = Transcript(
            interview=whole,
            turns=turns or (("", text.strip()),),
            title=study.study.title,
            notice=str(home.level),
            simulated=document.simulated or study.study.simulated,
        )
        files += transcript_files(transcript, home, forms=forms)
    return tuple(listed), files


def _documents(
    task: Task, counts: Mapping[str, Sequence[Replaced]], homes: Mapping[str, DataSet]
) -> tuple[list[DepositFile], tuple[str, ...]]:
    """Return guides, questionnaires, summaries, and the documents that the study file names."""
    study: Study = task.study
    stage: DepositStage = task.stage
    files = [
        *_guides(study, stage),
        *_questionnaires(study, stage),
        *_summaries(task, counts, homes),
    ]
    absent = []
    for each in stage.documents:
        path = task.folder / each.file
        inside = path.resolve().is_relative_to(task.folder.resolve())
        if not (inside and path.is_file()):
            absent.append(each.file)
            continue
        suffix = PurePosixPath(each.file).suffix.lower()
        kind = _SLUG.sub("-", each.kind)
        name = _SLUG.sub("-", Path(each.file).stem.lower()).strip("-")
        stem = name if kind == "other" or name.startswith(kind) else f"{kind}-{name}"
        files.append(
            DepositFile(
                path=f"documentation/{stem}{suffix}",
                content=stripped(each.file, path.read_bytes()),
                part=Part.DOCUMENTATION,
                contents=each.title,
                media_type=_TYPES.get(suffix, "application/octet-stream"),
                simulated=study.study.simulated,
            )
        )
    return files, tuple(absent)


def _guides(study: Study, stage: DepositStage) -> Iterator[DepositFile]:
    seen: set[str] = set()
    for rules in stage.sets:
        talk = study.stage(rules.texts) if rules.texts else None
        for use in talk.guides if isinstance(talk, InterviewStage) else ():
            guide = study.guides.get(use.file)
            if guide is None or use.file in seen:
                continue
            seen.add(use.file)
            simulated = study.study.simulated
            role = talk.roles.get(guide.role, "") if talk else ""
            document = topic_guide(guide, study=study.study.title, role=role, simulated=simulated)
            version = _SLUG.sub("-", guide.version)
            stem = f"documentation/topic-guide-{guide.id}-{version}"
            contents = f"Topic guide {guide.id}, version {guide.version}"
            yield from document_files(
                document, stem=stem, contents=contents, data_set=rules.data_set,
                simulated=simulated,
            )  # fmt: skip


def _questionnaires(study: Study, stage: DepositStage) -> Iterator[DepositFile]:
    for rules in stage.sets:
        for table in rules.tables:
            survey = study.stage(table.survey) if table.survey else None
            if not isinstance(survey, SurveyStage):
                continue
            instrument = study.instruments[survey.instrument]
            simulated = study.study.simulated
            document = questionnaire(
                instrument, study.scales, study=study.study.title, simulated=simulated
            )
            yield from document_files(
                document, stem=f"documentation/questionnaire-{table.id}",
                contents=f"Questionnaire: {instrument.title}", data_set=rules.data_set,
                simulated=simulated,
            )  # fmt: skip


def _summaries(
    task: Task, counts: Mapping[str, Sequence[Replaced]], homes: Mapping[str, DataSet]
) -> Iterator[DepositFile]:
    """Yield, for each data set of texts, what was allowed and how names were replaced."""
    study, stage = task.study, task.stage
    simulated, title = study.study.simulated, study.study.title
    for rules in stage.sets:
        if rules.texts is None:
            continue
        talk: InterviewStage = study.stage(rules.texts)
        consents = [Consent(**row) for row in task.table(rules.texts, "consent").to_pylist()]
        yield from document_files(
            consent_summary(consents, study=title, simulated=simulated),
            stem=f"documentation/consent-{rules.data_set}",
            contents="What people were asked to allow, and how many did",
            data_set=rules.data_set,
            simulated=simulated,
        )
        why = f"Nothing had to be replaced: {talk.because}." if not talk.pseudonymise else ""
        yield from document_files(
            deidentification_summary(
                counts.get(rules.texts, ()),
                study=title,
                texts=homes[rules.data_set].deposited,
                rules=(why,) if why else (),
                simulated=simulated,
            ),
            stem=f"documentation/deidentification-{rules.data_set}",
            contents="How names and details were replaced",
            data_set=rules.data_set,
            simulated=simulated,
        )


def _sections(tables: Sequence[Published]) -> tuple[tuple[str, str], ...]:
    """Return what was done to the tables, as a section of README a table."""
    made = []
    for each in tables:
        done = [
            f"{change.column}: {change.what} ({counted(change.cells, 'cell')}; {change.reason})"
            for change in (*each.left_out, *each.changes)
        ]
        figures = [
            f"{figure.measure}{' of ' + figure.of if figure.of else ''}: "
            f"{_number(figure.before)} before, {_number(figure.after)} as deposited"
            for figure in each.figures
            if figure.before is not None or figure.after is not None
        ]
        words = "; ".join(done) or "nothing was changed"
        keys = ", ".join(each.rules.keys) or "none"
        made.append(
            (
                f"How {each.rules.id} was protected",
                f"Keys: {keys}. Done: {words}. Measures: {'; '.join(figures)}.",
            )
        )
    return tuple(made)


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3g}"
