"""The nouns of interviews: documents, their versions, who said what; fieldwork and its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import pyarrow as pa

from consilience.text.model import Turn as Turn  # noqa: PLC0414  (one of the nouns here)

DocumentKind = Literal["interview", "group", "answer", "note"]
RecordingState = Literal["as it was", "changed", "missing"]
VersionKind = Literal["raw", "corrected", "pseudonymised", "deposit"]
# In the order in which a text goes through them. One that is withdrawn takes part in nothing and
# may come back; of one that is erased only hash, id and reason are left.
TextState = Literal[
    "planned", "collected", "transcribed", "checked", "pseudonymised", "cleared", "withdrawn",
    "erased",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text that may be coded: a transcript, notes of a group, an open answer.

    Args:
        id: an id of this house, made from the name.
        name: as people call it; unique in the study.
        kind: what it is.
        interview: the interview it is the transcript of, None for other texts.
        case: the unit of a frame that it speaks of, None if it speaks of none.
        source: name of the file it came from, without folders; None if it came from no file.
        source_sha256: hash of that file's bytes.
        header: what stood in its header, such as date and interviewer; values as written.
        simulated: whether its words were invented.
    """

    id: str
    name: str
    kind: DocumentKind = "interview"
    interview: str | None = None
    case: str | None = None
    source: str | None = None
    source_sha256: str | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of the text of a document.

    Args:
        document: its id.
        number: from 1, in the order in which they were made.
        kind: raw as it came, corrected by a person, pseudonymised, or for deposit.
        parent: the version it was made from, None for the first.
        sha256: hash of the text.
        length: code points.
        sealed: whether the text is kept in the vault only, because it may name people.
        at: when it was made, UTC.
        actor: who made it.
    """

    document: str
    number: int
    kind: VersionKind
    parent: int | None
    sha256: str
    length: int
    sealed: bool
    at: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A state that a text came into.

    Args:
        document: its id.
        state: the state.
        at: when, UTC.
        actor: who said so.
        reason: why; never with a name.
    """

    document: str
    state: TextState
    at: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording. The file itself stays where the team keeps it.

    Args:
        sha256: hash of its bytes, by which it is known.
        name: name of the file, without folders.
        size: bytes.
        interview: the interview it is of, None while unknown.
        transcriber: who is to write it down, None while nobody.
        at: when it was entered, UTC.
    """

    sha256: str
    name: str
    size: int
    interview: str | None = None
    transcriber: str | None = None
    at: str = ""


# --- fieldwork --------------------------------------------------------------------------

Material = Literal["recording", "transcript", "notes", "quotes"]
Purpose = Literal["take_part", "record", "quote", "deposit", "recontact"]
# How far an interview can have come, in order.
REACHED: Final = (
    "planned", "collected", "transcribed", "checked", "pseudonymised", "cleared"
)  # fmt: skip
# How else it can have ended.
ENDED: Final = ("declined", "cancelled", "withdrawn", "not recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One interview as it was planned and as it went; None where it is not told.

    Args:
        interview: its id.
        case: id of the unit it speaks of.
        date: the day.
        mode: place, telephone or video.
        place: where, naming nobody.
        interviewer: who of the team.
        minutes: how long.
        guide: id of the topic guide.
        version: version of it.
        state: planned, done, declined, cancelled or withdrawn.
        reason: why; empty if not told.
        recording: yes, no or declined.
    """

    interview: str
    case: str | None
    date: dt.date | None
    mode: str | None
    place: str
    interviewer: str
    minutes: int | None
    guide: str | None
    version: str | None
    state: str
    reason: str
    recording: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One person in an interview, known by an id only; the post is empty if not told."""

    interview: str
    person: str
    role: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What one person allowed for one kind of material, or for `all`; None: not stated."""

    person: str
    material: str
    take_part: bool | None
    record: bool | None
    quote: bool | None
    deposit: bool | None
    recontact: bool | None
    date: dt.date | None
    withdrawn: dt.date | None
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether material may be used for something, and the reason in words."""

    allowed: bool
    reason: str


def _texts(names: str) -> list[pa.Field]:
    return [pa.field(name, pa.string()) for name in names.split()]


def _key(names: str) -> list[pa.Field]:
    return [pa.field(name, pa.string(), nullable=False) for name in names.split()]


# One row an interview as it was planned and as it went. mode: place, telephone or video;
# recording: yes, no or declined.
INTERVIEW: Final = pa.schema(
    [
        *_key("interview"),
        *_texts("case"),
        pa.field("date", pa.date32()),
        *_texts("mode place interviewer"),
        pa.field("minutes", pa.int64()),
        *_texts("guide version"),
        *_key("state"),
        *_texts("reason recording"),
    ]
)

# One row a person in an interview, by an id; who that is stands in the vault.
PARTICIPANT: Final = pa.schema([*_key("interview person role"), *_texts("post")])

# One row a letter, call or mail to somebody.
APPROACH: Final = pa.schema(
    [
        *_key("contact"),
        *_texts("case"),
        pa.field("date", pa.date32()),
        *_key("outcome"),
        *_texts("reason"),
    ]
)

_OPTIONS: Final = [
    pa.field(name, pa.bool_()) for name in ("take_part", "record", "quote", "deposit", "recontact")
]
# One row a person and kind of material (`all`: those without a row of their own). An option that
# is empty was not stated, which allows nothing.
CONSENT: Final = pa.schema(
    [
        *_key("person material"),
        *_OPTIONS,
        pa.field("date", pa.date32()),
        pa.field("withdrawn", pa.date32()),
        *_texts("form"),
    ]
)

# One row an approval, from its first to its last day (empty: without end).
APPROVAL: Final = pa.schema(
    [
        *_key("body"),
        *_texts("reference"),
        pa.field("date", pa.date32()),
        pa.field("until", pa.date32()),
        *_texts("document"),
    ]
)

# One row an interview that was held and topic of its guide. covered: yes, partly or no; empty if
# nobody noted it. codes: where answers should end up.
TOPIC_COVERAGE: Final = pa.schema(
    [
        *_key("interview guide version role topic text"),
        *_texts("covered"),
        pa.field("codes", pa.list_(pa.string())),
    ]
)

# How far each interview came. state: planned, collected, transcribed, checked, pseudonymised or
# cleared; or how it ended: declined, cancelled, withdrawn, not recorded. deposit: whether
# everybody in it allowed its transcript to be deposited.
STATUS: Final = pa.schema(
    [
        *_key("interview state"),
        *_texts("reason document"),
        pa.field("deposit", pa.bool_()),
        *_texts("deposit_reason"),
    ]
)

# One row an event of a group: a discussion or a meeting.
EVENT: Final = pa.schema(
    [
        *_key("event title"),
        *_texts("case"),
        pa.field("date", pa.date32()),
        *_texts("mode place"),
        pa.field("minutes", pa.int64()),
        *_key("state"),
        *_texts("reason recording"),
    ]
)

# One row a participant of an event, by an id. represents: for whom they spoke.
ATTENDANCE: Final = pa.schema([*_key("event person role"), *_texts("post represents")])

# One row an event and finding that was fed back. response: agreed, disputed, added to, not
# discussed.
FED: Final = pa.schema([*_key("event finding response"), *_texts("note")])

# One row a conclusion that an event changed: what stood before, what stands since, and why.
CHANGE: Final = pa.schema([*_key("event finding before after reason")])

TABLES: Final = {
    "interview": INTERVIEW,
    "participant": PARTICIPANT,
    "approach": APPROACH,
    "consent": CONSENT,
    "approval": APPROVAL,
    "topic_coverage": TOPIC_COVERAGE,
    "status": STATUS,
    "event": EVENT,
    "attendance": ATTENDANCE,
    "event_consent": CONSENT,
    "event_approval": APPROVAL,
    "event_status": STATUS,
    "fed": FED,
    "change": CHANGE,
}
# Which of them each kind of stage writes.
INTERVIEW_TABLES: Final = tuple(TABLES)[:7]
GROUP_TABLES: Final = tuple(TABLES)[7:]
