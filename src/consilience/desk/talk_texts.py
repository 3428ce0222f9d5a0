"""The files of transcripts and notes that a stage names: which interview each is of, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.design.model import TalkStage
from consilience.desk.steps import Bringing
from consilience.interviews.plan import several_fault
from consilience.interviews.states import Held, TextStanding

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
    stage: TalkStage, *, folder: Path, held: Sequence[Held], texts: Mapping[str, TextStanding]
) -> list[Fault]:
    """Return what is to be said of the files of a stage.

    Args:
        stage: the stage.
        folder: the study folder.
        held: its interviews or events.
        texts: those whose text was taken in.

    Returns:
        INT-087 to INT-090, nothing if each file belongs to an interview that was held.
    """
    name, files = named_by(stage), files_of(stage, folder)
    if name is None:
        return []
    if not files and not (folder / name).is_dir():
        return [Fault("INT-090", where=Where(file=name), value=name)]
    done = {each.name for each in held if each.state in ("done", "withdrawn")}
    stems = Counter(path.stem for path in files)
    groups = {
        "INT-087": [path.name for path in files if path.stem not in done],
        "INT-088": [stem for stem, count in stems.items() if count > 1],
        "INT-089": [stem for stem in stems if stem in done and stem not in texts],
    }
    return [several_fault(code, names, name) for code, names in groups.items() if names]


def bring_texts(bringing: Bringing) -> None:
    """Bring the texts of a stage into the study, where nobody in them can be known."""
