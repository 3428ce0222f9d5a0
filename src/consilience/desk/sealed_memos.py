"""Memos whose words lie in the vault: those that came with texts that name people."""

from __future__ import annotations

import json
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


def memo_entry(memo: str) -> str:
    """Return the name under which the words of a sealed memo lie in the vault."""
    return f"memo/{memo}"


def sealed_memo(vault: Vault, memo: Memo) -> Memo:
    """Return a memo without its words, those put into the vault with what names its case."""
    words = {"title": memo.title, "text": memo.text, "thing": memo.thing}
    vault.write(memo_entry(memo.id), json.dumps(words, ensure_ascii=False).encode())
    safe = memo.on != "case" or is_plain_name(memo.thing)
    return replace(
        memo, title="", text=SEALED_MEMO, thing=memo.thing if safe else f"case of memo {memo.id}"
    )


def opened_memo(vault: Vault, memo: Memo) -> Memo:
    """Return a memo with its words from the vault, as it is if they are not there.

    Raises:
        Fault: STO-032 if they were changed.
    """
    content = vault.read(memo_entry(memo.id)) if memo.text == SEALED_MEMO else None
    return memo if content is None else replace(memo, **json.loads(content))
