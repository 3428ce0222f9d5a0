"""INT: interviews, consents, transcripts."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES: dict[str, Entry] = {
    # INT-001 to INT-029: transcripts
    "INT-001": Entry(
        "No such version",
        "the text {document} has no version {version}",
        "Name one of the versions that `consilience transcripts list` shows.",
    ),
    # INT-100 to INT-119: recordings
    "INT-100": Entry(
        "Recogniser not installed",
        "the library {library} is not installed here",
        "Install consilience with the extra {extra!r}, or import the file of another recogniser.",
    ),
    "INT-101": Entry(
        "No weights there",
        "there is no file {path!r} of weights or a model",
        "Give the folder of a CTranslate2 model, in which model.bin lies, or the weights file.",
    ),
    "INT-102": Entry(
        "Other weights than meant",
        "the file has the hash {found}, not {wanted}",
        "Compare with what its publisher states; use no model that you cannot account for.",
    ),
    "INT-103": Entry(
        "Recording cannot be heard",
        "the recording cannot be read: {reason}",
        "Play it in another program; convert it to WAV, MP3 or M4A and try again.",
    ),
    "INT-104": Entry(
        "Not weights of a voice encoder",
        "the file holds no weights of a voice encoder: {reason}",
        "Give the weights as Resemblyzer publishes them, or leave voices out.",
    ),
    "INT-105": Entry(
        "Not a recording",
        "{path!r} is no recording",
        "Give audio or video files, or folders that hold some.",
    ),
    "INT-106": Entry(
        "Recording not clear",
        "{count} recordings are called {named!r}",
        "Give the file name, or the first six or more digits of the hash that the list shows.",
    ),
    "INT-107": Entry(
        "Glossary cannot be read",
        "the glossary cannot be read: {reason}",
        "Give a text file in UTF-8 with one name or term a line.",
    ),
}
