"""Which texts of an exchange file are here already? Never two of them the same one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from consilience.coding.exchange import IncomingText
from consilience.interviews.transcripts import is_plain_name
from consilience.store.exchange import TextHere, texts_by_hash
from consilience.text.normal import text_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Texts of a file that are here already.

    Args:
        places: where each is, by its key in the file.
        renamed: names in the file of those that are known by their words alone.
    """

    places: Mapping[str, TextHere]
    renamed: Sequence[str]


def name_here(text: IncomingText, *, sealed: bool) -> str:
    """Return what a text is called here: of a sealed one nothing that may name somebody.

    The identifier stands in for the name, so that the same text is called the same again.
    """
    return text.name if not sealed or is_plain_name(text.name) else f"text-{text.key[:8]}"


def known_texts(connection: Connection, texts: Sequence[IncomingText]) -> Known:
    """Find the texts that are here already: the same words, and the same text.

    Two answers may say the same in the same words, so words alone are not enough: a text is known
    by its words and the id it had here, by its words and its name, or by its words if there is one
    text of these words in the file and one here.

    Args:
        connection: to read from.
        texts: those of the file.
    """
    here = texts_by_hash(connection)
    groups: dict[str, list[IncomingText]] = {}
    for text in texts:
        sha256 = text_hash(text.content.decode())
        if sha256 in here:
            groups.setdefault(sha256, []).append(text)
    places: dict[str, TextHere] = {}
    renamed: list[str] = []
    for sha256, group in groups.items():
        free = list(here[sha256])
        alone = len(group) == len(free) == 1
        for text, found in _pairs(group, free):
            places[text.key] = found
        if alone and not places.get(group[0].key):
            places[group[0].key] = free[0]
            renamed.append(group[0].name)
    return Known(places=places, renamed=renamed)


def _pairs(
    group: Sequence[IncomingText], here: Sequence[TextHere]
) -> Iterator[tuple[IncomingText, TextHere]]:
    """Yield texts of the same words that are the same: by id, by name, by a name made unlike."""
    left, free = list(group), list(here)
    for same in (_same_id, _same_name, _name_made_unlike):
        for text in list(left):
            found = next((each for each in free if same(text, each)), None)
            if found is not None:
                left.remove(text)
                free.remove(found)
                yield text, found


def _same_id(text: IncomingText, here: TextHere) -> bool:
    return (text.document or {}).get("id") == here.document


def _same_name(text: IncomingText, here: TextHere) -> bool:
    return here.name in {name_here(text, sealed=sealed) for sealed in (False, True)}


def _name_made_unlike(text: IncomingText, here: TextHere) -> bool:
    plain = re.sub(r"-\d+$", "", here.name)
    return plain in {name_here(text, sealed=sealed) for sealed in (False, True)}
