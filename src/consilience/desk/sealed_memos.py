"""Memos whose words lie in the vault: those that came with texts that name people."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from consilience.coding.model import Memo
from consilience.interviews.transcripts import is_plain_name
from consilience.store.vault import Vault

# What stands where the words of a memo would, while these lie in the vault.
SEALED_MEMO: Final = (
    "The words of this memo lie in the vault, as they came with texts that name people. "
    "`consilience qda memos` shows them to whoever has the pass phrase."
)
_KINDS: Final = ("memo/", "notes/")


def memo_entry(memo: str, document: str | None) -> str:
    """Return the name under which the words of a sealed memo lie in the vault.

    Those on a text, or on a passage of one, go when that text is erased.
    """
    return f"notes/{memo}" if document is None else f"memo/{document}/{memo}"


def sealed_memo(vault: Vault, memo: Memo, *, entry: str) -> Memo:
    """Return a memo without its words, those put into the vault with what names its case."""
    words = {"title": memo.title, "text": memo.text, "thing": memo.thing}
    vault.write(entry, json.dumps(words, ensure_ascii=False).encode())
    safe = memo.on != "case" or is_plain_name(memo.thing)
    return replace(
        memo, title="", text=SEALED_MEMO, thing=memo.thing if safe else f"case of memo {memo.id}"
    )


def entries_of_memos(vault: Vault, memos: Collection[str]) -> list[str]:
    """Return the names of the entries in which the words of memos of these ids lie, in order."""
    kept = {*vault.names(), *vault.half_written()}
    found = (name for name in kept if name.startswith(_KINDS))
    return sorted(name for name in found if name.rsplit("/", 1)[-1] in memos)


def opened_memos(vault: Vault, memos: Iterable[Memo]) -> tuple[Memo, ...]:
    """Return those memos that are sealed, with their words, if these are in the vault.

    Raises:
        Fault: STO-032 if they were changed.
    """
    entries = {name.rsplit("/", 1)[-1]: name for name in vault.names() if name.startswith(_KINDS)}
    found = []
    for memo in memos:
        if memo.text == SEALED_MEMO:
            content = vault.read(entries[memo.id]) if memo.id in entries else None
            found.append(memo if content is None else replace(memo, **json.loads(content)))
    return tuple(found)
