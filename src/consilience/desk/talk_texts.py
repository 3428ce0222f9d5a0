"""The files of transcripts and notes that a stage names: which interview each is of, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from consilience.base.errors import Fault, Faults, Where
from consilience.base.lineage import hash_file
from consilience.design.model import GroupStage, TalkStage
from consilience.desk.intake import Terms, take_in
from consilience.desk.lying_open import STUDY_SIMULATED
from consilience.desk.sealed import vault_for_writing
from consilience.desk.steps import Bringing
from consilience.desk.talk_plan import follow_cases, talks_of
from consilience.interviews.plan import several_fault
from consilience.interviews.states import Held
from consilience.store.database import snapshot, transaction
from consilience.store.results import current_results
from consilience.store.transcripts import documents

# Interviews in these states may have a text.
_HELD: Final = ("done", "withdrawn")
_ENDINGS: Final = (".txt", ".docx", ".odt", ".rtf", ".vtt", ".srt", ".json", ".pdf", ".md")


def named_by(stage: TalkStage) -> str | None:
    """Return the folder or pattern in which the texts of a stage lie."""
    found: str | None = getattr(stage, "transcripts", None) or getattr(stage, "notes", None)
    return found


def files_of(stage: TalkStage, folder: Path) -> tuple[Path, ...]:
    """Return the texts of a stage in order of name: a folder's, or what a pattern fits."""
    name = named_by(stage)
    if name is None:
        return ()
    place = folder / name
    found = place.iterdir() if place.is_dir() else folder.glob(name)
    return tuple(sorted(p for p in found if p.is_file() and p.suffix.lower() in _ENDINGS))


def notes_of_texts(
    stage: TalkStage, *, folder: Path, held: Sequence[Held], documents: pa.Table
) -> list[Fault]:
    """Return what is to be said of the files of a stage.

    Args:
        stage: the stage.
        folder: the study folder.
        held: its interviews or events.
        documents: live documents: `interview`, `source_sha256`.

    Returns:
        INT-087 to INT-090 and INT-093, nothing if each file belongs to an interview that was
        held, and its text is there as it is.
    """
    name, files = named_by(stage), files_of(stage, folder)
    if name is None:
        return []
    if not files and not (folder / name).is_dir():
        return [Fault("INT-090", where=Where(file=name), value=name)]
    done = {each.name for each in held if each.state in _HELD}
    stems = Counter(path.stem for path in files)
    known: dict[str, set[str]] = {}
    for row in documents.select(["interview", "source_sha256"]).to_pylist():
        known.setdefault(row["interview"], set()).add(row["source_sha256"])
    changed = [
        path.name
        for path in files
        if known.get(path.stem, {None}) - {None} and hash_file(path) not in known[path.stem]
    ]
    groups = {
        "INT-087": [path.name for path in files if path.stem not in done],
        "INT-088": [stem for stem, count in stems.items() if count > 1],
        "INT-089": [stem for stem in stems if stem in done and stem not in known],
        "INT-093": changed,
    }
    return [several_fault(code, names, name) for code, names in groups.items() if names]


def bring_texts(bringing: Bringing) -> None:
    """Bring new texts of a stage in, and give all texts the unit of their interview.

    Raises:
        Faults: of files that cannot be read; then none is brought in.
    """
    with snapshot(bringing.engine) as connection:
        results = current_results(connection)
    try:
        talks = talks_of(
            bringing.stage, study=bringing.study, folder=bringing.folder, results=results
        )
    except (Fault, Faults):
        # What is wrong with the tables is told when the stage runs, not here.
        return
    _bring_new(bringing, {name for name, talk in talks.items() if talk.state == "done"})
    cases = {name: talk.case for name, talk in talks.items()}
    with transaction(bringing.engine) as connection:
        follow_cases(connection, cases, at=bringing.at, actor=bringing.actor)


def _bring_new(bringing: Bringing, held: Collection[str]) -> None:
    """Bring new texts of a stage into the study: the files of interviews that were held.

    Texts of simulated studies and of stages that need no pseudonyms lie open; others go into the
    vault if its key was given, and else wait. A file whose interview has a text is left alone.

    Raises:
        Faults: of files that cannot be read; then none is brought in.
    """
    stage, study = bringing.stage, bringing.study
    unsealed = stage.because if not stage.pseudonymise else None
    if study.study.simulated:
        unsealed = unsealed or STUDY_SIMULATED
    files = files_of(stage, bringing.folder)
    if not files or (unsealed is None and bringing.key is None):
        return
    with snapshot(bringing.engine) as connection:
        known = {each.interview for each in documents(connection)}
    stems = Counter(path.stem for path in files)
    new = [
        path
        for path in files
        if path.stem in held and path.stem not in known and stems[path.stem] == 1
    ]
    if not new:
        return
    terms = Terms(
        kind="group" if isinstance(stage, GroupStage) else "interview",
        unsealed=unsealed,
        simulated=study.study.simulated,
        all_or_nothing=True,
    )
    vault = None
    if unsealed is None and bringing.key is not None:
        vault = vault_for_writing(bringing.folder, bringing.key)
    take_in(bringing.engine, new, terms=terms, vault=vault, at=bringing.at, actor=bringing.actor)
