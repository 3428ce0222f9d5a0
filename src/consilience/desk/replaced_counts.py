"""How many names and details of which kind were replaced, counted from the sealed logs."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.deposit.deidentification_summary import Replaced
from consilience.desk.registry import read_book
from consilience.desk.renewal import replacing
from consilience.desk.sealed import log_entry
from consilience.store.transcripts import find_document, versions
from consilience.store.vault import Vault

_HOW: Final = {
    "replace": "replaced by a pseudonym",
    "generalise": "made general",
    "ask": "replaced by the rule of its kind",
    "keep": "kept",
}


def replaced_counts(
    connection: Connection, vault: Vault, names: Iterable[str]
) -> tuple[Replaced, ...]:
    """Count what was replaced in texts, by kind and by what was done; no name is returned.

    Args:
        connection: reads the versions of the texts.
        vault: with the registry and the logs.
        names: of the texts.

    Raises:
        Fault: STO-032 if the vault was changed, STO-036 if a log is gone.
    """
    known = {each.number: each for each in read_book(vault).registry}
    mentions: Counter[tuple[str, str]] = Counter()
    entities: dict[tuple[str, str], set[int]] = defaultdict(set)
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name in names:
        document = find_document(connection, name)
        made = replacing(versions(connection, document.id)) if document else []
        if document is None or not made:
            continue
        entry = log_entry(document.id, made[-1].number)
        content = vault.read(entry)
        if content is None:
            raise Fault("STO-036", name=entry)
        for line in json.loads(content):
            entity = known.get(line["entity"])
            kind = entity.kind if entity else "passage"
            key = kind, _HOW[entity.ruling] if entity else "decided place by place"
            mentions[key] += 1
            entities[key].add(line["entity"] if entity else -line["start"] - 1)
            texts[key].add(document.id)
    return tuple(
        Replaced(
            kind=kind,
            how=how,
            entities=len(entities[kind, how]),
            mentions=count,
            texts=len(texts[kind, how]),
        )
        for (kind, how), count in sorted(mentions.items())
    )
