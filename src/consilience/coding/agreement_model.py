"""The nouns of agreement on codings: who read what, figures, disagreements, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

By = Literal["code", "domain", "document", "case", "all"]
BYS: Final[tuple[By, ...]] = ("code", "domain", "document", "case", "all")
Unit = Literal["characters", "tokens", "sentences", "turns", "segments"]
UNITS: Final[tuple[Unit, ...]] = ("characters", "tokens", "sentences", "turns", "segments")

# What somebody may decide; `agreed` is taken over without a decision.
Action = Literal["accept", "merge", "reject", "own", "agreed"]
ACTIONS: Final[tuple[Action, ...]] = ("accept", "merge", "reject", "own")
# Whether the readers of a text differ in a passage, and whether somebody decided about it.
Standing = Literal["agreed", "open", "settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A text and who read it with the whole codebook in mind.

    Args:
        document: its id.
        version: the version in which its codings are counted.
        length: code points of that version.
        readers: ids of the coders who read it; what others left unmarked says nothing.
        case: the case it speaks of, None if none.
    """

    document: str
    version: int
    length: int
    readers: tuple[str, ...]
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a coder marked of a passage on which coders are compared.

    Args:
        coding: id of the coding.
        coder: who marked it.
        start: first code point.
        end: code point after the last.
    """

    coding: str
    coder: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A passage that somebody marked with a code, and what each reader of the text marked of it.

    Args:
        id: made from the code, the codings and the readers: it changes when one of them does.
        document: id of the text.
        version: version in which all places are counted.
        code: id of the code.
        start: where the first coder begins.
        end: where the last one ends.
        passages: what was marked, by place and coder.
        readers: all coders who read the text.
        standing: agreed, if all marked the same within the tolerance; else open or settled.
    """

    id: str
    document: str
    version: int
    code: str
    start: int
    end: int
    passages: tuple[Passage, ...]
    readers: tuple[str, ...]
    standing: Standing

    @property
    def silent(self) -> tuple[str, ...]:
        """Return the readers who marked nothing of it."""
        marked = {each.coder for each in self.passages}
        return tuple(each for each in self.readers if each not in marked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What somebody decides about a disagreement.

    Args:
        action: accept what one coder marked, merge all to one passage, reject the code, or set
            an own passage.
        reason: why, in a sentence.
        coder: whose passages are accepted, None otherwise.
        start: of the own passage, None otherwise.
        end: likewise.
    """

    action: Action
    reason: str
    coder: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A ruling on a disagreement as it is kept.

    Args:
        item: id of the disagreement.
        document: id of the text.
        version: version in which places are counted.
        code: id of the code.
        ruling: what was decided.
        codings: ids of the consensus codings that came of it.
        actor: who decided.
        at: when, UTC.
    """

    item: str
    document: str
    version: int
    code: str
    ruling: Ruling
    codings: tuple[str, ...]
    actor: str
    at: str


# One row a figure. `of` is the code of a domain that a (k)u-alpha speaks of; `coder_a` and
# `coder_b` are empty where a figure is of all coders.
AGREEMENT: Final = pa.schema(
    [
        pa.field("by", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("measure", pa.string(), nullable=False),
        pa.field("of", pa.string(), nullable=False),
        pa.field("coder_a", pa.string(), nullable=False),
        pa.field("coder_b", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("share", pa.float64()),
        pa.field("documents", pa.int64(), nullable=False),
        pa.field("units", pa.int64(), nullable=False),
        pa.field("coders", pa.int64(), nullable=False),
    ]
)
