"""Make versions without names anew, and keep in them what people corrected by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection

from consilience.base.counting import counted
from consilience.base.errors import Fault, Faults
from consilience.desk.pen import Pen
from consilience.desk.sealed import (
    check_sealed,
    entries_of,
    log_entry,
    named_turns,
    seal_words,
    sealed_turns,
    words_of,
)
from consilience.interviews.carried import Way, carried, turns_carried
from consilience.interviews.model import Document, Turn, Version
from consilience.interviews.transcripts import turns_after, turns_of_edited
from consilience.store.ledger import append, lines
from consilience.store.transcripts import (
    Draft,
    add_version,
    find_document,
    map_between,
    readable_version,
    seal_version,
    set_state,
    turns_of,
    update_document,
    versions,
    withdraw,
)
from consilience.store.vault import Vault
from consilience.text.normal import text_hash
from consilience.text.offsets import OffsetMap, apply_edits, difference
from consilience.text.pseudonyms import Replaced, replaced

__all__ = ["Applied", "Renewal", "corrected_turns", "replacing"]

_BY_HAND = ("speakers corrected", "speakers carried over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of one text.

    Args:
        document: its id.
        version: the version made, None if the newest is the same.
        edits: how many replacements it has.
        carried: how many corrections by hand were made in it again.
        discarded: whether corrections by hand were left out.
        sealed: how many older versions that lay open went into the vault.
    """

    document: str
    version: int | None
    edits: int
    carried: int = 0
    discarded: bool = False
    sealed: int = 0


def replacing(made: Sequence[Version]) -> list[Version]:
    """Return the versions in which replacements were put; a correction of one puts in none."""
    naming = {each.number for each in made if each.kind in ("raw", "corrected")}
    return [each for each in made if each.kind == "pseudonymised" and each.parent in naming]


def corrected_turns(connection: Connection) -> frozenset[tuple[str, int]]:
    """Return the versions, by id of text and number, whose turns a person corrected."""
    return frozenset(
        (each.subject, int(json.loads(each.detail)["version"]))
        for each in lines(connection)
        if each.action in _BY_HAND
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Newer:
    """A version without names, before it is kept.

    Args:
        document: of which text.
        base: the version with names it is made of.
        text: its words.
        moved: from the base to it.
        log: what stood where.
        turns: who says what in it, as the base has it.
    """

    document: Document
    base: Version
    text: str
    moved: OffsetMap
    log: Sequence[Replaced]
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """What people corrected: the words and turns with it, where they differ from a newer version.

    Args:
        text: the newer version with the corrections.
        edits: from the newer version to that.
        turns: who says what in it.
        count: corrections of words.
        turned: whether turns were corrected.
    """

    text: str
    edits: OffsetMap
    turns: Sequence[Turn]
    count: int
    turned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Makes pseudonymised versions within one transaction.

    Args:
        connection: within the transaction.
        vault: opened.
        pen: writes what was decided.
        at: the time now.
        actor: who does it.
        discard: ids of texts whose corrections by hand are left out.
        by_hand: versions whose turns a person corrected; see `corrected_turns`.
        withdrawn: ids of texts that are withdrawn.
        sealed: entries written to the vault are added, before they are.
        seal_raw: whether versions that came in open go into the vault too.
    """

    connection: Connection
    vault: Vault
    pen: Pen
    at: dt.datetime
    actor: str
    discard: frozenset[str]
    by_hand: frozenset[tuple[str, int]]
    withdrawn: frozenset[str]
    sealed: list[tuple[Vault, str]]
    seal_raw: bool = False

    def of(self, texts: Sequence[tuple[Document, Version]]) -> tuple[Applied, ...]:
        """Make the version of each text, from its newest version that may name people.

        Raises:
            Faults: INT-047 for texts whose corrections cannot be made in the new version.
        """
        faults, made = [], []
        for document, version in texts:
            try:
                done = self._one(document, version)
                made.append(replace(done, sealed=self.seal_older(document)))
            except Fault as fault:
                if fault.code != "INT-047":
                    raise
                faults.append(fault)
        if faults:
            raise Faults(faults)
        return tuple(made)

    def seal_older(self, document: Document) -> int:
        """Put into the vault what lies open beside the version being read, which replaced it.

        A name that was found since, by the rules or by a person, stands there in clear.
        """
        newest = readable_version(self.connection, document.id)
        older = [
            each
            for each in versions(self.connection, document.id)
            if (each.kind == "pseudonymised" or self.seal_raw)
            and not each.sealed
            and each != newest
        ]
        for each in older:
            entries = entries_of(document.id, each.number)[:2]
            self.sealed.extend((self.vault, entry) for entry in entries)
            words = words_of(self.connection, self.vault, each)
            seal_words(self.vault, document.id, each.number, words)
            said = turns_of(self.connection, document.id, each.number)
            turns = sealed_turns(self.vault, document.id, each.number, said)
            seal_version(self.connection, each, turns=turns)
        if older:
            numbers = [each.number for each in older]
            self._append("older versions sealed", document, {"versions": numbers})
        return len(older)

    def _one(self, document: Document, version: Version) -> Applied:
        text = words_of(self.connection, self.vault, version)
        check_sealed(self.vault, version)
        edits = self.pen.edits(text, document.id)
        words, moved, log = replaced(text, edits)
        known = versions(self.connection, document.id)
        first, last = _before(known)
        done = Applied(document=document.id, version=None, edits=len(edits))
        touched = first is not None and last is not None and self._touched(first, last)
        discarded = touched and document.id in self.discard
        same = {each.sha256 for each in (first, last) if each and known[-1] == last}
        if text_hash(words) in same and not discarded:
            return done
        named = named_turns(self.connection, self.vault, version)
        newer = _Newer(
            document=document, base=version, text=words, moved=moved, log=log,
            turns=[self._nameless(turn) for turn in turns_after(named, moved, text=words)],
        )  # fmt: skip
        hand = None
        if touched and first is not None and last is not None and not discarded:
            hand = self._by_hand(newer, first, last)
            if not hand.count and not hand.turned and text_hash(hand.text) in same:
                return done
        number = self._keep(newer, hand)
        return replace(
            done,
            version=number,
            carried=hand.count if hand else 0,
            discarded=discarded,
        )

    def _touched(self, first: Version, last: Version) -> bool:
        numbers = range(first.number, last.number + 1)
        turned = any((first.document, number) in self.by_hand for number in numbers)
        return turned or first.sha256 != last.sha256

    def _by_hand(self, newer: _Newer, first: Version, last: Version) -> _Hand:
        """Return what was corrected since a version was made, as it is in the newer one."""
        name, id_ = newer.document.name, newer.document.id
        before, after = (words_of(self.connection, self.vault, each) for each in (first, last))
        back = map_between(self.connection, id_, first.number, newer.base.number)
        way = Way(back=back, onward=newer.moved, newer=newer.text)
        names_in = self.pen.left
        edits, lost = carried(before, after, way, names_in=lambda words: bool(names_in(words)))
        if lost:
            raise Fault("INT-047", document=name, count=lost, what="corrections of words")
        text, made = apply_edits(newer.text, edits)
        numbers = range(first.number, last.number + 1)
        turned = any((id_, number) in self.by_hand for number in numbers)
        if not turned:
            found = turns_of_edited(newer.turns, made, old=newer.text, new=text)
            return _Hand(text=text, edits=made, turns=found, count=len(edits), turned=False)
        if first.parent != newer.base.number and newer.text != before:
            raise Fault("INT-047", document=name, count=1, what="corrections of turns")
        path = difference(before, after).inverse().then(back).then(newer.moved).then(made)
        said = named_turns(self.connection, self.vault, last)
        called = self._called(before, first, newer)
        turns = turns_carried(said, path, old=after, new=text, called=called)
        turns = [self._nameless(turn) for turn in turns]
        return _Hand(text=text, edits=made, turns=turns, count=len(edits), turned=True)

    def _called(self, before: str, first: Version, newer: _Newer) -> dict[str, str]:
        """Return what stands now for each replacement of one entity that stood there before."""
        log = json.loads(self.vault.read(log_entry(first.document, first.number)) or b"[]")
        now = {each.entity: newer.text[each.start : each.end] for each in newer.log if each.entity}
        return {
            before[each["start"] : each["end"]]: now[each["entity"]]
            for each in log
            if each["entity"] in now
        }

    def _keep(self, newer: _Newer, hand: _Hand | None) -> int:
        """Keep the newer version, and one with the corrections; return the number of the last."""
        utc = self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        document = newer.document
        draft = Draft(
            kind="pseudonymised", text=newer.text, turns=newer.turns, edits=newer.moved,
            sealed=False,
        )  # fmt: skip
        made = add_version(self.connection, newer.base, draft, at=utc, actor=self.actor)
        entry = log_entry(document.id, made.number)
        self.sealed.append((self.vault, entry))
        content = json.dumps([asdict(each) for each in newer.log], ensure_ascii=False)
        self.vault.write(entry, content.encode())
        self._rename(document)
        self._note(document, made, len(newer.log), utc)
        if hand is None or not (hand.count or hand.turned):
            return made.number
        draft = replace(draft, text=hand.text, turns=hand.turns, edits=hand.edits)
        last = add_version(self.connection, made, draft, at=utc, actor=self.actor)
        self._append("corrections carried over", document, {"version": last.number,
                     "of": made.number, "corrections": hand.count})  # fmt: skip
        if hand.turned:
            detail = {"version": last.number, "turns": len(hand.turns)}
            self._append("speakers carried over", document, detail)
        return last.number

    def _append(self, action: str, document: Document, detail: Mapping[str, object]) -> None:
        append(
            self.connection, at=self.at, actor=self.actor, action=action, subject=document.id,
            detail=detail,
        )  # fmt: skip

    def _nameless(self, turn: Turn) -> Turn:
        return turn if turn.speaker is None else replace(turn, speaker=self.pen.label(turn.speaker))

    def _rename(self, document: Document) -> None:
        """Take names out of what the text and its file are called."""
        name = self.pen.file_name(document.name)
        if name != document.name:
            taken = find_document(self.connection, name) is not None
            name = f"{name} {document.id}" if taken else name
            update_document(self.connection, document.id, name=name)
        source = self.pen.file_name(document.source) if document.source else document.source
        if source != document.source:
            update_document(self.connection, document.id, source=source)

    def _note(self, document: Document, made: Version, edits: int, utc: str) -> None:
        set_state(
            self.connection,
            document.id,
            "pseudonymised",
            at=utc,
            actor=self.actor,
            reason=counted(edits, "replacement"),
        )
        if document.id in self.withdrawn:
            # It is kept like the others, so that no name stands in it should it come back.
            reason = "withdrawn as before"
            withdraw(self.connection, document.id, at=utc, actor=self.actor, reason=reason)
        append(
            self.connection,
            at=self.at,
            actor=self.actor,
            action="pseudonymised",
            subject=document.id,
            detail={"version": made.number, "of": made.parent, "edits": edits},
        )


def _before(made: Sequence[Version]) -> tuple[Version | None, Version | None]:
    """Return the version in which replacements were put last, and the newest made from it."""
    put = replacing(made)
    if not put:
        return None, None
    line = {put[-1].number}
    last = put[-1]
    for each in made:
        if each.kind == "pseudonymised" and each.parent in line:
            line.add(each.number)
            last = each
    return put[-1], last
