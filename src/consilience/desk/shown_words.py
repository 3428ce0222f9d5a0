"""Passages as a page showed them: its text may have got a newer version since."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.coding.apply import check_span
from consilience.desk.reading import Reading
from consilience.store.database import snapshot
from consilience.store.transcripts import find_version, map_between, text_of


def may_still_be_marked(engine: Engine, reading: Reading, version: object) -> bool:
    """Return whether passages of the version that a page showed can be marked yet."""
    if not isinstance(version, int):
        return False
    try:
        words_shown(engine, reading, version)
    except Fault:
        return False
    return True


def words_shown(engine: Engine, reading: Reading, version: int) -> str:
    """Return the words of the version that a page showed.

    Args:
        engine: the database of the study.
        reading: the text as it is read now.
        version: the version that the page showed.

    Raises:
        Fault: INT-001 if there is none of that number, COD-140 if its words lie in the vault now,
            so that nobody here knows what the page showed.
    """
    if version == reading.version:
        return reading.text
    with snapshot(engine) as connection:
        find_version(connection, reading.id, version)
        words = text_of(connection, reading.id, version)
    if words is None:
        raise Fault("COD-140", document=reading.name, version=version, newer=reading.version)
    return words


def brought_over(
    engine: Engine, reading: Reading, version: int, spans: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return where passages that a page showed stand in the text as it is read now.

    Only the very same words are the same passage: whoever chose it has not seen others.

    Args:
        engine: the database of the study.
        reading: the text as it is read now.
        version: the version that the page showed.
        spans: first code point and the one after the last of each passage, in that version.

    Raises:
        Fault: as `words_shown`; COD-001 for a passage that was not in it, COD-141 if words of a
            passage became others since.
    """
    shown = words_shown(engine, reading, version)
    wanted = list(spans)
    if version == reading.version:
        return wanted
    for start, end in wanted:
        check_span(start, end, length=len(shown), document=reading.name)
    with snapshot(engine) as connection:
        way = map_between(connection, reading.id, version, reading.version)
    found = [way.span(start, end) for start, end in wanted]
    for (start, end), (first, last) in zip(wanted, found, strict=True):
        if shown[start:end] != reading.text[first:last]:
            raise Fault("COD-141", document=reading.name, newer=reading.version)
    return found
