"""Find who is named in the texts of a study, and take in what people decide about it.

Every function takes an open database and the pass phrase of the vault; what is returned may hold
names and is for the eyes of who has that pass phrase. The ledger notes numbers only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Connection, Engine

from consilience.base.errors import Fault
from consilience.desk.sealed import check_sealed, note_opening, vault_for_writing, words_of
from consilience.desk.typed import Typed, corrected_open, note_searched, was_searched
from consilience.frame.england import authorities_2018
from consilience.interviews.decisions import decided
from consilience.interviews.joining import emptied
from consilience.interviews.model import Document, Version
from consilience.interviews.pseudonymise import Place, decisions_table, root_of
from consilience.interviews.replacements import Replacer, Rules
from consilience.store.database import transaction
from consilience.store.ledger import append
from consilience.store.transcripts import documents, erased_texts, versions
from consilience.store.vault import Vault
from consilience.text.alike import proposals
from consilience.text.generalise import DateUnit
from consilience.text.identifiers.candidate import MARKED, Candidate
from consilience.text.identifiers.clues import BESIDE_NAME, sentences_around
from consilience.text.identifiers.find import find_identifiers
from consilience.text.identifiers.language_model import Model, with_model
from consilience.text.identifiers.tables import Lexicon
from consilience.text.offsets import OffsetMap
from consilience.text.pseudonyms import Entity, Joined, Registry, Sighting, registered

_REGISTRY: Final = "registry"
# Stays where there was a registry: without it, one that is lost would pass for an empty one.
_MADE: Final = "registry-made"
_AROUND: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the vault keeps of names.

    Args:
        registry: the entities.
        places: rulings about passages.
        dates: how days are cut.
        searched: hashes of the words in which names were looked for; only such words may get
            a version without names.
    """

    registry: Registry = ()
    places: tuple[Place, ...] = ()
    dates: DateUnit = "month"
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One mention with the sentence around it, for a person who decides it by itself."""

    document: str
    start: int
    end: int
    before: str = field(repr=False)
    words: str = field(repr=False)
    after: str = field(repr=False)


def read_book(vault: Vault) -> Book:
    """Return what a vault keeps of names; nothing in a new one.

    Raises:
        Fault: STO-032 if it was changed, STO-036 if it is gone.
    """
    content = vault.read(_REGISTRY)
    if content is None and (_MADE in (names := vault.names()) or _has_log(vault, names)):
        raise Fault("STO-036", name=_REGISTRY)
    kept = json.loads(content or b"{}")
    return Book(
        registry=tuple(_entity(each) for each in kept.get("registry", [])),
        places=tuple(Place(**each) for each in kept.get("places", [])),
        dates=kept.get("dates", "month"),
        searched=tuple(kept.get("searched", ())),
    )


def _entity(kept: Mapping[str, Any]) -> Entity:
    joined = kept.get("joined")
    if joined is not None:
        lists = {name: tuple(joined[name]) for name in ("forms", "given")}
        joined = Joined(**{**joined, **lists})
    return Entity(**{**kept, "forms": tuple(kept["forms"]), "joined": joined})


def _has_log(vault: Vault, names: Sequence[str]) -> bool:
    """Return whether anything was ever replaced; an older apply could log that nothing was."""
    return any(json.loads(vault.read(each) or b"[]") for each in names if each.startswith("log/"))


def _write_book(vault: Vault, book: Book) -> None:
    vault.write(_MADE, b"")
    vault.write(_REGISTRY, json.dumps(asdict(book), ensure_ascii=False).encode())


def candidates(
    engine: Engine,
    folder: Path,
    key: str,
    *,
    model: Model | None = None,
    at: dt.datetime,
    actor: str,
) -> pa.Table:
    """Find who and what is named in all texts, enter it into the registry, return the table.

    A name found once counts everywhere, in any case and as a possessive. Misspellings, short forms
    and initials are proposed in the column `proposal`; write the number into `same_as` to agree.
    Looked through are the words that may name people, and what a person typed into versions without
    names.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        model: finds more, by a language model; None for the rules alone.
        at: the time now.
        actor: who asks.

    Returns:
        One row an entity, of schema `interviews.pseudonymise.TABLE`. It holds names.

    Raises:
        Fault: STO-031 if the pass phrase is another one.
    """
    vault = vault_for_writing(folder, key)
    with transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="find names", subject="all texts")
        book = read_book(vault)
        found: list[tuple[str, str, list[Candidate]]] = []
        searched = dict.fromkeys(book.searched)
        texts = list(naming_versions(connection))
        own = ids_of_study(connection)
        for document, version in texts:
            text = words_of(connection, vault, version)
            check_sealed(vault, version)
            seen = found_in(text, book.registry, model)
            seen = [each for each in seen if text[each.start : each.end].casefold() not in own]
            found.append((document.id, text, seen))
            searched[version.sha256] = None
        written: list[Typed] = []
        for each in corrected_open(connection):
            for typed in each.parts(connection, vault):
                seen = typed_candidates(typed, book.registry, ids=own, model=model)
                written.append(typed)
                found.append((each.document.id, typed.words, seen))
            if not was_searched(connection, each.version):
                note_searched(connection, each.version, at=at, actor=actor)
        registry = registered(book.registry, _sightings(found))
        _write_book(vault, replace(book, registry=registry, searched=tuple(searched)))
    replacer = Replacer(registry, Rules(regions={}))
    mentions = [(id_, replacer.mentions(text, seen)) for id_, text, seen in found[: len(texts)]]
    for (id_, text, seen), typed in zip(found[len(texts) :], written, strict=True):
        places = replacer.mentions(text, seen)
        mentions.append((id_, [each for each in places if typed.touched(*each[:2])]))
    counts: dict[int, list[str]] = defaultdict(list)
    for id_, places in mentions:
        for _, _, number in places:
            counts[number].append(id_)
    told = {number: (len(where), len(set(where))) for number, where in counts.items()}
    return decisions_table(registry, told, proposals(registry))


def found_in(text: str, registry: Registry, model: Model | None) -> list[Candidate]:
    """Return what is marked in a text: by the rules, the names of authorities, and a model."""
    names = tuple(row["name"] for row in authorities_2018())
    closed = frozenset(each.replacement for each in registry)
    found = find_identifiers(text, Lexicon(areas=names, replacements=closed))
    if model is not None:
        found = with_model(text, found, model)
    return [each for each in found if each.score >= MARKED and each.rule != BESIDE_NAME]


def typed_candidates(
    typed: Typed, registry: Registry, *, ids: Collection[str], model: Model | None = None
) -> list[Candidate]:
    """Return what is marked in words that a person typed, beside those that were there.

    A telling sentence of which a word was corrected is no other one.

    Args:
        typed: the words.
        registry: what is known.
        ids: see `ids_of_study`.
        model: finds more, by a language model; None for the rules alone.
    """
    text = typed.words
    seen = [
        each
        for each in found_in(text, registry, model)
        if typed.touched(each.start, each.end) and text[each.start : each.end].casefold() not in ids
    ]
    if not any(each.kind == "clue" for each in seen):
        return seen
    before = [each for each in found_in(typed.before, registry, model) if each.kind == "clue"]
    back = typed.edits.inverse()
    return [
        each
        for each in seen
        if each.kind != "clue" or not _among(before, back.span(each.start, each.end))
    ]


def _among(found: Sequence[Candidate], place: tuple[int, int]) -> bool:
    return any(each.start < place[1] and place[0] < each.end for each in found)


def met_first(registry: Registry, text: str, found: Sequence[Candidate]) -> Registry:
    """Return the entities that a registry does not have yet, of what is marked in a text."""
    return registered(registry, _sightings([("", text, found)]))[len(registry) :]


def ids_of_study(connection: Connection) -> frozenset[str]:
    """Return what the study itself calls interviews and cases; without a digit it may be a name."""
    texts = documents(connection)
    ids = {id_ for each in texts for id_ in (each.interview, each.case) if id_}
    return frozenset(each.casefold() for each in ids if any(map(str.isdigit, each)))


def _sightings(found: Sequence[tuple[str, str, Sequence[Candidate]]]) -> Iterator[Sighting]:
    for document, text, seen in found:
        for each in seen:
            words = text[each.start : each.end]
            yield Sighting(text=words, kind=each.kind, document=document, start=each.start)


def naming_versions(connection: Connection) -> Iterator[tuple[Document, Version]]:
    """Yield each text that came with names, with its newest version that may name people."""
    erased = erased_texts(connection)
    for document in documents(connection):
        if document.id in erased:
            continue
        made = [v for v in versions(connection, document.id) if v.kind in ("raw", "corrected")]
        if made:
            yield document, made[-1]


def unsearched(texts: Iterable[tuple[Document, Version]], book: Book) -> list[Document]:
    """Return the texts in whose present words nobody looked for names."""
    searched = frozenset(book.searched)
    return [document for document, version in texts if version.sha256 not in searched]


def decide(
    engine: Engine,
    folder: Path,
    key: str,
    rows: Sequence[Mapping[str, str | None]],
    *,
    file: str,
    at: dt.datetime,
    actor: str,
    dates: DateUnit | None = None,
) -> Registry:
    """Take in what people decided: by entity, or about one passage.

    Args:
        engine: of the study.
        folder: the study folder.
        key: the pass phrase of the vault.
        rows: of the table that `candidates` returned, filled in, every value as text; `seen`, of
            `stamp_of`, says what stood there when whoever decides looked.
        file: its name, for messages.
        at: the time now.
        actor: who decides.
        dates: whether month and year of days are kept, or the year only; None leaves it.

    Raises:
        Faults: INT-008, INT-030 to INT-033, INT-038 to INT-043, INT-050 and INT-051 for rows
            that cannot be followed, INT-048 for one that speaks of what was not seen; then none
            is.
    """
    vault = vault_for_writing(folder, key)
    spoken_of = {row.get("document") for row in rows}
    with transaction(engine) as connection:
        book = read_book(vault)  # nobody else writes it now
        _check_seen(book, rows)
        lengths = {
            document.id: len(words_of(connection, vault, version))
            for document, version in naming_versions(connection)
            if document.id in spoken_of
        }
        registry, places = decided(book.registry, rows, lengths=lengths, file=file)
        kept = tuple(old for old in book.places if not any(_overlap(old, new) for new in places))
        new = replace(book, registry=registry, places=(*kept, *places), dates=dates or book.dates)
        note_opening(connection, at=at, actor=actor, purpose="decide names", subject="registry")
        append(
            connection,
            at=at,
            actor=actor,
            action="names decided",
            subject="registry",
            detail={"rows": len(rows), "passages": len(places), "dates": new.dates},
        )
        _write_book(vault, new)
    return registry


def stamp_of(known: Entity | Place | None) -> str:
    """Return what tells a decision from any other about the same; empty where nothing stands."""
    return hashlib.sha256(repr(_told(known)).encode()).hexdigest()[:16] if known else ""


def _told(known: Entity | Place | None) -> tuple[object, ...]:
    if isinstance(known, Entity):  # names do not stand in what it prints of itself
        return (*known.forms, known.ruling, known.replacement, known.decided, known.note)
    return (known,)


def _check_seen(book: Book, rows: Iterable[Mapping[str, str | None]]) -> None:
    entities = {str(each.number): each for each in book.registry}
    places = {(each.document, str(each.start)): each for each in book.places}
    for row in rows:
        seen, document = row.get("seen"), row.get("document")
        number = row.get("entity") or ""
        there = places.get((document, row.get("start") or "")) if document else entities.get(number)
        if seen is not None and seen != stamp_of(there):
            raise Fault("INT-048", what="this mention" if document else f"entity {number}")


def move_rulings(vault: Vault, moves: Mapping[str, OffsetMap]) -> int:
    """Let rulings about passages follow their texts; one whose words changed holds no more.

    It was a person who looked at those very words: at others, what is said of the entity holds
    again.

    Args:
        vault: opened.
        moves: of each text that has other words, the map from what was ruled on to them.

    Returns:
        How many rulings hold no more.
    """
    book = read_book(vault)
    if not any(each.document in moves for each in book.places):
        return 0
    kept = []
    for each in book.places:
        edits = moves.get(each.document)
        if edits is None:
            kept.append(each)
        elif not edits.touched([each.start], [each.end])[0]:
            start, end = edits.span(each.start, each.end)
            kept.append(replace(each, start=start, end=end))
    _write_book(vault, replace(book, places=tuple(kept)))
    return len(book.places) - len(kept)


def forget_of_text(vault: Vault, document: str, lone: Sequence[Entity]) -> int:
    """Take out of the vault what was ruled on passages of a text, and names that it alone had.

    Numbers and usual labels stay, without what they stood for: they are never given again.

    Args:
        vault: opened, while nobody else writes into it.
        document: id of the text.
        lone: who and what is named in no other; one of whom more is known since then stays.

    Returns:
        How many entities lost their names.
    """
    book = read_book(vault)
    places = tuple(each for each in book.places if each.document != document)
    forms = {each.number: each.forms for each in lone}
    going = {e.number for e in book.registry if e.forms and forms.get(e.number) == e.forms}
    registry = tuple(
        emptied(each) if root_of(book.registry, each.number) in going else each
        for each in book.registry
    )
    if going or places != book.places:
        _write_book(vault, replace(book, registry=registry, places=places))
    return len(going)


def _overlap(one: Place, other: Place) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def passages(
    engine: Engine, folder: Path, key: str, number: int, *, at: dt.datetime, actor: str
) -> tuple[Passage, ...]:
    """Return every mention of an entity with what stands around it, to review one by one."""
    vault = vault_for_writing(folder, key)
    book = read_book(vault)
    replacer = Replacer(book.registry, Rules(regions={}))
    found = []
    with transaction(engine) as connection:
        note_opening(connection, at=at, actor=actor, purpose="review", subject=f"entity {number}")
        for document, version in naming_versions(connection):
            text = words_of(connection, vault, version)
            seen = found_in(text, book.registry, None)
            met = [each for each in replacer.mentions(text, seen) if each[2] == number]
            found += [each for _, each in mentions_in(document.id, text, met)]
    return tuple(found)


def mentions_in(
    document: str, text: str, met: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, Passage]]:
    """Yield entities with mentions and what stands around those: the sentence, a line at least.

    Args:
        document: id of the text.
        text: its words.
        met: start, end and number of the entity of each mention.
    """
    around = sentences_around(text, [(start, end) for start, end, _ in met])
    for (start, end, number), (first, last) in zip(met, around, strict=True):
        yield (
            number,
            Passage(
                document=document,
                start=start,
                end=end,
                before=text[max(0, min(first, start - _AROUND)) : start],
                words=text[start:end],
                after=text[end : max(last, end + _AROUND)],
            ),
        )
