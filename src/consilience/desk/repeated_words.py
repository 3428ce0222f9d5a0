"""Which memos, codes and texts repeat words of a text? Told by id, never by what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.coding.model import Code, Memo
from consilience.desk.sealed_memos import opened_memos
from consilience.store.codebook_versions import codebook_versions
from consilience.store.codings import codes
from consilience.store.codings import memos as all_memos
from consilience.store.erased_words import ERASED, older_words
from consilience.store.readable import readable_texts, words_of
from consilience.store.vault import Vault
from consilience.text.normal import text_hash
from consilience.text.quoted import Wording, wording_of

_IN_MEMOS: Final = 5
_IN_FILES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """A memo, code or text that a person should read.

    Args:
        what: memo, code, a numbered version of the codebook, or a text that says much the same.
        id: its id, or the number of the version.
        on: what a memo is on, such as `code` and its id; empty for others, and for a memo that
            was taken out.
        older: whether only the log of changes has the words, as they were before.
    """

    what: Literal["memo", "code", "codebook version", "text"]
    id: str
    on: str = ""
    older: bool = False

    def __str__(self) -> str:
        """Write it in a few words, as `memo 1 on code told`."""
        on = f" on {self.on}" if self.on else ""
        return f"{self.what} {self.id}{on}{' (as it was before)' if self.older else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWording:
    """What a text says and no other that coders may read.

    Args:
        short: runs of five words, to be found in memos, which a person reads.
        long: runs of eight, to be found in files, of which there are many.
        alike: texts that repeat more than half of it, as a copy does; they take nothing away.
    """

    short: Wording
    long: Wording
    alike: tuple[ToRead, ...]


def own_wording(connection: Connection, document: str, words: Sequence[str]) -> OwnWording:
    """Return what is to be looked for, without questions that everybody was asked.

    Args:
        connection: to read from.
        document: id of the text.
        words: its versions.
    """
    whole = wording_of(words, in_a_row=_IN_MEMOS)
    short, long = whole, wording_of(words, in_a_row=_IN_FILES)
    alike = []
    for each in () if whole.is_empty else readable_texts(connection):
        if each.document == document:
            continue
        other = words_of(connection, each.document, each.version)
        shared = whole.shared_with(other)
        if shared.size * 2 > whole.size:
            alike.append(ToRead(what="text", id=each.document))
        else:
            short, long = short.without(shared), long.without(long.shared_with(other))
    return OwnWording(short=short, long=long, alike=tuple(alike))


def find_repeated(
    connection: Connection, vault: Vault | None, wording: Wording, *, without: Collection[str]
) -> tuple[ToRead, ...]:
    """Return the memos and codes that repeat words, as they are or as they were.

    Args:
        connection: to read from.
        vault: opened, for memos whose words lie in it.
        wording: what is looked for.
        without: ids of memos that are left out.
    """
    if wording.is_empty:
        return ()
    memos = {each.id: each for each in all_memos(connection)}
    found = [
        ToRead(what="memo", id=each.id, on=f"{each.on} {each.thing}")
        for each in memos.values()
        if each.id not in without and wording.is_in(_said(vault, each))
    ]
    found += [
        ToRead(what="code", id=each.id)
        for each in codes(connection)
        if any(map(wording.is_in, _told(each)))
    ]
    seen = {each.id for each in found}
    found += [
        ToRead(what="codebook version", id=str(version.number))
        for version in codebook_versions(connection)
        if any(wording.is_in(words) for code in version.codes for words in _told(code))
    ]
    for what in ("memo", "code"):
        older = {key for key, words in older_words(connection, what) if wording.is_in(words)}
        for key in sorted(older - seen - {*without}):
            on = f"{memos[key].on} {memos[key].thing}" if key in memos else ""
            found.append(ToRead(what=what, id=key, on=on, older=True))
    return tuple(found)


def memo_hashes(
    connection: Connection, vault: Vault | None, wanted: Collection[str]
) -> dict[str, str]:
    """Return the hash of title and words of memos, by id; of those that were erased none."""
    return {
        each.id: text_hash(_said(vault, each))
        for each in all_memos(connection)
        if each.id in wanted and each.text != ERASED
    }


def written_words(
    connection: Connection, vault: Vault | None, *, without: Collection[str]
) -> Iterator[str]:
    """Yield what memos and codes say, beside memos of these ids."""
    for memo in all_memos(connection):
        if memo.id not in without:
            yield _said(vault, memo)
    for code in codes(connection):
        yield from _told(code)


def _told(code: Code) -> tuple[str, ...]:
    return (code.name, code.definition, code.inclusion, code.exclusion, *code.examples)


def _said(vault: Vault | None, memo: Memo) -> str:
    """Return title and words of a memo; one that the vault cannot give says nothing."""
    try:
        opened = opened_memos(vault, [memo]) if vault is not None else ()
    except Fault:
        opened = ()
    words = opened[0] if opened else memo
    return f"{words.title}\n{words.text}"
