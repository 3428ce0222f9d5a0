"""What do outgoing files hold beside what they show, and how do copies look without it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from consilience.base.errors import Fault, Where
from consilience.formats.documents.reading import read_limited
from consilience.formats.hidden.model import Finding
from consilience.formats.hidden.scan import findings_in, stripped
from consilience.store.files import write_whole

__all__ = ["Finding", "hidden_in", "write_copies"]

# A bundle that an archive takes in one piece is no larger.
_LARGEST = 2_000_000_000


def hidden_in(files: Sequence[Path]) -> dict[Path, tuple[Finding, ...]]:
    """Return what each file holds beside what it shows.

    Raises:
        Fault: FMT-200 if a file is larger than two gigabytes; FMT-001 to FMT-004 if it cannot be
            read.
    """
    return {file: findings_in(file.name, read_limited(file, largest=_LARGEST)) for file in files}


def write_copies(files: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    """Write copies of files without what can be taken out unseen; the files stay as they are.

    What only a person can decide, and what is told of only, is in the copies as it was.

    Args:
        files: of different names.
        folder: where the copies go; it is made if it is not there.

    Returns:
        The copies, in the order of the files.

    Raises:
        Fault: DEP-085 if two files have one name or a copy would take the place of its file;
            FMT-201 and on if a file cannot be cleaned. Then no copy is written.
    """
    for name, count in Counter(file.name for file in files).items():
        if count > 1:
            raise Fault("DEP-085", where=Where(file=name), name=name, folder=str(folder))
    for file in files:
        if (folder / file.name).resolve() == file.resolve():
            raise Fault("DEP-085", where=Where(file=str(file)), name=file.name, folder=str(folder))
    copies = [
        (folder / file.name, stripped(file.name, read_limited(file, largest=_LARGEST)))
        for file in files
    ]
    for target, content in copies:
        write_whole(target, content)
    return tuple(target for target, _ in copies)
