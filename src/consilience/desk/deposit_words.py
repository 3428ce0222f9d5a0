"""Are the words that are about to leave those that somebody searched and cleared?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from consilience.deposit.model import Interview
from consilience.desk.fallen import changed_since_cleared
from consilience.desk.registry import read_book
from consilience.desk.typed import corrected_open_of, was_searched
from consilience.interviews.model import Document
from consilience.store.transcripts import find_document, readable_version
from consilience.store.vault import Vault


def newer_words(
    connection: Connection,
    vault: Vault | None,
    interviews: Sequence[Interview],
    *,
    pseudonymised: Mapping[str, bool],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts of a deposit whose words are newer than what was said of them.

    Args:
        connection: to read from.
        vault: opened, None if its key is not at hand.
        interviews: those of the data list, each with the name of its text.
        pseudonymised: by data set, whether its texts are to be pseudonymised.

    Returns:
        Places of texts that changed since they were cleared, and of those in whose corrected
        words nobody looked for names, each as `data set/interview`.
    """
    searched = frozenset(read_book(vault).searched) if vault is not None else frozenset()
    uncleared, unsearched = [], []
    for talk in interviews:
        document = find_document(connection, talk.file) if talk.deposited else None
        if document is None:
            continue
        place = f"{talk.data_set}/{talk.id}"
        if changed_since_cleared(connection, document.id):
            uncleared.append(place)
        looked = pseudonymised.get(talk.data_set, False) or vault is not None
        if looked and _unsearched(connection, document, searched):
            unsearched.append(place)
    return tuple(uncleared), tuple(unsearched)


def _unsearched(connection: Connection, document: Document, searched: frozenset[str]) -> bool:
    found = corrected_open_of(connection, document)
    if found is not None:
        return not was_searched(connection, found.version)
    version = readable_version(connection, document.id)
    # What came in open, and why, somebody said of the words that came.
    return version is not None and version.kind == "corrected" and version.sha256 not in searched
