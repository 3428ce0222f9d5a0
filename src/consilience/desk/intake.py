"""Take transcripts into a study: whole files, the names in them into the vault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine

from consilience.base.counting import counted
from consilience.base.errors import Fault, Faults, Where
from consilience.base.ids import plain_name, writable
from consilience.design.model import Study
from consilience.desk.checks import read_checked
from consilience.desk.kept import at_work
from consilience.desk.lying_open import IMPORTED, STUDY_SIMULATED, note_of_open, opens_all
from consilience.desk.placing import check_interview, guess, unit_of
from consilience.desk.sealed import (
    entries_of,
    kept_or_taken_back,
    refuse_erased,
    seal_about,
    seal_words,
    sealed_turns,
    vault_for_writing,
)
from consilience.desk.talk_plan import Planned, note_cases, planned
from consilience.interviews.model import Document, DocumentKind
from consilience.interviews.transcripts import (
    KINDS,
    Transcript,
    document_id,
    is_plain_name,
    open_fields,
    read_transcript,
)
from consilience.store.database import transaction
from consilience.store.ledger import append
from consilience.store.transcripts import (
    documents,
    find_document,
    keep_document,
    set_state,
    withdrawn_texts,
)
from consilience.store.vault import Vault

__all__ = ["KINDS", "DocumentKind", "Entry", "Terms", "import_files", "take_in", "utc"]

Progress = Callable[[str, str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms texts are taken in.

    Args:
        kind: what they are; whether a talk is an interview or a group, the plan says where it
            knows it.
        unsealed: why their words may lie open; None puts them into the vault.
        simulated: whether they were invented.
        interview: the interview they are of; None takes the name of each file.
        case: the unit of a frame they speak of, where the plan of their interview names none.
        all_or_nothing: whether one bad file keeps out the others.
    """

    kind: DocumentKind = "interview"
    unsealed: str | None = None
    simulated: bool = False
    interview: str | None = None
    case: str | None = None
    all_or_nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of a file.

    Args:
        file: its name, without folders.
        outcome: `entered`, `there` if the same file was entered before, or `refused`.
        name: name of the text, None if refused.
        turns: how many turns it has.
        length: code points.
        notes: warnings, or the fault for which it was refused.
    """

    file: str
    outcome: Literal["entered", "there", "refused"]
    name: str | None = None
    turns: int = 0
    length: int = 0
    notes: tuple[Fault, ...] = ()


def terms_of_study(study: Study, terms: Terms) -> Terms:
    """Return terms with what the study says: whether texts are invented or need no pseudonyms.

    Texts lie open where every stage of interviews or groups says `pseudonymise: false`, or where
    the study is simulated; else they go into the vault unless `unsealed` says why not.
    """
    reason = terms.unsealed or opens_all(study)
    if reason is None and terms.simulated:
        reason = "simulated"
    if reason is None and study.study.simulated:
        reason = STUDY_SIMULATED
    return replace(terms, unsealed=reason, simulated=terms.simulated or study.study.simulated)


def import_files(
    folder: Path,
    files: Sequence[Path],
    *,
    terms: Terms,
    key: Callable[[], str | None],
    at: dt.datetime,
    actor: str,
    progress: Progress = lambda *_: None,
) -> tuple[Entry, ...]:
    """Take transcripts into a study; the same files a second time change nothing.

    A file that cannot be read gets its fault and the others go in, unless the terms say
    otherwise. No file goes in by half: its words, turns and state are one transaction.

    Args:
        folder: the study folder.
        files: transcripts.
        terms: on which terms.
        key: gives the pass phrase of the vault, asked only where texts are sealed.
        at: the time now.
        actor: who takes them in.
        progress: told file, what is done, number and total.

    Raises:
        Fault: INT-007 if texts are to be sealed and there is no key, STO-031 if it is a wrong one,
            INT-130, INT-132 or INT-133 if the interview or the case is none.
        Faults: what is wrong with files, if one bad file keeps out the others; what is wrong with
            the study file.
    """
    study = read_checked(folder)
    terms = terms_of_study(study, terms)
    with at_work(folder) as engine:
        vault = None
        if terms.unsealed is None:
            given = key()
            if given is None:
                raise Fault("INT-007")
            vault = vault_for_writing(folder, given)
        talks = planned(study, folder, engine)
        terms, notes = placed(engine, folder, terms, talks)
        entries = take_in(
            engine, files, terms=terms, vault=vault, talks=talks, at=at, actor=actor,
            progress=progress,
        )  # fmt: skip
        left = note_of_open(engine, study)
        return with_notes(entries, notes, always=[left] if left else [])


def placed(
    engine: Engine, folder: Path, terms: Terms, talks: Mapping[str, Planned]
) -> tuple[Terms, list[Fault]]:
    """Return terms with the unit by its id, and warnings of what nobody could look up.

    INT-162 is among them where words lie open because the study is simulated.

    Raises:
        Fault: INT-130 if the interview is not in the plan, INT-132 or INT-133 if the case is no
            unit, or several.
    """
    notes = [Fault("INT-162")] if terms.unsealed == STUDY_SIMULATED else []
    if terms.interview is not None:
        notes += check_interview(engine, terms.interview, plan=talks)
    if terms.case is not None:
        case, more = unit_of(engine, folder, terms.case)
        terms, notes = replace(terms, case=case), [*notes, *more]
    return terms, notes


def with_notes(
    entries: Sequence[Entry], notes: Sequence[Fault], *, always: Sequence[Fault] = ()
) -> tuple[Entry, ...]:
    """Return entries of which the first that came in carries what is to be said of all.

    What is always to be said the first carries, whatever became of it.
    """
    first = next((n for n, each in enumerate(entries) if each.outcome == "entered"), None)
    return tuple(
        replace(
            each,
            notes=(*each.notes, *(notes if n == first else ()), *(always if n == 0 else ())),
        )
        for n, each in enumerate(entries)
    )


def take_in(
    engine: Engine,
    files: Sequence[Path],
    *,
    terms: Terms,
    vault: Vault | None,
    talks: Mapping[str, Planned] | None = None,
    at: dt.datetime,
    actor: str,
    progress: Progress = lambda *_: None,
) -> tuple[Entry, ...]:
    """Take transcripts into an open database; see `import_files`.

    Args:
        engine: of the study.
        files: transcripts.
        terms: on which terms, as the study says.
        vault: takes the words where the terms do not let them lie open.
        talks: what fieldwork says of each interview and group, None if that is not known.
        at: the time now.
        actor: who takes them in.
        progress: told file, what is done, number and total.

    Raises:
        Fault: INT-007 if the vault is needed and not given.
        Faults: what is wrong with files, if one bad file keeps out the others.
    """
    if terms.unsealed is None and vault is None:
        raise Fault("INT-007")
    sealed: list[tuple[Vault, str]] = []
    with transaction(engine) as connection, kept_or_taken_back(sealed):
        intake = _Intake(connection, terms, vault, utc(at), actor, sealed, talks or {})
        entries = []
        for number, path in enumerate(files, start=1):
            entries.append(intake.enter(path))
            progress(entries[-1].file, entries[-1].outcome, number, len(files))
        _refuse(entries, terms)
        _tell(connection, intake, terms, at=at)
    return tuple(entries)


def _refuse(entries: Sequence[Entry], terms: Terms) -> None:
    faults = [note for e in entries if e.outcome == "refused" for note in e.notes]
    if faults and terms.all_or_nothing:
        raise Faults(faults)


def _tell(connection: Connection, intake: _Intake, terms: Terms, *, at: dt.datetime) -> None:
    if intake.entered:
        append(
            connection,
            at=at,
            actor=intake.actor,
            action=IMPORTED,
            subject=counted(len(intake.entered), "text"),
            detail={"sha256": intake.entered, "unsealed": terms.unsealed},
        )
    if intake.cases:
        note_cases(connection, intake.cases, at=at, actor=intake.actor)


def utc(at: dt.datetime) -> str:
    """Return a time in UTC to the second, as tables keep it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_safely(path: Path) -> Transcript:
    """Read a transcript; whatever a strange file makes a reader do ends in a fault of that file.

    Raises:
        Fault: as `read_transcript`; FMT-213 for what nobody thought of.
    """
    try:
        return read_transcript(path)
    except Fault:
        raise
    except Exception as error:  # one file must not keep out the others, nor show a traceback
        reason = f"{type(error).__name__}: {error}"
        raise Fault(
            "FMT-213", where=Where(file=path.name), name=path.name, reason=reason
        ) from error


def _writable(fault: Fault) -> Fault:
    """Return a fault of which every word can be printed, also where a file name is not UTF-8."""
    values = {n: writable(v) if isinstance(v, str) else v for n, v in fault.values.items()}
    where = replace(fault.where, file=writable(fault.where.file or "") or None)
    return Fault(fault.code, where=where, **values)


def _gone(connection: Connection, name: str) -> Iterator[Fault]:
    """Yield that a text is withdrawn or erased, if it is: a file of it does not bring it back."""
    document = find_document(connection, name)
    if document is None or document.id not in withdrawn_texts(connection):
        return
    try:
        refuse_erased(connection, document.id)
    except Fault as fault:
        yield fault
    else:
        yield Fault("INT-018", name=name)


class _Intake:
    """Takes one file after the other in, within one transaction."""

    def __init__(
        self,
        connection: Connection,
        terms: Terms,
        vault: Vault | None,
        at: str,
        actor: str,
        sealed: list[tuple[Vault, str]],
        talks: Mapping[str, Planned],
    ) -> None:
        """Look at what is there already."""
        self.actor = actor
        self.entered: dict[str, str] = {}
        self.cases: dict[str, str | None] = {}
        self._talks = talks
        self._connection, self._terms, self._vault = connection, terms, vault
        self._at, self._sealed = at, sealed
        known = documents(connection)
        self._hashes = {each.source_sha256: each.name for each in known}
        self._names = {each.name for each in known}
        self._ids = {each.id for each in known}

    def enter(self, path: Path) -> Entry:
        """Take a file in, or say why not."""
        try:
            read = read_safely(path)
            if read.source_sha256 in self._hashes:
                name = self._hashes[read.source_sha256]
                notes = tuple(_gone(self._connection, name))
                return Entry(file=path.name, outcome="there", name=name, notes=notes)
            return self._keep(read)
        except Fault as fault:
            name = plain_name(path.name) or path.suffix
            return Entry(file=name, outcome="refused", notes=(_writable(fault),))

    def _keep(self, read: Transcript) -> Entry:
        sealed = self._terms.unsealed is None
        notes = read.notes
        name = read.stem
        if sealed and not is_plain_name(name):
            name = f"text-{read.source_sha256[:8]}"
            notes = (*notes, Fault("INT-012", where=Where(file=read.source), name=name))
        if name in self._names:
            raise Fault("INT-005", where=Where(file=read.source), name=name)
        document = self._document(read, name, sealed=sealed)
        talk = self._talks.get(document.interview or "")
        notes = (*notes, *self._unplanned(read, document))
        if talk is not None and document.kind in ("interview", "group"):
            document = replace(document, kind=talk.kind)
        if talk is not None and talk.withdrawn:
            raise Fault("INT-022", where=Where(file=read.source), interview=document.interview)
        if talk is not None and talk.case is not None:
            document = replace(document, case=talk.case)
            self.cases[document.id] = talk.case
        turns = read.turns
        if self._vault is not None and sealed:
            self._sealed += [(self._vault, name) for name in entries_of(document.id, 1)]
            seal_words(self._vault, document.id, 1, read.text)
            seal_about(self._vault, document.id, {"source": read.source, **read.header})
            turns = tuple(sealed_turns(self._vault, document.id, 1, turns))
        version = keep_document(
            self._connection,
            document,
            text=read.text,
            turns=turns,
            sealed=sealed,
            at=self._at,
            actor=self.actor,
        )
        reason = "imported"
        set_state(
            self._connection, document.id, "transcribed", at=self._at, actor=self.actor,
            reason=reason,
        )  # fmt: skip
        self._hashes[read.source_sha256] = name
        self._names.add(name)
        self._ids.add(document.id)
        self.entered[document.id] = version.sha256
        return Entry(
            file=read.source,
            outcome="entered",
            name=name,
            turns=len(turns),
            length=version.length,
            notes=notes,
        )

    def _unplanned(self, read: Transcript, document: Document) -> Iterator[Fault]:
        """Yield INT-135 if a text is called like no interview of the plan, and nobody named one."""
        own = document.interview
        if self._talks and own and self._terms.interview is None and own not in self._talks:
            where, near = Where(file=read.source), guess(own, self._talks)
            yield Fault("INT-135", where=where, value=own, guess=near)

    def _document(self, read: Transcript, name: str, *, sealed: bool) -> Document:
        terms = self._terms
        own = document_id(name)
        if own in self._ids:
            own = document_id(f"{name} {read.source_sha256}")
        spoken = terms.kind in ("interview", "group")
        return Document(
            id=own,
            name=name,
            kind=terms.kind,
            interview=terms.interview or (name if spoken else None),
            case=terms.case,
            source=None if sealed and name != read.stem else read.source,
            source_sha256=read.source_sha256,
            header=open_fields(read.header) if sealed else read.header,
            simulated=terms.simulated,
        )
