"""Keep the texts of open answers as the export of their survey has them now.

What an export says of a response is compared with what it said when it was read last: words by
their hash, so that sealed ones need not be opened for it. A person's corrections are no part of
that; words that changed in the export come after them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from consilience.base.errors import Fault
from consilience.desk.intake import utc
from consilience.desk.registry import move_rulings
from consilience.desk.sealed import (
    entries_of,
    note_opening,
    seal_words,
    sealed_turns,
    words_of,
)
from consilience.interviews.model import Document, Turn, Version
from consilience.interviews.transcripts import document_id
from consilience.store.ledger import append
from consilience.store.transcripts import (
    Draft,
    add_version,
    bring_back,
    documents,
    erased_texts,
    keep_document,
    map_between,
    set_header,
    set_state,
    update_document,
    versions_by_text,
    withdraw,
    withdrawn_texts,
)
from consilience.store.vault import Vault
from consilience.surveys.free_text import FreeText
from consilience.text.normal import normal_text, text_hash
from consilience.text.offsets import difference

GONE: Final = "not in the export any more"
CHANGED: Final = "the export has other words"
BACK: Final = "in the export again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an export says of one response.

    Args:
        id: of its text.
        name: of its text, new.
        text: its words, one answer after the other, in normal form.
        turns: where each answer stands.
        header: what was ticked beside it.
        case: the unit it speaks of, None if of none that is known.
    """

    id: str
    name: str
    text: str = field(repr=False)
    turns: tuple[Turn, ...]
    header: Mapping[str, str]
    case: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A text as it is kept.

    Args:
        document: the text.
        versions: its versions in order.
        withdrawn: whether the export had it no more.
        erased: whether its words were erased for good, so that no export brings it back.
    """

    document: Document
    versions: tuple[Version, ...]
    withdrawn: bool
    erased: bool = False

    @property
    def raw(self) -> Version:
        """Its words when the export was read last."""
        return next(each for each in reversed(self.versions) if each.kind == "raw")

    @property
    def newest(self) -> Version:
        """Its newest words that may name people: raw, or corrected by a person since."""
        return next(each for each in reversed(self.versions) if each.kind in ("raw", "corrected"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How an export differs from what is kept.

    Args:
        new: responses without a text.
        changed: texts with other words.
        beside: texts with other things ticked beside them, or of another unit.
        back: texts that were withdrawn and are there again.
        gone: texts that are there no more.
    """

    new: tuple[Said, ...] = ()
    changed: tuple[tuple[Kept, Said], ...] = ()
    beside: tuple[tuple[Kept, Said], ...] = ()
    back: tuple[Kept, ...] = ()
    gone: tuple[Kept, ...] = ()

    @property
    def of_kept(self) -> int:
        """How many texts that are kept differ in any way."""
        both = [own for own, _ in (*self.changed, *self.beside)]
        return len({own.document.id for own in (*both, *self.back, *self.gone)})

    def sealed(self, *, simulated: bool) -> bool:
        """Return whether words are among them that lie in the vault, or will.

        Args:
            simulated: whether the study says that its answers were invented.
        """
        return bool(self.new and not simulated) or any(
            own.newest.sealed or not (simulated and own.document.simulated)
            for own, _ in self.changed
        )


def said_in(found: Iterable[FreeText], units: Mapping[str, Sequence[str]]) -> tuple[Said, ...]:
    """Return what an export says, one record a response.

    Args:
        found: the free text of each response.
        units: ids of the units of the frame, by code.
    """
    return tuple(_said(each, units.get(each.area or "", ())) for each in found)


def _said(each: FreeText, units: Sequence[str]) -> Said:
    name = f"{each.survey} {each.response}"
    text, turns = "", []
    for words in each.answers.values():
        normal = normal_text(words)
        start = len(text) + (2 if text else 0)
        text = f"{text}\n\n{normal}" if text else normal
        turns.append(Turn(speaker=None, start=start, said=start, end=len(text)))
    return Said(
        id=document_id(name),
        name=name,
        text=text,
        turns=tuple(turns),
        header={"survey": each.survey, "response": each.response, **each.closed},
        case=units[0] if len(units) == 1 else None,
    )


def kept_answers(connection: Connection, survey: str) -> dict[str, Kept]:
    """Return the texts that came from the export of a survey, by id."""
    made = versions_by_text(connection, "answer")
    withdrawn, erased = withdrawn_texts(connection), erased_texts(connection)
    return {
        each.id: Kept(
            document=each,
            versions=tuple(made[each.id]),
            withdrawn=each.id in withdrawn,
            erased=each.id in erased,
        )
        for each in documents(connection)
        if each.kind == "answer"
        and each.header.get("survey") == survey
        and any(version.kind == "raw" for version in made[each.id])
    }


def differences(kept: Mapping[str, Kept], said: Iterable[Said]) -> Differences:
    """Return how an export differs from the texts that are kept; nothing is done."""
    new, changed, beside, back = [], [], [], []
    there = set()
    for each in said:
        there.add(each.id)
        own = kept.get(each.id)
        if own is None:
            new.append(each)
            continue
        if own.erased:
            continue
        if own.withdrawn:
            back.append(own)
        if text_hash(each.text) != own.raw.sha256:
            changed.append((own, each))
        if (own.document.header, own.document.case) != (each.header, each.case):
            beside.append((own, each))
    gone = [each for name, each in kept.items() if name not in there and not each.withdrawn]
    return Differences(
        new=tuple(new), changed=tuple(changed), beside=tuple(beside), back=tuple(back),
        gone=tuple(gone),
    )  # fmt: skip


def moved(found: Differences) -> bool:
    """Return whether words of one response are now those of another.

    Where responses are known by their row only, this shows that rows were put in, taken out or
    sorted: then nobody can tell whose words changed.
    """
    both = (*found.changed, *found.beside)
    lost = {(own.document.case, own.raw.sha256) for own in (*[o for o, _ in both], *found.gone)}
    came = {(each.case, text_hash(each.text)) for each in (*found.new, *[s for _, s in both])}
    came |= {(own.document.case, own.raw.sha256) for own in found.back}
    return not lost.isdisjoint(came)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """By whom, when and where what an export says is taken over.

    Args:
        connection: within the transaction.
        simulated: whether the study says that its answers were invented.
        vault: takes the words of answers that were not; None if there are none.
        at: the time now.
        actor: who asked for it.
        sealed: entries put into the vault, added to as they are written, to take them back if
            the transaction ends in an error.
    """

    connection: Connection
    simulated: bool
    vault: Vault | None
    at: dt.datetime
    actor: str
    sealed: list[tuple[Vault, str]] = field(default_factory=list)

    def take(self, survey: str, found: Differences) -> None:
        """Take over what an export says, and note it; nothing is noted if nothing differs."""
        for each in found.new:
            self._begin(each)
        for own in found.back:
            self._state(bring_back, own, BACK)
        if any(own.newest.sealed for own, _ in found.changed):
            note_opening(
                self.connection, at=self.at, actor=self.actor, purpose="answers", subject=survey
            )
        made = {own.document.id: self._change(own, said) for own, said in found.changed}
        for own, said in found.beside:
            set_header(self.connection, own.document.id, said.header)
            update_document(self.connection, own.document.id, case=said.case)
        for own in found.gone:
            self._state(withdraw, own, GONE)
        noted: dict[str, object] = {
            "texts": len(found.new),
            "changed": made,
            "beside": [own.document.id for own, _ in found.beside],
            "withdrawn": [own.document.id for own in found.gone],
            "back": [own.document.id for own in found.back],
            # Last of all, as the vault does not take it back if something fails.
            "rulings gone": self._move_rulings(found, made),
        }
        if any(noted.values()):
            append(
                self.connection,
                at=self.at,
                actor=self.actor,
                action="brought in",
                subject="answers",
                detail={"survey": survey} | {name: value for name, value in noted.items() if value},
            )

    def _move_rulings(self, found: Differences, made: Mapping[str, int]) -> int:
        """Let what people ruled on passages follow, and return how many rulings hold no more."""
        if self.vault is None:
            return 0
        moves = {
            name: map_between(self.connection, name, own.newest.number, made[name])
            for own, _ in found.changed
            for name in [own.document.id]
        }
        return move_rulings(self.vault, moves)

    def _state(self, come: Callable[..., None], own: Kept, reason: str) -> None:
        come(self.connection, own.document.id, at=utc(self.at), actor=self.actor, reason=reason)

    def _begin(self, said: Said) -> None:
        sealed = not self.simulated
        document = Document(
            id=said.id, name=said.name, kind="answer", case=said.case, header=said.header,
            simulated=self.simulated,
        )  # fmt: skip
        turns = self._seal(said, 1) if sealed else said.turns
        keep_document(
            self.connection,
            document,
            text=said.text,
            turns=turns,
            sealed=sealed,
            at=utc(self.at),
            actor=self.actor,
        )
        self._say_transcribed(said.id, "from a survey")

    def _change(self, own: Kept, said: Said) -> int:
        """Keep other words as a new version, and return its number.

        They are nobody's invention only where both the older words and the study say so, and lie
        in the vault otherwise. Whatever state the text had was said of the older words.
        """
        simulated = self.simulated and own.document.simulated
        old = words_of(self.connection, self.vault, own.newest)
        number = own.versions[-1].number + 1
        turns = said.turns if simulated else self._seal(said, number)
        draft = Draft(
            kind="raw", text=said.text, turns=turns, edits=difference(old, said.text),
            sealed=not simulated,
        )  # fmt: skip
        made = add_version(self.connection, own.newest, draft, at=utc(self.at), actor=self.actor)
        if own.document.simulated != simulated:
            update_document(self.connection, said.id, simulated=simulated)
        self._say_transcribed(said.id, CHANGED)
        return made.number

    def _seal(self, said: Said, number: int) -> Sequence[Turn]:
        """Put the words of a version into the vault, with an entry of who speaks, as all have."""
        if self.vault is None:
            raise Fault("INT-007")
        self.sealed.extend((self.vault, name) for name in entries_of(said.id, number)[:2])
        seal_words(self.vault, said.id, number, said.text)
        return sealed_turns(self.vault, said.id, number, said.turns)

    def _say_transcribed(self, document: str, reason: str) -> None:
        set_state(
            self.connection, document, "transcribed", at=utc(self.at), actor=self.actor,
            reason=reason,
        )  # fmt: skip
