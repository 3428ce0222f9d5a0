"""The nouns of coding: codes in a tree, codings on spans of a text, memos on anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

Origin = Literal["person", "import", "consensus"]
# The coder under whose name settled codings stand.
CONSENSUS: Final = "consensus"
# What somebody may decide; `agreed` is taken over without a decision.
Action = Literal["accept", "merge", "reject", "own", "agreed"]
ACTIONS: Final[tuple[Action, ...]] = ("accept", "merge", "reject", "own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code of the codebook; two may have the same name below different parents.

    Args:
        id: its GUID or an id of this house; never changes.
        name: as coders read it.
        parent: id of the code above it, None at the top.
        position: order among its brothers and sisters, from 0.
        colour: `#RRGGBB`, None for one chosen by the page.
        definition: what it means.
        inclusion: when to use it.
        exclusion: when not to.
        examples: passages or sentences that show it.
        codable: whether passages may carry it; False for a heading.
        retired: whether it is kept only for what was coded with it.
    """

    id: str
    name: str
    parent: str | None = None
    position: int = 0
    colour: str | None = None
    definition: str = ""
    inclusion: str = ""
    exclusion: str = ""
    examples: tuple[str, ...] = ()
    codable: bool = True
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One passage marked with one code by one coder.

    Args:
        id: its GUID.
        document: id of the text.
        version: version of the text in which start and end are counted.
        start: first code point, from 0.
        end: code point after the last; never the start.
        code: id of the code.
        coder: id of who marked it, or `consensus`.
        at: when, UTC; empty if not known.
        origin: marked here, imported, or settled by adjudication.
    """

    id: str
    document: str
    version: int
    start: int
    end: int
    code: str
    coder: str
    at: str = ""
    origin: Origin = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """A note on something.

    Args:
        id: its GUID.
        on: kind of the thing: code, coding, document, case, study.
        thing: its id.
        text: what was noted.
        author: who.
        at: when, UTC.
        title: a few words, may be empty.
    """

    id: str
    on: Literal["code", "coding", "document", "case", "study"]
    thing: str
    text: str
    author: str
    at: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Somebody who is to code a text, blind to the others until both release it.

    Args:
        document: id of the text.
        coder: id of who is to code it.
        assigned_at: when it was given out, UTC.
        released_at: when the coder was done and let others see it; None while blind.
    """

    document: str
    coder: str
    assigned_at: str
    released_at: str | None = None


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

# One row a coding, in the version on which it was made unless said otherwise. Bulk form of
# `Coding`.
CODING: Final = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("document", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("coder", pa.string(), nullable=False),
        pa.field("at", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A passage without a code that is like those that carry it.

    Args:
        code: the code proposed.
        document: id of the text.
        version: version of the text in which start and end are counted.
        start: first code point.
        end: code point after the last.
        score: greatest cosine similarity with a passage that carries the code, -1 to 1.
        model: SHA-256 of the model that the score comes from.
    """

    code: str
    document: str
    version: int
    start: int
    end: int
    score: float
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person said of a suggestion: whether the code belongs there."""

    suggestion: Suggestion
    relevant: bool
    coder: str
    at: str

    @property
    def code(self) -> str:
        """Id of the code."""
        return self.suggestion.code


# One row a finding and thing that shows it. kind: code or coding; thing: its id, or as it was
# written where there is none. codings: how often it was marked; places: passages, those that
# overlap as one, whoever marked them; documents, coders: in how many texts, by how many people.
EVIDENCE: Final = pa.schema(
    [
        *[pa.field(name, pa.string(), nullable=False) for name in ("finding", "kind", "thing")],
        pa.field("name", pa.string()),
        *[
            pa.field(name, pa.int64(), nullable=False)
            for name in ("codings", "places", "documents", "coders")
        ],
    ]
)

# One row a finding and question that it shaped; a finding that shaped none has no row.
TRACE: Final = pa.schema(
    [
        pa.field(name, pa.string(), nullable=False)
        for name in ("finding", "survey", "agency", "instrument", "version", "question", "text")
    ]
)

# One row a topic of a guide and code its answers should end up under. covered: interviews in which
# the topic was covered at least partly; coded: those of them whose text carries the code; any:
# those whose text carries any code of the topic.
TOPIC_CODE: Final = pa.schema(
    [
        *[
            pa.field(name, pa.string(), nullable=False)
            for name in ("guide", "version", "topic", "code")
        ],
        pa.field("name", pa.string()),
        *[pa.field(name, pa.int64(), nullable=False) for name in ("covered", "coded", "any")],
    ]
)

# One row a text that coders read and have released. coders: how many read it; codings: passages
# they marked.
CODED_TEXT: Final = pa.schema(
    [
        *[pa.field(name, pa.string(), nullable=False) for name in ("document", "name", "kind")],
        *[pa.field(name, pa.string()) for name in ("interview", "case")],
        *[
            pa.field(name, pa.int64(), nullable=False)
            for name in ("version", "length", "coders", "codings")
        ],
    ]
)


def _counted(texts: str, optional: str, numbers: str) -> pa.Schema:
    return pa.schema(
        [
            *[pa.field(name, pa.string(), nullable=False) for name in texts.split()],
            *[pa.field(name, pa.string()) for name in optional.split()],
            *[pa.field(name, pa.int64(), nullable=False) for name in numbers.split()],
        ]
    )


# One row a code, in the order of the codebook. path: its name after those above it; below: passages
# of the code and of all codes below it.
CODE_COUNT: Final = _counted(
    "code name path", "parent definition", "depth passages below texts coders"
).append(pa.field("codable", pa.bool_(), nullable=False))

# One row a code and coder who used it.
CODING_COUNT: Final = _counted("code coder", "", "passages texts")

# One row a case and code that was used in its texts.
CODE_CASE: Final = _counted("case code", "", "passages texts")

# One row a pair of codes that meet. passages: pairs of overlapping passages of the same coder;
# texts: texts in which there is one.
COOCCURRENCE: Final = _counted("code other", "", "passages texts")

# One row a text, in the order of collection. new: codes first used in it; codes: used so far.
SATURATION: Final = _counted("document name", "", "step new codes")

# What a stage of coding writes.
TABLES: Final = {
    "code": CODE_COUNT,
    "coding_count": CODING_COUNT,
    "code_case": CODE_CASE,
    "cooccurrence": COOCCURRENCE,
    "saturation": SATURATION,
    "coded_text": CODED_TEXT,
    "coder_agreement": AGREEMENT,
    "evidence": EVIDENCE,
    "trace": TRACE,
    "topic_code": TOPIC_CODE,
}
