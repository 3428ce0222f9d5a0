"""Are the recordings there, and as they were? Each is known by its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from consilience.interviews.model import Recording, RecordingState

# What recorders and telephones write; other files of a folder are no recordings.
MEDIA: Final = frozenset(
    {".wav", ".mp3", ".m4a", ".mp4", ".ogg", ".opus", ".flac", ".aac", ".wma", ".amr", ".webm",
     ".mov", ".mkv", ".dss", ".ds2"}
)  # fmt: skip


def compare(
    known: Sequence[Recording], found: Mapping[str, str]
) -> tuple[tuple[Recording, RecordingState], ...]:
    """Return for each recording whether a folder holds it as it was entered.

    Args:
        known: the inventory.
        found: name of each file of the folder to its SHA-256.

    Returns:
        Each recording with its state; a file that was given another name is as it was.

    Example:
        >>> tape = Recording(sha256="ab", name="one.wav", size=3)
        >>> [state for _, state in compare([tape], {"one.wav": "cd"})]
        ['changed']
    """
    hashes = set(found.values())

    def state(recording: Recording) -> RecordingState:
        if recording.sha256 in hashes:
            return "as it was"
        return "changed" if recording.name in found else "missing"

    return tuple((recording, state(recording)) for recording in known)
